/// Writes protobuf messages in one stream of bytes.
#ifndef PBWIRE_ENCODER_H
#define PBWIRE_ENCODER_H

#include <stdbool.h>

#include "pbwire_arena.h"
#include "pbwire_error.h"

/// Takes the next bytes of the output; a result other than 0 ends the encoding.
///
/// Long bytes fields come in a call of their own, straight from where the message keeps them, so
/// that a sink can recognize ranges of mapped files.
typedef int (*pbwire_sink)(void *context, const uint8_t *bytes, size_t length);

/// Encodes a message of an arena.
///
/// Fields come in the order of their numbers, then unknown fields in their order of arrival.
/// Messages that were read in another form keep it unless `canonical`, so that a decoded message
/// gives its very bytes. Each size is computed once. Recurses at most PBWIRE_MAX_DEPTH deep.
pbwire_code pbwire_encode(const ProtobufCMessage *message, bool canonical, pbwire_sink sink,
                          void *context);

/// Computes the number of bytes that pbwire_encode would write.
pbwire_code pbwire_encoded_size(const ProtobufCMessage *message, bool canonical, uint64_t *size);

#endif
