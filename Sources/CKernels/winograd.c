#include "include/winograd.h"

#include "tiles.h"
#include "winograd_lines.h"

// The longest line of points, and of outputs.
enum { longest = 8, most = 6 };

// Rows end between cache lines, and planes are an odd number of lines apart, so that the points of
// a patch do not meet in one set of the cache.
INLINE long plane_of(long block, long row) { return (block * row + 15) / 16 * 16 | 16; }
long lethe_winograd_points(const lethe_winograd *shape) {
  return (shape->step + 2) * (shape->step + 2);
}
long lethe_winograd_input_row(const lethe_winograd *shape) { return shape->inputs + 8; }
long lethe_winograd_input_plane(const lethe_winograd *shape) {
  return plane_of(shape->block, lethe_winograd_input_row(shape));
}
long lethe_winograd_product_row(const lethe_winograd *shape) { return padded(shape->outputs) + 8; }
long lethe_winograd_product_plane(const lethe_winograd *shape) {
  return plane_of(shape->block, lethe_winograd_product_row(shape));
}
long lethe_winograd_weight_plane(const lethe_winograd *shape) {
  return shape->inputs * padded(shape->outputs);
}

INLINE double4 four(const float *from, long count) {
  double4 value = {};
  for (long lane = 0; lane < count; lane++) value[lane] = from[lane];
  return value;
}

// The numbers of a panel of outputs at each point. Points lie so far apart that they meet in one
// set of the cache, so whole lines are moved at a time.
typedef float panel_points[longest * longest][panel];

INLINE void weights_of(int step, const lethe_winograd *shape, const float *taps, long stride,
                       long input, float *weights, bool fused) {
  (void)fused;  // all in double precision, and rounded once
  const int side = step + 2;
  const long outputs = shape->outputs, plane = lethe_winograd_weight_plane(shape);
  for (long first = 0; first < padded(outputs); first += panel) {
    panel_points points;
    for (long part = 0; part < panel; part += 4) {
      const long left = outputs - first - part, count = left < 0 ? 0 : left < 4 ? left : 4;
      double4 half[longest][3], line[3], out[longest];
      for (int column = 0; column < 3; column++) {
        for (int row = 0; row < 3; row++) {
          const float *tap = taps + (row * 3 + column) * stride + first + part;
          line[row] = count == 4 ? four(tap, 4) : four(tap, count);
        }
        weight_line(step, line, out);
        for (int i = 0; i < side; i++) half[i][column] = out[i];
      }
      for (int i = 0; i < side; i++) {
        weight_line(step, half[i], out);
        for (int j = 0; j < side; j++) {
          float4 rounded = __builtin_convertvector(out[j], float4);
          memcpy(points[i * side + j] + part, &rounded, sizeof rounded);
        }
      }
    }
    float *target = weights + (first / panel * shape->inputs + input) * panel;
    for (int point = 0; point < side * side; point++) {
      memcpy(target + point * plane, points[point], sizeof points[point]);
    }
  }
}

INLINE void weight_gradient_of(int step, const lethe_winograd *shape, const float *sums,
                               long input, float *taps, long stride, bool fused) {
  (void)fused;
  const int side = step + 2;
  const long row = padded(shape->outputs), plane = lethe_winograd_weight_plane(shape);
  for (long first = 0; first < row; first += panel) {
    panel_points points;
    for (int point = 0; point < side * side; point++) {
      memcpy(points[point], sums + point * plane + input * row + first, sizeof points[point]);
    }
    for (long part = 0; part < panel && first + part < shape->outputs; part += 4) {
      double4 half[3][longest], line[longest], out[3];
      for (int j = 0; j < side; j++) {
        for (int i = 0; i < side; i++) line[i] = four(points[i * side + j] + part, 4);
        weight_gradient_line(step, line, out);
        for (int i = 0; i < 3; i++) half[i][j] = out[i];
      }
      for (int i = 0; i < 3; i++) {
        weight_gradient_line(step, half[i], out);
        for (int j = 0; j < 3; j++) {
          float4 rounded = __builtin_convertvector(out[j], float4);
          memcpy(taps + (i * 3 + j) * stride + first + part, &rounded, sizeof rounded);
        }
      }
    }
  }
}

// Where a patch lies: its sample, and its row and column of outputs.
typedef struct {
  long sample, top, left;
} place;

INLINE place place_of(int step, const lethe_winograd *shape, long patch) {
  const long rest = patch % shape->patches;
  return (place){patch / shape->patches, rest / shape->across * step, rest % shape->across * step};
}

// The transform of a patch whose side² pixels all lie in the image, from `corner` on. A step of 6 is
// taken of maps that come from memory, by more rows than the processor can follow: the pixels that
// the next patch adds are asked for.
INLINE void gather_whole(int step, const lethe_winograd *shape, const float *corner,
                         float *target, bool fused) {
  const int side = step + 2;
  const long plane = lethe_winograd_input_plane(shape), inputs = shape->inputs;
  const long down = shape->width * inputs;
  for (long channel = 0; channel < inputs; channel += 8) {
    float8 half[longest][longest], line[longest], out[longest];
    const float *pixels = corner + channel;
    for (int j = 0; j < side; j++) {
      _Pragma("unroll") for (int i = 0; i < side; i++) {
        line[i] = load8(pixels + i * down + j * inputs);
      }
      if (step == 6 && j >= 2 && channel % 16 == 0) {
        _Pragma("unroll") for (int i = 0; i < side; i++) {
          __builtin_prefetch(pixels + i * down + (j + step) * inputs, 0, 2);
        }
      }
      input_line(step, line, out, fused);
      _Pragma("unroll") for (int i = 0; i < side; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < side; i++) {
      input_line(step, half[i], out, fused);
      _Pragma("unroll") for (int j = 0; j < side; j++) {
        store8(target + (i * side + j) * plane + channel, out[j]);
      }
    }
  }
}

INLINE void gather(int step, const lethe_winograd *shape, const float *x, long patch,
                   float *target, bool fused) {
  const int side = step + 2;
  const long plane = lethe_winograd_input_plane(shape), inputs = shape->inputs;
  const place at = place_of(step, shape, patch);
  const float *image = x + at.sample * shape->height * shape->width * inputs;
  const long top = at.top - shape->padding_y, left = at.left - shape->padding_x;
  if (top >= 0 && left >= 0 && top + side <= shape->height && left + side <= shape->width) {
    return gather_whole(step, shape, image + (top * shape->width + left) * inputs, target, fused);
  }
  const float *pixels[longest][longest];
  for (int i = 0; i < side; i++) {
    for (int j = 0; j < side; j++) {
      const long row = top + i, column = left + j;
      const bool inside = row >= 0 && row < shape->height && column >= 0 && column < shape->width;
      pixels[i][j] = inside ? image + (row * shape->width + column) * inputs : 0;
    }
  }
  for (long channel = 0; channel < inputs; channel += 8) {
    float8 half[longest][longest], line[longest], out[longest];
    for (int j = 0; j < side; j++) {
      for (int i = 0; i < side; i++) {
        line[i] = pixels[i][j] ? load8(pixels[i][j] + channel) : all8(0);
      }
      input_line(step, line, out, fused);
      for (int i = 0; i < side; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < side; i++) {
      input_line(step, half[i], out, fused);
      for (int j = 0; j < side; j++) store8(target + (i * side + j) * plane + channel, out[j]);
    }
  }
}

INLINE void gather_gradient(int step, const lethe_winograd *shape, const float *dy, long patch,
                            float *target, bool fused) {
  const int side = step + 2;
  const long plane = lethe_winograd_product_plane(shape), outputs = shape->outputs;
  const long width = shape->output_width, height = shape->output_height;
  const place at = place_of(step, shape, patch);
  const int rows = (int)(height - at.top < step ? height - at.top : step);
  const int columns = (int)(width - at.left < step ? width - at.left : step);
  const float *source = dy + ((at.sample * height + at.top) * width + at.left) * outputs;
  for (long channel = 0; channel < padded(outputs); channel += 8) {
    float8 half[longest][most], line[most], out[longest];
    for (int j = 0; j < step; j++) {
      for (int i = 0; i < step; i++) {
        const bool inside = i < rows && j < columns && channel < outputs;
        line[i] = inside ? load8(source + (i * width + j) * outputs + channel) : all8(0);
      }
      gradient_line(step, line, out, fused);
      for (int i = 0; i < side; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < side; i++) {
      gradient_line(step, half[i], out, fused);
      for (int j = 0; j < side; j++) store8(target + (i * side + j) * plane + channel, out[j]);
    }
  }
}

// What becomes of an output before it is stored.
INLINE float8 finished(const lethe_finish *finish, lethe_finish_kind kind, float8 value,
                       long index) {
  switch (kind) {
    case LETHE_PLAIN: return value;
    case LETHE_RECTIFIED: return positive8(value);
    case LETHE_TIMES: return value * load8(finish->other + index);
    case LETHE_SHARE: {
      const float8 away = all8(finish->epsilon);
      const int8 negative = value < 0;
      const float8 signs = (float8)(((int8)-away & negative) | ((int8)away & ~negative));
      return load8(finish->other + index) / (value + signs);
    }
  }
  return value;
}

// The largest outputs of the windows of 2×2 that lie whole in a patch; steps are even, so that no
// window lies across two.
INLINE void store_largest(const lethe_winograd *shape, float8 outputs[most][most], place at,
                          int rows, int columns, float *pooled) {
  const long height = shape->output_height / 2, width = shape->output_width / 2;
  float *corner =
      pooled + ((at.sample * height + at.top / 2) * width + at.left / 2) * shape->outputs;
  for (int i = 0; i + 1 < rows; i += 2) {
    for (int j = 0; j + 1 < columns; j += 2) {
      float8 largest = larger8(outputs[i][j], outputs[i][j + 1]);
      largest = larger8(largest, outputs[i + 1][j]);
      store8(corner + (i / 2 * width + j / 2) * shape->outputs,
             larger8(largest, outputs[i + 1][j + 1]));
    }
  }
}

// The outputs of a patch that lie in the map, so many rows and columns.
INLINE void scatter_part(int step, bool pools, lethe_finish_kind kind, const lethe_winograd *shape,
                         const float *products, place at, int rows, int columns,
                         const lethe_finish *finish, float *y, bool fused) {
  const int side = step + 2;
  const long plane = lethe_winograd_product_plane(shape), outputs = shape->outputs;
  const long width = shape->output_width;
  const long corner = ((at.sample * shape->output_height + at.top) * width + at.left) * outputs;
  for (long channel = 0; channel < outputs; channel += 8) {
    float8 half[most][longest], line[longest], out[most], all[most][most];
    const float8 shift = finish->bias ? load8(finish->bias + channel) : all8(0);
    for (int j = 0; j < side; j++) {
      _Pragma("unroll") for (int i = 0; i < side; i++) {
        line[i] = load8(products + (i * side + j) * plane + channel);
      }
      output_line(step, line, out, fused);
      _Pragma("unroll") for (int i = 0; i < step; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < rows; i++) {
      output_line(step, half[i], out, fused);
      _Pragma("unroll") for (int j = 0; j < step; j++) {
        if (j >= columns) break;
        const long index = corner + (i * width + j) * outputs + channel;
        const float8 value = finished(finish, kind, out[j] + shift, index);
        if (pools) all[i][j] = value;
        if (!pools || y) store8(y + index, value);
      }
    }
    if (pools) store_largest(shape, all, at, rows, columns, finish->pooled + channel);
  }
}

INLINE void scatter(int step, bool pools, const lethe_winograd *shape, const float *products,
                    long patch, const lethe_finish *finish, float *y, bool fused) {
  const place at = place_of(step, shape, patch);
  const long down = shape->output_height - at.top, across = shape->output_width - at.left;
  // Most patches are whole, and rectified: those are compiled on their own.
  if (down >= step && across >= step && finish->kind == LETHE_RECTIFIED) {
    return scatter_part(step, pools, LETHE_RECTIFIED, shape, products, at, step, step, finish, y,
                        fused);
  }
  scatter_part(step, pools, finish->kind, shape, products, at, (int)(down < step ? down : step),
               (int)(across < step ? across : step), finish, y, fused);
}

INLINE void multiply(const lethe_winograd *shape, const float *inputs, const float *weights,
                     long rows, float *products, bool fused) {
  multiply_packed(inputs, lethe_winograd_input_row(shape), weights, shape->inputs,
                  padded(shape->outputs), rows, products, lethe_winograd_product_row(shape), fused);
}

INLINE void multiply_gradient(const lethe_winograd *shape, const float *inputs,
                              const float *gradients, long rows, float *sums, bool adds,
                              bool fused) {
  const long a_step = lethe_winograd_input_row(shape), b_row = lethe_winograd_product_row(shape);
  const long outputs = padded(shape->outputs);
  for (long column = 0; column < outputs; column += panel) {
    for (long i = 0; i < shape->inputs; i += 6) {
      tile(shape->inputs - i < 6 ? shape->inputs - i : 6, inputs + i, 1, a_step,
           gradients + column, b_row, rows, sums + i * outputs + column, outputs, adds, fused);
    }
  }
}

// A part compiled for either step of gradients, and for any step.
#define EITHER(part, ...) (shape->step == 2 ? part(2, __VA_ARGS__) : part(4, __VA_ARGS__))
#define ANY(part, ...) (shape->step == 6 ? part(6, __VA_ARGS__) : EITHER(part, __VA_ARGS__))
#define weights_any(...) ANY(weights_of, __VA_ARGS__)
#define weight_gradient_either(...) EITHER(weight_gradient_of, __VA_ARGS__)
#define gather_any(...) ANY(gather, __VA_ARGS__)
#define gather_gradient_either(...) EITHER(gather_gradient, __VA_ARGS__)
#define scatter_any(shape, products, patch, finish, ...)                                \
  ((finish)->pooled ? ANY(scatter, true, shape, products, patch, finish, __VA_ARGS__)    \
                   : ANY(scatter, false, shape, products, patch, finish, __VA_ARGS__))

FUSED_OR_NOT(lethe_winograd_weights, weights_any,
             (const lethe_winograd *shape, const float *taps, long stride, long input,
              float *weights),
             shape, taps, stride, input, weights)

FUSED_OR_NOT(lethe_winograd_weight_gradient, weight_gradient_either,
             (const lethe_winograd *shape, const float *sums, long input, float *taps,
              long stride),
             shape, sums, input, taps, stride)

FUSED_OR_NOT(lethe_winograd_gather, gather_any,
             (const lethe_winograd *shape, const float *x, long patch, float *target), shape, x,
             patch, target)

FUSED_OR_NOT(lethe_winograd_gather_gradient, gather_gradient_either,
             (const lethe_winograd *shape, const float *dy, long patch, float *target), shape, dy,
             patch, target)

FUSED_OR_NOT(lethe_winograd_scatter, scatter_any,
             (const lethe_winograd *shape, const float *products, long patch,
              const lethe_finish *finish, float *y),
             shape, products, patch, finish, y)

FUSED_OR_NOT(lethe_winograd_multiply, multiply,
             (const lethe_winograd *shape, const float *inputs, const float *weights, long rows,
              float *products),
             shape, inputs, weights, rows, products)

FUSED_OR_NOT(lethe_winograd_multiply_gradient, multiply_gradient,
             (const lethe_winograd *shape, const float *inputs, const float *gradients, long rows,
              float *sums, bool adds),
             shape, inputs, gradients, rows, sums, adds)
