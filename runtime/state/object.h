/* What exists, as the state records it: objects, what they need, outputs.
 *
 * One row per (address, generation).  Generations count up over a whole stack and are never used
 * twice, so that an idempotency token made of one names one attempt for ever.  Attributes and
 * inputs are canonical encodings, decoded when asked for.  Secret leaves are handles: "sealed"
 * (seal.h) where the value is kept, "digest" where only a keyed digest is.
 *
 * Writes become durable with the next commit (store.h).  Thread: loop. */
#ifndef STYX_STATE_OBJECT_H
#define STYX_STATE_OBJECT_H

#include "compiler/base/value.h"
#include "runtime/state/store.h"

typedef enum ObjectStatus {
	OBJECT_LIVE,
	OBJECT_CREATING,   /* the create was sent; what came of it is not known yet */
	OBJECT_TAINTED,    /* exists but is no good: to be replaced */
	OBJECT_DEPOSED,    /* its successor exists or is being made: to be destroyed */
	OBJECT_DESTROYING, /* the destroy was sent */
	OBJECT_STATUS_COUNT
} ObjectStatus;

typedef struct StateObject {
	Str address;
	uint64_t generation;
	Str type;
	int64_t config; /* StateConfig.key */
	ObjectStatus status;
	Str id;            /* external id; empty: not known */
	Str attrs_bytes;   /* canonical encodings */
	Str desired_bytes; /* inputs of the last apply; empty: unknown */
	Str salt;          /* what digests are bound to: the address it was made under */
	int64_t revision;  /* of the schema */
	bool is_protected;
	int64_t edges_hash;             /* of its edges: object_edge_hash() of each */
	int64_t created_ms, updated_ms; /* wall clock */
	Value attrs, desired;           /* once decoded */
	bool has_attrs, has_desired;
} StateObject;

/* A provider configuration that objects were made with; secret settings are handles. */
typedef struct StateConfig {
	int64_t key;
	Str id;   /* "aws.west" */
	Str type; /* "aws" */
	Value settings;
} StateConfig;

/* A direct dependency: one generation of `address` needs `target` for its attribute `path`. */
typedef struct StateEdge {
	Str address;
	uint64_t generation;
	Str target, path;
} StateEdge;

typedef struct StateOutput {
	Str name;
	Value value; /* secret: sealed */
	bool is_secret;
} StateOutput;

/* All of a stack at one moment. */
typedef struct StateView {
	Arena *arena;
	StateObject *objects; /* sorted by address, then generation */
	uint32_t count;
	StateConfig *configs; /* sorted by key */
	uint32_t config_count;
	StateOutput *outputs; /* sorted by name */
	uint32_t output_count;
	uint64_t serial;
} StateView;

/* Reads all objects, configurations and outputs of the stack.  Cost: linear, a microsecond or two
 * an object.  Ended with state_view_free(), which returns NULL. */
MUST_CHECK bool object_load(Store *s, StateView **ret, Diag *err);
StateView *state_view_free(StateView *v);

/* Makes an empty view, for plans without a state. */
StateView *state_view_new(void);

/* Finds the newest object at an address that is not deposed (if all are: the newest), -1: none. */
int64_t state_view_find(const StateView *v, Str address);

/* Finds a configuration by key; it must exist. */
const StateConfig *state_view_config(const StateView *v, int64_t key);

/* Decodes on first use, into the view's arena.  A row that cannot be decoded is STATE_CORRUPT. */
MUST_CHECK bool object_attrs(StateView *v, StateObject *o, Value *ret, Diag *err);
MUST_CHECK bool object_desired(StateView *v, StateObject *o, Value *ret, Diag *err);

/* Decodes the inputs into `a` without keeping them; texts stay the view's. */
MUST_CHECK bool object_peek_desired(const StateObject *o, Arena *a, Value *ret, Diag *err);

/* The recorded edges of the stack, sorted by address, generation, target. */
MUST_CHECK bool object_edges(Store *s, Arena *a, StateEdge **ret, uint32_t *ret_count, Diag *err);

/* Writes a row (new or not) from the plain fields of `o`; `attrs` and `desired` are encoded from
 * the values.  `edges` (NULL: left as they are) become its dependencies. */
MUST_CHECK bool object_put(
	Store *s, const StateObject *o, const StateEdge *edges, uint32_t edge_count, Diag *err);

/* Adds edges to those of a row that object_put() has just written: of an object whose update may
 * yet be carried out, both what it used and what it is to use may be in use. */
MUST_CHECK bool object_add_edges(
	Store *s, const StateObject *o, const StateEdge *edges, uint32_t edge_count, Diag *err);

/* Adds one edge to a hash that began as 0: tells whether the recorded edges are the program's. */
int64_t object_edge_hash(int64_t so_far, Str target, Str path);

/* Changes the status alone; removes a row and its edges. */
MUST_CHECK bool object_set_status(
	Store *s, Str address, uint64_t generation, ObjectStatus status, Diag *err);
MUST_CHECK bool object_remove(Store *s, Str address, uint64_t generation, Diag *err);

/* Gives all rows at `from` the address `to`, in edges too.  STATE_EXISTS if `to` has rows. */
MUST_CHECK bool object_move(Store *s, Str from, Str to, Diag *err);

/* Takes the next generation; it is used up even if nothing is committed by it. */
uint64_t object_next_generation(Store *s);

/* Records a configuration, or finds it; its key. */
MUST_CHECK bool object_config(
	Store *s, Str id, Str type, Value settings, int64_t *ret_key, Diag *err);

/* Replaces all outputs. */
MUST_CHECK bool object_put_outputs(Store *s, const StateOutput *outputs, uint32_t count, Diag *err);

/* A status as a word: "live". */
Str object_status_name(ObjectStatus status);

#endif
