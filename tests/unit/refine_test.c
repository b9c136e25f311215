/* Values against types: formats, shapes, defaults, and the words of refusals. */
#include "compiler/types/refine.h"

#include "compiler/types/builtin_sig.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct Text {
	TypeFormat format;
	const char *text;
	bool is_fine;
	const char *nearest; /* NULL: none */
} Text;

static const Text texts[] = {
	{FORMAT_CIDR, "10.0.0.0/16", true, NULL},
	{FORMAT_CIDR, "10.0.0.1", false, "10.0.0.1/32"},
	{FORMAT_CIDR, "10.0.0.1/16", false, "10.0.0.0/16"},
	{FORMAT_CIDR, "10.0.0.0/33", false, NULL},
	{FORMAT_CIDR, "10.0.0/8", false, NULL},
	{FORMAT_CIDR, "2001:db8::/32", true, NULL},
	{FORMAT_CIDR, "2001:db8::1/32", false, "2001:db8::/32"},
	{FORMAT_CIDR, "0.0.0.0/0", true, NULL},
	{FORMAT_IP, "10.0.0.1", true, NULL},
	{FORMAT_IP, "10.0.0.01", false, NULL},
	{FORMAT_IP, "10.0.0.256", false, NULL},
	{FORMAT_IP, "10.0.0.1/8", false, "10.0.0.1"},
	{FORMAT_IP, "::1", true, NULL},
	{FORMAT_IP, "1::2::3", false, NULL},
	{FORMAT_IP, "::ffff:10.0.0.1", true, NULL},
	{FORMAT_IP, "1:2:3:4:5:6:7", false, NULL},
	{FORMAT_URL, "https://example.com/a?b=c#d", true, NULL},
	{FORMAT_URL, "example.com", false, "https://example.com"},
	{FORMAT_URL, "https://", false, NULL},
	{FORMAT_URL, "https://a b", false, NULL},
	{FORMAT_URL, "http://example.com:99999/", false, NULL},
	{FORMAT_URL, "http://user:pw@[::1]:80/", true, NULL},
	{FORMAT_URL, "s3://bucket/key", true, NULL},
	{FORMAT_PATH, "/a/b", true, NULL},
	{FORMAT_PATH, "", false, NULL},
	{FORMAT_PATH, "s3://x", false, NULL},
	{FORMAT_IMAGE, "nginx:1.27", true, NULL},
	{FORMAT_IMAGE, "ghcr.io/acme/desktop:24.04", true, NULL},
	{FORMAT_IMAGE, "localhost:5000/x", true, NULL},
	{FORMAT_IMAGE, "Acme/app", false, "acme/app"},
	{FORMAT_IMAGE, "app:", false, NULL},
	{FORMAT_IMAGE, "app@sha256:123", false, NULL},
	{FORMAT_IMAGE, "a b", false, NULL},
	{FORMAT_CRON, "*/5 0-6 1,15 JAN-MAR MON", true, NULL},
	{FORMAT_CRON, "@daily", true, NULL},
	{FORMAT_CRON, "* * * *", false, NULL},
	{FORMAT_CRON, "60 * * * *", false, NULL},
	{FORMAT_CRON, "* * * * * *", false, NULL},
	{FORMAT_CRON, "* * 0 * *", false, NULL},
	{FORMAT_EMAIL, "name@example.com", true, NULL},
	{FORMAT_EMAIL, "name@localhost", false, NULL},
	{FORMAT_EMAIL, "A <a@example.com>", false, NULL},
};

TEST(refine_formats)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		Buf why, nearest;
		bool got;

		buf_init(&why, 1024);
		buf_init(&nearest, 1024);
		got = refine_format(texts[i].format, str_from(texts[i].text), &why, &nearest);
		if (got != texts[i].is_fine ||
			!str_eq(buf_str(&nearest), str_from(texts[i].nearest))) {
			fprintf(stderr, "%s: %d, %s, near %s\n", texts[i].text, got, buf_cstr(&why),
				buf_cstr(&nearest));
			CHECK_NEVER("as the table says");
		}
		CHECK_EQ(why.len > 0, !got);
		buf_fini(&why);
		buf_fini(&nearest);
	}
}

typedef struct World {
	Arena *arena;
	Types types;
	DiagList diags;
	RefineCtx c;
} World;

static void world_init(World *w)
{
	*w = (World){.arena = arena_new("test")};
	types_init(&w->types, w->arena);
	diag_list_init(&w->diags, w->arena);
	w->c = (RefineCtx){.arena = w->arena, .diags = &w->diags};
}

static const Type *type(World *w, const char *text)
{
	const Type *t = builtin_parse_type(&w->types, str_from(text));

	CHECK_THAT(t != NULL);
	return t;
}

static Value record(World *w, const char *key, Value v)
{
	ValueEntry *e = ARENA_NEW(w->arena, ValueEntry);

	*e = (ValueEntry){str_from(key), v};
	return value_map(w->arena, e, 1);
}

/* Says whether the value was refused with this code and these words. */
static bool refused(World *w, const Type *t, Value v, DiagCode code, const char *words)
{
	Value ignored;
	const Diag *d;
	bool ok = refine_value(&w->c, t, v, &ignored);

	d = w->diags.items.len > 0 ? w->diags.items.ptr[w->diags.items.len - 1] : NULL;
	if (!ok && d && d->code == code &&
		(str_has(d->what, str_from(words)) || str_has(d->why, str_from(words)) ||
			str_has(d->fix, str_from(words))))
		return true;
	fprintf(stderr, "%d: %.*s (%.*s) [%.*s]\n", ok, STR_ARG(d ? d->what : STR("")),
		STR_ARG(d ? d->why : STR("")), STR_ARG(d ? d->fix : STR("")));
	return false;
}

TEST(refine_shapes)
{
	World w;
	Value v, items[3];

	world_init(&w);
	CHECK_THAT(refine_value(&w.c, type(&w, "float"), value_int(3), &v));
	CHECK_EQ(v.kind, VAL_FLOAT);
	CHECK_THAT(refine_value(&w.c, type(&w, "range<int>"), value_int(3), &v));
	CHECK_THAT(v.kind == VAL_RANGE && v.as.list->items[1].as.number == 3);
	items[0] = items[2] = value_int(2);
	items[1] = value_int(1);
	CHECK_THAT(refine_value(&w.c, type(&w, "set<float>"), value_list(w.arena, items, 3), &v));
	CHECK_THAT(v.kind == VAL_SET && v.as.list->len == 2 && v.as.list->items[0].as.real < 1.5);
	CHECK_THAT(refine_value(
		&w.c, type(&w, "map<string, float>"), record(&w, "a", value_int(1)), &v));
	CHECK_EQ(value_find(v, STR("a"))->kind, VAL_FLOAT);
	CHECK_THAT(refine_value(&w.c, type(&w, "int?"), VALUE_NULL, &v) && v.kind == VAL_NULL);
	CHECK_THAT(refine_value(&w.c, type(&w, "list<int> | float"), value_int(1), &v));
	CHECK_EQ(v.kind, VAL_FLOAT);
	CHECK_EQ(w.diags.items.len, 0);
	arena_free(w.arena);
}

TEST(refine_refusals)
{
	World w;
	const Type *names[2];
	Type pattern;
	Value items[2];

	world_init(&w);
	CHECK_THAT(
		refused(&w, type(&w, "int"), value_string(STR("x")), DIAG_TYPE_MISMATCH, "\"x\""));
	CHECK_THAT(refused(&w, type(&w, "int"), VALUE_NULL, DIAG_TYPE_MISMATCH, "null"));
	CHECK_THAT(refused(
		&w, type(&w, "int(1..65535)"), value_int(70000), DIAG_OUT_OF_RANGE, "65535"));
	CHECK_THAT(refused(&w, type(&w, "string(1..3)"), value_string(STR("abcd")),
		DIAG_OUT_OF_RANGE, "4 characters"));
	CHECK_THAT(refused(&w, type(&w, "cidr"), value_string(STR("10.0.0.1")), DIAG_BAD_FORMAT,
		"10.0.0.1/32"));
	CHECK_THAT(refused(&w, type(&w, "{ a: int }"), record(&w, "aa", value_int(1)),
		DIAG_UNKNOWN_FIELD, "did you mean `a`"));
	CHECK_THAT(refused(&w, type(&w, "{ a: int }"), value_map(w.arena, NULL, 0),
		DIAG_MISSING_FIELD, "`a`"));
	CHECK_THAT(refused(&w, type(&w, "{ a: list<int> }"),
		record(&w, "a", value_list(w.arena, (const Value[]){VALUE_NULL}, 1)),
		DIAG_TYPE_MISMATCH, "a[0]"));
	pattern = *type(&w, "string");
	pattern.pattern = STR("^[a-z][a-z0-9-]*$");
	CHECK_THAT(refused(&w, &pattern, value_string(STR("My_App")), DIAG_BAD_FORMAT, "`my-app`"));
	names[0] = type_literal(&w.types, value_string(STR("gp2")));
	names[1] = type_literal(&w.types, value_string(STR("gp3")));
	CHECK_THAT(refused(&w, type_union(&w.types, names, 2), value_string(STR("gp33")),
		DIAG_NOT_IN_ENUM, "did you mean \"gp3\""));
	pattern = *type(&w, "list<int>");
	pattern.is_unique = true;
	items[0] = items[1] = value_int(1);
	CHECK_THAT(
		refused(&w, &pattern, value_list(w.arena, items, 2), DIAG_NOT_UNIQUE, "0 and 1"));
	CHECK_THAT(
		!refine_id(&w.diags, SPAN_NONE, STR("aws.ec2.vpc"), STR("^vpc-"), STR("subnet-1")));
	CHECK_THAT(refine_id(&w.diags, SPAN_NONE, STR("aws.ec2.vpc"), STR("^vpc-"), STR("vpc-1")));
	arena_free(w.arena);
}

static bool holds_if_even(void *env, const Type *type, Value it, Span at)
{
	(void)type;
	(void)at;
	++*(int *)env;
	return it.as.number % 2 == 0;
}

static bool fill_from_self(void *env, const TypeField *field, Value self, Value *ret)
{
	(void)env;
	(void)field;
	*ret = *value_find(self, STR("a"));
	return true;
}

TEST(refine_defaults_and_predicates)
{
	static const struct Node *const some_node = (const struct Node *)&texts;
	World w;
	TypeField fields[3] = {{.name = STR("a")}, {.name = STR("b")}, {.name = STR("c")}};
	const Type *t;
	Type even;
	Value v;
	int calls = 0;

	world_init(&w);
	even = *type(&w, "int");
	even.where = some_node;
	fields[0].type = &even;
	fields[1].type = type(&w, "float");
	fields[1].has_default = true;
	fields[1].default_value = value_int(7);
	fields[2].type = type(&w, "int");
	fields[2].has_default = true;
	fields[2].default_node = some_node;
	t = type_record(&w.types, fields, 3, NULL);
	w.c.holds = holds_if_even;
	w.c.fill = fill_from_self;
	w.c.env = &calls;
	CHECK_THAT(refine_value(&w.c, t, record(&w, "a", value_int(2)), &v));
	CHECK_EQ(v.as.map->len, 3);
	CHECK_THAT(value_find(v, STR("b"))->as.real > 6.5);
	CHECK_EQ(value_find(v, STR("c"))->as.number, 2);
	CHECK_EQ(calls, 1);
	CHECK_THAT(!refine_value(&w.c, t, record(&w, "a", value_int(3)), &v));
	arena_free(w.arena);
}
