// JPEG by libjpeg, with its default transform and upsampling.
#ifdef FERRY_IMAGE_DECODING

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
// After stdio.h, whose FILE it needs.
#include <jerror.h>
#include <jpeglib.h>

#include "decoders.h"

typedef struct {
  struct jpeg_error_mgr manager;
  jmp_buf escape;
} error_handler;

static void leave(j_common_ptr info) { longjmp(((error_handler *)info->err)->escape, 1); }

// Goes on after warnings, but not to fill what a cut file lacks with grey.
static void warn(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) leave(info);
}

// Converts a row of inverted cyan, magenta, yellow and black, as Adobe's programs write it.
static void convert_cmyk(const uint8_t *source, uint8_t *target, size_t width) {
  for (size_t x = 0; x < width; x++)
    for (size_t c = 0; c < FERRY_CHANNELS; c++)
      target[x * FERRY_CHANNELS + c] = source[x * 4 + c] * source[x * 4 + 3] / 255;
}

ferry_image_status ferry_decode_jpeg(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  struct jpeg_decompress_struct info;
  error_handler handler;
  uint8_t *volatile row = NULL;
  info.err = jpeg_std_error(&handler.manager);
  handler.manager.error_exit = leave;
  handler.manager.emit_message = warn;
  if (setjmp(handler.escape)) {
    jpeg_destroy_decompress(&info);
    free(row);
    return FERRY_IMAGE_UNREADABLE;
  }
  jpeg_create_decompress(&info);
  info.mem->max_memory_to_use = (long)byte_limit;
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  int is_cmyk = info.num_components == 4;
  info.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  ferry_image_status status =
      ferry_image_allocate(image, info.image_width, info.image_height, byte_limit);
  if (status == FERRY_IMAGE_DECODED) {
    jpeg_start_decompress(&info);
    if (is_cmyk) row = malloc(image->width * 4);
    while (info.output_scanline < info.output_height) {
      uint8_t *target = image->pixels + info.output_scanline * image->width * FERRY_CHANNELS;
      JSAMPROW place = is_cmyk ? row : target;
      if (!place || jpeg_read_scanlines(&info, &place, 1) != 1) leave((j_common_ptr)&info);
      if (is_cmyk) convert_cmyk(place, target, image->width);
    }
    jpeg_finish_decompress(&info);
  }
  jpeg_destroy_decompress(&info);
  free(row);
  return status;
}

#endif
