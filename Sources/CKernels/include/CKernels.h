/// Inner loops of kernels, compiled for every instruction set that a processor may have.
///
/// All variants compute the same bits: lanes hold different elements of the result, and each of
/// these is summed in the same order, by multiplications and additions that are rounded apart.
#ifndef FERRY_CKERNELS_H
#define FERRY_CKERNELS_H

#include <stddef.h>

enum {
  /// The bytes of a strip, the columns of a product that are computed at once: 32 floats or 16
  /// doubles.
  FERRY_STRIP_BYTES = 128,
  /// The number of products that are summed before their sum is added to the result.
  FERRY_RUN_LENGTH = 64,
};

/// The extents of a product of two matrices, and how their elements lie.
struct ferry_product {
  size_t rows;
  size_t columns;
  size_t depth;
  /// The distances of neighbours in the left matrix.
  size_t row_stride;
  size_t depth_stride;
  /// The distance of rows of the right matrix, each of which fills its last strip.
  size_t right_stride;
  /// The distance of rows of the result.
  size_t result_stride;
  /// Whether to add to what the result holds, or to begin with the first run.
  int adds;
};

/// Numbers on any boundary: weights are read where they lie in a file.
typedef float ferry_float __attribute__((aligned(1)));
typedef double ferry_double __attribute__((aligned(1)));

/// What one tap of the windows of a row of outputs reads.
struct ferry_tap {
  /// The tap, counted over the whole window.
  size_t index;
  /// Where it would read for the first output, which may lie outside.
  ptrdiff_t offset;
  /// The outputs for which it reads the input.
  size_t first;
  size_t end;
};

/// The windows of a row of outputs.
struct ferry_window_row {
  const struct ferry_tap *taps;
  size_t tap_count;
  /// The distance of what a tap reads for neighbouring outputs.
  size_t step;
  size_t columns;
  /// The outputs for which all taps read the input.
  size_t first;
  size_t end;
  /// Whether to add to what the outputs hold, or to begin with these taps.
  int adds;
};

/// The loops for one instruction set.
struct ferry_kernels {
  const char *name;
  void (*multiply_float)(const struct ferry_product *product, const ferry_float *left,
                         const float *right, float *result);
  void (*multiply_double)(const struct ferry_product *product, const ferry_double *left,
                          const double *right, double *result);
  /// Sums what the taps read, each multiplied by its weight, in the order of the taps.
  void (*weigh_float)(const struct ferry_window_row *row, const float *source,
                      const ferry_float *weights, float *result);
  void (*weigh_double)(const struct ferry_window_row *row, const double *source,
                       const ferry_double *weights, double *result);
  /// Finds the greatest number that a tap reads; it is NaN if one of them is.
  void (*maximize_float)(const struct ferry_window_row *row, const float *source, float *result);
  void (*maximize_double)(const struct ferry_window_row *row, const double *source,
                          double *result);
};

/// Returns the best loops that this processor can run.
const struct ferry_kernels *ferry_best_kernels(void);

/// Returns the loops at `index` of those that this processor can run, the slowest first, or NULL.
const struct ferry_kernels *ferry_kernels_at(size_t index);

/// Copies a matrix with any strides to one whose rows lie `target_stride` apart.
void ferry_copy_float(const ferry_float *source, size_t rows, size_t columns, size_t row_stride,
                      size_t column_stride, float *target, size_t target_stride);

/// Copies a matrix of doubles, like `ferry_copy_float`.
void ferry_copy_double(const ferry_double *source, size_t rows, size_t columns, size_t row_stride,
                       size_t column_stride, double *target, size_t target_stride);

#endif
