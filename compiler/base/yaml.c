/* YAML: read and written by libyaml; scalars get their types here, by the core schema. */
#include "compiler/base/yaml.h"

#include "compiler/base/check.h"
#include "compiler/base/json.h"
#include "compiler/base/limits.h"
#include "compiler/base/map.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

#include <math.h>
#include <string.h>
#include <yaml.h>

/* What an anchor stands for, and how many nodes that is. */
typedef struct Anchor {
	Value value;
	uint64_t nodes;
} Anchor;

typedef struct YamlReader {
	Arena *arena;
	yaml_parser_t parser;
	yaml_event_t event; /* the one being looked at */
	Map anchors;
	uint64_t nodes; /* so far, anchors expanded */
	uint32_t aliases;
	uint32_t depth;
	Diag *err;
} YamlReader;

static bool yaml_fail_at(YamlReader *r, yaml_mark_t at, const char *why)
{
	return diag_fail(r->err, DIAG_YAML, why, "cannot read YAML at line %zu, column %zu",
		at.line + 1, at.column + 1);
}

static bool yaml_fail(YamlReader *r, const char *why)
{
	return yaml_fail_at(r, r->event.start_mark, why);
}

/* Goes on to the next event. */
static bool yaml_advance(YamlReader *r)
{
	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return true;
	memset(&r->event, 0, sizeof(r->event));
	return yaml_fail_at(r, r->parser.problem_mark,
		r->parser.problem ? r->parser.problem : "the text cannot be read");
}

static bool yaml_is_one_of(Str s, const char *words)
{
	Str rest = str_from(words);

	while (rest.len)
		if (str_eq(str_cut(&rest, STR(" ")), s))
			return true;
	return false;
}

/* [-+]? ( "." digits | digits ("." digits?)? ) ([eE] [-+]? digits)? as a number; false if it is
 * none. */
static bool yaml_parse_float(Str s, double *ret)
{
	char room[128];
	size_t len = 0;
	size_t sign = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');

	if (s.len + 2 > sizeof(room))
		return num_parse_float(s, ret);
	if (str_find(s, STR("."), 0) != str_rfind(s, STR("."))) /* two points */
		return false;
	for (size_t i = 0; i < s.len; i++) { /* ".5" becomes "0.5", and "5." becomes "5.0" */
		bool is_point = s.ptr[i] == '.';
		bool has_digit = i + 1 < s.len && s.ptr[i + 1] >= '0' && s.ptr[i + 1] <= '9';

		if (is_point && i == sign) {
			if (!has_digit)
				return false;
			room[len++] = '0';
		}
		room[len++] = s.ptr[i];
		if (is_point && !has_digit && i > sign)
			room[len++] = '0';
	}
	return num_parse_float((Str){room, len}, ret);
}

/* Gives a plain scalar its type by the core schema. */
static Value yaml_resolve(Arena *a, Str s)
{
	uint64_t bits;
	int64_t n;
	double f;

	if (!s.len || yaml_is_one_of(s, "~ null Null NULL"))
		return VALUE_NULL;
	if (yaml_is_one_of(s, "true True TRUE"))
		return value_bool(true);
	if (yaml_is_one_of(s, "false False FALSE"))
		return value_bool(false);
	if (num_parse_int(s, &n))
		return value_int(n);
	if (str_starts(s, STR("0o")) && num_parse_base(str_slice(s, 2, s.len), 8, &bits) &&
		bits <= INT64_MAX)
		return value_int((int64_t)bits);
	if (str_starts(s, STR("0x")) && num_parse_base(str_slice(s, 2, s.len), 16, &bits) &&
		bits <= INT64_MAX)
		return value_int((int64_t)bits);
	if (yaml_parse_float(s, &f))
		return value_float(f);
	if (yaml_is_one_of(s, ".inf .Inf .INF +.inf +.Inf +.INF"))
		return value_float((double)INFINITY);
	if (yaml_is_one_of(s, "-.inf -.Inf -.INF"))
		return value_float(-(double)INFINITY);
	if (yaml_is_one_of(s, ".nan .NaN .NAN"))
		return value_float((double)NAN);
	return value_string(str_copy(a, s));
}

static Str yaml_scalar_text(const YamlReader *r)
{
	return (Str){(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
}

static bool yaml_read_node(YamlReader *r, Value *ret);

static bool yaml_read_scalar(YamlReader *r, Value *ret)
{
	Str text = yaml_scalar_text(r);

	if (r->event.data.scalar.tag)
		return yaml_fail(r, "tags are not supported");
	*ret = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
		       ? yaml_resolve(r->arena, text)
		       : value_string(str_copy(r->arena, text));
	return true;
}

static bool yaml_read_sequence(YamlReader *r, Value *ret)
{
	Vec(Value) items = {0};

	if (r->event.data.sequence_start.tag)
		return yaml_fail(r, "tags are not supported");
	if (!yaml_advance(r))
		return false;
	while (r->event.type != YAML_SEQUENCE_END_EVENT) {
		Value item;

		if (!yaml_read_node(r, &item) || !yaml_advance(r))
			return false;
		vec_add(r->arena, &items, item);
	}
	*ret = value_list(r->arena, items.ptr, items.len);
	return true;
}

static bool yaml_read_mapping(YamlReader *r, Value *ret)
{
	Vec(ValueEntry) entries = {0};
	Map keys;

	if (r->event.data.mapping_start.tag)
		return yaml_fail(r, "tags are not supported");
	map_init(&keys, r->arena);
	if (!yaml_advance(r))
		return false;
	while (r->event.type != YAML_MAPPING_END_EVENT) {
		ValueEntry entry;

		if (r->event.type != YAML_SCALAR_EVENT || r->event.data.scalar.tag)
			return yaml_fail(r, "a key that is not a plain name");
		entry.key = str_copy(r->arena, yaml_scalar_text(r));
		if (map_put(&keys, entry.key, r))
			return yaml_fail(r, "the key is there twice");
		if (!yaml_advance(r) || !yaml_read_node(r, &entry.value) || !yaml_advance(r))
			return false;
		vec_add(r->arena, &entries, entry);
	}
	*ret = value_map(r->arena, entries.ptr, entries.len);
	return true;
}

static bool yaml_read_alias(YamlReader *r, Value *ret)
{
	const Anchor *anchor =
		map_find(&r->anchors, str_from((const char *)r->event.data.alias.anchor));

	if (!anchor)
		return yaml_fail(r, "an anchor that is not known here");
	if (++r->aliases > YAML_ALIASES_MAX)
		return yaml_fail(r, "too many aliases");
	r->nodes += anchor->nodes;
	*ret = anchor->value;
	return true;
}

static const yaml_char_t *yaml_event_anchor(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor;
	default: /* a library's enum: others carry none */
		return NULL;
	}
}

static bool yaml_read_kind(YamlReader *r, Value *ret)
{
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		return yaml_read_scalar(r, ret);
	case YAML_SEQUENCE_START_EVENT:
		return yaml_read_sequence(r, ret);
	case YAML_MAPPING_START_EVENT:
		return yaml_read_mapping(r, ret);
	case YAML_ALIAS_EVENT:
		return yaml_read_alias(r, ret);
	default: /* a library's enum: nothing else begins a node */
		return yaml_fail(r, "a value was expected");
	}
}

/* Reads the node that the current event begins; ends at its last event. */
static bool yaml_read_node(YamlReader *r, Value *ret)
{
	uint64_t nodes_before = r->nodes;
	Str name = str_from((const char *)yaml_event_anchor(&r->event));

	if (r->depth == VALUE_DEPTH_MAX)
		return yaml_fail(r, "it is nested too deeply");
	if (name.len)
		name = str_copy(r->arena, name);
	r->depth++;
	r->nodes++;
	bool ok = yaml_read_kind(r, ret);

	r->depth--;
	if (!ok)
		return false;
	if (r->nodes > YAML_NODES_MAX)
		return yaml_fail(r, "it has too many nodes");
	if (name.len) {
		Anchor *anchor = ARENA_NEW(r->arena, Anchor);

		*anchor = (Anchor){*ret, r->nodes - nodes_before};
		map_put(&r->anchors, name, anchor);
	}
	return true;
}

/* Reads stream start, at most one document, stream end. */
static bool yaml_read_stream(YamlReader *r, Value *ret)
{
	Value v = VALUE_NULL;

	if (!yaml_advance(r)) /* the stream's start */
		return false;
	if (!yaml_advance(r))
		return false;
	if (r->event.type == YAML_DOCUMENT_START_EVENT) {
		if (!yaml_advance(r) || !yaml_read_node(r, &v) || !yaml_advance(r) ||
			!yaml_advance(r))
			return false;
		if (r->event.type != YAML_STREAM_END_EVENT)
			return yaml_fail(r, "only one document was expected");
	}
	*ret = v;
	return true;
}

bool yaml_parse(Arena *a, Str text, Value *ret, Diag *err)
{
	YamlReader r = {.arena = a, .err = err};

	map_init(&r.anchors, a);
	CHECK(yaml_parser_initialize(&r.parser)); /* fails only for want of memory */
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)(text.ptr ? text.ptr : ""), text.len);
	bool ok = yaml_read_stream(&r, ret);

	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	return ok;
}

static int yaml_write(void *buf, unsigned char *bytes, size_t len)
{
	buf_add(buf, (Str){(const char *)bytes, len});
	return 1;
}

static void yaml_put(yaml_emitter_t *emitter, yaml_event_t *event)
{
	CHECK(yaml_emitter_emit(emitter, event)); /* events in order, into memory */
}

/* Says whether `s` unquoted would be read as something else, by YAML 1.2 or 1.1. */
static bool yaml_needs_quotes(Str s)
{
	Arena *scratch = arena_new("yaml");
	bool is_text = yaml_resolve(scratch, s).kind == VAL_STRING;

	arena_free(scratch);
	return !is_text || yaml_is_one_of(s, "y Y yes Yes YES n N no No NO on On ON off Off OFF") ||
	       str_eq(s, STR("<<")) || str_eq(s, STR("=")) ||
	       (s.ptr[0] >= '0' && s.ptr[0] <= '9' && str_has(s, STR(":")));
}

static void yaml_put_scalar(yaml_emitter_t *emitter, Str s, yaml_scalar_style_t style)
{
	yaml_event_t event;
	int made = yaml_scalar_event_initialize(&event, NULL, NULL,
		(const yaml_char_t *)(s.len ? s.ptr : ""), (int)s.len, 1, 1, style);

	CHECK(made);
	yaml_put(emitter, &event);
}

/* Puts a text; bytes that are not UTF-8, which libyaml refuses, become U+FFFD. */
static void yaml_put_text(yaml_emitter_t *emitter, Str s)
{
	yaml_scalar_style_t style = YAML_ANY_SCALAR_STYLE;
	Buf mended;
	size_t wrong;

	buf_init(&mended, TEXT_BYTES_MAX);
	if (!utf8_is_valid(s, &wrong)) {
		for (size_t at = 0; at < s.len;)
			utf8_add(&mended, utf8_next(s, &at));
		s = buf_str(&mended);
	}
	if (yaml_needs_quotes(s))
		style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	else if (str_has(s, STR("\n")))
		style = YAML_LITERAL_SCALAR_STYLE;
	yaml_put_scalar(emitter, s, style);
	buf_fini(&mended);
}

static void yaml_put_value(yaml_emitter_t *emitter, Value v);

static void yaml_put_list(yaml_emitter_t *emitter, const ValueList *list)
{
	yaml_event_t event;

	CHECK(yaml_sequence_start_event_initialize(
		&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE));
	yaml_put(emitter, &event);
	for (uint32_t i = 0; i < list->len; i++)
		yaml_put_value(emitter, list->items[i]);
	CHECK(yaml_sequence_end_event_initialize(&event));
	yaml_put(emitter, &event);
}

static void yaml_put_map(yaml_emitter_t *emitter, const ValueMap *map)
{
	yaml_event_t event;

	CHECK(yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
	yaml_put(emitter, &event);
	for (uint32_t i = 0; i < map->len; i++) {
		yaml_put_text(emitter, map->entries[i].key);
		yaml_put_value(emitter, map->entries[i].value);
	}
	CHECK(yaml_mapping_end_event_initialize(&event));
	yaml_put(emitter, &event);
}

static void yaml_put_value(yaml_emitter_t *emitter, Value v)
{
	Buf text;

	if (v.kind == VAL_STRING || v.kind == VAL_GPUS) {
		yaml_put_text(emitter, v.as.text);
	} else if (v.kind == VAL_MAP) {
		yaml_put_map(emitter, v.as.map);
	} else if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE) {
		yaml_put_list(emitter, v.as.list);
	} else if (v.kind == VAL_FLOAT && isnan(v.as.real)) {
		yaml_put_scalar(emitter, STR(".nan"), YAML_PLAIN_SCALAR_STYLE);
	} else if (v.kind == VAL_FLOAT && isinf(v.as.real)) {
		yaml_put_scalar(emitter, v.as.real < 0 ? STR("-.inf") : STR(".inf"),
			YAML_PLAIN_SCALAR_STYLE);
	} else { /* the scalars of JSON are YAML's */
		buf_init(&text, TEXT_BYTES_MAX);
		json_print(&text, v, 0);
		yaml_put_scalar(emitter, buf_str(&text), YAML_PLAIN_SCALAR_STYLE);
		buf_fini(&text);
	}
}

void yaml_print(Buf *b, Value v)
{
	yaml_emitter_t emitter;
	yaml_event_t event;

	CHECK(yaml_emitter_initialize(&emitter)); /* fails only for want of memory */
	yaml_emitter_set_output(&emitter, yaml_write, b);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_emitter_set_width(&emitter, -1);
	CHECK(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	yaml_put(&emitter, &event);
	CHECK(yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	yaml_put(&emitter, &event);
	yaml_put_value(&emitter, v);
	CHECK(yaml_document_end_event_initialize(&event, 1));
	yaml_put(&emitter, &event);
	CHECK(yaml_stream_end_event_initialize(&event));
	yaml_put(&emitter, &event);
	yaml_emitter_delete(&emitter);
}
