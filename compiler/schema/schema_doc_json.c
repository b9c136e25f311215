/* The reference of a type as JSON.  Thread: any. */
#include "compiler/base/json.h"
#include "compiler/schema/schema_doc.h"

static const struct {
	const char *name;
	uint32_t flag;
} flag_names[] = {
	{"required", ATTR_REQUIRED},
	{"computed", ATTR_COMPUTED},
	{"out", ATTR_OUT},
	{"write_only", ATTR_WRITE_ONLY},
	{"digest", ATTR_DIGEST},
	{"local", ATTR_LOCAL},
	{"auto", ATTR_AUTO},
	{"nokey", ATTR_NOKEY},
	{"provider", ATTR_PROVIDER},
	{"replace", ATTR_REPLACE},
	{"known", ATTR_KNOWN},
	{"secret", ATTR_SECRET},
	{"identity", ATTR_IDENTITY},
	{"unique", ATTR_UNIQUE},
};

static void add_key(Buf *b, const char *key)
{
	if (b->len > 0 && b->ptr[b->len - 1] != '{' && b->ptr[b->len - 1] != '[')
		buf_add_char(b, ',');
	buf_print(b, "\"%s\":", key);
}

static void add_text(Buf *b, const char *key, Str text)
{
	if (text.len == 0)
		return;
	add_key(b, key);
	json_print_string(b, text);
}

static void add_comma(Buf *b)
{
	if (b->ptr[b->len - 1] != '[')
		buf_add_char(b, ',');
}

static void add_type_text(Buf *b, const Type *t)
{
	Buf text;

	buf_init(&text, 1 << 20);
	type_print(&text, t);
	add_text(b, "type", buf_str(&text));
	buf_fini(&text);
}

static void add_attr(Buf *b, const SchemaAttr *a);

/* The fields of the record inside a type, if it is one of a schema. */
static void add_fields(Buf *b, const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN || t->kind == TYPE_SECRET ||
		t->kind == TYPE_LIST || t->kind == TYPE_SET || t->kind == TYPE_MAP)
		t = t->elem;
	if (t->kind != TYPE_RECORD || t->count == 0 || !t->fields[0].attr)
		return;
	add_key(b, "fields");
	buf_add_char(b, '[');
	for (uint32_t i = 0; i < t->count; i++) {
		add_comma(b);
		add_attr(b, t->fields[i].attr);
	}
	buf_add_char(b, ']');
}

static void add_attr(Buf *b, const SchemaAttr *a)
{
	buf_add_char(b, '{');
	add_text(b, "name", a->name);
	add_type_text(b, a->type);
	add_text(b, "doc", a->doc);
	add_key(b, "flags");
	buf_add_char(b, '[');
	for (size_t k = 0; k < sizeof(flag_names) / sizeof(flag_names[0]); k++) {
		if (!(a->flags & flag_names[k].flag))
			continue;
		add_comma(b);
		json_print_string(b, str_from(flag_names[k].name));
	}
	buf_add_char(b, ']');
	if (a->has_default) {
		add_key(b, "default");
		json_print(b, a->default_value, 0);
	}
	add_text(b, "wire_name", a->wire_name);
	add_text(b, "deprecated", a->deprecated);
	add_fields(b, a->type);
	buf_add_char(b, '}');
}

static void add_rules(Buf *b, const SchemaResource *r)
{
	static const char *const words[] = {
		[RULE_CONFLICTS] = "conflicts",
		[RULE_EXACTLY_ONE] = "exactly_one_of",
		[RULE_AT_LEAST_ONE] = "at_least_one_of",
		[RULE_REQUIRES] = "requires",
		[RULE_WHERE] = "where",
	};

	add_key(b, "rules");
	buf_add_char(b, '[');
	for (uint32_t i = 0; i < r->rule_count; i++) {
		const SchemaRule *rule = &r->rules[i];

		add_comma(b);
		buf_add_char(b, '{');
		add_text(b, "kind", str_from(words[rule->kind]));
		add_text(b, "message", rule->message);
		add_key(b, "paths");
		buf_add_char(b, '[');
		for (uint32_t k = 0; k < rule->paths.count; k++) {
			add_comma(b);
			json_print_string(b, rule->paths.paths[k]);
		}
		buf_add_cstr(b, "]}");
	}
	buf_add_char(b, ']');
}

static void add_call(Buf *b, const char *key, const SchemaCall *call)
{
	if (!call)
		return;
	add_key(b, key);
	buf_add_char(b, '{');
	add_text(b, "call", call->name);
	if (call->page > 0) {
		add_key(b, "page");
		buf_print(b, "%lld", (long long)call->page);
	}
	buf_add_char(b, '}');
}

void schema_doc_json(Buf *b, const SchemaResource *r)
{
	buf_add_char(b, '{');
	add_text(b, "name", r->name);
	add_text(b, "doc", r->doc);
	add_text(b, "service", r->service->name);
	add_key(b, "lookup_only");
	buf_add_cstr(b, r->is_lookup_only ? "true" : "false");
	add_text(b, "id_pattern", r->id_pattern);
	add_key(b, "attributes");
	buf_add_char(b, '[');
	for (uint32_t i = 0; i < r->attr_count; i++) {
		add_comma(b);
		add_attr(b, &r->attrs[i]);
	}
	buf_add_char(b, ']');
	add_rules(b, r);
	add_call(b, "create", r->create ? r->create->call : NULL);
	add_call(b, "delete", r->destroy ? r->destroy->call : NULL);
	add_call(b, "list", r->list);
	add_call(b, "batch", r->batch);
	add_call(b, "read", r->read);
	buf_add_cstr(b, "}\n");
}
