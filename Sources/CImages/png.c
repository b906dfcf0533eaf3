// PNG by libpng. Samples are taken as they are: gamma and colour profiles change nothing.
#ifdef FERRY_IMAGE_DECODING

#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "decoders.h"

// A file in memory, as libpng reads it.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} memory_file;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  memory_file *file = png_get_io_ptr(png);
  if (count > file->count) png_error(png, "the file ends early");
  memcpy(target, file->bytes, count);
  file->bytes += count;
  file->count -= count;
}

static void leave(png_structp png, png_const_charp message) {
  (void)message;
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) { (void)png, (void)message; }

// Asks for red, green and blue samples of 8 bits, whatever the file holds; returns the passes.
static int set_conversions(png_structp png) {
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_strip_alpha(png);
  return png_set_interlace_handling(png);
}

ferry_image_status ferry_decode_png(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  memory_file file = {bytes, count};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, leave, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return FERRY_IMAGE_UNREADABLE;
  }
  png_set_read_fn(png, &file, read_bytes);
  png_read_info(png, info);
  ferry_image_status status = ferry_image_allocate(
      image, png_get_image_width(png, info), png_get_image_height(png, info), byte_limit);
  if (status == FERRY_IMAGE_DECODED) {
    int passes = set_conversions(png);
    png_read_update_info(png, info);
    size_t stride = image->width * FERRY_CHANNELS;
    if (png_get_rowbytes(png, info) != stride) png_error(png, "rows have another size");
    for (int pass = 0; pass < passes; pass++)
      for (size_t y = 0; y < image->height; y++)
        png_read_row(png, image->pixels + y * stride, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return status;
}

#endif
