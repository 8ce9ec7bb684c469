// Vectors that every processor has in some form, and the choice of the wider form at run time.

#pragma once

#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef double double4 __attribute__((vector_size(32)));
typedef long long4 __attribute__((vector_size(32)));
typedef float float8 __attribute__((vector_size(32)));
typedef float float4 __attribute__((vector_size(16)));
typedef int int8 __attribute__((vector_size(32)));

#if defined(__x86_64__)
// AVX2 without FMA: contraction would change the last bits.
#define WIDE __attribute__((target("avx2")))
INLINE bool is_wide(void) { return __builtin_cpu_supports("avx2"); }
// AVX2 with FMA, for sums whose last bits may differ from processor to processor.
#define FUSED __attribute__((target("avx2,fma")))
INLINE bool is_fused(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#elif defined(__aarch64__)
#define WIDE
INLINE bool is_wide(void) { return false; }
// Every such processor has fused products in its base set.
#define FUSED
INLINE bool is_fused(void) { return true; }
#else
#define WIDE
INLINE bool is_wide(void) { return false; }
#define FUSED
INLINE bool is_fused(void) { return false; }
#endif

// Defines `name` by `part`, whose last parameter says whether products are fused: compiled either
// way, and chosen when it is called.
#define FUSED_OR_NOT(name, part, parameters, ...)                                               \
  FUSED static void fused_##part parameters { part(__VA_ARGS__, true); }                        \
  void name parameters {                                                                        \
    if (is_fused()) fused_##part(__VA_ARGS__);                                                  \
    else part(__VA_ARGS__, false);                                                              \
  }

// Likewise for a part whose bits are the same either way.
#define WIDE_OR_NOT(name, part, parameters, ...)                                                \
  WIDE static void wide_##part parameters { part(__VA_ARGS__); }                                \
  void name parameters {                                                                        \
    if (is_wide()) wide_##part(__VA_ARGS__);                                                    \
    else part(__VA_ARGS__);                                                                     \
  }

INLINE double4 load4(const double *from) {
  double4 value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store4(double *to, double4 value) { memcpy(to, &value, sizeof value); }

INLINE float8 load8(const float *from) {
  float8 value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store8(float *to, float8 value) { memcpy(to, &value, sizeof value); }

// At most eight numbers, with zeros beyond them.
INLINE float8 some8(const float *from, long count) {
  if (count == 8) return load8(from);
  float8 value = {};
  memcpy(&value, from, sizeof(float) * count);
  return value;
}

INLINE void put8(float *to, float8 value, long count) {
  if (count == 8) store8(to, value);
  else memcpy(to, &value, sizeof(float) * count);
}

// One half of a vector, in double precision.
INLINE double4 doubles(float8 v, bool high) {
  float4 half = high ? __builtin_shufflevector(v, v, 4, 5, 6, 7)
                     : __builtin_shufflevector(v, v, 0, 1, 2, 3);
  return __builtin_convertvector(half, double4);
}

// The same number in all lanes; from memory in one instruction, which `{} + x` would not be.
INLINE float8 all8(float x) { return (float8){x, x, x, x, x, x, x, x}; }

// a·b + c, in one rounding where the processor has it.
#define TIMES(a, b, c) (fused ? __builtin_elementwise_fma((a), (b), (c)) : (a) * (b) + (c))

// max(·, 0); NaN stays.
INLINE float8 positive8(float8 value) { return (float8)(~(value < 0) & (int8)value); }

// The larger number, in the order of `Pooling`: the later one where they cannot be compared.
INLINE float8 larger8(float8 largest, float8 value) {
  const int8 stays = value <= largest;
  return (float8)((stays & (int8)largest) | (~stays & (int8)value));
}

// Lanes of `yes` where the comparison holds, of `no` elsewhere.
INLINE double4 choose(long4 holds, double4 yes, double4 no) {
  return (double4)((holds & (long4)yes) | (~holds & (long4)no));
}
