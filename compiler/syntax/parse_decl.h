/* What parse_decl.c and parse_habit.c need of each other.  Thread: one at a time. */
#ifndef STYX_SYNTAX_PARSE_DECL_H
#define STYX_SYNTAX_PARSE_DECL_H

#include "compiler/syntax/parse_impl.h"

/* Says whether `word` begins an Entity; returns the declaration's word nearest to `word`, or an
 * empty slice. */
bool parse_decl_is_kind(Str word);
Str parse_decl_nearest(Str word);

/* Reports a declaration in Terraform's form (E0210) at the cursor and moves into it; false
 * if it is none. */
bool parse_habit(Parser *p);

/* Reports what stands where a declaration was expected (E0203). */
void parse_habit_unknown(Parser *p);

/* Adds to `d` what was likely meant by the current token, which stands behind a declaration. */
void parse_habit_behind(const Parser *p, Diag *d);

#endif
