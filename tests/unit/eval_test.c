/* Expressions and their values, through the whole front of the compiler. */
#include "compiler/styx.h"
#include "tests/unit/test.h"

/* Evaluates a program in memory; the code of its first error, or "". */
static Str eval_program(Arena *a, const char *text, Value *ret_output)
{
	Map files;
	Str source = str_from(text), code = STR("");
	Graph *g = NULL;
	StyxInputs in = {0};

	map_init(&files, a);
	(void)map_put(&files, STR("main.styx"), &source);
	StyxOptions o = {.files = vfs_memory(&files), .dir = STR("main.styx")};
	Styx *s = styx_open(&o);

	if (styx_eval(s, &in, &g)) {
		if (g->output_count)
			*ret_output = value_copy(a, g->outputs[0].value);
	} else {
		DiagList *l = styx_diags(s);

		code = str_copy(a, l->items.len ? diag_code_str(l->items.ptr[0]->code)
						: STR("nothing"));
	}
	g = graph_free(g);
	s = styx_close(s);
	return code;
}

static bool eval_gives(const char *text, const char *want)
{
	Arena *a = arena_new("test");
	Value v = VALUE_NULL;
	Buf b;
	Str code = eval_program(a, text, &v);

	buf_init(&b, SIZE_MAX / 2);
	if (code.len)
		buf_add(&b, code);
	else
		value_print(&b, v, -1);
	bool ok = str_eq(buf_str(&b), str_from(want));

	buf_fini(&b);
	a = arena_free(a);
	return ok;
}

TEST(eval_operators_and_text)
{
	CHECK_THAT(eval_gives("output o = 1 + 2 * 3", "7"));
	CHECK_THAT(eval_gives("let n = 2\noutput o = \"a${n}b${n + 1}\"", "\"a2b3\""));
	CHECK_THAT(eval_gives("output o = 64GiB / 2", "32GiB"));
	CHECK_THAT(eval_gives("output o = not (1 == 2) and 3 in [1, 3]", "true"));
	CHECK_THAT(eval_gives("let a: string? = null\noutput o = a ?? \"d\"", "\"d\""));
}

TEST(eval_short_circuits)
{
	CHECK_THAT(eval_gives("let z = 0\noutput o = z != 0 and 1 / z > 1.0", "false"));
	CHECK_THAT(eval_gives("output o = if true then 1 else error(\"no\")", "1"));
}

TEST(eval_only_what_is_reachable)
{
	CHECK_THAT(eval_gives("let never: int = error(\"no\")\noutput o = 1", "1"));
	CHECK_THAT(eval_gives("let asked: int = error(\"no\")\noutput o = asked", "E0906"));
}

TEST(eval_comprehensions)
{
	CHECK_THAT(eval_gives("output o = [for x in [1, 2, 3] if x > 1 => x * x]", "[4, 9]"));
	CHECK_THAT(eval_gives("output o = [for i, x in [\"a\", \"b\"] => \"${i}${x}\"]",
		"[\"0a\", \"1b\"]"));
	CHECK_THAT(eval_gives("let m = { b = 1, a = 2 }\n"
			      "output o = [for k, v in m => \"${k}${v}\"]",
		"[\"a2\", \"b1\"]"));
	CHECK_THAT(eval_gives("output o = { for k in [\"x\", \"y\"] => [k] = len(k) }",
		"{ x = 1, y = 1 }"));
	CHECK_THAT(eval_gives("output o = { for k in [\"x\", \"x\"] => [k] = 1 }", "E0611"));
}

TEST(eval_match_and_functions)
{
	CHECK_THAT(eval_gives("let n = 7\noutput o = match n { 0..5 => \"low\", _ => \"high\" }",
		"\"high\""));
	CHECK_THAT(eval_gives("fn f(x: int, y: int = 10): int = x * y + g(x)\n"
			      "fn g(x: int): int = x + 1\noutput o = f(2) + f(1, y = 2)", "27"));
}

TEST(eval_record_defaults_see_self)
{
	CHECK_THAT(eval_gives("type E = { host: string, port: int = 443, "
			      "url: string = \"${self.host}:${self.port}\" }\n"
			      "let e: E = { host = \"h\" }\noutput o = e.url", "\"h:443\""));
}

TEST(eval_predicates)
{
	CHECK_THAT(eval_gives("type Even = int where it % 2 == 0\n"
			      "param n: Even = 3\noutput o = n", "E0420"));
}

TEST(eval_asserts)
{
	CHECK_THAT(eval_gives("let n = 3\nassert n < 3, \"small\"\noutput o = n", "E0902"));
	CHECK_THAT(eval_gives("let n = 3\nassert n == 3\noutput o = n", "3"));
}

TEST(eval_errors_once)
{
	CHECK_THAT(eval_gives("let z = 0\noutput o = 1 / z", "E0904"));
	CHECK_THAT(eval_gives("let b = 9223372036854775807\noutput o = b + 1", "E0903"));
}

/* Lists of lists cost what they hold. */
TEST(eval_fuel_ends)
{
	CHECK_THAT(eval_gives("let s = sequence(1, 3000)\n"
			      "output o = len([for i in s => len([for j in s => "
			      "[for k in s => 1]])])",
		"E0901"));
}

/* A chain of names deeper than any stack. */
TEST(eval_depth_is_no_limit)
{
	Arena *a = arena_new("test");
	Buf b;
	Value v = VALUE_NULL;

	buf_init(&b, SIZE_MAX / 2);
	for (int i = 30000; i > 0; i--)
		buf_print(&b, "let n%d = n%d + 1\n", i, i - 1);
	buf_print(&b, "let n0 = 0\noutput o = n30000\n");
	CHECK_EQ(eval_program(a, buf_cstr(&b), &v).len, 0);
	CHECK_EQ(v.as.number, 30000);
	buf_fini(&b);
	a = arena_free(a);
}
