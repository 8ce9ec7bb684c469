// Encoding: a first pass packs bitmap and values, then both are made smaller where that pays.
#include "relu_stream.h"

size_t lethe_relu_bound(size_t bytes) {
  // At most an element of 2 bytes a bit.
  size_t bitmap = eighths(bytes / 2 + 1);
  return HEAD + eighths(bitmap) + bitmap + bytes + SLACK;
}

// What the first pass found.
typedef struct {
  size_t nonZeros;
  uint32_t least, most;  // patterns of the non-zero elements of 4 bytes
} Found;

static inline void pack4(
    const uint8_t *source, size_t count, uint8_t *bitmap, uint8_t *values, Found *found) {
  size_t written = found->nonZeros;
  uint32_t least = found->least, most = found->most;
  for (size_t first = 0; first < count; first += 8) {
    unsigned bits = 0;
    for (unsigned lane = 0; lane < 8 && first + lane < count; lane++) {
      uint32_t value = word(source + 4 * (first + lane));
      memcpy(values + 4 * written, &value, 4);
      bits |= (unsigned)(value != 0) << lane;
      written += value != 0;
      if (value && value < least) least = value;
      if (value > most) most = value;
    }
    bitmap[first / 8] = (uint8_t)bits;
  }
  *found = (Found){written, least, most};
}

static inline void pack2(
    const uint8_t *source, size_t count, uint8_t *bitmap, uint8_t *values, Found *found) {
  size_t written = found->nonZeros;
  for (size_t first = 0; first < count; first += 8) {
    unsigned bits = 0;
    for (unsigned lane = 0; lane < 8 && first + lane < count; lane++) {
      uint16_t value;
      memcpy(&value, source + 2 * (first + lane), 2);
      memcpy(values + 2 * written, &value, 2);
      bits |= (unsigned)(value != 0) << lane;
      written += value != 0;
    }
    bitmap[first / 8] = (uint8_t)bits;
  }
  found->nonZeros = written;
}

// Moves the bytes of a bitmap that are not zero down to where it begins, and marks them in a
// summary; returns where they end.
static inline uint8_t *gather(
    uint8_t *summary, uint8_t *end, const uint8_t *bitmap, size_t count) {
  for (size_t first = 0; first < count; first += 8) {
    unsigned marks = 0;
    for (unsigned lane = 0; lane < 8 && first + lane < count; lane++) {
      uint8_t bits = bitmap[first + lane];
      *end = bits;
      end += bits != 0;
      marks |= (unsigned)(bits != 0) << lane;
    }
    summary[first / 8] = (uint8_t)marks;
  }
  return end;
}

// Writes pairs of 28 bits, towards lower addresses in place or elsewhere.
static inline void narrow(const uint8_t *values, size_t count, uint32_t base, uint8_t *target) {
  for (size_t i = 0; i < count; i += 2) {
    uint64_t low = word(values + 4 * i) - base;
    uint64_t high = i + 1 < count ? word(values + 4 * i + 4) - base : 0;
    uint64_t pair = low | high << 28;
    memcpy(target + 7 * (i / 2), &pair, 7);
  }
}

#if defined(__x86_64__)

// For each byte of a bitmap: which lanes go to the front.
static uint8_t front4[256][8], front2[256][16];

__attribute__((constructor)) static void fillFronts(void) {
  for (int bits = 0; bits < 256; bits++) {
    int rank = 0;
    memset(front2[bits], 0x80, 16);
    for (int lane = 0; lane < 8; lane++) {
      if (!(bits >> lane & 1)) continue;
      front4[bits][rank] = (uint8_t)lane;
      for (int byte = 0; byte < 2; byte++)
        front2[bits][2 * rank + byte] = (uint8_t)(2 * lane + byte);
      rank++;
    }
  }
}

// Unsigned extremes of eight lanes.
AVX2 static uint32_t extreme(__m256i lanes, int isMost) {
  uint32_t values[8], found;
  _mm256_storeu_si256((__m256i *)values, lanes);
  found = values[0];
  for (int i = 1; i < 8; i++)
    if (isMost ? values[i] > found : values[i] < found) found = values[i];
  return found;
}

AVX2 static void pack4AVX2(
    const uint8_t *source, size_t count, uint8_t *bitmap, uint8_t *values, Found *found) {
  const __m256i zero = _mm256_setzero_si256(), ones = _mm256_set1_epi32(-1);
  // The least of value - 1, where a zero is the largest number.
  __m256i least = ones, most = zero;
  size_t groups = count / 8;
  uint8_t *end = values;
  for (size_t group = 0; group < groups; group++) {
    __m256i lanes = _mm256_loadu_si256((const __m256i *)(source + 32 * group));
    unsigned bits =
        ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(lanes, zero))) & 0xff;
    __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)front4[bits]));
    _mm256_storeu_si256((__m256i *)end, _mm256_permutevar8x32_epi32(lanes, order));
    least = _mm256_min_epu32(least, _mm256_add_epi32(lanes, ones));
    most = _mm256_max_epu32(most, lanes);
    bitmap[group] = (uint8_t)bits;
    end += 4 * __builtin_popcount(bits);
  }
  size_t written = (size_t)(end - values) / 4;
  uint32_t low = extreme(least, 0), high = extreme(most, 1);
  *found = (Found){written, written ? low + 1 : UINT32_MAX, high};
  pack4(source + 32 * groups, count % 8, bitmap + groups, values, found);
}

AVX2 static void pack2AVX2(
    const uint8_t *source, size_t count, uint8_t *bitmap, uint8_t *values, Found *found) {
  const __m128i zero = _mm_setzero_si128();
  size_t groups = count / 8;
  uint8_t *end = values;
  for (size_t group = 0; group < groups; group++) {
    __m128i lanes = _mm_loadu_si128((const __m128i *)(source + 16 * group));
    __m128i isZero = _mm_packs_epi16(_mm_cmpeq_epi16(lanes, zero), zero);
    unsigned bits = ~(unsigned)_mm_movemask_epi8(isZero) & 0xff;
    __m128i order = _mm_loadu_si128((const __m128i *)front2[bits]);
    _mm_storeu_si128((__m128i *)end, _mm_shuffle_epi8(lanes, order));
    bitmap[group] = (uint8_t)bits;
    end += 2 * __builtin_popcount(bits);
  }
  found->nonZeros = (size_t)(end - values) / 2;
  pack2(source + 16 * groups, count % 8, bitmap + groups, values, found);
}

AVX2 static uint8_t *gatherAVX2(
    uint8_t *summary, uint8_t *end, const uint8_t *bitmap, size_t count) {
  const __m128i zero = _mm_setzero_si128();
  size_t groups = count / 8;
  for (size_t group = 0; group < groups; group++) {
    __m128i bytes = _mm_loadl_epi64((const __m128i *)(bitmap + 8 * group));
    unsigned marks = ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, zero)) & 0xff;
    __m128i order = _mm_loadl_epi64((const __m128i *)front4[marks]);
    _mm_storel_epi64((__m128i *)end, _mm_shuffle_epi8(bytes, order));
    summary[group] = (uint8_t)marks;
    end += __builtin_popcount(marks);
  }
  return gather(summary + groups, end, bitmap + 8 * groups, count % 8);
}

AVX2 static void narrowAVX2(
    const uint8_t *values, size_t count, uint32_t base, uint8_t *target) {
  const __m256i less = _mm256_set1_epi32((int)base);
  const __m256i low = _mm256_set1_epi64x(0xfffffff);
  const __m256i high = _mm256_set1_epi64x(0xfffffff0000000);
  const __m256i order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, -1, -1));
  size_t i = 0;
  // In place, the 30 bytes that are written lie below what has not been read.
  for (; i + 8 <= count; i += 8) {
    __m256i lanes =
        _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(values + 4 * i)), less);
    __m256i pairs = _mm256_or_si256(
        _mm256_and_si256(lanes, low), _mm256_and_si256(_mm256_srli_epi64(lanes, 4), high));
    pairs = _mm256_shuffle_epi8(pairs, order);
    uint8_t *place = target + 7 * (i / 2);
    _mm_storeu_si128((__m128i *)place, _mm256_castsi256_si128(pairs));
    _mm_storeu_si128((__m128i *)(place + 14), _mm256_extracti128_si256(pairs, 1));
  }
  narrow(values + 4 * i, count - i, base, target + 7 * (i / 2));
}

#else

// Never called: there are only the portable ways.
#define pack4AVX2 pack4
#define pack2AVX2 pack2
#define gatherAVX2 gather
#define narrowAVX2 narrow

#endif

static size_t encode(
    const uint8_t *source, size_t bytes, unsigned size, uint8_t *target, int isVector) {
  if ((size != 2 && size != 4) || bytes % size || bytes == 0 || bytes / size > UINT32_MAX) return 0;
  size_t count = bytes / size, bitmapBytes = eighths(count), summaryBytes = eighths(bitmapBytes);
  // Everything comes to lie as far up as it may, and moves down to where it belongs.
  uint8_t *summary = target + HEAD, *bitmap = summary + summaryBytes;
  uint8_t *values = bitmap + bitmapBytes;
  Found found = {0, UINT32_MAX, 0};
  if (size == 4) (isVector ? pack4AVX2 : pack4)(source, count, bitmap, values, &found);
  else (isVector ? pack2AVX2 : pack2)(source, count, bitmap, values, &found);

  Head head = {LETHE_RELU_VERSION, (uint8_t)size, 0, 0, (uint32_t)count,
               (uint32_t)found.nonZeros, 0};
  size_t kept = bitmapBytes;
  for (size_t i = 0; i < bitmapBytes; i++) kept -= bitmap[i] == 0;
  uint8_t *end;
  if (summaryBytes + kept < bitmapBytes) {
    head.flags |= SUMMARY;
    end = (isVector ? gatherAVX2 : gather)(summary, bitmap, bitmap, bitmapBytes);
  } else {
    memmove(summary, bitmap, bitmapBytes);
    end = summary + bitmapBytes;
  }

  size_t valueBytes = found.nonZeros * size;
  if (size == 4 && found.nonZeros > 1 && found.most - found.least < 1u << 28) {
    head.flags |= NARROW;
    head.base = found.least;
    valueBytes = 7 * ((found.nonZeros + 1) / 2);
  }
  size_t length = (size_t)(end - target) + valueBytes;
  if (length > bytes - bytes / 64 || length >= bytes) return 0;
  if (head.flags & NARROW) {
    (isVector ? narrowAVX2 : narrow)(values, found.nonZeros, head.base, end);
  } else {
    memmove(end, values, valueBytes);
  }
  memcpy(target, &head, HEAD);
  return length;
}

size_t lethe_relu_encode(const void *source, size_t bytes, unsigned size, void *target) {
  return encode(source, bytes, size, target, hasAVX2());
}

size_t lethe_relu_encode_portable(const void *source, size_t bytes, unsigned size, void *target) {
  return encode(source, bytes, size, target, 0);
}
