// What encoding and decoding of the codec relu share: the head of a stream, and which instructions
// there are.
#pragma once
#include "include/relu.h"

#include <stdint.h>
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

static inline size_t eighths(size_t count) { return count / 8 + (count % 8 != 0); }

static inline uint32_t word(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word;
}

static inline int hasAVX2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return 0;
#endif
}
