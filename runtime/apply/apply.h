/* Carrying out a plan: safely, concurrently, resumably.
 *
 * Invariants:
 *  1. Before a call outside that changes something, its intent is committed (journal.h).
 *  2. A step starts when all steps it waits for are done; when one of them failed or was skipped,
 *     it is skipped, and says because of which.
 *  3. What became of a step is written to the state as soon as it is known; the commit may come
 *     later, but always before the next intent: so a crash loses nothing that matters.
 *  4. After an interrupt nothing new is started.
 *
 * Thread: loop, in a fiber. */
#ifndef STYX_APPLY_APPLY_H
#define STYX_APPLY_APPLY_H

#include "compiler/styx.h"
#include "runtime/plan/plan.h"
#include "runtime/provider/driver.h"
#include "runtime/state/run.h"

typedef enum StepState {
	STEP_WAITING,
	STEP_RUNNING,
	STEP_DONE,
	STEP_UNCHANGED, /* what became known made no difference: nothing was called */
	STEP_FAILED,
	STEP_SKIPPED
} StepState;

/* What became of one step. */
typedef struct StepResult {
	StepState state;
	uint32_t because;             /* SKIPPED: the step that failed; == own index: interrupted */
	int64_t started_ms, ended_ms; /* monotonic */
	Diag err;                     /* FAILED */
} StepResult;

/* Told while it runs; each may be NULL.  `i` is an index into plan->steps.  They must not wait. */
typedef struct ApplyEvents {
	void *ctx;
	void (*on_start)(void *ctx, const Plan *p, uint32_t i);
	void (*on_done)(void *ctx, const Plan *p, uint32_t i, const StepResult *r);
	void (*on_fail)(void *ctx, const Plan *p, uint32_t i, const StepResult *r);
	void (*on_skip)(void *ctx, const Plan *p, uint32_t i, const StepResult *r);
	/* Once, when the first interrupt came: `running` steps are being waited for. */
	void (*on_stopping)(void *ctx, const Plan *p, uint32_t running);
} ApplyEvents;

typedef struct ApplyOptions {
	uint32_t parallelism;      /* steps at a time; 0: APPLY_PARALLELISM */
	const ApplyEvents *events; /* or NULL */
} ApplyOptions;

typedef struct ApplyResult {
	Arena *arena;
	StepResult *steps; /* as plan->steps */
	uint32_t step_count;
	uint32_t done[STEP_KIND_COUNT]; /* by kind; a replace counts once, under REPLACE */
	uint32_t unchanged, failed, skipped;
	bool is_interrupted;
	DiagList checks; /* assertions that failed after apply */
} ApplyResult;

/* Frees what a result owns; zeroed memory is fine. */
void apply_result_fini(ApplyResult *r);

#endif
