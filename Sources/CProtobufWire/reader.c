#include "reader.h"

#include "scalars.h"

pbwire_code pbwire_read_varint(pbwire_cursor *cursor, uint64_t *value, bool *is_shortest) {
  const uint8_t *next = cursor->next;
  if (next < cursor->end && *next < 0x80) {
    *value = *next;
    cursor->next = next + 1;
    return PBWIRE_OK;
  }
  uint64_t sum = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (next == cursor->end) return PBWIRE_TRUNCATED;
    uint8_t byte = *next++;
    // Of the tenth byte only the lowest bit counts, as in every protobuf library.
    sum |= (uint64_t)(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    if (byte == 0 || (shift == 63 && byte != 1)) *is_shortest = false;
    *value = sum;
    cursor->next = next;
    return PBWIRE_OK;
  }
  return PBWIRE_BAD_VARINT;
}

static pbwire_code read_tag(pbwire_cursor *cursor, pbwire_item *item) {
  const uint8_t *start = cursor->next;
  uint64_t tag;
  item->is_shortest = true;
  pbwire_code code = pbwire_read_varint(cursor, &tag, &item->is_shortest);
  if (code) return code;
  item->number = (uint32_t)(tag >> 3);
  item->wire = tag & 7;
  item->is_tag_shortest = item->is_shortest;
  if (tag <= UINT32_MAX && item->number != 0) return PBWIRE_OK;
  item->number = 0;
  cursor->next = start;
  return PBWIRE_BAD_TAG;
}

static pbwire_code read_content(pbwire_cursor *cursor, uint64_t length, const uint8_t *start,
                                pbwire_item *item) {
  if (length > (uint64_t)(cursor->end - cursor->next)) {
    cursor->next = start;
    return PBWIRE_TRUNCATED;
  }
  item->content = cursor->next;
  item->length = (size_t)length;
  cursor->next += length;
  return PBWIRE_OK;
}

static pbwire_code read_body(pbwire_cursor *cursor, size_t depth, pbwire_item *item);

/// Reads fields up to the end tag of the group.
static pbwire_code read_group(pbwire_cursor *cursor, size_t depth, pbwire_item *group) {
  if (depth == 0) return PBWIRE_TOO_DEEP;
  group->content = cursor->next;
  for (;;) {
    const uint8_t *start = cursor->next;
    pbwire_item item;
    pbwire_code code = read_tag(cursor, &item);
    if (code) return code;
    if (item.wire != WIRE_END) {
      code = read_body(cursor, depth - 1, &item);
      if (code) return code;
      continue;
    }
    if (item.number == group->number) {
      group->length = (size_t)(start - group->content);
      return PBWIRE_OK;
    }
    cursor->next = start;
    return PBWIRE_BAD_GROUP;
  }
}

/// Reads what follows a tag.
static pbwire_code read_body(pbwire_cursor *cursor, size_t depth, pbwire_item *item) {
  const uint8_t *start = cursor->next;
  uint64_t length;
  switch (item->wire) {
  case WIRE_VARINT:
    return pbwire_read_varint(cursor, &item->value, &item->is_shortest);
  case WIRE_64:
    return read_content(cursor, 8, start, item);
  case WIRE_32:
    return read_content(cursor, 4, start, item);
  case WIRE_BYTES: {
    pbwire_code code = pbwire_read_varint(cursor, &length, &item->is_shortest);
    return code ? code : read_content(cursor, length, start, item);
  }
  case WIRE_START:
    return read_group(cursor, depth, item);
  case WIRE_END:
    return PBWIRE_BAD_GROUP;
  default:
    return PBWIRE_BAD_WIRE_TYPE;
  }
}

pbwire_code pbwire_read_item(pbwire_cursor *cursor, size_t depth, pbwire_item *item) {
  const uint8_t *start = cursor->next;
  pbwire_code code = read_tag(cursor, item);
  if (code) return code;
  item->body = cursor->next;
  code = read_body(cursor, depth, item);
  if (code == PBWIRE_BAD_WIRE_TYPE || (code && item->wire == WIRE_END)) cursor->next = start;
  item->body_length = (size_t)(cursor->next - item->body);
  return code;
}
