/* Which attributes are set only after an object was created (providers.md, 4.6): read off the
 * type's statements, never listed.  Whatever is in doubt counts as part of the create.  Pure. */
#include "compiler/schema/schema.h"

static bool late_mentions(const SchemaExpr *e, Str name)
{
	if (!e)
		return false;
	if (e->kind == SX_NAME && str_eq(e->name, name))
		return true;
	for (uint32_t i = 0; i < e->count; i++)
		if (late_mentions(e->kids[i], name))
			return true;
	return false;
}

static const Type *late_bare(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	return t;
}

/* Says whether a call names the attribute. */
static bool late_asks(const SchemaCall *c, Str name)
{
	return c && (late_mentions(c->url, name) || late_mentions(c->args, name) ||
			    late_mentions(c->query, name) || late_mentions(c->body, name) ||
			    late_mentions(c->on_expr, name) || late_mentions(c->cond, name) ||
			    late_asks(c->mend_call, name) || late_asks(c->empty_list, name) ||
			    late_asks(c->empty_remove, name));
}

/* Says whether one of the attributes inside has a place of its own in requests. */
static bool late_has_paths(const Type *type)
{
	const Type *t = late_bare(type);

	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		for (uint32_t j = 0; t->fields[i].attr && j < t->fields[i].attr->write_count; j++)
			if (t->fields[i].attr->writes[j].path)
				return true;
	return false;
}

/* Says whether a create's call carries the attribute: by a path, or under its own name. */
static bool late_carries(const SchemaCall *c, const SchemaAttr *attr)
{
	const ModelShape *input = c->operation ? c->operation->input : NULL;

	for (uint32_t i = 0; i < attr->write_count; i++)
		if (attr->writes[i].path)
			return true;
	if (late_has_paths(attr->type))
		return true;
	return attr->write_count == 0 && (!input || model_member(input, attr->wire_name));
}

static bool late_in_steps(const SchemaSteps *s, const SchemaAttr *attr)
{
	return s && (late_mentions(s->cond, attr->name) ||
			    (s->call && (late_carries(s->call, attr) ||
						late_asks(s->call, attr->name))) ||
			    late_in_steps(s->then_steps, attr) ||
			    late_in_steps(s->else_steps, attr) || late_in_steps(s->rest, attr));
}

static bool late_in_create(const SchemaResource *r, const SchemaAttr *attr)
{
	if (late_in_steps(r->create, attr) || late_mentions(r->id_template, attr->name))
		return true;
	for (uint32_t i = 0; i < r->let_count; i++) /* a create may speak of it by another name */
		if (late_mentions(r->lets[i].value, attr->name))
			return true;
	for (uint32_t i = 0; i < r->before_create_count; i++)
		if (late_mentions(r->before_create[i].value, attr->name) ||
			late_asks(r->before_create[i].call, attr->name))
			return true;
	return false;
}

/* Says whether a path of the list is the attribute or lies inside it. */
static bool late_names(const SchemaPaths *paths, Str name)
{
	for (uint32_t i = 0; i < paths->count; i++) {
		Str rest = paths->paths[i];

		if (str_eq(str_cut(&rest, STR(".")), name))
			return true;
	}
	return false;
}

static bool late_can_change(const SchemaResource *r, Str name)
{
	for (uint32_t i = 0; i < r->update_count; i++)
		if (!r->updates[i].is_create &&
			(r->updates[i].is_all || late_names(&r->updates[i].paths, name)))
			return true;
	for (uint32_t i = 0; i < r->facet_count; i++)
		if (r->facets[i].put && late_names(&r->facets[i].paths, name))
			return true;
	for (uint32_t i = 0; i < r->sync_count; i++)
		if (str_eq(r->syncs[i].attr, name))
			return true;
	return false;
}

/* Says whether a change of a part of it would mean a new object. */
static bool late_replaces(const Type *type)
{
	const Type *t = late_bare(type);

	while (t->kind == TYPE_LIST || t->kind == TYPE_SET || t->kind == TYPE_MAP)
		t = late_bare(t->elem);
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		if (t->fields[i].attr && t->fields[i].attr->flags & ATTR_REPLACE)
			return true;
	return false;
}

bool schema_attr_is_late(const SchemaResource *r, const SchemaAttr *attr)
{
	const uint32_t never = ATTR_OUT | ATTR_WRITE_ONLY | ATTR_DIGEST | ATTR_LOCAL | ATTR_AUTO |
			       ATTR_PROVIDER | ATTR_REPLACE | ATTR_KNOWN | ATTR_SECRET |
			       ATTR_IDENTITY | ATTR_HIDES;

	return r->create && !(attr->flags & never) && late_can_change(r, attr->name) &&
	       !late_replaces(attr->type) && !late_in_create(r, attr);
}

bool schema_attr_can_be_empty(const SchemaAttr *attr)
{
	const Type *t = late_bare(attr->type);

	return attr->type->kind == TYPE_OPTIONAL || t->kind == TYPE_LIST || t->kind == TYPE_SET ||
	       t->kind == TYPE_MAP;
}
