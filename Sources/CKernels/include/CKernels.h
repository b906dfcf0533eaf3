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

/// The loops for one instruction set.
struct ferry_kernels {
  const char *name;
  void (*multiply_float)(const struct ferry_product *product, const float *left,
                         const float *right, float *result);
  void (*multiply_double)(const struct ferry_product *product, const double *left,
                          const double *right, double *result);
};

/// Returns the best loops that this processor can run.
const struct ferry_kernels *ferry_best_kernels(void);

/// Returns the loops at `index` of those that this processor can run, the slowest first, or NULL.
const struct ferry_kernels *ferry_kernels_at(size_t index);

/// Copies `rows` rows that lie `source_stride` apart to the columns of a matrix.
void ferry_transpose_float(const float *source, size_t rows, size_t columns, size_t source_stride,
                           float *target, size_t target_stride);

/// Copies rows of doubles to the columns of a matrix, like `ferry_transpose_float`.
void ferry_transpose_double(const double *source, size_t rows, size_t columns,
                            size_t source_stride, double *target, size_t target_stride);

#endif
