/* The state database: SQLite in WAL mode, one handle, one stack of it at a time.
 *
 * Writes gather in one transaction until somebody needs them to be durable: store_commit() parks
 * the fiber, and at the end of the loop's turn everything that gathered is committed at once, with
 * one sync.  After a failed write or commit the store is poisoned: every later write fails in the
 * same words, and what the failed transaction held was never written.
 *
 * While a lease is held (lease.h), every transaction checks its fencing token first.
 * Thread: loop. */
#ifndef STYX_STATE_STORE_H
#define STYX_STATE_STORE_H

#include "runtime/host/fiber.h"

typedef struct Store Store;

typedef enum StoreMode {
	STORE_EXISTING, /* NO_STATE if there is none; only read where it cannot be written */
	STORE_CREATE,   /* made if there is none, with its folder */
	STORE_MEMORY,   /* nothing on disk: `path` is ignored */
} StoreMode;

/* Opens the database and the stack in it, migrating it as needed.
 *
 * l     may be NULL: then store_commit() commits at once.
 * path  of the database; the key file lies beside it ("key"), unless STYX_STATE_KEY is set.
 * err   NO_STATE (USER), STATE_NEWER (USER: a later Styx wrote it), STATE_CORRUPT, STATE_IO,
 *       STATE_FULL (OUTSIDE), STATE_LOCKED (RETRY), STATE_KEY (USER). */
MUST_CHECK bool store_open(Loop *l, Str path, StoreMode mode, Str stack, Store **ret, Diag *err);

/* Commits what gathered and closes; returns NULL.  NULL is fine. */
Store *store_close(Store *s);

/* Makes everything written so far durable, together with what others write in this turn.
 * err  STATE_FULL, STATE_IO, LEASE_LOST: nothing of the transaction was written. */
MUST_CHECK bool store_commit(Store *s, Diag *err);

/* The stack's lineage (a UUID, for ever), and its serial (every committed change adds one). */
Str store_lineage(const Store *s);
uint64_t store_serial(const Store *s);

/* Says whether the store is a copy in memory of a state that can be read and not written: what is
 * written to it is lost, and lease_take() refuses (STATE_IO). */
bool store_is_snapshot(const Store *s);

/* The same, but read from the disk: somebody else may have written. */
MUST_CHECK bool store_read_serial(Store *s, uint64_t *ret, Diag *err);

/* Numbers for tests and --stats: transactions committed so far. */
uint64_t store_commit_count(const Store *s);

#endif
