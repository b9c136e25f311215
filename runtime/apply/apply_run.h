/* Carrying out a plan over a World: what engine.c calls under a lease.
 * Thread: loop, in a fiber. */
#ifndef STYX_APPLY_APPLY_RUN_H
#define STYX_APPLY_APPLY_RUN_H

#include "runtime/apply/apply.h"
#include "runtime/plan/world.h"

/* Applies `plan`; the store's lease must be held.  `ret` is filled in both cases.  true: every step
 * is done and every check holds.
 * err  the store's own failures; those of steps are in ret->steps. */
MUST_CHECK bool apply_run(
	const World *w, Plan *plan, const ApplyOptions *options, ApplyResult *ret, Diag *err);

/* Settles what earlier runs left without an outcome.  The lease must be held, if `has_open` said
 * that there is anything.
 * diags  UNRESOLVED_INTENT for what only the user can know, and what drivers say. */
MUST_CHECK bool resume_has_open(const World *w, bool *ret, Diag *err);
MUST_CHECK bool resume_run(const World *w, const Graph *graph, DiagList *diags);

#endif
