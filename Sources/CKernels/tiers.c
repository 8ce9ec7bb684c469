#include "include/CKernels.h"

#include "tier_columns.h"

INLINE void put_bytes(uint32_t word, long bytes, uint8_t *to) {
  for (long byte = 0; byte < bytes; byte++) to[byte] = (uint8_t)(word >> 8 * byte);
}

INLINE void map_tiers(const float *map, long positions, long channels, const float *thresholds,
                      double *sums, float *maxima, float *pooled, uint8_t *bits) {
  const long bytes = (positions + 7) / 8;
  begin_columns(channels, sums, maxima);
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
  if (pooled) end_columns(positions, channels, sums, maxima, pooled);
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
