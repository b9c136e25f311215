/* JSON over HTTP: verbs with a path, query and body (Docker and the like), and AWS's json and
 * rest-json protocols. */
#include "runtime/provider/call.h"

#include "compiler/base/escape.h"
#include "compiler/base/json.h"
#include "compiler/base/limits.h"
#include "runtime/provider/sx_eval.h"

static Str json_text(Arena *a, Value v)
{
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	json_print(&b, v, 0);
	Str s = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return s;
}

static bool is_scalar(Value v)
{
	return v.kind != VAL_MAP && v.kind != VAL_LIST && v.kind != VAL_SET;
}

static void add_query(Arena *a, Buf *b, Str name, Value v)
{
	if (v.kind == VAL_NULL)
		return;
	if (b->len)
		buf_add_char(b, '&');
	escape_url(b, name, false);
	buf_add_char(b, '=');
	escape_url(b, is_scalar(v) ? sx_text(a, v) : json_text(a, v), false);
}

/* Renames members to their names on the wire, all the way down. */
static Value to_wire(Arena *a, const ModelShape *shape, Value v)
{
	if (!shape)
		return v;
	if (v.kind == VAL_MAP && (shape->kind == MODEL_STRUCTURE || shape->kind == MODEL_MAP)) {
		ValueEntry *e = ARENA_ARRAY(a, ValueEntry, v.as.map->len + 1);
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			const ModelMember *m =
				shape->kind == MODEL_STRUCTURE
					? model_member(shape, v.as.map->entries[i].key)
					: NULL;
			e[i].key = m && m->wire.len ? m->wire : v.as.map->entries[i].key;
			e[i].value =
				to_wire(a, m ? m->shape : shape->elem, v.as.map->entries[i].value);
		}
		return value_map(a, e, v.as.map->len);
	}
	if ((v.kind == VAL_LIST || v.kind == VAL_SET) && shape->kind == MODEL_LIST) {
		Value *items = ARENA_ARRAY(a, Value, v.as.list->len + 1);
		for (uint32_t i = 0; i < v.as.list->len; i++)
			items[i] = to_wire(a, shape->elem, v.as.list->items[i]);
		return value_list(a, items, v.as.list->len);
	}
	return v;
}

static void encode_verb(Arena *a, const CallInput *in, CallRequest *ret)
{
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	escape_url(&b, in->path, true);
	ret->path = str_copy(a, buf_str(&b));
	buf_clear(&b);
	for (uint32_t i = 0; in->query.kind == VAL_MAP && i < in->query.as.map->len; i++)
		add_query(a, &b, in->query.as.map->entries[i].key,
			in->query.as.map->entries[i].value);
	ret->query = str_copy(a, buf_str(&b));
	buf_fini(&b);
	ret->method = in->method;
	if (in->params.kind == VAL_NULL)
		return;
	ret->body = in->params.kind == VAL_STRING
			    ? in->params.as.text
			    : json_text(a, to_wire(a, in->op ? in->op->input : NULL, in->params));
	call_add_header(
		ret, STR("content-type"), in->content.len ? in->content : STR("application/json"));
}

/* AWS: POST / with the operation in a header. */
static void encode_target(Arena *a, const CallInput *in, CallRequest *ret)
{
	Str version = str_slice(in->service->protocol, 5, in->service->protocol.len);

	*ret = (CallRequest){.method = STR("POST"), .path = STR("/")};
	Value body = in->params.kind == VAL_MAP ? in->params : value_map(a, NULL, 0);
	ret->body = json_text(a, to_wire(a, in->op->input, body));
	call_add_header(ret, STR("content-type"),
		str_print(a, "application/x-amz-json-%.*s", STR_ARG(version)));
	call_add_header(ret, STR("x-amz-target"),
		str_print(a, "%.*s.%.*s", STR_ARG(in->service->model->target_prefix),
			STR_ARG(in->op->name)));
}

/* AWS's rest-json: members by their places. */
static void encode_rest(Arena *a, const CallInput *in, CallRequest *ret)
{
	CallInput verb = *in;
	Str rest = in->op->uri;
	Str before;
	Buf path;

	verb.method = in->op->method;
	verb.params = VALUE_NULL;
	buf_init(&path, TEXT_BYTES_MAX);
	while (str_cut_found(&rest, STR("{"), &before)) {
		buf_add(&path, before);
		Str name = str_trim_suffix(str_cut(&rest, STR("}")), STR("+"));
		const Value *v = value_find(in->params, name);
		buf_add(&path, v ? sx_text(a, *v) : STR(""));
	}
	buf_add(&path, before);
	verb.path = str_copy(a, buf_str(&path));
	buf_fini(&path);
	for (uint32_t i = 0; in->op->input && i < in->op->input->member_count; i++) {
		const ModelMember *m = &in->op->input->members[i];
		const Value *v = value_find(in->params, m->name);
		Str wire = m->wire.len ? m->wire : m->name;
		if (!v || v->kind == VAL_NULL)
			continue;
		if (m->place == PLACE_QUERY)
			verb.query = value_with(a, verb.query, wire, *v);
		else if (m->place == PLACE_HEADER)
			call_add_header(ret, str_lower(a, wire), sx_text(a, *v));
		else if (m->place == PLACE_BODY)
			verb.params = value_with(a,
				verb.params.kind == VAL_MAP ? verb.params : value_map(a, NULL, 0),
				m->name, *v);
	}
	encode_verb(a, &verb, ret);
}

bool call_encode_json(Arena *a, const CallInput *in, CallRequest *ret, Diag *err)
{
	(void)err;
	*ret = (CallRequest){0};
	if (in->method.len)
		encode_verb(a, in, ret);
	else if (str_eq(in->service->protocol, STR("rest-json")))
		encode_rest(a, in, ret);
	else
		encode_target(a, in, ret);
	return true;
}

/* Renames members from their names on the wire to the model's. */
static Value from_wire(Arena *a, const ModelShape *shape, Value v)
{
	if (!shape || is_scalar(v))
		return v;
	if (v.kind == VAL_MAP) {
		if (shape->kind != MODEL_STRUCTURE && shape->kind != MODEL_MAP)
			return v;
		ValueEntry *e = ARENA_ARRAY(a, ValueEntry, v.as.map->len + 1);
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			Str key = v.as.map->entries[i].key;
			const ModelMember *m = NULL;
			for (uint32_t j = 0; !m && j < shape->member_count; j++)
				if (str_eq(shape->members[j].read_wire.len
						    ? shape->members[j].read_wire
						    : shape->members[j].name,
					    key))
					m = &shape->members[j];
			e[i].key = m ? m->name : key;
			e[i].value = from_wire(
				a, m ? m->shape : shape->elem, v.as.map->entries[i].value);
		}
		return value_map(a, e, v.as.map->len);
	}
	Value *items = ARENA_ARRAY(a, Value, v.as.list->len + 1);
	for (uint32_t i = 0; i < v.as.list->len; i++)
		items[i] = from_wire(
			a, shape->kind == MODEL_LIST ? shape->elem : NULL, v.as.list->items[i]);
	return value_list(a, items, v.as.list->len);
}

bool call_decode_json(Arena *a, const CallInput *in, const HttpResponse *r, Value *ret, Diag *err)
{
	Value v = VALUE_NULL;

	if (str_trim(r->body).len == 0 || r->status == 204) {
		*ret = value_map(a, NULL, 0);
		return true;
	}
	if (!json_parse(a, r->body, &v, err)) {
		Str start = str_slice(r->body, 0, 200);
		return diag_fail(
			err, DIAG_HTTP_BODY, NULL, "the answer is no JSON: %.*s", STR_ARG(start));
	}
	*ret = from_wire(a, in->op ? in->op->output : NULL, v);
	return true;
}
