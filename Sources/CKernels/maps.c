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

WIDE_OR_NOT(lethe_pool_pairs, pool_pairs,
            (const float *x, long height, long width, long channels, float *y), x, height, width,
            channels, y)

WIDE_OR_NOT(lethe_pool_pairs_gradient, pool_pairs_gradient,
            (const float *x, const float *y, const float *dy, long height, long width,
             long channels, float *dx),
            x, y, dy, height, width, channels, dx)

WIDE_OR_NOT(lethe_add_column_sums, add_column_sums,
            (const float *x, long rows, long channels, float *sums), x, rows, channels, sums)

WIDE_OR_NOT(lethe_mask, mask, (float *gradients, const float *outputs, long count), gradients,
            outputs, count)
