/* What refine.c (the walk) and refine_text.c (texts, bounds, enums and their words) share.
 * Thread: any. */
#ifndef STYX_TYPES_REFINE_IMPL_H
#define STYX_TYPES_REFINE_IMPL_H

#include "compiler/types/refine.h"

/* Reports at c->at, with the subject before and the path behind; returns the diagnostic for more,
 * or NULL when silent. */
Diag *refine_say(RefineCtx *c, DiagCode code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Check one string against format, pattern and length; a number against bounds; the length of a
 * container against bounds, `noun` in the plural ("elements"). */
bool refine_text(RefineCtx *c, const Type *type, Str text);
bool refine_bounds(RefineCtx *c, const Type *type, Value v);
bool refine_length(RefineCtx *c, const Type *type, int64_t len, const char *noun);

/* Reports that `v` is none of the literals of `type`; returns false. */
bool refine_not_in_enum(RefineCtx *c, const Type *type, Value v);

#endif
