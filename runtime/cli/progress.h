/* What a person watches while a plan is carried out: one line an event, and on a terminal a last
 * line that says what runs now and how far it is.  As JSON: one object an event.  Thread: loop. */
#ifndef STYX_CLI_PROGRESS_H
#define STYX_CLI_PROGRESS_H

#include "runtime/cli/cli.h"

typedef struct Progress Progress;

/* Makes the watcher of one apply; ended with progress_free(). */
Progress *progress_new(Cli *c, const Plan *plan);
Progress *progress_free(Progress *p);

/* The callbacks to give to engine_apply(); they live as long as `p`. */
const ApplyEvents *progress_events(Progress *p);

/* Prints what became of it all: counts, and for skipped steps because of which. */
void progress_end(Progress *p, const Plan *plan, const ApplyResult *result);

#endif
