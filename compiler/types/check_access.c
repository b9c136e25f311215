/* Access: `a.b`, `a?.b`, `a[k]`, and names of imported modules. */
#include "compiler/types/checker.h"

static void print_type(Check *c, const Type *t, Str *ret)
{
	Buf b;

	buf_init(&b, 1 << 16);
	type_print(&b, t);
	*ret = str_copy(c->diags->arena, buf_str(&b));
	buf_fini(&b);
}

static void collect_fields(Check *c, const Type *t, StrVec *names)
{
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		vec_add(c->facts, names, t->fields[i].name);
}

static void report_keyed(Check *c, const Node *e, const Fact *object)
{
	const Node *name = e->kids[1];
	bool has_keys = object->detail && object->detail->has_all_keys && object->detail->count;
	Str text;
	Diag *d;

	print_type(c, object->type, &text);
	if (type_plain(object->type)->kind == TYPE_MAP &&
		(!has_keys || fact_field(object, name->text)) &&
		type_plain(type_plain(object->type)->elem)->kind != TYPE_OBJECT) {
		d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, name->span,
			"the elements of a map are not fields");
		diag_fix(d, "write the key in brackets: `[\"%.*s\"]`", STR_ARG(name->text));
		diag_edit(d, (Span){e->kids[0]->span.end, name->span.end},
			str_print(c->diags->arena, "[\"%.*s\"]", STR_ARG(name->text)));
		return;
	}
	d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, name->span,
		"a `%.*s` has no fields: which element's `%.*s` is meant?", STR_ARG(text),
		STR_ARG(name->text));
	if (type_plain(object->type)->kind != TYPE_MAP) {
		diag_fix(d, "name the element: `[0].%.*s`, or take all: `[for x in ... => x.%.*s]`",
			STR_ARG(name->text), STR_ARG(name->text));
		return;
	}
	diag_fix(d,
		"name the element: `[\"%.*s\"].%.*s`, or take all: "
		"`[for key, x in ... => x.%.*s]`",
		STR_ARG(has_keys ? object->detail->fields[0].name : STR("key")),
		STR_ARG(name->text), STR_ARG(name->text));
}

/* No such member: the words depend on what the object is. */
static void report_member(Check *c, const Node *e, const Fact *object, const Type *fields)
{
	const Node *name = e->kids[1];
	const Type *plain = type_plain(object->type);
	StrVec names = {0};
	Str text, nearest;
	Diag *d;

	if (plain->kind == TYPE_MAP || plain->kind == TYPE_LIST || plain->kind == TYPE_SET) {
		report_keyed(c, e, object);
		return;
	}
	if (plain->kind == TYPE_GPUS && str_eq(name->text, STR("memory"))) {
		diag_add(c->diags, DIAG_NOT_SUPPORTED, name->span,
			"the memory of GPUs is not supported yet");
		return;
	}
	print_type(c, plain, &text);
	if (plain->kind == TYPE_RECORD && plain->name.len == 0)
		text = STR("this record");
	d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, name->span, "%s%.*s%s has no field `%.*s`",
		str_eq(text, STR("this record")) ? "" : "`", STR_ARG(text),
		str_eq(text, STR("this record")) ? "" : "`", STR_ARG(name->text));
	if (diag_list_is_full(c->diags))
		return;
	diag_label(d, "unknown field");
	collect_fields(c, fields ? fields : plain, &names);
	nearest = str_nearest(name->text, names.ptr, names.len);
	if (nearest.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
		diag_edit(d, name->span, nearest);
	} else if (plain->kind == TYPE_JSON) {
		diag_fix(d, "json is opaque: decode it into a record first");
	} else if (names.len > 0 && names.len <= 12) {
		Str all = str_join(c->diags->arena, names.ptr, names.len, STR("`, `"));

		diag_fix(d, "it has `%.*s`", STR_ARG(all));
	}
}

/* A field that all members of a union have, with all the types it has; NULL: some lack it. */
static const Type *union_member(Check *c, const Type *u, Str name)
{
	const Type **types = ARENA_ARRAY(c->arena, const Type *, u->count);

	for (uint32_t i = 0; i < u->count; i++) {
		const Type *member = type_plain(u->members[i]);

		types[i] = member->kind == TYPE_RECORD ? type_member(c->types, member, name) : NULL;
		if (!types[i])
			return NULL;
	}
	return type_union(c->types, types, u->count);
}

/* Some records of a union have the field: which one it is must be asked first. */
static bool report_union(Check *c, const Node *e, const Type *u)
{
	Str name = e->kids[1]->text, field;
	bool is_somewhere = false;
	Diag *d;

	for (uint32_t i = 0; u->kind == TYPE_UNION && i < u->count; i++)
		is_somewhere |= type_field(type_plain(u->members[i]), name) != NULL;
	if (!is_somewhere)
		return false;
	d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, e->kids[1]->span,
		"only some of the records that this may be have a field `%.*s`", STR_ARG(name));
	if (type_discriminator(u, &field))
		diag_fix(d, "ask first which it is: `match x.%.*s { ... }`", STR_ARG(field));
	return true;
}

/* The fact of `object.name`; NULL type: reported. */
static Fact member_of(Check *c, Node *e, const Fact *object, const Type *type)
{
	Str name = e->kids[1]->text;
	const Fact *known;
	const Type *member;
	Fact f;

	if (type->kind == TYPE_OBJECT) {
		const SchemaResource *r = schemas_resource(c->program->schemas, type->name);
		const SchemaAttr *attr = r ? schema_attr(r, name) : NULL;

		if (attr)
			return fact_attr(c, object, r, attr, e);
		report_member(c, e, object, r ? r->type : NULL);
		return fact_error(c);
	}
	member = type->kind == TYPE_MAP     ? NULL
		 : type->kind == TYPE_UNION ? union_member(c, type, name)
					    : type_member(c->types, type, name);
	if (!member) {
		if (!report_union(c, e, type))
			report_member(c, e, object, NULL);
		return fact_error(c);
	}
	known = fact_field(object, name);
	f = known ? *known : fact_part(object, member);
	if (!known && object->detail && object->detail->has_all_keys)
		f.phase = f.shape = PHASE_CONST; /* not written: its default */
	f.type = member;
	return f;
}

static bool is_safe(const Node *e)
{
	return (e->flags & FLAG_SAFE) != 0;
}

static void report_optional(Check *c, const Node *e, const Fact *object)
{
	const Node *of = e->kids[0];
	Str text;
	Diag *d;

	print_type(c, object->type, &text);
	d = diag_add(c->diags, DIAG_MAY_BE_NULL, of->span, "this may be null: its type is `%.*s`",
		STR_ARG(text));
	diag_label(d, "may be null");
	if (of->kind == NODE_IDENT && of->info) {
		const Symbol *s = of->info;
		const Node *cond =
			s->decl->kind == NODE_ENTITY ? node_kid(s->decl, ENTITY_IF) : NULL;

		if (cond)
			diag_note(d, cond->span, "`%.*s` exists only if this holds",
				STR_ARG(s->name));
	}
	if (e->kind == NODE_MEMBER) {
		diag_fix(d, "write `?.`, or test it first: `if x != null then ...`");
		diag_edit(d, (Span){of->span.end, of->span.end}, STR("?"));
	} else {
		diag_fix(d, "test it first: `if x != null then ...`, or give a default: `x ?? d`");
	}
}

/* What the object is without null: with `?.` the result may be null instead. */
static const Type *object_type(Check *c, const Node *e, const Fact *object)
{
	const Type *type = type_plain(object->type);

	if (type->kind == TYPE_ERROR || !type_may_be_null(object->type))
		return type;
	if (!is_safe(e)) {
		report_optional(c, e, object);
		return type_simple(c->types, TYPE_ERROR);
	}
	return type_plain(type_narrow_null(c->types, object->type));
}

static void narrow_result(Check *c, const Node *e, Fact *f)
{
	f->type = narrow_type(c, e, f->type);
}

static Fact check_member(Check *c, Node *e)
{
	Fact object, f;
	const Type *type;

	if (e->info)
		return check_name(c, e, e->info);
	object = check_expr(c, e->kids[0], NULL, NULL);
	type = object_type(c, e, &object);
	if (type->kind == TYPE_ERROR || !e->kids[1])
		return fact_error(c);
	f = member_of(c, e, &object, type);
	if (f.type->kind == TYPE_ERROR)
		return f;
	if (is_safe(e) && type_may_be_null(object.type)) {
		f.type = type_wrap(c->types, TYPE_OPTIONAL, f.type);
		if (object.shape > f.shape)
			f.shape = object.shape;
		f.shape_params |= object.shape_params;
	}
	if (type_is_secret(object.type))
		f.type = type_wrap(c->types, TYPE_SECRET, f.type);
	narrow_result(c, e, &f);
	return f;
}

/* ---- a[k] ---- */

static void report_key(Check *c, const Node *key, const FactDetail *detail, Str text)
{
	Diag *d = diag_add(
		c->diags, DIAG_UNKNOWN_KEY, key->span, "there is no key \"%.*s\"", STR_ARG(text));
	StrVec names = {0};
	Str nearest, all;

	for (uint32_t i = 0; i < detail->count; i++)
		vec_add(c->facts, &names, detail->fields[i].name);
	nearest = str_nearest(text, names.ptr, names.len);
	diag_label(d, "unknown key");
	if (text.len > 2 && nearest.len > 0) {
		diag_fix(d, "did you mean \"%.*s\"?", STR_ARG(nearest));
		return;
	}
	if (names.len > 20)
		names.len = 20;
	all = str_join(c->diags->arena, names.ptr, names.len, STR("\", \""));
	if (names.len > 0)
		diag_fix(d, "the keys are \"%.*s\"", STR_ARG(all));
	else
		diag_fix(d, "it has no keys at all");
}

static const Node *literal_key(const Node *key)
{
	while (key && key->kind == NODE_PAREN)
		key = key->kids[0];
	if (key && key->kind == NODE_STRING && key->kid_count == 0)
		return key;
	return key && key->kind == NODE_INT ? key : NULL;
}

static Fact index_map(Check *c, Node *e, const Fact *object, const Type *map)
{
	Sink sink = {.kind = SINK_KEY};
	Fact key = check_expr(c, e->kids[1], map->key, &sink);
	const Node *literal = literal_key(e->kids[1]);
	const FactDetail *detail = object->detail;
	const Fact *known;
	Fact f;

	if (key.type->kind == TYPE_ERROR ||
		!fact_demand(c, &key, false, DIAG_LATE_INDEX, e->kids[1], "this index is"))
		return fact_error(c);
	known = literal ? fact_field(object, literal->text) : NULL;
	if (literal && !known && detail && detail->has_all_keys && object->shape == PHASE_CONST) {
		report_key(c, e->kids[1], detail, literal->text);
		return fact_error(c);
	}
	if (!known && detail)
		known = detail->elem;
	f = known ? *known : fact_part(object, map->elem);
	f.type = map->elem;
	if (key.phase > f.phase) {
		f.phase = key.phase;
		f.shape = key.phase;
	}
	f.params |= key.params;
	f.shape_params |= key.params;
	return f;
}

static Fact index_list(Check *c, Node *e, const Fact *object, const Type *list)
{
	Fact key = check_expr(c, e->kids[1], type_simple(c->types, TYPE_INT), NULL);
	Fact f;

	if (key.type->kind == TYPE_ERROR ||
		!fact_demand(c, &key, false, DIAG_LATE_INDEX, e->kids[1], "this index is"))
		return fact_error(c);
	if (object->detail && object->detail->elem)
		f = *object->detail->elem;
	else
		f = fact_part(object, list->elem);
	f.type = list->elem;
	fact_hold(&f, &key);
	return f;
}

/* r["a"] on a record is r.a. */
static Fact index_record(Check *c, Node *e, const Fact *object, const Type *record)
{
	const Node *literal = literal_key(e->kids[1]);
	const Type *member;
	const Fact *known;
	Fact f;
	Diag *d;

	if (!literal) {
		(void)check_expr(c, e->kids[1], NULL, NULL);
		d = diag_add(c->diags, DIAG_BAD_OPERAND, e->kids[0]->span,
			"only maps and lists take a computed index, this is a record");
		diag_fix(d, "give it the type `map<string, T>`, or write the field's name");
		return fact_error(c);
	}
	member = type_member(c->types, record, literal->text);
	if (!member) {
		StrVec names = {0};
		FactDetail detail = {.has_all_keys = true};
		FactField *fields;

		collect_fields(c, record, &names);
		fields = ARENA_ARRAY(c->facts, FactField, names.len + 1);
		for (uint32_t i = 0; i < names.len; i++)
			fields[i].name = names.ptr[i];
		detail.fields = fields;
		detail.count = names.len;
		report_key(c, e->kids[1], &detail, literal->text);
		return fact_error(c);
	}
	known = fact_field(object, literal->text);
	f = known ? *known : fact_part(object, member);
	f.type = member;
	return f;
}

static Fact check_index(Check *c, Node *e)
{
	Fact object = check_expr(c, e->kids[0], NULL, NULL), f;
	const Type *type = object_type(c, e, &object);
	Str text;

	if (type->kind == TYPE_ERROR || !e->kids[1]) {
		(void)check_expr(c, e->kids[1], NULL, NULL);
		return fact_error(c);
	}
	switch (type->kind) {
	case TYPE_MAP:
		f = index_map(c, e, &object, type);
		break;
	case TYPE_LIST:
		f = index_list(c, e, &object, type);
		break;
	case TYPE_RECORD:
		f = index_record(c, e, &object, type);
		break;
	default:
		print_type(c, type, &text);
		diag_add(c->diags, DIAG_BAD_OPERAND, e->kids[0]->span,
			"a value of type `%.*s` has no elements to index", STR_ARG(text));
		return fact_error(c);
	}
	if (f.type->kind != TYPE_ERROR && type_is_secret(object.type))
		f.type = type_wrap(c->types, TYPE_SECRET, f.type);
	narrow_result(c, e, &f);
	return f;
}

Fact check_access(Check *c, Node *e)
{
	return e->kind == NODE_MEMBER ? check_member(c, e) : check_index(c, e);
}
