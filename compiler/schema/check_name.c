/* The check of names inside expressions: attributes and their fields, answers that a `let` or an
 * aspect holds, functions.  Thread: one at a time. */
#include "compiler/schema/check_impl.h"

/* Names that mean something in calls without being declared (providers.md, 2.5). */
static const Str given_names[] = {
	STR_INIT("id"),
	STR_INIT("obj"),
	STR_INIT("it"),
	STR_INIT("old"),
	STR_INIT("put"),
	STR_INIT("del"),
	STR_INIT("add"),
	STR_INIT("mod"),
	STR_INIT("batch"),
	STR_INIT("self"),
	STR_INIT("partition"),
};

static bool is_given(Str name)
{
	for (size_t i = 0; i < sizeof(given_names) / sizeof(given_names[0]); i++) {
		if (str_eq(given_names[i], name))
			return true;
	}
	return false;
}

static bool is_setting(const SchemaService *service, Str name)
{
	for (uint32_t i = 0; i < service->setting_count; i++) {
		if (str_eq(service->settings[i].name, name))
			return true;
	}
	return false;
}

static const CheckLet *find_let(const SchemaChecker *c, Str name)
{
	for (uint32_t i = c->lets.len; i > 0; i--) {
		if (str_eq(c->lets.ptr[i - 1].name, name))
			return &c->lets.ptr[i - 1];
	}
	return NULL;
}

static void unknown_name(SchemaChecker *c, Str name, Span at)
{
	const SchemaResource *r = c->resource;
	Str *names = ARENA_ARRAY(c->lower.arena, Str, r->attr_count);
	Diag *d = diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, at, "`%.*s` is no attribute of `%.*s`",
		STR_ARG(name), STR_ARG(r->name));
	Str near;

	for (uint32_t i = 0; i < r->attr_count; i++)
		names[i] = r->attrs[i].name;
	near = str_nearest(name, names, r->attr_count);
	if (near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
}

/* The type of a member of a value of type `t`; E0808 if it has none of that name. */
static const Type *member_type(SchemaChecker *c, const Type *t, Str name, Span at)
{
	const SchemaResource *other = NULL;
	const SchemaAttr *a;

	t = lower_plain(t);
	if (t && t->kind == TYPE_ID)
		other = schemas_resource(c->lower.schemas, t->name);
	if (other) {
		a = schema_attr(other, name);
		if (!a)
			diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, at,
				"`%.*s` has no attribute `%.*s`", STR_ARG(t->name), STR_ARG(name));
		return a ? a->type : NULL;
	}
	if (!t || t->kind != TYPE_RECORD)
		return NULL;
	if (!type_field(t, name))
		diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, at, "this record has no field `%.*s`",
			STR_ARG(name));
	return type_field(t, name) ? type_field(t, name)->type : NULL;
}

/* What an expression stands for: an attribute's type, or the shape of an answer. */
typedef struct Meaning {
	const Type *type;
	const ModelShape *shape;
} Meaning;

static Meaning check_expr(SchemaChecker *c, const SchemaExpr *e);

static const ModelShape *aspect_shape(SchemaChecker *c, const SchemaExpr *e)
{
	for (uint32_t i = 0; i < c->lower.aspect_count; i++) {
		if (str_eq(c->lower.aspects[i].name, e->name))
			return lower_answer(&c->lower, c->lower.aspects[i].call);
	}
	diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, e->at, "there is no aspect `@%.*s`",
		STR_ARG(e->name));
	return NULL;
}

static Meaning check_plain_name(SchemaChecker *c, const SchemaExpr *e)
{
	const SchemaAttr *a = schema_attr(c->resource, e->name);
	const CheckLet *let = find_let(c, e->name);
	Meaning m = {NULL, NULL};

	if (c->used)
		map_put(c->used, e->name, c);
	if (let)
		m.shape = let->shape;
	else if (str_eq(e->name, STR("obj")))
		m.shape = c->lower.element.read;
	else if (str_eq(e->name, STR("it")))
		m.type = c->item;
	else if (str_eq(e->name, STR("old")) && !c->item)
		m.type = c->resource->type;
	else if (a && !str_eq(e->name, STR("id")))
		m.type = a->type;
	else if (!is_given(e->name) && !is_setting(c->resource->service, e->name))
		unknown_name(c, e->name, e->at);
	return m;
}

/* Of a list or map the element. */
static Meaning element(Meaning m)
{
	const Type *t = lower_plain(m.type);

	m.type = t && (t->kind == TYPE_LIST || t->kind == TYPE_SET || t->kind == TYPE_MAP) ? t->elem
											   : NULL;
	m.shape = m.shape && m.shape->elem ? m.shape->elem : NULL;
	return m;
}

static Meaning check_expr(SchemaChecker *c, const SchemaExpr *e)
{
	const Meaning nothing = {NULL, NULL};
	const ModelMember *found;
	Meaning m;

	if (!e)
		return nothing;
	switch (e->kind) {
	case SX_NAME:
		return check_plain_name(c, e);
	case SX_ASPECT:
		m.type = NULL;
		m.shape = aspect_shape(c, e);
		return m;
	case SX_EACH:
	case SX_FILTER: /* names inside `[?E]` are the elements' */
		m = check_expr(c, e->kids[0]);
		return m.shape && m.shape->kind == MODEL_STRUCTURE ? m : element(m);
	case SX_INDEX:
		(void)check_expr(c, e->kids[1]);
		m = check_expr(c, e->kids[0]);
		return m.shape && m.shape->kind == MODEL_STRUCTURE ? m : element(m);
	case SX_MEMBER:
		m = check_expr(c, e->kids[0]);
		m.type = m.type ? member_type(c, m.type, e->name, e->at) : NULL;
		found = m.shape ? model_member(m.shape, e->name) : NULL;
		if (m.shape && !found && m.shape->kind == MODEL_STRUCTURE)
			check_no_member(c, m.shape, e->name, e->at);
		m.shape = found ? found->shape : NULL;
		return m;
	case SX_CALL:
		check_function(c, e->name, e->at);
		break;
	default:
		break;
	}
	for (uint32_t i = 0; i < e->count; i++)
		(void)check_expr(c, e->kids[i]);
	return nothing;
}

void check_names(SchemaChecker *c, const SchemaExpr *e)
{
	(void)check_expr(c, e);
}

void check_attr_path(SchemaChecker *c, Str path, Span at)
{
	Str part = str_cut(&path, STR("."));
	const SchemaAttr *a = schema_attr(c->resource, part);
	const Type *t = a ? a->type : NULL;

	if (!a)
		unknown_name(c, part, at);
	else if (c->used)
		map_put(c->used, a->name, c);
	while (t && path.len > 0) {
		part = str_cut(&path, STR("."));
		t = member_type(c, t, part, at);
	}
}
