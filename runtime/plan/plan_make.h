/* Making a plan.  Thread: loop, in a fiber. */
#ifndef STYX_PLAN_PLAN_MAKE_H
#define STYX_PLAN_PLAN_MAKE_H

#include "runtime/plan/plan.h"
#include "runtime/plan/world.h"

/* Compares the graph (NULL: no program, for a destroy) with the state and the world.
 *
 * take_view  becomes the plan's, also on failure.
 * diags      gets every error: PROTECTED, UNKNOWN_TARGET, TOO_MANY_DESTROYS, what drivers say.
 * ret        ended with plan_free(), before the graph. */
MUST_CHECK bool plan_make(const World *w, const Graph *graph, StateView *take_view,
	const PlanOptions *options, DiagList *diags, Plan **ret);

#endif
