/// Reads protobuf messages without copying their bytes.
#ifndef PBWIRE_DECODER_H
#define PBWIRE_DECODER_H

#include "pbwire_arena.h"
#include "pbwire_error.h"

/// The deepest nesting of messages and groups that any caller may allow.
enum { PBWIRE_MAX_DEPTH = 256 };

/// Decodes a message whose structures go to `arena`; NULL and `error` when the bytes are not valid.
///
/// Every bytes field, unknown field and, when aligned, packed fixed-width array points into
/// `bytes`, which must outlive the message. What is decoded is to be read only: a message that is
/// not in canonical form is encoded from its bytes again.
///
/// Protobuf's rules for odd input hold: a singular field that occurs again replaces a scalar and
/// merges a message, the last member of a oneof wins, repeated numbers may be packed or not, a
/// field with the wrong wire type is kept as an unknown one. The schema is proto2 with optional
/// and repeated fields and without default values. Time is linear in `length` and in what `arena`
/// gives.
ProtobufCMessage *pbwire_decode(const ProtobufCMessageDescriptor *descriptor,
                                const uint8_t *bytes, size_t length, size_t depth,
                                pbwire_arena *arena, pbwire_error *error);

#endif
