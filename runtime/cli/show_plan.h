/* Showing plans, as text, JSON or Markdown; shared by the commands that make or read one.
 * Thread: loop. */
#ifndef STYX_CLI_SHOW_PLAN_H
#define STYX_CLI_SHOW_PLAN_H

#include "runtime/cli/cli.h"

/* Appends a plan to c->out in the form that the options ask for. */
void show_plan(Cli *c, const Plan *plan);

/* styx show PLAN_FILE, in a fiber. */
int show_plan_file(Cli *c);

#endif
