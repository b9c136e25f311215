/* The HTTP client: one multi handle whose sockets and timer the loop watches; a call is an easy
 * handle that lives as long as its fiber waits.
 *
 * Invariants: a call is on the multi handle from http_start() until http_finish(); callbacks of
 * libcurl only copy bytes and note the result; the fiber does the rest. */
#include "runtime/wire/http_client.h"

#include "compiler/base/check.h"
#include "compiler/base/fault.h"
#include "compiler/base/mem.h"
#include "runtime/host/limits.h"
#include "runtime/wire/curl_api_impl.h"

#include <string.h>

typedef Vec(HttpHeader) HttpHeaders;

struct Http {
	Loop *loop;
	CurlApi *api; /* NULL until the first request */
	CURLM *multi;
	LoopTimer *timer;
};

typedef struct HttpCall {
	Http *http;
	Arena *arena;
	CURL *easy;
	struct curl_slist *headers;
	Fiber *waiter;
	Buf body;
	HttpHeaders got;
	bool is_done;
	CURLcode result;
	char words[CURL_ERROR_SIZE];
} HttpCall;

Http *http_new(Loop *l)
{
	Http *h = MEM_NEW(Http);

	h->loop = l;
	return h;
}

Http *http_free(Http *h)
{
	if (!h)
		return NULL;
	if (h->multi)
		(void)h->api->curl_multi_cleanup(h->multi); /* no call is left to fail */
	if (h->timer)
		loop_timer_free(h->timer);
	curl_api_free(h->api);
	mem_free(h);
	return NULL;
}

/* Notes which calls have ended and wakes their fibers. */
static void collect(Http *h)
{
	CURLMsg *message;
	int left = 0;

	while ((message = h->api->curl_multi_info_read(h->multi, &left))) {
		HttpCall *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		h->api->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		call->is_done = true;
		call->result = message->data.result;
		fiber_wake(call->waiter);
	}
}

static void act(Http *h, curl_socket_t fd, int events)
{
	int running = 0;

	(void)h->api->curl_multi_socket_action(h->multi, fd, events, &running);
	collect(h);
}

static void on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* What stands behind one watched socket. */
typedef struct HttpSocket {
	Http *http;
	curl_socket_t fd;
	LoopWatch *watch;
} HttpSocket;

static void on_ready(void *arg, bool readable, bool writable)
{
	const HttpSocket *s = arg;

	act(s->http, s->fd, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket)
{
	HttpSocket *s = socket;
	Http *h = arg;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s) {
			loop_watch_free(s->watch);
			mem_free(s);
		}
		return 0;
	}
	if (!s) {
		s = MEM_NEW(HttpSocket);
		*s = (HttpSocket){h, fd, NULL};
		s->watch = loop_watch(h->loop, fd, on_ready, s);
		(void)h->api->curl_multi_assign(
			h->multi, fd, s); /* fd is libcurl's own: it holds */
	}
	loop_watch_set(s->watch, what & CURL_POLL_IN, what & CURL_POLL_OUT);
	return 0;
}

static int on_timeout(CURLM *multi, long ms, void *arg)
{
	const Http *h = arg;

	(void)multi;
	loop_timer_set(h->timer, ms);
	return 0;
}

static bool open_library(Http *h, Diag *err)
{
	if (h->api)
		return true;
	if (!curl_api_open(&h->api, err))
		return false;
	h->multi = h->api->curl_multi_init();
	CHECK(h->multi);
	h->timer = loop_timer(h->loop, on_timer, h);
	(void)h->api->curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)h->api->curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	(void)h->api->curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	(void)h->api->curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	(void)h->api->curl_multi_setopt(
		h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HTTP_CONNECTIONS_MAX);
	return true;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	HttpCall *call = arg;

	buf_add(&call->body, (Str){bytes, size * count});
	return call->body.overflowed ? 0 : size * count;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
	HttpCall *call = arg;
	Str value = {bytes, size * count};
	Str name;

	if (str_starts(value, STR("HTTP/")))
		call->got.len = 0; /* of an interim answer */
	else if (str_cut_found(&value, STR(":"), &name)) {
		HttpHeader header = {
			str_lower(call->arena, name), str_copy(call->arena, str_trim(value))};
		vec_add(call->arena, &call->got, header);
	}
	return size * count;
}

static bool has_header(const HttpRequest *r, Str name)
{
	for (uint32_t i = 0; i < r->header_count; i++)
		if (str_eq_nocase(r->headers[i].name, name))
			return true;
	return false;
}

static void add_header(HttpCall *call, Str name, const char *between, Str value)
{
	Str line = str_print(call->arena, "%.*s%s%.*s", STR_ARG(name), between, STR_ARG(value));

	call->headers = call->http->api->curl_slist_append(call->headers, line.ptr);
	CHECK(call->headers);
}

static void set_headers(HttpCall *call, const HttpRequest *r)
{
	for (uint32_t i = 0; i < r->header_count; i++) {
		/* "Name;" is how libcurl sends a header without a value. */
		bool is_empty = r->headers[i].value.len == 0;

		add_header(call, r->headers[i].name, is_empty ? ";" : ": ", r->headers[i].value);
	}
	if (!has_header(r, STR("user-agent")))
		add_header(call, STR("User-Agent"), ": ", STR("styx/0.1.0"));
	/* What libcurl would add on its own would not be signed, or would cost a round trip. */
	if (!has_header(r, STR("expect")))
		add_header(call, STR("Expect"), ":", STR_NONE);
	if (!has_header(r, STR("content-type")))
		add_header(call, STR("Content-Type"), ":", STR_NONE);
	if (!has_header(r, STR("accept")))
		add_header(call, STR("Accept"), ": ", STR("*/*"));
}

static const char *c_string(HttpCall *call, Str s)
{
	return s.len ? str_copy(call->arena, s).ptr : NULL;
}

static void set_method(HttpCall *call, const HttpRequest *r)
{
	const CurlApi *api = call->http->api;
	bool takes_body = str_eq(r->method, STR("POST")) || str_eq(r->method, STR("PUT")) ||
			  str_eq(r->method, STR("PATCH"));

	if (str_eq(r->method, STR("HEAD"))) {
		api->curl_easy_setopt(call->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (r->body.len || takes_body) {
		api->curl_easy_setopt(
			call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
		api->curl_easy_setopt(
			call->easy, CURLOPT_POSTFIELDS, r->body.len ? r->body.ptr : "");
	}
	api->curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, c_string(call, r->method));
}

static void set_tls(HttpCall *call, const HttpRequest *r)
{
	const CurlApi *api = call->http->api;

	if (r->ca_file.len)
		api->curl_easy_setopt(call->easy, CURLOPT_CAINFO, c_string(call, r->ca_file));
	if (r->client_cert.len)
		api->curl_easy_setopt(call->easy, CURLOPT_SSLCERT, c_string(call, r->client_cert));
	if (r->client_key.len)
		api->curl_easy_setopt(call->easy, CURLOPT_SSLKEY, c_string(call, r->client_key));
	if (r->is_insecure) {
		api->curl_easy_setopt(call->easy, CURLOPT_SSL_VERIFYPEER, 0L);
		api->curl_easy_setopt(call->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

static void set_up(HttpCall *call, const HttpRequest *r)
{
	const CurlApi *api = call->http->api;
	CURL *easy = call->easy;
	int64_t timeout = r->timeout_ms ? r->timeout_ms : HTTP_TIMEOUT_MS;
	int64_t connect = r->connect_timeout_ms ? r->connect_timeout_ms : HTTP_CONNECT_TIMEOUT_MS;

	api->curl_easy_setopt(easy, CURLOPT_URL, c_string(call, r->url));
	api->curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	api->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->words);
	api->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	api->curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	api->curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout);
	api->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
	api->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	api->curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	api->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	api->curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	if (r->unix_socket.len)
		api->curl_easy_setopt(
			easy, CURLOPT_UNIX_SOCKET_PATH, c_string(call, r->unix_socket));
	set_headers(call, r);
	api->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	set_method(call, r);
	set_tls(call, r);
}

static DiagCode code_of(CURLcode result)
{
	switch ((int)result) { /* the others are not ours to tell apart */
	case CURLE_OPERATION_TIMEDOUT:
		return DIAG_TIMED_OUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return DIAG_TLS;
	case CURLE_WRITE_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return DIAG_HTTP_BODY;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return DIAG_CONNECT;
	default:
		return DIAG_CONNECTION_LOST;
	}
}

/* Says what went wrong; whether the server may have seen the request decides what may be repeated.
 */
static bool report(const HttpCall *call, const HttpRequest *r, Diag *err)
{
	bool was_sent = call->result != CURLE_COULDNT_CONNECT &&
			call->result != CURLE_COULDNT_RESOLVE_HOST &&
			call->result != CURLE_COULDNT_RESOLVE_PROXY;
	const char *words =
		call->words[0] ? call->words : call->http->api->curl_easy_strerror(call->result);

	diag_fail(err, code_of(call->result), NULL, "cannot reach `%.*s`",
		STR_ARG(r->unix_socket.len ? r->unix_socket : r->url));
	if (call->body.overflowed)
		diag_why(err, "the answer is larger than %zu bytes", call->body.max);
	else
		diag_why(err, "%s%s", words, was_sent ? "" : "; the request was not sent");
	return false;
}

static void finish(HttpCall *call)
{
	const CurlApi *api = call->http->api;

	(void)api->curl_multi_remove_handle(call->http->multi, call->easy); /* it is on it */
	api->curl_easy_cleanup(call->easy);
	api->curl_slist_free_all(call->headers);
	buf_fini(&call->body);
}

bool http_send(Http *h, const HttpRequest *r, Arena *a, HttpResponse *ret, Diag *err)
{
	HttpCall call = {.http = h, .arena = a, .waiter = fiber_self(h->loop)};
	bool ok = false;
	long status = 0;

	CHECK(call.waiter);
	if (!str_starts(r->url, STR("http://")) && !str_starts(r->url, STR("https://"))) {
		diag_fail(err, DIAG_CONNECT, NULL, "`%.*s` is no http:// or https:// address",
			STR_ARG(r->url));
		return false;
	}
	if (!open_library(h, err))
		return false;
	if (fault_point("http.send"))
		return diag_fail(err, DIAG_CONNECT, "a failure on demand", "cannot reach `%.*s`",
			STR_ARG(r->url));
	buf_init(&call.body, r->body_max ? r->body_max : HTTP_BODY_BYTES_MAX);
	call.easy = h->api->curl_easy_init();
	CHECK(call.easy);
	set_up(&call, r);
	(void)h->api->curl_multi_add_handle(h->multi, call.easy); /* fails only when used twice */
	while (!call.is_done && fiber_park_interruptible(h->loop))
		;
	if (!call.is_done) {
		diag_fail(err, DIAG_INTERRUPTED, NULL, "interrupted while waiting for `%.*s`",
			STR_ARG(r->url));
		goto out;
	}
	if (call.result != CURLE_OK) {
		report(&call, r, err);
		goto out;
	}
	h->api->curl_easy_getinfo(call.easy, CURLINFO_RESPONSE_CODE, &status);
	*ret = (HttpResponse){
		(int)status, call.got.ptr, call.got.len, str_copy(a, buf_str(&call.body))};
	ok = true;
out:
	finish(&call);
	return ok;
}

Str http_header(const HttpResponse *r, Str name)
{
	for (uint32_t i = 0; i < r->header_count; i++)
		if (str_eq(r->headers[i].name, name))
			return r->headers[i].value;
	return STR_NONE;
}
