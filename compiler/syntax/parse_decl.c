/* Declarations: File = { Decl EOL } .  One function a rule, found by the word that begins it.
 *
 * A declaration with an error is kept as far as it was read and marked FLAG_BROKEN; one whose kind
 * could not be seen is NODE_BAD over its text.  The advice for other languages' declarations is in
 * parse_habit.c. */
#include "compiler/syntax/parse_decl.h"
#include "compiler/base/check.h"
#include "compiler/syntax/parse_impl.h"

/* A declaration being read: `n` has kind, doc and annotations. */
typedef void DeclRule(Parser *p, Node *n);

/* "=" Expr into DECL_VALUE */
static void decl_value(Parser *p, Node *n, Str context)
{
	n->kids[DECL_VALUE] = node_new(p->arena, NODE_BAD_EXPR, (Span){p->end, p->end}, STR_NONE);
	if (!p->is_failed && parse_expect(p, TOK_EQUALS, context))
		n->kids[DECL_VALUE] = parse_value(p);
}

/* "param" IDENT ":" Type [ "=" Expr ] */
static void decl_param(Parser *p, Node *n)
{
	const Token *t;
	Diag *d;

	n->kids[DECL_NAME] = parse_name(p, STR("the param's name"));
	t = parse_token(p);
	if (!p->is_failed && !t->newline_before && t->kind == TOK_EQUALS) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "this param has no type");
		if (d)
			diag_fix(d, "write `param %.*s: TYPE = ...`",
				STR_ARG(n->kids[DECL_NAME]->text));
	}
	if (!p->is_failed && parse_expect(p, TOK_COLON, STR("and a type after the param's name")))
		n->kids[DECL_TYPE] = parse_type_expr(p);
	if (!p->is_failed && parse_accept(p, TOK_EQUALS))
		n->kids[DECL_VALUE] = parse_value(p);
}

/* `let x: 5`, `output x: vpc.id`: a value stands where the type belongs. */
static void value_for_type(Parser *p, Node *n, Span colon, const char *kind)
{
	Diag *d = parse_error(p, DIAG_COLON_FOR_EQUALS, colon, "`%s` has no value", kind);

	if (!d)
		return;
	diag_label(d, "this gives a type");
	diag_fix(d, "write `=` before the value; `:` gives the type");
	if (n->kids[DECL_TYPE])
		diag_edit(d, colon, STR(" ="));
}

/* IDENT [ ":" Type ] "=" Expr */
static void name_type_value(Parser *p, Node *n, Str what, const char *kind)
{
	n->kids[DECL_NAME] = parse_name(p, what);
	Span colon = parse_token(p)->span;
	if (!p->is_failed && parse_accept(p, TOK_COLON)) {
		n->kids[DECL_TYPE] = parse_type_expr(p);
		if (!p->is_failed && parse_token(p)->newline_before && !parse_at(p, TOK_EQUALS))
			value_for_type(p, n, colon, kind);
	}
	decl_value(p, n, STR("and a value after the name"));
}

/* "let" IDENT [ ":" Type ] "=" Expr */
Node *parse_let(Parser *p, Node *doc)
{
	Node *n = parse_node(p, NODE_LET, STR_NONE);

	n->kids[DECL_DOC] = doc;
	parse_next(p);
	name_type_value(p, n, STR("the name of the `let`"), "let");
	return parse_done(p, n);
}

/* Says whether the comma here begins the message of an assert inside a record, not a field. */
static bool at_message(const Parser *p)
{
	const Token *t = parse_peek(p, 1);
	TokenKind after = parse_peek(p, 2)->kind;

	switch (t->kind) {
	case TOK_STRING:
	case TOK_IDENT:
		return after != TOK_EQUALS && after != TOK_PLUS_EQUALS && after != TOK_LBRACE &&
		       after != TOK_COLON;
	case TOK_STRING_HEAD:
	case TOK_LPAREN:
		return true;
	default:
		return false;
	}
}

/* Assert = "assert" Expr [ "," Expr ] . */
Node *parse_assert(Parser *p, Node *doc, bool is_item)
{
	Node *n = parse_node(p, NODE_ASSERT, STR_NONE);

	n->kids[DECL_DOC] = doc;
	parse_next(p);
	n->kids[ASSERT_COND] = parse_expr(p);
	if (!p->is_failed && parse_at(p, TOK_COMMA) && (!is_item || at_message(p))) {
		parse_next(p);
		n->kids[ASSERT_MESSAGE] = parse_expr(p);
	}
	return parse_done(p, n);
}

/* "type" IDENT "=" Type */
static void decl_type(Parser *p, Node *n)
{
	const Token *t;
	Diag *d;

	n->kids[DECL_NAME] = parse_name(p, STR("the type's name"));
	t = parse_token(p);
	if (!p->is_failed && (t->kind == TOK_LBRACE || t->kind == TOK_COLON)) {
		d = parse_mistake(p, DIAG_SYNTAX, t->span, "expected `=` after the type's name");
		if (d) {
			diag_fix(d, "write `type %.*s = ...`", STR_ARG(n->kids[DECL_NAME]->text));
			diag_edit(d, t->kind == TOK_COLON ? t->span : (Span){p->end, p->end},
				STR(" ="));
		}
		parse_accept(p, TOK_COLON);
	} else if (!p->is_failed) {
		parse_expect(p, TOK_EQUALS, STR("after the type's name"));
	}
	n->kids[DECL_TYPE] =
		p->is_failed ? parse_node(p, NODE_BAD_TYPE, STR_NONE) : parse_type_expr(p);
}

Node *parse_type_decl(Parser *p, Node *doc, Node *annots)
{
	Node *n = parse_node(p, NODE_TYPE_DECL, STR_NONE);

	n->kids[DECL_DOC] = doc;
	n->kids[DECL_ANNOTS] = annots;
	parse_next(p);
	decl_type(p, n);
	return parse_done(p, n);
}

/* FnParam = IDENT ":" Type [ "=" Expr ] . */
static Node *parse_fn_param(Parser *p)
{
	Node *n = parse_node(p, NODE_FN_PARAM, STR_NONE);

	n->kids[0] = parse_name(p, STR("the name of a parameter"));
	/* Types are mandatory: said for the first parameter, not for each. */
	p->is_failed |= p->is_broken && !parse_at(p, TOK_COLON);
	if (!p->is_failed && parse_expect(p, TOK_COLON, STR("and a type after the parameter")))
		n->kids[1] = parse_type_expr(p);
	if (!p->is_failed && parse_accept(p, TOK_EQUALS))
		n->kids[2] = parse_expr(p);
	return parse_done(p, n);
}

/* "fn" IDENT "(" [ FnParam { "," FnParam } [ "," ] ] ")" ":" Type "=" Expr */
static void decl_fn(Parser *p, Node *n)
{
	Span open;
	Diag *d;

	n->kids[DECL_NAME] = parse_name(p, STR("the function's name"));
	open = parse_token(p)->span;
	if (p->is_failed || !parse_expect(p, TOK_LPAREN, STR("after the function's name")))
		return;
	p->is_in_parens = true;
	p->open_parens++;
	if (!parse_at(p, TOK_RPAREN))
		do
			node_add(p->arena, n, parse_fn_param(p));
		while (recover_item(p, TOK_RPAREN));
	p->open_parens--;
	p->is_in_parens = false;
	recover_close(p, open, TOK_RPAREN);
	p->is_failed |= p->is_broken && !parse_at(p, TOK_COLON) && !parse_at(p, TOK_ARROW);
	if (!p->is_failed && parse_at(p, TOK_ARROW)) {
		d = parse_mistake(p, DIAG_SYNTAX, parse_token(p)->span,
			"the result's type stands behind `:`, not `->`");
		if (d)
			diag_edit(d, parse_token(p)->span, STR(":"));
		parse_next(p);
		n->kids[FN_RESULT] = parse_type_expr(p);
	} else if (!p->is_failed &&
		   parse_expect(p, TOK_COLON, STR("and the result's type after the parameters"))) {
		n->kids[FN_RESULT] = parse_type_expr(p);
	}
	if (!p->is_failed && parse_at(p, TOK_LBRACE)) {
		d = parse_error(p, DIAG_SYNTAX, parse_token(p)->span,
			"expected `=` before the function's body, found `{`");
		if (d)
			diag_fix(d, "a body is one expression: `fn f(...): TYPE = EXPRESSION`");
	}
	if (!p->is_failed && parse_expect(p, TOK_EQUALS, STR("before the function's body")))
		n->kids[FN_BODY] = parse_value(p);
}

/* "output" IDENT [ ":" Type ] "=" Expr */
static void decl_output(Parser *p, Node *n)
{
	name_type_value(p, n, STR("the output's name"), "output");
}

/* "secret" IDENT "=" Expr */
static void decl_secret(Parser *p, Node *n)
{
	Diag *d;

	n->kids[DECL_NAME] = parse_name(p, STR("the secret's name"));
	if (!p->is_failed && parse_at(p, TOK_COLON)) {
		d = parse_error(p, DIAG_SYNTAX, parse_token(p)->span, "a secret has no type");
		if (d)
			diag_fix(d, "write `secret %.*s = env(\"NAME\")`: it is always a string",
				STR_ARG(n->kids[DECL_NAME]->text));
	}
	decl_value(p, n, STR("and a source after the secret's name"));
}

/* "import" ( Path | String ) [ "as" IDENT ] */
static void decl_import(Parser *p, Node *n)
{
	if (parse_at(p, TOK_STRING) || parse_at(p, TOK_STRING_HEAD))
		n->kids[IMPORT_PATH] = parse_plain_string(p, STR("the path of an import"));
	else
		n->kids[IMPORT_PATH] = parse_path(p);
	if (!p->is_failed && parse_accept_word(p, STR("as")))
		n->kids[DECL_NAME] = parse_name(p, STR("a name after `as`"));
}

/* "package" Record, "require" Record */
static void decl_record(Parser *p, Node *n)
{
	n->kids[IMPORT_PATH] = parse_record(p);
}

/* "moved" Address "->" Address */
static void decl_moved(Parser *p, Node *n)
{
	n->kids[MOVED_FROM] = parse_address(p);
	if (!p->is_failed && parse_expect(p, TOK_ARROW, STR("after the old address")))
		n->kids[MOVED_TO] = parse_address(p);
}

/* "adopt" Address "=" Expr */
static void decl_adopt(Parser *p, Node *n)
{
	n->kids[MOVED_FROM] = parse_address(p);
	decl_value(p, n, STR("and the object's id after the address"));
}

/* "forget" Address */
static void decl_forget(Parser *p, Node *n)
{
	n->kids[MOVED_FROM] = parse_address(p);
}

/* "for" Binders "in" Expr [ "by" Expr ] */
static Node *parse_for_clause(Parser *p)
{
	Node *n = parse_node(p, NODE_FOR_CLAUSE, STR_NONE);

	parse_next(p);
	parse_binders(p, n);
	if (!p->is_failed && parse_accept_word(p, STR("by")))
		n->kids[FOR_BY] = parse_expr(p);
	return parse_done(p, n);
}

/* "from" Path { "," Path } */
static Node *parse_from(Parser *p)
{
	Node *n = parse_node(p, NODE_PATHS, STR_NONE);

	parse_next(p);
	do
		node_add(p->arena, n, parse_path(p));
	while (!p->is_failed && parse_accept(p, TOK_COMMA));
	return parse_done(p, n);
}

/* `resource vpc = aws.ec2.vpc {`, `task t = {`: the `=` is dropped or read as `:`. */
static void entity_equals(Parser *p, Node *n)
{
	const Token *t = parse_token(p);
	bool has_type = parse_peek(p, 1)->kind == TOK_IDENT;
	Diag *d;

	d = parse_mistake(p, DIAG_SYNTAX, t->span, "a declared object has no `=`");
	if (d) {
		diag_fix(d, "write `%.*s %.*s%s{ ... }`", STR_ARG(n->text),
			STR_ARG(n->kids[DECL_NAME]->text), has_type ? ": TYPE " : " ");
		diag_edit(d, t->span, has_type ? STR(":") : STR_NONE);
	}
	parse_next(p);
	if (has_type)
		n->kids[ENTITY_TYPE] = parse_path(p);
}

/* Entity = Kind IDENT [ ":" Path ] [ "from" Paths ] [ ForClause ] [ "if" Expr ] [ Record ] . */
static void decl_entity(Parser *p, Node *n)
{
	Str what = STR("a name");

	if (!parse_at(p, TOK_IDENT)) /* else nobody hears of it */
		what = str_print(p->arena, "the name of the %.*s", STR_ARG(n->text));
	n->kids[DECL_NAME] = parse_name(p, what);
	if (!p->is_failed && !parse_token(p)->newline_before && parse_at(p, TOK_EQUALS))
		entity_equals(p, n);
	if (!p->is_failed && parse_accept(p, TOK_COLON))
		n->kids[ENTITY_TYPE] = parse_path(p);
	if (!p->is_failed && parse_at_word(p, STR("from")))
		n->kids[ENTITY_FROM] = parse_from(p);
	if (!p->is_failed && parse_at(p, TOK_FOR))
		n->kids[ENTITY_FOR] = parse_for_clause(p);
	if (!p->is_failed && parse_accept(p, TOK_IF))
		n->kids[ENTITY_IF] = parse_expr(p);
	if (!p->is_failed && parse_at(p, TOK_LBRACE))
		n->kids[ENTITY_BODY] = parse_record(p);
}

/* "given" IDENT "=" Expr */
static Node *parse_given(Parser *p)
{
	Node *n = parse_node(p, NODE_GIVEN, STR_NONE);

	parse_next(p);
	n->kids[0] = parse_name(p, STR("the name of a param"));
	if (!p->is_failed && parse_expect(p, TOK_EQUALS, STR("after the param's name")))
		n->kids[1] = parse_value(p);
	return parse_done(p, n);
}

/* "mock" Address Record */
static Node *parse_mock(Parser *p)
{
	Node *n = parse_node(p, NODE_MOCK, STR_NONE);

	parse_next(p);
	n->kids[0] = parse_address(p);
	if (!p->is_failed)
		n->kids[1] = parse_record(p);
	return parse_done(p, n);
}

/* "expect" ( "fails" String | Expr ) */
static Node *parse_expect_stmt(Parser *p)
{
	Node *n = parse_node(p, NODE_EXPECT, STR_NONE);

	parse_next(p);
	if (parse_at_word(p, STR("fails")) && parse_peek(p, 1)->kind == TOK_STRING) {
		n->flags |= FLAG_FAILS;
		parse_next(p);
	}
	n->kids[0] = parse_expr(p);
	return parse_done(p, n);
}

/* Stmt = Let | Assert | Entity | Given | Mock | Expect . */
static Node *parse_stmt(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (t->kind == TOK_LET)
		return parse_let(p, parse_doc(p));
	if (t->kind == TOK_ASSERT)
		return parse_assert(p, parse_doc(p), false);
	if (parse_at_word(p, STR("given")))
		return parse_given(p);
	if (parse_at_word(p, STR("mock")))
		return parse_mock(p);
	if (parse_at_word(p, STR("expect")))
		return parse_expect_stmt(p);
	if (t->kind == TOK_IDENT && parse_decl_is_kind(t->text)) {
		Node *n = parse_node(p, NODE_ENTITY, t->text);

		n->kids[DECL_DOC] = parse_doc(p);
		parse_next(p);
		decl_entity(p, n);
		return parse_done(p, n);
	}
	d = parse_error(p, DIAG_EXPECTED_DECL, t->span, "expected a statement, found %.*s",
		STR_ARG(parse_describe(p, t)));
	if (d)
		diag_fix(d, "statements are let, assert, given, mock, expect, lookup and the other "
			    "kinds of object");
	return parse_node(p, NODE_BAD, STR_NONE);
}

/* Block = "{" { Stmt EOL } "}" . */
static Node *parse_block(Parser *p)
{
	Node *n = parse_node(p, NODE_BLOCK, STR_NONE);
	Span open = parse_token(p)->span;
	Diag *d;

	if (!parse_expect(p, TOK_LBRACE, STR("after the title")))
		return n;
	p->open_records++;
	while (!parse_at(p, TOK_RBRACE) && !parse_at(p, TOK_END)) {
		node_add(p->arena, n, parse_stmt(p));
		if (p->is_failed) {
			recover_line(p);
		} else if (!parse_token(p)->newline_before && !parse_at(p, TOK_RBRACE)) {
			d = parse_mistake(p, DIAG_SAME_LINE, parse_token(p)->span,
				"two statements on one line");
			if (d)
				diag_fix(d, "begin a new line here");
			recover_line(p);
		}
	}
	p->open_records--;
	recover_close(p, open, TOK_RBRACE);
	return parse_done(p, n);
}

/* "check" String Block, "test" String Block */
static void decl_block(Parser *p, Node *n)
{
	n->kids[BLOCK_TITLE] = parse_plain_string(p, STR("a title"));
	if (!p->is_failed)
		n->kids[BLOCK_BODY] = parse_block(p);
}

static const struct {
	Str word;
	NodeKind kind;
	DeclRule *rule;
} decls[] = {
	{STR_INIT("resource"), NODE_ENTITY, decl_entity},
	{STR_INIT("lookup"), NODE_ENTITY, decl_entity},
	{STR_INIT("task"), NODE_ENTITY, decl_entity},
	{STR_INIT("storage"), NODE_ENTITY, decl_entity},
	{STR_INIT("cave"), NODE_ENTITY, decl_entity},
	{STR_INIT("model"), NODE_ENTITY, decl_entity},
	{STR_INIT("module"), NODE_ENTITY, decl_entity},
	{STR_INIT("provider"), NODE_ENTITY, decl_entity},
	{STR_INIT("preset"), NODE_ENTITY, decl_entity},
	{STR_INIT("param"), NODE_PARAM, decl_param},
	{STR_INIT("output"), NODE_OUTPUT, decl_output},
	{STR_INIT("secret"), NODE_SECRET, decl_secret},
	{STR_INIT("type"), NODE_TYPE_DECL, decl_type},
	{STR_INIT("fn"), NODE_FN, decl_fn},
	{STR_INIT("import"), NODE_IMPORT, decl_import},
	{STR_INIT("package"), NODE_PACKAGE, decl_record},
	{STR_INIT("require"), NODE_REQUIRE, decl_record},
	{STR_INIT("moved"), NODE_MOVED, decl_moved},
	{STR_INIT("adopt"), NODE_ADOPT, decl_adopt},
	{STR_INIT("forget"), NODE_FORGET, decl_forget},
	{STR_INIT("check"), NODE_CHECK, decl_block},
	{STR_INIT("test"), NODE_TEST, decl_block},
};

bool parse_decl_is_kind(Str word)
{
	for (size_t i = 0; i < sizeof(decls) / sizeof(*decls); i++)
		if (str_eq(word, decls[i].word))
			return decls[i].kind == NODE_ENTITY;
	return false;
}

static bool is_decl_word(Str word)
{
	for (size_t i = 0; i < sizeof(decls) / sizeof(*decls); i++)
		if (str_eq(word, decls[i].word))
			return true;
	return str_eq(word, STR("pub"));
}

Str parse_decl_nearest(Str word)
{
	Str words[sizeof(decls) / sizeof(*decls)];

	for (size_t i = 0; i < sizeof(decls) / sizeof(*decls); i++)
		words[i] = decls[i].word;
	return str_nearest(word, words, sizeof(words) / sizeof(*words));
}

/* A declaration that a contextual word begins; NULL if the word is none. */
static Node *parse_word_decl(Parser *p, Node *doc, Node *annots)
{
	const Token *t = parse_token(p);
	Node *n;

	for (size_t i = 0; t->kind == TOK_IDENT && i < sizeof(decls) / sizeof(*decls); i++) {
		if (!str_eq(t->text, decls[i].word))
			continue;
		n = parse_node(
			p, decls[i].kind, decls[i].kind == NODE_ENTITY ? decls[i].word : STR_NONE);
		n->kids[DECL_DOC] = doc;
		n->kids[DECL_ANNOTS] = annots;
		parse_next(p);
		decls[i].rule(p, n);
		return parse_done(p, n);
	}
	return NULL;
}

/* Decl = { DOC | Annot } [ "pub" ] ( ... ) . */
static Node *parse_decl(Parser *p)
{
	uint32_t begin = parse_token(p)->span.begin;
	bool is_pub;
	Node *doc;
	Node *annots;
	Node *n;

	parse_annots(p, &doc, &annots);
	if (doc && doc->span.begin < begin)
		begin = doc->span.begin;
	is_pub = !p->is_failed && parse_accept_word(p, STR("pub"));
	if (p->is_failed) {
		n = parse_node(p, NODE_BAD, STR_NONE);
	} else if (parse_at(p, TOK_LET)) {
		n = parse_let(p, doc);
		n->kids[DECL_ANNOTS] = annots;
	} else if (parse_at(p, TOK_ASSERT)) {
		n = parse_assert(p, doc, false);
		n->kids[DECL_ANNOTS] = annots;
	} else {
		n = parse_habit(p) ? NULL : parse_word_decl(p, doc, annots);
		if (!n) {
			parse_habit_unknown(p); /* silent behind a habit */
			n = parse_node(p, NODE_BAD, STR_NONE);
		}
	}
	if (is_pub)
		n->flags |= FLAG_PUB;
	n->span.begin = begin;
	return n;
}

/* Takes the end of a declaration: the end of the line. */
static void end_decl(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (p->is_failed || t->newline_before || t->kind == TOK_END)
		return;
	if (t->kind == TOK_SEMICOLON) {
		d = parse_mistake(p, DIAG_SYNTAX, t->span, "a declaration ends without `;`");
		if (d) {
			diag_fix(d, "remove it: a declaration ends with its line");
			diag_edit(d, t->span, STR_NONE);
		}
		parse_next(p);
	} else if (t->kind == TOK_LET || t->kind == TOK_ASSERT || t->kind == TOK_AT ||
		   (t->kind == TOK_IDENT && is_decl_word(t->text))) {
		d = parse_mistake(p, DIAG_SAME_LINE, t->span, "two declarations on one line");
		if (d) {
			diag_fix(d, "begin a new line here");
			diag_edit(d, (Span){p->end, t->span.begin}, STR("\n"));
		}
	} else {
		d = parse_error(p, DIAG_SYNTAX, t->span,
			"expected a new line after the declaration, found %.*s",
			STR_ARG(parse_describe(p, t)));
		if (d)
			parse_habit_behind(p, d);
	}
}

Tree *parse_file_into(Arena *a, Arena *nodes, SourceFile *f, DiagList *diags)
{
	Parser p;
	Node *file;

	parse_start(&p, a, f, false, diags);
	p.arena = nodes;
	file = node_new(
		nodes, NODE_FILE, (Span){f->base, f->base + (uint32_t)f->text.len}, STR_NONE);
	while (!parse_at(&p, TOK_END)) {
		uint32_t at = p.at;
		Node *n;

		/* Two on one line: the second is copied with the first. */
		p.is_broken = (p.is_broken && !parse_token(&p)->newline_before) ||
			      (parse_token(&p)->flags & LEX_BROKEN);
		n = parse_decl(&p);
		end_decl(&p);
		if (p.is_failed)
			recover_decl(&p);
		CHECK(p.depth == 0 && !p.is_in_parens && p.at > at);
		if (p.is_broken) {
			/* What was skipped belongs to it: the formatter copies its text. */
			n->span = parse_span(&p, n->span.begin);
			n->flags |= FLAG_BROKEN;
			p.tree->is_broken = true;
		}
		node_add(nodes, file, n);
	}
	p.tree->file = file;
	return parse_finish(&p);
}

Tree *parse_file(Arena *a, SourceFile *f, DiagList *diags)
{
	return parse_file_into(a, a, f, diags);
}
