/* What stands in an entity's braces beside fields: the words with `@`; and what must hold of the
 * written fields together: required ones, and the schema's rules over which are set. */
#include "compiler/types/check_decl.h"
#include "compiler/types/field_name.h"

static const struct {
	Str name;
	TypeKind type; /* ERROR: looked at apart */
} words[] = {
	{STR_INIT("after"), TYPE_ERROR},
	{STR_INIT("protect"), TYPE_BOOL},
	{STR_INIT("provider"), TYPE_ERROR},
	{STR_INIT("create_first"), TYPE_BOOL},
	{STR_INIT("unchecked"), TYPE_ERROR},
	{STR_INIT("timeout"), TYPE_DURATION},
};

/* ---- words ---- */

static const Symbol *reference_of(const Node *e)
{
	while (e && (e->kind == NODE_INDEX || e->kind == NODE_PAREN || e->kind == NODE_MEMBER))
		e = e->kids[0];
	return e && e->kind == NODE_IDENT ? e->info : NULL;
}

static void check_after_one(Check *c, Node *e)
{
	const Symbol *s = reference_of(e);
	Diag *d;

	if (!s) {
		if (e->flags & FLAG_POISON)
			return;
		if (e->kind == NODE_IDENT)
			return; /* undeclared: reported */
		d = diag_add(c->diags, DIAG_TYPE_MISMATCH, e->span,
			"`@after` names objects: `@after = [vpc, subnet[\"a\"]]`");
		if (e->kind == NODE_STRING)
			diag_fix(d, "take the quotes away");
		return;
	}
	if (s->kind != SYMBOL_RESOURCE && s->kind != SYMBOL_LOOKUP && s->kind != SYMBOL_MODULE) {
		if (s->decl->flags & (FLAG_POISON | FLAG_BROKEN) || !scope_is_supported(s->decl))
			return;
		d = diag_add(c->diags, DIAG_WRONG_KIND_OF_NAME, e->span,
			"`%.*s` is no object to wait for", STR_ARG(s->name));
		diag_fix(d, "`@after` names resources, lookups and module instances");
		return;
	}
	(void)check_expr(c, e, NULL, NULL);
}

static void check_after(Check *c, Node *value)
{
	if (value->kind != NODE_LIST) {
		check_after_one(c, value);
		return;
	}
	for (uint32_t i = 0; i < value->kid_count; i++)
		check_after_one(c, value->kids[i]);
}

static void check_provider(Check *c, const Body *b, Node *value)
{
	const Symbol *s = reference_of(value);
	const SchemaService *want = b->resource ? b->resource->service : NULL;
	Diag *d;

	if (!s && value->kind == NODE_IDENT)
		return; /* undeclared: reported */
	if (!s || s->kind != SYMBOL_PROVIDER) {
		d = diag_add(c->diags, DIAG_WRONG_KIND_OF_NAME, value->span,
			"`@provider` names a provider");
		diag_fix(d, "declare `provider west: %.*s { ... }` and write `@provider = west`",
			STR_ARG(want ? want->provider : STR("aws")));
		return;
	}
	if (!want || !s->provider || str_eq(s->provider->provider, want->provider))
		return;
	d = diag_add(c->diags, DIAG_UNKNOWN_PROVIDER, value->span,
		"`%.*s` is a provider of `%.*s`, this is an object of `%.*s`", STR_ARG(s->name),
		STR_ARG(s->provider->provider), STR_ARG(want->provider));
	diag_note(d, s->decl->span, "declared here");
}

static void check_unchecked(Check *c, Node *value)
{
	Fact f = check_expr(c, value, NULL, NULL);
	const Type *type = type_plain(f.type);
	Diag *d;

	if (type->kind != TYPE_ERROR && type->kind != TYPE_RECORD && type->kind != TYPE_MAP) {
		d = diag_add(c->diags, DIAG_TYPE_MISMATCH, value->span,
			"`@unchecked` holds a record of fields");
		diag_fix(d, "write `@unchecked = { field = value }`");
		return;
	}
	for (uint32_t i = 0; value->kind == NODE_RECORD && i < value->kid_count; i++) {
		const Node *field = value->kids[i];

		if (field->kind != NODE_FIELD || !field->kids[FIELD_KEY])
			continue;
		d = diag_add(c->diags, DIAG_UNCHECKED_FIELD, field->kids[FIELD_KEY]->span,
			"nothing checks `%.*s`", STR_ARG(field->kids[FIELD_KEY]->text));
		diag_fix(d, "write it as a field once the schema has it");
	}
}

static void report_word(Check *c, const Node *key)
{
	Diag *d = diag_add(c->diags, DIAG_UNKNOWN_ANNOTATION, key->span, "there is no `@%.*s`",
		STR_ARG(key->text));
	StrVec names = {0};
	Str nearest;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		vec_add(c->arena, &names, words[i].name);
	nearest = str_nearest(key->text, names.ptr, names.len);
	if (nearest.len > 0) {
		diag_fix(d, "did you mean `@%.*s`?", STR_ARG(nearest));
		diag_edit(d, key->span, str_print(c->diags->arena, "@%.*s", STR_ARG(nearest)));
		return;
	}
	diag_fix(d, "there are `@after`, `@protect`, `@provider`, `@create_first`, `@timeout`, "
		    "`@unchecked`");
}

/* Which words mean something for which kind of entity. */
static bool is_allowed(const Body *b, Str word)
{
	switch (b->symbol->kind) {
	case SYMBOL_RESOURCE:
		return true;
	case SYMBOL_LOOKUP:
		return str_eq(word, STR("provider")) || str_eq(word, STR("timeout"));
	case SYMBOL_MODULE:
		return str_eq(word, STR("provider"));
	default:
		return false;
	}
}

void body_check_word(Check *c, Body *b, Node *field)
{
	const Node *key = field->kids[FIELD_KEY];
	Node *value = field->kids[FIELD_VALUE];
	Fact f;
	Diag *d;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_eq(words[i].name, key->text))
			continue;
		if (!is_allowed(b, key->text)) {
			d = diag_add(c->diags, DIAG_UNKNOWN_ANNOTATION, key->span,
				"`@%.*s` means nothing for a %.*s", STR_ARG(key->text),
				STR_ARG(b->symbol->decl->text));
			if (str_eq(key->text, STR("after")) && b->target)
				diag_fix(d, "it would make everything in the module unknown: pass "
					    "what it needs as a param");
			return;
		}
		if (str_eq(key->text, STR("after"))) {
			check_after(c, value);
		} else if (str_eq(key->text, STR("provider"))) {
			check_provider(c, b, value);
		} else if (str_eq(key->text, STR("unchecked"))) {
			check_unchecked(c, value);
		} else {
			f = check_expr(c, value, type_simple(c->types, words[i].type), NULL);
			(void)fact_demand(c, &f, false, DIAG_LATE_POSITION, value, "this is");
		}
		return;
	}
	report_word(c, key);
}

/* ---- required fields ---- */

static bool is_required_attr(const SchemaAttr *attr)
{
	if (attr->has_default || attr->default_expr || str_eq(attr->name, STR("id")))
		return false;
	if (attr->flags & (ATTR_COMPUTED | ATTR_OUT | ATTR_AUTO | ATTR_PROVIDER))
		return false;
	return !type_may_be_null(attr->type);
}

static void list_missing(Check *c, const Body *b, StrVec *missing)
{
	if (b->symbol->kind == SYMBOL_RESOURCE) {
		for (uint32_t i = 0; i < b->resource->attr_count; i++) {
			const SchemaAttr *attr = &b->resource->attrs[i];

			if (is_required_attr(attr) && !name_set_find(&b->seen, attr->name))
				vec_add(c->arena, missing, attr->name);
		}
	}
	for (uint32_t i = 0; b->target && i < b->target->symbols.len; i++) {
		const Symbol *s = b->target->symbols.ptr[i];

		if (s->kind == SYMBOL_PARAM && !s->decl->kids[DECL_VALUE] &&
			s->type->kind != TYPE_ERROR && !type_may_be_null(s->type) &&
			!name_set_find(&b->seen, s->name))
			vec_add(c->arena, missing, s->name);
	}
}

static void check_required(Check *c, const Body *b)
{
	const Node *name = b->symbol->decl->kids[DECL_NAME];
	const Node *type = b->symbol->decl->kids[ENTITY_TYPE];
	StrVec missing = {0};
	Str all, first;
	Diag *d;

	list_missing(c, b, &missing);
	all = field_name_missing(c, &missing, &b->meant, &first);
	if (all.len == 0)
		return;
	d = diag_add(c->diags, DIAG_MISSING_FIELD, name ? name->span : b->symbol->decl->span,
		str_eq(all, first) ? "`%.*s` needs the field `%.*s`"
				   : "`%.*s` needs the fields `%.*s`",
		STR_ARG(b->type_name), STR_ARG(all));
	diag_label(d, str_eq(all, first) ? "not written" : "not all are written");
	if (type)
		diag_note(d, type->span, "the type is given here");
	for (uint32_t i = 0; b->target && i < missing.len; i++) {
		const Symbol *s = map_find(&b->target->names, missing.ptr[i]);

		diag_note(d, s->decl->span, "`%.*s` has no default", STR_ARG(s->name));
	}
	diag_fix(d, "add `%.*s = ...`", STR_ARG(first));
}

/* ---- rules over which fields are written ---- */

static const Node *written(const Body *b, Str name)
{
	return name_set_find(&b->seen, name);
}

/* Rules over fields of named types inside (rule.cidr_ipv4) are the evaluator's. */
static bool is_top_level(const SchemaPaths *paths)
{
	for (uint32_t i = 0; i < paths->count; i++) {
		if (str_find(paths->paths[i], STR("."), 0) != SIZE_MAX)
			return false;
	}
	return paths->count > 0;
}

static uint32_t count_written(
	const Body *b, const SchemaRule *rule, const Node **ret_first, const Node **ret_second)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rule->paths.count; i++) {
		const Node *key = written(b, rule->paths.paths[i]);

		if (!key)
			continue;
		if (n == 0)
			*ret_first = key;
		else if (n == 1)
			*ret_second = key;
		n++;
	}
	if (n > 1 && (*ret_first)->span.begin > (*ret_second)->span.begin) {
		const Node *swap = *ret_first;

		*ret_first = *ret_second;
		*ret_second = swap;
	}
	return n;
}

static void report_both(Check *c, const SchemaRule *rule, const Node *first, const Node *second)
{
	Diag *d = diag_add(c->diags, DIAG_EXCLUSIVE_FIELDS, second->span,
		"`%.*s` and `%.*s` exclude each other", STR_ARG(first->text),
		STR_ARG(second->text));

	diag_note(d, first->span, "the other one is here");
	if (rule->message.len > 0)
		diag_why(d, "%.*s", STR_ARG(rule->message));
	diag_fix(d, "leave one of them out");
}

static void report_none(Check *c, const Body *b, const SchemaRule *rule, const char *what)
{
	const Node *name = b->symbol->decl->kids[DECL_NAME];
	Str all = str_join(c->diags->arena, rule->paths.paths, rule->paths.count, STR("`, `"));
	Diag *d = diag_add(c->diags, DIAG_MISSING_FIELD, name ? name->span : b->symbol->decl->span,
		"`%.*s` needs %s of `%.*s`", STR_ARG(b->type_name), what, STR_ARG(all));

	if (rule->message.len > 0)
		diag_why(d, "%.*s", STR_ARG(rule->message));
	diag_fix(d, "add one of them");
}

/* requires(a, b): whoever writes a must write b, too. */
static void check_requires(Check *c, const Body *b, const SchemaRule *rule)
{
	const Node *first = written(b, rule->paths.paths[0]);

	for (uint32_t i = 1; first && i < rule->paths.count; i++) {
		Diag *d;

		if (written(b, rule->paths.paths[i]))
			continue;
		d = diag_add(c->diags, DIAG_MISSING_FIELD, first->span,
			"`%.*s` needs `%.*s` beside it", STR_ARG(first->text),
			STR_ARG(rule->paths.paths[i]));
		diag_fix(d, "add `%.*s = ...`", STR_ARG(rule->paths.paths[i]));
		return;
	}
}

/* A field written as a value that may be null may be absent: such rules wait for evaluation. */
static bool may_be_absent(const Body *b, const SchemaRule *rule)
{
	for (uint32_t i = 0; i < b->written.len; i++) {
		const Type *type = b->written.ptr[i].type;
		const Fact *f = b->written.ptr[i].fact;

		for (uint32_t k = 0; k < rule->paths.count; k++) {
			const Node *key = written(b, rule->paths.paths[k]);

			if (key && str_eq(b->written.ptr[i].name, rule->paths.paths[k]) &&
				(type->kind == TYPE_ERROR || type_may_be_null(type)) &&
				f->shape != PHASE_CONST)
				return true;
		}
	}
	return false;
}

static void check_rule(Check *c, const Body *b, const SchemaRule *rule)
{
	const Node *first = NULL, *second = NULL;
	uint32_t n;

	if (rule->kind == RULE_WHERE || !is_top_level(&rule->paths) || may_be_absent(b, rule))
		return;
	n = count_written(b, rule, &first, &second);
	switch (rule->kind) {
	case RULE_CONFLICTS:
	case RULE_EXACTLY_ONE:
		if (n > 1)
			report_both(c, rule, first, second);
		else if (n == 0 && rule->kind == RULE_EXACTLY_ONE)
			report_none(c, b, rule, "one");
		return;
	case RULE_AT_LEAST_ONE:
		if (n == 0)
			report_none(c, b, rule, "at least one");
		return;
	case RULE_REQUIRES:
		check_requires(c, b, rule);
		return;
	case RULE_WHERE:
		return;
	}
}

/* ---- the same rules over records inside ---- */

enum { NESTED_DEPTH_MAX = 32 };

/* The record type that an expression was checked against; NULL: it is another. */
static const Type *record_type_of(const Node *e)
{
	const Type *t = e->kind == NODE_RECORD && e->type ? e->type : NULL;

	if (t)
		t = type_plain(t);
	if (t && t->kind == TYPE_OPTIONAL)
		t = type_plain(t->elem);
	return t && t->kind == TYPE_RECORD ? t : NULL;
}

static Str last_segment(Str path)
{
	size_t dot = str_rfind(path, STR("."));

	return dot == SIZE_MAX ? path : str_slice(path, dot + 1, path.len);
}

/* A rule names a type declared in the schema; here it is known by its fields. */
static bool is_ruled(const Type *record, const SchemaRule *rule)
{
	for (uint32_t i = 0; i < rule->paths.count; i++) {
		if (!type_field(record, last_segment(rule->paths.paths[i])))
			return false;
	}
	return true;
}

static bool is_never_null(const Node *e)
{
	if (e->kind == NODE_MEMBER)
		return !(e->flags & FLAG_SAFE) && str_eq(e->kids[1]->text, STR("id"));
	return e->kind == NODE_STRING || e->kind == NODE_INT || e->kind == NODE_RECORD;
}

/* Counts the fields of the rule that a literal writes; UINT32_MAX: it cannot be told. */
static uint32_t count_in(const Node *e, const SchemaRule *rule, const Node *ret_keys[2])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->kid_count; i++) {
		const Node *item = e->kids[i];
		const Node *key = item->kind == NODE_FIELD ? item->kids[FIELD_KEY] : NULL;
		const Node *value = key ? item->kids[FIELD_VALUE] : NULL;

		if (item->kind == NODE_LET || item->kind == NODE_ASSERT)
			continue;
		if (!value || (key->kind != NODE_IDENT && key->kind != NODE_STRING))
			return UINT32_MAX;
		for (uint32_t k = 0; k < rule->paths.count; k++) {
			if (!str_eq(last_segment(rule->paths.paths[k]), key->text))
				continue;
			if (value->kind == NODE_NULL)
				continue;
			if (!is_never_null(value))
				return UINT32_MAX;
			if (n < 2)
				ret_keys[n] = key;
			n++;
		}
	}
	return n;
}

static void check_nested_one(Check *c, const Node *e, const SchemaRule *rule)
{
	const Node *keys[2] = {NULL, NULL};
	uint32_t n = count_in(e, rule, keys);
	Str *names;
	Diag *d;

	if (n == UINT32_MAX || n == 1)
		return;
	if (n > 1) {
		if (rule->kind != RULE_AT_LEAST_ONE)
			report_both(c, rule, keys[0], keys[1]);
		return;
	}
	if (rule->kind == RULE_CONFLICTS)
		return;
	names = ARENA_ARRAY(c->arena, Str, rule->paths.count);
	for (uint32_t i = 0; i < rule->paths.count; i++)
		names[i] = last_segment(rule->paths.paths[i]);
	d = diag_add(c->diags, DIAG_MISSING_FIELD, (Span){e->span.begin, e->span.begin + 1},
		"this record needs %s of `%.*s`",
		rule->kind == RULE_EXACTLY_ONE ? "one" : "at least one",
		STR_ARG(str_join(c->diags->arena, names, rule->paths.count, STR("`, `"))));
	diag_fix(d, "add one of them");
}

static void check_nested(Check *c, const Node *e, const SchemaRule *rule, uint32_t depth)
{
	const Type *record = record_type_of(e);

	if (depth == NESTED_DEPTH_MAX || (e->flags & FLAG_POISON))
		return;
	if (record && is_ruled(record, rule))
		check_nested_one(c, e, rule);
	for (uint32_t i = 0; i < e->kid_count; i++) {
		if (e->kids[i])
			check_nested(c, e->kids[i], rule, depth + 1);
	}
}

/* Several providers of one type: each object says which. */
static void check_which_provider(Check *c, const Body *b)
{
	const Node *name = b->symbol->decl->kids[DECL_NAME];
	const Symbol *first = NULL;
	uint32_t n = 0;
	Diag *d;

	for (uint32_t i = 0; b->record && i < b->record->kid_count; i++) {
		const Node *field = b->record->kids[i];
		const Node *key = field->kind == NODE_FIELD ? field->kids[FIELD_KEY] : NULL;

		if (key && key->kind == NODE_KEY_AT && str_eq(key->text, STR("provider")))
			return;
	}
	for (uint32_t i = 0; i < c->providers.len; i++) {
		const Symbol *s = c->providers.ptr[i];
		const Node *type = s->decl->kids[ENTITY_TYPE];

		if (!type || !str_eq(type->text, b->resource->service->provider))
			continue;
		if (n++ == 0)
			first = s;
	}
	if (n < 2)
		return;
	d = diag_add(c->diags, DIAG_UNKNOWN_PROVIDER, name ? name->span : b->symbol->decl->span,
		"there are %u providers of `%.*s`: which one makes `%.*s`?", n,
		STR_ARG(b->resource->service->provider), STR_ARG(b->symbol->name));
	diag_note(d, first->decl->kids[DECL_NAME]->span, "one is declared here");
	diag_fix(d, "add `@provider = %.*s`", STR_ARG(first->name));
}

void body_check_rules(Check *c, Body *b)
{
	if (b->resource && b->resource->service)
		check_which_provider(c, b);
	if (b->is_open)
		return;
	check_required(c, b);
	for (uint32_t i = 0; b->symbol->kind == SYMBOL_RESOURCE && i < b->resource->rule_count;
		i++) {
		const SchemaRule *rule = &b->resource->rules[i];

		check_rule(c, b, rule);
		if (b->record && rule->kind != RULE_WHERE && rule->kind != RULE_REQUIRES &&
			rule->paths.count > 0 && !is_top_level(&rule->paths))
			check_nested(c, b->record, rule, 0);
	}
}
