// The transforms of one line (Lavin & Gray 2016), for outputs in steps of 2 (points 0, ±1, ∞), of 4
// (points 0, ±1, ±2, ∞) and of 6 (points 0, ±1, ±2, ±½, ∞); gradients of weights know no step of 6.

#include "vectors.h"

// Bᵀ·d: a line of inputs.
INLINE void input_line(int step, const float8 *d, float8 *o, bool fused) {
  if (step == 2) {
    o[0] = d[0] - d[2];
    o[1] = d[1] + d[2];
    o[2] = d[2] - d[1];
    o[3] = d[1] - d[3];
    return;
  }
  if (step == 6) {
    float8 even1 = TIMES(all8(-4.25f), d[4], d[2] + d[6]);
    float8 odd1 = TIMES(all8(-4.25f), d[3], d[1] + d[5]);
    float8 even2 = TIMES(all8(0.25f), d[2], TIMES(all8(-1.25f), d[4], d[6]));
    float8 odd2 = TIMES(all8(0.5f), d[1], TIMES(all8(-2.5f), d[3], d[5] + d[5]));
    float8 even3 = TIMES(all8(4), TIMES(all8(-1.25f), d[4], d[2]), d[6]);
    float8 odd3 = TIMES(all8(2), d[1], TIMES(all8(0.5f), d[5], all8(-2.5f) * d[3]));
    o[0] = TIMES(all8(5.25f), d[4] - d[2], d[0] - d[6]);
    o[1] = even1 + odd1;
    o[2] = even1 - odd1;
    o[3] = even2 + odd2;
    o[4] = even2 - odd2;
    o[5] = even3 + odd3;
    o[6] = even3 - odd3;
    o[7] = TIMES(all8(5.25f), d[3] - d[5], d[7] - d[1]);
    return;
  }
  float8 even = TIMES(all8(-4), d[2], d[4]), odd = TIMES(all8(-4), d[1], d[3]);
  float8 rise = d[4] - d[2], slope = d[3] - d[1];
  o[0] = TIMES(all8(4), d[0], TIMES(all8(-5), d[2], d[4]));
  o[1] = even + odd;
  o[2] = even - odd;
  o[3] = TIMES(all8(2), slope, rise);
  o[4] = TIMES(all8(-2), slope, rise);
  o[5] = TIMES(all8(4), d[1], TIMES(all8(-5), d[3], d[5]));
}

// Aᵀ·m: a line of products.
INLINE void output_line(int step, const float8 *m, float8 *o, bool fused) {
  float8 sum1 = m[1] + m[2], difference1 = m[1] - m[2];
  if (step == 2) {
    o[0] = m[0] + sum1;
    o[1] = difference1 - m[3];
    return;
  }
  float8 sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  if (step == 6) {
    float8 sum3 = m[5] + m[6], difference3 = m[5] - m[6];
    o[0] = TIMES(all8(32), sum3, m[0] + sum1 + sum2);
    o[1] = TIMES(all8(2), difference2, TIMES(all8(16), difference3, difference1));
    o[2] = TIMES(all8(4), sum2, TIMES(all8(8), sum3, sum1));
    o[3] = TIMES(all8(8), difference2, TIMES(all8(4), difference3, difference1));
    o[4] = TIMES(all8(16), sum2, TIMES(all8(2), sum3, sum1));
    o[5] = TIMES(all8(32), difference2, difference1 + difference3) + m[7];
    return;
  }
  o[0] = m[0] + sum1 + sum2;
  o[1] = TIMES(all8(2), difference2, difference1);
  o[2] = TIMES(all8(4), sum2, sum1);
  o[3] = TIMES(all8(8), difference2, difference1) + m[5];
}

// A·g: a line of gradients of the outputs.
INLINE void gradient_line(int step, const float8 *g, float8 *o, bool fused) {
  if (step == 2) {
    o[0] = g[0];
    o[1] = g[0] + g[1];
    o[2] = g[0] - g[1];
    o[3] = -g[1];
    return;
  }
  float8 even1 = g[0] + g[2], odd1 = g[1] + g[3];
  float8 even2 = TIMES(all8(4), g[2], g[0]), odd2 = TIMES(all8(4), g[3], g[1]);
  o[0] = g[0];
  o[1] = even1 + odd1;
  o[2] = even1 - odd1;
  o[3] = TIMES(all8(2), odd2, even2);
  o[4] = TIMES(all8(-2), odd2, even2);
  o[5] = g[3];
}

// G·g: a line of weights.
INLINE void weight_line(int step, const double4 *g, double4 *o) {
  double4 outer = g[0] + g[2];
  if (step == 2) {
    o[0] = g[0];
    o[1] = (outer + g[1]) * 0.5;
    o[2] = (outer - g[1]) * 0.5;
    o[3] = g[2];
    return;
  }
  if (step == 6) {
    double4 far = g[0] * (1.0 / 90) + g[2] * (2.0 / 45);
    double4 near = g[0] * (1.0 / 45) + g[2] * (1.0 / 180);
    o[0] = g[0];
    o[1] = (outer + g[1]) * (-2.0 / 9);
    o[2] = (outer - g[1]) * (-2.0 / 9);
    o[3] = far + g[1] * (1.0 / 45);
    o[4] = far - g[1] * (1.0 / 45);
    o[5] = near + g[1] * (1.0 / 90);
    o[6] = near - g[1] * (1.0 / 90);
    o[7] = g[2];
    return;
  }
  double4 far = g[0] * (1.0 / 24) + g[2] * (1.0 / 6);
  o[0] = g[0] * (1.0 / 4);
  o[1] = (outer + g[1]) * (-1.0 / 6);
  o[2] = (outer - g[1]) * (-1.0 / 6);
  o[3] = far + g[1] * (1.0 / 12);
  o[4] = far - g[1] * (1.0 / 12);
  o[5] = g[2];
}

// Gᵀ·s: a line of sums that become gradients of weights.
INLINE void weight_gradient_line(int step, const double4 *s, double4 *o) {
  if (step == 2) {
    o[0] = s[0] + (s[1] + s[2]) * 0.5;
    o[1] = (s[1] - s[2]) * 0.5;
    o[2] = s[3] + (s[1] + s[2]) * 0.5;
    return;
  }
  double4 near = (s[1] + s[2]) * (-1.0 / 6), far = s[3] + s[4];
  o[0] = s[0] * (1.0 / 4) + near + far * (1.0 / 24);
  o[1] = (s[2] - s[1]) * (1.0 / 6) + (s[3] - s[4]) * (1.0 / 12);
  o[2] = near + far * (1.0 / 6) + s[5];
}
