#ifndef LETHE_TIERS_H
#define LETHE_TIERS_H

#include <stdint.h>

/// What is kept of one sample's map, in one pass over it.
///
/// @param map         [positions][channels].
/// @param thresholds  One a channel; NULL if no bits are wanted.
/// @param sums        Scratch, one a channel.
/// @param maxima      Scratch, one a channel.
/// @param pooled      [channels][2]: the mean, summed in double precision in the order of the
///                    positions, and the maximum, of which a NaN takes no part; NULL if not wanted.
/// @param bits        [channels][⌈positions / 8⌉]: a bit a position, least significant first, set
///                    where the value is greater than the threshold; NULL if not wanted.
void lethe_map_tiers(const float *map, long positions, long channels, const float *thresholds,
                     double *sums, float *maxima, float *pooled, uint8_t *bits);

#endif
