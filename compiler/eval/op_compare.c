/* Comparing values, and the operators on truth and absence.  What is deferred is settled where the
 * rest decides it: false and x is false, an id is not null.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"

static bool is_number(Value v)
{
	return v.kind == VAL_INT || v.kind == VAL_FLOAT;
}

static bool items_equal(const ValueList *a, const ValueList *b)
{
	if (a->len != b->len)
		return false;
	for (uint32_t i = 0; i < a->len; i++) {
		if (!op_equal(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

static bool maps_equal(const ValueMap *a, const ValueMap *b)
{
	if (a->len != b->len)
		return false;
	for (uint32_t i = 0; i < a->len; i++) {
		if (!str_eq(a->entries[i].key, b->entries[i].key) ||
			!op_equal(a->entries[i].value, b->entries[i].value))
			return false;
	}
	return true;
}

bool op_equal(Value a, Value b)
{
	if (is_number(a) && is_number(b) && a.kind != b.kind)
		return (a.kind == VAL_FLOAT ? a.as.real : (double)a.as.number) ==
		       (b.kind == VAL_FLOAT ? b.as.real : (double)b.as.number);
	if (a.kind != b.kind)
		return false;
	if (a.kind == VAL_LIST || a.kind == VAL_SET || a.kind == VAL_RANGE)
		return items_equal(a.as.list, b.as.list);
	if (a.kind == VAL_MAP)
		return maps_equal(a.as.map, b.as.map);
	return value_eq(a, b);
}

int op_order(Value a, Value b)
{
	if (is_number(a) && is_number(b) && a.kind != b.kind) {
		double x = a.kind == VAL_FLOAT ? a.as.real : (double)a.as.number;
		double y = b.kind == VAL_FLOAT ? b.as.real : (double)b.as.number;

		return (x > y) - (x < y);
	}
	return value_cmp(a, b);
}

/* Equality when something is deferred: settled for null against what is never null, and for two
 * of the same. */
static bool settle_equality(Value a, Value b, bool *ret)
{
	if (a.kind == VAL_NULL && b.kind == VAL_DEFERRED && !b.as.residual->may_be_null) {
		*ret = false;
		return true;
	}
	if (b.kind == VAL_NULL && a.kind == VAL_DEFERRED && !a.as.residual->may_be_null) {
		*ret = false;
		return true;
	}
	if (a.kind != VAL_DEFERRED && b.kind != VAL_DEFERRED &&
		(a.kind == VAL_NULL || b.kind == VAL_NULL)) {
		*ret = a.kind == b.kind;
		return true;
	}
	*ret = value_eq(a, b);
	return *ret;
}

static Value equality(OpCtx *c, Operation op, const Value *args)
{
	bool is_equal;

	if (value_is_known(args[0]) && value_is_known(args[1]))
		is_equal = op_equal(args[0], args[1]);
	else if (!settle_equality(args[0], args[1], &is_equal))
		return op_defer(c, op, args, 2);
	return value_bool(is_equal == (op == OP_EQ));
}

static Value order(OpCtx *c, Operation op, const Value *args)
{
	int n;

	if (!value_is_known(args[0]) || !value_is_known(args[1]))
		return op_defer(c, op, args, 2);
	if (args[0].kind != args[1].kind && !(is_number(args[0]) && is_number(args[1]))) {
		Str a = value_kind_name(args[0].kind), b = value_kind_name(args[1].kind);

		return op_fail(c, DIAG_BAD_OPERAND, "`%.*s` does not compare %.*s and %.*s",
			STR_ARG(operation_name(op)), STR_ARG(a), STR_ARG(b));
	}
	n = op_order(args[0], args[1]);
	switch ((int)op) {
	case OP_LT:
		return value_bool(n < 0);
	case OP_LE:
		return value_bool(n <= 0);
	case OP_GT:
		return value_bool(n > 0);
	default:
		return value_bool(n >= 0);
	}
}

static Value in_list(OpCtx *c, const Value *args)
{
	const ValueList *list = args[1].as.list;
	bool is_sure = value_is_known(args[0]);

	for (uint32_t i = 0; i < list->len; i++) {
		bool is_known = is_sure && value_is_known(list->items[i]);

		if (is_known ? op_equal(args[0], list->items[i])
			     : value_eq(args[0], list->items[i]))
			return value_bool(true);
		is_sure = is_sure && is_known;
	}
	return is_sure || list->len == 0 ? value_bool(false) : op_defer(c, OP_IN, args, 2);
}

static Value in_range(OpCtx *c, const Value *args)
{
	Value from = args[1].as.list->items[0], to = args[1].as.list->items[1];

	if (!value_is_known(args[0]) || !value_is_known(args[1]))
		return op_defer(c, OP_IN, args, 2);
	return value_bool((from.kind == VAL_NULL || op_order(from, args[0]) <= 0) &&
			  (to.kind == VAL_NULL || op_order(args[0], to) <= 0));
}

static Value membership(OpCtx *c, const Value *args)
{
	Str key;

	switch (args[1].kind) {
	case VAL_DEFERRED:
		return op_defer(c, OP_IN, args, 2);
	case VAL_LIST:
	case VAL_SET:
		return in_list(c, args);
	case VAL_RANGE:
		return in_range(c, args);
	case VAL_MAP:
		if (args[0].kind == VAL_DEFERRED)
			return op_defer(c, OP_IN, args, 2);
		if (!op_key_text(c, args[0], &key))
			return VALUE_NULL;
		return value_bool(value_find(args[1], key) != NULL);
	default:
		return op_fail(c, DIAG_BAD_OPERAND, "`in` looks into a list, set, range or map");
	}
}

Value op_compare_apply(OpCtx *c, Operation op, const Value *args)
{
	if (op == OP_EQ || op == OP_NE)
		return equality(c, op, args);
	return op == OP_IN ? membership(c, args) : order(c, op, args);
}

static Value not_bool(OpCtx *c, Operation op, Value v)
{
	Str kind = value_kind_name(v.kind);

	return op_fail(c, DIAG_BAD_OPERAND, "`%.*s` takes true and false, not %.*s",
		STR_ARG(operation_name(op)), STR_ARG(kind));
}

/* and, or: `decides` is the value of one side that makes the other unimportant. */
static Value junction(OpCtx *c, Operation op, const Value *args)
{
	bool decides = op == OP_OR;
	bool is_open = false;

	for (int i = 0; i < 2; i++) {
		if (args[i].kind == VAL_DEFERRED)
			is_open = true;
		else if (args[i].kind != VAL_BOOL)
			return not_bool(c, op, args[i]);
		else if (args[i].as.boolean == decides)
			return args[i];
	}
	if (!is_open)
		return value_bool(!decides);
	if (args[0].kind == VAL_BOOL)
		return args[1];
	return args[1].kind == VAL_BOOL ? args[0] : op_defer(c, op, args, 2);
}

static Value coalesce(OpCtx *c, const Value *args)
{
	if (args[0].kind == VAL_NULL)
		return args[1];
	if (args[0].kind != VAL_DEFERRED || !args[0].as.residual->may_be_null)
		return args[0];
	return op_defer(c, OP_COALESCE, args, 2);
}

Value op_logic_apply(OpCtx *c, Operation op, const Value *args)
{
	if (op == OP_COALESCE)
		return coalesce(c, args);
	if (op != OP_NOT)
		return junction(c, op, args);
	if (args[0].kind == VAL_DEFERRED)
		return op_defer(c, op, args, 1);
	return args[0].kind == VAL_BOOL ? value_bool(!args[0].as.boolean)
					: not_bool(c, op, args[0]);
}
