/* local.command: a command that runs when the object is made, when what it depends on changes, and
 * another when it is destroyed. */
#include "runtime/provider/native.h"

#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "compiler/base/utf8.h"
#include "runtime/host/process.h"

enum {
	STDOUT_KEPT = 64 << 10,
	STDERR_SHOWN = 2000,
	TIMEOUT_DEFAULT_MS = 600000,
};

typedef Vec(Str) Strs;

static bool is_list(const Value *v)
{
	return v && (v->kind == VAL_LIST || v->kind == VAL_SET);
}

/* The program and its arguments: a list as it is, a script behind its interpreter. */
static void add_argv(Arena *a, Value record, const Value *command, Strs *argv)
{
	const Value *interpreter = value_find(record, STR("interpreter"));

	if (is_list(command)) {
		for (uint32_t i = 0; i < command->as.list->len; i++)
			vec_add(a, argv, command->as.list->items[i].as.text);
		return;
	}
	for (uint32_t i = 0; is_list(interpreter) && i < interpreter->as.list->len; i++)
		vec_add(a, argv, interpreter->as.list->items[i].as.text);
	if (argv->len == 0) {
		vec_add(a, argv, STR("/bin/sh"));
		vec_add(a, argv, STR("-c"));
	}
	vec_add(a, argv, command->as.text);
}

static void add_env(Arena *a, Value record, Str name, Strs *env)
{
	const Value *v = value_find(record, name);

	for (uint32_t i = 0; v && v->kind == VAL_MAP && i < v->as.map->len; i++) {
		const ValueEntry *e = &v->as.map->entries[i];
		vec_add(a, env,
			str_print(a, "%.*s=%.*s", STR_ARG(e->key), STR_ARG(e->value.as.text)));
	}
}

/* Text with the values of secrets taken out. */
static Str without_secrets(Arena *a, Value record, Str text)
{
	const Value *v = value_find(record, STR("secret_environment"));

	for (uint32_t i = 0; v && v->kind == VAL_MAP && i < v->as.map->len; i++) {
		Str secret = v->as.map->entries[i].value.as.text;
		Str rest = text;
		Str before;
		Buf b;
		if (!secret.len || !str_has(text, secret))
			continue;
		buf_init(&b, STDOUT_KEPT * 4);
		while (str_cut_found(&rest, secret, &before)) {
			buf_add(&b, before);
			buf_add(&b, STR("(secret)"));
		}
		buf_add(&b, before);
		text = str_copy(a, buf_str(&b));
		buf_fini(&b);
	}
	return text;
}

/* Runs a command of the record; a failure to start is an error, its status is the result's. */
static bool run(
	Native *n, Value record, const Value *command, Arena *a, ProcessResult *ret, Diag *err)
{
	Strs argv = {0};
	Strs env = {0};
	Str dir = native_text(record, STR("directory"));

	add_argv(a, record, command, &argv);
	add_env(a, record, STR("environment"), &env);
	add_env(a, record, STR("secret_environment"), &env);
	ProcessSpec spec = {
		.argv = argv.ptr,
		.arg_count = argv.len,
		.env = env.ptr,
		.env_count = env.len,
		.cwd = n->base_dir,
		.timeout_ms = native_number(record, STR("timeout"), TIMEOUT_DEFAULT_MS),
		.output_max = STDOUT_KEPT,
	};
	if (dir.len)
		spec.cwd = str_starts(dir, STR("/")) ? dir : file_path_join(a, n->base_dir, dir);
	return process_run(n->loop, &spec, a, ret, err);
}

static bool must_succeed(
	const DriverObject *o, Value record, Arena *a, const ProcessResult *r, Diag *err)
{
	if (r->exit_status == 0 && !r->timed_out)
		return true;
	Str said = str_trim(without_secrets(a, record, r->err));
	if (said.len > STDERR_SHOWN)
		said = str_slice(said, said.len - STDERR_SHOWN, said.len);
	if (r->timed_out)
		diag_fail(err, DIAG_TIMED_OUT, NULL, "the command of `%.*s` took too long",
			STR_ARG(o->address));
	else if (r->exit_status < 0)
		diag_fail(err, DIAG_PROCESS, NULL, "the command of `%.*s` was ended by signal %d",
			STR_ARG(o->address), r->signal);
	else
		diag_fail(err, DIAG_PROCESS, NULL, "the command of `%.*s` ended with status %d",
			STR_ARG(o->address), r->exit_status);
	if (said.len)
		diag_why(err, "%.*s", STR_ARG(said));
	return false;
}

/* Runs it and keeps what it wrote. */
static bool run_and_keep(Native *n, DriverObject *o, const Value *command, Arena *a, Diag *err)
{
	ProcessResult r = {0};

	if (!run(n, o->desired, command, a, &r, err) || !must_succeed(o, o->desired, a, &r, err))
		return false;
	Str out = without_secrets(a, o->desired, r.out);
	Digest d = hash_of(HASH_SHA256, out);
	Value record = native_record(a, o);
	record = value_with(a, record, STR("stdout"),
		value_string(utf8_is_valid(out, NULL) ? out : STR("(binary)")));
	o->attrs = value_with(a, record, STR("stdout_sha256"), value_string(hash_hex(a, &d)));
	return true;
}

static const Value *command_of(Value record, Str name)
{
	const Value *v = value_find(record, name);

	return v && v->kind != VAL_NULL ? v : NULL;
}

static bool command_create(void *self, DriverObject *o, Arena *a, Diag *err)
{
	o->id = native_id(a, o);
	if (run_and_keep(self, o, command_of(o->desired, STR("create")), a, err))
		return true;
	if (err->code == DIAG_PROCESS)
		o->id = STR(""); /* it failed: nothing came to be that a destroy could undo */
	return false;
}

/* What does not change the run: how to end it, and how to look at it. */
static bool is_about_later(Str name)
{
	static const Str later[] = {
		STR_INIT("destroy"), STR_INIT("check"), STR_INIT("timeout"), STR_INIT("update")};

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (str_eq(later[i], name))
			return true;
	return false;
}

static bool command_update(
	void *self, DriverObject *o, const Str *changed, uint32_t count, Arena *a, Diag *err)
{
	const Value *command = command_of(o->desired, STR("update"));
	Value before = o->attrs;
	bool runs = false;

	for (uint32_t i = 0; i < count; i++)
		runs = runs || !is_about_later(changed[i]);
	if (runs)
		return run_and_keep(
			self, o, command ? command : command_of(o->desired, STR("create")), a, err);
	o->attrs = native_record(a, o);
	static const Str outs[] = {STR_INIT("stdout"), STR_INIT("stdout_sha256")};
	for (size_t i = 0; i < 2; i++) {
		const Value *v = value_find(before, outs[i]);
		if (v)
			o->attrs = value_with(a, o->attrs, outs[i], *v);
	}
	return true;
}

static bool command_destroy(void *self, DriverObject *o, Arena *a, Diag *err)
{
	const Value *command = command_of(o->attrs, STR("destroy"));
	ProcessResult r = {0};

	if (!command)
		return true;
	return run(self, o->attrs, command, a, &r, err) && must_succeed(o, o->attrs, a, &r, err);
}

static bool command_read(void *self, DriverObject *o, Arena *a, Diag *err)
{
	const Value *check = command_of(o->attrs, STR("check"));
	ProcessResult r = {0};

	if (!check)
		return true;
	Value record =
		o->desired.kind == VAL_MAP && value_is_known(o->desired) ? o->desired : o->attrs;
	if (!run(self, record, check, a, &r, err))
		return false;
	o->is_gone = r.exit_status != 0;
	return true;
}

/* After a crash: the check tells; without one nobody can. */
static bool command_find(void *self, DriverObject *o, DriverFound *ret, Arena *a, Diag *err)
{
	const Value *check = command_of(o->desired, STR("check"));
	ProcessResult r = {0};

	*ret = FOUND_UNKNOWN;
	if (!check)
		return true;
	if (!run(self, o->desired, check, a, &r, err))
		return false;
	*ret = r.exit_status == 0 ? FOUND_OURS : FOUND_NO;
	if (*ret == FOUND_OURS) {
		o->id = native_id(a, o);
		o->attrs = native_record(a, o);
	}
	return true;
}

const NativeType native_command = {
	.name = STR_INIT("local.command"),
	.read = command_read,
	.create = command_create,
	.update = command_update,
	.destroy = command_destroy,
	.find = command_find,
};
