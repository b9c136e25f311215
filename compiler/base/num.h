/* Checked arithmetic, and numbers to and from text, without locale.  Thread: any. */
#ifndef STYX_BASE_NUM_H
#define STYX_BASE_NUM_H

#include "compiler/base/buf.h"

/* `*ret` = a op b, true; or false on overflow, division by zero, `*ret` untouched.  Division
 * and remainder round toward zero. */
MUST_CHECK bool num_add(int64_t a, int64_t b, int64_t *ret);
MUST_CHECK bool num_sub(int64_t a, int64_t b, int64_t *ret);
MUST_CHECK bool num_mul(int64_t a, int64_t b, int64_t *ret);
MUST_CHECK bool num_div(int64_t a, int64_t b, int64_t *ret);
MUST_CHECK bool num_rem(int64_t a, int64_t b, int64_t *ret);

/* Computes a * b / c with a 128-bit product, rounded half away from zero; false on overflow. */
MUST_CHECK bool num_mul_div(int64_t a, int64_t b, int64_t c, int64_t *ret);

/* Parses all of `s` as a decimal integer with optional sign, or a float; false otherwise. */
MUST_CHECK bool num_parse_int(Str s, int64_t *ret);
MUST_CHECK bool num_parse_float(Str s, double *ret);

/* Parses an integer in `base` (2 to 36), digits only. */
MUST_CHECK bool num_parse_base(Str s, int base, uint64_t *ret);

/* Appends the shortest text that parses back to `f`; always with '.', 'e', or a word (inf, nan),
 * so that it reads as a float: 3.0, 0.1, 1e+300. */
void num_print_float(Buf *b, double f);

/* Parses a decimal fraction such as "1.5" times 10^scale into an integer ("1.5", 9 gives
 * 1500000000); false if more digits than `scale` follow the point, or on overflow. */
MUST_CHECK bool num_parse_scaled(Str s, int scale, int64_t *ret);

#endif
