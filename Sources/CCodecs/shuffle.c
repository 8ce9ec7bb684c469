#include "shuffle.h"

// A constant size lets the compiler use vector instructions.
static inline void shuffle(const uint8_t *source, size_t count, size_t size, uint8_t *target) {
  for (size_t byte = 0; byte < size; byte++)
    for (size_t i = 0; i < count; i++) target[byte * count + i] = source[i * size + byte];
}

void lethe_shuffle(const uint8_t *source, size_t count, size_t size, uint8_t *target) {
  switch (size) {
  case 2: shuffle(source, count, 2, target); break;
  case 4: shuffle(source, count, 4, target); break;
  case 8: shuffle(source, count, 8, target); break;
  default: shuffle(source, count, size, target);
  }
}

static inline void unshuffle(const uint8_t *source, size_t count, size_t size, uint8_t *target) {
  for (size_t i = 0; i < count; i++)
    for (size_t byte = 0; byte < size; byte++) target[i * size + byte] = source[byte * count + i];
}

void lethe_unshuffle(const uint8_t *source, size_t count, size_t size, uint8_t *target) {
  switch (size) {
  case 2: unshuffle(source, count, 2, target); break;
  case 4: unshuffle(source, count, 4, target); break;
  case 8: unshuffle(source, count, 8, target); break;
  default: unshuffle(source, count, size, target);
  }
}
