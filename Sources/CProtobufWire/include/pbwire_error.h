/// Why bytes are not the message that they should be, and where.
#ifndef PBWIRE_ERROR_H
#define PBWIRE_ERROR_H

#include <stddef.h>
#include <stdint.h>

/// What is wrong.
typedef enum {
  PBWIRE_OK = 0,
  /// A value reaches past the end of the message around it.
  PBWIRE_TRUNCATED,
  /// A varint is longer than ten bytes.
  PBWIRE_BAD_VARINT,
  /// A field number is 0 or needs more than 29 bits.
  PBWIRE_BAD_TAG,
  /// A field has wire type 6 or 7.
  PBWIRE_BAD_WIRE_TYPE,
  /// A group ends that did not begin.
  PBWIRE_BAD_GROUP,
  /// A packed run ends inside a value.
  PBWIRE_BAD_PACKED,
  /// A string holds a NUL, which a C string cannot.
  PBWIRE_NUL_IN_STRING,
  /// Messages or groups are nested deeper than the limit.
  PBWIRE_TOO_DEEP,
  /// The decoded structures need more memory than the limit, or than the machine has.
  PBWIRE_OUT_OF_MEMORY,
  /// A descriptor has more fields than the decoder has room for.
  PBWIRE_TOO_MANY_FIELDS,
  /// The sink of the encoder refused bytes.
  PBWIRE_SINK_FAILED,
} pbwire_code;

/// One step of the way from the root message to a field.
typedef struct {
  /// The field's name, or NULL when the schema does not know it.
  const char *name;
  /// The field's number.
  uint32_t number;
  /// The index of the element, or -1 when the field is not repeated.
  int64_t index;
} pbwire_step;

/// A failure to decode.
typedef struct {
  pbwire_code code;
  /// The offset of the offending byte in the input.
  size_t offset;
  /// The way to the offending field, outermost first; it lives in the arena.
  const pbwire_step *steps;
  size_t step_count;
} pbwire_error;

#endif
