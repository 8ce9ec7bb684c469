#pragma once

// Products of small matrices in registers, from which all larger ones are built.

#include "vectors.h"

// Columns of a tile, and the depth of a run of products that stays in the first-level cache.
enum { panel = 16, depth = 256 };

INLINE long padded(long columns) { return (columns + panel - 1) / panel * panel; }

// c[height, 16] (+)= a[height, count] · b[count, 16]; a sum runs in ascending order of k.
#define TILE(height)                                                                            \
  INLINE void tile##height(const float *a, long a_row, long a_step, const float *b, long b_row, \
                           long count, float *c, long c_row, bool adds, bool fused) {           \
    float8 left[height], right[height];                                                         \
    _Pragma("unroll") for (int i = 0; i < height; i++) {                                        \
      left[i] = adds ? load8(c + i * c_row) : all8(0);                                          \
      right[i] = adds ? load8(c + i * c_row + 8) : all8(0);                                     \
    }                                                                                           \
    for (long k = 0; k < count; k++) {                                                          \
      const float8 b0 = load8(b + b_row * k), b1 = load8(b + b_row * k + 8);                    \
      _Pragma("unroll") for (int i = 0; i < height; i++) {                                      \
        const float8 factor = all8(a[i * a_row + k * a_step]);                                  \
        left[i] = TIMES(factor, b0, left[i]);                                                   \
        right[i] = TIMES(factor, b1, right[i]);                                                 \
      }                                                                                         \
    }                                                                                           \
    _Pragma("unroll") for (int i = 0; i < height; i++) {                                        \
      store8(c + i * c_row, left[i]);                                                           \
      store8(c + i * c_row + 8, right[i]);                                                      \
    }                                                                                           \
  }
TILE(6)
TILE(5)
TILE(4)
TILE(3)
TILE(2)
TILE(1)

// A tile of at most six rows.
INLINE void tile(long height, const float *a, long a_row, long a_step, const float *b, long b_row,
                 long count, float *c, long c_row, bool adds, bool fused) {
  switch (height) {
    case 1: return tile1(a, a_row, a_step, b, b_row, count, c, c_row, adds, fused);
    case 2: return tile2(a, a_row, a_step, b, b_row, count, c, c_row, adds, fused);
    case 3: return tile3(a, a_row, a_step, b, b_row, count, c, c_row, adds, fused);
    case 4: return tile4(a, a_row, a_step, b, b_row, count, c, c_row, adds, fused);
    case 5: return tile5(a, a_row, a_step, b, b_row, count, c, c_row, adds, fused);
    default: return tile6(a, a_row, a_step, b, b_row, count, c, c_row, adds, fused);
  }
}

// c[rows, columns] = a[rows, k] · b, packed as [columns / 16, k, 16].
INLINE void multiply_packed(const float *a, long a_row, const float *b, long k, long columns,
                            long rows, float *c, long c_row, bool fused) {
  for (long first = 0; first < k; first += depth) {
    const long count = k - first < depth ? k - first : depth;
    for (long column = 0; column < columns; column += panel) {
      const float *part = b + column * k + first * panel;
      for (long i = 0; i < rows; i += 6) {
        tile(rows - i < 6 ? rows - i : 6, a + i * a_row + first, a_row, 1, part, panel, count,
             c + i * c_row + column, c_row, first > 0, fused);
      }
    }
  }
}
