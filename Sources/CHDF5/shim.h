#include <hdf5.h>

// HDF5's predefined ids are macros around globals that the library fills when it opens, and its
// access flags are macros with a comma in them: Swift imports neither.
static inline hid_t lethe_h5_f32(void) { return H5T_IEEE_F32LE; }
static inline hid_t lethe_h5_f64(void) { return H5T_IEEE_F64LE; }
static inline hid_t lethe_h5_u8(void) { return H5T_STD_U8LE; }
static inline hid_t lethe_h5_i32(void) { return H5T_STD_I32LE; }
static inline hid_t lethe_h5_i64(void) { return H5T_STD_I64LE; }
static inline hid_t lethe_h5_c_s1(void) { return H5T_C_S1; }
static inline hid_t lethe_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t lethe_h5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t lethe_h5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t lethe_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t lethe_h5_link_create(void) { return H5P_LINK_CREATE; }
static inline unsigned lethe_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned lethe_h5_exclusive(void) { return H5F_ACC_EXCL; }
static inline size_t lethe_h5_variable(void) { return H5T_VARIABLE; }
