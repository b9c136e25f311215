/* `styx explain`: what a diagnostic means, from explain.def.  Thread: any. */
#ifndef STYX_TOOLS_EXPLAIN_H
#define STYX_TOOLS_EXPLAIN_H

#include "compiler/base/buf.h"
#include "compiler/base/diag.h"

/* Appends the page of a code (any case; "402" is E0402).
 * err  DIAG_USAGE: no such code, with the near miss. */
MUST_CHECK bool explain_code(Buf *b, Str code, Diag *err);

/* Appends docs/errors.md: every code with its page. */
void explain_all(Buf *b);

/* The examples of a code, for the tests: the mistake and its cure, either may be empty. */
void explain_examples(DiagCode code, Str *ret_mistake, Str *ret_cure);

#endif
