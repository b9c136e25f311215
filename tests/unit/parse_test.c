/* The parser: precedence, newlines, recovery.  Whole trees are golden tests (tests/golden/tree). */
#include "compiler/syntax/parse.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct Parsed {
	Arena *arena;
	Sources sources;
	DiagList diags;
	SourceFile *file;
} Parsed;

static void parsed_init(Parsed *p, Str text)
{
	*p = (Parsed){.arena = arena_new("test")};
	sources_init(&p->sources, p->arena);
	diag_list_init(&p->diags, p->arena);
	p->file = sources_add(&p->sources, STR("t.styx"), text, &p->diags);
}

/* Writes an expression with all its parentheses: (a + (b * c)). */
static void spell(Buf *b, const Node *n)
{
	if (!n) {
		buf_add(b, STR("_"));
		return;
	}
	switch (n->kind) {
	case NODE_BINARY:
	case NODE_RANGE:
		buf_add(b, STR("("));
		spell(b, n->kids[0]);
		buf_print(b, " %.*s ", STR_ARG(n->kind == NODE_RANGE ? STR("..") : n->text));
		spell(b, n->kids[1]);
		buf_add(b, STR(")"));
		break;
	case NODE_UNARY:
		buf_print(b, "(%.*s ", STR_ARG(n->text));
		spell(b, n->kids[0]);
		buf_add(b, STR(")"));
		break;
	case NODE_MEMBER:
		spell(b, n->kids[0]);
		buf_print(
			b, "%s%.*s", n->flags & FLAG_SAFE ? "?." : ".", STR_ARG(n->kids[1]->text));
		break;
	default:
		buf_add(b, n->text.len ? n->text : node_kind_name(n->kind));
		break;
	}
}

static bool spells(const char *text, const char *want)
{
	Parsed p;
	Buf b;

	parsed_init(&p, str_from(text));
	buf_init(&b, 1 << 16);
	spell(&b, parse_expression(p.arena, p.file, &p.diags));
	bool same = p.diags.items.len == 0 && str_eq(buf_str(&b), str_from(want));
	if (!same)
		printf("%s is read as %s\n", text, buf_cstr(&b));
	buf_fini(&b);
	arena_free(p.arena);
	return same;
}

TEST(parse_binds_operators)
{
	CHECK_THAT(spells("a ?? b ?? c", "(a ?? (b ?? c))"));
	CHECK_THAT(spells("a or b and c", "(a or (b and c))"));
	CHECK_THAT(spells("not a == b and c", "((not (a == b)) and c)"));
	CHECK_THAT(spells("a - b - c * d", "((a - b) - (c * d))"));
	CHECK_THAT(spells("a + 1..b * 2", "((a + 1) .. (b * 2))"));
	CHECK_THAT(spells("a in 1..", "(a in (1 .. _))"));
	CHECK_THAT(spells("..5 == x", "((_ .. 5) == x)"));
	CHECK_THAT(spells("-a.b", "(- a.b)"));
	CHECK_THAT(spells("a * b with {}", "(a * (b with record))"));
	CHECK_THAT(spells("a < b ?? c", "((a < b) ?? c)"));
}

TEST(parse_follows_newlines)
{
	CHECK_THAT(spells("a\n  .b\n  ?.c", "a.b?.c"));
	CHECK_THAT(spells("a +\n b", "(a + b)"));
	CHECK_THAT(spells("a\n and b\n or c\n ?? d", "(((a and b) or c) ?? d)"));
}

static bool gives(const char *text, DiagCode code, uint32_t declarations)
{
	Parsed p;

	parsed_init(&p, str_from(text));
	Tree *t = parse_file(p.arena, p.file, &p.diags);
	bool same = p.diags.items.len == 1 && p.diags.items.ptr[0]->code == code &&
		    t->file->kid_count == declarations && t->is_broken;
	if (!same)
		printf("%u messages, %u declarations: %s\n", p.diags.items.len, t->file->kid_count,
			text);
	arena_free(p.arena);
	return same;
}

/* One mistake, one message; the declarations around it are read. */
TEST(parse_goes_on_after_mistakes)
{
	CHECK_THAT(gives("let a = (1 +\nlet b = 2\n", DIAG_EXPECTED_EXPR, 2));
	CHECK_THAT(gives("task a {\n  x = 1\n\ntask b {}\ntask c {}", DIAG_UNCLOSED_BRACKET, 3));
	CHECK_THAT(gives("task a {\n  x = [1, {\n\ntask b {}\n", DIAG_UNCLOSED_BRACKET, 2));
	CHECK_THAT(gives("task a {\n  x = = 1\n  y = 2\n}\nlet b = 1\n", DIAG_EXPECTED_EXPR, 2));
	CHECK_THAT(gives("task a {\n  x: 1\n  y = 2\n}\n", DIAG_COLON_FOR_EQUALS, 1));
	CHECK_THAT(gives("let a = 1\n}\nlet b = 1\n", DIAG_EXPECTED_DECL, 3));
	CHECK_THAT(gives(
		"resource \"a\" \"b\" {\n  c {\n  }\n}\nlet b = 1\n", DIAG_TERRAFORM_SYNTAX, 2));
	CHECK_THAT(gives("let a = f(1, ), )\nlet b = 1\n", DIAG_SYNTAX, 2));
	CHECK_THAT(gives("let a = { x = [1, 2), y = 2 }\nlet b = 1\n", DIAG_UNCLOSED_BRACKET, 2));
	CHECK_THAT(gives("let a = true && false\nlet b = 1\n", DIAG_C_OPERATOR, 2));
}

TEST(parse_keeps_a_broken_field_from_its_neighbours)
{
	Parsed p;

	parsed_init(&p, STR("task a {\n  x = )\n  y = 2\n}\n"));
	Tree *t = parse_file(p.arena, p.file, &p.diags);
	const Node *body = t->file->kids[0]->kids[ENTITY_BODY];

	CHECK_EQ(p.diags.items.len, 1);
	CHECK_EQ(body->kid_count, 2);
	CHECK_EQ(body->kids[1]->kids[FIELD_VALUE]->kind, NODE_INT);
	CHECK_THAT(t->file->kids[0]->flags & FLAG_BROKEN);
	arena_free(p.arena);
}

TEST(parse_caps_nesting)
{
	static const char *const parts[] = {
		"(", "[", "{ a = ", "-", "f(", "1 + ", "not ", "x with "};
	Buf b;

	buf_init(&b, 1 << 24);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		Parsed p;

		buf_clear(&b);
		buf_add(&b, STR("let a = "));
		for (uint32_t n = 0; n < 20000; n++)
			buf_add_cstr(&b, parts[i]);
		parsed_init(&p, buf_str(&b));
		parse_file(p.arena, p.file, &p.diags);
		CHECK_THAT(p.diags.items.len > 0);
		CHECK_EQ(p.diags.items.ptr[0]->code, DIAG_NESTING);
		CHECK_EQ(p.diags.items.len, 1);
		arena_free(p.arena);
	}
	buf_fini(&b);
}

TEST(parse_attaches_documentation)
{
	Parsed p;

	parsed_init(&p, STR("## apart\n\n## one\n## two\nlet a = { x = [\n## lost\n1] }\n"));
	Tree *t = parse_file(p.arena, p.file, &p.diags);

	CHECK_EQ(p.diags.items.len, 0);
	CHECK_THAT(str_eq(t->file->kids[0]->kids[DECL_DOC]->text, STR("one\ntwo")));
	CHECK_EQ(t->comments.len, 2);
	arena_free(p.arena);
}

TEST(parse_reads_one_type)
{
	Parsed p;

	parsed_init(&p, STR("map<string, list<int>>?"));
	const Node *n = parse_type(p.arena, p.file, &p.diags);
	CHECK_EQ(p.diags.items.len, 0);
	CHECK_EQ(n->kind, NODE_TYPE_OPTIONAL);
	arena_free(p.arena);
	parsed_init(&p, STR("int int"));
	parse_type(p.arena, p.file, &p.diags);
	CHECK_EQ(p.diags.items.len, 1);
	arena_free(p.arena);
}
