// Few positions of a map at a time, as they lie in memory: what they add to the tiers of channels.

#pragma once

#include <stdint.h>

#include "vectors.h"

// Positions whose bits of a channel make one word, and channels at a time.
enum { WORD = 32, WIDTH = 16 };

// Sixteen channels over at most 32 positions: sums, maxima, and a word of bits a channel.
INLINE void channels16(const float *map, long count, long stride, const float *thresholds,
                       double *sums, float *maxima, int8 words[2]) {
  double4 sum[4];
  float8 most[2], least[2] = {};
  for (int half = 0; half < 2; half++) {
    sum[2 * half] = load4(sums + 8 * half);
    sum[2 * half + 1] = load4(sums + 8 * half + 4);
    most[half] = load8(maxima + 8 * half);
    if (thresholds) least[half] = load8(thresholds + 8 * half);
    words[half] = (int8){};
  }
  for (long position = 0; position < count; position++) {
    const int bit = (int)(1u << position);
    for (int half = 0; half < 2; half++) {
      float8 v = load8(map + position * stride + 8 * half);
      sum[2 * half] += doubles(v, false);
      sum[2 * half + 1] += doubles(v, true);
      int8 larger = v > most[half];
      most[half] = (float8)((larger & (int8)v) | (~larger & (int8)most[half]));
      words[half] |= (v > least[half]) & bit;
    }
  }
  for (int half = 0; half < 2; half++) {
    store4(sums + 8 * half, sum[2 * half]);
    store4(sums + 8 * half + 4, sum[2 * half + 1]);
    store8(maxima + 8 * half, most[half]);
  }
}

INLINE void one_channel(const float *map, long count, long stride, const float *threshold,
                        double *sum, float *most, uint32_t *word) {
  *word = 0;
  for (long position = 0; position < count; position++) {
    float v = map[position * stride];
    *sum += v;
    if (v > *most) *most = v;
    if (threshold && v > *threshold) *word |= 1u << position;
  }
}

INLINE void begin_columns(long channels, double *sums, float *maxima) {
  for (long c = 0; c < channels; c++) {
    sums[c] = 0;
    maxima[c] = -__builtin_inff();
  }
}

INLINE void end_columns(long positions, long channels, const double *sums, const float *maxima,
                        float *pooled) {
  for (long c = 0; c < channels; c++) {
    pooled[2 * c] = (float)(sums[c] / (double)positions);
    pooled[2 * c + 1] = maxima[c];
  }
}
