/* `styx schema check`: every schema file against its model and the rules of the format.
 * Thread: one at a time. */
#ifndef STYX_TOOLS_SCHEMA_TOOL_H
#define STYX_TOOLS_SCHEMA_TOOL_H

#include "compiler/base/buf.h"
#include "compiler/base/diag.h"

/* Checks the files whose path ends in one of `paths` (none: all), those of `schema_dir` (may be
 * empty) among them.  Appends what is wrong, drawn, to `mistakes`, and a count to `b`; false when
 * something is wrong, or with `*err` filled: DIAG_USAGE (no such file), DIAG_FILE_*. */
bool schema_tool_check(Str schema_dir, const Str *paths, uint32_t path_count, bool has_colour,
	Buf *b, Buf *mistakes, Diag *err);

#endif
