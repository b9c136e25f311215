/* Opening the database, transactions, and group commit.
 *
 *   idle ──store_write()──▶ in transaction ──turn's end or store_flush()──▶ idle
 *                                  └──a write or the commit fails──▶ poisoned (for ever)
 *
 * Invariants:
 *  1. A fiber that store_commit() lets go on with true has its writes on the disk.
 *  2. After poisoning nothing is written; every fiber that waits is told.
 *  3. The fence is read in the transaction that it guards. */
#include "runtime/state/store_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/fault.h"
#include "compiler/base/file.h"
#include "compiler/base/mem.h"
#include "runtime/host/clock.h"
#include "runtime/host/random.h"
#include "runtime/state/snapshot.h"

#include <sqlite3.h>

enum { STORE_BUSY_MS = 5000, STORE_HOLD_MS = 50 };

static const char store_pragmas[] = "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
				    "PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;"
				    "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;";

/* They write into a new file: not before it is known to be one. */
static const char store_layout[] = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;";

/* Poisons the store with what `err` says. */
static bool store_poison(Store *s, Diag *err)
{
	if (!s->is_poisoned) {
		s->is_poisoned = true;
		s->poison = *diag_copy(s->arena, err);
		s->poison.is_borrowed = true;
	}
	if (s->in_transaction)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->in_transaction = s->is_changed = false;
	return false;
}

/* Says again what poisoned it. */
static bool store_refuse(const Store *s, Diag *err)
{
	const Diag *p = &s->poison;

	diag_fail(err, p->code, NULL, "%.*s", STR_ARG(p->what));
	if (p->why.len)
		diag_why(err, "%.*s", STR_ARG(p->why));
	if (p->fix.len)
		diag_fix(err, "%.*s", STR_ARG(p->fix));
	return false;
}

static bool store_check_fence(Store *s, Diag *err)
{
	Sql *q;
	bool has_row;

	if (!sql_prepare(s, SQL_LEASE_TOKEN, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	if (!sql_row(s, q, &has_row, err))
		return false;
	bool ours = has_row && sql_get_int(q, 0) == s->fence;

	sql_end(q);
	if (ours)
		return true;
	diag_fail(err, DIAG_LEASE_LOST, "it expired and somebody else took it",
		"the lease on this stack was lost");
	diag_fix(err, "run the command again: it begins by finding out what was done");
	return false;
}

static void store_turn_ended(void *arg);

static void store_schedule(Store *s)
{
	if (s->turn || !s->loop)
		return;
	s->turn = MEM_NEW(StoreTurn);
	s->turn->store = s;
	loop_at_turn_end(s->loop, store_turn_ended, s->turn);
}

static bool store_begin(Store *s, Diag *err)
{
	Sql *q;

	if (!sql_prepare(s, SQL_BEGIN, &q, err) || !sql_run(s, q, err))
		return false;
	s->in_transaction = true;
	s->is_changed = false;
	s->began_ms = clock_mono_ms();
	return !s->fence || store_check_fence(s, err);
}

bool store_write(Store *s, bool changes, Diag *err)
{
	CHECK(s->magic == STORE_MAGIC);
	if (s->is_poisoned)
		return store_refuse(s, err);
	if (fault_point("store.write")) {
		diag_fail(err, DIAG_STATE_FULL, "a planned fault", "cannot write the state");
		return store_poison(s, err);
	}
	if (!s->in_transaction && !store_begin(s, err))
		return store_poison(s, err);
	if (changes)
		s->is_changed = true;
	if (clock_mono_ms() - s->began_ms > STORE_HOLD_MS)
		store_schedule(s);
	return true;
}

/* Adds one to the serial, and keeps the generations that were taken. */
static bool store_step(Store *s, Diag *err)
{
	Sql *q;

	if (!s->is_changed && s->saved_generation == s->generation)
		return true;
	if (!sql_prepare(s, SQL_STACK_STEP, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_int(q, 2, (int64_t)s->serial + s->is_changed);
	sql_int(q, 3, (int64_t)s->generation);
	return sql_run(s, q, err);
}

/* Sees that what was committed lies where the next run will look for it: a file that was removed or
 * replaced takes writes as if nothing were. */
static bool store_check_place(Store *s, Diag *err)
{
	int has_moved = 0;

	if (!s->path.len ||
		sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) !=
			SQLITE_OK ||
		!has_moved)
		return true;
	diag_fail(err, DIAG_STATE_IO, "its file was removed or replaced while this command ran",
		"the state `%.*s` is not there any more", STR_ARG(s->path));
	diag_fix(err, "put it back, or a copy of it, before the next command: what it recorded is "
		      "known nowhere else");
	return false;
}

bool store_flush(Store *s, Diag *err)
{
	Sql *q;

	CHECK(s->magic == STORE_MAGIC);
	if (s->is_poisoned)
		return store_refuse(s, err);
	if (!s->in_transaction)
		return true;
	if (fault_point("store.commit")) {
		diag_fail(err, DIAG_STATE_FULL, "a planned fault", "cannot write the state");
		return store_poison(s, err);
	}
	if (!store_step(s, err) || !sql_prepare(s, SQL_COMMIT, &q, err) || !sql_run(s, q, err))
		return store_poison(s, err);
	if (!store_check_place(s, err)) {
		s->in_transaction = false;
		return store_poison(s, err);
	}
	s->serial += s->is_changed;
	s->saved_generation = s->generation;
	s->in_transaction = s->is_changed = false;
	s->commits++;
	(void)fault_point("store.committed"); /* a place to be killed at */
	return true;
}

/* Commits for all that gathered in this turn, and lets them go on. */
static void store_turn_ended(void *arg)
{
	StoreTurn *turn = arg;
	Store *s = turn->store;
	Diag err = {0};

	mem_free(turn);
	if (!s)
		return; /* closed in the meantime */
	s->turn = NULL;
	if (!store_flush(s, &err))
		diag_fini(&err); /* each that waits asks for itself */
	for (uint32_t i = 0; i < s->waits.len; i++) {
		s->waits.ptr[i]->is_over = true;
		fiber_wake(s->waits.ptr[i]->fiber);
	}
	s->waits.len = 0;
}

bool store_commit(Store *s, Diag *err)
{
	StoreWait wait = {0};

	CHECK(s->magic == STORE_MAGIC);
	if (s->is_poisoned)
		return store_refuse(s, err);
	if (!s->in_transaction)
		return true;
	wait.fiber = s->loop ? fiber_self(s->loop) : NULL;
	if (!wait.fiber)
		return store_flush(s, err);
	vec_push(&s->waits, &wait);
	store_schedule(s);
	while (!wait.is_over)
		fiber_park(s->loop);
	return !s->is_poisoned || store_refuse(s, err);
}

bool store_read_stack(Store *s, Str name, Diag *err)
{
	Sql *q;
	bool has_row;

	if (!sql_prepare(s, SQL_STACK_GET, &q, err))
		return false;
	sql_text(q, 1, name);
	if (!sql_row(s, q, &has_row, err))
		return false;
	if (!has_row) {
		Str lineage = random_uuid(s->arena);

		if (!sql_prepare(s, SQL_STACK_PUT, &q, err))
			return false;
		sql_text(q, 1, name);
		sql_text(q, 2, lineage);
		return sql_run(s, q, err) && store_read_stack(s, name, err);
	}
	s->stack = sql_get_int(q, 0);
	if (!str_eq(s->lineage, sql_get_bytes(q, 1)))
		s->lineage = str_copy(s->arena, sql_get_bytes(q, 1));
	s->serial = (uint64_t)sql_get_int(q, 2);
	s->generation = s->saved_generation = (uint64_t)sql_get_int(q, 3);
	sql_end(q);
	return true;
}

/* Where the key lies: "key" beside "state.db", "NAME.key" beside any other NAME. */
static Str store_key_path(Arena *a, Str path)
{
	if (str_eq(file_path_base(path), STR("state.db")))
		return file_path_join(a, file_path_dir(path), STR("key"));
	return str_print(a, "%.*s.key", STR_ARG(path));
}

/* Says that there is no state, or makes its folder. */
static bool store_prepare_place(Store *s, StoreMode mode, Diag *err)
{
	FileKind kind = file_kind(s->path);

	s->was_there = kind != FILE_MISSING;
	if (kind == FILE_DIRECTORY || kind == FILE_OTHER)
		return diag_fail(err, DIAG_STATE_IO,
			kind == FILE_DIRECTORY ? "it is a directory"
					       : "it may not be looked at, is no file, or a link "
						 "that leads nowhere",
			"cannot open the state `%.*s`", STR_ARG(s->path));
	if (s->was_there)
		return true;
	if (mode == STORE_EXISTING) {
		diag_fail(
			err, DIAG_NO_STATE, NULL, "there is no state at `%.*s`", STR_ARG(s->path));
		diag_fix(err, "`styx apply` makes one");
		return false;
	}
	if (!file_make_dirs(file_path_dir(s->path), 0700, err))
		return diag_context(err, "while making the folder of the state");
	/* SQLite would make it for all to read, wherever it lies. */
	return file_touch(s->path, 0600, err) || diag_context(err, "while making the state");
}

static bool store_open_db(Store *s, StoreMode mode, Diag *err)
{
	bool in_memory = mode == STORE_MEMORY;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	if (!in_memory && !store_prepare_place(s, mode, err))
		return false;
	int code = sqlite3_open_v2(in_memory ? ":memory:" : s->path.ptr, &s->db, flags, NULL);

	if (code != SQLITE_OK)
		return sql_fail(s, code, err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
	if (!in_memory && sqlite3_db_readonly(s->db, "main") == 1)
		return sql_fail(s, SQLITE_READONLY, err);
	return sql_exec(s, store_pragmas, err);
}

/* Begins with a database that was opened: it is sound, of this version, and has the stack. */
static bool store_begin_with(Store *s, Str stack, Diag *err)
{
	return sql_add_functions(s, err) && verify_pages(s, err) &&
	       sql_exec(s, store_layout, err) && migrate_run(s, err) && verify_rows(s, err) &&
	       store_read_stack(s, stack, err);
}

/* Reads the state instead, where it cannot be written. */
static bool store_open_snapshot(Store *s, StoreMode mode, Str stack, Diag *err)
{
	bool may_read = mode == STORE_EXISTING && err->code == DIAG_STATE_IO &&
			file_kind(s->path) == FILE_REGULAR;
	Diag second = {0};

	for (uint32_t i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(s->statements[i]);
		s->statements[i] = NULL;
	}
	if (!may_read || !snapshot_open(s))
		return false;
	diag_fini(err);
	*err = (Diag){0};
	if (store_begin_with(s, stack, &second))
		return true;
	*err = second;
	return false;
}

bool store_open(Loop *l, Str path, StoreMode mode, Str stack, Store **ret, Diag *err)
{
	Store *s = MEM_NEW(Store);

	s->magic = STORE_MAGIC;
	s->loop = l;
	s->arena = arena_new("store");
	if (mode != STORE_MEMORY) {
		s->path = str_copy(s->arena, path);
		s->key_path = store_key_path(s->arena, path);
	}
	bool ok = store_open_db(s, mode, err) && store_begin_with(s, stack, err);

	if (!ok && !store_open_snapshot(s, mode, stack, err)) {
		store_close(s);
		return false;
	}
	*ret = s;
	return true;
}

Store *store_close(Store *s)
{
	Diag err = {0};

	if (!s)
		return NULL;
	CHECK(s->magic == STORE_MAGIC && !s->waits.len);
	if (s->turn)
		s->turn->store = NULL;
	if (s->in_transaction && !store_flush(s, &err))
		diag_fini(&err); /* what needed to be durable was committed by its writer */
	for (uint32_t i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	secret_free(s->seal_key);
	secret_free(s->digest_key);
	vec_fini(&s->waits);
	s->magic = 0;
	arena_free(s->arena);
	mem_free(s);
	return NULL;
}

Str store_lineage(const Store *s)
{
	return s->lineage;
}

bool store_is_snapshot(const Store *s)
{
	return s->is_snapshot;
}

uint64_t store_serial(const Store *s)
{
	return s->serial + (s->in_transaction && s->is_changed);
}

bool store_read_serial(Store *s, uint64_t *ret, Diag *err)
{
	Sql *q;
	bool has_row;

	if (!sql_prepare(s, SQL_STACK_SERIAL, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	if (!sql_row(s, q, &has_row, err))
		return false;
	*ret = has_row ? (uint64_t)sql_get_int(q, 0) : 0;
	sql_end(q);
	return true;
}

uint64_t store_commit_count(const Store *s)
{
	return s->commits;
}
