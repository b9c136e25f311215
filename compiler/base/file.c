/* Whole files by POSIX calls. */
#include "compiler/base/file.h"

#include "compiler/base/buf.h"
#include "compiler/base/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE_NEW = 0644, FILE_MODE_BITS = 07777, FILE_WHY_BYTES = 128 };

/* Fills `err` with what the system said about `path`. */
static bool file_fail(Diag *err, int code, const char *verb, Str path)
{
	char why[FILE_WHY_BYTES];

	if (strerror_r(code, why, sizeof(why)) != 0)
		why[0] = 0;
	return diag_fail(err, code == ENOENT ? DIAG_FILE_MISSING : DIAG_FILE_IO, why,
		"cannot %s `%.*s`", verb, STR_ARG(path));
}

/* As file_fail, where a missing file is but one of the reasons. */
static bool file_fail_io(Diag *err, int code, const char *verb, Str path)
{
	(void)file_fail(err, code, verb, path);
	err->code = DIAG_FILE_IO;
	return false;
}

/* Opens `path`, whose bytes `name` holds as a C string; -1 and errno as open(). */
static int file_open(Str path, const char *name, int flags, mode_t mode)
{
	int fd;

	if (memchr(name, 0, path.len)) { /* a NUL inside would name another file */
		errno = ENOENT;
		return -1;
	}
	do {
		fd = open(name, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);
	return fd;
}

/* Reads to the end of `fd`, or to one byte past the cap; false and errno. */
static bool file_read_all(int fd, Buf *b)
{
	char block[1 << 16];

	while (!b->overflowed) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			return true;
		buf_add(b, (Str){block, (size_t)n});
	}
	return true;
}

/* Reads a file whose size is known in one go; false: it is not such a file, or changed. */
static bool file_read_sized(Arena *a, int fd, size_t size, Str *ret_text)
{
	char *text = arena_alloc(a, size + 1, 1);
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, size + 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (len <= size && (n > 0 || (n < 0 && errno == EINTR)));
	if (n != 0 || len != size)
		return false;
	*ret_text = (Str){text, size};
	return true;
}

static bool file_read_fd(Arena *a, int fd, size_t bytes_max, Str *ret_text, bool *ret_is_big)
{
	struct stat st;
	Buf b;

	if (fstat(fd, &st) < 0)
		return false;
	*ret_is_big = S_ISREG(st.st_mode) && (uint64_t)st.st_size > bytes_max;
	if (*ret_is_big)
		return true;
	if (S_ISREG(st.st_mode) && st.st_size > 0) {
		if (file_read_sized(a, fd, (size_t)st.st_size, ret_text))
			return true;
		if (lseek(fd, 0, SEEK_SET) < 0)
			return false;
	}
	buf_init(&b, bytes_max);
	bool ok = file_read_all(fd, &b);

	*ret_is_big = b.overflowed;
	if (ok && !b.overflowed)
		*ret_text = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return ok;
}

bool file_read(Arena *a, Str path, size_t bytes_max, Str *ret_text, Diag *err)
{
	const char *name = str_copy(a, path).ptr;
	bool is_big = false;
	int fd = file_open(path, name, O_RDONLY, 0);

	if (fd < 0)
		return file_fail(err, errno, "read", path);
	bool ok = !fault_point("file.read") && file_read_fd(a, fd, bytes_max, ret_text, &is_big);
	int code = errno;

	(void)close(fd); /* read-only: nothing to lose */
	if (!ok)
		return file_fail_io(err, code, "read", path);
	if (is_big)
		return diag_fail(err, DIAG_FILE_TOO_BIG, NULL,
			"the file `%.*s` is bigger than %zu bytes", STR_ARG(path), bytes_max);
	return true;
}

static bool file_write_all(int fd, Str text)
{
	while (text.len) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text = str_slice(text, (size_t)n, text.len);
	}
	return true;
}

/* Makes a rename in `dir` last.  Some file systems cannot sync a directory: nothing to do. */
static void file_sync_dir(Arena *a, Str dir)
{
	int fd = open(str_copy(a, dir).ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd); /* read-only: nothing to lose */
}

/* Writes and syncs `text` under the name `temp`, which it makes; false and errno. */
/* What a process left behind that was killed here is taken away, so that nothing piles up; whoever
 * put something else there is not followed. */
static bool file_write_temp(const char *temp, Str text, mode_t mode)
{
	(void)unlink(temp); /* usually there is none; what cannot be removed fails the next call */
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	bool ok = !fault_point("file.write") && fchmod(fd, mode) == 0 && file_write_all(fd, text) &&
		  fsync(fd) == 0;
	int code = errno;

	if (close(fd) < 0 && ok) {
		code = errno;
		ok = false;
	}
	if (!ok)
		(void)unlink(temp); /* the first error is the one to report */
	errno = code;
	return ok;
}

static bool file_replace(Arena *a, Str path, Str text, uint32_t mode)
{
	const char *name = str_copy(a, path).ptr;
	const char *temp = str_print(a, "%.*s.styx-tmp", STR_ARG(path)).ptr;
	struct stat st;

	if (memchr(name, 0, path.len)) {
		errno = EINVAL;
		return false;
	}
	if (!mode)
		mode = stat(name, &st) == 0 ? st.st_mode & FILE_MODE_BITS : FILE_MODE_NEW;
	if (!file_write_temp(temp, text, (mode_t)mode))
		return false;
	if (fault_point("file.rename") || rename(temp, name) < 0) {
		int code = errno;

		(void)unlink(temp); /* the first error is the one to report */
		errno = code;
		return false;
	}
	file_sync_dir(a, file_path_dir(path));
	return true;
}

bool file_write(Str path, Str text, uint32_t mode, Diag *err)
{
	Arena *scratch = arena_new("file");
	bool ok = file_replace(scratch, path, text, mode);
	int code = errno;

	arena_free(scratch);
	return ok || file_fail_io(err, code, "write", path);
}

FileKind file_kind(Str path)
{
	Arena *scratch = arena_new("file");
	const char *name = str_copy(scratch, path).ptr;
	struct stat st;
	bool is_name = !memchr(name, 0, path.len);
	int code = !is_name ? ENOENT : stat(name, &st) == 0 ? 0 : errno;

	if (code == ENOENT && is_name && lstat(name, &st) == 0)
		code = ELOOP; /* a link that leads nowhere is in the way, not missing */

	arena_free(scratch);
	if (code) /* what may not be looked at is not missing */
		return code == ENOENT || code == ENOTDIR ? FILE_MISSING : FILE_OTHER;
	if (S_ISREG(st.st_mode))
		return FILE_REGULAR;
	return S_ISDIR(st.st_mode) ? FILE_DIRECTORY : FILE_OTHER;
}

static int file_order_names(const void *a, const void *b)
{
	return str_cmp(*(const Str *)a, *(const Str *)b);
}

bool file_list(Arena *a, Str dir, StrVec *ret_names, Diag *err)
{
	const char *name = str_copy(a, dir).ptr;
	StrVec names = {0};
	const struct dirent *entry;
	DIR *d = opendir(name);

	if (!d)
		return file_fail(err, errno, "list directory", dir);
	while (errno = 0, (entry = readdir(d))) {
		Str found = str_from(entry->d_name);

		if (!str_eq(found, STR(".")) && !str_eq(found, STR("..")))
			vec_add(a, &names, str_copy(a, found));
	}
	int code = errno;

	(void)closedir(d); /* read-only: nothing to lose */
	if (code)
		return file_fail_io(err, code, "list directory", dir);
	if (names.len)
		qsort(names.ptr, names.len, sizeof(*names.ptr), file_order_names);
	*ret_names = names;
	return true;
}

/* Makes `name` and the directories above it, cutting it short in place on the way. */
static bool file_make_chain(char *name, size_t len, mode_t mode)
{
	for (size_t at = 1; at <= len; at++) {
		if (name[at] != '/' && name[at])
			continue;
		char held = name[at];

		name[at] = 0;
		if (mkdir(name, mode) < 0 && errno != EEXIST)
			return false;
		name[at] = held;
	}
	return true;
}

bool file_make_dirs(Str path, uint32_t mode, Diag *err)
{
	if (!path.len || file_kind(path) == FILE_DIRECTORY)
		return true;
	Arena *scratch = arena_new("file");
	char *name = ARENA_ARRAY(scratch, char, path.len + 1);

	memcpy(name, path.ptr, path.len);
	bool ok = file_make_chain(name, path.len, (mode_t)mode);
	int code = errno;

	if (ok && file_kind(path) != FILE_DIRECTORY) {
		code = ENOTDIR;
		ok = false;
	}
	arena_free(scratch);
	return ok || file_fail_io(err, code, "make directory", path);
}

bool file_remove(Str path, Diag *err)
{
	Arena *scratch = arena_new("file");
	const char *name = str_copy(scratch, path).ptr;
	bool names_other = memchr(name, 0, path.len) != NULL; /* a NUL inside cuts it short */
	bool ok = names_other || unlink(name) == 0 || errno == ENOENT;
	int code = errno;

	arena_free(scratch);
	return ok || file_fail_io(err, code, "remove", path);
}

bool file_touch(Str path, uint32_t mode, Diag *err)
{
	Arena *scratch = arena_new("file");
	int fd = file_open(path, str_copy(scratch, path).ptr, O_WRONLY | O_CREAT, (mode_t)mode);
	int code = errno;

	arena_free(scratch);
	if (fd < 0)
		return file_fail_io(err, code, "make", path);
	(void)close(fd); /* nothing was written */
	return true;
}

Str file_path_join(Arena *a, Str dir, Str name)
{
	if (!dir.len || str_starts(name, STR("/")))
		return str_copy(a, name);
	if (!name.len)
		return str_copy(a, dir);
	Str parts[] = {dir, name};

	return str_join(a, parts, 2, str_ends(dir, STR("/")) ? STR("") : STR("/"));
}

Str file_path_dir(Str path)
{
	size_t at = str_rfind(path, STR("/"));

	if (at == SIZE_MAX)
		return STR(".");
	return str_slice(path, 0, at ? at : 1);
}

Str file_path_base(Str path)
{
	size_t at = str_rfind(path, STR("/"));

	return at == SIZE_MAX ? path : str_slice(path, at + 1, path.len);
}

Str file_path_clean(Arena *a, Str path)
{
	bool is_absolute = str_starts(path, STR("/"));
	StrVec parts = {0};

	while (path.len) {
		Str part = str_cut(&path, STR("/"));
		bool is_up = str_eq(part, STR(".."));

		if (!part.len || str_eq(part, STR(".")))
			continue;
		if (is_up && parts.len && !str_eq(parts.ptr[parts.len - 1], STR("..")))
			parts.len--;
		else if (!is_up || !is_absolute)
			vec_add(a, &parts, part);
	}
	Str clean = str_join(a, parts.ptr, parts.len, STR("/"));

	if (is_absolute)
		return str_print(a, "/%.*s", STR_ARG(clean));
	return clean.len ? clean : STR(".");
}
