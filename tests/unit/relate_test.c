/* How types relate: a table of pairs, and the laws on random types. */
#include "compiler/types/relate.h"

#include "compiler/types/builtin_sig.h"
#include "compiler/types/refine.h"
#include "compiler/types/unit.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct World {
	Arena *arena;
	Types types;
	DiagList diags;
} World;

static void world_init(World *w)
{
	w->arena = arena_new("test");
	types_init(&w->types, w->arena);
	diag_list_init(&w->diags, w->arena);
}

static const Type *lit(World *w, const char *text)
{
	return type_literal(&w->types, value_string(str_from(text)));
}

/* The notation of signatures, and "text" literals. */
static const Type *type(World *w, const char *text)
{
	Str s = str_from(text);
	const Type *members[8];
	uint32_t n = 0;

	if (str_has(s, STR("'"))) {
		while (s.len > 0) {
			Str part = str_trim(str_cut(&s, STR("|")));

			members[n++] = type_literal(
				&w->types, value_string(str_slice(part, 1, part.len - 1)));
		}
		return type_union(&w->types, members, n);
	}
	members[0] = builtin_parse_type(&w->types, s);
	if (!members[0])
		fprintf(stderr, "no type: %s\n", text);
	CHECK_THAT(members[0] != NULL);
	return members[0];
}

typedef struct Pair {
	const char *from, *to;
	TypeFit fit;
	DiagCode code;
} Pair;

static const Pair pairs[] = {
	{"int", "int", FIT_YES, DIAG_NONE},
	{"int", "float", FIT_YES, DIAG_NONE},
	{"float", "int", FIT_NO, DIAG_TYPE_MISMATCH},
	{"int", "string", FIT_NO, DIAG_TYPE_MISMATCH},
	{"int", "size", FIT_NO, DIAG_TYPE_MISMATCH},
	{"int", "int(1..10)", FIT_CHECK, DIAG_NONE},
	{"int(2..3)", "int(1..10)", FIT_YES, DIAG_NONE},
	{"int(20..)", "int(1..10)", FIT_NO, DIAG_OUT_OF_RANGE},
	{"int(5..20)", "int(1..10)", FIT_CHECK, DIAG_NONE},
	{"'a'", "string", FIT_YES, DIAG_NONE},
	{"'a'", "'a' | 'b'", FIT_YES, DIAG_NONE},
	{"'c'", "'a' | 'b'", FIT_NO, DIAG_NOT_IN_ENUM},
	{"'a' | 'b'", "'a' | 'b' | 'c'", FIT_YES, DIAG_NONE},
	{"'a' | 'c'", "'a' | 'b'", FIT_NO, DIAG_NOT_IN_ENUM},
	{"string", "'a' | 'b'", FIT_NO, DIAG_TYPE_MISMATCH},
	{"string", "cidr", FIT_CHECK, DIAG_NONE},
	{"cidr", "string", FIT_YES, DIAG_NONE},
	{"cidr", "ip", FIT_NO, DIAG_TYPE_MISMATCH},
	{"'10.0.0.0/16'", "cidr", FIT_YES, DIAG_NONE},
	{"'10.0.0.1'", "cidr", FIT_NO, DIAG_BAD_FORMAT},
	{"'10.0.0.1/16'", "cidr", FIT_NO, DIAG_BAD_FORMAT},
	{"int", "int?", FIT_YES, DIAG_NONE},
	{"int?", "int", FIT_NO, DIAG_MAY_BE_NULL},
	{"null", "int?", FIT_YES, DIAG_NONE},
	{"null", "int", FIT_NO, DIAG_TYPE_MISMATCH},
	{"int", "int | string", FIT_YES, DIAG_NONE},
	{"bool", "int | string", FIT_NO, DIAG_TYPE_MISMATCH},
	{"int", "range<int>", FIT_YES, DIAG_NONE},
	{"range<int>", "int", FIT_NO, DIAG_TYPE_MISMATCH},
	{"list<int>", "list<float>", FIT_YES, DIAG_NONE},
	{"list<string>", "list<int>", FIT_NO, DIAG_TYPE_MISMATCH},
	{"list<string>", "set<string>", FIT_NO, DIAG_TYPE_MISMATCH},
	{"string", "secret string", FIT_YES, DIAG_NONE},
	{"secret string", "string", FIT_NO, DIAG_SECRET_SINK},
	{"secret string", "string | secret string", FIT_YES, DIAG_NONE},
	{"known string", "string", FIT_YES, DIAG_NONE},
	{"string", "known string", FIT_YES, DIAG_NONE},
	{"{ a: int }", "{ a: float }", FIT_YES, DIAG_NONE},
	{"{ a: int, b: int }", "{ a: int }", FIT_NO, DIAG_UNKNOWN_FIELD},
	{"{ a: int }", "{ a: int, b: int }", FIT_NO, DIAG_MISSING_FIELD},
	{"{ a: int }", "{ a: int, b: int? }", FIT_YES, DIAG_NONE},
	{"{ a: int? }", "{ a: int }", FIT_NO, DIAG_MAY_BE_NULL},
	{"{ a: int }", "map<string, int>", FIT_YES, DIAG_NONE},
	{"{ a: int, b: string }", "map<string, int>", FIT_NO, DIAG_TYPE_MISMATCH},
	{"map<string, int>", "{ a: int }", FIT_NO, DIAG_TYPE_MISMATCH},
	{"list<string>", "json", FIT_YES, DIAG_NONE},
	{"{ a: list<int?> }", "json", FIT_YES, DIAG_NONE},
	{"{ a: size }", "json", FIT_NO, DIAG_TYPE_MISMATCH},
	{"json", "string", FIT_NO, DIAG_TYPE_MISMATCH},
	{"never", "int", FIT_YES, DIAG_NONE},
};

TEST(relate_fit_table)
{
	World w;

	world_init(&w);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const Type *from = type(&w, pairs[i].from), *to = type(&w, pairs[i].to);
		TypeMismatch m = {0};
		TypeFit fit = type_fit(from, to, &m);

		if (fit != pairs[i].fit || (fit == FIT_NO && m.code != pairs[i].code)) {
			fprintf(stderr, "%s to %s: %d, %.*s\n", pairs[i].from, pairs[i].to,
				(int)fit, STR_ARG(diag_code_str(m.code)));
			CHECK_NEVER("as the table says");
		}
		CHECK_EQ(type_is_subtype(from, to, NULL), fit == FIT_YES);
		if (fit == FIT_NO) {
			Diag *d = type_mismatch_report(&w.diags, SPAN_NONE, from, to, &m);

			CHECK_THAT(d->code == m.code && d->what.len > 0);
		}
	}
	arena_free(w.arena);
}

TEST(relate_ids)
{
	World w;
	const Type *vpc, *subnet;
	TypeMismatch m;

	world_init(&w);
	vpc = type_named(&w.types, TYPE_ID, STR("aws.ec2.vpc"));
	subnet = type_named(&w.types, TYPE_ID, STR("aws.ec2.subnet"));
	CHECK_EQ(type_fit(vpc, type(&w, "string"), NULL), FIT_YES);
	CHECK_EQ(type_fit(type(&w, "string"), vpc, NULL), FIT_NO);
	CHECK_EQ(type_fit(lit(&w, "vpc-1"), vpc, NULL), FIT_CHECK);
	CHECK_EQ(type_fit(vpc, subnet, &m), FIT_NO);
	CHECK_EQ(m.code, DIAG_WRONG_ID);
	CHECK_THAT(!type_is_comparable(vpc, subnet));
	CHECK_THAT(type_is_comparable(vpc, lit(&w, "vpc-1")));
	arena_free(w.arena);
}

TEST(relate_mismatch_path)
{
	World w;
	TypeMismatch m;
	Buf b;

	world_init(&w);
	buf_init(&b, 256);
	CHECK_EQ(type_fit(type(&w, "{ a: list<{ b: string }> }"),
			 type(&w, "{ a: list<{ b: int }> }"), &m),
		FIT_NO);
	type_mismatch_print_path(&b, &m);
	CHECK_THAT(str_eq(buf_str(&b), STR("a[].b")));
	CHECK_EQ(m.expected->kind, TYPE_INT);
	CHECK_EQ(m.found->kind, TYPE_STRING);
	buf_fini(&b);
	arena_free(w.arena);
}

typedef struct JoinCase {
	const char *a, *b, *want; /* NULL: none */
} JoinCase;

static const JoinCase joins[] = {
	{"int", "float", "float"},
	{"int", "null", "int?"},
	{"int?", "float", "float?"},
	{"'a'", "'b'", "'a' | 'b'"},
	{"'a'", "string", "string"},
	{"cidr", "ip", "string"},
	{"int(1..2)", "int(4..5)", "int"},
	{"int", "string", NULL},
	{"size", "duration", NULL},
	{"list<int>", "list<float>", "list<float>"},
	{"list<never>", "list<int>", "list<int>"},
	{"{ a: int }", "{ a: float }", "{ a: float }"},
	{"{ a: int }", "{ a: null }", "{ a: int? }"},
	{"{ a: int }", "{ b: int }", NULL},
	{"{ a: int }", "map<string, float>", "map<string, float>"},
	{"secret string", "string", "secret string"},
	{"known int", "int", "int"},
	{"int", "range<int>", "range<int>"},
	{"never", "int", "int"},
};

TEST(relate_join_table)
{
	World w;

	world_init(&w);
	for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
		const Type *a = type(&w, joins[i].a), *b = type(&w, joins[i].b);
		TypeMismatch m = {0};
		const Type *got = type_join(&w.types, a, b, &m);
		const Type *back = type_join(&w.types, b, a, NULL);
		const Type *want = joins[i].want ? type(&w, joins[i].want) : NULL;
		bool ok = want ? got && back && type_same(got, want) && type_same(back, want)
			       : !got && !back;

		if (!ok) {
			Buf text;

			buf_init(&text, 1024);
			if (got)
				type_print(&text, got);
			fprintf(stderr, "%s and %s: %s\n", joins[i].a, joins[i].b, buf_cstr(&text));
			buf_fini(&text);
			CHECK_NEVER("as the table says");
		}
		if (!got)
			CHECK_EQ(type_join_report(&w.diags, SPAN_NONE, a, b, &m)->code,
				DIAG_NO_JOIN);
	}
	arena_free(w.arena);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static const Type *random_type(World *w, uint64_t *seed, int depth)
{
	static const char *const simple[] = {"bool", "int", "float", "string", "cidr", "size",
		"int(1..5)", "int(2..9)", "'a'", "'a' | 'b'", "'b' | 'c'", "null", "json", "never",
		"duration", "'10.0.0.0/8'"};
	uint64_t pick = next_random(seed) % (depth > 0 ? 10 : 4);
	TypeField *fields;
	uint32_t n;

	if (pick < 4)
		return type(w, simple[next_random(seed) % (sizeof(simple) / sizeof(simple[0]))]);
	if (pick == 4)
		return type_wrap(&w->types, TYPE_OPTIONAL, random_type(w, seed, depth - 1));
	if (pick == 5)
		return type_wrap(&w->types, TYPE_LIST, random_type(w, seed, depth - 1));
	if (pick == 6)
		return type_map(&w->types, type(w, "string"), random_type(w, seed, depth - 1));
	if (pick == 7) {
		const Type *members[2] = {random_type(w, seed, 0), random_type(w, seed, 0)};

		return type_union(&w->types, members, 2);
	}
	if (pick == 8)
		return type_wrap(&w->types, TYPE_SECRET, random_type(w, seed, 0));
	n = (uint32_t)(next_random(seed) % 3);
	fields = ARENA_ARRAY(w->arena, TypeField, n);
	for (uint32_t i = 0; i < n; i++)
		fields[i] = (TypeField){
			.name = i ? STR("b") : STR("a"), .type = random_type(w, seed, depth - 1)};
	return type_record(&w->types, fields, n, NULL);
}

static void show(const char *what, const Type *a, const Type *b, const Type *c)
{
	const Type *all[3] = {a, b, c};
	Buf text;

	buf_init(&text, 1 << 12);
	for (int i = 0; i < 3; i++) {
		type_print(&text, all[i]);
		buf_add_cstr(&text, "   ");
	}
	fprintf(stderr, "%s: %s\n", what, buf_cstr(&text));
	buf_fini(&text);
	CHECK_NEVER("a law of types");
}

TEST(relate_laws)
{
	uint64_t seed = 88172645463325252u;
	int chains = 0, joined = 0;
	World w;

	world_init(&w);
	for (int i = 0; i < 60000; i++) {
		const Type *a = random_type(&w, &seed, 2), *b = random_type(&w, &seed, 2);
		const Type *c = random_type(&w, &seed, 2);
		const Type *both = type_join(&w.types, a, b, NULL);
		const Type *all = both ? type_join(&w.types, both, c, NULL) : NULL;

		if (both && i % 2)
			b = both;
		if (all && i % 4 > 1)
			c = all;
		if (!type_is_subtype(a, a, NULL))
			show("not reflexive", a, a, a);
		if (type_is_subtype(a, b, NULL) && type_is_subtype(b, c, NULL)) {
			chains++;
			if (!type_is_subtype(a, c, NULL))
				show("not transitive", a, b, c);
		}
		if (both) {
			joined++;
			if (!type_is_subtype(a, both, NULL) || !type_is_subtype(b, both, NULL))
				show("no upper bound", a, b, both);
		}
		if (i % 4096 == 0) {
			arena_free(w.arena);
			world_init(&w);
		}
	}
	CHECK_THAT(chains > 500);
	CHECK_THAT(joined > 5000);
	arena_free(w.arena);
}

TEST(relate_join_widens_many_literals)
{
	World w;
	const Type *all;

	world_init(&w);
	all = type_literal(&w.types, value_int(0));
	for (int64_t i = 1; i < 5000; i++)
		all = type_join(&w.types, all, type_literal(&w.types, value_int(i)), NULL);
	CHECK_THAT(all == type_simple(&w.types, TYPE_INT));
	CHECK_THAT(arena_used(w.arena) < 1 << 22);
	arena_free(w.arena);
}

TEST(relate_unions)
{
	World w;
	TypeField s3[2], gcs[2];
	const Type *members[3], *u, *a, *b;
	Str field;

	world_init(&w);
	s3[0] = (TypeField){.name = STR("kind"), .type = lit(&w, "s3")};
	s3[1] = (TypeField){.name = STR("bucket"), .type = type(&w, "string")};
	gcs[0] = (TypeField){.name = STR("kind"), .type = lit(&w, "gcs")};
	gcs[1] = (TypeField){.name = STR("bucket"), .type = type(&w, "int")};
	members[0] = type_record(&w.types, s3, 2, NULL);
	members[1] = type_record(&w.types, gcs, 2, NULL);
	members[2] = type(&w, "string");
	u = type_union(&w.types, members, 3);
	CHECK_THAT(type_discriminator(u, &field) && str_eq(field, STR("kind")));
	CHECK_THAT(type_union_by_tag(u, field, value_string(STR("gcs"))) == members[1]);
	CHECK_THAT(type_union_by_kind(u, TYPE_STRING) == members[2]);
	CHECK_THAT(!type_union_by_kind(u, TYPE_RECORD));
	CHECK_THAT(!type_union_is_ambiguous(u, &a, &b));
	gcs[0].type = lit(&w, "s3");
	CHECK_THAT(!type_discriminator(u, &field));
	CHECK_THAT(type_union_is_ambiguous(u, &a, &b));
	CHECK_THAT(a == members[0] && b == members[1]);
	arena_free(w.arena);
}

typedef struct UnitCase {
	Operation op;
	const char *left, *right, *want; /* NULL: refused with `code` */
	DiagCode code;
} UnitCase;

static const UnitCase units[] = {
	{OP_ADD, "int", "int", "int", DIAG_NONE},
	{OP_ADD, "int(1..2)", "float", "float", DIAG_NONE},
	{OP_ADD, "size", "size", "size", DIAG_NONE},
	{OP_ADD, "size", "duration", NULL, DIAG_DIMENSION},
	{OP_ADD, "size", "int", NULL, DIAG_DIMENSION},
	{OP_ADD, "string", "string", NULL, DIAG_BAD_OPERAND},
	{OP_ADD, "int?", "int", NULL, DIAG_MAY_BE_NULL},
	{OP_MUL, "size", "float", "size", DIAG_NONE},
	{OP_MUL, "price", "duration", "money", DIAG_NONE},
	{OP_MUL, "size", "size", NULL, DIAG_DIMENSION},
	{OP_DIV, "int", "int", "float", DIAG_NONE},
	{OP_DIV, "size", "size", "float", DIAG_NONE},
	{OP_DIV, "money", "duration", "price", DIAG_NONE},
	{OP_DIV, "money", "price", "duration", DIAG_NONE},
	{OP_DIV, "int", "size", NULL, DIAG_DIMENSION},
	{OP_REM, "duration", "duration", "duration", DIAG_NONE},
	{OP_CONCAT, "list<int>", "list<float>", "list<float>", DIAG_NONE},
	{OP_CONCAT, "list<int>", "list<string>", NULL, DIAG_NO_JOIN},
	{OP_EQ, "int", "float", "bool", DIAG_NONE},
	{OP_EQ, "int", "string", NULL, DIAG_UNEQUAL_TYPES},
	{OP_EQ, "string?", "null", "bool", DIAG_NONE},
	{OP_EQ, "'a' | 'b'", "'c'", NULL, DIAG_UNEQUAL_TYPES},
	{OP_EQ, "size", "money", NULL, DIAG_DIMENSION},
	{OP_LT, "size", "size", "bool", DIAG_NONE},
	{OP_LT, "size", "int", NULL, DIAG_DIMENSION},
	{OP_LT, "bool", "bool", NULL, DIAG_BAD_OPERAND},
	{OP_IN, "int", "range<int>", "bool", DIAG_NONE},
	{OP_IN, "'a'", "map<string, int>", "bool", DIAG_NONE},
	{OP_IN, "int", "list<string>", NULL, DIAG_UNEQUAL_TYPES},
	{OP_IN, "'a'", "string", NULL, DIAG_BAD_OPERAND},
	{OP_AND, "bool", "bool", "bool", DIAG_NONE},
	{OP_AND, "bool", "string", NULL, DIAG_BAD_OPERAND},
	{OP_COALESCE, "int?", "int", "int", DIAG_NONE},
	{OP_COALESCE, "int?", "never", "int", DIAG_NONE},
	{OP_COALESCE, "int?", "string", NULL, DIAG_NO_JOIN},
	{OP_RANGE, "int", "float", "range<float>", DIAG_NONE},
	{OP_RANGE, "'a'", "'b'", NULL, DIAG_BAD_OPERAND},
};

TEST(relate_operators)
{
	World w;

	world_init(&w);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const Type *left = type(&w, units[i].left), *right = type(&w, units[i].right);
		DiagCode code = DIAG_NONE;
		const Type *got = unit_result(&w.types, units[i].op, left, right, &code);
		const Type *want = units[i].want ? type(&w, units[i].want) : NULL;

		if (want ? !got || !type_same(got, want) : got || code != units[i].code) {
			fprintf(stderr, "%s %.*s %s: %.*s\n", units[i].left,
				STR_ARG(operation_name(units[i].op)), units[i].right,
				STR_ARG(diag_code_str(code)));
			CHECK_NEVER("as the table says");
		}
		if (!got)
			CHECK_EQ(unit_report(&w.diags, SPAN_NONE, units[i].op, left, right, code)
					 ->code,
				code);
	}
	arena_free(w.arena);
}
