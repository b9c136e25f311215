/* Copying values out of an evaluation into a graph's own arena, sharing what was shared.
 * Thread: one at a time. */
#ifndef STYX_GRAPH_GRAPH_COPY_H
#define STYX_GRAPH_GRAPH_COPY_H

#include "compiler/base/map.h"
#include "compiler/base/value.h"

enum { GRAPH_COPY_SLOTS = 1024 };

typedef struct GraphCopySlot {
	const void *from;
	const void *to;
	size_t len;
} GraphCopySlot;

typedef struct GraphCopy {
	Arena *arena; /* the graph's */
	Map names;    /* text -> its one copy, in an arena of the caller's */
	GraphCopySlot slots[GRAPH_COPY_SLOTS]; /* the last copies, by the address of the original */
} GraphCopy;

/* Prepares copying into `arena`; the table of names lives in `scratch`. */
void graph_copy_init(GraphCopy *c, Arena *arena, Arena *scratch);

/* Copies a name (a key, a type, an address): equal names share one copy. */
Str graph_copy_name(GraphCopy *c, Str name);

/* Copies a text that is probably unlike others. */
Str graph_copy_text(GraphCopy *c, Str text);

/* Copies deeply; object numbers of the evaluator are left behind. */
Value graph_copy_value(GraphCopy *c, Value v);

#endif
