#ifndef LETHE_NORMS_H
#define LETHE_NORMS_H

#include <stdbool.h>

// Batch normalisation of rows of channels: pixels of NHWC maps. Every number has the same bits on
// any processor.

/// A normalisation as it was computed: x̂ = (x − mean) · inverse, y = x · scale + shift, each with
/// one number a channel.
typedef struct {
  const float *mean, *inverse;
  const float *scale, *shift;
  bool rectified;  // whether max(y, 0) took the place of y
} lethe_norm;

/// Sums over rows, in their order and in double precision.
///
/// @param x     [rows, channels].
/// @param sums  [2, channels]: Σ x, then Σ x².
void lethe_channel_moments(const float *x, long rows, long channels, double *sums);

/// y = x · scale + shift, or max(·, 0) of it; x and y may be the same memory.
void lethe_channel_map(const float *x, long rows, long channels, const float *scale,
                       const float *shift, bool rectified, float *y);

/// Sums over rows, in their order and in double precision, of the gradient of the normalised
/// numbers, which is that of the outputs where a ReLU let them pass.
///
/// @param x, dy  [rows, channels]: inputs, and gradients of the outputs.
/// @param sums   [2, channels]: Σ dy, then Σ dy · x̂.
void lethe_norm_sums(const lethe_norm *norm, const float *x, const float *dy, long rows,
                     long channels, double *sums);

/// dx = scale · (dy − mean_gradient − x̂ · mean_product), in the place of dy.
void lethe_norm_gradient(const lethe_norm *norm, const float *x, float *dy, long rows,
                         long channels, const float *mean_gradient, const float *mean_product);

#endif
