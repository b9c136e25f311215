/* The loop: libuv for what happens outside, the ready queue of fiber.c for what goes on inside.
 *
 * A turn is: poll, run the fibers that became ready, call what was asked for at the turn's end.
 * libuv's callbacks only note what happened and wake fibers; fibers run between polls. */
#define _GNU_SOURCE
#include "runtime/host/loop.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"
#include "runtime/host/limits.h"
#include "runtime/host/loop_impl.h"

#include <signal.h>

static const int loop_signals[LOOP_SIGNAL_COUNT] = {SIGINT, SIGTERM, SIGHUP};

struct LoopWatch {
	uv_poll_t poll;
	LoopWatchFn fn;
	void *arg;
};

struct LoopTimer {
	uv_timer_t timer;
	void (*fn)(void *arg);
	void *arg;
};

static void *loop_uv_malloc(size_t size)
{
	return mem_realloc(NULL, size);
}

static void *loop_uv_calloc(size_t count, size_t size)
{
	return mem_alloc(count * size); /* libuv's counts are small */
}

/* libuv calls due timers before it polls: what they made ready must not wait for its end. */
static void loop_before_poll(uv_prepare_t *handle)
{
	const Loop *l = handle->data;

	if (l->ready.first || l->next.first || l->hooks.len)
		uv_stop(handle->loop);
}

Loop *loop_new(void)
{
	Loop *l = MEM_NEW(Loop);

	CHECK(uv_replace_allocator(loop_uv_malloc, mem_realloc, loop_uv_calloc, mem_free) == 0);
	CHECK(uv_loop_init(&l->uv) == 0); /* fails only without file descriptors or memory */
	CHECK(uv_prepare_init(&l->uv, &l->before_poll) == 0);
	CHECK(uv_prepare_start(&l->before_poll, loop_before_poll) == 0);
	uv_unref((uv_handle_t *)&l->before_poll);
	l->before_poll.data = l;
	l->magic = LOOP_MAGIC;
	l->owner = uv_thread_self();
	fiber_home_init(l);
	fiber_slots_init(&l->jobs, l, WORKER_JOBS_MAX);
	(void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write, */
	(void)signal(SIGXFSZ, SIG_IGN); /* and so is a limit on the size of files */
	return l;
}

static void loop_check(const Loop *l)
{
	CHECK(l->magic == LOOP_MAGIC);
}

/* Every handle has a block of its own, which its `data` points to: freed when libuv lets go. */
static void loop_free_block(uv_handle_t *handle)
{
	mem_free(handle->data);
}

Loop *loop_free(Loop *l)
{
	if (!l)
		return NULL;
	loop_check(l);
	CHECK(!l->live_count && !l->current);
	for (int i = 0; l->signals[0] && i < LOOP_SIGNAL_COUNT; i++)
		uv_close((uv_handle_t *)l->signals[i], loop_free_block);
	uv_close((uv_handle_t *)&l->before_poll, NULL);
	fiber_home_fini(l);
	(void)uv_run(&l->uv, UV_RUN_DEFAULT); /* until all close callbacks were called */
	CHECK(uv_loop_close(&l->uv) == 0);    /* watches and timers are freed by their owners */
	fiber_slots_fini(&l->jobs);
	vec_fini(&l->hooks);
	mem_free(l);
	return NULL;
}

/* Calls the hooks of this turn; those they add are for the next. */
static void loop_run_hooks(Loop *l)
{
	LoopHooks hooks = l->hooks;

	l->hooks = (LoopHooks){0};
	for (uint32_t i = 0; i < hooks.len; i++)
		hooks.ptr[i].fn(hooks.ptr[i].arg);
	if (l->hooks.ptr) {
		vec_fini(&hooks);
	} else { /* keep the memory */
		hooks.len = 0;
		l->hooks = hooks;
	}
}

/* Says whether something outside could wake a fiber.  Signals can wake those that are told of
 * interrupts, and no others. */
static bool loop_can_wake(Loop *l)
{
	if (!l->signals[0] || l->interruptible_count)
		return uv_loop_alive(&l->uv);
	for (int i = 0; i < LOOP_SIGNAL_COUNT; i++)
		uv_unref((uv_handle_t *)l->signals[i]);
	bool can_wake = uv_loop_alive(&l->uv);

	for (int i = 0; i < LOOP_SIGNAL_COUNT; i++)
		uv_ref((uv_handle_t *)l->signals[i]);
	return can_wake;
}

void loop_run(Loop *l)
{
	loop_check(l);
	CHECK(loop_is_mine(l) && !l->current);
	for (;;) {
		fiber_run_ready(l);
		loop_run_hooks(l);
		bool is_busy = l->ready.first || l->next.first || l->hooks.len;

		if (!l->live_count && !l->hooks.len)
			return;
		/* Fibers that all wait while nothing outside could wake them: a bug of ours. */
		CHECK(is_busy || loop_can_wake(l));
		(void)uv_run(&l->uv, is_busy ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	}
}

bool loop_is_mine(const Loop *l)
{
	uv_thread_t self = uv_thread_self();

	loop_check(l);
	return uv_thread_equal(&self, &l->owner);
}

void loop_at_turn_end(Loop *l, void (*fn)(void *arg), void *arg)
{
	LoopHook hook = {fn, arg};

	vec_push(&l->hooks, hook);
}

uint32_t loop_interrupts(const Loop *l)
{
	return l->interrupts;
}

static void loop_on_signal(uv_signal_t *handle, int number UNUSED)
{
	loop_interrupt(handle->loop->data);
}

void loop_catch_signals(Loop *l)
{
	loop_check(l);
	if (l->signals[0])
		return;
	l->uv.data = l;
	for (int i = 0; i < LOOP_SIGNAL_COUNT; i++) {
		uv_signal_t *handle = MEM_NEW(uv_signal_t);

		handle->data = l->signals[i] = handle;
		CHECK(uv_signal_init(&l->uv, handle) == 0);
		CHECK(uv_signal_start(handle, loop_on_signal, loop_signals[i]) == 0);
	}
}

void loop_interrupt(Loop *l)
{
	loop_check(l);
	if (++l->interrupts == 2)
		fiber_wake_interrupted(l);
}

static void loop_on_poll(uv_poll_t *handle, int status, int events)
{
	LoopWatch *w = handle->data;

	/* After an error both are true: whoever reads or writes then learns of it. */
	w->fn(w->arg, status < 0 || events & UV_READABLE, status < 0 || events & UV_WRITABLE);
}

LoopWatch *loop_watch(Loop *l, int fd, LoopWatchFn fn, void *arg)
{
	LoopWatch *w = MEM_NEW(LoopWatch);

	loop_check(l);
	w->fn = fn;
	w->arg = arg;
	w->poll.data = w;
	CHECK(uv_poll_init(&l->uv, &w->poll, fd) == 0); /* an open socket or pipe */
	return w;
}

void loop_watch_set(LoopWatch *w, bool want_read, bool want_write)
{
	int events = (want_read ? UV_READABLE : 0) | (want_write ? UV_WRITABLE : 0);

	if (events)
		CHECK(uv_poll_start(&w->poll, events, loop_on_poll) == 0);
	else
		CHECK(uv_poll_stop(&w->poll) == 0);
}

void loop_watch_free(LoopWatch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->poll, loop_free_block);
}

static void loop_on_timer(uv_timer_t *handle)
{
	LoopTimer *t = handle->data;

	t->fn(t->arg);
}

LoopTimer *loop_timer(Loop *l, void (*fn)(void *arg), void *arg)
{
	LoopTimer *t = MEM_NEW(LoopTimer);

	loop_check(l);
	t->fn = fn;
	t->arg = arg;
	t->timer.data = t;
	CHECK(uv_timer_init(&l->uv, &t->timer) == 0);
	return t;
}

void loop_timer_set(LoopTimer *t, int64_t ms)
{
	if (ms < 0) {
		(void)uv_timer_stop(&t->timer); /* cannot fail */
		return;
	}
	uv_update_time(t->timer.loop); /* fibers may have run for long since the poll */
	CHECK(uv_timer_start(&t->timer, loop_on_timer, (uint64_t)ms, 0) == 0);
}

void loop_timer_free(LoopTimer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->timer, loop_free_block);
}
