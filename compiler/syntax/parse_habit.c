/* Declarations as other languages write them, and what to write here: E0210 for Terraform's, E0203
 * for what no language of this kind has. */
#include "compiler/syntax/parse_decl.h"

/* Blocks of Terraform with labels in quotes, and how the same is said here: what stands before and
 * after the last label. */
static const struct {
	Str word;
	const char *before;
	const char *after;
} blocks[] = {
	{STR_INIT("resource"), "resource ", ": PROVIDER.SERVICE.TYPE { ... }"},
	{STR_INIT("data"), "lookup ", ": PROVIDER.SERVICE.TYPE { ... }"},
	{STR_INIT("ephemeral"), "lookup ", ": PROVIDER.SERVICE.TYPE { ... }"},
	{STR_INIT("variable"), "param ", ": TYPE = DEFAULT"},
	{STR_INIT("output"), "output ", " = VALUE"},
	{STR_INIT("module"), "module ", ": MODULE { ... }"},
	{STR_INIT("provider"), "provider main: ", " { ... }"},
	{STR_INIT("task"), "task ", " { ... }"},
	{STR_INIT("storage"), "storage ", ": KIND { ... }"},
	{STR_INIT("cave"), "cave ", " { ... }"},
	{STR_INIT("model"), "model ", " { ... }"},
	{STR_INIT("lookup"), "lookup ", ": PROVIDER.SERVICE.TYPE { ... }"},
	{STR_INIT("preset"), "preset ", ": KIND { ... }"},
	{STR_INIT("param"), "param ", ": TYPE = DEFAULT"},
};

/* Blocks of Terraform without labels. */
static const struct {
	Str word;
	const char *fix;
} bare_blocks[] = {
	{STR_INIT("locals"), "each local value is a declaration: `let NAME = VALUE`"},
	{STR_INIT("terraform"),
		"versions stand in `require { ... }`, and the state needs no block"},
	{STR_INIT("import"), "an existing object is taken over with `adopt ADDRESS = \"ID\"`"},
	{STR_INIT("moved"), "write `moved OLD -> NEW`"},
	{STR_INIT("removed"), "write `forget ADDRESS`"},
};

/* Words that other languages begin a declaration with. */
static const struct {
	Str word;
	Str here;
} synonyms[] = {
	{STR_INIT("def"), STR_INIT("fn")},
	{STR_INIT("func"), STR_INIT("fn")},
	{STR_INIT("function"), STR_INIT("fn")},
	{STR_INIT("const"), STR_INIT("let")},
	{STR_INIT("var"), STR_INIT("let")},
	{STR_INIT("local"), STR_INIT("let")},
	{STR_INIT("val"), STR_INIT("let")},
	{STR_INIT("use"), STR_INIT("import")},
	{STR_INIT("include"), STR_INIT("import")},
	{STR_INIT("using"), STR_INIT("import")},
	{STR_INIT("data"), STR_INIT("lookup")},
	{STR_INIT("variable"), STR_INIT("param")},
	{STR_INIT("input"), STR_INIT("param")},
	{STR_INIT("arg"), STR_INIT("param")},
	{STR_INIT("job"), STR_INIT("task")},
	{STR_INIT("service"), STR_INIT("model")},
	{STR_INIT("bucket"), STR_INIT("storage")},
	{STR_INIT("volume"), STR_INIT("storage")},
	{STR_INIT("class"), STR_INIT("type")},
	{STR_INIT("struct"), STR_INIT("type")},
	{STR_INIT("interface"), STR_INIT("type")},
	{STR_INIT("enum"), STR_INIT("type")},
	{STR_INIT("sandbox"), STR_INIT("cave")},
	{STR_INIT("workspace"), STR_INIT("cave")},
	{STR_INIT("return"), STR_INIT("output")},
	{STR_INIT("export"), STR_INIT("output")},
	{STR_INIT("template"), STR_INIT("preset")},
	{STR_INIT("existing"), STR_INIT("lookup")},
};

/* `word "label" "name" {` */
static bool labelled_block(Parser *p)
{
	const Token *t = parse_token(p);
	const Token *label = parse_peek(p, 1);
	const Token *name = parse_peek(p, 2);
	Diag *d;

	if (label->kind != TOK_STRING || label->newline_before)
		return false;
	if (name->kind != TOK_STRING)
		name = label;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		if (!str_eq(t->text, blocks[i].word))
			continue;
		d = parse_error(p, DIAG_TERRAFORM_SYNTAX, (Span){label->span.begin, name->span.end},
			"the name of a declaration has no quotes");
		if (d)
			diag_fix(d, "write `%s%.*s%s`", blocks[i].before, STR_ARG(name->text),
				blocks[i].after);
		return true;
	}
	return false;
}

/* `word {` */
static bool bare_block(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (parse_peek(p, 1)->kind != TOK_LBRACE)
		return false;
	for (size_t i = 0; i < sizeof(bare_blocks) / sizeof(*bare_blocks); i++) {
		if (!str_eq(t->text, bare_blocks[i].word))
			continue;
		d = parse_error(p, DIAG_TERRAFORM_SYNTAX, t->span, "Styx has no `%.*s` block",
			STR_ARG(t->text));
		if (d)
			diag_fix(d, "%s", bare_blocks[i].fix);
		return true;
	}
	return false;
}

bool parse_habit(Parser *p)
{
	if (!parse_at(p, TOK_IDENT) || p->is_failed || (!labelled_block(p) && !bare_block(p)))
		return false;
	parse_next(p); /* its word would look like a declaration to recover_decl() */
	return true;
}

/* A word where a declaration should begin. */
static void unknown_word(Parser *p)
{
	const Token *t = parse_token(p);
	TokenKind next = parse_peek(p, 1)->kind;
	Str near = parse_decl_nearest(t->text);
	Diag *d = parse_error(p, DIAG_EXPECTED_DECL, t->span, "`%.*s` does not begin a declaration",
		STR_ARG(t->text));

	if (!d)
		return;
	if (next == TOK_EQUALS) {
		diag_fix(d, "write `let %.*s = ...`", STR_ARG(t->text));
		diag_edit(d, (Span){t->span.begin, t->span.begin}, STR("let "));
		return;
	}
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++)
		if (str_eq(t->text, synonyms[i].word))
			near = synonyms[i].here;
	if (near.len) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
		diag_edit(d, t->span, near);
		return;
	}
	diag_fix(d, "declarations begin with a word such as param, let, resource, task or output");
}

void parse_habit_behind(const Parser *p, Diag *d)
{
	const Token *t = parse_token(p);
	TokenKind before = p->at ? p->tokens.ptr[p->at - 1].kind : TOK_END;

	if (t->kind == TOK_IF)
		diag_fix(d, "write `if CONDITION then VALUE else VALUE`");
	else if (t->kind == TOK_FAT_ARROW)
		diag_fix(d, "functions are declared: `fn f(x: TYPE): TYPE = EXPRESSION`; for each "
			    "element write `[for x in xs => ...]`");
	else if (t->kind == TOK_IDENT && (before == TOK_INT || before == TOK_FLOAT))
		diag_fix(d, "a unit stands right behind its number, as in `5min` or `2GiB`");
	else if (t->kind == TOK_IDENT && before == TOK_IDENT)
		diag_fix(d, "a type stands behind `:`");
}

static bool is_infix(TokenKind kind)
{
	return (kind >= TOK_EQ && kind <= TOK_PLUS_PLUS) || kind == TOK_DOT_DOT || kind == TOK_IN ||
	       kind == TOK_WITH;
}

void parse_habit_unknown(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (t->kind == TOK_IDENT) {
		unknown_word(p);
		parse_next(p); /* recover_decl() could take it for a declaration */
		return;
	}
	if (t->kind == TOK_RBRACE || t->kind == TOK_RPAREN || t->kind == TOK_RBRACKET) {
		d = parse_error(p, DIAG_EXPECTED_DECL, t->span, "%.*s closes nothing",
			STR_ARG(token_kind_name(t->kind)));
		if (d)
			diag_fix(d, "remove it, or open it before");
		return;
	}
	d = parse_error(p, DIAG_EXPECTED_DECL, t->span, "expected a declaration, found %.*s",
		STR_ARG(parse_describe(p, t)));
	if (d && t->kind == TOK_FOR)
		diag_fix(d,
			"`for` stands in the header of an object: `resource x: TYPE for k in ks { "
			"... }`");
	else if (d && t->kind == TOK_IF)
		diag_fix(d,
			"`if` stands in the header of an object: `resource x: TYPE if c { ... }`");
	else if (d && is_infix(t->kind))
		diag_fix(d,
			"an operator stands at the end of a line, or inside `( )`, where lines may "
			"begin with it");
	else if (d)
		diag_fix(d, "declarations begin with a word such as param, let, resource, task or "
			    "output");
}
