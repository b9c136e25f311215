/* Waiters: ask until a condition holds, with an absolute deadline (providers.md, 4.10). */
#include "runtime/provider/cloud.h"

#include "compiler/base/quantity.h"

enum { FIRST_PAUSE_MS = 200 };

typedef enum WaitState { WAIT_MORE, WAIT_DONE, WAIT_FAILED } WaitState;

static const SchemaWaiter *find_waiter(const SchemaResource *r, Str name)
{
	for (uint32_t i = 0; i < r->waiter_count; i++)
		if (str_eq(r->waiters[i].name, name))
			return &r->waiters[i];
	return NULL;
}

/* A word on the state that the object is in, for messages. */
static Str state_of(const Work *w)
{
	static const Str paths[] = {STR_INIT("State.Health.Status"), STR_INIT("State.Name"),
		STR_INIT("State.Status"), STR_INIT("State"), STR_INIT("Status"),
		STR_INIT("status")};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const Value *v = value_find_path(w->env.obj, paths[i]);
		if (v && v->kind == VAL_STRING)
			return v->as.text;
	}
	return STR("");
}

static WaitState failed_state(Work *w, Str why)
{
	Str state = state_of(w);

	diag_fail(w->err, DIAG_WAIT_FAILED, NULL, "`%.*s` did not become %.*s",
		STR_ARG(w->o->address.len ? w->o->address : w->o->id), STR_ARG(why));
	if (state.len)
		diag_why(w->err, "it is in state `%.*s`", STR_ARG(state));
	return WAIT_FAILED;
}

/* Asks once: what the waiter names, or the object's own read. */
static WaitState ask(Work *w, const SchemaWaiter *x)
{
	CallAnswer answer = {0};
	bool ok = x->by ? cloud_call(w, x->by, &answer) : cloud_read_obj(w, &answer);
	bool is_there = ok && (x->by || w->is_found);
	CallError e = answer.error;

	if (!e.status)
		e.status = answer.status;
	if (!is_there && x->ok.count && call_matches(&x->ok, &e)) {
		diag_fini(w->err);
		return WAIT_DONE;
	}
	if (!is_there && (call_matches(&x->retry, &e) || (ok && !x->ok.count))) {
		diag_fini(w->err);
		return WAIT_MORE;
	}
	if (!ok)
		return WAIT_FAILED;
	if (is_there && x->ok.count && call_matches(&x->ok, &e))
		return WAIT_DONE;
	Value root = x->by ? answer.value : w->env.obj;
	if (is_there && x->until && sx_wire_holds(&w->env, x->until, root))
		return WAIT_DONE;
	if (is_there && x->fail && sx_wire_holds(&w->env, x->fail, root))
		return failed_state(w, x->name);
	return w->failed ? WAIT_FAILED : WAIT_MORE;
}

static bool too_late(Work *w, const SchemaWaiter *x, int64_t for_ms)
{
	Str state = state_of(w);
	Buf b;

	buf_init(&b, 64);
	quantity_print_duration(&b, for_ms);
	diag_fail(w->err, DIAG_TIMED_OUT, NULL, "`%.*s` did not become %.*s within %.*s",
		STR_ARG(w->o->address.len ? w->o->address : w->o->id), STR_ARG(x->name),
		STR_ARG(buf_str(&b)));
	buf_fini(&b);
	if (state.len)
		diag_why(w->err, "it is in state `%.*s`", STR_ARG(state));
	diag_fix(w->err, "apply again: it goes on from here; `@timeout` allows more time");
	return false;
}

bool cloud_wait(Work *w, Str waiter)
{
	const SchemaWaiter *x = find_waiter(w->schema, waiter);
	int64_t pause = FIRST_PAUSE_MS;

	if (!waiter.len)
		return true;
	if (!x) {
		sx_error(&w->env, "there is no waiter `%.*s`", STR_ARG(waiter));
		return false;
	}
	int64_t for_ms = w->o->timeout_ms > 0 ? w->o->timeout_ms : x->for_ms;
	Deadline until = clock_deadline(for_ms);
	bool was_create = w->is_create;
	w->is_create = false;
	WaitState s = ask(w, x);
	while (s == WAIT_MORE) {
		if (clock_left_ms(until) == 0)
			return too_late(w, x, for_ms);
		int64_t left = clock_left_ms(until);
		if (!fiber_sleep(w->cloud->loop, pause < left ? pause : left))
			return diag_fail(w->err, DIAG_INTERRUPTED, NULL,
				"interrupted while waiting for `%.*s`", STR_ARG(w->o->address));
		pause = pause * 2 < x->every_ms ? pause * 2 : x->every_ms;
		s = ask(w, x);
	}
	w->is_create = was_create;
	return s == WAIT_DONE;
}
