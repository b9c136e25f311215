/* The parser: text to a tree, tolerant of errors; it goes on at the next declaration (or field)
 * after a mistake, so one mistake is one message.  Grammar: docs/language.md.
 * Thread: one at a time. */
#ifndef STYX_SYNTAX_PARSE_H
#define STYX_SYNTAX_PARSE_H

#include "compiler/syntax/lex.h"

/* Parses a spec file.  Never NULL; errors (E01, E02) go to `diags`, what they spoil becomes
 * NODE_BAD, NODE_BAD_EXPR, NODE_BAD_TYPE and FLAG_BROKEN on the declaration. */
Tree *parse_file(Arena *a, SourceFile *f, DiagList *diags);

/* The same with the nodes (and their kids) in an arena of their own, which may go before `a`, where
 * texts and the rest are put. */
Tree *parse_file_into(Arena *a, Arena *nodes, SourceFile *f, DiagList *diags);

/* Parses all of `f` as one expression (for `-p name=value`, `styx console`), or one type. */
Node *parse_expression(Arena *a, SourceFile *f, DiagList *diags);
Node *parse_type(Arena *a, SourceFile *f, DiagList *diags);

/* Parses all of `f` as the items of a record without its braces (a params file): NODE_RECORD. */
Node *parse_fields(Arena *a, SourceFile *f, DiagList *diags);

/* Parses a schema file or a model slice (providers.md, 2.1) into NODE_FILE with SCHEMA_* kids. */
Tree *parse_schema_file(Arena *a, SourceFile *f, DiagList *diags);

#endif
