/* Built-ins on numbers and quantities.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"

#include <math.h>

static bool is_measured(Value v)
{
	return v.kind == VAL_INT || v.kind == VAL_FLOAT ||
	       (v.kind >= VAL_SIZE && v.kind <= VAL_PRICE);
}

/* Reads a number or quantity of any kind. */
static bool measured(OpCtx *c, const Value *args, uint32_t count, uint32_t i, Value *ret)
{
	double ignored;

	if (i >= count || !is_measured(args[i])) {
		(void)builtin_number(c, args, count, i, &ignored); /* fails: it says why */
		return false;
	}
	*ret = args[i];
	return true;
}

static Value to_int(OpCtx *c, double f)
{
	if (!(f > -9.2233720368547e18 && f < 9.2233720368547e18))
		return op_fail(c, DIAG_OVERFLOW, "the number does not fit into an int");
	return value_int((int64_t)f);
}

static Value to_real(OpCtx *c, double f)
{
	return isfinite(f) ? value_float(f)
			   : op_fail(c, DIAG_CALL_FAILED, "the result is no finite number");
}

static bool is_negative(Value v)
{
	return v.kind == VAL_FLOAT ? v.as.real < 0 : v.as.number < 0;
}

static bool is_zero(Value v)
{
	return v.kind == VAL_FLOAT ? v.as.real == 0 : v.as.number == 0;
}

FN(ABS)
{
	Value v;

	if (!measured(c, args, count, 0, &v))
		return VALUE_NULL;
	return is_negative(v) ? op_apply(c, OP_NEGATE, &v, 1) : v;
}

FN(SIGN)
{
	Value v;

	if (!measured(c, args, count, 0, &v))
		return VALUE_NULL;
	return value_int(is_zero(v) ? 0 : is_negative(v) ? -1 : 1);
}

static Value extreme(OpCtx *c, const Value *args, uint32_t count, int sign)
{
	Value best = VALUE_NULL;

	for (uint32_t i = 0; i < count; i++) {
		Value v;

		if (!measured(c, args, count, i, &v))
			return VALUE_NULL;
		if (i == 0 || sign * op_order(v, best) > 0)
			best = v;
	}
	if (count == 0)
		return op_fail(c, DIAG_CALL_FAILED, "at least one value is needed");
	return best;
}

FN(MIN)
{
	return extreme(c, args, count, -1);
}

FN(MAX)
{
	return extreme(c, args, count, 1);
}

FN(SUM)
{
	const ValueList *list;
	Value all = value_int(0);

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	for (uint32_t i = 0; i < list->len && !c->has_failed; i++) {
		Value pair[2] = {all, list->items[i]};

		all = i == 0 ? list->items[0] : op_apply(c, OP_ADD, pair, 2);
	}
	return all;
}

FN(MEAN)
{
	const ValueList *list;
	Value pair[2];

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	if (list->len == 0)
		return op_fail(c, DIAG_CALL_FAILED, "the mean of nothing");
	pair[0] = builtin_call_SUM(c, args, count);
	pair[1] = value_int(list->len);
	return c->has_failed ? VALUE_NULL : op_apply(c, OP_DIV, pair, 2);
}

FN(CLAMP)
{
	Value v, low, high;

	if (!measured(c, args, count, 0, &v) || !measured(c, args, count, 1, &low) ||
		!measured(c, args, count, 2, &high))
		return VALUE_NULL;
	if (op_order(low, high) > 0)
		return op_fail(c, DIAG_CALL_FAILED, "the lower bound is above the upper one");
	if (op_order(v, low) < 0)
		return low;
	return op_order(v, high) > 0 ? high : v;
}

static Value rounded(OpCtx *c, const Value *args, uint32_t count, double (*how)(double))
{
	double f;

	if (count > 0 && args[0].kind == VAL_INT)
		return args[0];
	return builtin_number(c, args, count, 0, &f) ? to_int(c, how(f)) : VALUE_NULL;
}

FN(CEIL)
{
	return rounded(c, args, count, ceil);
}

FN(FLOOR)
{
	return rounded(c, args, count, floor);
}

FN(ROUND)
{
	return rounded(c, args, count, round);
}

FN(ROUND_TO)
{
	double f, scale = 1;
	int64_t digits;

	if (!builtin_number(c, args, count, 0, &f) || !builtin_int(c, args, count, 1, &digits))
		return VALUE_NULL;
	if (digits < 0 || digits > 15)
		return op_fail(c, DIAG_CALL_FAILED, "%lld digits", (long long)digits);
	for (; digits > 0; digits--)
		scale *= 10;
	return isfinite(f * scale) ? value_float(round(f * scale) / scale) : value_float(f);
}

FN(WHOLE_DIV)
{
	int64_t a, b, n = 0;

	if (!builtin_int(c, args, count, 0, &a) || !builtin_int(c, args, count, 1, &b))
		return VALUE_NULL;
	if (b == 0)
		return op_fail(c, DIAG_DIVISION_BY_ZERO, "a division by zero");
	if (!num_div(a, b, &n))
		return op_fail(c, DIAG_OVERFLOW, "the quotient does not fit");
	return value_int(n - (n * b != a && (a < 0) != (b < 0)));
}

FN(POW)
{
	double base, exponent;

	if (!builtin_number(c, args, count, 0, &base) ||
		!builtin_number(c, args, count, 1, &exponent))
		return VALUE_NULL;
	return to_real(c, pow(base, exponent));
}

FN(SQRT)
{
	double f;

	return builtin_number(c, args, count, 0, &f) ? to_real(c, sqrt(f)) : VALUE_NULL;
}

FN(LOG)
{
	double f, base = 0;

	if (!builtin_number(c, args, count, 0, &f) ||
		(!builtin_is_absent(args, count, 1) && !builtin_number(c, args, count, 1, &base)))
		return VALUE_NULL;
	if (f <= 0 || base < 0 || base == 1)
		return op_fail(c, DIAG_CALL_FAILED, "there is no such logarithm");
	return to_real(c, base == 0 || base == 2.718281828459045 ? log(f) : log(f) / log(base));
}

FN(PARSE_INT)
{
	Str s, digits;
	int64_t base = 10, n;
	uint64_t u;
	bool is_minus;

	if (!builtin_text(c, args, count, 0, &s) ||
		(!builtin_is_absent(args, count, 1) && !builtin_int(c, args, count, 1, &base)))
		return VALUE_NULL;
	if (base < 2 || base > 36)
		return op_fail(c, DIAG_CALL_FAILED, "a base is 2 to 36");
	if (base == 10 && num_parse_int(s, &n))
		return value_int(n);
	is_minus = str_starts(s, STR("-"));
	digits = is_minus ? str_slice(s, 1, s.len) : s;
	if (base == 10 || !num_parse_base(digits, (int)base, &u) || u > INT64_MAX)
		return op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not an int in base %lld", STR_ARG(s),
			(long long)base);
	return value_int(is_minus ? -(int64_t)u : (int64_t)u);
}

FN(PARSE_FLOAT)
{
	Str s;
	double f;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	if (!num_parse_float(s, &f))
		return op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not a number", STR_ARG(s));
	return to_real(c, f);
}

FN(INT)
{
	double f;

	if (count > 0 && args[0].kind == VAL_INT)
		return args[0];
	if (!builtin_number(c, args, count, 0, &f))
		return VALUE_NULL;
	if (floor(f) != f)
		return op_fail(c, DIAG_CALL_FAILED,
			"%g has a fraction; round(), floor() and ceil() say what becomes of it", f);
	return to_int(c, f);
}

FN(FLOAT)
{
	double f;

	return builtin_number(c, args, count, 0, &f) ? value_float(f) : VALUE_NULL;
}

FN(TO_BASE)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char text[66];
	size_t at = sizeof(text);
	int64_t n, base;
	uint64_t u;

	if (!builtin_int(c, args, count, 0, &n) || !builtin_int(c, args, count, 1, &base))
		return VALUE_NULL;
	if (base < 2 || base > 36)
		return op_fail(c, DIAG_CALL_FAILED, "a base is 2 to 36");
	u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	do
		text[--at] = digits[u % (uint64_t)base];
	while ((u /= (uint64_t)base) > 0);
	if (n < 0)
		text[--at] = '-';
	return value_string(str_copy(c->arena, (Str){text + at, sizeof(text) - at}));
}

/* A quantity of one kind as its number. */
static bool quantity(OpCtx *c, const Value *args, uint32_t count, ValueKind kind, int64_t *ret)
{
	if (count > 0 && args[0].kind == kind) {
		*ret = args[0].as.number;
		return true;
	}
	(void)op_fail(c, DIAG_CALL_FAILED, "expected %.*s, found %.*s",
		STR_ARG(value_kind_name(kind)),
		STR_ARG(value_kind_name(count > 0 ? args[0].kind : VAL_NULL)));
	return false;
}

FN(BYTES)
{
	int64_t n;

	return quantity(c, args, count, VAL_SIZE, &n) ? value_int(n) : VALUE_NULL;
}

FN(SECONDS)
{
	int64_t n;

	return quantity(c, args, count, VAL_DURATION, &n) ? value_float((double)n / 1000)
							  : VALUE_NULL;
}

FN(DOLLARS)
{
	int64_t n;
	ValueKind kind = count > 0 && args[0].kind == VAL_PRICE ? VAL_PRICE : VAL_MONEY;

	return quantity(c, args, count, kind, &n)
		       ? value_float((double)n / QUANTITY_NANOS_PER_DOLLAR)
		       : VALUE_NULL;
}

FN(PARSE_SIZE)
{
	Str s;
	int64_t n;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	if (!quantity_parse_size(s, &n))
		return op_fail(
			c, DIAG_CALL_FAILED, "`%.*s` is not a size such as 64GiB", STR_ARG(s));
	return value_number(VAL_SIZE, n);
}

FN(PARSE_DURATION)
{
	Str s;
	int64_t n;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	if (!quantity_parse_duration(s, &n))
		return op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not a duration such as 1h30min",
			STR_ARG(s));
	return value_number(VAL_DURATION, n);
}
