/* The reference page of a type: Markdown.  The same facts as JSON are in schema_doc_json.c.
 * Thread: any. */
#include "compiler/schema/schema_doc.h"

static const Type *plain(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN || t->kind == TYPE_SECRET ||
		t->kind == TYPE_LIST || t->kind == TYPE_SET || t->kind == TYPE_MAP)
		t = t->elem;
	return t;
}

/* The record inside a type, when its fields are worth a line each. */
static const Type *record_of(const Type *t)
{
	t = plain(t);
	return t->kind == TYPE_RECORD && t->count > 0 && t->fields[0].attr ? t : NULL;
}

/* Appends a type; records as `{ ... }`, since their fields follow. */
static void add_type(Buf *b, const Type *t)
{
	static const Type dots = {.kind = TYPE_OBJECT, .name = STR_INIT("{ ... }")};
	Type copy = *t;
	Type inner;

	if (t->kind == TYPE_RECORD && record_of(t) && t->name.len == 0) {
		type_print(b, &dots);
		return;
	}
	if (t->elem && record_of(t->elem) == t->elem && t->elem->name.len == 0 &&
		t->kind != TYPE_RECORD) {
		inner = dots;
		copy.elem = &inner;
		type_print(b, &copy);
		return;
	}
	type_print(b, t);
}

static void add_flags(Buf *b, const SchemaAttr *a)
{
	if (a->flags & ATTR_REQUIRED)
		buf_add_cstr(b, ", required");
	if (a->flags & ATTR_COMPUTED)
		buf_add_cstr(b, ", chosen by the server when unset");
	if (a->flags & ATTR_AUTO)
		buf_add_cstr(b, ", named by Styx when unset");
	if (a->flags & ATTR_PROVIDER)
		buf_add_cstr(b, ", the provider's when unset");
	if (a->replace_if)
		buf_add_cstr(b, ", some changes replace the object");
	else if (a->flags & ATTR_REPLACE)
		buf_add_cstr(b, ", a change replaces the object");
	if (a->flags & ATTR_KNOWN)
		buf_add_cstr(b, ", known before apply");
	if (a->flags & ATTR_WRITE_ONLY)
		buf_add_cstr(b, ", cannot be read back");
	if (a->flags & ATTR_DIGEST)
		buf_add_cstr(b, ", kept as a digest");
	if (a->has_default && a->default_value.kind != VAL_NULL) {
		buf_add_cstr(b, ", default `");
		value_print(b, a->default_value, -1);
		buf_add_char(b, '`');
	}
	for (uint32_t i = 0; i < a->env_count; i++)
		buf_print(b, "%s`%.*s`", i == 0 ? ", environment " : " or ", STR_ARG(a->env[i]));
	if (a->deprecated.len > 0)
		buf_print(b, ", deprecated: %.*s", STR_ARG(a->deprecated));
}

/* Appends text with every line behind `indent` spaces. */
static void add_indented(Buf *b, Str text, uint32_t indent)
{
	while (text.len > 0) {
		Str line = str_cut(&text, STR("\n"));

		buf_add_repeat(b, ' ', indent);
		buf_print(b, "%.*s\n", STR_ARG(line));
	}
}

static void add_attr(Buf *b, const SchemaAttr *a, uint32_t indent)
{
	const Type *record = record_of(a->type);

	buf_add_repeat(b, ' ', indent);
	buf_print(b, "- `%.*s`: `", STR_ARG(a->name));
	add_type(b, a->type);
	buf_add_char(b, '`');
	add_flags(b, a);
	buf_add_char(b, '\n');
	add_indented(b, a->doc, indent + 2);
	for (uint32_t i = 0; record && i < record->count; i++)
		add_attr(b, record->fields[i].attr, indent + 2);
}

/* Appends the attributes that are (not) outputs under a heading. */
static void add_attrs(Buf *b, const SchemaResource *r, bool is_out, const char *heading)
{
	bool has_any = false;

	for (uint32_t i = 0; i < r->attr_count; i++) {
		if (((r->attrs[i].flags & ATTR_OUT) != 0) != is_out)
			continue;
		if (!has_any)
			buf_print(b, "\n## %s\n\n", heading);
		has_any = true;
		add_attr(b, &r->attrs[i], 0);
	}
}

static void add_paths(Buf *b, SchemaPaths paths)
{
	for (uint32_t i = 0; i < paths.count; i++)
		buf_print(b, "%s`%.*s`", i > 0 ? ", " : "", STR_ARG(paths.paths[i]));
}

static void add_rules(Buf *b, const SchemaResource *r)
{
	static const char *const words[] = {
		[RULE_CONFLICTS] = "at most one of ",
		[RULE_EXACTLY_ONE] = "exactly one of ",
		[RULE_AT_LEAST_ONE] = "at least one of ",
		[RULE_REQUIRES] = "all or none of ",
	};

	if (r->rule_count > 0)
		buf_add_cstr(b, "\n## Rules\n\n");
	for (uint32_t i = 0; i < r->rule_count; i++) {
		const SchemaRule *rule = &r->rules[i];

		buf_add_cstr(b, "- ");
		if (rule->kind == RULE_WHERE) {
			buf_add(b, rule->message);
		} else {
			buf_add_cstr(b, words[rule->kind]);
			add_paths(b, rule->paths);
		}
		buf_add_char(b, '\n');
	}
}

static void add_url(Buf *b, const SchemaExpr *url)
{
	if (url->kind == SX_CONST) {
		buf_add(b, url->value.as.text);
		return;
	}
	for (uint32_t i = 0; i < url->count; i++) {
		const SchemaExpr *kid = url->kids[i];

		if (kid->kind == SX_CONST)
			buf_add(b, kid->value.as.text);
		else
			buf_print(b, "{%.*s}", STR_ARG(kid->name));
	}
}

static void add_call(Buf *b, const SchemaCall *call)
{
	if (str_eq(call->name, STR("empty"))) {
		add_call(b, call->empty_list);
		buf_add_cstr(b, " and ");
		add_call(b, call->empty_remove);
		return;
	}
	buf_print(b, "`%.*s", STR_ARG(call->name));
	if (call->is_http) {
		buf_add_char(b, ' ');
		add_url(b, call->url);
	}
	buf_add_char(b, '`');
}

static void add_steps(Buf *b, const SchemaSteps *s)
{
	if (!s)
		return;
	if (s->call)
		add_call(b, s->call);
	if (s->call && s->rest)
		buf_add_cstr(b, ", then ");
	add_steps(b, s->then_steps);
	if (s->then_steps && s->else_steps)
		buf_add_cstr(b, " or ");
	add_steps(b, s->else_steps);
	add_steps(b, s->rest);
}

static void add_line(Buf *b, const char *what, const SchemaSteps *s)
{
	if (!s)
		return;
	buf_print(b, "- %s: ", what);
	add_steps(b, s);
	buf_add_char(b, '\n');
}

static void add_updates(Buf *b, const SchemaResource *r)
{
	for (uint32_t i = 0; i < r->update_count; i++) {
		const SchemaUpdate *u = &r->updates[i];

		buf_add_cstr(b, "- change of ");
		if (u->is_all)
			buf_add_cstr(b, "anything");
		add_paths(b, u->paths);
		if (u->bracket.len > 0)
			buf_print(b, " (while %.*s)", STR_ARG(u->bracket));
		buf_add_cstr(b, ": ");
		if (u->is_create)
			buf_add_cstr(b, "as create");
		add_steps(b, u->steps);
		buf_add_char(b, '\n');
	}
	for (uint32_t i = 0; i < r->facet_count; i++) {
		buf_add_cstr(b, "- change of ");
		add_paths(b, r->facets[i].paths);
		buf_add_cstr(b, ": ");
		if (r->facets[i].put)
			add_call(b, r->facets[i].put);
		buf_add_char(b, '\n');
	}
	for (uint32_t i = 0; i < r->sync_count; i++) {
		const SchemaSync *s = &r->syncs[i];
		const SchemaCall *calls[] = {s->add, s->mod, s->put, s->del};
		const char *separator = ": ";

		buf_print(b, "- change of `%.*s`", STR_ARG(s->attr));
		for (size_t k = 0; k < sizeof(calls) / sizeof(calls[0]); k++) {
			if (!calls[k])
				continue;
			buf_add_cstr(b, separator);
			add_call(b, calls[k]);
			separator = ", ";
		}
		buf_add_char(b, '\n');
	}
}

static void add_calls(Buf *b, const SchemaResource *r)
{
	if (!r->create && !r->list && !r->batch && !r->read)
		return;
	buf_add_cstr(b, "\n## Calls\n\n");
	add_line(b, "create", r->create);
	add_updates(b, r);
	for (uint32_t i = 0; i < r->before_delete_count; i++) {
		buf_add_cstr(b, "- before delete: ");
		add_call(b, r->before_delete[i]);
		buf_add_char(b, '\n');
	}
	add_line(b, "delete", r->destroy);
}

static void add_read(Buf *b, const char *what, const SchemaCall *call)
{
	if (!call)
		return;
	buf_print(b, "- %s: ", what);
	add_call(b, call);
	if (call->page > 0)
		buf_print(b, ", %lld a page", (long long)call->page);
	if (call->is_brief)
		buf_add_cstr(b, ", names only");
	buf_add_char(b, '\n');
}

static void add_refresh(Buf *b, const SchemaResource *r)
{
	const SchemaCall *create = r->create ? r->create->call : NULL;

	if (!r->list && !r->batch && !r->read)
		return;
	buf_add_cstr(b, "\n## Refresh\n\n");
	add_read(b, "many at once", r->list);
	add_read(b, "those that are known", r->batch);
	add_read(b, "one", r->read);
	for (uint32_t i = 0; i < r->aspect_count; i++)
		add_read(b, r->aspects[i].is_single ? "besides, for each" : "besides",
			r->aspects[i].call);
	if (create && (create->finds_token || create->finds_tag || create->finds_name))
		buf_print(b, "\nAfter a crash an object is found again by its%s%s%s.\n",
			create->finds_token ? " token" : "",
			create->finds_tag ? (create->finds_token ? ", tag" : " tag") : "",
			create->finds_name
				? (create->finds_token || create->finds_tag ? ", name" : " name")
				: "");
}

void schema_doc_text(Buf *b, const SchemaResource *r)
{
	buf_print(b, "# %.*s\n\n%.*s\n", STR_ARG(r->name), STR_ARG(r->doc));
	if (r->is_lookup_only)
		buf_add_cstr(b, "\nThis type is read only: declare it with `lookup`.\n");
	add_attrs(b, r, false, r->is_lookup_only ? "What to ask by" : "What to write");
	add_attrs(b, r, true, "What can be read");
	if (r->selects && r->select_count > 0) {
		buf_add_cstr(b, "\nThe server narrows lookups by ");
		for (uint32_t i = 0; i < r->select_count; i++)
			buf_print(b, "%s`%.*s`", i > 0 ? ", " : "", STR_ARG(r->selects[i].name));
		buf_add_cstr(b, ".\n");
	}
	add_rules(b, r);
	add_calls(b, r);
	add_refresh(b, r);
}

void schema_doc_settings(Buf *b, const SchemaService *s)
{
	for (uint32_t i = 0; i < s->setting_count; i++)
		add_attr(b, &s->settings[i], 0);
}
