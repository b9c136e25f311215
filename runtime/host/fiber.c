/* Fibers on ucontext: stacks from mmap with a guard page below, kept in a pool.
 *
 * Only the loop's own stack changes to a fiber, and a fiber only back to it.  The sanitizers and
 * valgrind are told of every change, else they would take it for a smashed stack. */
#define _GNU_SOURCE
#include "runtime/host/fiber.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"
#include "runtime/host/limits.h"
#include "runtime/host/loop_impl.h"

#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define FIBER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define FIBER_TSAN 1
#endif
#if defined(FIBER_ASAN)
#include <dlfcn.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(FIBER_TSAN)
#include <sanitizer/tsan_interface.h>
#endif
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>) && !defined(FIBER_ASAN) && !defined(FIBER_TSAN)
#include <valgrind/valgrind.h>
#define FIBER_VALGRIND 1
#endif
#endif

enum {
#if defined(FIBER_ASAN) || defined(FIBER_TSAN)
	FIBER_STACK = 4 * FIBER_STACK_BYTES, /* the sanitizers' frames are bigger */
#else
	FIBER_STACK = FIBER_STACK_BYTES,
#endif
	FIBER_GUARD = 64 << 10,      /* below the stack: a multiple of every page size */
	FIBER_TURN_RUNS_MAX = 10000, /* then the outside gets its turn, however much is ready */
	FIBER_MAGIC = 0x46696272,
};

typedef enum FiberState { FIBER_READY, FIBER_RUNNING, FIBER_PARKED, FIBER_ENDED } FiberState;

struct Fiber {
	uint32_t magic;
	FiberState state;
	bool was_woken;        /* a wake came while it was not parked */
	bool is_interruptible; /* parked where the second interrupt reaches it */
	bool has_slot;         /* fiber_slots_give() gave it the slot it waits for */
	bool has_timer;
	bool is_due; /* its timer has fired */
	Loop *loop;
	Fiber *queue_next; /* in a FiberQueue, or among the spare ones */
	Fiber *live_next;
	Fiber *live_before;
	FiberFn fn;
	void *arg;
	FiberGroup *group;
	unsigned char *stack; /* its lowest byte, above the guard */
	ucontext_t context;
	uv_timer_t timer;
#if defined(FIBER_ASAN)
	void *fake_stack;
#endif
#if defined(FIBER_TSAN)
	void *tsan;
#endif
#if defined(FIBER_VALGRIND)
	unsigned valgrind_id;
#endif
};

struct FiberHome {
	ucontext_t context;
#if defined(FIBER_ASAN)
	int (*swap)(ucontext_t *from, const ucontext_t *to);
	void *fake_stack;
	const void *stack;
	size_t stack_bytes;
#endif
#if defined(FIBER_TSAN)
	void *tsan;
#endif
};

static void fiber_queue_add(FiberQueue *q, Fiber *f)
{
	f->queue_next = NULL;
	if (q->last)
		q->last->queue_next = f;
	else
		q->first = f;
	q->last = f;
}

static Fiber *fiber_queue_take(FiberQueue *q)
{
	Fiber *f = q->first;

	if (f) {
		q->first = f->queue_next;
		if (!q->first)
			q->last = NULL;
	}
	return f;
}

/* Changes stacks.  AddressSanitizer puts a function of its own before swapcontext(), which warns
 * and clears shadow memory: it is told of the change already, so the one of libc will do. */
static int fiber_swap(const Loop *l, ucontext_t *from, const ucontext_t *to)
{
#if defined(FIBER_ASAN)
	return l->home->swap(from, to);
#else
	(void)l;
	return swapcontext(from, to);
#endif
}

/* Goes from the loop's stack to that of `f`, until it parks or ends. */
static void fiber_enter(Loop *l, Fiber *f)
{
	f->state = FIBER_RUNNING;
	l->current = f;
#if defined(FIBER_TSAN)
	__tsan_switch_to_fiber(f->tsan, 0);
#endif
#if defined(FIBER_ASAN)
	__sanitizer_start_switch_fiber(&l->home->fake_stack, f->stack, FIBER_STACK);
#endif
	int done = fiber_swap(l, &l->home->context, &f->context);

	CHECK(done == 0);
#if defined(FIBER_ASAN)
	__sanitizer_finish_switch_fiber(l->home->fake_stack, NULL, NULL);
#endif
	l->current = NULL;
}

/* Goes back from the stack of `f`, which runs, to the loop's; an ended fiber never returns. */
static void fiber_leave(Fiber *f)
{
	Loop *l = f->loop;

#if defined(FIBER_TSAN)
	__tsan_switch_to_fiber(l->home->tsan, 0);
#endif
#if defined(FIBER_ASAN)
	__sanitizer_start_switch_fiber(f->state == FIBER_ENDED ? NULL : &f->fake_stack,
		l->home->stack, l->home->stack_bytes);
#endif
	int done = f->state == FIBER_ENDED ? setcontext(&l->home->context)
					   : fiber_swap(l, &f->context, &l->home->context);

	CHECK(done == 0);
#if defined(FIBER_ASAN)
	__sanitizer_finish_switch_fiber(f->fake_stack, &l->home->stack, &l->home->stack_bytes);
#endif
}

/* The first function on a fiber's stack.  makecontext() passes ints: the pointer in halves. */
static void fiber_begin(unsigned high, unsigned low)
{
	Fiber *f = (Fiber *)((uintptr_t)high << 16 << 16 | (uintptr_t)low);

#if defined(FIBER_ASAN)
	__sanitizer_finish_switch_fiber(NULL, &f->loop->home->stack, &f->loop->home->stack_bytes);
#endif
	f->fn(f->arg);
	f->state = FIBER_ENDED;
	fiber_leave(f);
	UNREACHABLE();
}

/* Makes a fiber with a stack and no work yet. */
static Fiber *fiber_new(Loop *l)
{
	Fiber *f = MEM_NEW(Fiber);
	unsigned char *block = mmap(NULL, FIBER_GUARD + FIBER_STACK, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	CHECK(block != MAP_FAILED); /* out of memory */
	CHECK(mprotect(block, FIBER_GUARD, PROT_NONE) == 0);
	f->magic = FIBER_MAGIC;
	f->loop = l;
	f->stack = block + FIBER_GUARD;
	CHECK(getcontext(&f->context) == 0);
#if defined(FIBER_VALGRIND)
	f->valgrind_id = VALGRIND_STACK_REGISTER(f->stack, f->stack + FIBER_STACK);
#endif
	return f;
}

static void fiber_free_block(uv_handle_t *timer)
{
	mem_free(timer->data);
}

static void fiber_free(Fiber *f)
{
	f->magic = 0;
#if defined(FIBER_VALGRIND)
	VALGRIND_STACK_DEREGISTER(f->valgrind_id);
#endif
#if defined(FIBER_ASAN)
	ASAN_UNPOISON_MEMORY_REGION(f->stack, FIBER_STACK); /* another mapping may come here */
#endif
	CHECK(munmap(f->stack - FIBER_GUARD, FIBER_GUARD + FIBER_STACK) == 0);
	if (f->has_timer)
		uv_close((uv_handle_t *)&f->timer, fiber_free_block);
	else
		mem_free(f);
}

void fiber_home_init(Loop *l)
{
	l->home = MEM_NEW(FiberHome);
#if defined(FIBER_ASAN)
	void *libc = dlopen("libc.so.6", RTLD_LAZY);
	void *swap = libc ? dlsym(libc, "swapcontext") : NULL;

	CHECK(swap);
	memcpy(&l->home->swap, &swap, sizeof(swap));
#endif
#if defined(FIBER_TSAN)
	l->home->tsan = __tsan_get_current_fiber();
#endif
}

void fiber_home_fini(Loop *l)
{
	for (Fiber *f = l->spare, *next; f; f = next) {
		next = f->queue_next;
		fiber_free(f);
	}
	l->spare = NULL;
	mem_free(l->home);
	l->home = NULL;
}

Fiber *fiber_start(Loop *l, FiberFn fn, void *arg)
{
	Fiber *f = l->spare;

	CHECK(l->magic == LOOP_MAGIC && fn);
	if (f) {
		l->spare = f->queue_next;
		l->spare_count--;
	} else {
		f = fiber_new(l);
	}
	f->fn = fn;
	f->arg = arg;
	f->group = NULL;
	f->was_woken = f->is_interruptible = f->has_slot = false;
	f->context.uc_stack.ss_sp = f->stack;
	f->context.uc_stack.ss_size = FIBER_STACK;
	f->context.uc_link = NULL;
	makecontext(&f->context, (void (*)(void))fiber_begin, 2,
		(unsigned)((uintptr_t)f >> 16 >> 16), (unsigned)(uintptr_t)f);
#if defined(FIBER_TSAN)
	f->tsan = __tsan_create_fiber(0);
#endif
	f->live_before = NULL;
	f->live_next = l->live;
	if (l->live)
		l->live->live_before = f;
	l->live = f;
	l->live_count++;
	f->state = FIBER_READY;
	fiber_queue_add(&l->ready, f);
	return f;
}

/* Puts an ended fiber among the spare ones, or frees it. */
static void fiber_retire(Loop *l, Fiber *f)
{
	FiberGroup *group = f->group;

	if (f->live_before)
		f->live_before->live_next = f->live_next;
	else
		l->live = f->live_next;
	if (f->live_next)
		f->live_next->live_before = f->live_before;
	l->live_count--;
#if defined(FIBER_TSAN)
	__tsan_destroy_fiber(f->tsan);
#endif
	if (l->spare_count < FIBER_POOL_MAX) {
		f->queue_next = l->spare;
		l->spare = f;
		l->spare_count++;
	} else {
		fiber_free(f);
	}
	if (group && --group->running == 0 && group->waiter)
		fiber_wake(group->waiter);
}

void fiber_run_ready(Loop *l)
{
	uint32_t left = FIBER_TURN_RUNS_MAX;

	while (l->next.first)
		fiber_queue_add(&l->ready, fiber_queue_take(&l->next));
	for (Fiber *f; left && (f = fiber_queue_take(&l->ready)); left--) {
		fiber_enter(l, f);
		if (f->state == FIBER_ENDED)
			fiber_retire(l, f);
	}
}

Fiber *fiber_self(const Loop *l)
{
	return l->current;
}

/* The fiber that runs; there must be one. */
static Fiber *fiber_running(Loop *l)
{
	Fiber *f = l->current;

	CHECK(f && f->magic == FIBER_MAGIC && f->state == FIBER_RUNNING);
	return f;
}

void fiber_park(Loop *l)
{
	Fiber *f = fiber_running(l);

	if (!f->was_woken) {
		f->state = FIBER_PARKED;
		fiber_leave(f);
	}
	f->was_woken = false;
}

bool fiber_park_interruptible(Loop *l)
{
	Fiber *f = fiber_running(l);

	if (l->interrupts >= 2)
		return false;
	f->is_interruptible = true;
	l->interruptible_count++;
	fiber_park(l);
	l->interruptible_count--;
	f->is_interruptible = false;
	return l->interrupts < 2;
}

void fiber_wake(Fiber *f)
{
	CHECK(f->magic == FIBER_MAGIC && f->state != FIBER_ENDED);
	if (f->state != FIBER_PARKED) {
		f->was_woken = true;
		return;
	}
	f->state = FIBER_READY;
	fiber_queue_add(&f->loop->ready, f);
}

void fiber_wake_interrupted(Loop *l)
{
	for (Fiber *f = l->live; f; f = f->live_next)
		if (f->state == FIBER_PARKED && f->is_interruptible)
			fiber_wake(f);
}

void fiber_yield(Loop *l)
{
	Fiber *f = fiber_running(l);

	f->state = FIBER_READY;
	fiber_queue_add(&l->next, f);
	fiber_leave(f);
}

static void fiber_on_timer(uv_timer_t *timer)
{
	Fiber *f = timer->data;

	f->is_due = true;
	fiber_wake(f);
}

bool fiber_sleep(Loop *l, int64_t ms)
{
	Fiber *f = fiber_running(l);
	bool goes_on = l->interrupts < 2;

	if (!goes_on)
		return false;
	if (ms <= 0) {
		fiber_yield(l);
		return l->interrupts < 2;
	}
	if (!f->has_timer) {
		CHECK(uv_timer_init(&l->uv, &f->timer) == 0);
		f->timer.data = f;
		f->has_timer = true;
	}
	bool was_woken = f->was_woken; /* for another wait than this one */

	f->is_due = f->was_woken = false;
	uv_update_time(&l->uv); /* fibers may have run for long since the poll */
	CHECK(uv_timer_start(&f->timer, fiber_on_timer, (uint64_t)ms, 0) == 0);
	while (goes_on && !f->is_due) {
		goes_on = fiber_park_interruptible(l);
		was_woken = was_woken || (goes_on && !f->is_due);
	}
	(void)uv_timer_stop(&f->timer); /* cannot fail */
	f->was_woken = f->was_woken || was_woken;
	return goes_on;
}

void fiber_group_init(FiberGroup *g, Loop *l)
{
	*g = (FiberGroup){.loop = l};
}

void fiber_group_start(FiberGroup *g, FiberFn fn, void *arg)
{
	Fiber *f = fiber_start(g->loop, fn, arg);

	f->group = g;
	g->running++;
}

void fiber_group_wait(FiberGroup *g)
{
	g->waiter = fiber_running(g->loop);
	while (g->running)
		fiber_park(g->loop);
	g->waiter = NULL;
}

void fiber_slots_init(FiberSlots *s, Loop *l, uint32_t limit)
{
	*s = (FiberSlots){.loop = l, .limit = limit};
}

void fiber_slots_fini(FiberSlots *s)
{
	CHECK(s->first_waiter == s->waiters.len);
	vec_fini(&s->waiters);
}

void fiber_slots_take(FiberSlots *s)
{
	Fiber *f = fiber_running(s->loop);

	if (!s->limit || (s->taken < s->limit && s->first_waiter == s->waiters.len)) {
		s->taken++;
		return;
	}
	f->has_slot = false;
	vec_push(&s->waiters, f);
	while (!f->has_slot)
		fiber_park(s->loop);
}

void fiber_slots_give(FiberSlots *s)
{
	CHECK(s->taken);
	if (s->first_waiter == s->waiters.len) {
		s->taken--;
		return;
	}
	Fiber *f = s->waiters.ptr[s->first_waiter++]; /* takes over the slot */

	if (s->first_waiter * 2 >= s->waiters.len) { /* drop the served half */
		s->waiters.len -= s->first_waiter;
		memmove(s->waiters.ptr, s->waiters.ptr + s->first_waiter,
			s->waiters.len * sizeof(*s->waiters.ptr));
		s->first_waiter = 0;
	}
	f->has_slot = true;
	fiber_wake(f);
}

void fiber_main(Loop *l, FiberFn fn, void *arg)
{
	fiber_start(l, fn, arg);
	loop_run(l);
}
