#include "include/products.h"

#include "tiles.h"

long lethe_packed_count(long rows, long columns) { return rows * padded(columns); }

void lethe_pack(const float *matrix, long row, long rows, long columns, float *packed) {
  for (long first = 0; first < columns; first += panel) {
    const long count = columns - first < panel ? columns - first : panel;
    float *target = packed + first * rows;
    for (long k = 0; k < rows; k++, target += panel) {
      memcpy(target, matrix + k * row + first, sizeof(float) * count);
      if (count < panel) memset(target + count, 0, sizeof(float) * (panel - count));
    }
  }
}

// The columns that do not fill a panel, by way of a tile of their own.
INLINE void multiply_rest(const float *a, long a_row, const float *b, long k, long columns,
                          long rows, float *c, long c_row, bool fused) {
  float part[6 * panel];
  for (long i = 0; i < rows; i += 6) {
    const long height = rows - i < 6 ? rows - i : 6;
    for (long first = 0; first < k; first += depth) {
      tile(height, a + i * a_row + first, a_row, 1, b + first * panel, panel,
           k - first < depth ? k - first : depth, part, panel, first > 0, fused);
    }
    for (long r = 0; r < height; r++) {
      memcpy(c + (i + r) * c_row, part + r * panel, sizeof(float) * columns);
    }
  }
}

INLINE void multiply(const float *a, long a_row, const float *packed, long k, long columns,
                     long rows, float *c, long c_row, bool fused) {
  const long whole = columns / panel * panel;
  // Runs of rows that stay in the second-level cache while all columns pass over them.
  for (long i = 0; i < rows; i += 96) {
    const long count = rows - i < 96 ? rows - i : 96;
    const float *left = a + i * a_row;
    float *target = c + i * c_row;
    multiply_packed(left, a_row, packed, k, whole, count, target, c_row, fused);
    if (whole < columns) {
      multiply_rest(left, a_row, packed + whole * k, k, columns - whole, count, target + whole,
                    c_row, fused);
    }
  }
}

FUSED_OR_NOT(lethe_multiply_packed, multiply,
             (const float *a, long a_row, const float *packed, long k, long columns, long rows,
              float *c, long c_row),
             a, a_row, packed, k, columns, rows, c, c_row)

// Numbers of a row that are summed before the next row has its turn.
enum { run = 512 };

// Adds `count` products to the sums in eight lanes of `w_rows` × `x_rows` outputs; the sums and
// one side of the products fit into 16 registers. What follows in each row of w is asked for ahead,
// since it comes from memory and rows are too far apart for the processor to foresee it.
#define DOT(w_rows, x_rows)                                                                   \
  INLINE void dot##w_rows##x_rows(const float *x, const float *w, long inputs, long count,   \
                                  float *sums, long sums_row, bool fused) {                  \
    float8 sum[w_rows][x_rows], left[w_rows];                                                \
    _Pragma("unroll") for (int o = 0; o < w_rows; o++) {                                     \
      _Pragma("unroll") for (int r = 0; r < x_rows; r++) {                                   \
        sum[o][r] = load8(sums + o * sums_row + 8 * r);                                      \
      }                                                                                      \
    }                                                                                        \
    long k = 0;                                                                              \
    for (; k + 8 <= count; k += 8) {                                                         \
      _Pragma("unroll") for (int o = 0; o < w_rows; o++) {                                   \
        left[o] = load8(w + o * inputs + k);                                                 \
        if (x_rows > 1 && k % 16 == 0) __builtin_prefetch(w + o * inputs + k + run, 0, 2);   \
      }                                                                                      \
      _Pragma("unroll") for (int r = 0; r < x_rows; r++) {                                   \
        const float8 right = load8(x + r * inputs + k);                                      \
        _Pragma("unroll") for (int o = 0; o < w_rows; o++) {                                 \
          sum[o][r] = TIMES(left[o], right, sum[o][r]);                                      \
        }                                                                                    \
      }                                                                                      \
    }                                                                                        \
    for (int o = 0; k < count && o < w_rows; o++) {                                          \
      for (int r = 0; r < x_rows; r++) {                                                     \
        sum[o][r] = TIMES(some8(w + o * inputs + k, count - k),                          \
                          some8(x + r * inputs + k, count - k), sum[o][r]);              \
      }                                                                                      \
    }                                                                                        \
    _Pragma("unroll") for (int o = 0; o < w_rows; o++) {                                     \
      _Pragma("unroll") for (int r = 0; r < x_rows; r++) {                                   \
        store8(sums + o * sums_row + 8 * r, sum[o][r]);                                      \
      }                                                                                      \
    }                                                                                        \
  }
DOT(3, 4)
DOT(3, 1)
DOT(1, 4)
DOT(1, 1)

INLINE void dense(const float *x, long rows, const float *w, long inputs, long outputs, float *y,
                  long y_row, float *sums, bool fused) {
  const long row = 8 * rows;
  memset(sums, 0, sizeof(float) * outputs * row);
  for (long first = 0; first < inputs; first += run) {
    const long count = inputs - first < run ? inputs - first : run;
    for (long o = 0; o < outputs;) {
      const float *weights = w + o * inputs + first;
      const bool three = outputs - o >= 3;
      for (long r = 0; r < rows;) {
        const float *source = x + r * inputs + first;
        float *target = sums + o * row + 8 * r;
        const bool four = rows - r >= 4;
        if (three && four) dot34(source, weights, inputs, count, target, row, fused);
        else if (three) dot31(source, weights, inputs, count, target, row, fused);
        else if (four) dot14(source, weights, inputs, count, target, row, fused);
        else dot11(source, weights, inputs, count, target, row, fused);
        r += four ? 4 : 1;
      }
      o += three ? 3 : 1;
    }
  }
  for (long r = 0; r < rows; r++) {
    for (long o = 0; o < outputs; o++) {
      const float *s = sums + o * row + 8 * r;
      y[r * y_row + o] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    }
  }
}

FUSED_OR_NOT(lethe_dense, dense,
             (const float *x, long rows, const float *w, long inputs, long outputs, float *y,
              long y_row, float *scratch),
             x, rows, w, inputs, outputs, y, y_row, scratch)

// x[columns] += Σ c[k]·w[k] over four rows of w, for one or two rows of x.
#define SPREAD(x_rows)                                                                         \
  INLINE void spread##x_rows(const float *c, long outputs, const float *w, long w_row,         \
                             long columns, float *x, long x_row, bool fused) {                 \
    float8 factor[x_rows][4];                                                                  \
    _Pragma("unroll") for (int r = 0; r < x_rows; r++) {                                       \
      _Pragma("unroll") for (int k = 0; k < 4; k++) factor[r][k] = all8(c[r * outputs + k]);   \
    }                                                                                          \
    for (long j = 0; j + 8 <= columns; j += 8) {                                               \
      float8 sum[x_rows];                                                                      \
      _Pragma("unroll") for (int r = 0; r < x_rows; r++) sum[r] = load8(x + r * x_row + j);    \
      _Pragma("unroll") for (int k = 0; k < 4; k++) {                                          \
        const float8 line = load8(w + k * w_row + j);                                          \
        _Pragma("unroll") for (int r = 0; r < x_rows; r++) {                                   \
          sum[r] = TIMES(factor[r][k], line, sum[r]);                                          \
        }                                                                                      \
      }                                                                                        \
      _Pragma("unroll") for (int r = 0; r < x_rows; r++) store8(x + r * x_row + j, sum[r]);    \
    }                                                                                          \
  }
SPREAD(2)
SPREAD(1)

INLINE void dense_back(const float *c, long rows, long outputs, const float *w, long w_row,
                       long columns, float *x, long x_row, bool fused) {
  for (long r = 0; r < rows; r++) memset(x + r * x_row, 0, sizeof(float) * columns);
  const long whole = outputs / 4 * 4, even = columns / 8 * 8;
  for (long k = 0; k < whole; k += 4) {
    long r = 0;
    for (; r + 2 <= rows; r += 2) {
      spread2(c + r * outputs + k, outputs, w + k * w_row, w_row, even, x + r * x_row, x_row,
              fused);
    }
    for (; r < rows; r++) {
      spread1(c + r * outputs + k, outputs, w + k * w_row, w_row, even, x + r * x_row, x_row,
              fused);
    }
  }
  // What fills no vector, in the same order of sums.
  for (long r = 0; r < rows; r++) {
    for (long k = 0; k < outputs; k++) {
      const float factor = c[r * outputs + k];
      for (long j = k < whole ? even : 0; j < columns; j++) {
        float *sum = x + r * x_row + j;
        *sum = fused ? __builtin_fmaf(factor, w[k * w_row + j], *sum)
                     : factor * w[k * w_row + j] + *sum;
      }
    }
  }
}

FUSED_OR_NOT(lethe_dense_back, dense_back,
             (const float *c, long rows, long outputs, const float *w, long w_row, long columns,
              float *x, long x_row),
             c, rows, outputs, w, w_row, columns, x, x_row)
