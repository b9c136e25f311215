/* What is to be done with each node: nothing, create, update, replace, read. */
#include "runtime/plan/cover.h"
#include "runtime/plan/diff.h"
#include "runtime/plan/plan_impl.h"
#include "runtime/state/seal.h"

#include <string.h>

static bool decide_schema(Planner *p, Str type, const SchemaResource **ret, Diag *err)
{
	if (!p->last_schema || !str_eq(type, p->last_type)) {
		if (!world_schema(p->world, type, &p->last_schema, err))
			return false;
		p->last_type = type;
	}
	*ret = p->last_schema;
	return true;
}

static bool decide_is_replaced(const Planner *p, Str address)
{
	for (uint32_t i = 0; i < p->options->replace_count; i++)
		if (planner_names(p->options->replaces[i], address))
			return true;
	return false;
}

/* Says whether the inputs are to the byte what the last apply sent. */
static bool decide_same_inputs(Planner *p, Value covered, const StateObject *o)
{
	if (!o->desired_bytes.len)
		return false;
	buf_clear(&p->scratch);
	value_encode(&p->scratch, covered);
	return str_eq(buf_str(&p->scratch), o->desired_bytes);
}

/* Says whether reading showed something else than what is recorded. */
static bool decide_has_moved(Planner *p, const NodePlan *n, bool *ret, Diag *err)
{
	const Reading *r = &p->readings[n->object];
	Value recorded;

	*ret = false;
	if (!r->was_read)
		return true;
	if (!object_attrs(p->view, &p->view->objects[n->object], &recorded, err))
		return false;
	*ret = !value_eq(recorded, r->attrs);
	return true;
}

/* Says whether what the row says beside attributes is as in the program: edges, protection. */
static bool decide_same_row(const Planner *p, const GraphNode *node, const StateObject *o)
{
	int64_t hash = 0;

	for (uint32_t i = 0; i < node->edge_count; i++)
		hash = object_edge_hash(
			hash, p->graph->nodes[node->edges[i].target].address, node->edges[i].path);
	return hash == o->edges_hash && o->is_protected == node->is_protected;
}

static void decide_record(Planner *p, uint32_t index)
{
	const NodePlan *n = &p->nodes[index];
	PlanRecord record = {
		.object = n->object, .node = index, .attrs = n->attrs, .desired = n->covered};

	vec_add(p->arena, &p->records, record);
}

static bool decide_all_local(const NodePlan *n)
{
	for (uint32_t i = 0; i < n->change_count; i++) {
		Str path = n->changes[i].path;
		const SchemaAttr *attr = schema_attr(n->schema, str_cut(&path, STR(".")));

		if (!attr || !(attr->flags & ATTR_LOCAL))
			return false;
	}
	return true;
}

/* Makes the reason of a step whose attributes differ, and decides between update and replace. */
static void decide_by_changes(Planner *p, NodePlan *n)
{
	bool is_sure = false;

	n->state = NODE_UPDATE;
	for (uint32_t i = 0; i < n->change_count; i++) {
		const PlanChange *c = &n->changes[i];

		is_sure = is_sure || !c->may_be_equal;
		if (!c->is_replace || n->state == NODE_REPLACE)
			continue;
		n->state = NODE_REPLACE;
		n->reason =
			str_print(p->arena, "`%.*s` cannot be changed in place", STR_ARG(c->path));
	}
	if (n->state == NODE_UPDATE && !is_sure)
		n->reason = STR("may change");
	n->is_record_only = n->state == NODE_UPDATE && decide_all_local(n);
}

/* Shows the wanted text itself where a digest of it was compared. */
static void decide_uncover(const NodePlan *n, PlanChange *changes)
{
	for (uint32_t i = 0; i < n->change_count; i++) {
		const Value *wanted = value_find_path(n->raw, changes[i].path);

		if (wanted && seal_is_digest(changes[i].new) && !changes[i].is_secret)
			changes[i].new = *wanted;
	}
}

/* Compares the object of a node with what is wanted. */
static bool decide_compare(Planner *p, uint32_t index, Diag *err)
{
	NodePlan *n = &p->nodes[index];
	StateObject *o = &p->view->objects[n->object];
	const GraphNode *node = &p->graph->nodes[index];
	bool same = decide_same_inputs(p, n->covered, o);
	bool has_moved;

	if (!decide_has_moved(p, n, &has_moved, err))
		return false;
	n->state = NODE_SAME;
	if (same && !has_moved && o->status == OBJECT_LIVE) {
		if (decide_same_row(p, node, o))
			return true;
		if (!planner_attrs(p, index, &n->attrs, err))
			return false;
		decide_record(p, index);
		return true;
	}
	DiffSides sides = {.schema = n->schema, .node = node, .is_new = planner_is_new, .ctx = p};

	sides.desired = driver_normalise(p->arena, n->schema, n->covered);
	if (!planner_attrs(p, index, &sides.observed, err) ||
		!object_desired(p->view, o, &sides.recorded, err) ||
		!object_attrs(p->view, o, &sides.baseline, err))
		return false;
	PlanChange *changes;

	diff_object(p->arena, &sides, &changes, &n->change_count);
	n->changes = changes;
	decide_uncover(n, changes);
	if (n->change_count) {
		decide_by_changes(p, n);
		if (n->state == NODE_UPDATE && !planner_guard_change(p, index, sides.observed, err))
			return false;
	} else if (o->status == OBJECT_CREATING) {
		n->state = NODE_UPDATE;
		n->reason = STR("its creation was interrupted");
	} else {
		decide_record(p, index);
	}
	return true;
}

/* Replaces for other reasons than an attribute. */
static void decide_force(Planner *p, uint32_t index)
{
	NodePlan *n = &p->nodes[index];

	if (p->view->objects[n->object].status == OBJECT_TAINTED) {
		n->state = NODE_REPLACE;
		n->reason = STR("its creation did not end well");
	} else if (decide_is_replaced(p, p->graph->nodes[index].address)) {
		n->state = NODE_REPLACE;
		n->reason = STR("asked for");
	}
	if (n->state == NODE_REPLACE)
		n->is_record_only = false;
}

/* Another region, another host: nothing can be moved there. */
static void decide_move(Planner *p, NodePlan *n, const Config *config)
{
	Buf b;

	buf_init(&b, 4096);
	buf_print(&b, "`%.*s` changes: ", STR_ARG(config->moved));
	value_print(&b, config->from, -1);
	buf_add(&b, STR(" -> "));
	value_print(&b, config->to, -1);
	n->state = NODE_REPLACE;
	n->reason = str_copy(p->arena, buf_str(&b));
	buf_fini(&b);
}

static bool decide_resource(Planner *p, uint32_t index, Diag *err)
{
	const GraphNode *node = &p->graph->nodes[index];
	NodePlan *n = &p->nodes[index];
	const Reading *r = n->object >= 0 ? &p->readings[n->object] : NULL;
	Str salt = n->object >= 0 ? p->view->objects[n->object].salt : node->address;

	if (r && !str_eq(p->view->objects[n->object].type, node->type)) {
		n->state = NODE_REPLACE;
		n->reason = str_print(p->arena, "it is of another type now, was `%.*s`",
			STR_ARG(p->view->objects[n->object].type));
		return true;
	}
	if (n->object < 0 || r->is_gone) {
		n->state = NODE_CREATE;
		n->reason = r ? STR("was destroyed outside") : STR("");
		return cover_fetch(p->world, p->arena, n->raw, err) ||
		       diag_context(err, "while planning `%.*s`", STR_ARG(node->address));
	}
	if (r->config->moved.len) {
		decide_move(p, n, r->config);
		return true;
	}
	if (!cover_desired(p->world, p->arena, n->schema, salt, n->raw, &n->covered, err))
		return diag_context(err, "while comparing `%.*s`", STR_ARG(node->address));
	if (!decide_compare(p, index, err))
		return false;
	decide_force(p, index);
	return true;
}

/* A lookup that waited for an apply: with the recorded values it may be possible now. */
static bool decide_lookup(Planner *p, uint32_t index, Diag *err)
{
	const GraphNode *node = &p->graph->nodes[index];
	const GraphProvider *provider = &p->graph->providers[node->provider];
	NodePlan *n = &p->nodes[index];
	Driver *driver;
	Value args;

	n->state = NODE_READ;
	if (!value_is_known(n->raw) && !value_has_secret(n->raw)) {
		n->reason = STR("its arguments are known only after apply");
		return true;
	}
	if (!world_reveal(p->world, p->arena, n->raw, &args, err))
		return false;
	if (!value_is_known(args))
		return true;
	DriverObject o = {.address = node->address,
		.type = node->type,
		.schema = n->schema,
		.desired = args,
		.timeout_ms = node->timeout_ms};

	if (!world_driver(
		    p->world, provider->id, provider->type, provider->settings, &driver, err) ||
		!driver->lookup(driver, &o, p->arena, err))
		return diag_context(err, "while looking up `%.*s`", STR_ARG(node->address));
	n->state = NODE_LOOKED_UP;
	n->attrs = refresh_with_id(p->arena, o.attrs, o.id);
	n->has_attrs = true;
	return true;
}

static bool decide_node(Planner *p, uint32_t index, Diag *err)
{
	const GraphNode *node = &p->graph->nodes[index];
	NodePlan *n = &p->nodes[index];

	if (!decide_schema(p, node->type, &n->schema, err) ||
		!planner_resolve(p, node->desired, &n->raw, err) ||
		!cover_seal(p->world, p->arena, n->schema, node->address, &n->raw, err)) {
		if (err->at.begin == err->at.end)
			err->at = node->at;
		return diag_context(err, "while planning `%.*s`", STR_ARG(node->address));
	}
	if (n->is_excluded) {
		n->state =
			n->object >= 0 && !p->readings[n->object].is_gone ? NODE_SAME : NODE_ABSENT;
		return true;
	}
	bool ok = node->kind == GRAPH_LOOKUP ? decide_lookup(p, index, err)
					     : decide_resource(p, index, err);

	if (!ok && err->at.begin == err->at.end)
		err->at = node->at;
	return ok;
}

/* The nodes by rank: a counting sort, in address order within a rank. */
static uint32_t *decide_order(Planner *p)
{
	uint32_t count = p->graph->node_count;
	uint32_t ranks = 0;
	uint32_t *order = ARENA_ARRAY(p->arena, uint32_t, count);

	for (uint32_t i = 0; i < count; i++)
		if (p->graph->nodes[i].rank >= ranks)
			ranks = p->graph->nodes[i].rank + 1;
	uint32_t *starts = ARENA_ARRAY(p->arena, uint32_t, (size_t)ranks + 1);

	for (uint32_t i = 0; i < count; i++)
		starts[p->graph->nodes[i].rank + 1]++;
	for (uint32_t r = 1; r <= ranks; r++)
		starts[r] += starts[r - 1];
	for (uint32_t i = 0; i < count; i++)
		order[starts[p->graph->nodes[i].rank]++] = i;
	return order;
}

static bool decide_all(Planner *p, const uint32_t *order, uint32_t count)
{
	uint32_t errors = 0;

	for (uint32_t i = 0; i < count; i++) {
		Diag err = {0};

		if (decide_node(p, order[i], &err))
			continue;
		planner_fail(p, &err);
		if (++errors == 10)
			break; /* the rest says the same, mostly */
	}
	return !errors;
}

/* Says whether a node was decided while something that it refers to late was still open, and then
 * turned out not to stay as it is. */
static bool decide_was_wrong(const Planner *p)
{
	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		const GraphNode *node = &p->graph->nodes[i];

		for (uint32_t e = 0; node->circle && e < node->edge_count; e++)
			if (node->edges[e].is_late &&
				p->nodes[node->edges[e].target].state != NODE_SAME)
				return true;
	}
	return false;
}

/* The nodes on circles, and behind them: those that a wrong guess reaches. */
static uint32_t *decide_tied(Planner *p, const uint32_t *order, uint32_t *ret_count)
{
	bool *is_tied = ARENA_ARRAY(p->arena, bool, p->graph->node_count);
	uint32_t *tied = ARENA_ARRAY(p->arena, uint32_t, p->graph->node_count);

	*ret_count = 0;
	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		const GraphNode *node = &p->graph->nodes[order[i]];
		bool is_in = node->circle != 0;

		for (uint32_t e = 0; !is_in && e < node->edge_count; e++)
			is_in = is_tied[node->edges[e].target];
		is_tied[order[i]] = is_in;
		if (is_in)
			tied[(*ret_count)++] = order[i];
	}
	return tied;
}

/* Decides again, with what the last round decided about the others. */
static bool decide_again(Planner *p, const uint32_t *tied, uint32_t count, bool *ret_moved)
{
	*ret_moved = false;
	for (uint32_t i = 0; i < count; i++) {
		NodePlan *n = &p->nodes[tied[i]];
		NodePlan before = *n;
		uint32_t kept = 0;

		if (n->state == NODE_LOOKED_UP)
			continue;
		n->covered = VALUE_NULL;
		n->changes = NULL;
		n->change_count = 0;
		n->reason = STR("");
		n->is_record_only = false;
		for (uint32_t k = 0; k < p->records.len; k++)
			if (p->records.ptr[k].node != tied[i])
				p->records.ptr[kept++] = p->records.ptr[k];
		p->records.len = kept;
		if (!decide_all(p, &tied[i], 1))
			return false;
		*ret_moved = *ret_moved || n->state != before.state ||
			     n->change_count != before.change_count ||
			     !value_eq(n->raw, before.raw);
	}
	return true;
}

bool planner_decide(Planner *p)
{
	bool goes_on = true;
	uint32_t count;

	p->order = decide_order(p);
	if (!decide_all(p, p->order, p->graph->node_count))
		return false;
	if (!decide_was_wrong(p))
		return true;
	uint32_t *tied = decide_tied(p, p->order, &count);

	/* A guess spoils the next one at most: each round settles a node more. */
	for (uint32_t round = 0; goes_on && round <= count; round++)
		if (!decide_again(p, tied, count, &goes_on))
			return false;
	return true;
}

static bool decide_is_held(const NodePlan *n, Str attr)
{
	for (uint32_t i = 0; i < n->held_count; i++)
		if (str_eq(n->held[i], attr))
			return true;
	return false;
}

void planner_hold(Planner *p, uint32_t index)
{
	const GraphNode *node = &p->graph->nodes[index];
	NodePlan *n = &p->nodes[index];

	if (!node->circle)
		return;
	n->held = ARENA_ARRAY(p->arena, Str, node->edge_count);
	for (uint32_t e = 0; e < node->edge_count; e++) {
		const GraphEdge *edge = &node->edges[e];
		NodeState target = p->nodes[edge->target].state;
		const Value *v = value_find(n->raw, edge->path);

		if (edge->is_late && v && !value_is_known(*v) && target != NODE_SAME &&
			target != NODE_ABSENT && !decide_is_held(n, edge->path))
			n->held[n->held_count++] = edge->path;
	}
}
