/* Reads model slices: tokens to shapes, without a tree in between.
 *
 *   File      = "model" NAME PROTOCOL VERSION { Operation | Shape } .
 *   Operation = "operation" IDENT VERB URI ":" End "->" End
 *               { "wrapper" STRING | "element" STRING | "checksum" } .
 *   End       = IDENT | "none" .
 *   Shape     = "struct" IDENT [ "namespace" STRING ] "{" { Member } "}"
 *             | "list" IDENT [ STRING ] [ "flat" ] ":" IDENT
 *             | "map" IDENT [ STRING STRING ] [ "flat" ] ":" IDENT
 *             | "enum" IDENT { STRING } .
 *   Member    = IDENT [ STRING [ STRING ] ] ":" IDENT { word } .
 *
 * A member's first string is its name in requests, the second its name in answers (without it
 * the first, without both the IDENT).  An End is a shape's name; `string int float bool blob json`
 * and `timestamp unix rfc822` (timestamps in three forms) are shapes that exist by themselves.
 * The words of a member are `header query uri status headers` (where it travels; else the body),
 * `required token sensitive payload attribute`.  Thread: one at a time. */
#include "compiler/schema/model_load.h"

#include "compiler/base/map.h"
#include "compiler/syntax/lex.h"

#include <stdlib.h>

typedef struct Loader {
	Arena *arena;
	DiagList *diags;
	const Token *at;
	Map shapes; /* name to ModelShape */
	Vec(ModelOperation) operations;
	bool is_failed;
} Loader;

static const struct {
	Str name;
	ModelKind kind;
	Str format;
} scalars[] = {
	{STR_INIT("string"), MODEL_STRING, {0, 0}},
	{STR_INIT("int"), MODEL_INT, {0, 0}},
	{STR_INIT("float"), MODEL_FLOAT, {0, 0}},
	{STR_INIT("bool"), MODEL_BOOL, {0, 0}},
	{STR_INIT("blob"), MODEL_BLOB, {0, 0}},
	{STR_INIT("json"), MODEL_JSON, {0, 0}},
	{STR_INIT("timestamp"), MODEL_TIMESTAMP, STR_INIT("iso8601")},
	{STR_INIT("unix"), MODEL_TIMESTAMP, STR_INIT("unixTimestamp")},
	{STR_INIT("rfc822"), MODEL_TIMESTAMP, STR_INIT("rfc822")},
};

static const struct {
	Str word;
	ModelPlace place;
} places[] = {
	{STR_INIT("header"), PLACE_HEADER},
	{STR_INIT("query"), PLACE_QUERY},
	{STR_INIT("uri"), PLACE_URI},
	{STR_INIT("status"), PLACE_STATUS},
	{STR_INIT("headers"), PLACE_HEADERS},
};

static void fail(Loader *l, const char *expected)
{
	if (!l->is_failed)
		diag_add(l->diags, DIAG_SCHEMA_SYNTAX, l->at->span, "expected %s, found %.*s",
			expected, STR_ARG(token_kind_name(l->at->kind)));
	l->is_failed = true;
}

static Str take_name(Loader *l, const char *what)
{
	Str name = l->at->text;

	if (l->at->kind != TOK_IDENT) {
		fail(l, what);
		return STR_NONE;
	}
	l->at++;
	return name;
}

static bool take(Loader *l, TokenKind kind, const char *what)
{
	if (l->at->kind != kind) {
		fail(l, what);
		return false;
	}
	l->at++;
	return true;
}

static bool accept_word(Loader *l, Str word)
{
	if (l->at->kind != TOK_IDENT || !str_eq(l->at->text, word))
		return false;
	l->at++;
	return true;
}

static Str take_string(Loader *l, const char *what)
{
	Str text = l->at->text;

	return take(l, TOK_STRING, what) ? text : STR_NONE;
}

/* Takes a string if one stands there, else gives `otherwise`. */
static Str accept_string(Loader *l, Str otherwise)
{
	if (l->at->kind != TOK_STRING)
		return otherwise;
	return (l->at++)->text;
}

/* The shape of a name, made on first mention and filled when it is declared. */
static ModelShape *shape_of(Loader *l, Str name)
{
	ModelShape *shape = map_find(&l->shapes, name);

	if (!shape) {
		shape = ARENA_NEW(l->arena, ModelShape);
		shape->name = name;
		shape->kind = MODEL_KIND_COUNT;
		map_put(&l->shapes, name, shape);
	}
	return shape;
}

static void load_member_words(Loader *l, ModelMember *m)
{
	bool is_known = true;

	while (is_known && l->at->kind == TOK_IDENT && !l->at->newline_before) {
		is_known = false;
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			if (accept_word(l, places[i].word)) {
				m->place = places[i].place;
				is_known = true;
			}
		}
		if (accept_word(l, STR("required")))
			is_known = m->is_required = true;
		if (accept_word(l, STR("token")))
			is_known = m->is_token = true;
		if (accept_word(l, STR("sensitive")))
			is_known = m->is_sensitive = true;
		if (accept_word(l, STR("payload")))
			is_known = m->is_payload = true;
		if (accept_word(l, STR("attribute")))
			is_known = m->is_xml_attribute = true;
	}
	if (!is_known)
		fail(l, "a word about the member");
}

static void load_struct(Loader *l, ModelShape *shape)
{
	Vec(ModelMember) members = {0};

	shape->kind = MODEL_STRUCTURE;
	if (accept_word(l, STR("namespace")))
		shape->xml_namespace = take_string(l, "a namespace");
	if (!take(l, TOK_LBRACE, "`{`"))
		return;
	while (!l->is_failed && l->at->kind != TOK_RBRACE) {
		ModelMember m = {.name = take_name(l, "a member")};

		m.wire = accept_string(l, m.name);
		m.read_wire = accept_string(l, m.wire);
		if (take(l, TOK_COLON, "`:`"))
			m.shape = shape_of(l, take_name(l, "a shape"));
		load_member_words(l, &m);
		vec_add(l->arena, &members, m);
	}
	if (!l->is_failed)
		l->at++;
	shape->members = members.ptr;
	shape->member_count = members.len;
}

static void load_enum(Loader *l, ModelShape *shape)
{
	Vec(Str) values = {0};

	shape->kind = MODEL_STRING;
	while (l->at->kind == TOK_STRING)
		vec_add(l->arena, &values, (l->at++)->text);
	shape->enum_values = values.ptr;
	shape->enum_count = values.len;
}

static void load_shape(Loader *l)
{
	Str word = take_name(l, "`struct`, `list`, `map` or `enum`");
	ModelShape *shape = shape_of(l, take_name(l, "the name of a shape"));

	if (l->is_failed)
		return;
	if (shape->kind != MODEL_KIND_COUNT) {
		l->at--;
		fail(l, "a name that is not declared yet");
		return;
	}
	if (str_eq(word, STR("struct"))) {
		load_struct(l, shape);
		return;
	}
	if (str_eq(word, STR("enum"))) {
		load_enum(l, shape);
		return;
	}
	if (str_eq(word, STR("map"))) {
		shape->kind = MODEL_MAP;
		shape->map_key = accept_string(l, STR_NONE);
		shape->map_value = accept_string(l, STR_NONE);
	} else if (str_eq(word, STR("list"))) {
		shape->kind = MODEL_LIST;
		shape->elem_wire = accept_string(l, STR_NONE);
	} else {
		fail(l, "`struct`, `list`, `map` or `enum`");
		return;
	}
	shape->is_flat = accept_word(l, STR("flat"));
	if (take(l, TOK_COLON, "`:`"))
		shape->elem = shape_of(l, take_name(l, "a shape"));
}

static const ModelShape *load_end(Loader *l)
{
	if (accept_word(l, STR("none")))
		return NULL;
	return shape_of(l, take_name(l, "a shape or `none`"));
}

static void load_operation(Loader *l)
{
	ModelOperation op = {.name = take_name(l, "the name of an operation")};

	op.method = take_name(l, "a verb");
	op.uri = take_string(l, "a URI");
	if (take(l, TOK_COLON, "`:`"))
		op.input = load_end(l);
	if (take(l, TOK_ARROW, "`->`"))
		op.output = load_end(l);
	while (l->at->kind == TOK_IDENT && !l->at->newline_before && !l->is_failed) {
		if (accept_word(l, STR("wrapper")))
			op.result_wrapper = take_string(l, "the name of an element");
		else if (accept_word(l, STR("element")))
			op.input_element = take_string(l, "the name of an element");
		else if (accept_word(l, STR("checksum")))
			op.has_checksum = true;
		else
			fail(l, "a word about the operation");
	}
	vec_add(l->arena, &l->operations, op);
}

static int compare_operations(const void *a, const void *b)
{
	return str_cmp(((const ModelOperation *)a)->name, ((const ModelOperation *)b)->name);
}

static int compare_shapes(const void *a, const void *b)
{
	const ModelShape *const *left = a;
	const ModelShape *const *right = b;

	return str_cmp((*left)->name, (*right)->name);
}

/* Lists the shapes in order, and reports those that are mentioned but not declared. */
static void finish_shapes(Loader *l, Model *m, SourceFile *f)
{
	const ModelShape **all = ARENA_ARRAY(l->arena, const ModelShape *, l->shapes.count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->shapes.item_count; i++) {
		const ModelShape *shape = l->shapes.items[i].value;

		if (shape->kind == MODEL_KIND_COUNT) {
			uint32_t at = f->base + (uint32_t)(shape->name.ptr - f->text.ptr);

			diag_add(l->diags, DIAG_SCHEMA_SYNTAX,
				(Span){at, at + (uint32_t)shape->name.len},
				"the slice does not declare the shape `%.*s`",
				STR_ARG(shape->name));
			l->is_failed = true;
		}
		all[n++] = shape;
	}
	qsort(all, n, sizeof(all[0]), compare_shapes);
	m->shapes = all;
	m->shape_count = n;
}

static void load_tokens(Loader *l, Model *m)
{
	if (!accept_word(l, STR("model")))
		fail(l, "`model`");
	m->name = take_string(l, "the model's name");
	m->protocol = take_string(l, "the model's protocol");
	m->api_version = take_string(l, "the model's version");
	while (!l->is_failed && l->at->kind != TOK_END) {
		if (accept_word(l, STR("operation")))
			load_operation(l);
		else
			load_shape(l);
	}
}

Model *model_load(Arena *a, SourceFile *f, DiagList *diags)
{
	Loader l = {.arena = a, .diags = diags};
	Model *m = ARENA_NEW(a, Model);
	Tree *tree = ARENA_NEW(a, Tree);
	TokenVec tokens = {0};
	uint32_t errors = diags->error_count;

	map_init(&l.shapes, a);
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		ModelShape *shape = shape_of(&l, scalars[i].name);

		shape->kind = scalars[i].kind;
		shape->timestamp_format = scalars[i].format;
	}
	lex_file(a, f, true, diags, &tokens, tree);
	l.at = tokens.ptr;
	load_tokens(&l, m);
	vec_fini(&tokens);
	if (l.is_failed || diags->error_count > errors)
		return NULL;
	if (l.operations.len > 0)
		qsort(l.operations.ptr, l.operations.len, sizeof(l.operations.ptr[0]),
			compare_operations);
	m->operations = l.operations.ptr;
	m->operation_count = l.operations.len;
	finish_shapes(&l, m, f);
	return l.is_failed ? NULL : m;
}
