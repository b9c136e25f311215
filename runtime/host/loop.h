/* The loop: one thread that owns all runtime state, the database and the sockets (libuv).
 *
 * Nothing here blocks the thread but loop_run().  What waits does so in a fiber (fiber.h).
 * Thread: the one that made the loop. */
#ifndef STYX_HOST_LOOP_H
#define STYX_HOST_LOOP_H

#include "compiler/base/diag.h"

typedef struct Loop Loop;

/* Makes a loop; ended with loop_free(), which needs all fibers to have ended. */
Loop *loop_new(void);
Loop *loop_free(Loop *l);

/* Runs until no fiber is left (watches and timers alone do not keep it running). */
void loop_run(Loop *l);

/* Says whether the caller is on the loop's thread. */
bool loop_is_mine(const Loop *l);

/* Calls `fn(arg)` on the loop at the end of this turn, once: for work that gathers, such as one
 * commit for all that became ready.  Cheap. */
void loop_at_turn_end(Loop *l, void (*fn)(void *arg), void *arg);

/* How often the user asked to stop (SIGINT, SIGTERM, SIGHUP): 0; 1: start nothing more; 2 or more:
 * stop waiting.  At 2 every parked wait that can be cancelled ends with DIAG_INTERRUPTED. */
uint32_t loop_interrupts(const Loop *l);

/* Takes over the three signals from now on; without it they end the process. */
void loop_catch_signals(Loop *l);

/* As if a signal had come: for tests. */
void loop_interrupt(Loop *l);

/* A socket of another library: `fn(arg, readable, writable)` whenever it is ready. */
typedef struct LoopWatch LoopWatch;
typedef void (*LoopWatchFn)(void *arg, bool readable, bool writable);
LoopWatch *loop_watch(Loop *l, int fd, LoopWatchFn fn, void *arg);
void loop_watch_set(LoopWatch *w, bool want_read, bool want_write);
void loop_watch_free(LoopWatch *w);

/* A timer: one shot after `ms` of monotonic time, settable again; -1 stops it. */
typedef struct LoopTimer LoopTimer;
LoopTimer *loop_timer(Loop *l, void (*fn)(void *arg), void *arg);
void loop_timer_set(LoopTimer *t, int64_t ms);
void loop_timer_free(LoopTimer *t);

#endif
