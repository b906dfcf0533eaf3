/// Cuts bytes into fields, without knowing a schema.
#ifndef PBWIRE_READER_H
#define PBWIRE_READER_H

#include <stdbool.h>

#include "pbwire_error.h"

/// A position in untrusted bytes. A function that fails leaves `next` at the offending byte.
typedef struct {
  const uint8_t *next, *end;
} pbwire_cursor;

/// One occurrence of a field.
typedef struct {
  uint32_t number;
  uint8_t wire;
  /// Whether the tag has its shortest form.
  bool is_tag_shortest;
  /// Whether tag, length and varint all have it.
  bool is_shortest;
  /// The value of a varint field.
  uint64_t value;
  /// The content of any other field; for a group, its fields without the end tag.
  const uint8_t *content;
  size_t length;
  /// All that follows the tag: length prefix and end tag included.
  const uint8_t *body;
  size_t body_length;
} pbwire_item;

/// Reads a varint of at most ten bytes; clears `is_shortest` when it has a shorter form.
pbwire_code pbwire_read_varint(pbwire_cursor *cursor, uint64_t *value, bool *is_shortest);

/// Reads the next field; groups may nest `depth` deep.
pbwire_code pbwire_read_item(pbwire_cursor *cursor, size_t depth, pbwire_item *item);

#endif
