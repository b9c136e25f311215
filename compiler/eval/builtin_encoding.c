/* Built-ins that encode and decode: JSON, YAML, CSV, Base64, hex, URLs, XML.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/escape.h"
#include "compiler/base/hash.h"
#include "compiler/base/json.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"
#include "compiler/base/yaml.h"

FN(JSON)
{
	int64_t indent = 0;
	Buf b;

	if (count == 0 ||
		(!builtin_is_absent(args, count, 1) && !builtin_int(c, args, count, 1, &indent)))
		return VALUE_NULL;
	if (indent < 0 || indent > 8)
		return op_fail(c, DIAG_CALL_FAILED, "an indent is 0 to 8");
	buf_init(&b, TEXT_BYTES_MAX);
	json_print(&b, args[0], (int)indent);
	return builtin_take_text(c, &b);
}

/* Hands a reader's error on as ours. */
static Value refused(OpCtx *c, Diag *err)
{
	Value none = op_fail(c, err->code, "%.*s%s%.*s", STR_ARG(err->what),
		err->why.len > 0 ? ": " : "", STR_ARG(err->why));

	diag_fini(err);
	return none;
}

FN(PARSE_JSON)
{
	Str text;
	Value v = VALUE_NULL;
	Diag err = {0};

	if (!builtin_text(c, args, count, 0, &text))
		return VALUE_NULL;
	return json_parse(c->arena, text, &v, &err) ? v : refused(c, &err);
}

FN(YAML)
{
	Buf b;

	if (count == 0)
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	yaml_print(&b, args[0]);
	return builtin_take_text(c, &b);
}

FN(PARSE_YAML)
{
	Str text;
	Value v = VALUE_NULL;
	Diag err = {0};

	if (!builtin_text(c, args, count, 0, &text))
		return VALUE_NULL;
	return yaml_parse(c->arena, text, &v, &err) ? v : refused(c, &err);
}

/* ---- CSV (RFC 4180) ---- */

static void add_cell(Buf *b, Str text)
{
	bool is_plain = !str_has(text, STR(",")) && !str_has(text, STR("\"")) &&
			!str_has(text, STR("\n")) && !str_has(text, STR("\r"));

	if (is_plain) {
		buf_add(b, text);
		return;
	}
	buf_add_char(b, '"');
	for (size_t i = 0; i < text.len; i++)
		buf_add_cstr(b, text.ptr[i] == '"' ? "\"\"" : (char[]){text.ptr[i], '\0'});
	buf_add_char(b, '"');
}

static bool add_row(OpCtx *c, Buf *b, Value row, const ValueMap *names, Buf *cell)
{
	for (uint32_t i = 0; i < names->len; i++) {
		const Value *v = value_find(row, names->entries[i].key);

		buf_clear(cell);
		if (v && v->kind != VAL_NULL && !op_print_scalar(cell, *v))
			return (void)op_fail(c, DIAG_CALL_FAILED, "`%.*s` cannot be put into text",
				       STR_ARG(names->entries[i].key)),
			       false;
		if (i > 0)
			buf_add_char(b, ',');
		add_cell(b, buf_str(cell));
	}
	buf_add_char(b, '\n');
	return true;
}

FN(CSV)
{
	const ValueList *rows;
	Value names;
	Buf b, cell;
	bool ok = true;

	if (!builtin_items(c, args, count, 0, &rows))
		return VALUE_NULL;
	names = op_apply(c, OP_MERGE, rows->items, rows->len);
	if (c->has_failed)
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	buf_init(&cell, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < names.as.map->len; i++) {
		if (i > 0)
			buf_add_char(&b, ',');
		add_cell(&b, names.as.map->entries[i].key);
	}
	if (names.as.map->len > 0)
		buf_add_char(&b, '\n');
	for (uint32_t i = 0; i < rows->len && ok; i++)
		ok = add_row(c, &b, rows->items[i], names.as.map, &cell);
	buf_fini(&cell);
	if (ok)
		return builtin_take_text(c, &b);
	buf_fini(&b);
	return VALUE_NULL;
}

typedef Vec(Value) Values;

/* Reads one cell; `*at` ends at the separator or line end behind it. */
static bool read_cell(OpCtx *c, Str s, size_t *at, Str *ret)
{
	size_t begin = *at;
	Buf b;

	if (begin >= s.len || s.ptr[begin] != '"') {
		while (*at < s.len && s.ptr[*at] != ',' && s.ptr[*at] != '\n' && s.ptr[*at] != '\r')
			(*at)++;
		*ret = str_slice(s, begin, *at);
		return true;
	}
	buf_init(&b, TEXT_BYTES_MAX);
	for ((*at)++; *at < s.len; (*at)++) {
		if (s.ptr[*at] == '"' && (*at + 1 == s.len || s.ptr[*at + 1] != '"'))
			break;
		*at += s.ptr[*at] == '"';
		buf_add_char(&b, s.ptr[*at]);
	}
	*ret = str_copy(c->arena, buf_str(&b));
	buf_fini(&b);
	if (*at == s.len)
		return (void)op_fail(c, DIAG_CALL_FAILED, "a quoted cell is not closed"), false;
	(*at)++;
	return true;
}

/* Reads one line into `row`; `*at` ends behind it. */
static bool read_row(OpCtx *c, Str s, size_t *at, Values *row)
{
	for (row->len = 0;;) {
		Str cell;

		if (!read_cell(c, s, at, &cell))
			return false;
		vec_add(c->arena, row, value_string(cell));
		if (*at < s.len && s.ptr[*at] == ',') {
			(*at)++;
			continue;
		}
		if (*at < s.len && s.ptr[*at] == '\r')
			(*at)++;
		if (*at < s.len && s.ptr[*at] != '\n')
			return (void)op_fail(c, DIAG_CALL_FAILED, "text behind a quoted cell"),
			       false;
		(*at)++;
		return true;
	}
}

FN(PARSE_CSV)
{
	Str s;
	size_t at = 0;
	Values names = {0}, row = {0}, made = {0};

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	if (s.len > 0 && !read_row(c, s, &at, &names))
		return VALUE_NULL;
	while (at < s.len) {
		ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, names.len);

		if (!read_row(c, s, &at, &row))
			return VALUE_NULL;
		if (row.len == 1 && row.ptr[0].as.text.len == 0 && names.len > 1)
			continue;
		if (row.len != names.len)
			return op_fail(c, DIAG_CALL_FAILED, "row %u has %u cells and the header %u",
				made.len + 1, row.len, names.len);
		for (uint32_t i = 0; i < names.len; i++)
			entries[i] = (ValueEntry){names.ptr[i].as.text, row.ptr[i]};
		vec_add(c->arena, &made, value_map(c->arena, entries, names.len));
	}
	return value_list(c->arena, made.ptr, made.len);
}

/* ---- settings ---- */

/* Prints each entry of a map of scalars, by its key and its value as text. */
static Value map_text(
	OpCtx *c, const Value *args, uint32_t count, void (*add)(Buf *b, Str key, Str value))
{
	const ValueMap *map;
	Buf b, value;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	buf_init(&value, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < map->len; i++) {
		buf_clear(&value);
		if (!op_print_scalar(&value, map->entries[i].value))
			(void)op_fail(c, DIAG_CALL_FAILED, "`%.*s` cannot be put into text",
				STR_ARG(map->entries[i].key));
		add(&b, map->entries[i].key, buf_str(&value));
	}
	buf_fini(&value);
	if (!c->has_failed)
		return builtin_take_text(c, &b);
	buf_fini(&b);
	return VALUE_NULL;
}

static void add_setting(Buf *b, Str key, Str value)
{
	buf_print(b, "%.*s=\"", STR_ARG(key));
	for (size_t n = 0; n < value.len; n++) {
		char ch = value.ptr[n];

		if (ch == '"' || ch == '\\' || ch == '$' || ch == '`')
			buf_add_char(b, '\\');
		if (ch == '\n')
			buf_add_cstr(b, "\\n");
		else
			buf_add_char(b, ch);
	}
	buf_add_cstr(b, "\"\n");
}

FN(DOTENV)
{
	return map_text(c, args, count, add_setting);
}

/* ---- Base64, hex ---- */

static Value encoded(OpCtx *c, const Value *args, uint32_t count, void (*encode)(Buf *, Str))
{
	Str text;
	Buf b;

	if (!builtin_text(c, args, count, 0, &text))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	encode(&b, text);
	return builtin_take_text(c, &b);
}

static Value decoded(
	OpCtx *c, const Value *args, uint32_t count, bool (*decode)(Buf *, Str), const char *form)
{
	Str text;
	size_t where;
	bool is_text = false;
	Buf b;

	if (!builtin_text(c, args, count, 0, &text))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	if (!decode(&b, text))
		(void)op_fail(c, DIAG_CALL_FAILED, "the text is not %s", form);
	else if (!utf8_is_valid(buf_str(&b), &where))
		(void)op_fail(c, DIAG_CALL_FAILED,
			"the decoded bytes are not text; byte %zu is not UTF-8", where);
	else
		is_text = true;
	if (is_text)
		return builtin_take_text(c, &b);
	buf_fini(&b);
	return VALUE_NULL;
}

FN(BASE64)
{
	return encoded(c, args, count, hash_add_base64);
}

FN(BASE64URL)
{
	return encoded(c, args, count, hash_add_base64url);
}

FN(HEX)
{
	return encoded(c, args, count, hash_add_hex);
}

/* Both alphabets: the URL form is turned into the plain one first. */
static bool unbase64_any(Buf *b, Str text)
{
	Buf plain;
	bool ok;

	buf_init(&plain, TEXT_BYTES_MAX);
	for (size_t i = 0; i < text.len; i++) {
		char ch = text.ptr[i];

		buf_add_char(&plain, (char)(ch == '-' ? '+' : ch == '_' ? '/' : ch));
	}
	ok = hash_unbase64(b, buf_str(&plain));
	buf_fini(&plain);
	return ok;
}

FN(UNBASE64)
{
	return decoded(c, args, count, unbase64_any, "Base64");
}

FN(UNHEX)
{
	return decoded(c, args, count, hash_unhex, "hex");
}

/* ---- URLs ---- */

static void url_encode(Buf *b, Str text)
{
	escape_url(b, text, false);
}

static bool url_decode(Buf *b, Str text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint64_t code;

		if (text.ptr[i] != '%') {
			buf_add_char(b, (char)(text.ptr[i] == '+' ? ' ' : text.ptr[i]));
			continue;
		}
		if (i + 2 >= text.len || !num_parse_base(str_slice(text, i + 1, i + 3), 16, &code))
			return false;
		buf_add_byte(b, (uint8_t)code);
		i += 2;
	}
	return true;
}

FN(URL_ENCODE)
{
	return encoded(c, args, count, url_encode);
}

FN(URL_DECODE)
{
	return decoded(c, args, count, url_decode, "an encoded URL");
}

static void add_query(Buf *b, Str key, Str value)
{
	if (buf_str(b).len)
		buf_add_char(b, '&');
	url_encode(b, key);
	buf_add_char(b, '=');
	url_encode(b, value);
}

FN(URL_QUERY)
{
	return map_text(c, args, count, add_query);
}

FN(URL_PARSE)
{
	Str url, scheme, rest, host, query;
	ValueEntry *e = ARENA_ARRAY(c->arena, ValueEntry, 5);
	size_t end, colon;
	int64_t port;
	uint32_t n = 0;

	if (!builtin_text(c, args, count, 0, &url))
		return VALUE_NULL;
	rest = url;
	if (!str_cut_found(&rest, STR("://"), &scheme))
		return op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not a URL", STR_ARG(url));
	query = rest;
	query = str_cut(&query, STR("#"));
	rest = str_cut(&query, STR("?"));
	end = str_find(rest, STR("/"), 0);
	host = str_slice(rest, 0, end);
	if (str_rfind(host, STR("@")) != SIZE_MAX)
		host = str_slice(host, str_rfind(host, STR("@")) + 1, host.len);
	colon = str_rfind(host, STR(":"));
	if (colon != SIZE_MAX && num_parse_int(str_slice(host, colon + 1, host.len), &port)) {
		e[n++] = (ValueEntry){STR("port"), value_int(port)};
		host = str_slice(host, 0, colon);
	}
	e[n++] = (ValueEntry){STR("scheme"), value_string(scheme)};
	e[n++] = (ValueEntry){STR("host"), value_string(host)};
	e[n++] = (ValueEntry){STR("path"), value_string(str_slice(rest, end, rest.len))};
	e[n++] = (ValueEntry){STR("query"), value_string(query)};
	return value_map(c->arena, e, n);
}

FN(XML_ESCAPE)
{
	return encoded(c, args, count, escape_xml);
}
