/* What stops a plan: protected objects, and too many destroys. */
#include "runtime/plan/plan_impl.h"

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
		diag_fix(&err, "declare it again with `@protect = false`, apply, then remove it; "
			       "or `styx state rm '%.*s'` to keep it and forget it",
			STR_ARG(s->address));
	}
	return planner_fail(p, &err);
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
