/* What the files of the operations share.  Thread: any. */
#ifndef STYX_EVAL_OP_IMPL_H
#define STYX_EVAL_OP_IMPL_H

#include "compiler/eval/builtin.h"

/* ---- operators, by subject; operands are known unless it says otherwise ---- */

/* + - * / % and the sign, over numbers and quantities.  E0903, E0904. */
Value op_number_apply(OpCtx *c, Operation op, const Value *args, uint32_t count);

/* == != < <= > >= in; parts may be deferred. */
Value op_compare_apply(OpCtx *c, Operation op, const Value *args);

/* and, or, not, ??; operands may be deferred. */
Value op_logic_apply(OpCtx *c, Operation op, const Value *args);

/* "${}", records, spreads, members, indexes, ranges, ++; parts may be deferred. */
Value op_access_apply(OpCtx *c, Operation op, const Value *args, uint32_t count);

/* Equality in which 1 and 1.0 are the same, deeply. */
bool op_equal(Value a, Value b);

/* Order of two known numbers, quantities or strings: negative, 0, positive. */
int op_order(Value a, Value b);

/* The key of a map as text: a string, or an int in decimal; false: it is none (reported). */
bool op_key_text(OpCtx *c, Value key, Str *ret);

/* OP_ADAPT: the value in the shape of a type written as text. */
Value op_adapt_text(OpCtx *c, const Value *args, uint32_t count);

/* ---- reading operands of built-ins; a missing one is null ---- */

/* Read operand `i`; false: it is of another kind, reported as E0905.  builtin_items() takes lists
 * and sets; builtin_number() ints and floats. */
bool builtin_text(OpCtx *c, const Value *args, uint32_t count, uint32_t i, Str *ret);
bool builtin_int(OpCtx *c, const Value *args, uint32_t count, uint32_t i, int64_t *ret);
bool builtin_number(OpCtx *c, const Value *args, uint32_t count, uint32_t i, double *ret);
bool builtin_items(OpCtx *c, const Value *args, uint32_t count, uint32_t i, const ValueList **ret);
bool builtin_map(OpCtx *c, const Value *args, uint32_t count, uint32_t i, const ValueMap **ret);

/* Says whether operand `i` was left out or is null. */
bool builtin_is_absent(const Value *args, uint32_t count, uint32_t i);

/* Makes a string of what is in `b`, and ends `b`; E0905 if it grew past its cap. */
Value builtin_take_text(OpCtx *c, Buf *b);

/* ---- built-ins by subject: one function per row, defined with FN(ID) { ... } ---- */
#define FN(id) Value builtin_call_##id(OpCtx *c, const Value *args, uint32_t count)
#define X(id, name, subject, signature, doc) FN(id);
#include "compiler/types/builtin.def"
#undef X

#endif
