/* The braces of an entity: each field against the attribute, setting or param of its name. */
#include "compiler/types/check_decl.h"
#include "compiler/types/field_name.h"

/* What may be written under one name. */
typedef struct Slot {
	const Type *type;
	const SchemaAttr *attr; /* of a resource, lookup, provider; else NULL */
	const Symbol *param;    /* of a module; else NULL */
} Slot;

/* How Terraform writes what is a word of Styx, or something else entirely. */
static const struct {
	Str name;
	Str word; /* to put instead; empty: only advice */
	const char *advice;
} habits[] = {
	{STR_INIT("count"), STR_INIT(""),
		"write `for key in [\"a\", \"b\"]` in the header: objects are told apart by key"},
	{STR_INIT("for_each"), STR_INIT(""), "write `for key, value in ...` in the header"},
	{STR_INIT("depends_on"), STR_INIT("@after"), "write `@after = [...]`"},
	{STR_INIT("provider"), STR_INIT("@provider"), "write `@provider = name`"},
	{STR_INIT("prevent_destroy"), STR_INIT("@protect"), "write `@protect = true`"},
	{STR_INIT("create_before_destroy"), STR_INIT("@create_first"),
		"write `@create_first = true`"},
	{STR_INIT("lifecycle"), STR_INIT(""), "write `@protect = true` or `@create_first = true`"},
	{STR_INIT("dynamic"), STR_INIT(""), "write a list: `name = [for x in xs => { ... }]`"},
	{STR_INIT("timeouts"), STR_INIT(""), "write `@timeout = 30min`"},
	{STR_INIT("providers"), STR_INIT("@provider"), "write `@provider = name`"},
	{STR_INIT("provisioner"), STR_INIT(""), "put the script into `user_data`"},
	{STR_INIT("if"), STR_INIT(""), "write `if ...` in the header"},
};

static const SchemaAttr *find_setting(const SchemaService *s, Str name)
{
	for (uint32_t i = 0; i < s->setting_count; i++) {
		if (str_eq(s->settings[i].name, name))
			return &s->settings[i];
	}
	return NULL;
}

static bool find_slot(Check *c, const Body *b, Str name, Slot *ret)
{
	*ret = (Slot){0};
	if (b->target) {
		ret->param = map_find(&b->target->names, name);
		if (!ret->param || ret->param->kind != SYMBOL_PARAM)
			return false;
		ret->type = ret->param->type;
		return true;
	}
	ret->attr = b->settings ? find_setting(b->settings, name) : schema_attr(b->resource, name);
	if (ret->attr) {
		ret->type = ret->attr->type;
		return true;
	}
	for (uint32_t i = 0; b->symbol->kind == SYMBOL_LOOKUP && i < b->resource->select_count;
		i++) {
		if (str_eq(b->resource->selects[i].name, name)) {
			ret->type = type_simple(c->types, TYPE_STRING);
			return true;
		}
	}
	return false;
}

static bool is_input(const Body *b, const SchemaAttr *attr)
{
	if (b->symbol->kind != SYMBOL_RESOURCE)
		return true;
	return !(attr->flags & ATTR_OUT) && !str_eq(attr->name, STR("id"));
}

static void list_names(Check *c, const Body *b, StrVec *names)
{
	for (uint32_t i = 0; b->target && i < b->target->symbols.len; i++) {
		if (b->target->symbols.ptr[i]->kind == SYMBOL_PARAM)
			vec_add(c->facts, names, b->target->symbols.ptr[i]->name);
	}
	for (uint32_t i = 0; b->settings && i < b->settings->setting_count; i++)
		vec_add(c->facts, names, b->settings->settings[i].name);
	for (uint32_t i = 0; b->resource && i < b->resource->attr_count; i++) {
		if (is_input(b, &b->resource->attrs[i]))
			vec_add(c->facts, names, b->resource->attrs[i].name);
	}
	for (uint32_t i = 0; b->symbol->kind == SYMBOL_LOOKUP && i < b->resource->select_count;
		i++) {
		if (!schema_attr(b->resource, b->resource->selects[i].name))
			vec_add(c->facts, names, b->resource->selects[i].name);
	}
}

static void report_unknown(Check *c, Body *b, const Node *key)
{
	StrVec names = {0};
	const Node *type = b->symbol->decl->kids[ENTITY_TYPE];
	Diag *d;

	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		if (!str_eq(habits[i].name, key->text))
			continue;
		d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, key->span, "`%.*s` has no field `%.*s`",
			STR_ARG(b->type_name), STR_ARG(key->text));
		diag_fix(d, "%s", habits[i].advice);
		if (habits[i].word.len > 0)
			diag_edit(d, key->span, habits[i].word);
		return;
	}
	list_names(c, b, &names);
	vec_add(c->facts, &b->meant,
		field_name_unknown(c, key, b->type_name, &names, type ? type->span : SPAN_NONE));
}

static void report_computed(Check *c, const Body *b, const Node *key)
{
	Diag *d = diag_add(c->diags, DIAG_COMPUTED_FIELD, key->span,
		"`%.*s` is computed and cannot be set", STR_ARG(key->text));
	const Node *type = b->symbol->decl->kids[ENTITY_TYPE];

	diag_label(d, "the provider makes this");
	if (type)
		diag_note(d, type->span, "by `%.*s`", STR_ARG(b->type_name));
	if (str_eq(key->text, STR("id")))
		diag_fix(d, "leave it out; to read an existing object, declare a `lookup`");
	else
		diag_fix(d, "leave it out, and read it as `%.*s.%.*s`", STR_ARG(b->symbol->name),
			STR_ARG(key->text));
}

static bool is_label(Str name)
{
	return str_eq(name, STR("tags")) || str_eq(name, STR("labels")) ||
	       str_eq(name, STR("name")) || str_eq(name, STR("annotations"));
}

/* What must be known at plan: `known` attributes, identity, settings, params that are demanded. */
static bool demand(Check *c, const Body *b, const Slot *slot, const Fact *f, const Node *value)
{
	uint32_t flags = slot->attr ? slot->attr->flags : 0;

	if (b->settings)
		return fact_demand(c, f, false, DIAG_LATE_PROVIDER, value, "this setting is");
	if (flags & (ATTR_KNOWN | ATTR_IDENTITY) && b->symbol->kind == SYMBOL_RESOURCE)
		return fact_demand(c, f, false, DIAG_LATE_POSITION, value,
			flags & ATTR_IDENTITY ? "this is part of the object's identity and"
					      : "a value that must be known before apply is");
	if (slot->param && slot->param->is_demanded) {
		uint32_t before = c->diags->items.len;

		if (fact_demand(c, f, false, DIAG_LATE_POSITION, value, "this argument is"))
			return true;
		if (c->diags->items.len > before)
			diag_note(c->diags->items.ptr[before], slot->param->demanded_at,
				"the module needs it here before apply");
		return false;
	}
	return true;
}

static Fact check_slot(Check *c, const Body *b, const Slot *slot, Node *key, Node *value)
{
	Sink sink = {.name = key->text};
	Fact f;

	if (b->settings)
		sink.late = DIAG_LATE_PROVIDER;
	if (is_label(key->text))
		sink.kind = SINK_LABEL;
	if (slot->param && slot->param->decl->kids[DECL_TYPE])
		sink.type_at = slot->param->decl->kids[DECL_TYPE]->span;
	f = check_expr(c, value, slot->type, &sink);
	if (f.type->kind != TYPE_ERROR && !demand(c, b, slot, &f, value))
		return fact_error(c);
	return f;
}

static bool note_key(Check *c, Body *b, const Node *key)
{
	const Node *first = name_set_find(&b->seen, key->text);
	Diag *d;

	if (!first || first->kind == NODE_SPREAD) {
		name_set_add(&b->seen, c->facts, key->text, key);
		return true;
	}
	d = diag_add(c->diags, DIAG_DUPLICATE_FIELD, key->span, "`%.*s` is given twice",
		STR_ARG(key->text));
	diag_note(d, first->span, "first given here");
	diag_fix(d, "leave one of them out");
	return false;
}

static void warn_deprecated(Check *c, const Slot *slot, const Node *key)
{
	Diag *d;

	if (!slot->attr || slot->attr->deprecated.len == 0)
		return;
	d = diag_add(c->diags, DIAG_DEPRECATED_FIELD, key->span, "`%.*s` is deprecated",
		STR_ARG(key->text));
	diag_fix(d, "%.*s", STR_ARG(slot->attr->deprecated));
}

static void check_static(Check *c, Body *b, Node *field)
{
	Node *key = field->kids[FIELD_KEY];
	Slot slot;
	Fact f;

	if (!note_key(c, b, key)) {
		(void)check_expr(c, field->kids[FIELD_VALUE], NULL, NULL);
		return;
	}
	if (!find_slot(c, b, key->text, &slot)) {
		report_unknown(c, b, key);
		(void)check_expr(c, field->kids[FIELD_VALUE], NULL, NULL);
		return;
	}
	if (slot.attr && !is_input(b, slot.attr)) {
		report_computed(c, b, key);
		return;
	}
	warn_deprecated(c, &slot, key);
	f = check_slot(c, b, &slot, key, field->kids[FIELD_VALUE]);
	vec_add(c->facts, &b->written, fact_name(c, key->text, f));
}

static void check_field(Check *c, Body *b, Node *field)
{
	Node *key = field->kids[FIELD_KEY];
	Diag *d;

	if (!key || !field->kids[FIELD_VALUE])
		return;
	if (key->kind == NODE_KEY_AT) {
		body_check_word(c, b, field);
		return;
	}
	if (str_eq(field->text, STR("+="))) {
		d = diag_add(c->diags, DIAG_NOT_SUPPORTED, key->span, "`+=` is not supported yet");
		diag_fix(d, "write the whole list");
		return;
	}
	if (key->kind == NODE_IDENT || (key->kind == NODE_STRING && key->kid_count == 0)) {
		check_static(c, b, field);
		return;
	}
	d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, key->span,
		"the fields of a declaration are written out, not computed");
	diag_fix(d, "write the field's name");
	(void)check_expr(c, field->kids[FIELD_VALUE], NULL, NULL);
}

/* ...common: each field of a record as if it stood here. */
static void check_spread(Check *c, Body *b, Node *spread)
{
	Fact f = check_expr(c, spread->kids[0], NULL, NULL);
	const Type *type = type_plain(f.type);
	Diag *d;

	b->is_open = true;
	if (type->kind == TYPE_ERROR)
		return;
	if (type->kind != TYPE_RECORD || b->symbol->kind != SYMBOL_RESOURCE) {
		d = diag_add(c->diags, DIAG_TYPE_MISMATCH, spread->span,
			"only a record can be spread here, and only in a resource");
		diag_fix(d, "write the fields out");
		return;
	}
	for (uint32_t i = 0; i < type->count; i++) {
		const TypeField *field = &type->fields[i];
		const Fact *known = fact_field(&f, field->name);
		Fact part = known ? *known : fact_part(&f, field->type);
		Node key = {.kind = NODE_IDENT, .text = field->name, .span = spread->span};
		TypeMismatch m = {0};
		Slot slot;

		if (!find_slot(c, b, field->name, &slot)) {
			report_unknown(c, b, &key);
			continue;
		}
		if (!is_input(b, slot.attr))
			report_computed(c, b, &key);
		else if (type_fit(field->type, slot.type, &m) == FIT_NO)
			(void)type_mismatch_report(
				c->diags, spread->span, field->type, slot.type, &m);
		else if (demand(c, b, &slot, &part, spread))
			vec_add(c->facts, &b->written, fact_name(c, field->name, part));
		name_set_add(&b->seen, c->facts, field->name, spread);
	}
}

static void check_item(Check *c, Body *b, Node *item)
{
	Diag *d;

	switch ((NodeKind)item->kind) {
	case NODE_FIELD:
		check_field(c, b, item);
		return;
	case NODE_SPREAD:
		check_spread(c, b, item);
		return;
	case NODE_LET:
		check_record_let(c, item);
		return;
	case NODE_ASSERT:
		d = diag_add(c->diags, DIAG_NOT_SUPPORTED, item->span,
			"`assert` inside a declaration is not supported yet");
		diag_fix(d, "write it as a declaration of its own");
		return;
	case NODE_FOR_FIELD:
		b->is_open = true;
		d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, item->span,
			"the fields of a declaration are written out, not computed");
		diag_fix(d, "to make several objects, write `for` in the header");
		return;
	default:
		b->is_open = true; /* a syntax error: who knows what it held */
	}
}

void body_check(Check *c, Body *b)
{
	if (b->record)
		b->written.ptr = ARENA_ARRAY(c->facts, FactField, b->record->kid_count + 1);
	b->written.cap = b->record ? b->record->kid_count + 1 : 0;
	for (uint32_t i = 0; b->record && i < b->record->kid_count; i++)
		check_item(c, b, b->record->kids[i]);
	body_check_rules(c, b);
}
