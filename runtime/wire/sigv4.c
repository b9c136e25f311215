/* AWS Signature Version 4: canonical request, string to sign, derived key, headers. */
#include "runtime/wire/sigv4.h"

#include "compiler/base/escape.h"
#include "compiler/base/hash.h"

typedef Vec(HttpHeader) Headers;

typedef struct Signing {
	Arena *arena;
	Headers headers; /* what is sent and signed, names in lower case, sorted */
	Str scope;       /* date/region/service/aws4_request */
	Str date;        /* 20260131T123456Z */
} Signing;

static Str hex_sha256(Arena *a, Str data)
{
	Digest d = hash_of(HASH_SHA256, data);

	return hash_hex(a, &d);
}

/* Takes an address apart: authority (without a default port), path, query. */
static void split_url(Str url, Str *ret_host, Str *ret_path, Str *ret_query)
{
	Str rest = url;
	Str scheme = str_cut(&rest, STR("://"));
	Str query = rest;
	Str before = str_cut(&query, STR("?"));
	size_t slash = str_find(before, STR("/"), 0);
	Str host = slash == SIZE_MAX ? before : str_slice(before, 0, slash);

	*ret_path = slash == SIZE_MAX ? STR("/") : str_slice(before, slash, before.len);
	*ret_query = query;
	*ret_host = str_trim_suffix(host, str_eq(scheme, STR("https")) ? STR(":443") : STR(":80"));
}

/* Adds a header in its place; one of the same name is replaced. */
static void set_header(Signing *s, Str name, Str value)
{
	HttpHeader h = {str_lower(s->arena, name), str_trim(value)};
	uint32_t at = 0;

	while (at < s->headers.len && str_cmp(s->headers.ptr[at].name, h.name) < 0)
		at++;
	if (at < s->headers.len && str_eq(s->headers.ptr[at].name, h.name)) {
		s->headers.ptr[at] = h;
		return;
	}
	vec_add(s->arena, &s->headers, h);
	for (uint32_t i = s->headers.len - 1; i > at; i--)
		s->headers.ptr[i] = s->headers.ptr[i - 1];
	s->headers.ptr[at] = h;
}

/* Sorts "name=value" pairs by their bytes, as the canonical query wants them. */
static Str canonical_query(Arena *a, Str query)
{
	Vec(Str) pairs = {0};

	while (query.len) {
		Str pair = str_cut(&query, STR("&"));
		uint32_t at = 0;

		if (!str_has(pair, STR("=")))
			pair = str_print(a, "%.*s=", STR_ARG(pair));
		while (at < pairs.len && str_cmp(pairs.ptr[at], pair) <= 0)
			at++;
		vec_add(a, &pairs, pair);
		for (uint32_t i = pairs.len - 1; i > at; i--)
			pairs.ptr[i] = pairs.ptr[i - 1];
		pairs.ptr[at] = pair;
	}
	return str_join(a, pairs.ptr, pairs.len, STR("&"));
}

static Str canonical_path(Arena *a, Str path, bool is_s3)
{
	Buf b;

	if (is_s3)
		return path;
	buf_init(&b, SIZE_MAX);
	escape_url(&b, path, true);
	Str encoded = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return encoded;
}

static Str signed_names(const Signing *s)
{
	Vec(Str) names = {0};

	for (uint32_t i = 0; i < s->headers.len; i++)
		vec_add(s->arena, &names, s->headers.ptr[i].name);
	return str_join(s->arena, names.ptr, names.len, STR(";"));
}

static Str canonical_request(const Signing *s, const HttpRequest *r, Str body_digest, bool is_s3)
{
	Str host, path, query;
	Buf b;

	split_url(r->url, &host, &path, &query);
	buf_init(&b, SIZE_MAX);
	buf_print(&b, "%.*s\n%.*s\n%.*s\n", STR_ARG(r->method),
		STR_ARG(canonical_path(s->arena, path, is_s3)),
		STR_ARG(canonical_query(s->arena, query)));
	for (uint32_t i = 0; i < s->headers.len; i++)
		buf_print(&b, "%.*s:%.*s\n", STR_ARG(s->headers.ptr[i].name),
			STR_ARG(s->headers.ptr[i].value));
	buf_print(&b, "\n%.*s\n%.*s", STR_ARG(signed_names(s)), STR_ARG(body_digest));
	Str text = str_copy(s->arena, buf_str(&b));
	buf_fini(&b);
	return text;
}

static Digest signing_key(Arena *a, Str secret, Str day, Str region, Str service)
{
	Str seed = str_print(a, "AWS4%.*s", STR_ARG(secret));
	Digest key = hash_hmac(HASH_SHA256, seed, day);

	key = hash_hmac(HASH_SHA256, hash_str(&key), region);
	key = hash_hmac(HASH_SHA256, hash_str(&key), service);
	return hash_hmac(HASH_SHA256, hash_str(&key), STR("aws4_request"));
}

void sigv4_sign(Arena *a, const HttpRequest *r, const SigKeys *keys, Str region, Str service,
	int64_t wall_ms, bool is_s3, const HttpHeader **ret_headers, uint32_t *ret_count)
{
	Signing s = {.arena = a, .date = clock_print_compact(a, wall_ms)};
	Str day = str_slice(s.date, 0, 8);
	Str body_digest = hex_sha256(a, r->body);
	Str host, path, query;

	split_url(r->url, &host, &path, &query);
	for (uint32_t i = 0; i < r->header_count; i++)
		set_header(&s, r->headers[i].name, r->headers[i].value);
	set_header(&s, STR("host"), host);
	set_header(&s, STR("x-amz-date"), s.date);
	if (keys->session_token.len)
		set_header(&s, STR("x-amz-security-token"), keys->session_token);
	if (is_s3)
		set_header(&s, STR("x-amz-content-sha256"), body_digest);
	s.scope = str_print(
		a, "%.*s/%.*s/%.*s/aws4_request", STR_ARG(day), STR_ARG(region), STR_ARG(service));
	Str request = canonical_request(&s, r, body_digest, is_s3);
	Str to_sign = str_print(a, "AWS4-HMAC-SHA256\n%.*s\n%.*s\n%.*s", STR_ARG(s.date),
		STR_ARG(s.scope), STR_ARG(hex_sha256(a, request)));
	Digest key = signing_key(a, keys->secret_key, day, region, service);
	Digest signature = hash_hmac(HASH_SHA256, hash_str(&key), to_sign);
	Str names = signed_names(&s);
	set_header(&s, STR("authorization"),
		str_print(a,
			"AWS4-HMAC-SHA256 Credential=%.*s/%.*s, SignedHeaders=%.*s, "
			"Signature=%.*s",
			STR_ARG(keys->access_key), STR_ARG(s.scope), STR_ARG(names),
			STR_ARG(hash_hex(a, &signature))));
	*ret_headers = s.headers.ptr;
	*ret_count = s.headers.len;
}
