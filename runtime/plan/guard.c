/* What stops a plan: schemas' rules over changes, protected objects, and too many destroys. */
#include "runtime/plan/diff.h"
#include "runtime/plan/plan_impl.h"
#include "runtime/provider/sx_eval.h"

/* Whether an object may go is said by the program if it still knows the object, else by the row. */
static bool guard_is_protected(const Planner *p, const PlanStep *s)
{
	const ObjectPlan *o = &p->objects[s->object];

	if (p->view->objects[s->object].status == OBJECT_DEPOSED)
		return false;
	if (o->node >= 0)
		return p->graph->nodes[o->node].is_protected;
	return p->view->objects[s->object].is_protected;
}

static bool guard_refuse(Planner *p, const PlanStep *s)
{
	Diag err = {0};
	const ObjectPlan *o = &p->objects[s->object];
	const char *how = s->pair >= 0 ? "replaced" : "destroyed";

	diag_fail(&err, DIAG_PROTECTED, NULL, "`%.*s` is protected, and would be %s",
		STR_ARG(s->address), how);
	if (s->reason.len)
		diag_why(&err, "%.*s", STR_ARG(s->reason));
	if (o->node >= 0) {
		err.at = p->graph->nodes[o->node].at;
		diag_fix(&err, "set `@protect = false` if that is what you want");
	} else {
		diag_fix(&err,
			"declare it again with `@protect = false`, apply, then remove it; "
			"or `styx state rm '%.*s'` to keep it and forget it",
			STR_ARG(s->address));
	}
	return planner_fail(p, &err);
}

/* The wanted attributes that are known: a rule over others is left to the API. */
static Value guard_known(Planner *p, Value attrs)
{
	Value out = value_map(p->arena, NULL, 0);

	for (uint32_t i = 0; attrs.kind == VAL_MAP && i < attrs.as.map->len; i++) {
		const ValueEntry *e = &attrs.as.map->entries[i];

		if (value_is_known(e->value))
			out = value_with(p->arena, out, e->key, e->value);
	}
	return out;
}

bool planner_guard_change(Planner *p, uint32_t node, Value old, Diag *err)
{
	const NodePlan *n = &p->nodes[node];
	const GraphNode *g = &p->graph->nodes[node];
	Diag ignored = {0};
	bool failed = false;
	SxEnv env = {.arena = p->arena,
		.schema = n->schema,
		.old = old,
		.err = &ignored,
		.failed = &failed};
	bool ok = true;

	for (uint32_t i = 0; ok && i < n->schema->rule_count; i++) {
		const SchemaRule *rule = &n->schema->rules[i];

		if (rule->kind != RULE_WHERE || !sx_mentions(rule->where, STR("old")))
			continue; /* the compiler's */
		env.attrs = guard_known(p, n->raw);
		Value v = sx_plain(&env, rule->where);

		if (failed || v.kind != VAL_BOOL || v.as.boolean)
			continue;
		ok = diag_fail(err, DIAG_SCHEMA_RULE, NULL, "`%.*s`: %.*s", STR_ARG(g->address),
			STR_ARG(rule->message));
		err->at = diff_span(g, n->changes[0].path);
	}
	diag_fini(&ignored);
	return ok;
}

bool planner_guard(Planner *p)
{
	int64_t destroys = 0;
	bool ok = true;
	Diag err = {0};

	for (uint32_t i = 0; i < p->steps.len; i++) {
		const PlanStep *s = &p->steps.ptr[i];

		if (s->kind != STEP_DESTROY)
			continue;
		destroys++;
		if (guard_is_protected(p, s))
			ok = guard_refuse(p, s);
	}
	if (p->options->max_destroys < 0 || destroys <= p->options->max_destroys)
		return ok;
	diag_fail(&err, DIAG_TOO_MANY_DESTROYS, NULL,
		"%lld objects would be destroyed, more than the %lld allowed", (long long)destroys,
		(long long)p->options->max_destroys);
	diag_fix(&err, "look at the plan, then allow more with `--max-destroy`");
	return planner_fail(p, &err);
}
