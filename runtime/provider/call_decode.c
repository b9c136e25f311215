/* HTTP answers to values: XML by the model's shapes, errors of every protocol, and what an error
 * means (providers.md, 2.8). */
#include "runtime/provider/call.h"

#include "compiler/base/json.h"
#include "compiler/base/num.h"
#include "runtime/wire/xml.h"

typedef Vec(Value) Values;

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static Value typed(Arena *a, const ModelShape *shape, Value v);

/* A list: its items stand under `item` or `member`, or (flat) are the element itself; the parser
 * gives one value where there is one. */
static Value typed_list(Arena *a, const ModelShape *shape, Value v)
{
	Values out = {0};
	Value items = v;

	if (!shape->is_flat) {
		Str elem = shape->elem_wire.len ? shape->elem_wire : STR("member");
		const Value *found = value_find(v, elem);
		if (!found && v.kind == VAL_MAP && v.as.map->len == 1)
			found = &v.as.map->entries[0].value;
		items = found ? *found : VALUE_NULL;
	}
	if (is_list(items)) {
		for (uint32_t i = 0; i < items.as.list->len; i++)
			vec_add(a, &out, typed(a, shape->elem, items.as.list->items[i]));
	} else if (items.kind != VAL_NULL) {
		vec_add(a, &out, typed(a, shape->elem, items));
	}
	return value_list(a, out.ptr, out.len);
}

static Value typed_structure(Arena *a, const ModelShape *shape, Value v)
{
	ValueEntry *e = ARENA_ARRAY(a, ValueEntry, shape->member_count + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < shape->member_count; i++) {
		const ModelMember *m = &shape->members[i];
		Str wire = m->read_wire.len ? m->read_wire : m->wire.len ? m->wire : m->name;
		const Value *found = value_find(v, wire);
		if (!found)
			continue;
		e[n].key = m->name;
		e[n++].value = typed(a, m->shape, *found);
	}
	return value_map(a, e, n);
}

static Value typed_map(Arena *a, const ModelShape *shape, Value v)
{
	Str key = shape->map_key.len ? shape->map_key : STR("key");
	Str val = shape->map_value.len ? shape->map_value : STR("value");
	const Value *entries = shape->is_flat ? &v : value_find(v, STR("entry"));
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; entries && (is_list(*entries) ? i < entries->as.list->len : i < 1);
		i++) {
		Value one = is_list(*entries) ? entries->as.list->items[i] : *entries;
		const Value *k = value_find(one, key);
		const Value *x = value_find(one, val);
		if (k && k->kind == VAL_STRING && x)
			out = value_with(a, out, k->as.text, typed(a, shape->elem, *x));
	}
	return out;
}

static Value typed(Arena *a, const ModelShape *shape, Value v)
{
	int64_t n = 0;
	double f = 0;

	if (!shape)
		return v;
	switch (shape->kind) {
	case MODEL_STRUCTURE:
		return typed_structure(a, shape, v);
	case MODEL_LIST:
		return typed_list(a, shape, v);
	case MODEL_MAP:
		return typed_map(a, shape, v);
	case MODEL_INT:
		return v.kind == VAL_STRING && num_parse_int(str_trim(v.as.text), &n) ? value_int(n)
										      : v;
	case MODEL_FLOAT:
		return v.kind == VAL_STRING && num_parse_float(str_trim(v.as.text), &f)
			       ? value_float(f)
			       : v;
	case MODEL_BOOL:
		return v.kind == VAL_STRING ? value_bool(str_eq(str_trim(v.as.text), STR("true")))
					    : v;
	case MODEL_STRING:
	case MODEL_TIMESTAMP:
	case MODEL_BLOB:
	case MODEL_JSON:
	case MODEL_KIND_COUNT:
		break;
	}
	/* an empty element is an empty text */
	return v.kind == VAL_MAP && v.as.map->len == 0 ? value_string(STR("")) : v;
}

static Value first_value(Value v)
{
	return v.kind == VAL_MAP && v.as.map->len ? v.as.map->entries[0].value : VALUE_NULL;
}

static Value add_headers(Arena *a, const ModelShape *shape, const HttpResponse *r, Value v)
{
	for (uint32_t i = 0; i < shape->member_count; i++) {
		const ModelMember *m = &shape->members[i];
		if (m->place != PLACE_HEADER)
			continue;
		Str text = http_header(r, str_lower(a, m->wire.len ? m->wire : m->name));
		if (text.len)
			v = value_with(a, v, m->name, typed(a, m->shape, value_string(text)));
	}
	return v;
}

bool call_decode_xml(Arena *a, const CallInput *in, const HttpResponse *r, Value *ret, Diag *err)
{
	const ModelShape *out = in->op->output;
	Value v = value_map(a, NULL, 0);
	const ModelMember *payload = NULL;

	for (uint32_t i = 0; out && i < out->member_count; i++)
		if (out->members[i].is_payload)
			payload = &out->members[i];
	if (payload && payload->shape->kind == MODEL_STRING) {
		v = value_with(a, v, payload->name, value_string(r->body));
	} else if (out && str_trim(r->body).len) {
		Value tree = VALUE_NULL;
		if (!xml_parse(a, r->body, &tree, err))
			return false;
		Value root = first_value(tree);
		const Value *wrapped = in->op->result_wrapper.len
					       ? value_find(root, in->op->result_wrapper)
					       : NULL;
		if (wrapped)
			root = *wrapped;
		if (payload)
			v = value_with(a, v, payload->name, typed(a, payload->shape, root));
		else
			v = typed_structure(a, out, root);
	}
	*ret = out ? add_headers(a, out, r, v) : v;
	return true;
}

bool call_decode(Arena *a, const CallInput *in, const HttpResponse *r, Value *ret, Diag *err)
{
	Str p = in->service->protocol;

	if (str_eq(p, STR("ec2")) || str_eq(p, STR("query")) || str_eq(p, STR("rest-xml")))
		return call_decode_xml(a, in, r, ret, err);
	return call_decode_json(a, in, r, ret, err);
}

/* Errors. */

static Str text_at(Value v, Str path)
{
	const Value *found = value_find_path(v, path);

	return found && found->kind == VAL_STRING ? found->as.text : STR("");
}

/* The <Error> element, wherever the protocol puts it. */
static Value error_element(Value tree)
{
	Value root = first_value(tree);
	const Value *found = value_find_path(root, STR("Errors.Error"));

	if (!found)
		found = value_find(root, STR("Error"));
	if (found && is_list(*found) && found->as.list->len)
		return found->as.list->items[0];
	return found ? *found : root;
}

/* What an answer without a code says: a proxy's page says nothing. */
static Str plain_message(Str body)
{
	Str text = str_trim(body);

	return str_starts(text, STR("<")) ? STR("a web page, not an answer of the API")
					  : str_slice(text, 0, 300);
}

static void read_xml_error(Arena *a, const HttpResponse *r, CallError *ret)
{
	Value tree = VALUE_NULL;
	Diag err = {0};

	if (!str_trim(r->body).len || !xml_parse(a, r->body, &tree, &err)) {
		diag_fini(&err); /* a proxy's page: the status says enough */
		ret->message = plain_message(r->body);
		return;
	}
	Value e = error_element(tree);
	Value root = first_value(tree);
	ret->code = text_at(e, STR("Code"));
	ret->message = text_at(e, STR("Message"));
	ret->region = text_at(e, STR("Region"));
	ret->request_id = text_at(root, STR("RequestID"));
	if (!ret->request_id.len)
		ret->request_id = text_at(root, STR("RequestId"));
	if (!ret->request_id.len)
		ret->request_id = text_at(e, STR("RequestId"));
}

static void read_json_error(Arena *a, const SchemaService *s, const HttpResponse *r, CallError *ret)
{
	Value v = VALUE_NULL;
	Diag err = {0};
	Str code = http_header(r, STR("x-amzn-errortype"));

	if (!str_trim(r->body).len || !json_parse(a, r->body, &v, &err)) {
		diag_fini(&err); /* plain text: it is the message */
		ret->message = plain_message(r->body);
	}
	static const Str codes[] = {STR_INIT("__type"), STR_INIT("code"), STR_INIT("error.code"),
		STR_INIT("reason"), STR_INIT("Code")};
	static const Str messages[] = {STR_INIT("message"), STR_INIT("Message"),
		STR_INIT("error.message"), STR_INIT("errorMessage")};
	if (s->error_code_path.len)
		code = text_at(v, s->error_code_path);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]) && !code.len; i++)
		code = text_at(v, codes[i]);
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]) && !ret->message.len; i++)
		ret->message = text_at(v, messages[i]);
	size_t hash = str_rfind(code, STR("#"));
	if (hash != SIZE_MAX)
		code = str_slice(code, hash + 1, code.len);
	ret->code = str_cut(&code, STR(":"));
}

void call_read_error(Arena *a, const SchemaService *service, const HttpResponse *r, CallError *ret)
{
	Str p = service->protocol;

	*ret = (CallError){.status = r->status};
	ret->request_id = STR("");
	if (str_eq(p, STR("ec2")) || str_eq(p, STR("query")) || str_eq(p, STR("rest-xml")))
		read_xml_error(a, r, ret);
	else
		read_json_error(a, service, r, ret);
	static const Str ids[] = {STR_INIT("x-amz-request-id"), STR_INIT("x-amzn-requestid")};
	for (size_t i = 0; i < 2 && !ret->request_id.len; i++)
		ret->request_id = http_header(r, ids[i]);
	Str region = http_header(r, STR("x-amz-bucket-region"));
	if (region.len)
		ret->region = region;
}

static const Str class_names[CALL_CLASS_COUNT] = {
	[CALL_OTHER] = STR_INIT("other"),
#define X(NAME, word) [CALL_##NAME] = STR_INIT(word),
#include "compiler/schema/error_class.def"
#undef X
};

Str call_class_name(CallClass c)
{
	return class_names[c];
}

static CallClass class_of(Str name)
{
	for (int i = 0; i < CALL_CLASS_COUNT; i++)
		if (str_eq(class_names[i], name))
			return (CallClass)i;
	return CALL_OTHER;
}

static bool is_digits(Str s)
{
	int64_t n = 0;

	return num_parse_int(s, &n);
}

/* How well an entry fits: 0 not, 1 by status, 2 by a glob, 3 by its code, 4 by more than it. */
static int entry_fit(const SchemaErrors *entry, const CallError *e)
{
	const SchemaCodes *c = &entry->codes;
	bool is_narrow = c->text.len || entry->status;
	int best = 0;

	if (c->text.len && !str_has(e->message, c->text))
		return 0;
	if (entry->status && entry->status != e->status)
		return 0;
	for (uint32_t i = 0; i < c->count; i++) {
		int64_t status = 0;
		int fit = 0;
		if (is_digits(c->codes[i]))
			fit = num_parse_int(c->codes[i], &status) && status == e->status ? 1 : 0;
		else if (str_eq(c->codes[i], e->code))
			fit = 3;
		else if (e->code.len && str_glob(c->codes[i], e->code))
			fit = 2;
		if (fit > best)
			best = fit;
	}
	if (is_narrow && (best || c->count == 0))
		return 4;
	return best;
}

static void best_of(
	const SchemaErrors *list, uint32_t count, const CallError *e, int *best, CallClass *ret)
{
	for (uint32_t i = 0; i < count; i++) {
		int fit = entry_fit(&list[i], e);
		if (fit > *best) {
			*best = fit;
			*ret = class_of(list[i].error_class);
		}
	}
}

void call_classify(const SchemaService *service, const SchemaResource *resource, CallError *e)
{
	int best = 0;
	CallClass c = CALL_OTHER;

	if (resource)
		best_of(resource->errors, resource->error_count, e, &best, &c);
	best_of(service->errors, service->error_count, e, &best, &c);
	if (best == 0 && (e->status == 429 || e->status == 503))
		c = e->status == 429 ? CALL_THROTTLE : CALL_TRANSIENT;
	else if (best == 0 && e->status >= 500)
		c = CALL_TRANSIENT;
	else if (best == 0 && (e->status == 401 || e->status == 403))
		c = e->status == 401 ? CALL_AUTH : CALL_DENIED;
	else if (best == 0 && e->status == 404 && !e->code.len)
		c = CALL_NOTFOUND;
	e->error_class = c;
}

bool call_matches(const SchemaCodes *codes, const CallError *e)
{
	if (codes->text.len && !str_has(e->message, codes->text))
		return false;
	for (uint32_t i = 0; i < codes->count; i++) {
		Str c = codes->codes[i];
		int64_t status = 0;
		if (num_parse_int(c, &status) ? status == e->status
					      : (e->code.len && str_glob(c, e->code)))
			return true;
		if (str_eq(c, class_names[e->error_class]) && e->error_class != CALL_OTHER)
			return true;
	}
	return false;
}
