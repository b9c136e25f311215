/* Quantities as the language writes them, computed exactly. */
#include "compiler/base/quantity.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"

#include <string.h>

typedef struct Unit {
	Str name;
	int64_t factor;
} Unit;

/* Largest first, as printing wants it. */
static const Unit binary_units[] = {
	{STR_INIT("PiB"), (int64_t)1 << 50},
	{STR_INIT("TiB"), (int64_t)1 << 40},
	{STR_INIT("GiB"), (int64_t)1 << 30},
	{STR_INIT("MiB"), (int64_t)1 << 20},
	{STR_INIT("KiB"), (int64_t)1 << 10},
	{STR_INIT(""), 0},
};
static const Unit decimal_units[] = {
	{STR_INIT("PB"), 1000000000000000},
	{STR_INIT("TB"), 1000000000000},
	{STR_INIT("GB"), 1000000000},
	{STR_INIT("MB"), 1000000},
	{STR_INIT("kB"), 1000},
	{STR_INIT("B"), 1},
	{STR_INIT(""), 0},
};
static const Unit duration_units[] = {
	{STR_INIT("w"), 604800000},
	{STR_INIT("d"), 86400000},
	{STR_INIT("h"), 3600000},
	{STR_INIT("min"), 60000},
	{STR_INIT("s"), 1000},
	{STR_INIT("ms"), 1},
	{STR_INIT(""), 0},
};
static const Unit count_units[] = {
	{STR_INIT("k"), 1000},
	{STR_INIT("M"), 1000000},
	{STR_INIT("G"), 1000000000},
	{STR_INIT("T"), 1000000000000},
	{STR_INIT("Ki"), (int64_t)1 << 10},
	{STR_INIT("Mi"), (int64_t)1 << 20},
	{STR_INIT("Gi"), (int64_t)1 << 30},
	{STR_INIT("Ti"), (int64_t)1 << 40},
	{STR_INIT(""), 0},
};

static int64_t quantity_factor(const Unit *units, Str name)
{
	for (; units->factor; units++)
		if (str_eq(units->name, name))
			return units->factor;
	return 0;
}

/* A number as read: mantissa / 10^scale. */
typedef struct Decimal {
	int64_t mantissa;
	int64_t scale;
} Decimal;

static bool decimal_add_digit(Decimal *d, int base, int digit)
{
	return num_mul(d->mantissa, base, &d->mantissa) &&
	       num_add(d->mantissa, digit, &d->mantissa);
}

static int decimal_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* Takes digit ("_"? digit)* off the front of `*s`; false if there is none or it is too big. */
static bool decimal_take_digits(Str *s, Decimal *d, int base, bool is_fraction)
{
	size_t at = 0;

	while (at < s->len) {
		bool skips = at && s->ptr[at] == '_' && at + 1 < s->len;
		int digit = decimal_digit(s->ptr[at + skips]);

		if (digit >= base)
			break;
		if (!decimal_add_digit(d, base, digit))
			return false;
		d->scale += is_fraction;
		at += 1 + (size_t)skips;
	}
	*s = str_slice(*s, at, s->len);
	return at > 0;
}

/* Takes an exponent off the front of `*s`, if one stands there. */
static bool decimal_take_exponent(Str *s, Decimal *d)
{
	Decimal exponent = {0};
	bool is_negative = s->len > 1 && s->ptr[1] == '-';
	bool has_sign = is_negative || (s->len > 1 && s->ptr[1] == '+');
	size_t digits = 1 + (size_t)has_sign;

	if (s->len <= digits || (s->ptr[0] != 'e' && s->ptr[0] != 'E') ||
		decimal_digit(s->ptr[digits]) > 9)
		return true;
	*s = str_slice(*s, digits, s->len);
	if (!decimal_take_digits(s, &exponent, 10, false) || exponent.mantissa > 400)
		return false;
	d->scale += is_negative ? exponent.mantissa : -exponent.mantissa;
	return true;
}

/* Takes a number off the front of `*s`: hexadecimal, or decimal with fraction and exponent. */
static bool decimal_take(Str *s, Decimal *ret)
{
	Decimal d = {0};

	if (str_starts(*s, STR("0x"))) {
		*s = str_slice(*s, 2, s->len);
		if (!decimal_take_digits(s, &d, 16, false))
			return false;
	} else {
		if (!decimal_take_digits(s, &d, 10, false))
			return false;
		if (str_starts(*s, STR("."))) {
			*s = str_slice(*s, 1, s->len);
			if (!decimal_take_digits(s, &d, 10, true) || !decimal_take_exponent(s, &d))
				return false;
		}
	}
	*ret = d;
	return true;
}

/* Computes d * factor; false unless that is a whole number that fits. */
static bool decimal_scale(Decimal d, int64_t factor, int64_t *ret)
{
	if (!d.mantissa) {
		*ret = 0;
		return true;
	}
	for (; d.scale > 0; d.scale--) {
		static const int primes[] = {2, 5};

		for (int i = 0; i < 2; i++) {
			if (d.mantissa % primes[i] == 0)
				d.mantissa /= primes[i];
			else if (factor % primes[i] == 0)
				factor /= primes[i];
			else
				return false;
		}
	}
	for (; d.scale < 0; d.scale++)
		if (!num_mul(d.mantissa, 10, &d.mantissa))
			return false;
	return num_mul(d.mantissa, factor, ret);
}

/* Takes a minus off the front. */
static bool quantity_take_minus(Str *s)
{
	bool is_negative = str_starts(*s, STR("-"));

	*s = str_trim_prefix(*s, STR("-"));
	return is_negative;
}

/* Takes the letters at the front of `*s`. */
static Str quantity_take_unit(Str *s)
{
	size_t at = 0;

	while (at < s->len && ((s->ptr[at] >= 'a' && s->ptr[at] <= 'z') ||
				      (s->ptr[at] >= 'A' && s->ptr[at] <= 'Z')))
		at++;
	Str unit = str_slice(*s, 0, at);

	*s = str_slice(*s, at, s->len);
	return unit;
}

bool quantity_parse_size(Str s, int64_t *ret_bytes)
{
	bool is_negative = quantity_take_minus(&s);
	Decimal d;
	int64_t bytes;

	if (!decimal_take(&s, &d))
		return false;
	int64_t factor = quantity_size_unit(s);

	if (!factor || !decimal_scale(d, factor, &bytes))
		return false;
	*ret_bytes = is_negative ? -bytes : bytes;
	return true;
}

bool quantity_parse_duration(Str s, int64_t *ret_ms)
{
	bool is_negative = quantity_take_minus(&s);
	int64_t sum = 0;

	if (!s.len)
		return false;
	while (s.len) {
		Decimal d;
		int64_t ms;

		if (!decimal_take(&s, &d))
			return false;
		int64_t factor = quantity_duration_unit(quantity_take_unit(&s));

		if (!factor || !decimal_scale(d, factor, &ms) || !num_add(sum, ms, &sum))
			return false;
	}
	*ret_ms = is_negative ? -sum : sum;
	return true;
}

bool quantity_parse_money(Str s, int64_t *ret_nanos)
{
	bool is_negative = quantity_take_minus(&s);
	int64_t nanos;

	if (s.len < 2 || s.ptr[0] != '$' || s.ptr[1] < '0' || s.ptr[1] > '9')
		return false;
	if (!num_parse_scaled(str_slice(s, 1, s.len), 9, &nanos))
		return false;
	*ret_nanos = is_negative ? -nanos : nanos;
	return true;
}

bool quantity_parse_price(Str s, int64_t *ret_nanos_per_hour)
{
	Str unit = s;
	Str money;
	int64_t nanos;
	int64_t hours;

	if (!str_cut_found(&unit, STR("/"), &money) || !quantity_parse_money(money, &nanos))
		return false;
	if (str_eq(unit, STR("h")))
		hours = 1;
	else if (str_eq(unit, STR("d")))
		hours = 24;
	else if (str_eq(unit, STR("mo")))
		hours = QUANTITY_HOURS_PER_MONTH;
	else
		return false;
	return num_mul_div(nanos, 1, hours, ret_nanos_per_hour);
}

bool quantity_parse_int(Str s, int64_t *ret)
{
	bool is_negative = quantity_take_minus(&s);
	Decimal d;
	int64_t n;

	if (!decimal_take(&s, &d) || d.scale)
		return false;
	int64_t factor = s.len ? quantity_factor(count_units, s) : 1;

	if (!factor || !decimal_scale(d, factor, &n))
		return false;
	*ret = is_negative ? -n : n;
	return true;
}

/* Returns the first, largest unit that divides `n`, which is not 0; or NULL. */
static const Unit *quantity_exact_unit(const Unit *units, int64_t n)
{
	for (; units->factor; units++)
		if (n % units->factor == 0)
			return units;
	return NULL;
}

static size_t quantity_text_len(int64_t n, const Unit *unit)
{
	size_t len = unit->name.len;

	for (n /= unit->factor; n; n /= 10)
		len++;
	return len;
}

void quantity_print_size(Buf *b, int64_t bytes)
{
	const Unit *decimal = quantity_exact_unit(decimal_units, bytes);
	const Unit *binary = quantity_exact_unit(binary_units, bytes);

	if (!bytes) {
		buf_add(b, STR("0B"));
		return;
	}
	if (binary && quantity_text_len(bytes, binary) <= quantity_text_len(bytes, decimal))
		decimal = binary;
	buf_print(b, "%lld%.*s", (long long)(bytes / decimal->factor), STR_ARG(decimal->name));
}

void quantity_print_duration(Buf *b, int64_t ms)
{
	if (!ms) {
		buf_add(b, STR("0s"));
		return;
	}
	if (ms < 0)
		buf_add_char(b, '-');
	for (const Unit *unit = duration_units; unit->factor; unit++) {
		int64_t n = ms / unit->factor;

		/* Weeks only where nothing is left: 30d, not 4w2d. */
		if (!n || (unit == duration_units && ms % unit->factor))
			continue;
		buf_print(b, "%llu%.*s", (unsigned long long)(n < 0 ? -n : n), STR_ARG(unit->name));
		ms %= unit->factor;
	}
}

void quantity_print_money(Buf *b, int64_t nanos)
{
	uint64_t magnitude = nanos < 0 ? 0 - (uint64_t)nanos : (uint64_t)nanos;
	uint64_t fraction = magnitude % QUANTITY_NANOS_PER_DOLLAR;
	int digits = 9;

	buf_print(b, "%s$%llu", nanos < 0 ? "-" : "",
		(unsigned long long)(magnitude / QUANTITY_NANOS_PER_DOLLAR));
	if (!fraction)
		return;
	for (; digits > 2 && fraction % 10 == 0; digits--)
		fraction /= 10;
	buf_print(b, ".%0*llu", digits, (unsigned long long)fraction);
}

void quantity_print_price(Buf *b, int64_t nanos_per_hour)
{
	quantity_print_money(b, nanos_per_hour);
	buf_add(b, STR("/h"));
}

int64_t quantity_size_unit(Str unit)
{
	int64_t factor = quantity_factor(binary_units, unit);

	return factor ? factor : quantity_factor(decimal_units, unit);
}

int64_t quantity_duration_unit(Str unit)
{
	return quantity_factor(duration_units, unit);
}
