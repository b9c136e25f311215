/* String slices: a pointer and a length, UTF-8, not NUL-terminated, passed by value.
 *
 * A slice owns nothing; who owns the bytes is said where a slice is given.  Thread: any. */
#ifndef STYX_BASE_STR_H
#define STYX_BASE_STR_H

#include "compiler/base/arena.h"
#include "compiler/base/attr.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Str {
	const char *ptr;
	size_t len;
} Str;

#define STR(lit) ((Str){("" lit), sizeof(lit) - 1})
#define STR_INIT(lit)                                                                              \
	{                                                                                          \
		("" lit), sizeof(lit) - 1                                                          \
	} /* for static tables */
#define STR_NONE ((Str){0, 0})
#define STR_ARG(s) (int)(s).len, (s).ptr /* for "%.*s" */

/* Makes a slice of the C string `s` (NULL: empty) without copying. */
Str str_from(const char *s);

/* Says whether both hold the same bytes. */
bool str_eq(Str a, Str b);

/* Orders bytewise: negative, 0, positive. */
int str_cmp(Str a, Str b);

/* Says whether `s` begins, ends with, contains `part`. */
bool str_starts(Str s, Str part);
bool str_ends(Str s, Str part);
bool str_has(Str s, Str part);

/* Returns the index of the first (last) `part` in `s` at or after `from`, or SIZE_MAX. */
size_t str_find(Str s, Str part, size_t from);
size_t str_rfind(Str s, Str part);

/* Returns bytes `from` up to, not including, `to`; both are clipped to the length. */
Str str_slice(Str s, size_t from, size_t to);

/* Cuts `s` at the first `sep`: returns what stands before, moves `*rest` behind it.  Without a
 * `sep` returns all and empties `*rest`; says in the result of str_cut_found whether there
 * was one. */
Str str_cut(Str *rest, Str sep);
bool str_cut_found(Str *rest, Str sep, Str *ret_before);

/* Drops ASCII white space at both ends; drops `part` at the beginning or end if it is there. */
Str str_trim(Str s);
Str str_trim_prefix(Str s, Str part);
Str str_trim_suffix(Str s, Str part);

/* Copies into `a`, with a NUL behind (so .ptr is a C string, too). */
Str str_copy(Arena *a, Str s);

/* Formats into `a`, with a NUL behind. */
Str str_print(Arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
Str str_vprint(Arena *a, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

/* Joins `n` parts with `sep` into `a`. */
Str str_join(Arena *a, const Str *parts, size_t n, Str sep);

/* Hashes (64 bits, the same on every run and machine).  Texts of one length that differ within
 * eight bytes have different hashes.  States hold it: it must not change. */
uint64_t str_hash(Str s);

/* Edit distance (insert, delete, replace, swap of neighbours = 1 each), capped at `max` + 1. */
uint32_t str_distance(Str a, Str b, uint32_t max);

/* Returns the candidate nearest to `name` if it is near enough to suggest, else an empty
 * slice.  "Near enough": distance at most max(1, len/3), case-insensitively. */
Str str_nearest(Str name, const Str *candidates, size_t n);

/* Matches `s` against a glob of `*` (any bytes), `?` (one byte), and plain bytes. */
bool str_glob(Str pattern, Str s);

/* Trims, and makes one blank of every other run of blanks, tabs and line ends; lives in `a`. */
Str str_squeeze(Arena *a, Str s);

/* ASCII lower case, and comparing without case. */
Str str_lower(Arena *a, Str s);
bool str_eq_nocase(Str a, Str b);

#endif
