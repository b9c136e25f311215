/* The plan: what would change, in which order, and why.
 *
 * A plan is plain data in an arena of its own.  Its steps are what apply carries out: a replace is
 * two steps (a destroy and a create, `pair` of each other), shown as one.  Objects that refer to
 * each other take hidden steps more: a link sets what the create (or update) of the same node left
 * out, an unlink takes references out of an object before others are destroyed; the attributes are
 * the paths of their changes.  What is recorded anew
 * without any change outside (computed attributes that moved, a lifted protection) is in
 * `records` and counts as no change.
 *
 *     plan_make()        state view + graph -> Plan          plan.c, decide.c, order.c, guard.c
 *     plan_print()       for people                          plan_print.c
 *     plan_json()        JSON lines                          plan_json.c
 *     plan_file_save()   one file, and back                  plan_file.c
 *
 * Thread: loop. */
#ifndef STYX_PLAN_PLAN_H
#define STYX_PLAN_PLAN_H

#include "compiler/graph/graph.h"
#include "runtime/state/object.h"

typedef enum StepKind {
#define X(name, word, sign) STEP_##name,
#include "runtime/plan/step_kind.def"
#undef X
	STEP_KIND_COUNT
} StepKind;

/* One attribute that makes a step necessary. */
typedef struct PlanChange {
	Str path;        /* dotted: "root_volume.size" */
	Value old, new;  /* null: not there; deferred: known later, or secret */
	bool is_replace; /* it cannot be changed in place */
	bool is_secret;
	bool may_be_equal; /* known only at apply: perhaps no change at all */
	Span at;           /* where the new value was written, or SPAN_NONE */
} PlanChange;

typedef struct PlanStep {
	StepKind kind;
	Str address;
	Str type;
	uint64_t generation; /* of the object that is there (0: none; create makes a new one) */
	int64_t node;        /* in the graph; -1: no longer wanted */
	int64_t object;      /* in the state view; -1: none */
	int64_t pair;        /* the other half of a replace; -1: none */
	bool is_create_first;
	Str order;           /* of a replace: why the new object is made first; or empty */
	Str warning;         /* what may go wrong, and what to do about it; or empty */
	bool is_record_only; /* local attributes: no call outside */
	Value desired;       /* resolved as far as known; secrets are handles */
	Value observed;      /* recorded or read attributes; null: none */
	const PlanChange *changes;
	uint32_t change_count;
	Str reason;            /* "no longer in the program", "was destroyed outside" */
	Str place;             /* of the declaration, or empty */
	const uint32_t *waits; /* steps that must be done before */
	uint32_t wait_count;
} PlanStep;

typedef struct PlanOutput {
	Str name;
	Value old, new; /* secret ones are handles */
	bool is_secret;
} PlanOutput;

/* An object whose row is written anew although nothing changes outside. */
typedef struct PlanRecord {
	int64_t object; /* in the state view */
	int64_t node;   /* in the graph; -1: none */
	Value attrs, desired;
	bool is_gone; /* the row is removed: neither wanted nor there */
} PlanRecord;

typedef struct PlanOptions {
	const Str *targets; /* --target */
	uint32_t target_count;
	const Str *replaces; /* --replace */
	uint32_t replace_count;
	bool is_destroy;
	bool no_refresh;
	bool is_full_refresh; /* also what costs a call per object */
	bool is_drift;        /* compare recorded with real and stop */
	int64_t max_destroys; /* -1: any number */
} PlanOptions;

typedef struct Plan {
	Arena *arena;
	const Graph *graph; /* borrowed; owned if `is_loaded`; NULL: destroy without one */
	StateView *view;    /* owned */
	PlanStep *steps;    /* sorted by address */
	uint32_t step_count;
	PlanRecord *records;
	uint32_t record_count;
	PlanOutput *outputs; /* those that change */
	uint32_t output_count;
	uint32_t counts[STEP_KIND_COUNT]; /* a replace counts once */
	uint32_t object_count;            /* recorded or wanted */
	uint32_t unread;                  /* calls that reading left out (driver.h) */
	bool is_destroy, is_drift, is_targeted, is_loaded;
	Str lineage;
	uint64_t serial;
	Str stale;          /* of a loaded plan: why it no longer fits the state; empty: it does */
	Value *node_values; /* per node: its attributes as far as known, for outputs and checks */
} Plan;

/* Says whether applying would change anything (outputs count, records do not). */
bool plan_is_empty(const Plan *p);

/* Says whether a step is shown: the destroying half of a replace is not, nor are links. */
bool plan_step_is_shown(const PlanStep *s);

/* Frees the plan, its view, and its graph if it was loaded; returns NULL. */
Plan *plan_free(Plan *p);

#endif
