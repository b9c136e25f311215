/* Walking over what is not known yet. */
#include "compiler/eval/deferral.h"

enum { DEFERRAL_CAUSES_MAX = 3 };

void deferral_walk(Value v, void (*visit)(void *ctx, const Residual *r), void *ctx)
{
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			deferral_walk(v.as.list->items[i], visit, ctx);
	} else if (v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			deferral_walk(v.as.map->entries[i].value, visit, ctx);
	} else if (v.kind == VAL_DEFERRED) {
		visit(ctx, v.as.residual);
		for (uint32_t i = 0; i < v.as.residual->arg_count; i++)
			deferral_walk(v.as.residual->args[i], visit, ctx);
	}
}

typedef struct Waits {
	bool has_lookup, has_other;
} Waits;

static void see_wait(void *ctx, const Residual *r)
{
	Waits *w = ctx;

	if (r->op == RESIDUAL_LOOKUP || r->is_lookup)
		w->has_lookup = true;
	else if (r->op == RESIDUAL_REF || r->op == RESIDUAL_SECRET ||
		 r->op == RESIDUAL_PARAM_SECRET)
		w->has_other = true;
}

bool deferral_is_lookup(Value v)
{
	Waits w = {0};

	deferral_walk(v, see_wait, &w);
	return w.has_lookup && !w.has_other;
}

typedef struct Causes {
	Buf *b;
	const Residual *seen[DEFERRAL_CAUSES_MAX];
	uint32_t count;
} Causes;

static bool is_same_ref(const Residual *a, const Residual *b)
{
	if (!str_eq(a->name, b->name) || a->arg_count != b->arg_count)
		return false;
	for (uint32_t i = 0; i < a->arg_count; i++)
		if (!value_eq(a->args[i], b->args[i]))
			return false;
	return true;
}

static void see_cause(void *ctx, const Residual *r)
{
	Causes *c = ctx;

	if ((r->op != RESIDUAL_REF && r->op != RESIDUAL_LOOKUP) || c->count == DEFERRAL_CAUSES_MAX)
		return;
	for (uint32_t i = 0; i < c->count; i++)
		if (is_same_ref(c->seen[i], r))
			return;
	buf_add_cstr(c->b, c->count ? ", " : "after ");
	c->seen[c->count++] = r;
	buf_add(c->b, r->name);
	for (uint32_t i = 0; i < r->arg_count; i++) {
		if (r->args[i].kind == VAL_STRING) {
			buf_add_char(c->b, '.');
			buf_add(c->b, r->args[i].as.text);
		} else {
			buf_add_char(c->b, '[');
			value_print(c->b, r->args[i], -1);
			buf_add_char(c->b, ']');
		}
	}
}

void deferral_print_cause(Buf *b, Value v)
{
	Causes c = {.b = b};

	deferral_walk(v, see_cause, &c);
}
