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

// What a tile asks for while it works, since the processor foresees neither the short rows of the
// next one nor the start of a panel: the next rows of a, the next rows of c, and of the next panel
// so many lines each 16 steps, from `b` on.
typedef struct {
  const float *a, *b, *c;
  long lines;
} ahead;

// Adds the products at k.
INLINE void step6(const float *a, long a_row, const float *b, long k, float8 *left, float8 *right,
                  bool fused) {
  const float8 b0 = load8(b + panel * k), b1 = load8(b + panel * k + 8);
  _Pragma("unroll") for (int i = 0; i < 6; i++) {
    const float8 factor = all8(a[i * a_row + k]);
    left[i] = TIMES(factor, b0, left[i]);
    right[i] = TIMES(factor, b1, right[i]);
  }
}

// A tile of six rows of a packed matrix: the sums of `tile`.
INLINE void tile_asking(const float *a, long a_row, const float *b, long count, float *c,
                        long c_row, bool adds, ahead next, bool fused) {
  float8 left[6], right[6];
  _Pragma("unroll") for (int i = 0; i < 6; i++) {
    left[i] = adds ? load8(c + i * c_row) : all8(0);
    right[i] = adds ? load8(c + i * c_row + 8) : all8(0);
    __builtin_prefetch(next.c + i * c_row, 1, 3);
  }
  long k = 0;
  for (; k + 16 <= count; k += 16) {
    _Pragma("unroll") for (int i = 0; i < 6; i++) __builtin_prefetch(next.a + i * a_row + k, 0, 3);
    for (long line = 0; line < next.lines; line++, next.b += panel) {
      __builtin_prefetch(next.b, 0, 2);
    }
    _Pragma("unroll 4") for (long more = 0; more < 16; more++) {
      step6(a, a_row, b, k + more, left, right, fused);
    }
  }
  for (; k < count; k++) step6(a, a_row, b, k, left, right, fused);
  _Pragma("unroll") for (int i = 0; i < 6; i++) {
    store8(c + i * c_row, left[i]);
    store8(c + i * c_row + 8, right[i]);
  }
}

// c[rows, columns] = a[rows, k] · b, packed as [columns / 16, k, 16].
INLINE void multiply_packed(const float *a, long a_row, const float *b, long k, long columns,
                            long rows, float *c, long c_row, bool fused) {
  // Seven and eight rows are two tiles: one of two rows would take as long as one of four. The tiles
  // of six ask for the next panel, each for its share.
  const long rest = rows % 6, whole = rows - rest - (rows > 6 && (rest == 1 || rest == 2) ? 6 : 0);
  const long tiles = whole / 6, lines = tiles ? (16 + tiles - 1) / tiles : 0;
  for (long first = 0; first < k; first += depth) {
    const long count = k - first < depth ? k - first : depth;
    for (long column = 0; column < columns; column += panel) {
      const float *part = b + column * k + first * panel, *next = part + k * panel;
      // After the last panel: the first one of the next run, or the matrix that may lie behind.
      const long after = first + depth < k ? (first + depth) * panel : columns * k;
      if (column + panel >= columns) next = b + after;
      long i = 0;
      for (; i < whole; i += 6) {
        const float *left = a + i * a_row + first;
        float *sums = c + i * c_row + column;
        const bool more = whole - i >= 12, asks = i / 6 * lines < 16;
        const ahead near = {more ? left + 6 * a_row : a + first, next,
                            more ? sums + 6 * c_row : sums, asks ? lines : 0};
        tile_asking(left, a_row, part, count, sums, c_row, first > 0, near, fused);
        next += lines * count;
      }
      for (long height; i < rows; i += height) {
        height = rows - i > 6 ? 4 : rows - i;
        tile(height, a + i * a_row + first, a_row, 1, part, panel, count, c + i * c_row + column,
             c_row, first > 0, fused);
      }
    }
  }
}
