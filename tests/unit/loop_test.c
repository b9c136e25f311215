/* The loop: hooks, timers, watches, signals. */
#include "runtime/host/loop.h"

#include "runtime/host/clock.h"
#include "runtime/host/fiber.h"
#include "tests/unit/test.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Scene {
	Loop *loop;
	Fiber *waiter;
	LoopTimer *timer;
	LoopWatch *watch;
	int fds[2];
	char log[64];
	uint32_t log_len;
	uint32_t fired;
} Scene;

static void scene_log(Scene *s, char c)
{
	if (s->log_len + 1 < sizeof(s->log))
		s->log[s->log_len++] = c;
}

static void run_scene(Scene *s, FiberFn fn)
{
	s->loop = loop_new();
	CHECK_THAT(loop_is_mine(s->loop));
	fiber_main(s->loop, fn, s);
	s->loop = loop_free(s->loop);
}

static void nothing(void *arg UNUSED)
{
}

TEST(loop_ends_when_no_fiber_is_left)
{
	Loop *l = loop_new();
	LoopTimer *t = loop_timer(l, nothing, NULL);

	loop_run(l);
	loop_timer_set(t, 3600000); /* a timer alone does not keep it running */
	loop_run(l);
	fiber_main(l, nothing, NULL);
	loop_timer_free(t);
	loop_timer_free(NULL);
	loop_watch_free(NULL);
	CHECK_THAT(loop_free(l) == NULL && loop_free(NULL) == NULL);
}

static void hook_again(void *arg)
{
	scene_log(arg, 'h');
}

static void hook(void *arg)
{
	Scene *s = arg;

	scene_log(s, 'H');
	loop_at_turn_end(s->loop, hook_again, s);
}

static void say_two(void *arg)
{
	scene_log(arg, '2');
}

static void say_one(void *arg)
{
	Scene *s = arg;

	loop_at_turn_end(s->loop, hook, s);
	fiber_start(s->loop, say_two, s); /* still this turn: the hook gathers its work, too */
	scene_log(s, '1');
}

TEST(loop_calls_hooks_at_the_end_of_the_turn)
{
	Scene s = {0};

	run_scene(&s, say_one);
	CHECK_THAT(strcmp(s.log, "12Hh") == 0);
}

static void on_timer(void *arg)
{
	Scene *s = arg;

	if (++s->fired < 3)
		loop_timer_set(s->timer, 1);
	else
		fiber_wake(s->waiter);
}

static void wait_for_timer(void *arg)
{
	Scene *s = arg;
	LoopTimer *stopped = loop_timer(s->loop, on_timer, s);

	s->waiter = fiber_self(s->loop);
	s->timer = loop_timer(s->loop, on_timer, s);
	loop_timer_set(stopped, 1);
	loop_timer_set(stopped, -1);
	loop_timer_set(s->timer, 0);
	while (s->fired < 3)
		fiber_park(s->loop);
	loop_timer_free(stopped);
	loop_timer_free(s->timer);
}

TEST(loop_timers_fire_once_and_can_be_set_again)
{
	Scene s = {0};

	run_scene(&s, wait_for_timer);
	CHECK_EQ(s.fired, 3);
}

static void on_watch(void *arg, bool readable, bool writable)
{
	Scene *s = arg;
	char byte;

	if (writable) {
		scene_log(s, 'w');
		loop_watch_set(s->watch, true, false);
		CHECK_EQ((int64_t)write(s->fds[1], "x", 1), 1);
	}
	if (readable) {
		CHECK_EQ((int64_t)read(s->fds[0], &byte, 1), 1);
		scene_log(s, 'r');
		loop_watch_set(s->watch, false, false);
		fiber_wake(s->waiter);
	}
}

static void watch_a_socket(void *arg)
{
	Scene *s = arg;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, s->fds), 0);
	s->waiter = fiber_self(s->loop);
	s->watch = loop_watch(s->loop, s->fds[0], on_watch, s);
	loop_watch_set(s->watch, true, true);
	while (s->log_len < 2)
		fiber_park(s->loop);
	loop_watch_free(s->watch);
	close(s->fds[0]);
	close(s->fds[1]);
}

TEST(loop_watches_sockets)
{
	Scene s = {0};

	run_scene(&s, watch_a_socket);
	CHECK_THAT(strcmp(s.log, "wr") == 0);
}

static void wake_waiter(void *arg)
{
	const Scene *s = arg;

	fiber_wake(s->waiter);
}

static void wait_for_a_due_timer(void *arg)
{
	Scene *s = arg;
	LoopTimer *late = loop_timer(s->loop, nothing, NULL);
	LoopTimer *due = loop_timer(s->loop, wake_waiter, s);
	int64_t before = clock_mono_ms();

	s->waiter = fiber_self(s->loop);
	loop_timer_set(late, 5000); /* what a poll would wait for */
	loop_timer_set(due, 0);
	fiber_park(s->loop);
	CHECK_THAT(clock_mono_ms() - before < 4000);
	loop_timer_free(due);
	loop_timer_free(late);
}

TEST(loop_does_not_poll_while_a_fiber_is_ready)
{
	Scene s = {0};

	run_scene(&s, wait_for_a_due_timer);
}

static void be_interrupted(void *arg)
{
	Scene *s = arg;

	loop_catch_signals(s->loop);
	loop_catch_signals(s->loop);
	CHECK_EQ(loop_interrupts(s->loop), 0);
	CHECK_EQ(kill(getpid(), SIGINT), 0);
	while (loop_interrupts(s->loop) < 1)
		fiber_yield(s->loop);
	CHECK_EQ(kill(getpid(), SIGTERM), 0);
	CHECK_THAT(!fiber_sleep(s->loop, 3600000));
	CHECK_EQ(loop_interrupts(s->loop), 2);
}

TEST(loop_counts_signals)
{
	Scene s = {0};

	run_scene(&s, be_interrupted);
}
