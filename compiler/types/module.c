/* Modules: which files belong to one, and which module an import means.
 *
 * A module is a directory's `.styx` files, one file named on the command line, or a directory of
 * stdlib/ inside the program ("std.net").  Imports are loaded depth first, so module_order holds
 * what is imported before what imports it. */
#include "compiler/base/check.h"
#include "compiler/base/embed.h"
#include "compiler/base/limits.h"
#include "compiler/types/check_decl.h"

#define STD_ROOT "stdlib/"

static void add_error(Check *c, const Diag *err, const Node *from)
{
	Diag *d = diag_add(
		c->diags, err->code, from ? from->span : SPAN_NONE, "%.*s", STR_ARG(err->what));

	diag_why(d, "%.*s", STR_ARG(err->why));
}

static void add_tree(Check *c, Module *m, Str path, Str text)
{
	SourceFile *f = sources_add(c->program->sources, path, text, c->diags);

	if (f)
		vec_add(c->arena, &m->trees,
			parse_file_into(c->arena, c->program->sources->nodes, f, c->diags));
}

static bool add_file(Check *c, Module *m, Str path, const Node *from)
{
	Vfs *files = &c->program->files;
	Diag err = {0};
	Str text;

	if (!files->read(files->ctx, c->arena, path, &text, &err)) {
		add_error(c, &err, from);
		diag_fini(&err);
		return false;
	}
	add_tree(c, m, path, text);
	return true;
}

/* Says of what a directory lists as .styx that it cannot be read: passing over it in silence would
 * take its objects for removed.  Opening it would wait for ever if it is a pipe. */
static void add_unreadable(Check *c, Str path, const Node *from)
{
	Diag *d = diag_add(c->diags, DIAG_FILE_IO, from ? from->span : SPAN_NONE,
		"cannot read `%.*s`", STR_ARG(path));

	diag_why(d, "it is no regular file, or a link to what is not there");
	diag_fix(d, "put a file there, or give it a name that does not end in .styx");
}

static bool add_directory(Check *c, Module *m, const Node *from)
{
	Vfs *files = &c->program->files;
	StrVec names = {0};
	Diag err = {0};
	uint32_t found = 0;

	if (!files->list(files->ctx, c->arena, m->dir, &names, &err)) {
		add_error(c, &err, from);
		diag_fini(&err);
		return false;
	}
	for (uint32_t i = 0; i < names.len; i++) {
		Str path =
			file_path_clean(c->arena, file_path_join(c->arena, m->dir, names.ptr[i]));

		if (!str_ends(names.ptr[i], STR(".styx")) || str_starts(names.ptr[i], STR(".")))
			continue;
		FileKind kind = files->kind(files->ctx, path);
		if (kind == FILE_DIRECTORY)
			continue;
		found++;
		if (kind != FILE_REGULAR)
			add_unreadable(c, path, from);
		if (kind != FILE_REGULAR || !add_file(c, m, path, from))
			return false;
	}
	if (found == 0) {
		Diag *d = diag_add(c->diags, DIAG_NO_SPEC, from ? from->span : SPAN_NONE,
			"no .styx files in `%.*s`", STR_ARG(m->dir));

		diag_fix(d, "write a file such as main.styx there, or name another directory");
	}
	return found > 0;
}

/* Files of stdlib/NAME.styx or stdlib/NAME/, in the order of the table: sorted. */
static bool add_std(Check *c, Module *m)
{
	Str one = str_print(c->arena, "%.*s.styx", STR_ARG(m->dir));
	Str many = str_print(c->arena, "%.*s/", STR_ARG(m->dir));
	bool found = false;

	for (size_t i = 0; i < embed_count; i++) {
		Str name = str_from(embed_files[i].name);

		if (!str_eq(name, one) && !str_starts(name, many))
			continue;
		add_tree(c, m, name, (Str){embed_files[i].bytes, embed_files[i].len});
		found = true;
	}
	return found;
}

static bool is_identifier(Str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.ptr[i];
		bool is_letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';

		if (!is_letter && (i == 0 || ch < '0' || ch > '9'))
			return false;
	}
	return s.len > 0;
}

Str module_import_name(const Node *import)
{
	const Node *path = node_kid(import, IMPORT_PATH);
	const Node *alias = node_kid(import, DECL_NAME);

	if (alias)
		return alias->text;
	if (!path)
		return STR_NONE;
	if (path->kind == NODE_PATH)
		return path->kid_count ? path->kids[path->kid_count - 1]->text : STR_NONE;
	return str_trim_suffix(file_path_base(path->text), STR(".styx"));
}

static bool check_import_name(Check *c, const Node *import)
{
	Str name = module_import_name(import);
	const Node *path = node_kid(import, IMPORT_PATH);
	Diag *d;

	if (is_identifier(name))
		return true;
	d = diag_add(c->diags, DIAG_UNKNOWN_MODULE, path->span,
		"this import needs a name: `%.*s` cannot be one", STR_ARG(name));
	diag_fix(d, "add `as NAME` behind the path");
	return false;
}

static Str path_of_std(Check *c, const Node *path)
{
	Str rest = str_trim_prefix(path->text, STR("std."));
	Buf b;
	Str result;

	buf_init(&b, 4096);
	buf_add_cstr(&b, STD_ROOT);
	for (size_t i = 0; i < rest.len; i++)
		buf_add_char(&b, rest.ptr[i] == '.' ? '/' : rest.ptr[i]);
	result = str_copy(c->arena, buf_str(&b));
	buf_fini(&b);
	return result;
}

static Str import_dir(Check *c, const Module *m, const Node *import)
{
	const Node *path = node_kid(import, IMPORT_PATH);
	Diag *d;

	if (!path || !check_import_name(c, import))
		return STR_NONE;
	if (path->kind == NODE_STRING && path->kid_count == 0) {
		if (str_starts(path->text, STR("./")) || str_starts(path->text, STR("../")))
			return file_path_clean(
				c->arena, file_path_join(c->arena, m->dir_of_files, path->text));
		d = diag_add(c->diags, DIAG_UNKNOWN_MODULE, path->span,
			"`%.*s` is no relative path", STR_ARG(path->text));
		diag_fix(d, "paths of modules begin with ./ or ../");
		return STR_NONE;
	}
	if (path->kind == NODE_PATH && str_starts(path->text, STR("std.")))
		return path_of_std(c, path);
	d = diag_add(c->diags, DIAG_NOT_SUPPORTED, path->span,
		"packages are not supported yet: `%.*s`", STR_ARG(path->text));
	diag_fix(d,
		"copy the module into a directory and import that: "
		"import \"./%.*s\"",
		STR_ARG(module_import_name(import)));
	return STR_NONE;
}

/* Suggests the standard modules when one is misspelt. */
static void report_unknown(Check *c, const Node *import, Str dir)
{
	const Node *path = node_kid(import, IMPORT_PATH);
	Diag *d = diag_add(c->diags, DIAG_UNKNOWN_MODULE, path->span, "there is no module `%.*s`",
		STR_ARG(path->text));
	StrVec names = {0};
	Str nearest;

	if (path->kind != NODE_PATH) {
		diag_why(d, "nothing stands at %.*s", STR_ARG(dir));
		return;
	}
	for (size_t i = 0; i < embed_count; i++) {
		Str rest = str_from(embed_files[i].name);

		if (!str_starts(rest, STR(STD_ROOT)))
			continue;
		rest = str_trim_prefix(rest, STR(STD_ROOT));
		vec_add(c->arena, &names,
			str_print(c->arena, "std.%.*s",
				STR_ARG(str_trim_suffix(str_cut(&rest, STR("/")), STR(".styx")))));
	}
	nearest = str_nearest(path->text, names.ptr, names.len);
	if (nearest.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
		diag_edit(d, path->span, nearest);
	}
}

static void load_import(Check *c, Module *m, Node *import)
{
	Str dir = import_dir(c, m, import);
	Module *target;

	if (dir.len == 0)
		return;
	if (!str_starts(dir, STR(STD_ROOT)) || node_kid(import, IMPORT_PATH)->kind != NODE_PATH) {
		FileKind kind = c->program->files.kind(c->program->files.ctx, dir);

		if (kind != FILE_DIRECTORY && kind != FILE_REGULAR) {
			report_unknown(c, import, dir);
			return;
		}
	}
	target = module_load(c, dir, import);
	import->info = target;
}

static void load_imports(Check *c, Module *m)
{
	for (uint32_t i = 0; i < m->trees.len; i++) {
		const Node *file = m->trees.ptr[i]->file;

		for (uint32_t k = 0; k < file->kid_count; k++) {
			Node *decl = file->kids[k];

			if (decl->kind == NODE_IMPORT && !(decl->flags & FLAG_BROKEN))
				load_import(c, m, decl);
		}
	}
}

static bool read_files(Check *c, Module *m, const Node *from)
{
	if (m->is_std) {
		if (add_std(c, m))
			return true;
		report_unknown(c, from, m->dir);
		return false;
	}
	if (c->program->files.kind(c->program->files.ctx, m->dir) == FILE_REGULAR) {
		m->dir_of_files = file_path_dir(m->dir);
		return add_file(c, m, m->dir, from);
	}
	return add_directory(c, m, from);
}

/* Says which modules lie between `m` and itself; they are the ones being loaded. */
static void report_cycle(Check *c, const Module *m, const Node *import)
{
	const Node *path = node_kid(import, IMPORT_PATH);
	Diag *d = diag_add(c->diags, DIAG_IMPORT_CYCLE, path->span,
		"module `%.*s` imports itself in the end", STR_ARG(m->name));

	diag_fix(d, "move what both need into a third module");
}

Module *module_load(Check *c, Str dir, Node *from)
{
	Module *m = map_find(&c->program->modules, dir);

	if (m && m->state == MODULE_LOADING) {
		report_cycle(c, m, from);
		return NULL;
	}
	if (m)
		return m->state == MODULE_FAILED ? NULL : m;
	if (c->depth >= IMPORT_DEPTH_MAX) {
		diag_add(c->diags, DIAG_NESTING, from->span,
			"more than %d modules import one another", IMPORT_DEPTH_MAX);
		return NULL;
	}
	m = ARENA_NEW(c->arena, Module);
	m->dir = m->dir_of_files = str_copy(c->arena, dir);
	m->name = str_trim_suffix(file_path_base(m->dir), STR(".styx"));
	m->is_std = from && node_kid(from, IMPORT_PATH)->kind == NODE_PATH;
	m->state = MODULE_LOADING;
	map_init(&m->names, c->arena);
	map_init(&m->outputs, c->arena);
	map_put(&c->program->modules, m->dir, m);
	if (!read_files(c, m, from)) {
		m->state = MODULE_FAILED;
		return NULL;
	}
	c->depth++;
	load_imports(c, m);
	c->depth--;
	m->state = MODULE_DONE;
	vec_add(c->arena, &c->program->module_order, m);
	return m;
}
