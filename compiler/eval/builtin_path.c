/* Built-ins on paths, and those that read the files of the package.  Paths are relative to the
 * module's directory, never absolute: the same package gives the same plan on every machine.  How
 * far up `..` may go is the file table's to say.  Thread: as c->files. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/hash.h"
#include "compiler/base/limits.h"
#include "compiler/base/utf8.h"
#include "compiler/base/vfs.h"

enum { DEPTH_MAX = 32 };

FN(BASENAME)
{
	Str s;

	return builtin_text(c, args, count, 0, &s) ? value_string(file_path_base(s)) : VALUE_NULL;
}

FN(DIRNAME)
{
	Str s;

	return builtin_text(c, args, count, 0, &s) ? value_string(file_path_dir(s)) : VALUE_NULL;
}

FN(PATH_JOIN)
{
	Str all = STR(""), s;

	for (uint32_t i = 0; i < count; i++) {
		if (!builtin_text(c, args, count, i, &s))
			return VALUE_NULL;
		all = all.len == 0 ? s : file_path_join(c->arena, all, s);
	}
	return value_string(file_path_clean(c->arena, all));
}

FN(PATH_CLEAN)
{
	Str s;

	return builtin_text(c, args, count, 0, &s) ? value_string(file_path_clean(c->arena, s))
						   : VALUE_NULL;
}

/* The place of the last dot of a name, not counting one at its beginning. */
static size_t dot_of(Str name)
{
	size_t dot = str_rfind(name, STR("."));

	return dot == SIZE_MAX || dot == 0 ? name.len : dot;
}

FN(EXTENSION)
{
	Str s;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	s = file_path_base(s);
	return value_string(str_slice(s, dot_of(s), s.len));
}

FN(STEM)
{
	Str s;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	s = file_path_base(s);
	return value_string(str_slice(s, 0, dot_of(s)));
}

/* The path of operand 0 as the file table wants it; false: reported. */
static bool locate(OpCtx *c, const Value *args, uint32_t count, Str *ret)
{
	Str s;

	if (!builtin_text(c, args, count, 0, &s))
		return false;
	if (!c->files)
		return (void)op_fail(c, DIAG_CALL_FAILED, "there are no files here"), false;
	if (str_starts(s, STR("/")) || str_starts(s, STR("~")))
		return (void)op_fail(c, DIAG_CALL_FAILED,
			       "`%.*s` is not relative: files belong to the package", STR_ARG(s)),
		       false;
	s = c->dir.len > 0 ? file_path_join(c->arena, c->dir, s) : s;
	*ret = file_path_clean(c->arena, s);
	return true;
}

static bool read_file(OpCtx *c, Str path, Str *ret)
{
	Diag err = {0};

	if (c->files->read(c->files->ctx, c->arena, path, ret, &err))
		return true;
	(void)op_fail(c, err.code, "%.*s%s%.*s", STR_ARG(err.what), err.why.len > 0 ? ": " : "",
		STR_ARG(err.why));
	diag_fini(&err);
	return false;
}

FN(FILE)
{
	Str path, text;
	size_t where;

	if (!locate(c, args, count, &path) || !read_file(c, path, &text))
		return VALUE_NULL;
	if (!utf8_is_valid(text, &where))
		return op_fail(c, DIAG_CALL_FAILED,
			"`%.*s` is not text: byte %zu is not UTF-8; file_base64() reads any file",
			STR_ARG(path), where);
	return value_string(text);
}

FN(FILE_BASE64)
{
	Str path, text;
	Buf b;

	if (!locate(c, args, count, &path) || !read_file(c, path, &text))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	hash_add_base64(&b, text);
	return builtin_take_text(c, &b);
}

FN(FILE_EXISTS)
{
	Str path;

	return locate(c, args, count, &path)
		       ? value_bool(c->files->kind(c->files->ctx, path) == FILE_REGULAR)
		       : VALUE_NULL;
}

static Value file_digest(OpCtx *c, const Value *args, uint32_t count, HashKind kind)
{
	Str path, text;
	Digest d;

	if (!locate(c, args, count, &path) || !read_file(c, path, &text))
		return VALUE_NULL;
	d = hash_of(kind, text);
	return value_string(hash_hex(c->arena, &d));
}

FN(FILE_BASE64_SHA256)
{
	Str path, text;
	Digest d;
	Buf b;

	if (!locate(c, args, count, &path) || !read_file(c, path, &text))
		return VALUE_NULL;
	d = hash_of(HASH_SHA256, text);
	buf_init(&b, TEXT_BYTES_MAX);
	hash_add_base64(&b, hash_str(&d));
	return builtin_take_text(c, &b);
}

FN(FILE_SHA512)
{
	return file_digest(c, args, count, HASH_SHA512);
}

FN(FILE_SHA256)
{
	return file_digest(c, args, count, HASH_SHA256);
}

FN(FILE_MD5)
{
	return file_digest(c, args, count, HASH_MD5);
}

typedef struct Walk {
	OpCtx *c;
	Vec(Str) found; /* relative to where the walk began */
	uint32_t depth;
} Walk;

/* Gathers the regular files under `dir`, hidden ones left out; `prefix` is the way from the top. */
static bool walk(Walk *w, Str dir, Str prefix)
{
	OpCtx *c = w->c;
	StrVec names = {0};
	Diag err = {0};

	if (w->depth == DEPTH_MAX)
		return (void)op_fail(
			       c, DIAG_CALL_FAILED, "directories more than %d deep", DEPTH_MAX),
		       false;
	if (!c->files->list(c->files->ctx, c->arena, dir, &names, &err)) {
		(void)op_fail(c, err.code, "%.*s", STR_ARG(err.what));
		diag_fini(&err);
		return false;
	}
	w->depth++;
	for (uint32_t i = 0; i < names.len; i++) {
		Str name = names.ptr[i];
		Str path = file_path_join(c->arena, dir, name);
		Str shown = prefix.len > 0 ? file_path_join(c->arena, prefix, name) : name;
		FileKind kind = c->files->kind(c->files->ctx, path);

		if (str_starts(name, STR(".")))
			continue;
		if (kind == FILE_DIRECTORY && !walk(w, path, shown))
			return false;
		if (kind == FILE_REGULAR)
			vec_add(c->arena, &w->found, shown);
	}
	w->depth--;
	return true;
}

/* Matches part by part: `**` takes any number of directories.  Each `**` may start over, so the
 * cost is bounded by the product of the parts, as in a table. */
static bool glob_path(Str pattern, Str path)
{
	Str retry_pattern = STR_NONE, retry_path = STR_NONE;
	bool can_retry = false;

	for (;;) {
		Str p = pattern, s = path;
		Str part = str_cut(&p, STR("/"));

		if (str_eq(part, STR("**"))) {
			if (p.len == 0)
				return true;
			can_retry = true;
			retry_pattern = pattern = p;
			retry_path = path;
			continue;
		}
		if (pattern.len == 0 && path.len == 0)
			return true;
		if (pattern.len > 0 && path.len > 0 && str_glob(part, str_cut(&s, STR("/")))) {
			pattern = p;
			path = s;
			continue;
		}
		if (!can_retry || retry_path.len == 0)
			return false;
		(void)str_cut(&retry_path, STR("/"));
		pattern = retry_pattern;
		path = retry_path;
	}
}

FN(FILES)
{
	Walk w = {.c = c};
	Str dir, pattern = STR("**");
	Value *made;
	uint32_t n = 0;

	if (!locate(c, args, count, &dir) ||
		(!builtin_is_absent(args, count, 1) &&
			!builtin_text(c, args, count, 1, &pattern)) ||
		!walk(&w, dir, STR("")))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, w.found.len);
	for (uint32_t i = 0; i < w.found.len; i++) {
		if (glob_path(pattern, w.found.ptr[i]))
			made[n++] = value_string(w.found.ptr[i]);
	}
	return builtin_call_SORT(c, (const Value[]){value_list(c->arena, made, n)}, 1);
}

FN(DIR)
{
	Walk w = {.c = c};
	Str dir, text;
	ValueEntry *entries;

	if (!locate(c, args, count, &dir) || !walk(&w, dir, STR("")))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, w.found.len);
	for (uint32_t i = 0; i < w.found.len; i++) {
		Digest d;

		if (!read_file(c, file_path_join(c->arena, dir, w.found.ptr[i]), &text))
			return VALUE_NULL;
		d = hash_of(HASH_SHA256, text);
		entries[i] = (ValueEntry){w.found.ptr[i], value_string(hash_hex(c->arena, &d))};
	}
	return value_map(c->arena, entries, w.found.len);
}
