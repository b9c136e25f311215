/* What the files of state/ share: the store's insides and its statements.  Seen by this folder
 * only.  Thread: loop. */
#ifndef STYX_STATE_STORE_IMPL_H
#define STYX_STATE_STORE_IMPL_H

#include "compiler/base/value.h"
#include "runtime/host/secret.h"
#include "runtime/state/store.h"

typedef enum Statement {
#define X(name, sql) SQL_##name,
#include "runtime/state/statement.def"
#undef X
	SQL_COUNT
} Statement;

typedef struct sqlite3_stmt Sql;

/* A fiber that waits for its writes to be durable; on its own stack. */
typedef struct StoreWait {
	Fiber *fiber;
	bool is_over;
} StoreWait;

/* What the loop calls at the turn's end; outlives a store that is closed before. */
typedef struct StoreTurn {
	Store *store; /* NULL: closed */
} StoreTurn;

struct Store {
	uint32_t magic;
	Loop *loop;
	struct sqlite3 *db;
	Sql *statements[SQL_COUNT];
	Arena *arena;
	Str path, key_path; /* empty: in memory */
	bool was_there;     /* the file existed before it was opened */
	bool is_snapshot;   /* a copy in memory of what cannot be written (snapshot.h) */
	int64_t stack;
	Str lineage;
	uint64_t serial, generation, saved_generation;
	bool in_transaction;
	bool is_changed;  /* the transaction changes what the serial counts */
	StoreTurn *turn;  /* a commit at the end of this turn is asked for; or NULL */
	int64_t began_ms; /* of the transaction */
	Vec(StoreWait *) waits;
	uint64_t commits;
	bool is_poisoned;
	Diag poison;
	int64_t fence;                 /* token of the lease that is held; 0: none */
	Secret *seal_key, *digest_key; /* NULL: not opened yet */
};

enum { STORE_MAGIC = 0x53747978 };

/* Gives a statement, prepared and without bindings. */
MUST_CHECK bool sql_prepare(Store *s, Statement which, Sql **ret, Diag *err);

/* Bind the parameter `at` (from 1); texts and blobs must live until the statement has run. */
void sql_int(Sql *q, int at, int64_t n);
void sql_text(Sql *q, int at, Str text);
void sql_blob(Sql *q, int at, Str bytes);

/* Runs a statement that gives no rows. */
MUST_CHECK bool sql_run(Store *s, Sql *q, Diag *err);

/* Gives the next row; *ret_has is false behind the last. */
MUST_CHECK bool sql_row(Store *s, Sql *q, bool *ret_has, Diag *err);

/* Columns of the row, from 0; slices are borrowed until the next row.  sql_end() lets go of a
 * query that was not read to its end. */
int64_t sql_get_int(Sql *q, int column);
Str sql_get_bytes(Sql *q, int column);
void sql_end(Sql *q);

/* Gives SQLite our function row_sum(). */
MUST_CHECK bool sql_add_functions(Store *s, Diag *err);

/* Runs SQL text without parameters: pragmas, migrations. */
MUST_CHECK bool sql_exec(Store *s, const char *text, Diag *err);

/* Fills `err` from SQLite's last error; returns false. */
bool sql_fail(Store *s, int code, Diag *err);

/* Opens a transaction for a write unless one is open, and checks the lease's fence.
 * changes  the write is one that the serial counts. */
MUST_CHECK bool store_write(Store *s, bool changes, Diag *err);

/* Commits now, without waiting for the turn's end. */
MUST_CHECK bool store_flush(Store *s, Diag *err);

/* Reads the stack's row again, making it if it is missing. */
MUST_CHECK bool store_read_stack(Store *s, Str name, Diag *err);

/* Records what the tables look like now, for verify_run(); within a transaction. */
MUST_CHECK bool verify_seal_tables(Store *s, Diag *err);

/* Says whether the database is sound: its pages by SQLite's own check, then the tables and every
 * row by checksums.  Cost: linear, about a microsecond a row.
 * err  STATE_CORRUPT: which row, or what SQLite found. */
MUST_CHECK bool verify_pages(Store *s, Diag *err);
MUST_CHECK bool verify_rows(Store *s, Diag *err);

/* Reads one number by a statement of its own: a pragma, a count. */
MUST_CHECK bool migrate_read(Store *s, const char *pragma, int64_t *ret, Diag *err);

/* Brings the tables to this program's version.  STATE_NEWER, STATE_CORRUPT. */
MUST_CHECK bool migrate_run(Store *s, Diag *err);

#endif
