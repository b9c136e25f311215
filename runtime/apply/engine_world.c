/* The real world behind World: schemas of the compiler, drivers, the environment. */
#include "runtime/apply/engine_impl.h"
#include "runtime/host/env.h"
#include "runtime/state/seal.h"

enum { ENGINE_GENERATE_BYTES = 32, ENGINE_GENERATE_MAX = 4096 };

/* What is in the way of the state's folder is not the same as no state. */
static bool engine_check_folder(const Engine *e, Diag *err)
{
	Str dir = file_path_dir(e->state_path);
	FileKind kind = file_kind(dir);

	if (kind == FILE_DIRECTORY || kind == FILE_MISSING)
		return true;
	diag_fail(err, DIAG_STATE_IO,
		kind == FILE_REGULAR ? "it is a file"
				     : "it may not be looked at, or is a link that leads nowhere",
		"cannot open the state: `%.*s` is no folder", STR_ARG(dir));
	diag_fix(err, "the state lies there: put it back, or take away what is there instead");
	return false;
}

bool engine_open_store(Engine *e, bool creates, bool needs, Diag *err)
{
	Str stack = e->options.stack.len ? e->options.stack : STR("default");
	bool exists = file_kind(e->state_path) != FILE_MISSING;
	StoreMode mode = exists || needs ? STORE_EXISTING : STORE_MEMORY;

	if (e->store && !(e->is_memory && (creates || needs)))
		return true;
	if (creates)
		mode = STORE_CREATE;
	if (e->store)
		e->store = store_close(e->store);
	if (!engine_check_folder(e, err))
		return false;
	if (!store_open(e->options.loop, e->state_path, mode, stack, &e->store, err))
		return false;
	e->is_memory = mode == STORE_MEMORY;
	e->world.store = e->store;
	return true;
}

Schemas *engine_schemas(Engine *e)
{
	Diag err = {0};

	if (!e->schemas && e->styx)
		return styx_schemas(e->styx);
	if (!e->schemas)
		e->schemas = styx_schemas_new(e->arena, e->options.schema_dir, &err);
	if (!e->schemas)
		engine_fail(e, &err);
	return e->schemas;
}

static const SchemaResource *engine_schema(void *ctx, Str type)
{
	Schemas *schemas = engine_schemas(ctx);

	return schemas ? schemas_resource(schemas, type) : NULL;
}

static bool engine_driver(void *ctx, Str id, Str type, Value settings, Driver **ret, Diag *err)
{
	Engine *e = ctx;
	Schemas *schemas = engine_schemas(e);

	if (!schemas)
		return diag_fail(err, DIAG_NO_DRIVER, NULL, "the schemas cannot be read");
	if (!e->drivers)
		e->drivers = drivers_new(e->options.loop, schemas, e->dir);
	return drivers_get(e->drivers, id, type, settings, ret, err);
}

static Str engine_secret_arg(const Residual *handle, uint32_t index)
{
	if (index >= handle->arg_count || handle->args[index].kind != VAL_STRING)
		return STR("");
	return handle->args[index].as.text;
}

static bool engine_secret_env(Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	Str name = engine_secret_arg(handle, 0);
	Str text;

	if (env_get(name, &text)) {
		*ret = value_string(str_copy(a, text));
		return true;
	}
	diag_fail(err, DIAG_SECRET_MISSING, NULL, "the environment variable `%.*s` is not set",
		STR_ARG(name));
	diag_fix(err, "set it: a secret of this program is read from it");
	return false;
}

/* A secret param: its bytes are with the compiler, which reads them again for a saved plan. */
static bool engine_secret_param(Engine *e, Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	StyxInputs in = {.params = e->options.params,
		.param_count = e->options.param_count,
		.param_files = e->options.param_files,
		.param_file_count = e->options.param_file_count};
	Value found = VALUE_NULL;

	if (engine_secret_value(e, &in, handle->name, &found) && found.kind != VAL_NULL) {
		*ret = value_copy(a, found);
		return true;
	}
	diag_fail(err, DIAG_SECRET_MISSING, NULL, "the secret param `%.*s` is not given",
		STR_ARG(handle->name));
	diag_fix(err, "give it with `-p %.*s=...`, in a params file, or in STYX_PARAM_%.*s",
		STR_ARG(handle->name), STR_ARG(handle->name));
	return false;
}

static bool engine_secret_prompt(Engine *e, const Residual *handle, Value *ret, Diag *err)
{
	Str question = engine_secret_arg(handle, 0);
	const Str *known = map_find(&e->prompted, question);
	Str answer;

	if (!known && e->options.prompt &&
		e->options.prompt(e->options.prompt_ctx, e->arena, question, &answer)) {
		Str *kept = ARENA_NEW(e->arena, Str);

		*kept = answer;
		map_put(&e->prompted, str_copy(e->arena, question), kept);
		known = kept;
	}
	if (known) {
		*ret = value_string(*known);
		return true;
	}
	diag_fail(err, DIAG_SECRET_MISSING, "there is no terminal to ask at",
		"a secret is not known: %.*s", STR_ARG(question));
	diag_fix(err, "run it at a terminal, or take the secret from `env(\"NAME\")`");
	return false;
}

static bool engine_secret_generate(
	Engine *e, Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	int64_t bytes = ENGINE_GENERATE_BYTES;
	Buf label;
	Str text;

	if (handle->arg_count && handle->args[0].kind == VAL_INT)
		bytes = handle->args[0].as.number;
	if (bytes < 1 || bytes > ENGINE_GENERATE_MAX)
		return diag_fail(err, DIAG_SECRET_MISSING, "1 to 4096 can be made",
			"cannot make a secret of %lld bytes", (long long)bytes);
	buf_init(&label, SIZE_MAX / 2);
	value_encode(&label, value_residual(handle));
	bool ok = seal_generate(e->store, buf_str(&label), (uint32_t)bytes, a, &text, err);

	buf_fini(&label);
	if (ok)
		*ret = value_string(text);
	return ok;
}

static bool engine_secret(void *ctx, Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	Engine *e = ctx;

	if (handle->op == RESIDUAL_PARAM_SECRET)
		return engine_secret_param(e, a, handle, ret, err);
	if (str_eq(handle->name, STR("env")))
		return engine_secret_env(a, handle, ret, err);
	if (str_eq(handle->name, STR("prompt")))
		return engine_secret_prompt(e, handle, ret, err);
	if (str_eq(handle->name, STR("generate")))
		return engine_secret_generate(e, a, handle, ret, err);
	return diag_fail(err, DIAG_SECRET_MISSING, "no such source is known here",
		"a secret cannot be fetched from `%.*s`", STR_ARG(handle->name));
}

void engine_open_world(Engine *e)
{
	e->world = (World){.loop = e->options.loop,
		.store = e->store,
		.ctx = e,
		.schema = engine_schema,
		.driver = engine_driver,
		.secret = engine_secret,
		.on_read = e->options.on_read,
		.on_read_ctx = e->options.on_read_ctx};
}
