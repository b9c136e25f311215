/* Reading the recorded objects in bulk: grouped by type and provider configuration, all groups at
 * once.  Thread: loop, in a fiber. */
#ifndef STYX_PLAN_REFRESH_H
#define STYX_PLAN_REFRESH_H

#include "runtime/plan/config.h"
#include "runtime/state/object.h"

/* What reading showed of one recorded object. */
typedef struct Reading {
	bool was_read;
	bool is_gone;
	uint32_t unread;       /* calls that were left out (driver.h) */
	Value attrs;           /* normalised and covered */
	const Config *config;  /* it is read with; shared with others */
	bool is_wanted;        /* to be read */
	const GraphNode *node; /* what the program writes there; NULL: nothing */
	Value desired; /* the program's inputs as far as known: which facets matter; or null */
} Reading;

/* Reads the objects of `v` whose reading `is_wanted`; `readings` has one for each.  The attributes
 * are put into `a`.
 * err  what the first group that failed says, with what was being read. */
MUST_CHECK bool refresh_run(
	const World *w, StateView *v, Reading *readings, bool is_full, Arena *a, Diag *err);

/* Adds `id` to attributes that lack it. */
Value refresh_with_id(Arena *a, Value attrs, Str id);

#endif
