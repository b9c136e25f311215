/* Checked arithmetic, and numbers to and from text. */
#include "compiler/base/num.h"

#include "compiler/base/check.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool num_add(int64_t a, int64_t b, int64_t *ret)
{
	if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b))
		return false;
	*ret = a + b;
	return true;
}

bool num_sub(int64_t a, int64_t b, int64_t *ret)
{
	if ((b < 0 && a > INT64_MAX + b) || (b > 0 && a < INT64_MIN + b))
		return false;
	*ret = a - b;
	return true;
}

static uint64_t num_abs(int64_t a)
{
	return a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
}

/* Gives a magnitude its sign; false if it does not fit. */
static bool num_signed(uint64_t magnitude, bool is_negative, int64_t *ret)
{
	if (magnitude > (uint64_t)INT64_MAX + is_negative)
		return false;
	*ret = (int64_t)(is_negative ? 0 - magnitude : magnitude);
	return true;
}

bool num_mul(int64_t a, int64_t b, int64_t *ret)
{
	uint64_t x = num_abs(a);
	uint64_t y = num_abs(b);

	if (x && y > UINT64_MAX / x)
		return false;
	return num_signed(x * y, (a < 0) != (b < 0), ret);
}

bool num_div(int64_t a, int64_t b, int64_t *ret)
{
	if (!b || (a == INT64_MIN && b == -1))
		return false;
	*ret = a / b;
	return true;
}

bool num_rem(int64_t a, int64_t b, int64_t *ret)
{
	if (!b || (a == INT64_MIN && b == -1))
		return false;
	*ret = a % b;
	return true;
}

/* The 128-bit product of two words. */
static void num_product(uint64_t x, uint64_t y, uint64_t *ret_high, uint64_t *ret_low)
{
	uint64_t x0 = x & UINT32_MAX, x1 = x >> 32;
	uint64_t y0 = y & UINT32_MAX, y1 = y >> 32;
	uint64_t low = x0 * y0;
	uint64_t cross = x1 * y0 + (low >> 32);
	uint64_t middle = x0 * y1 + (cross & UINT32_MAX);

	*ret_high = x1 * y1 + (cross >> 32) + (middle >> 32);
	*ret_low = middle << 32 | (low & UINT32_MAX);
}

bool num_mul_div(int64_t a, int64_t b, int64_t c, int64_t *ret)
{
	uint64_t high, low;
	uint64_t divisor = num_abs(c);
	uint64_t quotient = 0;

	num_product(num_abs(a), num_abs(b), &high, &low);
	if (high >= divisor) /* the quotient needs more than 64 bits, or c is 0 */
		return false;
	for (int bit = 63; bit >= 0; bit--) { /* high is the remainder, below the divisor */
		bool carries = high >> 63;

		high = high << 1 | (low >> bit & 1);
		if (carries || high >= divisor) {
			high -= divisor;
			quotient |= (uint64_t)1 << bit;
		}
	}
	if (high >= divisor - high) { /* half or more of the divisor is left */
		if (quotient == UINT64_MAX)
			return false;
		quotient++;
	}
	return num_signed(quotient, ((a < 0) != (b < 0)) != (c < 0), ret);
}

static int num_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 36;
}

bool num_parse_base(Str s, int base, uint64_t *ret)
{
	uint64_t sum = 0;

	CHECK(base >= 2 && base <= 36);
	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = num_digit(s.ptr[i]);

		if (digit >= base || sum > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base)
			return false;
		sum = sum * (uint64_t)base + (uint64_t)digit;
	}
	*ret = sum;
	return true;
}

/* Takes a sign off the front; says whether it was a minus. */
static bool num_take_sign(Str *s)
{
	bool is_negative = s->len && s->ptr[0] == '-';

	if (is_negative || (s->len && s->ptr[0] == '+'))
		*s = str_slice(*s, 1, s->len);
	return is_negative;
}

bool num_parse_int(Str s, int64_t *ret)
{
	bool is_negative = num_take_sign(&s);
	uint64_t magnitude;

	return num_parse_base(s, 10, &magnitude) && num_signed(magnitude, is_negative, ret);
}

/* Skips decimal digits from `at`; returns what stands behind. */
static size_t num_skip_digits(Str s, size_t at)
{
	while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
		at++;
	return at;
}

/* digits ["." digits] [("e" | "E") ["+" | "-"] digits] */
static bool num_is_float(Str s)
{
	size_t at = num_skip_digits(s, 0);
	size_t from;

	if (at == 0)
		return false;
	if (at < s.len && s.ptr[at] == '.') {
		from = at + 1;
		at = num_skip_digits(s, from);
		if (at == from)
			return false;
	}
	if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
		from = at + 1;
		from += from < s.len && (s.ptr[from] == '+' || s.ptr[from] == '-');
		at = num_skip_digits(s, from);
		if (at == from)
			return false;
	}
	return at == s.len;
}

bool num_parse_float(Str s, double *ret)
{
	char small[64];
	Buf big;
	bool is_negative = num_take_sign(&s);
	double f;

	if (!num_is_float(s))
		return false;
	if (s.len < sizeof(small)) {
		memcpy(small, s.ptr, s.len);
		small[s.len] = 0;
		f = strtod(small, NULL);
	} else {
		buf_init(&big, s.len);
		buf_add(&big, s);
		f = strtod(buf_cstr(&big), NULL);
		buf_fini(&big);
	}
	if (!isfinite(f))
		return false;
	*ret = is_negative ? -f : f;
	return true;
}

void num_print_float(Buf *b, double f)
{
	char text[40];

	if (isnan(f) || isinf(f)) {
		buf_add_cstr(b, isnan(f) ? "nan" : f < 0 ? "-inf" : "inf");
		return;
	}
	/* All normal numbers keep 15 digits, hence those that need fewer get them. */
	for (int digits = fabs(f) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, f);
		if (digits == 17 || !(strtod(text, NULL) < f || strtod(text, NULL) > f))
			break;
	}
	buf_add_cstr(b, text);
	if (!strpbrk(text, ".e"))
		buf_add(b, STR(".0"));
}

bool num_parse_scaled(Str s, int scale, int64_t *ret)
{
	bool is_negative = num_take_sign(&s);
	Str fraction = s;
	Str whole;
	uint64_t magnitude = 0;
	bool has_point = str_cut_found(&fraction, STR("."), &whole);

	if (!whole.len || (has_point && !fraction.len) || fraction.len > (size_t)scale)
		return false;
	for (size_t i = 0; i < whole.len + (size_t)scale; i++) {
		size_t behind = i - whole.len;
		char c = i < whole.len           ? whole.ptr[i]
			 : behind < fraction.len ? fraction.ptr[behind]
						 : '0';

		if (c < '0' || c > '9' || magnitude > (UINT64_MAX - 9) / 10)
			return false;
		magnitude = magnitude * 10 + (uint64_t)(c - '0');
	}
	return num_signed(magnitude, is_negative, ret);
}
