#include "CKernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// A fused multiplication and addition is rounded once: other bits than those of two operations.
#pragma STDC FP_CONTRACT OFF

#define JOINED_TOKENS(first, second) first##_##second
#define JOINED(first, second) JOINED_TOKENS(first, second)

#define BITS_float int32_t
#define BITS_double int64_t

// Every second number of two vectors that overlap by one number.
#define EVEN_double_16 0, 3
#define EVEN_float_16 0, 2, 5, 7
#define EVEN_double_32 EVEN_float_16
#define EVEN_float_32 0, 2, 4, 6, 9, 11, 13, 15
#define EVEN_double_64 EVEN_float_32
#define EVEN_float_64 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31

// MARK: - Vectors of 16 bytes: every processor

#define BYTES 16
#define ROWS 4
#define TARGET
#include "Variant.h"

#ifdef __x86_64__

// MARK: - Vectors of 32 bytes: AVX2

#define BYTES 32
#define ROWS 4
#define TARGET __attribute__((target("avx2")))
#include "Variant.h"

// MARK: - Vectors of 64 bytes: AVX-512

#define BYTES 64
#define ROWS 8
#define TARGET __attribute__((target("avx512f")))
#include "Variant.h"

#endif

// MARK: - Choice

#define VARIANT(name, bytes)                                                                       \
  {name, multiply_float_##bytes, multiply_double_##bytes, weigh_float_##bytes, weigh_double_##bytes, \
   maximize_float_##bytes, maximize_double_##bytes}

static const struct ferry_kernels variants[] = {
    VARIANT("portable", 16),
#ifdef __x86_64__
    VARIANT("AVX2", 32),
    VARIANT("AVX-512", 64),
#endif
};

static size_t supported_count(void) {
#ifdef __x86_64__
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return 1;
  return __builtin_cpu_supports("avx512f") ? 3 : 2;
#else
  return 1;
#endif
}

const struct ferry_kernels *ferry_best_kernels(void) { return &variants[supported_count() - 1]; }

const struct ferry_kernels *ferry_kernels_at(size_t index) {
  return index < supported_count() ? &variants[index] : NULL;
}

// MARK: - Copies

// Copies columns whose elements are neighbours, four at a time: more would often need more lines of
// one set than the cache holds.
#define TRANSPOSE(TRANSPOSE_NAME, SCALAR)                                                          \
  static void TRANSPOSE_NAME(const ferry_##SCALAR *source, size_t rows, size_t columns,            \
                             size_t column_stride, SCALAR *target, size_t target_stride) {         \
    for (; columns >= 4; columns -= 4, source += 4 * column_stride, target += 4) {                 \
      size_t row = 0;                                                                              \
      for (; row + 4 <= rows; row += 4) {                                                          \
        SCALAR square[4][4];                                                                       \
        for (int i = 0; i < 4; i++)                                                                \
          memcpy(square[i], source + i * column_stride + row, sizeof square[i]);                   \
        for (int k = 0; k < 4; k++)                                                                \
          for (int i = 0; i < 4; i++) target[(row + k) * target_stride + i] = square[i][k];        \
      }                                                                                            \
      for (; row < rows; row++)                                                                    \
        for (int i = 0; i < 4; i++)                                                                \
          target[row * target_stride + i] = source[i * column_stride + row];                       \
    }                                                                                              \
    for (; columns > 0; columns--, source += column_stride, target++)                              \
      for (size_t row = 0; row < rows; row++) target[row * target_stride] = source[row];           \
  }

#define COPY(COPY_NAME, TRANSPOSE_NAME, SCALAR)                                                    \
  void COPY_NAME(const ferry_##SCALAR *source, size_t rows, size_t columns, size_t row_stride,     \
                 size_t column_stride, SCALAR *target, size_t target_stride) {                     \
    if (row_stride == 1 && column_stride != 1) {                                                   \
      TRANSPOSE_NAME(source, rows, columns, column_stride, target, target_stride);                 \
      return;                                                                                      \
    }                                                                                              \
    for (; rows > 0; rows--, source += row_stride, target += target_stride)                        \
      if (column_stride == 1)                                                                      \
        memcpy(target, source, columns * sizeof(SCALAR));                                          \
      else                                                                                         \
        for (size_t column = 0; column < columns; column++)                                        \
          target[column] = source[column * column_stride];                                         \
  }

TRANSPOSE(transpose_float, float)
TRANSPOSE(transpose_double, double)
COPY(ferry_copy_float, transpose_float, float)
COPY(ferry_copy_double, transpose_double, double)
