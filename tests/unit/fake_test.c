/* The model cloud: it keeps its own rules. */
#include "runtime/provider/fake.h"
#include "tests/unit/provider_util.h"
#include "tests/unit/test.h"

typedef struct Run {
	World world;
	Loop *loop;
	Fake *fake;
	Driver *driver;
	void (*body)(struct Run *r);
} Run;

static void begin(void *arg)
{
	Run *r = arg;

	r->body(r);
}

static void run(uint64_t seed, void (*body)(Run *r))
{
	Run r = {.body = body};

	world_init(&r.world, "aws", "{}");
	r.loop = loop_new();
	r.fake = fake_new(r.loop, seed);
	r.driver = fake_driver(r.fake);
	fiber_main(r.loop, begin, &r);
	fake_free(r.fake);
	loop_free(r.loop);
	world_fini(&r.world);
}

static bool create(Run *r, DriverObject *o)
{
	return r->driver->create(r->driver, o, NULL, r->world.arena, &r->world.err);
}

static bool refresh(Run *r, DriverObject *o)
{
	return r->driver->read(r->driver, o, 1, false, r->world.arena, &r->world.err);
}

static DriverObject vpc(Run *r)
{
	return world_object(&r->world, "aws.ec2.vpc", "{\"cidr_block\":\"10.0.0.0/16\"}");
}

static void rules_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = vpc(r);
	Str fixed = STR("cidr_block");
	Str loose = STR("enable_dns_hostnames");

	CHECK_THAT(create(r, &o));
	CHECK_THAT(o.id.len && value_find(o.attrs, STR("owner_id")));
	CHECK_EQ(fake_count(r->fake), 1);
	CHECK_THAT(!r->driver->update(r->driver, &o, &fixed, 1, NULL, w->arena, &w->err));
	CHECK_EQ(w->err.code, DIAG_API_REFUSED);
	o.desired = value_with(w->arena, o.desired, loose, value_bool(true));
	CHECK_THAT(r->driver->update(r->driver, &o, &loose, 1, NULL, w->arena, &w->err));
	CHECK_THAT(refresh(r, &o) && value_find(o.attrs, loose)->as.boolean);
	Str id = str_print(w->arena, "{\"vpc_id\":\"%.*s\",\"cidr_block\":\"10.0.0.0/24\"}",
		STR_ARG(o.id));
	DriverObject s = world_object(w, "aws.ec2.subnet", id.ptr);
	s.token = STR("another");
	CHECK_THAT(create(r, &s));
	CHECK_THAT(!r->driver->destroy(r->driver, &o, NULL, w->arena, &w->err));
	CHECK_EQ(w->err.code, DIAG_DEPENDENCY);
	CHECK_THAT(r->driver->destroy(r->driver, &s, NULL, w->arena, &w->err));
	CHECK_THAT(r->driver->destroy(r->driver, &o, NULL, w->arena, &w->err));
	CHECK_THAT(refresh(r, &o) && o.is_gone);
	CHECK_EQ(fake_count(r->fake), 0);
}

TEST(fake_keeps_its_rules)
{
	run(1, rules_body);
}

static void lost_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = vpc(r);
	DriverFound found = FOUND_NO;

	fake_set_faults(r->fake, (FakeFaults){.lost_after = 1000});
	CHECK_THAT(!create(r, &o));
	CHECK_EQ(w->err.code, DIAG_TIMED_OUT);
	CHECK_EQ(fake_count(r->fake), 1);
	fake_set_faults(r->fake, (FakeFaults){0});
	CHECK_THAT(r->driver->find(r->driver, &o, 0, &found, w->arena, &w->err));
	CHECK_EQ(found, FOUND_OURS);
	DriverObject again = vpc(r); /* the same token: the same object */
	CHECK_THAT(create(r, &again));
	CHECK_THAT(str_eq(again.id, o.id));
	CHECK_EQ(fake_count(r->fake), 1);
}

TEST(fake_finds_what_a_lost_answer_hid)
{
	run(2, lost_body);
}

static void kill_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = vpc(r);

	fake_kill_at(r->fake, 1, true);
	CHECK_THAT(!create(r, &o));
	CHECK_EQ(w->err.code, DIAG_INTERRUPTED);
	CHECK_THAT(fake_is_dead(r->fake));
	CHECK_EQ(fake_count(r->fake), 1);
	CHECK_THAT(!refresh(r, &o));
	fake_revive(r->fake);
	fake_kill_at(r->fake, 1, false);
	o.token = STR("another");
	CHECK_THAT(!create(r, &o));
	CHECK_EQ(fake_count(r->fake), 1);
}

TEST(fake_is_killed_before_or_after_a_call)
{
	run(3, kill_body);
}

static void lag_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = vpc(r);
	uint32_t stale = 0;

	CHECK_THAT(create(r, &o));
	fake_set_faults(r->fake, (FakeFaults){.lost_after = 1000, .lag_calls = 20});
	CHECK_THAT(!r->driver->destroy(r->driver, &o, NULL, w->arena, &w->err));
	fake_set_faults(r->fake, (FakeFaults){0});
	for (int i = 0; i < 30; i++) {
		CHECK_THAT(refresh(r, &o));
		stale += !o.is_gone;
	}
	CHECK_THAT(stale > 0 && stale < 30);
	CHECK_THAT(o.is_gone);
}

TEST(fake_reads_lag_behind_and_catch_up)
{
	run(5, lag_body);
}
