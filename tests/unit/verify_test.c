/* Damage: a state with any byte changed gives the right values or an error, never other values. */
#include "compiler/base/file.h"
#include "runtime/state/journal.h"
#include "runtime/state/object.h"
#include "runtime/state/run.h"
#include "runtime/state/seal.h"
#include "tests/unit/state_util.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { VERIFY_FILE_MAX = 1 << 20, VERIFY_ZERO_STEP = 97 };

static void verify_put(Store *s, Arena *a, const char *address, Str text, const StateEdge *edges,
	uint32_t edge_count)
{
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, 3);
	StateObject o = {.address = str_from(address), .generation = object_next_generation(s),
		.type = STR("std.data"), .id = STR("id-1"), .salt = str_from(address),
		.revision = 3, .is_protected = true, .created_ms = 1000};
	Diag err = {0};

	entries[0] = (ValueEntry){STR("count"), value_int(7)};
	entries[1] = (ValueEntry){STR("text"), value_string(text)};
	entries[2] = (ValueEntry){STR("token"), VALUE_NULL};
	CHECK_THAT(seal_value(s, STR("row"), value_string(STR("hunter2")), a, &entries[2].value,
		&err));
	o.attrs = o.desired = value_map(a, entries, 3);
	CHECK_THAT(object_config(s, STR("aws.west"), STR("aws"), value_string(STR("eu")), &o.config,
		&err));
	CHECK_THAT(object_put(s, &o, edges, edge_count, &err));
}

/* Makes a state with a row or more in every table, and values long enough for pages of overflow. */
static void verify_make(const StateDir *d)
{
	Store *s = state_open(d, STORE_CREATE);
	StateEdge edges[] = {{STR("b"), 0, STR("a"), STR("input")}};
	StateOutput output = {STR("url"), value_string(STR("https://example.com/")), false};
	StateRun run = {.result = STR("done"), .done = 3};
	char long_text[9000];
	Diag err = {0};

	memset(long_text, 'x', sizeof(long_text));
	verify_put(s, d->arena, "a", STR("some text"), NULL, 0);
	verify_put(s, d->arena, "b", STR("other text"), edges, 1);
	verify_put(s, d->arena, "c", (Str){long_text, sizeof(long_text)}, NULL, 0);
	for (int i = 0; i < 20; i++)
		verify_put(s, d->arena, str_print(d->arena, "many[%d]", i).ptr,
			(Str){long_text, 500}, NULL, 0);
	CHECK_THAT(object_put_outputs(s, &output, 1, &err));
	CHECK_THAT(run_begin(s, STR("apply"), STR("00ff"), &run.key, &err));
	JournalEntry entry = {.run = run.key, .address = STR("a"), .generation = 1,
		.verb = JOURNAL_DESTROY, .call = STR("DeleteVpc"), .token = STR("t")};

	CHECK_THAT(journal_intent(s, &entry, &err));
	CHECK_THAT(run_end(s, &run, &err));
	CHECK_THAT(store_commit(s, &err));
	store_close(s);
}

static bool verify_print_objects(Store *s, Arena *a, Buf *b, Diag *err)
{
	StateView *v;
	Value value;

	if (!object_load(s, &v, err))
		return false;
	bool ok = true;

	for (uint32_t i = 0; ok && i < v->count; i++) {
		StateObject *o = &v->objects[i];
		const StateConfig *config = state_view_config(v, o->config);

		buf_print(b, "%.*s %u %.*s %.*s %d %.*s %.*s %d %d %lld %lld\n",
			STR_ARG(o->address), (unsigned)o->generation, STR_ARG(o->type),
			STR_ARG(config->id), o->status, STR_ARG(o->id), STR_ARG(o->salt),
			(int)o->revision, o->is_protected, (long long)o->edges_hash,
			(long long)o->created_ms);
		value_encode(b, config->settings);
		ok = object_attrs(v, o, &value, err);
		if (ok)
			value_encode(b, value);
		ok = ok && object_desired(v, o, &value, err) &&
			seal_open(s, value_find(value, STR("token"))->as.residual, a, &value, err);
		if (ok)
			value_encode(b, value);
	}
	for (uint32_t i = 0; ok && i < v->output_count; i++) {
		buf_print(b, "%.*s %d", STR_ARG(v->outputs[i].name), v->outputs[i].is_secret);
		value_encode(b, v->outputs[i].value);
	}
	state_view_free(v);
	return ok;
}

/* Everything that a state says, as text. */
static bool verify_print(Store *s, Arena *a, Buf *b, Diag *err)
{
	StateEdge *edges;
	StateRun *runs;
	JournalEntry *open;
	uint32_t count;

	buf_print(b, "%.*s %u %u\n", STR_ARG(store_lineage(s)), (unsigned)store_serial(s),
		(unsigned)object_next_generation(s));
	if (!verify_print_objects(s, a, b, err) || !object_edges(s, a, &edges, &count, err))
		return false;
	for (uint32_t i = 0; i < count; i++)
		buf_print(b, "%.*s %u %.*s %.*s\n", STR_ARG(edges[i].address),
			(unsigned)edges[i].generation, STR_ARG(edges[i].target),
			STR_ARG(edges[i].path));
	if (!run_list(s, a, 10, &runs, &count, err))
		return false;
	for (uint32_t i = 0; i < count; i++)
		buf_print(b, "%.*s %.*s %.*s %.*s %lld %d %d %d\n", STR_ARG(runs[i].kind),
			STR_ARG(runs[i].who), STR_ARG(runs[i].digest), STR_ARG(runs[i].result),
			(long long)(runs[i].started_ms + runs[i].ended_ms), (int)runs[i].done,
			(int)runs[i].failed, (int)runs[i].skipped);
	if (!journal_open(s, a, &open, &count, err))
		return false;
	for (uint32_t i = 0; i < count; i++)
		buf_print(b, "%.*s %u %d %.*s %.*s %d %lld\n", STR_ARG(open[i].address),
			(unsigned)open[i].generation, open[i].verb, STR_ARG(open[i].call),
			STR_ARG(open[i].token), open[i].phase, (long long)open[i].began_ms);
	return true;
}

static void verify_write(const StateDir *d, Str bytes)
{
	(void)unlink(d->path.ptr); /* faster than to cut it */
	FILE *f = fopen(d->path.ptr, "wb");

	CHECK_THAT(f && fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len);
	CHECK_THAT(f && fclose(f) == 0);
	(void)unlink(str_print(d->arena, "%.*s-wal", STR_ARG(d->path)).ptr);
	(void)unlink(str_print(d->arena, "%.*s-shm", STR_ARG(d->path)).ptr);
}

/* Opens a state and reads it all; the error's code, or DIAG_NONE. */
static DiagCode verify_read(const StateDir *d, Arena *a, Buf *b)
{
	Store *s = NULL;
	Diag err = {0};
	DiagCode code = DIAG_NONE;

	if (!store_open(NULL, d->path, STORE_EXISTING, STR("default"), &s, &err) ||
		!verify_print(s, a, b, &err)) {
		code = err.code;
		diag_fini(&err);
	}
	store_close(s);
	return code;
}

/* One damaged copy: says whether the damage was seen. */
static bool verify_one(const StateDir *d, Str damaged, Str right, size_t at)
{
	Arena *a = arena_new("test");
	Buf got;
	Str after;
	Diag err = {0};

	buf_init(&got, VERIFY_FILE_MAX);
	verify_write(d, damaged);
	DiagCode code = verify_read(d, a, &got);

	if (code == DIAG_NONE && !str_eq(buf_str(&got), right)) {
		(void)fprintf(stderr, "byte %zu: other values\n", at);
		CHECK_THAT(str_eq(buf_str(&got), right));
	}
	if (code != DIAG_NONE) {
		CHECK_THAT(code == DIAG_STATE_CORRUPT || code == DIAG_STATE_NEWER);
		CHECK_THAT(file_read(a, d->path, VERIFY_FILE_MAX, &after, &err));
		if (!str_eq(after, damaged))
			(void)fprintf(stderr, "byte %zu: written to\n", at);
		CHECK_THAT(str_eq(after, damaged));
	}
	buf_fini(&got);
	arena_free(a);
	return code != DIAG_NONE;
}

/* Changes bytes one at a time: all that are not zero, and some that are. */
TEST(verify_sees_every_changed_byte)
{
	StateDir d = state_dir_new();
	Buf right;
	Str bytes;
	Diag err = {0};
	uint32_t seen = 0;

	verify_make(&d);
	buf_init(&right, VERIFY_FILE_MAX);
	CHECK_EQ(verify_read(&d, d.arena, &right), DIAG_NONE);
	CHECK_THAT(file_read(d.arena, d.path, VERIFY_FILE_MAX, &bytes, &err));
	Str copy = str_copy(d.arena, bytes);
	char *at = ARENA_ARRAY(d.arena, char, bytes.len);

	memcpy(at, bytes.ptr, bytes.len);
	for (size_t i = 0; i < copy.len; i++) {
		bool again = i > 64 && copy.ptr[i] == copy.ptr[i - 64]; /* of long texts: some */

		if ((copy.ptr[i] == 0 || again) && i % VERIFY_ZERO_STEP)
			continue;
		at[i] ^= (char)(1 << (i % 8));
		seen += verify_one(&d, (Str){at, copy.len}, buf_str(&right), i);
		at[i] = copy.ptr[i];
	}
	CHECK_THAT(seen > 2000);
	buf_fini(&right);
	state_dir_free(&d);
}

/* Cut anywhere, it is damaged or, at a length of nothing beside a key, not taken for a new one. */
TEST(verify_sees_a_cut_file)
{
	StateDir d = state_dir_new();
	Buf right;
	Str bytes;
	Diag err = {0};

	verify_make(&d);
	buf_init(&right, VERIFY_FILE_MAX);
	CHECK_EQ(verify_read(&d, d.arena, &right), DIAG_NONE);
	CHECK_THAT(file_read(d.arena, d.path, VERIFY_FILE_MAX, &bytes, &err));
	for (size_t len = 0; len < bytes.len; len += 509)
		CHECK_THAT(verify_one(&d, str_slice(bytes, 0, len), buf_str(&right), len));
	buf_fini(&right);
	state_dir_free(&d);
}

/* What is in databases for ever. */
TEST(verify_sums_stay_the_same)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);

	CHECK_THAT(state_exec(s, "CREATE TEMP TABLE t (x CHECK (x = 2316004953831244658));"
				 "INSERT INTO t SELECT row_sum('styx', 7, x'00ff', NULL,"
				 " 'a longer text')"));
	store_close(s);
	state_dir_free(&d);
}
