/* Bringing values into the shape of a type: now for what is known, later for what is not.
 *
 * A part that is deferred and whose type would change its form becomes a call of OP_ADAPT with the
 * type as text; of a type only what changes a form is written (float, range, set, and what
 * holds them), so nothing but builtin_parse_type() is needed to read it.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/types/builtin_sig.h"
#include "compiler/types/refine.h"

enum { SHAPE_TEXT_MAX = 1 << 12 };

/* Appends what of the type changes forms; "any" where nothing does.  Says whether something does.
 */
static bool print_shape(Buf *b, const Type *t)
{
	bool changes;

	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	switch (t->kind) {
	case TYPE_FLOAT:
		buf_add_cstr(b, "float");
		return true;
	case TYPE_RANGE:
	case TYPE_SET:
		buf_add_cstr(b, t->kind == TYPE_RANGE ? "range<" : "set<");
		(void)print_shape(b, t->elem);
		buf_add_char(b, '>');
		return true;
	case TYPE_LIST:
	case TYPE_MAP:
		buf_add_cstr(b, t->kind == TYPE_LIST ? "list<" : "map<string, ");
		changes = print_shape(b, t->elem);
		buf_add_char(b, '>');
		return changes;
	default:
		buf_add_cstr(b, "any");
		return false;
	}
}

static Value adapt_later(OpCtx *c, const Type *type, Value v)
{
	Buf b;
	Value args[2] = {v, VALUE_NULL};
	Value result = v;

	buf_init(&b, SHAPE_TEXT_MAX);
	if (print_shape(&b, type) && !b.overflowed) {
		args[1] = value_string(str_copy(c->arena, buf_str(&b)));
		result = op_defer(c, OP_ADAPT, args, 2);
	}
	buf_fini(&b);
	return result;
}

Value op_adapt(OpCtx *c, const Type *type, Value v)
{
	RefineCtx r = {.arena = c->arena, .is_shape_only = true};
	Value adapted = v;

	if (v.kind == VAL_DEFERRED)
		return adapt_later(c, type, v);
	(void)refine_value(&r, type, v, &adapted);
	return adapted;
}

Value op_adapt_text(OpCtx *c, const Value *args, uint32_t count)
{
	const Type *type;
	Types types;

	CHECK(count == 2 && args[1].kind == VAL_STRING);
	if (args[0].kind == VAL_DEFERRED)
		return op_defer(c, OP_ADAPT, args, 2);
	types_init(&types, c->arena);
	type = builtin_parse_type(&types, args[1].as.text);
	return type ? op_adapt(c, type, args[0]) : args[0];
}
