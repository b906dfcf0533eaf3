// Portable any-maps: bits, grey and colour, as text (P1 to P3) or as bytes (P4 to P6).
#ifdef FERRY_IMAGE_DECODING

#include "decoders.h"

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} cursor;

static int is_space(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

static void skip_space(cursor *at) {
  while (at->position < at->count) {
    uint8_t byte = at->bytes[at->position];
    if (byte == '#')
      while (at->position < at->count && at->bytes[at->position] != '\n') at->position++;
    else if (is_space(byte))
      at->position++;
    else
      return;
  }
}

// Returns the digit that comes next; -1 when there is none.
static int digit(const cursor *at) {
  if (at->position >= at->count) return -1;
  uint8_t byte = at->bytes[at->position];
  return byte >= '0' && byte <= '9' ? byte - '0' : -1;
}

// Reads a number; -1 when there is none or it has more than 9 digits.
static long number(cursor *at) {
  skip_space(at);
  long value = -1;
  for (int next; (next = digit(at)) >= 0; at->position++) {
    if (value > 99999999) return -1;
    value = (value < 0 ? 0 : value) * 10 + next;
  }
  return value;
}

// Reads a bit, which may follow another without a space; -1 when there is none.
static long bit(cursor *at) {
  skip_space(at);
  long value = digit(at);
  if (value >= 0) at->position++;
  return value;
}

// Reads the next sample of a plain or raw file; -1 when there is none.
static long sample(cursor *at, char kind, long largest) {
  if (kind == '1') return bit(at);
  if (kind <= '3') return number(at);
  size_t size = largest > 255 ? 2 : 1;
  if (at->count - at->position < size) return -1;
  long value = at->bytes[at->position++];
  return size == 1 ? value : value << 8 | at->bytes[at->position++];
}

// Reads the samples of grey and colour files, and of bits that are written as text.
static int read_samples(cursor *at, char kind, long largest, ferry_image *image) {
  size_t channels = kind == '3' || kind == '6' ? FERRY_CHANNELS : 1;
  for (size_t i = 0; i < image->width * image->height; i++)
    for (size_t c = 0; c < FERRY_CHANNELS; c++) {
      uint8_t *target = image->pixels + i * FERRY_CHANNELS + c;
      if (c >= channels) {
        *target = target[-1];
        continue;
      }
      long value = sample(at, kind, largest);
      if (value < 0 || value > largest) return 0;
      *target = kind == '1' ? (value ? 0 : 255) : (uint8_t)((value * 255 + largest / 2) / largest);
    }
  return 1;
}

// Reads rows of bits, each of which starts with a byte of its own; a set bit is black.
static int read_bits(cursor *at, ferry_image *image) {
  size_t stride = (image->width + 7) / 8;
  if ((at->count - at->position) / stride < image->height) return 0;
  for (size_t y = 0; y < image->height; y++)
    for (size_t x = 0; x < image->width; x++) {
      uint8_t byte = at->bytes[at->position + y * stride + x / 8];
      uint8_t *target = image->pixels + (y * image->width + x) * FERRY_CHANNELS;
      target[0] = target[1] = target[2] = byte >> (7 - x % 8) & 1 ? 0 : 255;
    }
  return 1;
}

ferry_image_status ferry_decode_pnm(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  cursor at = {bytes, count, 2};
  char kind = (char)bytes[1];
  long width = number(&at), height = number(&at);
  long largest = kind == '1' || kind == '4' ? 1 : number(&at);
  if (width <= 0 || height <= 0 || largest <= 0 || largest > 65535) return FERRY_IMAGE_UNREADABLE;
  // One white space ends the header of a raw file.
  if (kind >= '4' && at.position < count) at.position++;
  ferry_image_status status =
      ferry_image_allocate(image, (size_t)width, (size_t)height, byte_limit);
  if (status != FERRY_IMAGE_DECODED) return status;
  int is_read = kind == '4' ? read_bits(&at, image) : read_samples(&at, kind, largest, image);
  return is_read ? FERRY_IMAGE_DECODED : FERRY_IMAGE_UNREADABLE;
}

#endif
