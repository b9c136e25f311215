/* One row per stack; it stays when nobody holds it, so that tokens only grow. */
#include "runtime/state/lease.h"

#include "compiler/base/check.h"
#include "runtime/host/clock.h"
#include "runtime/host/env.h"
#include "runtime/host/limits.h"
#include "runtime/state/store_impl.h"

typedef struct LeaseRow {
	int64_t token, pid, since_ms, until_ms;
	Str who, doing; /* who is empty: nobody */
} LeaseRow;

static bool lease_read(Store *s, Arena *a, LeaseRow *ret, Diag *err)
{
	Sql *q;
	bool has_row;

	*ret = (LeaseRow){0};
	if (!sql_prepare(s, SQL_LEASE_GET, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	if (!sql_row(s, q, &has_row, err))
		return false;
	if (!has_row)
		return true;
	ret->token = sql_get_int(q, 0);
	ret->who = str_copy(a, sql_get_bytes(q, 1));
	ret->pid = sql_get_int(q, 2);
	ret->doing = str_copy(a, sql_get_bytes(q, 3));
	ret->since_ms = sql_get_int(q, 4);
	ret->until_ms = sql_get_int(q, 5);
	sql_end(q);
	return true;
}

static Str lease_host(Str who)
{
	size_t at = str_rfind(who, STR("@"));

	return at == SIZE_MAX ? who : str_slice(who, at + 1, who.len);
}

/* Says whether somebody who is alive holds it. */
static bool lease_is_held(const LeaseRow *row, Str me)
{
	if (!row->who.len || row->until_ms <= clock_wall_ms())
		return false;
	return !str_eq(lease_host(row->who), lease_host(me)) || env_pid_is_alive(row->pid);
}

static bool lease_refuse(const LeaseRow *row, Arena *a, Diag *err)
{
	Str since = clock_print_iso(a, row->since_ms);
	Str until = clock_print_iso(a, row->until_ms);

	diag_fail(err, DIAG_STATE_LOCKED, NULL, "somebody else is changing this stack");
	diag_why(err, "%.*s (process %lld) holds it since %.*s, doing `%.*s`", STR_ARG(row->who),
		(long long)row->pid, STR_ARG(since), STR_ARG(row->doing));
	diag_fix(err, "wait until that ends; if it died, its hold ends at %.*s", STR_ARG(until));
	return false;
}

static bool lease_write(Store *s, const LeaseRow *row, Diag *err)
{
	Sql *q;

	if (!sql_prepare(s, SQL_LEASE_PUT, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_int(q, 2, row->token);
	sql_text(q, 3, row->who);
	sql_int(q, 4, row->pid);
	sql_text(q, 5, row->doing);
	sql_int(q, 6, row->since_ms);
	sql_int(q, 7, row->until_ms);
	return sql_run(s, q, err);
}

/* Reads the serial and the generations that others may have moved on. */
static bool lease_read_stack(Store *s, Diag *err)
{
	Sql *q;
	bool has_row;

	if (!sql_prepare(s, SQL_STACK_SERIAL, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	if (!sql_row(s, q, &has_row, err))
		return false;
	CHECK(has_row);
	s->serial = (uint64_t)sql_get_int(q, 0);
	s->generation = s->saved_generation = (uint64_t)sql_get_int(q, 1);
	sql_end(q);
	return true;
}

bool lease_take(Store *s, Str doing, Diag *err)
{
	Arena *a = arena_new("lease");
	LeaseRow row;
	bool ok = false;

	CHECK(!s->fence);
	if (s->is_snapshot) {
		diag_fail(err, DIAG_STATE_IO, "its files or their folder may only be read",
			"cannot write the state `%.*s`", STR_ARG(s->path));
		diag_fix(err, "run this as its owner, or give yourself the right to write");
		goto out;
	}
	if (!store_flush(s, err) || !store_write(s, false, err) || !lease_read(s, a, &row, err))
		goto out;
	Str me = env_who(a);

	if (lease_is_held(&row, me)) {
		lease_refuse(&row, a, err);
		goto out;
	}
	row = (LeaseRow){.token = row.token + 1,
		.pid = env_pid(),
		.who = me,
		.doing = doing,
		.since_ms = clock_wall_ms(),
		.until_ms = clock_wall_ms() + LEASE_TTL_MS};
	if (!lease_write(s, &row, err) || !lease_read_stack(s, err))
		goto out;
	s->fence = row.token;
	ok = true;
out:
	if (s->in_transaction && !store_flush(s, ok ? err : &(Diag){0}))
		ok = false;
	if (!ok)
		s->fence = 0;
	arena_free(a);
	return ok;
}

bool lease_renew(Store *s, Diag *err)
{
	Sql *q;

	CHECK(s->fence);
	if (!store_write(s, false, err) || !sql_prepare(s, SQL_LEASE_RENEW, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_int(q, 2, s->fence);
	sql_int(q, 3, clock_wall_ms() + LEASE_TTL_MS);
	return sql_run(s, q, err) && store_flush(s, err);
}

bool lease_give(Store *s, Diag *err)
{
	Sql *q;

	if (!s->fence)
		return true;
	bool ok = store_write(s, false, err) && sql_prepare(s, SQL_LEASE_GIVE, &q, err);

	if (ok) {
		sql_int(q, 1, s->stack);
		sql_int(q, 2, s->fence);
		ok = sql_run(s, q, err) && store_flush(s, err);
	}
	s->fence = 0;
	return ok;
}
