/* Where the parser goes on after an error, and how items within brackets end.
 *
 * An item ends at a newline, a comma or its bracket.  A declaration's first words at the beginning
 * of a line end everything that is open: it is far likelier that a bracket was forgotten than that
 * a field has such a name and no value. */
#include "compiler/syntax/parse_impl.h"

static const Str decl_words[] = {
	STR_INIT("resource"),
	STR_INIT("lookup"),
	STR_INIT("task"),
	STR_INIT("storage"),
	STR_INIT("cave"),
	STR_INIT("model"),
	STR_INIT("module"),
	STR_INIT("provider"),
	STR_INIT("preset"),
	STR_INIT("param"),
	STR_INIT("output"),
	STR_INIT("secret"),
	STR_INIT("type"),
	STR_INIT("fn"),
	STR_INIT("import"),
	STR_INIT("moved"),
	STR_INIT("adopt"),
	STR_INIT("forget"),
	STR_INIT("check"),
	STR_INIT("test"),
	STR_INIT("pub"),
};

static bool is_decl_word(Str word)
{
	for (size_t i = 0; i < sizeof(decl_words) / sizeof(*decl_words); i++)
		if (str_eq(word, decl_words[i]))
			return true;
	return false;
}

bool recover_at_decl(const Parser *p)
{
	const Token *t = parse_token(p);
	const Token *next;

	if (!t->newline_before || t->kind != TOK_IDENT || !is_decl_word(t->text))
		return false;
	next = parse_peek(p, 1);
	return !next->newline_before && (next->kind == TOK_IDENT || next->kind == TOK_STRING);
}

bool recover_at_margin(const Parser *p)
{
	uint32_t offset = parse_token(p)->span.begin - p->file->base;

	return offset == 0 || p->file->text.ptr[offset - 1] == '\n';
}

static bool is_opener(TokenKind kind)
{
	return kind == TOK_LPAREN || kind == TOK_LBRACKET || kind == TOK_LBRACE;
}

static bool is_closer(TokenKind kind)
{
	return kind == TOK_RPAREN || kind == TOK_RBRACKET || kind == TOK_RBRACE;
}

/* Says whether a bracket that the cursor is in ends here. */
static bool closes_something(const Parser *p, TokenKind kind)
{
	return (kind == TOK_RPAREN && p->open_parens) || (kind == TOK_RBRACKET && p->open_lists) ||
	       (kind == TOK_RBRACE && p->open_records);
}

/* Skips to the separator or bracket that ends the current item. */
static void skip_item(Parser *p, TokenKind close)
{
	uint32_t depth = 0;
	bool must_move = p->at == p->recovered_at;

	for (;; must_move = false) {
		const Token *t = parse_token(p);

		if (t->kind == TOK_END || recover_at_decl(p))
			break;
		if (depth == 0 && !must_move &&
			(t->kind == TOK_COMMA || (t->newline_before && close != TOK_RPAREN)))
			break;
		if (depth == 0 && is_closer(t->kind) && closes_something(p, t->kind))
			break;
		if (is_opener(t->kind))
			depth++;
		else if (is_closer(t->kind) && depth > 0)
			depth--;
		parse_next(p);
	}
	p->recovered_at = p->at;
	p->is_failed = false;
}

/* Says whether the current token can begin another item of the same brackets. */
static bool at_item(const Parser *p, TokenKind close)
{
	const Token *t = parse_token(p);

	if (close != TOK_RBRACE)
		return parse_at_expr(p) || t->kind == TOK_ELLIPSIS;
	return t->kind == TOK_IDENT || t->kind == TOK_STRING || t->kind == TOK_AT ||
	       t->kind == TOK_ELLIPSIS || t->kind == TOK_FOR || t->kind == TOK_LET ||
	       t->kind == TOK_ASSERT;
}

/* Two items without anything between them. */
static void missing_separator(Parser *p, TokenKind close)
{
	const Token *t = parse_token(p);
	bool is_args = close == TOK_RPAREN;
	Str found = parse_describe(p, t);
	Diag *d;

	if (t->kind == TOK_SEMICOLON) {
		d = parse_mistake(p, DIAG_SYNTAX, t->span, "`;` separates nothing here");
		if (d) {
			diag_fix(d, "write a comma%s", is_args ? "" : " or a new line");
			diag_edit(d, t->span, STR(","));
		}
		parse_next(p);
		return;
	}
	if (!at_item(p, close)) {
		d = parse_error(p, DIAG_SYNTAX, t->span, "expected %s, found %.*s",
			is_args ? "`,` or `)`" : "`,` or a new line", STR_ARG(found));
		if (d && t->kind == TOK_FOR && close == TOK_RBRACKET)
			diag_fix(d, "`for` comes first: `[for x in xs => ...]`");
		return;
	}
	if (is_args)
		d = parse_mistake(
			p, DIAG_SYNTAX, t->span, "expected `,` or `)`, found %.*s", STR_ARG(found));
	else
		d = parse_mistake(p, DIAG_SAME_LINE, t->span, "two %s on one line",
			close == TOK_RBRACE ? "fields" : "elements");
	if (d) {
		diag_fix(d, "put a comma%s between them", is_args ? "" : " or a new line");
		diag_edit(d, (Span){p->end, p->end}, STR(","));
	}
}

bool recover_item(Parser *p, TokenKind close)
{
	for (;;) {
		const Token *t;

		if (p->is_failed)
			skip_item(p, close);
		t = parse_token(p);
		if (t->kind == TOK_END || is_closer(t->kind) || recover_at_decl(p))
			return false;
		if (t->kind == TOK_COMMA) {
			parse_next(p);
			t = parse_token(p);
			return t->kind != TOK_END && !is_closer(t->kind) && !recover_at_decl(p);
		}
		if (t->newline_before && close != TOK_RPAREN)
			return true;
		missing_separator(p, close);
		if (!p->is_failed)
			return true;
	}
}

bool recover_close(Parser *p, Span open, TokenKind close)
{
	const Token *t = parse_token(p);
	bool was_broken = p->is_broken;
	const char *opener = close == TOK_RPAREN ? "(" : close == TOK_RBRACKET ? "[" : "{";
	Diag *d;

	if (parse_accept(p, close))
		return true;
	p->is_broken = true;
	/* Behind another error of this declaration a lost bracket is likely its consequence. */
	if (was_broken) {
		p->is_failed = true;
		return false;
	}
	if (is_closer(t->kind) || t->kind == TOK_END || recover_at_decl(p)) {
		d = parse_error(p, DIAG_UNCLOSED_BRACKET, open, "this `%s` is not closed", opener);
		if (d) {
			diag_note(d, t->span, "%.*s comes before its `%c`",
				STR_ARG(parse_describe(p, t)),
				close == TOK_RPAREN     ? ')'
				: close == TOK_RBRACKET ? ']'
							: '}');
			diag_fix(d, "close it, or remove it");
		}
		return false;
	}
	return parse_expect(p, close, STR_NONE);
}

/* Says whether the current token can begin a declaration, on its own line; or, at the margin, one
 * of another language, for which parse_habit.c has advice. */
static bool begins_decl(const Parser *p)
{
	const Token *t = parse_token(p);
	const Token *next = parse_peek(p, 1);

	if (!t->newline_before)
		return false;
	if (t->kind != TOK_IDENT)
		return t->kind == TOK_LET || t->kind == TOK_ASSERT || t->kind == TOK_AT;
	return is_decl_word(t->text) ||
	       (recover_at_margin(p) && !next->newline_before &&
		       (next->kind == TOK_STRING || next->kind == TOK_IDENT ||
			       next->kind == TOK_LBRACE));
}

void recover_decl(Parser *p)
{
	uint32_t depth = 0;

	for (;;) {
		const Token *t = parse_token(p);

		if (t->kind == TOK_END || (depth == 0 && begins_decl(p)) ||
			(recover_at_decl(p) && recover_at_margin(p)))
			break;
		if (is_opener(t->kind))
			depth++;
		else if (is_closer(t->kind) && depth > 0)
			depth--;
		parse_next(p);
	}
	p->is_failed = false;
}

void recover_line(Parser *p)
{
	uint32_t depth = 0;
	bool must_move = p->at == p->recovered_at;

	for (;; must_move = false) {
		const Token *t = parse_token(p);

		if (t->kind == TOK_END)
			break;
		if (depth == 0 && !must_move && t->newline_before)
			break;
		if (depth == 0 && t->kind == TOK_RBRACE)
			break;
		if (is_opener(t->kind))
			depth++;
		else if (is_closer(t->kind) && depth > 0)
			depth--;
		parse_next(p);
	}
	p->recovered_at = p->at;
	p->is_failed = false;
}
