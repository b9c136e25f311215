/* Lowering of types and attributes: flags, defaults, wire names.
 *
 * A record's fields are lowered in the shapes of the record itself, so that each field finds its
 * wire name in the model; hence a declared type is lowered anew wherever it is used.
 * Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/quantity.h"

enum { NAMED_DEPTH_MAX = 16 }; /* named types inside named types */

static const Type *type_error(Lower *l)
{
	return type_simple(l->types, TYPE_ERROR);
}

static const Type *lower_literal(Lower *l, const Node *n)
{
	Value v;

	if (!lower_const(l, n->kids[0], NULL, &v) ||
		(v.kind != VAL_STRING && v.kind != VAL_INT && v.kind != VAL_BOOL)) {
		diag_add(l->diags, DIAG_SCHEMA_SYNTAX, n->span, "this literal is no type");
		return type_error(l);
	}
	return type_literal(l->types, v);
}

static const Type *lower_record_type(Lower *l, const Node *n)
{
	const SchemaAttr **attrs = ARENA_ARRAY(l->arena, const SchemaAttr *, n->kid_count);
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->kid_count; i++) {
		if (n->kids[i]->kind == NODE_SCHEMA_ATTR)
			attrs[count++] = lower_attr(l, n->kids[i]);
		else
			diag_add(l->diags, DIAG_SCHEMA_SYNTAX, n->kids[i]->span,
				"a record type of a schema holds attributes only");
	}
	return type_record(l->types, lower_fields(l, attrs, count), count, NULL);
}

const TypeField *lower_fields(Lower *l, const SchemaAttr *const *attrs, uint32_t count)
{
	TypeField *fields = ARENA_ARRAY(l->arena, TypeField, count);

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (str_eq(attrs[k]->name, attrs[i]->name))
				diag_add(l->diags, DIAG_DUPLICATE_NAME, attrs[i]->at,
					"`%.*s` is declared twice", STR_ARG(attrs[i]->name));
		}
		fields[i] = (TypeField){
			.name = attrs[i]->name,
			.type = attrs[i]->type,
			.doc = attrs[i]->doc,
			.has_default = attrs[i]->has_default,
			.default_value = attrs[i]->default_value,
			.attr = attrs[i],
		};
	}
	return fields;
}

/* Puts the refinements behind a type's name onto a copy of it. */
static const Type *refine(Lower *l, const Type *t, const Node *refines)
{
	Type *copy;

	if (!refines || t->kind == TYPE_ERROR)
		return t;
	copy = ARENA_NEW(l->arena, Type);
	*copy = *t;
	for (uint32_t i = 0; i < refines->kid_count; i++) {
		const Node *r = refines->kids[i];
		bool ok = true;

		if (r->kind == NODE_STRING) {
			copy->pattern = r->text;
		} else if (r->kind == NODE_IDENT) {
			copy->is_unique = ok = str_eq(r->text, STR("unique"));
		} else if (r->kind == NODE_RANGE) {
			ok = !r->kids[0] || lower_const(l, r->kids[0], t, &copy->min);
			ok = ok && (!r->kids[1] || lower_const(l, r->kids[1], t, &copy->max));
		} else {
			ok = lower_const(l, r, t, &copy->min);
			copy->max = copy->min;
		}
		if (!ok)
			diag_add(l->diags, DIAG_SCHEMA_UNKNOWN, r->span, "an unknown refinement");
	}
	return copy;
}

/* The element's shapes, for the type argument of a list, set or map. */
static LowerShapes element_of(LowerShapes s)
{
	LowerShapes e = {NULL, NULL};

	if (s.write && (s.write->kind == MODEL_LIST || s.write->kind == MODEL_MAP))
		e.write = s.write->elem;
	if (s.read && (s.read->kind == MODEL_LIST || s.read->kind == MODEL_MAP))
		e.read = s.read->elem;
	/* A path that selects (`[?E]`) is at the element already. */
	if (s.read && s.read->kind == MODEL_STRUCTURE)
		e.read = s.read;
	return e;
}

static const Type *lower_element(Lower *l, const Node *n)
{
	LowerShapes record = l->record;
	LowerShapes element = l->element;
	const Type *t;

	l->record = l->element = element_of(record);
	t = lower_type(l, n);
	l->record = record;
	l->element = element;
	return t;
}

/* list<T> set<T> map<K, V> range<T> id<path>; NULL: none of them. */
static const Type *lower_generic(Lower *l, Str name, const Node *args)
{
	TypeKind kind = TYPE_KIND_COUNT;

	if (args->kid_count == 2 && str_eq(name, STR("map")))
		return type_map(
			l->types, lower_type(l, args->kids[0]), lower_element(l, args->kids[1]));
	if (args->kid_count != 1)
		return NULL;
	if (str_eq(name, STR("id")) && args->kids[0]->kind == NODE_TYPE_NAME)
		return type_named(l->types, TYPE_ID, args->kids[0]->kids[0]->text);
	if (str_eq(name, STR("list")))
		kind = TYPE_LIST;
	else if (str_eq(name, STR("set")))
		kind = TYPE_SET;
	else if (str_eq(name, STR("range")))
		kind = TYPE_RANGE;
	else
		return NULL;
	return type_wrap(l->types, kind, lower_element(l, args->kids[0]));
}

static const Type *lower_name(Lower *l, const Node *n)
{
	Str name = n->kids[0]->text;
	const Type *t = NULL;

	if (n->kids[1])
		t = lower_generic(l, name, n->kids[1]);
	else
		t = type_by_name(l->types, name);
	if (!t && !n->kids[1] && l->depth < NAMED_DEPTH_MAX) {
		l->depth++;
		t = schemas_named_type(l, name);
		l->depth--;
	}
	if (!t) {
		diag_add(l->diags, DIAG_SCHEMA_UNKNOWN, n->span, "there is no type `%.*s`",
			STR_ARG(name));
		return type_error(l);
	}
	return refine(l, t, n->kids[2]);
}

static const Type *lower_union(Lower *l, const Node *n)
{
	const Type **members = ARENA_ARRAY(l->arena, const Type *, n->kid_count);

	for (uint32_t i = 0; i < n->kid_count; i++)
		members[i] = lower_type(l, n->kids[i]);
	return type_union(l->types, members, n->kid_count);
}

const Type *lower_type(Lower *l, const Node *n)
{
	if (!n)
		return type_error(l);
	switch ((NodeKind)n->kind) {
	case NODE_TYPE_UNION:
		return lower_union(l, n);
	case NODE_TYPE_OPTIONAL:
		return type_wrap(l->types, TYPE_OPTIONAL, lower_type(l, n->kids[0]));
	case NODE_TYPE_SECRET:
		return type_wrap(l->types, TYPE_SECRET, lower_type(l, n->kids[0]));
	case NODE_TYPE_KNOWN:
		return type_wrap(l->types, TYPE_KNOWN, lower_type(l, n->kids[0]));
	case NODE_TYPE_NAME:
		return lower_name(l, n);
	case NODE_TYPE_LITERAL:
		return lower_literal(l, n);
	case NODE_TYPE_RECORD:
		return lower_record_type(l, n);
	default:
		diag_add(l->diags, DIAG_SCHEMA_SYNTAX, n->span,
			"this type cannot stand in a schema");
		return type_error(l);
	}
}

static const struct {
	Str word;
	uint32_t flag;
} flag_words[] = {
	{STR_INIT("computed"), ATTR_COMPUTED},
	{STR_INIT("out"), ATTR_OUT},
	{STR_INIT("write_only"), ATTR_WRITE_ONLY},
	{STR_INIT("digest"), ATTR_DIGEST},
	{STR_INIT("local"), ATTR_LOCAL},
	{STR_INIT("auto"), ATTR_AUTO},
	{STR_INIT("nokey"), ATTR_NOKEY},
	{STR_INIT("provider"), ATTR_PROVIDER},
	{STR_INIT("replace"), ATTR_REPLACE},
	{STR_INIT("unique"), ATTR_UNIQUE},
};

static void lower_env(Lower *l, SchemaAttr *a, const Node *list)
{
	Str *names = ARENA_ARRAY(l->arena, Str, list->kid_count);

	for (uint32_t i = 0; i < list->kid_count; i++)
		names[i] = list->kids[i]->text;
	a->env = names;
	a->env_count = list->kid_count;
}

static void lower_flag(Lower *l, SchemaAttr *a, const Node *n)
{
	for (size_t i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++) {
		if (str_eq(n->text, flag_words[i].word))
			a->flags |= flag_words[i].flag;
	}
	if (!n->kids[0])
		return;
	if (str_eq(n->text, STR("replace")))
		a->replace_if = lower_expr(l, n->kids[0]);
	else if (str_eq(n->text, STR("predict")))
		a->predict = lower_expr(l, n->kids[0]);
	else if (str_eq(n->text, STR("norm")))
		a->norm = n->kids[0]->text;
	else if (str_eq(n->text, STR("wire")))
		a->wire = n->kids[0]->text;
	else if (str_eq(n->text, STR("env")))
		lower_env(l, a, n->kids[0]);
	else if (str_eq(n->text, STR("deprecated")) && n->kids[0]->kid_count > 0)
		a->deprecated = n->kids[0]->kids[0]->text;
}

static SchemaMap lower_map(Lower *l, const Node *n)
{
	SchemaMap m = {.path = lower_path(l, n->kids[0]), .cond = lower_expr(l, n->kids[1])};

	m.fns = lower_fns(l, n, 2, &m.fn_count);
	return m;
}

static void lower_maps(Lower *l, SchemaAttr *a, const Node *n)
{
	SchemaMap *writes = ARENA_ARRAY(l->arena, SchemaMap, n->kid_count);

	for (uint32_t i = ATTR_NODE_FIRST; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind != NODE_SCHEMA_MAP)
			continue;
		if (!str_eq(kid->text, STR("<-")))
			writes[a->write_count++] = lower_map(l, kid);
		if (!str_eq(kid->text, STR("->"))) {
			SchemaMap *read = ARENA_NEW(l->arena, SchemaMap);

			*read = lower_map(l, kid);
			a->read = read;
		}
	}
	a->writes = a->write_count > 0 ? writes : NULL;
}

/* The name by the file's rule, where no model tells it. */
static Str name_by_rule(Lower *l, Str snake)
{
	bool is_pascal = str_eq(l->names, STR("pascal"));
	char *out;
	size_t len = 0;

	if (!is_pascal && !str_eq(l->names, STR("camel")))
		return snake;
	out = ARENA_ARRAY(l->arena, char, snake.len + 1);
	for (size_t i = 0; i < snake.len; i++) {
		bool is_first = is_pascal ? i == 0 || snake.ptr[i - 1] == '_'
					  : i > 0 && snake.ptr[i - 1] == '_';
		char c = snake.ptr[i];

		if (c == '_')
			continue;
		out[len++] = is_first && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return (Str){out, len};
}

static bool is_text(const ModelShape *s)
{
	return s && s->kind != MODEL_STRUCTURE;
}

/* Finds the attribute's member by name on both sides; with `lift`, there first on the read side. */
static void find_members(
	Lower *l, SchemaAttr *a, const ModelMember **ret_write, const ModelMember **ret_read)
{
	const ModelMember *lifted = l->lift.len > 0 && l->record.read == l->element.read
					    ? model_member(l->record.read, l->lift)
					    : NULL;

	*ret_write = model_member_snake(l->arena, l->record.write, a->name);
	*ret_read = lifted ? model_member_snake(l->arena, lifted->shape, a->name) : NULL;
	if (!*ret_read)
		*ret_read = model_member_snake(l->arena, l->record.read, a->name);
	if (*ret_write)
		a->wire_name = (*ret_write)->name;
	else if (*ret_read)
		a->wire_name = (*ret_read)->name;
	else if (!l->model || is_text(l->record.write) || is_text(l->record.read))
		a->wire_name = is_text(l->record.write) || is_text(l->record.read)
				       ? a->name
				       : name_by_rule(l, a->name);
}

/* The shape that one side of a map leads to: JSON where functions stand between. */
static const ModelShape *mapped_shape(const Lower *l, const SchemaMap *m, bool is_write)
{
	static const ModelShape json = {.kind = MODEL_JSON};

	if (!m->path)
		return NULL;
	return m->fn_count > 0 ? &json : lower_shape_at(l, m->path, is_write);
}

/* Lowers the type in the shapes that the attribute stands for. */
static void lower_attr_type(Lower *l, SchemaAttr *a, const Node *n)
{
	LowerShapes record = l->record;
	const ModelMember *write;
	const ModelMember *read;
	LowerShapes inner;

	find_members(l, a, &write, &read);
	inner.write = a->write_count > 0 ? mapped_shape(l, &a->writes[0], true)
		      : write            ? write->shape
					 : NULL;
	inner.read = a->read ? mapped_shape(l, a->read, false) : read ? read->shape : NULL;
	l->record = inner;
	a->type = lower_type(l, n);
	l->record = record;
}

/* Puts the unit on the quantity inside an attribute's type. */
static const Type *with_unit(Lower *l, const Type *t, Str unit)
{
	Type *copy = ARENA_NEW(l->arena, Type);

	*copy = *t;
	if (t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN || t->kind == TYPE_SECRET)
		copy->elem = with_unit(l, t->elem, unit);
	else
		copy->unit = unit;
	return copy;
}

static bool has_kind(const Type *t, TypeKind kind)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN || t->kind == TYPE_SECRET) {
		if (t->kind == kind)
			return true;
		t = t->elem;
	}
	return t->kind == kind;
}

/* Says whether a type has `secret` somewhere inside. */
static bool has_secret(const Type *t)
{
	if (!t)
		return false;
	if (t->kind == TYPE_SECRET)
		return true;
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		if (has_secret(t->fields[i].type))
			return true;
	for (uint32_t i = 0; t->kind == TYPE_UNION && i < t->count; i++)
		if (has_secret(t->members[i]))
			return true;
	return has_secret(t->elem);
}

static void lower_default(Lower *l, SchemaAttr *a, const Node *n)
{
	if (!n)
		return;
	if (lower_const(l, n, a->type, &a->default_value))
		a->has_default = true;
	else
		a->default_expr = lower_expr(l, n);
}

/* Fills in what follows from the type: flags, the normaliser that a format implies. */
static void imply(SchemaAttr *a)
{
	const uint32_t optional = ATTR_COMPUTED | ATTR_OUT | ATTR_AUTO | ATTR_PROVIDER;
	const Type *plain = lower_plain(a->type);

	if (has_kind(a->type, TYPE_SECRET))
		a->flags |= ATTR_SECRET | ATTR_DIGEST;
	else if (has_secret(a->type))
		a->flags |= ATTR_HIDES;
	if (has_kind(a->type, TYPE_KNOWN))
		a->flags |= ATTR_KNOWN;
	if (!has_kind(a->type, TYPE_OPTIONAL) && !a->has_default && !a->default_expr &&
		(a->flags & optional) == 0 && a->env_count == 0 && a->type->kind != TYPE_ERROR)
		a->flags |= ATTR_REQUIRED;
	if (a->norm.len > 0)
		return;
	if (plain->kind == TYPE_STRING && plain->format == FORMAT_CIDR)
		a->norm = STR("cidr");
	else if (plain->kind == TYPE_JSON)
		a->norm = STR("json");
}

SchemaAttr *lower_attr(Lower *l, const Node *n)
{
	SchemaAttr *a = ARENA_NEW(l->arena, SchemaAttr);

	a->name = n->text;
	a->at = n->kids[ATTR_NODE_KEY]->span;
	if (n->kids[ATTR_NODE_DOC])
		a->doc = n->kids[ATTR_NODE_DOC]->text;
	lower_maps(l, a, n);
	lower_attr_type(l, a, n->kids[ATTR_NODE_TYPE]);
	lower_default(l, a, n->kids[ATTR_NODE_DEFAULT]);
	for (uint32_t i = ATTR_NODE_FIRST; i < n->kid_count; i++) {
		if (n->kids[i]->kind == NODE_SCHEMA_FLAG)
			lower_flag(l, a, n->kids[i]);
	}
	if (a->wire.len > 0)
		a->type = with_unit(l, a->type, a->wire);
	imply(a);
	return a;
}
