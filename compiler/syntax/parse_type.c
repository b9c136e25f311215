/* Types.  They stand only behind `:`, behind `=` in `type`, and inside `<>`, so `<` is never
 * ambiguous; `??` and `>=` are taken apart here, since `T??` and `list<T>= []` are types and more.
 * Parentheses leave no node: the formatter puts them where they are needed. */
#include "compiler/syntax/parse_impl.h"

static Node *parse_union(Parser *p);

/* E0205 at the current token, with advice for what people write instead. */
static Node *expected_type(Parser *p)
{
	const Token *t = parse_token(p);
	Node *n = parse_node(p, NODE_BAD_TYPE, STR_NONE);
	Str found = parse_describe(p, t);
	Diag *d;

	if (t->newline_before && p->end) {
		n->span = (Span){p->end, p->end};
		found = t->kind == TOK_END ? found : STR("the end of the line");
	}
	d = parse_error(
		p, DIAG_EXPECTED_TYPE, n->span, "expected a type, found %.*s", STR_ARG(found));
	n->span.end = n->span.begin;
	if (!d)
		return n;
	if (t->kind == TOK_NULL)
		diag_fix(d, "a type that may be absent is written `T?`");
	else if (t->kind == TOK_EQUALS && p->at && p->tokens.ptr[p->at - 1].kind == TOK_COLON &&
		 p->end == t->span.begin) /* `:=` */
		diag_fix(d, "write `=` alone before the value, or `: TYPE =`");
	else if (t->kind == TOK_LBRACKET)
		diag_fix(d, "a list of T is written `list<T>`");
	else
		diag_fix(d,
			"a type is a name such as string, `list<T>`, `{ name: T }` or a literal");
	return n;
}

/* Takes one `?`, also the first half of `??`. */
static bool accept_question(Parser *p)
{
	Token *t = &p->tokens.ptr[p->at];

	if (t->newline_before && !p->is_in_parens)
		return false;
	if (t->kind == TOK_QUESTION_QUESTION) {
		t->kind = TOK_QUESTION;
		t->text = STR("?");
		p->end = ++t->span.begin;
		return true;
	}
	return parse_accept(p, TOK_QUESTION);
}

/* Takes `>`, also the first half of `>=`. */
static void expect_greater(Parser *p)
{
	Token *t = &p->tokens.ptr[p->at];

	if (t->kind == TOK_GE) {
		t->kind = TOK_EQUALS;
		t->text = STR("=");
		p->end = ++t->span.begin;
		return;
	}
	parse_expect(p, TOK_GT, STR("after the type's arguments"));
}

/* "<" Type { "," Type } ">" */
static Node *parse_type_args(Parser *p)
{
	Node *n = parse_node(p, NODE_TYPE_ARGS, STR_NONE);
	bool was_in_parens = p->is_in_parens;

	parse_next(p);
	p->is_in_parens = true;
	do
		node_add(p->arena, n, parse_union(p));
	while (!p->is_failed && parse_accept(p, TOK_COMMA));
	p->is_in_parens = was_in_parens;
	if (!p->is_failed)
		expect_greater(p);
	return parse_done(p, n);
}

/* "(" Refine { "," Refine } ")" */
static Node *parse_refines(Parser *p)
{
	Node *n = parse_node(p, NODE_TYPE_REFINES, STR_NONE);
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	parse_next(p);
	p->is_in_parens = true;
	p->open_parens++;
	do
		node_add(p->arena, n, parse_expr(p));
	while (recover_item(p, TOK_RPAREN));
	p->open_parens--;
	p->is_in_parens = was_in_parens;
	recover_close(p, open, TOK_RPAREN);
	return parse_done(p, n);
}

/* Path [ "<" Type { "," Type } ">" ] [ "(" Refine { "," Refine } ")" ] */
static Node *parse_type_name(Parser *p)
{
	Node *n = parse_node(p, NODE_TYPE_NAME, STR_NONE);
	const Token *t;
	Diag *d;

	n->kids[0] = parse_path(p);
	if (!p->is_failed && parse_at(p, TOK_LT) && !parse_at_new_line(p))
		n->kids[1] = parse_type_args(p);
	if (!p->is_failed && parse_at(p, TOK_LPAREN) && !parse_at_new_line(p))
		n->kids[2] = parse_refines(p);
	t = parse_token(p);
	if (!p->is_failed && t->kind == TOK_LBRACKET && !t->newline_before &&
		parse_peek(p, 1)->kind == TOK_RBRACKET) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "a list's type is not written with `[]`");
		if (d)
			diag_fix(d, "write `list<%.*s>`", STR_ARG(n->kids[0]->text));
	}
	return parse_done(p, n);
}

/* ( "secret" | "known" ) TPrim: a word is a modifier if a type follows on the line. */
static bool at_modifier(const Parser *p)
{
	const Token *next = parse_peek(p, 1);

	if (!parse_at_word(p, STR("secret")) && !parse_at_word(p, STR("known")))
		return false;
	if (next->newline_before && !p->is_in_parens)
		return false;
	return next->kind == TOK_IDENT
		       ? !str_eq(next->text, STR("where"))
		       : next->kind == TOK_STRING || next->kind == TOK_LBRACE ||
				 next->kind == TOK_LPAREN || next->kind == TOK_TRUE ||
				 next->kind == TOK_FALSE || next->kind == TOK_INT;
}

static Node *parse_type_primary(Parser *p)
{
	const Token *t = parse_token(p);
	bool was_in_parens = p->is_in_parens;
	Node *n;

	if (at_modifier(p)) {
		n = parse_node(p,
			str_eq(t->text, STR("secret")) ? NODE_TYPE_SECRET : NODE_TYPE_KNOWN,
			STR_NONE);
		parse_next(p);
		if (!parse_enter(p))
			return parse_node(p, NODE_BAD_TYPE, STR_NONE);
		n->kids[0] = parse_type_primary(p);
		parse_leave(p);
		return parse_done(p, n);
	}
	switch (t->kind) {
	case TOK_IDENT:
		return parse_type_name(p);
	case TOK_STRING:
	case TOK_STRING_HEAD:
	case TOK_INT:
	case TOK_TRUE:
	case TOK_FALSE:
		n = parse_node(p, NODE_TYPE_LITERAL, STR_NONE);
		n->kids[0] = t->kind == TOK_STRING_HEAD ? parse_plain_string(p, STR("a type"))
							: parse_literal(p);
		return parse_done(p, n);
	case TOK_LBRACE:
		return parse_type_record(p);
	case TOK_LPAREN:
		parse_next(p);
		p->is_in_parens = true;
		p->open_parens++;
		n = parse_type_expr(p);
		p->open_parens--;
		p->is_in_parens = was_in_parens;
		recover_close(p, t->span, TOK_RPAREN);
		return n;
	default:
		return expected_type(p);
	}
}

/* TPost = TPrim { "?" } . */
static Node *parse_type_postfix(Parser *p)
{
	uint32_t depth = p->depth;
	Node *n;

	if (!parse_enter(p))
		return parse_node(p, NODE_BAD_TYPE, STR_NONE);
	n = parse_type_primary(p);
	while (!p->is_failed && accept_question(p)) {
		Node *optional = node_new(p->arena, NODE_TYPE_OPTIONAL, n->span, STR_NONE);

		if (!parse_enter(p))
			break;
		optional->kids[0] = n;
		n = parse_done(p, optional);
	}
	p->depth = depth;
	return n;
}

/* In schemas a line that begins with `|` applies a function to what is mapped. */
static bool at_union_bar(const Parser *p)
{
	return parse_at(p, TOK_BAR) && !(p->is_schema && parse_at_new_line(p));
}

/* [ "|" ] TPost { "|" TPost } */
static Node *parse_union(Parser *p)
{
	uint32_t begin = parse_token(p)->span.begin;
	Node *n;
	Node *first;

	parse_accept(p, TOK_BAR);
	first = parse_type_postfix(p);
	if (p->is_failed || !at_union_bar(p))
		return first;
	n = node_new(p->arena, NODE_TYPE_UNION, (Span){begin, begin}, STR_NONE);
	node_add(p->arena, n, first);
	while (!p->is_failed && at_union_bar(p)) {
		parse_next(p);
		node_add(p->arena, n, parse_type_postfix(p));
	}
	return parse_done(p, n);
}

/* Type = [ "|" ] TPost { "|" TPost } [ "where" Expr ] . */
Node *parse_type_expr(Parser *p)
{
	Node *n = parse_union(p);
	Node *where;

	if (p->is_failed || !parse_at_word(p, STR("where")) || parse_at_new_line(p))
		return n;
	where = node_new(p->arena, NODE_TYPE_WHERE, n->span, STR_NONE);
	parse_next(p);
	where->kids[0] = n;
	where->kids[1] = parse_expr(p);
	return parse_done(p, where);
}

/* "..." [ ":" Type ] */
static Node *parse_type_open(Parser *p)
{
	Node *n = parse_node(p, NODE_TYPE_OPEN, STR_NONE);

	parse_next(p);
	if (parse_accept(p, TOK_COLON))
		n->kids[0] = parse_type_expr(p);
	return parse_done(p, n);
}

/* Key of a TField: IDENT or String; a reserved word is a mistake. */
static Node *parse_type_key(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (t->kind == TOK_STRING || t->kind == TOK_STRING_HEAD)
		return parse_plain_string(p, STR("a field's name"));
	if (t->kind >= TOK_AND && t->kind <= TOK_WITH && parse_peek(p, 1)->kind == TOK_COLON) {
		Node *n = parse_node(p, NODE_IDENT, t->text);

		d = parse_mistake(p, DIAG_RESERVED_WORD, t->span,
			"`%.*s` is a reserved word and needs quotes as the name of a field",
			STR_ARG(t->text));
		if (d) {
			diag_fix(d, "write `\"%.*s\"`", STR_ARG(t->text));
			diag_edit(d, t->span, str_print(d->arena, "\"%.*s\"", STR_ARG(t->text)));
		}
		parse_next(p);
		return n;
	}
	return parse_name(p, STR("a field's name"));
}

/* Annot = "@" IDENT [ "(" [ Args ] ")" ] . */
static Node *parse_annot(Parser *p)
{
	Node *n = parse_node(p, NODE_ANNOT, STR_NONE);

	parse_next(p);
	n->text = parse_name(p, STR("the name of an annotation"))->text;
	if (!p->is_failed && parse_at(p, TOK_LPAREN) && !parse_token(p)->newline_before) {
		n->flags |= FLAG_HAS_ARGS;
		parse_args(p, n);
	}
	return parse_done(p, n);
}

void parse_annots(Parser *p, Node **doc, Node **annots)
{
	*doc = parse_doc(p);
	*annots = NULL;
	while (!p->is_failed && parse_at(p, TOK_AT)) {
		Node *more;

		if (!*annots)
			*annots = parse_node(p, NODE_ANNOTS, STR_NONE);
		node_add(p->arena, *annots, parse_annot(p));
		parse_done(p, *annots);
		more = parse_doc(p);
		if (more && *doc) {
			(*doc)->text = str_print(
				p->arena, "%.*s\n%.*s", STR_ARG((*doc)->text), STR_ARG(more->text));
			(*doc)->span.end = more->span.end;
		} else if (more) {
			*doc = more;
		}
	}
}

/* TField = { DOC | Annot } ( Key ":" Type [ "=" Expr ] | "..." [ ":" Type ] ) . */
Node *parse_type_field(Parser *p)
{
	Node *n;
	Diag *d;

	if (parse_at(p, TOK_ELLIPSIS))
		return parse_type_open(p);
	n = parse_node(p, NODE_TYPE_FIELD, STR_NONE);
	parse_annots(p, &n->kids[0], &n->kids[1]);
	if (!p->is_failed)
		n->kids[TYPE_FIELD_KEY] = parse_type_key(p);
	if (!p->is_failed && parse_at(p, TOK_EQUALS)) {
		d = parse_error(
			p, DIAG_SYNTAX, parse_token(p)->span, "expected `:` and a type, found `=`");
		if (d)
			diag_fix(d, "write `NAME: TYPE = DEFAULT`");
	}
	if (!p->is_failed && parse_at(p, TOK_QUESTION)) {
		d = parse_error(
			p, DIAG_SYNTAX, parse_token(p)->span, "expected `:` and a type, found `?`");
		if (d)
			diag_fix(d, "an optional field has an optional type: `NAME: TYPE?`");
	}
	if (!p->is_failed && parse_expect(p, TOK_COLON, STR("after the field's name")))
		n->kids[TYPE_FIELD_TYPE] = parse_type_expr(p);
	if (!p->is_failed && parse_accept(p, TOK_EQUALS))
		n->kids[TYPE_FIELD_DEFAULT] = parse_value(p);
	return parse_done(p, n);
}

/* RecordType = "{" [ TField { SEP TField } [ SEP ] ] "}" . */
Node *parse_type_record(Parser *p)
{
	Node *n = parse_node(p, NODE_TYPE_RECORD, STR_NONE);
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	if (!parse_enter(p))
		return parse_node(p, NODE_BAD_TYPE, STR_NONE);
	parse_next(p);
	p->is_in_parens = false;
	p->open_records++;
	if (!parse_at(p, TOK_RBRACE) && !recover_at_decl(p))
		do
			node_add(p->arena, n, p->type_field(p));
		while (recover_item(p, TOK_RBRACE));
	p->open_records--;
	p->is_in_parens = was_in_parens;
	recover_close(p, open, TOK_RBRACE);
	parse_leave(p);
	return parse_done_brackets(p, n);
}
