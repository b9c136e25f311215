/* Objects that live in the state alone (data, chance), and one look-up over HTTP. */
#include "runtime/provider/native.h"

#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "compiler/base/utf8.h"
#include "runtime/host/env.h"
#include "runtime/host/random.h"
#include "runtime/host/secret.h"

enum { DECIMAL_DIGITS_MAX = 160, PASSWORD_MAX = 1024 };

static bool data_write(void *self, DriverObject *o, Arena *a, Diag *err)
{
	const Value *input = value_find(o->desired, STR("input"));

	(void)self;
	(void)err;
	if (!o->id.len)
		o->id = native_id(a, o);
	o->attrs = native_record(a, o);
	if (input && input->kind != VAL_NULL)
		o->attrs = value_with(a, o->attrs, STR("output"), *input);
	return true;
}

static bool data_update(
	void *self, DriverObject *o, const Str *changed, uint32_t count, Arena *a, Diag *err)
{
	(void)changed;
	(void)count;
	return data_write(self, o, a, err);
}

/* Keeps what was made and takes over what is only written. */
static bool chance_update(
	void *self, DriverObject *o, const Str *changed, uint32_t count, Arena *a, Diag *err)
{
	(void)self;
	(void)err;
	for (uint32_t i = 0; i < count; i++) {
		const Value *v = value_find(o->desired, changed[i]);
		o->attrs = value_with(a, o->attrs, changed[i], v ? *v : VALUE_NULL);
	}
	return true;
}

/* Appends the bytes, a big-endian number, in decimal digits. */
static void add_decimal(Buf *b, const uint8_t *bytes, size_t n)
{
	uint8_t digits[DECIMAL_DIGITS_MAX] = {0}; /* least first; 64 bytes need 155 */
	size_t len = 1;

	for (size_t i = 0; i < n; i++) {
		uint32_t carry = bytes[i];
		for (size_t j = 0; j < len; j++) {
			carry += (uint32_t)digits[j] * 256;
			digits[j] = (uint8_t)(carry % 10);
			carry /= 10;
		}
		while (carry) {
			digits[len++] = (uint8_t)(carry % 10);
			carry /= 10;
		}
	}
	while (len--)
		buf_add_char(b, (char)('0' + digits[len]));
}

static Value prefixed(Arena *a, Str prefix, Buf *b)
{
	Value v = value_string(str_print(a, "%.*s%.*s", STR_ARG(prefix), STR_ARG(buf_str(b))));

	buf_clear(b);
	return v;
}

static bool id_create(void *self, DriverObject *o, Arena *a, Diag *err)
{
	uint8_t bytes[64];
	int64_t n = native_number(o->desired, STR("byte_length"), 8);
	Str prefix = native_text(o->desired, STR("prefix"));
	Buf b;

	(void)self;
	if (n < 1 || n > (int64_t)sizeof(bytes))
		return diag_fail(err, DIAG_OUT_OF_RANGE, NULL, "`byte_length` is from 1 to 64");
	random_bytes(bytes, (size_t)n);
	Str raw = {(const char *)bytes, (size_t)n};
	buf_init(&b, 512);
	hash_add_base64url(&b, raw);
	o->id = str_copy(a, buf_str(&b));
	o->attrs = native_record(a, o);
	o->attrs = value_with(a, o->attrs, STR("b64_url"), prefixed(a, prefix, &b));
	hash_add_hex(&b, raw);
	o->attrs = value_with(a, o->attrs, STR("hex"), prefixed(a, prefix, &b));
	add_decimal(&b, bytes, (size_t)n);
	o->attrs = value_with(a, o->attrs, STR("dec"), prefixed(a, prefix, &b));
	buf_fini(&b);
	return true;
}

/* One kind of characters of a password. */
typedef struct Alphabet {
	Str flag, min, chars;
} Alphabet;

static void shuffle(char *text, uint64_t n)
{
	for (uint64_t i = n; i > 1; i--) {
		uint64_t j = random_below(i);
		char swap = text[i - 1];
		text[i - 1] = text[j];
		text[j] = swap;
	}
}

/* Fills `text`: each kind's minimum first, the rest of all kinds, then mixed. */
static bool fill_password(Value want, Str special, char *text, uint64_t length, Diag *err)
{
	const Alphabet kinds[] = {
		{STR("lower"), STR("min_lower"), STR("abcdefghijklmnopqrstuvwxyz")},
		{STR("upper"), STR("min_upper"), STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ")},
		{STR("numeric"), STR("min_numeric"), STR("0123456789")},
		{STR("special"), STR("min_special"), special},
	};
	char all[512];
	size_t all_len = 0;
	uint64_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		int64_t least = native_number(want, kinds[i].min, 0);
		Str chars = kinds[i].chars;
		if (!native_bool(want, kinds[i].flag) || !chars.len)
			continue;
		for (size_t j = 0; j < chars.len && all_len < sizeof(all); j++)
			all[all_len++] = chars.ptr[j];
		for (int64_t j = 0; j < least && n < length; j++)
			text[n++] = chars.ptr[random_below(chars.len)];
	}
	if (all_len == 0)
		return diag_fail(
			err, DIAG_SCHEMA_RULE, NULL, "a password needs some kind of character");
	while (n < length)
		text[n++] = all[random_below(all_len)];
	shuffle(text, length);
	return true;
}

static bool password_create(void *self, DriverObject *o, Arena *a, Diag *err)
{
	char text[PASSWORD_MAX];
	int64_t n = native_number(o->desired, STR("length"), 24);

	(void)self;
	if (n < 1 || n > PASSWORD_MAX)
		return diag_fail(err, DIAG_OUT_OF_RANGE, NULL, "`length` is from 1 to 1024");
	Str special = native_text(o->desired, STR("override_special"));
	if (!fill_password(o->desired, special, text, (uint64_t)n, err))
		return false;
	o->id = native_id(a, o);
	o->attrs = value_with(a, native_record(a, o), STR("result"),
		value_string(str_copy(a, (Str){text, (size_t)n})));
	secret_wipe(text, sizeof(text));
	return true;
}

/* std.http. */

static Value header_map(Arena *a, const HttpResponse *r)
{
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; i < r->header_count; i++)
		out = value_with(a, out, r->headers[i].name, value_string(r->headers[i].value));
	return out;
}

/* libcurl takes certificates from a file. */
static bool trust_file(const DriverObject *o, Arena *a, Str *ret, Diag *err)
{
	Str pem = native_text(o->desired, STR("ca_certificate"));
	Str dir = {0};

	if (!pem.len)
		return true;
	if (!env_get(STR("TMPDIR"), &dir) || !dir.len)
		dir = STR("/tmp");
	Str uuid = random_uuid(a);
	Str path = str_print(a, "%.*s/styx-%.*s.pem", STR_ARG(dir), STR_ARG(uuid));
	if (!file_write(path, pem, 0600, err))
		return false;
	*ret = path;
	return true;
}

static bool http_lookup(void *self, DriverObject *o, Arena *a, Diag *err)
{
	Native *n = self;
	const Value *headers = value_find(o->desired, STR("request_headers"));
	uint32_t count = headers && headers->kind == VAL_MAP ? headers->as.map->len : 0;
	HttpHeader *list = ARENA_ARRAY(a, HttpHeader, count + 1);
	HttpResponse r = {0};

	for (uint32_t i = 0; i < count; i++)
		list[i] = (HttpHeader){
			headers->as.map->entries[i].key, headers->as.map->entries[i].value.as.text};
	HttpRequest q = {
		.method = native_text(o->desired, STR("method")),
		.url = native_text(o->desired, STR("url")),
		.headers = list,
		.header_count = count,
		.body = native_text(o->desired, STR("request_body")),
		.timeout_ms = native_number(o->desired, STR("timeout"), 30000),
	};
	if (!q.method.len)
		q.method = STR("GET");
	if (!trust_file(o, a, &q.ca_file, err))
		return false;
	bool ok = http_send(n->http, &q, a, &r, err);
	Diag unremoved = {0};
	if (q.ca_file.len && !file_remove(q.ca_file, &unremoved))
		diag_fini(&unremoved); /* certificates are public: a file left over does no harm */
	if (!ok)
		return diag_context(err, "while asking `%.*s`", STR_ARG(q.url));
	o->id = q.url;
	o->attrs = native_record(a, o);
	o->attrs = value_with(a, o->attrs, STR("status_code"), value_int(r.status));
	o->attrs = value_with(a, o->attrs, STR("response_body"),
		value_string(utf8_is_valid(r.body, NULL) ? r.body : STR("(binary)")));
	o->attrs = value_with(a, o->attrs, STR("response_headers"), header_map(a, &r));
	return true;
}

Driver *std_driver_open(Loop *l, Http *http)
{
	static const NativeType types[] = {
		{.name = STR_INIT("std.data"), .create = data_write, .update = data_update},
		{.name = STR_INIT("std.random_id"), .create = id_create, .update = chance_update},
		{.name = STR_INIT("std.random_password"),
			.create = password_create,
			.update = chance_update},
		{.name = STR_INIT("std.http"), .lookup = http_lookup},
	};
	Native *n = native_new("std", l, types, sizeof(types) / sizeof(types[0]));

	n->http = http;
	return &n->driver;
}
