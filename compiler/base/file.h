/* Whole files: read, written atomically, listed.  Blocking; Thread: any. */
#ifndef STYX_BASE_FILE_H
#define STYX_BASE_FILE_H

#include "compiler/base/diag.h"

typedef enum FileKind { FILE_MISSING, FILE_REGULAR, FILE_DIRECTORY, FILE_OTHER } FileKind;

typedef Vec(Str) StrVec;

/* Reads all of `path` into `a`, with a NUL behind the bytes.
 * err  DIAG_FILE_MISSING (USER), DIAG_FILE_IO (OUTSIDE), DIAG_FILE_TOO_BIG (LIMIT). */
MUST_CHECK bool file_read(Arena *a, Str path, size_t bytes_max, Str *ret_text, Diag *err);

/* Writes `text` to a temporary file beside `path`, syncs and renames it, so that `path` is never
 * half-written.  `mode` is the permission bits of a new file (0: 0644, or those it had).
 * err  DIAG_FILE_IO. */
MUST_CHECK bool file_write(Str path, Str text, uint32_t mode, Diag *err);

/* Says what stands at `path`, links followed; FILE_OTHER where that may not be seen,
 * and for a link that leads nowhere. */
FileKind file_kind(Str path);

/* Lists the names in a directory, sorted bytewise, without "." and "..".
 * err  DIAG_FILE_MISSING, DIAG_FILE_IO. */
MUST_CHECK bool file_list(Arena *a, Str dir, StrVec *ret_names, Diag *err);

/* Makes a directory and its parents.  err  DIAG_FILE_IO. */
MUST_CHECK bool file_make_dirs(Str path, uint32_t mode, Diag *err);

/* Removes one file; a missing one is fine.  err  DIAG_FILE_IO. */
MUST_CHECK bool file_remove(Str path, Diag *err);

/* Makes an empty file with these permission bits unless there is one; one that is there is left as
 * it is.  err  DIAG_FILE_IO. */
MUST_CHECK bool file_touch(Str path, uint32_t mode, Diag *err);

/* Joins, takes apart, cleans ("a/./b/../c" is "a/c") paths, without touching the disk. */
Str file_path_join(Arena *a, Str dir, Str name);
Str file_path_dir(Str path);
Str file_path_base(Str path);
Str file_path_clean(Arena *a, Str path);

#endif
