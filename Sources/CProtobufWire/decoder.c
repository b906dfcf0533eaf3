// Each message is read twice: once to check its framing and to count the elements of its repeated
// fields, once to fill them in. Contents of submessages are stepped over in the first reading, so
// that the whole stays linear.

#include "pbwire_decoder.h"

#include <string.h>

#include "reader.h"
#include "scalars.h"

enum { MAX_FIELDS = 64 };

/// One message being decoded, linked to the one around it.
typedef struct frame {
  const struct frame *parent;
  ProtobufCMessage *message;
  pbwire_cursor cursor;
  size_t depth;

  /// Elements of each repeated field that the message will bring and that have no room yet.
  size_t counts[MAX_FIELDS];
  size_t unknown_count;

  /// The field at hand, as an error names it.
  pbwire_step step;

  /// Whether what was read so far is what the encoder would write.
  bool is_canonical;
  uint32_t last_number;
} frame;

typedef struct {
  const uint8_t *base;
  pbwire_arena *arena;
  pbwire_error *error;
} decoder;

// MARK: - Errors

/// Records a failure and the way to it, which leads from the innermost frame outward.
static bool fail(decoder *self, const frame *innermost, pbwire_code code, const uint8_t *at) {
  pbwire_error *error = self->error;
  size_t count = 0;
  for (const frame *here = innermost; here; here = here->parent) count += here->step.number != 0;
  pbwire_arena_lift_limit(self->arena);
  pbwire_step *steps = pbwire_arena_allocate_array(self->arena, count, sizeof *steps);
  *error = (pbwire_error){code, (size_t)(at - self->base), steps, steps ? count : 0};
  for (const frame *here = innermost; here && steps; here = here->parent) {
    if (here->step.number != 0) steps[--count] = here->step;
  }
  return false;
}

static bool fail_memory(decoder *self, const frame *here, const pbwire_item *item) {
  return fail(self, here, PBWIRE_OUT_OF_MEMORY, item->body);
}

// MARK: - Fields

/// Returns the index of a field in its descriptor, or -1.
static int field_index(const ProtobufCMessageDescriptor *descriptor, uint32_t number) {
  const ProtobufCIntRange *ranges = descriptor->field_ranges;
  unsigned low = 0, count = descriptor->n_field_ranges;
  if (count == 0 || number < (uint32_t)ranges[0].start_value) return -1;
  while (count > 1) {
    unsigned half = count / 2;
    bool is_above = number >= (uint32_t)ranges[low + half].start_value;
    low += is_above ? half : 0;
    count = is_above ? count - half : half;
  }
  uint32_t within = number - (uint32_t)ranges[low].start_value;
  bool is_known = within < ranges[low + 1].orig_index - ranges[low].orig_index;
  return is_known ? (int)(ranges[low].orig_index + within) : -1;
}

/// Whether an item is a packed run of a field's values.
static bool is_run(const ProtobufCFieldDescriptor *field, const pbwire_item *item) {
  return item->wire == WIRE_BYTES && type_forms[field->type].wire != WIRE_BYTES;
}

/// Returns the index of the field that an item belongs to; -1 when it is to be kept as unknown.
static int owner(const frame *here, const pbwire_item *item) {
  const ProtobufCMessageDescriptor *descriptor = here->message->descriptor;
  int index = field_index(descriptor, item->number);
  if (index < 0) return -1;
  const ProtobufCFieldDescriptor *field = &descriptor->fields[index];
  if (item->wire == type_forms[field->type].wire) return index;
  bool is_repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
  return is_repeated && is_run(field, item) ? index : -1;
}

/// Sets the field that errors name; `element` counts only for a repeated field.
static void name_step(frame *here, uint32_t number, int index, size_t element) {
  const ProtobufCFieldDescriptor *field =
      index < 0 ? NULL : &here->message->descriptor->fields[index];
  bool is_repeated = field && field->label == PROTOBUF_C_LABEL_REPEATED;
  here->step.number = number;
  here->step.name = field ? field->name : NULL;
  here->step.index = is_repeated ? (int64_t)element : -1;
}

static bool read_item(decoder *self, frame *here, pbwire_item *item) {
  item->number = 0;
  pbwire_code code = pbwire_read_item(&here->cursor, here->depth, item);
  if (code == PBWIRE_OK) return true;
  const uint8_t *at = here->cursor.next;
  int index = item->number ? field_index(here->message->descriptor, item->number) : -1;
  name_step(here, item->number, index, index < 0 ? 0 : here->counts[index]);
  return fail(self, here, code, at);
}

// MARK: - Counting

/// Counts the values of a packed run.
static pbwire_code count_run(ProtobufCType type, const pbwire_item *run, size_t *count) {
  type_form form = type_forms[type];
  *count = 0;
  if (form.wire != WIRE_VARINT) {
    *count = run->length / form.size;
    return run->length % form.size ? PBWIRE_BAD_PACKED : PBWIRE_OK;
  }
  for (size_t i = 0; i < run->length; i++) *count += run->content[i] < 0x80;
  bool is_cut = run->length && run->content[run->length - 1] >= 0x80;
  return is_cut ? PBWIRE_BAD_PACKED : PBWIRE_OK;
}

/// Reads the message once and counts the elements of its repeated fields.
static bool count_elements(decoder *self, frame *here) {
  const ProtobufCMessageDescriptor *descriptor = here->message->descriptor;
  memset(here->counts, 0, descriptor->n_fields * sizeof here->counts[0]);
  const uint8_t *start = here->cursor.next;
  while (here->cursor.next < here->cursor.end) {
    pbwire_item item;
    if (!read_item(self, here, &item)) return false;
    int index = owner(here, &item);
    if (index < 0) {
      here->unknown_count++;
      continue;
    }
    const ProtobufCFieldDescriptor *field = &descriptor->fields[index];
    if (field->label != PROTOBUF_C_LABEL_REPEATED) continue;
    size_t count = 1;
    pbwire_code code = is_run(field, &item) ? count_run(field->type, &item, &count) : PBWIRE_OK;
    name_step(here, item.number, index, here->counts[index]);
    if (code) return fail(self, here, code, item.content);
    here->counts[index] += count;
  }
  here->cursor.next = start;
  return true;
}

// MARK: - Filling

/// Returns a copy of an array with room for more elements, or NULL past the limit.
static void *grown(decoder *self, const void *array, size_t count, size_t more, size_t size) {
  if (more > SIZE_MAX / size - count) return NULL;
  void *copy = pbwire_arena_allocate(self->arena, (count + more) * size);
  if (copy && count) memcpy(copy, array, count * size);
  return copy;
}

static bool keep_unknown(decoder *self, frame *here, const pbwire_item *item) {
  ProtobufCMessage *message = here->message;
  if (here->unknown_count) {
    message->unknown_fields =
        grown(self, message->unknown_fields, message->n_unknown_fields, here->unknown_count,
              sizeof *message->unknown_fields);
    here->unknown_count = 0;
    if (!message->unknown_fields) {
      message->n_unknown_fields = 0;
      return fail_memory(self, here, item);
    }
  }
  message->unknown_fields[message->n_unknown_fields++] = (ProtobufCMessageUnknownField){
      .tag = item->number,
      .wire_type = (ProtobufCWireType)item->wire,
      .len = item->body_length,
      .data = (uint8_t *)(uintptr_t)item->body,
  };
  return true;
}

static bool decode_fields(decoder *self, const frame *parent, ProtobufCMessage *message,
                          const pbwire_item *item);

/// Decodes a submessage; one that is there already is merged into.
static bool store_message(decoder *self, frame *here, ProtobufCMessage **slot,
                          const ProtobufCFieldDescriptor *field, const pbwire_item *item) {
  bool is_merged = *slot != NULL;
  if (!is_merged) {
    *slot = pbwire_arena_allocate_message(self->arena, field->descriptor);
    if (!*slot) return fail_memory(self, here, item);
  }
  if (!decode_fields(self, here, *slot, item)) return false;
  // No single range of bytes stands for a merged message.
  if (is_merged) pbwire_message_origin(*slot)->is_verbatim = 0;
  return true;
}

/// Stores one value. For a message, `slot` holds NULL or a message to merge into.
static bool store_value(decoder *self, frame *here, void *slot,
                        const ProtobufCFieldDescriptor *field, const pbwire_item *item) {
  switch (field->type) {
  case PROTOBUF_C_TYPE_MESSAGE:
    return store_message(self, here, slot, field, item);
  case PROTOBUF_C_TYPE_STRING: {
    const uint8_t *nul = memchr(item->content, 0, item->length);
    if (nul) return fail(self, here, PBWIRE_NUL_IN_STRING, nul);
    *(char **)slot = pbwire_arena_copy_string(self->arena, item->content, item->length);
    return *(char **)slot ? true : fail_memory(self, here, item);
  }
  case PROTOBUF_C_TYPE_BYTES:
    *(ProtobufCBinaryData *)slot =
        (ProtobufCBinaryData){item->length, (uint8_t *)(uintptr_t)item->content};
    return true;
  default:
    if (item->wire != WIRE_VARINT) {
      memcpy(slot, item->content, item->length);
      return true;
    }
    store_varint(slot, field->type, item->value);
    here->is_canonical &= load_varint(slot, field->type) == item->value;
    return true;
  }
}

/// Stores the values of a packed run, whose number has been counted.
static bool store_run(decoder *self, frame *here, uint8_t *slot,
                      const ProtobufCFieldDescriptor *field, const pbwire_item *run) {
  if (type_forms[field->type].wire != WIRE_VARINT) {
    if (run->length) memcpy(slot, run->content, run->length);
    return true;
  }
  pbwire_cursor cursor = {run->content, run->content + run->length};
  bool is_shortest = true;
  while (cursor.next < cursor.end) {
    uint64_t value;
    pbwire_code code = pbwire_read_varint(&cursor, &value, &is_shortest);
    if (code) return fail(self, here, code, cursor.next);
    store_varint(slot, field->type, value);
    is_shortest &= load_varint(slot, field->type) == value;
    slot += type_forms[field->type].size;
  }
  here->is_canonical &= is_shortest;
  return true;
}

/// Whether a packed run can be the array of its field: alone, of fixed width, and aligned.
static bool is_usable_in_place(const frame *here, int index, const pbwire_item *run) {
  const ProtobufCFieldDescriptor *field = &here->message->descriptor->fields[index];
  type_form form = type_forms[field->type];
  bool is_alone = *(size_t *)place(here->message, field->quantifier_offset) == 0 &&
                  here->counts[index] == run->length / form.size;
  return form.wire != WIRE_VARINT && is_alone && (uintptr_t)run->content % form.size == 0;
}

/// Appends the value or the run of values of one item to a repeated field.
static bool append(decoder *self, frame *here, int index, const pbwire_item *item) {
  const ProtobufCFieldDescriptor *field = &here->message->descriptor->fields[index];
  size_t *count = place(here->message, field->quantifier_offset);
  void **array = place(here->message, field->offset);
  size_t size = type_forms[field->type].size, more = 1;
  if (is_run(field, item)) count_run(field->type, item, &more);
  if (more == 0) return true;
  if (is_run(field, item) && is_usable_in_place(here, index, item)) {
    *array = (void *)(uintptr_t)item->content;
    *count = more;
    return true;
  }
  if (here->counts[index]) {
    void *room = grown(self, *array, *count, here->counts[index], size);
    if (!room) return fail_memory(self, here, item);
    *array = room;
    here->counts[index] = 0;
  }
  uint8_t *slot = (uint8_t *)*array + *count * size;
  if (is_run(field, item)) {
    if (!store_run(self, here, slot, field, item)) return false;
  } else {
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) *(void **)slot = NULL;
    if (!store_value(self, here, slot, field, item)) return false;
  }
  *count += more;
  return true;
}

/// Stores the value of a field that is not repeated.
static bool replace(decoder *self, frame *here, int index, const pbwire_item *item) {
  const ProtobufCFieldDescriptor *field = &here->message->descriptor->fields[index];
  void *slot = place(here->message, field->offset);
  if (is_in_oneof(field)) {
    uint32_t *member = place(here->message, field->quantifier_offset);
    // A value of another member lies in the same bytes.
    if (*member != field->id) memset(slot, 0, type_forms[field->type].size);
    here->is_canonical &= *member == 0;
    *member = field->id;
  } else if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE) {
    *(protobuf_c_boolean *)place(here->message, field->quantifier_offset) = 1;
  }
  return store_value(self, here, slot, field, item);
}

/// Notes whether the encoder would write an item in this place and form.
static void note_form(frame *here, int index, const pbwire_item *item) {
  if (index < 0) {
    // What follows the tag is kept as it is.
    here->is_canonical &= item->is_tag_shortest;
    here->last_number = UINT32_MAX;
    return;
  }
  here->is_canonical &= item->is_shortest;
  const ProtobufCFieldDescriptor *field = &here->message->descriptor->fields[index];
  bool repeats = field->label == PROTOBUF_C_LABEL_REPEATED && !is_packed(field);
  here->is_canonical &= item->number > here->last_number ||
                        (repeats && item->number == here->last_number);
  if (type_forms[field->type].wire != WIRE_BYTES) {
    here->is_canonical &= is_run(field, item) == is_packed(field);
  }
  here->is_canonical &= !is_run(field, item) || item->length != 0;
  here->last_number = item->number;
}

/// Returns the number of elements that a repeated field has so far.
static size_t element_count(const frame *here, int index) {
  if (index < 0) return 0;
  const ProtobufCFieldDescriptor *field = &here->message->descriptor->fields[index];
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return 0;
  return *(size_t *)place(here->message, field->quantifier_offset);
}

static bool store_item(decoder *self, frame *here, const pbwire_item *item) {
  int index = owner(here, item);
  note_form(here, index, item);
  name_step(here, item->number, index, element_count(here, index));
  if (index < 0) return keep_unknown(self, here, item);
  bool is_repeated =
      here->message->descriptor->fields[index].label == PROTOBUF_C_LABEL_REPEATED;
  return is_repeated ? append(self, here, index, item) : replace(self, here, index, item);
}

/// Decodes the content of an item into a message that may have fields already.
static bool decode_fields(decoder *self, const frame *parent, ProtobufCMessage *message,
                          const pbwire_item *item) {
  if (!parent || parent->depth == 0) return fail(self, parent, PBWIRE_TOO_DEEP, item->content);
  frame here;
  here.parent = parent;
  here.message = message;
  here.cursor = (pbwire_cursor){item->content, item->content + item->length};
  here.depth = parent->depth - 1;
  here.unknown_count = 0;
  here.step = (pbwire_step){NULL, 0, -1};
  here.is_canonical = true;
  here.last_number = 0;
  if (message->descriptor->n_fields > MAX_FIELDS) {
    return fail(self, parent, PBWIRE_TOO_MANY_FIELDS, item->content);
  }
  if (!count_elements(self, &here)) return false;
  while (here.cursor.next < here.cursor.end) {
    pbwire_item next;
    if (!read_item(self, &here, &next) || !store_item(self, &here, &next)) return false;
  }
  pbwire_origin *origin = pbwire_message_origin(message);
  if (!origin->bytes) *origin = (pbwire_origin){item->content, item->length, !here.is_canonical};
  return true;
}

ProtobufCMessage *pbwire_decode(const ProtobufCMessageDescriptor *descriptor,
                                const uint8_t *bytes, size_t length, size_t depth,
                                pbwire_arena *arena, pbwire_error *error) {
  static const uint8_t nothing[1];
  if (!bytes) bytes = nothing;
  decoder self = {bytes, arena, error};
  *error = (pbwire_error){PBWIRE_OK, 0, NULL, 0};
  frame outside = {.depth = depth < PBWIRE_MAX_DEPTH ? depth : PBWIRE_MAX_DEPTH};
  pbwire_item whole = {.content = bytes, .length = length, .body = bytes, .body_length = length};
  ProtobufCMessage *message = pbwire_arena_allocate_message(arena, descriptor);
  if (!message) {
    fail_memory(&self, &outside, &whole);
    return NULL;
  }
  return decode_fields(&self, &outside, message, &whole) ? message : NULL;
}
