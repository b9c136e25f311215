/* The tables, as numbered steps forward.  A step is never changed once released; the number of the
 * last one that ran is the database's user_version. */
#include "runtime/state/store_impl.h"

#include <sqlite3.h>

enum { MIGRATE_APPLICATION = 0x53747978 }; /* "Styx" in the file's header */

static const char *const migrate_steps[] = {
	/* 1 */
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE stack (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" lineage TEXT NOT NULL, serial INTEGER NOT NULL, generation INTEGER NOT NULL);"
	"CREATE TABLE config (id INTEGER PRIMARY KEY, stack INTEGER NOT NULL, ident TEXT NOT NULL,"
	" type TEXT NOT NULL, settings BLOB NOT NULL);"
	"CREATE TABLE object (stack INTEGER NOT NULL, address TEXT NOT NULL,"
	" generation INTEGER NOT NULL, type TEXT NOT NULL, config INTEGER NOT NULL,"
	" status INTEGER NOT NULL, ident TEXT NOT NULL, attrs BLOB NOT NULL,"
	" desired BLOB NOT NULL, salt TEXT NOT NULL, revision INTEGER NOT NULL,"
	" protect INTEGER NOT NULL, edges INTEGER NOT NULL, created INTEGER NOT NULL,"
	" updated INTEGER NOT NULL,"
	" PRIMARY KEY (stack, address, generation)) WITHOUT ROWID;"
	"CREATE TABLE edge (stack INTEGER NOT NULL, address TEXT NOT NULL,"
	" generation INTEGER NOT NULL, target TEXT NOT NULL, path TEXT NOT NULL,"
	" PRIMARY KEY (stack, address, generation, target, path)) WITHOUT ROWID;"
	"CREATE TABLE output (stack INTEGER NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL,"
	" secret INTEGER NOT NULL, PRIMARY KEY (stack, name)) WITHOUT ROWID;"
	"CREATE TABLE run (id INTEGER PRIMARY KEY, stack INTEGER NOT NULL, kind TEXT NOT NULL,"
	" who TEXT NOT NULL, digest TEXT NOT NULL, started INTEGER NOT NULL,"
	" ended INTEGER NOT NULL, result TEXT NOT NULL, done INTEGER NOT NULL,"
	" failed INTEGER NOT NULL, skipped INTEGER NOT NULL);"
	"CREATE TABLE journal (id INTEGER PRIMARY KEY, stack INTEGER NOT NULL,"
	" run INTEGER NOT NULL, address TEXT NOT NULL, generation INTEGER NOT NULL,"
	" verb INTEGER NOT NULL, call TEXT NOT NULL, token TEXT NOT NULL, request TEXT NOT NULL,"
	" phase INTEGER NOT NULL, began INTEGER NOT NULL, note TEXT NOT NULL);"
	"CREATE INDEX journal_open ON journal (stack, address, generation) WHERE phase < 2;"
	"CREATE TABLE lease (stack INTEGER PRIMARY KEY, token INTEGER NOT NULL, who TEXT NOT NULL,"
	" pid INTEGER NOT NULL, doing TEXT NOT NULL, since INTEGER NOT NULL,"
	" until INTEGER NOT NULL);",
	/* 2: a checksum for each row; a lease guards itself by its token */
	"ALTER TABLE meta ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE stack ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE config ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE object ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE edge ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE output ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE run ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE journal ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;"
	"UPDATE meta SET sum = row_sum(name, value);"
	"UPDATE stack SET sum = row_sum(name, lineage, serial, generation);"
	"UPDATE config SET sum = row_sum(stack, ident, type, settings);"
	"UPDATE object SET sum = row_sum(stack, address, generation, type, config, status, ident,"
	" attrs, desired, salt, revision, protect, edges, created, updated);"
	"UPDATE edge SET sum = row_sum(stack, address, generation, target, path);"
	"UPDATE output SET sum = row_sum(stack, name, value, secret);"
	"UPDATE run SET sum = row_sum(stack, kind, who, digest, started, ended, result, done,"
	" failed, skipped);"
	"UPDATE journal SET sum = row_sum(stack, run, address, generation, verb, call, token,"
	" request, phase, began, note);",
};

enum { MIGRATE_COUNT = sizeof(migrate_steps) / sizeof(*migrate_steps) };

bool migrate_read(Store *s, const char *pragma, int64_t *ret, Diag *err)
{
	Sql *q = NULL;
	bool has_row = false;
	int code = sqlite3_prepare_v2(s->db, pragma, -1, &q, NULL);

	if (code != SQLITE_OK)
		return sql_fail(s, code, err);
	bool ok = sql_row(s, q, &has_row, err);

	if (ok && has_row)
		*ret = sql_get_int(q, 0);
	sqlite3_finalize(q);
	return ok;
}

static bool migrate_damaged(Store *s, const char *why, Diag *err)
{
	diag_fail(err, DIAG_STATE_CORRUPT, why, "the state `%.*s` is damaged", STR_ARG(s->path));
	diag_fix(err, "put a copy of it back in place");
	return false;
}

/* Runs the steps that are missing, in the transaction of the caller. */
static bool migrate_forward(Store *s, int64_t version, Diag *err)
{
	char room[64];
	Buf text;

	for (int64_t i = version; i < MIGRATE_COUNT; i++)
		if (!sql_exec(s, migrate_steps[i], err))
			return false;
	buf_init(&text, sizeof(room));
	buf_print(&text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		MIGRATE_APPLICATION, MIGRATE_COUNT);
	bool ok = sql_exec(s, buf_cstr(&text), err);

	buf_fini(&text);
	return ok;
}

/* Refuses what is not ours, or newer. */
static bool migrate_check(Store *s, int64_t version, int64_t application, int64_t tables, Diag *err)
{
	if (version == 0 && tables)
		return migrate_damaged(s, "it is a database, but not one of Styx", err);
	if (version && application != MIGRATE_APPLICATION)
		return migrate_damaged(s, "its header is not that of a state of Styx", err);
	if (version <= MIGRATE_COUNT)
		return true;
	diag_fail(err, DIAG_STATE_NEWER, NULL,
		"the state `%.*s` was written by a later Styx (version %d of its tables, "
		"this one knows %d)",
		STR_ARG(s->path), (int)version, MIGRATE_COUNT);
	diag_fix(err, "use that Styx or a later one; nothing was changed");
	return false;
}

bool migrate_run(Store *s, Diag *err)
{
	int64_t version = 0;
	int64_t application = 0;
	int64_t tables = 0;

	if (!migrate_read(s, "PRAGMA user_version", &version, err))
		return false;
	if (version == MIGRATE_COUNT &&
		migrate_read(s, "PRAGMA application_id", &application, err) &&
		application == MIGRATE_APPLICATION)
		return true;
	if (!sql_exec(s, "BEGIN IMMEDIATE", err))
		return false;
	bool ok = migrate_read(s, "PRAGMA user_version", &version, err) &&
		  migrate_read(s, "PRAGMA application_id", &application, err) &&
		  migrate_read(s, "SELECT count(*) FROM sqlite_master", &tables, err) &&
		  migrate_check(s, version, application, tables, err) &&
		  migrate_forward(s, version, err) && verify_seal_tables(s, err) &&
		  sql_exec(s, "COMMIT", err);

	if (!ok)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return ok;
}
