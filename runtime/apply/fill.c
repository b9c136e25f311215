/* Filling in what became known: attributes of what was made in this run, recorded ones of what
 * stayed.  Secrets stay handles on the way, and are revealed last. */
#include "runtime/apply/apply_impl.h"

#include "compiler/graph/residual.h"
#include "runtime/plan/refresh.h"
#include "runtime/state/seal.h"

enum { FILL_PASSES = 8 }; /* a secret input of an object may come from another's, and so on */

typedef struct Fill {
	Applier *applier;
	Arena *arena;
	Diag *err;
	bool failed;
} Fill;

/* The attributes of a node as they are by now; false: not there (yet). */
static bool fill_attrs(Fill *in, uint32_t node, Value *ret)
{
	Applier *ap = in->applier;
	StateView *view = ap->plan->view;
	int64_t object;

	if (ap->has_now[node]) {
		*ret = ap->now[node];
		return true;
	}
	if (ap->plan->node_values && ap->plan->node_values[node].kind != VAL_NULL) {
		*ret = ap->plan->node_values[node];
		return true;
	}
	object = state_view_find(view, ap->plan->graph->nodes[node].address);
	if (object < 0)
		return false;
	in->failed = !object_attrs(view, &view->objects[object], ret, in->err);
	if (in->failed)
		return false;
	*ret = refresh_with_id(ap->arena, *ret, view->objects[object].id);
	ap->now[node] = *ret;
	ap->has_now[node] = true;
	return true;
}

static bool fill_walk(Value v, const Value *path, uint32_t count, Value *ret)
{
	for (uint32_t i = 0; i < count; i++) {
		const Value *next = NULL;

		if (v.kind == VAL_DEFERRED)
			return false;
		if (path[i].kind == VAL_STRING)
			next = value_find(v, path[i].as.text);
		else if ((v.kind == VAL_LIST || v.kind == VAL_SET) && path[i].as.number >= 0 &&
			 path[i].as.number < v.as.list->len)
			next = &v.as.list->items[path[i].as.number];
		v = next ? *next : VALUE_NULL;
	}
	*ret = v;
	return true;
}

/* Says whether a value was not kept: it can only be had from the program again. */
static bool fill_is_lost(Value v)
{
	return v.kind == VAL_NULL || (!value_is_known(v) && !seal_is_sealed(v));
}

static bool fill_ref(void *ctx, Str address, const Value *path, uint32_t count, Value *ret)
{
	Fill *in = ctx;
	const Graph *g = in->applier->plan->graph;
	int64_t node = graph_find(g, address);
	Value attrs;
	Value v;

	if (node < 0 || in->failed || !fill_attrs(in, (uint32_t)node, &attrs))
		return false;
	if (fill_walk(attrs, path, count, &v) && !fill_is_lost(v)) {
		*ret = v;
		return true;
	}
	if (!fill_walk(g->nodes[node].desired, path, count, &v))
		return false;
	*ret = v;
	return true;
}

bool fill_resolve(Applier *ap, Arena *a, Value v, Value *ret, Diag *err)
{
	Fill in = {ap, a, err, false};
	ResidualEnv env = {&in, fill_ref, NULL};

	for (uint32_t i = 0; i < FILL_PASSES && !value_is_known(v); i++) {
		Value next;

		if (!residual_resolve(a, v, &env, &next, err) || in.failed)
			return false;
		if (value_eq(v, next))
			break;
		v = next;
	}
	*ret = v;
	return true;
}

bool fill_reveal(Applier *ap, Arena *a, Value v, Value *ret, Diag *err)
{
	Buf cause;

	if (!world_reveal(ap->world, a, v, ret, err))
		return false;
	if (value_is_known(*ret))
		return true;
	buf_init(&cause, 4096);
	residual_print_cause(&cause, *ret);
	diag_fail(err, DIAG_INCONSISTENT, NULL, "a value is still not known (%.*s)",
		STR_ARG(buf_str(&cause)));
	diag_fix(err, "plan and apply again");
	buf_fini(&cause);
	return false;
}
