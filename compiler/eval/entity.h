/* Entities: what `for` and `if` make of a declaration, and the attributes of the objects.
 * Thread: one at a time. */
#ifndef STYX_EVAL_ENTITY_H
#define STYX_EVAL_ENTITY_H

#include "compiler/eval/machine.h"

/* Expands an entity of the current instance into objects or module instances, and puts the group
 * into home->groups; called once, by the machine.  NULL: it failed. */
Group *entity_expand(Machine *m, Instance *home, Symbol *symbol);

/* Evaluates one slot of an object's body; called once, by the machine. */
Value entity_slot(Machine *m, Object *object, int32_t slot);

/* Reads an attribute as an expression sees it: as written, its default, a prediction, or deferred.
 * `n` is the expression that reads. */
Value entity_attr(Machine *m, Object *object, Str name, const Node *n);

/* The value that the program gives an attribute (null: none), without noting a read. */
Value entity_written(Machine *m, Object *object, const ShapeEntry *entry);

/* Finds the entry of an attribute; NULL: neither written nor defaulted. */
const ShapeEntry *entity_entry(const Object *object, Str name);

/* Evaluates `@name` of an object's or instance's declaration in its frame; null: not there. */
Value entity_mark(Machine *m, Object *object, Str name, const Node **ret_node);

/* Opens the frame of an object: loop variables and lets of the body are set. */
Frame entity_open(Machine *m, Object *object);
void entity_close(Machine *m, Frame before);

/* Finds the node of `@name` (a field of the body or an annotation of the declaration). */
const Node *entity_mark_node(const Symbol *symbol, Str name);

/* Evaluates the param of a module instance: the argument, the default, or E0307. */
Value entity_param(Machine *m, Instance *home, Symbol *param);

#endif
