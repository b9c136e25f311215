/* Edges, ranks and cycles.
 *
 * An edge stands for each attribute that read another object, whether the value is known by now or
 * not, for each object that a deferred value names, and for `@after`.  Where edges close a circle,
 * those give way that come from attributes which the schema sets after creation (untie.h). */
#include "compiler/graph/graph_impl.h"

#include "compiler/base/limits.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/entity.h"
#include "compiler/graph/residual.h"
#include "compiler/graph/untie.h"

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
	GraphEdge e = {.target = target->node, .path = s->path};

	if (target->node == UINT32_MAX || target->node == s->node)
		return;
	vec_add(s->b->scratch, &s->b->edges, e);
}

/* A whole object inside a value, as in `mounts = { "/data" = corpus }`; and what is not known yet
 * of the object itself. */
static void see_object(void *ctx, const Residual *r)
{
	Source *s = ctx;
	const Object *own = s->b->objects[s->node];
	const Object *o = machine_object(&s->b->m, value_residual(r));
	GraphEdge to_own = {.target = s->node, .path = s->path};

	if (r->op == RESIDUAL_REF && str_eq(r->name, own->ref.name))
		vec_add(s->b->scratch, &s->b->edges, to_own);
	else if (o)
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
	b->node_edges[node - b->nodes] = made;
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

/* Ranks and circles. */

typedef struct Ordering { /* the edges of all nodes, one after the other */
	Build *b;
	GraphEdge **edges;
	uint32_t *from; /* their nodes */
} Ordering;

/* Says whether an edge comes from an attribute that is set only after the object was created. */
static bool order_can_wait(void *ctx, uint32_t edge)
{
	const Ordering *o = ctx;
	uint32_t node = o->from[edge];
	const SchemaResource *r = o->b->objects[node]->symbol->resource;
	const SchemaAttr *attr = schema_attr(r, o->edges[edge]->path);

	return o->b->nodes[node].kind == GRAPH_RESOURCE && attr && schema_attr_is_late(r, attr);
}

/* Each node of the way needs the next, the last the first. */
static void report_cycle(Build *b, const uint32_t *way, uint32_t count)
{
	Buf text;

	buf_init(&text, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < count && i < ORDER_CYCLE_NAMES; i++)
		buf_print(&text, "`%.*s` -> ", STR_ARG(b->nodes[way[i]].address));
	buf_print(&text, "`%.*s`", STR_ARG(b->nodes[way[0]].address));
	Diag *d = diag_add(b->m.op.diags, DIAG_REFERENCE_CYCLE, b->nodes[way[0]].at,
		"declarations that need each other: %s", buf_cstr(&text));

	diag_fix(d, "%s", "take one of these references out");
	buf_fini(&text);
}

static uint32_t count_edges(const Build *b)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < b->node_count; i++)
		total += b->nodes[i].edge_count;
	return total;
}

/* Numbers all edges, finds what gives way, and gives every node its rank and circle.  False: there
 * is a circle in which nothing does (reported). */
static bool order_nodes(Build *b)
{
	uint32_t total = count_edges(b);
	Ordering o = {.b = b};
	Untie u = {.node_count = b->node_count, .can_wait = order_can_wait, .ctx = &o};
	uint32_t *way, count;

	o.from = ARENA_ARRAY(b->scratch, uint32_t, total + 1);
	o.edges = ARENA_ARRAY(b->scratch, GraphEdge *, total + 1);
	u.edges = ARENA_ARRAY(b->scratch, UntieEdge, total + 1);
	for (uint32_t i = 0; i < b->node_count; i++)
		for (uint32_t k = 0; k < b->nodes[i].edge_count; k++) {
			o.from[u.edge_count] = i;
			o.edges[u.edge_count] = &b->node_edges[i][k];
			u.edges[u.edge_count++] =
				(UntieEdge){i, b->nodes[i].edges[k].target, false};
		}
	if (!untie(b->scratch, &u, &way, &count)) {
		report_cycle(b, way, count);
		return false;
	}
	for (uint32_t i = 0; i < total; i++)
		o.edges[i]->is_late = u.edges[i].is_late;
	for (uint32_t i = 0; i < b->node_count; i++) {
		b->nodes[i].rank = u.ranks[i];
		b->nodes[i].circle = u.circles[i];
	}
	return true;
}

/* What a value waits for in the end, and not only by way of the objects that it was read from. */
static void see_ref(void *ctx, const Residual *r)
{
	Source *s = ctx;
	Graph by_address = {.nodes = s->b->nodes, .node_count = s->b->node_count};
	int64_t target = graph_find(&by_address, r->name);
	GraphEdge e = {.target = (uint32_t)target, .path = s->path};

	if (target >= 0)
		vec_add(s->b->scratch, &s->b->edges, e);
}

/* A node may read from another an attribute that is still waiting itself.  Where that one was made
 * before (outside of circles) it is there; on a circle the node waits for it as well. */
static bool add_edges_behind(Build *b)
{
	bool has_more = false;

	for (uint32_t i = 0; i < b->node_count; i++) {
		GraphNode *node = &b->nodes[i];
		uint32_t before = node->edge_count;
		Source s = {.b = b, .node = i};

		if (!node->circle || node->desired.kind != VAL_MAP)
			continue;
		b->edges.len = 0;
		for (uint32_t k = 0; k < node->edge_count; k++)
			vec_add(b->scratch, &b->edges, node->edges[k]);
		for (uint32_t k = 0; k < node->desired.as.map->len; k++) {
			s.path = node->desired.as.map->entries[k].key;
			residual_refs(node->desired.as.map->entries[k].value, see_ref, &s);
		}
		keep_edges(b, node);
		has_more = has_more || node->edge_count != before;
	}
	return has_more;
}

void graph_order(Build *b)
{
	b->node_edges = ARENA_ARRAY(b->scratch, GraphEdge *, b->node_count + 1);
	for (uint32_t i = 0; i < b->node_count; i++)
		make_edges(b, i);
	while (order_nodes(b) && add_edges_behind(b))
		continue;
}
