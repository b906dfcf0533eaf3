/// How scalar fields lie in memory and on the wire.
#ifndef PBWIRE_SCALARS_H
#define PBWIRE_SCALARS_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "fixed-width fields are read and written as they lie in memory"
#endif

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_START = 3, WIRE_END = 4, WIRE_32 = 5 };

/// The form of a field type.
typedef struct {
  /// Bytes of one value in a message structure.
  uint8_t size;
  /// Wire type of one value.
  uint8_t wire;
} type_form;

static const type_form type_forms[] = {
    [PROTOBUF_C_TYPE_INT32] = {4, WIRE_VARINT},
    [PROTOBUF_C_TYPE_SINT32] = {4, WIRE_VARINT},
    [PROTOBUF_C_TYPE_SFIXED32] = {4, WIRE_32},
    [PROTOBUF_C_TYPE_INT64] = {8, WIRE_VARINT},
    [PROTOBUF_C_TYPE_SINT64] = {8, WIRE_VARINT},
    [PROTOBUF_C_TYPE_SFIXED64] = {8, WIRE_64},
    [PROTOBUF_C_TYPE_UINT32] = {4, WIRE_VARINT},
    [PROTOBUF_C_TYPE_FIXED32] = {4, WIRE_32},
    [PROTOBUF_C_TYPE_UINT64] = {8, WIRE_VARINT},
    [PROTOBUF_C_TYPE_FIXED64] = {8, WIRE_64},
    [PROTOBUF_C_TYPE_FLOAT] = {4, WIRE_32},
    [PROTOBUF_C_TYPE_DOUBLE] = {8, WIRE_64},
    [PROTOBUF_C_TYPE_BOOL] = {sizeof(protobuf_c_boolean), WIRE_VARINT},
    [PROTOBUF_C_TYPE_ENUM] = {4, WIRE_VARINT},
    [PROTOBUF_C_TYPE_STRING] = {sizeof(char *), WIRE_BYTES},
    [PROTOBUF_C_TYPE_BYTES] = {sizeof(ProtobufCBinaryData), WIRE_BYTES},
    [PROTOBUF_C_TYPE_MESSAGE] = {sizeof(void *), WIRE_BYTES},
};

/// Stores what a varint means for a type.
static inline void store_varint(void *slot, ProtobufCType type, uint64_t value) {
  uint32_t low = (uint32_t)value;
  switch (type) {
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_ENUM:
    *(uint32_t *)slot = low;
    break;
  case PROTOBUF_C_TYPE_SINT32:
    *(uint32_t *)slot = (low >> 1) ^ (0 - (low & 1));
    break;
  case PROTOBUF_C_TYPE_SINT64:
    *(uint64_t *)slot = (value >> 1) ^ (0 - (value & 1));
    break;
  case PROTOBUF_C_TYPE_BOOL:
    *(protobuf_c_boolean *)slot = value != 0;
    break;
  default:
    *(uint64_t *)slot = value;
  }
}

/// Returns the varint for a stored value: the inverse of store_varint.
static inline uint64_t load_varint(const void *slot, ProtobufCType type) {
  switch (type) {
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_ENUM:
    return (uint64_t)(int64_t)*(const int32_t *)slot;
  case PROTOBUF_C_TYPE_UINT32:
    return *(const uint32_t *)slot;
  case PROTOBUF_C_TYPE_SINT32: {
    uint32_t value = *(const uint32_t *)slot;
    return (uint32_t)(value << 1) ^ (0 - (value >> 31));
  }
  case PROTOBUF_C_TYPE_SINT64: {
    uint64_t value = *(const uint64_t *)slot;
    return (value << 1) ^ (0 - (value >> 63));
  }
  case PROTOBUF_C_TYPE_BOOL:
    return *(const protobuf_c_boolean *)slot != 0;
  default:
    return *(const uint64_t *)slot;
  }
}

/// Returns the number of bytes in the shortest form of a varint.
static inline size_t varint_size(uint64_t value) {
  unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
  return (bits + 6) / 7;
}

/// Whether the schema asks for the values of a repeated field in one run.
static inline int is_packed(const ProtobufCFieldDescriptor *field) {
  return (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
}

/// Whether a field is a member of a oneof.
static inline int is_in_oneof(const ProtobufCFieldDescriptor *field) {
  return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

/// Returns a place inside a message structure.
static inline void *place(const ProtobufCMessage *message, unsigned offset) {
  return (uint8_t *)(uintptr_t)message + offset;
}

#endif
