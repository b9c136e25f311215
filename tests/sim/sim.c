/* The simulation: sim SEEDS [FIRST]
 *
 * Each seed is a story: a program is made, applied, changed, applied again, while calls fail, get
 * lost, are cut off, and the program is killed at any call and at any write of the state.  Then the
 * faults end, and the promises of the engine are checked:
 *
 *   1. after an apply that ended well the plan is empty;
 *   2. the cloud holds what the program wants, every object once, and nothing else of ours; the
 *      state records every one of them, and nothing is open in the journal;
 *   3. what apply changed was in the plan;
 *   4. a step that was skipped waited for one that failed, and nothing else was left out. */
#include "compiler/base/check.h"
#include "compiler/base/fault.h"
#include "compiler/base/num.h"
#include "runtime/apply/apply_run.h"
#include "runtime/plan/plan_make.h"
#include "runtime/plan/plan_print.h"
#include "runtime/state/journal.h"
#include "runtime/host/clock.h"
#include "runtime/state/lease.h"
#include "runtime/state/store_impl.h"
#include "tests/sim/sim_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIM_ROUNDS = 5, SIM_TRIES = 6, SIM_CALM_TRIES = 4, SIM_KILL_CALLS = 40 };

/* The wall clock stands still during a life and moves on between two, so that nothing waits for calls
 * of the life before to have their effect. */
static const int64_t sim_epoch_ms = 1800000000000, sim_pause_ms = 60000;

typedef struct Sim {
	Loop *loop;
	Fake *cloud;
	SimProgram program;
	SimChance chance;
	Str path;
	Arena *arena;
	int64_t now_ms;
	Buf why;       /* what went wrong; empty: nothing */
	bool is_calm;  /* no faults: whatever fails is a bug */
	bool ended_well;
} Sim;

static bool sim_driver(void *ctx, Str id, Str type, Value settings, Driver **ret, Diag *err)
{
	Sim *s = ctx;

	(void)id, (void)type, (void)settings, (void)err;
	*ret = fake_driver(s->cloud);
	return true;
}

static bool sim_fetch(void *ctx, Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	(void)ctx, (void)err;
	*ret = value_string(sim_secret(a, handle->args[0].as.number));
	return true;
}

static World sim_world(Sim *s, Store *store)
{
	return (World){.loop = s->loop, .store = store, .ctx = s, .schema = sim_schema,
		.driver = sim_driver, .secret = sim_fetch};
}

static void sim_say(Sim *s, const char *what, const Diag *err)
{
	buf_print(&s->why, "%s: %.*s (%.*s)\n", what, STR_ARG(err->what), STR_ARG(err->why));
}

/* Promise 4: who was skipped waited for somebody who was not done. */
static void sim_check_steps(Sim *s, const Plan *p, const ApplyResult *r)
{
	for (uint32_t i = 0; i < r->step_count; i++) {
		bool waits = false;

		for (uint32_t w = 0; w < p->steps[i].wait_count; w++) {
			StepState state = r->steps[p->steps[i].waits[w]].state;

			waits = waits || state == STEP_FAILED || state == STEP_SKIPPED;
		}
		if (r->steps[i].state == STEP_SKIPPED && !waits && r->steps[i].because != i)
			buf_print(&s->why, "%.*s was skipped for nothing\n",
				STR_ARG(p->steps[i].address));
		if (r->steps[i].state != STEP_SKIPPED && waits)
			buf_print(&s->why, "%.*s ran although it had to wait\n",
				STR_ARG(p->steps[i].address));
		if (r->steps[i].state == STEP_WAITING || r->steps[i].state == STEP_RUNNING)
			buf_print(&s->why, "%.*s was forgotten\n", STR_ARG(p->steps[i].address));
		if (s->is_calm && r->steps[i].state == STEP_FAILED) {
			buf_print(&s->why, "step %u, %.*s: ", i, STR_ARG(p->steps[i].address));
			sim_say(s, "a step failed", &r->steps[i].err);
		}
	}
}

/* What waits for what, for a plan that went wrong. */
static void sim_show_plan(Sim *s, const Plan *plan)
{
	plan_print(&s->why, plan, &(PrintOptions){0});
	for (uint32_t i = 0; i < plan->step_count; i++)
		for (uint32_t j = 0; j < plan->steps[i].wait_count; j++)
			buf_print(&s->why, "%u %s %.*s waits for %u\n", i,
				plan->steps[i].kind == STEP_DESTROY ? "destroy" : "make",
				STR_ARG(plan->steps[i].address), plan->steps[i].waits[j]);
}

/* Says whether all steps can be done one after the other. */
static bool sim_has_order(Sim *s, const Plan *plan)
{
	bool *done = ARENA_ARRAY(s->arena, bool, plan->step_count);
	uint32_t left = plan->step_count;

	for (bool goes_on = true; goes_on;) {
		goes_on = false;
		for (uint32_t i = 0; i < plan->step_count; i++) {
			bool waits = done[i];

			for (uint32_t j = 0; j < plan->steps[i].wait_count; j++)
				waits = waits || !done[plan->steps[i].waits[j]];
			if (waits)
				continue;
			done[i] = goes_on = true;
			left--;
		}
	}
	if (!left)
		return true;
	buf_print(&s->why, "steps wait for each other in a circle\n");
	sim_show_plan(s, plan);
	return false;
}

/* Plans, and applies what was planned; *ret_empty says whether there was nothing to do. */
static bool sim_plan_and_apply(Sim *s, const World *w, const Graph *g, bool applies,
	bool *ret_empty)
{
	PlanOptions options = {.max_destroys = -1};
	ApplyOptions how = {.parallelism = 1 + sim_chance(&s->chance, 8)};
	ApplyResult result = {0};
	DiagList diags;
	StateView *view;
	Plan *plan;
	Diag err = {0};
	bool ok = false;

	diag_list_init(&diags, s->arena);
	if (!resume_run(w, g, &diags) || !object_load(w->store, &view, &err))
		goto out;
	if (!plan_make(w, g, view, &options, &diags, &plan))
		goto out;
	*ret_empty = plan_is_empty(plan);
	uint64_t writes = fake_writes(s->cloud);

	if (!sim_has_order(s, plan)) {
		plan_free(plan);
		goto out;
	}
	ok = !applies || apply_run(w, plan, &how, &result, &err);
	if (applies)
		sim_check_steps(s, plan, &result);
	if (s->is_calm && result.failed)
		sim_show_plan(s, plan);
	if (!plan->step_count && fake_writes(s->cloud) != writes)
		buf_print(&s->why, "an empty plan changed something\n");
	if (s->is_calm && !applies && !*ret_empty) {
		buf_print(&s->why, "the plan is not empty after apply:\n");
		plan_print(&s->why, plan, &(PrintOptions){0});
	}
	apply_result_fini(&result);
	plan_free(plan);
out:
	if (s->is_calm && err.code != DIAG_NONE)
		sim_say(s, "the state failed", &err);
	for (uint32_t i = 0; s->is_calm && i < diags.items.len; i++)
		sim_say(s, "the plan failed", diags.items.ptr[i]);
	diag_fini(&err);
	return ok;
}

/* Promise 2, on the side of the state. */
static void sim_check_state(Sim *s, Store *store)
{
	JournalEntry *open;
	StateView *view;
	uint32_t wanted = 0;
	uint32_t count;
	Diag err = {0};

	for (uint32_t i = 0; i < SIM_SLOTS; i++)
		wanted += s->program.slots[i].is_there;
	CHECK(journal_open(store, s->arena, &open, &count, &err));
	if (count)
		buf_print(&s->why, "%u rows of the journal are open\n", count);
	CHECK(object_load(store, &view, &err));
	if (view->count != wanted)
		buf_print(&s->why, "%u objects are recorded, and %u are wanted\n", view->count,
			wanted);
	for (uint32_t i = 0; i < view->count; i++)
		if (view->objects[i].status != OBJECT_LIVE)
			buf_print(&s->why, "%.*s is %.*s\n", STR_ARG(view->objects[i].address),
				STR_ARG(object_status_name(view->objects[i].status)));
	state_view_free(view);
}

/* One life of the program, from opening the state to closing it, or to its death. */
static void sim_life(void *arg)
{
	Sim *s = arg;
	Graph *g = sim_graph(&s->program);
	Store *store = NULL;
	Diag err = {0};
	bool empty = false;

	s->ended_well = false;
	if (!store_open(s->loop, s->path, STORE_CREATE, STR("default"), &store, &err))
		goto out;
	World w = sim_world(s, store);

	/* Who held the lease is this process: a dead one would be taken over at once. */
	if (!sql_exec(store, "PRAGMA synchronous = OFF; UPDATE lease SET who = ''", &err) ||
		!lease_take(store, STR("sim"), &err))
		goto out;
	s->ended_well = sim_plan_and_apply(s, &w, g, true, &empty);
	if (s->ended_well && s->is_calm && sim_plan_and_apply(s, &w, g, false, &empty) && empty) {
		sim_check_state(s, store);
		sim_matches(&s->program, s->cloud, &s->why);
	}
	if (!lease_give(store, &err))
		s->ended_well = false;
out:
	if (s->is_calm && err.code != DIAG_NONE)
		sim_say(s, "the state failed", &err);
	diag_fini(&err);
	store_close(store);
	graph_free(g);
}

static void sim_live(Sim *s)
{
	s->now_ms += sim_pause_ms;
	clock_freeze(s->now_ms);
	s->loop = loop_new();
	fake_move(s->cloud, s->loop);
	fiber_main(s->loop, sim_life, s);
	s->loop = loop_free(s->loop);
	fake_revive(s->cloud);
	fault_arm(STR(""), 0, false);
}

/* Lives with faults: each may end anywhere. */
static void sim_storm(Sim *s)
{
	SimChance *c = &s->chance;
	FakeFaults faults = {.throttle = sim_chance(c, 60), .lost = sim_chance(c, 60),
		.lost_after = sim_chance(c, 60), .half = sim_chance(c, 60),
		.refuse = sim_chance(c, 60), .lag_calls = sim_chance(c, 4),
		.yields = sim_chance(c, 4)};

	s->is_calm = false;
	fake_set_faults(s->cloud, faults);
	for (uint32_t i = sim_chance(c, SIM_TRIES); i > 0; i--) {
		uint32_t how = sim_chance(c, 3);

		if (how == 0)
			fake_kill_at(s->cloud, 1 + sim_chance(c, SIM_KILL_CALLS),
				sim_chance(c, 2) != 0);
		else if (how == 1)
			fault_arm(STR("store.*"), 1 + sim_chance(c, 3 * SIM_KILL_CALLS), false);
		sim_live(s);
		if (!sim_chance(c, 3)) /* the program changes while the last run is unfinished */
			sim_mutate(&s->program, c, 1 + sim_chance(c, 3));
	}
}

/* Lives without faults: what the storm left is put right. */
static void sim_calm(Sim *s)
{
	fake_set_faults(s->cloud, (FakeFaults){.yields = sim_chance(&s->chance, 4)});
	fake_settle(s->cloud); /* what a killed destroy did shows by now */
	s->is_calm = true;
	sim_live(s);
	if (!s->ended_well && !s->why.len)
		buf_print(&s->why, "an apply without faults did not end well\n");
}

/* Somebody else changes or removes things. */
static void sim_meddle(Sim *s)
{
	uint32_t count = fake_count(s->cloud);

	if (!count || sim_chance(&s->chance, 2))
		return;
	FakeObject o = fake_object(s->cloud, sim_chance(&s->chance, count));

	if (sim_chance(&s->chance, 2))
		(void)fake_remove(s->cloud, o.id);
	else
		(void)fake_set(s->cloud, o.id, STR("note"), value_string(STR("by hand")));
}

static bool sim_run(uint64_t seed, Str dir, bool is_loud)
{
	Sim s = {.chance = {seed}, .arena = arena_new("sim"), .now_ms = sim_epoch_ms};
	Str path = str_print(s.arena, "%.*s/%llu.db", STR_ARG(dir), (unsigned long long)seed);

	s.path = path;
	buf_init(&s.why, 1 << 20);
	s.cloud = fake_new(NULL, seed ^ 0x5eed);
	s.program.creates_first = seed & 1;
	for (uint32_t round = 0; round < SIM_ROUNDS && !s.why.len; round++) {
		sim_mutate(&s.program, &s.chance, 1 + sim_chance(&s.chance, round ? 6 : 20));
		sim_storm(&s);
		if (!s.why.len)
			sim_calm(&s);
		if (s.why.len)
			buf_print(&s.why, "in round %u\n", round);
		sim_meddle(&s);
	}
	bool ok = !s.why.len;

	if (!ok) {
		printf("seed %llu: %s", (unsigned long long)seed, buf_cstr(&s.why));
		buf_clear(&s.why);
		fake_print_log(s.cloud, &s.why);
		if (is_loud)
			printf("%s", buf_cstr(&s.why));
	}
	fake_free(s.cloud);
	buf_fini(&s.why);
	for (const char *const *end = (const char *const[]){"", "-wal", "-shm", ".key", NULL};
		*end; end++)
		(void)unlink(str_print(s.arena, "%.*s%s", STR_ARG(path), *end).ptr);
	arena_free(s.arena);
	return ok;
}

int main(int argc, char **argv)
{
	/* In memory where there is such a file system: what is killed is the engine, never the disk, and
	 * waiting for the disk to sync is most of the time. */
	char shared[] = "/dev/shm/styx-sim-XXXXXX";
	char plain[] = "/tmp/styx-sim-XXXXXX";
	char *dir = access("/dev/shm", W_OK) == 0 ? shared : plain;
	int64_t seeds = 100;
	int64_t first = 1;
	int64_t passed = 0;

	if (!mkdtemp(dir) || (argc > 1 && !num_parse_int(str_from(argv[1]), &seeds)) ||
		(argc > 2 && !num_parse_int(str_from(argv[2]), &first))) {
		fprintf(stderr, "usage: sim [SEEDS [FIRST]]\n");
		return 2;
	}
	for (int64_t i = 0; i < seeds; i++)
		passed += sim_run((uint64_t)(first + i), str_from(dir), seeds == 1);
	(void)rmdir(dir);
	printf("sim: %lld passed, %lld failed\n", (long long)passed, (long long)(seeds - passed));
	return passed != seeds;
}
