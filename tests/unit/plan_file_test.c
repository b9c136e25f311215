/* Saved plans: they come back as they were, or are refused. */
#include "runtime/plan/plan_file.h"

#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "tests/unit/test.h"
#include "tests/unit/world_util.h"

#include <string.h>

static const WorldNode file_before[] = {
	{.address = "a", .name = "a", .note = "x", .secret = "hunter2"},
	{.address = "b", .name = "b", .needs = "a"},
	{.address = "c", .name = "c"},
};
static const WorldNode file_after[] = {
	{.address = "a", .name = "other", .note = "y", .secret = "hunter2"},
	{.address = "b", .name = "b", .needs = "a"},
};

/* A plan with a replace, an update and a destroy. */
static Plan *file_plan(TestWorld *t)
{
	CHECK_THAT(world_apply(t, file_before, 3));
	world_graph(t, file_after, 2);
	return world_plan(t, NULL);
}

static bool file_load(TestWorld *t, Str bytes, Plan **ret, DiagCode *ret_code)
{
	StateView *view;
	Diag err = {0};

	CHECK_THAT(object_load(t->store, &view, &err));
	bool ok = plan_file_decode(bytes, view, ret, &err);

	*ret_code = err.code;
	diag_fini(&err);
	return ok;
}

static void plan_file_test_way(TestWorld *t, Store *seal_by)
{
	Plan *p = file_plan(t);
	Str path = file_path_join(t->arena, t->dir.dir, STR("saved"));
	Plan *loaded = NULL;
	StateView *view;
	Diag err = {0};
	Str bytes;

	CHECK_THAT(plan_file_save(p, seal_by, path, &err));
	CHECK_THAT(file_read(t->arena, path, 1 << 20, &bytes, &err));
	CHECK_THAT(!str_has(bytes, STR("bytes-of-")));
	CHECK_THAT(object_load(t->store, &view, &err));
	CHECK_THAT(plan_file_load(path, view, t->store, &loaded, &err));
	CHECK_THAT(str_eq(world_text(t, p), world_text(t, loaded)));
	CHECK_EQ(loaded->step_count, p->step_count);
	CHECK_EQ((int64_t)loaded->serial, (int64_t)p->serial);
	plan_free(loaded);
	plan_free(p);
}
static void plan_file_test_back(TestWorld *t)
{
	plan_file_test_way(t, NULL);
	plan_file_test_way(t, t->store);
}
TEST(plan_file_comes_back)
{
	world_run(plan_file_test_back);
}

/* A sealed one: every changed byte is noticed, and it is bound to its state. */
static void plan_file_test_sealed(TestWorld *t)
{
	Plan *p = file_plan(t);
	Plan *loaded = NULL;
	Str path = file_path_join(t->arena, t->dir.dir, STR("saved"));
	StateView *view;
	Diag err = {0};
	Str bytes;

	CHECK_THAT(plan_file_save(p, t->store, path, &err));
	CHECK_THAT(file_read(t->arena, path, 1 << 20, &bytes, &err));
	CHECK_THAT(!str_has(bytes, STR("bytes")));
	for (size_t i = 0; i < bytes.len; i += 11) {
		char *damaged = ARENA_ARRAY(t->arena, char, bytes.len);

		for (size_t at = 0; at < bytes.len; at++)
			damaged[at] = (char)(bytes.ptr[at] ^ (at == i));
		CHECK_THAT(file_write(path, (Str){damaged, bytes.len}, 0, &err));
		CHECK_THAT(object_load(t->store, &view, &err));
		CHECK_THAT(!plan_file_load(path, view, t->store, &loaded, &err));
		CHECK_EQ(err.code, DIAG_PLAN_FILE);
		diag_fini(&err);
	}
	plan_free(p);
}
TEST(plan_file_seals)
{
	world_run(plan_file_test_sealed);
}

static void plan_file_test_damage(TestWorld *t)
{
	Plan *p = file_plan(t);
	Plan *loaded = NULL;
	DiagCode code;
	Buf b;

	buf_init(&b, 1 << 20);
	plan_file_encode(&b, p);
	for (size_t i = 0; i < b.len; i += 7) {
		b.ptr[i] ^= 1;
		CHECK_THAT(!file_load(t, buf_str(&b), &loaded, &code));
		CHECK_EQ(code, DIAG_PLAN_FILE);
		b.ptr[i] ^= 1;
	}
	CHECK_THAT(!file_load(t, str_slice(buf_str(&b), 0, b.len / 2), &loaded, &code));
	CHECK_THAT(!file_load(t, STR("resource"), &loaded, &code));
	CHECK_EQ(code, DIAG_PLAN_FILE);
	buf_fini(&b);
	plan_free(p);
}
TEST(plan_file_refuses_damage)
{
	world_run(plan_file_test_damage);
}

/* A plan of an older layout is not called damaged, and not read as one of this. */
static void plan_file_test_version(TestWorld *t)
{
	static const char *const older[] = {"styx plan 1\n", "styx sealed plan 1\n"};
	Plan *p = file_plan(t);
	Plan *loaded = NULL;
	StateView *view;
	Buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 2; i++) {
		Diag err = {0};

		buf_clear(&b);
		plan_file_encode(&b, p);
		Str body = str_slice(str_copy(t->arena, buf_str(&b)), STR("styx plan 2\n").len,
			b.len - HASH_SHA256_BYTES);

		buf_clear(&b);
		buf_add(&b, str_from(older[i]));
		buf_add(&b, body);
		Digest digest = hash_of(HASH_SHA256, buf_str(&b));

		buf_add(&b, hash_str(&digest));
		CHECK_THAT(object_load(t->store, &view, &err));
		CHECK_THAT(!plan_file_decode(buf_str(&b), view, &loaded, &err));
		CHECK_EQ(err.code, DIAG_PLAN_FILE);
		CHECK_THAT(str_has(err.what, STR("another version of styx")));
		diag_fini(&err);
	}
	buf_fini(&b);
	plan_free(p);
}
TEST(plan_file_refuses_another_version)
{
	world_run(plan_file_test_version);
}

static void plan_file_test_stale(TestWorld *t)
{
	Plan *p = file_plan(t);
	Plan *loaded = NULL;
	DiagCode code;
	Buf b;

	buf_init(&b, 1 << 20);
	plan_file_encode(&b, p);
	plan_free(p);
	CHECK_THAT(world_apply(t, NULL, 0)); /* everything goes */
	CHECK_THAT(!file_load(t, buf_str(&b), &loaded, &code));
	CHECK_EQ(code, DIAG_PLAN_STALE);
	buf_fini(&b);
}
TEST(plan_file_refuses_another_state)
{
	world_run(plan_file_test_stale);
}
