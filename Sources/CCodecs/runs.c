#include "runs.h"

#include <limits.h>
#include <stdint.h>
#include <zlib.h>

size_t lethe_deflate_runs(const void *source, size_t bytes, void *target, size_t capacity) {
  if (bytes > UINT_MAX || capacity > UINT_MAX) return 0;
  z_stream stream = {0};
  if (deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS, MAX_MEM_LEVEL, Z_RLE) != Z_OK) return 0;
  stream.next_in = (Bytef *)(uintptr_t)source;
  stream.avail_in = (uInt)bytes;
  stream.next_out = target;
  stream.avail_out = (uInt)capacity;
  int status = deflate(&stream, Z_FINISH);
  size_t length = stream.total_out;
  deflateEnd(&stream);
  return status == Z_STREAM_END ? length : 0;
}
