/* Edges, ranks and cycles.
 *
 * An edge stands for each attribute that read another object, whether the value is known by now or
 * not, for each object that a deferred value names, and for `@after`. */
#include "compiler/graph/graph_impl.h"

#include "compiler/base/limits.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/entity.h"

#include <stdlib.h>
#include <string.h>

enum { ORDER_CYCLE_NAMES = 12 };

typedef struct Source { /* the node and attribute whose edges are being made */
	Build *b;
	uint32_t node;
	Str path;
} Source;

static void edge_add(Source *s, const Object *target)
{
	GraphEdge e = {target->node, s->path};

	if (target->node == UINT32_MAX || target->node == s->node)
		return;
	vec_add(s->b->scratch, &s->b->edges, e);
}

/* A whole object inside a value, as in `mounts = { "/data" = corpus }`. */
static void see_object(void *ctx, const Residual *r)
{
	Source *s = ctx;
	const Object *o = machine_object(&s->b->m, value_residual(r));

	if (o)
		edge_add(s, o);
}

static void add_unit(Source *s, const Unit *u)
{
	for (uint32_t i = 0; u->reads && i < u->reads->len; i++)
		edge_add(s, u->reads->items[i]);
	if (!value_is_known(u->value))
		deferral_walk(u->value, see_object, s);
}

/* All objects of a group, of those of a module and the modules in it. */
static void add_group(Source *s, const Group *g)
{
	for (uint32_t i = 0; i < g->count && g->objects; i++)
		edge_add(s, g->objects[i]);
	for (uint32_t i = 0; i < g->count && g->instances; i++) {
		Instance *inside = g->instances[i];

		for (uint32_t k = 0; k < inside->module->symbols.len; k++)
			if (inside->groups[k])
				add_group(s, inside->groups[k]);
	}
}

typedef struct AfterTask {
	Object *object;
	const Node *node;
	Source source;
} AfterTask;

/* `@after = a`, `[a, net]`, `subnet["a"]`, `net.subnet_ids`. */
static void add_after(Build *b, AfterTask *t, const Node *n)
{
	Machine *m = &b->m;
	const Symbol *s = n->kind == NODE_IDENT ? n->info : NULL;
	bool is_group = s && (s->kind == SYMBOL_RESOURCE || s->kind == SYMBOL_LOOKUP ||
		s->kind == SYMBOL_MODULE);

	if (n->kind == NODE_LIST) {
		for (uint32_t i = 0; i < n->kid_count; i++)
			add_after(b, t, n->kids[i]);
	} else if (is_group) {
		const Group *g = t->object->home->groups[s->index];

		if (g)
			add_group(&t->source, g);
	} else {
		Unit u = {.value = eval_expr(m, n)};

		if (!m->op.has_failed)
			add_unit(&t->source, &u);
	}
}

static void run_after(Build *b, void *ctx)
{
	AfterTask *t = ctx;

	b->m.home = t->object->home;
	Frame before = entity_open(&b->m, t->object);

	add_after(b, t, t->node);
	entity_close(&b->m, before);
}

static int cmp_edges(const void *a, const void *b)
{
	const GraphEdge *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return str_cmp(x->path, y->path);
}

/* Sorts the collected edges, drops repeats and gives them to the node. */
static void keep_edges(Build *b, GraphNode *node)
{
	GraphEdge *e = b->edges.ptr;
	uint32_t kept = 0;

	if (!b->edges.len)
		return;
	if (b->edges.len > 1)
		qsort(e, b->edges.len, sizeof(GraphEdge), cmp_edges);
	for (uint32_t i = 0; i < b->edges.len; i++)
		if (!kept || cmp_edges(&e[kept - 1], &e[i]))
			e[kept++] = e[i];
	GraphEdge *made = ARENA_ARRAY(b->graph->arena, GraphEdge, kept);

	memcpy(made, e, kept * sizeof(GraphEdge));
	node->edges = made;
	node->edge_count = kept;
}

static void make_edges(Build *b, uint32_t index)
{
	Object *o = b->objects[index];
	const Node *after = entity_mark_node(o->symbol, STR("after"));
	Source s = {.b = b, .node = index};

	b->edges.len = 0;
	for (uint32_t i = 0; i < o->shape->count; i++) {
		const ShapeEntry *e = &o->shape->entries[i];

		s.path = graph_copy_name(&b->copy, e->attr->name);
		if (e->slot >= 0)
			add_unit(&s, &o->units[e->slot]);
	}
	if (o->shape->is_dynamic) {
		s.path = graph_copy_name(&b->copy, STR("@body"));
		add_unit(&s, &o->units[0]);
	}
	if (after) {
		s.path = graph_copy_name(&b->copy, STR("@after"));
		AfterTask t = {o, after, s};

		(void)graph_build_run(b, run_after, &t); /* reported */
	}
	keep_edges(b, &b->nodes[index]);
}

/* Ranks: nodes are taken once all their targets are; what is never taken is on a cycle, or behind
 * one. */

typedef struct Ranks {
	uint32_t *waits;  /* per node: targets not taken yet */
	uint32_t *first;  /* per node: where its users begin in `users` */
	uint32_t *users;
	uint32_t *queue;
} Ranks;

static void ranks_init(Build *b, Ranks *r)
{
	uint32_t n = b->node_count, total = 0;

	r->waits = ARENA_ARRAY(b->scratch, uint32_t, n + 1);
	r->first = ARENA_ARRAY(b->scratch, uint32_t, n + 2);
	r->queue = ARENA_ARRAY(b->scratch, uint32_t, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		const GraphNode *node = &b->nodes[i];

		r->waits[i] = node->edge_count;
		total += node->edge_count;
		for (uint32_t k = 0; k < node->edge_count; k++)
			r->first[node->edges[k].target + 1]++;
	}
	for (uint32_t i = 0; i < n; i++)
		r->first[i + 1] += r->first[i];
	r->users = ARENA_ARRAY(b->scratch, uint32_t, total + 1);
	uint32_t *next = ARENA_ARRAY(b->scratch, uint32_t, n + 1);

	memcpy(next, r->first, n * sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < b->nodes[i].edge_count; k++)
			r->users[next[b->nodes[i].edges[k].target]++] = i;
}

/* Follows untaken targets from an untaken node: they must come back. */
static void report_cycle(Build *b, const Ranks *r, uint32_t start)
{
	uint32_t *seen = ARENA_ARRAY(b->scratch, uint32_t, b->node_count);
	uint32_t *way = ARENA_ARRAY(b->scratch, uint32_t, b->node_count);
	uint32_t at = start, n = 0;
	Buf text;

	while (!seen[at]) {
		seen[at] = n + 1;
		way[n++] = at;
		for (uint32_t k = 0; k < b->nodes[at].edge_count; k++) {
			uint32_t target = b->nodes[at].edges[k].target;

			if (r->waits[target]) {
				at = target;
				break;
			}
		}
	}
	buf_init(&text, TEXT_BYTES_MAX);
	for (uint32_t i = seen[at] - 1; i < n && i < seen[at] - 1 + ORDER_CYCLE_NAMES; i++)
		buf_print(&text, "`%.*s` -> ", STR_ARG(b->nodes[way[i]].address));
	buf_print(&text, "`%.*s`", STR_ARG(b->nodes[at].address));
	Diag *d = diag_add(b->m.op.diags, DIAG_REFERENCE_CYCLE, b->nodes[at].at,
		"declarations that need each other: %s", buf_cstr(&text));

	diag_fix(d, "%s", "take one of these references out");
	buf_fini(&text);
}

void graph_order(Build *b)
{
	uint32_t n = b->node_count, taken = 0, end = 0;
	Ranks r;

	for (uint32_t i = 0; i < n; i++)
		make_edges(b, i);
	ranks_init(b, &r);
	for (uint32_t i = 0; i < n; i++)
		if (!r.waits[i])
			r.queue[end++] = i;
	while (taken < end) {
		uint32_t at = r.queue[taken++];

		for (uint32_t k = r.first[at]; k < r.first[at + 1]; k++) {
			GraphNode *user = &b->nodes[r.users[k]];

			if (user->rank <= b->nodes[at].rank)
				user->rank = b->nodes[at].rank + 1;
			if (!--r.waits[r.users[k]])
				r.queue[end++] = r.users[k];
		}
	}
	for (uint32_t i = 0; i < n && taken < n; i++) {
		if (r.waits[i]) {
			report_cycle(b, &r, i);
			break;
		}
	}
}
