#include <zlib.h>

// inflateInit2 is a macro that Swift does not import; a negative window means deflate without the
// header and the checksum of zlib, as zip archives hold it.
static inline int lethe_inflate_raw(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }

static inline int lethe_inflate_zlib(z_stream *stream) { return inflateInit(stream); }
