#include "CKernels.h"

#include <string.h>

// A fused multiplication and addition is rounded once: other bits than those of two operations.
#pragma STDC FP_CONTRACT OFF

#define NAME_OF(function, part) function##_##part
#define NAME(function, part) NAME_OF(function, part)

// MARK: - Vectors of 16 bytes: every processor

#define MULTIPLY multiply_float_16
#define SCALAR float
#define BYTES 16
#define ROWS 4
#define TARGET
#include "MatrixProduct.inc"

#define MULTIPLY multiply_double_16
#define SCALAR double
#define BYTES 16
#define ROWS 4
#define TARGET
#include "MatrixProduct.inc"

// MARK: - Vectors of 32 and 64 bytes: x86 with AVX2, with AVX-512

#ifdef __x86_64__

#define MULTIPLY multiply_float_32
#define SCALAR float
#define BYTES 32
#define ROWS 4
#define TARGET __attribute__((target("avx2")))
#include "MatrixProduct.inc"

#define MULTIPLY multiply_double_32
#define SCALAR double
#define BYTES 32
#define ROWS 4
#define TARGET __attribute__((target("avx2")))
#include "MatrixProduct.inc"

#define MULTIPLY multiply_float_64
#define SCALAR float
#define BYTES 64
#define ROWS 8
#define TARGET __attribute__((target("avx512f")))
#include "MatrixProduct.inc"

#define MULTIPLY multiply_double_64
#define SCALAR double
#define BYTES 64
#define ROWS 8
#define TARGET __attribute__((target("avx512f")))
#include "MatrixProduct.inc"

#endif

// MARK: - Choice

static const struct ferry_kernels variants[] = {
    {"portable", multiply_float_16, multiply_double_16},
#ifdef __x86_64__
    {"AVX2", multiply_float_32, multiply_double_32},
    {"AVX-512", multiply_float_64, multiply_double_64},
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

// MARK: - Transposition

// Four rows at a time: more would often need more lines of one set than the cache holds.
#define TRANSPOSE(TRANSPOSE_NAME, SCALAR)                                                          \
  void TRANSPOSE_NAME(const SCALAR *source, size_t rows, size_t columns, size_t source_stride,     \
                      SCALAR *target, size_t target_stride) {                                      \
    size_t row = 0;                                                                                \
    for (; row + 4 <= rows; row += 4, source += 4 * source_stride, target += 4) {                  \
      size_t column = 0;                                                                           \
      for (; column + 4 <= columns; column += 4) {                                                 \
        SCALAR square[4][4];                                                                       \
        for (int i = 0; i < 4; i++)                                                                \
          memcpy(square[i], source + i * source_stride + column, sizeof square[i]);                \
        for (int k = 0; k < 4; k++)                                                                \
          for (int i = 0; i < 4; i++) target[(column + k) * target_stride + i] = square[i][k];     \
      }                                                                                            \
      for (; column < columns; column++)                                                           \
        for (int i = 0; i < 4; i++)                                                                \
          target[column * target_stride + i] = source[i * source_stride + column];                 \
    }                                                                                              \
    for (; row < rows; row++, source += source_stride, target++)                                   \
      for (size_t column = 0; column < columns; column++)                                          \
        target[column * target_stride] = source[column];                                           \
  }

TRANSPOSE(ferry_transpose_float, float)
TRANSPOSE(ferry_transpose_double, double)
