/* SQLite behind our types: statements by number, bindings, rows, and its errors as ours. */
#include "runtime/state/store_impl.h"

#include "compiler/base/check.h"

#include <errno.h>
#include <sqlite3.h>

static DiagCode sql_code(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return DIAG_STATE_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* our statements are right: so the tables are not ours */
		return DIAG_STATE_CORRUPT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DIAG_STATE_LOCKED;
	default:
		return DIAG_STATE_IO;
	}
}

bool sql_fail(Store *s, int code, Diag *err)
{
	bool is_full =
		s->db && (code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(s->db) == ENOSPC;
	DiagCode ours = is_full ? DIAG_STATE_FULL : sql_code(code);
	const char *why = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code);

	diag_fail(err, ours, why, "cannot read or write the state `%.*s`", STR_ARG(s->path));
	switch (ours) {
	case DIAG_STATE_FULL:
		diag_fix(err, "make room on the disk and run the command again: what was done is "
			      "recorded, nothing is half-written");
		break;
	case DIAG_STATE_CORRUPT:
		diag_fix(err, "put a copy of `%.*s` back in place; this one is left as it is",
			STR_ARG(s->path));
		break;
	case DIAG_STATE_LOCKED:
		diag_fix(err, "another program keeps the database busy: try again");
		break;
	default:
		diag_fix(err, "see that the folder exists and can be written to");
	}
	return false;
}

bool sql_prepare(Store *s, Statement which, Sql **ret, Diag *err)
{
	static const char *const texts[SQL_COUNT] = {
#define X(name, sql) sql,
#include "runtime/state/statement.def"
#undef X
	};

	CHECK(s->magic == STORE_MAGIC && which < SQL_COUNT);
	if (!s->statements[which]) {
		int code = sqlite3_prepare_v3(s->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
			&s->statements[which], NULL);

		if (code != SQLITE_OK)
			return sql_fail(s, code, err);
	}
	*ret = s->statements[which];
	sqlite3_reset(*ret);
	return true;
}

void sql_int(Sql *q, int at, int64_t n)
{
	CHECK(sqlite3_bind_int64(q, at, n) == SQLITE_OK);
}

void sql_text(Sql *q, int at, Str text)
{
	CHECK(sqlite3_bind_text64(q, at, text.ptr ? text.ptr : "", text.len, SQLITE_STATIC,
		      SQLITE_UTF8) == SQLITE_OK);
}

void sql_blob(Sql *q, int at, Str bytes)
{
	CHECK(sqlite3_bind_blob64(q, at, bytes.ptr ? bytes.ptr : "", bytes.len, SQLITE_STATIC) ==
		SQLITE_OK);
}

bool sql_row(Store *s, Sql *q, bool *ret_has, Diag *err)
{
	int code = sqlite3_step(q);

	if (code != SQLITE_ROW && code != SQLITE_DONE) {
		sql_fail(s, code, err);
		sqlite3_reset(q);
		return false;
	}
	*ret_has = code == SQLITE_ROW;
	if (code == SQLITE_DONE)
		sqlite3_reset(q);
	return true;
}

bool sql_run(Store *s, Sql *q, Diag *err)
{
	bool has_row;

	if (!sql_row(s, q, &has_row, err))
		return false;
	CHECK(!has_row);
	return true;
}

int64_t sql_get_int(Sql *q, int column)
{
	return sqlite3_column_int64(q, column);
}

Str sql_get_bytes(Sql *q, int column)
{
	const void *bytes = sqlite3_column_blob(q, column);

	return (Str){bytes ? bytes : "", (size_t)sqlite3_column_bytes(q, column)};
}

void sql_end(Sql *q)
{
	sqlite3_reset(q);
}

bool sql_exec(Store *s, const char *text, Diag *err)
{
	int code = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return code == SQLITE_OK || sql_fail(s, code, err);
}

static uint64_t sql_sum_step(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

static uint64_t sql_sum_value(uint64_t h, sqlite3_value *v)
{
	int type = sqlite3_value_type(v);

	h = sql_sum_step(h, (uint64_t)type);
	switch (type) {
	case SQLITE_INTEGER:
		return sql_sum_step(h, (uint64_t)sqlite3_value_int64(v));
	case SQLITE_TEXT:
	case SQLITE_BLOB: {
		const void *bytes = sqlite3_value_blob(v);
		size_t len = (size_t)sqlite3_value_bytes(v);

		return sql_sum_step(h, str_hash((Str){bytes ? bytes : "", len}));
	}
	default:
		return h; /* NULL; we write no floats, and one is no integer */
	}
}

/* The checksum of a row, from its values and their types.  Each step can be undone, so rows that
 * differ in one value have different sums.  It is in databases: it must not change. */
static void sql_row_sum(sqlite3_context *ctx, int count, sqlite3_value **values)
{
	uint64_t h = 0x53747978u;

	for (int i = 0; i < count; i++)
		h = sql_sum_value(h, values[i]);
	sqlite3_result_int64(ctx, (int64_t)h);
}

bool sql_add_functions(Store *s, Diag *err)
{
	int code = sqlite3_create_function_v2(s->db, "row_sum", -1,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sql_row_sum, NULL, NULL, NULL);

	return code == SQLITE_OK || sql_fail(s, code, err);
}
