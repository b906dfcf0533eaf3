// Finds the format of an image by its first bytes and has it decoded.
#include <string.h>

#include "decoders.h"

#ifdef FERRY_IMAGE_DECODING

typedef struct {
  const char *magic;
  size_t length;
  ferry_image_decoder *decode;
} format;

static const format formats[] = {
    {"BM", 2, ferry_decode_bmp},
    {"\xff\xd8\xff", 3, ferry_decode_jpeg},
    {"\0\0\0\x0cjP  \r\n\x87\n", 12, ferry_decode_jpeg2000},
    {"\xff\x4f\xff\x51", 4, ferry_decode_jpeg2000},
    {"\x89PNG\r\n\x1a\n", 8, ferry_decode_png},
    {"P1", 2, ferry_decode_pnm},
    {"P2", 2, ferry_decode_pnm},
    {"P3", 2, ferry_decode_pnm},
    {"P4", 2, ferry_decode_pnm},
    {"P5", 2, ferry_decode_pnm},
    {"P6", 2, ferry_decode_pnm},
    {"II*\0", 4, ferry_decode_tiff},
    {"MM\0*", 4, ferry_decode_tiff},
    {"RIFF", 4, ferry_decode_webp},
};

int ferry_images_available(void) { return 1; }

ferry_image_status ferry_image_decode(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    if (count < formats[i].length || memcmp(bytes, formats[i].magic, formats[i].length) != 0)
      continue;
    *image = (ferry_image){0};
    ferry_image_status status = formats[i].decode(bytes, count, byte_limit, image);
    if (status != FERRY_IMAGE_DECODED) {
      free(image->pixels);
      *image = (ferry_image){0};
    }
    return status;
  }
  return FERRY_IMAGE_UNREADABLE;
}

#else

int ferry_images_available(void) { return 0; }

ferry_image_status ferry_image_decode(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  (void)bytes, (void)count, (void)byte_limit, (void)image;
  return FERRY_IMAGE_UNAVAILABLE;
}

#endif
