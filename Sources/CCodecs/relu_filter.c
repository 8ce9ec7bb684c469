// The codec as HDF5 calls a filter.
#include "include/relu.h"

#include <stdint.h>
#include <stdlib.h>

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
