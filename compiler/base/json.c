/* JSON: read by jansson, written by ourselves. */
#include "compiler/base/json.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

#include <jansson.h>
#include <math.h>

enum { JSON_INT_DIGITS = 19 }; /* of the biggest integers; more make a float */

static bool json_convert(Arena *a, json_t *node, uint32_t depth, Value *ret);

static bool json_convert_array(Arena *a, const json_t *node, uint32_t depth, Value *ret)
{
	size_t len = json_array_size(node);
	Value *items = ARENA_ARRAY(a, Value, len);

	for (size_t i = 0; i < len; i++)
		if (!json_convert(a, json_array_get(node, i), depth, &items[i]))
			return false;
	*ret = value_list(a, items, (uint32_t)len);
	return true;
}

static bool json_convert_object(Arena *a, json_t *node, uint32_t depth, Value *ret)
{
	size_t len = json_object_size(node);
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, len);
	void *iter = json_object_iter(node);

	for (size_t i = 0; i < len; i++, iter = json_object_iter_next(node, iter)) {
		entries[i].key = str_copy(a, str_from(json_object_iter_key(iter)));
		if (!json_convert(a, json_object_iter_value(iter), depth, &entries[i].value))
			return false;
	}
	*ret = value_map(a, entries, (uint32_t)len);
	return true;
}

/* Copies a tree of jansson's; false: nested too deeply. */
static bool json_convert(Arena *a, json_t *node, uint32_t depth, Value *ret)
{
	if (depth == VALUE_DEPTH_MAX)
		return false;
	switch (json_typeof(node)) {
	case JSON_OBJECT:
		return json_convert_object(a, node, depth + 1, ret);
	case JSON_ARRAY:
		return json_convert_array(a, node, depth + 1, ret);
	case JSON_STRING:
		*ret = value_string(
			str_copy(a, (Str){json_string_value(node), json_string_length(node)}));
		return true;
	case JSON_INTEGER:
		*ret = value_int(json_integer_value(node));
		return true;
	case JSON_REAL:
		*ret = value_float(json_real_value(node));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		*ret = value_bool(json_is_true(node));
		return true;
	case JSON_NULL:
		*ret = VALUE_NULL;
		return true;
	}
	UNREACHABLE();
}

/* Returns the end of the string that begins at `at`. */
static size_t json_skip_string(Str text, size_t at)
{
	for (at++; at < text.len && text.ptr[at] != '"'; at++)
		at += text.ptr[at] == '\\';
	return at < text.len ? at + 1 : text.len;
}

/* Copies `text` with ".0" behind integers that do not fit, which jansson refuses. */
static void json_widen(Buf *b, Str text)
{
	size_t from = 0;

	for (size_t at = 0; at < text.len;) {
		char c = text.ptr[at];
		size_t begin = at;

		if (c == '"') {
			at = json_skip_string(text, at);
			continue;
		}
		if (c != '-' && (c < '0' || c > '9')) {
			at++;
			continue;
		}
		for (at++; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';)
			at++;
		int64_t n;
		bool goes_on = at < text.len &&
			       (text.ptr[at] == '.' || text.ptr[at] == 'e' || text.ptr[at] == 'E');

		if (goes_on) { /* a float already: its digits are not to be looked at again */
			for (at++; at < text.len &&
				   str_find(STR("0123456789eE+-"), str_slice(text, at, at + 1),
					   0) != SIZE_MAX;)
				at++;
		} else if (at - begin >= JSON_INT_DIGITS &&
			   !num_parse_int(str_slice(text, begin, at), &n)) {
			buf_add(b, str_slice(text, from, at));
			buf_add(b, STR(".0"));
			from = at;
		}
	}
	buf_add(b, str_slice(text, from, text.len));
}

static json_t *json_load(Str text, json_error_t *error)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t *root = json_loadb(text.ptr ? text.ptr : "", text.len, flags, error);

	if (root || json_error_code(error) != json_error_numeric_overflow)
		return root;
	Buf wide;

	buf_init(&wide, JSON_BYTES_MAX);
	json_widen(&wide, text);
	root = json_loadb(buf_cstr(&wide), wide.len, flags, error);
	buf_fini(&wide);
	return root;
}

bool json_parse(Arena *a, Str text, Value *ret, Diag *err)
{
	json_error_t error;

	if (text.len > JSON_BYTES_MAX)
		return diag_fail(err, DIAG_JSON, "the text is too long", "cannot read JSON");
	json_t *root = json_load(text, &error);

	if (!root)
		return diag_fail(err, DIAG_JSON, error.text,
			"cannot read JSON at line %d, column %d", error.line, error.column);
	bool ok = json_convert(a, root, 0, ret);

	json_decref(root);
	return ok || diag_fail(err, DIAG_JSON, "it is nested too deeply", "cannot read JSON");
}

/* Says whether a byte can stand in a JSON string as it is, without a look at those behind. */
static bool json_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void json_print_char(Buf *b, uint32_t c)
{
	static const char short_names[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i + 1 < sizeof(short_names); i += 2)
		if (c == (unsigned char)short_names[i]) {
			buf_add_char(b, '\\');
			buf_add_char(b, short_names[i + 1]);
			return;
		}
	if (c < 0x20)
		buf_print(b, "\\u%04x", c);
	else
		utf8_add(b, c);
}

void json_print_string(Buf *b, Str s)
{
	buf_add_char(b, '"');
	for (size_t at = 0; at < s.len;) {
		size_t from = at;

		while (at < s.len && json_is_plain((unsigned char)s.ptr[at]))
			at++;
		buf_add(b, str_slice(s, from, at));
		if (at < s.len)
			json_print_char(b, utf8_next(s, &at));
	}
	buf_add_char(b, '"');
}

/* Appends n / 10^digits, without zeros at the end. */
static void json_print_scaled(Buf *b, int64_t n, int digits)
{
	uint64_t magnitude = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	uint64_t one = 1;

	for (int i = 0; i < digits; i++)
		one *= 10;
	buf_print(b, "%s%llu", n < 0 ? "-" : "", (unsigned long long)(magnitude / one));
	magnitude %= one;
	if (!magnitude)
		return;
	for (; magnitude % 10 == 0; digits--)
		magnitude /= 10;
	buf_print(b, ".%0*llu", digits, (unsigned long long)magnitude);
}

/* How a document is laid out: spaces a level (0: compact), and the level. */
typedef struct JsonLayout {
	int indent;
	int level;
} JsonLayout;

static void json_put(Buf *b, Value v, JsonLayout at);

static void json_put_line(Buf *b, JsonLayout at)
{
	if (!at.indent)
		return;
	buf_add_char(b, '\n');
	buf_add_repeat(b, ' ', (size_t)at.indent * (size_t)at.level);
}

static void json_put_list(Buf *b, const ValueList *list, JsonLayout at)
{
	JsonLayout inner = {at.indent, at.level + 1};

	buf_add_char(b, '[');
	for (uint32_t i = 0; i < list->len; i++) {
		if (i)
			buf_add_char(b, ',');
		json_put_line(b, inner);
		json_put(b, list->items[i], inner);
	}
	if (list->len)
		json_put_line(b, at);
	buf_add_char(b, ']');
}

static void json_put_map(Buf *b, const ValueMap *map, JsonLayout at)
{
	JsonLayout inner = {at.indent, at.level + 1};

	buf_add_char(b, '{');
	for (uint32_t i = 0; i < map->len; i++) {
		if (i)
			buf_add_char(b, ',');
		json_put_line(b, inner);
		json_print_string(b, map->entries[i].key);
		buf_add(b, at.indent ? STR(": ") : STR(":"));
		json_put(b, map->entries[i].value, inner);
	}
	if (map->len)
		json_put_line(b, at);
	buf_add_char(b, '}');
}

static void json_put(Buf *b, Value v, JsonLayout at)
{
	switch (v.kind) {
	case VAL_NULL:
	case VAL_DEFERRED:
		buf_add(b, STR("null"));
		return;
	case VAL_BOOL:
		buf_add(b, v.as.boolean ? STR("true") : STR("false"));
		return;
	case VAL_INT:
	case VAL_SIZE:
		json_print_scaled(b, v.as.number, 0);
		return;
	case VAL_FLOAT:
		if (isfinite(v.as.real))
			num_print_float(b, v.as.real);
		else
			buf_add(b, STR("null")); /* JSON knows neither infinity nor NaN */
		return;
	case VAL_DURATION:
		json_print_scaled(b, v.as.number, 3);
		return;
	case VAL_MONEY:
	case VAL_PRICE:
		json_print_scaled(b, v.as.number, 9);
		return;
	case VAL_GPUS:
	case VAL_STRING:
		json_print_string(b, v.as.text);
		return;
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
		json_put_list(b, v.as.list, at);
		return;
	case VAL_MAP:
		json_put_map(b, v.as.map, at);
		return;
	case VAL_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}

void json_print(Buf *b, Value v, int indent)
{
	json_put(b, v, (JsonLayout){indent, 0});
}
