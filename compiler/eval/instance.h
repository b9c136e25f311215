/* What a program becomes while it is evaluated: instances of modules, groups of entities, objects,
 * and the units in them.  See machine.h for how they are used.  Thread: one at a time. */
#ifndef STYX_EVAL_INSTANCE_H
#define STYX_EVAL_INSTANCE_H

#include "compiler/types/program.h"

typedef struct Instance Instance;
typedef struct Object Object;

typedef enum UnitState {
	UNIT_NEW,
	UNIT_BUSY,    /* on the stack: reading it is a cycle */
	UNIT_WAITING, /* unwound, until what it needs is there: reading it is a cycle, too */
	UNIT_DONE,
	UNIT_FAILED, /* an error was reported: stay silent */
} UnitState;

typedef struct Reads { /* the objects whose attributes went into a value, each once */
	uint32_t len;
	Object *const *items;
} Reads;

/* What went into each element of a list or map: who reads one waits for no other. */
typedef struct Parts {
	const Reads *common; /* what decides its shape */
	const Str *keys;     /* of a map: sorted; NULL: of a list, by index */
	const Reads *const *reads;
	uint32_t count;
} Parts;

typedef struct Unit {
	Value value;
	const Reads *reads; /* NULL: none */
	const Parts *parts; /* of a list or map that was made element by element; NULL: not known */
	uint32_t steps;     /* its own, without those of units it asked for */
	uint8_t state;
} Unit;

typedef struct ShapeEntry {
	const SchemaAttr *attr;
	const Node *value;     /* what is written; NULL: a default */
	const Value *fallback; /* a constant default, or NULL */
	int32_t slot;          /* in Object.units; -1: none is needed */
} ShapeEntry;

typedef struct Shape {       /* what all objects of one declaration share */
	ShapeEntry *entries; /* sorted by attribute name: written ones and defaults */
	uint32_t count;
	uint32_t slots;
	bool is_dynamic; /* has spreads, loops or computed keys: evaluated as one record, slot 0 */
	bool has_lets;   /* `let` items in the body */
} Shape;

typedef struct Provider {
	Str id;
	Str type;
	Value settings;
	const SchemaService *service;
	bool is_pending; /* its settings wait for lookups */
	bool has_failed;
	uint32_t index; /* in Graph.providers, by the graph builder */
	bool is_used;
} Provider;

struct Object {
	Residual ref; /* first: RESIDUAL_REF or RESIDUAL_LOOKUP of the whole */
	Instance *home;
	Symbol *symbol;
	const Shape *shape;
	Unit *units;         /* one per slot of the shape */
	const Value *bind;   /* loop variables, or NULL */
	Value *lets;         /* the frame with the body's lets in it, once evaluated */
	const Value *result; /* of a lookup that was made */
	Provider *provider;  /* once chosen */
	Str key;
	bool is_keyed;
	uint32_t index; /* in Machine.objects */
	uint32_t node;  /* in Graph.nodes, by the graph builder */
};

typedef struct Group {        /* what one entity declaration became in one module instance */
	Object **objects;     /* by key; of a module: NULL */
	Instance **instances; /* of a module */
	uint32_t count;
	bool is_pending; /* its `for` or `if` waits for a lookup */
	Value value;     /* what reading the name gives (not for modules) */
} Group;

struct Instance {
	Module *module;
	Instance *parent; /* NULL: the root, or an imported module's own constants */
	Symbol *symbol;   /* the `module` declaration, or NULL */
	const Value *bind;
	Str prefix; /* of addresses: "" or `net["a"].` */
	Str key;
	bool is_keyed;
	bool is_static;       /* an imported module outside any instance */
	Unit *units;          /* one per symbol */
	Group **groups;       /* of entities */
	Shape **shapes;       /* of entities; shared by all instances of the module */
	Provider **providers; /* of provider declarations */
	Map defaults;         /* type -> Provider *: those chosen for this instance */
};

#endif
