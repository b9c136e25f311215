/* Work that would block the loop, on libuv's pool.  Thread: loop; `fn` runs on a worker. */
#ifndef STYX_HOST_WORKER_H
#define STYX_HOST_WORKER_H

#include "runtime/host/fiber.h"

/* Runs `fn(arg)` on a worker thread while the calling fiber waits.  `arg` is the job's own: nothing
 * else may touch it meanwhile.  Queued behind at most WORKER_JOBS_MAX others. */
void worker_run(Loop *l, void (*fn)(void *arg), void *arg);

#endif
