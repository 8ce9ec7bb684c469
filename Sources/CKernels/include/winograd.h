#ifndef LETHE_WINOGRAD_H
#define LETHE_WINOGRAD_H

#include <stdbool.h>

// The parts of a 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3): 36 products stand for the
// 144 of a 4×4 patch of outputs (points 0, ±1, ±2, ∞; Lavin & Gray 2016). Maps are NHWC, channels
// multiples of 8. A number depends on its own patch alone: sums run over the input channels in
// ascending order, in runs of 256, however many patches are taken at once.

/// Sizes of a convolution.
typedef struct {
  long height, width, inputs;              // of an input sample
  long output_height, output_width, outputs;
  long padding_y, padding_x;
  long across, patches;                    // patches in a row, and in a sample
  long block;                              // patches that the buffers hold
} lethe_winograd;

/// Numbers from one row of transformed patches to the next, and from one point to the next.
long lethe_winograd_input_row(const lethe_winograd *shape);
long lethe_winograd_input_plane(const lethe_winograd *shape);
long lethe_winograd_product_row(const lethe_winograd *shape);
long lethe_winograd_product_plane(const lethe_winograd *shape);

/// Numbers in the transformed weights.
long lethe_winograd_weight_count(const lethe_winograd *shape);

/// Transforms the weights of one input channel.
///
/// @param taps     [9, outputs], row-major taps, each row `stride` numbers after the one before.
/// @param weights  [36, ⌈outputs/16⌉, inputs, 16].
void lethe_winograd_weights(const lethe_winograd *shape, const float *taps, long stride,
                            long input, float *weights);

/// Transforms the inputs of one patch.
///
/// @param x       The batch.
/// @param patch   Counted over the samples of the batch.
/// @param target  The patch's row of the first point.
void lethe_winograd_gather(const lethe_winograd *shape, const float *x, long patch, float *target);

/// The products of one point: [rows, outputs] = [rows, inputs] · [inputs, outputs].
void lethe_winograd_multiply(const lethe_winograd *shape, const float *inputs,
                             const float *weights, long rows, float *products);

/// Transforms the products of one patch back into the batch of outputs.
///
/// @param products   The patch's row of the first point.
/// @param bias       One number an output channel, or null.
/// @param rectified  Whether max(·, 0) is taken.
void lethe_winograd_scatter(const lethe_winograd *shape, const float *products, long patch,
                            const float *bias, bool rectified, float *y);

#endif
