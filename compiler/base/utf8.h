/* UTF-8: decoding, checking, display width.  Thread: any. */
#ifndef STYX_BASE_UTF_H
#define STYX_BASE_UTF_H

#include "compiler/base/buf.h"

/* Decodes the code point at `*at` and moves behind it; an ill-formed byte gives 0xFFFD and moves
 * by one. */
uint32_t utf8_next(Str s, size_t *at);

/* Says whether all of `s` is well-formed; else sets `*ret_bad` to the first wrong byte. */
bool utf8_is_valid(Str s, size_t *ret_bad);

/* Appends one code point. */
void utf8_add(Buf *b, uint32_t code_point);

/* Returns the columns `s` takes on a terminal (wide East Asian and emoji: 2, combining: 0). */
uint32_t utf8_width(Str s);

/* Returns the number of code points. */
size_t utf8_count(Str s);

/* Says whether it is a raw bidirectional control character. */
bool utf8_is_bidi(uint32_t code_point);

#endif
