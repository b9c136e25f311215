/* The rest-xml protocol (S3): method, URI template, headers, and an XML body. */
#include "runtime/provider/call.h"

#include "compiler/base/escape.h"
#include "compiler/base/hash.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "runtime/provider/sx_eval.h"
#include "runtime/wire/xml.h"

typedef struct Xml {
	Arena *arena;
	Buf out;
} Xml;

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static void open_tag(Xml *x, Str name, Str ns)
{
	buf_print(&x->out, "<%.*s", STR_ARG(name));
	if (ns.len)
		buf_print(&x->out, " xmlns=\"%.*s\"", STR_ARG(ns));
	buf_add_char(&x->out, '>');
}

static void close_tag(Xml *x, Str name)
{
	buf_print(&x->out, "</%.*s>", STR_ARG(name));
}

static void add_value(Xml *x, Str name, const ModelShape *shape, Value v, Str ns);

static void add_list(Xml *x, Str name, const ModelShape *shape, Value v)
{
	bool is_flat = shape && shape->is_flat;
	Str elem = shape && shape->elem_wire.len ? shape->elem_wire : STR("member");

	if (!is_flat)
		open_tag(x, name, STR(""));
	for (uint32_t i = 0; i < v.as.list->len; i++)
		add_value(x, is_flat ? name : elem, shape ? shape->elem : NULL, v.as.list->items[i],
			STR(""));
	if (!is_flat)
		close_tag(x, name);
}

static void add_members(Xml *x, const ModelShape *shape, Value v)
{
	if (!shape || shape->kind != MODEL_STRUCTURE) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			add_value(x, v.as.map->entries[i].key, NULL, v.as.map->entries[i].value,
				STR(""));
		return;
	}
	for (uint32_t i = 0; i < shape->member_count; i++) {
		const ModelMember *m = &shape->members[i];
		const Value *found = value_find(v, m->name);
		if (found && found->kind != VAL_NULL && m->place == PLACE_BODY)
			add_value(x, m->wire.len ? m->wire : m->name, m->shape, *found, STR(""));
	}
}

static void add_value(Xml *x, Str name, const ModelShape *shape, Value v, Str ns)
{
	if (is_list(v)) {
		add_list(x, name, shape, v);
		return;
	}
	open_tag(x, name, ns);
	if (v.kind == VAL_MAP)
		add_members(x, shape, v);
	else
		escape_xml(&x->out, sx_text(x->arena, v));
	close_tag(x, name);
}

/* Fills `{Bucket}` and `{Key+}` of the URI; the bucket goes to the host where it can. */
static void fill_uri(Arena *a, const CallInput *in, CallRequest *ret)
{
	Buf path;
	Str rest = in->op->uri;
	Str before;

	buf_init(&path, TEXT_BYTES_MAX);
	Str query = rest;
	rest = str_cut(&query, STR("?"));
	while (str_cut_found(&rest, STR("{"), &before)) {
		buf_add(&path, before);
		Str name = str_cut(&rest, STR("}"));
		bool is_greedy = str_ends(name, STR("+"));
		const Value *v = value_find(in->params, str_trim_suffix(name, STR("+")));
		Str text = v ? sx_text(a, *v) : STR("");
		if (str_eq(name, STR("Bucket")))
			ret->host_label = text;
		escape_url(&path, text, is_greedy);
	}
	buf_add(&path, before);
	ret->path = str_copy(a, buf_str(&path));
	ret->query = query;
	buf_fini(&path);
}

static void add_query(Arena *a, CallRequest *ret, Str name, Str value)
{
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	buf_add(&b, ret->query);
	if (b.len)
		buf_add_char(&b, '&');
	escape_url(&b, name, false);
	buf_add_char(&b, '=');
	escape_url(&b, value, false);
	ret->query = str_copy(a, buf_str(&b));
	buf_fini(&b);
}

/* Sorts the members into header, query and body; returns the payload member, if any. */
static const ModelMember *place_members(Arena *a, const CallInput *in, CallRequest *ret)
{
	const ModelMember *payload = NULL;
	const ModelShape *shape = in->op->input;

	for (uint32_t i = 0; shape && i < shape->member_count; i++) {
		const ModelMember *m = &shape->members[i];
		const Value *v = value_find(in->params, m->name);
		Str wire = m->wire.len ? m->wire : m->name;
		if (m->is_payload)
			payload = m;
		if (!v || v->kind == VAL_NULL)
			continue;
		if (m->place == PLACE_HEADER)
			call_add_header(ret, str_lower(a, wire), sx_text(a, *v));
		else if (m->place == PLACE_QUERY)
			add_query(a, ret, wire, sx_text(a, *v));
	}
	return payload;
}

/* S3 wants a checksum of what changes a bucket's settings. */
static void add_checksum(Arena *a, CallRequest *ret)
{
	uint32_t crc = hash_crc32(ret->body);
	char bytes[4] = {(char)(crc >> 24), (char)(crc >> 16), (char)(crc >> 8), (char)crc};
	Buf b;

	buf_init(&b, 64);
	hash_add_base64(&b, (Str){bytes, 4});
	call_add_header(ret, STR("x-amz-sdk-checksum-algorithm"), STR("CRC32"));
	call_add_header(ret, STR("x-amz-checksum-crc32"), str_copy(a, buf_str(&b)));
	buf_fini(&b);
}

void call_encode_rest_xml(Arena *a, const CallInput *in, CallRequest *ret)
{
	*ret = (CallRequest){.method = in->op->method};
	fill_uri(a, in, ret);
	const ModelMember *payload = place_members(a, in, ret);
	const Value *v = payload ? value_find(in->params, payload->name) : NULL;
	Xml x = {.arena = a};
	buf_init(&x.out, TEXT_BYTES_MAX);
	bool is_empty = v && v->kind == VAL_MAP && v->as.map->len == 0;
	if (v && v->kind == VAL_STRING)
		buf_add(&x.out, v->as.text);
	else if (v && v->kind != VAL_NULL && !is_empty)
		add_value(&x, payload->wire.len ? payload->wire : payload->name, payload->shape, *v,
			payload->shape->xml_namespace);
	if (x.out.len && v->kind != VAL_STRING)
		call_add_header(ret, STR("content-type"), STR("application/xml"));
	ret->body = str_copy(a, buf_str(&x.out));
	buf_fini(&x.out);
	if (in->op->has_checksum && ret->body.len)
		add_checksum(a, ret);
}
