/* The machine: what evaluating a checked program keeps while it runs.
 *
 * A *unit* is evaluated at most once: a param, let, output, secret, provider or entity of one module
 * instance, or one field of one object.  Units ask for each other as they go; when they stand too
 * deep on the C stack the run is unwound, the innermost unit is evaluated first, and the run starts
 * again (machine_run), so that chains of any length work and nothing is computed twice.
 *
 * An *object* is one instance of a resource or lookup.  As a value it is the RESIDUAL_REF of its
 * whole (no path), whose `number` is the object's index + 1; reading an attribute evaluates that
 * attribute alone.  What a unit read is kept with it (`Reads`): a reference is a dependency even
 * when the value is known.
 *
 * Everything lives in one arena that ends with the evaluation.  Thread: one at a time. */
#ifndef STYX_EVAL_MACHINE_H
#define STYX_EVAL_MACHINE_H

#include "compiler/eval/eval.h"

typedef struct Machine Machine;
typedef struct Instance Instance;
typedef struct Object Object;
typedef struct FrameChunk FrameChunk;

typedef enum UnitState {
	UNIT_NEW,
	UNIT_BUSY,    /* on the stack: reading it is a cycle */
	UNIT_WAITING, /* unwound, until what it needs is there: reading it is a cycle, too */
	UNIT_DONE,
	UNIT_FAILED,  /* an error was reported: stay silent */
} UnitState;

typedef struct Reads { /* the objects whose attributes went into a value, each once */
	uint32_t len;
	Object *const *items;
} Reads;

/* What went into each element of a list or map, so that who reads one element waits for no other. */
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

typedef struct Shape { /* what all objects of one declaration share */
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
	uint32_t index;  /* in Graph.providers, by the graph builder */
	bool is_used;
} Provider;

struct Object {
	Residual ref; /* first: RESIDUAL_REF or RESIDUAL_LOOKUP of the whole */
	Instance *home;
	Symbol *symbol;
	const Shape *shape;
	Unit *units;       /* one per slot of the shape */
	const Value *bind; /* loop variables, or NULL */
	Value *lets;       /* the frame with the body's lets in it, once evaluated */
	const Value *result; /* of a lookup that was made */
	Provider *provider;  /* once chosen */
	Str key;
	bool is_keyed;
	uint32_t index;    /* in Machine.objects */
	uint32_t node;     /* in Graph.nodes, by the graph builder */
};

typedef struct Group { /* what one entity declaration became in one module instance */
	Object **objects; /* by key; of a module: NULL */
	Instance **instances; /* of a module */
	uint32_t count;
	bool is_pending; /* its `for` or `if` waits for a lookup */
	Value value;     /* what reading the name gives (not for modules) */
} Group;

struct Instance {
	Module *module;
	Instance *parent;  /* NULL: the root, or an imported module's own constants */
	Symbol *symbol;    /* the `module` declaration, or NULL */
	const Value *bind;
	Str prefix;        /* of addresses: "" or `net["a"].` */
	Str key;
	bool is_keyed;
	bool is_static;    /* an imported module outside any instance */
	Unit *units;       /* one per symbol */
	Group **groups;    /* of entities */
	Shape **shapes;    /* of entities; shared by all instances of the module */
	Provider **providers; /* of provider declarations */
	Map defaults;      /* type -> Provider *: those chosen for this instance */
};

typedef struct Active { /* a unit on the stack */
	struct Active *up;
	Unit *unit;
	Instance *home;
	const Symbol *symbol;
	Object *object; /* NULL: a unit of the instance */
	int32_t slot;
	uint64_t steps_before, steps_below;
} Active;

typedef struct LateAssert { /* its condition is known only after apply */
	Value condition, message;
	Span at;
} LateAssert;

typedef struct Task {
	Instance *home;
	Symbol *symbol;
	Object *object;
	int32_t slot;
	Unit *unit;
} Task;

struct Machine {
	Program *program;
	Arena *arena;
	OpCtx op;          /* op.has_failed: the evaluation on the way failed */
	Instance *home;
	Value *frame;
	uint32_t frame_len;
	uint64_t steps;
	bool is_exhausted; /* E0901 was reported */
	uint32_t depth;    /* of eval_expr() on the C stack */
	uint32_t variable; /* next RESIDUAL_VAR */
	Active *active;
	bool is_unwinding; /* has_failed for the sake of `restart` */
	Task restart;
	const Symbol *greedy; /* what used most steps so far */
	uint32_t greedy_steps;
	Vec(Object *) reads;  /* of all active units */
	uint32_t reads_floor; /* a read behind it is noted even when it repeats the one before */
	uint32_t collections; /* lists and records around what is being evaluated, in this unit */
	const void *parts_of; /* the collection made last, and its parts */
	const Parts *parts;
	const Unit *last;     /* the unit whose value was read last */
	const Node *hold_at;  /* a name whose reads wait until it is known which element is meant */
	bool is_holding;      /* its unit is being read */
	const Unit *held;     /* the unit whose reads wait */
	Vec(Object *) objects;
	Vec(Instance *) instances;
	Vec(Unit *) failed;   /* in order of failing, for speculation */
	Vec(Provider *) providers;
	Vec(LateAssert) late;
	Map statics;          /* module's dir -> Instance * */
	Map shapes;           /* module's dir -> Shape ** */
	Map kinds;            /* resource type's name -> its defaults: see shape.c */
	FrameChunk *stack;    /* frames */
	uint32_t stack_len;
	const Map *lookups;      /* address -> const Value * */
	const Map *provider_env; /* variable -> const Str * */
	const Value *root_args;  /* by symbol index of the root; VAL_NULL: not given */
	const bool *root_given;
	bool is_check; /* a root param without a value is no error: what needs it waits */
};

/* Prepares a machine over a program without errors; `arena` outlives it. */
void machine_init(Machine *m, Program *p, Arena *arena, DiagList *diags);

/* Makes the instance of a module and lists it in `m`. */
Instance *machine_instance(Machine *m, Module *module, Instance *parent, Symbol *symbol);

/* Evaluates a unit of an instance, from the top; false: it failed (the errors are in op.diags). */
bool machine_run(Machine *m, Instance *home, Symbol *symbol);
bool machine_run_slot(Machine *m, Object *object, int32_t slot);

/* Reads a unit from inside an evaluation: evaluates it when it is new, adds its reads to those of
 * the reader; on failure sets op.has_failed and returns NULL. */
const Unit *machine_unit(Machine *m, Instance *home, Symbol *symbol);
const Unit *machine_slot(Machine *m, Object *object, int32_t slot);

/* The instance that holds a symbol's units, as seen from the current one. */
Instance *machine_home(Machine *m, const Symbol *symbol);

/* Opens a frame of `len` null slots; machine_close_frame() brings back what was before. */
typedef struct Frame {
	Value *values;
	uint32_t len;
	FrameChunk *chunk;
	uint32_t top;
} Frame;
Frame machine_open_frame(Machine *m, uint32_t len);
void machine_close_frame(Machine *m, Frame before);

/* Notes that the unit on the way reads `object`. */
void machine_read(Machine *m, Object *object);

/* Notes all of `reads`; makes Reads of those noted in [from, to), NULL if there are none. */
void machine_read_all(Machine *m, const Reads *reads);
const Reads *machine_reads(Machine *m, uint32_t from, uint32_t to);

/* Counts one step; false when the fuel is used up (E0901, once). */
bool machine_step(Machine *m, const Node *n);

/* Says which object a deferred value is the whole of; NULL: none. */
Object *machine_object(const Machine *m, Value v);

#endif
