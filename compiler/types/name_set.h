/* The names written in one pair of braces, each with the node where it stands: a few in place, many
 * in a map.  Seen by types/ only.  Thread: one at a time. */
#ifndef STYX_TYPES_NAME_SET_H
#define STYX_TYPES_NAME_SET_H

#include "compiler/base/map.h"

struct Node;

enum { NAME_SET_FEW = 12 };

typedef struct NameSet {
	Str names[NAME_SET_FEW];
	const struct Node *nodes[NAME_SET_FEW];
	uint32_t count; /* of those in place */
	Map *rest;
} NameSet;

/* Adds a name that is not there yet, or replaces its node. */
void name_set_add(NameSet *s, Arena *a, Str name, const struct Node *node);

/* Returns the node of a name, or NULL. */
const struct Node *name_set_find(const NameSet *s, Str name);

#endif
