#ifndef LETHE_PRODUCTS_H
#define LETHE_PRODUCTS_H

// Products of matrices whose every number depends on its own row and column alone: sums run in an
// order that the depth fixes, however many rows are taken at once. All matrices are row-major.

/// Numbers in a packed matrix of [depth, columns].
long lethe_packed_count(long depth, long columns);

/// Packs [depth, columns], rows `row` numbers apart, as [⌈columns/16⌉, depth, 16] with zeros beyond.
void lethe_pack(const float *matrix, long row, long depth, long columns, float *packed);

/// c[rows, columns] = a[rows, depth] · packed.
///
/// @param a_row, c_row  Numbers from one row to the next.
void lethe_multiply_packed(const float *a, long a_row, const float *packed, long depth,
                           long columns, long rows, float *c, long c_row);

/// y[rows, outputs] = x[rows, inputs] · wᵀ for a few rows of long w.
///
/// @param w        [outputs, inputs], of at most 12 outputs.
/// @param y_row    Numbers from one row of y to the next.
/// @param scratch  12 · 8 · rows numbers, aligned to 32 bytes.
void lethe_dense(const float *x, long rows, const float *w, long inputs, long outputs, float *y,
                 long y_row, float *scratch);

/// x[rows, columns] = c[rows, outputs] · w, for some columns of w.
///
/// @param w      [outputs, columns], rows `w_row` numbers apart.
/// @param x_row  Numbers from one row of x to the next.
void lethe_dense_back(const float *c, long rows, long outputs, const float *w, long w_row,
                      long columns, float *x, long x_row);

#endif
