/* The expressions of schemas: predictions, defaults over other attributes, rules.
 *
 * Unlike the program's own expressions they never report: what cannot be computed (an unset
 * attribute, the catalogue, the object's past) says nothing.  Thread: one at a time. */
#ifndef STYX_EVAL_RULE_H
#define STYX_EVAL_RULE_H

#include "compiler/eval/machine.h"

/* Computes a prediction: true if all of it is known. */
bool rule_predict(Machine *m, Object *object, const SchemaExpr *x, Value *ret);

/* Computes a default, which may be deferred; null when it cannot be computed. */
Value rule_default(Machine *m, Object *object, const SchemaExpr *x);

/* Computes the condition of a `where` rule: a bool, or deferred.  False: it says nothing here. */
bool rule_condition(Machine *m, Object *object, const SchemaExpr *x, Value *ret);

/* Finds the object that an attribute of type id<T> refers to; NULL: not one of the program's. */
Object *rule_target(Machine *m, Object *object, Str attr);

#endif
