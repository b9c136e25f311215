/* Create, update and destroy (providers.md, 4.2, 4.4, 4.7).
 *
 * A create sends what the API takes, waits, reads, and repairs by the update rules what differs:
 * so that an object whose create was cut short is finished by the same code. */
#include "runtime/provider/cloud.h"

enum { CREATE_ATTEMPTS = 3, LOOK_AGAIN_MS = 500 };

static bool step_done(Work *w, const SchemaCall *call)
{
	if (!call->wait.len)
		return true;
	bool was_create = w->is_create;
	w->is_create = false;
	bool ok = cloud_wait(w, call->wait);
	w->is_create = was_create;
	return ok;
}

bool cloud_steps(Work *w, const SchemaSteps *s)
{
	while (s) {
		CallAnswer answer = {0};
		if (s->cond) {
			s = sx_holds(&w->env, s->cond) ? s->then_steps : s->else_steps;
			continue;
		}
		if (!s->call)
			return true;
		bool runs = sx_holds(&w->env, s->call->cond);
		if (runs && !cloud_call(w, s->call, &answer))
			return false;
		if (s->let_name.len) {
			Value v = answer.value;
			if (s->call->at)
				v = sx_path(&w->env, s->call->at, v);
			cloud_let(w, s->let_name, v);
		}
		if (runs && !step_done(w, s->call))
			return false;
		s = s->rest;
	}
	return true;
}

/* What the record keeps of wanted values that cannot be read back. */
static Value keepable(const Work *w)
{
	Value out = w->env.attrs;

	for (uint32_t i = 0; i < w->schema->attr_count; i++) {
		const SchemaAttr *attr = &w->schema->attrs[i];
		const Value *v = value_find(out, attr->name);
		if (v && !(attr->flags & ATTR_OUT))
			out = value_with(w->env.arena, out, attr->name,
				driver_plain(w->env.arena, attr->type, *v));
	}
	return out;
}

/* The names of the attributes whose wanted values differ from what was read. */
static uint32_t differing(Work *w, Str *ret)
{
	Arena *a = w->env.arena;
	Value want = driver_normalise(a, w->schema, w->o->desired);
	Value have = driver_normalise(a, w->schema, w->o->attrs);
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->schema->attr_count; i++) {
		const SchemaAttr *attr = &w->schema->attrs[i];
		const Value *x = value_find(want, attr->name);
		const Value *y = value_find(have, attr->name);
		uint32_t never = ATTR_OUT | ATTR_LOCAL | ATTR_WRITE_ONLY | ATTR_SECRET;
		if ((attr->flags & never) || str_eq(attr->name, STR("id")))
			continue;
		bool is_unmarked = sx_is_marker(&w->env, attr) && w->env.marker.len &&
				   !sx_marker_of(&w->env).len;
		if (is_unmarked) { /* the API ignored the tags of the create */
			ret[n++] = attr->name;
			continue;
		}
		if (!x || x->kind == VAL_NULL) {
			bool was_set = y && !(attr->flags & ATTR_COMPUTED) && y->kind != VAL_NULL &&
				       w->o->desired.kind == VAL_MAP;
			bool is_empty = y && ((y->kind == VAL_MAP && !y->as.map->len) ||
						     ((y->kind == VAL_LIST || y->kind == VAL_SET) &&
							     !y->as.list->len));
			if (!was_set || is_empty)
				continue;
		} else if (y && driver_same(attr->type, *x, *y)) {
			continue;
		}
		ret[n++] = attr->name;
	}
	return n;
}

/* Reads the object, changes what differs from what is wanted, and reads it again. */
static bool repair(Work *w)
{
	Str *names = ARENA_ARRAY(w->env.arena, Str, w->schema->attr_count + 1);

	w->is_create = false;
	w->env.old = keepable(w);
	if (!cloud_read_full(w))
		return false;
	if (!w->is_found)
		return diag_fail(w->err, DIAG_NOT_FOUND, NULL, "`%.*s` vanished while it was made",
			STR_ARG(w->o->address));
	uint32_t n = differing(w, names);
	if (n == 0)
		return true;
	return cloud_change(w, names, n) && cloud_read_full(w);
}

static void begin(
	Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err, Work *w)
{
	cloud_begin(d->self, o, hooks, a, err, w);
	if (o->timeout_ms > 0)
		w->until = clock_deadline(o->timeout_ms);
}

/* The identity is known: it is recorded before anything else may fail, with what cannot be read
 * back, and nothing else: what is not recorded is read by the next plan. */
static bool identified(Work *w, Str id)
{
	Arena *a = w->env.arena;
	Value kept = keepable(w);
	Value attrs = value_with(a, value_map(a, NULL, 0), STR("id"), value_string(id));

	for (uint32_t i = 0; i < w->schema->attr_count; i++) {
		const SchemaAttr *attr = &w->schema->attrs[i];
		const Value *v = value_find(kept, attr->name);
		if (v && (attr->flags & (ATTR_LOCAL | ATTR_WRITE_ONLY | ATTR_IDENTITY)))
			attrs = value_with(a, attrs, attr->name, *v);
	}
	w->o->id = w->env.id = id;
	w->o->attrs = attrs;
	if (!w->hooks || !w->hooks->on_id)
		return true;
	return w->hooks->on_id(w->hooks->ctx, id, w->o->attrs, w->err);
}

static Str template_id(const Work *w)
{
	SxEnv env = w->env;

	env.mode = SX_PLAIN;
	if (!w->schema->id_template)
		return STR("");
	return sx_text(env.arena, sx_value(&env, w->schema->id_template));
}

static bool before_create(Work *w)
{
	for (uint32_t i = 0; i < w->schema->before_create_count; i++) {
		const SchemaLet *let = &w->schema->before_create[i];
		CallAnswer answer = {0};
		if (!let->call) {
			cloud_let(w, let->name, sx_plain(&w->env, let->value));
			continue;
		}
		if (!sx_holds(&w->env, let->call->cond))
			continue;
		if (!cloud_call(w, let->call, &answer))
			return false;
		Value v = answer.value;
		if (let->call->at)
			v = sx_path(&w->env, let->call->at, v);
		if (let->name.len)
			cloud_let(w, let->name, v);
	}
	return true;
}

/* After `exists` or an outcome that nobody knows: is it ours after all?  If that cannot be asked
 * either, the error is one after which the row stays, to be asked about by the next run. */
static bool look_for(Work *w, DriverFound *ret)
{
	Diag why = *w->err;
	bool ok;

	*w->err = (Diag){0};
	ok = cloud_find(&w->cloud->driver, w->o, 0, ret, w->env.arena, w->err);
	if (!ok) {
		diag_note(&why, SPAN_NONE, "whether it was made could not be found out: %.*s",
			STR_ARG(w->err->what));
		if (why.code != DIAG_INTERRUPTED)
			why.code = DIAG_CONNECTION_LOST;
		diag_fini(w->err);
	}
	*w->err = why;
	return ok;
}

/* Looks for what a create without an answer may have made, until it would surely show: a second
 * create is a second object.  A call with a token may be repeated, so nobody waits for it. */
static bool look_until_settled(Work *w, const SchemaCall *call, DriverFound *ret)
{
	int64_t settle_ms = call->finds_token ? 0 : w->schema->service->settle_ms;
	Deadline settled = clock_deadline(settle_ms);
	int64_t pause = LOOK_AGAIN_MS;

	for (;;) {
		int64_t left = clock_left_ms(settled);

		if (!look_for(w, ret))
			return false;
		if (*ret != FOUND_NO || left == 0)
			return true;
		if (!fiber_sleep(w->cloud->loop, pause < left ? pause : left))
			return false;
		pause *= 2;
	}
}

/* Sends the create itself; gives the identity. */
static bool send_create(Work *w, const SchemaCall *call, Str *ret_id)
{
	CallAnswer answer = {0};

	for (int attempt = 1;; attempt++) {
		DriverFound found = FOUND_NO;
		w->is_create = true;
		bool ok = cloud_call(w, call, &answer);
		w->is_create = false;
		if (ok)
			break;
		bool exists = answer.error.error_class == CALL_EXISTS;
		if (!exists && !answer.is_uncertain)
			return false;
		if (exists ? !look_for(w, &found) : !look_until_settled(w, call, &found))
			return false;
		if (found == FOUND_OURS) {
			diag_fini(w->err);
			*ret_id = w->o->id;
			return true;
		}
		if (exists || found == FOUND_UNKNOWN || attempt == CREATE_ATTEMPTS)
			return false;
		diag_fini(w->err);
	}
	*ret_id = template_id(w);
	if (call->yields)
		*ret_id = sx_text(w->env.arena, sx_path(&w->env, call->yields, answer.value));
	if (!ret_id->len)
		return diag_fail(w->err, DIAG_HTTP_BODY, NULL, "the answer to `%.*s` has no id",
			STR_ARG(call->name));
	return true;
}

/* Looks before it leaps: a second create of one's own bucket or volume succeeds, and so is no test
 * of absence.  Sets `*ret_id` when the object is there and ours. */
static bool look_first(Work *w, const SchemaCall *call, Str *ret_id)
{
	DriverFound found = FOUND_NO;
	DriverObject probe = *w->o;

	if (!call->finds_name || call->finds_token || call->finds_tag || !w->schema->id_template)
		return true;
	if (!cloud_find(&w->cloud->driver, &probe, 0, &found, w->env.arena, w->err))
		return false;
	if (found == FOUND_OURS)
		*ret_id = probe.id;
	if (found == FOUND_OURS || probe.is_gone)
		return true;
	diag_fail(w->err, DIAG_EXISTS, NULL, "`%.*s` exists and is not managed here",
		STR_ARG(template_id(w)));
	diag_fix(w->err, "choose another name, or remove that object");
	return false;
}

bool cloud_create(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err)
{
	Work w;
	Str id = {0};
	const SchemaSteps *steps = o->schema->create;

	begin(d, o, hooks, a, err, &w);
	if (!steps)
		return diag_fail(err, DIAG_NO_DRIVER, NULL, "`%.*s` can only be looked up",
			STR_ARG(o->schema->name));
	if (!before_create(&w))
		return false;
	while (steps->cond)
		steps = sx_holds(&w.env, steps->cond) ? steps->then_steps : steps->else_steps;
	if (!look_first(&w, steps->call, &id))
		return false;
	if (!id.len && !send_create(&w, steps->call, &id))
		return false;
	if (!identified(&w, id))
		return false;
	if (!step_done(&w, steps->call) || !cloud_steps(&w, steps->rest))
		return false;
	return repair(&w);
}

/* After a change that failed half-way: the record is to say what is there now, if that can be
 * learnt. */
static void look_again(Work *w)
{
	Diag why = *w->err;
	Value before = w->o->attrs;

	*w->err = (Diag){0};
	w->failed = false;
	if (why.code == DIAG_INTERRUPTED || !cloud_read_full(w)) {
		diag_fini(w->err);
		w->o->attrs = before;
	}
	*w->err = why;
}

bool cloud_update(Driver *d, DriverObject *o, const Str *changed, uint32_t changed_count,
	const DriverHooks *hooks, Arena *a, Diag *err)
{
	Work w;

	begin(d, o, hooks, a, err, &w);
	if (!cloud_read_full(&w))
		return false;
	if (!w.is_found) {
		diag_fail(err, DIAG_NOT_FOUND, NULL, "`%.*s` does not exist any more",
			STR_ARG(o->address));
		diag_fix(err, "plan again: it will be created anew");
		return false;
	}
	if (cloud_change(&w, changed, changed_count)) {
		w.env.old = keepable(&w);
		return cloud_read_full(&w);
	}
	look_again(&w);
	return false;
}

/* Lists what an object holds and deletes it, until nothing is left. */
static bool empty(Work *w, const SchemaCall *call)
{
	enum { ROUNDS_MAX = 100000 };
	static const Str lists[] = {
		STR_INIT("Versions"), STR_INIT("DeleteMarkers"), STR_INIT("items")};
	static const Str members[] = {STR_INIT("Key"), STR_INIT("VersionId")};

	for (int round = 0; round < ROUNDS_MAX; round++) {
		Vec(Value) batch = {0};
		CallAnswer answer = {0};
		Arena *a = w->env.arena;
		if (!cloud_call(w, call->empty_list, &answer))
			return answer.error.error_class == CALL_NOTFOUND;
		for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
			const Value *l = value_find(answer.value, lists[i]);
			for (uint32_t j = 0; l && l->kind == VAL_LIST && j < l->as.list->len; j++) {
				Value item = value_map(a, NULL, 0);
				for (size_t m = 0; m < 2; m++) {
					const Value *v =
						value_find(l->as.list->items[j], members[m]);
					if (v)
						item = value_with(a, item, members[m], *v);
				}
				vec_add(a, &batch, item);
			}
		}
		if (batch.len == 0)
			return true;
		cloud_let(w, STR("batch"), value_list(a, batch.ptr, batch.len));
		if (!cloud_call(w, call->empty_remove, &answer))
			return false;
	}
	return true;
}

/* One `before delete`: an emptying, a call, or (with `each`) a call per element of the object. */
static bool before_delete(Work *w, const SchemaCall *call)
{
	CallAnswer answer = {0};

	if (!sx_holds(&w->env, call->cond))
		return true;
	if (call->empty_list)
		return empty(w, call);
	if (!call->each)
		return cloud_call(w, call, &answer);
	Value items = sx_path(&w->env, call->each, w->env.obj);
	for (uint32_t i = 0; items.kind == VAL_LIST && i < items.as.list->len; i++) {
		w->env.it = items.as.list->items[i];
		w->env.has_it = true;
		w->env.it_type = NULL;
		if (!cloud_call(w, call, &answer))
			return false;
	}
	w->env.has_it = false;
	return true;
}

static bool run_destroy(Work *w)
{
	const SchemaSteps *s = w->schema->destroy;
	CallAnswer answer = {0};

	while (s && s->cond)
		s = sx_holds(&w->env, s->cond) ? s->then_steps : s->else_steps;
	if (!s || !s->call || !sx_holds(&w->env, s->call->cond))
		return true;
	if (!cloud_call(w, s->call, &answer)) {
		if (answer.error.error_class != CALL_NOTFOUND)
			return false;
		diag_fini(w->err);
		return true;
	}
	return step_done(w, s->call) && cloud_steps(w, s->rest);
}

bool cloud_destroy(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err)
{
	Work w;

	o->desired = VALUE_NULL;
	begin(d, o, hooks, a, err, &w);
	if (o->schema->before_delete_count) {
		if (!cloud_read_full(&w))
			return false;
		if (!w.is_found) {
			o->is_gone = true;
			return true;
		}
		w.env.attrs = o->attrs;
	}
	for (uint32_t i = 0; i < o->schema->before_delete_count; i++)
		if (!before_delete(&w, o->schema->before_delete[i]))
			return false;
	if (!run_destroy(&w))
		return false;
	o->is_gone = true;
	return true;
}
