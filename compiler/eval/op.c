/* Operations: who runs now and who waits.
 *
 * Known operands are computed on the spot.  An operand that an operation must look into and that is
 * deferred makes the result a RESIDUAL_CALL of the same operation, which apply finishes; its flags
 * say whether it is secret and whether lookups alone are missing.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"

Value op_fail(OpCtx *c, DiagCode code, const char *fmt, ...)
{
	va_list args;
	Buf b;

	if (!c->has_failed && c->diags) {
		buf_init(&b, TEXT_BYTES_MAX);
		va_start(args, fmt);
		buf_vprint(&b, fmt, args);
		va_end(args);
		(void)diag_add(c->diags, code, c->at, "%.*s", STR_ARG(buf_str(&b)));
		buf_fini(&b);
	}
	c->has_failed = true;
	if (c->failed)
		*c->failed = VALUE_NULL;
	return VALUE_NULL;
}

/* Says whether all that is deferred inside waits for lookups alone. */
static bool waits_for_lookups(Value v)
{
	switch (v.kind) {
	case VAL_DEFERRED:
		return v.as.residual->is_lookup;
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
		for (uint32_t i = 0; i < v.as.list->len; i++) {
			if (!waits_for_lookups(v.as.list->items[i]))
				return false;
		}
		return true;
	case VAL_MAP:
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			if (!waits_for_lookups(v.as.map->entries[i].value))
				return false;
		}
		return true;
	default:
		return true;
	}
}

static bool may_give_null(Operation op, const Value *args, uint32_t count)
{
	Value last = count > 0 ? args[count - 1] : VALUE_NULL;

	switch ((int)op) {
	case OP_MEMBER:
	case OP_SAFE_MEMBER:
	case OP_INDEX:
	case OP_ADAPT:
	case OP_GET:
	case OP_FIRST:
	case OP_LAST:
	case OP_ONLY:
	case OP_ELEMENT:
	case OP_INDEX_OF:
	case OP_REGEX_FIND:
	case OP_REGEX_GROUPS:
	case OP_REGEX_NAMED:
	case OP_PARSE_JSON:
	case OP_PARSE_YAML:
		return true;
	case OP_COALESCE:
	case OP_FIRST_NOT_NULL:
		return last.kind == VAL_NULL ||
		       (last.kind == VAL_DEFERRED && last.as.residual->may_be_null);
	default:
		return false;
	}
}

Value op_defer(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	Residual *r = ARENA_NEW(c->arena, Residual);
	Value *copy = ARENA_ARRAY(c->arena, Value, count);

	*r = (Residual){.op = RESIDUAL_CALL, .number = op, .args = copy, .arg_count = count};
	r->is_lookup = count > 0;
	for (uint32_t i = 0; i < count; i++) {
		copy[i] = args[i];
		r->is_secret |= value_has_secret(args[i]);
		r->is_lookup &= waits_for_lookups(args[i]);
	}
	r->may_be_null = may_give_null(op, args, count);
	return value_residual(r);
}

static bool all_known(const Value *args, uint32_t count, bool is_shallow)
{
	for (uint32_t i = 0; i < count; i++) {
		if (is_shallow ? args[i].kind == VAL_DEFERRED : !value_is_known(args[i]))
			return false;
	}
	return true;
}

/* coalesce() and not_null() need not know what is certainly there. */
static bool settle_null(Operation op, const Value *args, uint32_t count, Value *ret)
{
	if (count == 0 || (op != OP_FIRST_NOT_NULL && op != OP_NOT_NULL))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (args[i].kind == VAL_NULL && op == OP_FIRST_NOT_NULL)
			continue;
		*ret = args[i];
		return args[i].kind != VAL_NULL &&
		       (args[i].kind != VAL_DEFERRED || !args[i].as.residual->may_be_null);
	}
	return false;
}

static Value apply_builtin(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	Value settled;

	CHECK(op > OP_FIRST_BUILTIN && op < OPERATION_COUNT);
	if (settle_null(op, args, count, &settled))
		return settled;
	if (op == OP_CONTAINS && count == 2 &&
		(args[0].kind == VAL_LIST || args[0].kind == VAL_SET))
		return op_compare_apply(c, OP_IN, (const Value[]){args[1], args[0]});
	if (!all_known(args, count, builtin_is_shallow(op)))
		return op_defer(c, op, args, count);
	return builtin_fn(op)(c, args, count);
}

Value op_apply(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	switch ((int)op) {
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_REM:
	case OP_NEGATE:
		if (!all_known(args, count, false))
			return op_defer(c, op, args, count);
		return op_number_apply(c, op, args, count);
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_IN:
		return op_compare_apply(c, op, args);
	case OP_NOT:
	case OP_AND:
	case OP_OR:
	case OP_COALESCE:
		return op_logic_apply(c, op, args);
	case OP_CONCAT:
	case OP_TEXT:
	case OP_MEMBER:
	case OP_SAFE_MEMBER:
	case OP_INDEX:
	case OP_RANGE:
	case OP_RECORD:
	case OP_MERGE:
		return op_access_apply(c, op, args, count);
	case OP_ADAPT:
		return op_adapt_text(c, args, count);
	default:
		return apply_builtin(c, op, args, count);
	}
}
