/* The evaluator: a checked program and its inputs to values, pure and bounded.
 *
 * Evaluation is symbolic: an operation on something that is not known yet gives a deferred value
 * (base/value.h) that names the operation, so apply can finish it without the program.
 * Thread: one at a time. */
#ifndef STYX_EVAL_EVAL_H
#define STYX_EVAL_EVAL_H

#include "compiler/types/program.h"

/* What an operation needs besides its operands. */
typedef struct OpCtx {
	Arena *arena;
	DiagList *diags; /* errors go here, at `at` */
	Span at;
	const Vfs *files; /* for file functions; NULL: they fail */
	Str dir;          /* of the module: relative paths start here */
	Value *failed;    /* set to null-and-poisoned marker by op_fail; see op_failed() */
	bool has_failed;
} OpCtx;

/* Applies `op` to known or deferred operands.  When an operand it must look into is deferred the
 * result is a RESIDUAL_CALL; an error is reported once in c->diags, sets c->has_failed and gives
 * null. */
Value op_apply(OpCtx *c, Operation op, const Value *args, uint32_t count);

/* Brings `v` into the shape of `type` (FLAG_ADAPT): int to float, T to range, list to set, defaults
 * of record fields that are constant.  Deferred parts stay. */
Value op_adapt(OpCtx *c, const Type *type, Value v);

/* Reports E0905 (or `code`) at c->at and marks `c` failed; returns null for `return`. */
Value op_fail(OpCtx *c, DiagCode code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Makes a deferred call of `op`. */
Value op_defer(OpCtx *c, Operation op, const Value *args, uint32_t count);

/* Appends a printable scalar as interpolation prints it; false if `v` is none. */
bool op_print_scalar(Buf *b, Value v);

#endif
