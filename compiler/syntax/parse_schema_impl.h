/* What the two files of the schema grammar share, and the forms that expressions have only in
 * schemas.  Thread: one at a time. */
#ifndef STYX_SYNTAX_PARSE_SCHEMA_IMPL_H
#define STYX_SYNTAX_PARSE_SCHEMA_IMPL_H

#include "compiler/syntax/parse_impl.h"

/* WirePath = ( IDENT | "@" IDENT | "." IDENT | "[" "]" )
 *            { "." ( IDENT | "*" ) | "[" [ INT | "?" Expr ] "]" } . */
Node *parse_schema_path(Parser *p);

/* { "|" Fn } into `n`; each becomes a CALL. */
void parse_schema_fns(Parser *p, Node *n);

/* Stmt: one statement of a resource; its word is the current token. */
Node *parse_schema_stmt(Parser *p);

/* "@" IDENT: what an aspect read, as KEY_AT. */
Node *parse_schema_aspect(Parser *p);

/* Object "[" "]" and Object "[" "?" Expr "]", each of the elements, and those for which it holds:
 * a SCHEMA_SEGMENT "[]" or "[?]" with the predicate, or NULL, and the object. */
bool parse_at_schema_select(const Parser *p);
Node *parse_schema_select(Parser *p, Node *object);

/* Reports E0817 for a word of the grammar that this version does not read. */
void parse_schema_unsupported(Parser *p, Str word);

#endif
