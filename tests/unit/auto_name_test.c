/* Names that are made up. */
#include "runtime/apply/auto_name.h"

#include "tests/unit/test.h"
#include "tests/unit/world_util.h"

static const Type name_string = {.kind = TYPE_STRING};
static const SchemaAttr name_attrs[] = {
	{.name = STR_INIT("name"), .type = &name_string, .flags = ATTR_AUTO},
	{.name = STR_INIT("note"), .type = &name_string},
};
static const SchemaResource name_box = {.name = STR_INIT("test.named"), .attrs = name_attrs,
	.attr_count = 2};

static Str name_of(TestWorld *t, const char *salt, uint64_t generation)
{
	Value v = auto_name_fill(t->store, t->arena, &name_box, str_from(salt), generation,
		value_map(t->arena, NULL, 0));

	CHECK_THAT(!value_find(v, STR("note")));
	return value_find(v, STR("name"))->as.text;
}

static void name_test_made(TestWorld *t)
{
	Str one = name_of(t, "net.web[\"a b\"]", 3);

	CHECK_THAT(str_starts(one, STR("net-web-a-b-")) && one.len == 12 + 8);
	CHECK_THAT(str_eq(one, name_of(t, "net.web[\"a b\"]", 3)));
	CHECK_THAT(!str_eq(one, name_of(t, "net.web[\"a b\"]", 4)));
	CHECK_THAT(!str_eq(name_of(t, "a.b", 3), name_of(t, "a-b", 3)));
	CHECK_THAT(name_of(t, "a_very_long_address.with_many_parts.and_more.of_them[\"x\"]", 1).len <= 48);
	Value own = value_with(t->arena, value_map(t->arena, NULL, 0), STR("name"),
		value_string(STR("mine")));

	own = auto_name_fill(t->store, t->arena, &name_box, STR("a"), 1, own);
	CHECK_THAT(str_eq(value_find(own, STR("name"))->as.text, STR("mine")));
}
TEST(auto_name_is_the_same_for_one_attempt)
{
	world_run(name_test_made);
}
