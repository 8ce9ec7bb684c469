#include "facepack.h"

const unsigned char lethe_face_pack[] = {
#embed "faces.pack"
};
const size_t lethe_face_pack_length = sizeof lethe_face_pack;
