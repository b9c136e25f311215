/* One call of a schema: encoded, sent, retried, paged, and its answer judged by the call's clauses
 * and the error classes (providers.md, 2.8, 4.10). */
#include "runtime/provider/call_send.h"

#include "compiler/base/hash.h"
#include "compiler/base/json.h"

enum {
	CONNECT_ATTEMPTS_MAX = 4,  /* of a server that is down */
	RETRY_DEFAULT_MS = 120000, /* a `retry` clause without `for` */
	RETRY_ATTEMPTS = 8,
	RETRY_BASE_MS = 500,
	RETRY_CAP_MS = 20000,
	REDIRECTS_MAX = 2, /* of one call: a third is a circle */
	PAGES_MAX = 10000, /* of one list: a token that never ends is a fault */
};

/* One call on its way. */
typedef struct Sending {
	Work *w;
	const SchemaCall *call;
	CallInput in;
	CallAnswer *answer;
	Str host;
	bool was_told;      /* the intent was journalled */
	bool was_refreshed; /* new credentials were tried */
	bool was_mended;
	uint32_t redirects;
	bool was_uncertain; /* an earlier attempt may have been carried out */
	Deadline clause_until;
} Sending;

static bool is_read_verb(Str method)
{
	return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
}

static bool changes(const SchemaCall *call)
{
	if (call->is_http)
		return !is_read_verb(call->name);
	return !str_starts(call->name, STR("Describe")) && !str_starts(call->name, STR("List")) &&
	       !str_starts(call->name, STR("Get")) && !str_starts(call->name, STR("Head"));
}

static Str what_of(const Sending *s)
{
	if (!s->call->is_http)
		return s->call->name;
	return str_print(s->w->env.arena, "%.*s %.*s", STR_ARG(s->in.method), STR_ARG(s->in.path));
}

bool cloud_build(Work *w, const SchemaCall *call, CallInput *in)
{
	SxEnv env = w->env;
	const Value *strict = value_find(w->schema->service->fields, STR("strict"));

	env.mode = SX_ENCODED;
	*in = (CallInput){.service = w->schema->service, .op = call->operation};
	in->is_strict = strict && strict->kind == VAL_BOOL && strict->as.boolean;
	in->content = call->content;
	if (call->is_http) {
		in->method = call->name;
		in->path = sx_text(env.arena, sx_plain(&env, call->url));
		if (!in->op)
			in->op = call_operation(w->schema->service->model, in->method, in->path);
		in->query = call->query ? sx_value(&env, call->query) : VALUE_NULL;
		in->params = call->body ? sx_value(&env, call->body) : VALUE_NULL;
	} else {
		in->params =
			call->args ? sx_value(&env, call->args) : value_map(env.arena, NULL, 0);
	}
	bool has_body = !call->is_http || !is_read_verb(in->method);
	if (w->is_create && has_body && !call->is_stream)
		in->params = sx_encode_all(&env, in->op ? in->op->input : NULL, in->params);
	return !w->failed;
}

/* Journals the intent, once, before anything that changes something is sent. */
static bool tell(Sending *s, const CallRequest *r)
{
	Work *w = s->w;

	if (s->was_told || !w->hooks || !w->hooks->on_intent || !changes(s->call))
		return true;
	s->was_told = true;
	Str text = str_print(w->env.arena, "%.*s %.*s?%.*s\n", STR_ARG(r->method), STR_ARG(r->path),
		STR_ARG(r->query));
	Str parts[] = {text, r->body};
	Digest d = hash_of(HASH_SHA256, str_join(w->env.arena, parts, 2, STR("")));
	return w->hooks->on_intent(w->hooks->ctx, what_of(s), hash_hex(w->env.arena, &d), w->err);
}

static bool is_repeatable(const Sending *s)
{
	return !changes(s->call) || !s->w->is_create || s->call->finds_token;
}

static Retry new_retry(const Sending *s)
{
	const SchemaService *v = s->w->schema->service;

	return (Retry){
		.base_ms = v->retry_base_ms > 0 ? v->retry_base_ms : RETRY_BASE_MS,
		.cap_ms = v->retry_cap_ms > 0 ? v->retry_cap_ms : RETRY_CAP_MS,
		.attempts_max =
			v->retry_attempts > 0 ? (uint32_t)v->retry_attempts : RETRY_ATTEMPTS,
		.attempt = 1,
		.until = s->w->until,
	};
}

static bool mend(Sending *s)
{
	SchemaCall call = *s->call->mend_call;
	CallAnswer a = {0};
	bool was_create = s->w->is_create;

	s->was_mended = true;
	s->w->is_create = false;
	bool ok = cloud_call(s->w, &call, &a);
	s->w->is_create = was_create;
	return ok;
}

static bool fail_call(const Sending *s)
{
	const DriverObject *o = s->w->o;

	call_fail(s->w->err, &s->answer->error, what_of(s), s->host);
	if (o && o->address.len)
		diag_context(s->w->err, "for `%.*s`", STR_ARG(o->address));
	return false;
}

typedef enum Verdict { VERDICT_DONE, VERDICT_AGAIN, VERDICT_FAILED } Verdict;

/* Whether the class of an error, by itself, asks for another try. */
static bool class_retries(Sending *s, const HttpResponse *r)
{
	switch (s->answer->error.error_class) {
	case CALL_THROTTLE:
	case CALL_BUSY:
		return true;
	case CALL_TRANSIENT:
		return is_repeatable(s);
	case CALL_AUTH:
	case CALL_EXPIRED:
		if (s->was_refreshed || !s->w->cloud->auth)
			return false;
		s->was_refreshed = true;
		call_learn_clock(s->w->cloud, r);
		return true;
	default:
		return false;
	}
}

static Verdict judge(Sending *s, const CallRequest *request, const HttpResponse *r, Retry *retry)
{
	const SchemaCall *c = s->call;
	CallAnswer *a = s->answer;

	call_read_error(s->w->env.arena, s->w->schema->service, r, &a->error);
	call_classify(s->w->schema->service, s->w->schema, &a->error);
	if (s->redirects < REDIRECTS_MAX && call_redirect(s->w, request, &a->error)) {
		s->redirects++;
		return VERDICT_AGAIN;
	}
	s->was_uncertain =
		s->was_uncertain || (a->error.error_class == CALL_TRANSIENT && changes(c));
	a->is_uncertain = s->was_uncertain;
	a->is_none = call_matches(&c->none, &a->error);
	if (a->is_none || call_matches(&c->ok, &a->error))
		return VERDICT_DONE;
	if (c->mend_call && !s->was_mended && call_matches(&c->mend, &a->error))
		return mend(s) ? VERDICT_AGAIN : VERDICT_FAILED;
	int64_t hint = 0;
	if (clock_parse(http_header(r, STR("retry-after")), &hint))
		hint = hint - clock_wall_ms();
	if (call_matches(&c->retry, &a->error)) {
		retry->until = s->clause_until < s->w->until ? s->clause_until : s->w->until;
		retry->attempts_max = UINT32_MAX;
		retry->cap_ms = 5000;
		if (retry_wait(retry, s->w->cloud->loop, hint > 0 ? hint : 0))
			return VERDICT_AGAIN;
	} else if (class_retries(s, r)) {
		if (retry_wait(retry, s->w->cloud->loop, hint > 0 ? hint : 0))
			return VERDICT_AGAIN;
	}
	fail_call(s);
	return VERDICT_FAILED;
}

/* A connection that failed: again, if sending twice does no harm.  Once an attempt may have been
 * carried out, a later one that was not even sent says nothing about it. */
static Verdict judge_broken(Sending *s, Retry *retry)
{
	Diag *err = s->w->err;
	bool is_broken = err->code == DIAG_CONNECTION_LOST || err->code == DIAG_TIMED_OUT;

	s->answer->error = (CallError){.error_class = CALL_TRANSIENT};
	s->was_uncertain = s->was_uncertain ||
			   (changes(s->call) && (is_broken || err->code == DIAG_INTERRUPTED ||
							err->code == DIAG_HTTP_BODY));
	s->answer->is_uncertain = s->was_uncertain;
	if (err->code == DIAG_CONNECT && retry->attempts_max > CONNECT_ATTEMPTS_MAX)
		retry->attempts_max = CONNECT_ATTEMPTS_MAX; /* it is down: say so soon */
	if ((is_broken || err->code == DIAG_CONNECT) && is_repeatable(s) &&
		retry_wait(retry, s->w->cloud->loop, 0)) {
		diag_fini(err);
		return VERDICT_AGAIN;
	}
	if (err->code == DIAG_CONNECT && s->was_uncertain)
		err->code = DIAG_CONNECTION_LOST;
	return VERDICT_FAILED;
}

/* An answer of JSON lines: the last line that names an error is the error. */
static bool read_stream(Sending *s, Str body)
{
	Str rest = body;

	while (rest.len) {
		Str line = str_trim(str_cut(&rest, STR("\n")));
		Value v = VALUE_NULL;
		Diag err = {0};
		if (!line.len || !json_parse(s->w->env.arena, line, &v, &err)) {
			diag_fini(&err); /* progress in another form says nothing */
			continue;
		}
		const Value *error = value_find(v, STR("error"));
		if (!error || error->kind != VAL_STRING)
			continue;
		s->answer->error = (CallError){.status = 200, .message = error->as.text};
		s->answer->error.code = STR("error in the stream");
		return fail_call(s);
	}
	s->answer->value = value_map(s->w->env.arena, NULL, 0);
	return true;
}

static bool take_answer(Sending *s, const HttpResponse *r)
{
	s->answer->status = r->status;
	s->answer->error = (CallError){.status = r->status};
	if (s->call->is_stream)
		return read_stream(s, r->body);
	return call_decode(s->w->env.arena, &s->in, r, &s->answer->value, s->w->err);
}

static bool send_until_done(Sending *s)
{
	CallRequest request = {0};
	Retry retry = new_retry(s);
	Verdict v = VERDICT_AGAIN;

	if (!call_encode(s->w->env.arena, &s->in, &request, s->w->err) || !tell(s, &request))
		return false;
	while (v == VERDICT_AGAIN) {
		HttpResponse r = {0};
		if (!call_send(s->w, &request, s->was_refreshed, &r, &s->host, s->w->err)) {
			v = judge_broken(s, &retry);
			continue;
		}
		s->answer->status = r.status;
		if (r.status >= 200 && r.status < 300)
			return take_answer(s, &r);
		v = judge(s, &request, &r, &retry);
	}
	return v == VERDICT_DONE;
}

static Sending sending(Work *w, const SchemaCall *call, CallAnswer *ret)
{
	*ret = (CallAnswer){0};
	int64_t ms = call->retry_ms > 0 ? call->retry_ms : RETRY_DEFAULT_MS;
	return (Sending){.w = w, .call = call, .answer = ret, .clause_until = clock_deadline(ms)};
}

bool cloud_call(Work *w, const SchemaCall *call, CallAnswer *ret)
{
	Sending s = sending(w, call, ret);

	return cloud_build(w, call, &s.in) && send_until_done(&s);
}

/* Pages. */

static Str paging_word(const SchemaService *s, uint32_t i)
{
	const SchemaExpr *p = s->paging;

	if (!p || p->kind != SX_CALL || i >= p->count || p->kids[i]->kind != SX_CONST)
		return STR("");
	return p->kids[i]->value.kind == VAL_STRING ? p->kids[i]->value.as.text : STR("");
}

static void set_param(Sending *s, Str name, Value v)
{
	Arena *a = s->w->env.arena;
	Value *to = s->call->is_http ? &s->in.query : &s->in.params;

	*to = value_with(a, to->kind == VAL_MAP ? *to : value_map(a, NULL, 0), name, v);
}

/* The token of the next page; empty: this was the last one. */
static Str next_token(const Sending *s)
{
	const SchemaService *v = s->w->schema->service;
	Value answer = s->answer->value;

	if (!v->paging)
		return STR("");
	if (str_eq(v->paging->name, STR("marker"))) {
		const Value *more = value_find(answer, paging_word(v, 1));
		if (!more || more->kind != VAL_BOOL || !more->as.boolean)
			return STR("");
		const Value *token = value_find(answer, paging_word(v, 0));
		return token && token->kind == VAL_STRING ? token->as.text : STR("");
	}
	const Value *token = value_find_path(answer, paging_word(v, 1));
	return token && token->kind == VAL_STRING ? token->as.text : STR("");
}

static void lay_over(Sending *s, Value extra)
{
	Arena *a = s->w->env.arena;

	for (uint32_t i = 0; extra.kind == VAL_MAP && i < extra.as.map->len; i++) {
		const ValueEntry *e = &extra.as.map->entries[i];
		const Value *had = value_find(s->in.params, e->key);
		Value v = e->value;
		if (had && had->kind == VAL_LIST && v.kind == VAL_LIST) {
			uint32_t n = had->as.list->len + v.as.list->len;
			Value *items = ARENA_ARRAY(a, Value, n);
			for (uint32_t j = 0; j < n; j++)
				items[j] = j < had->as.list->len
						   ? had->as.list->items[j]
						   : v.as.list->items[j - had->as.list->len];
			v = value_list(a, items, n);
		}
		set_param(s, e->key, v);
	}
}

typedef Vec(Value) Values;

static void gather(Sending *s, Values *out)
{
	Arena *a = s->w->env.arena;
	Value items = s->answer->value;

	if (s->call->each)
		items = sx_path(&s->w->env, s->call->each, items);
	else if (s->call->at)
		items = sx_path(&s->w->env, s->call->at, items);
	if (items.kind != VAL_LIST && items.kind != VAL_NULL)
		vec_add(a, out, items);
	for (uint32_t i = 0; items.kind == VAL_LIST && i < items.as.list->len; i++)
		vec_add(a, out, items.as.list->items[i]);
}

bool cloud_items(Work *w, const SchemaCall *call, Value extra, Value *ret_items, CallAnswer *ret)
{
	Sending s = sending(w, call, ret);
	const SchemaService *v = w->schema->service;
	Values out = {0};
	bool is_paged = call->page > 0 || call->page == SCHEMA_PAGE_SERVER;

	if (!cloud_build(w, call, &s.in))
		return false;
	lay_over(&s, extra);
	bool is_marker = v->paging && str_eq(v->paging->name, STR("marker"));
	if (call->page > 0 && paging_word(v, 2).len)
		set_param(&s, paging_word(v, 2), value_int(call->page));
	for (int page = 0; page < PAGES_MAX; page++) {
		if (!send_until_done(&s))
			return false;
		gather(&s, &out);
		Str token = is_paged || is_marker ? next_token(&s) : STR("");
		if (!token.len)
			break;
		set_param(&s, paging_word(v, 0), value_string(token));
	}
	*ret_items = value_list(w->env.arena, out.ptr, out.len);
	return true;
}

static const ModelShape *member_shape(const ModelShape *shape, Str name)
{
	const ModelMember *m =
		shape && shape->kind == MODEL_STRUCTURE ? model_member(shape, name) : NULL;

	return m ? m->shape : NULL;
}

const ModelShape *cloud_shape(const Cloud *c, const SxEnv *env, const SchemaCall *call)
{
	const ModelOperation *op = call->operation;
	const SchemaPath *path = call->each ? call->each : call->at;

	(void)c;
	if (!op && call->is_http)
		op = call_operation(env->service->model, call->name,
			sx_text(env->arena, sx_plain(env, call->url)));
	const ModelShape *shape = op ? op->output : NULL;
	for (uint32_t i = 0; shape && path && i < path->count; i++) {
		const SchemaSegment *s = &path->segments[i];
		shape = s->kind == SEGMENT_MEMBER ? member_shape(shape, s->name) : shape->elem;
	}
	return shape && shape->kind == MODEL_STRUCTURE ? shape : NULL;
}
