/* Finishing what could not be computed before: evaluates deferred values when what they wait for is
 * known.  Needs no program.  Thread: one at a time. */
#ifndef STYX_GRAPH_RESIDUAL_H
#define STYX_GRAPH_RESIDUAL_H

#include "compiler/base/diag.h"
#include "compiler/base/value.h"

/* Where inputs come from.  Each returns false if the thing is not known (then the value stays
 * deferred) and leaves *ret alone. */
typedef struct ResidualEnv {
	void *ctx;
	/* The value at `path` (strings and ints) of the object at `address`. */
	bool (*ref)(void *ctx, Str address, const Value *path, uint32_t count, Value *ret);
	/* The bytes of a secret handle or secret param (NULL: secrets stay handles). */
	bool (*secret)(void *ctx, const Residual *handle, Value *ret);
} ResidualEnv;

/* Replaces in `v` every deferred part whose inputs are known; the others stay, smaller where they
 * can be.  Shares what does not change.
 * err  what an operation says: DIAG_CALL_FAILED, DIAG_OVERFLOW, ... (USER). */
MUST_CHECK bool residual_resolve(Arena *a, Value v, const ResidualEnv *env, Value *ret, Diag *err);

/* Calls `visit` for every RESIDUAL_REF inside `v`. */
void residual_refs(Value v, void (*visit)(void *ctx, const Residual *ref), void *ctx);

/* Appends what it waits for, for people: "after vpc.id". */
void residual_print_cause(Buf *b, Value v);

#endif
