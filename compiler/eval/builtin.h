/* The built-in functions' code: one function per row of types/builtin.def, by subject in
 * builtin_text.c, builtin_list.c, ...  Operands are known (op_apply() defers before it calls)
 * unless the row is listed as lazy in builtin_table.c.  Thread: any. */
#ifndef STYX_EVAL_BUILTIN_H
#define STYX_EVAL_BUILTIN_H

#include "compiler/eval/eval.h"

/* Computes one built-in; `count` operands, missing optional ones are null. */
typedef Value (*BuiltinFn)(OpCtx *c, const Value *args, uint32_t count);

/* Returns the code of a built-in operation (OP_FIRST_BUILTIN and up). */
BuiltinFn builtin_fn(Operation op);

/* Says whether a deferred element inside an operand is fine, so that the function runs when only
 * the operand's own shape is known (len, keys, merge, concat, get ...). */
bool builtin_is_shallow(Operation op);

#endif
