/* The one growing byte string, on the heap, with a cap given at birth.
 *
 * Past the cap a Buf drops what is added and sets `overflowed`; who reads from strangers checks
 * it.  The bytes are always followed by a NUL.  Thread: one at a time. */
#ifndef STYX_BASE_BUF_H
#define STYX_BASE_BUF_H

#include "compiler/base/str.h"

typedef struct Buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t max;
	bool overflowed;
} Buf;

/* Makes an empty buffer that may grow to `max` bytes; allocates nothing yet. */
void buf_init(Buf *b, size_t max);

/* Frees the bytes; zeroed memory is fine. */
void buf_fini(Buf *b);

/* Empties, keeps the memory, clears `overflowed`. */
void buf_clear(Buf *b);

/* Appends a slice, one byte, `n` times one byte, a C string. */
void buf_add(Buf *b, Str s);
void buf_add_char(Buf *b, char c);
void buf_add_repeat(Buf *b, char c, size_t n);
void buf_add_cstr(Buf *b, const char *s);

/* Appends formatted text. */
void buf_print(Buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprint(Buf *b, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

/* Appends little-endian integers and LEB128 numbers, for canonical encodings. */
void buf_add_byte(Buf *b, uint8_t v);
void buf_add_leb(Buf *b, uint64_t v);
void buf_add_fixed64(Buf *b, uint64_t v);

/* Removes the first `n` bytes (all, if fewer). */
void buf_drop_front(Buf *b, size_t n);

/* Borrows what is in it: valid until the next change. */
Str buf_str(const Buf *b);
const char *buf_cstr(const Buf *b);

#endif
