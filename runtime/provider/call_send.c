/* One request to its server: endpoint, overrides, API version, signature (see call_send.h). */
#include "runtime/provider/call_send.h"

#include "compiler/base/file.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "runtime/host/env.h"

/* Where a request goes. */
typedef struct Target {
	Str base; /* scheme and host, without a slash at its end */
	Str unix_socket;
	Str prefix; /* before the path */
	bool is_path_style;
	bool is_replaced;
} Target;

static Str word(const SchemaExpr *e, uint32_t i)
{
	if (!e || e->kind != SX_CALL || i >= e->count || e->kids[i]->kind != SX_CONST ||
		e->kids[i]->value.kind != VAL_STRING)
		return STR("");
	return e->kids[i]->value.as.text;
}

/* "aws.ec2" is "ec2". */
static Str short_name(const SchemaService *s)
{
	size_t dot = str_rfind(s->name, STR("."));

	return dot == SIZE_MAX ? s->name : str_slice(s->name, dot + 1, s->name.len);
}

static Str replaced_endpoint(Work *w, const SchemaService *s)
{
	if (w->cloud->auth)
		return aws_auth_endpoint(w->cloud->auth, short_name(s));
	for (uint32_t i = 0; i < s->override_count; i++) {
		Str text = {0};
		if (env_get(s->overrides[i], &text) && text.len)
			return text;
	}
	return STR("");
}

/* A host as Docker writes it: unix:///path, tcp://host:port. */
static void engine_target(Arena *a, Str host, Target *t)
{
	Str tls = {0};

	if (str_starts(host, STR("unix://"))) {
		t->unix_socket = str_trim_prefix(host, STR("unix://"));
		t->base = STR("http://localhost");
	} else if (str_starts(host, STR("tcp://"))) {
		bool has_tls = env_get(STR("DOCKER_TLS_VERIFY"), &tls) && tls.len;
		host = str_trim_prefix(host, STR("tcp://"));
		t->base = str_print(a, "%s://%.*s", has_tls ? "https" : "http", STR_ARG(host));
	}
}

/* Whether there is a way to such an address.  Docker's ssh:// is none: it takes a child process and
 * a pipe to it for each connection, where one forwarded socket does the same (decision 021). */
static bool is_reachable(Str base, Diag *err)
{
	if (str_has(base, STR("://")) && !str_starts(base, STR("ssh://")))
		return true;
	diag_fail(err, DIAG_CONNECT, NULL, "cannot talk to `%.*s`", STR_ARG(base));
	if (!str_starts(base, STR("ssh://"))) {
		diag_fix(err, "give an address such as unix:///path, tcp://host:port or "
			      "https://host");
		return false;
	}
	Str host = str_trim_prefix(base, STR("ssh://"));

	diag_why(err, "Styx reaches a Docker Engine by its socket, and has no ssh of its own");
	diag_fix(err,
		"forward the socket and name it: `ssh -fNT -L "
		"/tmp/engine.sock:/var/run/docker.sock %.*s`, then "
		"DOCKER_HOST=unix:///tmp/engine.sock",
		STR_ARG(host));
	return false;
}

static bool find_target(Work *w, const CallRequest *r, Target *ret, Diag *err)
{
	const SchemaService *s = w->schema->service;
	SxEnv env = w->env;
	Str replaced = replaced_endpoint(w, s);

	*ret = (Target){0};
	ret->is_replaced = replaced.len != 0;
	ret->is_path_style =
		ret->is_replaced || !r->host_label.len || str_has(r->host_label, STR("."));
	if (ret->is_replaced) {
		ret->base = str_trim_suffix(replaced, STR("/"));
		return true;
	}
	env.mode = SX_PLAIN;
	if (r->host_label.len || str_eq(s->protocol, STR("rest-xml"))) {
		Str label = ret->is_path_style ? STR("") : r->host_label;
		env.lets = value_with(env.arena, env.lets, STR("bucket"), value_string(label));
	}
	Str host = sx_text(env.arena, s->endpoint ? sx_value(&env, s->endpoint) : VALUE_NULL);
	size_t dot = str_find(host, STR("://."), 0);
	if (dot != SIZE_MAX)
		host = str_print(env.arena, "%.*s://%.*s", STR_ARG(str_slice(host, 0, dot)),
			STR_ARG(str_slice(host, dot + 4, host.len)));
	ret->base = str_trim_suffix(host, STR("/"));
	engine_target(env.arena, host, ret);
	return is_reachable(ret->base, err);
}

/* TLS files of Docker's clients. */
static void add_engine_tls(Arena *a, HttpRequest *h)
{
	Str dir = {0};

	if (!str_starts(h->url, STR("https://")) || !env_get(STR("DOCKER_CERT_PATH"), &dir) ||
		!dir.len)
		return;
	h->ca_file = file_path_join(a, dir, STR("ca.pem"));
	h->client_cert = file_path_join(a, dir, STR("cert.pem"));
	h->client_key = file_path_join(a, dir, STR("key.pem"));
}

/* Orders versions such as 1.9 and 1.41. */
static int version_cmp(Str x, Str y)
{
	int64_t a[2] = {0};
	int64_t b[2] = {0};
	Str x_rest = x;
	Str y_rest = y;

	for (int i = 0; i < 2; i++) {
		if (!num_parse_int(str_cut(&x_rest, STR(".")), &a[i]))
			a[i] = 0;
		if (!num_parse_int(str_cut(&y_rest, STR(".")), &b[i]))
			b[i] = 0;
	}
	if (a[0] != b[0])
		return a[0] < b[0] ? -1 : 1;
	return a[1] < b[1] ? -1 : a[1] > b[1];
}

/* Asks the engine for its version and takes the newest that both sides speak. */
static bool negotiate(Work *w, const Target *t, Diag *err)
{
	Cloud *c = w->cloud;
	const SchemaExpr *api = w->schema->service->api;
	HttpResponse r = {0};
	HttpRequest h = {.method = STR("GET"), .unix_socket = t->unix_socket};

	h.url = str_print(w->env.arena, "%.*s/_ping", STR_ARG(t->base));
	add_engine_tls(w->env.arena, &h);
	if (!http_send(c->http, &h, w->env.arena, &r, err))
		return false;
	Str theirs = http_header(&r, STR("api-version"));
	Str least = word(api, 0);
	Str most = word(api, 1);
	if (!theirs.len)
		theirs = least;
	if (version_cmp(theirs, least) < 0) {
		diag_fail(err, DIAG_API_REFUSED, NULL, "`%.*s` speaks version %.*s of its API",
			STR_ARG(t->base), STR_ARG(theirs));
		diag_fix(err, "upgrade it: %.*s is the oldest that is understood", STR_ARG(least));
		return false;
	}
	c->api = str_copy(c->arena, version_cmp(theirs, most) < 0 ? theirs : most);
	c->settings = value_with(c->arena, c->settings, STR("api"), value_string(c->api));
	return true;
}

static bool add_prefix(Work *w, Target *t, Diag *err)
{
	const SchemaService *s = w->schema->service;
	Cloud *c = w->cloud;
	bool ok = true;

	if (s->api) {
		fiber_slots_take(&c->api_turn);
		if (!c->api.len)
			ok = negotiate(w, t, err);
		fiber_slots_give(&c->api_turn);
	}
	if (ok && s->prefix) {
		SxEnv env = w->env;
		env.settings = c->settings;
		env.mode = SX_PLAIN;
		t->prefix = sx_text(env.arena, sx_value(&env, s->prefix));
	}
	return ok;
}

static Str full_url(Arena *a, const Target *t, const CallRequest *r)
{
	Str path = r->path;
	Buf b;

	if (r->host_label.len && !t->is_path_style) {
		path = str_slice(path, 1 + r->host_label.len, path.len);
		if (!path.len)
			path = STR("/");
	}
	buf_init(&b, TEXT_BYTES_MAX);
	buf_print(&b, "%.*s%.*s%.*s", STR_ARG(t->base), STR_ARG(t->prefix), STR_ARG(path));
	if (r->query.len)
		buf_print(&b, "?%.*s", STR_ARG(r->query));
	Str url = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return url;
}

/* sign = s3, or sigv4("iam", region = "us-east-1"). */
static void signing_name(const Work *w, Str *ret_service, Str *ret_region, bool *ret_is_s3)
{
	const SchemaExpr *sign = w->schema->service->sign;
	const Value *region = value_find(w->env.settings, STR("region"));
	Str kind = sign->kind == SX_CONST ? sign->value.as.text : sign->name;

	*ret_region = region && region->kind == VAL_STRING ? region->as.text : STR("");
	*ret_is_s3 = str_eq(kind, STR("s3"));
	*ret_service = *ret_is_s3 ? STR("s3") : word(sign, 0);
	for (uint32_t i = 0; sign->kind == SX_CALL && i < sign->count; i++)
		if (sign->keys && str_eq(sign->keys[i], STR("region")))
			*ret_region = word(sign, i);
}

/* Whether a text can be a region: it becomes part of a host's name. */
static bool is_region(Str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') &&
			!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && s.ptr[i] != '-')
			return false;
	return s.len > 0 && s.len < 64 && s.ptr[0] != '-';
}

static bool is_redirect(const SchemaService *s, const CallError *e)
{
	const Value *codes = value_find(s->fields, STR("redirect"));

	if (!codes || codes->kind != VAL_LIST)
		return false;
	for (uint32_t i = 0; i < codes->as.list->len; i++)
		if (codes->as.list->items[i].kind == VAL_STRING &&
			str_eq(codes->as.list->items[i].as.text, e->code))
			return true;
	/* An answer to HEAD has no body, so no code. */
	return !e->code.len && (e->status == 301 || e->status == 400);
}

bool call_redirect(Work *w, const CallRequest *r, const CallError *e)
{
	Cloud *c = w->cloud;
	const Str *known = map_find(&c->regions, r->host_label);
	const Value *region = value_find(w->env.settings, STR("region"));
	Str asked = known                                  ? *known
		    : region && region->kind == VAL_STRING ? region->as.text
							   : STR("");

	if (w->is_create || !r->host_label.len || !is_redirect(w->schema->service, e) ||
		!is_region(e->region) || str_eq(e->region, asked))
		return false;
	Str *to = ARENA_NEW(c->arena, Str);
	*to = str_copy(c->arena, e->region);
	map_put(&c->regions, str_copy(c->arena, r->host_label), to);
	return true;
}

/* What is asked for where a redirect said that it is, and not where the settings say. */
static Work redirected(const Work *w, const CallRequest *r)
{
	Work at = *w;
	const Str *region = r->host_label.len ? map_find(&w->cloud->regions, r->host_label) : NULL;

	if (region && w->is_create)
		(void)map_remove(&w->cloud->regions, r->host_label);
	else if (region)
		at.env.settings = value_with(
			at.env.arena, at.env.settings, STR("region"), value_string(*region));
	return at;
}

static bool sign(Work *w, bool is_fresh, HttpRequest *h, Diag *err)
{
	SigKeys keys = {0};
	Str service = {0};
	Str region = {0};
	bool is_s3 = false;
	int64_t now = clock_wall_ms() + w->cloud->clock_offset_ms;

	if (!w->schema->service->sign || !w->cloud->auth)
		return true;
	signing_name(w, &service, &region, &is_s3);
	if (!aws_auth_keys(w->cloud->auth, is_fresh, w->env.arena, &keys, err))
		return false;
	sigv4_sign(
		w->env.arena, h, &keys, region, service, now, is_s3, &h->headers, &h->header_count);
	return true;
}

Rate *call_rate(Cloud *c, const SchemaService *s)
{
	Rate *r = map_find(&c->rates, s->name);

	if (!r) {
		double rate = s->rate_per_second > 0 ? (double)s->rate_per_second : 1000;
		double burst = s->rate_burst > 0 ? (double)s->rate_burst : rate;
		r = rate_new(c->loop, rate, burst, (uint32_t)s->concurrency);
		map_put(&c->rates, s->name, r);
	}
	return r;
}

void call_learn_clock(Cloud *c, const HttpResponse *r)
{
	int64_t theirs = 0;

	if (clock_parse(http_header(r, STR("date")), &theirs))
		c->clock_offset_ms = theirs - clock_wall_ms();
}

bool call_send(Work *work, const CallRequest *r, bool is_fresh, HttpResponse *ret, Str *ret_host,
	Diag *err)
{
	Target t = {0};
	Work at = redirected(work, r);
	Work *w = &at;
	Rate *rate = call_rate(w->cloud, w->schema->service);

	if (!find_target(w, r, &t, err) || !add_prefix(w, &t, err))
		return false;
	*ret_host = t.unix_socket.len ? t.unix_socket : t.base;
	HttpRequest h = {
		.method = r->method,
		.url = full_url(w->env.arena, &t, r),
		.headers = r->headers,
		.header_count = r->header_count,
		.body = r->body,
		.unix_socket = t.unix_socket,
	};
	if (w->until != DEADLINE_NEVER && clock_left_ms(w->until) < HTTP_TIMEOUT_MS)
		h.timeout_ms = clock_left_ms(w->until) + 1;
	if (str_eq(w->cloud->provider->provider, STR("docker")))
		add_engine_tls(w->env.arena, &h);
	if (w->cloud->auth)
		h.ca_file = aws_auth_ca_file(w->cloud->auth);
	if (!sign(w, is_fresh, &h, err))
		return false;
	if (!rate_take(rate))
		return diag_fail(err, DIAG_INTERRUPTED, NULL, "interrupted before a call to %.*s",
			STR_ARG(*ret_host));
	bool ok = http_send(w->cloud->http, &h, w->env.arena, ret, err);
	rate_done(rate, ok && (ret->status == 429 || ret->status == 503));
	return ok;
}
