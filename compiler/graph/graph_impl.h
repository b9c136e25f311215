/* What the files that build a graph share. */
#ifndef STYX_GRAPH_GRAPH_IMPL_H
#define STYX_GRAPH_GRAPH_IMPL_H

#include "compiler/eval/machine.h"
#include "compiler/graph/graph_build.h"
#include "compiler/graph/graph_copy.h"

typedef struct Build {
	Machine m;
	Arena *scratch; /* of the evaluation */
	Graph *graph;
	GraphCopy copy;
	Object **objects; /* those that become nodes, by node index */
	GraphNode *nodes;
	uint32_t node_count;
	Vec(GraphCheck) checks;
	Vec(GraphEdge) edges;   /* of one node: scratch */
	GraphEdge **node_edges; /* of all nodes, once they are made */
	Span place_at;          /* the last place that was worked out */
	Str place;
} Build;

/* Evaluates something outside all units: has the machine prepared, runs `fn`, and runs it again
 * when it had to be unwound.  False: it failed. */
bool graph_build_run(Build *b, void (*fn)(Build *b, void *ctx), void *ctx);

/* "main.styx:14:3" of a span, in the graph's arena. */
Str graph_build_place(Build *b, Span at);

/* Adds a check that must wait for apply. */
void graph_build_check(Build *b, Value condition, Value message, Str address, Span at);

/* Makes the edges of all nodes; reports cycles (E0609) and sets the ranks. */
void graph_order(Build *b);

/* Applies the schemas' rules to all resources (E0302, E0403, E0415, E0421), or puts them off. */
void graph_rules(Build *b);

/* Where an attribute's value was written; the declaration's name for one that was not. */
Span graph_build_span(const Object *o, Str path);

#endif
