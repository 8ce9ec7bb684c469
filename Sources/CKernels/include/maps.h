#ifndef LETHE_MAPS_H
#define LETHE_MAPS_H

// Passes over maps and rows of numbers that training makes beside the products. Every number has
// the same bits on any processor.

/// The largest of every 2×2 numbers of one sample's map; rows and columns beyond pairs are left out.
///
/// @param x  [height, width, channels].
/// @param y  [height / 2, width / 2, channels].
void lethe_pool_pairs(const float *x, long height, long width, long channels, float *y);

/// The gradient of `lethe_pool_pairs`, which goes to the first of the largest in reading order.
///
/// @param x, y  What it took and gave.
/// @param dy    The gradient of y.
/// @param dx    [height, width, channels], overwritten.
void lethe_pool_pairs_gradient(const float *x, const float *y, const float *dy, long height,
                               long width, long channels, float *dx);

/// Adds to `sums` every channel's sum over rows, which is summed in their order apart from it.
///
/// @param x  [rows, channels].
void lethe_add_column_sums(const float *x, long rows, long channels, float *sums);

/// Copies `count` lines of `length` numbers, each `from_step` and `to_step` numbers after the one
/// before.
void lethe_copy_lines(const float *from, long from_step, float *to, long to_step, long length,
                      long count);

/// target[column][row] = source[row][column].
void lethe_transpose(const float *source, long rows, long columns, float *target);

/// Sets to 0 the gradients whose outputs are not positive.
void lethe_mask(float *gradients, const float *outputs, long count);

#endif
