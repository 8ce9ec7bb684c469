#ifndef LETHE_WINOGRAD_H
#define LETHE_WINOGRAD_H

#include <stdbool.h>

// The parts of a 3×3 convolution of stride 1 by Winograd's F(step×step, 3×3), step 2, 4 or 6: a
// patch of step² outputs takes (step + 2)² products, its points, instead of 9·step² (Lavin & Gray
// 2016). Gradients of weights are for steps 2 and 4.
// Maps are NHWC, channels multiples of 8. A number depends on its own patch alone: sums run over
// the input channels in ascending order, in runs of 256, however many patches are taken at once.

/// Sizes of a convolution.
typedef struct {
  long height, width, inputs;              // of an input sample
  long output_height, output_width, outputs;
  long padding_y, padding_x;
  long across, patches;                    // patches in a row, and in a sample
  long block;                              // patches that the buffers hold
  int step;                                // sides of a patch of outputs: 2, 4 or 6
} lethe_winograd;

/// What becomes of an output before it is stored.
typedef enum {
  LETHE_PLAIN,      // itself
  LETHE_RECTIFIED,  // max(·, 0)
  LETHE_TIMES,      // times the number of `other` at its place
  LETHE_SHARE,      // the number of `other` at its place, divided by it ± epsilon, away from 0
} lethe_finish_kind;

/// What is done with outputs: the bias is added first.
typedef struct {
  const float *bias;   // one number an output channel, or null
  lethe_finish_kind kind;
  const float *other;  // arranged like the outputs
  float epsilon;
  float *pooled;       // gets the largest of every 2×2 outputs, in a map of half the height and
                       // width, rounded down; or null
} lethe_finish;

/// Points of a patch.
long lethe_winograd_points(const lethe_winograd *shape);

/// Numbers from one row of transformed patches to the next, and from one point to the next.
long lethe_winograd_input_row(const lethe_winograd *shape);
long lethe_winograd_input_plane(const lethe_winograd *shape);
long lethe_winograd_product_row(const lethe_winograd *shape);
long lethe_winograd_product_plane(const lethe_winograd *shape);

/// Numbers in the transformed weights of one point.
long lethe_winograd_weight_plane(const lethe_winograd *shape);

/// Transforms the weights of one input channel.
///
/// @param taps     [9, outputs], row-major taps, each row `stride` numbers after the one before.
/// @param weights  [points, ⌈outputs/16⌉, inputs, 16].
void lethe_winograd_weights(const lethe_winograd *shape, const float *taps, long stride,
                            long input, float *weights);

/// Transforms the inputs of one patch.
///
/// @param x       The batch.
/// @param patch   Counted over the samples of the batch.
/// @param target  The patch's row of the first point, in planes of inputs.
void lethe_winograd_gather(const lethe_winograd *shape, const float *x, long patch, float *target);

/// The products of one point: [rows, outputs] = [rows, inputs] · [inputs, outputs].
void lethe_winograd_multiply(const lethe_winograd *shape, const float *inputs,
                             const float *weights, long rows, float *products);

/// Transforms the products of one patch back into the batch of outputs.
///
/// @param products  The patch's row of the first point.
/// @param y         The batch of outputs; null if they are only pooled.
void lethe_winograd_scatter(const lethe_winograd *shape, const float *products, long patch,
                            const lethe_finish *finish, float *y);

/// Transforms the gradients of the outputs of one patch.
///
/// @param dy      The batch of gradients.
/// @param target  The patch's row of the first point, in planes of products.
void lethe_winograd_gather_gradient(const lethe_winograd *shape, const float *dy, long patch,
                                    float *target);

/// The sums of one point over patches: [inputs, outputs] (+)= [rows, inputs]ᵀ · [rows, outputs].
///
/// @param sums  [inputs, outputs], padded to 16 outputs.
/// @param adds  Whether to add to what is there.
void lethe_winograd_multiply_gradient(const lethe_winograd *shape, const float *inputs,
                                      const float *gradients, long rows, float *sums, bool adds);

/// The gradients of the weights of one input channel.
///
/// @param sums  Of all points.
/// @param taps  [9, outputs], row-major taps, each row `stride` numbers after the one before.
void lethe_winograd_weight_gradient(const lethe_winograd *shape, const float *sums, long input,
                                    float *taps, long stride);

#endif
