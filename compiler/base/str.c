/* Slices: comparing, searching, copying, near misses. */
#include "compiler/base/str.h"

#include "compiler/base/check.h"

#include <stdio.h>
#include <string.h>

Str str_from(const char *s)
{
	return s ? (Str){s, strlen(s)} : STR_NONE;
}

bool str_eq(Str a, Str b)
{
	return a.len == b.len && (!a.len || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int str_cmp(Str a, Str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str s, Str part)
{
	return s.len >= part.len && (!part.len || memcmp(s.ptr, part.ptr, part.len) == 0);
}

bool str_ends(Str s, Str part)
{
	return s.len >= part.len &&
	       (!part.len || memcmp(s.ptr + s.len - part.len, part.ptr, part.len) == 0);
}

bool str_has(Str s, Str part)
{
	return str_find(s, part, 0) != SIZE_MAX;
}

size_t str_find(Str s, Str part, size_t from)
{
	if (from > s.len || part.len > s.len - from)
		return SIZE_MAX;
	if (!part.len)
		return from;
	const char *at = s.ptr + from;
	const char *last = s.ptr + s.len - part.len; /* where a match may begin */

	while (at <= last) {
		at = memchr(at, part.ptr[0], (size_t)(last - at) + 1);
		if (!at)
			return SIZE_MAX;
		if (memcmp(at, part.ptr, part.len) == 0)
			return (size_t)(at - s.ptr);
		at++;
	}
	return SIZE_MAX;
}

size_t str_rfind(Str s, Str part)
{
	if (part.len > s.len)
		return SIZE_MAX;
	for (size_t at = s.len - part.len + 1; at-- > 0;)
		if (!part.len || memcmp(s.ptr + at, part.ptr, part.len) == 0)
			return at;
	return SIZE_MAX;
}

Str str_slice(Str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from >= to)
		return (Str){s.len ? s.ptr + (from < s.len ? from : s.len) : s.ptr, 0};
	return (Str){s.ptr + from, to - from};
}

Str str_cut(Str *rest, Str sep)
{
	Str before;

	(void)str_cut_found(rest, sep, &before); /* without a `sep` all is before it */
	return before;
}

bool str_cut_found(Str *rest, Str sep, Str *ret_before)
{
	size_t at = str_find(*rest, sep, 0);

	if (at == SIZE_MAX) {
		*ret_before = *rest;
		*rest = str_slice(*rest, rest->len, rest->len);
		return false;
	}
	*ret_before = str_slice(*rest, 0, at);
	*rest = str_slice(*rest, at + sep.len, rest->len);
	return true;
}

static bool str_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s)
{
	while (s.len && str_is_space(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && str_is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

Str str_trim_prefix(Str s, Str part)
{
	return str_starts(s, part) ? str_slice(s, part.len, s.len) : s;
}

Str str_trim_suffix(Str s, Str part)
{
	return str_ends(s, part) ? str_slice(s, 0, s.len - part.len) : s;
}

Str str_copy(Arena *a, Str s)
{
	char *copy = arena_alloc(a, s.len + 1, 1);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = 0;
	return (Str){copy, s.len};
}

Str str_print(Arena *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	Str text = str_vprint(a, fmt, args);

	va_end(args);
	return text;
}

Str str_vprint(Arena *a, const char *fmt, va_list args)
{
	char small[256];
	va_list again;
	Str text;

	va_copy(again, args);
	int n = vsnprintf(small, sizeof(small), fmt, args);

	CHECK(n >= 0);
	if ((size_t)n < sizeof(small)) {
		text = str_copy(a, (Str){small, (size_t)n});
	} else {
		char *ptr = arena_alloc(a, (size_t)n + 1, 1);

		vsnprintf(ptr, (size_t)n + 1, fmt, again);
		text = (Str){ptr, (size_t)n};
	}
	va_end(again);
	return text;
}

Str str_join(Arena *a, const Str *parts, size_t n, Str sep)
{
	size_t len = n ? (n - 1) * sep.len : 0;

	for (size_t i = 0; i < n; i++)
		len += parts[i].len;
	char *joined = arena_alloc(a, len + 1, 1);
	char *at = joined;

	for (size_t i = 0; i < n; i++) {
		if (i && sep.len) {
			memcpy(at, sep.ptr, sep.len);
			at += sep.len;
		}
		if (parts[i].len) {
			memcpy(at, parts[i].ptr, parts[i].len);
			at += parts[i].len;
		}
	}
	return (Str){joined, len};
}

static uint64_t str_hash_mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

/* Eight bytes a step, by multiplying and folding; the bytes are put together by hand so that
 * all machines agree. */
uint64_t str_hash(Str s)
{
	const unsigned char *at = (const unsigned char *)s.ptr;
	uint64_t h = 0xcbf29ce484222325u ^ s.len;
	size_t left = s.len;
	uint64_t word;

	for (; left >= 8; left -= 8, at += 8) {
		word = (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
		       (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 |
		       (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
		h = str_hash_mix(h, word);
	}
	word = 0;
	for (size_t i = 0; i < left; i++)
		word |= (uint64_t)at[i] << (8 * i);
	h = str_hash_mix(h, word);
	h *= 0xbf58476d1ce4e5b9u;
	return h ^ (h >> 32);
}

static char str_lower_char(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

enum { STR_DISTANCE_LEN_MAX = 128 };

static uint32_t str_min3(uint32_t a, uint32_t b, uint32_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Fills the row of the distances between a[0..i] and the beginnings of `b`; `one` and `two` are
 * the rows before.  Returns the row's least. */
static uint32_t str_distance_row(Str a, Str b, size_t i, uint32_t *row, const uint32_t *rows[2])
{
	const uint32_t *one = rows[0];
	const uint32_t *two = rows[1];
	uint32_t least = row[0] = (uint32_t)i + 1;

	for (size_t j = 0; j < b.len; j++) {
		uint32_t swap = a.ptr[i] != b.ptr[j];

		row[j + 1] = str_min3(one[j + 1] + 1, row[j] + 1, one[j] + swap);
		if (i && j && a.ptr[i] == b.ptr[j - 1] && a.ptr[i - 1] == b.ptr[j] &&
			two[j - 1] + 1 < row[j + 1])
			row[j + 1] = two[j - 1] + 1;
		if (row[j + 1] < least)
			least = row[j + 1];
	}
	return least;
}

uint32_t str_distance(Str a, Str b, uint32_t max)
{
	uint32_t rows[3][STR_DISTANCE_LEN_MAX + 1];
	size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
	uint32_t least_before = 0;

	if (gap > max || a.len > STR_DISTANCE_LEN_MAX || b.len > STR_DISTANCE_LEN_MAX)
		return str_eq(a, b) ? 0 : max + 1;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = (uint32_t)j;
	for (size_t i = 0; i < a.len; i++) {
		const uint32_t *before[2] = {rows[i % 3], rows[(i + 2) % 3]};
		uint32_t least = str_distance_row(a, b, i, rows[(i + 1) % 3], before);

		if (least > max && least_before > max) /* a swap looks back two rows */
			return max + 1;
		least_before = least;
	}
	uint32_t distance = rows[a.len % 3][b.len];

	return distance <= max ? distance : max + 1;
}

/* Copies in lower case into `to`, which has room for STR_DISTANCE_LEN_MAX bytes. */
static Str str_lower_into(char *to, Str s)
{
	for (size_t i = 0; i < s.len; i++)
		to[i] = str_lower_char(s.ptr[i]);
	return (Str){to, s.len};
}

Str str_nearest(Str name, const Str *candidates, size_t n)
{
	char name_room[STR_DISTANCE_LEN_MAX];
	char room[STR_DISTANCE_LEN_MAX];
	Str nearest = STR_NONE;

	if (!name.len || name.len > STR_DISTANCE_LEN_MAX)
		return nearest;
	Str lower = str_lower_into(name_room, name);
	uint32_t max = name.len / 3 > 1 ? (uint32_t)(name.len / 3) : 1;

	for (size_t i = 0; i < n; i++) {
		if (!candidates[i].len || candidates[i].len > STR_DISTANCE_LEN_MAX)
			continue;
		uint32_t distance = str_distance(lower, str_lower_into(room, candidates[i]), max);

		if (distance > max || (distance >= name.len && distance >= candidates[i].len))
			continue;
		nearest = candidates[i];
		if (!distance)
			break;
		max = distance - 1; /* from here on only a nearer one; the first of equals stays */
	}
	return nearest;
}

bool str_glob(Str pattern, Str s)
{
	size_t p = 0;
	size_t at = 0;
	size_t star = SIZE_MAX; /* behind the last `*`, and where its text ends for now */
	size_t star_at = 0;

	while (at < s.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = ++p;
			star_at = at;
		} else if (p < pattern.len &&
			   (pattern.ptr[p] == '?' || pattern.ptr[p] == s.ptr[at])) {
			p++;
			at++;
		} else if (star != SIZE_MAX) {
			p = star;
			at = ++star_at;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

Str str_squeeze(Arena *a, Str s)
{
	char *text = ARENA_ARRAY(a, char, s.len + 1);
	size_t len = 0;

	s = str_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';

		if (!is_space || text[len - 1] != ' ')
			text[len++] = is_space ? ' ' : c;
	}
	text[len] = 0;
	return (Str){text, len};
}

Str str_lower(Arena *a, Str s)
{
	char *copy = arena_alloc(a, s.len + 1, 1);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = str_lower_char(s.ptr[i]);
	return (Str){copy, s.len};
}

bool str_eq_nocase(Str a, Str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (str_lower_char(a.ptr[i]) != str_lower_char(b.ptr[i]))
			return false;
	return true;
}
