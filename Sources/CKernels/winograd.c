#include "include/winograd.h"

#include "vectors.h"

enum { side = 6, step = 4, points = 36, panel = 16, depth = 256 };

static long padded(long outputs) { return (outputs + panel - 1) / panel * panel; }

// Rows end between cache lines, so that the points of a patch do not meet in one set of the cache.
long lethe_winograd_input_row(const lethe_winograd *shape) { return shape->inputs + 8; }
long lethe_winograd_input_plane(const lethe_winograd *shape) {
  return shape->block * lethe_winograd_input_row(shape) + 16;
}
long lethe_winograd_product_row(const lethe_winograd *shape) { return padded(shape->outputs) + 8; }
long lethe_winograd_product_plane(const lethe_winograd *shape) {
  return shape->block * lethe_winograd_product_row(shape) + 16;
}
long lethe_winograd_weight_count(const lethe_winograd *shape) {
  return points * shape->inputs * padded(shape->outputs);
}

// a·b + c, in one rounding where the processor has it.
#define TIMES(a, b, c) (fused ? __builtin_elementwise_fma((a), (b), (c)) : (a) * (b) + (c))
#define ALL(x) ((float8){} + (x))

// Bᵀ·d of one line of six.
INLINE void input_line(const float8 d[side], float8 o[side], bool fused) {
  float8 even = TIMES(ALL(-4), d[2], d[4]), odd = TIMES(ALL(-4), d[1], d[3]);
  float8 rise = d[4] - d[2], slope = d[3] - d[1];
  o[0] = TIMES(ALL(4), d[0], TIMES(ALL(-5), d[2], d[4]));
  o[1] = even + odd;
  o[2] = even - odd;
  o[3] = TIMES(ALL(2), slope, rise);
  o[4] = TIMES(ALL(-2), slope, rise);
  o[5] = TIMES(ALL(4), d[1], TIMES(ALL(-5), d[3], d[5]));
}

// Aᵀ·m of one line of six.
INLINE void output_line(const float8 m[side], float8 o[step], bool fused) {
  float8 sum1 = m[1] + m[2], difference1 = m[1] - m[2];
  float8 sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  o[0] = m[0] + sum1 + sum2;
  o[1] = TIMES(ALL(2), difference2, difference1);
  o[2] = TIMES(ALL(4), sum2, sum1);
  o[3] = TIMES(ALL(8), difference2, difference1) + m[5];
}

// G·g of one line of three.
INLINE void kernel_line(const double4 g[3], double4 o[side]) {
  double4 outer = g[0] + g[2], far = g[0] * (1.0 / 24) + g[2] * (1.0 / 6);
  o[0] = g[0] * (1.0 / 4);
  o[1] = (outer + g[1]) * (-1.0 / 6);
  o[2] = (outer - g[1]) * (-1.0 / 6);
  o[3] = far + g[1] * (1.0 / 12);
  o[4] = far - g[1] * (1.0 / 12);
  o[5] = g[2];
}

INLINE double4 four(const float *from, long count) {
  double4 value = {};
  for (long lane = 0; lane < count; lane++) value[lane] = from[lane];
  return value;
}

void lethe_winograd_weights(const lethe_winograd *shape, const float *taps, long stride,
                            long input, float *weights) {
  const long outputs = shape->outputs, plane = shape->inputs * padded(outputs);
  for (long first = 0; first < padded(outputs); first += 4) {
    const long count = first >= outputs ? 0 : outputs - first < 4 ? outputs - first : 4;
    double4 half[side][3], line[3], out[side];
    for (int column = 0; column < 3; column++) {
      for (int row = 0; row < 3; row++) {
        const float *tap = taps + (row * 3 + column) * stride + first;
        line[row] = count == 4 ? four(tap, 4) : four(tap, count);
      }
      kernel_line(line, out);
      for (int i = 0; i < side; i++) half[i][column] = out[i];
    }
    float *target = weights + (first / panel * shape->inputs + input) * panel + first % panel;
    for (int i = 0; i < side; i++) {
      kernel_line(half[i], out);
      for (int j = 0; j < side; j++) {
        float4 rounded = __builtin_convertvector(out[j], float4);
        memcpy(target + (i * side + j) * plane, &rounded, sizeof rounded);
      }
    }
  }
}

INLINE void gather(const lethe_winograd *shape, const float *x, long patch, float *target,
                   bool fused) {
  const long plane = lethe_winograd_input_plane(shape), inputs = shape->inputs;
  const long sample = patch / shape->patches, rest = patch % shape->patches;
  const long top = rest / shape->across * step - shape->padding_y;
  const long left = rest % shape->across * step - shape->padding_x;
  const float *image = x + sample * shape->height * shape->width * inputs;
  const float *pixels[side][side];
  for (int i = 0; i < side; i++) {
    for (int j = 0; j < side; j++) {
      const long row = top + i, column = left + j;
      const bool inside = row >= 0 && row < shape->height && column >= 0 && column < shape->width;
      pixels[i][j] = inside ? image + (row * shape->width + column) * inputs : 0;
    }
  }
  for (long channel = 0; channel < inputs; channel += 8) {
    float8 half[side][side], line[side], out[side];
    for (int j = 0; j < side; j++) {
      for (int i = 0; i < side; i++) {
        line[i] = pixels[i][j] ? load8(pixels[i][j] + channel) : ALL(0);
      }
      input_line(line, out, fused);
      for (int i = 0; i < side; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < side; i++) {
      input_line(half[i], out, fused);
      for (int j = 0; j < side; j++) store8(target + (i * side + j) * plane + channel, out[j]);
    }
  }
}

INLINE void scatter(const lethe_winograd *shape, const float *products, long patch,
                    const float *bias, bool rectified, float *y, bool fused) {
  const long plane = lethe_winograd_product_plane(shape), outputs = shape->outputs;
  const long width = shape->output_width, height = shape->output_height;
  const long sample = patch / shape->patches, rest = patch % shape->patches;
  const long top = rest / shape->across * step, left = rest % shape->across * step;
  const int rows = (int)(height - top < step ? height - top : step);
  const int columns = (int)(width - left < step ? width - left : step);
  float *target = y + (sample * height * width + top * width + left) * outputs;
  for (long channel = 0; channel < outputs; channel += 8) {
    float8 half[step][side], line[side], out[step];
    const float8 shift = bias ? load8(bias + channel) : ALL(0);
    for (int j = 0; j < side; j++) {
      for (int i = 0; i < side; i++) {
        line[i] = load8(products + (i * side + j) * plane + channel);
      }
      output_line(line, out, fused);
      for (int i = 0; i < step; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < rows; i++) {
      output_line(half[i], out, fused);
      for (int j = 0; j < columns; j++) {
        float8 value = out[j] + shift;
        if (rectified) value = positive8(value);
        store8(target + (i * width + j) * outputs + channel, value);
      }
    }
  }
}

// [height, 16] += [height, count] · [count, 16], in registers.
#define TILE(height)                                                                          \
  INLINE void tile##height(const float *a, long row, const float *b, long count, float *c,   \
                           long c_row, bool adds, bool fused) {                               \
    float8 left[height], right[height];                                                       \
    _Pragma("unroll") for (int i = 0; i < height; i++) {                                      \
      left[i] = adds ? load8(c + i * c_row) : ALL(0);                                         \
      right[i] = adds ? load8(c + i * c_row + 8) : ALL(0);                                    \
    }                                                                                         \
    for (long k = 0; k < count; k++) {                                                        \
      const float8 b0 = load8(b + panel * k), b1 = load8(b + panel * k + 8);                  \
      _Pragma("unroll") for (int i = 0; i < height; i++) {                                    \
        const float8 factor = ALL(a[i * row + k]);                                            \
        left[i] = TIMES(factor, b0, left[i]);                                                 \
        right[i] = TIMES(factor, b1, right[i]);                                               \
      }                                                                                       \
    }                                                                                         \
    _Pragma("unroll") for (int i = 0; i < height; i++) {                                      \
      store8(c + i * c_row, left[i]);                                                         \
      store8(c + i * c_row + 8, right[i]);                                                    \
    }                                                                                         \
  }
TILE(6)
TILE(5)
TILE(4)
TILE(3)
TILE(2)
TILE(1)

INLINE void multiply(const lethe_winograd *shape, const float *inputs, const float *weights,
                     long rows, float *products, bool fused) {
  const long k = shape->inputs, row = lethe_winograd_input_row(shape);
  const long c_row = lethe_winograd_product_row(shape), outputs = padded(shape->outputs);
  for (long first = 0; first < k; first += depth) {
    const long count = k - first < depth ? k - first : depth;
    const bool adds = first > 0;
    for (long column = 0; column < outputs; column += panel) {
      const float *b = weights + column * k + first * panel;
      for (long i = 0; i < rows; i += 6) {
        const float *a = inputs + i * row + first;
        float *c = products + i * c_row + column;
        switch (rows - i) {
          case 1: tile1(a, row, b, count, c, c_row, adds, fused); break;
          case 2: tile2(a, row, b, count, c, c_row, adds, fused); break;
          case 3: tile3(a, row, b, count, c, c_row, adds, fused); break;
          case 4: tile4(a, row, b, count, c, c_row, adds, fused); break;
          case 5: tile5(a, row, b, count, c, c_row, adds, fused); break;
          default: tile6(a, row, b, count, c, c_row, adds, fused); break;
        }
      }
    }
  }
}

FUSED static void fused_gather(const lethe_winograd *shape, const float *x, long patch,
                               float *target) {
  gather(shape, x, patch, target, true);
}

void lethe_winograd_gather(const lethe_winograd *shape, const float *x, long patch,
                           float *target) {
  if (is_fused()) fused_gather(shape, x, patch, target);
  else gather(shape, x, patch, target, false);
}

FUSED static void fused_multiply(const lethe_winograd *shape, const float *inputs,
                                 const float *weights, long rows, float *products) {
  multiply(shape, inputs, weights, rows, products, true);
}

void lethe_winograd_multiply(const lethe_winograd *shape, const float *inputs,
                             const float *weights, long rows, float *products) {
  if (is_fused()) fused_multiply(shape, inputs, weights, rows, products);
  else multiply(shape, inputs, weights, rows, products, false);
}

FUSED static void fused_scatter(const lethe_winograd *shape, const float *products, long patch,
                                const float *bias, bool rectified, float *y) {
  scatter(shape, products, patch, bias, rectified, y, true);
}

void lethe_winograd_scatter(const lethe_winograd *shape, const float *products, long patch,
                            const float *bias, bool rectified, float *y) {
  if (is_fused()) fused_scatter(shape, products, patch, bias, rectified, y);
  else scatter(shape, products, patch, bias, rectified, y, false);
}
