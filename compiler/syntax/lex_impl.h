/* What the lexer's files share: the state, emitting tokens, reporting errors.
 *
 * lex.re holds the scanner, lex_string.c all that stands between quotes, lex_fault.c the words
 * about numbers and characters that mean nothing.  Thread: one at a time. */
#ifndef STYX_SYNTAX_LEX_IMPL_H
#define STYX_SYNTAX_LEX_IMPL_H

#include "compiler/base/limits.h"
#include "compiler/syntax/parse_impl.h"

enum { LEX_MODES_MAX = 32 }; /* strings inside interpolations inside strings */

/* A string whose `${` is open: what is needed to go on with it at the `}`. */
typedef struct LexMode {
	const char *open;  /* the string's first quote */
	const char *end;   /* block: behind the last line of its text */
	const char *close; /* block: the closing quotes */
	Str indent;        /* block: the white space that each line loses */
	uint32_t braces;   /* open ones of the expression */
	bool is_block;
	bool is_indent_reported;
} LexMode;

typedef struct Lexer {
	Arena *arena;
	SourceFile *file;
	Tree *tree;
	DiagList *diags;
	TokenVec *tokens;
	const char *begin; /* of the token being read */
	const char *cur;   /* the next byte */
	const char *limit; /* the NUL behind the text */
	bool is_schema;
	bool has_newline; /* one was seen since the last token */
	bool is_broken;   /* an error was reported since the last token */
	bool is_bad_text; /* E0109 was reported: say nothing more about its bytes */
	Buf text;         /* the string being decoded */
	uint32_t mode_count;
	LexMode modes[LEX_MODES_MAX];
} Lexer;

/* Appends a token from lx->begin to lx->cur. */
void lex_emit(Lexer *lx, TokenKind kind, Str text, uint16_t flags);

/* Reports an error about the bytes from `begin` to `end`; the tokens around it are marked. */
Diag *lex_error(Lexer *lx, DiagCode code, const char *begin, const char *end, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* Returns the place of the bytes from `begin` to `end`. */
Span lex_span(const Lexer *lx, const char *begin, const char *end);

/* Looks for bidirectional controls and broken UTF-8 in a string or comment: E0103. */
void lex_check_text(Lexer *lx, const char *begin, const char *end);

/* Reads the string whose quote is at lx->begin; goes on with the innermost open one behind its
 * `}`, at lx->begin; gives up all open ones at the end of the line (E0107). */
void lex_string_begin(Lexer *lx);
void lex_string_resume(Lexer *lx);
void lex_string_abandon(Lexer *lx);

/* E0104 or E0105 for the number and its unit at [begin, cur); E0110 if what is there does not fit;
 * for money with more than four decimals E0110; for money with an unknown unit says whether the
 * part behind the slash is one. */
void lex_fault_unit(Lexer *lx);
void lex_fault_range(Lexer *lx, TokenKind kind);
void lex_fault_money(Lexer *lx);
bool lex_fault_price(Lexer *lx);

/* E0106 or E0103 for the character at lx->begin; moves behind it and its like. */
void lex_fault_character(Lexer *lx);

#endif
