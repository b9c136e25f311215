/* Saved plans: one file, bound to the graph's digest and to the state's lineage and serial.
 *
 *   "styx plan 2\n", then one canonical value (lineage, serial, options, steps), then the encoded
 *   graph; a SHA-256 of all of it at the end.  No secret is in it in clear: secrets are handles,
 *   and where text of one stands in the program, all of this is sealed by the state's key:
 *
 *   "styx sealed plan 2\n", the lineage, a new line, the sealed bytes; a SHA-256.
 *
 * Thread: loop. */
#ifndef STYX_PLAN_PLAN_FILE_H
#define STYX_PLAN_PLAN_FILE_H

#include "runtime/plan/plan.h"

/* Writes a plan, mode 0600.
 * seal_by  the state whose key seals it; NULL: it is not sealed.
 * err      FILE_IO; PLAN_FILE for a drift, which cannot be applied; STATE_KEY. */
MUST_CHECK bool plan_file_save(const Plan *p, Store *seal_by, Str path, Diag *err);

/* Reads a plan back, trusting nothing.
 * take_view  the state as it is now: becomes the plan's, also on failure.
 * s          the same state: its key opens a sealed plan.
 * err        FILE_MISSING, STATE_KEY, PLAN_FILE (USER): no plan, or damaged; PLAN_STALE
 *            (CONFLICT): it names objects that are not recorded as they were. */
MUST_CHECK bool plan_file_load(Str path, StateView *take_view, Store *s, Plan **ret, Diag *err);

/* The same, to be looked at only: a plan that no longer fits says so in `stale`. */
MUST_CHECK bool plan_file_look(Str path, StateView *take_view, Store *s, Plan **ret, Diag *err);

/* plan_file_load() over bytes, for fuzzing. */
void plan_file_encode(Buf *b, const Plan *p);
MUST_CHECK bool plan_file_decode(Str bytes, StateView *take_view, Plan **ret, Diag *err);

#endif
