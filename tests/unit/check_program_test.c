/* The checker: types, phases and flags that it leaves in the tree for the evaluator. */
#include "compiler/types/program.h"
#include "tests/unit/test.h"

typedef struct Checked {
	Arena *arena;
	Sources sources;
	DiagList diags;
	Program *program;
} Checked;

/* Checks main.styx, and net/main.styx when `net` is not NULL. */
static Checked check_text(const char *main_text, const char *net)
{
	Checked c = {.arena = arena_new("check_program_test")};
	Str *texts = ARENA_ARRAY(c.arena, Str, 2);
	Map *files = ARENA_NEW(c.arena, Map);

	map_init(files, c.arena);
	texts[0] = str_copy(c.arena, str_from(main_text));
	map_put(files, STR("main.styx"), &texts[0]);
	if (net) {
		texts[1] = str_copy(c.arena, str_from(net));
		map_put(files, STR("net/main.styx"), &texts[1]);
	}
	sources_init(&c.sources, c.arena);
	diag_list_init(&c.diags, c.arena);
	c.program =
		check_program(c.arena, &c.sources, vfs_memory(files), STR("."), STR_NONE, &c.diags);
	return c;
}

static const Symbol *symbol_of(const Checked *c, const char *name)
{
	return map_find(&c->program->root->names, str_from(name));
}

static const Symbol *output_of(const Checked *c, const char *name)
{
	return map_find(&c->program->root->outputs, str_from(name));
}

static bool has_type(const Symbol *s, const char *want)
{
	Buf b;
	bool same;

	buf_init(&b, 1 << 16);
	type_print(&b, s->type);
	same = str_eq(buf_str(&b), str_from(want));
	buf_fini(&b);
	return same;
}

static bool is_adapted(const Symbol *s)
{
	return (s->decl->kids[DECL_VALUE]->flags & FLAG_ADAPT) != 0;
}

TEST(check_program_types)
{
	Checked c = check_text("let a = 3\n"
			       "let b = [1, 2.5]\n"
			       "let c = { x = \"s\", y = [true] }\n"
			       "let d = if c.y[0] then 1GiB else null\n"
			       "let e = [for k, v in { a = 1, b = 2 } => \"${k}${v}\"]\n"
			       "let f = { for k in [\"p\"] => [k] = 1h }\n"
			       "let g = d ?? 2GiB\n"
			       "let h = 3.5 * 2\n"
			       "let i = $2/h * 3h\n",
		NULL);

	CHECK_EQ(c.diags.error_count, 0);
	CHECK_THAT(has_type(symbol_of(&c, "a"), "3"));
	CHECK_THAT(has_type(symbol_of(&c, "b"), "list<float>"));
	CHECK_THAT(has_type(symbol_of(&c, "c"), "{ x: \"s\", y: list<true> }"));
	CHECK_THAT(has_type(symbol_of(&c, "d"), "size?"));
	CHECK_THAT(has_type(symbol_of(&c, "e"), "list<string>"));
	CHECK_THAT(has_type(symbol_of(&c, "f"), "map<string, duration>"));
	CHECK_THAT(has_type(symbol_of(&c, "g"), "size"));
	CHECK_THAT(has_type(symbol_of(&c, "h"), "float"));
	CHECK_THAT(has_type(symbol_of(&c, "i"), "money"));
	arena_free(c.arena);
}

TEST(check_program_adapts)
{
	Checked c = check_text("type P = { host: string, port: int = 80 }\n"
			       "let a: float = 3\n"
			       "let b: range<int> = 3\n"
			       "let c: set<int> = [1, 2]\n"
			       "let d: P = { host = \"x\" }\n"
			       "let e: P = { host = \"x\", port = 1 }\n"
			       "let f: int = 3\n"
			       "param name: string\n"
			       "let g: string('^a') = name\n"
			       "let h: int where it > 0 = 3\n"
			       "let i: string = \"plain\"\n",
		NULL);

	CHECK_EQ(c.diags.error_count, 0);
	CHECK_THAT(is_adapted(symbol_of(&c, "a")));
	CHECK_THAT(is_adapted(symbol_of(&c, "b")));
	CHECK_THAT(is_adapted(symbol_of(&c, "c")));
	CHECK_THAT(is_adapted(symbol_of(&c, "d")));
	CHECK_THAT(!is_adapted(symbol_of(&c, "e")));
	CHECK_THAT(!is_adapted(symbol_of(&c, "f")));
	CHECK_THAT(is_adapted(symbol_of(&c, "g")));
	CHECK_THAT(is_adapted(symbol_of(&c, "h")));
	CHECK_THAT(!is_adapted(symbol_of(&c, "i")));
	arena_free(c.arena);
}

TEST(check_program_phases)
{
	Checked c = check_text("param region: string\n"
			       "resource vpc: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\", tags = { "
			       "r = region } }\n"
			       "lookup image: aws.ec2.image { name = \"x\" }\n"
			       "lookup late: aws.ec2.image { name = vpc.owner_id }\n"
			       "let a = vpc.id\n"
			       "let b = vpc.cidr_block\n"
			       "let c = vpc.tags\n"
			       "let d = { known = 1, late = vpc.id }\n"
			       "let e = d.known\n"
			       "let f = vpc.enable_dns_support\n"
			       "let g = image.id\n"
			       "let h = late.id\n"
			       "let i = keys(d)\n"
			       "let j = \"${region}\"\n",
		NULL);
	static const struct {
		const char *name;
		Phase phase, shape;
	} want[] = {
		{"a", PHASE_APPLY, PHASE_APPLY},
		{"b", PHASE_CONST, PHASE_CONST},
		{"c", PHASE_PLAN, PHASE_CONST},
		{"d", PHASE_APPLY, PHASE_CONST},
		{"e", PHASE_CONST, PHASE_CONST},
		{"f", PHASE_CONST, PHASE_CONST},
		{"g", PHASE_PLAN, PHASE_PLAN},
		{"h", PHASE_APPLY, PHASE_APPLY},
		{"i", PHASE_CONST, PHASE_CONST},
		{"j", PHASE_PLAN, PHASE_PLAN},
	};

	CHECK_EQ(c.diags.error_count, 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const Symbol *s = symbol_of(&c, want[i].name);

		CHECK_EQ(s->phase, want[i].phase);
		CHECK_EQ(s->shape_phase, want[i].shape);
	}
	arena_free(c.arena);
}

TEST(check_program_names)
{
	Checked c = check_text("fn f(x: int, y: int = 2): int = let z = x + y; z * z\n"
			       "let a = f(1)\n"
			       "let b = [for i in [1, 2] => [for j in [3] => i * j]]\n",
		NULL);
	const Symbol *f = symbol_of(&c, "f");
	const Node *call = symbol_of(&c, "a")->decl->kids[DECL_VALUE];
	const Symbol *x = f->decl->kids[FN_FIRST_PARAM]->kids[0]->info;

	CHECK_EQ(c.diags.error_count, 0);
	CHECK_THAT(call->info == f && !(call->flags & FLAG_BUILTIN_CALL));
	CHECK_EQ(x->kind, SYMBOL_LOCAL);
	CHECK_EQ(x->index, 0);
	CHECK_EQ(f->frame_size, 3);
	CHECK_EQ(symbol_of(&c, "b")->frame_size, 2);
	CHECK_THAT(has_type(f, "int"));
	arena_free(c.arena);
}

TEST(check_program_modules)
{
	Checked c = check_text("import \"./net\"\n"
			       "resource v: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\" }\n"
			       "module one: net { name = \"a\", keys = { a = 1 } }\n"
			       "module two: net { name = v.id, keys = { a = 1 } }\n"
			       "output a = one.label\n"
			       "output b = two.label\n"
			       "output c = net.twice(2)\n",
		"param name: string\n"
		"param keys: map<string, int>\n"
		"pub fn twice(x: int): int = x * 2\n"
		"output label = \"n-${name}\"\n"
		"output all = [for k, v in keys => k]\n");

	CHECK_EQ(c.diags.error_count, 0);
	CHECK_EQ(c.program->module_order.len, 2);
	CHECK_THAT(c.program->module_order.ptr[1] == c.program->root);
	CHECK_EQ(output_of(&c, "a")->phase, PHASE_PLAN);
	CHECK_EQ(output_of(&c, "b")->phase, PHASE_APPLY);
	CHECK_THAT(has_type(output_of(&c, "c"), "int"));
	CHECK_THAT(symbol_of(&c, "one")->target == c.program->module_order.ptr[0]);
	arena_free(c.arena);
}

TEST(check_program_entities)
{
	Checked c = check_text("param on: bool = true\n"
			       "resource v: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\" }\n"
			       "resource s: aws.ec2.subnet for k, n in { a = 0 } {\n"
			       "  vpc_id = v.id, cidr_block = cidr_subnet(v.cidr_block, 8, n)\n"
			       "}\n"
			       "resource w: aws.ec2.vpc if on { cidr_block = \"10.1.0.0/16\" }\n"
			       "secret p = env(\"P\")\n"
			       "output q: secret string = \"x${p}\"\n",
		NULL);

	CHECK_EQ(c.diags.error_count, 0);
	CHECK_THAT(has_type(symbol_of(&c, "v"), "aws.ec2.vpc"));
	CHECK_THAT(has_type(symbol_of(&c, "s"), "map<string, aws.ec2.subnet>"));
	CHECK_THAT(has_type(symbol_of(&c, "w"), "aws.ec2.vpc?"));
	CHECK_THAT(symbol_of(&c, "v")->resource != NULL);
	CHECK_EQ(symbol_of(&c, "s")->frame_size, 2);
	CHECK_THAT(symbol_of(&c, "p")->is_secret && output_of(&c, "q")->is_secret);
	CHECK_THAT(!symbol_of(&c, "v")->is_secret);
	arena_free(c.arena);
}

/* What an error touches stays silent. */
TEST(check_program_silence)
{
	Checked c = check_text("let a = nothing\n"
			       "let b = a + 1\n"
			       "let c = [for x in b => x.y]\n"
			       "task t { run = 'true' }\n"
			       "output d = t.outputs.weights + 3\n"
			       "resource v: aws.ec2.vpc { cidr_block = c }\n",
		NULL);

	CHECK_EQ(c.diags.items.len, 2);
	CHECK_EQ(c.diags.error_count, 2);
	arena_free(c.arena);
}

/* A long chain of declarations, each of which needs the next, costs no stack. */
TEST(check_program_chain)
{
	enum { LINKS = 20000 };
	Buf b;
	Checked c;

	buf_init(&b, 1 << 24);
	for (uint32_t i = 0; i < LINKS; i++)
		buf_print(&b, "let a%u = a%u + 1\n", i, i + 1);
	buf_print(&b, "let a%u = 1\n", LINKS);
	c = check_text(buf_cstr(&b), NULL);
	CHECK_EQ(c.diags.error_count, 0);
	CHECK_THAT(has_type(symbol_of(&c, "a0"), "int"));
	buf_fini(&b);
	arena_free(c.arena);
}

/* Deep nesting is an error, not a crash. */
TEST(check_program_depth)
{
	enum { TERMS = 5000 };
	Buf b;
	Checked c;

	buf_init(&b, 1 << 24);
	buf_add_cstr(&b, "let a = 1");
	for (uint32_t i = 0; i < TERMS; i++)
		buf_add_cstr(&b, " + 1");
	c = check_text(buf_cstr(&b), NULL);
	CHECK_THAT(c.diags.error_count <= 1);
	buf_fini(&b);
	arena_free(c.arena);
}
