/* The schema grammar: files, blocks, attributes, wire paths (providers.md, 2.1).
 *
 * Expressions, types, strings and records are the productions of the spec language; an attribute
 * takes the place of a record type's field wherever one can stand.  Statements and calls are in
 * parse_schema_stmt.c.  Slots of the nodes made here:
 *
 *   SCHEMA_BLOCK  text: provider, service, resource; 0 doc?, 1 name PATH, 2 from? PATH;
 *                 [SCHEMA_ATTR, TYPE_DECL, LET, FIELD, SCHEMA_STMT]
 *   SCHEMA_ATTR   text: name; 0 doc?, 1 key, 2 type, 3 default?; [SCHEMA_FLAG, SCHEMA_MAP]
 *   SCHEMA_FLAG   text: word; 0 argument? (an IDENT, an expression, a LIST of strings)
 *   SCHEMA_MAP    text: arrow; 0 SCHEMA_PATH? (NULL: none), 1 condition?; [CALL]
 *   SCHEMA_PATH   text: as written, with a dot in front if relative; [SCHEMA_SEGMENT]
 *   SCHEMA_SEGMENT text: a name, "@name", "*", "[]", "[3]", "[?]"; 0 predicate?
 *
 * Thread: one at a time. */
#include "compiler/syntax/parse_schema_impl.h"

#include "compiler/base/check.h"

enum { BLOCK_DOC, BLOCK_NAME, BLOCK_FROM };
enum { ATTR_DOC, ATTR_KEY, ATTR_TYPE, ATTR_DEFAULT };

static const Str plain_flags[] = {
	STR_INIT("computed"),
	STR_INIT("out"),
	STR_INIT("write_only"),
	STR_INIT("digest"),
	STR_INIT("local"),
	STR_INIT("auto"),
	STR_INIT("nokey"),
	STR_INIT("provider"),
	STR_INIT("unique"),
};

void parse_schema_unsupported(Parser *p, Str word)
{
	Diag *d = parse_error(p, DIAG_SCHEMA_SYNTAX, parse_token(p)->span,
		"`%.*s` is not supported in schemas yet", STR_ARG(word));

	if (d)
		diag_fix(d, "write the type out with `resource`");
}

/* "[" [ INT | "?" Expr ] "]" */
static Node *parse_bracket_segment(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_SEGMENT, STR("[]"));
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	parse_next(p);
	p->is_in_parens = true;
	if (parse_at(p, TOK_INT)) {
		n->text = str_print(p->arena, "[%.*s]", STR_ARG(parse_token(p)->text));
		parse_next(p);
	} else if (parse_accept(p, TOK_QUESTION)) {
		n->text = STR("[?]");
		n->kids[0] = parse_expr(p);
	}
	p->is_in_parens = was_in_parens;
	(void)recover_close(p, open, TOK_RBRACKET); /* reported there */
	return parse_done(p, n);
}

bool parse_at_schema_select(const Parser *p)
{
	TokenKind next = parse_peek(p, 1)->kind;

	return p->is_schema && parse_at(p, TOK_LBRACKET) && !parse_at_new_line(p) &&
	       (next == TOK_RBRACKET || next == TOK_QUESTION);
}

Node *parse_schema_select(Parser *p, Node *object)
{
	Node *n = parse_bracket_segment(p);

	node_add(p->arena, n, object);
	n->span.begin = object->span.begin;
	return n;
}

Node *parse_schema_aspect(Parser *p)
{
	Node *n = parse_node(p, NODE_KEY_AT, STR_NONE);

	parse_next(p);
	n->text = parse_name(p, STR("the name of an aspect"))->text;
	return parse_done(p, n);
}

static Node *parse_name_segment(Parser *p, const char *prefix)
{
	Node *n = parse_node(p, NODE_SCHEMA_SEGMENT, STR_NONE);
	Node *name = parse_name(p, STR("the name in a path"));

	n->text = str_print(p->arena, "%s%.*s", prefix, STR_ARG(name->text));
	return parse_done(p, n);
}

Node *parse_schema_path(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_PATH, STR_NONE);
	uint32_t begin = parse_token(p)->span.begin;

	if (parse_at(p, TOK_LBRACKET))
		node_add(p->arena, n, parse_bracket_segment(p));
	else if (parse_accept(p, TOK_AT))
		node_add(p->arena, n, parse_name_segment(p, "@"));
	else {
		(void)parse_accept(p, TOK_DOT); /* relative: the text says so */
		node_add(p->arena, n, parse_name_segment(p, ""));
	}
	while (!p->is_failed && !parse_at_new_line(p)) {
		if (parse_at(p, TOK_LBRACKET)) {
			node_add(p->arena, n, parse_bracket_segment(p));
		} else if (parse_accept(p, TOK_DOT)) {
			Node *star = parse_node(p, NODE_SCHEMA_SEGMENT, STR("*"));

			if (parse_accept(p, TOK_STAR))
				node_add(p->arena, n, parse_done(p, star));
			else
				node_add(p->arena, n, parse_name_segment(p, ""));
		} else {
			break;
		}
	}
	parse_done(p, n);
	if (n->span.end > begin)
		n->text = str_slice(
			p->tree->text, begin - p->tree->base, n->span.end - p->tree->base);
	return n;
}

void parse_schema_fns(Parser *p, Node *n)
{
	while (parse_accept(p, TOK_BAR)) {
		Node *call = parse_node(p, NODE_CALL, STR_NONE);

		call->kids[0] = parse_name(p, STR("the name of a function"));
		if (parse_at(p, TOK_LPAREN) && !parse_at_new_line(p))
			parse_args(p, call);
		node_add(p->arena, n, parse_done(p, call));
	}
}

/* Map = ( "->" | "<-" | "<->" ) ( "none" | WirePath ) { "|" Fn } [ "if" Expr ] . */
static Node *parse_map(Parser *p)
{
	Str arrow = parse_at(p, TOK_ARROW)        ? STR("->")
		    : parse_at(p, TOK_LEFT_ARROW) ? STR("<-")
						  : STR("<->");
	Node *n = parse_node(p, NODE_SCHEMA_MAP, arrow);

	parse_next(p);
	if (!parse_accept_word(p, STR("none")))
		n->kids[0] = parse_schema_path(p);
	parse_schema_fns(p, n);
	if (parse_accept(p, TOK_IF))
		n->kids[1] = parse_expr(p);
	return parse_done(p, n);
}

/* "(" String { "," String } ")" */
static Node *parse_strings(Parser *p)
{
	Node *n = parse_node(p, NODE_LIST, STR_NONE);
	Span open = parse_token(p)->span;

	if (!parse_expect(p, TOK_LPAREN, STR_NONE))
		return n;
	do
		node_add(p->arena, n, parse_plain_string(p, STR("a string")));
	while (!p->is_failed && parse_accept(p, TOK_COMMA));
	(void)recover_close(p, open, TOK_RPAREN); /* reported there */
	return parse_done(p, n);
}

static bool is_plain_flag(const Parser *p)
{
	for (size_t i = 0; i < sizeof(plain_flags) / sizeof(plain_flags[0]); i++) {
		if (parse_at_word(p, plain_flags[i]))
			return true;
	}
	return false;
}

/* Flag, or NULL if the current token begins none.  A name before a colon is an attribute. */
static Node *parse_flag(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_FLAG, parse_token(p)->text);

	if (parse_peek(p, 1)->kind == TOK_COLON || !parse_at(p, TOK_IDENT))
		return NULL;
	if (is_plain_flag(p)) {
		parse_next(p);
	} else if (parse_accept_word(p, STR("replace"))) {
		if (parse_accept(p, TOK_IF))
			n->kids[0] = parse_expr(p);
	} else if (parse_accept_word(p, STR("norm")) || parse_accept_word(p, STR("wire"))) {
		if (parse_at_new_line(p))
			(void)parse_error(p, DIAG_SYNTAX, (Span){p->end, p->end},
				"expected a name after `%.*s`, found the end of the line",
				STR_ARG(n->text));
		else
			n->kids[0] = parse_name(p, STR("a name"));
	} else if (parse_accept_word(p, STR("predict"))) {
		n->kids[0] = parse_expr(p);
	} else if (parse_accept_word(p, STR("env")) || parse_accept_word(p, STR("deprecated"))) {
		n->kids[0] = parse_strings(p);
	} else {
		return NULL;
	}
	return parse_done(p, n);
}

/* Attr = { DOC } Key ":" Type [ "=" Expr ] { Flag } { Map } . */
static Node *parse_attr(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_ATTR, STR_NONE);

	n->kids[ATTR_DOC] = parse_doc(p);
	n->kids[ATTR_KEY] = parse_at(p, TOK_STRING)
				    ? parse_plain_string(p, STR("the name of an attribute"))
				    : parse_name(p, STR("the name of an attribute"));
	n->text = n->kids[ATTR_KEY]->text;
	if (!parse_expect(p, TOK_COLON, STR("after the name of an attribute")))
		return parse_done(p, n);
	n->kids[ATTR_TYPE] = parse_type_expr(p);
	if (parse_accept(p, TOK_EQUALS))
		n->kids[ATTR_DEFAULT] = parse_expr(p);
	while (!p->is_failed) {
		Node *part;

		if (parse_at(p, TOK_ARROW) || parse_at(p, TOK_LEFT_ARROW) ||
			parse_at(p, TOK_BOTH_ARROW))
			part = parse_map(p);
		else
			part = parse_flag(p);
		if (!part)
			break;
		node_add(p->arena, n, part);
	}
	return parse_done(p, n);
}

/* Attr | TypeDecl | Let | Field | Stmt */
static Node *parse_entry(Parser *p)
{
	TokenKind next = parse_peek(p, 1)->kind;

	if (next == TOK_COLON)
		return parse_attr(p);
	if (parse_at(p, TOK_LET))
		return parse_let(p, parse_doc(p));
	if (parse_at_word(p, STR("type")) && next == TOK_IDENT)
		return parse_type_decl(p, parse_doc(p), NULL);
	if (next == TOK_EQUALS || next == TOK_LBRACE)
		return parse_field(p, parse_doc(p));
	return parse_schema_stmt(p);
}

/* TypeName and the name after `from`; families are refused. */
static Node *parse_block_name(Parser *p)
{
	if (parse_at(p, TOK_LBRACE))
		parse_schema_unsupported(p, STR("{"));
	return parse_path(p);
}

static bool at_line_start(const Parser *p)
{
	uint32_t at = parse_token(p)->span.begin - p->tree->base;

	return at == 0 || p->tree->text.ptr[at - 1] == '\n';
}

static bool at_block_word(const Parser *p)
{
	return parse_at_word(p, STR("provider")) || parse_at_word(p, STR("service")) ||
	       parse_at_word(p, STR("resource")) || parse_at_word(p, STR("family")) ||
	       parse_at_word(p, STR("type"));
}

/* Blocks begin in the first column, so a mistake in one does not spoil the next. */
static void recover_block(Parser *p)
{
	while (!parse_at(p, TOK_END) && !(at_line_start(p) && at_block_word(p)))
		parse_next(p);
	p->is_failed = false;
}

/* "provider" | "service" | "resource", name, [ "from" Path ], "{" { Entry EOL } "}" */
static Node *parse_block(Parser *p)
{
	Node *n = parse_node(p, NODE_SCHEMA_BLOCK, parse_token(p)->text);
	Span open;

	n->kids[BLOCK_DOC] = parse_doc(p);
	if (parse_at_word(p, STR("family")))
		parse_schema_unsupported(p, STR("family"));
	parse_next(p);
	n->kids[BLOCK_NAME] = parse_block_name(p);
	if (parse_accept_word(p, STR("from")))
		n->kids[BLOCK_FROM] = parse_path(p);
	open = parse_token(p)->span;
	if (!parse_expect(p, TOK_LBRACE, STR("after the name of a block")))
		return parse_done(p, n);
	while (!p->is_failed && !parse_at(p, TOK_RBRACE) && !parse_at(p, TOK_END)) {
		node_add(p->arena, n, parse_entry(p));
		if (!p->is_failed && !parse_at(p, TOK_RBRACE) && !parse_at_new_line(p)) {
			Str found = parse_describe(p, parse_token(p));

			(void)parse_error(p, DIAG_SYNTAX, parse_token(p)->span,
				"expected a new line, found %.*s", STR_ARG(found));
		}
	}
	if (!p->is_failed)
		(void)recover_close(p, open, TOK_RBRACE); /* reported there */
	return parse_done(p, n);
}

Tree *parse_schema_file(Arena *a, SourceFile *f, DiagList *diags)
{
	Parser parser = {0};
	Parser *p = &parser;

	parse_start(p, a, f, true, diags);
	p->type_field = parse_attr;
	p->tree->file = parse_node(p, NODE_FILE, STR_NONE);
	while (!parse_at(p, TOK_END)) {
		Node *n;

		if (parse_at_word(p, STR("type")) && parse_peek(p, 1)->kind == TOK_IDENT)
			n = parse_type_decl(p, parse_doc(p), NULL);
		else if (at_block_word(p))
			n = parse_block(p);
		else {
			Str found = parse_describe(p, parse_token(p));

			n = parse_node(p, NODE_BAD, STR_NONE);
			(void)parse_error(p, DIAG_SCHEMA_SYNTAX, parse_token(p)->span,
				"expected `provider`, `service`, `resource` or `type`, found %.*s",
				STR_ARG(found));
			parse_next(p);
		}
		if (p->is_failed)
			recover_block(p);
		node_add(a, p->tree->file, n);
	}
	p->tree->is_broken = p->is_broken;
	parse_done(p, p->tree->file);
	return parse_finish(p);
}
