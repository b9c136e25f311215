/* Damage is seen before anything is read: SQLite's own check of its pages, and our checksums of the
 * tables' texts and of every row, of all stacks.
 *
 * SQLite keeps no checksums: without ours a flipped bit within a value would be read as another
 * value, and one within a key would hide a row. */
#include "runtime/state/store_impl.h"

#include "compiler/base/file.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>

enum { VERIFY_SUM_BYTES = 17 };

static const Str verify_tables_name = STR_INIT("tables");

static bool verify_damaged(Store *s, const char *why, Diag *err)
{
	diag_why(err, "%s", why);
	diag_fix(err,
		"put a copy of `%.*s` back in place; this one is left as it is, and nothing was "
		"changed",
		STR_ARG(s->path));
	return false;
}

/* Runs one of SQLite's own checks. */
static bool verify_by_pragma(Store *s, const char *pragma, Diag *err)
{
	Sql *q = NULL;
	bool has_row = false;
	int code = sqlite3_prepare_v2(s->db, pragma, -1, &q, NULL);

	if (code != SQLITE_OK)
		return sql_fail(s, code, err);
	bool ok = sql_row(s, q, &has_row, err);

	if (ok && has_row && !str_eq(sql_get_bytes(q, 0), STR("ok"))) {
		Arena *a = arena_new("verify");

		diag_fail(err, DIAG_STATE_CORRUPT, NULL, "the state `%.*s` is damaged",
			STR_ARG(s->path));
		ok = verify_damaged(s, str_copy(a, sql_get_bytes(q, 0)).ptr, err);
		arena_free(a);
	}
	sqlite3_finalize(q);
	return ok;
}

bool verify_pages(Store *s, Diag *err)
{
	int64_t pages = 0;

	if (!s->was_there)
		return true;
	if (!migrate_read(s, "PRAGMA page_count", &pages, err))
		return false;
	if (!pages && file_kind(s->key_path) != FILE_MISSING) {
		diag_fail(err, DIAG_STATE_CORRUPT, NULL, "the state `%.*s` is damaged",
			STR_ARG(s->path));
		return verify_damaged(s, "it is empty, though its key lies beside it", err);
	}
	return verify_by_pragma(s, "PRAGMA quick_check(1)", err);
}

/* The checksum of what the tables look like, as text.  No digest by OpenSSL: its start takes longer
 * than a plan of a hundred objects. */
static bool verify_tables_sum(Store *s, char ret[VERIFY_SUM_BYTES], Diag *err)
{
	Buf all;
	Sql *q;
	bool has_row = true;

	if (!sql_prepare(s, SQL_SCHEMA_SUM, &q, err))
		return false;
	buf_init(&all, SIZE_MAX / 2);
	while (has_row) {
		if (!sql_row(s, q, &has_row, err)) {
			buf_fini(&all);
			return false;
		}
		for (int i = 0; has_row && i < 4; i++) {
			buf_add(&all, sql_get_bytes(q, i));
			buf_add_char(&all, '\n');
		}
	}
	(void)snprintf(ret, VERIFY_SUM_BYTES, "%016" PRIx64, str_hash(buf_str(&all)));
	buf_fini(&all);
	return true;
}

bool verify_seal_tables(Store *s, Diag *err)
{
	char sum[VERIFY_SUM_BYTES];
	Sql *q;

	if (!verify_tables_sum(s, sum, err) || !sql_prepare(s, SQL_META_DROP, &q, err))
		return false;
	sql_text(q, 1, verify_tables_name);
	if (!sql_run(s, q, err) || !sql_prepare(s, SQL_META_PUT, &q, err))
		return false;
	sql_text(q, 1, verify_tables_name);
	sql_blob(q, 2, str_from(sum));
	return sql_run(s, q, err);
}

static bool verify_tables(Store *s, Diag *err)
{
	char sum[VERIFY_SUM_BYTES];
	Sql *q;
	bool has_row;

	if (!verify_tables_sum(s, sum, err) || !sql_prepare(s, SQL_META_GET, &q, err))
		return false;
	sql_text(q, 1, verify_tables_name);
	if (!sql_row(s, q, &has_row, err))
		return false;
	bool same = has_row && str_eq(sql_get_bytes(q, 0), str_from(sum));

	sql_end(q);
	if (same)
		return true;
	diag_fail(err, DIAG_STATE_CORRUPT, NULL, "the state `%.*s` is damaged", STR_ARG(s->path));
	return verify_damaged(s, "its tables are not as they were made", err);
}

/* Looks for a row of one table whose checksum is wrong. */
static bool verify_table(Store *s, Statement which, const char *kind, Diag *err)
{
	Sql *q;
	bool has_row;

	if (!sql_prepare(s, which, &q, err) || !sql_row(s, q, &has_row, err))
		return false;
	if (!has_row)
		return true;
	diag_fail(err, DIAG_STATE_CORRUPT, NULL, "the row of %s `%.*s` is damaged", kind,
		STR_ARG(sql_get_bytes(q, 0)));
	sql_end(q);
	return verify_damaged(s, "its checksum is not that of what it holds", err);
}

bool verify_rows(Store *s, Diag *err)
{
	static const struct {
		Statement which;
		const char *kind;
	} checks[] = {
		{SQL_VERIFY_META, "the setting"},
		{SQL_VERIFY_STACK, "the stack"},
		{SQL_VERIFY_OBJECT, "the object"},
		{SQL_VERIFY_EDGE, "a dependency of"},
		{SQL_VERIFY_CONFIG, "the provider"},
		{SQL_VERIFY_OUTPUT, "the output"},
		{SQL_VERIFY_RUN, "a run of"},
		{SQL_VERIFY_JOURNAL, "a call for"},
	};

	if (!s->was_there)
		return true;
	/* The quick check leaves out whether indexes fit their tables: these two have one. */
	if (!verify_tables(s, err) || !verify_by_pragma(s, "PRAGMA integrity_check(stack)", err) ||
		!verify_by_pragma(s, "PRAGMA integrity_check(journal)", err))
		return false;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (!verify_table(s, checks[i].which, checks[i].kind, err))
			return false;
	return true;
}
