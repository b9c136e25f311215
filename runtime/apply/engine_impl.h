/* What the files of the engine's door share.  Thread: loop. */
#ifndef STYX_APPLY_ENGINE_IMPL_H
#define STYX_APPLY_ENGINE_IMPL_H

#include "compiler/base/map.h"
#include "runtime/apply/apply_run.h"
#include "runtime/apply/engine.h"

struct Engine {
	EngineOptions options;
	Arena *arena;
	Str dir; /* that the spec lies in */
	Str state_path;
	Styx *styx;
	FiberSlots compiler; /* one: it takes one caller at a time */
	Schemas *schemas;    /* where no program was read: saved plans, destroy without one */
	Graph *graph;        /* of the last compilation */
	Arena *lookups_arena;
	Map lookups; /* address -> const Value * */
	Store *store;
	bool is_memory; /* nothing was applied here yet, and nothing is written */
	Drivers *drivers;
	Map prompted; /* question -> const Str * */
	DiagList diags;
	World world;
};

/* Moves an error into the engine's list; returns false. */
bool engine_fail(Engine *e, Diag *err);

/* Opens the store: on disk if it is there or `creates`, else (unless `needs`) in memory. */
MUST_CHECK bool engine_open_store(Engine *e, bool creates, bool needs, Diag *err);

/* The value of a secret param; null: it is not given.  false: errors are in styx_diags(). */
MUST_CHECK bool engine_secret_value(Engine *e, const StyxInputs *in, Str name, Value *ret);

/* The schemas of the program, or, if none was read, of Styx and `schema_dir`; NULL: it was said why
 * not. */
Schemas *engine_schemas(Engine *e);

/* Fills in the world: schemas, drivers, secrets. */
void engine_open_world(Engine *e);

#endif
