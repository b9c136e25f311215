/* Warnings silenced by a comment, `# styx-ignore W0705: test fixture`, on the line itself or on the
 * one above.  The reason is mandatory.  Thread: one at a time. */
#ifndef STYX_SYNTAX_IGNORE_H
#define STYX_SYNTAX_IGNORE_H

#include "compiler/syntax/source.h"

/* Drops the warnings and lints of `l` that a comment silences; where the comment gives no reason
 * the warning stays and says so.  Errors cannot be silenced. */
void ignore_silenced(const Sources *s, DiagList *l);

#endif
