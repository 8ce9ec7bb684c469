#pragma once
#include <stddef.h>

extern const unsigned char lethe_face_pack[];

/// The length of the face pack in bytes.
extern const size_t lethe_face_pack_length;

/// The face pack, as Scripts/build-face-pack.py writes it. A function, because Swift does not
/// import an array of unknown length.
static inline const unsigned char *lethe_face_pack_start(void) { return lethe_face_pack; }
