/* What plan and apply need of the world, behind functions: the engine gives the real one, tests
 * the model cloud.  Thread: loop. */
#ifndef STYX_PLAN_WORLD_H
#define STYX_PLAN_WORLD_H

#include "compiler/graph/graph.h"
#include "runtime/provider/driver.h"
#include "runtime/state/store.h"

typedef struct World {
	Loop *loop;
	Store *store;
	void *ctx;
	/* The schema of a type; NULL: there is none. */
	const SchemaResource *(*schema)(void *ctx, Str type);
	/* The driver of a provider configuration whose settings are all known. */
	bool (*driver)(void *ctx, Str id, Str type, Value settings, Driver **ret, Diag *err);
	/* The bytes of a secret handle that the state does not keep.  err  SECRET_MISSING. */
	bool (*secret)(void *ctx, Arena *a, const Residual *handle, Value *ret, Diag *err);
	/* Hears that `count` objects of a type begin to be read, and that they were; NULL: nobody
	 * watches. */
	void (*on_read)(void *ctx, Str type, uint32_t count, bool is_done);
	void *on_read_ctx;
} World;

/* The schema of a type.  err  NO_DRIVER. */
MUST_CHECK bool world_schema(const World *w, Str type, const SchemaResource **ret, Diag *err);

/* The driver of a configuration; secret settings are fetched first. */
MUST_CHECK bool world_driver(
	const World *w, Str id, Str type, Value settings, Driver **ret, Diag *err);

/* The bytes of any secret handle: sealed ones are opened, others fetched. */
MUST_CHECK bool world_secret(
	const World *w, Arena *a, const Residual *handle, Value *ret, Diag *err);

/* Resolves every secret in `v` that can be; `ref` may be NULL (references stay).
 * err  the first that could not be fetched. */
MUST_CHECK bool world_reveal(const World *w, Arena *a, Value v, Value *ret, Diag *err);

#endif
