#pragma once
#include <stddef.h>

/// The face pack, as Scripts/build-face-pack.py writes it, and its length in bytes.
extern const unsigned char lethe_face_pack[];
extern const size_t lethe_face_pack_length;
