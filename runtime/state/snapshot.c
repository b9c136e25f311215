/* A state that may be read and not written (another user's, a mount without writing): a copy of it
 * in memory, which plans and listings use as any other.  Nobody takes a lease on it.
 *
 * SQLite wants to write even to read a database in WAL mode, so there are three ways in:
 *   1. read only, where the files beside it (-wal, -shm) are there: sees what others write;
 *   2. as a file that nobody changes, where no -wal holds anything;
 *   3. with the index of the -wal in memory, without locks: a -wal alone was left behind. */
#include "runtime/state/snapshot.h"

#include "compiler/base/file.h"

#include <sqlite3.h>

static bool snapshot_has_wal(Store *s)
{
	Str path = str_print(s->arena, "%.*s-wal", STR_ARG(s->path));
	Diag ignored = {0};
	Str bytes;

	if (file_kind(path) == FILE_MISSING)
		return false;
	if (file_read(s->arena, path, 1, &bytes, &ignored))
		return bytes.len != 0;
	diag_fini(&ignored); /* longer than a byte, or unreadable */
	return true;
}

/* The path as a URI, whose special characters are written as numbers. */
static Str snapshot_uri(Store *s, Str query)
{
	Buf b;

	buf_init(&b, SIZE_MAX / 2);
	buf_add(&b, STR("file:"));
	for (size_t i = 0; i < s->path.len; i++) {
		char c = s->path.ptr[i];

		if (c == '%' || c == '?' || c == '#')
			buf_print(&b, "%%%02x", (unsigned)(unsigned char)c);
		else
			buf_add_char(&b, c);
	}
	buf_add(&b, query);
	Str uri = str_copy(s->arena, buf_str(&b));

	buf_fini(&b);
	return uri;
}

static bool snapshot_copy(Store *s, Str query, const char *vfs, const char *pragma)
{
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
	sqlite3_backup *backup = NULL;
	sqlite3 *from = NULL;
	bool ok = false;

	if (sqlite3_open_v2(snapshot_uri(s, query).ptr, &from, flags, vfs) != SQLITE_OK ||
		sqlite3_exec(from, pragma, NULL, NULL, NULL) != SQLITE_OK)
		goto out;
	sqlite3_busy_timeout(from, SNAPSHOT_BUSY_MS);
	backup = sqlite3_backup_init(s->db, "main", from, "main");
	ok = backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE;
	ok = sqlite3_backup_finish(backup) == SQLITE_OK && ok;
out:
	sqlite3_close(from);
	return ok;
}

bool snapshot_open(Store *s)
{
	static const char *const plain = "SELECT count(*) FROM sqlite_master";
	static const char *const own_index =
		"PRAGMA locking_mode = EXCLUSIVE; SELECT count(*) FROM sqlite_master";

	sqlite3_close(s->db);
	s->db = NULL;
	if (sqlite3_open_v2(":memory:", &s->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
		    NULL) != SQLITE_OK)
		return false;
	sqlite3_extended_result_codes(s->db, 1);
	s->is_snapshot = snapshot_copy(s, STR(""), NULL, plain) ||
			 (snapshot_has_wal(s) ? snapshot_copy(s, STR(""), "unix-none", own_index)
					      : snapshot_copy(s, STR("?immutable=1"), NULL, plain));
	return s->is_snapshot;
}
