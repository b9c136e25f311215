/* Plans: which steps there are, why, and in which order. */
#include "runtime/plan/plan.h"

#include "compiler/base/file.h"
#include "compiler/base/json.h"
#include "runtime/plan/plan_print.h"
#include "tests/unit/test.h"
#include "tests/unit/world_util.h"

static const WorldNode plan_two[] = {
	{.address = "a", .name = "a", .note = "x", .secret = "hunter2"},
	{.address = "b", .name = "b", .needs = "a"},
};

/* Says whether step `i` waits for `j`, directly. */
static bool plan_waits(const PlanStep *s, uint32_t j)
{
	for (uint32_t i = 0; i < s->wait_count; i++)
		if (s->waits[i] == j)
			return true;
	return false;
}

static void plan_test_create(TestWorld *t)
{
	world_graph(t, plan_two, 2);
	Plan *p = world_plan(t, NULL);

	CHECK_EQ(p->step_count, 2);
	CHECK_EQ(p->counts[STEP_CREATE], 2);
	CHECK_THAT(plan_waits(&p->steps[1], 0));
	Str text = world_text(t, p);

	CHECK_THAT(str_has(text, STR("(after a.id)")));
	CHECK_THAT(str_has(text, STR("(secret)")));
	CHECK_THAT(!str_has(text, STR("hunter2")));
	CHECK_THAT(str_ends(text, STR("plan: 2 to create\n")));
	plan_free(p);
	CHECK_THAT(world_apply(t, plan_two, 2));
	CHECK_EQ(fake_count(t->cloud), 2);
	p = world_plan(t, NULL);
	CHECK_THAT(plan_is_empty(p));
	CHECK_EQ(p->record_count, 0);
	plan_free(p);
}
TEST(plan_creates_and_then_is_empty)
{
	world_run(plan_test_create);
}

static void plan_test_at_rest(TestWorld *t)
{
	static const char *const names[] = {"state.db", "state.db-wal"};
	Diag err = {0};
	Str bytes;

	CHECK_THAT(world_apply(t, plan_two, 2));
	CHECK_THAT(value_find_path(fake_object(t->cloud, 0).attrs, STR("password")));
	for (size_t i = 0; i < 2; i++) {
		Str path = file_path_join(t->arena, file_path_dir(t->dir.path),
			str_from(names[i]));

		CHECK_THAT(file_read(t->arena, path, 1 << 26, &bytes, &err));
		CHECK_THAT(!str_has(bytes, STR("bytes-of-")));
	}
}
TEST(plan_leaves_no_secret_at_rest)
{
	world_run(plan_test_at_rest);
}

static void plan_test_update(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "a", .note = "y", .secret = "hunter2"},
		{.address = "b", .name = "b", .needs = "a"},
	};

	CHECK_THAT(world_apply(t, plan_two, 2));
	world_graph(t, after, 2);
	Plan *p = world_plan(t, NULL);

	CHECK_EQ(p->step_count, 1);
	CHECK_EQ(p->steps[0].kind, STEP_UPDATE);
	CHECK_EQ(p->steps[0].change_count, 1);
	CHECK_THAT(str_has(world_text(t, p), STR("note: \"x\" -> \"y\"")));
	plan_free(p);
	CHECK_THAT(world_apply(t, after, 2));
	p = world_plan(t, NULL);
	CHECK_THAT(plan_is_empty(p));
	plan_free(p);
}
TEST(plan_updates_in_place)
{
	world_run(plan_test_update);
}

static void plan_test_secret(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "a", .note = "x", .secret = "hunter3"},
		{.address = "b", .name = "b", .needs = "a"},
	};

	CHECK_THAT(world_apply(t, plan_two, 2));
	world_graph(t, after, 2);
	Plan *p = world_plan(t, NULL);

	CHECK_EQ(p->step_count, 1);
	CHECK_THAT(str_has(world_text(t, p), STR("password: (secret, changed)")));
	CHECK_THAT(!str_has(world_text(t, p), STR("hunter")));
	plan_free(p);
}
TEST(plan_sees_that_a_secret_changed)
{
	world_run(plan_test_secret);
}

static void plan_test_replace(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "other", .note = "x", .secret = "hunter2"},
		{.address = "b", .name = "b", .needs = "a"},
	};

	CHECK_THAT(world_apply(t, plan_two, 2));
	world_graph(t, after, 2);
	Plan *p = world_plan(t, NULL);
	const PlanStep *a = world_step(p, "a");

	CHECK_EQ(a->kind, STEP_REPLACE);
	CHECK_THAT(str_has(a->reason, STR("`name` cannot be changed in place")));
	CHECK_EQ(world_step(p, "b")->kind, STEP_UPDATE);
	CHECK_EQ(p->counts[STEP_REPLACE], 1);
	CHECK_EQ(p->counts[STEP_DESTROY], 0);
	plan_free(p);
	CHECK_THAT(world_apply(t, plan_two, 1)); /* now nothing uses it */
	world_graph(t, after, 1);
	p = world_plan(t, NULL);
	a = world_step(p, "a");
	CHECK_THAT(!a->is_create_first && !a->order.len && !a->warning.len);
	CHECK_THAT(plan_waits(a, (uint32_t)a->pair)); /* destroyed first */
	plan_free(p);
}
TEST(plan_replaces_and_says_why)
{
	world_run(plan_test_replace);
}

static void plan_test_create_first(TestWorld *t)
{
	static const WorldNode before[] = {
		{.address = "a", .name = "a", .is_create_first = true},
		{.address = "b", .name = "b", .needs = "a"},
	};
	static const WorldNode after[] = {
		{.address = "a", .name = "other", .is_create_first = true},
		{.address = "b", .name = "b", .needs = "a"},
	};

	CHECK_THAT(world_apply(t, before, 2));
	CHECK_THAT(world_apply(t, after, 2)); /* the cloud keeps what is in use */
	CHECK_EQ(fake_count(t->cloud), 2);
	Plan *p = world_plan(t, NULL);

	CHECK_THAT(plan_is_empty(p));
	CHECK_EQ(p->view->count, 2);
	plan_free(p);
}
TEST(plan_can_create_first)
{
	world_run(plan_test_create_first);
}

/* What is updated in place turns to the new object before the old one goes. */
static void plan_test_order(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "other", .note = "x", .secret = "hunter2"},
		{.address = "b", .name = "b", .needs = "a"},
	};
	Buf json;

	buf_init(&json, 1 << 20);
	CHECK_THAT(world_apply(t, plan_two, 2));
	world_graph(t, after, 2);
	Plan *p = world_plan(t, NULL);
	const PlanStep *a = world_step(p, "a");
	const PlanStep *b = world_step(p, "b");
	const PlanStep *old = &p->steps[a->pair];

	CHECK_THAT(a->is_create_first);
	CHECK_THAT(plan_waits(b, (uint32_t)(a - p->steps)));
	CHECK_THAT(plan_waits(old, (uint32_t)(b - p->steps)));
	Str text = world_text(t, p);

	CHECK_THAT(str_has(text, STR("+/- a")));
	CHECK_THAT(str_has(text, STR("      the new one is made first, for `b` uses it and is "
				     "updated in place\n")));
	plan_json(&json, p);
	CHECK_THAT(str_has(buf_str(&json), STR("\"order\":\"the new one is made first")));
	CHECK_THAT(str_has(buf_str(&json), STR("\"create_first\":true")));
	plan_free(p);
	buf_fini(&json);
	CHECK_THAT(world_apply(t, after, 2)); /* the cloud keeps what is in use */
	CHECK_EQ(fake_count(t->cloud), 2);
	p = world_plan(t, NULL);
	CHECK_THAT(plan_is_empty(p));
	plan_free(p);
}
TEST(plan_turns_users_to_the_new_object_first)
{
	world_run(plan_test_order);
}

/* `b` turns from `t`, which goes, to the new `a`; `t` used the old one. */
static void plan_test_circle(TestWorld *t)
{
	static const WorldNode before[] = {
		{.address = "a", .name = "a", .port = "80"},
		{.address = "b", .name = "b", .needs = "t"},
		{.address = "t", .name = "t", .needs = "a"},
	};
	static const WorldNode same[] = {
		{.address = "a", .name = "other", .port = "80"},
		{.address = "b", .name = "b", .needs = "a"},
	};
	static const WorldNode moved[] = {
		{.address = "a", .name = "other", .port = "81"},
		{.address = "b", .name = "b", .needs = "a"},
	};

	CHECK_THAT(world_apply(t, before, 3));
	world_graph(t, same, 2); /* the new one cannot be made first: waiting gives way */
	Plan *p = world_plan(t, NULL);

	CHECK_THAT(!world_step(p, "a")->is_create_first);
	plan_free(p);
	world_graph(t, moved, 2);
	p = world_plan(t, NULL);
	const PlanStep *a = world_step(p, "a");
	const PlanStep *b = world_step(p, "b");

	CHECK_THAT(a->is_create_first && str_has(a->order, STR("can only go after something")));
	CHECK_THAT(plan_waits(b, (uint32_t)(a - p->steps)));
	CHECK_THAT(plan_waits(world_step(p, "t"), (uint32_t)(b - p->steps)));
	CHECK_THAT(plan_waits(&p->steps[a->pair], (uint32_t)(world_step(p, "t") - p->steps)));
	CHECK_EQ(p->counts[STEP_REPLACE], 1);
	CHECK_EQ(p->counts[STEP_DESTROY], 1);
	plan_free(p);
	CHECK_THAT(world_apply(t, moved, 2)); /* the cloud keeps what is in use */
	CHECK_EQ(fake_count(t->cloud), 2);
}
TEST(plan_makes_first_what_is_on_a_circle)
{
	world_run(plan_test_circle);
}

/* Where the new object would be in the old one's way, the plan says what will happen. */
static void plan_test_collision(TestWorld *t)
{
	static const WorldNode before[] = {
		{.address = "a", .name = "a", .port = "80"},
		{.address = "b", .name = "b", .needs = "a"},
	};
	static const WorldNode same[] = {
		{.address = "a", .name = "other", .port = "80"},
		{.address = "b", .name = "b", .needs = "a"},
	};
	static const WorldNode moved[] = {
		{.address = "a", .name = "other", .port = "81"},
		{.address = "b", .name = "b", .needs = "a"},
	};
	Str lines;

	CHECK_THAT(world_apply(t, before, 2));
	world_graph(t, same, 2);
	Plan *p = world_plan(t, NULL);
	const PlanStep *a = world_step(p, "a");

	CHECK_THAT(!a->is_create_first && !a->order.len);
	CHECK_THAT(plan_waits(a, (uint32_t)a->pair));
	CHECK_THAT(str_has(a->warning, STR("`b` still uses it when it is destroyed")));
	CHECK_THAT(str_has(a->warning, STR("`port` stays the same: write another one")));
	lines = world_text(t, p);
	CHECK_THAT(str_has(lines, STR("-/+ a")) && str_has(lines, STR("warning: `b` still")));
	plan_free(p);
	CHECK_THAT(!world_apply(t, same, 2)); /* as it was said */
	CHECK_EQ(fake_count(t->cloud), 2);
	CHECK_THAT(world_apply(t, moved, 2));
	CHECK_EQ(fake_count(t->cloud), 2);
}
TEST(plan_warns_of_a_replace_in_use)
{
	world_run(plan_test_collision);
}

/* Who drops the old object in the same plan does so before it is destroyed. */
static void plan_test_dropped(TestWorld *t)
{
	static const WorldNode after[] = {
		{.address = "a", .name = "other", .port = "80"},
		{.address = "b", .name = "b"},
	};
	static const WorldNode before[] = {
		{.address = "a", .name = "a", .port = "80"},
		{.address = "b", .name = "b", .needs = "a"},
	};

	CHECK_THAT(world_apply(t, before, 2));
	CHECK_THAT(world_apply(t, after, 2));
	CHECK_EQ(fake_count(t->cloud), 2);
}
TEST(plan_destroys_after_what_lets_go)
{
	world_run(plan_test_dropped);
}

static void plan_test_destroy(TestWorld *t)
{
	PlanOptions all = {.is_destroy = true, .max_destroys = -1};

	CHECK_THAT(world_apply(t, plan_two, 2));
	Plan *p = world_plan(t, &all);

	CHECK_EQ(p->counts[STEP_DESTROY], 2);
	CHECK_THAT(plan_waits(&p->steps[0], 1)); /* a waits for b */
	plan_free(p);
	all.max_destroys = 1;
	CHECK_THAT(!world_plan(t, &all));
	CHECK_EQ(t->diags.items.ptr[0]->code, DIAG_TOO_MANY_DESTROYS);
	CHECK_THAT(world_apply(t, plan_two, 1)); /* b is not in the program any more */
	CHECK_EQ(fake_count(t->cloud), 1);
}
TEST(plan_destroys_backwards)
{
	world_run(plan_test_destroy);
}

static void plan_test_protect(TestWorld *t)
{
	static const WorldNode kept[] = {{.address = "a", .name = "a", .is_protected = true}};
	static const WorldNode freed[] = {{.address = "a", .name = "other"}};

	CHECK_THAT(world_apply(t, kept, 1));
	world_graph(t, NULL, 0); /* removing the block does not lift the protection */
	CHECK_THAT(!world_plan(t, NULL));
	CHECK_EQ(t->diags.items.ptr[0]->code, DIAG_PROTECTED);
	CHECK_THAT(world_apply(t, freed, 1));
}
TEST(plan_keeps_what_is_protected)
{
	world_run(plan_test_protect);
}

static void plan_test_target(TestWorld *t)
{
	static const WorldNode nodes[] = {
		{.address = "a", .name = "a"},
		{.address = "b", .name = "b", .needs = "a"},
		{.address = "c[\"x\"]", .name = "c"},
		{.address = "d", .name = "d"},
	};
	Str b = STR("b");
	Str c = STR("c");
	Str wrong = STR("bb");
	PlanOptions options = {.targets = &b, .target_count = 1, .max_destroys = -1};

	world_graph(t, nodes, 4);
	Plan *p = world_plan(t, &options);

	CHECK_EQ(p->step_count, 2); /* and what it needs */
	CHECK_THAT(world_step(p, "a") && world_step(p, "b"));
	plan_free(p);
	options.targets = &c;
	p = world_plan(t, &options);
	CHECK_EQ(p->step_count, 1);
	plan_free(p);
	options.targets = &wrong;
	CHECK_THAT(!world_plan(t, &options));
	CHECK_EQ(t->diags.items.ptr[0]->code, DIAG_UNKNOWN_TARGET);
	CHECK_THAT(str_has(t->diags.items.ptr[0]->fix, STR("`b`")));
}
TEST(plan_targets_bring_what_they_need)
{
	world_run(plan_test_target);
}

static void plan_test_asked(TestWorld *t)
{
	Str b = STR("b");
	PlanOptions options = {.replaces = &b, .replace_count = 1, .max_destroys = -1};

	CHECK_THAT(world_apply(t, plan_two, 2));
	Plan *p = world_plan(t, &options);

	CHECK_EQ(world_step(p, "b")->kind, STEP_REPLACE);
	CHECK_THAT(str_eq(world_step(p, "b")->reason, STR("asked for")));
	CHECK_EQ(p->counts[STEP_REPLACE], 1);
	plan_free(p);
}
TEST(plan_replaces_when_asked)
{
	world_run(plan_test_asked);
}

static void plan_test_outside(TestWorld *t)
{
	PlanOptions drift = {.is_drift = true, .max_destroys = -1};
	PlanOptions trust = {.no_refresh = true, .max_destroys = -1};

	CHECK_THAT(world_apply(t, plan_two, 2));
	CHECK_THAT(fake_set(t->cloud, fake_object(t->cloud, 0).id, STR("note"),
		value_string(STR("by hand"))));
	CHECK_THAT(fake_remove(t->cloud, fake_object(t->cloud, 1).id));
	Plan *p = world_plan(t, &trust);

	CHECK_THAT(plan_is_empty(p));
	plan_free(p);
	p = world_plan(t, &drift);
	CHECK_EQ(p->counts[STEP_DRIFT], 1);
	CHECK_EQ(p->counts[STEP_GONE], 1);
	CHECK_THAT(str_has(world_text(t, p), STR("note: \"x\" -> \"by hand\"")));
	plan_free(p);
	p = world_plan(t, NULL);
	CHECK_EQ(world_step(p, "a")->kind, STEP_UPDATE);
	CHECK_EQ(world_step(p, "b")->kind, STEP_CREATE);
	CHECK_THAT(str_eq(world_step(p, "b")->reason, STR("was destroyed outside")));
	plan_free(p);
	CHECK_THAT(world_apply(t, plan_two, 2));
	p = world_plan(t, NULL);
	CHECK_THAT(plan_is_empty(p));
	CHECK_EQ(fake_count(t->cloud), 2);
	plan_free(p);
}
TEST(plan_puts_right_what_changed_outside)
{
	world_run(plan_test_outside);
}

static void plan_test_json(TestWorld *t)
{
	uint32_t lines = 0;
	Diag err = {0};
	Value v;
	Buf b;

	world_graph(t, plan_two, 2);
	Plan *p = world_plan(t, NULL);

	buf_init(&b, 1 << 20);
	plan_json(&b, p);
	CHECK_THAT(!str_has(buf_str(&b), STR("hunter2")));
	for (Str rest = buf_str(&b); rest.len; lines++) {
		CHECK_THAT(json_parse(t->arena, str_cut(&rest, STR("\n")), &v, &err));
		CHECK_THAT(value_find(v, STR("kind")));
	}
	CHECK_EQ(lines, 4);
	buf_clear(&b);
	plan_markdown(&b, p, 400);
	CHECK_THAT(b.len <= 400 && str_has(buf_str(&b), STR("more steps")));
	CHECK_THAT(!str_has(buf_str(&b), STR("hunter2")));
	buf_clear(&b);
	plan_graph_dot(&b, t->graph, p);
	CHECK_THAT(str_has(buf_str(&b), STR("n1 -> n0;")));
	buf_clear(&b);
	plan_graph_mermaid(&b, t->graph, NULL);
	CHECK_THAT(str_has(buf_str(&b), STR("n1 --> n0")));
	buf_fini(&b);
	plan_free(p);
}
TEST(plan_prints_for_machines)
{
	world_run(plan_test_json);
}
