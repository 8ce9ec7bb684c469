#include "include/norms.h"

#include "vectors.h"

// Vectors of a row that are worked on at once: one cache line.
enum { line = 2 };

// What is left of a row at a channel, in numbers of the vector `v` of a line.
INLINE long left_of(long channels, long channel, int v) {
  const long left = channels - channel - 8 * v;
  return left < 0 ? 0 : left < 8 ? left : 8;
}

// Calls `part` for every line of channels: whole ones, whose loops the compiler then unrolls, and
// the rest.
#define FOR_LINES(channels, part, ...)                                    \
  for (long channel = 0; channel < (channels); channel += 8 * line) {     \
    if ((channels) - channel >= 8 * line) part(channel, true, __VA_ARGS__); \
    else part(channel, false, __VA_ARGS__);                               \
  }

#define LOAD(from, v) \
  (whole ? load8((from) + channel + 8 * (v)) : some8((from) + channel + 8 * (v), left[v]))
#define STORE(to, v, value) \
  (whole ? store8((to) + channel + 8 * (v), value) \
         : put8((to) + channel + 8 * (v), value, left[v]))

// Sums of one line of channels, each vector in two halves.
typedef struct {
  double4 first[2 * line], second[2 * line];
} line_sums;

INLINE void add_to(double4 *sums, int v, float8 value) {
  sums[2 * v] += doubles(value, false);
  sums[2 * v + 1] += doubles(value, true);
}

INLINE void put_sums(const line_sums *of, long channels, long channel, double *sums) {
  for (long c = channel; c < channels && c < channel + 8 * line; c++) {
    const long place = c - channel;
    sums[c] = of->first[place / 4][place % 4];
    sums[channels + c] = of->second[place / 4][place % 4];
  }
}

INLINE void moments_of_line(long channel, bool whole, const float *x, long rows, long channels,
                            double *sums) {
  const long left[line] = {left_of(channels, channel, 0), left_of(channels, channel, 1)};
  line_sums of = {};
  for (long row = 0; row < rows; row++, x += channels) {
    for (int v = 0; v < line; v++) {
      const float8 value = LOAD(x, v);
      const double4 low = doubles(value, false), high = doubles(value, true);
      of.first[2 * v] += low;
      of.first[2 * v + 1] += high;
      of.second[2 * v] += low * low;
      of.second[2 * v + 1] += high * high;
    }
  }
  put_sums(&of, channels, channel, sums);
}

INLINE void moments(const float *x, long rows, long channels, double *sums) {
  FOR_LINES(channels, moments_of_line, x, rows, channels, sums)
}

INLINE void map_of_line(long channel, bool whole, const float *x, long rows, long channels,
                        const float *scale, const float *shift, bool rectified, float *y) {
  const long left[line] = {left_of(channels, channel, 0), left_of(channels, channel, 1)};
  float8 factor[line], term[line];
  for (int v = 0; v < line; v++) {
    factor[v] = LOAD(scale, v);
    term[v] = LOAD(shift, v);
  }
  for (long row = 0; row < rows; row++, x += channels, y += channels) {
    for (int v = 0; v < line; v++) {
      const float8 value = LOAD(x, v) * factor[v] + term[v];
      STORE(y, v, rectified ? positive8(value) : value);
    }
  }
}

INLINE void map(const float *x, long rows, long channels, const float *scale, const float *shift,
                bool rectified, float *y) {
  if (rectified) {
    FOR_LINES(channels, map_of_line, x, rows, channels, scale, shift, true, y)
  } else {
    FOR_LINES(channels, map_of_line, x, rows, channels, scale, shift, false, y)
  }
}

// What a line of channels was normalised by.
typedef struct {
  float8 mean[line], inverse[line], scale[line], shift[line];
} line_norm;

INLINE line_norm norm_of_line(const lethe_norm *norm, long channel, bool whole, const long *left) {
  line_norm of;
  for (int v = 0; v < line; v++) {
    of.mean[v] = LOAD(norm->mean, v);
    of.inverse[v] = LOAD(norm->inverse, v);
    of.scale[v] = LOAD(norm->scale, v);
    of.shift[v] = LOAD(norm->shift, v);
  }
  return of;
}

// The gradient of a vector of normalised numbers.
INLINE float8 passed(const line_norm *of, int v, bool rectified, float8 x, float8 dy) {
  if (!rectified) return dy;
  return (float8)((x * of->scale[v] + of->shift[v] > 0) & (int8)dy);
}

INLINE void sums_of_line(long channel, bool whole, const lethe_norm *norm, bool rectified,
                         const float *x, const float *dy, long rows, long channels,
                         double *sums) {
  const long left[line] = {left_of(channels, channel, 0), left_of(channels, channel, 1)};
  const line_norm of = norm_of_line(norm, channel, whole, left);
  line_sums found = {};
  for (long row = 0; row < rows; row++, x += channels, dy += channels) {
    for (int v = 0; v < line; v++) {
      const float8 value = LOAD(x, v);
      const float8 gradient = passed(&of, v, rectified, value, LOAD(dy, v));
      add_to(found.first, v, gradient);
      add_to(found.second, v, gradient * ((value - of.mean[v]) * of.inverse[v]));
    }
  }
  put_sums(&found, channels, channel, sums);
}

INLINE void norm_sums(const lethe_norm *norm, const float *x, const float *dy, long rows,
                      long channels, double *sums) {
  if (norm->rectified) {
    FOR_LINES(channels, sums_of_line, norm, true, x, dy, rows, channels, sums)
  } else {
    FOR_LINES(channels, sums_of_line, norm, false, x, dy, rows, channels, sums)
  }
}

INLINE void gradient_of_line(long channel, bool whole, const lethe_norm *norm, bool rectified,
                             const float *x, float *dy, long rows, long channels,
                             const float *mean_gradient, const float *mean_product) {
  const long left[line] = {left_of(channels, channel, 0), left_of(channels, channel, 1)};
  const line_norm of = norm_of_line(norm, channel, whole, left);
  float8 gradients[line], products[line];
  for (int v = 0; v < line; v++) {
    gradients[v] = LOAD(mean_gradient, v);
    products[v] = LOAD(mean_product, v);
  }
  for (long row = 0; row < rows; row++, x += channels, dy += channels) {
    for (int v = 0; v < line; v++) {
      const float8 value = LOAD(x, v);
      const float8 gradient = passed(&of, v, rectified, value, LOAD(dy, v));
      const float8 normalised = (value - of.mean[v]) * of.inverse[v];
      STORE(dy, v, of.scale[v] * (gradient - gradients[v] - normalised * products[v]));
    }
  }
}

INLINE void norm_gradient(const lethe_norm *norm, const float *x, float *dy, long rows,
                          long channels, const float *mean_gradient, const float *mean_product) {
  if (norm->rectified) {
    FOR_LINES(channels, gradient_of_line, norm, true, x, dy, rows, channels, mean_gradient,
              mean_product)
  } else {
    FOR_LINES(channels, gradient_of_line, norm, false, x, dy, rows, channels, mean_gradient,
              mean_product)
  }
}

WIDE_OR_NOT(lethe_channel_moments, moments,
            (const float *x, long rows, long channels, double *sums), x, rows, channels, sums)

WIDE_OR_NOT(lethe_channel_map, map,
            (const float *x, long rows, long channels, const float *scale, const float *shift,
             bool rectified, float *y),
            x, rows, channels, scale, shift, rectified, y)

WIDE_OR_NOT(lethe_norm_sums, norm_sums,
            (const lethe_norm *norm, const float *x, const float *dy, long rows, long channels,
             double *sums),
            norm, x, dy, rows, channels, sums)

WIDE_OR_NOT(lethe_norm_gradient, norm_gradient,
            (const lethe_norm *norm, const float *x, float *dy, long rows, long channels,
             const float *mean_gradient, const float *mean_product),
            norm, x, dy, rows, channels, mean_gradient, mean_product)
