/* Fibers: order, parking, sleeping, groups, slots, and very many of them. */
#include "runtime/host/fiber.h"

#include "compiler/base/mem.h"
#include "runtime/host/clock.h"
#include "tests/unit/test.h"

#include <string.h>

/* What the fibers of a test share. */
typedef struct Scene {
	Loop *loop;
	Fiber *other;
	char log[64];
	uint32_t log_len;
	uint32_t count;
	bool is_ready;
	FiberSlots slots;
	uint32_t inside;
	uint32_t inside_max;
} Scene;

static void scene_log(Scene *s, char c)
{
	if (s->log_len + 1 < sizeof(s->log))
		s->log[s->log_len++] = c;
}

static void run_scene(Scene *s, FiberFn fn)
{
	s->loop = loop_new();
	fiber_main(s->loop, fn, s);
	CHECK_THAT(!fiber_self(s->loop));
	s->loop = loop_free(s->loop);
}

static void say_b(void *arg)
{
	Scene *s = arg;

	scene_log(s, 'b');
	fiber_yield(s->loop);
	scene_log(s, 'd');
}

static void say_a(void *arg)
{
	Scene *s = arg;

	fiber_start(s->loop, say_b, s);
	scene_log(s, 'a');
	fiber_yield(s->loop);
	scene_log(s, 'c');
}

TEST(fiber_yield_lets_others_run)
{
	Scene s = {0};

	run_scene(&s, say_a);
	CHECK_THAT(strcmp(s.log, "abcd") == 0 || strcmp(s.log, "abdc") == 0);
}

static void wait_ready(void *arg)
{
	Scene *s = arg;

	s->other = fiber_self(s->loop);
	while (!s->is_ready)
		fiber_park(s->loop);
	scene_log(s, 'w');
}

static void make_ready(void *arg)
{
	Scene *s = arg;

	fiber_start(s->loop, wait_ready, s);
	fiber_yield(s->loop);
	fiber_wake(s->other); /* for nothing: it goes on waiting */
	fiber_yield(s->loop);
	scene_log(s, 'r');
	s->is_ready = true;
	fiber_wake(s->other);
	fiber_wake(s->other); /* twice does no harm */
}

TEST(fiber_wake_lets_a_parked_one_go_on)
{
	Scene s = {0};

	run_scene(&s, make_ready);
	CHECK_THAT(strcmp(s.log, "rw") == 0);
}

static void wake_self(void *arg)
{
	Scene *s = arg;

	fiber_wake(fiber_self(s->loop));
	fiber_park(s->loop);
	scene_log(s, 'x');
}

TEST(fiber_remembers_an_early_wake)
{
	Scene s = {0};

	run_scene(&s, wake_self);
	CHECK_THAT(strcmp(s.log, "x") == 0);
}

static void park_forever(void *arg)
{
	Scene *s = arg;

	for (;;)
		fiber_park(s->loop);
}

TEST_ABORTS(fiber_waiting_for_nothing_is_a_bug)
{
	Scene s = {0};

	run_scene(&s, park_forever);
}

typedef struct Sleeper {
	Scene *scene;
	int64_t ms;
} Sleeper;

static void sleep_and_log(void *arg)
{
	Sleeper *sleeper = arg;

	CHECK_THAT(fiber_sleep(sleeper->scene->loop, sleeper->ms));
	scene_log(sleeper->scene, (char)('0' + sleeper->ms / 5));
}

static void sleep_in_group(void *arg)
{
	Scene *s = arg;
	Sleeper sleepers[] = {{s, 15}, {s, 5}, {s, 10}, {s, 0}};
	int64_t before = clock_mono_ms();
	FiberGroup g;

	fiber_group_init(&g, s->loop);
	fiber_group_wait(&g);
	for (int i = 0; i < 4; i++)
		fiber_group_start(&g, sleep_and_log, &sleepers[i]);
	fiber_group_wait(&g);
	scene_log(s, '.');
	CHECK_THAT(clock_mono_ms() - before >= 14);
}

TEST(fiber_sleep_wakes_in_order_and_groups_wait_for_all)
{
	Scene s = {0};

	run_scene(&s, sleep_in_group);
	CHECK_THAT(strcmp(s.log, "0123.") == 0);
}

static void sleep_long(void *arg)
{
	Scene *s = arg;

	CHECK_THAT(!fiber_sleep(s->loop, 3600000));
	CHECK_THAT(!fiber_sleep(s->loop, 3600000)); /* at once from now on */
	CHECK_THAT(!fiber_park_interruptible(s->loop));
	scene_log(s, 's');
}

static void park_long(void *arg)
{
	Scene *s = arg;

	while (fiber_park_interruptible(s->loop))
		scene_log(s, '?');
	scene_log(s, 'p');
}

static void interrupt_twice(void *arg)
{
	Scene *s = arg;

	fiber_start(s->loop, sleep_long, s);
	fiber_start(s->loop, park_long, s);
	fiber_yield(s->loop);
	loop_interrupt(s->loop);
	CHECK_EQ(loop_interrupts(s->loop), 1);
	for (int i = 0; i < 5; i++)
		fiber_yield(s->loop);
	CHECK_EQ(s->log_len, 0);
	loop_interrupt(s->loop);
}

TEST(fiber_second_interrupt_ends_waits)
{
	Scene s = {0};

	run_scene(&s, interrupt_twice);
	CHECK_EQ(s.log_len, 2);
}

static void use_slot(void *arg)
{
	Scene *s = arg;
	uint32_t number = s->count++;

	fiber_slots_take(&s->slots);
	CHECK_EQ(s->log_len, number); /* first come, first served */
	scene_log(s, 'x');
	if (++s->inside > s->inside_max)
		s->inside_max = s->inside;
	for (uint32_t i = 0; i < 3; i++)
		fiber_yield(s->loop);
	s->inside--;
	fiber_slots_give(&s->slots);
}

static void share_slots(void *arg)
{
	Scene *s = arg;
	FiberGroup g;

	fiber_slots_init(&s->slots, s->loop, 4);
	fiber_group_init(&g, s->loop);
	for (int i = 0; i < 50; i++)
		fiber_group_start(&g, use_slot, s);
	fiber_group_wait(&g);
	CHECK_EQ(s->inside_max, 4);
	CHECK_EQ(s->slots.taken, 0);
	fiber_slots_fini(&s->slots);
	fiber_slots_init(&s->slots, s->loop, 0); /* no limit: nobody waits */
	fiber_slots_take(&s->slots);
	fiber_slots_take(&s->slots);
	fiber_slots_give(&s->slots);
	fiber_slots_give(&s->slots);
	fiber_slots_fini(&s->slots);
}

TEST(fiber_slots_hold_their_limit_in_order)
{
	Scene s = {0};

	run_scene(&s, share_slots);
	CHECK_EQ(s.log_len, 50);
}

/* Uses a good part of the stack and gives way in the depth of it. */
static uint32_t dig(Scene *s, uint32_t depth)
{
	volatile char room[1000];

	room[0] = (char)depth;
	if (depth == 0)
		fiber_yield(s->loop);
	uint32_t below = depth ? dig(s, depth - 1) : 0;

	return below + (room[0] == (char)depth);
}

static void count_deep(void *arg)
{
	Scene *s = arg;

	CHECK_EQ(dig(s, 100), 101);
	s->count++;
}

static void start_many(void *arg)
{
	Scene *s = arg;
	FiberGroup g;

	fiber_group_init(&g, s->loop);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 500; i++)
			fiber_group_start(&g, count_deep, s);
		fiber_group_wait(&g);
	}
}

TEST(fiber_stacks_are_apart)
{
	Scene s = {0};

	run_scene(&s, start_many);
	CHECK_EQ(s.count, 1500);
}

static void wait_and_count(void *arg)
{
	Scene *s = arg;

	while (!s->is_ready)
		fiber_park(s->loop);
	s->count++;
}

#if defined(__SANITIZE_THREAD__)
enum { MANY = 1000 }; /* ThreadSanitizer keeps a trace of a megabyte for each */
#else
enum { MANY = 10000 };
#endif

static void park_many(void *arg)
{
	Scene *s = arg;
	Fiber **fibers = mem_alloc(MANY * sizeof(*fibers));

	for (int i = 0; i < MANY; i++)
		fibers[i] = fiber_start(s->loop, wait_and_count, s);
	fiber_yield(s->loop);
	CHECK_EQ(s->count, 0);
	s->is_ready = true;
	for (int i = 0; i < MANY; i++)
		fiber_wake(fibers[i]);
	mem_free(fibers);
}

TEST(fiber_ten_thousand_wait_at_once)
{
	Scene s = {0};

	run_scene(&s, park_many);
	CHECK_EQ(s.count, MANY);
}
