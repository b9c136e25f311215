/* The formatter: a tree to canonical text (docs/language.md, formatting).
 *
 * Idempotent, keeps every comment and the tree; a declaration with a syntax error is copied as
 * it stands.  Thread: one at a time. */
#ifndef STYX_SYNTAX_FORMAT_H
#define STYX_SYNTAX_FORMAT_H

#include "compiler/syntax/parse.h"

enum { FORMAT_COLUMNS = 100 };

/* Appends the canonical text of `t`. */
void format_tree(Buf *b, const Tree *t);

/* Appends a unified diff (3 lines of context) from `before` to `after`; nothing if equal. */
void format_diff(Buf *b, Str path, Str before, Str after);

#endif
