/* What the parser's files share: the cursor over the tokens, and the productions.
 *
 * Rules.  A production begins at its first token and leaves the cursor behind its last.  It never
 * returns NULL: what could not be read is NODE_BAD_EXPR, NODE_BAD_TYPE or NODE_BAD.  After an
 * error `is_failed` is set, further errors stay silent and productions return as fast as they
 * can; whoever loops over items (declarations, fields, elements) calls recover_*(), which skips
 * to the next item and clears it.  So one mistake is one message.  Doc comments are never the
 * current token: parse_doc() takes those right above it.  Thread: one at a time. */
#ifndef STYX_SYNTAX_PARSE_IMPL_H
#define STYX_SYNTAX_PARSE_IMPL_H

#include "compiler/base/limits.h"
#include "compiler/syntax/parse.h"

enum {
	LEX_BROKEN = 1 << 14,   /* in Token.flags: an error of the lexer touches this token */
	LEX_DOC_USED = 1 << 15, /* the doc comment belongs to a node, hence is no Comment */
};

typedef struct Parser Parser;
struct Parser {
	Arena *arena; /* of nodes and their kids */
	Arena *texts; /* of everything else */
	SourceFile *file;
	Tree *tree;
	DiagList *diags;
	TokenVec tokens;      /* the last is TOK_END */
	uint32_t at;          /* the current token, never TOK_DOC */
	uint32_t error_count; /* errors in `diags` before this file */
	uint32_t end;         /* position behind the last token taken */
	uint32_t depth;       /* of brackets, operators, types: at most NESTING_MAX */
	uint32_t open_parens; /* brackets that enclose the cursor, by kind */
	uint32_t open_lists;
	uint32_t open_records;
	uint32_t recovered_at; /* where recover_item() last ended: it never ends there twice */
	bool is_in_parens;     /* newlines are ignored */
	bool is_failed;        /* an error was reported and not yet recovered from */
	bool is_broken;        /* the current declaration holds an error (FLAG_BROKEN) */
	bool is_schema;
	Node *(*type_field)(
		Parser *p); /* one field of a record type: parse_type_field, or a schema's */
};

/* Binding powers of the operators, weakest first (docs/language.md, operators). */
enum {
	BIND_NONE,
	BIND_DEFAULT,
	BIND_OR,
	BIND_AND,
	BIND_NOT,
	BIND_COMPARE,
	BIND_RANGE,
	BIND_ADD,
	BIND_MULTIPLY,
	BIND_WITH,
	BIND_UNARY,
};

/* Returns the current token; a later one (`n` = 0 is the current), doc comments left out. */
static inline const Token *parse_token(const Parser *p)
{
	return &p->tokens.ptr[p->at];
}
const Token *parse_peek(const Parser *p, uint32_t n);

/* Says whether the current token is of `kind`; is the name `word` (unquoted, not reserved). */
static inline bool parse_at(const Parser *p, TokenKind kind)
{
	return parse_token(p)->kind == kind;
}
bool parse_at_word(const Parser *p, Str word);

/* Says whether a newline stands before the current token and counts here (not inside parens). */
static inline bool parse_at_new_line(const Parser *p)
{
	return parse_token(p)->newline_before && !p->is_in_parens;
}

/* Moves behind the current token and returns it; at the end it stays there. */
const Token *parse_next(Parser *p);

/* Moves behind the current token if it is of `kind` (is the name `word`), and says so. */
bool parse_accept(Parser *p, TokenKind kind);
bool parse_accept_word(Parser *p, Str word);

/* As parse_accept; otherwise reports E0201 "expected X, found Y".  `context` says where, as in
 * "after the name of the param", or is empty. */
bool parse_expect(Parser *p, TokenKind kind, Str context);

/* Reports an error at `at` unless one is pending or the lexer reported one here; sets is_failed
 * and is_broken.  NULL when nothing was reported, so: if (d) diag_fix(d, ...). */
Diag *parse_error(Parser *p, DiagCode code, Span at, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* As parse_error, but parsing goes on as if nothing had been: is_failed stays as it is. */
Diag *parse_mistake(Parser *p, DiagCode code, Span at, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* How people see token `t`: "`task`", "a string", "the end of the file". */
Str parse_describe(Parser *p, const Token *t);

/* Goes one level deeper; false and E0208 at NESTING_MAX.  Each true is paired with
 * parse_leave(). */
MUST_CHECK bool parse_enter(Parser *p);
static inline void parse_leave(Parser *p)
{
	p->depth--;
}

/* Returns the span from position `begin` to the end of the token before the current one. */
Span parse_span(const Parser *p, uint32_t begin);

/* Makes a node that begins at the current token; ends `n`'s span behind the last one taken. */
Node *parse_node(Parser *p, NodeKind kind, Str text);
Node *parse_done(Parser *p, Node *n);

/* Ends `n`, which has brackets, and notes whether it was written on one line. */
Node *parse_done_brackets(Parser *p, Node *n);

/* Takes the doc comments right above the current token as a DOC; NULL if there are none. */
Node *parse_doc(Parser *p);

/* Takes doc comments and annotations in any order; sets a DOC and an ANNOTS, or NULL. */
void parse_annots(Parser *p, Node **doc, Node **annots);

/* Reads a name into an IDENT; `what` is "the param's name".  E0206 for a reserved word. */
Node *parse_name(Parser *p, Str what);

/* Path = IDENT { "." IDENT } .   Address = IDENT { "." IDENT | "[" Expr "]" } . */
Node *parse_path(Parser *p);
Node *parse_address(Parser *p);

/* A string that may not interpolate: STRING, or BAD_EXPR and E0201. */
Node *parse_plain_string(Parser *p, Str what);

/* Expr: the whole; only operators that bind at least as tightly as `bind`. */
Node *parse_expr(Parser *p);
Node *parse_expr_above(Parser *p, int bind);

/* The value behind `=` (already taken); a missing one is E0204 and spoils only this item. */
Node *parse_value(Parser *p);

/* Says whether the current token can begin an operand. */
bool parse_at_expr(const Parser *p);

/* Record, List; the tail of `(Args)` into `n` (the cursor stands on the parenthesis). */
Node *parse_record(Parser *p);
Node *parse_list(Parser *p);
void parse_args(Parser *p, Node *n);

/* One item of a record: Field, spread, ForField, Let, Assert; only Field. */
Node *parse_item(Parser *p);
/* Items up to the end of the file. */
Node *parse_bare_record(Parser *p);
Node *parse_field(Parser *p, Node *doc);

/* "for" Binders "in" Expr into the slots FOR_FIRST to FOR_COLLECTION of `n`. */
void parse_binders(Parser *p, Node *n);

/* A complete or interpolated string, a number or another literal: STRING, INT, ... */
Node *parse_literal(Parser *p);

/* A type, with `where`; RecordType; TField. */
Node *parse_type_expr(Parser *p);
Node *parse_type_record(Parser *p);
Node *parse_type_field(Parser *p);

/* Let and Assert: declarations, statements and record items. */
Node *parse_let(Parser *p, Node *doc);
Node *parse_assert(Parser *p, Node *doc, bool is_item);

/* TypeDecl, its `type` being the current token. */
Node *parse_type_decl(Parser *p, Node *doc, Node *annots);

/* Loads the tokens of `f` into `p`; `tree` gets path, text and comments. */
void parse_start(Parser *p, Arena *a, SourceFile *f, bool is_schema, DiagList *diags);

/* Frees the tokens and adds doc comments that belong to nothing to the tree's comments; returns
 * the tree. */
Tree *parse_finish(Parser *p);

/* Ends an item of a list of items within brackets that `close` ends: takes the separator, reports
 * a missing one (E0209, E0201), after an error skips to the next item.  False: no more items. */
bool recover_item(Parser *p, TokenKind close);

/* Ends a bracket opened at `open`: takes `close` or reports E0202.  Returns false then. */
bool recover_close(Parser *p, Span open, TokenKind close);

/* After an error outside brackets: skips to the next declaration, or the statement behind the next
 * newline outside brackets, and clears is_failed. */
void recover_decl(Parser *p);
void recover_line(Parser *p);

/* Says whether a declaration seems to begin here: at a newline, a kind word and a name. */
bool recover_at_decl(const Parser *p);

/* Says whether the current token is the first on its line, without indentation. */
bool recover_at_margin(const Parser *p);

#endif
