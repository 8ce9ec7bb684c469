#include "include/CKernels.h"

#include "vectors.h"

// Positions whose bits of a channel make one word.
enum { WORD = 32, WIDTH = 16 };

INLINE double4 doubles(float8 v, bool high) {
  float4 half = high ? __builtin_shufflevector(v, v, 4, 5, 6, 7)
                     : __builtin_shufflevector(v, v, 0, 1, 2, 3);
  return __builtin_convertvector(half, double4);
}

INLINE void put_bytes(uint32_t word, long bytes, uint8_t *to) {
  for (long byte = 0; byte < bytes; byte++) to[byte] = (uint8_t)(word >> 8 * byte);
}

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

INLINE void map_tiers(const float *map, long positions, long channels, const float *thresholds,
                      double *sums, float *maxima, float *pooled, uint8_t *bits) {
  const long bytes = (positions + 7) / 8;
  for (long c = 0; c < channels; c++) {
    sums[c] = 0;
    maxima[c] = -__builtin_inff();
  }
  // A few positions of all channels at a time, as they lie in memory.
  for (long first = 0; first < positions; first += WORD) {
    const float *rows = map + first * channels;
    const long count = positions - first < WORD ? positions - first : WORD;
    uint8_t *target = bits ? bits + first / 8 : NULL;
    long c = 0;
    for (; c + WIDTH <= channels; c += WIDTH) {
      int8 words[2];
      channels16(rows + c, count, channels, thresholds ? thresholds + c : NULL, sums + c,
                 maxima + c, words);
      for (int lane = 0; bits && lane < WIDTH; lane++)
        put_bytes((uint32_t)words[lane / 8][lane % 8], (count + 7) / 8, target + (c + lane) * bytes);
    }
    for (; c < channels; c++) {
      uint32_t word;
      one_channel(rows + c, count, channels, thresholds ? thresholds + c : NULL, sums + c,
                  maxima + c, &word);
      if (bits) put_bytes(word, (count + 7) / 8, target + c * bytes);
    }
  }
  for (long c = 0; pooled && c < channels; c++) {
    pooled[2 * c] = (float)(sums[c] / (double)positions);
    pooled[2 * c + 1] = maxima[c];
  }
}

WIDE static void wide_map_tiers(const float *map, long positions, long channels,
                                const float *thresholds, double *sums, float *maxima,
                                float *pooled, uint8_t *bits) {
  map_tiers(map, positions, channels, thresholds, sums, maxima, pooled, bits);
}

void lethe_map_tiers(const float *map, long positions, long channels, const float *thresholds,
                     double *sums, float *maxima, float *pooled, uint8_t *bits) {
  if (is_wide())
    wide_map_tiers(map, positions, channels, thresholds, sums, maxima, pooled, bits);
  else
    map_tiers(map, positions, channels, thresholds, sums, maxima, pooled, bits);
}

INLINE uint16_t code(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (value == 0) bits = 0;
  const uint16_t high = (uint16_t)(bits >> 16);
  // Of a positive number any bit that is dropped carries upwards; of a negative one dropping bits
  // moves towards zero, which is upwards.
  if (bits & 0x80000000u) return (uint16_t)~high;
  return (uint16_t)((uint16_t)(high + ((bits & 0xffff) != 0)) | 0x8000);
}

void lethe_marked_codes(const float *map, long positions, long channels, const uint8_t *bits,
                        uint16_t *codes) {
  const long bytes = (positions + 7) / 8;
  for (long c = 0; c < channels; c++)
    for (long byte = 0; byte < bytes; byte++)
      for (unsigned left = *bits++, bit; left; left &= left - 1) {
        bit = (unsigned)__builtin_ctz(left);
        *codes++ = code(map[(byte * 8 + bit) * channels + c]);
      }
}
