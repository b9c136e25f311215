/* The door: opening things on first use, and the order of compile, resume, plan and apply. */
#include "runtime/apply/engine.h"

#include "compiler/base/mem.h"
#include "runtime/apply/engine_impl.h"
#include "runtime/host/env.h"
#include "runtime/host/worker.h"
#include "runtime/plan/plan_file.h"
#include "runtime/plan/plan_make.h"
#include "runtime/plan/plan_seal.h"
#include "runtime/state/lease.h"
#include "runtime/state/seal.h"

Engine *engine_new(const EngineOptions *options)
{
	Engine *e = MEM_NEW(Engine);

	e->options = *options;
	e->arena = arena_new("engine");
	e->lookups_arena = arena_new("lookups");
	e->dir = options->dir.len ? options->dir : STR(".");
	if (file_kind(e->dir) == FILE_REGULAR)
		e->dir = file_path_dir(e->dir);
	e->state_path = options->state_path.len
				? options->state_path
				: file_path_join(e->arena, e->dir, STR(".styx/state.db"));
	map_init(&e->lookups, e->lookups_arena);
	map_init(&e->prompted, e->arena);
	diag_list_init(&e->diags, e->arena);
	fiber_slots_init(&e->compiler, options->loop, 1);
	return e;
}

Engine *engine_free(Engine *e)
{
	if (!e)
		return NULL;
	drivers_free(e->drivers);
	store_close(e->store);
	graph_free(e->graph);
	if (e->styx)
		styx_close(e->styx);
	fiber_slots_fini(&e->compiler);
	arena_free(e->lookups_arena);
	arena_free(e->arena);
	mem_free(e);
	return NULL;
}

bool engine_fail(Engine *e, Diag *err)
{
	vec_add(e->arena, &e->diags.items, diag_copy(e->arena, err));
	e->diags.error_count++;
	diag_fini(err);
	return false;
}

DiagList *engine_diags(Engine *e)
{
	return &e->diags;
}

typedef struct EngineJob {
	Engine *engine;
	StyxOptions options;
	StyxInputs inputs;
	Str secret; /* param whose value is wanted */
	Value value;
	bool ok;
} EngineJob;

static void engine_job_open(void *arg)
{
	EngineJob *job = arg;

	if (!job->engine->styx) /* else another fiber was first */
		job->engine->styx = styx_open(&job->options);
}

static void engine_job_eval(void *arg)
{
	EngineJob *job = arg;

	job->ok = styx_eval(job->engine->styx, &job->inputs, &job->engine->graph);
}

static void engine_job_secret(void *arg)
{
	EngineJob *job = arg;

	job->ok = styx_secret_param(job->engine->styx, &job->inputs, job->secret, &job->value);
}

/* The compiler recurses as deep as programs nest: it runs on a worker's stack, not a fiber's. */
static void engine_work(Engine *e, void (*fn)(void *arg), EngineJob *job)
{
	if (!fiber_self(e->options.loop)) {
		fn(job);
		return;
	}
	fiber_slots_take(&e->compiler);
	worker_run(e->options.loop, fn, job);
	fiber_slots_give(&e->compiler);
}

Styx *engine_styx(Engine *e)
{
	EngineJob job = {.engine = e};

	if (e->styx)
		return e->styx;
	job.options = (StyxOptions){e->options.files ? *e->options.files : vfs_disk(),
		e->options.dir.len ? e->options.dir : STR("."), e->options.schema_dir};
	engine_work(e, engine_job_open, &job);
	return e->styx;
}

bool engine_has_styx(const Engine *e)
{
	return e->styx != NULL;
}

bool engine_secret_value(Engine *e, const StyxInputs *in, Str name, Value *ret)
{
	EngineJob job = {.engine = e, .inputs = *in, .secret = name};

	(void)engine_styx(e);
	engine_work(e, engine_job_secret, &job);
	*ret = job.value;
	return job.ok;
}

void engine_render(Engine *e, Buf *b, StyxFormat format, bool has_colour, uint32_t columns)
{
	if (e->styx)
		styx_render(e->styx, b, format, has_colour, columns);
	for (uint32_t i = 0; i < e->diags.items.len; i++)
		styx_render_one(e->styx, b, e->diags.items.ptr[i], format, has_colour);
}

/* One lookup that evaluation waits for. */
typedef struct EngineLookup {
	Engine *engine;
	const GraphLookup *wanted;
	Value result;
	bool ok;
	Diag err;
} EngineLookup;

static bool engine_look_up(EngineLookup *l)
{
	Engine *e = l->engine;
	const World *w = &e->world;
	const GraphProvider *p = &e->graph->providers[l->wanted->provider];
	DriverObject o = {.address = l->wanted->address, .type = l->wanted->type};
	Driver *driver;

	if (!world_schema(w, o.type, &o.schema, &l->err) ||
		!world_reveal(w, e->lookups_arena, l->wanted->args, &o.desired, &l->err) ||
		!world_driver(w, p->id, p->type, p->settings, &driver, &l->err) ||
		!driver->lookup(driver, &o, e->lookups_arena, &l->err))
		return false;
	l->result = o.attrs;
	if (o.id.len && !value_find(o.attrs, STR("id")))
		l->result = value_with(e->lookups_arena, o.attrs, STR("id"), value_string(o.id));
	return true;
}

static void engine_lookup_fiber(void *arg)
{
	EngineLookup *l = arg;
	Engine *e = l->engine;

	if (e->options.on_read)
		e->options.on_read(e->options.on_read_ctx, l->wanted->type, 1, false);
	l->ok = engine_look_up(l);
	if (e->options.on_read)
		e->options.on_read(e->options.on_read_ctx, l->wanted->type, 1, true);
}

/* Makes all lookups of the graph at once, and drops the graph: it was incomplete. */
static bool engine_make_lookups(Engine *e)
{
	uint32_t count = e->graph->lookup_count;
	EngineLookup *lookups = ARENA_ARRAY(e->arena, EngineLookup, count);
	FiberGroup group;
	bool ok = true;

	fiber_group_init(&group, e->options.loop);
	for (uint32_t i = 0; i < count; i++) {
		lookups[i] = (EngineLookup){.engine = e, .wanted = &e->graph->lookups[i]};
		fiber_group_start(&group, engine_lookup_fiber, &lookups[i]);
	}
	fiber_group_wait(&group);
	for (uint32_t i = 0; i < count; i++) {
		EngineLookup *l = &lookups[i];
		Value *kept = ARENA_NEW(e->lookups_arena, Value);

		*kept = value_copy(e->lookups_arena, l->result);
		map_put(&e->lookups, str_copy(e->lookups_arena, l->wanted->address), kept);
		if (l->ok)
			continue;
		if (l->err.at.begin == l->err.at.end)
			l->err.at = l->wanted->at;
		diag_context(&l->err, "while looking up `%.*s`", STR_ARG(l->wanted->address));
		ok = engine_fail(e, &l->err);
	}
	e->graph = graph_free(e->graph);
	return ok;
}

/* Evaluates until there is nothing left to look up. */
static bool engine_evaluate(Engine *e)
{
	EngineJob job = {.engine = e};
	Map env;

	map_init(&env, e->arena);
	env_all(e->arena, &env);
	e->graph = graph_free(e->graph);
	for (;;) {
		uint32_t known = e->lookups.count;

		job.inputs = (StyxInputs){.params = e->options.params,
			.param_count = e->options.param_count,
			.param_files = e->options.param_files,
			.param_file_count = e->options.param_file_count,
			.lookups = &e->lookups,
			.provider_env = &env};
		engine_work(e, engine_job_eval, &job);
		if (!job.ok)
			return false;
		if (!e->graph->lookup_count)
			return true;
		engine_open_world(e);
		if (!engine_make_lookups(e))
			return false;
		if (e->lookups.count == known) { /* each round makes at least one new one */
			Diag err = {0};

			diag_fail(&err, DIAG_LOOKUP_NONE, NULL,
				"the lookups of this program wait for each other");
			return engine_fail(e, &err);
		}
	}
}

bool engine_compile(Engine *e, const Graph **ret)
{
	Diag err = {0};

	if (e->styx && styx_is_forgotten(e->styx)) { /* read the program again */
		e->drivers = drivers_free(e->drivers);
		e->styx = styx_close(e->styx);
	}
	if (diag_list_has_errors(styx_diags(engine_styx(e))))
		return false;
	if (!e->store && !engine_open_store(e, false, false, &err))
		return engine_fail(e, &err);
	if (!engine_evaluate(e))
		return false;
	styx_forget(e->styx);
	engine_open_world(e);
	*ret = e->graph;
	return true;
}

/* Finds out what earlier runs left open, under a lease of its own; in a copy of a state that can
 * only be read, for this command alone. */
static bool engine_resume(Engine *e)
{
	bool is_copy = store_is_snapshot(e->store);
	bool has_open = false;
	Diag err = {0};

	if (!resume_has_open(&e->world, &has_open, &err))
		return engine_fail(e, &err);
	if (!has_open)
		return true;
	if (!seal_ready(e->store, &err) || (!is_copy && !lease_take(e->store, STR("resume"), &err)))
		return engine_fail(e, &err);
	bool ok = resume_run(&e->world, e->graph, &e->diags);

	if (is_copy || lease_give(e->store, &err))
		return ok;
	return engine_fail(e, &err);
}

/* Says whether there is a program to read: without one only a destroy makes sense. */
static bool engine_has_program(Engine *e)
{
	StrVec names = {0};
	Diag err = {0};
	bool found = file_kind(e->options.dir) == FILE_REGULAR || e->options.files;

	if (!found && !file_list(e->arena, e->dir, &names, &err))
		diag_fini(&err);
	for (uint32_t i = 0; !found && i < names.len; i++)
		found = str_ends(names.ptr[i], STR(".styx")) && names.ptr[i].len > 5;
	return found;
}

bool engine_plan(Engine *e, const PlanOptions *options, Plan **ret)
{
	const Graph *graph = NULL;
	bool needs_program = !options->is_destroy && !options->is_drift;
	StateView *view;
	Diag err = {0};

	if (!engine_open_store(e, false, !needs_program, &err))
		return engine_fail(e, &err);
	if (needs_program || engine_has_program(e)) {
		if (!engine_compile(e, &graph))
			return false;
	} else {
		engine_open_world(e);
	}
	if (!engine_resume(e))
		return false;
	if (!object_load(e->store, &view, &err))
		return engine_fail(e, &err);
	if (view->count && !seal_check(e->store, &err)) {
		state_view_free(view);
		return engine_fail(e, &err);
	}
	return plan_make(&e->world, graph, view, options, &e->diags, ret);
}

/* Refuses a plan that the state has moved on from. */
static bool engine_check_fresh(Engine *e, const Plan *plan, Diag *err)
{
	bool same = plan->serial == store_serial(e->store) &&
		    (str_eq(plan->lineage, store_lineage(e->store)) || !plan->serial);

	if (same)
		return true;
	diag_fail(err, DIAG_PLAN_STALE, NULL, "the state has changed since the plan was made");
	diag_why(err, "the plan was made for serial %llu of %.*s, the state is at %llu of %.*s",
		(unsigned long long)plan->serial, STR_ARG(plan->lineage),
		(unsigned long long)store_serial(e->store), STR_ARG(store_lineage(e->store)));
	diag_fix(err, "plan again");
	return false;
}

/* Puts what went wrong with each step into the engine's list. */
static void engine_note_steps(Engine *e, const Plan *plan, const ApplyResult *r)
{
	for (uint32_t i = 0; i < r->step_count; i++) {
		Diag *copy;

		if (r->steps[i].state != STEP_FAILED)
			continue;
		copy = diag_copy(e->arena, &r->steps[i].err);
		diag_note(copy, SPAN_NONE, "`%.*s` was not %s", STR_ARG(plan->steps[i].address),
			plan->steps[i].kind == STEP_DESTROY  ? "destroyed"
			: plan->steps[i].kind == STEP_UPDATE ? "updated"
			: plan->steps[i].kind == STEP_LINK   ? "linked"
			: plan->steps[i].kind == STEP_UNLINK ? "unlinked"
			: plan->steps[i].kind == STEP_READ   ? "read"
							     : "created");
		vec_add(e->arena, &e->diags.items, copy);
		e->diags.error_count++;
	}
	for (uint32_t i = 0; i < r->checks.items.len; i++) {
		vec_add(e->arena, &e->diags.items, diag_copy(e->arena, r->checks.items.ptr[i]));
		e->diags.error_count++;
	}
}

bool engine_apply(Engine *e, Plan *plan, const ApplyOptions *options, ApplyResult *ret)
{
	Diag err = {0};
	Diag second = {0};
	bool ok;

	*ret = (ApplyResult){0};
	if (e->is_memory) { /* the first apply: now there is something to record */
		e->store = store_close(e->store);
		e->is_memory = false;
	}
	if (!engine_open_store(e, true, false, &err))
		return engine_fail(e, &err);
	engine_open_world(e);
	if (!seal_ready(e->store, &err) ||
		!lease_take(e->store, plan->is_destroy ? STR("destroy") : STR("apply"), &err))
		return engine_fail(e, &err);
	ok = engine_check_fresh(e, plan, &err) && apply_run(&e->world, plan, options, ret, &err);
	engine_note_steps(e, plan, ret);
	if (!lease_give(e->store, &second)) {
		if (err.code == DIAG_NONE && !ret->failed)
			err = second;
		else
			diag_fini(&second); /* the first error says why already */
	}
	if (err.code != DIAG_NONE)
		return engine_fail(e, &err);
	return ok;
}

bool engine_plan_save(Engine *e, const Plan *plan, Str path)
{
	Arena *a = arena_new("saved plan");
	Plan sealed = *plan;
	Diag err = {0};
	bool ok = true;

	/* What is sealed is opened with the state's key: so there must be one. */
	bool seals = !plan->is_drift && plan_seal_needs(&e->world, plan);

	if (seals)
		ok = engine_open_store(e, true, false, &err) &&
		     plan_seal(&e->world, plan, a, &sealed, &err);
	ok = ok && plan_file_save(&sealed, seals ? e->store : NULL, path, &err);
	arena_free(a);
	return ok || engine_fail(e, &err);
}

static bool engine_plan_read(Engine *e, Str path, bool is_look, Plan **ret, Diag *err)
{
	StateView *view;

	if (!engine_open_store(e, false, false, err) || !object_load(e->store, &view, err))
		return false;
	engine_open_world(e);
	return is_look ? plan_file_look(path, view, e->store, ret, err)
		       : plan_file_load(path, view, e->store, ret, err);
}

bool engine_plan_load(Engine *e, Str path, Plan **ret)
{
	Diag err = {0};

	if (!engine_plan_read(e, path, false, ret, &err))
		return engine_fail(e, &err);
	if (engine_check_fresh(e, *ret, &err))
		return true;
	*ret = plan_free(*ret);
	return engine_fail(e, &err);
}

bool engine_plan_look(Engine *e, Str path, Plan **ret)
{
	Diag err = {0};

	if (!engine_plan_read(e, path, true, ret, &err))
		return engine_fail(e, &err);
	if (!engine_check_fresh(e, *ret, &err)) {
		if (!(*ret)->stale.len)
			(*ret)->stale = str_copy((*ret)->arena, err.why);
		diag_fini(&err);
	}
	return true;
}
