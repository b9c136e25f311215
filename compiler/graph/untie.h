/* Finding an order among things that need each other, where some needs can wait.
 *
 * An edge says that `from` needs `to` first.  Where edges close a circle, those that can wait give
 * way, and no more of them than must: the node with the lowest number that has nothing but such
 * edges in its circle goes first.  So the same input gives the same answer.
 *
 * Used for creates by the compiler, for destroys by the planner.  Pure.  Thread: any. */
#ifndef STYX_GRAPH_UNTIE_H
#define STYX_GRAPH_UNTIE_H

#include "compiler/base/arena.h"
#include "compiler/base/attr.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct UntieEdge {
	uint32_t from, to;
	bool is_late; /* out: it gives way */
} UntieEdge;

typedef struct Untie {
	uint32_t node_count;
	UntieEdge *edges;
	uint32_t edge_count;
	/* Says whether an edge can wait; asked about edges on circles only. */
	bool (*can_wait)(void *ctx, uint32_t edge);
	void *ctx;
	uint32_t *ranks;   /* out, per node: longest way over the edges that do not give way */
	uint32_t *circles; /* out, per node: 0, or the number of the circle it was on, from 1 */
} Untie;

/* Unties all circles; `ranks` and `circles` are made in `a`.  False: there is one that no edge can
 * give way in; `ret_way` (in `a`) holds its nodes, each of which needs the next, the last
 * the first.
 * Cost: linear without circles; with them, linear for each edge that gives way. */
MUST_CHECK bool untie(Arena *a, Untie *u, uint32_t **ret_way, uint32_t *ret_count);

#endif
