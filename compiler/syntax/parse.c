/* The parser's cursor, names, documentation comments, and the entry points. */
#include "compiler/syntax/parse.h"

#include "compiler/base/check.h"
#include "compiler/syntax/parse_impl.h"

#include <string.h>

enum { DESCRIBE_BYTES_MAX = 40 }; /* longer words are not repeated in a message */

/* Moves over doc comments, which are never the current token. */
static void skip_docs(Parser *p)
{
	while (p->tokens.ptr[p->at].kind == TOK_DOC)
		p->at++;
}

const Token *parse_next(Parser *p)
{
	const Token *t = parse_token(p);

	if (t->flags & LEX_BROKEN)
		p->is_broken = true;
	if (t->kind == TOK_END)
		return t;
	p->end = t->span.end;
	p->at++;
	skip_docs(p);
	return t;
}

const Token *parse_peek(const Parser *p, uint32_t n)
{
	const Token *t = parse_token(p);

	while (n > 0 && t->kind != TOK_END) {
		t++;
		if (t->kind != TOK_DOC)
			n--;
	}
	return t;
}

bool parse_at_word(const Parser *p, Str word)
{
	const Token *t = parse_token(p);

	return t->kind == TOK_IDENT && str_eq(t->text, word);
}

bool parse_accept(Parser *p, TokenKind kind)
{
	if (!parse_at(p, kind))
		return false;
	parse_next(p);
	return true;
}

bool parse_accept_word(Parser *p, Str word)
{
	if (!parse_at_word(p, word))
		return false;
	parse_next(p);
	return true;
}

Str parse_describe(Parser *p, const Token *t)
{
	switch (t->kind) {
	case TOK_IDENT:
	case TOK_INT:
	case TOK_FLOAT:
	case TOK_SIZE:
	case TOK_DURATION:
	case TOK_MONEY:
	case TOK_GPUS:
		if (t->text.len <= DESCRIBE_BYTES_MAX)
			return str_print(p->arena, "`%.*s`", STR_ARG(t->text));
		return token_kind_name(t->kind);
	default:
		return token_kind_name(t->kind);
	}
}

/* Says whether an error here would only repeat another. */
static bool is_quiet(const Parser *p)
{
	const Token *t = parse_token(p);

	if (p->is_failed || (t->flags & LEX_BROKEN))
		return true;
	for (uint32_t i = p->at; i > 0; i--)
		if (p->tokens.ptr[i - 1].kind != TOK_DOC)
			return p->tokens.ptr[i - 1].flags & LEX_BROKEN;
	return false;
}

Diag *parse_error(Parser *p, DiagCode code, Span at, const char *fmt, ...)
{
	bool quiet = is_quiet(p);
	va_list args;
	Str what;

	p->is_failed = true;
	p->is_broken = true;
	if (quiet)
		return NULL;
	va_start(args, fmt);
	what = str_vprint(p->diags->arena, fmt, args);
	va_end(args);
	return diag_add(p->diags, code, at, "%.*s", STR_ARG(what));
}

Diag *parse_mistake(Parser *p, DiagCode code, Span at, const char *fmt, ...)
{
	va_list args;
	Str what;

	p->is_broken = true;
	if (is_quiet(p))
		return NULL;
	va_start(args, fmt);
	what = str_vprint(p->diags->arena, fmt, args);
	va_end(args);
	return diag_add(p->diags, code, at, "%.*s", STR_ARG(what));
}

bool parse_expect(Parser *p, TokenKind kind, Str context)
{
	const Token *t = parse_token(p);
	Str want = token_kind_name(kind);
	Str found = parse_describe(p, t);
	Span at = t->span;

	if (parse_accept(p, kind))
		return true;
	/* What is missing at the end of a line is missing there, not on the next. */
	if (t->newline_before && p->end) {
		at = (Span){p->end, p->end};
		found = t->kind == TOK_END ? found : STR("the end of the line");
	}
	parse_error(p, DIAG_SYNTAX, at, "expected %.*s%s%.*s, found %.*s", STR_ARG(want),
		context.len ? " " : "", STR_ARG(context), STR_ARG(found));
	return false;
}

bool parse_enter(Parser *p)
{
	Diag *d;

	if (p->depth < NESTING_MAX) {
		p->depth++;
		return true;
	}
	d = parse_error(p, DIAG_NESTING, parse_token(p)->span,
		"nested more than %d levels deep here", NESTING_MAX);
	if (d)
		diag_fix(d, "name the inner parts with `let`");
	return false;
}

Span parse_span(const Parser *p, uint32_t begin)
{
	return (Span){begin, p->end > begin ? p->end : begin};
}

Node *parse_node(Parser *p, NodeKind kind, Str text)
{
	return node_new(p->arena, kind, parse_token(p)->span, text);
}

Node *parse_done(Parser *p, Node *n)
{
	n->span = parse_span(p, n->span.begin);
	return n;
}

Node *parse_done_brackets(Parser *p, Node *n)
{
	parse_done(p, n);
	if (!memchr(p->file->text.ptr + (n->span.begin - p->file->base), '\n',
		    n->span.end - n->span.begin))
		n->flags |= FLAG_ONE_LINE;
	return n;
}

/* Says whether an empty line lies between two positions. */
static bool has_empty_line(const Parser *p, uint32_t from, uint32_t to)
{
	bool is_empty = false;

	for (uint32_t i = from; i < to; i++) {
		char c = p->file->text.ptr[i - p->file->base];

		if (c == '\n' && is_empty)
			return true;
		if (c == '\n')
			is_empty = true;
		else if (c != ' ' && c != '\t' && c != '\r')
			is_empty = false;
	}
	return false;
}

Node *parse_doc(Parser *p)
{
	uint32_t first = p->at;
	Token *tokens = p->tokens.ptr;
	Node *n;

	while (first > 0 && tokens[first - 1].kind == TOK_DOC &&
		!(tokens[first - 1].flags & LEX_DOC_USED) &&
		!has_empty_line(p, tokens[first - 1].span.end, tokens[first].span.begin))
		first--;
	if (first == p->at)
		return NULL;
	n = node_new(p->arena, NODE_DOC,
		(Span){tokens[first].span.begin, tokens[p->at - 1].span.end}, tokens[first].text);
	tokens[first].flags |= LEX_DOC_USED;
	p->is_broken |= tokens[first].flags & LEX_BROKEN;
	if (first + 1 == p->at)
		return n;
	Buf lines;

	buf_init(&lines, SIZE_MAX / 2);
	buf_add(&lines, n->text);
	for (uint32_t i = first + 1; i < p->at; i++) {
		tokens[i].flags |= LEX_DOC_USED;
		p->is_broken |= tokens[i].flags & LEX_BROKEN;
		buf_add_char(&lines, '\n');
		buf_add(&lines, tokens[i].text);
	}
	n->text = str_copy(p->texts, buf_str(&lines));
	buf_fini(&lines);
	return n;
}

static bool is_reserved(TokenKind kind)
{
	return kind >= TOK_AND && kind <= TOK_WITH;
}

Node *parse_name(Parser *p, Str what)
{
	const Token *t = parse_token(p);
	Node *n = parse_node(p, NODE_IDENT, t->text);
	Str found;
	Diag *d;

	if (t->kind == TOK_IDENT) {
		parse_next(p);
		return n;
	}
	if (is_reserved(t->kind) && !t->newline_before) {
		d = parse_mistake(p, DIAG_RESERVED_WORD, t->span,
			"`%.*s` is a reserved word and cannot be %.*s", STR_ARG(t->text),
			STR_ARG(what));
		if (d)
			diag_fix(d, "choose another name, such as `%.*s_`", STR_ARG(t->text));
		parse_next(p);
		return n;
	}
	n->text = STR_NONE;
	n->span.end = n->span.begin;
	found = parse_describe(p, t);
	if (t->newline_before && p->end) {
		n->span = (Span){p->end, p->end};
		found = t->kind == TOK_END ? found : STR("the end of the line");
	}
	parse_error(p, DIAG_SYNTAX, t->newline_before && p->end ? n->span : t->span,
		"expected %.*s, found %.*s", STR_ARG(what), STR_ARG(found));
	return n;
}

Node *parse_path(Parser *p)
{
	Node *n = parse_node(p, NODE_PATH, STR_NONE);
	Node *name = parse_name(p, STR("a name"));

	node_add(p->arena, n, name);
	n->text = name->text;
	while (!p->is_failed && parse_at(p, TOK_DOT)) {
		parse_next(p);
		name = parse_name(p, STR("a name after `.`"));
		node_add(p->arena, n, name);
		/* Mostly without spaces: then the path is a slice of the source. */
		if (name->text.ptr == n->text.ptr + n->text.len + 1)
			n->text.len += 1 + name->text.len;
		else
			n->text = str_print(
				p->texts, "%.*s.%.*s", STR_ARG(n->text), STR_ARG(name->text));
	}
	return parse_done(p, n);
}

Node *parse_address(Parser *p)
{
	Node *n = parse_node(p, NODE_ADDRESS, STR_NONE);
	Node *key;

	node_add(p->arena, n, parse_name(p, STR("an address")));
	while (!p->is_failed && !parse_token(p)->newline_before) {
		if (parse_accept(p, TOK_DOT)) {
			node_add(p->arena, n, parse_name(p, STR("a name after `.`")));
		} else if (parse_at(p, TOK_LBRACKET)) {
			Span open = parse_token(p)->span;

			key = parse_node(p, NODE_ADDRESS_KEY, STR_NONE);
			parse_next(p);
			key->kids[0] = parse_expr(p);
			recover_close(p, open, TOK_RBRACKET);
			node_add(p->arena, n, parse_done(p, key));
		} else {
			break;
		}
	}
	return parse_done(p, n);
}

Node *parse_plain_string(Parser *p, Str what)
{
	const Token *t = parse_token(p);
	Diag *d;

	if (t->kind == TOK_STRING)
		return parse_literal(p);
	if (t->kind == TOK_STRING_HEAD) {
		d = parse_mistake(p, DIAG_SYNTAX, t->span, "%.*s cannot hold `${}`", STR_ARG(what));
		if (d)
			diag_fix(d, "write it out: it must be known before anything is evaluated");
		return parse_literal(p);
	}
	parse_error(p, DIAG_SYNTAX, t->span, "expected %.*s in quotes, found %.*s", STR_ARG(what),
		STR_ARG(parse_describe(p, t)));
	return parse_node(p, NODE_BAD_EXPR, STR_NONE);
}

void parse_start(Parser *p, Arena *a, SourceFile *f, bool is_schema, DiagList *diags)
{
	*p = (Parser){
		.arena = a,
		.texts = a,
		.file = f,
		.tree = ARENA_NEW(a, Tree),
		.diags = diags,
		.error_count = diags->error_count + diags->dropped,
		.is_schema = is_schema,
		.recovered_at = UINT32_MAX,
		.type_field = parse_type_field,
	};
	lex_file(a, f, is_schema, diags, &p->tokens, p->tree);
	skip_docs(p);
}

/* Merges the doc comments that belong to nothing into the comments, which are in order. */
static void add_lost_docs(Parser *p)
{
	Tree *t = p->tree;
	const Comment *plain = t->comments.ptr;
	uint32_t count = t->comments.len;
	uint32_t next = 0;
	bool any = false;

	for (uint32_t i = 0; i < p->tokens.len && !any; i++)
		any = p->tokens.ptr[i].kind == TOK_DOC && !(p->tokens.ptr[i].flags & LEX_DOC_USED);
	if (!any)
		return;
	t->comments.ptr = NULL;
	t->comments.len = t->comments.cap = 0;
	for (uint32_t i = 0; i < p->tokens.len; i++) {
		const Token *doc = &p->tokens.ptr[i];
		Comment c = {.span = doc->span, .is_own_line = true};

		if (doc->kind != TOK_DOC || (doc->flags & LEX_DOC_USED))
			continue;
		for (; next < count && plain[next].span.begin < doc->span.begin; next++)
			vec_add(p->arena, &t->comments, plain[next]);
		vec_add(p->arena, &t->comments, c);
	}
	for (; next < count; next++)
		vec_add(p->arena, &t->comments, plain[next]);
}

Tree *parse_finish(Parser *p)
{
	CHECK(p->depth == 0);
	add_lost_docs(p);
	/* An error in a comment breaks no declaration. */
	if (p->diags->error_count + p->diags->dropped > p->error_count)
		p->tree->is_broken = true;
	vec_fini(&p->tokens);
	return p->tree;
}

/* Reports what stands behind the only thing that a text may hold. */
static void expect_end(Parser *p)
{
	if (!parse_at(p, TOK_END))
		parse_error(p, DIAG_SYNTAX, parse_token(p)->span, "expected the end, found %.*s",
			STR_ARG(parse_describe(p, parse_token(p))));
}

Node *parse_expression(Arena *a, SourceFile *f, DiagList *diags)
{
	Parser p;
	Node *n;

	parse_start(&p, a, f, false, diags);
	n = parse_expr(&p);
	expect_end(&p);
	parse_finish(&p);
	return n;
}

Node *parse_type(Arena *a, SourceFile *f, DiagList *diags)
{
	Parser p;
	Node *n;

	parse_start(&p, a, f, false, diags);
	n = parse_type_expr(&p);
	expect_end(&p);
	parse_finish(&p);
	return n;
}

Node *parse_fields(Arena *a, SourceFile *f, DiagList *diags)
{
	Parser p;
	Node *n;

	parse_start(&p, a, f, false, diags);
	n = parse_bare_record(&p);
	expect_end(&p);
	parse_finish(&p);
	return n;
}
