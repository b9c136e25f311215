/* Jobs on other threads. */
#include "runtime/host/worker.h"

#include "runtime/host/limits.h"
#include "tests/unit/test.h"

typedef struct Job {
	Loop *loop;
	uint64_t hash;
	uint32_t rounds;
	bool was_elsewhere;
	uint32_t *done;
} Job;

static void work(void *arg)
{
	Job *job = arg;

	job->was_elsewhere = !loop_is_mine(job->loop);
	for (uint32_t i = 0; i < job->rounds; i++)
		job->hash = str_hash((Str){(const char *)&job->hash, sizeof(job->hash)});
}

static void run_job(void *arg)
{
	Job *job = arg;

	worker_run(job->loop, work, job);
	CHECK_THAT(loop_is_mine(job->loop) && job->was_elsewhere);
	++*job->done;
}

TEST(worker_runs_more_jobs_than_fit_the_queue)
{
	enum { JOBS = WORKER_JOBS_MAX + 200 };
	static Job jobs[JOBS];
	Loop *l = loop_new();
	uint32_t done = 0;

	for (uint32_t i = 0; i < JOBS; i++) {
		jobs[i] = (Job){.loop = l, .rounds = i % 5, .done = &done};
		fiber_start(l, run_job, &jobs[i]);
	}
	loop_run(l);
	CHECK_EQ(done, JOBS);
	for (uint32_t i = 5; i < JOBS; i++)
		CHECK_THAT(jobs[i].hash == jobs[i % 5].hash);
	loop_free(l);
}
