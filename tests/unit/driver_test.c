/* The drivers in C: files, folders, commands, chance. */
#include "compiler/base/file.h"
#include "tests/unit/provider_util.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Run {
	World world;
	Loop *loop;
	Drivers *drivers;
	Driver *driver;
	char dir[64];
	const char *type;
	void (*body)(struct Run *r);
	int ids; /* identities that were told */
} Run;

static bool on_id(void *ctx, Str id, Value attrs, Diag *err)
{
	Run *r = ctx;

	(void)attrs;
	(void)err;
	r->ids += id.len != 0;
	return true;
}

static void begin(void *arg)
{
	Run *r = arg;
	Str provider = str_from(r->type);

	CHECK_THAT(drivers_get(r->drivers, provider, provider, world_json(&r->world, "{}"),
		&r->driver, &r->world.err));
	if (r->driver)
		r->body(r);
}

/* Runs `body` in a fiber, with a driver of `provider` and an empty folder. */
static void run(const char *provider, void (*body)(Run *r))
{
	Run r = {.type = provider, .body = body};

	world_init(&r.world, provider, "{}");
	strcpy(r.dir, "/tmp/styx-driver-XXXXXX");
	CHECK_THAT(mkdtemp(r.dir) != NULL);
	r.loop = loop_new();
	r.drivers = drivers_new(r.loop, r.world.schemas, str_from(r.dir));
	fiber_main(r.loop, begin, &r);
	drivers_free(r.drivers);
	loop_free(r.loop);
	rmdir(r.dir);
	world_fini(&r.world);
}

static bool create(Run *r, DriverObject *o)
{
	DriverHooks hooks = {.ctx = r, .on_id = on_id};
	bool ok = r->driver->create(r->driver, o, &hooks, r->world.arena, &r->world.err);

	if (!ok)
		printf("%.*s %.*s\n", STR_ARG(r->world.err.what), STR_ARG(r->world.err.why));
	return ok;
}

static bool update(Run *r, DriverObject *o, const char *name)
{
	Str changed = str_from(name);

	return r->driver->update(r->driver, o, &changed, 1, NULL, r->world.arena, &r->world.err);
}

static bool refresh(Run *r, DriverObject *o)
{
	return r->driver->read(r->driver, o, 1, false, r->world.arena, &r->world.err);
}

static bool destroy(Run *r, DriverObject *o)
{
	return r->driver->destroy(r->driver, o, NULL, r->world.arena, &r->world.err);
}

static Str text(const DriverObject *o, const char *name)
{
	const Value *v = value_find(o->attrs, str_from(name));

	return v && v->kind == VAL_STRING ? v->as.text : STR("");
}

static Str on_disk(Run *r, const char *name)
{
	Str s = {0};
	Str path = file_path_join(r->world.arena, str_from(r->dir), str_from(name));

	return file_read(r->world.arena, path, 1 << 20, &s, &r->world.err) ? s : STR("(none)");
}

static void file_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = world_object(w, "local.file", "{\"path\":\"a/b\",\"content\":\"one\"}");
	DriverFound found = FOUND_NO;
	struct stat st;

	CHECK_THAT(create(r, &o));
	CHECK_EQ(r->ids, 1);
	CHECK_THAT(str_eq(on_disk(r, "a/b"), STR("one")));
	CHECK_THAT(str_starts(text(&o, "sha256"), STR("7692c3ad3540")));
	CHECK_THAT(r->driver->find(r->driver, &o, 0, &found, w->arena, &w->err));
	CHECK_EQ(found, FOUND_OURS);
	o.desired = world_attrs(w, o.schema,
		"{\"path\":\"a/b\",\"content\":\"two\",\"mode\":\"600\"}");
	CHECK_THAT(update(r, &o, "content"));
	CHECK_THAT(str_eq(on_disk(r, "a/b"), STR("two")));
	CHECK_THAT(stat(str_print(w->arena, "%s/a/b", r->dir).ptr, &st) == 0);
	CHECK_EQ(st.st_mode & 0777, 0600);
	CHECK_THAT(str_eq(text(&o, "mode"), STR("600")));
	o.desired = world_attrs(w, o.schema, "{\"path\":\"c\",\"content\":\"two\"}");
	CHECK_THAT(refresh(r, &o) && !o.is_gone); /* it is read where it lies, not where it shall */
	CHECK_THAT(str_eq(text(&o, "path"), STR("a/b")));
	DriverObject other = world_object(w, "local.file",
		"{\"path\":\"a/b\",\"content\":\"mine\"}");
	DriverHooks none = {0};
	CHECK_THAT(!r->driver->create(r->driver, &other, &none, w->arena, &w->err));
	CHECK_EQ(w->err.code, DIAG_EXISTS);
	CHECK_THAT(destroy(r, &o));
	CHECK_THAT(refresh(r, &o) && o.is_gone);
	CHECK_THAT(destroy(r, &o));
	CHECK_THAT(rmdir(str_print(w->arena, "%s/a", r->dir).ptr) == 0);
}

TEST(driver_local_file)
{
	run("local", file_body);
}

static void secret_file_body(Run *r)
{
	DriverObject o = world_object(&r->world, "local.file",
		"{\"path\":\"s\",\"secret_content\":\"hush\",\"mode\":\"0600\"}");

	CHECK_THAT(create(r, &o));
	CHECK_THAT(str_eq(on_disk(r, "s"), STR("hush")));
	CHECK_THAT(!value_find(o.attrs, STR("text")) && !value_find(o.attrs, STR("sha256")) &&
		!value_find(o.attrs, STR("content")));
	/* The engine compares it by a keyed digest and keeps no more than that. */
	CHECK_THAT(str_eq(text(&o, "secret_content"), STR("hush")));
	o.desired = VALUE_NULL;
	CHECK_THAT(refresh(r, &o) && !o.is_gone);
	CHECK_THAT(!value_find(o.attrs, STR("text")) && !value_find(o.attrs, STR("sha256")));
	CHECK_THAT(destroy(r, &o));
}

TEST(driver_local_secret_file_shows_nothing)
{
	run("local", secret_file_body);
}

static void folder_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = world_object(w, "local.directory", "{\"path\":\"d\"}");
	DriverObject f = world_object(w, "local.file", "{\"path\":\"d/x\",\"content\":\"\"}");

	CHECK_THAT(create(r, &o) && create(r, &f));
	CHECK_THAT(!destroy(r, &o));
	CHECK_EQ(w->err.code, DIAG_DEPENDENCY);
	o.attrs = value_with(w->arena, o.attrs, STR("force_destroy"), value_bool(true));
	CHECK_THAT(destroy(r, &o));
	CHECK_THAT(refresh(r, &o) && o.is_gone);
}

TEST(driver_local_directory)
{
	run("local", folder_body);
}

static void command_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = world_object(w, "local.command",
		"{\"create\":\"echo made $WHO $KEY; touch made\",\"update\":[\"echo\",\"again\"],"
		"\"destroy\":\"rm made\",\"check\":\"test -e made\",\"environment\":{\"WHO\":\"you\"},"
		"\"secret_environment\":{\"KEY\":\"hush\"}}");

	CHECK_THAT(create(r, &o));
	CHECK_THAT(str_eq(text(&o, "stdout"), STR("made you (secret)\n")));
	CHECK_THAT(!value_find(o.attrs, STR("secret_environment")));
	CHECK_THAT(refresh(r, &o) && !o.is_gone);
	CHECK_THAT(update(r, &o, "timeout"));
	CHECK_THAT(str_eq(text(&o, "stdout"), STR("made you (secret)\n")));
	CHECK_THAT(update(r, &o, "environment"));
	CHECK_THAT(str_eq(text(&o, "stdout"), STR("again\n")));
	CHECK_THAT(destroy(r, &o));
	CHECK_THAT(str_eq(on_disk(r, "made"), STR("(none)")));
	CHECK_THAT(refresh(r, &o) && o.is_gone);
}

TEST(driver_local_command)
{
	run("local", command_body);
}

static void failing_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = world_object(w, "local.command",
		"{\"create\":\"echo no $KEY >&2; exit 3\",\"secret_environment\":{\"KEY\":\"hush\"}}");
	DriverHooks none = {0};

	CHECK_THAT(!r->driver->create(r->driver, &o, &none, w->arena, &w->err));
	CHECK_EQ(w->err.code, DIAG_PROCESS);
	CHECK_THAT(str_has(w->err.what, STR("status 3")));
	CHECK_THAT(str_eq(w->err.why, STR("no (secret)")));
}

TEST(driver_local_command_that_fails_hides_secrets)
{
	run("local", failing_body);
}

static bool all_among(Str s, const char *set)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr(set, s.ptr[i]))
			return false;
	return s.len > 0;
}

static void chance_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = world_object(w, "std.random_id",
		"{\"byte_length\":4,\"prefix\":\"p-\"}");
	DriverObject p = world_object(w, "std.random_password",
		"{\"length\":40,\"special\":false,\"min_numeric\":38}");
	DriverObject d = world_object(w, "std.data", "{\"input\":{\"a\":[1]}}");
	size_t digits = 0;

	CHECK_THAT(create(r, &o) && create(r, &p) && create(r, &d));
	CHECK_EQ(text(&o, "hex").len, 10);
	CHECK_THAT(str_starts(text(&o, "dec"), STR("p-")));
	Str password = text(&p, "result");
	CHECK_EQ(password.len, 40);
	for (size_t i = 0; i < password.len; i++)
		digits += password.ptr[i] >= '0' && password.ptr[i] <= '9';
	CHECK_THAT(digits >= 38);
	CHECK_THAT(all_among(p.id, "0123456789abcdefghijklmnopqrstuvwxyz"));
	CHECK_THAT(world_is(w, *value_find(d.attrs, STR("output")), "{\"a\":[1]}"));
	d.desired = world_attrs(w, d.schema, "{\"input\":2}");
	CHECK_THAT(update(r, &d, "input"));
	CHECK_THAT(world_is(w, *value_find(d.attrs, STR("output")), "2"));
	CHECK_THAT(refresh(r, &d) && !d.is_gone && destroy(r, &d));
}

TEST(driver_std_data_and_chance)
{
	run("std", chance_body);
}
