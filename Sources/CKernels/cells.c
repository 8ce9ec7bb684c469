#include "include/CKernels.h"

#include "vectors.h"

// eˣ for |x| ≤ 700, to 4 units in the last place: x = k·ln 2 + r with |r| ≤ ½·ln 2; eʳ by its
// Taylor series to r¹², 2ᵏ by the exponent bits.
INLINE double4 exponential(double4 x) {
  // Adding 1.5·2⁵² rounds to an integer, which is then found in the low bits.
  const double rounder = 0x1.8p52;
  double4 shifted = x * 1.4426950408889634 + rounder;
  double4 k = shifted - rounder;
  double4 r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
  double4 r2 = r * r, r4 = r2 * r2;
  double4 low = (1 + r) + r2 * (1.0 / 2 + 1.0 / 6 * r);
  double4 middle = (1.0 / 24 + 1.0 / 120 * r) + r2 * (1.0 / 720 + 1.0 / 5040 * r);
  double4 high =
      (1.0 / 40320 + 1.0 / 362880 * r) + r2 * (1.0 / 3628800 + 1.0 / 39916800 * r);
  double4 series = low + r4 * (middle + r4 * (high + r4 * (1.0 / 479001600)));
  return (double4)((long4)series + ((long4)shifted << 52));
}

INLINE double4 magnitude(double4 x) { return (double4)((long4)x & 0x7fffffffffffffff); }

INLINE double4 limited(double4 x) {
  x = choose(x > 700, (double4){} + 700, x);
  return choose(x < -700, (double4){} - 700, x);
}

// t of four cells: 1 where the bit is set.
static const double4 patterns[16] = {
    {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 0}, {1, 0, 1, 0},
    {0, 1, 1, 0}, {1, 1, 1, 0}, {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
    {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};

// The cost of a cell is weight · softplus(s) with s = ±z, and softplus(s) is
// max(s, 0) − log max(σ(s), σ(−s)): sums of logarithms are kept as products.
INLINE void cross_entropy_row(const lethe_cell_row *row, double alpha, bool curvature,
                              bool is_zero, lethe_cross_entropy *sums) {
  double4 linear = load4(sums->linear), concept = load4(sums->concept), other = load4(sums->other);
  const double two = row->fraction, one = 1 - two;
  const double4 *upper = (const double4 *)row->upper, *lower = (const double4 *)row->lower;
  for (long chunk = 0; chunk < 2 * row->bytes; chunk++) {
    double4 t = patterns[row->concept[chunk >> 1] >> (4 * (chunk & 1)) & 15];
    double4 z = one * upper[chunk] + two * lower[chunk];
    double4 sign = 1 - 2 * t, weight = (1 - alpha) - t, s = sign * z;
    double4 wrong = (double4){} + 0.5, right = wrong;  // at z = 0
    if (!is_zero) {
      double4 u = exponential(row->is_wide ? limited(-s) : -s);
      wrong = 1 / (1 + u);
      right = u * wrong;
    }
    double4 half = 0.5 * magnitude(wrong - right), small = 0.5 - half;
    concept *= 1 - t * small;
    other *= (0.5 + half) + t * small;
    linear += (weight * 0.5) * (z + sign * magnitude(s));
    double4 slope = weight * wrong;
    ((double4 *)row->upper_slope)[chunk] += one * slope;
    ((double4 *)row->lower_slope)[chunk] += two * slope;
    if (!curvature) continue;
    double4 bend = (sign * slope) * right;
    ((double4 *)row->upper_curvature)[chunk] += (one * one) * bend;
    ((double4 *)row->mixed_curvature)[chunk] += (one * two) * bend;
    ((double4 *)row->lower_curvature)[chunk] += (two * two) * bend;
  }
  store4(sums->linear, linear);
  store4(sums->concept, concept);
  store4(sums->other, other);
}

// Three loops instead of choices in one.
INLINE void any_row(const lethe_cell_row *row, double alpha, bool curvature,
                    lethe_cross_entropy *sums) {
  if (row->is_zero) cross_entropy_row(row, alpha, curvature, true, sums);
  else if (curvature) cross_entropy_row(row, alpha, true, false, sums);
  else cross_entropy_row(row, alpha, false, false, sums);
}

WIDE static void wide_row(const lethe_cell_row *row, double alpha, bool curvature,
                          lethe_cross_entropy *sums) {
  any_row(row, alpha, curvature, sums);
}

void lethe_cross_entropy_row(const lethe_cell_row *row, double alpha, bool curvature,
                             lethe_cross_entropy *sums) {
  if (is_wide()) wide_row(row, alpha, curvature, sums);
  else any_row(row, alpha, curvature, sums);
}
