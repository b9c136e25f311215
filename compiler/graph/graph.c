/* Finding and freeing. */
#include "compiler/graph/graph.h"

int64_t graph_find(const Graph *g, Str address)
{
	uint32_t low = 0, high = g->node_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = str_cmp(g->nodes[mid].address, address);

		if (!order)
			return mid;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

Graph *graph_free(Graph *g)
{
	if (g)
		(void)arena_free(g->arena); /* the graph itself lives in it */
	return NULL;
}
