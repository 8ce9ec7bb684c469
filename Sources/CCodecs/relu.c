#include "include/relu.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,popcnt")))
#endif

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The stream is little-endian, and so must be the processor."
#endif

// The head of a stream.
typedef struct {
  uint8_t version;
  uint8_t size;       // bytes of an element
  uint8_t flags;
  uint8_t unused;     // 0
  uint32_t count;     // elements
  uint32_t nonZeros;  // of them
  uint32_t base;      // of NARROW, else 0
} Head;

enum {
  HEAD = 16,
  // The bitmap is itself stored as a bitmap of its non-zero bytes, and those bytes.
  SUMMARY = 1,
  // Each value less `base` fits 28 bits: two of them take 7 bytes, the first in the lower half.
  NARROW = 2,
  // Elements that are decoded together, from buffers that stay in the nearest cache.
  BLOCK = 4096,
  // Bytes that vector loads and stores may reach beyond what they mean.
  SLACK = 32,
};

static size_t eighths(size_t count) { return count / 8 + (count % 8 != 0); }

static uint32_t word(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word;
}

size_t lethe_relu_bound(size_t bytes) {
  // At most an element of 2 bytes a bit.
  size_t bitmap = eighths(bytes / 2 + 1);
  return HEAD + eighths(bitmap) + bitmap + bytes + SLACK;
}

// Encoding ---------------------------------------------------------------------------------------

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

// The way back: the bytes that a summary marks; returns those that were not needed.
static inline const uint8_t *scatter(
    const uint8_t *summary, const uint8_t *kept, uint8_t *bitmap, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (summary[i / 8] >> i % 8 & 1) bitmap[i] = *kept++;
    else bitmap[i] = 0;
  }
  return kept;
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

// Decoding: spreads values over the elements whose bits are set.

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

// For each byte of a bitmap: which lanes go to the front, and which lane each one comes from.
// A lane that is zero has the highest bit set.
static uint8_t front4[256][8], back4[256][8], front2[256][16], back2[256][16];

__attribute__((constructor)) static void fillTables(void) {
  for (int bits = 0; bits < 256; bits++) {
    int rank = 0;
    memset(front2[bits], 0x80, 16);
    memset(back2[bits], 0x80, 16);
    memset(back4[bits], 0x80, 8);
    for (int lane = 0; lane < 8; lane++) {
      if (!(bits >> lane & 1)) continue;
      front4[bits][rank] = (uint8_t)lane;
      back4[bits][lane] = (uint8_t)rank;
      for (int byte = 0; byte < 2; byte++) {
        front2[bits][2 * rank + byte] = (uint8_t)(2 * lane + byte);
        back2[bits][2 * lane + byte] = (uint8_t)(2 * rank + byte);
      }
      rank++;
    }
  }
}

static int hasAVX2(void) { return __builtin_cpu_supports("avx2"); }

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
static int hasAVX2(void) { return 0; }
#define pack4AVX2 pack4
#define pack2AVX2 pack2
#define gatherAVX2 gather
#define scatterAVX2(summary, kept, end, bitmap, count) scatter(summary, kept, bitmap, count)
#define narrowAVX2 narrow
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

// Decoding ---------------------------------------------------------------------------------------

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

// The filter -------------------------------------------------------------------------------------

size_t lethe_relu_filter(
    unsigned flags, size_t count, const unsigned values[], size_t bytes, size_t *capacity,
    void **buffer) {
  enum { REVERSE = 0x100 };  // H5Z_FLAG_REVERSE
  if (count < 2 || values[0] != LETHE_RELU_VERSION) return 0;
  unsigned size = values[1];
  size_t length = 0, room;
  void *result;
  if (flags & REVERSE) {
    length = room = lethe_relu_length(*buffer, bytes);
    // A chunk of HDF5 is shorter than 4 GiB.
    if (length == 0 || length > UINT32_MAX) return 0;
    result = malloc(room);
    if (result && !lethe_relu_decode(*buffer, bytes, size, result, length)) length = 0;
  } else {
    room = lethe_relu_bound(bytes);
    result = malloc(room);
    if (result) length = lethe_relu_encode(*buffer, bytes, size, result);
  }
  if (!result || length == 0) {
    free(result);
    return 0;
  }
  free(*buffer);
  *buffer = result;
  *capacity = room;
  return length;
}
