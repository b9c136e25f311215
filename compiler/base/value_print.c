/* Values as the expressions of the language that make them. */
#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"
#include "compiler/base/value.h"

#include <string.h>

static bool print_is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= '0' && c <= '9');
}

/* Says whether a key needs no quotes: an identifier that is no reserved word. */
static bool print_is_bare_key(Str key)
{
	static const Str reserved[] = {STR_INIT("and"), STR_INIT("assert"), STR_INIT("else"),
		STR_INIT("false"), STR_INIT("for"), STR_INIT("if"), STR_INIT("in"), STR_INIT("let"),
		STR_INIT("match"), STR_INIT("not"), STR_INIT("null"), STR_INIT("or"),
		STR_INIT("then"), STR_INIT("true"), STR_INIT("with"), STR_INIT("self"),
		STR_INIT("it")};

	if (!key.len || (key.ptr[0] >= '0' && key.ptr[0] <= '9'))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (!print_is_word_char(key.ptr[i]))
			return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (str_eq(key, reserved[i]))
			return false;
	return true;
}

static void print_string(Buf *b, Str s)
{
	buf_add_char(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '\n')
			buf_add(b, STR("\\n"));
		else if (c == '\t')
			buf_add(b, STR("\\t"));
		else if (c == '"' || c == '\\')
			buf_print(b, "\\%c", c);
		else if (c == '$' && i + 1 < s.len && s.ptr[i + 1] == '{')
			buf_add(b, STR("\\$"));
		else if (c < 0x20 || c == 0x7f)
			buf_print(b, "\\u{%X}", c);
		else
			buf_add_char(b, (char)c);
	}
	buf_add_char(b, '"');
}

/* A float literal of the language has a point: 1e+300 is 1.0e+300. */
static void print_float(Buf *b, double f)
{
	char room[64];
	Buf text;

	buf_init(&text, sizeof(room));
	num_print_float(&text, f);
	Str rest = buf_str(&text);
	Str whole;

	if (!str_has(rest, STR(".")) && str_cut_found(&rest, STR("e"), &whole))
		buf_print(b, "%.*s.0e%.*s", STR_ARG(whole), STR_ARG(rest));
	else
		buf_add(b, buf_str(&text));
	buf_fini(&text);
}

static void print_line(Buf *b, int indent)
{
	buf_add_char(b, '\n');
	buf_add_repeat(b, ' ', (size_t)indent * 2);
}

static int print_deeper(int indent)
{
	return indent < 0 ? indent : indent + 1;
}

static bool print_is_flat(Value v)
{
	return v.kind != VAL_LIST && v.kind != VAL_SET && v.kind != VAL_MAP;
}

/* A list stays on one line if its elements are small. */
static void print_list(Buf *b, const ValueList *list, int indent)
{
	bool is_flat = true;

	for (uint32_t i = 0; i < list->len; i++)
		is_flat = is_flat && print_is_flat(list->items[i]);
	if (indent < 0 || is_flat)
		indent = -1;
	buf_add_char(b, '[');
	for (uint32_t i = 0; i < list->len; i++) {
		if (indent >= 0)
			print_line(b, indent + 1);
		else if (i)
			buf_add(b, STR(", "));
		value_print(b, list->items[i], print_deeper(indent));
	}
	if (indent >= 0)
		print_line(b, indent);
	buf_add_char(b, ']');
}

static void print_map(Buf *b, const ValueMap *map, int indent)
{
	if (!map->len) {
		buf_add(b, STR("{}"));
		return;
	}
	buf_add_char(b, '{');
	for (uint32_t i = 0; i < map->len; i++) {
		const ValueEntry *entry = &map->entries[i];

		if (indent >= 0)
			print_line(b, indent + 1);
		else
			buf_add(b, i ? STR(", ") : STR(" "));
		if (map->has_int_keys || print_is_bare_key(entry->key))
			buf_add(b, entry->key);
		else
			print_string(b, entry->key);
		buf_add(b, STR(" = "));
		value_print(b, entry->value, print_deeper(indent));
	}
	if (indent >= 0)
		print_line(b, indent);
	else
		buf_add_char(b, ' ');
	buf_add_char(b, '}');
}

static void print_range(Buf *b, const ValueList *ends)
{
	CHECK(ends->len == 2);
	if (ends->items[0].kind != VAL_NULL)
		value_print(b, ends->items[0], -1);
	buf_add(b, STR(".."));
	if (ends->items[1].kind != VAL_NULL)
		value_print(b, ends->items[1], -1);
}

/* Returns the first attribute or lookup that `v` waits for, or NULL. */
static const Residual *print_find_ref(Value v)
{
	const Value *items = NULL;
	uint32_t len = 0;

	if (v.kind == VAL_DEFERRED) {
		if (v.as.residual->op == RESIDUAL_REF || v.as.residual->op == RESIDUAL_LOOKUP)
			return v.as.residual;
		items = v.as.residual->args;
		len = v.as.residual->arg_count;
	} else if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE) {
		items = v.as.list->items;
		len = v.as.list->len;
	}
	for (uint32_t i = 0; i < len; i++) {
		const Residual *ref = print_find_ref(items[i]);

		if (ref)
			return ref;
	}
	if (v.kind == VAL_MAP)
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			const Residual *ref = print_find_ref(v.as.map->entries[i].value);

			if (ref)
				return ref;
		}
	return NULL;
}

static void print_residual(Buf *b, const Residual *r)
{
	const Residual *ref = print_find_ref(value_residual(r));

	if (r->is_secret) {
		buf_add(b, STR("(secret)"));
		return;
	}
	if (!ref) {
		buf_add(b, r->op == RESIDUAL_SECRET ? STR("(kept as a digest)")
						    : STR("(known later)"));
		return;
	}
	buf_print(b, "(after %.*s", STR_ARG(ref->name));
	for (uint32_t i = 0; i < ref->arg_count; i++) {
		Value part = ref->args[i];

		if (part.kind == VAL_STRING && print_is_bare_key(part.as.text)) {
			buf_print(b, ".%.*s", STR_ARG(part.as.text));
		} else {
			buf_add_char(b, '[');
			value_print(b, part, -1);
			buf_add_char(b, ']');
		}
	}
	buf_add_char(b, ')');
}

void value_print(Buf *b, Value v, int indent)
{
	switch (v.kind) {
	case VAL_NULL:
		buf_add(b, STR("null"));
		return;
	case VAL_BOOL:
		buf_add(b, v.as.boolean ? STR("true") : STR("false"));
		return;
	case VAL_INT:
		buf_print(b, "%lld", (long long)v.as.number);
		return;
	case VAL_FLOAT:
		print_float(b, v.as.real);
		return;
	case VAL_SIZE:
		quantity_print_size(b, v.as.number);
		return;
	case VAL_DURATION:
		quantity_print_duration(b, v.as.number);
		return;
	case VAL_MONEY:
		quantity_print_money(b, v.as.number);
		return;
	case VAL_PRICE:
		quantity_print_price(b, v.as.number);
		return;
	case VAL_GPUS:
		buf_add(b, v.as.text);
		return;
	case VAL_STRING:
		print_string(b, v.as.text);
		return;
	case VAL_RANGE:
		print_range(b, v.as.list);
		return;
	case VAL_LIST:
	case VAL_SET:
		print_list(b, v.as.list, indent);
		return;
	case VAL_MAP:
		print_map(b, v.as.map, indent);
		return;
	case VAL_DEFERRED:
		print_residual(b, v.as.residual);
		return;
	case VAL_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}
