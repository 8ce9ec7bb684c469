// The relu codec as a plugin that HDF5 loads from HDF5_PLUGIN_PATH, for programs other than lethe.
//
//   cc -O3 -shared -fPIC -o libh5lethe_relu.so Sources/CCodecs/plugin/relu_plugin.c
//
// It is linked to no HDF5: a program brings its own (h5py from PyPI does), and two in one process
// do not go together. What a plugin has to show is declared here instead, as H5PLextern.h and
// H5Zpublic.h of HDF5 1.8.11 and later have it.
#include "../relu_decode.c"
#include "../relu_encode.c"
#include "../relu_filter.c"

typedef struct {
  int version;                 // H5Z_CLASS_T_VERS
  int id;                      // H5Z_filter_t
  unsigned encoder_present, decoder_present;
  const char *name;
  void *can_apply, *set_local; // none
  size_t (*filter)(unsigned, size_t, const unsigned[], size_t, size_t *, void **);
} FilterClass;                 // H5Z_class2_t

__attribute__((visibility("default"))) int H5PLget_plugin_type(void) {
  return 0;  // H5PL_TYPE_FILTER
}

__attribute__((visibility("default"))) const void *H5PLget_plugin_info(void) {
  static const FilterClass class = {
    .version = 1, .id = LETHE_RELU_FILTER, .encoder_present = 1, .decoder_present = 1,
    .name = "lethe relu", .filter = lethe_relu_filter,
  };
  return &class;
}
