/* One row a run. */
#include "runtime/state/run.h"

#include "runtime/host/clock.h"
#include "runtime/host/env.h"
#include "runtime/state/store_impl.h"

#include <sqlite3.h>

enum { RUN_JOURNALS_KEPT = 20 };

bool run_begin(Store *s, Str kind, Str digest, int64_t *ret_key, Diag *err)
{
	Arena *a = arena_new("run");
	Sql *q;
	bool ok = store_write(s, false, err) && sql_prepare(s, SQL_RUN_BEGIN, &q, err);

	if (ok) {
		sql_int(q, 1, s->stack);
		sql_text(q, 2, kind);
		sql_text(q, 3, env_who(a));
		sql_text(q, 4, digest);
		sql_int(q, 5, clock_wall_ms());
		ok = sql_run(s, q, err);
	}
	if (ok)
		*ret_key = sqlite3_last_insert_rowid(s->db);
	arena_free(a);
	return ok;
}

bool run_end(Store *s, const StateRun *run, Diag *err)
{
	Sql *q;

	if (!store_write(s, false, err) || !sql_prepare(s, SQL_RUN_END, &q, err))
		return false;
	sql_int(q, 1, run->key);
	sql_int(q, 2, clock_wall_ms());
	sql_text(q, 3, run->result);
	sql_int(q, 4, run->done);
	sql_int(q, 5, run->failed);
	sql_int(q, 6, run->skipped);
	if (!sql_run(s, q, err) || !sql_prepare(s, SQL_JOURNAL_PRUNE, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_int(q, 2, run->key - RUN_JOURNALS_KEPT);
	return sql_run(s, q, err);
}

bool run_list(Store *s, Arena *a, uint32_t limit, StateRun **ret, uint32_t *ret_count, Diag *err)
{
	Vec(StateRun) found = {0};
	bool has_row = true;
	Sql *q;

	if (!sql_prepare(s, SQL_RUN_LIST, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_int(q, 2, limit);
	while (has_row) {
		if (!sql_row(s, q, &has_row, err))
			return false;
		if (!has_row)
			break;
		StateRun run = {
			.key = sql_get_int(q, 0),
			.kind = str_copy(a, sql_get_bytes(q, 1)),
			.who = str_copy(a, sql_get_bytes(q, 2)),
			.digest = str_copy(a, sql_get_bytes(q, 3)),
			.started_ms = sql_get_int(q, 4),
			.ended_ms = sql_get_int(q, 5),
			.result = str_copy(a, sql_get_bytes(q, 6)),
			.done = sql_get_int(q, 7),
			.failed = sql_get_int(q, 8),
			.skipped = sql_get_int(q, 9),
		};

		vec_add(a, &found, run);
	}
	*ret = found.ptr;
	*ret_count = found.len;
	return true;
}
