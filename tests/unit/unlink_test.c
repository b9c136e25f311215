/* Objects that refer to each other: links after creates, unlinks before destroys. */
#include "runtime/plan/plan_file.h"
#include "runtime/state/lease.h"
#include "tests/unit/test.h"
#include "tests/unit/world_util.h"

static const WorldNode unlink_pair[] = {
	{.address = "a", .name = "a", .peer = "b"},
	{.address = "b", .name = "b", .peer = "a"},
	{.address = "c", .name = "c", .needs = "a"},
};

static uint32_t unlink_count(const Plan *p, StepKind kind)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->step_count; i++)
		n += p->steps[i].kind == kind;
	return n;
}

static int64_t unlink_find(const Plan *p, const char *address, StepKind kind)
{
	for (uint32_t i = 0; i < p->step_count; i++)
		if (p->steps[i].kind == kind && str_eq(p->steps[i].address, str_from(address)))
			return i;
	CHECK_THAT(!"there is no such step");
	return 0;
}

static bool unlink_waits(const Plan *p, int64_t step, int64_t needs)
{
	for (uint32_t i = 0; i < p->steps[step].wait_count; i++)
		if (p->steps[step].waits[i] == needs)
			return true;
	return false;
}

/* The id that the object called `name` holds in `peer`; empty: none. */
static Str unlink_peer(TestWorld *t, const char *name)
{
	for (uint32_t i = 0; i < fake_count(t->cloud); i++) {
		FakeObject o = fake_object(t->cloud, i);
		const Value *peer = value_find(o.attrs, STR("peer"));

		if (str_eq(value_find(o.attrs, STR("name"))->as.text, str_from(name)))
			return peer ? peer->as.text : STR("");
	}
	return STR("gone");
}

static Str unlink_id(TestWorld *t, const char *name)
{
	for (uint32_t i = 0; i < fake_count(t->cloud); i++)
		if (str_eq(value_find(fake_object(t->cloud, i).attrs, STR("name"))->as.text,
			    str_from(name)))
			return fake_object(t->cloud, i).id;
	return STR("none");
}

static void unlink_expect_pair(TestWorld *t, const char *a, const char *b)
{
	CHECK_THAT(str_eq(unlink_peer(t, a), unlink_id(t, b)));
	CHECK_THAT(str_eq(unlink_peer(t, b), unlink_id(t, a)));
	Plan *p = world_plan(t, NULL);

	CHECK_THAT(p && plan_is_empty(p) && !p->record_count);
	plan_free(p);
}

static void unlink_test_create(TestWorld *t)
{
	world_graph(t, unlink_pair, 3);
	Plan *p = world_plan(t, NULL);
	int64_t link = unlink_find(p, "a", STEP_LINK);

	CHECK_EQ(p->step_count, 4);
	CHECK_EQ(p->counts[STEP_CREATE], 3);
	CHECK_THAT(unlink_waits(p, link, unlink_find(p, "a", STEP_CREATE)));
	CHECK_THAT(unlink_waits(p, link, unlink_find(p, "b", STEP_CREATE)));
	/* On the circle b needs no more than a's id; c, outside, a complete one. */
	CHECK_THAT(!unlink_waits(p, unlink_find(p, "b", STEP_CREATE), link));
	CHECK_THAT(unlink_waits(p, unlink_find(p, "c", STEP_CREATE), link));
	Str text = world_text(t, p);

	CHECK_THAT(str_has(text, STR("peer = (after b.id)")));
	CHECK_THAT(str_ends(text, STR("plan: 3 to create\n")));
	plan_free(p);
	CHECK_THAT(world_apply(t, unlink_pair, 3));
	CHECK_EQ((int64_t)fake_writes(t->cloud), 4);
	unlink_expect_pair(t, "a", "b");
}
TEST(unlink_links_what_it_creates)
{
	world_run(unlink_test_create);
}

static void unlink_test_destroy(TestWorld *t)
{
	static const WorldNode nodes[] = {
		{.address = "a", .name = "a", .peer = "b"},
		{.address = "b", .name = "b", .peer = "a"},
		{.address = "c", .name = "c", .needs = "b"},
	};

	CHECK_THAT(world_apply(t, nodes, 3));
	world_graph(t, NULL, 0);
	Plan *p = world_plan(t, NULL);
	int64_t unlink = unlink_find(p, "b", STEP_UNLINK);

	CHECK_EQ(p->step_count, 4);
	CHECK_EQ(p->counts[STEP_DESTROY], 3);
	CHECK_THAT(unlink_waits(p, unlink_find(p, "a", STEP_DESTROY), unlink));
	/* What uses b goes before anything is taken out of it. */
	CHECK_THAT(unlink_waits(p, unlink, unlink_find(p, "c", STEP_DESTROY)));
	plan_free(p);
	CHECK_THAT(world_apply(t, NULL, 0)); /* the cloud keeps what is in use */
	CHECK_EQ(fake_count(t->cloud), 0);
}
TEST(unlink_comes_before_destroys)
{
	world_run(unlink_test_destroy);
}

static void unlink_test_replace(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "a2", .peer = "b"},
		{.address = "b", .name = "b", .peer = "a"},
	};

	CHECK_THAT(world_apply(t, unlink_pair, 2));
	world_graph(t, after, 2);
	Plan *p = world_plan(t, NULL);
	int64_t unlink = unlink_find(p, "b", STEP_UNLINK);

	CHECK_EQ(p->counts[STEP_REPLACE], 1);
	CHECK_EQ(p->counts[STEP_UPDATE], 1);
	CHECK_EQ(unlink_count(p, STEP_LINK), 0); /* b stays: its id is known */
	CHECK_THAT(unlink_waits(p, unlink_find(p, "a", STEP_DESTROY), unlink));
	CHECK_THAT(unlink_waits(p, unlink_find(p, "b", STEP_UPDATE), unlink));
	plan_free(p);
	CHECK_THAT(world_apply(t, after, 2));
	unlink_expect_pair(t, "a2", "b");
}
TEST(unlink_lets_a_replace_through)
{
	world_run(unlink_test_replace);
}

static void unlink_test_remove(TestWorld *t)
{
	static const WorldNode after[] = {{.address = "a", .name = "a"}};

	CHECK_THAT(world_apply(t, unlink_pair, 2));
	world_graph(t, after, 1);
	Plan *p = world_plan(t, NULL);

	CHECK_EQ(unlink_count(p, STEP_UNLINK), 0); /* the update does it */
	CHECK_EQ(p->step_count, 2);
	plan_free(p);
	CHECK_THAT(world_apply(t, after, 1));
	CHECK_EQ(fake_count(t->cloud), 1);
	CHECK_EQ((int64_t)unlink_peer(t, "a").len, 0);
}
TEST(unlink_is_left_to_an_update_where_there_is_one)
{
	world_run(unlink_test_remove);
}

typedef struct UnlinkStop {
	Loop *loop;
	uint32_t creates; /* left until the interrupt */
} UnlinkStop;

static void unlink_on_done(void *ctx, const Plan *p, uint32_t i, const StepResult *r)
{
	UnlinkStop *s = ctx;

	(void)r;
	if (p->steps[i].kind == STEP_CREATE && !--s->creates)
		loop_interrupt(s->loop);
}

static void unlink_test_interrupt(TestWorld *t)
{
	UnlinkStop stop = {t->loop, 2};
	ApplyEvents events = {.ctx = &stop, .on_done = unlink_on_done};
	ApplyOptions how = {.parallelism = 1, .events = &events};
	ApplyResult r;
	Diag err = {0};

	world_graph(t, unlink_pair, 2);
	Plan *p = world_plan(t, NULL);

	CHECK_THAT(lease_take(t->store, STR("test"), &err));
	CHECK_THAT(!apply_run(&t->world, p, &how, &r, &err));
	CHECK_THAT(lease_give(t->store, &err));
	CHECK_THAT(r.is_interrupted);
	CHECK_EQ(r.done[STEP_CREATE], 2);
	CHECK_EQ(r.skipped, 1); /* the link: an object lacks something */
	apply_result_fini(&r);
	plan_free(p);
	CHECK_EQ((int64_t)unlink_peer(t, "a").len, 0);
	p = world_plan(t, NULL);
	CHECK_EQ(p->counts[STEP_UPDATE], 1);
	CHECK_EQ(p->step_count, 1);
	plan_free(p);
}
TEST(unlink_counts_a_link_that_was_not_made)
{
	world_run(unlink_test_interrupt);
}

static void unlink_test_file(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "a2", .peer = "b"},
		{.address = "b", .name = "b2", .peer = "a"},
	};
	Plan *loaded = NULL;
	StateView *view;
	ApplyOptions how = {0};
	ApplyResult r;
	Diag err = {0};
	Buf b;

	CHECK_THAT(world_apply(t, unlink_pair, 2));
	world_graph(t, after, 2);
	Plan *p = world_plan(t, NULL);

	CHECK_EQ(unlink_count(p, STEP_LINK), 1);
	CHECK_EQ(unlink_count(p, STEP_UNLINK), 1);
	buf_init(&b, 1 << 20);
	plan_file_encode(&b, p);
	CHECK_THAT(object_load(t->store, &view, &err));
	CHECK_THAT(plan_file_decode(buf_str(&b), view, &loaded, &err));
	CHECK_EQ(loaded->step_count, p->step_count);
	CHECK_THAT(str_eq(world_text(t, p), world_text(t, loaded)));
	plan_free(p);
	CHECK_THAT(lease_take(t->store, STR("test"), &err));
	CHECK_THAT(apply_run(&t->world, loaded, &how, &r, &err));
	CHECK_THAT(lease_give(t->store, &err));
	apply_result_fini(&r);
	plan_free(loaded);
	buf_fini(&b);
	unlink_expect_pair(t, "a2", "b2");
}
TEST(unlink_comes_back_from_a_saved_plan)
{
	world_run(unlink_test_file);
}

static void unlink_test_by_hand(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "a2", .peer = "b"},
		{.address = "b", .name = "b", .peer = "a"},
	};

	CHECK_THAT(world_apply(t, unlink_pair, 2));
	CHECK_THAT(fake_set(t->cloud, unlink_id(t, "b"), STR("note"), value_string(STR("x"))));
	CHECK_THAT(world_apply(t, after, 2));
	for (uint32_t i = 0; i < fake_count(t->cloud); i++)
		CHECK_THAT(!value_find(fake_object(t->cloud, i).attrs, STR("note")));
	unlink_expect_pair(t, "a2", "b");
}
TEST(unlink_does_not_hide_what_changed_outside)
{
	world_run(unlink_test_by_hand);
}
