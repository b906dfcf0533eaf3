// JPEG 2000 by OpenJPEG: a codestream, or one in a JP2 file.
#ifdef FERRY_IMAGE_DECODING

#include <string.h>

#if __has_include(<openjpeg-2.5/openjpeg.h>)
#include <openjpeg-2.5/openjpeg.h>
#elif __has_include(<openjpeg-2.4/openjpeg.h>)
#include <openjpeg-2.4/openjpeg.h>
#else
#include <openjpeg.h>
#endif

#include "decoders.h"

// A file in memory, as OpenJPEG reads it.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} memory_file;

static OPJ_SIZE_T read_bytes(void *target, OPJ_SIZE_T count, void *data) {
  memory_file *file = data;
  size_t left = file->count - file->position;
  if (left == 0) return (OPJ_SIZE_T)-1;
  if (count > left) count = left;
  memcpy(target, file->bytes + file->position, count);
  file->position += count;
  return count;
}

static OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void *data) {
  memory_file *file = data;
  if (count < 0) return -1;
  size_t left = file->count - file->position;
  size_t skipped = (uint64_t)count < left ? (size_t)count : left;
  file->position += skipped;
  return (OPJ_OFF_T)skipped;
}

static OPJ_BOOL seek(OPJ_OFF_T position, void *data) {
  memory_file *file = data;
  if (position < 0 || (uint64_t)position > file->count) return OPJ_FALSE;
  file->position = (size_t)position;
  return OPJ_TRUE;
}

// Returns a sample as 8 unsigned bits.
static uint8_t scaled(const opj_image_comp_t *component, size_t index) {
  int64_t value = component->data[index];
  if (component->sgnd) value += (int64_t)1 << (component->prec - 1);
  int64_t largest = ((int64_t)1 << component->prec) - 1;
  if (value < 0) value = 0;
  if (value > largest) value = largest;
  if (component->prec > 8) return (uint8_t)(value >> (component->prec - 8));
  return (uint8_t)(value * 255 / largest);
}

// Writes the samples of one component, stretched where it has fewer than the image, to a channel.
static void fill(const opj_image_comp_t *component, ferry_image *image, size_t channel) {
  for (size_t y = 0; y < image->height; y++)
    for (size_t x = 0; x < image->width; x++) {
      size_t column = x * component->w / image->width;
      size_t row = y * component->h / image->height;
      image->pixels[(y * image->width + x) * FERRY_CHANNELS + channel] =
          scaled(component, row * component->w + column);
    }
}

static uint8_t clamped(double value) {
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)(value + 0.5);
}

// Turns luminance and chrominance into red, green and blue (ITU-T T.871).
static void convert_luminance(ferry_image *image) {
  for (size_t i = 0; i < image->width * image->height; i++) {
    uint8_t *pixel = image->pixels + i * FERRY_CHANNELS;
    double y = pixel[0], cb = pixel[1] - 128.0, cr = pixel[2] - 128.0;
    pixel[0] = clamped(y + 1.402 * cr);
    pixel[1] = clamped(y - 0.344136 * cb - 0.714136 * cr);
    pixel[2] = clamped(y + 1.772 * cb);
  }
}

static ferry_image_status convert(
    const opj_image_t *decoded, size_t byte_limit, ferry_image *image) {
  const opj_image_comp_t *components = decoded->comps;
  size_t used = decoded->numcomps >= FERRY_CHANNELS ? FERRY_CHANNELS : 1;
  if (decoded->numcomps == 0) return FERRY_IMAGE_UNREADABLE;
  for (size_t c = 0; c < used; c++)
    if (!components[c].data || components[c].w == 0 || components[c].h == 0 ||
        components[c].prec < 1 || components[c].prec > 31)
      return FERRY_IMAGE_UNREADABLE;
  ferry_image_status status =
      ferry_image_allocate(image, components[0].w, components[0].h, byte_limit);
  if (status != FERRY_IMAGE_DECODED) return status;
  for (size_t c = 0; c < FERRY_CHANNELS; c++) fill(&components[used == 1 ? 0 : c], image, c);
  if (used == FERRY_CHANNELS && decoded->color_space == OPJ_CLRSPC_SYCC) convert_luminance(image);
  return FERRY_IMAGE_DECODED;
}

ferry_image_status ferry_decode_jpeg2000(
    const uint8_t *bytes, size_t count, size_t byte_limit, ferry_image *image) {
  memory_file file = {bytes, count, 0};
  ferry_image_status status = FERRY_IMAGE_UNREADABLE;
  opj_image_t *decoded = NULL;
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_codec_t *codec = opj_create_decompress(bytes[0] == 0xff ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
  opj_stream_t *stream = opj_stream_default_create(OPJ_TRUE);
  if (codec && stream && opj_setup_decoder(codec, &parameters)) {
    opj_stream_set_read_function(stream, read_bytes);
    opj_stream_set_skip_function(stream, skip_bytes);
    opj_stream_set_seek_function(stream, seek);
    opj_stream_set_user_data(stream, &file, NULL);
    opj_stream_set_user_data_length(stream, count);
    if (opj_read_header(stream, codec, &decoded)) {
      uint64_t area = (uint64_t)(decoded->x1 - decoded->x0) * (decoded->y1 - decoded->y0);
      // Samples are decoded to 4 bytes in every component.
      uint64_t components = decoded->numcomps ? decoded->numcomps : 1;
      if (area > byte_limit / 4 / components)
        status = FERRY_IMAGE_TOO_LARGE;
      else if (opj_decode(codec, stream, decoded) && opj_end_decompress(codec, stream))
        status = convert(decoded, byte_limit, image);
    }
  }
  opj_image_destroy(decoded);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  return status;
}

#endif
