/* The scheduler: what fails stops what needs it, and nothing else. */
#include "runtime/apply/apply.h"

#include "runtime/state/journal.h"
#include "runtime/state/lease.h"
#include "tests/unit/test.h"
#include "tests/unit/world_util.h"

static const WorldNode schedule_nodes[] = {
	{.address = "a", .name = "a"},
	{.address = "b", .name = "b", .needs = "a"},
	{.address = "c", .name = "c", .needs = "b"},
	{.address = "d", .name = "d"},
};

/* Plans and applies, and keeps the result. */
static bool schedule_apply(TestWorld *t, const ApplyOptions *how, ApplyResult *ret)
{
	Diag err = {0};

	CHECK_THAT(lease_take(t->store, STR("test"), &err));
	Plan *p = world_plan(t, NULL);
	bool ok = apply_run(&t->world, p, how, ret, &err);

	plan_free(p);
	CHECK_THAT(lease_give(t->store, &err));
	return ok;
}

static void schedule_test_failure(TestWorld *t)
{
	ApplyOptions how = {0};
	ApplyResult r;

	world_graph(t, schedule_nodes, 4);
	fake_set_faults(t->cloud, (FakeFaults){.refuse = 1000});
	CHECK_THAT(!schedule_apply(t, &how, &r));
	CHECK_EQ(r.failed, 2);
	CHECK_EQ(r.skipped, 2);
	CHECK_EQ(r.steps[0].state, STEP_FAILED);
	CHECK_EQ(r.steps[0].err.code, DIAG_API_REFUSED);
	CHECK_EQ(r.steps[1].state, STEP_SKIPPED);
	CHECK_EQ(r.steps[1].because, 0);
	CHECK_EQ(r.steps[2].state, STEP_SKIPPED);
	CHECK_EQ(r.steps[2].because, 0);
	CHECK_EQ(r.steps[3].state, STEP_FAILED);
	apply_result_fini(&r);
	fake_set_faults(t->cloud, (FakeFaults){0});
	CHECK_THAT(schedule_apply(t, &how, &r));
	CHECK_EQ(r.done[STEP_CREATE], 4);
	apply_result_fini(&r);
}
TEST(schedule_skips_what_needs_the_failed)
{
	world_run(schedule_test_failure);
}

static void schedule_test_interrupt(TestWorld *t)
{
	ApplyOptions how = {0};
	ApplyResult r;

	world_graph(t, schedule_nodes, 4);
	loop_interrupt(t->loop);
	CHECK_THAT(!schedule_apply(t, &how, &r));
	CHECK_THAT(r.is_interrupted);
	CHECK_EQ(r.skipped, 4);
	CHECK_EQ((int64_t)fake_writes(t->cloud), 0);
	apply_result_fini(&r);
}
TEST(schedule_starts_nothing_after_an_interrupt)
{
	world_run(schedule_test_interrupt);
}

typedef struct ScheduleCount {
	uint32_t running, most, started, done;
} ScheduleCount;

static void schedule_on_start(void *ctx, const Plan *p, uint32_t i)
{
	ScheduleCount *c = ctx;

	(void)p, (void)i;
	c->started++;
	c->running++;
	if (c->running > c->most)
		c->most = c->running;
}

static void schedule_on_done(void *ctx, const Plan *p, uint32_t i, const StepResult *r)
{
	ScheduleCount *c = ctx;

	(void)p, (void)i, (void)r;
	c->running--;
	c->done++;
}

static void schedule_test_limit(TestWorld *t)
{
	static const WorldNode nodes[] = {
		{.address = "a", .name = "a"}, {.address = "b", .name = "b"},
		{.address = "c", .name = "c"}, {.address = "d", .name = "d"},
		{.address = "e", .name = "e"}, {.address = "f", .name = "f"},
	};
	ScheduleCount count = {0};
	ApplyEvents events = {.ctx = &count, .on_start = schedule_on_start,
		.on_done = schedule_on_done};
	ApplyOptions how = {.parallelism = 2, .events = &events};
	ApplyResult r;

	fake_set_faults(t->cloud, (FakeFaults){.yields = 3});
	world_graph(t, nodes, 6);
	CHECK_THAT(schedule_apply(t, &how, &r));
	CHECK_EQ(count.most, 2);
	CHECK_EQ(count.started, 6);
	CHECK_EQ(count.done, 6);
	apply_result_fini(&r);
}
TEST(schedule_keeps_to_its_limit)
{
	world_run(schedule_test_limit);
}

static void schedule_test_lost_answer(TestWorld *t)
{
	static const WorldNode one[] = {{.address = "a", .name = "a"}};
	ApplyOptions how = {0};
	ApplyResult r;
	bool has_open = false;
	Diag err = {0};

	world_graph(t, one, 1);
	fake_set_faults(t->cloud, (FakeFaults){.lost_after = 1000});
	CHECK_THAT(!schedule_apply(t, &how, &r)); /* it was made, and nobody said so */
	apply_result_fini(&r);
	CHECK_EQ(fake_count(t->cloud), 1);
	CHECK_THAT(resume_has_open(&t->world, &has_open, &err) && has_open);
	fake_set_faults(t->cloud, (FakeFaults){0});
	CHECK_THAT(lease_take(t->store, STR("test"), &err));
	CHECK_THAT(resume_run(&t->world, t->graph, &t->diags));
	CHECK_THAT(lease_give(t->store, &err));
	CHECK_THAT(resume_has_open(&t->world, &has_open, &err) && !has_open);
	CHECK_THAT(schedule_apply(t, &how, &r));
	apply_result_fini(&r);
	CHECK_EQ(fake_count(t->cloud), 1); /* found again, not made twice */
}
TEST(schedule_finds_again_what_was_made)
{
	world_run(schedule_test_lost_answer);
}
