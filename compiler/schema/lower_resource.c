/* Lowering of one resource: its statements first, because the shapes of what the calls take and
 * give tell the attributes their wire names.  Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/check.h"

static bool is_stmt(const Node *n)
{
	return n->kind == NODE_SCHEMA_STMT;
}

/* The text of a string as written, with its `${}`. */
static Str raw_text(const Lower *l, const Node *n)
{
	uint32_t begin = n->span.begin - l->tree->base;
	uint32_t end = n->span.end - l->tree->base;

	return n->kind == NODE_STRING && end > begin + 1
		       ? str_slice(l->tree->text, begin + 1, end - 1)
		       : n->text;
}

static void lower_adopt(Lower *l, SchemaResource *r, const Node *list)
{
	Str *forms;

	if (!list || list->kind != NODE_LIST)
		return;
	forms = ARENA_ARRAY(l->arena, Str, list->kid_count);
	for (uint32_t i = 0; i < list->kid_count; i++)
		forms[r->adopt_count++] = raw_text(l, list->kids[i]);
	r->adopt = forms;
}

static void lower_lets(Lower *l, SchemaResource *r, const Node *block)
{
	SchemaLet *lets = ARENA_ARRAY(l->arena, SchemaLet, block->kid_count);

	for (uint32_t i = BLOCK_FIRST; i < block->kid_count; i++) {
		const Node *kid = block->kids[i];

		if (kid->kind != NODE_LET)
			continue;
		lets[r->let_count].name = node_decl_name(kid);
		lets[r->let_count++].value = lower_expr(l, kid->kids[DECL_VALUE]);
	}
	r->lets = lets;
}

static void lower_settings_of(Lower *l, SchemaResource *r, const Node *block)
{
	ValueEntry *entries = ARENA_ARRAY(l->arena, ValueEntry, block->kid_count);
	uint32_t n = 0;
	SchemaErrorVec errors = {0};
	Str code_path = STR_NONE;

	l->has_words = true;
	for (uint32_t i = BLOCK_FIRST; i < block->kid_count; i++) {
		const Node *kid = block->kids[i];

		if (kid->kind != NODE_FIELD ||
			!lower_const(l, kid->kids[FIELD_VALUE], NULL, &entries[n].value))
			continue;
		entries[n++].key = kid->kids[FIELD_KEY]->text;
	}
	l->has_words = false;
	r->settings = value_map(l->arena, entries, n);
	lower_errors(l, lower_field(block, STR("errors")), &errors, &code_path);
	r->errors = errors.ptr;
	r->error_count = errors.len;
}

void lower_gather_aspects(Lower *l, const SchemaResource *r)
{
	SchemaAspect *all = ARENA_ARRAY(l->arena, SchemaAspect, r->aspect_count + r->facet_count);

	for (uint32_t i = 0; i < r->aspect_count; i++)
		all[i] = r->aspects[i];
	l->aspect_count = r->aspect_count;
	for (uint32_t i = 0; i < r->facet_count; i++) {
		if (r->facets[i].get)
			all[l->aspect_count++] =
				(SchemaAspect){r->facets[i].name, true, r->facets[i].get};
	}
	l->aspects = all;
}

const SchemaCall *lower_first_call(const SchemaSteps *s)
{
	while (s && !s->call)
		s = s->then_steps ? s->then_steps : s->rest;
	return s ? s->call : NULL;
}

const SchemaCall *lower_main_read(const SchemaResource *r)
{
	if (r->read)
		return r->read;
	if (r->batch)
		return r->batch;
	return r->list;
}

static bool names(const SchemaExpr *e, Str name)
{
	if (!e)
		return false;
	if (e->kind == SX_NAME && str_eq(e->name, name))
		return true;
	for (uint32_t i = 0; i < e->count; i++) {
		if (names(e->kids[i], name))
			return true;
	}
	return false;
}

/* The pattern of an id that is nothing but one attribute. */
static Str pattern_of_template(const SchemaExpr *e, const SchemaAttr *const *attrs, uint32_t count)
{
	if (!e || e->kind != SX_TEMPLATE || e->count != 1 || e->kids[0]->kind != SX_NAME)
		return STR_NONE;
	for (uint32_t i = 0; i < count; i++) {
		const Type *t = attrs[i]->type;

		if (str_eq(attrs[i]->name, e->kids[0]->name))
			return t->kind == TYPE_OPTIONAL ? t->elem->pattern : t->pattern;
	}
	return STR_NONE;
}

/* Makes `id`: an attribute of the resource's own id type, read or made of a template. */
static SchemaAttr *make_id(Lower *l, SchemaResource *r, const Node *declared)
{
	SchemaAttr *id = declared ? lower_attr(l, declared) : ARENA_NEW(l->arena, SchemaAttr);
	Type *type = ARENA_NEW(l->arena, Type);

	id->name = STR("id");
	if (declared && id->type->kind == TYPE_STRING)
		r->id_pattern = id->type->pattern;
	*type = *type_named(l->types, TYPE_ID, r->name);
	type->pattern = r->id_pattern;
	id->type = type;
	id->flags = ATTR_OUT;
	if (id->doc.len == 0)
		id->doc = STR("Identifier.");
	if (r->id_template)
		id->predict = r->id_template;
	return id;
}

static void mark_identity(SchemaResource *r, SchemaAttr *a)
{
	const SchemaCall *create = lower_first_call(r->create);

	if (r->id_template && names(r->id_template, a->name))
		a->flags |= ATTR_IDENTITY | ATTR_KNOWN;
	if (create && create->is_http && names(create->url, a->name))
		a->flags |= ATTR_KNOWN;
}

static void lower_attrs(Lower *l, SchemaResource *r, const Node *block)
{
	const SchemaAttr **attrs = ARENA_ARRAY(l->arena, const SchemaAttr *, block->kid_count + 1);
	SchemaAttr *flat;
	const Node *id = NULL;
	uint32_t count = 1;

	for (uint32_t i = BLOCK_FIRST; i < block->kid_count; i++) {
		const Node *kid = block->kids[i];
		SchemaAttr *a;

		if (kid->kind != NODE_SCHEMA_ATTR)
			continue;
		if (str_eq(kid->text, STR("id"))) {
			id = kid;
			continue;
		}
		a = lower_attr(l, kid);
		mark_identity(r, a);
		attrs[count++] = a;
	}
	r->id_pattern = pattern_of_template(r->id_template, attrs + 1, count - 1);
	attrs[0] = make_id(l, r, id);
	flat = ARENA_ARRAY(l->arena, SchemaAttr, count);
	for (uint32_t i = 0; i < count; i++) {
		flat[i] = *attrs[i];
		attrs[i] = &flat[i];
	}
	r->attrs = flat;
	r->attr_count = count;
	r->type = type_record(l->types, lower_fields(l, attrs, count), count, NULL);
}

static bool has_true(Value settings, Str name)
{
	const Value *v = value_find(settings, name);

	return v && v->kind == VAL_BOOL && v->as.boolean;
}

SchemaResource *lower_resource(Lower *l, const SchemaService *service, const Node *block)
{
	SchemaResource *r = ARENA_NEW(l->arena, SchemaResource);
	const Node *id = lower_field(block, STR("id"));
	const Node *lift = lower_field(block, STR("lift"));
	const SchemaCall *read;
	const SchemaCall *create;

	CHECK(service);
	r->name = block->kids[BLOCK_NAME]->text;
	r->doc = block->kids[BLOCK_DOC] ? block->kids[BLOCK_DOC]->text : STR_NONE;
	r->service = service;
	r->revision = 1;
	l->block = block;
	lower_settings_of(l, r, block);
	lower_lets(l, r, block);
	lower_adopt(l, r, lower_field(block, STR("adopt")));
	r->id_template = lower_expr(l, id);
	r->lift = lift ? lift->text : STR_NONE;
	for (uint32_t i = BLOCK_FIRST; i < block->kid_count; i++) {
		if (is_stmt(block->kids[i]))
			lower_stmt(l, r, block->kids[i]);
	}
	lower_gather_aspects(l, r);
	create = lower_first_call(r->create);
	read = lower_main_read(r);
	l->lift = r->lift;
	l->record.write = create ? lower_input(l, create) : NULL;
	l->record.read = read ? lower_answer(l, read) : NULL;
	l->element = l->record;
	lower_attrs(l, r, block);
	r->is_lookup_only = has_true(r->settings, STR("lookup")) ||
			    (!r->create && !str_eq(service->protocol, STR("native")));
	return r;
}
