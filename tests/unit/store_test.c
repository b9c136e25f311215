/* The store: what is written is there after reopening; what fails leaves nothing half-written. */
#include "runtime/state/store.h"

#include "compiler/base/fault.h"
#include "compiler/base/file.h"
#include "runtime/state/object.h"
#include "runtime/state/run.h"
#include "tests/unit/state_util.h"
#include "tests/unit/test.h"

#include <string.h>

static StateObject store_row(const char *address, uint64_t generation, Arena *a, int64_t number)
{
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, 1);
	StateObject o = {.address = str_from(address), .generation = generation,
		.type = STR("std.data"), .id = STR("id-1"), .salt = str_from(address),
		.created_ms = 1000};

	entries[0] = (ValueEntry){STR("input"), value_int(number)};
	o.attrs = o.desired = value_map(a, entries, 1);
	return o;
}

static void store_put(Store *s, const StateObject *row, const StateEdge *edges, uint32_t count)
{
	StateObject o = *row;
	Diag err = {0};

	CHECK_THAT(object_config(s, STR("std"), STR("std"), VALUE_NULL, &o.config, &err));
	CHECK_THAT(object_put(s, &o, edges, count, &err));
}

TEST(store_keeps_objects)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	StateEdge edges[] = {{STR("b"), 0, STR("a"), STR("input")}};
	StateObject a = store_row("a", object_next_generation(s), d.arena, 1);
	StateObject b = store_row("b", object_next_generation(s), d.arena, 2);
	StateView *v;
	StateEdge *found;
	uint32_t count;
	Diag err = {0};
	Value attrs;

	store_put(s, &a, NULL, 0);
	store_put(s, &b, edges, 1);
	CHECK_THAT(store_commit(s, &err));
	CHECK_EQ((int64_t)store_serial(s), 1);
	store_close(s);
	s = state_open(&d, STORE_EXISTING);
	CHECK_EQ((int64_t)store_serial(s), 1);
	CHECK_EQ((int64_t)object_next_generation(s), 3);
	CHECK_THAT(object_load(s, &v, &err));
	CHECK_EQ(v->count, 2);
	CHECK_EQ(state_view_find(v, STR("b")), 1);
	CHECK_EQ(state_view_find(v, STR("c")), -1);
	CHECK_THAT(object_attrs(v, &v->objects[1], &attrs, &err));
	CHECK_THAT(value_eq(attrs, b.attrs));
	CHECK_THAT(object_edges(s, d.arena, &found, &count, &err));
	CHECK_EQ(count, 1);
	CHECK_THAT(str_eq(found[0].target, STR("a")));
	state_view_free(v);
	store_close(s);
	state_dir_free(&d);
}

TEST(store_prefers_what_is_not_deposed)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	StateView *v;
	Diag err = {0};

	for (int64_t i = 0; i < 3; i++) {
		StateObject o = store_row("a", object_next_generation(s), d.arena, i);

		o.status = i == 1 ? OBJECT_LIVE : OBJECT_DEPOSED;
		store_put(s, &o, NULL, 0);
	}
	CHECK_THAT(object_load(s, &v, &err));
	CHECK_EQ(state_view_find(v, STR("a")), 1);
	state_view_free(v);
	CHECK_THAT(object_remove(s, STR("a"), 2, &err));
	CHECK_THAT(object_load(s, &v, &err));
	CHECK_EQ(state_view_find(v, STR("a")), 1);
	CHECK_EQ((int64_t)v->objects[1].generation, 3);
	state_view_free(v);
	store_close(s);
	state_dir_free(&d);
}

TEST(store_moves_with_edges)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	StateEdge edges[] = {{STR("b"), 0, STR("a"), STR("input")}};
	StateObject a = store_row("a", 1, d.arena, 1);
	StateObject b = store_row("b", 2, d.arena, 2);
	StateEdge *found;
	uint32_t count;
	Diag err = {0};

	store_put(s, &a, NULL, 0);
	store_put(s, &b, edges, 1);
	CHECK_THAT(object_move(s, STR("a"), STR("c"), &err));
	CHECK_THAT(object_edges(s, d.arena, &found, &count, &err));
	CHECK_EQ(count, 1);
	CHECK_THAT(str_eq(found[0].target, STR("c")));
	CHECK_THAT(!object_move(s, STR("b"), STR("c"), &err));
	CHECK_EQ(err.code, DIAG_STATE_EXISTS);
	diag_fini(&err);
	store_close(s);
	state_dir_free(&d);
}

TEST(store_says_when_there_is_none)
{
	StateDir d = state_dir_new();
	Store *s;
	Diag err = {0};

	CHECK_THAT(!store_open(NULL, d.path, STORE_EXISTING, STR("default"), &s, &err));
	CHECK_EQ(err.code, DIAG_NO_STATE);
	diag_fini(&err);
	CHECK_EQ(file_kind(d.path), FILE_MISSING);
	state_dir_free(&d);
}

/* Writes the text to where the state belongs, and says what opening gives. */
static DiagCode store_open_text(StateDir *d, Str text)
{
	Store *s;
	Diag err = {0};
	DiagCode code;

	CHECK_THAT(file_make_dirs(file_path_dir(d->path), 0700, &err));
	CHECK_THAT(file_write(d->path, text, 0600, &err));
	if (store_open(NULL, d->path, STORE_CREATE, STR("default"), &s, &err)) {
		store_close(s);
		return DIAG_NONE;
	}
	code = err.code;
	diag_fini(&err);
	return code;
}

TEST(store_refuses_what_is_no_state)
{
	StateDir d = state_dir_new();
	char zeros[8192];
	Arena *a = arena_new("test");
	Diag err = {0};
	Str now;

	memset(zeros, 'x', sizeof(zeros));
	CHECK_EQ(store_open_text(&d, (Str){zeros, sizeof(zeros)}), DIAG_STATE_CORRUPT);
	CHECK_THAT(file_read(a, d.path, sizeof(zeros), &now, &err));
	CHECK_EQ((int64_t)now.len, (int64_t)sizeof(zeros)); /* left as it was */
	arena_free(a);
	state_dir_free(&d);
}

TEST(store_refuses_a_truncated_state)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	StateObject o = store_row("a", 1, d.arena, 1);
	Diag err = {0};

	store_put(s, &o, NULL, 0);
	CHECK_THAT(state_seal_ready(s));
	store_close(s);
	CHECK_EQ(store_open_text(&d, STR("")), DIAG_STATE_CORRUPT);
	CHECK_THAT(file_remove(d.path, &err));
	s = state_open(&d, STORE_CREATE); /* a missing one is made anew */
	store_close(s);
	state_dir_free(&d);
}

TEST(store_refuses_a_newer_one)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Diag err = {0};

	CHECK_THAT(state_exec(s, "PRAGMA user_version = 99"));
	store_close(s);
	CHECK_THAT(!store_open(NULL, d.path, STORE_CREATE, STR("default"), &s, &err));
	CHECK_EQ(err.code, DIAG_STATE_NEWER);
	CHECK_THAT(str_has(err.what, STR("99")));
	diag_fini(&err);
	state_dir_free(&d);
}

TEST(store_writes_all_or_nothing)
{
	for (uint64_t nth = 1; nth < 12; nth++) {
		StateDir d = state_dir_new();
		Store *s = state_open(&d, STORE_CREATE);
		StateView *v;
		Diag err = {0};
		int64_t config = 0;
		bool ok = true;

		CHECK_THAT(object_config(s, STR("std"), STR("std"), VALUE_NULL, &config, &err));
		CHECK_THAT(store_commit(s, &err));
		fault_arm(STR("store.*"), nth, false);
		for (int64_t i = 0; ok && i < 4; i++) {
			StateObject o = store_row("a", (uint64_t)i + 1, d.arena, i);

			o.config = config;
			ok = object_put(s, &o, NULL, 0, &err);
		}
		ok = ok && store_commit(s, &err);
		fault_arm(STR(""), 0, false);
		if (!ok) {
			CHECK_EQ(err.code, DIAG_STATE_FULL);
			diag_fini(&err);
			CHECK_THAT(!store_commit(s, &err)); /* it stays poisoned */
			CHECK_EQ(err.code, DIAG_STATE_FULL);
			diag_fini(&err);
		}
		store_close(s);
		s = state_open(&d, STORE_EXISTING);
		CHECK_THAT(object_load(s, &v, &err));
		CHECK_EQ(v->count, ok ? 4 : 0);
		state_view_free(v);
		store_close(s);
		state_dir_free(&d);
	}
}

TEST(store_keeps_stacks_apart)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Store *other;
	StateObject o = store_row("a", 1, d.arena, 1);
	StateView *v;
	Diag err = {0};

	store_put(s, &o, NULL, 0);
	CHECK_THAT(store_commit(s, &err));
	CHECK_THAT(store_open(NULL, d.path, STORE_CREATE, STR("other"), &other, &err));
	CHECK_THAT(!str_eq(store_lineage(s), store_lineage(other)));
	CHECK_THAT(object_load(other, &v, &err));
	CHECK_EQ(v->count, 0);
	state_view_free(v);
	store_close(other);
	store_close(s);
	state_dir_free(&d);
}

TEST(store_records_runs)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	StateRun run = {.result = STR("done"), .done = 3};
	StateRun *runs;
	uint32_t count;
	Diag err = {0};

	CHECK_THAT(run_begin(s, STR("apply"), STR("00ff"), &run.key, &err));
	CHECK_THAT(run_end(s, &run, &err));
	CHECK_THAT(run_list(s, d.arena, 10, &runs, &count, &err));
	CHECK_EQ(count, 1);
	CHECK_EQ(runs[0].done, 3);
	CHECK_THAT(str_eq(runs[0].result, STR("done")));
	store_close(s);
	state_dir_free(&d);
}
