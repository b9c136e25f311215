/* The code of every built-in by its operation, which of them look at the shape of an operand only,
 * and how operands are read.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"

static const BuiltinFn functions[] = {
#define X(id, name, subject, signature, doc) builtin_call_##id,
#include "compiler/types/builtin.def"
#undef X
};

BuiltinFn builtin_fn(Operation op)
{
	CHECK(op > OP_FIRST_BUILTIN && op < OPERATION_COUNT);
	return functions[op - OP_FIRST_BUILTIN - 1];
}

bool builtin_is_shallow(Operation op)
{
	switch ((int)op) {
	case OP_LEN:
	case OP_IS_EMPTY:
	case OP_FILL:
	case OP_LIST:
	case OP_CONCAT_LISTS:
	case OP_REVERSE:
	case OP_SLICE:
	case OP_TAKE:
	case OP_DROP:
	case OP_FIRST:
	case OP_LAST:
	case OP_ONLY:
	case OP_ELEMENT:
	case OP_INDICES:
	case OP_CHUNK:
	case OP_ZIP:
	case OP_PAIRS:
	case OP_COMBINE:
	case OP_KEYS:
	case OP_VALUES:
	case OP_ENTRIES:
	case OP_ZIP_MAP:
	case OP_GET:
	case OP_HAS:
	case OP_MERGE_MAPS:
	case OP_PICK:
	case OP_OMIT:
	case OP_PREFIX_KEYS:
		return true;
	default:
		return false;
	}
}

bool builtin_is_absent(const Value *args, uint32_t count, uint32_t i)
{
	return i >= count || args[i].kind == VAL_NULL;
}

static bool wrong(OpCtx *c, const Value *args, uint32_t count, uint32_t i, const char *wanted)
{
	Str kind = value_kind_name(i < count ? args[i].kind : VAL_NULL);

	(void)op_fail(c, DIAG_CALL_FAILED, "argument %u is %.*s where %s is expected", i + 1,
		STR_ARG(kind), wanted);
	return false;
}

bool builtin_text(OpCtx *c, const Value *args, uint32_t count, uint32_t i, Str *ret)
{
	if (i >= count || args[i].kind != VAL_STRING)
		return wrong(c, args, count, i, "a string");
	*ret = args[i].as.text;
	return true;
}

bool builtin_int(OpCtx *c, const Value *args, uint32_t count, uint32_t i, int64_t *ret)
{
	if (i >= count || args[i].kind != VAL_INT)
		return wrong(c, args, count, i, "an int");
	*ret = args[i].as.number;
	return true;
}

bool builtin_number(OpCtx *c, const Value *args, uint32_t count, uint32_t i, double *ret)
{
	if (i >= count || (args[i].kind != VAL_INT && args[i].kind != VAL_FLOAT))
		return wrong(c, args, count, i, "a number");
	*ret = args[i].kind == VAL_INT ? (double)args[i].as.number : args[i].as.real;
	return true;
}

bool builtin_items(OpCtx *c, const Value *args, uint32_t count, uint32_t i, const ValueList **ret)
{
	if (i >= count || (args[i].kind != VAL_LIST && args[i].kind != VAL_SET))
		return wrong(c, args, count, i, "a list");
	*ret = args[i].as.list;
	return true;
}

bool builtin_map(OpCtx *c, const Value *args, uint32_t count, uint32_t i, const ValueMap **ret)
{
	if (i >= count || args[i].kind != VAL_MAP)
		return wrong(c, args, count, i, "a map or record");
	*ret = args[i].as.map;
	return true;
}

Value builtin_take_text(OpCtx *c, Buf *b)
{
	Value v = b->overflowed
			  ? op_fail(c, DIAG_CALL_FAILED, "a text of more than %zu bytes", b->max)
			  : value_string(str_copy(c->arena, buf_str(b)));

	buf_fini(b);
	return v;
}
