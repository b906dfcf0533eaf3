// Changes model files at random and checks what the message layer makes of them.
//
//   MessageFuzzer COUNT SEED FILE…
//
// What must hold for every input: it is refused with an offset inside it, or it encodes to the same
// bytes again, and its canonical form decodes and encodes to itself. The sanitizers that this is
// built with check the rest. The bytes of a failure go to fuzz-failure.onnx.

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onnx.descriptors.h"
#include "pbwire_decoder.h"
#include "pbwire_encoder.h"

enum { LARGEST_SEED = 1 << 14, LARGEST_INPUT = 1 << 16, MEMORY = 4 << 20, DEPTH = 200 };

typedef struct {
  uint8_t *bytes;
  size_t length, capacity;
} buffer;

static buffer *seeds;
static size_t seed_count;
static uint64_t state;

// MARK: - Bytes

/// Returns the next number of a xorshift generator.
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static size_t below(size_t bound) { return bound ? next_random() % bound : 0; }

static void fail(const char *what, const buffer *input) {
  FILE *file = fopen("fuzz-failure.onnx", "wb");
  if (file) {
    fwrite(input->bytes, 1, input->length, file);
    fclose(file);
  }
  fprintf(stderr, "%s: see fuzz-failure.onnx (%zu bytes)\n", what, input->length);
  abort();
}

static int append(void *context, const uint8_t *bytes, size_t length) {
  buffer *output = context;
  if (output->length + length > output->capacity) {
    output->capacity = (output->length + length) * 2;
    output->bytes = realloc(output->bytes, output->capacity);
    if (!output->bytes) return 1;
  }
  memcpy(output->bytes + output->length, bytes, length);
  output->length += length;
  return 0;
}

// MARK: - Changes

/// Puts `length` bytes in the place of `removed` ones.
static void splice(buffer *input, size_t at, size_t removed, const uint8_t *bytes, size_t length) {
  size_t rest = input->length - at - removed;
  if (at + length + rest > LARGEST_INPUT) return;
  memmove(input->bytes + at + length, input->bytes + at + removed, rest);
  memcpy(input->bytes + at, bytes, length);
  input->length = at + length + rest;
}

/// Copies a range of a seed into the input.
static void splice_seed(buffer *input, size_t at) {
  const buffer *seed = &seeds[below(seed_count)];
  size_t from = below(seed->length);
  size_t length = 1 + below(seed->length - from < 64 ? seed->length - from : 64);
  if (from + length > seed->length) return;
  splice(input, at, below(2) && at < input->length ? 1 : 0, seed->bytes + from, length);
}

/// Repeats a range of the input.
static void repeat_range(buffer *input, size_t at) {
  uint8_t copy[64];
  size_t length = below(input->length - at < sizeof copy ? input->length - at : sizeof copy);
  memcpy(copy, input->bytes + at, length);
  splice(input, below(input->length), 0, copy, length);
}

static void change_once(buffer *input) {
  static const uint8_t telling[] = {0x00, 0x01, 0x02, 0x07, 0x0a, 0x0b, 0x0c, 0x3a, 0x3b, 0x3c,
                                    0x7f, 0x80, 0x81, 0xff, 0x2a, 0x32, 0x4a, 0x5a, 0x12, 0x22};
  size_t at = below(input->length);
  if (input->length == 0) return splice_seed(input, 0);
  switch (below(8)) {
  case 0:
    input->bytes[at] ^= (uint8_t)(1u << below(8));
    break;
  case 1:
    input->bytes[at] = (uint8_t)next_random();
    break;
  case 2:
    input->bytes[at] = telling[below(sizeof telling)];
    break;
  case 3:
    splice(input, at, below(input->length - at < 16 ? input->length - at : 16), telling, 0);
    break;
  case 4:
    splice(input, at, 0, &telling[below(sizeof telling)], 1);
    break;
  case 5:
    splice_seed(input, at);
    break;
  case 6:
    repeat_range(input, at);
    break;
  default:
    if (below(8) == 0) {
      input->length = at;
    } else {
      input->bytes[at] += below(2) ? 1 : 0xff;
    }
  }
}

// MARK: - Checks

/// Returns the encoding of a message.
static buffer encode(const ProtobufCMessage *message, bool canonical, const buffer *input) {
  buffer output = {0};
  uint64_t size;
  if (pbwire_encode(message, canonical, append, &output)) fail("the encoder refuses", input);
  if (pbwire_encoded_size(message, canonical, &size) || size != output.length)
    fail("the size is wrong", input);
  return output;
}

static bool is_equal(const buffer *left, const buffer *right) {
  return left->length == right->length &&
         (left->length == 0 || memcmp(left->bytes, right->bytes, left->length) == 0);
}

/// Checks that a canonical encoding is read as itself.
static void check_canonical(const buffer *canonical, const buffer *input) {
  pbwire_arena *arena = pbwire_arena_create(SIZE_MAX);
  pbwire_error error;
  const ProtobufCMessage *message =
      pbwire_decode(onnx__model_proto__get_descriptor(), canonical->bytes, canonical->length,
                    DEPTH, arena, &error);
  if (!message) fail("the canonical form is refused", input);
  if (pbwire_message_origin(message)->is_verbatim) fail("the canonical form is not", input);
  buffer again = encode(message, true, input);
  if (!is_equal(&again, canonical)) fail("the canonical form changes", input);
  free(again.bytes);
  pbwire_arena_destroy(arena);
}

/// Returns whether the input decodes.
static bool check(const buffer *input) {
  // A copy of the very size: reading past its end is caught.
  uint8_t *bytes = malloc(input->length ? input->length : 1);
  memcpy(bytes, input->bytes, input->length);
  pbwire_arena *arena = pbwire_arena_create(MEMORY);
  pbwire_error error;
  const ProtobufCMessage *message = pbwire_decode(onnx__model_proto__get_descriptor(), bytes,
                                                  input->length, DEPTH, arena, &error);
  if (message) {
    buffer output = encode(message, false, input);
    if (!is_equal(&output, input)) fail("the encoding differs", input);
    buffer canonical = encode(message, true, input);
    check_canonical(&canonical, input);
    free(output.bytes);
    free(canonical.bytes);
  } else if (error.code == PBWIRE_OK || error.offset > input->length) {
    fail("the error has no place", input);
  }
  for (size_t i = 0; !message && i < error.step_count; i++) {
    if (error.steps[i].number == 0) fail("the path has a hole", input);
  }
  pbwire_arena_destroy(arena);
  free(bytes);
  return message != NULL;
}

// MARK: - Seeds

static void add_seed(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return;
  uint8_t *bytes = malloc(LARGEST_SEED + 1);
  size_t length = fread(bytes, 1, LARGEST_SEED + 1, file);
  fclose(file);
  if (length > LARGEST_SEED || length == 0) {
    free(bytes);
    return;
  }
  seeds[seed_count++] = (buffer){bytes, length, length};
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: MessageFuzzer COUNT SEED FILE...\n");
    return 2;
  }
  size_t rounds = strtoull(arguments[1], NULL, 10), accepted = 0;
  state = strtoull(arguments[2], NULL, 10) * 2 + 0x9e3779b97f4a7c15;
  seeds = calloc((size_t)count, sizeof *seeds);
  for (int i = 3; i < count; i++) add_seed(arguments[i]);
  if (seed_count == 0) {
    fprintf(stderr, "no file of at most %d bytes to start from\n", LARGEST_SEED);
    return 2;
  }
  for (size_t i = 0; i < seed_count; i++) check(&seeds[i]);
  buffer input = {malloc(LARGEST_INPUT), 0, LARGEST_INPUT};
  for (size_t round = 0; round < rounds; round++) {
    const buffer *seed = &seeds[below(seed_count)];
    memcpy(input.bytes, seed->bytes, seed->length);
    input.length = seed->length;
    // Mostly one change: with several, most inputs fail at the first.
    for (size_t changes = 1 + below(2) * below(4); changes > 0; changes--) change_once(&input);
    accepted += check(&input);
  }
  printf("%zu inputs from %zu files: %zu decoded, %zu refused, no finding\n", rounds, seed_count,
         accepted, rounds - accepted);
  for (size_t i = 0; i < seed_count; i++) free(seeds[i].bytes);
  free(seeds);
  free(input.bytes);
  return 0;
}
