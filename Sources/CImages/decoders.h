// What the decoders of single formats share.
#ifndef FERRY_DECODERS_H
#define FERRY_DECODERS_H

#include <stdlib.h>

#include "ferry_images.h"

// A decoder: `image` comes with no pixels and may leave with some even when it fails.
typedef ferry_image_status ferry_image_decoder(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image);

ferry_image_decoder ferry_decode_bmp;
ferry_image_decoder ferry_decode_jpeg;
ferry_image_decoder ferry_decode_jpeg2000;
ferry_image_decoder ferry_decode_png;
ferry_image_decoder ferry_decode_pnm;
ferry_image_decoder ferry_decode_tiff;
ferry_image_decoder ferry_decode_webp;

// The bytes of a pixel that a decoder writes.
#define FERRY_CHANNELS 3

// Allocates the pixels of an image.
static inline ferry_image_status ferry_image_allocate(
    ferry_image *image, size_t width, size_t height, size_t byte_limit) {
  if (width == 0 || height == 0) return FERRY_IMAGE_UNREADABLE;
  if (width > byte_limit / FERRY_CHANNELS || height > byte_limit / (width * FERRY_CHANNELS))
    return FERRY_IMAGE_TOO_LARGE;
  image->width = width;
  image->height = height;
  image->pixels = malloc(width * height * FERRY_CHANNELS);
  return image->pixels ? FERRY_IMAGE_DECODED : FERRY_IMAGE_TOO_LARGE;
}

#endif
