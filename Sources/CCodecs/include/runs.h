// Deflate for bytes that are mostly equal to those before them, such as bitmaps with few bits set:
// only runs of one byte are looked for. Such bitmaps come out smaller and sooner than by a search
// for longer repetitions, and every zlib reads them.
#pragma once
#include <stddef.h>

// A zlib stream of `bytes` bytes; returns its length, 0 if it would exceed `capacity`.
size_t lethe_deflate_runs(const void *source, size_t bytes, void *target, size_t capacity);
