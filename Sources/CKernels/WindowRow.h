// What the taps of a row of windows of SCALAR read, with vectors of BYTES and, for what is left of a
// row, with vectors of 16 bytes.

#define NUMBER(part) NAME(part)
#define WIDE(part) JOINED(NAME(part), wide)
#define NARROW(part) JOINED(NAME(part), narrow)

TARGET static inline SCALAR NUMBER(weighed)(SCALAR sum, SCALAR weight, SCALAR number) {
  return sum + weight * number;
}

TARGET static inline SCALAR NUMBER(greatest)(SCALAR left, SCALAR weight, SCALAR right) {
  (void)weight;
  return right > left || right != right ? right : left;
}

// Defines the operations on vectors of SIZE bytes; no number behind the last one wanted is read.
#define OPERATIONS(VECTOR, SIZE, PATTERN)                                                          \
  typedef SCALAR VECTOR(vector)                                                                    \
      __attribute__((vector_size(SIZE), aligned(sizeof(SCALAR)), may_alias));                      \
  typedef JOINED(BITS, SCALAR) VECTOR(mask) __attribute__((vector_size(SIZE)));                                    \
  enum { VECTOR(lanes) = SIZE / sizeof(SCALAR) };                                                  \
                                                                                                   \
  TARGET static inline VECTOR(vector) VECTOR(load)(const SCALAR *source, size_t step) {            \
    if (step == 1) return *(const VECTOR(vector) *)source;                                         \
    if (step == 2)                                                                                 \
      return __builtin_shufflevector(*(const VECTOR(vector) *)source,                              \
                                     *(const VECTOR(vector) *)(source + VECTOR(lanes) - 1),        \
                                     PATTERN);                                                     \
    VECTOR(vector) numbers;                                                                        \
    for (size_t i = 0; i < VECTOR(lanes); i++) numbers[i] = source[i * step];                      \
    return numbers;                                                                                \
  }                                                                                                \
                                                                                                   \
  TARGET static inline VECTOR(vector)                                                              \
      VECTOR(weighed)(VECTOR(vector) sum, SCALAR weight, VECTOR(vector) numbers) {                 \
    return sum + weight * numbers;                                                                 \
  }                                                                                                \
                                                                                                   \
  TARGET static inline VECTOR(vector)                                                              \
      VECTOR(greatest)(VECTOR(vector) left, SCALAR weight, VECTOR(vector) right) {                 \
    (void)weight;                                                                                  \
    VECTOR(mask) is_right = (VECTOR(mask))(right > left) | (VECTOR(mask))(right != right);         \
    return (VECTOR(vector))((is_right & (VECTOR(mask))right) | (~is_right & (VECTOR(mask))left));  \
  }

OPERATIONS(WIDE, BYTES, NAME(EVEN))
OPERATIONS(NARROW, 16, JOINED(JOINED(EVEN, SCALAR), 16))

// Combines all taps for the outputs of a VECTOR, whose windows lie inside.
#define COMBINE(VECTOR, OPERATION, INITIAL, WEIGHT)                                                \
  {                                                                                                \
    VECTOR(vector) sum = (VECTOR(vector)){0} + INITIAL;                                            \
    if (row->adds) sum = *(VECTOR(vector) *)(result + column);                                     \
    for (size_t i = 0; i < row->tap_count; i++) {                                                  \
      const struct ferry_tap *tap = &row->taps[i];                                                 \
      ptrdiff_t place = tap->offset + (ptrdiff_t)(column * row->step);                             \
      sum = VECTOR(OPERATION)(sum, WEIGHT, VECTOR(load)(source + place, row->step));               \
    }                                                                                              \
    *(VECTOR(vector) *)(result + column) = sum;                                                    \
  }

// Vectors that begin where others end; the last one may overlap unless it would add twice.
#define COMBINE_INSIDE(VECTOR, OPERATION, INITIAL, WEIGHT)                                         \
  for (; column + VECTOR(lanes) <= row->end; column += VECTOR(lanes))                              \
    COMBINE(VECTOR, OPERATION, INITIAL, WEIGHT)                                                    \
  if (column > row->first && column < row->end && !row->adds) {                                    \
    column = row->end - VECTOR(lanes);                                                             \
    COMBINE(VECTOR, OPERATION, INITIAL, WEIGHT)                                                    \
    column = row->end;                                                                             \
  }

#define COMBINE_ROW(OPERATION, INITIAL, WEIGHT)                                                    \
  size_t column = 0;                                                                               \
  while (column < row->columns) {                                                                  \
    if (column == row->first) {                                                                    \
      COMBINE_INSIDE(WIDE, OPERATION, INITIAL, WEIGHT)                                             \
      COMBINE_INSIDE(NARROW, OPERATION, INITIAL, WEIGHT)                                           \
      if (column == row->columns) break;                                                           \
    }                                                                                              \
    SCALAR sum = row->adds ? result[column] : INITIAL;                                             \
    for (size_t i = 0; i < row->tap_count; i++) {                                                  \
      const struct ferry_tap *tap = &row->taps[i];                                                 \
      if (column < tap->first || column >= tap->end) continue;                                     \
      SCALAR number = source[tap->offset + (ptrdiff_t)(column * row->step)];                       \
      sum = NUMBER(OPERATION)(sum, WEIGHT, number);                                                \
    }                                                                                              \
    result[column++] = sum;                                                                        \
  }

TARGET static void NAME(weigh)(const struct ferry_window_row *row, const SCALAR *source,
                               const UNALIGNED *weights, SCALAR *result) {
  COMBINE_ROW(weighed, 0, weights[tap->index])
}

TARGET static void NAME(maximize)(const struct ferry_window_row *row, const SCALAR *source,
                                  SCALAR *result) {
  COMBINE_ROW(greatest, -(SCALAR)INFINITY, 0)
}

#undef NUMBER
#undef WIDE
#undef NARROW
#undef OPERATIONS
#undef COMBINE
#undef COMBINE_INSIDE
#undef COMBINE_ROW
