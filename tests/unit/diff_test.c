/* The diff: what differs, what never does, and what cannot be changed in place. */
#include "runtime/plan/diff.h"

#include "tests/unit/test.h"

static const Type diff_string = {.kind = TYPE_STRING};
static const Type diff_int = {.kind = TYPE_INT};
static const Type diff_map = {.kind = TYPE_MAP, .key = &diff_string, .elem = &diff_string};
static const SchemaAttr diff_size_attr = {.name = STR_INIT("size"), .type = &diff_int};
static const SchemaAttr diff_kind_attr = {.name = STR_INIT("kind"), .type = &diff_string,
	.flags = ATTR_REPLACE};
static const SchemaAttr diff_iops_attr = {.name = STR_INIT("iops"), .type = &diff_int,
	.flags = ATTR_COMPUTED};
static const TypeField diff_disk_fields[] = {
	{.name = STR_INIT("size"), .type = &diff_int, .attr = &diff_size_attr},
	{.name = STR_INIT("kind"), .type = &diff_string, .attr = &diff_kind_attr},
	{.name = STR_INIT("iops"), .type = &diff_int, .attr = &diff_iops_attr},
};
static const Type diff_disk = {.kind = TYPE_RECORD, .fields = diff_disk_fields, .count = 3};
static const Type diff_disks = {.kind = TYPE_SET, .elem = &diff_disk};
static const Type diff_strings = {.kind = TYPE_LIST, .elem = &diff_string};

/* `replace if it < old` */
static const SchemaExpr diff_it = {.kind = SX_NAME, .name = STR_INIT("it")};
static const SchemaExpr diff_old = {.kind = SX_NAME, .name = STR_INIT("old")};
static const SchemaExpr *const diff_sides[] = {&diff_it, &diff_old};
static const SchemaExpr diff_shrinks = {.kind = SX_BINARY, .name = STR_INIT("<"),
	.kids = diff_sides, .count = 2};

static const SchemaAttr diff_attrs[] = {
	{.name = STR_INIT("id"), .type = &diff_string, .flags = ATTR_OUT},
	{.name = STR_INIT("name"), .type = &diff_string, .flags = ATTR_REPLACE},
	{.name = STR_INIT("size"), .type = &diff_int, .flags = ATTR_REPLACE,
		.replace_if = &diff_shrinks},
	{.name = STR_INIT("zone"), .type = &diff_string, .flags = ATTR_COMPUTED},
	{.name = STR_INIT("note"), .type = &diff_string},
	{.name = STR_INIT("tags"), .type = &diff_map},
	{.name = STR_INIT("root"), .type = &diff_disk},
	{.name = STR_INIT("disks"), .type = &diff_disks},
	{.name = STR_INIT("hosts"), .type = &diff_strings},
	{.name = STR_INIT("force"), .type = &diff_string, .flags = ATTR_LOCAL},
	{.name = STR_INIT("password"), .type = &diff_string, .flags = ATTR_WRITE_ONLY},
};
static const SchemaResource diff_schema = {.name = STR_INIT("test.box"), .attrs = diff_attrs,
	.attr_count = sizeof(diff_attrs) / sizeof(*diff_attrs)};

/* A record of up to four entries. */
static Value diff_record(Arena *a, const ValueEntry *entries, uint32_t count)
{
	ValueEntry *copy = ARENA_ARRAY(a, ValueEntry, count);

	for (uint32_t i = 0; i < count; i++)
		copy[i] = entries[i];
	return value_map(a, copy, count);
}
#define RECORD(a, ...)                                                                             \
	diff_record((a), (ValueEntry[]){__VA_ARGS__},                                              \
		sizeof((ValueEntry[]){__VA_ARGS__}) / sizeof(ValueEntry))
#define TEXT(key, text) {STR(key), value_string(STR(text))}
#define NUMBER(key, number) {STR(key), value_int(number)}

typedef struct DiffCase {
	Arena *arena;
	DiffSides sides;
	PlanChange *changes;
	uint32_t count;
} DiffCase;

static void diff_run(DiffCase *c, Value desired, Value observed, Value recorded)
{
	c->sides.schema = &diff_schema;
	c->sides.desired = desired;
	c->sides.observed = observed;
	c->sides.recorded = recorded;
	diff_object(c->arena, &c->sides, &c->changes, &c->count);
}

TEST(diff_equal_is_nothing)
{
	DiffCase c = {.arena = arena_new("test")};
	Value v = RECORD(c.arena, TEXT("name", "a"), NUMBER("size", 3));

	diff_run(&c, v, v, v);
	CHECK_EQ(c.count, 0);
	arena_free(c.arena);
}

TEST(diff_unset_is_right_as_it_is)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, TEXT("name", "a"));
	Value have = RECORD(c.arena, TEXT("id", "i-1"), TEXT("name", "a"), TEXT("zone", "z"),
		TEXT("note", "made by the server"));

	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 0);
	arena_free(c.arena);
}

TEST(diff_removed_input_goes)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, TEXT("name", "a"));
	Value have = RECORD(c.arena, TEXT("name", "a"), TEXT("zone", "z"), TEXT("note", "x"));

	diff_run(&c, want, have, have);
	CHECK_EQ(c.count, 1); /* a computed one is the server's again */
	CHECK_THAT(str_eq(c.changes[0].path, STR("note")));
	CHECK_EQ(c.changes[0].new.kind, VAL_NULL);
	arena_free(c.arena);
}

TEST(diff_immutable_replaces)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, TEXT("name", "b"), TEXT("note", "n"));
	Value have = RECORD(c.arena, TEXT("name", "a"), TEXT("note", "m"));

	diff_run(&c, want, have, have);
	CHECK_EQ(c.count, 2);
	CHECK_THAT(c.changes[0].is_replace);
	CHECK_THAT(!c.changes[1].is_replace);
	arena_free(c.arena);
}

TEST(diff_replace_if_asks_the_schema)
{
	DiffCase c = {.arena = arena_new("test")};
	Value three = RECORD(c.arena, NUMBER("size", 3));
	Value four = RECORD(c.arena, NUMBER("size", 4));

	diff_run(&c, four, three, three);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(!c.changes[0].is_replace); /* it grows */
	diff_run(&c, three, four, four);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(c.changes[0].is_replace);
	arena_free(c.arena);
}

TEST(diff_goes_into_records)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, {STR("root"), RECORD(c.arena, NUMBER("size", 9))});
	Value have = RECORD(c.arena,
		{STR("root"), RECORD(c.arena, NUMBER("size", 8), TEXT("kind", "ssd"),
			NUMBER("iops", 3000))});

	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(str_eq(c.changes[0].path, STR("root.size")));
	want = RECORD(c.arena, {STR("root"), RECORD(c.arena, TEXT("kind", "hdd"))});
	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(str_eq(c.changes[0].path, STR("root.kind")) && c.changes[0].is_replace);
	arena_free(c.arena);
}

TEST(diff_sets_have_no_order)
{
	DiffCase c = {.arena = arena_new("test")};
	Value wanted[] = {RECORD(c.arena, NUMBER("size", 1)), RECORD(c.arena, NUMBER("size", 2))};
	Value there[] = {RECORD(c.arena, NUMBER("size", 2), NUMBER("iops", 100)),
		RECORD(c.arena, NUMBER("size", 1), NUMBER("iops", 900))};
	Value more[] = {there[0], there[1], RECORD(c.arena, NUMBER("size", 3))};
	Value want = RECORD(c.arena, {STR("disks"), value_set(c.arena, wanted, 2)});
	Value have = RECORD(c.arena, {STR("disks"), value_list(c.arena, there, 2)});

	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 0);
	have = RECORD(c.arena, {STR("disks"), value_set(c.arena, more, 3)});
	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 1);
	arena_free(c.arena);
}

TEST(diff_lists_have_an_order)
{
	DiffCase c = {.arena = arena_new("test")};
	Value one[] = {value_string(STR("a")), value_string(STR("b"))};
	Value two[] = {one[1], one[0]};
	Value want = RECORD(c.arena, {STR("hosts"), value_list(c.arena, one, 2)});
	Value have = RECORD(c.arena, {STR("hosts"), value_list(c.arena, two, 2)});

	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 1);
	arena_free(c.arena);
}

TEST(diff_empty_is_nothing)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, {STR("tags"), value_map(c.arena, NULL, 0)},
		{STR("hosts"), value_list(c.arena, NULL, 0)});

	diff_run(&c, want, value_map(c.arena, NULL, 0), want);
	CHECK_EQ(c.count, 0);
	arena_free(c.arena);
}

TEST(diff_maps_are_compared_whole)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, {STR("tags"), RECORD(c.arena, TEXT("a", "1"))});
	Value have =
		RECORD(c.arena, {STR("tags"), RECORD(c.arena, TEXT("a", "1"), TEXT("b", "2"))});

	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(str_eq(c.changes[0].path, STR("tags")));
	arena_free(c.arena);
}

TEST(diff_local_and_write_only_go_by_the_record)
{
	DiffCase c = {.arena = arena_new("test")};
	Value want = RECORD(c.arena, TEXT("force", "yes"), TEXT("password", "digest-1"));
	Value have = RECORD(c.arena, TEXT("name", "a"));
	Value before = RECORD(c.arena, TEXT("force", "no"), TEXT("password", "digest-0"));

	diff_run(&c, want, have, want);
	CHECK_EQ(c.count, 0);
	diff_run(&c, want, have, before);
	CHECK_EQ(c.count, 2);
	/* After a crash nobody knows what was sent: it is sent again. */
	diff_run(&c, want, have, VALUE_NULL);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(str_eq(c.changes[0].path, STR("password")));
	arena_free(c.arena);
}

static bool diff_always(void *ctx, Value unknown)
{
	(void)ctx;
	(void)unknown;
	return true;
}

TEST(diff_unknown_may_be_equal)
{
	DiffCase c = {.arena = arena_new("test")};
	Residual ref = {.op = RESIDUAL_REF, .name = STR("vpc")};
	Value want = RECORD(c.arena, {STR("name"), value_residual(&ref)});
	Value have = RECORD(c.arena, TEXT("name", "a"));

	diff_run(&c, want, have, have);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(c.changes[0].may_be_equal && !c.changes[0].is_replace);
	c.sides.is_new = diff_always; /* what it comes from is made anew: it will differ */
	diff_run(&c, want, have, have);
	CHECK_THAT(c.changes[0].is_replace);
	arena_free(c.arena);
}

TEST(diff_drift_leaves_outputs_alone)
{
	DiffCase c = {.arena = arena_new("test")};
	Value was = RECORD(c.arena, TEXT("id", "1"), TEXT("name", "a"), TEXT("note", "x"));
	Value is = RECORD(c.arena, TEXT("id", "2"), TEXT("name", "a"), TEXT("note", "y"));

	diff_drift(c.arena, &diff_schema, was, is, &c.changes, &c.count);
	CHECK_EQ(c.count, 1);
	CHECK_THAT(str_eq(c.changes[0].path, STR("note")));
	arena_free(c.arena);
}

TEST(diff_span_is_the_nearest)
{
	static const GraphSpan spans[] = {{STR_INIT("root"), {10, 20}},
		{STR_INIT("root.size"), {12, 14}}, {STR_INIT("ro"), {1, 2}}};
	GraphNode node = {.at = {1, 5}, .spans = spans, .span_count = 3};

	CHECK_EQ(diff_span(&node, STR("root.size")).begin, 12);
	CHECK_EQ(diff_span(&node, STR("root.kind")).begin, 10);
	CHECK_EQ(diff_span(&node, STR("name")).begin, 1);
}
