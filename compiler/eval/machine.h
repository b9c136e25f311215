/* The machine: what evaluating a checked program keeps while it runs.
 *
 * A *unit* is evaluated at most once: a param, let, output, secret, provider or entity of one
 * module instance, or one field of one object.  Units ask for each other as they go; when they
 * stand too deep on the C stack the run is unwound, the innermost unit is evaluated first, and the
 * run starts again (machine_run), so that chains of any length work and nothing is computed twice.
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
#include "compiler/eval/instance.h"

typedef struct Machine Machine;
typedef struct FrameChunk FrameChunk;

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
	OpCtx op; /* op.has_failed: the evaluation on the way failed */
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
	const Unit *last;    /* the unit whose value was read last */
	const Node *hold_at; /* a name whose reads wait until it is known which element is meant */
	bool is_holding;     /* its unit is being read */
	const Unit *held;    /* the unit whose reads wait */
	Vec(Object *) objects;
	Vec(Instance *) instances;
	Vec(Unit *) failed; /* in order of failing, for speculation */
	Vec(Provider *) providers;
	Vec(LateAssert) late;
	Map statics;       /* module's dir -> Instance * */
	Map shapes;        /* module's dir -> Shape ** */
	Map kinds;         /* resource type's name -> its defaults: see shape.c */
	FrameChunk *stack; /* frames */
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

/* Evaluates an expression in the current frame and instance.  On failure it is reported, has_failed
 * is set and null given. */
Value eval_expr(Machine *m, const Node *n);

/* Evaluates `assert` in the current frame: false when it failed (E0902, reported).  A deferred
 * condition is given back in *ret_condition and *ret_message, else null. */
bool assert_holds(Machine *m, const Node *node, Value *ret_condition, Value *ret_message);

#endif
