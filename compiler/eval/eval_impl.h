/* What the evaluator's files share; see machine.h for the state they work on.
 *
 * A function that fails reports once in m->op.diags, sets m->op.has_failed and gives null; its
 * callers return at once.  Thread: one at a time. */
#ifndef STYX_EVAL_EVAL_IMPL_H
#define STYX_EVAL_EVAL_IMPL_H

#include "compiler/eval/machine.h"

/* Parts of eval_expr(), by kind of node. */
Value eval_literal(Machine *m, const Node *n);
Value eval_call(Machine *m, const Node *n);
Value eval_list(Machine *m, const Node *n);
Value eval_record(Machine *m, const Node *n);
Value eval_match(Machine *m, const Node *n);

/* Evaluates what is not sure to be needed: a failure becomes a deferred error() instead of a
 * message, for branches whose condition is not known yet. */
Value eval_maybe(Machine *m, const Node *n);

/* Applies an operation at a node. */
Value eval_apply(Machine *m, const Node *n, Operation op, const Value *args, uint32_t count);

/* Reads `name` of `object`: an object's attribute, a longer path of a deferred one, or a field. */
Value eval_member(Machine *m, const Node *n, Value object, Str name, bool is_safe);

/* Makes a residual; `like` gives is_secret and is_lookup of the arguments. */
Value eval_residual(Machine *m, ResidualOp op, Str name, const Value *args, uint32_t count);

/* Sets a local: the IDENT that binds it carries its Symbol. */
void eval_bind(Machine *m, const Node *ident, Value v);

/* The memory of a list, set or map: which one it is. */
const void *eval_collection(Value v);

/* Notes what went into element `key` of `of`, the value of the unit that is held (m->held); all of
 * the unit's reads when that is not known. */
void eval_narrow(Machine *m, Value of, Value key);

/* Walks over a known collection.  eval_items() gives its length; eval_item() its key (index,
 * element of a set) and value. */
uint32_t eval_items(Value collection);
void eval_item(Value collection, uint32_t i, Value *ret_key, Value *ret_value);

/* Binds the loop variables of FOR_CLAUSE, FOR_FIELD or FOR_ELEM to an item. */
void eval_bind_item(Machine *m, const Node *loop, Value collection, Value key, Value value);

/* Brings `v` into the shape of `type`: op_adapt(), then defaults that are expressions over `self`,
 * refinements and predicates of what is known (E0401, E0405 to E0407, E0420). */
Value adapt_value(Machine *m, const Type *type, Value v, const Node *at);

/* Adds the power-assert diagram of a failed condition to its diagnostic: the values of the parts
 * that were looked at, in their order.  Evaluates them again. */
void assert_diagram(Machine *m, const Node *condition, Diag *d);

#endif
