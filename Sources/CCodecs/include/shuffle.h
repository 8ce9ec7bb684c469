// The shuffle filter of HDF5: first the lowest byte of every element, then the next one, and so on.
#pragma once
#include <stddef.h>
#include <stdint.h>

// `count` elements of `size` bytes; `target` takes as many bytes as `source` has.
void lethe_shuffle(const uint8_t *source, size_t count, size_t size, uint8_t *target);

// The way back: `target` takes `count` elements of `size` bytes.
void lethe_unshuffle(const uint8_t *source, size_t count, size_t size, uint8_t *target);
