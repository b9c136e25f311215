/* A shallow copy of the plan: nodes and outputs are new, the rest is shared. */
#include "runtime/plan/plan_seal.h"

#include "runtime/plan/cover.h"
#include "runtime/plan/cover_typed.h"
#include "runtime/state/seal.h"

/* CoverTyped.secret: stops at the first. */
static bool plan_seal_stop(void *ctx UNUSED, Str path UNUSED, Value plain UNUSED, Value *ret UNUSED)
{
	return false;
}

/* Says whether a deferred secret says more than where it is found: then it is an expression, whose
 * parts are a secret's text. */
static bool plan_seal_has_text(Value v)
{
	bool found = false;

	if (v.kind == VAL_DEFERRED) {
		const Residual *r = v.as.residual;

		if (r->is_secret)
			return r->op != RESIDUAL_SECRET ||
			       !(str_eq(r->name, STR("env")) || seal_is_sealed(v) ||
				       seal_is_digest(v));
		for (uint32_t i = 0; !found && i < r->arg_count; i++)
			found = plan_seal_has_text(r->args[i]);
	}
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE)
		for (uint32_t i = 0; !found && i < v.as.list->len; i++)
			found = plan_seal_has_text(v.as.list->items[i]);
	if (v.kind == VAL_MAP)
		for (uint32_t i = 0; !found && i < v.as.map->len; i++)
			found = plan_seal_has_text(v.as.map->entries[i].value);
	return found;
}

/* The same for settings of providers, where what is secret may also stand in clear. */
static bool plan_seal_needs_provider(
	const World *w, const GraphProvider *p, const Plan *plan, Arena *a)
{
	const SchemaService *service = NULL;
	CoverTyped typed = {a, NULL, plan_seal_stop};

	for (uint32_t i = 0; !service && i < plan->graph->node_count; i++)
		if (&plan->graph->providers[plan->graph->nodes[i].provider] == p) {
			const SchemaResource *schema =
				w->schema(w->ctx, plan->graph->nodes[i].type);

			service = schema ? schema->service : NULL;
		}
	for (uint32_t i = 0; service && i < service->setting_count; i++) {
		const SchemaAttr *setting = &service->settings[i];
		const Value *v = value_find(p->settings, setting->name);
		Value same;

		if (v && !cover_typed(&typed, setting->name, setting->type, *v, &same))
			return true;
	}
	return plan_seal_has_text(p->settings);
}

static bool plan_seal_needs_node(const World *w, const GraphNode *node, Arena *a)
{
	const SchemaResource *schema = w->schema(w->ctx, node->type);
	CoverTyped typed = {a, NULL, plan_seal_stop};

	for (uint32_t i = 0; schema && i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *v = attr->flags & (ATTR_SECRET | ATTR_HIDES)
					 ? value_find(node->desired, attr->name)
					 : NULL;
		Value same;

		if (v && !cover_typed(&typed, attr->name, attr->type, *v, &same))
			return true;
	}
	return plan_seal_has_text(node->desired);
}

static bool plan_seal_is_clear(bool is_secret, Value v)
{
	return is_secret && v.kind != VAL_NULL && value_is_known(v);
}

bool plan_seal_needs(const World *w, const Plan *p)
{
	const Graph *g = p->graph;
	Arena *a = arena_new("plan seal");
	bool needs = false;

	for (uint32_t i = 0; !needs && g && i < g->node_count; i++)
		needs = plan_seal_needs_node(w, &g->nodes[i], a);
	for (uint32_t i = 0; !needs && g && i < g->output_count; i++)
		needs = plan_seal_is_clear(g->outputs[i].is_secret, g->outputs[i].value) ||
			plan_seal_has_text(g->outputs[i].value);
	for (uint32_t i = 0; !needs && g && i < g->provider_count; i++)
		needs = plan_seal_needs_provider(w, &g->providers[i], p, a);
	for (uint32_t i = 0; !needs && g && i < g->check_count; i++)
		needs = plan_seal_has_text(g->checks[i].condition) ||
			plan_seal_has_text(g->checks[i].message);
	arena_free(a);
	return needs;
}

static bool plan_seal_output(
	const World *w, Arena *a, Str name, bool is_secret, Value *v, Diag *err)
{
	return !plan_seal_is_clear(is_secret, *v) ||
	       seal_value(w->store, str_print(a, "output\n%.*s", STR_ARG(name)), *v, a, v, err);
}

static bool plan_seal_graph(const World *w, Arena *a, Graph *g, Diag *err)
{
	GraphNode *nodes = ARENA_ARRAY(a, GraphNode, g->node_count);
	GraphOutput *outputs = ARENA_ARRAY(a, GraphOutput, g->output_count);

	for (uint32_t i = 0; i < g->node_count; i++) {
		nodes[i] = g->nodes[i];
		if (!cover_seal(w, a, w->schema(w->ctx, nodes[i].type), nodes[i].address,
			    &nodes[i].desired, err))
			return false;
	}
	for (uint32_t i = 0; i < g->output_count; i++) {
		outputs[i] = g->outputs[i];
		if (!plan_seal_output(
			    w, a, outputs[i].name, outputs[i].is_secret, &outputs[i].value, err))
			return false;
	}
	g->nodes = nodes;
	g->outputs = outputs;
	return true;
}

bool plan_seal(const World *w, const Plan *p, Arena *a, Plan *ret, Diag *err)
{
	Graph *graph = ARENA_NEW(a, Graph);
	PlanOutput *outputs = ARENA_ARRAY(a, PlanOutput, p->output_count);

	*ret = *p;
	for (uint32_t i = 0; i < p->output_count; i++) {
		PlanOutput *o = &outputs[i];

		*o = p->outputs[i];
		if (!plan_seal_output(w, a, o->name, o->is_secret, &o->old, err) ||
			!plan_seal_output(w, a, o->name, o->is_secret, &o->new, err))
			return false;
	}
	ret->outputs = outputs;
	if (!p->graph)
		return true;
	*graph = *p->graph;
	ret->graph = graph;
	return plan_seal_graph(w, a, graph, err);
}
