// WebP by libwebp.
#ifdef FERRY_IMAGE_DECODING

#include <webp/decode.h>

#include "decoders.h"

ferry_image_status ferry_decode_webp(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  int width, height;
  if (!WebPGetInfo(bytes, count, &width, &height)) return FERRY_IMAGE_UNREADABLE;
  ferry_image_status status =
      ferry_image_allocate(image, (size_t)width, (size_t)height, byte_limit);
  if (status != FERRY_IMAGE_DECODED) return status;
  size_t size = image->width * image->height * FERRY_CHANNELS;
  return WebPDecodeRGBInto(bytes, count, image->pixels, size, width * FERRY_CHANNELS)
             ? FERRY_IMAGE_DECODED
             : FERRY_IMAGE_UNREADABLE;
}

#endif
