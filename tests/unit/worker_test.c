/* Jobs on other threads. */
#include "runtime/host/worker.h"

#include "compiler/base/hash.h"
#include "runtime/host/limits.h"
#include "tests/unit/test.h"

#include <string.h>

typedef struct Job {
	Loop *loop;
	Digest digest;
	uint32_t rounds;
	bool was_elsewhere;
	uint32_t *done;
} Job;

static void work(void *arg)
{
	Job *job = arg;

	job->was_elsewhere = !loop_is_mine(job->loop);
	job->digest = hash_of(HASH_SHA256, STR("seed"));
	for (uint32_t i = 0; i < job->rounds; i++)
		job->digest = hash_of(HASH_SHA256, hash_str(&job->digest));
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
		CHECK_THAT(str_eq(hash_str(&jobs[i].digest), hash_str(&jobs[i % 5].digest)));
	loop_free(l);
}
