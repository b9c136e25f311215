/* Progress of an apply on a terminal, on a pipe, and as JSON lines. */
#include "runtime/cli/progress.h"

#include "compiler/base/json.h"
#include "compiler/base/mem.h"
#include "runtime/host/clock.h"
#include "runtime/host/terminal.h"

enum {
	PROGRESS_REDRAW_MS = 200,
	PROGRESS_REMIND_MS = 10000, /* on a pipe: steps that take this long are mentioned */
	PROGRESS_BAR = 20,
	PROGRESS_SHOWN_MAX = 3, /* running steps named on the last line */
	PROGRESS_MS = 1000,
};

typedef struct Running {
	uint32_t step;
	int64_t since_ms;
	int64_t reminded_ms;
} Running;

struct Progress {
	Cli *cli;
	const Plan *plan;
	ApplyEvents events;
	Vec(Running) running;
	uint32_t total;
	uint32_t ended;
	bool is_terminal;
	bool is_json;
	bool has_status; /* the last line is on the screen */
	LoopTimer *timer;
	Buf line;
};

/* What a step has done, once it is done. */
static const char *done_word(StepKind kind)
{
	static const char *const words[STEP_KIND_COUNT] = {
		[STEP_CREATE] = "created",
		[STEP_UPDATE] = "updated",
		[STEP_REPLACE] = "replaced",
		[STEP_DESTROY] = "destroyed",
		[STEP_READ] = "read",
		[STEP_LINK] = "linked",
		[STEP_UNLINK] = "unlinked",
	};

	return words[kind] ? words[kind] : "done";
}

static const char *doing_word(StepKind kind)
{
	static const char *const words[STEP_KIND_COUNT] = {
#define X(name, word, sign) [STEP_##name] = word,
#include "runtime/plan/step_kind.def"
#undef X
	};

	return words[kind];
}

static void flush(Progress *p)
{
	(void)terminal_write(1, buf_str(&p->line)); /* a closed pipe must not stop the apply */
	buf_clear(&p->line);
}

static void erase_status(Progress *p)
{
	if (p->has_status)
		buf_add_cstr(&p->line, "\r\033[K");
	p->has_status = false;
}

static void add_seconds(Buf *b, int64_t ms)
{
	if (ms < PROGRESS_MS)
		buf_print(b, "%lld ms", (long long)ms);
	else
		buf_print(b, "%lld.%lld s", (long long)(ms / PROGRESS_MS),
			(long long)(ms % PROGRESS_MS / 100));
}

/* The last line: a bar, how far, what runs longest.  Cut to the terminal's width. */
static void draw_status(Progress *p)
{
	uint32_t columns = terminal_columns(1);
	uint32_t full = p->total ? p->ended * PROGRESS_BAR / p->total : 0;
	Buf b;

	if (!p->is_terminal || p->is_json || p->running.len == 0)
		return;
	erase_status(p);
	buf_init(&b, SIZE_MAX);
	buf_add_char(&b, '[');
	buf_add_repeat(&b, '=', full);
	buf_add_repeat(&b, ' ', PROGRESS_BAR - full);
	buf_print(&b, "] %u/%u", p->ended, p->total);
	for (uint32_t i = 0; i < p->running.len && i < PROGRESS_SHOWN_MAX; i++) {
		const PlanStep *s = &p->plan->steps[p->running.ptr[i].step];

		buf_print(&b, "%s %s %.*s (%lld s)", i ? "," : " ", doing_word(s->kind),
			STR_ARG(s->address),
			(long long)((clock_mono_ms() - p->running.ptr[i].since_ms) / PROGRESS_MS));
	}
	if (p->running.len > PROGRESS_SHOWN_MAX)
		buf_print(&b, " and %u more", p->running.len - PROGRESS_SHOWN_MAX);
	buf_add(&p->line, str_slice(buf_str(&b), 0, columns > 1 ? columns - 1 : 0));
	buf_fini(&b);
	p->has_status = true;
}

/* On a pipe nothing moves, so long steps are mentioned now and then. */
static void remind(Progress *p)
{
	int64_t now = clock_mono_ms();

	for (uint32_t i = 0; i < p->running.len; i++) {
		Running *r = &p->running.ptr[i];
		const PlanStep *s = &p->plan->steps[r->step];

		if (now - r->reminded_ms < PROGRESS_REMIND_MS)
			continue;
		r->reminded_ms = now;
		buf_print(&p->line, "  still waiting: %s %.*s (", doing_word(s->kind),
			STR_ARG(s->address));
		add_seconds(&p->line, now - r->since_ms);
		buf_add_cstr(&p->line, ")\n");
	}
}

static void on_tick(void *arg)
{
	Progress *p = arg;

	if (p->is_terminal)
		draw_status(p);
	else if (!p->is_json)
		remind(p);
	flush(p);
	loop_timer_set(p->timer, PROGRESS_REDRAW_MS);
}

static void add_event(Progress *p, const char *event, uint32_t step, const StepResult *r)
{
	const PlanStep *s = &p->plan->steps[step];

	buf_print(&p->line, "{\"event\":\"%s\",\"action\":\"%s\",\"address\":", event,
		doing_word(s->kind));
	json_print_string(&p->line, s->address);
	if (r && r->ended_ms)
		buf_print(&p->line, ",\"ms\":%lld", (long long)(r->ended_ms - r->started_ms));
	if (r && r->state == STEP_SKIPPED) {
		buf_add_cstr(&p->line, ",\"because\":");
		json_print_string(&p->line, p->plan->steps[r->because].address);
	}
	if (r && r->state == STEP_FAILED) {
		buf_add_cstr(&p->line, ",\"error\":{\"code\":");
		json_print_string(&p->line, diag_code_str(r->err.code));
		buf_add_cstr(&p->line, ",\"what\":");
		json_print_string(&p->line, r->err.what);
		buf_add_cstr(&p->line, ",\"why\":");
		json_print_string(&p->line, r->err.why);
		buf_add_char(&p->line, '}');
	}
	buf_add_cstr(&p->line, "}\n");
}

static void no_longer_running(Progress *p, uint32_t step)
{
	for (uint32_t i = 0; i < p->running.len; i++) {
		if (p->running.ptr[i].step != step)
			continue;
		p->running.ptr[i] = p->running.ptr[--p->running.len];
		return;
	}
}

static void on_start(void *ctx, const Plan *plan, uint32_t i)
{
	Progress *p = ctx;
	Running r = {i, clock_mono_ms(), clock_mono_ms()};

	(void)plan;
	vec_push(&p->running, r);
	if (p->is_json) {
		add_event(p, "start", i, NULL);
		flush(p);
	}
}

/* One line of text: a sign, the address, what happened. */
static void add_line(Progress *p, uint32_t i, const char *word, const StepResult *r)
{
	const PlanStep *s = &p->plan->steps[i];
	const char *colour = r->state == STEP_FAILED ? "\033[31m" : "\033[32m";

	erase_status(p);
	buf_print(&p->line, "  %s%s%s %.*s", p->cli->has_colour ? colour : "", word,
		p->cli->has_colour ? "\033[0m" : "", STR_ARG(s->address));
	if (r->state == STEP_SKIPPED && r->because != i)
		buf_print(&p->line, ": %.*s failed", STR_ARG(p->plan->steps[r->because].address));
	else if (r->state == STEP_FAILED)
		buf_print(&p->line, ": %.*s", STR_ARG(r->err.what));
	if (r->ended_ms - r->started_ms >= PROGRESS_MS) {
		buf_add_cstr(&p->line, " (");
		add_seconds(&p->line, r->ended_ms - r->started_ms);
		buf_add_char(&p->line, ')');
	}
	buf_add_char(&p->line, '\n');
}

static void on_end(
	Progress *p, uint32_t i, const char *event, const char *word, const StepResult *r)
{
	no_longer_running(p, i);
	p->ended++;
	if (p->is_json)
		add_event(p, event, i, r);
	else
		add_line(p, i, word, r);
	if (p->line.len > 4096 || p->is_terminal || r->state == STEP_FAILED)
		flush(p);
}

static void on_done(void *ctx, const Plan *plan, uint32_t i, const StepResult *r)
{
	bool is_same = r->state == STEP_UNCHANGED;

	on_end(ctx, i, is_same ? "unchanged" : "done",
		is_same ? "unchanged" : done_word(plan->steps[i].kind), r);
}

static void on_fail(void *ctx, const Plan *plan, uint32_t i, const StepResult *r)
{
	(void)plan;
	on_end(ctx, i, "fail", "failed", r);
}

static void on_skip(void *ctx, const Plan *plan, uint32_t i, const StepResult *r)
{
	(void)plan;
	on_end(ctx, i, "skip", "skipped", r);
}

static void on_stopping(void *ctx, const Plan *plan, uint32_t running)
{
	Progress *p = ctx;

	(void)plan;
	erase_status(p);
	if (p->is_json)
		buf_print(&p->line, "{\"event\":\"stopping\",\"running\":%u}\n", running);
	else
		buf_print(&p->line,
			"Interrupted: nothing new is started, %u running step%s will end. "
			"Interrupt again to stop waiting.\n",
			running, running == 1 ? "" : "s");
	flush(p);
}

Progress *progress_new(Cli *c, const Plan *plan)
{
	Progress *p = MEM_NEW(Progress);

	p->cli = c;
	p->plan = plan;
	p->total = plan->step_count;
	p->is_json = args_is_on(&c->args, OPTION_JSON, false);
	p->is_terminal = terminal_is(1);
	p->events = (ApplyEvents){p, on_start, on_done, on_fail, on_skip, on_stopping};
	p->timer = loop_timer(c->loop, on_tick, p);
	buf_init(&p->line, SIZE_MAX);
	loop_timer_set(p->timer, PROGRESS_REDRAW_MS);
	return p;
}

Progress *progress_free(Progress *p)
{
	if (!p)
		return NULL;
	loop_timer_free(p->timer);
	vec_fini(&p->running);
	buf_fini(&p->line);
	mem_free(p);
	return NULL;
}

const ApplyEvents *progress_events(Progress *p)
{
	return &p->events;
}

static void add_count(Buf *b, uint32_t n, const char *word)
{
	if (n)
		buf_print(b, "%s%u %s", b->len ? ", " : "", n, word);
}

void progress_end(Progress *p, const Plan *plan, const ApplyResult *result)
{
	Buf counts;

	(void)plan;
	erase_status(p);
	buf_init(&counts, SIZE_MAX);
	for (StepKind kind = 0; kind < STEP_KIND_COUNT; kind++)
		add_count(&counts, result->done[kind], done_word(kind));
	add_count(&counts, result->unchanged, "unchanged");
	add_count(&counts, result->failed, "failed");
	add_count(&counts, result->skipped, "skipped");
	if (counts.len == 0)
		buf_add_cstr(&counts, "nothing to do");
	if (p->is_json) {
		buf_add_cstr(&p->line, "{\"event\":\"end\",\"summary\":");
		json_print_string(&p->line, buf_str(&counts));
		buf_print(&p->line, ",\"failed\":%u,\"skipped\":%u,\"interrupted\":%s}\n",
			result->failed, result->skipped, result->is_interrupted ? "true" : "false");
	} else {
		buf_print(&p->line, "%s: %.*s.\n",
			result->is_interrupted ? "Interrupted"
			: result->failed       ? "Not everything was done"
					       : "Done",
			STR_ARG(buf_str(&counts)));
	}
	buf_fini(&counts);
	flush(p);
}
