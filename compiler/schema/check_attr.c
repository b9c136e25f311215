/* The check of attributes: that each has a wire name, that its type fits the member there, that
 * its values are in the model's enum, that something can change it.  Thread: one at a time. */
#include "compiler/schema/check_impl.h"

static const Str normalisers[] = {
	STR_INIT("cidr"),
	STR_INIT("ipproto"),
	STR_INIT("iam_policy"),
	STR_INIT("json"),
	STR_INIT("lower"),
	STR_INIT("upper"),
	STR_INIT("azlocation"),
	STR_INIT("basename"),
	STR_INIT("selflink"),
	STR_INIT("sshkey"),
	STR_INIT("dns"),
	STR_INIT("duration"),
	STR_INIT("url"),
};

static const Str units[] = {
	STR_INIT("B"),
	STR_INIT("kB"),
	STR_INIT("MB"),
	STR_INIT("GB"),
	STR_INIT("TB"),
	STR_INIT("KiB"),
	STR_INIT("MiB"),
	STR_INIT("GiB"),
	STR_INIT("TiB"),
	STR_INIT("ns"),
	STR_INIT("us"),
	STR_INIT("ms"),
	STR_INIT("s"),
	STR_INIT("min"),
	STR_INIT("h"),
	STR_INIT("d"),
	STR_INIT("usd"),
	STR_INIT("cents"),
};

static bool is_one_of(Str name, const Str *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

/* Says whether values of the type can stand for the member as they are. */
static bool fits(const Type *t, const ModelShape *shape)
{
	ModelKind kind = shape->kind;

	t = lower_plain(t);
	if (kind == MODEL_JSON || t->kind == TYPE_JSON || t->kind == TYPE_ERROR)
		return true;
	switch (t->kind) {
	case TYPE_BOOL:
		return kind == MODEL_BOOL;
	case TYPE_INT:
	case TYPE_SIZE:
	case TYPE_DURATION:
		return kind == MODEL_INT || kind == MODEL_FLOAT;
	case TYPE_FLOAT:
	case TYPE_MONEY:
	case TYPE_PRICE:
		return kind == MODEL_FLOAT || kind == MODEL_INT || kind == MODEL_STRING;
	case TYPE_STRING:
	case TYPE_ID:
		return kind == MODEL_STRING || kind == MODEL_BLOB || kind == MODEL_TIMESTAMP;
	case TYPE_LITERAL:
		return (kind == MODEL_STRING && t->literal.kind == VAL_STRING) ||
		       (kind == MODEL_INT && t->literal.kind == VAL_INT) ||
		       (kind == MODEL_BOOL && t->literal.kind == VAL_BOOL);
	case TYPE_UNION:
		return fits(t->members[0], shape);
	case TYPE_LIST:
	case TYPE_SET:
		return kind == MODEL_LIST && fits(t->elem, shape->elem);
	case TYPE_MAP:
		return kind == MODEL_MAP;
	case TYPE_RECORD:
		return kind == MODEL_STRUCTURE;
	default:
		return false;
	}
}

static void check_literals(
	SchemaChecker *c, const SchemaAttr *a, const Type *t, const ModelShape *shape)
{
	t = lower_plain(t);
	if (t->kind == TYPE_LITERAL && t->literal.kind == VAL_STRING)
		check_enum(c, shape, t->literal.as.text, a->at);
	for (uint32_t i = 0; t->kind == TYPE_UNION && i < t->count; i++)
		check_literals(c, a, t->members[i], shape);
	if ((t->kind == TYPE_LIST || t->kind == TYPE_SET) && shape->elem)
		check_literals(c, a, t->elem, shape->elem);
}

/* Checks one side: the map's path or the member of the attribute's name. */
static const ModelShape *check_side(
	SchemaChecker *c, const SchemaAttr *a, const SchemaMap *map, bool is_write)
{
	const LowerShapes *base = &c->lower.record;
	const ModelShape *shape = is_write ? base->write : base->read;
	const ModelMember *m = model_member_snake(c->lower.arena, shape, a->name);

	if (map) {
		check_fns(c, map->fns, map->fn_count, a->at);
		if (!map->path)
			return NULL;
		shape = map->path->is_relative ? shape
			: is_write             ? c->lower.element.write
					       : c->lower.element.read;
		if (map->path->segments[0].kind == SEGMENT_ASPECT) {
			shape = lower_shape_at(&c->lower, map->path, is_write);
			if (!shape && c->lower.model)
				diag_add(c->diags, DIAG_SCHEMA_NAME, a->at,
					"`%.*s` leads to nothing in the model",
					STR_ARG(map->path->text));
		} else {
			shape = check_path(c, shape, map->path, 0, a->at);
		}
		if (map->fn_count > 0 || !shape)
			return NULL;
	} else {
		if (!m)
			return NULL;
		shape = m->shape;
	}
	/* A path that selects elements stands for the list of them. */
	if ((lower_plain(a->type)->kind == TYPE_SET || lower_plain(a->type)->kind == TYPE_LIST) &&
		shape->kind != MODEL_LIST && shape->kind != MODEL_JSON && map)
		return shape;
	if (!fits(a->type, shape))
		diag_add(c->diags, DIAG_SCHEMA_TYPE, a->at,
			"the type of `%.*s` does not fit `%.*s` of the model", STR_ARG(a->name),
			STR_ARG(shape->name));
	else
		check_literals(c, a, a->type, shape);
	return shape;
}

static void check_words(SchemaChecker *c, const SchemaAttr *a)
{
	if (a->norm.len > 0 &&
		!is_one_of(a->norm, normalisers, sizeof(normalisers) / sizeof(normalisers[0])))
		diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, a->at, "there is no normaliser `%.*s`",
			STR_ARG(a->norm));
	if (a->wire.len > 0 && !is_one_of(a->wire, units, sizeof(units) / sizeof(units[0])))
		diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, a->at, "there is no unit `%.*s`",
			STR_ARG(a->wire));
	check_names(c, a->predict);
	check_names(c, a->replace_if);
	check_names(c, a->default_expr);
}

/* E0803 for a default that is none of the values of its own type. */
static void check_default(SchemaChecker *c, const SchemaAttr *a)
{
	const Type *t = lower_plain(a->type);
	bool is_there = false;

	if (!a->has_default || a->default_value.kind != VAL_STRING || t->kind != TYPE_UNION)
		return;
	for (uint32_t i = 0; i < t->count; i++)
		is_there |= t->members[i]->kind != TYPE_LITERAL ||
			    value_eq(t->members[i]->literal, a->default_value);
	if (!is_there)
		diag_add(c->diags, DIAG_SCHEMA_ENUM, a->at,
			"the default of `%.*s` is none of its values", STR_ARG(a->name));
}

static bool has_wire(const SchemaAttr *a)
{
	return a->wire_name.len > 0 || (a->read && a->read->path) ||
	       (a->write_count > 0 && a->writes[0].path);
}

/* A record needs no wire name of its own when its fields carry their own paths. */
static bool is_used(const SchemaChecker *c, const SchemaAttr *a)
{
	const Type *t = lower_plain(a->type);

	if (map_has(c->used, a->name))
		return true;
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++) {
		const SchemaAttr *field = t->fields[i].attr;

		if (!field->read && field->write_count == 0)
			return false;
	}
	return t->kind == TYPE_RECORD;
}

/* Fields of what functions make or take (ports by portmap) are the functions' business. */
static bool is_made_by_functions(const SchemaChecker *c, bool is_top)
{
	return !is_top && !c->lower.record.write && !c->lower.record.read;
}

static void check_fields(SchemaChecker *c, const Type *t, LowerShapes inner);

static void check_attr(SchemaChecker *c, const SchemaAttr *a, bool is_top)
{
	LowerShapes inner;

	check_words(c, a);
	check_default(c, a);
	inner.write = check_side(c, a, a->write_count > 0 ? &a->writes[0] : NULL, true);
	inner.read = check_side(c, a, a->read, false);
	for (uint32_t i = 1; i < a->write_count; i++)
		(void)check_side(c, a, &a->writes[i], true);
	if (c->lower.model && !has_wire(a) && !a->predict && (a->flags & ATTR_LOCAL) == 0 &&
		!(is_top && is_used(c, a)) && !is_made_by_functions(c, is_top)) {
		Diag *d = diag_add(c->diags, DIAG_SCHEMA_NO_WIRE, a->at,
			"`%.*s` has no wire name, and no call, id or rule uses it",
			STR_ARG(a->name));

		diag_fix(d, "write where it stands in requests with `->`, in answers with `<-`");
	}
	check_fields(c, a->type, inner);
}

/* Checks the fields of a record in its shapes; in a list, set or map those of the element. */
static void check_fields(SchemaChecker *c, const Type *t, LowerShapes inner)
{
	LowerShapes record = c->lower.record;
	LowerShapes element = c->lower.element;

	t = lower_plain(t);
	while (t->kind == TYPE_LIST || t->kind == TYPE_SET || t->kind == TYPE_MAP) {
		bool is_list_write = inner.write && inner.write->elem;
		bool is_list_read = inner.read && inner.read->elem;

		inner.write = is_list_write ? inner.write->elem : inner.write;
		inner.read = is_list_read ? inner.read->elem : inner.read;
		c->lower.element = inner;
		t = lower_plain(t->elem);
	}
	c->lower.record = inner;
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++) {
		if (t->fields[i].attr)
			check_attr(c, t->fields[i].attr, false);
	}
	c->lower.record = record;
	c->lower.element = element;
}

/* Says whether `path` is `name` or lies inside it. */
static bool is_within(Str path, Str name)
{
	return str_eq(path, name) || (str_starts(path, name) && path.ptr[name.len] == '.');
}

static bool names_path(SchemaPaths paths, Str path)
{
	for (uint32_t i = 0; i < paths.count; i++) {
		if (is_within(path, paths.paths[i]))
			return true;
	}
	return false;
}

/* Says whether an update, a facet or a sync changes the attribute at `path`. */
static bool can_change(const SchemaResource *r, Str path)
{
	for (uint32_t i = 0; i < r->update_count; i++) {
		if (r->updates[i].is_all || names_path(r->updates[i].paths, path))
			return true;
	}
	for (uint32_t i = 0; i < r->facet_count; i++) {
		if (names_path(r->facets[i].paths, path))
			return true;
	}
	for (uint32_t i = 0; i < r->sync_count; i++) {
		if (is_within(path, r->syncs[i].attr))
			return true;
	}
	return false;
}

/* E0815 for an input that nothing can change; a record's fields are looked at one by one. */
static void check_changeable(SchemaChecker *c, const SchemaAttr *a, Str path)
{
	const Type *t = lower_plain(a->type);
	bool is_replaced = (a->flags & ATTR_REPLACE) && !a->replace_if;
	Diag *d;

	if (is_replaced || (a->flags & (ATTR_OUT | ATTR_LOCAL)) != 0 ||
		can_change(c->resource, path))
		return;
	if (t->kind == TYPE_RECORD && t->count > 0 && t->fields[0].attr) {
		for (uint32_t i = 0; i < t->count; i++)
			check_changeable(c, t->fields[i].attr,
				str_print(c->lower.arena, "%.*s.%.*s", STR_ARG(path),
					STR_ARG(t->fields[i].name)));
		return;
	}
	d = diag_add(c->diags, DIAG_SCHEMA_UNCHANGEABLE, a->at,
		"nothing can change `%.*s` after creation", STR_ARG(path));
	diag_fix(d, "mark it `replace`, or write an `update`, `facet` or `sync` for it");
}

void check_attrs(SchemaChecker *c)
{
	const SchemaResource *r = c->resource;

	for (uint32_t i = 0; i < r->attr_count; i++) {
		check_attr(c, &r->attrs[i], true);
		if (!r->is_lookup_only && r->create)
			check_changeable(c, &r->attrs[i], r->attrs[i].name);
	}
}
