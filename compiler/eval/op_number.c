/* Arithmetic on numbers and quantities.  Integers are checked; what does not fit is E0903.  A
 * quantity times or divided by a number is rounded to its unit, half away from zero.
 * Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"

#include <math.h>

enum { MS_PER_HOUR = 3600000 };

static bool is_number(Value v)
{
	return v.kind == VAL_INT || v.kind == VAL_FLOAT;
}

static bool is_quantity(Value v)
{
	return v.kind == VAL_SIZE || v.kind == VAL_DURATION || v.kind == VAL_MONEY ||
	       v.kind == VAL_PRICE;
}

static double real_of(Value v)
{
	return v.kind == VAL_FLOAT ? v.as.real : (double)v.as.number;
}

static Value overflow(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	Buf b;
	Value none;

	buf_init(&b, 1 << 12);
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0 || count == 1)
			buf_print(&b, "%s%.*s%s", i > 0 ? " " : "", STR_ARG(operation_name(op)),
				i > 0 ? " " : "");
		value_print(&b, args[i], -1);
	}
	none = op_fail(c, DIAG_OVERFLOW, "`%s` does not fit", buf_cstr(&b));
	buf_fini(&b);
	return none;
}

static Value wrong(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	Str first = value_kind_name(args[0].kind), second = value_kind_name(args[count - 1].kind);

	return op_fail(c, DIAG_BAD_OPERAND, "`%.*s` does not take %.*s and %.*s",
		STR_ARG(operation_name(op)), STR_ARG(first), STR_ARG(second));
}

/* Rounds a quantity computed as a float. */
static bool to_units(double f, int64_t *ret)
{
	f = round(f);
	if (!(f > -9.2233720368547e18 && f < 9.2233720368547e18))
		return false;
	*ret = (int64_t)f;
	return true;
}

static Value real_result(OpCtx *c, Operation op, const Value *args, double f)
{
	return isfinite(f) ? value_float(f) : overflow(c, op, args, 2);
}

static Value sum(OpCtx *c, Operation op, const Value *args)
{
	Value a = args[0], b = args[1];
	int64_t n = 0;

	if (is_number(a) && is_number(b) && (a.kind == VAL_FLOAT || b.kind == VAL_FLOAT))
		return real_result(c, op, args,
			op == OP_ADD ? real_of(a) + real_of(b) : real_of(a) - real_of(b));
	if (a.kind != b.kind || !(is_number(a) || is_quantity(a)))
		return wrong(c, op, args, 2);
	if (op == OP_ADD ? !num_add(a.as.number, b.as.number, &n)
			 : !num_sub(a.as.number, b.as.number, &n))
		return overflow(c, op, args, 2);
	return value_number(a.kind, n);
}

static Value product(OpCtx *c, const Value *args)
{
	Value a = args[0], b = args[1];
	int64_t n = 0;
	bool ok;

	if (!is_quantity(a) && is_quantity(b)) {
		a = args[1];
		b = args[0];
	}
	if (is_number(a) && is_number(b) && (a.kind == VAL_FLOAT || b.kind == VAL_FLOAT))
		return real_result(c, OP_MUL, args, real_of(a) * real_of(b));
	if ((a.kind == VAL_PRICE && b.kind == VAL_DURATION) ||
		(a.kind == VAL_DURATION && b.kind == VAL_PRICE)) {
		ok = num_mul_div(a.as.number, b.as.number, MS_PER_HOUR, &n);
		return ok ? value_number(VAL_MONEY, n) : overflow(c, OP_MUL, args, 2);
	}
	if (!is_number(b) || !(is_number(a) || is_quantity(a)))
		return wrong(c, OP_MUL, args, 2);
	ok = b.kind == VAL_INT ? num_mul(a.as.number, b.as.number, &n)
			       : to_units((double)a.as.number * b.as.real, &n);
	return ok ? value_number(a.kind, n) : overflow(c, OP_MUL, args, 2);
}

static Value quotient(OpCtx *c, const Value *args)
{
	Value a = args[0], b = args[1];
	ValueKind kind = a.kind;
	int64_t n = 0;
	bool ok = true;

	if (!(is_number(b) || is_quantity(b)) || !(is_number(a) || is_quantity(a)))
		return wrong(c, OP_DIV, args, 2);
	if (real_of(b) == 0)
		return op_fail(c, DIAG_DIVISION_BY_ZERO, "a division by zero");
	if ((is_number(a) && is_number(b)) || (is_quantity(a) && a.kind == b.kind))
		return real_result(c, OP_DIV, args, real_of(a) / real_of(b));
	if (a.kind == VAL_MONEY && (b.kind == VAL_DURATION || b.kind == VAL_PRICE)) {
		kind = b.kind == VAL_DURATION ? VAL_PRICE : VAL_DURATION;
		ok = num_mul_div(a.as.number, MS_PER_HOUR, b.as.number, &n);
	} else if (is_quantity(a) && b.kind == VAL_INT) {
		ok = num_mul_div(a.as.number, 1, b.as.number, &n);
	} else if (is_quantity(a) && b.kind == VAL_FLOAT) {
		ok = to_units((double)a.as.number / b.as.real, &n);
	} else {
		return wrong(c, OP_DIV, args, 2);
	}
	return ok ? value_number(kind, n) : overflow(c, OP_DIV, args, 2);
}

/* The remainder has the sign of the divisor, as div() rounds down. */
static Value rest(OpCtx *c, const Value *args)
{
	Value a = args[0], b = args[1];
	int64_t n = 0;

	if (a.kind != b.kind || (a.kind != VAL_INT && a.kind != VAL_SIZE && a.kind != VAL_DURATION))
		return wrong(c, OP_REM, args, 2);
	if (b.as.number == 0)
		return op_fail(c, DIAG_DIVISION_BY_ZERO, "a division by zero");
	if (b.as.number == -1)
		return value_number(a.kind, 0);
	if (!num_rem(a.as.number, b.as.number, &n))
		return overflow(c, OP_REM, args, 2);
	if (n != 0 && (n < 0) != (b.as.number < 0))
		n += b.as.number;
	return value_number(a.kind, n);
}

static Value negated(OpCtx *c, const Value *args)
{
	int64_t n = 0;

	if (args[0].kind == VAL_FLOAT)
		return value_float(-args[0].as.real);
	if (!is_number(args[0]) && !is_quantity(args[0]))
		return wrong(c, OP_NEGATE, args, 1);
	if (!num_sub(0, args[0].as.number, &n))
		return overflow(c, OP_NEGATE, args, 1);
	return value_number(args[0].kind, n);
}

Value op_number_apply(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	CHECK(count == (op == OP_NEGATE ? 1U : 2U));
	switch ((int)op) {
	case OP_ADD:
	case OP_SUB:
		return sum(c, op, args);
	case OP_MUL:
		return product(c, args);
	case OP_DIV:
		return quotient(c, args);
	case OP_REM:
		return rest(c, args);
	default:
		return negated(c, args);
	}
}
