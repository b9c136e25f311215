/* How the compiler sees files: a small table of functions, so that it can run over a directory,
 * over memory (tests, fuzzers, editors) or over an archive.  Thread: as the caller. */
#ifndef STYX_BASE_VFS_H
#define STYX_BASE_VFS_H

#include "compiler/base/file.h"
#include "compiler/base/map.h"

typedef struct Vfs {
	void *ctx;
	/* As file_read(), file_list() and file_kind(); paths are relative to where the user stands,
	 * or absolute. */
	bool (*read)(void *ctx, Arena *a, Str path, Str *ret_text, Diag *err);
	bool (*list)(void *ctx, Arena *a, Str dir, StrVec *ret_names, Diag *err);
	FileKind (*kind)(void *ctx, Str path);
} Vfs;

/* The real file system. */
Vfs vfs_disk(void);

/* Files in memory: `files` maps paths to `const Str *` texts; directories are implied. */
Vfs vfs_memory(Map *files);

#endif
