/* The engine's door: what the command line, the server and the tests call.
 *
 *     Engine *e = engine_new(&options);
 *     engine_plan(e, &plan_options, &plan);       compile, look up, resume, refresh, diff
 *     engine_apply(e, plan, &apply_options, &r);  under a lease
 *     e = engine_free(e);
 *
 * All of it is straight-line code that must run in a fiber of the loop.  A function that returns
 * false has left why in engine_diags() (the outside, the state) or, for mistakes in the program,
 * in styx_diags(engine_styx(e)); engine_render() prints both.  Thread: loop. */
#ifndef STYX_APPLY_ENGINE_H
#define STYX_APPLY_ENGINE_H

#include "runtime/apply/apply.h"

typedef struct Engine Engine;

typedef struct EngineOptions {
	Loop *loop;
	Str dir;                 /* the spec: a directory, or one file */
	Str state_path;          /* empty: `.styx/state.db` in the spec's directory */
	Str schema_dir;          /* more schemas, or empty */
	Str stack;               /* empty: "default" */
	const StyxParam *params; /* -p, STYX_PARAM_*; borrowed for the engine's life */
	uint32_t param_count;
	const Str *param_files; /* -P */
	uint32_t param_file_count;
	const Vfs *files; /* NULL: the disk */
	/* Asks for a secret (`prompt("...")`); NULL: there is nobody to ask.  It may block. */
	bool (*prompt)(void *ctx, Arena *a, Str question, Str *ret);
	void *prompt_ctx;
	/* Hears what is read of the world, as World.on_read; NULL: nobody watches. */
	void (*on_read)(void *ctx, Str type, uint32_t count, bool is_done);
	void *on_read_ctx;
} EngineOptions;

/* Makes an engine; opens nothing yet.  Ended with engine_free(). */
Engine *engine_new(const EngineOptions *options);
Engine *engine_free(Engine *e);

/* The compiler's handle, made on first use, for styx_diags() and styx_render(). */
Styx *engine_styx(Engine *e);

/* Says whether a program was read so far: a destroy can do without. */
bool engine_has_styx(const Engine *e);

/* What went wrong outside the program, in order. */
DiagList *engine_diags(Engine *e);

/* Appends everything that went wrong (and warnings), as styx_render() does. */
void engine_render(Engine *e, Buf *b, StyxFormat format, bool has_colour, uint32_t columns);

/* Compiles, making lookups until none is left to make; the graph stays the engine's. */
MUST_CHECK bool engine_compile(Engine *e, const Graph **ret);

/* Plans.  Resumes first what an earlier run left without an outcome.  Without a state nothing is
 * written.  The plan is ended with plan_free() before the engine. */
MUST_CHECK bool engine_plan(Engine *e, const PlanOptions *options, Plan **ret);

/* Applies a plan of this engine under a lease: true when every step is done.  `ret` is filled in
 * both cases and ended with apply_result_fini(); failed steps are also in engine_diags(). */
MUST_CHECK bool engine_apply(Engine *e, Plan *plan, const ApplyOptions *options, ApplyResult *ret);

/* Saved plans: written without secrets; loading refuses one that no longer fits (PLAN_STALE).
 * Params that are secret must be given again. */
MUST_CHECK bool engine_plan_save(Engine *e, const Plan *plan, Str path);
MUST_CHECK bool engine_plan_load(Engine *e, Str path, Plan **ret);

/* The same, to be shown only: a plan that no longer fits is given, and says so in `stale`. */
MUST_CHECK bool engine_plan_look(Engine *e, Str path, Plan **ret);

/* Reads the recorded objects (NO_STATE without a state); the view is ended with
 * state_view_free().  Attributes by object_attrs(). */
MUST_CHECK bool engine_state(Engine *e, StateView **ret);

/* The recorded outputs, sorted by name, in `a`; with `reveal` secret ones as plain values. */
MUST_CHECK bool engine_outputs(
	Engine *e, Arena *a, bool reveal, StateOutput **ret, uint32_t *ret_count);

/* One object's attributes with its secrets in clear, for `styx show --reveal`. */
MUST_CHECK bool engine_reveal(Engine *e, Arena *a, Value attrs, Value *ret);

/* Forgets an object (all generations) without touching it; gives it another address.  Under a
 * lease.  STATE_NO_OBJECT (with the near miss), STATE_EXISTS. */
MUST_CHECK bool engine_state_rm(Engine *e, Str address);
MUST_CHECK bool engine_state_mv(Engine *e, Str from, Str to);

/* Appends all of the state as JSON, secrets sealed. */
MUST_CHECK bool engine_state_export(Engine *e, Buf *b);

/* The last runs, newest first, in `a`. */
MUST_CHECK bool engine_runs(
	Engine *e, Arena *a, uint32_t limit, StateRun **ret, uint32_t *ret_count);

#endif
