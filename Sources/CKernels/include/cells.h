#ifndef LETHE_CELLS_H
#define LETHE_CELLS_H

#include <stdbool.h>
#include <stdint.h>

/// A row of cells of a concept's grid, as `CellLines` has it.
typedef struct {
  const double *upper, *lower;                   // z of the rows of units around it
  double *upper_slope, *lower_slope;             // dL/dz, added to
  double *upper_curvature, *mixed_curvature, *lower_curvature;  // d²L/dz², added to
  double fraction;                               // the share of `lower`
  const uint8_t *concept;                        // a bit a cell
  long bytes;                                    // eight cells each
  bool is_wide;                                  // whether |z| may be above 700
  bool is_zero;                                  // whether z is 0 in all cells
} lethe_cell_row;

/// Sums over cells that become a loss: Σ linear − α·Σ log concept − (1 − α)·Σ log other.
typedef struct {
  double linear[4], concept[4], other[4];
} lethe_cross_entropy;

/// Adds the weighted cross-entropy of a row, and its derivatives.
///
/// @param row     Lines are aligned to 32 bytes and as long as eight cells a byte.
/// @param alpha   The weight of concept cells; that of the others is 1 − alpha.
/// @param curvature  Whether second derivatives are added.
void lethe_cross_entropy_row(const lethe_cell_row *row, double alpha, bool curvature,
                             lethe_cross_entropy *sums);

#endif
