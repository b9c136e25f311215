/* From a checked program and its inputs to a plan graph.  Thread: one at a time. */
#ifndef STYX_GRAPH_GRAPH_BUILD_H
#define STYX_GRAPH_GRAPH_BUILD_H

#include "compiler/graph/graph.h"
#include "compiler/types/program.h"

typedef struct GraphInputs {
	const Value *args;       /* of the root's params, by symbol index */
	const bool *is_given;    /* which of them are given */
	const Map *lookups;      /* address -> const Value *, or NULL */
	const Map *provider_env; /* variable -> const Str *, or NULL */
	bool is_check;           /* as in StyxInputs */
	const Value *secrets;    /* like `args`: what secret params are, where those have handles */
} GraphInputs;

/* Evaluates the program, which has no errors, and makes its graph; ended with graph_free().
 * False: errors are in `diags`. */
MUST_CHECK bool graph_build(Program *p, const GraphInputs *in, DiagList *diags, Graph **ret_graph);

#endif
