/* A run from its beginning to its end: records, steps, checks, outputs. */
#include "runtime/apply/apply.h"

#include "compiler/graph/graph_encode.h"
#include "runtime/apply/apply_impl.h"
#include "runtime/host/limits.h"
#include "runtime/plan/cover.h"
#include "runtime/state/lease.h"
#include "runtime/state/seal.h"

void apply_result_fini(ApplyResult *r)
{
	for (uint32_t i = 0; i < r->step_count; i++)
		diag_fini(&r->steps[i].err);
	arena_free(r->arena);
	*r = (ApplyResult){0};
}

bool apply_config(Applier *ap, uint32_t provider, int64_t *ret, Diag *err)
{
	const GraphProvider *p = &ap->plan->graph->providers[provider];

	if (!ap->configs[provider] && !object_config(ap->world->store, p->id, p->type, p->settings,
					      &ap->configs[provider], err))
		return false;
	*ret = ap->configs[provider];
	return true;
}

void apply_edges(
	const Applier *ap, Arena *a, const GraphNode *node, StateEdge **ret, uint32_t *ret_count)
{
	*ret = ARENA_ARRAY(a, StateEdge, node->edge_count);
	*ret_count = node->edge_count;
	for (uint32_t i = 0; i < node->edge_count; i++)
		(*ret)[i] = (StateEdge){node->address, 0,
			ap->plan->graph->nodes[node->edges[i].target].address, node->edges[i].path};
}

/* Writes anew the rows of objects that need no change outside. */
static bool apply_records(Applier *ap, Diag *err)
{
	const Plan *p = ap->plan;

	for (uint32_t i = 0; i < p->record_count; i++) {
		const PlanRecord *record = &p->records[i];
		const GraphNode *node = &p->graph->nodes[record->node];
		StateObject row = p->view->objects[record->object];
		StateEdge *edges;
		uint32_t count;

		row.attrs = record->attrs;
		row.desired = record->desired;
		row.status = OBJECT_LIVE;
		row.is_protected = node->is_protected;
		apply_edges(ap, ap->arena, node, &edges, &count);
		if (!apply_config(ap, node->provider, &row.config, err) ||
			!object_put(ap->world->store, &row, edges, count, err))
			return false;
	}
	return true;
}

/* One output's value: sealed if it is secret; what cannot be known keeps its recorded value. */
static bool apply_output(
	Applier *ap, const GraphOutput *o, StateOutput *ret, bool *ret_keep, Diag *err)
{
	const StateView *v = ap->plan->view;
	Value plain;

	*ret = (StateOutput){.name = o->name, .is_secret = o->is_secret};
	*ret_keep = true;
	if (!fill_resolve(ap, ap->arena, o->value, &plain, err) ||
		!world_reveal(ap->world, ap->arena, plain, &plain, err))
		return false;
	if (value_is_known(plain)) {
		ret->value = plain;
		return !o->is_secret ||
		       seal_value(ap->world->store,
			       str_print(ap->arena, "output\n%.*s", STR_ARG(o->name)), plain,
			       ap->arena, &ret->value, err);
	}
	*ret_keep = false;
	for (uint32_t i = 0; i < v->output_count; i++) {
		if (!str_eq(v->outputs[i].name, o->name))
			continue;
		ret->value = v->outputs[i].value;
		*ret_keep = true;
	}
	return true;
}

static bool apply_outputs(Applier *ap, Diag *err)
{
	const Plan *p = ap->plan;
	uint32_t total = p->graph && !p->is_destroy ? p->graph->output_count : 0;
	StateOutput *outputs = ARENA_ARRAY(ap->arena, StateOutput, total);
	uint32_t count = 0;

	if (p->is_targeted || (!p->output_count && !p->step_count))
		return true;
	if (p->is_destroy && ap->result->failed + ap->result->skipped)
		return true;
	for (uint32_t i = 0; i < total; i++) {
		bool keep;

		if (!apply_output(ap, &p->graph->outputs[i], &outputs[count], &keep, err))
			return diag_context(err, "while computing the output `%.*s`",
				STR_ARG(p->graph->outputs[i].name));
		count += keep;
	}
	return object_put_outputs(ap->world->store, outputs, count, err);
}

/* Assertions whose inputs are known only now. */
static bool apply_check(Applier *ap, const GraphCheck *check, Diag *err)
{
	Value holds;
	Value message;

	if (!fill_resolve(ap, ap->arena, check->condition, &holds, err) ||
		!world_reveal(ap->world, ap->arena, holds, &holds, err))
		return false;
	if (holds.kind != VAL_BOOL || holds.as.boolean)
		return true;
	if (!fill_resolve(ap, ap->arena, check->message, &message, err))
		return false;
	Diag *d = message.kind == VAL_STRING ? diag_add(&ap->result->checks, DIAG_ASSERTION,
						       check->at, "%.*s", STR_ARG(message.as.text))
					     : diag_add(&ap->result->checks, DIAG_ASSERTION,
						       check->at, "an assertion does not hold");

	if (check->address.len)
		diag_note(d, SPAN_NONE, "it is about `%.*s`", STR_ARG(check->address));
	return true;
}

static bool apply_checks(Applier *ap, Diag *err)
{
	const Graph *g = ap->plan->graph;

	if (ap->plan->is_destroy || ap->plan->is_targeted)
		return true;
	for (uint32_t i = 0; g && i < g->check_count; i++)
		if (!apply_check(ap, &g->checks[i], err))
			return false;
	return true;
}

typedef struct ApplyLease {
	Applier *applier;
	LoopTimer *timer;
} ApplyLease;

/* Renews the lease while the run lasts; a lost one stops the run, since nothing can be written. */
static void apply_renew(void *arg)
{
	ApplyLease *lease = arg;
	Diag err = {0};

	if (lease_renew(lease->applier->world->store, &err)) {
		loop_timer_set(lease->timer, LEASE_RENEW_MS);
		return;
	}
	lease->applier->stops = true;
	diag_fini(&err); /* the next write says it again */
}

static bool apply_begin(Applier *ap, Diag *err)
{
	const Plan *p = ap->plan;
	Digest digest;

	if (p->graph)
		digest = graph_digest(p->graph);
	return run_begin(ap->world->store, p->is_destroy ? STR("destroy") : STR("apply"),
		       p->graph ? hash_hex(ap->arena, &digest) : STR(""), &ap->run, err) &&
	       apply_records(ap, err) && store_commit(ap->world->store, err);
}

static bool apply_end(Applier *ap, Diag *err)
{
	const ApplyResult *r = ap->result;
	StateRun run = {.key = ap->run,
		.failed = r->failed,
		.skipped = r->skipped,
		.result = r->is_interrupted         ? STR("interrupted")
			  : r->failed || r->skipped ? STR("failed")
						    : STR("done")};

	for (uint32_t i = 0; i < STEP_KIND_COUNT; i++)
		run.done += r->done[i];
	return apply_outputs(ap, err) && apply_checks(ap, err) &&
	       run_end(ap->world->store, &run, err) && store_commit(ap->world->store, err);
}

static void apply_make(Applier *ap)
{
	ApplyResult *r = ap->result;
	uint32_t nodes = ap->plan->graph ? ap->plan->graph->node_count : 0;

	*r = (ApplyResult){.arena = ap->arena, .step_count = ap->plan->step_count};
	r->steps = ARENA_ARRAY(ap->arena, StepResult, r->step_count);
	diag_list_init(&r->checks, ap->arena);
	ap->now = ARENA_ARRAY(ap->arena, Value, nodes);
	ap->has_now = ARENA_ARRAY(ap->arena, bool, nodes);
	ap->left = ARENA_ARRAY(ap->arena, StepLeft *, nodes);
	ap->links = ARENA_ARRAY(ap->arena, int64_t, nodes);
	for (uint32_t i = 0; i < nodes; i++)
		ap->links[i] = -1;
	for (uint32_t i = 0; i < ap->plan->step_count; i++)
		if (ap->plan->steps[i].kind == STEP_LINK)
			ap->links[ap->plan->steps[i].node] = i;
	ap->configs = ARENA_ARRAY(
		ap->arena, int64_t, ap->plan->graph ? ap->plan->graph->provider_count : 0);
}

bool apply_run(const World *w, Plan *plan, const ApplyOptions *options, ApplyResult *ret, Diag *err)
{
	Applier ap = {.world = w,
		.plan = plan,
		.options = options,
		.result = ret,
		.arena = arena_new("apply")};
	ApplyLease lease = {.applier = &ap};

	apply_make(&ap);
	if (!apply_begin(&ap, err)) {
		for (uint32_t i = 0; i < ret->step_count; i++)
			ret->steps[i] = (StepResult){.state = STEP_SKIPPED, .because = i};
		return false;
	}
	lease.timer = loop_timer(w->loop, apply_renew, &lease);
	loop_timer_set(lease.timer, LEASE_RENEW_MS);
	schedule_run(&ap);
	bool ok = apply_end(&ap, err);

	loop_timer_free(lease.timer);
	return ok && !ret->failed && !ret->skipped && !ret->checks.items.len;
}
