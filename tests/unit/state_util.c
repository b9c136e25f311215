/* Folders under the build's temporary one, one a process. */
#include "tests/unit/state_util.h"

#include "compiler/base/check.h"
#include "compiler/base/file.h"
#include "runtime/state/seal.h"
#include "runtime/state/store_impl.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

StateDir state_dir_new(void)
{
	StateDir d = {.arena = arena_new("test")};
	Str name = str_copy(d.arena, STR("/tmp/styx-state-XXXXXX"));
	union {
		const char *constant;
		char *writable;
	} path = {name.ptr};

	CHECK(mkdtemp(path.writable));
	d.dir = name;
	d.path = file_path_join(d.arena, name, STR(".styx/state.db"));
	return d;
}

static void state_remove(Arena *a, Str path)
{
	StrVec names = {0};
	Diag err = {0};

	if (file_kind(path) != FILE_DIRECTORY) {
		(void)unlink(path.ptr);
		return;
	}
	CHECK(file_list(a, path, &names, &err));
	for (uint32_t i = 0; i < names.len; i++)
		state_remove(a, file_path_join(a, path, names.ptr[i]));
	(void)rmdir(path.ptr);
}

void state_dir_free(StateDir *d)
{
	state_remove(d->arena, d->dir);
	arena_free(d->arena);
	*d = (StateDir){0};
}

Store *state_open(const StateDir *d, StoreMode mode)
{
	Store *s = NULL;
	Diag err = {0};

	CHECK_THAT(store_open(NULL, d->path, mode, STR("default"), &s, &err));
	CHECK(s);
	return s;
}

bool state_seal_ready(Store *s)
{
	Diag err = {0};

	return seal_ready(s, &err);
}

bool state_exec(Store *s, const char *sql)
{
	Diag err = {0};

	return sql_exec(s, sql, &err);
}
