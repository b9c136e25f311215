/* Jobs on libuv's thread pool; the fiber that wants one waits for it. */
#include "runtime/host/worker.h"

#include "compiler/base/check.h"
#include "runtime/host/loop_impl.h"

/* Lives on the stack of the fiber that waits. */
typedef struct WorkerJob {
	uv_work_t work;
	void (*fn)(void *arg);
	void *arg;
	Fiber *waiter;
	bool is_done;
} WorkerJob;

static void worker_on_thread(uv_work_t *work)
{
	WorkerJob *job = work->data;

	job->fn(job->arg);
}

static void worker_on_done(uv_work_t *work, int status)
{
	WorkerJob *job = work->data;

	CHECK(status == 0); /* nothing is ever cancelled */
	job->is_done = true;
	fiber_wake(job->waiter);
}

void worker_run(Loop *l, void (*fn)(void *arg), void *arg)
{
	WorkerJob job = {.fn = fn, .arg = arg, .waiter = fiber_self(l)};

	CHECK(job.waiter);
	job.work.data = &job;
	fiber_slots_take(&l->jobs);
	CHECK(uv_queue_work(&l->uv, &job.work, worker_on_thread, worker_on_done) == 0);
	while (!job.is_done)
		fiber_park(l);
	fiber_slots_give(&l->jobs);
}
