/* What the files of apply/ share while a plan is carried out.  Thread: loop. */
#ifndef STYX_APPLY_APPLY_IMPL_H
#define STYX_APPLY_APPLY_IMPL_H

#include "runtime/apply/apply_run.h"
#include "runtime/state/journal.h"

/* An object as a step of this run left it, for the next step on it. */
typedef struct StepLeft {
	StateObject row; /* as recorded */
	Value observed;
} StepLeft;

typedef struct Applier {
	const World *world;
	Plan *plan;
	const ApplyOptions *options;
	ApplyResult *result;
	Arena *arena;
	int64_t run;
	Value *now; /* per node: its attributes once its step is done, covered */
	bool *has_now;
	StepLeft **left;   /* per node; NULL: its object is as before the run */
	int64_t *links;    /* per node: the step that links it; -1: none */
	int64_t *configs;  /* per provider of the graph: its key in the state; 0: not yet */
	uint32_t *missing; /* per step: how many that it waits for are not done */
	uint32_t *users;   /* those that wait for step i: from users[starts[i]] on */
	uint32_t *starts;
	Vec(uint32_t) ready;
	uint32_t next_ready;
	uint32_t running;
	Fiber *main;
	bool stops; /* nothing new is started */
	bool told_stopping;
} Applier;

/* One step while it runs. */
typedef struct StepRun {
	Applier *applier;
	uint32_t index;
	const PlanStep *step;
	const GraphNode *node; /* NULL: a destroy */
	Arena *arena;
	DriverObject object;
	StateObject row;
	StateObject *old; /* an update's: the object before it */
	Value covered;    /* inputs as recorded */
	JournalVerb verb;
	uint32_t intents; /* calls that were announced */
	bool has_row;     /* the row of a create was written */
	bool has_deposed; /* the old object's row says `deposed` */
} StepRun;

/* step.c: carries out one step; true: done (then *ret_unchanged says whether it made no
 * difference). */
MUST_CHECK bool step_run(StepRun *r, bool *ret_unchanged, Diag *err);

/* schedule.c: runs all steps; results are in applier->result. */
void schedule_run(Applier *ap);

/* fill.c: resolves `v` with what is known by now; secrets stay handles, and what is still unknown
 * stays deferred.  err  what an operation says. */
MUST_CHECK bool fill_resolve(Applier *ap, Arena *a, Value v, Value *ret, Diag *err);

/* fill.c: what that gave, with its secrets in clear; everything must be known.
 * err  SECRET_MISSING, INCONSISTENT. */
MUST_CHECK bool fill_reveal(Applier *ap, Arena *a, Value v, Value *ret, Diag *err);

/* The key of a provider configuration in the state, recorded on first use. */
MUST_CHECK bool apply_config(Applier *ap, uint32_t provider, int64_t *ret, Diag *err);

/* A node's dependencies as rows, in `a`. */
void apply_edges(
	const Applier *ap, Arena *a, const GraphNode *node, StateEdge **ret, uint32_t *ret_count);

#endif
