/* References that must be taken out of objects before others can be destroyed.
 *
 * Clouds keep what is in use: two security groups that name each other can only go once the rules
 * that name the other are gone.  Where recorded references that are set after creation
 * (schema_attr_is_late) close a circle of destroys, they are taken out first, and so are those of
 * an object that stays while something that it refers to is destroyed in the middle of a replace:
 * it can turn to the new one only when the old one is gone. */
#include "compiler/graph/untie.h"
#include "runtime/plan/plan_impl.h"

/* A recorded reference of `user` to `target`, which is to be destroyed. */
typedef struct UnlinkUse {
	uint32_t user, target;
	Str path;
} UnlinkUse;

typedef struct Unlinking {
	Planner *planner;
	Vec(UnlinkUse) dying; /* of objects that are destroyed as well */
	Vec(UnlinkUse) staying;
	int64_t *steps; /* per object: its unlink; -1: none */
} Unlinking;

bool planner_is_unlinked(const Planner *p, uint32_t object, Str path)
{
	int64_t step = p->objects[object].unlink;

	for (uint32_t i = 0; step >= 0 && i < p->steps.ptr[step].change_count; i++)
		if (str_eq(p->steps.ptr[step].changes[i].path, path))
			return true;
	return false;
}

bool planner_edge_is_late(Planner *p, uint32_t object, Str path)
{
	const SchemaResource *schema;
	Diag err = {0};

	if (!world_schema(p->world, p->view->objects[object].type, &schema, &err)) {
		diag_fini(&err); /* its destroy will say so */
		return false;
	}
	const SchemaAttr *attr = schema_attr(schema, path);

	return attr && schema_attr_is_late(schema, attr) && schema_attr_can_be_empty(attr);
}

/* Says whether an edge of a node leads to such a step. */
static bool unlink_sees_gap(const Planner *p, uint32_t index)
{
	const GraphNode *node = &p->graph->nodes[index];

	for (uint32_t e = 0; e < node->edge_count; e++) {
		const NodePlan *n = &p->nodes[node->edges[e].target];
		bool has_step = n->step >= 0 || n->late >= 0;

		if (node->edges[e].target != index && has_step &&
			(n->waits_for_gap || (n->state == NODE_REPLACE && !n->is_create_first)))
			return true;
	}
	return false;
}

/* Finds out for all nodes at once, from what needs nothing upwards; a late edge that leads up takes
 * another round. */
static void unlink_find_gaps(Planner *p)
{
	for (bool goes_on = p->order != NULL; goes_on;) {
		goes_on = false;
		for (uint32_t i = 0; i < p->graph->node_count; i++) {
			NodePlan *n = &p->nodes[p->order[i]];

			if (n->waits_for_gap || !unlink_sees_gap(p, p->order[i]))
				continue;
			n->waits_for_gap = goes_on = true;
		}
	}
}

static void unlink_use(Unlinking *u, uint32_t user, uint32_t target, Str path)
{
	Planner *p = u->planner;
	int64_t destroy = p->objects[user].destroy;
	int64_t node = p->objects[user].node;
	UnlinkUse use = {user, target, path};

	if (user == target)
		return;
	/* One whose successor is made first stays until then. */
	bool stays = destroy < 0 || p->steps.ptr[destroy].is_create_first;

	if (stays && node >= 0 && (p->nodes[node].step >= 0 || p->nodes[node].late >= 0) &&
		p->nodes[node].waits_for_gap && planner_edge_is_late(p, user, path))
		vec_add(p->arena, &u->staying, use);
	else if (destroy >= 0)
		vec_add(p->arena, &u->dying, use);
}

/* Every recorded reference to something that goes: to the current object and to deposed ones. */
static void unlink_gather(Unlinking *u)
{
	Planner *p = u->planner;

	for (uint32_t i = 0; i < p->edge_count; i++) {
		const StateEdge *edge = &p->edges[i];
		int64_t user = planner_edge_user(p, edge);
		int64_t at = user < 0 ? -1 : state_view_find(p->view, edge->target);

		if (at < 0)
			continue;
		while (at > 0 && str_eq(p->view->objects[at - 1].address, edge->target))
			at--;
		for (; at < p->view->count && str_eq(p->view->objects[at].address, edge->target);
			at++)
			if (p->objects[at].destroy >= 0)
				unlink_use(u, (uint32_t)user, (uint32_t)at, edge->path);
	}
}

static bool unlink_mentions(Value v, Str id)
{
	if (v.kind == VAL_STRING)
		return str_eq(v.as.text, id);
	if (v.kind == VAL_LIST || v.kind == VAL_SET) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			if (unlink_mentions(v.as.list->items[i], id))
				return true;
	} else if (v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			if (unlink_mentions(v.as.map->entries[i].value, id))
				return true;
	}
	return false;
}

/* A value of an attribute without whatever names `id` (empty: without anything). */
static Value unlink_without(Arena *a, const SchemaAttr *attr, Value v, Str id)
{
	const Type *t = attr->type;

	while (t->kind == TYPE_OPTIONAL)
		t = t->elem;
	if (v.kind == VAL_LIST || v.kind == VAL_SET) {
		Value *kept = ARENA_ARRAY(a, Value, v.as.list->len);
		uint32_t n = 0;

		for (uint32_t i = 0; i < v.as.list->len; i++)
			if (id.len && !unlink_mentions(v.as.list->items[i], id))
				kept[n++] = v.as.list->items[i];
		return v.kind == VAL_SET ? value_set(a, kept, n) : value_list(a, kept, n);
	}
	if (v.kind != VAL_MAP || t->kind != TYPE_MAP)
		return VALUE_NULL;
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; i < v.as.map->len; i++)
		if (id.len && !unlink_mentions(v.as.map->entries[i].value, id))
			out = value_with(
				a, out, v.as.map->entries[i].key, v.as.map->entries[i].value);
	return out;
}

/* What an object has, as inputs of an update: whatever can be written and is known in clear. */
static Value unlink_inputs(Arena *a, const SchemaResource *schema, Value attrs)
{
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *v = value_find(attrs, attr->name);

		if (v && value_is_known(*v) && !(attr->flags & ATTR_OUT) &&
			!str_eq(attr->name, STR("id")))
			out = value_with(a, out, attr->name, *v);
	}
	return out;
}

/* The attributes of an object as read, or else as recorded. */
static bool unlink_attrs(Planner *p, uint32_t object, Value *ret, Diag *err)
{
	const Reading *r = &p->readings[object];

	if (!r->was_read || r->is_gone)
		return object_attrs(p->view, &p->view->objects[object], ret, err);
	*ret = r->attrs;
	return true;
}

/* The unlink of an object, made on first use. */
static bool unlink_step(Unlinking *u, uint32_t object, PlanStep **ret, Diag *err)
{
	Planner *p = u->planner;
	const StateObject *o = &p->view->objects[object];
	PlanStep s = {.kind = STEP_UNLINK,
		.address = o->address,
		.type = o->type,
		.generation = o->generation,
		.node = -1,
		.object = object,
		.pair = -1};
	const SchemaResource *schema;

	if (u->steps[object] < 0) {
		if (!world_schema(p->world, o->type, &schema, err) ||
			!unlink_attrs(p, object, &s.observed, err))
			return false;
		s.desired = unlink_inputs(p->arena, schema, s.observed);
		u->steps[object] = p->steps.len;
		vec_push(&p->steps, s);
	}
	*ret = &p->steps.ptr[u->steps[object]];
	return true;
}

/* Has an object's unlink take out of one attribute what names `id`, or everything. */
static bool unlink_take(Unlinking *u, const UnlinkUse *use, Str id, Diag *err)
{
	Planner *p = u->planner;
	const SchemaResource *schema;
	PlanStep *s;

	if (!unlink_step(u, use->user, &s, err) || !world_schema(p->world, s->type, &schema, err))
		return false;
	const Value *had = value_find(s->desired, use->path);
	Value left = unlink_without(
		p->arena, schema_attr(schema, use->path), had ? *had : VALUE_NULL, id);
	PlanChange *changes = ARENA_ARRAY(p->arena, PlanChange, s->change_count + 1);

	s->desired = value_with(p->arena, s->desired, use->path, left);
	for (uint32_t i = 0; i < s->change_count; i++) {
		changes[i] = s->changes[i];
		if (!str_eq(changes[i].path, use->path))
			continue;
		changes[i].new = left;
		return true;
	}
	changes[s->change_count++] =
		(PlanChange){.path = use->path, .old = had ? *had : VALUE_NULL, .new = left};
	s->changes = changes;
	return true;
}

/* untie() asks: can the target be destroyed before its user? */
static bool unlink_can_wait(void *ctx, uint32_t edge)
{
	Unlinking *u = ctx;

	return planner_edge_is_late(u->planner, u->dying.ptr[edge].user, u->dying.ptr[edge].path);
}

/* Those that are all destroyed: only what closes a circle is taken out. */
static bool unlink_dying(Unlinking *u, Diag *err)
{
	Planner *p = u->planner;
	Untie circles = {.node_count = p->view->count,
		.edge_count = u->dying.len,
		.can_wait = unlink_can_wait,
		.ctx = u};
	uint32_t *way, count;

	circles.edges = ARENA_ARRAY(p->arena, UntieEdge, u->dying.len + 1);
	for (uint32_t i = 0; i < u->dying.len; i++)
		circles.edges[i] = (UntieEdge){u->dying.ptr[i].target, u->dying.ptr[i].user, false};
	/* What cannot be untied is left to the order of destroys (order.c), which gives way. */
	if (!untie(p->arena, &circles, &way, &count))
		return true;
	for (uint32_t i = 0; i < p->view->count; i++)
		p->objects[i].circle = circles.circles[i];
	for (uint32_t i = 0; i < u->dying.len; i++)
		if (circles.edges[i].is_late && !unlink_take(u, &u->dying.ptr[i], STR(""), err))
			return false;
	return true;
}

/* Those that stay, and turn to the new object later. */
static bool unlink_staying(Unlinking *u, Diag *err)
{
	Planner *p = u->planner;

	for (uint32_t i = 0; i < u->staying.len; i++) {
		const UnlinkUse *use = &u->staying.ptr[i];
		Str id = p->view->objects[use->target].id;
		Value attrs;

		if (!unlink_attrs(p, use->user, &attrs, err))
			return false;
		const Value *v = value_find(attrs, use->path);

		if (v && id.len && unlink_mentions(*v, id) && !unlink_take(u, use, id, err))
			return false;
	}
	return true;
}

bool planner_unlink(Planner *p)
{
	Unlinking u = {.planner = p};
	bool has_destroys = false;
	Diag err = {0};

	for (uint32_t i = 0; i < p->steps.len; i++)
		has_destroys = has_destroys || p->steps.ptr[i].kind == STEP_DESTROY;
	if (!has_destroys)
		return true;
	if (!planner_edges(p))
		return false;
	u.steps = ARENA_ARRAY(p->arena, int64_t, p->view->count);
	for (uint32_t i = 0; i < p->view->count; i++)
		u.steps[i] = -1;
	unlink_find_gaps(p);
	unlink_gather(&u);
	if (!unlink_dying(&u, &err) || !unlink_staying(&u, &err))
		return planner_fail(p, &err);
	return true;
}
