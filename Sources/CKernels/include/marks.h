#ifndef LETHE_MARKS_H
#define LETHE_MARKS_H

#include <stdbool.h>
#include <stdint.h>

/// Positions of a map whose marks lie together: a position within takes one byte.
#define LETHE_MARK_STRIP 256
/// 32 positions make one word of bits.
#define LETHE_MARK_WORDS 8
/// Bytes of a mark: the position within its strip, then its value's code, low byte first.
#define LETHE_MARK_BYTES 3

/// Pools one sample's map and marks the values above a bound, in one pass.
///
/// A code is the value rounded up to the next bfloat16, written so that codes sort like values; −0
/// counts as 0.
///
/// @param map      [positions][channels]; what is marked may not be NaN.
/// @param bounds   One a channel: greater values are marked.
/// @param sums     Scratch, one a channel.
/// @param maxima   Scratch, one a channel.
/// @param words    Scratch, `LETHE_MARK_WORDS` a channel.
/// @param pooled   As `lethe_map_tiers`; NULL if not wanted.
/// @param counts   [⌈positions / 256⌉][channels]: the marks of each channel in each strip.
/// @param marks    Room for `LETHE_MARK_BYTES` a value of the map: the marks in the order of strips,
///                 channels, positions.
/// @return How many values were marked.
long lethe_map_marks(const float *map, long positions, long channels, const float *bounds,
                     double *sums, float *maxima, uint32_t *words, float *pooled,
                     uint16_t *counts, uint8_t *marks);

/// Whether counts and marks fit each other and a map of this size, wherever they come from.
bool lethe_marks_fit(const uint16_t *counts, const uint8_t *marks, long mark_count, long positions,
                     long channels);

/// Counts the codes of some channels of one sample.
///
/// @param counts     As `lethe_map_marks` gives them.
/// @param marks      As `lethe_map_marks` gives them.
/// @param strips     ⌈positions / 256⌉.
/// @param first      The first channel wanted.
/// @param end        The channel after the last one wanted.
/// @param least      Codes below it are left out.
/// @param histogram  [end − first][65,536 − least]: added to.
void lethe_marks_histogram(const uint16_t *counts, const uint8_t *marks, long strips,
                           long channels, long first, long end, uint16_t least,
                           uint32_t *histogram);

/// The bits of one sample's marks whose codes are greater than their channel's.
///
/// @param counts     As `lethe_map_marks` gives them.
/// @param marks      As `lethe_map_marks` gives them; they must fit.
/// @param codes      One a channel.
/// @param bits       [channels][⌈positions / 8⌉], as `lethe_map_tiers` gives them.
void lethe_marks_bits(const uint16_t *counts, const uint8_t *marks, long positions, long channels,
                      const uint16_t *codes, uint8_t *bits);

/// The value at a rank of some values, counted from 0 for the least; moves them.
///
/// @param values  None may be NaN.
float lethe_select(float *values, long count, long rank);

#endif
