/* Which half of a replace comes first.
 *
 * The old object goes first, unless
 *   - the program asks for the new one first (@create_first), or
 *   - something that is updated in place holds the old one's id: services refuse to destroy what is
 *     in use, and only the new object can be turned to, or
 *   - steps would wait for each other in a circle (order.c finds them).
 * What is made first needs what it refers to made first, too, or there would be a circle (what a
 * late edge leads to is made first where it can be, but need not: unlink.c); what collides with the
 * object that it replaces (planner_collision()) cannot be made first, and neither can what refers
 * to it.  Then the old one goes first after all, and the plan warns.  Cost: linear in nodes and
 * edges, and nothing where nothing is replaced. */
#include "runtime/plan/plan_impl.h"

typedef struct Replace {
	int64_t user;   /* node that lives on and holds the old id; -1: none */
	int64_t keeper; /* such a one that cannot let go of it before; -1: none */
	const SchemaAttr *collision;
	int64_t needs; /* node below that cannot be made first; -1: none */
} Replace;

/* Says whether a place of this type holds, however deep, ids of `name`. */
static bool replace_holds_id(const Type *t, Str name)
{
	if (!t)
		return false;
	if (t->kind == TYPE_ID)
		return str_eq(t->name, name);
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		if (replace_holds_id(t->fields[i].type, name))
			return true;
	for (uint32_t i = 0; t->kind == TYPE_UNION && i < t->count; i++)
		if (replace_holds_id(t->members[i], name))
			return true;
	return replace_holds_id(t->elem, name);
}

/* Notes a user; who is updated counts more. */
static void replace_note_user(const Planner *p, int64_t *noted, int64_t user)
{
	if (*noted < 0 ||
		(p->nodes[*noted].state == NODE_SAME && p->nodes[user].state == NODE_UPDATE))
		*noted = user;
}

/* Notes for each replaced node who holds its id and lives on. */
static void replace_find_users(Planner *p, Replace *all)
{
	for (uint32_t i = 0; i < p->edge_count; i++) {
		const StateEdge *edge = &p->edges[i];
		int64_t object = planner_edge_user(p, edge);
		int64_t user = object >= 0 ? p->objects[object].node : -1;
		int64_t node = graph_find(p->graph, edge->target);

		if (user < 0 || node < 0 || p->nodes[node].state != NODE_REPLACE ||
			(p->nodes[user].state != NODE_UPDATE && p->nodes[user].state != NODE_SAME))
			continue;
		const SchemaAttr *attr = schema_attr(p->nodes[user].schema, edge->path);
		Str type = p->view->objects[p->nodes[node].object].type;

		if (!attr || !replace_holds_id(attr->type, type))
			continue;
		replace_note_user(p, &all[node].user, user);
		/* What is set after creation is taken out before, if need be (unlink.c). */
		if (p->nodes[user].state == NODE_SAME ||
			!planner_edge_is_late(p, (uint32_t)object, edge->path))
			replace_note_user(p, &all[node].keeper, user);
	}
}

static bool replace_can_be_first(const Replace *r)
{
	return !r->collision && r->needs < 0;
}

/* What cannot be made first; what is referred to is looked at before. */
static void replace_find_collisions(Planner *p, Replace *all)
{
	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		uint32_t index = p->order[i];
		const GraphNode *node = &p->graph->nodes[index];
		Replace *r = &all[index];

		if (p->nodes[index].state != NODE_REPLACE)
			continue;
		r->collision = planner_collision(p, index);
		for (uint32_t e = 0; e < node->edge_count && replace_can_be_first(r); e++) {
			uint32_t target = node->edges[e].target;

			/* What is set later does not keep the new object from being made. */
			if (!node->edges[e].is_late && p->nodes[target].state == NODE_REPLACE &&
				!replace_can_be_first(&all[target]))
				r->needs = target;
		}
	}
}

/* Says whether a node has to be made first for its own sake, and why. */
static bool replace_wants_first(Planner *p, uint32_t index, const Replace *r)
{
	NodePlan *n = &p->nodes[index];

	if (p->graph->nodes[index].is_create_first)
		return true;
	if (n->is_on_circle) {
		n->order = STR("the new one is made first, for the old one can only go after "
			       "something that needs the new one");
		return true;
	}
	if (r->user < 0 || p->nodes[r->user].state != NODE_UPDATE)
		return false;
	n->order = str_print(p->arena,
		"the new one is made first, for `%.*s` uses it and is "
		"updated in place",
		STR_ARG(p->graph->nodes[r->user].address));
	return true;
}

/* Marks what is made first, and all that is replaced below it. */
static void replace_mark(Planner *p, const Replace *all)
{
	Vec(uint32_t) stack = {0};

	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		NodePlan *n = &p->nodes[i];

		n->can_be_first = n->state == NODE_REPLACE && replace_can_be_first(&all[i]);
		if (!n->can_be_first || n->is_create_first || !replace_wants_first(p, i, &all[i]))
			continue;
		n->is_create_first = true;
		vec_push(&stack, i);
	}
	while (stack.len) {
		const GraphNode *node = &p->graph->nodes[stack.ptr[--stack.len]];

		for (uint32_t e = 0; e < node->edge_count; e++) {
			NodePlan *target = &p->nodes[node->edges[e].target];

			if (target->state != NODE_REPLACE || target->is_create_first ||
				!replace_can_be_first(&all[node->edges[e].target]))
				continue; /* of the last only by a late edge */
			target->is_create_first = true;
			target->order = str_print(p->arena,
				"the new one is made first, for that of `%.*s` is",
				STR_ARG(node->address));
			vec_push(&stack, node->edges[e].target);
		}
	}
	vec_fini(&stack);
}

/* Why the new object cannot be made first, and what to do about it. */
static Str replace_why(Planner *p, const Replace *r)
{
	const SchemaAttr *attr = r->collision;

	if (!attr)
		return str_print(p->arena, "since that of `%.*s` cannot, either",
			STR_ARG(p->graph->nodes[r->needs].address));
	if (attr->flags & ATTR_AUTO)
		return str_print(p->arena,
			"since `%.*s` stays the same: write another one, or leave it out",
			STR_ARG(attr->name));
	return str_print(
		p->arena, "since `%.*s` stays the same: write another one", STR_ARG(attr->name));
}

/* Who still uses what is destroyed, and why that cannot be helped. */
static void replace_warn(Planner *p, uint32_t index, const Replace *r)
{
	NodePlan *n = &p->nodes[index];
	const NodePlan *user = r->keeper >= 0 ? &p->nodes[r->keeper] : NULL;
	Str name = user ? p->graph->nodes[r->keeper].address : STR("");

	n->warning = STR("");
	if (n->state != NODE_REPLACE || n->is_create_first)
		return;
	if (user && user->is_excluded)
		n->warning = str_print(p->arena,
			"`%.*s` still uses it when it is destroyed, which may be refused: this "
			"plan leaves `%.*s` out",
			STR_ARG(name), STR_ARG(name));
	else if (user && !replace_can_be_first(r))
		n->warning = str_print(p->arena,
			"`%.*s` still uses it when it is destroyed, which may be refused; the new "
			"one cannot be made first, %.*s",
			STR_ARG(name), STR_ARG(replace_why(p, r)));
	else if (p->graph->nodes[index].is_create_first)
		n->warning = str_print(p->arena,
			"the new one cannot be made first (@create_first), %.*s",
			STR_ARG(replace_why(p, r)));
}

bool planner_replaces(Planner *p)
{
	uint32_t count = p->options->is_destroy ? 0 : p->graph->node_count;
	bool has_any = false;

	for (uint32_t i = 0; i < count; i++)
		has_any = has_any || p->nodes[i].state == NODE_REPLACE;
	if (!has_any)
		return true;
	Replace *all = ARENA_ARRAY(p->arena, Replace, count);

	for (uint32_t i = 0; i < count; i++)
		all[i].user = all[i].keeper = all[i].needs = -1;
	if (!planner_edges(p))
		return false;
	replace_find_users(p, all);
	replace_find_collisions(p, all);
	replace_mark(p, all);
	for (uint32_t i = 0; i < count; i++)
		replace_warn(p, i, &all[i]);
	return true;
}
