/* Nodes are taken once all that they need is taken.  When none can be, the circles among what is
 * left are looked for (Tarjan's components, without recursion), and one node's edges give way. */
#include "compiler/graph/untie.h"

#include "compiler/base/check.h"

#include <string.h>

typedef struct Untying {
	Untie *u;
	Arena *arena;
	uint32_t *waits; /* per node: edges to what is not taken yet */
	bool *taken;
	uint32_t *out_first, *out; /* per node: its edges; from out_first[i] to out_first[i + 1] */
	uint32_t *in_first, *in;   /* per node: the edges to it */
	uint32_t *queue;
	uint32_t taken_count, end;
	/* Components. */
	uint32_t *parts; /* per node: of what is left; from 1 */
	uint32_t *sizes; /* per component: from 1 */
	uint32_t *index, *low, *stack, *way, *next;
	bool *is_on_stack;
} Untying;

/* Lists the edges by one of their ends. */
static void untie_list(Untying *t, bool by_from, uint32_t **ret_first, uint32_t **ret_edges)
{
	const Untie *u = t->u;
	uint32_t *first = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->node_count + 2);
	uint32_t *edges = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->edge_count + 1);

	for (uint32_t i = 0; i < u->edge_count; i++)
		first[(by_from ? u->edges[i].from : u->edges[i].to) + 2]++;
	for (uint32_t i = 2; i < u->node_count + 2; i++)
		first[i] += first[i - 1];
	for (uint32_t i = 0; i < u->edge_count; i++)
		edges[first[(by_from ? u->edges[i].from : u->edges[i].to) + 1]++] = i;
	*ret_first = first;
	*ret_edges = edges;
}

static void untie_init(Untying *t)
{
	Untie *u = t->u;

	u->ranks = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->node_count + 1);
	u->circles = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->node_count + 1);
	t->waits = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->node_count + 1);
	t->taken = ARENA_ARRAY(t->arena, bool, (size_t)u->node_count + 1);
	t->queue = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->node_count + 1);
	untie_list(t, true, &t->out_first, &t->out);
	untie_list(t, false, &t->in_first, &t->in);
	for (uint32_t i = 0; i < u->edge_count; i++)
		t->waits[u->edges[i].from]++;
	for (uint32_t i = 0; i < u->node_count; i++)
		if (!t->waits[i])
			t->queue[t->end++] = i;
}

/* Takes everything that needs nothing which is left. */
static void untie_take(Untying *t)
{
	Untie *u = t->u;

	while (t->taken_count < t->end) {
		uint32_t at = t->queue[t->taken_count++];

		t->taken[at] = true;
		for (uint32_t k = t->in_first[at]; k < t->in_first[at + 1]; k++) {
			const UntieEdge *e = &u->edges[t->in[k]];

			if (e->is_late)
				continue;
			if (u->ranks[e->from] <= u->ranks[at])
				u->ranks[e->from] = u->ranks[at] + 1;
			if (!--t->waits[e->from])
				t->queue[t->end++] = e->from;
		}
	}
}

static bool untie_is_left(const Untying *t, const UntieEdge *e)
{
	return !e->is_late && !t->taken[e->to];
}

static void untie_parts_init(Untying *t)
{
	size_t n = (size_t)t->u->node_count + 1;

	if (!t->parts) {
		t->parts = ARENA_ARRAY(t->arena, uint32_t, n);
		t->sizes = ARENA_ARRAY(t->arena, uint32_t, n);
		t->index = ARENA_ARRAY(t->arena, uint32_t, n);
		t->low = ARENA_ARRAY(t->arena, uint32_t, n);
		t->stack = ARENA_ARRAY(t->arena, uint32_t, n);
		t->way = ARENA_ARRAY(t->arena, uint32_t, n);
		t->next = ARENA_ARRAY(t->arena, uint32_t, n);
		t->is_on_stack = ARENA_ARRAY(t->arena, bool, n);
		return;
	}
	memset(t->parts, 0, n * sizeof(uint32_t));
	memset(t->sizes, 0, n * sizeof(uint32_t));
	memset(t->index, 0, n * sizeof(uint32_t));
	memset(t->next, 0, n * sizeof(uint32_t));
}

typedef struct Tarjan {
	uint32_t indices, parts, stacked, depth;
} Tarjan;

static void untie_open(Untying *t, Tarjan *j, uint32_t node)
{
	t->index[node] = t->low[node] = ++j->indices;
	t->stack[j->stacked++] = node;
	t->is_on_stack[node] = true;
	t->way[j->depth++] = node;
}

/* All of a node was seen: if it began a component, that is complete. */
static void untie_close(Untying *t, Tarjan *j, uint32_t node)
{
	j->depth--;
	if (j->depth && t->low[node] < t->low[t->way[j->depth - 1]])
		t->low[t->way[j->depth - 1]] = t->low[node];
	if (t->low[node] != t->index[node])
		return;
	j->parts++;
	for (uint32_t member = UINT32_MAX; member != node;) {
		member = t->stack[--j->stacked];
		t->is_on_stack[member] = false;
		t->parts[member] = j->parts;
		t->sizes[j->parts]++;
	}
}

/* The components of what is left. */
static void untie_parts(Untying *t)
{
	Tarjan j = {0};

	untie_parts_init(t);
	for (uint32_t first = 0; first < t->u->node_count; first++) {
		if (!t->taken[first] && !t->index[first])
			untie_open(t, &j, first);
		while (j.depth) {
			uint32_t at = t->way[j.depth - 1];
			uint32_t k = t->out_first[at] + t->next[at];

			if (k == t->out_first[at + 1]) {
				untie_close(t, &j, at);
				continue;
			}
			t->next[at]++;
			const UntieEdge *e = &t->u->edges[t->out[k]];

			if (!untie_is_left(t, e))
				continue;
			if (!t->index[e->to])
				untie_open(t, &j, e->to);
			else if (t->is_on_stack[e->to] && t->index[e->to] < t->low[at])
				t->low[at] = t->index[e->to];
		}
	}
}

static bool untie_needs_itself(const Untying *t, uint32_t node)
{
	for (uint32_t k = t->out_first[node]; k < t->out_first[node + 1]; k++)
		if (t->u->edges[t->out[k]].to == node)
			return true;
	return false;
}

/* Numbers the circles by their lowest nodes. */
static void untie_number(Untying *t)
{
	Untie *u = t->u;
	uint32_t *numbers = ARENA_ARRAY(t->arena, uint32_t, (size_t)u->node_count + 1);
	uint32_t count = 0;

	for (uint32_t i = 0; i < u->node_count; i++) {
		uint32_t part = t->parts[i];

		if (t->taken[i] || (t->sizes[part] == 1 && !untie_needs_itself(t, i)))
			continue;
		if (!numbers[part])
			numbers[part] = ++count;
		u->circles[i] = numbers[part];
	}
}

/* Says whether nothing keeps a node back but edges of its circle that can wait. */
static bool untie_can_go(const Untying *t, uint32_t node)
{
	const Untie *u = t->u;

	for (uint32_t k = t->out_first[node]; k < t->out_first[node + 1]; k++) {
		const UntieEdge *e = &u->edges[t->out[k]];

		if (untie_is_left(t, e) &&
			(t->parts[e->to] != t->parts[node] || !u->can_wait(u->ctx, t->out[k])))
			return false;
	}
	return true;
}

static void untie_let_go(Untying *t, uint32_t node)
{
	for (uint32_t k = t->out_first[node]; k < t->out_first[node + 1]; k++) {
		UntieEdge *e = &t->u->edges[t->out[k]];

		if (untie_is_left(t, e))
			e->is_late = true;
	}
	t->waits[node] = 0;
	t->queue[t->end++] = node;
}

/* An edge that keeps a node back and cannot give way, inside its component. */
static const UntieEdge *untie_tight(const Untying *t, uint32_t node)
{
	const Untie *u = t->u;

	for (uint32_t k = t->out_first[node]; k < t->out_first[node + 1]; k++) {
		const UntieEdge *e = &u->edges[t->out[k]];

		if (untie_is_left(t, e) && t->parts[e->to] == t->parts[node] &&
			!u->can_wait(u->ctx, t->out[k]))
			return e;
	}
	return NULL;
}

/* Follows such edges until they come back: they do in the component that needs no other. */
static void untie_find_way(Untying *t, uint32_t **ret_way, uint32_t *ret_count)
{
	uint32_t *seen = ARENA_ARRAY(t->arena, uint32_t, (size_t)t->u->node_count + 1);
	uint32_t begun = 0, n = 0;

	for (uint32_t i = 0; i < t->u->node_count; i++) {
		const UntieEdge *e = NULL;
		uint32_t at = i;

		if (t->taken[i] || seen[i])
			continue;
		for (begun = n; !seen[at]; at = e->to) {
			seen[at] = n + 1;
			t->way[n++] = at;
			e = untie_tight(t, at);
			if (!e)
				break;
		}
		if (!e || seen[at] <= begun)
			continue;
		*ret_count = n - (seen[at] - 1);
		*ret_way = t->way + seen[at] - 1;
		return;
	}
	UNREACHABLE();
}

bool untie(Arena *a, Untie *u, uint32_t **ret_way, uint32_t *ret_count)
{
	Untying t = {.u = u, .arena = a};

	untie_init(&t);
	untie_take(&t);
	while (t.taken_count < u->node_count) {
		bool is_first = !t.parts;
		uint32_t go = 0;

		untie_parts(&t);
		if (is_first)
			untie_number(&t);
		while (go < u->node_count && (t.taken[go] || !untie_can_go(&t, go)))
			go++;
		if (go == u->node_count) {
			untie_find_way(&t, ret_way, ret_count);
			return false;
		}
		untie_let_go(&t, go);
		untie_take(&t);
	}
	return true;
}
