/* Lowering of service headers: a service inherits the fields of those it is `from`, and all
 * inherit their provider's.  Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/map.h"

const Node *lower_field(const Node *block, Str name)
{
	for (uint32_t i = BLOCK_FIRST; i < block->kid_count; i++) {
		const Node *kid = block->kids[i];

		if (kid->kind == NODE_FIELD && str_eq(kid->kids[FIELD_KEY]->text, name))
			return kid->kids[FIELD_VALUE];
	}
	return NULL;
}

/* The value of a field in the first block that has it. */
static const Node *find_field(const Node *const *blocks, uint32_t count, Str name)
{
	for (uint32_t i = 0; i < count; i++) {
		const Node *value = lower_field(blocks[i], name);

		if (value)
			return value;
	}
	return NULL;
}

static Str text_of(const Node *n)
{
	return n && n->kind == NODE_STRING && n->kid_count == 0 ? n->text : STR_NONE;
}

/* code("X", text = "...", status = 409): an entry of its own. */
static void lower_code(Lower *l, const Node *call, Str error_class, SchemaErrorVec *errors)
{
	Str *codes = ARENA_ARRAY(l->arena, Str, 1);
	SchemaErrors e = {.error_class = error_class};

	for (uint32_t i = CALL_FIRST_ARG; i < call->kid_count; i++) {
		const Node *arg = call->kids[i];
		bool is_named = arg->kind == NODE_NAMED_ARG;
		Value v;

		if (!lower_const(l, is_named ? arg->kids[1] : arg, NULL, &v))
			continue;
		if (!is_named && v.kind == VAL_STRING && e.codes.count == 0)
			codes[e.codes.count++] = v.as.text;
		else if (is_named && str_eq(arg->kids[0]->text, STR("text")))
			e.codes.text = v.kind == VAL_STRING ? v.as.text : STR_NONE;
		else if (is_named && str_eq(arg->kids[0]->text, STR("status")))
			e.status = v.kind == VAL_INT ? v.as.number : 0;
	}
	e.codes.codes = codes;
	vec_add(l->arena, errors, e);
}

void lower_errors(Lower *l, const Node *record, SchemaErrorVec *errors, Str *ret_code_path)
{
	for (uint32_t i = 0; record && i < record->kid_count; i++) {
		const Node *field = record->kids[i];
		const Node *list;
		Str *codes;
		SchemaErrors e = {0};

		if (field->kind != NODE_FIELD)
			continue;
		e.error_class = field->kids[FIELD_KEY]->text;
		list = field->kids[FIELD_VALUE];
		if (str_eq(e.error_class, STR("code")) && list->kind == NODE_STRING) {
			*ret_code_path = list->text;
			continue;
		}
		codes = ARENA_ARRAY(l->arena, Str, list->kid_count);
		for (uint32_t k = 0; list->kind == NODE_LIST && k < list->kid_count; k++) {
			if (list->kids[k]->kind == NODE_CALL)
				lower_code(l, list->kids[k], e.error_class, errors);
			else
				codes[e.codes.count++] = list->kids[k]->text;
		}
		e.codes.codes = codes;
		if (e.codes.count > 0)
			vec_add(l->arena, errors, e);
	}
}

/* Fills `${service}` in: the last part of the service's name in capitals. */
static Str fill_override(Lower *l, const Node *n, Str service)
{
	Str text = STR_NONE;
	size_t dot = str_rfind(service, STR("."));
	Str last = dot == SIZE_MAX ? service : str_slice(service, dot + 1, service.len);

	if (n->kid_count == 0)
		return n->text;
	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *part = n->kids[i];
		char *capitals = ARENA_ARRAY(l->arena, char, last.len);

		for (size_t k = 0; k < last.len; k++)
			capitals[k] = last.ptr[k] >= 'a' && last.ptr[k] <= 'z'
					      ? (char)(last.ptr[k] - 'a' + 'A')
					      : last.ptr[k];
		text = str_print(l->arena, "%.*s%.*s", STR_ARG(text),
			STR_ARG(part->kind == NODE_STRING_PART ? part->text
							       : ((Str){capitals, last.len})));
	}
	return text;
}

static void lower_overrides(Lower *l, SchemaService *s, const Node *list)
{
	Str *names;

	if (!list || list->kind != NODE_LIST)
		return;
	names = ARENA_ARRAY(l->arena, Str, list->kid_count);
	for (uint32_t i = 0; i < list->kid_count; i++)
		names[s->override_count++] = fill_override(l, list->kids[i], s->name);
	s->overrides = names;
}

/* Everything constant, as written; later blocks only add what is missing. */
static Value constant_fields(Lower *l, const Node *const *blocks, uint32_t count)
{
	Vec(ValueEntry) entries = {0};
	Map seen;

	map_init(&seen, l->arena);
	l->has_words = true;
	for (uint32_t b = 0; b < count; b++) {
		for (uint32_t i = BLOCK_FIRST; i < blocks[b]->kid_count; i++) {
			const Node *kid = blocks[b]->kids[i];
			ValueEntry e;

			if (kid->kind != NODE_FIELD)
				continue;
			e.key = kid->kids[FIELD_KEY]->text;
			if (map_has(&seen, e.key) ||
				!lower_const(l, kid->kids[FIELD_VALUE], NULL, &e.value))
				continue;
			map_put(&seen, e.key, l);
			vec_add(l->arena, &entries, e);
		}
	}
	l->has_words = false;
	return value_map(l->arena, entries.ptr, entries.len);
}

static int64_t number_at(Value fields, const char *path)
{
	const Value *v = value_find_path(fields, str_from(path));

	return v && (v->kind == VAL_INT || v->kind == VAL_DURATION) ? v->as.number : 0;
}

/* How long an API may take to show what a call did, where the schema does not say. */
enum { SETTLE_MS = 2000 };

static void lower_marker(SchemaService *s, const Node *n)
{
	if (!n || n->kind != NODE_CALL || n->kid_count < 2)
		return;
	s->marker_kind = n->kids[0]->text;
	s->marker_key = n->kids[CALL_FIRST_ARG]->text;
}

/* The settings are the attributes of the provider's block, the last of all. */
static void lower_settings(Lower *l, SchemaService *s, const Node *provider)
{
	const SchemaAttr **attrs = ARENA_ARRAY(l->arena, const SchemaAttr *, provider->kid_count);
	SchemaAttr *flat = ARENA_ARRAY(l->arena, SchemaAttr, provider->kid_count);
	uint32_t count = 0;

	for (uint32_t i = BLOCK_FIRST; i < provider->kid_count; i++) {
		if (provider->kids[i]->kind != NODE_SCHEMA_ATTR)
			continue;
		flat[count] = *lower_attr(l, provider->kids[i]);
		attrs[count] = &flat[count];
		count++;
	}
	s->settings = flat;
	s->setting_count = count;
	s->settings_type = type_record(l->types, lower_fields(l, attrs, count), count, NULL);
}

SchemaService *lower_service(Lower *l, Str name, const Node *const *blocks, uint32_t count)
{
	SchemaService *s = ARENA_NEW(l->arena, SchemaService);
	SchemaErrorVec errors = {0};
	size_t dot = str_find(name, STR("."), 0);

	s->name = name;
	s->provider = str_slice(name, 0, dot);
	s->fields = constant_fields(l, blocks, count);
	s->protocol = text_of(find_field(blocks, count, STR("protocol")));
	s->endpoint = lower_expr(l, find_field(blocks, count, STR("endpoint")));
	s->sign = lower_expr(l, find_field(blocks, count, STR("sign")));
	s->auth = lower_expr(l, find_field(blocks, count, STR("auth")));
	s->paging = lower_expr(l, find_field(blocks, count, STR("paging")));
	s->async = lower_expr(l, find_field(blocks, count, STR("async")));
	s->api = lower_expr(l, find_field(blocks, count, STR("api")));
	s->prefix = lower_expr(l, find_field(blocks, count, STR("prefix")));
	s->dns = lower_expr(l, find_field(blocks, count, STR("dns")));
	lower_overrides(l, s, find_field(blocks, count, STR("override")));
	lower_marker(s, find_field(blocks, count, STR("marker")));
	for (uint32_t i = 0; i < count; i++)
		lower_errors(
			l, lower_field(blocks[i], STR("errors")), &errors, &s->error_code_path);
	s->errors = errors.ptr;
	s->error_count = errors.len;
	s->rate_per_second = number_at(s->fields, "rate.per_second");
	s->rate_burst = number_at(s->fields, "rate.burst");
	s->concurrency = number_at(s->fields, "rate.concurrency");
	s->retry_attempts = number_at(s->fields, "retry.attempts");
	s->retry_base_ms = number_at(s->fields, "retry.base");
	s->retry_cap_ms = number_at(s->fields, "retry.cap");
	s->settle_ms =
		value_find(s->fields, STR("settle")) ? number_at(s->fields, "settle") : SETTLE_MS;
	s->model = l->model;
	if (count > 0)
		lower_settings(l, s, blocks[count - 1]);
	return s;
}
