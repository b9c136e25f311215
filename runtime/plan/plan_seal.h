/* Secrets that a program says in clear, before its plan is saved: the file holds them sealed by the
 * state's key.  Thread: loop. */
#ifndef STYX_PLAN_PLAN_SEAL_H
#define STYX_PLAN_PLAN_SEAL_H

#include "runtime/plan/plan.h"
#include "runtime/plan/world.h"

/* Says whether anything that a file of this plan would hold is a secret in clear, or a part of one:
 * text around a secret, what one falls back on. */
bool plan_seal_needs(const World *w, const Plan *p);

/* Makes a copy, in `a` as far as it differs, whose graph and outputs hold sealed handles instead.
 * err  STATE_KEY. */
MUST_CHECK bool plan_seal(const World *w, const Plan *p, Arena *a, Plan *ret, Diag *err);

#endif
