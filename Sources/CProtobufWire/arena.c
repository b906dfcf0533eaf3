#include "pbwire_arena.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 1 << 14, LARGEST_CHUNK = 1 << 22 };

typedef struct chunk {
  struct chunk *next;
  uint64_t padding;
} chunk;

struct pbwire_arena {
  chunk *chunks;
  uint8_t *free, *end;
  size_t used, limit, next_chunk;
};

pbwire_arena *pbwire_arena_create(size_t limit) {
  pbwire_arena *arena = calloc(1, sizeof *arena);
  if (!arena) return NULL;
  arena->limit = limit;
  arena->next_chunk = FIRST_CHUNK;
  return arena;
}

void pbwire_arena_destroy(pbwire_arena *arena) {
  if (!arena) return;
  for (chunk *next, *here = arena->chunks; here; here = next) {
    next = here->next;
    free(here);
  }
  free(arena);
}

size_t pbwire_arena_used(const pbwire_arena *arena) { return arena->used; }

void pbwire_arena_lift_limit(pbwire_arena *arena) { arena->limit = SIZE_MAX; }

/// Returns the bytes of a new chunk.
static uint8_t *add_chunk(pbwire_arena *arena, size_t size) {
  if (size > SIZE_MAX - sizeof(chunk)) return NULL;
  chunk *added = malloc(sizeof *added + size);
  if (!added) return NULL;
  added->next = arena->chunks;
  arena->chunks = added;
  return (uint8_t *)(added + 1);
}

void *pbwire_arena_allocate(pbwire_arena *arena, size_t size) {
  if (size > SIZE_MAX - 8) return NULL;
  size = (size + 7) & ~(size_t)7;
  if (size > arena->limit || arena->used > arena->limit - size) return NULL;
  arena->used += size;
  // A large piece gets a chunk of its own, so that at most half of a common chunk stays unused.
  if (size >= arena->next_chunk / 2) return add_chunk(arena, size);
  if ((size_t)(arena->end - arena->free) < size) {
    uint8_t *added = add_chunk(arena, arena->next_chunk);
    if (!added) return NULL;
    arena->free = added;
    arena->end = added + arena->next_chunk;
    if (arena->next_chunk < LARGEST_CHUNK) arena->next_chunk *= 2;
  }
  void *result = arena->free;
  arena->free += size;
  return result;
}

void *pbwire_arena_allocate_array(pbwire_arena *arena, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  void *array = pbwire_arena_allocate(arena, count * size);
  return array ? memset(array, 0, count * size) : NULL;
}

char *pbwire_arena_copy_string(pbwire_arena *arena, const void *bytes, size_t length) {
  if (length == SIZE_MAX) return NULL;
  char *copy = pbwire_arena_allocate(arena, length + 1);
  if (!copy) return NULL;
  if (length) memcpy(copy, bytes, length);
  copy[length] = 0;
  return copy;
}

ProtobufCMessage *pbwire_arena_allocate_message(pbwire_arena *arena,
                                                const ProtobufCMessageDescriptor *descriptor) {
  pbwire_origin *origin =
      pbwire_arena_allocate(arena, sizeof(pbwire_origin) + descriptor->sizeof_message);
  if (!origin) return NULL;
  *origin = (pbwire_origin){0};
  ProtobufCMessage *message = (ProtobufCMessage *)(origin + 1);
  descriptor->message_init(message);
  return message;
}
