/* The scanner: one re2c machine for all but the inside of strings (lex_string.c).
 *
 * The text ends with a NUL, so no byte needs an end check.  Interpolation needs a small stack of
 * modes: `${` in a string pushes one, the `}` that closes it goes back to the string.
 * Invariants: 1. tokens are in order and do not overlap; 2. the last token is TOK_END; 3. each
 * comment is in the tree's list or is a TOK_DOC. */
#include "compiler/syntax/lex.h"

#include "compiler/base/check.h"
#include "compiler/base/utf8.h"
#include "compiler/syntax/lex_impl.h"

#include <string.h>

enum { BYTES_PER_TOKEN = 6 }; /* seldom less: the first guess at the number of tokens */

static const Str kind_names[] = {
#define X(kind, text) [TOK_##kind] = STR_INIT(text),
#include "compiler/syntax/token.def"
#undef X
};

static const Str kind_words[] = {
#define X(kind, text) [TOK_##kind] = STR_INIT(#kind),
#include "compiler/syntax/token.def"
#undef X
};

/*!re2c
	re2c:define:YYCTYPE = "unsigned char";
	re2c:define:YYCURSOR = cur;
	re2c:define:YYMARKER = marker;
	re2c:yyfill:enable = 0;

	digit    = [0-9];
	dec      = digit ("_"? digit)*;
	hex      = "0x" [0-9a-fA-F]+;
	float    = dec "." digit ("_"? digit)* ([eE] [+-]? digit+)?;
	num      = dec | float;
	ident    = [A-Za-z_] [A-Za-z0-9_]*;
	sizes    = "B" | [kMGTP] "B" | [KMGTP] "iB";
	times    = "ms" | "s" | "min" | "h" | "d" | "w";
	money    = "$" digit+ ("." digit{1,4})?;
	finemoney = "$" digit+ "." digit{5,} ("/" ident)?;
	gpus     = ([1-9] digit* | "0." digit+) "x" [A-Z] [A-Za-z0-9]* ("-" [A-Za-z0-9]+)*;
	line     = [^\n\x00]*;
*/

Str token_kind_name(TokenKind kind)
{
	return kind_names[kind];
}

Span lex_span(const Lexer *lx, const char *begin, const char *end)
{
	return (Span){
		lx->file->base + (uint32_t)(begin - lx->file->text.ptr),
		lx->file->base + (uint32_t)(end - lx->file->text.ptr),
	};
}

void lex_emit(Lexer *lx, TokenKind kind, Str text, uint16_t flags)
{
	Token t = {
		.kind = kind,
		.newline_before = lx->has_newline,
		.span = lex_span(lx, lx->begin, lx->cur),
		.text = text,
		.flags = flags,
	};

	if (lx->is_broken)
		t.flags |= LEX_BROKEN;
	lx->is_broken = false;
	lx->has_newline = false;
	vec_push(lx->tokens, t);
}

Diag *lex_error(Lexer *lx, DiagCode code, const char *begin, const char *end, const char *fmt, ...)
{
	va_list args;
	Str what;

	va_start(args, fmt);
	what = str_vprint(lx->diags->arena, fmt, args);
	va_end(args);
	lx->is_broken = true;
	if (!lx->has_newline && lx->tokens->len)
		lx->tokens->ptr[lx->tokens->len - 1].flags |= LEX_BROKEN;
	return diag_add(lx->diags, code, lex_span(lx, begin, end), "%.*s", STR_ARG(what));
}

void lex_check_text(Lexer *lx, const char *begin, const char *end)
{
	Str s = {begin, (size_t)(end - begin)};
	unsigned char high = 0;
	size_t at = 0;

	const char *nul = memchr(s.ptr, 0, s.len);

	if (nul) {
		Diag *d = lex_error(lx, DIAG_BAD_CHARACTER, nul, nul + 1, "a NUL character");

		diag_fix(d, "remove it: no path and no argument of a command can hold one");
		return;
	}
	for (size_t i = 0; i < s.len; i++)
		high |= (unsigned char)s.ptr[i];
	if (high < 0x80)
		return;
	if (lx->is_bad_text && !utf8_is_valid(s, &at)) {
		lx->is_broken = true;
		return;
	}
	for (at = 0; at < s.len;) {
		size_t before = at;
		uint32_t point = utf8_next(s, &at);
		Diag *d;

		if (!utf8_is_bidi(point))
			continue;
		d = lex_error(lx, DIAG_BIDI, begin + before, begin + at,
			"a bidirectional control character, U+%04X", point);
		diag_fix(d, "remove it: it makes the text look different from what it says; in a "
			"string it can be written as \\u{%X}", point);
		return;
	}
}

/* Lists the comment from lx->begin to lx->cur, or makes a doc comment of it. */
static void end_comment(Lexer *lx)
{
	const char *end = lx->cur;
	Str s = {lx->begin, (size_t)(end - lx->begin)};
	Comment c = {.is_own_line = lx->has_newline};

	while (s.len && (s.ptr[s.len - 1] == '\r' || s.ptr[s.len - 1] == ' ' ||
				s.ptr[s.len - 1] == '\t'))
		s.len--;
	lex_check_text(lx, s.ptr, s.ptr + s.len);
	/* A ruler of # is no doc comment. */
	if (lx->has_newline && str_starts(s, STR("##")) && !str_starts(s, STR("###"))) {
		lx->cur = s.ptr + s.len;
		lex_emit(lx, TOK_DOC, str_trim_prefix(str_slice(s, 2, s.len), STR(" ")), 0);
		lx->cur = end;
		lx->has_newline = true;
		return;
	}
	c.span = lex_span(lx, s.ptr, s.ptr + s.len);
	vec_add(lx->arena, &lx->tree->comments, c);
}

/* `//`: said once, then read as the comment that was meant. */
static void slash_comment(Lexer *lx)
{
	Diag *d = lex_error(lx, DIAG_BAD_OPERATOR, lx->begin, lx->begin + 2,
		"a comment begins with `#`, not `//`");

	if (lx->begin > lx->file->text.ptr && lx->begin[-1] == ':') {
		diag_fix(d, "a URL is a string: put it in quotes");
	} else {
		diag_fix(d, "write `#`");
		diag_edit(d, lex_span(lx, lx->begin, lx->begin + 2), STR("#"));
	}
	end_comment(lx);
}

/* `&&`, `||`, `!`: said once, then read as the word that was meant. */
static TokenKind c_operator(Lexer *lx, TokenKind kind, const char *word)
{
	Diag *d = lex_error(lx, DIAG_C_OPERATOR, lx->begin, lx->cur, "`%s` is written `%s`",
		kind == TOK_NOT ? "!" : kind == TOK_AND ? "&&" : "||", word);

	diag_fix(d, "write `%s`", word);
	diag_edit(d, lex_span(lx, lx->begin, lx->cur),
		kind == TOK_NOT ? STR("not ") : str_from(word));
	return kind;
}

/* A number and what sticks to it. */
static TokenKind scan_number(Lexer *lx)
{
	const unsigned char *cur = (const unsigned char *)lx->begin;
	const unsigned char *marker = cur;
	TokenKind kind = TOK_BAD_NUMBER;

	/*!re2c
		hex                                   { kind = TOK_INT; goto done; }
		dec ([kMGT] | [KMGT] "i")?            { kind = TOK_INT; goto done; }
		float                                 { kind = TOK_FLOAT; goto done; }
		num sizes                             { kind = TOK_SIZE; goto done; }
		(num times)+                          { kind = TOK_DURATION; goto done; }
		gpus                                  { kind = TOK_GPUS; goto done; }
		(num | hex) ident                     { goto done; }
		*                                     { goto done; }
	*/
done:
	lx->cur = (const char *)cur;
	if (kind == TOK_BAD_NUMBER)
		lex_fault_unit(lx);
	else
		lex_fault_range(lx, kind);
	return kind;
}

static TokenKind money(Lexer *lx)
{
	lex_fault_range(lx, TOK_MONEY);
	return TOK_MONEY;
}

/* `$5/hour` is a slip for `$5/h`, `$5/n` a division. */
static TokenKind long_money(Lexer *lx)
{
	if (lex_fault_price(lx))
		return TOK_BAD_NUMBER;
	while (*--lx->cur != '/')
		;
	return money(lx);
}

static TokenKind fine_money(Lexer *lx)
{
	lex_fault_money(lx);
	return TOK_BAD_NUMBER;
}

static TokenKind open_brace(Lexer *lx)
{
	if (lx->mode_count)
		lx->modes[lx->mode_count - 1].braces++;
	return TOK_LBRACE;
}

/* A token that only schema files have; elsewhere it begins with `<`. */
static TokenKind schema_arrow(Lexer *lx, TokenKind kind)
{
	if (lx->is_schema)
		return kind;
	lx->cur = lx->begin + 1;
	return TOK_LT;
}

/* Reads up to the end of the next token and returns its kind; strings and doc comments are
 * emitted on the way. */
static TokenKind scan(Lexer *lx)
{
	const unsigned char *cur;
	const unsigned char *marker;

again:
	lx->begin = lx->cur;
	cur = (const unsigned char *)lx->cur;
	marker = cur;
#define TOKEN(kind) (lx->cur = (const char *)cur, (kind))
	/*!re2c
		[ \t\r]+     { lx->cur = (const char *)cur; goto again; }
		"\n"         { lx->cur = (const char *)cur; goto newline; }
		"\x00"       { goto nul; }
		"#" line     { lx->cur = (const char *)cur; end_comment(lx); goto again; }
		"//" line    { lx->cur = (const char *)cur; slash_comment(lx); goto again; }
		['"]         { lex_string_begin(lx); goto again; }
		digit        { return scan_number(lx); }
		money ("/" ("h" | "d" | "mo"))? { lx->cur = (const char *)cur; return money(lx); }
		finemoney    { lx->cur = (const char *)cur; return fine_money(lx); }
		money "/" ident { lx->cur = (const char *)cur; return long_money(lx); }

		"and"  { return TOKEN(TOK_AND); }  "assert" { return TOKEN(TOK_ASSERT); }
		"else" { return TOKEN(TOK_ELSE); } "false"  { return TOKEN(TOK_FALSE); }
		"for"  { return TOKEN(TOK_FOR); }  "if"     { return TOKEN(TOK_IF); }
		"in"   { return TOKEN(TOK_IN); }   "let"    { return TOKEN(TOK_LET); }
		"not"  { return TOKEN(TOK_NOT); }  "match"  { return TOKEN(TOK_MATCH); }
		"null" { return TOKEN(TOK_NULL); } "or"     { return TOKEN(TOK_OR); }
		"then" { return TOKEN(TOK_THEN); } "true"   { return TOKEN(TOK_TRUE); }
		"with" { return TOKEN(TOK_WITH); } ident    { return TOKEN(TOK_IDENT); }

		"="  { return TOKEN(TOK_EQUALS); }   "+="  { return TOKEN(TOK_PLUS_EQUALS); }
		":"  { return TOKEN(TOK_COLON); }    ","   { return TOKEN(TOK_COMMA); }
		"."  { return TOKEN(TOK_DOT); }      ".."  { return TOKEN(TOK_DOT_DOT); }
		"?"  { return TOKEN(TOK_QUESTION); } "..." { return TOKEN(TOK_ELLIPSIS); }
		"?." { return TOKEN(TOK_QUESTION_DOT); }
		"??" { return TOKEN(TOK_QUESTION_QUESTION); }
		"==" { return TOKEN(TOK_EQ); }       "!="  { return TOKEN(TOK_NE); }
		"<"  { return TOKEN(TOK_LT); }       "<="  { return TOKEN(TOK_LE); }
		">"  { return TOKEN(TOK_GT); }       ">="  { return TOKEN(TOK_GE); }
		"+"  { return TOKEN(TOK_PLUS); }     "-"   { return TOKEN(TOK_MINUS); }
		"*"  { return TOKEN(TOK_STAR); }     "/"   { return TOKEN(TOK_SLASH); }
		"%"  { return TOKEN(TOK_PERCENT); }  "++"  { return TOKEN(TOK_PLUS_PLUS); }
		"|"  { return TOKEN(TOK_BAR); }      "=>"  { return TOKEN(TOK_FAT_ARROW); }
		"->" { return TOKEN(TOK_ARROW); }    "@"   { return TOKEN(TOK_AT); }
		";"  { return TOKEN(TOK_SEMICOLON); }
		"("  { return TOKEN(TOK_LPAREN); }   ")"   { return TOKEN(TOK_RPAREN); }
		"["  { return TOKEN(TOK_LBRACKET); } "]"   { return TOKEN(TOK_RBRACKET); }
		"{"  { lx->cur = (const char *)cur; return open_brace(lx); }
		"}"  { lx->cur = (const char *)cur; goto close_brace; }
		"<-"  { lx->cur = (const char *)cur; return schema_arrow(lx, TOK_LEFT_ARROW); }
		"<->" { lx->cur = (const char *)cur; return schema_arrow(lx, TOK_BOTH_ARROW); }
		"&&" { lx->cur = (const char *)cur; return c_operator(lx, TOK_AND, "and"); }
		"||" { lx->cur = (const char *)cur; return c_operator(lx, TOK_OR, "or"); }
		"!"  { lx->cur = (const char *)cur; return c_operator(lx, TOK_NOT, "not"); }
		*    { lex_fault_character(lx); goto again; }
	*/
#undef TOKEN
newline:
	if (lx->mode_count)
		lex_string_abandon(lx);
	lx->has_newline = true;
	goto again;
close_brace:
	if (lx->mode_count && lx->modes[lx->mode_count - 1].braces == 0) {
		lex_string_resume(lx);
		goto again;
	}
	if (lx->mode_count)
		lx->modes[lx->mode_count - 1].braces--;
	return TOK_RBRACE;
nul:
	if (lx->begin == lx->limit) {
		if (lx->mode_count) {
			lex_string_abandon(lx);
			goto again;
		}
		lx->cur = lx->begin;
		return TOK_END;
	}
	lex_fault_character(lx);
	goto again;
}

/* A byte order mark and broken UTF-8 are reported once for the whole file. */
static void check_encoding(Lexer *lx)
{
	Str text = lx->file->text;
	size_t bad = 0;
	Diag *d;

	if (str_starts(text, STR("\xef\xbb\xbf"))) {
		d = lex_error(lx, DIAG_BAD_CHARACTER, text.ptr, text.ptr + 3,
			"the file begins with a byte order mark");
		diag_fix(d, "save it as UTF-8 without one");
		diag_edit(d, lex_span(lx, text.ptr, text.ptr + 3), STR_NONE);
		lx->cur += 3;
	}
	if (utf8_is_valid(text, &bad))
		return;
	d = lex_error(lx, DIAG_BAD_UTF8, text.ptr + bad, text.ptr + bad + 1,
		"the file is not UTF-8: byte 0x%02x", (unsigned char)text.ptr[bad]);
	diag_fix(d, "save it as UTF-8");
	lx->is_bad_text = true;
	lx->is_broken = false; /* the token that holds the byte is marked when it is read */
}

void lex_file(Arena *a, SourceFile *f, bool is_schema, DiagList *diags, TokenVec *ret_tokens,
	Tree *tree)
{
	Lexer lx = {
		.arena = a,
		.file = f,
		.tree = tree,
		.diags = diags,
		.tokens = ret_tokens,
		.begin = f->text.ptr,
		.cur = f->text.ptr,
		.limit = f->text.ptr + f->text.len,
		.is_schema = is_schema,
		.has_newline = true,
	};
	uint32_t guess = (uint32_t)(f->text.len / BYTES_PER_TOKEN) + 1;

	*ret_tokens = (TokenVec){0};
	ret_tokens->ptr = vec_grow(NULL, guess, &ret_tokens->cap, sizeof(Token));
	buf_init(&lx.text, SOURCE_BYTES_MAX);
	tree->path = f->path;
	tree->text = f->text;
	tree->base = f->base;
	check_encoding(&lx);
	for (;;) {
		TokenKind kind = scan(&lx);

		lex_emit(&lx, kind, (Str){lx.begin, (size_t)(lx.cur - lx.begin)}, 0);
		if (kind == TOK_END)
			break;
	}
	buf_fini(&lx.text);
}

static void dump_text(Buf *b, Str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '\n')
			buf_add(b, STR("\\n"));
		else if (c < 0x20 || c == 0x7f)
			buf_print(b, "\\x%02x", c);
		else
			buf_add_char(b, (char)c);
	}
}

void lex_dump(Buf *b, const Sources *s, const TokenVec *tokens)
{
	for (uint32_t i = 0; i < tokens->len; i++) {
		const Token *t = &tokens->ptr[i];
		SourcePlace at = sources_place(s, t->span.begin);

		buf_print(b, "%u:%u %.*s", at.line, at.column, STR_ARG(kind_words[t->kind]));
		if (t->newline_before)
			buf_add(b, STR(" newline"));
		if (t->flags & FLAG_RAW)
			buf_add(b, STR(" raw"));
		if (t->flags & FLAG_BLOCK)
			buf_add(b, STR(" block"));
		if (t->flags & LEX_BROKEN)
			buf_add(b, STR(" broken"));
		if (t->kind != TOK_END) {
			buf_add(b, STR(" |"));
			dump_text(b, t->text);
			buf_add_char(b, '|');
		}
		buf_add_char(b, '\n');
	}
}
