/* Expressions: a Pratt core over the table of binding powers, postfix forms, literals.
 *
 * Newlines end an expression, but for those inside parentheses, behind an operator, and before a
 * line that begins with . ?. ?? and or then else.  An operand is never followed by `{`, so
 * conditions and collections need no parentheses.  Records and lists are in parse_record.c. */
#include "compiler/syntax/parse_schema_impl.h"

static const uint8_t binds[TOKEN_KIND_COUNT] = {
	[TOK_QUESTION_QUESTION] = BIND_DEFAULT,
	[TOK_OR] = BIND_OR,
	[TOK_AND] = BIND_AND,
	[TOK_EQ] = BIND_COMPARE,
	[TOK_NE] = BIND_COMPARE,
	[TOK_LT] = BIND_COMPARE,
	[TOK_LE] = BIND_COMPARE,
	[TOK_GT] = BIND_COMPARE,
	[TOK_GE] = BIND_COMPARE,
	[TOK_IN] = BIND_COMPARE,
	[TOK_DOT_DOT] = BIND_RANGE,
	[TOK_PLUS] = BIND_ADD,
	[TOK_MINUS] = BIND_ADD,
	[TOK_PLUS_PLUS] = BIND_ADD,
	[TOK_STAR] = BIND_MULTIPLY,
	[TOK_SLASH] = BIND_MULTIPLY,
	[TOK_PERCENT] = BIND_MULTIPLY,
	[TOK_WITH] = BIND_WITH,
};

bool parse_at_expr(const Parser *p)
{
	switch (parse_token(p)->kind) {
	case TOK_IDENT:
	case TOK_INT:
	case TOK_FLOAT:
	case TOK_SIZE:
	case TOK_DURATION:
	case TOK_MONEY:
	case TOK_GPUS:
	case TOK_BAD_NUMBER:
	case TOK_STRING:
	case TOK_STRING_HEAD:
	case TOK_DOT_DOT:
	case TOK_MINUS:
	case TOK_LPAREN:
	case TOK_LBRACKET:
	case TOK_LBRACE:
	case TOK_NOT:
	case TOK_TRUE:
	case TOK_FALSE:
	case TOK_NULL:
		return true;
	default:
		return false;
	}
}

/* E0204 at the current token, with advice for what people write instead. */
static Node *expected_expr(Parser *p)
{
	const Token *t = parse_token(p);
	Node *n = parse_node(p, NODE_BAD_EXPR, STR_NONE);
	Str found = parse_describe(p, t);
	Diag *d;

	if (t->newline_before && p->end) {
		n->span = (Span){p->end, p->end};
		found = t->kind == TOK_END ? found : STR("the end of the line");
	}
	d = parse_error(p, DIAG_EXPECTED_EXPR, n->span, "expected an expression, found %.*s",
		STR_ARG(found));
	n->span.end = n->span.begin;
	if (!d)
		return n;
	if (t->kind == TOK_FOR)
		diag_fix(d, "a comprehension stands in brackets: `[for x in xs => ...]` or "
			    "`{ for k, v in m => [k] = ... }`");
	else if (t->kind == TOK_STAR || t->kind == TOK_SLASH || t->kind == TOK_PLUS)
		diag_fix(d, "an operator stands between two values");
	else if (t->kind == TOK_DOT)
		diag_fix(d, "a fraction begins with a digit, as in `0.5`");
	else if (t->kind == TOK_EQUALS)
		diag_fix(d, "one `=` stands before a value; values are compared with `==`");
	else if (t->kind == TOK_BAR || t->kind == TOK_GT)
		diag_fix(d, "text over several lines stands between ''' and '''");
	else if (t->kind == TOK_ELLIPSIS)
		diag_fix(d, "`...` spreads inside `[ ]` and `{ }`");
	return n;
}

/* "if" Expr "then" Expr "else" Expr */
static Node *parse_if(Parser *p)
{
	Node *n = parse_node(p, NODE_IF, STR_NONE);
	Diag *d;

	parse_next(p);
	n->kids[0] = parse_expr(p);
	if (!p->is_failed && parse_at(p, TOK_LBRACE)) {
		d = parse_error(p, DIAG_SYNTAX, parse_token(p)->span, "expected `then`, found `{`");
		if (d)
			diag_fix(d, "write `if CONDITION then VALUE else VALUE`");
	}
	if (!p->is_failed && parse_expect(p, TOK_THEN, STR("after the condition of `if`")))
		n->kids[1] = parse_expr(p);
	if (!p->is_failed && !parse_at(p, TOK_ELSE)) {
		d = parse_error(p, DIAG_SYNTAX, (Span){p->end, p->end}, "this `if` has no `else`");
		if (d)
			diag_fix(d, "every `if` has a value: add `else null`, or another value");
	}
	if (!p->is_failed && parse_accept(p, TOK_ELSE))
		n->kids[2] = parse_expr(p);
	return parse_done_brackets(p, n);
}

/* [ "-" ] Literal */
static Node *parse_pattern_literal(Parser *p)
{
	Node *n;

	if (parse_at(p, TOK_MINUS)) {
		n = parse_node(p, NODE_UNARY, STR("-"));
		parse_next(p);
		n->kids[0] = parse_literal(p);
		return parse_done(p, n);
	}
	return parse_literal(p);
}

/* Pattern = "_" | "null" | [ "-" ] Literal [ ".." [ Literal ] ] . */
static Node *parse_pattern(Parser *p)
{
	const Token *t = parse_token(p);
	Node *n = parse_node(p, NODE_PATTERN_ANY, STR_NONE);
	Node *range;
	Diag *d;

	if (parse_accept_word(p, STR("_")))
		return n;
	if (t->kind == TOK_IDENT) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "a pattern is a literal, not a name");
		if (d)
			diag_fix(d, "write `\"%.*s\"` for the text, `_` for everything else",
				STR_ARG(t->text));
		return n;
	}
	n = parse_pattern_literal(p);
	if (p->is_failed || !parse_at(p, TOK_DOT_DOT))
		return n;
	range = node_new(p->arena, NODE_RANGE, n->span, STR_NONE);
	range->kids[0] = n;
	parse_next(p);
	if (parse_at_expr(p))
		range->kids[1] = parse_pattern_literal(p);
	return parse_done(p, range);
}

/* Arm = Pattern { "|" Pattern } "=>" Expr . */
static Node *parse_arm(Parser *p)
{
	Node *n = parse_node(p, NODE_ARM, STR_NONE);

	do
		node_add(p->arena, n, parse_pattern(p));
	while (!p->is_failed && parse_accept(p, TOK_BAR));
	if (!p->is_failed && parse_expect(p, TOK_FAT_ARROW, STR("after the pattern")))
		n->kids[ARM_RESULT] = parse_expr(p);
	return parse_done(p, n);
}

/* "match" Expr "{" Arm { SEP Arm } [ SEP ] "}" */
static Node *parse_match(Parser *p)
{
	Node *n = parse_node(p, NODE_MATCH, STR_NONE);
	bool was_in_parens = p->is_in_parens;
	Span open;

	parse_next(p);
	n->kids[0] = parse_expr(p);
	open = parse_token(p)->span;
	if (p->is_failed || !parse_expect(p, TOK_LBRACE, STR("before the arms of `match`")))
		return parse_done(p, n);
	p->is_in_parens = false;
	p->open_records++;
	if (!parse_at(p, TOK_RBRACE))
		do
			node_add(p->arena, n, parse_arm(p));
		while (recover_item(p, TOK_RBRACE));
	p->open_records--;
	p->is_in_parens = was_in_parens;
	recover_close(p, open, TOK_RBRACE);
	return parse_done_brackets(p, n);
}

/* "let" IDENT [ ":" Type ] "=" Expr ( ";" | EOL ) Expr */
static Node *parse_let_in(Parser *p)
{
	Node *n = parse_node(p, NODE_LET_IN, STR_NONE);
	Diag *d;

	parse_next(p);
	n->kids[0] = parse_name(p, STR("the name of the `let`"));
	if (!p->is_failed && parse_accept(p, TOK_COLON))
		n->kids[1] = parse_type_expr(p);
	if (!p->is_failed && parse_expect(p, TOK_EQUALS, STR("after the name of the `let`")))
		n->kids[2] = parse_value(p);
	if (!p->is_failed && !parse_accept(p, TOK_SEMICOLON) && !parse_token(p)->newline_before) {
		d = parse_error(p, DIAG_SYNTAX, parse_token(p)->span,
			"expected `;` or a new line after the value of the `let`, found %.*s",
			STR_ARG(parse_describe(p, parse_token(p))));
		if (d)
			diag_fix(d, "write `let NAME = VALUE; RESULT`");
	}
	if (!p->is_failed && (parse_at(p, TOK_END) || recover_at_decl(p))) {
		d = parse_error(p, DIAG_EXPECTED_EXPR, n->span, "nothing comes behind this `let`");
		if (d)
			diag_fix(d,
				"inside brackets it names a value for what follows, `let x = 1; "
				"x`; is a bracket above it not closed?");
	}
	if (!p->is_failed)
		n->kids[3] = parse_expr(p);
	return parse_done_brackets(p, n);
}

Node *parse_expr(Parser *p)
{
	Node *n;

	switch (parse_token(p)->kind) {
	case TOK_IF:
	case TOK_MATCH:
	case TOK_LET:
		break;
	default:
		return parse_expr_above(p, BIND_DEFAULT);
	}
	if (!parse_enter(p))
		return parse_node(p, NODE_BAD_EXPR, STR_NONE);
	n = parse_at(p, TOK_IF)      ? parse_if(p)
	    : parse_at(p, TOK_MATCH) ? parse_match(p)
				     : parse_let_in(p);
	parse_leave(p);
	return n;
}

Node *parse_value(Parser *p)
{
	const Token *t = parse_token(p);
	TokenKind next = parse_peek(p, 1)->kind;
	bool is_item = t->kind == TOK_AT || recover_at_decl(p) ||
		       (t->kind == TOK_LET && !p->open_records && recover_at_margin(p)) ||
		       ((t->kind == TOK_IDENT || t->kind == TOK_STRING) &&
			       (next == TOK_EQUALS || next == TOK_PLUS_EQUALS ||
				       next == TOK_LBRACE || next == TOK_COLON));
	Node *n;

	if (!t->newline_before || !is_item)
		return parse_expr(p);
	/* What follows is the next field, not the value. */
	n = node_new(p->arena, NODE_BAD_EXPR, (Span){p->end, p->end}, STR_NONE);
	parse_mistake(p, DIAG_EXPECTED_EXPR, n->span,
		"expected an expression, found the end of the line");
	return n;
}

/* What stands behind the expression in a `${}`; silent if the lexer missed its end, too. */
static void skip_interpolation(Parser *p)
{
	uint32_t i = p->at;

	while (p->tokens.ptr[i].kind != TOK_STRING_MID &&
		p->tokens.ptr[i].kind != TOK_STRING_TAIL && p->tokens.ptr[i].kind != TOK_END)
		i++;
	p->is_failed |= p->tokens.ptr[i].flags & LEX_BROKEN;
	parse_error(p, DIAG_SYNTAX, parse_token(p)->span,
		"expected `}` after the expression in the string, found %.*s",
		STR_ARG(parse_describe(p, parse_token(p))));
	while (p->at < i)
		parse_next(p);
}

/* A whole string, or HEAD Expr MID Expr TAIL. */
static Node *parse_string(Parser *p)
{
	Node *n = parse_node(p, NODE_STRING, STR_NONE);
	const Token *t = parse_next(p);
	bool was_in_parens = p->is_in_parens;
	uint32_t open = (t->flags & FLAG_BLOCK) ? 3 : 1;

	n->flags = t->flags & (FLAG_RAW | FLAG_BLOCK);
	if (t->kind == TOK_STRING) {
		n->text = t->text;
		return parse_done(p, n);
	}
	p->is_in_parens = true;
	for (uint32_t before = open;; before = 1) {
		uint32_t after = t->kind == TOK_STRING_TAIL ? open : 2;

		/* A part's span is its text without quotes and braces. */
		if (t->text.len && t->span.end - t->span.begin >= before + after)
			node_add(p->arena, n,
				node_new(p->arena, NODE_STRING_PART,
					(Span){t->span.begin + before, t->span.end - after},
					t->text));
		if (t->kind == TOK_STRING_TAIL)
			break;
		node_add(p->arena, n, parse_expr(p));
		if (!parse_at(p, TOK_STRING_MID) && !parse_at(p, TOK_STRING_TAIL))
			skip_interpolation(p);
		if (parse_at(p, TOK_END))
			break;
		t = parse_next(p);
	}
	p->is_in_parens = was_in_parens;
	return parse_done(p, n);
}

Node *parse_literal(Parser *p)
{
	static const uint16_t kinds[TOKEN_KIND_COUNT] = {
		[TOK_INT] = NODE_INT,
		[TOK_FLOAT] = NODE_FLOAT,
		[TOK_SIZE] = NODE_SIZE,
		[TOK_DURATION] = NODE_DURATION,
		[TOK_MONEY] = NODE_MONEY,
		[TOK_GPUS] = NODE_GPUS,
		[TOK_TRUE] = NODE_BOOL,
		[TOK_FALSE] = NODE_BOOL,
		[TOK_NULL] = NODE_NULL,
		[TOK_BAD_NUMBER] = NODE_BAD_EXPR,
	};
	const Token *t = parse_token(p);
	Node *n;

	if (t->kind == TOK_STRING || t->kind == TOK_STRING_HEAD)
		return parse_string(p);
	if (!kinds[t->kind])
		return expected_expr(p);
	n = parse_node(p, kinds[t->kind], t->kind == TOK_NULL ? STR_NONE : t->text);
	parse_next(p);
	return n;
}

/* A list item's or argument's `for`, `if` and the like, where only an operand may stand. */
static Node *parse_nested_keyword(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d = parse_mistake(p, DIAG_EXPECTED_EXPR, t->span,
		"`%.*s` cannot be an operand as it stands", STR_ARG(t->text));

	if (d)
		diag_fix(d, "put the whole `%.*s` in parentheses", STR_ARG(t->text));
	return parse_expr(p);
}

/* Primary = Literal | String | IDENT | "self" | "it" | "(" Expr ")" | List | Record . */
static Node *parse_primary(Parser *p)
{
	const Token *t = parse_token(p);
	bool was_in_parens = p->is_in_parens;
	Node *n;

	switch (t->kind) {
	case TOK_IDENT:
		n = parse_node(p, NODE_IDENT, t->text);
		parse_next(p);
		return n;
	case TOK_LPAREN:
		n = parse_node(p, NODE_PAREN, STR_NONE);
		parse_next(p);
		p->is_in_parens = true;
		p->open_parens++;
		n->kids[0] = parse_expr(p);
		p->open_parens--;
		p->is_in_parens = was_in_parens;
		recover_close(p, t->span, TOK_RPAREN);
		return parse_done(p, n);
	case TOK_LBRACKET:
		return parse_list(p);
	case TOK_LBRACE:
		return parse_record(p);
	case TOK_IF:
	case TOK_MATCH:
	case TOK_LET:
		/* A `let` at the margin is the next declaration. */
		if (t->newline_before && recover_at_margin(p) && !p->open_records)
			return expected_expr(p);
		return parse_nested_keyword(p);
	case TOK_AT:
		return p->is_schema ? parse_schema_aspect(p) : parse_literal(p);
	default:
		return parse_literal(p);
	}
}

/* Arg = [ IDENT "=" ] Expr . */
static Node *parse_arg(Parser *p)
{
	Node *value = parse_expr(p);
	Node *n;
	Diag *d;

	if (p->is_failed || value->kind != NODE_IDENT)
		return value;
	if (parse_at(p, TOK_COLON)) {
		Span at = parse_token(p)->span;

		d = parse_mistake(
			p, DIAG_COLON_FOR_EQUALS, at, "an argument is named with `=`, not `:`");
		if (d) {
			diag_fix(d, "write `%.*s = ...`", STR_ARG(value->text));
			diag_edit(d, at, STR(" ="));
		}
	} else if (!parse_at(p, TOK_EQUALS)) {
		return value;
	}
	parse_next(p);
	n = node_new(p->arena, NODE_NAMED_ARG, value->span, STR_NONE);
	n->kids[0] = value;
	n->kids[1] = parse_expr(p);
	return parse_done(p, n);
}

void parse_args(Parser *p, Node *n)
{
	Span open = parse_token(p)->span;
	bool was_in_parens = p->is_in_parens;
	bool has_named = false;
	Diag *d;

	parse_next(p);
	p->is_in_parens = true;
	p->open_parens++;
	if (!parse_at(p, TOK_RPAREN))
		do {
			Node *arg = parse_arg(p);

			if (has_named && arg->kind != NODE_NAMED_ARG && !p->is_failed) {
				d = parse_mistake(p, DIAG_ARGUMENT_ORDER, arg->span,
					"a positional argument after a named one");
				if (d)
					diag_fix(d, "put it before the named ones, or name it");
			}
			has_named |= arg->kind == NODE_NAMED_ARG;
			node_add(p->arena, n, arg);
		} while (recover_item(p, TOK_RPAREN));
	p->open_parens--;
	p->is_in_parens = was_in_parens;
	recover_close(p, open, TOK_RPAREN);
}

/* `.*` and `[*]`, as Terraform has them. */
static void parse_splat(Parser *p, const Node *object)
{
	Diag *d = parse_error(p, DIAG_TERRAFORM_SYNTAX, parse_token(p)->span,
		"`*` does not select all elements here");

	if (d)
		diag_fix(d, "write `[for x in %.*s => x.NAME]`",
			object->kind == NODE_IDENT ? (int)object->text.len : 2,
			object->kind == NODE_IDENT ? object->text.ptr : "xs");
}

/* The name behind `.` or `?.`. */
static void parse_member_name(Parser *p, Node *n)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (t->kind == TOK_STAR) {
		parse_splat(p, n->kids[0]);
	} else if (t->kind == TOK_INT || t->kind == TOK_FLOAT) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "expected a name after `.`, found %.*s",
			STR_ARG(parse_describe(p, t)));
		if (d && (n->kids[0]->kind == NODE_INT || n->kids[0]->kind == NODE_FLOAT))
			diag_fix(d, "put addresses and versions in quotes");
		else if (d)
			diag_fix(d, "write `[%.*s]` for an element", STR_ARG(t->text));
	} else if (t->kind >= TOK_AND && t->kind <= TOK_WITH && !t->newline_before) {
		d = parse_mistake(p, DIAG_RESERVED_WORD, t->span, "`%.*s` is a reserved word",
			STR_ARG(t->text));
		if (d)
			diag_fix(d, "write `[\"%.*s\"]`", STR_ARG(t->text));
		n->kids[1] = parse_node(p, NODE_IDENT, t->text);
		parse_next(p);
	} else {
		n->kids[1] = parse_name(p, STR("a name after `.`"));
	}
	if (!n->kids[1])
		n->kids[1] = parse_node(p, NODE_IDENT, STR_NONE);
}

/* One postfix form of `object`; NULL if none follows. */
static Node *parse_postfix_one(Parser *p, Node *object)
{
	const Token *t = parse_token(p);
	bool was_in_parens = p->is_in_parens;
	Node *n;

	if (t->kind == TOK_DOT || t->kind == TOK_QUESTION_DOT) {
		n = node_new(p->arena, NODE_MEMBER, object->span, STR_NONE);
		n->flags = t->kind == TOK_QUESTION_DOT ? FLAG_SAFE : 0;
		n->kids[0] = object;
		parse_next(p);
		parse_member_name(p, n);
	} else if (parse_at_schema_select(p)) {
		n = parse_schema_select(p, object);
	} else if (t->kind == TOK_LBRACKET && !parse_at_new_line(p)) {
		n = node_new(p->arena, NODE_INDEX, object->span, STR_NONE);
		n->kids[0] = object;
		parse_next(p);
		p->is_in_parens = true;
		p->open_lists++;
		if (parse_at(p, TOK_STAR))
			parse_splat(p, object);
		n->kids[1] = p->is_failed ? parse_node(p, NODE_BAD_EXPR, STR_NONE) : parse_expr(p);
		p->open_lists--;
		p->is_in_parens = was_in_parens;
		recover_close(p, t->span, TOK_RBRACKET);
	} else if (t->kind == TOK_LPAREN && !parse_at_new_line(p)) {
		n = node_new(p->arena, NODE_CALL, object->span, STR_NONE);
		n->kids[0] = object;
		parse_args(p, n);
	} else {
		return NULL;
	}
	return parse_done(p, n);
}

/* Postfix = Primary { "." IDENT | "?." IDENT | "[" Expr "]" | "(" [ Args ] ")" } . */
static Node *parse_postfix(Parser *p)
{
	uint32_t depth = p->depth;
	Node *n = parse_primary(p);

	/* Each form nests the tree one deeper, hence counts. */
	while (!p->is_failed) {
		Node *outer = parse_postfix_one(p, n);

		if (!outer)
			break;
		n = outer;
		if (!p->is_failed && !parse_enter(p))
			break;
	}
	p->depth = depth;
	return n;
}

/* Unary = "-" Unary | "not" Expr4 | ".." Expr7 | Postfix . */
static Node *parse_unary(Parser *p)
{
	const Token *t = parse_token(p);
	Node *n;

	if (t->kind != TOK_MINUS && t->kind != TOK_NOT && t->kind != TOK_DOT_DOT)
		return parse_postfix(p);
	if (!parse_enter(p))
		return parse_node(p, NODE_BAD_EXPR, STR_NONE);
	n = parse_node(p, t->kind == TOK_DOT_DOT ? NODE_RANGE : NODE_UNARY,
		t->kind == TOK_DOT_DOT ? STR_NONE : t->text);
	parse_next(p);
	if (t->kind == TOK_MINUS)
		n->kids[0] = parse_unary(p);
	else if (t->kind == TOK_NOT)
		n->kids[0] = parse_expr_above(p, BIND_NOT);
	else
		n->kids[1] = parse_expr_above(p, BIND_ADD);
	parse_leave(p);
	return parse_done(p, n);
}

/* The right side of a range, which may be missing. */
static Node *parse_range(Parser *p, Node *left)
{
	Node *n = node_new(p->arena, NODE_RANGE, left->span, STR_NONE);
	const Token *t = parse_next(p);
	TokenKind next = parse_token(p)->kind;
	Diag *d;

	n->kids[0] = left;
	if (left->kind == NODE_RANGE) {
		d = parse_mistake(p, DIAG_CHAINED_COMPARE, t->span, "a range has two ends");
		if (d)
			diag_fix(d, "put one range in parentheses, or remove a part");
	}
	if (parse_at_expr(p) && !parse_at_new_line(p) && next != TOK_LBRACE && next != TOK_NOT &&
		next != TOK_DOT_DOT)
		n->kids[1] = parse_expr_above(p, BIND_ADD);
	return parse_done(p, n);
}

/* What stands behind an operand and looks like an operator of another language. */
static void parse_foreign_operator(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d = NULL;

	if (t->newline_before)
		return;
	if (t->kind == TOK_QUESTION) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "`?` is no operator");
		if (d)
			diag_fix(d, "write `if CONDITION then VALUE else VALUE`, or `a ?? b` for a "
				    "default");
	} else if (t->kind == TOK_NOT && parse_peek(p, 1)->kind == TOK_IN) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "`not in` is no operator");
		if (d)
			diag_fix(d, "write `not (VALUE in LIST)`");
	}
}

/* Says whether the current token goes on with the expression, and how tightly it binds. */
static int operator_bind(const Parser *p)
{
	const Token *t = parse_token(p);
	int bind = binds[t->kind];

	if (bind && parse_at_new_line(p) && t->kind != TOK_QUESTION_QUESTION &&
		t->kind != TOK_AND && t->kind != TOK_OR)
		return BIND_NONE;
	return bind;
}

/* A second comparison behind one: `a < b < c`. */
static void chained_comparison(Parser *p)
{
	const Token *t = parse_token(p);
	Diag *d;

	d = parse_mistake(p, DIAG_CHAINED_COMPARE, t->span, "comparisons cannot be chained");
	if (d)
		diag_fix(d, "write `a < b and b < c`, or put one comparison in parentheses");
}

/* Infix = Unary { Op Unary } . */
Node *parse_expr_above(Parser *p, int bind)
{
	uint32_t depth = p->depth;
	bool is_comparison = false; /* what `left` is */
	Node *left;

	if (!parse_enter(p))
		return parse_node(p, NODE_BAD_EXPR, STR_NONE);
	left = parse_unary(p);
	while (!p->is_failed) {
		int above = operator_bind(p);
		const Token *op = parse_token(p);
		Node *n;

		if (above == BIND_NONE || above < bind)
			break;
		/* A chain of operators nests the tree, too. */
		if (!parse_enter(p))
			break;
		if (above == BIND_RANGE) {
			left = parse_range(p, left);
			continue;
		}
		if (above == BIND_COMPARE && is_comparison)
			chained_comparison(p);
		is_comparison = above == BIND_COMPARE;
		n = node_new(p->arena, NODE_BINARY, left->span, op->text);
		parse_next(p);
		n->kids[0] = left;
		n->kids[1] = parse_expr_above(p, above == BIND_DEFAULT ? above : above + 1);
		left = parse_done(p, n);
	}
	if (!p->is_failed)
		parse_foreign_operator(p);
	p->depth = depth;
	return left;
}
