/* What waits for what.
 *
 *   create, update, read   wait for those of what they refer to (edges of the graph)
 *   destroy                waits for the destroys of what uses the object, by recorded edges, and,
 *                          for the updates of what uses it (unless they need the object that is
 *                          yet to be put in its place)
 *   create after destroy   in a replace; the other way round where replace.c says so
 *
 *   link                   waits for the first step of its node and for what it refers to; what
 *                          is not on the node's circle waits for it
 *   unlink                 comes before whatever else happens to its object, and before the
 *                          destroys that it makes possible
 *
 * Where steps wait for each other in a circle, what is replaced on it is made first, if it can be.
 * What still cannot be had all at once gives way: first the waiting for updates, then the order
 * among destroys. */
#include "runtime/plan/plan_impl.h"

#include <stdlib.h>

typedef enum WaitKind {
	WAIT_HARD,    /* creates by references, the two halves of a replace */
	WAIT_DESTROY, /* a destroy for another */
	WAIT_UPDATE,  /* a destroy for an update that stops using the object */
} WaitKind;

typedef struct Wait {
	uint32_t step, needs;
	WaitKind kind;
} Wait;

typedef Vec(Wait) Waits;

static int order_cmp(const void *a, const void *b)
{
	const Wait *x = a;
	const Wait *y = b;

	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return (x->needs > y->needs) - (x->needs < y->needs);
}

static void order_add(Planner *p, Waits *waits, int64_t step, int64_t needs, WaitKind kind)
{
	Wait wait = {(uint32_t)step, (uint32_t)needs, kind};

	if (step >= 0 && needs >= 0 && step != needs)
		vec_add(p->arena, waits, wait);
}

/* Says whether a node refers to `address`, directly; what it needs by way of others gives way. */
static bool order_refers(const Planner *p, uint32_t node, Str address)
{
	const GraphNode *n = &p->graph->nodes[node];

	for (uint32_t e = 0; e < n->edge_count; e++)
		if (str_eq(p->graph->nodes[n->edges[e].target].address, address))
			return true;
	return false;
}

/* A destroy waits for what becomes of an object that stays. */
static void order_update(Planner *p, Waits *waits, int64_t step, uint32_t object)
{
	int64_t node = p->objects[object].node;

	if (node < 0)
		return;
	order_add(p, waits, step, p->nodes[node].step, WAIT_UPDATE);
	order_add(p, waits, step, p->nodes[node].late, WAIT_UPDATE);
}

/* Says whether what an object goes on as (a node) comes only after `gone` was put anew.  References
 * that can be taken out were, where that is so (unlink.c): then by any way, else it gives way. */
static bool order_needs_gap(Planner *p, uint32_t object, uint32_t next, Str gone, Str path)
{
	if (planner_edge_is_late(p, object, path))
		return p->nodes[next].waits_for_gap;
	return order_refers(p, next, gone);
}

/* `object`, and what its node's step makes of it, used what the `destroy` step takes away. */
static void order_use(Planner *p, Waits *waits, int64_t destroy, uint32_t object, Str path)
{
	const PlanStep *s = &p->steps.ptr[destroy];
	int64_t gone = p->objects[object].destroy;
	bool is_between = s->pair >= 0 && !s->is_create_first;
	int64_t next = p->objects[object].node; /* what uses the object now goes on as */

	if (planner_is_unlinked(p, object, path)) {
		order_add(p, waits, destroy, p->objects[object].unlink, WAIT_HARD);
		return;
	}
	/* Who uses an object that goes is gone before a reference is taken out of that, too. */
	if (gone >= 0 && s->pair < 0 && p->objects[s->object].unlink >= 0 &&
		(!p->objects[s->object].circle ||
			p->objects[s->object].circle != p->objects[object].circle))
		order_add(p, waits, p->objects[s->object].unlink, gone, WAIT_DESTROY);
	if (gone >= 0)
		next = p->steps.ptr[gone].is_create_first
			       ? p->steps.ptr[p->steps.ptr[gone].pair].node
			       : -1;
	/* In the middle of a replace the new object is not there yet for anybody to turn to. */
	if (is_between && next >= 0 && order_needs_gap(p, object, (uint32_t)next, s->address, path))
		return;
	if (gone >= 0)
		order_add(p, waits, destroy, gone, WAIT_DESTROY);
	else
		order_update(p, waits, destroy, object);
}

/* All destroys of an address: of its current object and of deposed ones. */
static void order_used(Planner *p, Waits *waits, Str target, uint32_t object, Str path)
{
	int64_t at = state_view_find(p->view, target);

	if (at < 0)
		return;
	while (at > 0 && str_eq(p->view->objects[at - 1].address, target))
		at--;
	for (; at < p->view->count && str_eq(p->view->objects[at].address, target); at++)
		if (p->objects[at].destroy >= 0)
			order_use(p, waits, p->objects[at].destroy, object, path);
}

static void order_destroys(Planner *p, Waits *waits)
{
	for (uint32_t i = 0; i < p->edge_count; i++) {
		int64_t user = planner_edge_user(p, &p->edges[i]);

		if (user >= 0)
			order_used(p, waits, p->edges[i].target, (uint32_t)user, p->edges[i].path);
	}
	for (uint32_t i = 0; i < p->view->count; i++) {
		const ObjectPlan *o = &p->objects[i];

		order_add(p, waits, o->destroy, o->unlink, WAIT_HARD);
		if (o->node < 0)
			continue;
		order_add(p, waits, p->nodes[o->node].step, o->unlink, WAIT_HARD);
		order_add(p, waits, p->nodes[o->node].late, o->unlink, WAIT_HARD);
	}
}

/* One edge of a node: a late one keeps the link back alone, another one all of its steps.  What is
 * on another circle (or none) waits until the target is complete. */
static void order_edge(Planner *p, Waits *waits, uint32_t index, const GraphEdge *edge)
{
	const NodePlan *n = &p->nodes[index];
	const NodePlan *target = &p->nodes[edge->target];
	uint32_t circle = p->graph->nodes[index].circle;
	bool is_inside = circle && circle == p->graph->nodes[edge->target].circle;

	order_add(p, waits, n->late, target->step, WAIT_HARD);
	if (edge->is_late)
		return;
	order_add(p, waits, n->step, target->step, WAIT_HARD);
	if (is_inside)
		return;
	order_add(p, waits, n->step, target->late, WAIT_HARD);
	order_add(p, waits, n->late, target->late, WAIT_HARD);
}

static void order_creates(Planner *p, Waits *waits)
{
	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		const GraphNode *node = &p->graph->nodes[i];

		order_add(p, waits, p->nodes[i].late, p->nodes[i].step, WAIT_HARD);
		for (uint32_t e = 0; e < node->edge_count; e++)
			order_edge(p, waits, i, &node->edges[e]);
	}
	for (uint32_t i = 0; i < p->steps.len; i++) {
		const PlanStep *s = &p->steps.ptr[i];

		if (s->pair < 0 || s->kind != STEP_DESTROY)
			continue;
		if (s->is_create_first)
			order_add(p, waits, i, s->pair, WAIT_HARD);
		else
			order_add(p, waits, s->pair, i, WAIT_HARD);
	}
}

/* Marks the steps that can never start, since they wait for each other; says whether there are any.
 * Takes away, again and again, what waits for nothing that is left. */
static bool order_stuck(Planner *p, const Waits *waits, bool *stuck)
{
	Arena *a = arena_new("order");
	uint32_t count = p->steps.len;
	uint32_t *missing = ARENA_ARRAY(a, uint32_t, count);
	uint32_t *starts = ARENA_ARRAY(a, uint32_t, (size_t)count + 2);
	uint32_t *users = ARENA_ARRAY(a, uint32_t, waits->len);
	uint32_t *free_steps = ARENA_ARRAY(a, uint32_t, count);
	uint32_t free_count = 0;

	for (uint32_t i = 0; i < waits->len; i++) {
		missing[waits->ptr[i].step]++;
		starts[waits->ptr[i].needs + 2]++;
	}
	for (uint32_t i = 2; i < count + 2; i++)
		starts[i] += starts[i - 1];
	for (uint32_t i = 0; i < waits->len; i++)
		users[starts[waits->ptr[i].needs + 1]++] = waits->ptr[i].step;
	for (uint32_t i = 0; i < count; i++) {
		stuck[i] = missing[i] != 0;
		if (!stuck[i])
			free_steps[free_count++] = i;
	}
	for (uint32_t at = 0; at < free_count; at++)
		for (uint32_t i = starts[free_steps[at]]; i < starts[free_steps[at] + 1]; i++) {
			if (--missing[users[i]])
				continue;
			stuck[users[i]] = false;
			free_steps[free_count++] = users[i];
		}
	arena_free(a);
	return free_count != count;
}

/* Marks the steps on circles of waits, and between such: what is stuck, and keeps others so. */
static bool order_circles(Planner *p, const Waits *waits, bool *circle)
{
	bool *stuck = ARENA_ARRAY(p->arena, bool, p->steps.len);
	Waits back = {0};

	if (!order_stuck(p, waits, stuck))
		return false;
	for (uint32_t i = 0; i < waits->len; i++)
		if (stuck[waits->ptr[i].step] && stuck[waits->ptr[i].needs])
			order_add(p, &back, waits->ptr[i].needs, waits->ptr[i].step,
				waits->ptr[i].kind);
	return order_stuck(p, &back, circle);
}

/* Asks for the new object first where a replace is on a circle; says whether any can be had. */
static bool order_turn(Planner *p, const bool *circle)
{
	bool has_any = false;

	for (uint32_t i = 0; i < p->steps.len; i++) {
		const PlanStep *s = &p->steps.ptr[i];

		if (s->kind != STEP_REPLACE || s->is_create_first || !circle[i] ||
			!circle[s->pair] || !p->nodes[s->node].can_be_first)
			continue;
		p->nodes[s->node].is_on_circle = has_any = true;
	}
	return has_any;
}

/* Lets what is on a circle no longer wait for what gives way.  False: replaces can be turned around
 * instead. */
static bool order_relax(Planner *p, Waits *waits)
{
	bool *circle = ARENA_ARRAY(p->arena, bool, p->steps.len);

	for (WaitKind kind = WAIT_UPDATE; kind > WAIT_HARD; kind--) {
		uint32_t kept = 0;

		if (!order_circles(p, waits, circle))
			return true;
		if (kind == WAIT_UPDATE && order_turn(p, circle))
			return false;
		for (uint32_t i = 0; i < waits->len; i++)
			if (waits->ptr[i].kind != kind || !circle[waits->ptr[i].step] ||
				!circle[waits->ptr[i].needs])
				waits->ptr[kept++] = waits->ptr[i];
		waits->len = kept;
	}
	return true;
}

static void order_store(Planner *p, Waits *waits)
{
	uint32_t *all = ARENA_ARRAY(p->arena, uint32_t, waits->len);
	uint32_t kept = 0;

	if (waits->len)
		qsort(waits->ptr, waits->len, sizeof(*waits->ptr), order_cmp);
	for (uint32_t i = 0; i < waits->len; i++) {
		PlanStep *s = &p->steps.ptr[waits->ptr[i].step];

		if (i && order_cmp(&waits->ptr[i - 1], &waits->ptr[i]) == 0)
			continue;
		if (!s->wait_count)
			s->waits = &all[kept];
		all[kept++] = waits->ptr[i].needs;
		s->wait_count++;
	}
}

bool planner_edges(Planner *p)
{
	Diag err = {0};

	if (p->has_edges)
		return true;
	if (!object_edges(p->world->store, p->arena, &p->edges, &p->edge_count, &err))
		return planner_fail(p, &err);
	p->has_edges = true;
	return true;
}

int64_t planner_edge_user(const Planner *p, const StateEdge *edge)
{
	int64_t at = state_view_find(p->view, edge->address);

	if (at < 0)
		return -1;
	while (at > 0 && str_eq(p->view->objects[at - 1].address, edge->address))
		at--;
	for (; at < p->view->count && str_eq(p->view->objects[at].address, edge->address); at++)
		if (p->view->objects[at].generation == edge->generation)
			return at;
	return -1;
}

bool planner_order(Planner *p)
{
	Waits waits = {0};
	bool has_destroys = false;

	for (uint32_t i = 0; i < p->steps.len; i++)
		has_destroys = has_destroys || p->steps.ptr[i].kind == STEP_DESTROY;
	order_creates(p, &waits);
	if (has_destroys) { /* planner_unlink() loaded the recorded edges */
		order_destroys(p, &waits);
		if (!order_relax(p, &waits))
			return false;
	}
	order_store(p, &waits);
	return true;
}
