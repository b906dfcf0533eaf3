// The sizes of all submessages and packed runs are computed first, in the order in which writing
// needs them: asking each message for its size while writing would cost depth times the work.

#include "pbwire_encoder.h"

#include <stdlib.h>
#include <string.h>

#include "pbwire_decoder.h"
#include "scalars.h"

enum { STAGE_SIZE = 1 << 13, DIRECT_SIZE = 1 << 11 };

typedef struct {
  bool canonical;
  pbwire_code code;

  /// Sizes in the order of a walk that visits a message before its fields.
  uint64_t *sizes;
  size_t size_count, size_capacity, next_size;

  pbwire_sink sink;
  void *context;
  size_t staged;
  uint8_t stage[STAGE_SIZE];
} encoder;

// MARK: - Presence

/// Whether a message is written from the bytes that it was read from.
static bool is_copied(const encoder *self, const ProtobufCMessage *message) {
  return !self->canonical && pbwire_message_origin(message)->is_verbatim;
}

/// Whether a field that is not repeated has a value.
static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
  const void *quantifier = place(message, field->quantifier_offset);
  const void *slot = place(message, field->offset);
  bool is_pointer =
      field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
  if (is_in_oneof(field) && *(const uint32_t *)quantifier != field->id) return false;
  if (is_pointer) return *(void *const *)slot != NULL;
  return is_in_oneof(field) || *(const protobuf_c_boolean *)quantifier;
}

/// The values of a field: none, one, or an array.
typedef struct {
  const uint8_t *first;
  size_t count;
} field_values;

static field_values values_of(const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field) {
  const void *slot = place(message, field->offset);
  if (field->label != PROTOBUF_C_LABEL_REPEATED) {
    return (field_values){slot, is_present(message, field)};
  }
  size_t count = *(const size_t *)place(message, field->quantifier_offset);
  return (field_values){*(uint8_t *const *)slot, count};
}

// MARK: - Sizes

/// Makes room for a size that is not known yet and returns its index.
static size_t reserve_size(encoder *self) {
  if (self->size_count == self->size_capacity) {
    size_t capacity = self->size_capacity ? self->size_capacity * 2 : 64;
    uint64_t *sizes = realloc(self->sizes, capacity * sizeof *sizes);
    if (!sizes) {
      self->code = PBWIRE_OUT_OF_MEMORY;
      return self->size_count ? self->size_count - 1 : 0;
    }
    self->sizes = sizes;
    self->size_capacity = capacity;
  }
  return self->size_count++;
}

static uint64_t measure_fields(encoder *self, const ProtobufCMessage *message, size_t depth);

/// Returns the size of a submessage's content.
static uint64_t measure_message(encoder *self, const ProtobufCMessage *message, size_t depth) {
  if (!message) return 0;
  if (is_copied(self, message)) return pbwire_message_origin(message)->length;
  size_t index = reserve_size(self);
  if (self->code) return 0;
  uint64_t size = measure_fields(self, message, depth);
  self->sizes[index] = size;
  return size;
}

/// Returns the size of one value without its tag.
static uint64_t measure_value(encoder *self, const ProtobufCFieldDescriptor *field,
                              const void *slot, size_t depth) {
  uint64_t size;
  switch (field->type) {
  case PROTOBUF_C_TYPE_MESSAGE:
    size = measure_message(self, *(ProtobufCMessage *const *)slot, depth);
    break;
  case PROTOBUF_C_TYPE_STRING:
    size = *(char *const *)slot ? strlen(*(char *const *)slot) : 0;
    break;
  case PROTOBUF_C_TYPE_BYTES:
    size = ((const ProtobufCBinaryData *)slot)->len;
    break;
  default:
    if (type_forms[field->type].wire != WIRE_VARINT) return type_forms[field->type].size;
    return varint_size(load_varint(slot, field->type));
  }
  return varint_size(size) + size;
}

/// Returns the size of the values of a packed run.
static uint64_t measure_run(encoder *self, const ProtobufCFieldDescriptor *field,
                            field_values values) {
  type_form form = type_forms[field->type];
  if (form.wire != WIRE_VARINT) return (uint64_t)values.count * form.size;
  size_t index = reserve_size(self);
  if (self->code) return 0;
  uint64_t size = 0;
  for (size_t i = 0; i < values.count; i++) {
    size += varint_size(load_varint(values.first + i * form.size, field->type));
  }
  self->sizes[index] = size;
  return size;
}

static uint64_t measure_field(encoder *self, const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field, size_t depth) {
  field_values values = values_of(message, field);
  size_t tag_size = varint_size((uint64_t)field->id << 3);
  if (values.count == 0) return 0;
  if (field->label == PROTOBUF_C_LABEL_REPEATED && is_packed(field)) {
    uint64_t run = measure_run(self, field, values);
    return tag_size + varint_size(run) + run;
  }
  uint64_t size = values.count * tag_size;
  for (size_t i = 0; i < values.count && !self->code; i++) {
    size += measure_value(self, field, values.first + i * type_forms[field->type].size, depth);
  }
  return size;
}

static uint64_t measure_fields(encoder *self, const ProtobufCMessage *message, size_t depth) {
  if (depth == 0) {
    self->code = PBWIRE_TOO_DEEP;
    return 0;
  }
  const ProtobufCMessageDescriptor *descriptor = message->descriptor;
  uint64_t size = 0;
  for (unsigned i = 0; i < descriptor->n_fields && !self->code; i++) {
    size += measure_field(self, message, &descriptor->fields[i], depth - 1);
  }
  for (unsigned i = 0; i < message->n_unknown_fields; i++) {
    const ProtobufCMessageUnknownField *field = &message->unknown_fields[i];
    size += varint_size((uint64_t)field->tag << 3) + field->len;
  }
  return size;
}

// MARK: - Bytes

static void give(encoder *self, const uint8_t *bytes, size_t length) {
  if (self->code || length == 0) return;
  if (self->sink(self->context, bytes, length)) self->code = PBWIRE_SINK_FAILED;
}

static void flush(encoder *self) {
  give(self, self->stage, self->staged);
  self->staged = 0;
}

static void write_bytes(encoder *self, const void *bytes, size_t length) {
  if (length == 0) return;
  if (length >= DIRECT_SIZE) {
    flush(self);
    give(self, bytes, length);
    return;
  }
  if (length > STAGE_SIZE - self->staged) flush(self);
  memcpy(self->stage + self->staged, bytes, length);
  self->staged += length;
}

static void write_varint(encoder *self, uint64_t value) {
  enum { LONGEST = 10 };
  if (STAGE_SIZE - self->staged < LONGEST) flush(self);
  uint8_t *next = self->stage + self->staged;
  for (; value >= 0x80; value >>= 7) *next++ = (uint8_t)(value | 0x80);
  *next++ = (uint8_t)value;
  self->staged = (size_t)(next - self->stage);
}

static void write_tag(encoder *self, uint32_t number, unsigned wire) {
  write_varint(self, (uint64_t)number << 3 | wire);
}

// MARK: - Values

static void write_fields(encoder *self, const ProtobufCMessage *message);

/// Writes a submessage behind its length.
static void write_message(encoder *self, const ProtobufCMessage *message) {
  if (!message) {
    write_varint(self, 0);
  } else if (is_copied(self, message)) {
    const pbwire_origin *origin = pbwire_message_origin(message);
    write_varint(self, origin->length);
    write_bytes(self, origin->bytes, origin->length);
  } else {
    write_varint(self, self->sizes[self->next_size++]);
    write_fields(self, message);
  }
}

static void write_value(encoder *self, const ProtobufCFieldDescriptor *field, const void *slot) {
  switch (field->type) {
  case PROTOBUF_C_TYPE_MESSAGE:
    write_message(self, *(ProtobufCMessage *const *)slot);
    break;
  case PROTOBUF_C_TYPE_STRING: {
    const char *text = *(char *const *)slot;
    size_t length = text ? strlen(text) : 0;
    write_varint(self, length);
    write_bytes(self, text, length);
    break;
  }
  case PROTOBUF_C_TYPE_BYTES: {
    const ProtobufCBinaryData *data = slot;
    write_varint(self, data->len);
    write_bytes(self, data->data, data->len);
    break;
  }
  default:
    if (type_forms[field->type].wire != WIRE_VARINT) {
      write_bytes(self, slot, type_forms[field->type].size);
    } else {
      write_varint(self, load_varint(slot, field->type));
    }
  }
}

static void write_run(encoder *self, const ProtobufCFieldDescriptor *field, field_values values) {
  type_form form = type_forms[field->type];
  write_tag(self, field->id, WIRE_BYTES);
  if (form.wire != WIRE_VARINT) {
    write_varint(self, (uint64_t)values.count * form.size);
    write_bytes(self, values.first, values.count * form.size);
    return;
  }
  write_varint(self, self->sizes[self->next_size++]);
  for (size_t i = 0; i < values.count; i++) {
    write_varint(self, load_varint(values.first + i * form.size, field->type));
  }
}

static void write_fields(encoder *self, const ProtobufCMessage *message) {
  const ProtobufCMessageDescriptor *descriptor = message->descriptor;
  for (unsigned i = 0; i < descriptor->n_fields && !self->code; i++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
    type_form form = type_forms[field->type];
    field_values values = values_of(message, field);
    if (field->label == PROTOBUF_C_LABEL_REPEATED && is_packed(field)) {
      if (values.count) write_run(self, field, values);
      continue;
    }
    for (size_t k = 0; k < values.count && !self->code; k++) {
      write_tag(self, field->id, form.wire);
      write_value(self, field, values.first + k * form.size);
    }
  }
  for (unsigned i = 0; i < message->n_unknown_fields; i++) {
    const ProtobufCMessageUnknownField *field = &message->unknown_fields[i];
    write_tag(self, field->tag, field->wire_type);
    write_bytes(self, field->data, field->len);
  }
}

pbwire_code pbwire_encode(const ProtobufCMessage *message, bool canonical, pbwire_sink sink,
                          void *context) {
  encoder self;
  memset(&self, 0, offsetof(encoder, stage));
  self.canonical = canonical;
  self.sink = sink;
  self.context = context;
  if (is_copied(&self, message)) {
    const pbwire_origin *origin = pbwire_message_origin(message);
    write_bytes(&self, origin->bytes, origin->length);
  } else {
    measure_fields(&self, message, PBWIRE_MAX_DEPTH);
    if (!self.code) write_fields(&self, message);
  }
  flush(&self);
  free(self.sizes);
  return self.code;
}

pbwire_code pbwire_encoded_size(const ProtobufCMessage *message, bool canonical, uint64_t *size) {
  encoder self;
  memset(&self, 0, offsetof(encoder, stage));
  self.canonical = canonical;
  *size = is_copied(&self, message) ? pbwire_message_origin(message)->length
                                    : measure_fields(&self, message, PBWIRE_MAX_DEPTH);
  free(self.sizes);
  return self.code;
}
