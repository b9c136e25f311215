/* What operators give: the algebra of numbers, quantities, texts and lists.
 *
 *   + -   int int -> int; int float -> float; two of the same quantity
 *   *     numbers; quantity and number; price and duration -> money
 *   /     numbers -> float (whole division is div()); quantity / number; quantity / same -> float;
 *         money / duration -> price; money / price -> duration
 *   %     ints; sizes; durations          ++   lists, strings
 *   == != comparable types -> bool        < <= > >=  numbers, one quantity, strings -> bool
 *   in    element in list, set, range; key in map        and or not  bool
 *   a ?? b   the join of a without null and b            a..b   range of ints, floats, a quantity
 *
 * Operands are looked at without `secret` and `known`; results are plain.  Whether the result is
 * secret, and when it is known, is the checker's.  Thread: any. */
#ifndef STYX_TYPES_UNIT_H
#define STYX_TYPES_UNIT_H

#include "compiler/types/operation.h"
#include "compiler/types/relate.h"

/* Returns the type of `left op right` (unary: right NULL; a range's open end: that side NULL).
 * NULL: it has none; then `*ret_code` is DIMENSION, UNEQUAL_TYPES, MAY_BE_NULL, NO_JOIN or
 * BAD_OPERAND. */
const Type *unit_result(
	Types *t, Operation op, const Type *left, const Type *right, DiagCode *ret_code);

/* Reports why there is no result, in words about the operator and both types, and what to write
 * instead. */
Diag *unit_report(
	DiagList *l, Span at, Operation op, const Type *left, const Type *right, DiagCode code);

#endif
