/* Failures on demand, for tests: a named point that can be told to fail the Nth time.
 *
 * Outside tests no point is armed and the cost is one load.  Thread: loop. */
#ifndef STYX_BASE_FAULT_H
#define STYX_BASE_FAULT_H

#include "compiler/base/str.h"

/* Arms points whose names match the glob `pattern`: the `nth` hit (1 is the next) fails, or with
 * `is_kill` ends the process by SIGKILL.  nth 0 disarms and resets the count. */
void fault_arm(Str pattern, uint64_t nth, bool is_kill);

/* Says whether this point is to fail now.  Names: "store.commit", "http.send". */
bool fault_point(const char *name);

/* Returns how many matching hits there were since arming. */
uint64_t fault_hits(void);

#endif
