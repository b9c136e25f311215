/* Fibers: straight-line code that waits without blocking the loop.
 *
 * A fiber has a stack of its own (256 KiB, with a guard page, pooled) and runs on the loop's thread
 * until it parks or ends; so between two waits nothing else runs and no lock is needed.  Ten
 * thousand of them are cheap.  docs/decisions/001-fibers.md says why not state machines.
 * Thread: loop. */
#ifndef STYX_HOST_FIBER_H
#define STYX_HOST_FIBER_H

#include "runtime/host/loop.h"

typedef struct Fiber Fiber;
typedef void (*FiberFn)(void *arg);

/* Starts a fiber that runs `fn(arg)` from the loop's next chance on; it frees itself at its end. */
Fiber *fiber_start(Loop *l, FiberFn fn, void *arg);

/* The fiber that runs now; NULL outside of fibers. */
Fiber *fiber_self(const Loop *l);

/* Waits until fiber_wake(); a wake that came before is not lost (one is remembered).  It may have
 * been meant for an earlier wait, so wait in a loop: while (!is_done) fiber_park(l); */
void fiber_park(Loop *l);

/* As fiber_park(), but also ended by the second interrupt; false once there were two. */
bool fiber_park_interruptible(Loop *l);

/* Lets a parked fiber go on at the loop's next chance. */
void fiber_wake(Fiber *f);

/* Lets others run, then goes on. */
void fiber_yield(Loop *l);

/* Waits `ms` milliseconds; false: cut short by the second interrupt. */
bool fiber_sleep(Loop *l, int64_t ms);

/* Waiting for several: start fibers in a group, then wait until all have ended. */
typedef struct FiberGroup {
	Loop *loop;
	uint32_t running;
	Fiber *waiter;
} FiberGroup;
void fiber_group_init(FiberGroup *g, Loop *l);
void fiber_group_start(FiberGroup *g, FiberFn fn, void *arg);
void fiber_group_wait(FiberGroup *g);

/* At most `limit` holders at a time, first come first served; 0: no limit. */
typedef struct FiberSlots {
	Loop *loop;
	uint32_t limit;
	uint32_t taken;
	Vec(Fiber *) waiters;
	uint32_t first_waiter;
} FiberSlots;
void fiber_slots_init(FiberSlots *s, Loop *l, uint32_t limit);
void fiber_slots_fini(FiberSlots *s);
void fiber_slots_take(FiberSlots *s);
void fiber_slots_give(FiberSlots *s);

/* Runs `fn(arg)` as the first fiber of a fresh loop and returns when all fibers have ended: what a
 * command's main does. */
void fiber_main(Loop *l, FiberFn fn, void *arg);

#endif
