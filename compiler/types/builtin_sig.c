/* Signatures of built-in functions: parsed once per Types and found by name.
 *
 *   Signature = name "(" [ Param { "," Param } ] ")" ":" Type .
 *   Param     = name [ "..." ] ":" Type [ "=" Literal ] .
 *   Type      = Post { "|" Post } .
 *   Post      = Primary { "?" } .
 *   Primary   = ( "known" | "secret" ) Primary | "{" [ name ":" Type { "," name ":" Type } ] "}"
 *             | name [ "<" Type { "," Type } ">" ] [ "(" [ int ] ".." [ int ] ")" ] .
 * Thread: one at a time per Types. */
#include "compiler/types/builtin_sig.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"

enum { PARAMS_MAX = 8, FIELDS_MAX = 8, MEMBERS_MAX = 8 };

typedef struct Reader {
	Types *types;
	Str text;
	size_t at;
} Reader;

static const struct {
	Operation op;
	Str signature, subject, doc;
} rows[] = {
#define X(id, name, subject, signature, doc)                                                       \
	{OP_##id, STR_INIT(name signature), STR_INIT(subject), STR_INIT(doc)},
#include "compiler/types/builtin.def"
#undef X
};

static const Str row_names[] = {
#define X(id, name, subject, signature, doc) STR_INIT(name),
#include "compiler/types/builtin.def"
#undef X
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool accept(Reader *r, Str s)
{
	while (r->at < r->text.len && r->text.ptr[r->at] == ' ')
		r->at++;
	if (!str_starts(str_slice(r->text, r->at, r->text.len), s))
		return false;
	r->at += s.len;
	return true;
}

static Str read_name(Reader *r)
{
	size_t begin;

	(void)accept(r, STR(""));
	begin = r->at;
	while (r->at < r->text.len && is_name(r->text.ptr[r->at]))
		r->at++;
	return str_slice(r->text, begin, r->at);
}

static const Type *read_type(Reader *r);

/* Wildcards and variables are OBJECTs of that name; no object type has a name without a dot. */
static const Type *named(Reader *r, Str name)
{
	static const Str variables[] = {STR_INIT("T"), STR_INIT("U"), STR_INIT("K"), STR_INIT("V"),
		STR_INIT("N"), STR_INIT("R"), STR_INIT("any"), STR_INIT("printable")};

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		if (str_eq(name, variables[i]))
			return type_named(r->types, TYPE_OBJECT, variables[i]);
	}
	if (str_eq(name, STR("number")))
		return type_union(r->types,
			(const Type *[]){
				type_simple(r->types, TYPE_INT), type_simple(r->types, TYPE_FLOAT)},
			2);
	if (str_eq(name, STR("never")) || str_eq(name, STR("null")))
		return type_simple(r->types, name.ptr[2] == 'v' ? TYPE_NEVER : TYPE_NULL);
	return type_by_name(r->types, name);
}

/* The arguments of list<T>, map<K, V> and the like, `<` consumed. */
static const Type *read_arguments(Reader *r, Str name)
{
	const Type *first = read_type(r), *second = NULL;

	if (first && accept(r, STR(",")))
		second = read_type(r);
	if (!first || !accept(r, STR(">")))
		return NULL;
	if (str_eq(name, STR("map")))
		return second ? type_map(r->types, first, second) : NULL;
	if (second)
		return NULL;
	if (str_eq(name, STR("list")))
		return type_wrap(r->types, TYPE_LIST, first);
	if (str_eq(name, STR("set")))
		return type_wrap(r->types, TYPE_SET, first);
	return str_eq(name, STR("range")) ? type_wrap(r->types, TYPE_RANGE, first) : NULL;
}

/* A bound of an int; an absent one is no bound. */
static Value read_bound(Reader *r)
{
	int64_t n;
	bool is_negative = accept(r, STR("-"));

	if (!num_parse_int(read_name(r), &n))
		return VALUE_NULL;
	return value_int(is_negative ? -n : n);
}

static const Type *read_record(Reader *r)
{
	TypeField *fields = ARENA_ARRAY(r->types->arena, TypeField, FIELDS_MAX);
	uint32_t n = 0;

	while (!accept(r, STR("}"))) {
		if (n == FIELDS_MAX)
			return NULL;
		fields[n].name = read_name(r);
		if (fields[n].name.len == 0 || !accept(r, STR(":")))
			return NULL;
		fields[n].type = read_type(r);
		if (!fields[n++].type)
			return NULL;
		if (!accept(r, STR(",")) && r->at < r->text.len && r->text.ptr[r->at] != '}' &&
			r->text.ptr[r->at] != ' ')
			return NULL;
	}
	return type_record(r->types, fields, n, NULL);
}

static const Type *read_primary(Reader *r)
{
	const Type *made;
	Str name;

	if (accept(r, STR("{")))
		return read_record(r);
	name = read_name(r);
	if (str_eq(name, STR("known")) || str_eq(name, STR("secret"))) {
		made = read_primary(r);
		return made ? type_wrap(
				      r->types, name.ptr[0] == 'k' ? TYPE_KNOWN : TYPE_SECRET, made)
			    : NULL;
	}
	made = accept(r, STR("<")) ? read_arguments(r, name) : named(r, name);
	if (made && accept(r, STR("("))) {
		Type *refined = ARENA_NEW(r->types->arena, Type);

		*refined = *made;
		refined->min = read_bound(r);
		if (!accept(r, STR("..")))
			return NULL;
		refined->max = read_bound(r);
		if (!accept(r, STR(")")))
			return NULL;
		made = refined;
	}
	return made;
}

static const Type *read_type(Reader *r)
{
	const Type *members[MEMBERS_MAX];
	uint32_t n = 0;

	do {
		const Type *made = n < MEMBERS_MAX ? read_primary(r) : NULL;

		if (!made)
			return NULL;
		while (accept(r, STR("?")))
			made = type_wrap(r->types, TYPE_OPTIONAL, made);
		members[n++] = made;
	} while (accept(r, STR("|")));
	return n == 1 ? members[0] : type_union(r->types, members, n);
}

const Type *builtin_parse_type(Types *t, Str text)
{
	Reader r = {.types = t, .text = text};
	const Type *made = read_type(&r);

	(void)accept(&r, STR(""));
	return r.at == text.len ? made : NULL;
}

/* A default: text with the escapes \n \r \t \\ \", or a number. */
static Value read_literal(Reader *r)
{
	int64_t n;
	double f;
	size_t begin;

	if (accept(r, STR("\""))) {
		char *text = ARENA_ARRAY(r->types->arena, char, r->text.len);
		size_t len = 0;

		for (; r->text.ptr[r->at] != '"'; r->at++) {
			char c = r->text.ptr[r->at];

			if (c == '\\') {
				c = r->text.ptr[++r->at];
				c = (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
			}
			text[len++] = c;
		}
		r->at++;
		return value_string((Str){text, len});
	}
	(void)accept(r, STR(""));
	begin = r->at;
	while (is_name(r->text.ptr[r->at]) || r->text.ptr[r->at] == '.')
		r->at++;
	if (num_parse_int(str_slice(r->text, begin, r->at), &n))
		return value_int(n);
	CHECK(num_parse_float(str_slice(r->text, begin, r->at), &f));
	return value_float(f);
}

static BuiltinParam read_param(Reader *r)
{
	BuiltinParam p = {.name = read_name(r)};

	p.is_rest = accept(r, STR("..."));
	CHECK(accept(r, STR(":")));
	p.type = read_type(r);
	CHECK(p.type);
	p.has_default = accept(r, STR("="));
	if (p.has_default)
		p.default_value = read_literal(r);
	p.is_optional = p.has_default || p.type->kind == TYPE_OPTIONAL;
	return p;
}

static const Builtin *parse_row(Types *t, size_t i)
{
	Reader r = {.types = t, .text = rows[i].signature};
	Builtin *b = ARENA_NEW(t->arena, Builtin);
	BuiltinParam *params = ARENA_ARRAY(t->arena, BuiltinParam, PARAMS_MAX);

	*b = (Builtin){rows[i].op, read_name(&r), rows[i].signature, rows[i].subject, rows[i].doc,
		.params = params};
	CHECK(accept(&r, STR("(")));
	while (!accept(&r, STR(")"))) {
		CHECK(b->param_count < PARAMS_MAX);
		params[b->param_count++] = read_param(&r);
		(void)accept(&r, STR(","));
	}
	CHECK(accept(&r, STR(":")));
	b->result = read_type(&r);
	CHECK(b->result && r.at == r.text.len);
	return b;
}

const Builtin *builtin_find(Types *t, const Builtin **cache, Str name)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const Builtin **place = &cache[rows[i].op];

		if (!str_eq(name, row_names[i]))
			continue;
		if (!*place)
			*place = parse_row(t, i);
		return *place;
	}
	return NULL;
}

uint32_t builtin_names(const Str **ret_names)
{
	*ret_names = row_names;
	return ROW_COUNT;
}

Str operation_name(Operation op)
{
	static const Str names[] = {
		[OP_NONE] = STR_INIT("(none)"),
		[OP_ADD] = STR_INIT("+"),
		[OP_SUB] = STR_INIT("-"),
		[OP_MUL] = STR_INIT("*"),
		[OP_DIV] = STR_INIT("/"),
		[OP_REM] = STR_INIT("%"),
		[OP_CONCAT] = STR_INIT("++"),
		[OP_NEGATE] = STR_INIT("-"),
		[OP_NOT] = STR_INIT("not"),
		[OP_EQ] = STR_INIT("=="),
		[OP_NE] = STR_INIT("!="),
		[OP_LT] = STR_INIT("<"),
		[OP_LE] = STR_INIT("<="),
		[OP_GT] = STR_INIT(">"),
		[OP_GE] = STR_INIT(">="),
		[OP_IN] = STR_INIT("in"),
		[OP_AND] = STR_INIT("and"),
		[OP_OR] = STR_INIT("or"),
		[OP_COALESCE] = STR_INIT("?"
					 "?"),
		[OP_TEXT] = STR_INIT("${}"),
		[OP_MEMBER] = STR_INIT("."),
		[OP_SAFE_MEMBER] = STR_INIT("?."),
		[OP_INDEX] = STR_INIT("[]"),
		[OP_RANGE] = STR_INIT(".."),
		[OP_RECORD] = STR_INIT("{}"),
		[OP_MERGE] = STR_INIT("..."),
		[OP_ADAPT] = STR_INIT("(adapt)"),
	};

	if (op < sizeof(names) / sizeof(names[0]))
		return names[op];
	CHECK(op > OP_FIRST_BUILTIN && op < OPERATION_COUNT);
	return row_names[op - OP_FIRST_BUILTIN - 1];
}

static bool is_variable(const Type *t)
{
	return t->kind == TYPE_OBJECT && !str_has(t->name, STR("."));
}

bool builtin_is_plain(const Type *type)
{
	if (is_variable(type))
		return false;
	if ((type->key && !builtin_is_plain(type->key)) ||
		(type->elem && !builtin_is_plain(type->elem)))
		return false;
	for (uint32_t i = 0; i < type->count; i++) {
		if (!builtin_is_plain(
			    type->kind == TYPE_UNION ? type->members[i] : type->fields[i].type))
			return false;
	}
	return true;
}

const BuiltinParam *builtin_param(const Builtin *b, uint32_t index)
{
	if (index < b->param_count)
		return &b->params[index];
	if (b->param_count > 0 && b->params[b->param_count - 1].is_rest)
		return &b->params[b->param_count - 1];
	return NULL;
}
