/* Schemas, drivers and secrets with our errors. */
#include "runtime/plan/world.h"

#include "compiler/graph/residual.h"
#include "runtime/state/seal.h"

bool world_schema(const World *w, Str type, const SchemaResource **ret, Diag *err)
{
	const SchemaResource *schema = w->schema(w->ctx, type);

	if (!schema) {
		diag_fail(err, DIAG_NO_DRIVER, NULL, "there is no schema for the type `%.*s`",
			STR_ARG(type));
		diag_fix(err, "give its folder with `--schemas`, or use a Styx that has it");
		return false;
	}
	*ret = schema;
	return true;
}

bool world_secret(const World *w, Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	Value v = value_residual(handle);

	if (seal_is_sealed(v))
		return seal_open(w->store, handle, a, ret, err);
	if (seal_is_digest(v)) {
		diag_fail(err, DIAG_SECRET_MISSING, "only its digest is recorded",
			"a secret that was set earlier is not known any more");
		diag_fix(err, "apply the object that it belongs to again");
		return false;
	}
	return w->secret(w->ctx, a, handle, ret, err);
}

typedef struct Reveal {
	const World *world;
	Arena *arena;
	Diag *err;
	bool failed;
} Reveal;

static bool reveal_secret(void *ctx, const Residual *handle, Value *ret)
{
	Reveal *r = ctx;

	if (r->failed)
		return false;
	r->failed = !world_secret(r->world, r->arena, handle, ret, r->err);
	return !r->failed;
}

static bool reveal_no_ref(void *ctx UNUSED, Str address UNUSED, const Value *path UNUSED,
	uint32_t count UNUSED, Value *ret UNUSED)
{
	return false;
}

bool world_reveal(const World *w, Arena *a, Value v, Value *ret, Diag *err)
{
	Reveal r = {w, a, err, false};
	ResidualEnv env = {&r, reveal_no_ref, reveal_secret};

	if (value_is_known(v)) {
		*ret = v;
		return true;
	}
	return residual_resolve(a, v, &env, ret, err) && !r.failed;
}

bool world_driver(const World *w, Str id, Str type, Value settings, Driver **ret, Diag *err)
{
	Arena *a = arena_new("settings");
	Value known;
	bool ok = world_reveal(w, a, settings, &known, err) &&
		  w->driver(w->ctx, id, type, known, ret, err);

	arena_free(a);
	return ok || diag_context(err, "while opening the provider `%.*s`", STR_ARG(id));
}
