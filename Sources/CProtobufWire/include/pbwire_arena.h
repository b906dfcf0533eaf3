/// Memory that is given back all at once, with a limit, and the messages that live in it.
#ifndef PBWIRE_ARENA_H
#define PBWIRE_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pbwire_arena pbwire_arena;

/// Creates an arena that gives out at most `limit` bytes; NULL when the machine has no memory.
pbwire_arena *pbwire_arena_create(size_t limit);

/// Gives back the arena and everything in it.
void pbwire_arena_destroy(pbwire_arena *arena);

/// Returns the number of bytes given out.
size_t pbwire_arena_used(const pbwire_arena *arena);

/// Lets the arena grow without bound from now on.
void pbwire_arena_lift_limit(pbwire_arena *arena);

/// Returns `size` uninitialized bytes aligned to 8, or NULL past the limit.
void *pbwire_arena_allocate(pbwire_arena *arena, size_t size);

/// Returns `count` zeroed elements of `size` bytes, or NULL past the limit.
void *pbwire_arena_allocate_array(pbwire_arena *arena, size_t count, size_t size);

/// Returns a copy of `length` bytes with a NUL behind, or NULL past the limit.
char *pbwire_arena_copy_string(pbwire_arena *arena, const void *bytes, size_t length);

/// Returns an empty message, or NULL past the limit.
///
/// All messages that the decoder makes or the encoder takes come from here: in front of each lies
/// where it was read from.
ProtobufCMessage *pbwire_arena_allocate_message(pbwire_arena *arena,
                                                const ProtobufCMessageDescriptor *descriptor);

/// Where a message was read from.
typedef struct {
  /// The first byte of the message's content, or NULL for a message that was not decoded.
  const uint8_t *bytes;
  uint64_t length : 63;
  /// Whether encoding the message's fields would give other bytes: its fields are in an unusual
  /// order or form. The encoder then writes `bytes`.
  uint64_t is_verbatim : 1;
} pbwire_origin;

/// Returns where a message of an arena was read from.
static inline pbwire_origin *pbwire_message_origin(const ProtobufCMessage *message) {
  return (pbwire_origin *)(uintptr_t)message - 1;
}

#endif
