/* Finding secrets by type: the walk over a value beside the type that its schema gives it.
 *
 * It finds what stands in clear where a type says `secret`, however deep: in entries of maps,
 * elements of lists, fields of records.  Thread: any. */
#ifndef STYX_PLAN_COVER_TYPED_H
#define STYX_PLAN_COVER_TYPED_H

#include "compiler/schema/type.h"

typedef struct CoverTyped {
	Arena *arena;
	void *ctx;
	/* Gives what shall stand at `path` instead of the secret `plain`. */
	bool (*secret)(void *ctx, Str path, Value plain, Value *ret);
} CoverTyped;

/* Puts what `secret` gives in place of all that is secret in `v` by its type, and known.  Elements
 * of lists and sets share the path `*`, for their order says nothing.  false: `secret` said so. */
MUST_CHECK bool cover_typed(const CoverTyped *c, Str path, const Type *t, Value v, Value *ret);

/* The path of a part of what is at `path`. */
Str cover_join(Arena *a, Str path, Str key);

#endif
