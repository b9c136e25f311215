/* Types: makers keep their promises, equality, and the text of every kind. */
#include "compiler/schema/type.h"

#include "tests/unit/test.h"

typedef struct Fixture {
	Arena *arena;
	Types types;
} Fixture;

static Fixture begin(void)
{
	Fixture f = {.arena = arena_new("test")};

	return f;
}

static void expect_text(const Type *t, Str want)
{
	Buf b;

	buf_init(&b, 4096);
	type_print(&b, t);
	CHECK_THAT(str_eq(buf_str(&b), want));
	buf_fini(&b);
}

enum { MANY = 20000 };

static Str numbered(Arena *a, uint32_t i)
{
	return str_print(a, "field_%u", i);
}

TEST(type_records_of_many_fields_are_searched_by_hash)
{
	Fixture f = begin();
	TypeField *fields = ARENA_ARRAY(f.arena, TypeField, MANY + 1);
	const Type *record;

	types_init(&f.types, f.arena);
	for (uint32_t i = 0; i < MANY; i++)
		fields[i] = (TypeField){.name = numbered(f.arena, i),
			.type = type_simple(&f.types, TYPE_INT)};
	fields[MANY] = fields[7];
	record = type_record(&f.types, fields, MANY + 1, NULL);
	for (uint32_t i = 0; i < MANY; i++)
		CHECK_THAT(type_field(record, numbered(f.arena, i)) == &fields[i]);
	CHECK_THAT(!type_field(record, STR("field_")));
	CHECK_THAT(type_same(record, type_record(&f.types, fields, MANY + 1, NULL)));
	arena_free(f.arena);
}

TEST(type_unions_of_many_literals_hold_each_once)
{
	Fixture f = begin();
	const Type **members = ARENA_ARRAY(f.arena, const Type *, 3 * MANY);
	const Type *made;

	types_init(&f.types, f.arena);
	for (uint32_t i = 0; i < MANY; i++) {
		Str text = numbered(f.arena, i);

		members[i] = type_literal(&f.types, value_string(text));
		members[i + MANY] = type_literal(&f.types, value_int(i));
		members[i + 2 * MANY] = type_literal(&f.types, value_string(text));
	}
	made = type_union(&f.types, members, 3 * MANY);
	CHECK_EQ(made->count, 2 * MANY);
	CHECK_THAT(made->members[MANY - 1] == members[MANY - 1]);
	CHECK_THAT(type_same(made, type_union(&f.types, members, 2 * MANY)));
	arena_free(f.arena);
}

TEST(type_simple_ones_are_shared)
{
	Fixture f = begin();

	types_init(&f.types, f.arena);
	CHECK_THAT(type_by_name(&f.types, STR("int")) == type_simple(&f.types, TYPE_INT));
	CHECK_THAT(type_by_name(&f.types, STR("cidr")) == type_format(&f.types, FORMAT_CIDR));
	CHECK_THAT(type_format(&f.types, FORMAT_NONE) == type_simple(&f.types, TYPE_STRING));
	CHECK_THAT(!type_by_name(&f.types, STR("null")));
	CHECK_THAT(!type_by_name(&f.types, STR("strnig")));
	arena_free(f.arena);
}

TEST(type_wrap_does_not_wrap_twice)
{
	Fixture f = begin();
	const Type *optional;

	types_init(&f.types, f.arena);
	optional = type_wrap(&f.types, TYPE_OPTIONAL, type_simple(&f.types, TYPE_INT));
	CHECK_THAT(type_wrap(&f.types, TYPE_OPTIONAL, optional) == optional);
	CHECK_THAT(type_wrap(&f.types, TYPE_OPTIONAL, type_simple(&f.types, TYPE_NULL)) ==
		type_simple(&f.types, TYPE_NULL));
	arena_free(f.arena);
}

TEST(type_union_flattens_and_drops_repeats)
{
	Fixture f = begin();
	const Type *members[3];
	const Type *u;

	types_init(&f.types, f.arena);
	members[0] = type_literal(&f.types, value_string(STR("a")));
	members[1] = type_literal(&f.types, value_string(STR("b")));
	u = type_union(&f.types, members, 2);
	CHECK_EQ(u->kind, TYPE_UNION);
	members[1] = u;
	members[2] = type_simple(&f.types, TYPE_NULL);
	u = type_union(&f.types, members, 3);
	CHECK_EQ(u->kind, TYPE_OPTIONAL);
	CHECK_EQ(u->elem->count, 2);
	CHECK_THAT(type_union(&f.types, members, 1) == members[0]);
	CHECK_EQ(type_union(&f.types, members, 0)->kind, TYPE_NEVER);
	arena_free(f.arena);
}

TEST(type_same_compares_structure)
{
	Fixture f = begin();
	const Type *a[2];
	const Type *b[2];
	TypeField left[2] = {{.name = STR("x")}, {.name = STR("y")}};
	TypeField right[2] = {{.name = STR("y")}, {.name = STR("x")}};
	Type *refined;

	types_init(&f.types, f.arena);
	a[0] = b[1] = type_simple(&f.types, TYPE_INT);
	a[1] = b[0] = type_simple(&f.types, TYPE_STRING);
	CHECK_THAT(type_same(type_union(&f.types, a, 2), type_union(&f.types, b, 2)));
	left[0].type = right[1].type = a[0];
	left[1].type = right[0].type = a[1];
	CHECK_THAT(type_same(type_record(&f.types, left, 2, NULL),
		type_record(&f.types, right, 2, NULL)));
	right[0].type = a[0];
	CHECK_THAT(!type_same(type_record(&f.types, left, 2, NULL),
		type_record(&f.types, right, 2, NULL)));
	refined = ARENA_NEW(f.arena, Type);
	*refined = *a[0];
	refined->min = value_int(1);
	CHECK_THAT(!type_same(refined, a[0]));
	CHECK_THAT(!type_same(type_named(&f.types, TYPE_ID, STR("a.b.c")),
		type_named(&f.types, TYPE_ID, STR("a.b.d"))));
	arena_free(f.arena);
}

TEST(type_print_uses_parentheses_where_needed)
{
	Fixture f = begin();
	const Type *members[2];
	const Type *u;
	Type *text;

	types_init(&f.types, f.arena);
	members[0] = type_simple(&f.types, TYPE_STRING);
	members[1] = type_wrap(&f.types, TYPE_LIST, members[0]);
	u = type_union(&f.types, members, 2);
	expect_text(u, STR("string | list<string>"));
	expect_text(type_wrap(&f.types, TYPE_OPTIONAL, u), STR("(string | list<string>)?"));
	expect_text(type_wrap(&f.types, TYPE_SECRET, u), STR("secret (string | list<string>)"));
	expect_text(type_wrap(&f.types, TYPE_OPTIONAL,
			    type_wrap(&f.types, TYPE_SECRET, members[0])),
		STR("secret string?"));
	expect_text(type_map(&f.types, members[0], u), STR("map<string, string | list<string>>"));
	text = ARENA_NEW(f.arena, Type);
	*text = *members[0];
	text->pattern = STR("^a$");
	text->max = value_int(63);
	expect_text(text, STR("string('^a$', ..63)"));
	arena_free(f.arena);
}
