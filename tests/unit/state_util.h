/* A state of a test's own, in a folder that goes with it. */
#ifndef STYX_UNIT_STATE_UTIL_H
#define STYX_UNIT_STATE_UTIL_H

#include "runtime/state/store.h"

typedef struct StateDir {
	Arena *arena;
	Str dir;  /* of the test */
	Str path; /* DIR/.styx/state.db */
} StateDir;

/* Makes an empty folder; removes it with what is in it. */
StateDir state_dir_new(void);
void state_dir_free(StateDir *d);

/* Opens the state without a loop; a failure is a failed check. */
Store *state_open(const StateDir *d, StoreMode mode);

/* Opens the keys; runs SQL. */
bool state_seal_ready(Store *s);
bool state_exec(Store *s, const char *sql);

#endif
