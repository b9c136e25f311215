/* The shape of an entity: which attributes its objects get, and where each value comes from.
 * Thread: one at a time. */
#ifndef STYX_EVAL_SHAPE_H
#define STYX_EVAL_SHAPE_H

#include "compiler/eval/machine.h"

/* Returns the shape of a resource or lookup, made on first use and shared by all instances of its
 * module.  Lookups get defaults only of types that are nothing else: of other types the fields are
 * what to look for. */
const Shape *shape_of(Machine *m, Instance *home, const Symbol *symbol);

/* Returns a resource type's attributes sorted by name. */
const SchemaAttr *const *shape_attrs(Machine *m, const SchemaResource *r);

/* Finds an attribute by name, by binary search; NULL: none. */
const SchemaAttr *shape_attr(Machine *m, const SchemaResource *r, Str name);

#endif
