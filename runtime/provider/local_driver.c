/* Files and folders of this machine.
 *
 * A file is written beside the old one and renamed; one that exists with other content is not
 * overwritten by a create.  Of a secret file neither text nor digest is shown. */
#include "runtime/provider/native.h"

#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_BYTES_MAX = 64 << 20, /* of a managed file: it is held in memory */
	DEPTH_MAX = 64,            /* of folders that are deleted with what is in them */
};

static Str full_path(const Native *n, Arena *a, Str path)
{
	if (str_starts(path, STR("/")))
		return path;
	return file_path_join(a, n->base_dir, path);
}

/* Where it lies; before it exists, where it shall lie. */
static Str path_of(const Native *n, Arena *a, const DriverObject *o)
{
	return full_path(n, a, o->id.len ? o->id : native_text(o->desired, STR("path")));
}

static uint32_t mode_of(Value record, uint32_t fallback)
{
	uint64_t mode = 0;

	if (!num_parse_base(native_text(record, STR("mode")), 8, &mode))
		return fallback;
	return (uint32_t)mode;
}

static bool io_failed(Diag *err, Str path, const char *what)
{
	return diag_fail(
		err, DIAG_FILE_IO, strerror(errno), "cannot %s `%.*s`", what, STR_ARG(path));
}

/* The mode as it is written: what the program wrote, if it means the same. */
static Value mode_value(Arena *a, Value record, uint32_t mode)
{
	const Value *written = value_find(record, STR("mode"));

	if (written && mode_of(record, 0) == mode)
		return *written;
	return value_string(str_print(a, "0%03o", mode));
}

/* Files. */

static bool is_secret_file(const DriverObject *o)
{
	const Value *secret = value_find(o->desired, STR("secret_content"));
	bool was_read = o->attrs.kind == VAL_MAP && value_find(o->attrs, STR("size"));

	if (o->desired.kind == VAL_MAP)
		return secret && secret->kind != VAL_NULL;
	return was_read && !value_find(o->attrs, STR("sha256"));
}

/* What a file's content says, as attributes. */
static Value describe(Arena *a, const DriverObject *o, Value out, Str text, uint32_t mode)
{
	out = value_with(a, out, STR("mode"), mode_value(a, out, mode));
	out = value_with(a, out, STR("size"), value_number(VAL_SIZE, (int64_t)text.len));
	Digest d = hash_of(HASH_SHA256, text);
	if (is_secret_file(o)) /* the engine keeps a keyed digest of it */
		return value_with(a, out, STR("secret_content"),
			value_string(utf8_is_valid(text, NULL) ? text : hash_hex(a, &d)));
	out = value_with(a, out, STR("sha256"), value_string(hash_hex(a, &d)));
	if (!utf8_is_valid(text, NULL))
		return out;
	/* Only what the program writes is recorded: a file of which only the mode is managed may be
	 * large, or no business of the state's. */
	if (value_find(out, STR("content")))
		out = value_with(a, out, STR("content"), value_string(text));
	return out;
}

static bool file_state(const Native *n, DriverObject *o, Value base, Arena *a, Diag *err)
{
	Str path = path_of(n, a, o);
	struct stat st;
	Str text = {0};

	o->is_gone = file_kind(path) != FILE_REGULAR;
	if (o->is_gone)
		return true;
	if (stat(str_copy(a, path).ptr, &st) != 0)
		return io_failed(err, path, "look at");
	if (!file_read(a, path, FILE_BYTES_MAX, &text, err))
		return false;
	o->attrs = describe(a, o, base, text, st.st_mode & 0777);
	return true;
}

static bool local_file_read(void *self, DriverObject *o, Arena *a, Diag *err)
{
	return file_state(
		self, o, o->attrs.kind == VAL_MAP ? o->attrs : native_record(a, o), a, err);
}

static Str wanted_content(const DriverObject *o)
{
	Str secret = native_text(o->desired, STR("secret_content"));

	return secret.len ? secret : native_text(o->desired, STR("content"));
}

static bool has_content(const DriverObject *o)
{
	const Value *plain = value_find(o->desired, STR("content"));
	const Value *secret = value_find(o->desired, STR("secret_content"));

	return (plain && plain->kind != VAL_NULL) || (secret && secret->kind != VAL_NULL);
}

static bool write_file(const Native *n, DriverObject *o, Arena *a, Diag *err)
{
	Str path = path_of(n, a, o);
	uint32_t mode = mode_of(o->desired, 0644);

	if (native_bool(o->desired, STR("create_parents")) &&
		!file_make_dirs(file_path_dir(path), 0755, err))
		return false;
	bool writes = has_content(o) || file_kind(path) == FILE_MISSING;
	if (writes && !file_write(path, wanted_content(o), mode, err))
		return false;
	if (chmod(str_copy(a, path).ptr, (mode_t)mode) != 0)
		return io_failed(err, path, "set the mode of");
	return file_state(n, o, native_record(a, o), a, err);
}

/* Says whether what lies there is what is wanted anyway. */
static bool holds_wanted(const Native *n, const DriverObject *o, Arena *a)
{
	Str text = {0};
	Diag err = {0};

	if (!has_content(o))
		return true;
	if (!file_read(a, path_of(n, a, o), FILE_BYTES_MAX, &text, &err)) {
		diag_fini(&err); /* what cannot be read is not what is wanted */
		return false;
	}
	return str_eq(text, wanted_content(o));
}

static bool taken(const DriverObject *o, Diag *err)
{
	Str path = native_text(o->desired, STR("path"));

	diag_fail(err, DIAG_EXISTS, NULL, "`%.*s` exists and is not managed here", STR_ARG(path));
	diag_fix(err, "move it away, or choose another path");
	return false;
}

static bool local_file_create(void *self, DriverObject *o, Arena *a, Diag *err)
{
	FileKind kind = file_kind(path_of(self, a, o));

	if (kind != FILE_MISSING && (kind != FILE_REGULAR || !holds_wanted(self, o, a)))
		return taken(o, err);
	o->id = native_text(o->desired, STR("path"));
	return write_file(self, o, a, err);
}

static bool local_file_update(
	void *self, DriverObject *o, const Str *changed, uint32_t count, Arena *a, Diag *err)
{
	(void)changed;
	(void)count;
	return write_file(self, o, a, err);
}

static bool local_file_destroy(void *self, DriverObject *o, Arena *a, Diag *err)
{
	return file_remove(path_of(self, a, o), err);
}

static bool local_file_find(void *self, DriverObject *o, DriverFound *ret, Arena *a, Diag *err)
{
	if (file_kind(path_of(self, a, o)) == FILE_MISSING)
		return true;
	*ret = FOUND_UNKNOWN;
	if (!has_content(o) || !holds_wanted(self, o, a))
		return true;
	*ret = FOUND_OURS;
	o->id = native_text(o->desired, STR("path"));
	return file_state(self, o, native_record(a, o), a, err);
}

static bool none_there(const DriverObject *o, Str path, Diag *err)
{
	(void)o;
	return diag_fail(err, DIAG_LOOKUP_NONE, NULL, "there is no `%.*s`", STR_ARG(path));
}

static bool local_file_lookup(void *self, DriverObject *o, Arena *a, Diag *err)
{
	o->id = native_text(o->desired, STR("path"));
	if (!o->id.len)
		o->id = native_text(o->desired, STR("id"));
	if (!file_state(self, o, native_record(a, o), a, err))
		return false;
	if (o->is_gone)
		return none_there(o, o->id, err);
	Str text;
	if (!file_read(a, o->id, FILE_BYTES_MAX, &text, err))
		return false;
	if (utf8_is_valid(text, NULL))
		o->attrs = value_with(a, o->attrs, STR("text"), value_string(text));
	return true;
}

/* Folders. */

static bool folder_state(const Native *n, DriverObject *o, Value base, Arena *a, Diag *err)
{
	Str path = path_of(n, a, o);
	struct stat st;

	o->is_gone = file_kind(path) != FILE_DIRECTORY;
	if (o->is_gone)
		return true;
	if (stat(str_copy(a, path).ptr, &st) != 0)
		return io_failed(err, path, "look at");
	o->attrs = value_with(a, base, STR("mode"), mode_value(a, base, st.st_mode & 0777));
	return true;
}

static bool folder_read(void *self, DriverObject *o, Arena *a, Diag *err)
{
	return folder_state(
		self, o, o->attrs.kind == VAL_MAP ? o->attrs : native_record(a, o), a, err);
}

static bool make_folder(const Native *n, DriverObject *o, Arena *a, Diag *err)
{
	Str path = path_of(n, a, o);
	uint32_t mode = mode_of(o->desired, 0755);

	if (!file_make_dirs(path, mode, err))
		return false;
	if (chmod(str_copy(a, path).ptr, (mode_t)mode) != 0)
		return io_failed(err, path, "set the mode of");
	return folder_state(n, o, native_record(a, o), a, err);
}

static bool is_empty_folder(const Native *n, const DriverObject *o, Arena *a)
{
	StrVec names = {0};
	Diag err = {0};

	if (file_list(a, path_of(n, a, o), &names, &err))
		return names.len == 0;
	diag_fini(&err); /* what cannot be listed is not ours */
	return false;
}

static bool folder_create(void *self, DriverObject *o, Arena *a, Diag *err)
{
	FileKind kind = file_kind(path_of(self, a, o));

	if (kind != FILE_MISSING && (kind != FILE_DIRECTORY || !is_empty_folder(self, o, a)))
		return taken(o, err);
	o->id = native_text(o->desired, STR("path"));
	return make_folder(self, o, a, err);
}

static bool folder_update(
	void *self, DriverObject *o, const Str *changed, uint32_t count, Arena *a, Diag *err)
{
	(void)changed;
	(void)count;
	return make_folder(self, o, a, err);
}

/* Deletes what lies in a folder; links are not followed. */
static bool empty_folder(Arena *a, Str dir, int depth, Diag *err)
{
	StrVec names = {0};

	if (depth == DEPTH_MAX)
		return diag_fail(
			err, DIAG_FILE_IO, NULL, "`%.*s` is nested too deeply", STR_ARG(dir));
	if (!file_list(a, dir, &names, err))
		return false;
	for (uint32_t i = 0; i < names.len; i++) {
		Str path = file_path_join(a, dir, names.ptr[i]);
		struct stat st;
		if (lstat(str_copy(a, path).ptr, &st) != 0)
			return io_failed(err, path, "look at");
		if (!S_ISDIR(st.st_mode)) {
			if (unlink(str_copy(a, path).ptr) != 0)
				return io_failed(err, path, "remove");
		} else if (!empty_folder(a, path, depth + 1, err)) {
			return false;
		} else if (rmdir(str_copy(a, path).ptr) != 0) {
			return io_failed(err, path, "remove");
		}
	}
	return true;
}

static bool folder_destroy(void *self, DriverObject *o, Arena *a, Diag *err)
{
	Str path = path_of(self, a, o);

	if (file_kind(path) == FILE_MISSING)
		return true;
	if (native_bool(o->attrs, STR("force_destroy")) && !empty_folder(a, path, 0, err))
		return false;
	if (rmdir(str_copy(a, path).ptr) == 0)
		return true;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return io_failed(err, path, "remove");
	diag_fail(err, DIAG_DEPENDENCY, NULL, "`%.*s` is not empty", STR_ARG(path));
	diag_fix(err, "remove what lies in it, or set `force_destroy = true` and apply first");
	return false;
}

static bool folder_find(void *self, DriverObject *o, DriverFound *ret, Arena *a, Diag *err)
{
	if (file_kind(path_of(self, a, o)) == FILE_MISSING)
		return true;
	*ret = is_empty_folder(self, o, a) ? FOUND_OURS : FOUND_UNKNOWN;
	if (*ret != FOUND_OURS)
		return true;
	o->id = native_text(o->desired, STR("path"));
	return folder_state(self, o, native_record(a, o), a, err);
}

static bool folder_lookup(void *self, DriverObject *o, Arena *a, Diag *err)
{
	o->id = native_text(o->desired, STR("path"));
	if (!folder_state(self, o, native_record(a, o), a, err))
		return false;
	return !o->is_gone || none_there(o, o->id, err);
}

/* The table. */

Driver *local_driver_open(Loop *l, Str base_dir, Value settings)
{
	static const NativeType files = {
		STR_INIT("local.file"),
		local_file_read,
		local_file_create,
		local_file_update,
		local_file_destroy,
		local_file_find,
		local_file_lookup,
	};
	static const NativeType folders = {
		STR_INIT("local.directory"),
		folder_read,
		folder_create,
		folder_update,
		folder_destroy,
		folder_find,
		folder_lookup,
	};
	Native *n = native_new("local", l, NULL, 3);
	NativeType *types = ARENA_ARRAY(n->arena, NativeType, 3);
	Str directory = native_text(settings, STR("directory"));

	types[0] = files;
	types[1] = folders;
	types[2] = native_command;
	n->types = types;
	n->base_dir = str_copy(n->arena, base_dir);
	if (directory.len)
		n->base_dir = str_copy(n->arena, full_path(n, n->arena, directory));
	return &n->driver;
}
