/* The formatter: text to canonical text, and by property: random programs, with comments at random
 * places, keep their tree and their comments, and are stable. */
#include "compiler/base/file.h"
#include "compiler/syntax/format.h"
#include "tests/unit/test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PROGRAMS = 2000, DEPTH_MAX = 4 };

/* A small deterministic generator. */
typedef struct Gen {
	Buf *out;
	uint64_t state;
	uint32_t depth;
	bool in_parens;
	bool has_comments; /* may break lines and put comments where a newline is allowed */
	uint32_t comments;
} Gen;

static uint32_t gen_pick(Gen *g, uint32_t n)
{
	g->state = g->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(g->state >> 33) % n;
}

static void gen_text(Gen *g, const char *s)
{
	buf_add_cstr(g->out, s);
}

/* Where a newline means nothing: a blank, or now and then a comment, newlines, a tab. */
static void gen_gap(Gen *g)
{
	if (g->has_comments && gen_pick(g, 24) == 0) {
		gen_text(g, gen_pick(g, 2) ? "\n  # own\n" : " # trailing\n\n");
		g->comments++;
	} else if (g->has_comments && gen_pick(g, 12) == 0) {
		gen_text(g, "\n\t");
	} else {
		gen_text(g, gen_pick(g, 8) ? " " : "   ");
	}
}

/* Between two items: a newline, with comments and empty lines, or a comma. */
static void gen_separator(Gen *g)
{
	switch (gen_pick(g, g->has_comments ? 6 : 2)) {
	case 0:
		gen_text(g, ", ");
		break;
	case 2:
		gen_text(g, " # item\n");
		g->comments++;
		break;
	case 3:
		gen_text(g, "\n\n    # above\n");
		g->comments++;
		break;
	case 4:
		gen_text(g, ",\n");
		break;
	default:
		gen_text(g, g->has_comments ? "\n" : ", ");
		break;
	}
}

static void gen_name(Gen *g)
{
	static const char *const names[] = {"a", "region", "vpc", "self", "it", "task", "from",
		"where", "subnet_id", "x1", "type", "param", "secret", "a_rather_long_name_it_is",
		"a_name_so_long_that_two_of_them_do_not_fit_on_a_line"};

	gen_text(g, names[gen_pick(g, sizeof(names) / sizeof(*names))]);
}

static void gen_expr(Gen *g);
static void gen_type(Gen *g);
static void gen_record(Gen *g);

static void gen_string(Gen *g)
{
	static const char *const texts[] = {"\"\"", "\"plain\"", "\"a\\n\\t\\\"\\\\\\$\\u{1F600}\"",
		"'raw \\n ${x} $y'", "''", "\"$5 $$ # no comment\"", "\"gr\xc3\xbc\xc3\x9f\""};
	uint32_t n = gen_pick(g, 10);

	if (n < sizeof(texts) / sizeof(*texts)) {
		gen_text(g, texts[n]);
	} else if (n < 9) {
		bool had_comments = g->has_comments;

		g->has_comments = false;
		gen_text(g, "\"a ${");
		gen_expr(g);
		gen_text(g, "} b${");
		gen_expr(g);
		gen_text(g, "}\"");
		g->has_comments = had_comments;
	} else if (g->has_comments) {
		gen_text(g, gen_pick(g, 2)
				    ? "'''\n  one\n\n    two \n  '''"
				    : "\"\"\"\n\tone ${a.b}\n\t\t${x}${y}\n\n\t\\\"\n\t\"\"\"");
	} else {
		gen_text(g, "\"z\"");
	}
}

static void gen_literal(Gen *g)
{
	static const char *const texts[] = {"0", "32Ki", "0x1f", "1_000", "2.5", "1.0e-9", "64GiB",
		"1h30min", "$2.50/h", "$500", "8xH100", "2xA100-80GB", "0.5xL4", "true", "false",
		"null"};

	if (gen_pick(g, 3) == 0)
		gen_string(g);
	else
		gen_text(g, texts[gen_pick(g, sizeof(texts) / sizeof(*texts))]);
}

static void gen_list(Gen *g)
{
	uint32_t n = gen_pick(g, 4);
	bool was_in_parens = g->in_parens;

	g->in_parens = false;
	gen_text(g, "[");
	if (gen_pick(g, 6) == 0) {
		gen_text(g, "for x in ");
		gen_expr(g);
		gen_text(g, gen_pick(g, 2) ? " if a => " : " =>");
		gen_gap(g);
		gen_expr(g);
	} else {
		for (uint32_t i = 0; i < n; i++) {
			if (i)
				gen_separator(g);
			gen_text(g, gen_pick(g, 8) ? "" : "...");
			gen_expr(g);
		}
	}
	gen_text(g, g->has_comments && gen_pick(g, 4) == 0 ? "\n" : "");
	gen_text(g, "]");
	g->in_parens = was_in_parens;
}

static void gen_call(Gen *g)
{
	uint32_t n = gen_pick(g, 4);
	bool was_in_parens = g->in_parens;

	gen_name(g);
	gen_text(g, "(");
	g->in_parens = true;
	for (uint32_t i = 0; i < n; i++) {
		if (i) {
			gen_text(g, ",");
			gen_gap(g);
		}
		if (i == 2)
			gen_text(g, "named = ");
		gen_expr(g);
	}
	gen_text(g, ")");
	g->in_parens = was_in_parens;
}

static void gen_operators(Gen *g, const char *const *ops, uint32_t count)
{
	uint32_t n = 1 + gen_pick(g, 4);

	gen_literal(g);
	while (n-- > 0) {
		gen_text(g, " ");
		gen_text(g, ops[gen_pick(g, count)]);
		gen_gap(g);
		if (gen_pick(g, 3))
			gen_literal(g);
		else
			gen_call(g);
	}
}

static void gen_match(Gen *g)
{
	bool was_in_parens = g->in_parens;

	g->in_parens = false;
	gen_text(g, "match ");
	gen_name(g);
	gen_text(g, " { \"a\" | -1 => ");
	gen_expr(g);
	gen_separator(g);
	gen_text(g, "1..5 | 7.. =>");
	gen_gap(g);
	gen_expr(g);
	gen_separator(g);
	gen_text(g, "_ => 3 }");
	g->in_parens = was_in_parens;
}

/* Forms that may hold others. */
static void gen_deep(Gen *g)
{
	static const char *const sums[] = {"+", "-", "++"};
	static const char *const logic[] = {"and", "or", "and"};
	static const char *const defaults[] = {"??"};
	bool was_in_parens = g->in_parens;

	switch (gen_pick(g, 13)) {
	case 0:
		gen_operators(g, sums, 3);
		break;
	case 1:
		gen_operators(g, logic, 3);
		break;
	case 2:
		gen_operators(g, defaults, 1);
		break;
	case 3:
		gen_list(g);
		break;
	case 4:
		gen_record(g);
		break;
	case 5:
		gen_call(g);
		break;
	case 6:
		gen_match(g);
		break;
	case 7:
		gen_text(g, "(");
		g->in_parens = true;
		gen_gap(g);
		gen_expr(g);
		gen_gap(g);
		gen_text(g, ")");
		g->in_parens = was_in_parens;
		break;
	case 8:
		gen_text(g, "if ");
		gen_literal(g);
		gen_text(g, " == x");
		gen_gap(g);
		gen_text(g, "then ");
		gen_expr(g);
		gen_gap(g);
		gen_text(g, "else ");
		gen_expr(g);
		break;
	case 9:
		gen_text(g, "let n: int = ");
		gen_literal(g);
		gen_text(g, "; ");
		gen_expr(g);
		break;
	case 10:
		gen_text(g, "-a?.b[\"k\"].c(1)[0] * 2");
		break;
	case 11:
		gen_text(g, "not a in b");
		break;
	default:
		gen_name(g);
		gen_text(g, " with ");
		gen_record(g);
		break;
	}
}

static void gen_expr(Gen *g)
{
	if (g->depth >= DEPTH_MAX || gen_pick(g, 3) == 0) {
		if (gen_pick(g, 4))
			gen_literal(g);
		else
			gen_name(g);
		return;
	}
	g->depth++;
	gen_deep(g);
	g->depth--;
}

static void gen_item(Gen *g)
{
	switch (gen_pick(g, 10)) {
	case 0:
		gen_text(g, "@after = [a]");
		return;
	case 1:
		gen_text(g, "...base");
		return;
	case 2:
		gen_text(g, "for k, v in m if v => [k] = ");
		break;
	case 3:
		gen_text(g, "assert a < b, \"why\"");
		return;
	case 4:
		gen_text(g, "let t = ");
		break;
	case 5:
		gen_name(g);
		gen_text(g, " ");
		gen_record(g);
		return;
	case 6:
		gen_text(g, "ports += ");
		break;
	case 7:
		gen_text(g, "\"quoted key\"   = ");
		break;
	default:
		gen_name(g);
		gen_text(g, " =");
		gen_gap(g);
		break;
	}
	gen_expr(g);
}

static void gen_record(Gen *g)
{
	uint32_t n = gen_pick(g, 5);
	bool was_in_parens = g->in_parens;

	g->in_parens = false;
	gen_text(g, "{ ");
	if (g->has_comments && gen_pick(g, 8) == 0) {
		gen_text(g, "# open\n");
		g->comments++;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			gen_separator(g);
		if (g->has_comments && gen_pick(g, 10) == 0)
			gen_text(g, "\n## of the field\nfield = 1\n");
		gen_item(g);
	}
	gen_text(g, g->has_comments && gen_pick(g, 2) ? "\n}" : " }");
	g->in_parens = was_in_parens;
}

static void gen_type(Gen *g)
{
	static const char *const types[] = {"int", "string('^[a-z]+$')", "int(1..65535)?", "bool",
		"aws.ec2.vpc", "\"a\" | \"b\"", "list<string>(1.., unique)", "secret string",
		"map<string, string | secret string>", "id<aws.ec2.vpc>?", "known (int | bool)",
		"(\"a\" | \"b\")?", "T where it % 2 == 0",
		"{ a: int, b: string = \"x\", ...: any }"};

	if (g->depth < 2 && g->has_comments && gen_pick(g, 4) == 0) {
		g->depth++;
		gen_text(g, "{\n  ## documented\n  @deprecated(\"no\") a: ");
		gen_type(g);
		gen_text(g, " = 3 # field\n\n  b: ");
		g->comments++;
		gen_type(g);
		gen_text(g, "\n}");
		g->depth--;
		return;
	}
	gen_text(g, types[gen_pick(g, sizeof(types) / sizeof(*types))]);
}

static void gen_entity(Gen *g)
{
	static const char *const heads[] = {"resource", "lookup", "task", "model", "preset"};

	gen_text(g, heads[gen_pick(g, 5)]);
	gen_text(g, " ");
	gen_name(g);
	gen_text(g, gen_pick(g, 2) ? ": aws.ec2.vpc" : " from a, b.c");
	if (gen_pick(g, 4) == 0) {
		gen_text(g, " for k, v in ");
		gen_expr(g);
		gen_text(g, gen_pick(g, 2) ? " by v.id" : "");
	}
	gen_text(g, gen_pick(g, 4) ? " " : " if a == 1 ");
	gen_record(g);
}

static void gen_decl(Gen *g)
{
	static const char *const simple[] = {"import std.llm", "import \"./b\" as b",
		"import acme.x", "moved a -> b[\"x\"]", "adopt a.b = \"id\"", "forget old[0]",
		"assert a, \"b\"", "package { name = \"a\" }", "require { \"a/b\" = \"1\" }",
		"task t",
		"check \"c\" {\n lookup p: std.http { url = u }\n assert p.ok, \"m\" # why\n}",
		("test \"t\" {\n given a = 1\n given long = 2\n\n mock a.b { c = 1 }\n expect a\n"
		 " expect fails \"E0401\"\n}")};
	uint32_t n = gen_pick(g, 20);

	if (gen_pick(g, 6) == 0)
		gen_text(g, "## Documented.\n## Twice.\n");
	if (gen_pick(g, 12) == 0 && n >= 14)
		gen_text(g, "@deprecated(\"use b\")\n");
	if (n < 12) {
		gen_text(g, simple[n]);
		g->comments += n == 10;
		return;
	}
	switch (n) {
	case 12:
		gen_text(g, "secret s = env(\"X\")");
		return;
	case 13:
		gen_text(g, "type T = ");
		gen_type(g);
		return;
	case 14:
		gen_text(g, "fn f(a: int, b: string = \"x\"): ");
		gen_type(g);
		gen_text(g, " = ");
		break;
	case 15:
		gen_text(g, "output o: ");
		gen_type(g);
		gen_text(g, " = ");
		break;
	case 16:
		gen_text(g, "pub let l = ");
		break;
	case 17:
		gen_text(g, "param p:");
		gen_gap(g);
		gen_type(g);
		gen_text(g, " = ");
		break;
	default:
		gen_entity(g);
		return;
	}
	gen_expr(g);
}

static void gen_program(Gen *g)
{
	uint32_t n = 1 + gen_pick(g, 6);

	for (uint32_t i = 0; i < n; i++) {
		gen_decl(g);
		if (gen_pick(g, 5) == 0) {
			gen_text(g, " # behind");
			g->comments++;
		}
		gen_text(g, gen_pick(g, 3) ? "\n" : "\n\n\n");
		if (gen_pick(g, 6) == 0) {
			gen_text(g, gen_pick(g, 2) ? "# between\n" : "# apart\n\n");
			g->comments++;
		}
	}
}

/* Parses `text`; NULL, after saying why, if it has errors. */
static Tree *parse_text(Arena *arena, Str text)
{
	Sources *sources = ARENA_NEW(arena, Sources);
	DiagList diags;

	sources_init(sources, arena);
	diag_list_init(&diags, arena);
	Tree *t = parse_file(arena, sources_add(sources, STR("t.styx"), text, &diags), &diags);
	if (!diag_list_has_errors(&diags))
		return t;
	printf("%.*s in:\n%.*s\n", STR_ARG(diags.items.ptr[0]->what), STR_ARG(text));
	return NULL;
}

static Str format_text(Arena *arena, Str text)
{
	Tree *t = parse_text(arena, text);
	Buf b;

	buf_init(&b, 1 << 24);
	if (t)
		format_tree(&b, t);
	Str formatted = str_copy(arena, buf_str(&b));
	buf_fini(&b);
	return formatted;
}

/* Says whether both files have the same declarations, in the same order but for imports. */
static bool same_files(const Node *a, const Node *b)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < a->kid_count; i++) {
		if (a->kids[i]->kind == NODE_IMPORT)
			continue;
		while (k < b->kid_count && b->kids[k]->kind == NODE_IMPORT)
			k++;
		if (k == b->kid_count || !node_same(a->kids[i], b->kids[k++]))
			return false;
	}
	return a->kid_count == b->kid_count;
}

static bool keeps(Arena *arena, Str text, uint32_t comments)
{
	Tree *t = parse_text(arena, text);
	Str once = format_text(arena, text);
	Str twice = format_text(arena, once);
	Tree *again = parse_text(arena, once);
	Buf diff;

	if (!t || !again)
		return false;
	if (t->comments.len != comments || again->comments.len != comments)
		printf("%u comments of %u in:\n%.*s\n", again->comments.len, comments,
			STR_ARG(text));
	if (!same_files(t->file, again->file))
		printf("another tree:\n%.*s\n----\n%.*s\n", STR_ARG(text), STR_ARG(once));
	if (!str_eq(once, twice)) {
		buf_init(&diff, 1 << 20);
		format_diff(&diff, STR("twice"), once, twice);
		printf("not stable:\n%.*s\n%.*s\n", STR_ARG(text), STR_ARG(buf_str(&diff)));
		buf_fini(&diff);
	}
	return t->comments.len == comments && again->comments.len == comments &&
	       same_files(t->file, again->file) && str_eq(once, twice);
}

TEST(format_keeps_random_programs)
{
	uint32_t failed = 0;

	for (uint64_t seed = 1; seed <= PROGRAMS && failed < 3; seed++) {
		Arena *arena = arena_new("test");
		Buf text;
		Gen g = {.out = &text, .state = seed * 7919, .has_comments = seed % 4 != 0};

		buf_init(&text, 1 << 20);
		gen_program(&g);
		if (!keeps(arena, str_copy(arena, buf_str(&text)), g.comments)) {
			printf("seed %d\n", (int)seed);
			failed++;
		}
		buf_fini(&text);
		arena_free(arena);
	}
	CHECK_EQ(failed, 0);
}

/* Checks the program at `path` if it parses; returns how many did. */
static uint32_t check_file(const char *path)
{
	Arena *arena = arena_new("test");
	Sources sources;
	DiagList diags;
	Diag err = {0};
	Str text;
	uint32_t checked = 0;

	sources_init(&sources, arena);
	diag_list_init(&diags, arena);
	CHECK_THAT(file_read(arena, str_from(path), 1 << 24, &text, &err));
	Tree *t = parse_file(arena, sources_add(&sources, str_from(path), text, &diags), &diags);
	if (!diag_list_has_errors(&diags)) {
		checked = 1;
		if (!keeps(arena, text, t->comments.len))
			test_fail(path, 1, "the formatter keeps the program");
	}
	arena_free(arena);
	return checked;
}

/* Checks every program below a folder. */
static uint32_t check_folder(const char *folder)
{
	uint32_t checked = 0;
	DIR *d = opendir(folder);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char path[1024];
		struct stat st;
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (stat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			checked += check_folder(path);
		else if (len > 5 && strcmp(entry->d_name + len - 5, ".styx") == 0)
			checked += check_file(path);
	}
	if (d)
		closedir(d);
	return checked;
}

TEST(format_keeps_every_program_of_the_tree)
{
	CHECK_THAT(check_folder("examples") >= 3);
	CHECK_THAT(check_folder("tests/golden") >= 50);
}

/* A tree that was not parsed: no source to copy from, parentheses where they are needed. */
TEST(format_prints_trees_without_source)
{
	Arena *arena = arena_new("test");
	Node *file = node_new(arena, NODE_FILE, SPAN_NONE, STR_NONE);
	Node *let = node_new(arena, NODE_LET, SPAN_NONE, STR_NONE);
	Node *times = node_new(arena, NODE_BINARY, SPAN_NONE, STR("*"));
	Node *plus = node_new(arena, NODE_BINARY, SPAN_NONE, STR("+"));
	Tree t = {.file = file};
	Buf b;

	plus->kids[0] = node_new(arena, NODE_STRING, SPAN_NONE, STR("a\"\n${\\"));
	plus->kids[1] = node_new(arena, NODE_INT, SPAN_NONE, STR("1"));
	times->kids[0] = plus;
	times->kids[1] = node_new(arena, NODE_STRING, SPAN_NONE, STR("it's"));
	times->kids[1]->flags = FLAG_RAW;
	let->kids[DECL_NAME] = node_new(arena, NODE_IDENT, SPAN_NONE, STR("x"));
	let->kids[DECL_VALUE] = times;
	node_add(arena, file, let);
	buf_init(&b, 1 << 20);
	format_tree(&b, &t);
	CHECK_THAT(str_eq(buf_str(&b), STR("let x = (\"a\\\"\\n\\${\\\\\" + 1) * \"it's\"\n")));
	buf_fini(&b);
	arena_free(arena);
}

TEST(format_leaves_a_broken_declaration_alone)
{
	Arena *arena = arena_new("test");
	Sources sources;
	DiagList diags;
	Buf b;

	sources_init(&sources, arena);
	diag_list_init(&diags, arena);
	SourceFile *f = sources_add(&sources, STR("t.styx"),
		STR("let a=1\ntask   t { x = = 1\n   y=2 # c\n}\nlet b   =2\n"), &diags);
	buf_init(&b, 1 << 20);
	format_tree(&b, parse_file(arena, f, &diags));
	CHECK_THAT(diag_list_has_errors(&diags));
	CHECK_THAT(str_eq(
		buf_str(&b), STR("let a = 1\n\ntask   t { x = = 1\n   y=2 # c\n}\n\nlet b = 2\n")));
	buf_fini(&b);
	arena_free(arena);
}

TEST(format_diff_shows_hunks)
{
	Buf b;

	buf_init(&b, 1 << 20);
	format_diff(&b, STR("a.styx"), STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"),
		STR("1\n2\n3\n4\nfive\n6\n7\n8\n9"));
	CHECK_THAT(str_eq(buf_str(&b), STR("--- a.styx\n+++ a.styx\n@@ -2,8 +2,8 @@\n 2\n 3\n "
					   "4\n-5\n+five\n 6\n 7\n 8\n-9\n"
					   "+9\n\\ No newline at end of file\n")));
	buf_clear(&b);
	format_diff(&b, STR("a.styx"), STR("same\n"), STR("same\n"));
	CHECK_EQ(b.len, 0);
	format_diff(&b, STR("a.styx"), STR(""), STR("new\n"));
	CHECK_THAT(str_eq(buf_str(&b), STR("--- a.styx\n+++ a.styx\n@@ -0,0 +1 @@\n+new\n")));
	buf_fini(&b);
}
