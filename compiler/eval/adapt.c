/* Bringing values into the shape of their types, with what only an evaluator can do: predicates
 * over `it` and defaults over `self`. */
#include "compiler/eval/eval_impl.h"

#include "compiler/types/refine.h"

enum { ADAPT_FRAME = 8, ADAPT_TEXT_MAX = 200 };

/* Evaluates in a frame whose slot 0 is `first`. */
static Value adapt_expr(Machine *m, const Node *n, Value first)
{
	Frame before = machine_open_frame(m, ADAPT_FRAME);

	m->frame[0] = first;
	Value v = eval_expr(m, n);

	machine_close_frame(m, before);
	return v;
}

static void adapt_diagram(Machine *m, const Node *n, Value it, Diag *d)
{
	Frame before = machine_open_frame(m, ADAPT_FRAME);

	m->frame[0] = it;
	assert_diagram(m, n, d);
	machine_close_frame(m, before);
}

static bool adapt_holds(void *env, const Type *type, Value it, Span at)
{
	Machine *m = env;
	Value v = adapt_expr(m, type->where, it);
	Buf b;

	if (m->op.has_failed)
		return false;
	if (v.kind != VAL_BOOL || v.as.boolean)
		return true; /* deferred: the provider has the last word */
	buf_init(&b, ADAPT_TEXT_MAX);
	value_print(&b, it, -1);
	Str rule = str_squeeze(m->arena, sources_text(m->program->sources, type->where->span));
	Diag *d = diag_add(m->op.diags, DIAG_PREDICATE, at, "%s is not allowed here", buf_cstr(&b));

	diag_label(d, "`%.*s` does not hold", STR_ARG(rule));
	diag_note(d, type->where->span, "the condition of its type");
	adapt_diagram(m, type->where, it, d);
	m->op.has_failed = true;
	buf_fini(&b);
	return false;
}

static bool adapt_fill(void *env, const TypeField *field, Value self, Value *ret)
{
	Machine *m = env;
	Value v = adapt_expr(m, field->default_node, self);

	if (m->op.has_failed)
		return false;
	*ret = v;
	return true;
}

Value adapt_value(Machine *m, const Type *type, Value v, const Node *at)
{
	RefineCtx c = {
		.arena = m->arena,
		.diags = m->op.diags,
		.at = at->span,
		.holds = adapt_holds,
		.fill = adapt_fill,
		.env = m,
	};
	Value adapted;

	if (!type || v.kind == VAL_DEFERRED)
		return v;
	if (refine_value(&c, type, v, &adapted))
		return adapted;
	m->op.has_failed = true;
	return VALUE_NULL;
}
