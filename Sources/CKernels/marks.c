#include "include/CKernels.h"

#include "tier_columns.h"

enum { STRIP = LETHE_MARK_STRIP };
_Static_assert(LETHE_MARK_WORDS == STRIP / WORD, "words of a strip");

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

// The marks of one channel of a strip, by its words of bits; `rows` is the channel's first value.
INLINE uint8_t *put_marks(const float *rows, long stride, const uint32_t *words, long word_count,
                          uint8_t *marks) {
  for (long word = 0; word < word_count; word++)
    for (uint32_t left = words[word * stride]; left; left &= left - 1) {
      const long position = word * WORD + __builtin_ctz(left);
      const uint16_t value = code(rows[position * stride]);
      marks[0] = (uint8_t)position;
      marks[1] = (uint8_t)value;
      marks[2] = (uint8_t)(value >> 8);
      marks += LETHE_MARK_BYTES;
    }
  return marks;
}

// One strip: first its words of bits, [word][channel], in the order in which the values lie in
// memory; then the few values that they mark, while those are near.
INLINE uint8_t *strip_marks(const float *rows, long positions, long channels, const float *bounds,
                            double *sums, float *maxima, uint32_t *words, uint16_t *counts,
                            uint8_t *marks) {
  const long word_count = (positions + WORD - 1) / WORD;
  for (long word = 0; word < word_count; word++) {
    const float *from = rows + word * WORD * channels;
    uint32_t *to = words + word * channels;
    const long left = positions - word * WORD, count = left < WORD ? left : WORD;
    long c = 0;
    for (; c + WIDTH <= channels; c += WIDTH) {
      int8 found[2];
      channels16(from + c, count, channels, bounds + c, sums + c, maxima + c, found);
      memcpy(to + c, found, sizeof found);
    }
    for (; c < channels; c++)
      one_channel(from + c, count, channels, bounds + c, sums + c, maxima + c, to + c);
  }
  for (long c = 0; c < channels; c++) {
    uint8_t *end = put_marks(rows + c, channels, words + c, word_count, marks);
    counts[c] = (uint16_t)((end - marks) / LETHE_MARK_BYTES);
    marks = end;
  }
  return marks;
}

INLINE long map_marks(const float *map, long positions, long channels, const float *bounds,
                      double *sums, float *maxima, uint32_t *words, float *pooled, uint16_t *counts,
                      uint8_t *marks) {
  begin_columns(channels, sums, maxima);
  uint8_t *end = marks;
  for (long first = 0; first < positions; first += STRIP) {
    const long left = positions - first;
    end = strip_marks(map + first * channels, left < STRIP ? left : STRIP, channels, bounds, sums,
                      maxima, words, counts + first / STRIP * channels, end);
  }
  if (pooled) end_columns(positions, channels, sums, maxima, pooled);
  return (end - marks) / LETHE_MARK_BYTES;
}

WIDE static long wide_map_marks(const float *map, long positions, long channels,
                                const float *bounds, double *sums, float *maxima, uint32_t *words, float *pooled,
                                uint16_t *counts, uint8_t *marks) {
  return map_marks(map, positions, channels, bounds, sums, maxima, words, pooled, counts, marks);
}

long lethe_map_marks(const float *map, long positions, long channels, const float *bounds,
                     double *sums, float *maxima, uint32_t *words, float *pooled, uint16_t *counts,
                     uint8_t *marks) {
  return is_wide()
             ? wide_map_marks(map, positions, channels, bounds, sums, maxima, words, pooled, counts, marks)
             : map_marks(map, positions, channels, bounds, sums, maxima, words, pooled, counts, marks);
}

bool lethe_marks_fit(const uint16_t *counts, const uint8_t *marks, long mark_count, long positions,
                     long channels) {
  const uint8_t *end = marks + mark_count * LETHE_MARK_BYTES;
  for (long first = 0; first < positions; first += STRIP) {
    const long left = positions - first, size = left < STRIP ? left : STRIP;
    for (long c = 0; c < channels; c++) {
      const long count = *counts++;
      // Ascending positions: each bit is marked once.
      long least = 0;
      if (count > size || count * LETHE_MARK_BYTES > end - marks) return false;
      for (const uint8_t *stop = marks + count * LETHE_MARK_BYTES; marks < stop;
           marks += LETHE_MARK_BYTES) {
        if (*marks < least || *marks >= size) return false;
        least = *marks + 1;
      }
    }
  }
  return marks == end;
}

void lethe_marks_histogram(const uint16_t *counts, const uint8_t *marks, long strips,
                           long channels, long first, long end, uint16_t least,
                           uint32_t *histogram) {
  const long width = 65536 - least;
  for (long strip = 0; strip < strips; strip++, counts += channels)
    for (long c = 0; c < channels; c++) {
      const uint8_t *stop = marks + counts[c] * LETHE_MARK_BYTES;
      uint32_t *row = c < first ? histogram : histogram + (c - first) * width;
      if (c >= first && c < end)
        for (const uint8_t *mark = marks; mark < stop; mark += LETHE_MARK_BYTES) {
          const long value = (mark[1] | mark[2] << 8) - least;
          if (value >= 0) row[value]++;
        }
      marks = stop;
    }
}

void lethe_marks_bits(const uint16_t *counts, const uint8_t *marks, long positions, long channels,
                      const uint16_t *codes, uint8_t *bits) {
  const long bytes = (positions + 7) / 8;
  memset(bits, 0, (size_t)(channels * bytes));
  for (long first = 0; first < positions; first += STRIP)
    for (long c = 0; c < channels; c++) {
      uint8_t *target = bits + c * bytes + first / 8;
      for (const uint8_t *stop = marks + *counts++ * LETHE_MARK_BYTES; marks < stop;
           marks += LETHE_MARK_BYTES)
        if ((marks[1] | marks[2] << 8) > codes[c])
          target[marks[0] / 8] |= (uint8_t)(1u << marks[0] % 8);
    }
}

float lethe_select(float *values, long count, long rank) {
  long low = 0, high = count - 1;
  while (low < high) {
    // The median of three, so that sorted values are no bad case.
    const float a = values[low], b = values[low + (high - low) / 2], c = values[high];
    const float pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
    long left = low, right = high;
    while (left <= right) {
      while (values[left] < pivot) left++;
      while (values[right] > pivot) right--;
      if (left > right) break;
      const float moved = values[left];
      values[left++] = values[right];
      values[right--] = moved;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return values[rank];
  }
  return values[rank];
}
