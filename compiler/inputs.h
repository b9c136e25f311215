/* Params from outside: texts and files to values of the params' types.  Thread: one at a time. */
#ifndef STYX_INPUTS_H
#define STYX_INPUTS_H

#include "compiler/graph/graph_build.h"
#include "compiler/styx.h"

/* Values of the root's params by symbol index, in the program's arena: first what is optional (the
 * environment), then files, then the rest; later ones win.  Errors: E0306 (no such param), E0313,
 * E0401 and what else their types refuse, E1001, E1004, E1005. */
void inputs_params(Program *p, const StyxInputs *in, DiagList *diags, GraphInputs *ret);

#endif
