/* The lexer: kinds, decoded texts, newlines, comments, and what it says about mistakes.  Whole
 * listings are golden tests (tests/golden/tokens). */
#include "compiler/syntax/lex.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct Lexed {
	Arena *arena;
	Sources sources;
	DiagList diags;
	TokenVec tokens;
	Tree tree;
} Lexed;

static void lexed_init(Lexed *l, Str text, bool is_schema)
{
	*l = (Lexed){.arena = arena_new("test")};
	sources_init(&l->sources, l->arena);
	diag_list_init(&l->diags, l->arena);
	lex_file(l->arena, sources_add(&l->sources, STR("t.styx"), text, &l->diags), is_schema,
		&l->diags, &l->tokens, &l->tree);
}

static void lexed_fini(Lexed *l)
{
	vec_fini(&l->tokens);
	arena_free(l->arena);
}

static TokenKind kind_of(const char *text, bool is_schema)
{
	Lexed l;

	lexed_init(&l, str_from(text), is_schema);
	CHECK_THAT(l.tokens.len == 2 || is_schema || l.diags.items.len);
	TokenKind kind = l.tokens.ptr[0].kind;
	lexed_fini(&l);
	return kind;
}

TEST(lex_tells_kinds_of_literals)
{
	static const struct {
		const char *text;
		TokenKind kind;
	} cases[] = {
		{"32Ki", TOK_INT},
		{"0xfd", TOK_INT},
		{"1_0", TOK_INT},
		{"5M", TOK_INT},
		{"1.5", TOK_FLOAT},
		{"1.0e9", TOK_FLOAT},
		{"64GiB", TOK_SIZE},
		{"1.5kB", TOK_SIZE},
		{"1h30min", TOK_DURATION},
		{"5s", TOK_DURATION},
		{"250ms", TOK_DURATION},
		{"$5", TOK_MONEY},
		{"$2.50/h", TOK_MONEY},
		{"$9/mo", TOK_MONEY},
		{"8xH100", TOK_GPUS},
		{"2xA100-80GB", TOK_GPUS},
		{"0.5xL4", TOK_GPUS},
		{"10m", TOK_BAD_NUMBER},
		{"3Q", TOK_BAD_NUMBER},
		{"$5/hour", TOK_BAD_NUMBER},
		{"x5", TOK_IDENT},
		{"nothing", TOK_IDENT},
		{"not", TOK_NOT},
		{"'x'", TOK_STRING},
		{"?.", TOK_QUESTION_DOT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_EQ(kind_of(cases[i].text, false), cases[i].kind);
}

TEST(lex_has_more_arrows_in_schemas)
{
	CHECK_EQ(kind_of("<-", true), TOK_LEFT_ARROW);
	CHECK_EQ(kind_of("<->", true), TOK_BOTH_ARROW);
	CHECK_EQ(kind_of("<- x", true), TOK_LEFT_ARROW);
	Lexed l;
	lexed_init(&l, STR("a<-1"), false);
	CHECK_EQ(l.tokens.ptr[1].kind, TOK_LT);
	CHECK_EQ(l.tokens.ptr[2].kind, TOK_MINUS);
	lexed_fini(&l);
}

static bool decodes(const char *text, const char *want)
{
	Lexed l;

	lexed_init(&l, str_from(text), false);
	bool same = l.diags.items.len == 0 && l.tokens.ptr[0].kind == TOK_STRING &&
		    str_eq(l.tokens.ptr[0].text, str_from(want));
	if (!same)
		printf("%s gives %.*s\n", text, STR_ARG(l.tokens.ptr[0].text));
	lexed_fini(&l);
	return same;
}

TEST(lex_decodes_strings)
{
	CHECK_THAT(decodes("\"a\\n\\t\\\\\\\"\\$\\u{e9}\"", "a\n\t\\\"$\xc3\xa9"));
	CHECK_THAT(decodes("'a\\n'", "a\\n"));
	CHECK_THAT(decodes("'''\n  a\n    b\n\n  c\n  '''", "a\n  b\n\nc\n"));
	CHECK_THAT(decodes("'''\r\n  a\r\n  b\r\n  '''", "a\nb\n"));
	CHECK_THAT(decodes("'''\n'''", ""));
	CHECK_THAT(decodes("'''\n \n  a\n  '''", "\na\n"));
	CHECK_THAT(decodes("\"\"\"\n\ta \\\"\"\" \\t$\n\t\"\"\"", "a \"\"\" \t$\n"));
	CHECK_THAT(decodes("\"$ $x {y}\"", "$ $x {y}"));
}

TEST(lex_slices_strings_without_escapes)
{
	Lexed l;
	Str text = STR("\"plain\"");

	lexed_init(&l, text, false);
	CHECK_THAT(l.tokens.ptr[0].text.ptr == text.ptr + 1);
	lexed_fini(&l);
}

TEST(lex_nests_interpolations)
{
	static const TokenKind want[] = {TOK_STRING_HEAD, TOK_IDENT, TOK_LBRACE, TOK_STRING_HEAD,
		TOK_IDENT, TOK_STRING_TAIL, TOK_RBRACE, TOK_STRING_MID, TOK_INT, TOK_STRING_TAIL,
		TOK_END};
	Lexed l;

	lexed_init(&l, STR("\"a ${b { \"c${d}\" }} e ${5}\""), false);
	CHECK_EQ(l.tokens.len, sizeof(want) / sizeof(*want));
	for (uint32_t i = 0; i < l.tokens.len; i++)
		CHECK_EQ(l.tokens.ptr[i].kind, want[i]);
	CHECK_EQ(l.diags.items.len, 0);
	lexed_fini(&l);
}

TEST(lex_notes_newlines_and_comments)
{
	Lexed l;

	lexed_init(&l, STR("a # trailing\n# own\n## doc\nb c"), false);
	CHECK_EQ(l.tokens.len, 5);
	CHECK_EQ(l.tokens.ptr[1].kind, TOK_DOC);
	CHECK_THAT(str_eq(l.tokens.ptr[1].text, STR("doc")));
	CHECK_THAT(l.tokens.ptr[2].newline_before && !l.tokens.ptr[3].newline_before);
	CHECK_EQ(l.tree.comments.len, 2);
	CHECK_THAT(!l.tree.comments.ptr[0].is_own_line && l.tree.comments.ptr[1].is_own_line);
	CHECK_EQ(l.diags.items.len, 0);
	lexed_fini(&l);
}

/* Each text has one mistake, hence one message. */
TEST(lex_says_one_thing_once)
{
	static const struct {
		const char *text;
		DiagCode code;
	} cases[] = {
		{"a // b // c", DIAG_BAD_OPERATOR},
		{"a && b", DIAG_C_OPERATOR},
		{"# \xe2\x80\xae x", DIAG_BIDI},
		{"5minutes", DIAG_UNKNOWN_UNIT},
		{"1h30m", DIAG_AMBIGUOUS_UNIT},
		{"gr\xc3\xb6\xc3\x9f"
		 "e",
			DIAG_BAD_CHARACTER},
		{"\"abc\nx", DIAG_UNCLOSED_STRING},
		{"'''\nabc", DIAG_UNCLOSED_STRING},
		{"\"${a\nx", DIAG_UNCLOSED_STRING},
		{"\"${\"a\nx", DIAG_UNCLOSED_STRING},
		{"\"\\d\"", DIAG_BAD_ESCAPE},
		{"\"\\u{d800}\"", DIAG_BAD_ESCAPE},
		{"# \xff\xfe\n\"\xff\" \xff", DIAG_BAD_UTF8},
		{"9223372036854775808", DIAG_NUMBER_RANGE},
		{"'''x'''", DIAG_BLOCK_STRING},
		{"'''\n a\n b\n  '''", DIAG_BLOCK_INDENT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		Lexed l;

		lexed_init(&l, str_from(cases[i].text), false);
		CHECK_EQ(l.diags.items.len, 1);
		if (l.diags.items.len)
			CHECK_EQ(l.diags.items.ptr[0]->code, cases[i].code);
		lexed_fini(&l);
	}
}

TEST(lex_limits_nested_strings)
{
	Lexed l;
	Buf b;

	buf_init(&b, 1 << 16);
	for (uint32_t i = 0; i < 100; i++)
		buf_add(&b, STR("\"${"));
	lexed_init(&l, buf_str(&b), false);
	CHECK_EQ(l.diags.items.ptr[0]->code, DIAG_NESTING);
	lexed_fini(&l);
	buf_fini(&b);
}
