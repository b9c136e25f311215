/* What loop, fiber, worker and process share: the inside of a Loop.  Seen by host/ only. */
#ifndef STYX_HOST_LOOP_IMPL_H
#define STYX_HOST_LOOP_IMPL_H

#include "runtime/host/fiber.h"

#include <uv.h>

enum { LOOP_MAGIC = 0x4c6f6f70, LOOP_SIGNAL_COUNT = 3 };

typedef struct LoopHook {
	void (*fn)(void *arg);
	void *arg;
} LoopHook;

typedef Vec(LoopHook) LoopHooks;

/* A first-in, first-out list of fibers, linked through themselves. */
typedef struct FiberQueue {
	Fiber *first;
	Fiber *last;
} FiberQueue;

/* What changing between stacks needs of the loop's own; its type is fiber.c's. */
typedef struct FiberHome FiberHome;

struct Loop {
	uint32_t magic;
	uint32_t interrupts;
	uv_loop_t uv;
	uv_prepare_t before_poll; /* sees to it that nothing ready waits for the poll */
	uv_thread_t owner;
	Fiber *current;   /* NULL: the loop's own stack */
	FiberQueue ready; /* run in this turn */
	FiberQueue next;  /* yielded: run in the next */
	Fiber *live;      /* all that have started and not ended, doubly linked */
	uint32_t live_count;
	uint32_t interruptible_count; /* parked where an interrupt reaches them */
	Fiber *spare;                 /* ended ones, whose stacks wait for new ones */
	uint32_t spare_count;
	FiberHome *home;
	LoopHooks hooks;
	uv_signal_t *signals[LOOP_SIGNAL_COUNT]; /* or NULL: not caught */
	FiberSlots jobs;                         /* of the worker pool */
};

/* Makes and ends the loop's part of fiber.c. */
void fiber_home_init(Loop *l);
void fiber_home_fini(Loop *l);

/* Runs what is ready, and what becomes ready meanwhile, for one turn. */
void fiber_run_ready(Loop *l);

/* Wakes all that wait in fiber_park_interruptible() or fiber_sleep(). */
void fiber_wake_interrupted(Loop *l);

#endif
