/* Runs: each plan, apply and destroy that touched the world, who did it, and how it ended.
 * Thread: loop. */
#ifndef STYX_STATE_RUN_H
#define STYX_STATE_RUN_H

#include "runtime/state/store.h"

typedef struct StateRun {
	int64_t key;
	Str kind;                     /* "apply", "destroy", "resume", "state" */
	Str who;                      /* "user@host" */
	Str digest;                   /* of the plan graph, hex; may be empty */
	int64_t started_ms, ended_ms; /* wall clock; ended 0: running, or it died */
	Str result;                   /* "done", "failed", "interrupted"; empty while it runs */
	int64_t done, failed, skipped;
} StateRun;

/* Records the beginning of a run; its key. */
MUST_CHECK bool run_begin(Store *s, Str kind, Str digest, int64_t *ret_key, Diag *err);

/* Records its end; drops the finished journal rows of all but the newest runs. */
MUST_CHECK bool run_end(Store *s, const StateRun *run, Diag *err);

/* The newest `limit` runs, newest first. */
MUST_CHECK bool run_list(
	Store *s, Arena *a, uint32_t limit, StateRun **ret, uint32_t *ret_count, Diag *err);

#endif
