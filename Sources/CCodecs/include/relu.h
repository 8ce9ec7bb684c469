// A lossless codec for maps of rectified activations, many of which are zero: one bit an element
// says whether it is zero, and those that are not follow each other. The bytes are specified in
// schema/activations.md; they do not depend on the processor.
//
// Only the pattern of zero bits is a zero: -0.0 and every NaN come back bit for bit.
#pragma once
#include <stddef.h>

#define LETHE_RELU_FILTER 487    // of the numbers that HDF5 leaves to be tried out, 256…511
#define LETHE_RELU_VERSION 1     // the first client value of the filter; the second: element size

// Bytes that `lethe_relu_encode` may write for `bytes` bytes; its result is shorter.
size_t lethe_relu_bound(size_t bytes);

// Encodes whole elements of 2 or 4 bytes into `target`, which takes `lethe_relu_bound(bytes)`.
// Returns the length; 0 if that would not save a 64th, or there are 2^32 elements or more.
size_t lethe_relu_encode(const void *source, size_t bytes, unsigned size, void *target);

// The length of what a stream decodes to; 0 if its head makes no sense.
size_t lethe_relu_length(const void *stream, size_t length);

// Decodes a stream of elements of `size` bytes, which must come to exactly `bytes` bytes; returns
// 1. Returns 0 for any other stream; then `target` may have been written to. Never reads or writes
// outside of both, whatever the stream says.
int lethe_relu_decode(
    const void *stream, size_t length, unsigned size, void *target, size_t bytes);

// As above, without instructions that only some processors have: the same bytes.
size_t lethe_relu_encode_portable(const void *source, size_t bytes, unsigned size, void *target);
int lethe_relu_decode_portable(
    const void *stream, size_t length, unsigned size, void *target, size_t bytes);

// The codec as HDF5 calls a filter (H5Z_func_t): client values LETHE_RELU_VERSION and the size.
size_t lethe_relu_filter(
    unsigned flags, size_t count, const unsigned values[], size_t bytes, size_t *capacity,
    void **buffer);
