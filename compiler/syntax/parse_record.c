/* Records and lists: fields, spreads, comprehensions; and the advice for those who write fields as
 * JSON, YAML or HCL have them. */
#include "compiler/syntax/parse_impl.h"

void parse_binders(Parser *p, Node *n)
{
	n->kids[FOR_FIRST] = parse_name(p, STR("the name of the loop variable"));
	if (!p->is_failed && parse_accept(p, TOK_COMMA))
		n->kids[FOR_SECOND] = parse_name(p, STR("the name of the second loop variable"));
	if (!p->is_failed && parse_expect(p, TOK_IN, STR("after the loop variables")))
		n->kids[FOR_COLLECTION] = parse_expr(p);
}

/* "for" Binders "in" Expr [ "if" Expr ] "=>" ( Field | Expr ) */
static Node *parse_comprehension(Parser *p, NodeKind kind)
{
	Node *n = parse_node(p, kind, STR_NONE);
	Diag *d;

	parse_next(p);
	parse_binders(p, n);
	if (!p->is_failed && parse_accept(p, TOK_IF))
		n->kids[COMP_IF] = parse_expr(p);
	if (!p->is_failed && parse_at(p, TOK_COLON)) {
		d = parse_error(p, DIAG_TERRAFORM_SYNTAX, parse_token(p)->span,
			"a comprehension has `=>` before its result, not `:`");
		if (d)
			diag_fix(d, kind == NODE_FOR_ELEM ? "write `[for x in xs => x.id]`"
							  : "write `{ for k, v in m => [k] = v }`");
	}
	if (!p->is_failed && parse_expect(p, TOK_FAT_ARROW, STR("before the result of `for`")))
		n->kids[COMP_BODY] = kind == NODE_FOR_FIELD ? parse_field(p, NULL) : parse_expr(p);
	return parse_done(p, n);
}

/* "..." Expr */
static Node *parse_spread(Parser *p)
{
	Node *n = parse_node(p, NODE_SPREAD, STR_NONE);

	parse_next(p);
	n->kids[0] = parse_expr(p);
	return parse_done(p, n);
}

/* Elem = Expr | "..." Expr | "for" ... . */
static Node *parse_elem(Parser *p)
{
	if (parse_at(p, TOK_ELLIPSIS))
		return parse_spread(p);
	if (parse_at(p, TOK_FOR))
		return parse_comprehension(p, NODE_FOR_ELEM);
	return parse_expr(p);
}

/* List = "[" [ Elem { SEP Elem } [ SEP ] ] "]" . */
Node *parse_list(Parser *p)
{
	Node *n = parse_node(p, NODE_LIST, STR_NONE);
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	if (!parse_enter(p))
		return parse_node(p, NODE_BAD_EXPR, STR_NONE);
	parse_next(p);
	p->is_in_parens = false;
	p->open_lists++;
	if (!parse_at(p, TOK_RBRACKET) && !recover_at_decl(p))
		do
			node_add(p->arena, n, parse_elem(p));
		while (recover_item(p, TOK_RBRACKET));
	p->open_lists--;
	p->is_in_parens = was_in_parens;
	recover_close(p, open, TOK_RBRACKET);
	parse_leave(p);
	return parse_done_brackets(p, n);
}

/* Record = "{" [ Item { SEP Item } [ SEP ] ] "}" . */
Node *parse_record(Parser *p)
{
	Node *n = parse_node(p, NODE_RECORD, STR_NONE);
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;

	if (!parse_expect(p, TOK_LBRACE, STR("before the fields")))
		return n;
	if (!parse_enter(p))
		return n;
	p->is_in_parens = false;
	p->open_records++;
	if (!parse_at(p, TOK_RBRACE) && !recover_at_decl(p))
		do
			node_add(p->arena, n, parse_item(p));
		while (recover_item(p, TOK_RBRACE));
	p->open_records--;
	p->is_in_parens = was_in_parens;
	recover_close(p, open, TOK_RBRACE);
	parse_leave(p);
	return parse_done_brackets(p, n);
}

Node *parse_bare_record(Parser *p)
{
	Node *n = parse_node(p, NODE_RECORD, STR_NONE);

	p->open_records++;
	if (!parse_at(p, TOK_END) && !recover_at_decl(p))
		do
			node_add(p->arena, n, parse_item(p));
		while (recover_item(p, TOK_END));
	p->open_records--;
	return parse_done(p, n);
}

/* Says whether the token behind the current one makes a field of it. */
static bool next_makes_field(const Parser *p)
{
	TokenKind next = parse_peek(p, 1)->kind;

	return next == TOK_EQUALS || next == TOK_PLUS_EQUALS || next == TOK_COLON;
}

/* A reserved word before `=`: said once, then read as the key. */
static Node *parse_reserved_key(Parser *p)
{
	const Token *t = parse_token(p);
	Node *n = parse_node(p, NODE_IDENT, t->text);
	Diag *d = parse_mistake(p, DIAG_RESERVED_WORD, t->span,
		"`%.*s` is a reserved word and needs quotes as the name of a field",
		STR_ARG(t->text));

	if (d) {
		diag_fix(d, "write `\"%.*s\"`", STR_ARG(t->text));
		diag_edit(d, t->span, str_print(d->arena, "\"%.*s\"", STR_ARG(t->text)));
	}
	parse_next(p);
	return n;
}

/* Key = IDENT | String | "[" Expr "]" | "@" IDENT . */
static Node *parse_key(Parser *p)
{
	const Token *t = parse_token(p);
	Node *n;

	switch (t->kind) {
	case TOK_IDENT:
		n = parse_node(p, NODE_IDENT, t->text);
		parse_next(p);
		return n;
	case TOK_STRING:
	case TOK_STRING_HEAD:
		return parse_literal(p);
	case TOK_AT:
		n = parse_node(p, NODE_KEY_AT, STR_NONE);
		parse_next(p);
		n->text = parse_name(p, STR("the name of an annotation"))->text;
		return parse_done(p, n);
	case TOK_LBRACKET:
		n = parse_node(p, NODE_KEY_EXPR, STR_NONE);
		parse_next(p);
		p->open_lists++;
		n->kids[0] = parse_expr(p);
		p->open_lists--;
		recover_close(p, t->span, TOK_RBRACKET);
		return parse_done(p, n);
	default:
		if (t->kind >= TOK_AND && t->kind <= TOK_WITH && next_makes_field(p))
			return parse_reserved_key(p);
		parse_error(p, DIAG_SYNTAX, t->span, "expected a field, found %.*s",
			STR_ARG(parse_describe(p, t)));
		return parse_node(p, NODE_BAD_EXPR, STR_NONE);
	}
}

/* `:` or `==` where `=` belongs: said once, then read as `=`. */
static void wrong_equals(Parser *p, const Node *key)
{
	const Token *t = parse_token(p);
	bool is_colon = t->kind == TOK_COLON;
	Span at = t->span;
	Diag *d;

	if (is_colon && parse_peek(p, 1)->kind == TOK_EQUALS)
		at.end = parse_peek(p, 1)->span.end;
	d = is_colon ? parse_mistake(
			       p, DIAG_COLON_FOR_EQUALS, at, "a field is set with `=`, not `:`")
		     : parse_mistake(p, DIAG_SYNTAX, at, "a field is set with one `=`");
	if (d) {
		diag_label(d, "write `=`");
		diag_fix(d, "`:` gives a type, `=` gives a value");
		diag_edit(d, at, is_colon && key->span.end == at.begin ? STR(" =") : STR("="));
	}
	parse_next(p);
	if (is_colon)
		parse_accept(p, TOK_EQUALS);
}

/* What follows a key and is none of `=`, `+=`, `{`: names the habit behind it. */
static void wrong_field(Parser *p, const Node *key)
{
	const Token *t = parse_token(p);
	Str name = key->kind == NODE_IDENT ? key->text : STR("NAME");
	Diag *d;

	if (t->newline_before || t->kind == TOK_RBRACE || t->kind == TOK_COMMA ||
		t->kind == TOK_END) {
		d = parse_error(p, DIAG_SYNTAX, key->span, "this field has no value");
		if (d)
			diag_fix(d, "write `%.*s = VALUE`, or `%.*s { ... }`", STR_ARG(name),
				STR_ARG(name));
	} else if (t->kind == TOK_STRING && parse_peek(p, 1)->kind == TOK_LBRACE) {
		d = parse_error(p, DIAG_TERRAFORM_SYNTAX, t->span, "a field has no label");
		if (d && str_eq(name, STR("dynamic")))
			diag_fix(d, "write `%.*s = [for x in xs => { ... }]`", STR_ARG(t->text));
		else if (d)
			diag_fix(d,
				"write `%.*s = { ... }`; several of a kind are a list, "
				"`%.*s = [{ ... }]`",
				STR_ARG(name), STR_ARG(name));
	} else if (t->kind == TOK_DOT) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "a field is set by its own name alone");
		if (d)
			diag_fix(d, "write `%.*s { NAME = VALUE }`", STR_ARG(name));
	} else if (t->kind == TOK_FAT_ARROW || t->kind == TOK_ARROW) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "expected `=`, found %.*s",
			STR_ARG(token_kind_name(t->kind)));
		if (d)
			diag_fix(d, "write `[KEY] = VALUE` for a computed key, `KEY = VALUE` for a "
				    "literal one");
	} else {
		d = parse_error(p, DIAG_SYNTAX, t->span,
			"expected `=` after the field's name, "
			"found %.*s",
			STR_ARG(parse_describe(p, t)));
		if (d)
			diag_edit(d, (Span){p->end, p->end}, STR(" ="));
	}
}

/* Field = Key ( "=" Expr | "+=" Expr | Record ) . */
Node *parse_field(Parser *p, Node *doc)
{
	Node *n = parse_node(p, NODE_FIELD, STR("="));

	n->kids[FIELD_DOC] = doc;
	n->kids[FIELD_KEY] = parse_key(p);
	n->kids[FIELD_VALUE] = node_new(p->arena, NODE_BAD_EXPR, (Span){p->end, p->end}, STR_NONE);
	if (p->is_failed)
		return parse_done(p, n);
	switch (parse_token(p)->kind) {
	case TOK_LBRACE:
		n->text = STR("{");
		n->kids[FIELD_VALUE] = parse_record(p);
		break;
	case TOK_COLON:
	case TOK_EQ:
		wrong_equals(p, n->kids[FIELD_KEY]);
		n->kids[FIELD_VALUE] = parse_value(p);
		break;
	case TOK_PLUS_EQUALS:
		n->text = STR("+=");
		parse_next(p);
		n->kids[FIELD_VALUE] = parse_value(p);
		break;
	case TOK_EQUALS:
		parse_next(p);
		n->kids[FIELD_VALUE] = parse_value(p);
		break;
	default:
		wrong_field(p, n->kids[FIELD_KEY]);
	}
	return parse_done(p, n);
}

/* Item = { DOC } ( Field | "..." Expr | ForField | Let | Assert ) . */
Node *parse_item(Parser *p)
{
	switch (parse_token(p)->kind) {
	case TOK_ELLIPSIS:
		return parse_spread(p);
	case TOK_FOR:
		if (!next_makes_field(p))
			return parse_comprehension(p, NODE_FOR_FIELD);
		break;
	case TOK_LET:
		if (!next_makes_field(p))
			return parse_let(p, parse_doc(p));
		break;
	case TOK_ASSERT:
		if (!next_makes_field(p))
			return parse_assert(p, parse_doc(p), true);
		break;
	default:
		break;
	}
	return parse_field(p, parse_doc(p));
}
