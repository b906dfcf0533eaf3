// TIFF by libtiff, the first picture of a file.
#ifdef FERRY_IMAGE_DECODING

#include <string.h>
#include <tiffio.h>

#include "decoders.h"

// A file in memory, as libtiff reads it.
typedef struct {
  const uint8_t *bytes;
  toff_t count;
  toff_t position;
} memory_file;

static tsize_t read_bytes(thandle_t handle, tdata_t target, tsize_t count) {
  memory_file *file = handle;
  if (count < 0 || file->position >= file->count) return 0;
  toff_t left = file->count - file->position;
  toff_t taken = (toff_t)count < left ? (toff_t)count : left;
  memcpy(target, file->bytes + file->position, taken);
  file->position += taken;
  return (tsize_t)taken;
}

static tsize_t write_nothing(thandle_t handle, tdata_t source, tsize_t count) {
  (void)handle, (void)source, (void)count;
  return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int origin) {
  memory_file *file = handle;
  if (origin == SEEK_CUR) offset += file->position;
  if (origin == SEEK_END) offset += file->count;
  file->position = offset;
  return offset;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size(thandle_t handle) { return ((memory_file *)handle)->count; }

// Has transparency ignored: libtiff multiplies colours by it unless that is said to be done.
static void ignore_transparency(TIFF *tiff) {
  uint16_t count = 0, *kinds = NULL, done = EXTRASAMPLE_ASSOCALPHA;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count == 1)
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &done);
}

ferry_image_status ferry_decode_tiff(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  memory_file file = {bytes, count, 0};
  TIFFSetWarningHandler(NULL);
  TIFFSetErrorHandler(NULL);
  TIFF *tiff = TIFFClientOpen(
      "image", "rm", &file, read_bytes, write_nothing, seek, close_nothing, size, NULL, NULL);
  if (!tiff) return FERRY_IMAGE_UNREADABLE;
  uint32_t width = 0, height = 0, *pixels = NULL;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  ignore_transparency(tiff);
  ferry_image_status status =
      ferry_image_allocate(image, width, height, byte_limit / 4 * FERRY_CHANNELS);
  if (status == FERRY_IMAGE_DECODED) {
    pixels = malloc((size_t)width * height * sizeof *pixels);
    if (!pixels ||
        !TIFFReadRGBAImageOriented(tiff, width, height, pixels, ORIENTATION_TOPLEFT, 1))
      status = FERRY_IMAGE_UNREADABLE;
  }
  if (status == FERRY_IMAGE_DECODED)
    for (size_t i = 0; i < (size_t)width * height; i++) {
      uint8_t *target = image->pixels + i * FERRY_CHANNELS;
      target[0] = TIFFGetR(pixels[i]);
      target[1] = TIFFGetG(pixels[i]);
      target[2] = TIFFGetB(pixels[i]);
    }
  free(pixels);
  TIFFClose(tiff);
  return status;
}

#endif
