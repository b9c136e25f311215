/* The lexer: bytes to tokens.  It never fails: what is wrong becomes a diagnostic and a token the
 * parser can go on with.  Grammar: docs/language.md, lexical grammar.  Thread: one at a time. */
#ifndef STYX_SYNTAX_LEX_H
#define STYX_SYNTAX_LEX_H

#include "compiler/syntax/source.h"
#include "compiler/syntax/tree.h"

typedef enum TokenKind {
#define X(kind, text) TOK_##kind,
#include "compiler/syntax/token.def"
#undef X
	TOKEN_KIND_COUNT
} TokenKind;

typedef struct Token {
	TokenKind kind;
	bool newline_before;
	Span span;
	Str text;       /* identifiers and literals as written; strings: the decoded part */
	uint16_t flags; /* FLAG_RAW, FLAG_BLOCK for strings */
} Token;

typedef struct TokenVec {
	Token *ptr;
	uint32_t len;
	uint32_t cap;
} TokenVec;

/* Turns all of `f` into tokens, the last of which is TOK_END, and lists the comments.
 * `is_schema` adds the tokens `<-` and `<->` of schema files.  Decoded strings live in `a`; the
 * tokens are on the heap: end them with vec_fini(ret_tokens).
 * Errors: E0101 to E0112, appended to `diags`. */
void lex_file(
	Arena *a, SourceFile *f, bool is_schema, DiagList *diags, TokenVec *ret_tokens, Tree *tree);

/* Appends one line per token, for `styx dump tokens`. */
void lex_dump(Buf *b, const Sources *s, const TokenVec *tokens);

/* Returns a token kind as people see it in "expected X": "`=`", "a name". */
Str token_kind_name(TokenKind kind);

#endif
