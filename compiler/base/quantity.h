/* Quantities: size in bytes, duration in milliseconds, money and price in nano-dollars.
 *
 * Prices are per hour; a month has 730 hours.  Texts are those of the language
 * (docs/language.md, lexical grammar).  Thread: any. */
#ifndef STYX_BASE_QUANTITY_H
#define STYX_BASE_QUANTITY_H

#include "compiler/base/buf.h"

enum { QUANTITY_NANOS_PER_DOLLAR = 1000000000, QUANTITY_HOURS_PER_MONTH = 730 };

/* Parse "64GiB", "1h30min", "$500"; "$2.50/h" ("/d", "/mo" are converted).  False: not one, or
 * not a whole number of bytes or milliseconds, or overflow. */
MUST_CHECK bool quantity_parse_size(Str s, int64_t *ret_bytes);
MUST_CHECK bool quantity_parse_duration(Str s, int64_t *ret_ms);
MUST_CHECK bool quantity_parse_money(Str s, int64_t *ret_nanos);
MUST_CHECK bool quantity_parse_price(Str s, int64_t *ret_nanos_per_hour);

/* Multiplies by the suffix of an INT literal ("32Ki", "5k", "0x1f", "1_000"). */
MUST_CHECK bool quantity_parse_int(Str s, int64_t *ret);

/* Append the shortest canonical text: the largest unit that divides exactly, binary units for
 * multiples of 1 KiB unless a decimal unit is shorter; durations as "1h30min"; "$2.50/h". */
void quantity_print_size(Buf *b, int64_t bytes);
void quantity_print_duration(Buf *b, int64_t ms);
void quantity_print_money(Buf *b, int64_t nanos);
void quantity_print_price(Buf *b, int64_t nanos_per_hour);

/* Returns the bytes in a unit of size ("GiB"), the milliseconds in a unit of time ("min"), or 0
 * if there is no such unit. */
int64_t quantity_size_unit(Str unit);
int64_t quantity_duration_unit(Str unit);

#endif
