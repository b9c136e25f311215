/* Values to HTTP requests: chooses the protocol, and encodes forms (EC2, query). */
#include "runtime/provider/call.h"

#include "compiler/base/check.h"
#include "compiler/base/escape.h"
#include "compiler/base/hash.h"
#include "compiler/base/limits.h"
#include "runtime/provider/sx_eval.h"

/* A form being written. */
typedef struct Form {
	Arena *arena;
	Buf out;
	bool is_ec; /* EC2's list rules */
} Form;

void call_add_header(CallRequest *r, Str name, Str value)
{
	CHECK(r->header_count < sizeof(r->headers) / sizeof(r->headers[0]));
	r->headers[r->header_count++] = (HttpHeader){name, value};
}

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static void add_pair(Form *f, Str name, Str value)
{
	if (f->out.len)
		buf_add_char(&f->out, '&');
	escape_url(&f->out, name, false);
	buf_add_char(&f->out, '=');
	escape_url(&f->out, value, false);
}

static Str dotted(Arena *a, Str prefix, Str name)
{
	return prefix.len ? str_print(a, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(name)) : name;
}

static void add_value(Form *f, Str name, const ModelShape *shape, Value v);

static void add_list(Form *f, Str name, const ModelShape *shape, Value v)
{
	bool is_flat = f->is_ec || (shape && shape->is_flat);
	Str elem = shape && shape->elem_wire.len ? shape->elem_wire : STR("member");
	Str base = name;

	if (!is_flat) {
		base = dotted(f->arena, name, elem);
	} else if (!f->is_ec && shape && shape->elem_wire.len) {
		/* a flat list's element name takes the place of the member's */
		size_t dot = str_rfind(name, STR("."));
		Str prefix = dot == SIZE_MAX ? STR("") : str_slice(name, 0, dot);
		base = dotted(f->arena, prefix, elem);
	}
	if (v.as.list->len == 0 && !f->is_ec)
		add_pair(f, name, STR(""));
	for (uint32_t i = 0; i < v.as.list->len; i++)
		add_value(f, str_print(f->arena, "%.*s.%u", STR_ARG(base), i + 1),
			shape ? shape->elem : NULL, v.as.list->items[i]);
}

static void add_map(Form *f, Str name, const ModelShape *shape, Value v)
{
	Str key = shape->map_key.len ? shape->map_key : STR("key");
	Str value = shape->map_value.len ? shape->map_value : STR("value");

	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		Str at = str_print(f->arena, shape->is_flat ? "%.*s.%u" : "%.*s.entry.%u",
			STR_ARG(name), i + 1);
		add_pair(f, dotted(f->arena, at, key), e->key);
		add_value(f, dotted(f->arena, at, value), shape->elem, e->value);
	}
}

static void add_structure(Form *f, Str prefix, const ModelShape *shape, Value v)
{
	if (!shape || shape->kind != MODEL_STRUCTURE) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			add_value(f, dotted(f->arena, prefix, v.as.map->entries[i].key), NULL,
				v.as.map->entries[i].value);
		return;
	}
	/* in the model's order, so that requests read as the vendor's own */
	for (uint32_t i = 0; i < shape->member_count; i++) {
		const ModelMember *m = &shape->members[i];
		const Value *found = value_find(v, m->name);
		if (found && found->kind != VAL_NULL)
			add_value(f, dotted(f->arena, prefix, m->wire.len ? m->wire : m->name),
				m->shape, *found);
	}
}

static void add_value(Form *f, Str name, const ModelShape *shape, Value v)
{
	if (v.kind == VAL_NULL)
		return;
	if (is_list(v)) {
		add_list(f, name, shape, v);
	} else if (v.kind == VAL_MAP && shape && shape->kind == MODEL_MAP) {
		add_map(f, name, shape, v);
	} else if (v.kind == VAL_MAP) {
		add_structure(f, name, shape, v);
	} else if (shape && shape->kind == MODEL_BLOB && v.kind == VAL_STRING) {
		Buf b;
		buf_init(&b, TEXT_BYTES_MAX);
		hash_add_base64(&b, v.as.text);
		add_pair(f, name, buf_str(&b));
		buf_fini(&b);
	} else {
		add_pair(f, name, sx_text(f->arena, v));
	}
}

void call_encode_form(Arena *a, const CallInput *in, bool is_ec, CallRequest *ret)
{
	Form f = {.arena = a, .is_ec = is_ec};

	buf_init(&f.out, TEXT_BYTES_MAX);
	add_pair(&f, STR("Action"), in->op->name);
	add_pair(&f, STR("Version"), in->service->model->api_version);
	if (in->params.kind == VAL_MAP)
		add_structure(&f, STR(""), in->op->input, in->params);
	*ret = (CallRequest){.method = STR("POST"), .path = STR("/")};
	ret->body = str_copy(a, buf_str(&f.out));
	buf_fini(&f.out);
	call_add_header(
		ret, STR("content-type"), STR("application/x-www-form-urlencoded; charset=utf-8"));
}

/* Refuses members that the model does not know: servers drop them in silence. */
static bool check_members(const ModelShape *shape, Value v, Str where, Diag *err)
{
	if (!shape || v.kind != VAL_MAP || shape->kind != MODEL_STRUCTURE)
		return true;
	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		const ModelMember *m = model_member(shape, e->key);
		if (!m)
			return diag_fail(err, DIAG_SCHEMA_NAME, NULL, "`%.*s` has no member `%.*s`",
				STR_ARG(where), STR_ARG(e->key));
		if (is_list(e->value) && m->shape && m->shape->kind == MODEL_LIST) {
			for (uint32_t j = 0; j < e->value.as.list->len; j++)
				if (!check_members(m->shape->elem, e->value.as.list->items[j],
					    m->name, err))
					return false;
		} else if (!check_members(m->shape, e->value, m->name, err)) {
			return false;
		}
	}
	return true;
}

bool call_encode(Arena *a, const CallInput *in, CallRequest *ret, Diag *err)
{
	Str protocol = in->service->protocol;
	Str where = in->op ? in->op->name : in->path;

	if (in->op && in->is_strict && !check_members(in->op->input, in->params, where, err))
		return false;
	if (in->op && in->is_strict && !check_members(in->op->input, in->query, where, err))
		return false;
	if (str_eq(protocol, STR("ec2")) || str_eq(protocol, STR("query"))) {
		call_encode_form(a, in, str_eq(protocol, STR("ec2")), ret);
		return true;
	}
	if (str_eq(protocol, STR("rest-xml"))) {
		call_encode_rest_xml(a, in, ret);
		return true;
	}
	return call_encode_json(a, in, ret, err);
}

/* The length of the literal text of a template that a path fits; 0: it does not.  A hole takes
 * one byte at least, and slashes, too: names of images have them. */
static size_t path_fit(Str want, Str have)
{
	size_t open = str_find(want, STR("{"), 0);
	size_t close = str_find(want, STR("}"), 0);

	if (open == SIZE_MAX || close == SIZE_MAX)
		return str_eq(want, have) ? want.len : 0;
	Str before = str_slice(want, 0, open);
	Str after = str_slice(want, close + 1, want.len);
	if (have.len <= before.len + after.len || !str_starts(have, before) ||
		!str_ends(have, after))
		return 0;
	return before.len + after.len;
}

const ModelOperation *call_operation(const Model *m, Str method, Str path)
{
	const ModelOperation *best = NULL;
	size_t best_fit = 0;

	for (uint32_t i = 0; m && i < m->operation_count; i++) {
		const ModelOperation *op = &m->operations[i];
		size_t fit = str_eq(op->method, method) ? path_fit(op->uri, path) : 0;
		if (fit > best_fit) {
			best = op;
			best_fit = fit;
		}
	}
	return best;
}
