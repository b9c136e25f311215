/* The compiler's door: text to a plan graph and diagnostics; all that runtime/ calls.
 *
 *     Styx *s = styx_open(&options);          parse and check
 *     styx_eval(s, &inputs, &graph);          evaluate; again when lookups were made
 *     styx_render(s, ...);                    diagnostics as people or machines read them
 *     s = styx_close(s);
 *
 * No network, no clock, no database, no environment: what it needs comes in through Vfs and
 * StyxInputs.  Thread: one at a time (any thread). */
#ifndef STYX_STYX_H
#define STYX_STYX_H

#include "compiler/base/map.h"
#include "compiler/base/vfs.h"
#include "compiler/graph/graph.h"
#include "compiler/schema/schema.h"

typedef struct Styx Styx;

typedef struct StyxOptions {
	Vfs files;
	Str dir;        /* the spec: a directory, or one file */
	Str schema_dir; /* more schemas, or empty */
} StyxOptions;

typedef struct StyxParam { /* one param from outside; later ones win */
	Str name;
	Str text;
	Str origin;       /* "-p", "STYX_PARAM_region", "prod.params:3": for errors */
	bool is_optional; /* from the environment: no error when no such param exists */
} StyxParam;

typedef struct StyxInputs {
	const StyxParam *params;
	uint32_t param_count;
	const Str *param_files; /* `-P FILE`: .styx-like `name = expr` lines, .json or .yaml */
	uint32_t param_file_count;
	const Map *lookups;      /* address -> const Value *: what lookups gave so far; or NULL */
	const Map *provider_env; /* variable -> const Str *, for settings with env(...); or NULL */
	bool is_check; /* `styx validate`: params without a value are no error, only left out */
} StyxInputs;

typedef enum StyxFormat { STYX_TEXT, STYX_JSON, STYX_SARIF, STYX_GITHUB } StyxFormat;

/* Parses and checks; never NULL; errors wait in styx_diags(). */
Styx *styx_open(const StyxOptions *options);

/* Frees everything of `s` but graphs; returns NULL. */
Styx *styx_close(Styx *s);

/* Gives the program's trees back, which are most of its memory, once nothing is left to evaluate:
 * diagnostics, schemas and secret params stay.  Nothing happens before the first evaluation.
 * styx_eval() must not be called afterwards. */
void styx_forget(Styx *s);
bool styx_is_forgotten(const Styx *s);

/* The diagnostics so far, sorted. */
DiagList *styx_diags(Styx *s);

/* Evaluates to a graph, owned by the caller; false (errors in styx_diags) when there are errors.
 * A graph with lookups is incomplete: make them, add them to the inputs, call again. */
MUST_CHECK bool styx_eval(Styx *s, const StyxInputs *inputs, Graph **ret_graph);

/* The value of a secret param, which graphs hold only a handle of; null: none is given.  Without an
 * evaluation before, the inputs are read first; false: errors are in styx_diags(). */
MUST_CHECK bool styx_secret_param(Styx *s, const StyxInputs *inputs, Str name, Value *ret);

/* Appends diagnostics; `columns` 0: unlimited.  styx_render_one draws one from the runtime whose
 * place is in these sources (`s` may be NULL). */
void styx_render(Styx *s, Buf *b, StyxFormat format, bool has_colour, uint32_t columns);
void styx_render_one(Styx *s, Buf *b, const Diag *d, StyxFormat format, bool has_colour);

/* The schemas that the program is checked against, for drivers; makes them if `s` has none. */
Schemas *styx_schemas(Styx *s);

/* A registry without a program, in an arena of the caller's (`styx state`, destroy without
 * specs). */
Schemas *styx_schemas_new(Arena *a, Str schema_dir, Diag *err);

#endif
