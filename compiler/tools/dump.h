/* `styx dump`: what a stage of the compiler made of a spec, as text for people and golden tests.
 * Thread: one at a time. */
#ifndef STYX_TOOLS_DUMP_H
#define STYX_TOOLS_DUMP_H

#include "compiler/styx.h"

typedef struct DumpOptions {
	Str stage; /* tokens, tree, types, values, graph */
	Str path;  /* the spec: a directory or a file; tokens and tree: a file */
	Str schema_dir;
	Vfs files;
	bool has_colour;
	uint32_t columns;
	const StyxInputs *inputs; /* for values and graph; NULL: none */
} DumpOptions;

/* Appends the stage's text to `b`, and diagnostics, drawn, to `mistakes`.  False: there are errors
 * (what could be made is there all the same), or `*err` says why nothing could be made:
 * DIAG_USAGE (an unknown stage), DIAG_FILE_*. */
bool dump_stage(const DumpOptions *o, Buf *b, Buf *mistakes, Diag *err);

/* Appends a graph as text: providers, nodes with their edges and values, outputs, checks. */
void dump_graph(Buf *b, const Graph *g);

#endif
