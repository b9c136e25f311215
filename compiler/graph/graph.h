/* The plan graph: what is wanted and what needs what; all that runtime/ reads of a program.
 *
 * Plain data in one arena of its own; nodes are sorted by address; the same program and inputs give
 * the same bytes (graph_encode.h) and so the same digest.  Thread: any (immutable). */
#ifndef STYX_GRAPH_GRAPH_H
#define STYX_GRAPH_GRAPH_H

#include "compiler/base/value.h"

typedef enum GraphKind { GRAPH_RESOURCE, GRAPH_LOOKUP } GraphKind;

typedef struct GraphEdge {
	uint32_t target; /* index of the node it waits for */
	Str path;        /* the attribute that needs it ("subnet_id"), or "@after" */
	bool is_late;    /* it closes a circle (or is the node's own), and gives way: the
			    attribute is set once both are there */
} GraphEdge;

typedef struct GraphSpan { /* where an attribute's value was written; path `...`: a
			    * spread in the body */
	Str path;
	Span at;
} GraphSpan;

typedef struct GraphNode {
	GraphKind kind;
	Str address;       /* net.subnet["a"] */
	Str type;          /* aws.ec2.subnet */
	uint32_t provider; /* index in Graph.providers */
	Value desired;     /* record of what the program writes (defaults filled in); leaves may be
			      deferred */
	Value unchecked;   /* @unchecked, or null */
	const GraphEdge *edges; /* sorted by target, then path */
	uint32_t edge_count;
	uint32_t rank;   /* longest way to a node without edges, late ones left out */
	uint32_t circle; /* 0: none; nodes on the same circle, late edges counted, share a number */
	bool is_protected;
	bool is_create_first;
	int64_t timeout_ms; /* @timeout; 0: the schema's */
	Span at;            /* the declaration's name */
	const GraphSpan *spans;
	uint32_t span_count;
	Str place; /* "main.styx:14:3" */
} GraphNode;

typedef struct GraphProvider {
	Str id;         /* "aws" (default of its type), "aws.west", "net.aws.west": stable */
	Str type;       /* "aws" */
	Value settings; /* record, known; secret leaves are deferred */
} GraphProvider;

typedef struct GraphOutput {
	Str name;
	Value value;
	bool is_secret;
	Str doc;
} GraphOutput;

typedef struct GraphCheck { /* an assertion or schema rule whose inputs are known only after apply
			     */
	Value condition;
	Value message;
	Str address; /* the node it belongs to, or empty */
	Str place;
	Span at;
} GraphCheck;

typedef struct GraphLookup { /* a lookup to make before evaluation can go on */
	Str address;
	Str type;
	uint32_t provider;
	Value args;
	Span at;
	Str place;
} GraphLookup;

typedef struct Graph {
	Arena *arena;
	const GraphNode *nodes;
	uint32_t node_count;
	const GraphProvider *providers;
	uint32_t provider_count;
	const GraphOutput *outputs; /* sorted by name; of the root module */
	uint32_t output_count;
	const GraphCheck *checks;
	uint32_t check_count;
	const GraphLookup *lookups; /* not empty: make these, evaluate again */
	uint32_t lookup_count;
	Value params; /* of the root module; secret ones left out */
} Graph;

/* Finds a node by address (binary search); -1: none. */
int64_t graph_find(const Graph *g, Str address);

/* Frees the graph and all in it; returns NULL. */
Graph *graph_free(Graph *g);

#endif
