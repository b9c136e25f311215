/* Which step may run now.
 *
 * One fiber a step; the main fiber starts them, and parks while all that may run do.  The order in
 * which steps become ready decides, so a run with the same answers is the same run.  Cost: linear
 * in steps and waits. */
#include "compiler/base/check.h"
#include "runtime/apply/apply_impl.h"
#include "runtime/host/clock.h"
#include "runtime/host/limits.h"

/* Turns "waits for" around: who waits for me. */
static void schedule_index(Applier *ap)
{
	const Plan *p = ap->plan;
	uint32_t total = 0;

	ap->missing = ARENA_ARRAY(ap->arena, uint32_t, p->step_count);
	ap->starts = ARENA_ARRAY(ap->arena, uint32_t, (size_t)p->step_count + 2);
	for (uint32_t i = 0; i < p->step_count; i++) {
		ap->missing[i] = p->steps[i].wait_count;
		total += p->steps[i].wait_count;
		for (uint32_t j = 0; j < p->steps[i].wait_count; j++)
			ap->starts[p->steps[i].waits[j] + 2]++;
	}
	ap->users = ARENA_ARRAY(ap->arena, uint32_t, total);
	for (uint32_t i = 2; i < p->step_count + 2; i++)
		ap->starts[i] += ap->starts[i - 1];
	for (uint32_t i = 0; i < p->step_count; i++)
		for (uint32_t j = 0; j < p->steps[i].wait_count; j++)
			ap->users[ap->starts[p->steps[i].waits[j] + 1]++] = i;
}

/* Says whether a skipped step counts: of those that are not shown, a link whose object was made, or
 * may be, and now lacks something. */
static bool schedule_counts(const Applier *ap, uint32_t step)
{
	const Plan *p = ap->plan;

	if (p->steps[step].kind != STEP_LINK)
		return plan_step_is_shown(&p->steps[step]);
	for (uint32_t i = 0; i < p->step_count; i++)
		if (p->steps[i].node == p->steps[step].node && i != step)
			return ap->result->steps[i].state != STEP_SKIPPED &&
			       ap->result->steps[i].state != STEP_FAILED;
	return true;
}

/* Skips everything that waits for a step that is not going to be done. */
static void schedule_skip_users(Applier *ap, uint32_t first, uint32_t because)
{
	const ApplyEvents *ev = ap->options->events;
	Vec(uint32_t) stack = {0};

	vec_push(&stack, first);
	while (stack.len) {
		uint32_t step = stack.ptr[--stack.len];

		for (uint32_t i = ap->starts[step]; i < ap->starts[step + 1]; i++) {
			uint32_t user = ap->users[i];
			StepResult *r = &ap->result->steps[user];

			if (r->state != STEP_WAITING)
				continue;
			r->state = STEP_SKIPPED;
			r->because = because;
			ap->result->skipped += schedule_counts(ap, user);
			if (ev && ev->on_skip)
				ev->on_skip(ev->ctx, ap->plan, user, r);
			vec_push(&stack, user);
		}
	}
	vec_fini(&stack);
}

/* Lets those go on that waited for this step alone. */
static void schedule_release(Applier *ap, uint32_t step)
{
	for (uint32_t i = ap->starts[step]; i < ap->starts[step + 1]; i++) {
		uint32_t user = ap->users[i];

		if (--ap->missing[user] == 0 && ap->result->steps[user].state == STEP_WAITING)
			vec_push(&ap->ready, user);
	}
}

/* Notes how a step ended. */
static void schedule_ended(StepRun *r, bool ok, bool unchanged)
{
	Applier *ap = r->applier;
	const ApplyEvents *ev = ap->options->events;
	StepResult *result = &ap->result->steps[r->index];

	result->ended_ms = clock_mono_ms();
	if (ok) {
		result->state = unchanged ? STEP_UNCHANGED : STEP_DONE;
		if (unchanged)
			ap->result->unchanged += plan_step_is_shown(r->step);
		else if (plan_step_is_shown(r->step))
			ap->result->done[r->step->kind]++;
		if (ev && ev->on_done)
			ev->on_done(ev->ctx, ap->plan, r->index, result);
		schedule_release(ap, r->index);
		return;
	}
	result->state = STEP_FAILED;
	ap->result->failed++;
	if (result->err.code == DIAG_STATE_FULL || result->err.code == DIAG_STATE_IO ||
		result->err.code == DIAG_LEASE_LOST)
		ap->stops = true;
	if (ev && ev->on_fail)
		ev->on_fail(ev->ctx, ap->plan, r->index, result);
	schedule_skip_users(ap, r->index, r->index);
}

static void schedule_step(void *arg)
{
	StepRun *r = arg;
	Applier *ap = r->applier;
	Arena *a = r->arena;
	bool unchanged = false;
	Diag *err = &ap->result->steps[r->index].err;
	bool ok = step_run(r, &unchanged, err);

	if (!ok && r->node && err->at.begin == err->at.end)
		err->at = r->node->at;
	schedule_ended(r, ok, unchanged);
	arena_free(a);
	ap->running--;
	fiber_wake(ap->main);
}

static void schedule_start(Applier *ap, uint32_t index)
{
	const ApplyEvents *ev = ap->options->events;
	const PlanStep *step = &ap->plan->steps[index];
	Arena *a = arena_new("step");
	StepRun *r = ARENA_NEW(a, StepRun);

	*r = (StepRun){.applier = ap, .index = index, .step = step, .arena = a};
	if (step->node >= 0)
		r->node = &ap->plan->graph->nodes[step->node];
	ap->result->steps[index].state = STEP_RUNNING;
	ap->result->steps[index].started_ms = clock_mono_ms();
	ap->running++;
	if (ev && ev->on_start)
		ev->on_start(ev->ctx, ap->plan, index);
	fiber_start(ap->world->loop, schedule_step, r);
}

/* Says whether the user wants to stop, and tells once that this was heard. */
static bool schedule_stops(Applier *ap)
{
	const ApplyEvents *ev = ap->options->events;

	if (!loop_interrupts(ap->world->loop))
		return ap->stops;
	ap->result->is_interrupted = true;
	if (!ap->told_stopping && ap->running && ev && ev->on_stopping)
		ev->on_stopping(ev->ctx, ap->plan, ap->running);
	ap->told_stopping = true;
	return true;
}

/* What was never started, because of an interrupt or because the state cannot be written. */
static void schedule_skip_rest(Applier *ap)
{
	const ApplyEvents *ev = ap->options->events;

	for (uint32_t i = 0; i < ap->plan->step_count; i++) {
		StepResult *r = &ap->result->steps[i];

		if (r->state != STEP_WAITING)
			continue;
		CHECK(schedule_stops(ap)); /* else the plan has a circle */
		r->state = STEP_SKIPPED;
		r->because = i;
		ap->result->skipped += schedule_counts(ap, i);
		if (ev && ev->on_skip)
			ev->on_skip(ev->ctx, ap->plan, i, r);
	}
}

void schedule_run(Applier *ap)
{
	uint32_t limit = ap->options->parallelism ? ap->options->parallelism : APPLY_PARALLELISM;

	schedule_index(ap);
	ap->main = fiber_self(ap->world->loop);
	CHECK(ap->main);
	for (uint32_t i = 0; i < ap->plan->step_count; i++)
		if (!ap->missing[i])
			vec_push(&ap->ready, i);
	for (;;) {
		bool may_start = !schedule_stops(ap) && ap->next_ready < ap->ready.len;

		if (may_start && ap->running < limit)
			schedule_start(ap, ap->ready.ptr[ap->next_ready++]);
		else if (ap->running)
			fiber_park(ap->world->loop);
		else if (!may_start)
			break;
	}
	schedule_skip_rest(ap);
	vec_fini(&ap->ready);
}
