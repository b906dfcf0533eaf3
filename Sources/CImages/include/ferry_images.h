// Decodes still images into rows of red, green and blue bytes.
//
// Images come from strangers: every decoder checks the size that a file claims against a limit
// before it allocates, and ends with a status whatever the bytes are.
#ifndef FERRY_IMAGES_H
#define FERRY_IMAGES_H

#include <stddef.h>
#include <stdint.h>

// How decoding ended.
typedef enum {
  FERRY_IMAGE_DECODED,
  // The format is not known, or the file is damaged.
  FERRY_IMAGE_UNREADABLE,
  // The pixels would take more bytes than the limit.
  FERRY_IMAGE_TOO_LARGE,
  // The program was built without decoders.
  FERRY_IMAGE_UNAVAILABLE,
} ferry_image_status;

// Pixels in row-major order, three bytes each. The owner frees `pixels`.
typedef struct {
  size_t width;
  size_t height;
  uint8_t *pixels;
} ferry_image;

// Whether the program was built with decoders.
int ferry_images_available(void);

// Decodes a BMP, JPEG, JPEG 2000, PNG, PNM, TIFF or WebP file of `count` bytes.
//
// Transparency is dropped, grey and indexed pixels become red, green and blue ones, and deeper
// samples are scaled to 8 bits. `image` is set only when the result is FERRY_IMAGE_DECODED.
ferry_image_status ferry_image_decode(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image);

#endif
