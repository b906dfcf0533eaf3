// Windows bitmaps without compression: 1, 4, 8, 16, 24 or 32 bits a pixel.
#ifdef FERRY_IMAGE_DECODING

#include "decoders.h"

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t pixels;
  size_t palette;
  size_t palette_count;
  unsigned bits;
  uint32_t masks[FERRY_CHANNELS];
  int is_top_down;
  size_t width;
  size_t height;
} bitmap;

static uint32_t word(const bitmap *map, size_t offset, size_t size) {
  uint32_t value = 0;
  for (size_t i = 0; i < size; i++)
    if (offset < map->count && i < map->count - offset)
      value |= (uint32_t)map->bytes[offset + i] << (8 * i);
  return value;
}

enum { UNCOMPRESSED = 0, BIT_FIELDS = 3, ALPHA_BIT_FIELDS = 6 };

// Reads the header (BITMAPINFOHEADER and its successors); 0 when it says nothing sensible.
static int read_header(bitmap *map) {
  uint32_t header = word(map, 14, 4);
  if (map->count < 54 || header < 40 || header > map->count - 14) return 0;
  int32_t width = (int32_t)word(map, 18, 4), height = (int32_t)word(map, 22, 4);
  if (width <= 0 || height == 0 || height == INT32_MIN) return 0;
  map->pixels = word(map, 10, 4);
  map->width = (size_t)width;
  map->is_top_down = height < 0;
  map->height = (size_t)(height < 0 ? -(int64_t)height : height);
  map->bits = word(map, 28, 2);
  uint32_t compression = word(map, 30, 4), colours = word(map, 46, 4);
  if (compression != UNCOMPRESSED && compression != BIT_FIELDS && compression != ALPHA_BIT_FIELDS)
    return 0;
  for (size_t c = 0; c < FERRY_CHANNELS; c++)
    map->masks[c] = compression != UNCOMPRESSED ? word(map, 54 + 4 * c, 4)
                    : map->bits == 16           ? 0x7c00u >> (5 * c)
                                                : 0xff0000u >> (8 * c);
  map->palette = 14 + (size_t)header;
  map->palette_count = map->bits > 8 ? 0 : colours ? colours : (size_t)1 << map->bits;
  return map->bits == 1 || map->bits == 4 || map->bits == 8 || map->bits == 16 ||
         map->bits == 24 || map->bits == 32;
}

// Returns the bits under a mask, scaled to 8.
static uint8_t field(uint32_t pixel, uint32_t mask) {
  if (mask == 0) return 0;
  unsigned shift = (unsigned)__builtin_ctz(mask);
  uint32_t largest = mask >> shift;
  return (uint8_t)((uint64_t)((pixel & mask) >> shift) * 255 / largest);
}

static int read_pixel(const bitmap *map, size_t row, size_t x, uint8_t *target) {
  if (map->bits > 8) {
    uint32_t pixel = word(map, row + x * (map->bits / 8), map->bits / 8);
    for (size_t c = 0; c < FERRY_CHANNELS; c++) target[c] = field(pixel, map->masks[c]);
    return 1;
  }
  size_t bit = x * map->bits;
  uint32_t byte = word(map, row + bit / 8, 1);
  uint32_t index = byte >> (8 - map->bits - bit % 8) & ((1u << map->bits) - 1);
  if (index >= map->palette_count) return 0;
  uint32_t colour = word(map, map->palette + 4 * index, 4);
  for (size_t c = 0; c < FERRY_CHANNELS; c++) target[c] = (uint8_t)(colour >> (16 - 8 * c));
  return 1;
}

ferry_image_status ferry_decode_bmp(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  bitmap map = {.bytes = bytes, .count = count};
  if (!read_header(&map)) return FERRY_IMAGE_UNREADABLE;
  size_t stride = (map.width * map.bits + 31) / 32 * 4;
  if (map.pixels > count || (count - map.pixels) / stride < map.height)
    return FERRY_IMAGE_UNREADABLE;
  ferry_image_status status = ferry_image_allocate(image, map.width, map.height, byte_limit);
  if (status != FERRY_IMAGE_DECODED) return status;
  for (size_t y = 0; y < map.height; y++) {
    size_t row = map.pixels + (map.is_top_down ? y : map.height - 1 - y) * stride;
    for (size_t x = 0; x < map.width; x++)
      if (!read_pixel(&map, row, x, image->pixels + (y * map.width + x) * FERRY_CHANNELS))
        return FERRY_IMAGE_UNREADABLE;
  }
  return FERRY_IMAGE_DECODED;
}

#endif
