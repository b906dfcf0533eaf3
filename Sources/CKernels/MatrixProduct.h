// The product of matrices of SCALAR with vectors of BYTES; ROWS fit in the registers together with
// two vectors of sums each.

#define LANES (BYTES / sizeof(SCALAR))
#define WIDTH (FERRY_STRIP_BYTES / sizeof(SCALAR))
#define VECTOR NAME(product_vector)

typedef SCALAR VECTOR __attribute__((vector_size(BYTES), aligned(sizeof(SCALAR)), may_alias));

// Sums a tile of COUNT rows and VECTORS vectors of the result, whose rows lie `stride` apart.
#define TILE(TILE_NAME, COUNT, VECTORS)                                                            \
  TARGET static void NAME(TILE_NAME)(const struct ferry_product *product, const UNALIGNED *left,   \
                                     const SCALAR *right, SCALAR *result, size_t stride) {         \
    size_t row_stride = product->row_stride, depth_stride = product->depth_stride;                 \
    size_t right_stride = product->right_stride;                                                   \
    int adds = product->adds;                                                                      \
    for (size_t depth = product->depth, run; depth > 0; depth -= run, adds = 1) {                  \
      run = depth < FERRY_RUN_LENGTH ? depth : FERRY_RUN_LENGTH;                                   \
      VECTOR sums[COUNT][VECTORS] = {{{0}}};                                                       \
      for (size_t k = 0; k < run; k++, left += depth_stride, right += right_stride) {              \
        _Pragma("unroll") for (size_t i = 0; i < COUNT; i++)                                       \
            _Pragma("unroll") for (size_t j = 0; j < VECTORS; j++) sums[i][j] +=                   \
            left[i * row_stride] * *(const VECTOR *)(right + j * LANES);                           \
      }                                                                                            \
      _Pragma("unroll") for (size_t i = 0; i < COUNT; i++)                                         \
          _Pragma("unroll") for (size_t j = 0; j < VECTORS; j++) {                                 \
        VECTOR *place = (VECTOR *)(result + i * stride + j * LANES);                               \
        *place = adds ? *place + sums[i][j] : sums[i][j];                                          \
      }                                                                                            \
    }                                                                                              \
  }

TILE(multiply_tile, ROWS, 2)
TILE(multiply_row, 1, WIDTH / LANES)

// Computes one strip of the result, all of whose columns are wanted.
TARGET static void NAME(multiply_strip)(const struct ferry_product *product, const UNALIGNED *left,
                                        const SCALAR *right, SCALAR *result, size_t stride) {
  size_t row = 0;
  for (; row + ROWS <= product->rows; row += ROWS)
    for (size_t column = 0; column < WIDTH; column += 2 * LANES)
      NAME(multiply_tile)
      (product, left + row * product->row_stride, right + column, result + row * stride + column,
       stride);
  for (; row < product->rows; row++)
    NAME(multiply_row)
    (product, left + row * product->row_stride, right, result + row * stride, stride);
}

// Computes the last strip, which is wider than what is left of the result.
TARGET static void NAME(multiply_margin)(const struct ferry_product *product, const UNALIGNED *left,
                                         const SCALAR *right, SCALAR *result, size_t columns) {
  SCALAR wide[ROWS * WIDTH] = {0};
  struct ferry_product part = *product;
  for (size_t row = 0; row < product->rows; row += part.rows) {
    part.rows = product->rows - row < ROWS ? product->rows - row : ROWS;
    SCALAR *narrow = result + row * product->result_stride;
    if (product->adds)
      for (size_t i = 0; i < part.rows; i++)
        memcpy(wide + i * WIDTH, narrow + i * product->result_stride, columns * sizeof(SCALAR));
    NAME(multiply_strip)(&part, left + row * product->row_stride, right, wide, WIDTH);
    for (size_t i = 0; i < part.rows; i++)
      memcpy(narrow + i * product->result_stride, wide + i * WIDTH, columns * sizeof(SCALAR));
  }
}

TARGET static void NAME(multiply)(const struct ferry_product *product, const UNALIGNED *left,
                                  const SCALAR *right, SCALAR *result) {
  size_t column = 0;
  for (; column + WIDTH <= product->columns; column += WIDTH)
    NAME(multiply_strip)(product, left, right + column, result + column, product->result_stride);
  if (column < product->columns)
    NAME(multiply_margin)
    (product, left, right + column, result + column, product->columns - column);
}

#undef LANES
#undef WIDTH
#undef VECTOR
#undef TILE
