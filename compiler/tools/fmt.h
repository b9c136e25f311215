/* `styx fmt`: text to canonical text.  Thread: any. */
#ifndef STYX_TOOLS_FMT_H
#define STYX_TOOLS_FMT_H

#include "compiler/base/buf.h"
#include "compiler/base/diag.h"

/* Appends the canonical form of `text` to `b`.  With mistakes in it appends them, drawn, to
 * `mistakes` and returns false; the declarations without mistakes are formatted all the same. */
bool fmt_text(Str path, Str text, bool has_colour, Buf *b, Buf *mistakes);

/* Appends a unified diff of a file before and after. */
void fmt_diff(Buf *b, Str path, Str before, Str after);

#endif
