/* The two file systems a compilation can stand on: the disk, and a map in memory. */
#include "compiler/base/vfs.h"

#include "compiler/base/limits.h"

static bool disk_read(void *ctx, Arena *a, Str path, Str *ret_text, Diag *err)
{
	(void)ctx;
	return file_read(a, path, TEXT_BYTES_MAX, ret_text, err);
}

static bool disk_list(void *ctx, Arena *a, Str dir, StrVec *ret_names, Diag *err)
{
	(void)ctx;
	return file_list(a, dir, ret_names, err);
}

static FileKind disk_kind(void *ctx, Str path)
{
	(void)ctx;
	return file_kind(path);
}

Vfs vfs_disk(void)
{
	return (Vfs){NULL, disk_read, disk_list, disk_kind};
}

static bool memory_read(void *ctx, Arena *a, Str path, Str *ret_text, Diag *err)
{
	const Map *files = ctx;
	const Str *text = map_find(files, file_path_clean(a, path));

	if (!text)
		return diag_fail(err, DIAG_FILE_MISSING, NULL, "cannot read `%.*s`", STR_ARG(path));
	*ret_text = str_copy(a, *text);
	return true;
}

/* Returns what stands below `dir` in `path`, without the slash; empty if it is not below. */
static Str memory_below(Str dir, Str path)
{
	if (str_eq(dir, STR(".")) || dir.len == 0)
		return path;
	if (!str_starts(path, dir) || path.len <= dir.len || path.ptr[dir.len] != '/')
		return STR_NONE;
	return str_slice(path, dir.len + 1, path.len);
}

static int memory_place(const StrVec *names, Str name)
{
	for (uint32_t i = 0; i < names->len; i++)
		if (str_cmp(names->ptr[i], name) >= 0)
			return (int)i;
	return (int)names->len;
}

static bool memory_list(void *ctx, Arena *a, Str dir, StrVec *ret_names, Diag *err)
{
	const Map *files = ctx;
	Str clean = file_path_clean(a, dir);
	StrVec names = {0};

	for (uint32_t i = 0; i < files->item_count; i++) {
		Str rest = files->items[i].key.ptr ? memory_below(clean, files->items[i].key)
						   : STR_NONE;
		Str name = str_cut(&rest, STR("/"));
		uint32_t at = (uint32_t)memory_place(&names, name);

		if (name.len == 0 || (at < names.len && str_eq(names.ptr[at], name)))
			continue;
		vec_add(a, &names, name);
		for (uint32_t j = names.len - 1; j > at; j--)
			names.ptr[j] = names.ptr[j - 1];
		names.ptr[at] = name;
	}
	if (names.len == 0)
		return diag_fail(err, DIAG_FILE_MISSING, NULL, "cannot list `%.*s`", STR_ARG(dir));
	*ret_names = names;
	return true;
}

static FileKind memory_kind(void *ctx, Str path)
{
	const Map *files = ctx;
	Arena *scratch = arena_new("vfs");
	Str clean = file_path_clean(scratch, path);
	FileKind kind = map_has(files, clean) ? FILE_REGULAR : FILE_MISSING;

	for (uint32_t i = 0; kind == FILE_MISSING && i < files->item_count; i++)
		if (files->items[i].key.ptr && memory_below(clean, files->items[i].key).len)
			kind = FILE_DIRECTORY;
	arena_free(scratch);
	return kind;
}

Vfs vfs_memory(Map *files)
{
	return (Vfs){files, memory_read, memory_list, memory_kind};
}
