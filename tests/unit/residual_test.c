/* Finishing deferred values: what the program would have computed, had it known. */
#include "compiler/graph/residual.h"
#include "compiler/styx.h"
#include "tests/unit/test.h"

/* The one object of these programs: v.id and v.list, when they are known. */
typedef struct World {
	Value id, arn;
	Arena *arena;
} World;

static bool world_ref(void *ctx, Str address, const Value *path, uint32_t count, Value *ret)
{
	const World *w = ctx;
	Value v = VALUE_NULL;

	if (!str_eq(address, STR("v")) || count != 1)
		return false;
	if (str_eq(path[0].as.text, STR("id")))
		v = w->id;
	else if (str_eq(path[0].as.text, STR("default_security_group_id")))
		v = w->arn;
	if (v.kind == VAL_NULL)
		return false;
	*ret = v;
	return true;
}

static bool world_secret(void *ctx, const Residual *handle, Value *ret)
{
	(void)ctx;
	if (!str_eq(handle->name, STR("env")))
		return false;
	*ret = value_string(STR("hunter2"));
	return true;
}

/* Evaluates `output o = EXPR`, then resolves it with v.id = "vpc-1". */
static bool residual_is(const char *expr, const char *before, const char *after)
{
	Arena *a = arena_new("test");
	Map files;
	Str text = str_print(a, "secret s = env(\"S\")\n"
		"resource v: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\" }\n"
		"output o: secret json = %s\n", expr);
	Buf b;
	Diag err = {0};
	Graph *g = NULL;
	StyxInputs in = {0};
	bool ok = false;

	map_init(&files, a);
	(void)map_put(&files, STR("main.styx"), &text);
	StyxOptions o = {.files = vfs_memory(&files), .dir = STR("main.styx")};
	Styx *s = styx_open(&o);
	World w = {.id = value_string(STR("vpc-1")), .arena = a};
	ResidualEnv env = {&w, world_ref, world_secret};
	Value v;

	buf_init(&b, SIZE_MAX / 2);
	if (styx_eval(s, &in, &g) && residual_resolve(a, g->outputs[0].value, &env, &v, &err)) {
		value_print(&b, v, -1);
		ok = str_eq(buf_str(&b), str_from(after)) &&
			value_is_known(g->outputs[0].value) == !before;
	}
	g = graph_free(g);
	s = styx_close(s);
	diag_fini(&err);
	buf_fini(&b);
	a = arena_free(a);
	return ok;
}

TEST(residual_operations_are_finished)
{
	CHECK_THAT(residual_is("\"${v.id}!\"", "", "\"vpc-1!\""));
	CHECK_THAT(residual_is("if v.id == \"vpc-1\" then 1 else 2", "", "1"));
	CHECK_THAT(residual_is("match v.id { \"x\" => 1, \"vpc-1\" => 2, _ => 3 }", "", "2"));
	CHECK_THAT(residual_is("{ a = upper(v.id), b = 2 }", "", "{ a = \"VPC-1\", b = 2 }"));
	CHECK_THAT(residual_is("1 + 2", NULL, "3"));
}

TEST(residual_loops_are_finished)
{
	CHECK_THAT(residual_is("[for p in split(v.id, \"-\") => \"${p}.\"]", "",
		"[\"vpc.\", \"1.\"]"));
	CHECK_THAT(residual_is("[for i, p in split(v.id, \"-\") if i > 0 => p]", "", "[\"1\"]"));
	CHECK_THAT(residual_is("{ for p in split(v.id, \"-\") => [p] = [for q in [p] => q] }", "",
		"{ \"1\" = [\"1\"], vpc = [\"vpc\"] }"));
	CHECK_THAT(residual_is("[1, ...[for p in split(v.id, \"-\") => len(p)], 2]", "",
		"[1, 3, 1, 2]"));
}

/* A branch that would fail fails only when it is taken. */
TEST(residual_branches_wait)
{
	CHECK_THAT(residual_is("if v.id == \"x\" then error(\"no\") else \"yes\"", "", "\"yes\""));
	CHECK_THAT(!residual_is("if v.id == \"vpc-1\" then error(\"no\") else \"yes\"", "", "x"));
}

/* What is not there yet stays, with the rest filled in. */
TEST(residual_unknown_stays_deferred)
{
	CHECK_THAT(residual_is("v.default_security_group_id", "",
		"(after v.default_security_group_id)"));
	CHECK_THAT(residual_is("{ a = v.id, b = v.default_security_group_id }", "",
		"{ a = \"vpc-1\", b = (after v.default_security_group_id) }"));
}

TEST(residual_secrets_are_fetched_by_handle)
{
	CHECK_THAT(residual_is("\"x-${s}\"", "", "\"x-hunter2\""));
}
