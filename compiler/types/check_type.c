/* Type expressions to types: names, arguments, refinements, predicates, records.
 *
 * A node's type is made once and kept in node->type.  Names were bound before; what is left are
 * the language's own names and those of the provider schemas. */
#include "compiler/base/pattern.h"
#include "compiler/types/default_order.h"
#include "compiler/types/refine.h"

static const Type *error_type(const Check *c)
{
	return type_simple(c->types, TYPE_ERROR);
}

static const struct {
	Str written;
	Str meant;
} foreign_names[] = {
	{STR_INIT("str"), STR_INIT("string")},
	{STR_INIT("String"), STR_INIT("string")},
	{STR_INIT("text"), STR_INIT("string")},
	{STR_INIT("integer"), STR_INIT("int")},
	{STR_INIT("Int"), STR_INIT("int")},
	{STR_INIT("number"), STR_INIT("int")},
	{STR_INIT("double"), STR_INIT("float")},
	{STR_INIT("boolean"), STR_INIT("bool")},
	{STR_INIT("Bool"), STR_INIT("bool")},
	{STR_INIT("bytes"), STR_INIT("size")},
	{STR_INIT("time"), STR_INIT("duration")},
	{STR_INIT("any"), STR_INIT("json")},
};

static const struct {
	Str written;
	Str advice;
} foreign_kinds[] = {
	{STR_INIT("object"), STR_INIT("write the record: `{ name: string, size: int }`")},
	{STR_INIT("array"), STR_INIT("write `list<T>`")},
	{STR_INIT("tuple"), STR_INIT("write a record: `{ first: T, second: U }`")},
	{STR_INIT("dict"), STR_INIT("write `map<string, T>`")},
	{STR_INIT("enum"), STR_INIT("write the values: `\"a\" | \"b\"`")},
	{STR_INIT("optional"), STR_INIT("write `T?`")},
};

/* `aws_vpc` and `aws_s3_bucket` for aws.ec2.vpc and aws.s3.bucket. */
static bool suggest_joined(Check *c, Diag *d, const Node *path)
{
	Str rest = path->text, provider, *found;
	uint32_t count;

	if (path->kid_count != 1 || !str_cut_found(&rest, STR("_"), &provider))
		return false;
	schemas_list(c->program->schemas, c->arena, provider, &found, &count);
	for (uint32_t i = 0; i < count; i++) {
		Str tail = found[i];

		(void)str_cut(&tail, STR("."));
		size_t dot = str_find(tail, STR("."), 0);
		bool is_same = dot != SIZE_MAX && dot < rest.len && rest.ptr[dot] == '_' &&
			       str_eq(str_slice(rest, 0, dot), str_slice(tail, 0, dot)) &&
			       str_eq(str_slice(rest, dot + 1, rest.len),
				       str_slice(tail, dot + 1, tail.len));

		if (is_same || str_eq(tail, rest) ||
			(dot != SIZE_MAX && str_eq(str_slice(tail, dot + 1, tail.len), rest))) {
			diag_fix(d, "did you mean `%.*s`?", STR_ARG(found[i]));
			diag_edit(d, path->span, found[i]);
			return true;
		}
	}
	return false;
}

static void suggest_type(Check *c, Diag *d, const Node *path)
{
	StrVec names = {0};
	Str nearest, *found, first;
	Str rest = path->text;
	uint32_t count;

	if (diag_list_is_full(c->diags))
		return;
	first = path->kid_count > 1 ? str_cut(&rest, STR(".")) : STR_NONE;
	schemas_list(c->program->schemas, c->arena, first, &found, &count);
	for (uint32_t i = 0; i < count && path->kid_count > 1; i++)
		vec_add(c->arena, &names, found[i]);
	for (int k = 0; k < TYPE_KIND_COUNT && path->kid_count == 1; k++) {
		static const Str own[] = {STR_INIT("string"), STR_INIT("int"), STR_INIT("float"),
			STR_INIT("bool"), STR_INIT("size"), STR_INIT("duration"), STR_INIT("money"),
			STR_INIT("price"), STR_INIT("gpus"), STR_INIT("json"), STR_INIT("list"),
			STR_INIT("set"), STR_INIT("map"), STR_INIT("range"), STR_INIT("cidr"),
			STR_INIT("ip"), STR_INIT("url"), STR_INIT("path"), STR_INIT("image"),
			STR_INIT("cron"), STR_INIT("email"), STR_INIT("script")};

		if ((size_t)k < sizeof(own) / sizeof(own[0]))
			vec_add(c->arena, &names, own[k]);
	}
	for (uint32_t i = 0; i < c->module->symbols.len; i++) {
		if (c->module->symbols.ptr[i]->kind == SYMBOL_TYPE)
			vec_add(c->arena, &names, c->module->symbols.ptr[i]->name);
	}
	nearest = str_nearest(path->text, names.ptr, names.len);
	if (nearest.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
		diag_edit(d, path->span, nearest);
	}
}

void check_type_unknown(Check *c, const Node *path)
{
	Diag *d = diag_add(c->diags, DIAG_UNKNOWN_TYPE, path->span, "there is no type `%.*s`",
		STR_ARG(path->text));

	for (size_t i = 0; i < sizeof(foreign_names) / sizeof(foreign_names[0]); i++) {
		if (str_eq(foreign_names[i].written, path->text)) {
			diag_fix(d, "the type is called `%.*s`", STR_ARG(foreign_names[i].meant));
			diag_edit(d, path->span, foreign_names[i].meant);
			return;
		}
	}
	for (size_t i = 0; i < sizeof(foreign_kinds) / sizeof(foreign_kinds[0]); i++) {
		if (str_eq(foreign_kinds[i].written, path->text)) {
			diag_fix(d, "%.*s", STR_ARG(foreign_kinds[i].advice));
			return;
		}
	}
	if (path->kid_count == 1 && schemas_provider(c->program->schemas, path->text))
		diag_fix(d, "a provider's types have three parts, such as `aws.ec2.vpc`");
	else if (!suggest_joined(c, d, path))
		suggest_type(c, d, path);
}

/* ---- arguments ---- */

static const Type *argument(Check *c, const Node *t, uint32_t i)
{
	return t->kids[1] && i < t->kids[1]->kid_count ? check_type(c, t->kids[1]->kids[i])
						       : error_type(c);
}

static bool has_arguments(Check *c, const Node *t, uint32_t want, const char *example)
{
	uint32_t got = t->kids[1] ? t->kids[1]->kid_count : 0;
	Str name = t->kids[0]->text;
	Diag *d;

	if (got == want)
		return true;
	if (want == 0)
		d = diag_add(c->diags, DIAG_NEEDS_TYPE, t->kids[1]->span,
			"`%.*s` takes no types in <>", STR_ARG(name));
	else
		d = diag_add(c->diags, DIAG_NEEDS_TYPE, t->span, "`%.*s` takes %s in <>, found %u",
			STR_ARG(name), want == 1 ? "one type" : "two types", got);
	if (example[0])
		diag_fix(d, "write `%s`", example);
	return false;
}

/* id<aws.ec2.vpc> */
static const Type *id_type(Check *c, Node *t)
{
	const Node *arg;

	if (!has_arguments(c, t, 1, "id<aws.ec2.vpc>"))
		return error_type(c);
	arg = t->kids[1]->kids[0];
	if (arg->kind != NODE_TYPE_NAME || arg->kids[1] || arg->kids[2] ||
		!schemas_resource(c->program->schemas, arg->kids[0]->text)) {
		check_type_unknown(c, arg->kind == NODE_TYPE_NAME ? arg->kids[0] : arg);
		return error_type(c);
	}
	return type_named(c->types, TYPE_ID, arg->kids[0]->text);
}

static bool is_key_type(const Type *t)
{
	t = type_plain(t);
	if (t->kind == TYPE_UNION) {
		for (uint32_t i = 0; i < t->count; i++) {
			if (t->members[i]->kind != TYPE_LITERAL)
				return false;
		}
		return true;
	}
	return t->kind == TYPE_STRING || t->kind == TYPE_INT || t->kind == TYPE_LITERAL ||
	       t->kind == TYPE_ID || t->kind == TYPE_ERROR;
}

static const Type *map_type(Check *c, Node *t)
{
	const Type *key;
	Diag *d;

	if (!has_arguments(c, t, 2, "map<string, int>"))
		return error_type(c);
	key = argument(c, t, 0);
	if (!is_key_type(key)) {
		d = diag_add(c->diags, DIAG_TYPE_MISMATCH, t->kids[1]->kids[0]->span,
			"keys of a map are strings, ints or literals");
		diag_fix(d, "write `map<string, T>`");
		return error_type(c);
	}
	if (type_is_secret(key)) {
		diag_add(c->diags, DIAG_SECRET_KEY, t->kids[1]->kids[0]->span,
			"a key cannot be secret");
		return error_type(c);
	}
	return type_map(c->types, key, argument(c, t, 1));
}

static const Type *own_name(Check *c, Node *t, Str name)
{
	const Type *simple = type_by_name(c->types, name);

	if (simple)
		return has_arguments(c, t, 0, "") ? simple : error_type(c);
	if (str_eq(name, STR("list")))
		return has_arguments(c, t, 1, "list<string>")
			       ? type_wrap(c->types, TYPE_LIST, argument(c, t, 0))
			       : error_type(c);
	if (str_eq(name, STR("set")))
		return has_arguments(c, t, 1, "set<string>")
			       ? type_wrap(c->types, TYPE_SET, argument(c, t, 0))
			       : error_type(c);
	if (str_eq(name, STR("range")))
		return has_arguments(c, t, 1, "range<int>")
			       ? type_wrap(c->types, TYPE_RANGE, argument(c, t, 0))
			       : error_type(c);
	if (str_eq(name, STR("map")))
		return map_type(c, t);
	if (str_eq(name, STR("id")))
		return id_type(c, t);
	if (str_eq(name, STR("artifact")) || str_eq(name, STR("storage")) ||
		str_eq(name, STR("placement"))) {
		diag_add(c->diags, DIAG_NOT_SUPPORTED, t->span,
			"the type `%.*s` is not supported yet", STR_ARG(name));
		return error_type(c);
	}
	check_type_unknown(c, t->kids[0]);
	return error_type(c);
}

static const Type *provider_name(Check *c, Node *t, Str name)
{
	const Type *named = schemas_type(c->program->schemas, name);

	if (named)
		return named;
	if (schemas_resource(c->program->schemas, name))
		return type_named(c->types, TYPE_OBJECT, name);
	check_type_unknown(c, t->kids[0]);
	return error_type(c);
}

/* ---- refinements ---- */

static ValueKind bound_kind(const Type *t)
{
	switch (t->kind) {
	case TYPE_FLOAT:
		return VAL_FLOAT;
	case TYPE_SIZE:
		return VAL_SIZE;
	case TYPE_DURATION:
		return VAL_DURATION;
	case TYPE_MONEY:
		return VAL_MONEY;
	case TYPE_PRICE:
		return VAL_PRICE;
	case TYPE_INT:
	case TYPE_STRING:
	case TYPE_LIST:
	case TYPE_SET:
	case TYPE_MAP:
		return VAL_INT;
	default:
		return VAL_NULL;
	}
}

static void refuse(Check *c, const Node *refine, const Type *t, const char *what)
{
	Buf b;
	Diag *d;

	buf_init(&b, 1 << 16);
	type_print(&b, t);
	d = diag_add(c->diags, DIAG_TYPE_MISMATCH, refine->span, "`%.*s` cannot be refined by %s",
		STR_ARG(buf_str(&b)), what);
	buf_fini(&b);
	diag_fix(d, "refinements: string('^a'), string(1..63), int(0..9), list<T>(1.., unique)");
}

static bool set_bound(Check *c, Value v, ValueKind want, const Node *at, Value *ret)
{
	if (v.kind == VAL_INT && want == VAL_FLOAT)
		v = value_float((double)v.as.number);
	if (v.kind != VAL_NULL && v.kind != want) {
		diag_add(c->diags, DIAG_TYPE_MISMATCH, at->span,
			"a bound of another type: expected %.*s, found %.*s",
			STR_ARG(value_kind_name(want)), STR_ARG(value_kind_name(v.kind)));
		return false;
	}
	*ret = v;
	return true;
}

static void refine_bounds(Check *c, Type *t, const Node *refine)
{
	ValueKind want = bound_kind(t);
	Value v;

	if (want == VAL_NULL) {
		refuse(c, refine, t, "a range");
		return;
	}
	if (!literal_fold(c->arena, refine, &v)) {
		diag_add(c->diags, DIAG_LATE_POSITION, refine->span,
			"a refinement is made of literals: `1..63`, `10GiB..`");
		return;
	}
	if (v.kind != VAL_RANGE)
		v = value_range(c->arena, v, v);
	if (set_bound(c, v.as.list->items[0], want, refine, &t->min))
		(void)set_bound(c, v.as.list->items[1], want, refine, &t->max);
}

static void refine_one(Check *c, Type *t, const Node *refine)
{
	if (refine->kind == NODE_STRING && refine->kid_count == 0) {
		Str why = STR_NONE;
		size_t at;

		if (t->kind != TYPE_STRING) {
			refuse(c, refine, t, "a pattern");
			return;
		}
		t->pattern = refine->text;
		if (!pattern_compile(c->arena, refine->text, &why, &at)) {
			Diag *d = diag_add(c->diags, DIAG_BAD_FORMAT, refine->span,
				"this pattern is not a regular expression");

			diag_why(d, "%.*s", STR_ARG(why));
			t->pattern = STR_NONE;
		}
		return;
	}
	if (refine->kind == NODE_IDENT) {
		if (str_eq(refine->text, STR("unique")) && t->kind == TYPE_LIST)
			t->is_unique = true;
		else
			refuse(c, refine, t, "a word");
		return;
	}
	refine_bounds(c, t, refine);
}

static const Type *refined(Check *c, const Type *base, const Node *refines)
{
	Type *t;

	if (!refines || base->kind == TYPE_ERROR)
		return base;
	t = ARENA_NEW(c->arena, Type);
	*t = *base;
	for (uint32_t i = 0; i < refines->kid_count; i++)
		refine_one(c, t, refines->kids[i]);
	return t;
}

static const Type *name_type(Check *c, Node *t)
{
	const Node *path = t->kids[0];
	const Symbol *s = t->info;
	const Type *base;

	if (!path || path->kid_count == 0)
		return error_type(c);
	if (s && s->kind != SYMBOL_TYPE) {
		diag_add(c->diags, DIAG_WRONG_KIND_OF_NAME, path->span, "`%.*s` is not a type",
			STR_ARG(path->text));
		return error_type(c);
	}
	if (s)
		base = has_arguments(c, t, 0, "") ? s->type : error_type(c);
	else if (path->kid_count == 1)
		base = own_name(c, t, path->text);
	else
		base = provider_name(c, t, path->text);
	return refined(c, base, t->kids[2]);
}

/* ---- predicates, unions, records ---- */

static const Type *where_type(Check *c, Node *t)
{
	const Type *base = check_type(c, t->kids[0]);
	Symbol *it = t->info;
	Type *made;

	if (!it || !t->kids[1] || base->kind == TYPE_ERROR)
		return base;
	check_decl_set(c, it, fact_of(type_plain(base)));
	(void)check_expr(c, t->kids[1], type_simple(c->types, TYPE_BOOL), NULL);
	made = ARENA_NEW(c->arena, Type);
	*made = *base;
	made->where = t->kids[1];
	return made;
}

static const Type *union_type(Check *c, Node *t)
{
	const Type **members = ARENA_ARRAY(c->arena, const Type *, t->kid_count + 1);
	const Type *made, *a, *b;

	for (uint32_t i = 0; i < t->kid_count; i++)
		members[i] = check_type(c, t->kids[i]);
	made = type_union(c->types, members, t->kid_count);
	if (type_union_is_ambiguous(made, &a, &b)) {
		Buf text;
		Diag *d;

		buf_init(&text, 1 << 16);
		buf_add_cstr(&text, "`");
		type_print(&text, a);
		buf_add_cstr(&text, "` and `");
		type_print(&text, b);
		buf_add_cstr(&text, "`");
		d = diag_add(c->diags, DIAG_AMBIGUOUS_UNION, t->span, "%.*s cannot be told apart",
			STR_ARG(buf_str(&text)));
		buf_fini(&text);
		diag_fix(d, "give each record a field with a literal type of its own: "
			    "`kind: \"a\"`");
		return error_type(c);
	}
	return made;
}

static const Type *literal_type(Check *c, Node *t)
{
	Value v;

	if (!t->kids[0] || !literal_value(t->kids[0], &v))
		return error_type(c);
	return type_literal(c->types, v);
}

/* Sets the default of a field: a value when it is made of literals, else its expression. */
static void set_default(Check *c, TypeField *field, const Type *record, Node *t)
{
	Node *e = t->kids[TYPE_FIELD_DEFAULT];
	Symbol *self = t->info;
	RefineCtx refine = {.arena = c->arena};
	Sink sink = {.name = field->name, .type_at = t->kids[TYPE_FIELD_TYPE]->span};
	Value v;
	Fact f;

	check_decl_set(c, self, fact_of(record));
	f = check_expr(c, e, field->type, &sink);
	field->has_default = true;
	if (f.type->kind == TYPE_ERROR)
		return;
	if (literal_fold(c->arena, e, &v) &&
		refine_value(&refine, field->type, v, &field->default_value))
		return;
	field->default_node = e;
}

static const Node *field_key(const Node *t)
{
	return t->kids[TYPE_FIELD_KEY];
}

static void add_field(Check *c, TypeField *fields, uint32_t *n, Node *t)
{
	const Node *key = field_key(t), *doc = t->kids[0];
	Diag *d;

	if (!key)
		return;
	for (uint32_t i = 0; i < *n; i++) {
		if (!str_eq(fields[i].name, key->text))
			continue;
		d = diag_add(c->diags, DIAG_DUPLICATE_FIELD, key->span,
			"the field `%.*s` is declared twice", STR_ARG(key->text));
		diag_fix(d, "leave one of them out");
		t->flags |= FLAG_POISON;
		return;
	}
	fields[*n].name = key->text;
	fields[*n].doc = doc ? doc->text : STR_NONE;
	fields[*n].type = check_type(c, t->kids[TYPE_FIELD_TYPE]);
	(*n)++;
}

static const Type *record_type(Check *c, Node *t)
{
	TypeField *fields = ARENA_ARRAY(c->arena, TypeField, t->kid_count + 1);
	const Type *rest = NULL, *made;
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->kid_count; i++) {
		Node *kid = t->kids[i];

		if (kid->kind == NODE_TYPE_FIELD)
			add_field(c, fields, &n, kid);
		else if (kid->kind == NODE_TYPE_OPEN)
			rest = kid->kids[0] ? check_type(c, kid->kids[0])
					    : type_simple(c->types, TYPE_JSON);
	}
	made = type_record(c->types, fields, n, rest);
	n = 0;
	for (uint32_t i = 0; i < t->kid_count; i++) {
		Node *kid = t->kids[i];

		if (kid->kind != NODE_TYPE_FIELD || !field_key(kid) || (kid->flags & FLAG_POISON))
			continue;
		if (kid->kids[TYPE_FIELD_DEFAULT] && kid->info)
			set_default(c, &fields[n], made, kid);
		n++;
	}
	if (n > 0)
		default_order(c, made, fields);
	return made;
}

static const Type *make_type(Check *c, Node *t)
{
	if (t->flags & FLAG_POISON)
		return error_type(c);
	switch ((NodeKind)t->kind) {
	case NODE_TYPE_NAME:
		return name_type(c, t);
	case NODE_TYPE_OPTIONAL:
		return type_wrap(c->types, TYPE_OPTIONAL, check_type(c, t->kids[0]));
	case NODE_TYPE_SECRET:
		return type_wrap(c->types, TYPE_SECRET, check_type(c, t->kids[0]));
	case NODE_TYPE_KNOWN:
		return type_wrap(c->types, TYPE_KNOWN, check_type(c, t->kids[0]));
	case NODE_TYPE_UNION:
		return union_type(c, t);
	case NODE_TYPE_WHERE:
		return where_type(c, t);
	case NODE_TYPE_LITERAL:
		return literal_type(c, t);
	case NODE_TYPE_RECORD:
		return record_type(c, t);
	default:
		return error_type(c);
	}
}

const Type *check_type(Check *c, Node *t)
{
	if (!t)
		return error_type(c);
	if (!t->type)
		t->type = make_type(c, t);
	return t->type;
}
