#include "include/maps.h"

#include "vectors.h"

// A vector of the larger ones of every 2×2 at this channel, or as many as are left of it.
INLINE void pool_part(const float *x, long row, long channels, float *y, long count) {
  float8 largest = larger8(some8(x, count), some8(x + channels, count));
  largest = larger8(largest, some8(x + row, count));
  put8(y, larger8(largest, some8(x + row + channels, count)), count);
}

INLINE void pool_pairs(const float *x, long height, long width, long channels, float *y) {
  const long row = width * channels;
  for (long i = 0; i + 1 < height; i += 2) {
    for (long j = 0; j + 1 < width; j += 2, y += channels) {
      const float *corner = x + i * row + j * channels;
      long c = 0;
      for (; c + 8 <= channels; c += 8) pool_part(corner + c, row, channels, y + c, 8);
      if (c < channels) pool_part(corner + c, row, channels, y + c, channels - c);
    }
  }
}

// Gives the place at `place` what is left of the gradient if its number is the largest.
INLINE float8 hand_out(const float *x, float *dx, long place, float8 largest, float8 rest,
                       long count) {
  const float8 taken = (float8)((some8(x + place, count) == largest) & (int8)rest);
  put8(dx + place, taken, count);
  return rest - taken;
}

INLINE void pool_gradient_part(const float *x, const float *y, const float *dy, long row,
                               long channels, float *dx, long count) {
  const float8 largest = some8(y, count);
  float8 rest = some8(dy, count);
  rest = hand_out(x, dx, 0, largest, rest, count);
  rest = hand_out(x, dx, channels, largest, rest, count);
  rest = hand_out(x, dx, row, largest, rest, count);
  hand_out(x, dx, row + channels, largest, rest, count);
}

INLINE void pool_pairs_gradient(const float *x, const float *y, const float *dy, long height,
                                long width, long channels, float *dx) {
  const long row = width * channels;
  for (long i = 0; i + 1 < height; i += 2) {
    for (long j = 0; j + 1 < width; j += 2, y += channels, dy += channels) {
      const long corner = i * row + j * channels;
      long c = 0;
      for (; c + 8 <= channels; c += 8) {
        pool_gradient_part(x + corner + c, y + c, dy + c, row, channels, dx + corner + c, 8);
      }
      if (c < channels) {
        pool_gradient_part(x + corner + c, y + c, dy + c, row, channels, dx + corner + c,
                           channels - c);
      }
    }
    for (long beside = 0; width % 2 && beside < 2; beside++) {
      memset(dx + (i + beside + 1) * row - channels, 0, sizeof(float) * channels);
    }
  }
  if (height % 2) memset(dx + (height - 1) * row, 0, sizeof(float) * row);
}

INLINE void column_sums_part(const float *x, long rows, long channels, float *sums, long count) {
  float8 sum = all8(0);
  for (long row = 0; row < rows; row++) sum += some8(x + row * channels, count);
  put8(sums, some8(sums, count) + sum, count);
}

INLINE void add_column_sums(const float *x, long rows, long channels, float *sums) {
  long c = 0;
  for (; c + 8 <= channels; c += 8) column_sums_part(x + c, rows, channels, sums + c, 8);
  if (c < channels) column_sums_part(x + c, rows, channels, sums + c, channels - c);
}

INLINE void mask(float *gradients, const float *outputs, long count) {
  for (long i = 0; i < count; i++) gradients[i] = outputs[i] > 0 ? gradients[i] : 0;
}

// Short lines are no work for a call; the last vector of a line may overlap the one before.
INLINE void copy_lines(const float *from, long from_step, float *to, long to_step, long length,
                       long count) {
  for (long line = 0; line < count; line++, from += from_step, to += to_step) {
    if (length < 8) {
      memcpy(to, from, sizeof(float) * length);
      continue;
    }
    for (long k = 0; k + 8 <= length; k += 8) store8(to + k, load8(from + k));
    if (length % 8) store8(to + length - 8, load8(from + length - 8));
  }
}

// Eight rows of eight numbers.
INLINE void transpose8(const float *source, long columns, float *target, long rows) {
  float8 a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = load8(source + i * columns);
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 2; j++) {
      b[i + j] = __builtin_shufflevector(a[i + j], a[i + j + 2], 0, 8, 1, 9, 4, 12, 5, 13);
      b[i + j + 2] = __builtin_shufflevector(a[i + j], a[i + j + 2], 2, 10, 3, 11, 6, 14, 7, 15);
    }
  }
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 4; j += 2) {
      a[i + j] = __builtin_shufflevector(b[i + j], b[i + j + 1], 0, 8, 1, 9, 4, 12, 5, 13);
      a[i + j + 1] = __builtin_shufflevector(b[i + j], b[i + j + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
  }
  for (int i = 0; i < 4; i++) {
    store8(target + i * rows, __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
    store8(target + (i + 4) * rows,
           __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
  }
}

INLINE void transpose(const float *source, long rows, long columns, float *target) {
  const long whole_rows = rows / 8 * 8, whole_columns = columns / 8 * 8;
  for (long row = 0; row < whole_rows; row += 8) {
    for (long column = 0; column < whole_columns; column += 8) {
      transpose8(source + row * columns + column, columns, target + column * rows + row, rows);
    }
  }
  for (long row = 0; row < rows; row++) {
    for (long column = row < whole_rows ? whole_columns : 0; column < columns; column++) {
      target[column * rows + row] = source[row * columns + column];
    }
  }
}

WIDE_OR_NOT(lethe_pool_pairs, pool_pairs,
            (const float *x, long height, long width, long channels, float *y), x, height, width,
            channels, y)

WIDE_OR_NOT(lethe_pool_pairs_gradient, pool_pairs_gradient,
            (const float *x, const float *y, const float *dy, long height, long width,
             long channels, float *dx),
            x, y, dy, height, width, channels, dx)

WIDE_OR_NOT(lethe_add_column_sums, add_column_sums,
            (const float *x, long rows, long channels, float *sums), x, rows, channels, sums)

WIDE_OR_NOT(lethe_copy_lines, copy_lines,
            (const float *from, long from_step, float *to, long to_step, long length, long count),
            from, from_step, to, to_step, length, count)

WIDE_OR_NOT(lethe_transpose, transpose,
            (const float *source, long rows, long columns, float *target), source, rows, columns,
            target)

WIDE_OR_NOT(lethe_mask, mask, (float *gradients, const float *outputs, long count), gradients,
            outputs, count)
