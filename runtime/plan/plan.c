/* The making of a plan, stage by stage, on one screen: plan_make(). */
#include "runtime/plan/plan.h"

#include "runtime/plan/diff.h"
#include "runtime/plan/plan_impl.h"

#include <stdlib.h>

bool plan_step_is_shown(const PlanStep *s)
{
	return s->kind != STEP_LINK && s->kind != STEP_UNLINK &&
	       (s->kind != STEP_DESTROY || s->pair < 0);
}

bool plan_is_empty(const Plan *p)
{
	return !p->step_count && !p->output_count;
}

Plan *plan_free(Plan *p)
{
	if (!p)
		return NULL;
	state_view_free(p->view);
	if (p->is_loaded) {
		union {
			const Graph *borrowed;
			Graph *owned;
		} graph = {p->graph};

		graph_free(graph.owned);
	}
	arena_free(p->arena);
	return NULL;
}

bool planner_fail(Planner *p, Diag *err)
{
	Diag *copy = diag_copy(p->diags->arena, err);

	vec_add(p->diags->arena, &p->diags->items, copy);
	p->diags->error_count++;
	diag_fini(err);
	return false;
}

/* Pairs nodes and objects: both are in address order. */
static void plan_match(Planner *p)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < p->view->count; i++)
		p->objects[i] = (ObjectPlan){.node = -1, .destroy = -1, .unlink = -1};
	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		Str address = p->graph->nodes[i].address;

		p->nodes[i].object = p->nodes[i].step = p->nodes[i].late = -1;
		while (at < p->view->count && str_cmp(p->view->objects[at].address, address) < 0)
			at++;
		if (at == p->view->count || !str_eq(p->view->objects[at].address, address))
			continue;
		p->nodes[i].object = state_view_find(p->view, address);
		p->objects[p->nodes[i].object].node = i;
	}
}

/* Deposed objects are never current, unless nothing else is left of their address. */
static bool plan_is_current(const Planner *p, uint32_t object)
{
	return p->objects[object].node >= 0 ||
	       state_view_find(p->view, p->view->objects[object].address) == object;
}

/* The configuration of an object: mostly that of its neighbour, and then shared with it. */
static const Config *plan_config(Planner *p, uint32_t index, int64_t node)
{
	const StateObject *o = &p->view->objects[index];
	const StateObject *before = index ? o - 1 : NULL;
	int64_t provider = node >= 0 ? (int64_t)p->graph->nodes[node].provider : -1;
	bool is_same = before && before->config == o->config && p->last_provider == provider &&
		       str_eq(before->type, o->type);

	p->last_provider = provider;
	if (is_same)
		return p->readings[index - 1].config;
	Config *made = ARENA_NEW(p->arena, Config);

	*made = config_of(p->world, p->graph, p->view, o, node, p->arena);
	return made;
}

/* Says what is to be read, and with which settings: the program's own where it has them. */
static bool plan_read(Planner *p)
{
	const PlanOptions *o = p->options;
	Diag err = {0};

	for (uint32_t i = 0; i < p->view->count; i++) {
		StateObject *object = &p->view->objects[i];
		int64_t node = p->objects[i].node;
		Reading *r = &p->readings[i];

		if (node >= 0 && !str_eq(p->graph->nodes[node].type, object->type))
			node = -1; /* what is there is of another type: it will be replaced */
		r->config = plan_config(p, i, node);
		if (node >= 0) {
			r->node = &p->graph->nodes[node];
			r->desired = r->node->desired;
		}
		r->is_wanted = object->id.len && plan_is_current(p, i) &&
			       !p->objects[i].is_excluded &&
			       (o->is_drift || (node >= 0 && !o->is_destroy && !o->no_refresh &&
						       !p->nodes[node].is_excluded));
	}
	if (refresh_run(p->world, p->view, p->readings, o->is_full_refresh || o->is_drift, p->arena,
		    &err))
		return true;
	return planner_fail(p, &err);
}

static int plan_cmp_steps(const void *a, const void *b)
{
	const PlanStep *x = a;
	const PlanStep *y = b;
	int order = str_cmp(x->address, y->address);

	if (order)
		return order;
	if (x->generation != y->generation)
		return x->generation < y->generation ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static PlanStep plan_new_step(const Planner *p, StepKind kind, int64_t node, int64_t object)
{
	PlanStep s = {.kind = kind, .node = node, .object = object, .pair = -1};

	if (object >= 0) {
		const StateObject *o = &p->view->objects[object];

		s.address = o->address;
		s.type = o->type;
		s.generation = o->generation;
	}
	if (node >= 0) {
		s.address = p->graph->nodes[node].address;
		s.type = p->graph->nodes[node].type;
		s.place = p->graph->nodes[node].place;
	}
	return s;
}

/* Says whether a change is to one of the attributes that a link sets. */
static bool plan_is_held(const NodePlan *n, const PlanChange *c)
{
	for (uint32_t i = 0; i < n->held_count; i++)
		if (str_starts(c->path, n->held[i]) &&
			(c->path.len == n->held[i].len || c->path.ptr[n->held[i].len] == '.'))
			return true;
	return false;
}

/* How many of a node's changes are to such attributes. */
static uint32_t plan_count_held(const NodePlan *n)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->change_count; i++)
		count += plan_is_held(n, &n->changes[i]);
	return count;
}

/* An update of nothing else is its own link. */
static bool plan_is_late(const NodePlan *n)
{
	return n->state == NODE_UPDATE && n->change_count && plan_count_held(n) == n->change_count;
}

/* The hidden step that sets what `first` leaves out. */
static void plan_link_step(Planner *p, const NodePlan *n, const PlanStep *first)
{
	PlanStep s = *first;
	PlanChange *changes;

	if (!n->held_count || plan_is_late(n) || (n->state == NODE_UPDATE && !plan_count_held(n)))
		return;
	changes = ARENA_ARRAY(p->arena, PlanChange, n->held_count);
	for (uint32_t i = 0; i < n->held_count; i++) {
		changes[i].path = n->held[i];
		changes[i].new = *value_find(n->raw, n->held[i]);
	}
	s.kind = STEP_LINK;
	s.changes = changes;
	s.change_count = n->held_count;
	s.observed = VALUE_NULL;
	s.reason = STR("");
	s.is_record_only = s.is_create_first = false;
	vec_push(&p->steps, s);
}

/* The step (or more) of a node. */
static bool plan_node_step(Planner *p, uint32_t index, Diag *err)
{
	static const StepKind kinds[] = {[NODE_CREATE] = STEP_CREATE,
		[NODE_UPDATE] = STEP_UPDATE,
		[NODE_REPLACE] = STEP_REPLACE,
		[NODE_READ] = STEP_READ};
	NodePlan *n = &p->nodes[index];

	if (n->state != NODE_CREATE && n->state != NODE_UPDATE && n->state != NODE_REPLACE &&
		n->state != NODE_READ)
		return true;
	PlanStep s = plan_new_step(p, kinds[n->state], index, n->object);

	s.desired = n->raw;
	s.changes = n->changes;
	s.change_count = n->change_count;
	s.reason = n->reason;
	s.is_record_only = n->is_record_only;
	s.is_create_first = n->is_create_first;
	s.order = n->order;
	s.warning = n->warning;
	if (n->state == NODE_UPDATE || n->state == NODE_REPLACE)
		if (!planner_attrs(p, index, &s.observed, err))
			return false;
	vec_push(&p->steps, s);
	plan_link_step(p, n, &s);
	if (n->state != NODE_REPLACE)
		return true;
	PlanStep old = plan_new_step(p, STEP_DESTROY, -1, n->object);

	old.pair = 0; /* filled in when the steps are in order */
	old.is_create_first = n->is_create_first;
	old.reason = n->reason;
	old.place = s.place;
	vec_push(&p->steps, old);
	return true;
}

/* The step of an object that the program does not have, or that is being destroyed anyway. */
static void plan_object_step(Planner *p, uint32_t index)
{
	bool is_current = plan_is_current(p, index);
	PlanStep s = plan_new_step(p, STEP_DESTROY, -1, index);

	if (p->objects[index].is_excluded)
		return;
	if (p->objects[index].node >= 0 && !p->options->is_destroy)
		return;
	if (!p->options->is_destroy)
		s.reason = is_current ? STR("no longer in the program")
				      : STR("its successor took its place");
	if (p->objects[index].node >= 0)
		s.place = p->graph->nodes[p->objects[index].node].place;
	vec_push(&p->steps, s);
}

/* Puts the steps in order of address and links them. */
static void plan_link(Planner *p)
{
	if (p->steps.len)
		qsort(p->steps.ptr, p->steps.len, sizeof(*p->steps.ptr), plan_cmp_steps);
	for (uint32_t i = 0; i < p->steps.len; i++) {
		PlanStep *s = &p->steps.ptr[i];

		if (s->kind == STEP_DESTROY)
			p->objects[s->object].destroy = i;
		else if (s->kind == STEP_UNLINK)
			p->objects[s->object].unlink = i;
		else if (s->kind == STEP_LINK || plan_is_late(&p->nodes[s->node]))
			p->nodes[s->node].late = i;
		else
			p->nodes[s->node].step = i;
	}
	for (uint32_t i = 0; i < p->steps.len; i++) {
		PlanStep *s = &p->steps.ptr[i];

		if (s->kind != STEP_REPLACE)
			continue;
		s->pair = p->objects[s->object].destroy;
		p->steps.ptr[s->pair].pair = i;
	}
}

/* Forgets the steps, and what was noted about them. */
static void plan_clear(Planner *p)
{
	p->steps.len = 0;
	for (uint32_t i = 0; i < p->view->count; i++) {
		p->objects[i].destroy = p->objects[i].unlink = -1;
		p->objects[i].circle = 0;
	}
	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		p->nodes[i].step = p->nodes[i].late = -1;
		p->nodes[i].held_count = 0;
		p->nodes[i].waits_for_gap = false;
	}
}

static bool plan_steps(Planner *p)
{
	Diag err = {0};

	plan_clear(p);
	if (!planner_replaces(p))
		return false;
	for (uint32_t i = 0; !p->options->is_destroy && i < p->graph->node_count; i++) {
		planner_hold(p, i);
		if (!plan_node_step(p, i, &err))
			return planner_fail(p, &err);
	}
	for (uint32_t i = 0; i < p->view->count; i++)
		plan_object_step(p, i);
	plan_link(p);
	uint32_t before = p->steps.len;

	if (!planner_unlink(p))
		return false;
	if (p->steps.len != before)
		plan_link(p);
	return true;
}

typedef Vec(PlanOutput) PlanOutputs;

/* What reading showed, as steps that are never applied. */
static bool plan_drift(Planner *p)
{
	for (uint32_t i = 0; i < p->view->count; i++) {
		const Reading *r = &p->readings[i];
		PlanStep s = plan_new_step(p, STEP_DRIFT, p->objects[i].node, i);
		const SchemaResource *schema;
		PlanChange *changes;
		Diag err = {0};
		Value recorded;

		if (!r->was_read)
			continue;
		if (!world_schema(p->world, s.type, &schema, &err) ||
			!object_attrs(p->view, &p->view->objects[i], &recorded, &err))
			return planner_fail(p, &err);
		s.observed = recorded;
		if (r->is_gone) {
			s.kind = STEP_GONE;
			s.reason = STR("was destroyed outside");
		} else {
			diff_drift(p->arena, schema, recorded, r->attrs, &changes, &s.change_count);
			s.changes = changes;
		}
		if (r->is_gone || s.change_count)
			vec_push(&p->steps, s);
	}
	return true;
}

/* Outputs that are recorded but not in the program any more: both are sorted by name. */
static void plan_lost_outputs(Planner *p, PlanOutputs *found)
{
	const StateView *v = p->view;
	uint32_t at = 0;

	for (uint32_t j = 0; j < v->output_count; j++) {
		const StateOutput *o = &v->outputs[j];
		PlanOutput out = {.name = o->name, .old = o->value, .is_secret = o->is_secret};

		while (at < p->graph->output_count &&
			str_cmp(p->graph->outputs[at].name, o->name) < 0)
			at++;
		if (at == p->graph->output_count || !str_eq(p->graph->outputs[at].name, o->name))
			vec_add(p->arena, found, out);
	}
}

static bool plan_outputs(Planner *p)
{
	PlanOutputs found = {0};
	const StateView *v = p->view;
	uint32_t at = 0; /* in the recorded ones, which are sorted like the program's */

	for (uint32_t i = 0; i < p->graph->output_count; i++) {
		const GraphOutput *o = &p->graph->outputs[i];
		PlanOutput out = {.name = o->name, .is_secret = o->is_secret};
		Value new = VALUE_NULL;
		Value old = VALUE_NULL;
		Diag err = {0};

		while (at < v->output_count && str_cmp(v->outputs[at].name, o->name) < 0)
			at++;
		if (at < v->output_count && str_eq(v->outputs[at].name, o->name))
			out.old = v->outputs[at].value;
		if (!planner_resolve(p, o->value, &out.new, &err) ||
			!world_reveal(p->world, p->arena, out.new, &new, &err) ||
			!world_reveal(p->world, p->arena, out.old, &old, &err))
			return planner_fail(p, &err);
		if (!value_eq(old, new))
			vec_add(p->arena, &found, out);
	}
	plan_lost_outputs(p, &found);
	p->plan->outputs = found.ptr;
	p->plan->output_count = found.len;
	return true;
}

/* Assertions that wait for objects: one that is known to fail with what is recorded stops the
 * plan, as it would stop the apply. */
static bool plan_checks(Planner *p)
{
	bool ok = true;

	for (uint32_t i = 0; i < p->graph->check_count; i++) {
		const GraphCheck *check = &p->graph->checks[i];
		Value holds, message;
		Diag err = {0};

		if (!planner_resolve(p, check->condition, &holds, &err) ||
			!planner_resolve(p, check->message, &message, &err))
			return planner_fail(p, &err);
		if (holds.kind != VAL_BOOL || holds.as.boolean)
			continue;
		Diag *d = diag_add(p->diags, DIAG_ASSERTION, check->at, "%.*s",
			STR_ARG(message.kind == VAL_STRING ? message.as.text
							   : STR("an assertion does not hold")));
		if (check->address.len)
			diag_note(d, SPAN_NONE, "it is about `%.*s`", STR_ARG(check->address));
		ok = false;
	}
	return ok;
}

/* Objects of lookups and such as are not there any more and are not wanted need no row. */
static void plan_finish(Planner *p)
{
	Plan *plan = p->plan;

	plan->steps = ARENA_ARRAY(p->arena, PlanStep, p->steps.len);
	plan->step_count = p->steps.len;
	for (uint32_t i = 0; i < p->steps.len; i++) {
		plan->steps[i] = p->steps.ptr[i];
		if (plan_step_is_shown(&plan->steps[i]))
			plan->counts[plan->steps[i].kind]++;
	}
	plan->records = p->records.ptr;
	plan->record_count = p->records.len;
	plan->object_count = p->view->count;
	for (uint32_t i = 0; i < p->view->count; i++)
		plan->unread += p->readings[i].unread;
	plan->node_values = ARENA_ARRAY(p->arena, Value, p->graph->node_count);
	for (uint32_t i = 0; i < p->graph->node_count; i++)
		plan->node_values[i] = p->nodes[i].has_attrs ? p->nodes[i].attrs : VALUE_NULL;
}

/* Decides on all nodes, and makes steps of the decisions. */
static bool plan_change(Planner *p)
{
	if (!p->options->is_destroy && !planner_decide(p))
		return false;
	do {
		if (!plan_steps(p))
			return false;
	} while (!planner_order(p)); /* each time something more is made first */
	if (!planner_guard(p))
		return false;
	return p->options->is_destroy || p->options->target_count ||
	       (plan_outputs(p) && plan_checks(p));
}

static void plan_begin(Planner *p)
{
	Plan *plan = ARENA_NEW(p->arena, Plan);

	plan->arena = p->arena;
	plan->view = p->view;
	plan->is_destroy = p->options->is_destroy;
	plan->is_drift = p->options->is_drift;
	plan->is_targeted = p->options->target_count != 0;
	plan->lineage = str_copy(p->arena, store_lineage(p->world->store));
	plan->serial = p->view->serial;
	p->plan = plan;
	p->nodes = ARENA_ARRAY(p->arena, NodePlan, p->graph->node_count);
	p->objects = ARENA_ARRAY(p->arena, ObjectPlan, p->view->count);
	p->readings = ARENA_ARRAY(p->arena, Reading, p->view->count);
	buf_init(&p->scratch, SIZE_MAX / 2);
}

bool plan_make(const World *w, const Graph *graph, StateView *take_view, const PlanOptions *options,
	DiagList *diags, Plan **ret)
{
	static const Graph nothing = {0};
	Planner p = {.world = w,
		.graph = graph ? graph : &nothing,
		.view = take_view,
		.options = options,
		.arena = arena_new("plan"),
		.diags = diags};

	plan_begin(&p);
	p.plan->graph = graph;
	plan_match(&p);
	bool ok = planner_target(&p) && plan_read(&p) &&
		  (options->is_drift ? plan_drift(&p) : plan_change(&p));

	if (ok)
		plan_finish(&p);
	vec_fini(&p.steps);
	buf_fini(&p.scratch);
	if (ok)
		*ret = p.plan;
	else
		plan_free(p.plan);
	return ok;
}
