/* --target and --replace: which addresses a name means, and what a target brings with it. */
#include "runtime/plan/plan_impl.h"

/* A name means its own address, every instance of it (`subnet` means `subnet["a"]`), and everything
 * of a module (`net` means `net.vpc`). */
bool planner_names(Str name, Str address)
{
	if (!str_starts(address, name))
		return false;
	return address.len == name.len || address.ptr[name.len] == '[' ||
	       address.ptr[name.len] == '.';
}

static bool target_is_named(const Planner *p, Str address)
{
	for (uint32_t i = 0; i < p->options->target_count; i++)
		if (planner_names(p->options->targets[i], address))
			return true;
	return false;
}

/* Includes a node and what it needs; the stack is an array, since chains may be long. */
static void target_include(Planner *p, uint32_t first)
{
	Vec(uint32_t) stack = {0};

	if (!p->nodes[first].is_excluded)
		return;
	p->nodes[first].is_excluded = false;
	vec_push(&stack, first);
	while (stack.len) {
		const GraphNode *node = &p->graph->nodes[stack.ptr[--stack.len]];

		for (uint32_t i = 0; i < node->edge_count; i++) {
			NodePlan *target = &p->nodes[node->edges[i].target];

			if (!target->is_excluded)
				continue;
			target->is_excluded = false;
			vec_push(&stack, node->edges[i].target);
		}
	}
	vec_fini(&stack);
}

/* A destroy of a target takes with it what needs the target, by the recorded edges. */
static bool target_include_users(Planner *p)
{
	StateEdge *edges = NULL;
	uint32_t count = 0;
	bool goes_on = true;
	Diag err = {0};

	if (!object_edges(p->world->store, p->arena, &edges, &count, &err))
		return planner_fail(p, &err);
	while (goes_on) {
		goes_on = false;
		for (uint32_t i = 0; i < count; i++) {
			int64_t user = state_view_find(p->view, edges[i].address);
			int64_t target = state_view_find(p->view, edges[i].target);

			if (user < 0 || target < 0 || p->objects[target].is_excluded ||
				!p->objects[user].is_excluded)
				continue;
			p->objects[user].is_excluded = false;
			goes_on = true;
		}
	}
	return true;
}

/* Refuses a name that means nothing, with the nearest one that does. */
static bool target_check(Planner *p, Str name)
{
	Vec(Str) known = {0};
	Diag err = {0};
	bool found = false;

	for (uint32_t i = 0; i < p->graph->node_count; i++) {
		found = found || planner_names(name, p->graph->nodes[i].address);
		vec_add(p->arena, &known, p->graph->nodes[i].address);
	}
	for (uint32_t i = 0; i < p->view->count; i++) {
		found = found || planner_names(name, p->view->objects[i].address);
		vec_add(p->arena, &known, p->view->objects[i].address);
	}
	if (found)
		return true;
	Str near = str_nearest(name, known.ptr, known.len);

	diag_fail(&err, DIAG_UNKNOWN_TARGET, NULL, "there is no `%.*s` in the program or the state",
		STR_ARG(name));
	if (near.len)
		diag_fix(&err, "did you mean `%.*s`?", STR_ARG(near));
	return planner_fail(p, &err);
}

bool planner_target(Planner *p)
{
	const PlanOptions *o = p->options;
	bool ok = true;

	for (uint32_t i = 0; i < o->target_count; i++)
		ok = target_check(p, o->targets[i]) && ok;
	for (uint32_t i = 0; i < o->replace_count; i++)
		ok = target_check(p, o->replaces[i]) && ok;
	if (!ok || !o->target_count)
		return ok;
	for (uint32_t i = 0; i < p->graph->node_count; i++)
		p->nodes[i].is_excluded = true;
	for (uint32_t i = 0; i < p->graph->node_count; i++)
		if (target_is_named(p, p->graph->nodes[i].address))
			target_include(p, i);
	for (uint32_t i = 0; i < p->view->count; i++) {
		int64_t node = o->is_destroy ? -1 : p->objects[i].node;

		p->objects[i].is_excluded =
			node >= 0 ? p->nodes[node].is_excluded
				  : !target_is_named(p, p->view->objects[i].address);
	}
	return !o->is_destroy || target_include_users(p);
}
