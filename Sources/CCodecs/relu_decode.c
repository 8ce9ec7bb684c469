// Decoding: whatever the bytes say, nothing outside of them and of the target is touched.
#include "relu_stream.h"

// The way back: the bytes that a summary marks; returns those that were not needed.
static inline const uint8_t *scatter(
    const uint8_t *summary, const uint8_t *kept, uint8_t *bitmap, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (summary[i / 8] >> i % 8 & 1) bitmap[i] = *kept++;
    else bitmap[i] = 0;
  }
  return kept;
}

// Reads `count` values from `first` on, an even number; exactly the bytes of their pairs.
static inline void widen(
    const uint8_t *pairs, size_t count, uint32_t base, uint8_t *target) {
  for (size_t i = 0; i < count; i += 2) {
    uint64_t pair = 0;
    memcpy(&pair, pairs + 7 * (i / 2), 7);
    uint32_t values[2] = {
      base + (uint32_t)(pair & 0xfffffff), base + (uint32_t)(pair >> 28)};
    memcpy(target + 4 * i, values, 8);
  }
}

// Spreads values over the elements whose bits are set.
static inline void spread4(
    const uint8_t *bitmap, const uint8_t *values, uint8_t *target, size_t count) {
  for (size_t i = 0; i < count; i++) {
    unsigned bit = bitmap[i / 8] >> i % 8 & 1;
    uint32_t value = word(values) & -bit;
    memcpy(target + 4 * i, &value, 4);
    values += 4 * bit;
  }
}

static inline void spread2(
    const uint8_t *bitmap, const uint8_t *values, uint8_t *target, size_t count) {
  for (size_t i = 0; i < count; i++) {
    unsigned bit = bitmap[i / 8] >> i % 8 & 1;
    uint16_t value;
    memcpy(&value, values, 2);
    value &= (uint16_t)-bit;
    memcpy(target + 2 * i, &value, 2);
    values += 2 * bit;
  }
}

#if defined(__x86_64__)

// For each byte of a bitmap: which lane each one comes from.
// A lane that is zero has the highest bit set.
static uint8_t back4[256][8], back2[256][16];

__attribute__((constructor)) static void fillBacks(void) {
  for (int bits = 0; bits < 256; bits++) {
    int rank = 0;
    memset(back2[bits], 0x80, 16);
    memset(back4[bits], 0x80, 8);
    for (int lane = 0; lane < 8; lane++) {
      if (!(bits >> lane & 1)) continue;
      back4[bits][lane] = (uint8_t)rank;
      for (int byte = 0; byte < 2; byte++)
        back2[bits][2 * lane + byte] = (uint8_t)(2 * rank + byte);
      rank++;
    }
  }
}

// As `scatter`; nothing is read from `end` on.
AVX2 static const uint8_t *scatterAVX2(
    const uint8_t *summary, const uint8_t *kept, const uint8_t *end, uint8_t *bitmap,
    size_t count) {
  size_t groups = count / 8, group = 0;
  for (; group < groups && end - kept >= 8; group++) {
    __m128i order = _mm_loadl_epi64((const __m128i *)back4[summary[group]]);
    __m128i bytes = _mm_loadl_epi64((const __m128i *)kept);
    _mm_storel_epi64((__m128i *)(bitmap + 8 * group), _mm_shuffle_epi8(bytes, order));
    kept += __builtin_popcount(summary[group]);
  }
  return scatter(summary + group, kept, bitmap + 8 * group, count - 8 * group);
}

// As `widen`; `end` is where the pairs end, beyond which nothing is read.
AVX2 static void widenAVX2(
    const uint8_t *pairs, const uint8_t *end, size_t count, uint32_t base, uint8_t *target) {
  const __m256i more = _mm256_set1_epi32((int)base);
  const __m256i low = _mm256_set1_epi64x(0xfffffff);
  const __m256i high = _mm256_set1_epi64x(0xfffffff00000000);
  const __m256i order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, -1, 7, 8, 9, 10, 11, 12, 13, -1));
  size_t i = 0;
  for (; i + 8 <= count && end - pairs >= 30; i += 8, pairs += 28) {
    __m256i both = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)pairs)),
        _mm_loadu_si128((const __m128i *)(pairs + 14)), 1);
    both = _mm256_shuffle_epi8(both, order);
    __m256i lanes = _mm256_or_si256(
        _mm256_and_si256(both, low), _mm256_and_si256(_mm256_slli_epi64(both, 4), high));
    _mm256_storeu_si256((__m256i *)(target + 4 * i), _mm256_add_epi32(lanes, more));
  }
  widen(pairs, count - i, base, target + 4 * i);
}

AVX2 static void spread4AVX2(
    const uint8_t *bitmap, const uint8_t *values, uint8_t *target, size_t count) {
  size_t groups = count / 8;
  for (size_t group = 0; group < groups; group++) {
    unsigned bits = bitmap[group];
    __m256i order = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)back4[bits]));
    __m256i lanes =
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)values), order);
    lanes = _mm256_andnot_si256(_mm256_srai_epi32(order, 31), lanes);
    _mm256_storeu_si256((__m256i *)(target + 32 * group), lanes);
    values += 4 * __builtin_popcount(bits);
  }
  spread4(bitmap + groups, values, target + 32 * groups, count % 8);
}

AVX2 static void spread2AVX2(
    const uint8_t *bitmap, const uint8_t *values, uint8_t *target, size_t count) {
  size_t groups = count / 8;
  for (size_t group = 0; group < groups; group++) {
    unsigned bits = bitmap[group];
    __m128i order = _mm_loadu_si128((const __m128i *)back2[bits]);
    __m128i lanes = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)values), order);
    _mm_storeu_si128((__m128i *)(target + 16 * group), lanes);
    values += 2 * __builtin_popcount(bits);
  }
  spread2(bitmap + groups, values, target + 16 * groups, count % 8);
}

AVX2 static size_t countBitsAVX2(const uint8_t *bytes, size_t count) {
  size_t bits = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t eight;
    memcpy(&eight, bytes + i, 8);
    bits += (size_t)__builtin_popcountll(eight);
  }
  for (; i < count; i++) bits += (size_t)__builtin_popcount(bytes[i]);
  return bits;
}

#else

// Never called: there are only the portable ways.
#define scatterAVX2(summary, kept, end, bitmap, count) scatter(summary, kept, bitmap, count)
#define widenAVX2(pairs, end, count, base, target) widen(pairs, count, base, target)
#define spread4AVX2 spread4
#define spread2AVX2 spread2
#define countBitsAVX2 countBits

#endif

static inline size_t countBits(const uint8_t *bytes, size_t count) {
  size_t bits = 0;
  for (size_t i = 0; i < count; i++) bits += (size_t)__builtin_popcount(bytes[i]);
  return bits;
}

// The head of a stream; 0 if it makes no sense.
static int readHead(const uint8_t *stream, size_t length, Head *head) {
  if (length < HEAD) return 0;
  memcpy(head, stream, HEAD);
  int isNarrow = (head->flags & NARROW) != 0;
  return head->version == LETHE_RELU_VERSION && (head->size == 2 || head->size == 4)
      && (head->flags & ~(SUMMARY | NARROW)) == 0 && head->unused == 0 && head->count > 0
      && head->nonZeros <= head->count && (isNarrow ? head->size == 4 : head->base == 0);
}

size_t lethe_relu_length(const void *stream, size_t length) {
  Head head;
  return readHead(stream, length, &head) ? (size_t)head.count * head.size : 0;
}

static int decode(
    const uint8_t *stream, size_t length, unsigned size, uint8_t *target, size_t bytes,
    int isVector) {
  Head head;
  if (!readHead(stream, length, &head) || head.size != size || (size_t)head.count * size != bytes)
    return 0;
  size_t (*bitsIn)(const uint8_t *, size_t) = isVector ? countBitsAVX2 : countBits;
  size_t count = head.count, bitmapBytes = eighths(count), nonZeros = head.nonZeros;
  size_t summaryBytes = head.flags & SUMMARY ? eighths(bitmapBytes) : 0;
  size_t rest = length - HEAD;
  if (rest < summaryBytes) return 0;
  const uint8_t *summary = stream + HEAD, *bitmap = summary + summaryBytes;
  rest -= summaryBytes;
  size_t kept = summaryBytes ? bitsIn(summary, summaryBytes) : bitmapBytes;
  if (kept > bitmapBytes || rest < kept) return 0;
  rest -= kept;
  const uint8_t *values = bitmap + kept, *valuesEnd = stream + length, *bitmapEnd = values;
  int isNarrow = (head.flags & NARROW) != 0;
  if (rest != (isNarrow ? 7 * ((nonZeros + 1) / 2) : nonZeros * size)) return 0;
  // Bits beyond the last byte or element would be those of nothing.
  if (summaryBytes && bitmapBytes % 8 && summary[summaryBytes - 1] >> bitmapBytes % 8) return 0;

  uint8_t bits[BLOCK / 8], buffer[4 * BLOCK + 8 + SLACK];
  size_t used = 0;
  for (size_t first = 0; first < count; first += BLOCK) {
    size_t here = count - first < BLOCK ? count - first : BLOCK;
    size_t hereBytes = eighths(here);
    const uint8_t *marks;
    if (summaryBytes) {
      // As many bytes are kept as the summary has bits: they cannot run out.
      const uint8_t *part = summary + first / 64;
      bitmap = isVector ? scatterAVX2(part, bitmap, bitmapEnd, bits, hereBytes)
                        : scatter(part, bitmap, bits, hereBytes);
      marks = bits;
    } else {
      marks = bitmap;
      bitmap += hereBytes;
    }
    if (here % 8 && marks[hereBytes - 1] >> here % 8) return 0;
    size_t set = bitsIn(marks, hereBytes);
    if (set > nonZeros - used) return 0;

    const uint8_t *from;
    if (isNarrow) {
      // Pairs begin at even numbers: one value may come along from the block before.
      size_t odd = used % 2;
      const uint8_t *pairs = values + 7 * (used / 2);
      if (isVector) widenAVX2(pairs, valuesEnd, set + odd, head.base, buffer);
      else widen(pairs, set + odd, head.base, buffer);
      from = buffer + 4 * odd;
    } else {
      from = values + used * size;
      if ((size_t)(valuesEnd - from) < set * size + SLACK) {
        memcpy(buffer, from, set * size);
        from = buffer;
      }
    }
    uint8_t *to = target + first * size;
    if (size == 4) (isVector ? spread4AVX2 : spread4)(marks, from, to, here);
    else (isVector ? spread2AVX2 : spread2)(marks, from, to, here);
    used += set;
  }
  return used == nonZeros && bitmap == bitmapEnd;
}

int lethe_relu_decode(
    const void *stream, size_t length, unsigned size, void *target, size_t bytes) {
  return decode(stream, length, size, target, bytes, hasAVX2());
}

int lethe_relu_decode_portable(
    const void *stream, size_t length, unsigned size, void *target, size_t bytes) {
  return decode(stream, length, size, target, bytes, 0);
}
