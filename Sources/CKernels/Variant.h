// All loops with vectors of BYTES, for the instruction set TARGET.

#define NAME(part) JOINED(JOINED(part, SCALAR), BYTES)
#define UNALIGNED JOINED(ferry, SCALAR)

#define SCALAR float
#include "MatrixProduct.h"
#include "WindowRow.h"
#undef SCALAR

#define SCALAR double
#include "MatrixProduct.h"
#include "WindowRow.h"
#undef SCALAR

#undef NAME
#undef UNALIGNED
#undef BYTES
#undef ROWS
#undef TARGET
