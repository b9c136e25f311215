/* The registry of schemas: finds files by the names of types, parses a file on first use, lowers
 * a type on first use.
 *
 * A type `aws.ec2.vpc` is in DIR/aws/ec2.schema and, where the provider is one service,
 * `docker.container` in DIR/docker/docker.schema; a service's slice lies beside it as .model.
 * Files of a directory that was added win over those inside the program, by path.
 * Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/embed.h"
#include "compiler/base/file.h"
#include "compiler/base/limits.h"
#include "compiler/base/map.h"
#include "compiler/schema/model_load.h"
#include "compiler/schema/schema_load.h"
#include "compiler/syntax/parse.h"

#include <stdlib.h>

typedef struct SchemaFile {
	Str path; /* "aws/ec2.schema" */
	Str text;
	SourceFile *source; /* NULL: not yet added */
	Tree *tree;         /* NULL: not yet parsed */
	Model *model;       /* of a slice */
	bool is_outside;    /* from a directory: mistakes are the user's */
} SchemaFile;

struct Schemas {
	Arena *arena;
	Types *types;
	Sources sources;
	DiagList diags;
	Map files;     /* path to SchemaFile */
	Map services;  /* name to SchemaService */
	Map resources; /* name to SchemaResource */
	Map named;     /* name to Type */
};

enum { FROM_DEPTH_MAX = 8 }; /* services that are `from` one another */

static void add_file(Schemas *s, Str path, Str text, bool is_outside)
{
	SchemaFile *f = ARENA_NEW(s->arena, SchemaFile);

	f->path = path;
	f->text = text;
	f->is_outside = is_outside;
	map_put(&s->files, path, f);
}

Schemas *schemas_new(Arena *arena, Types *types)
{
	Schemas *s = ARENA_NEW(arena, Schemas);

	s->arena = arena;
	s->types = types;
	sources_init(&s->sources, arena);
	diag_list_init(&s->diags, arena);
	map_init(&s->files, arena);
	map_init(&s->services, arena);
	map_init(&s->resources, arena);
	map_init(&s->named, arena);
	for (size_t i = 0; i < embed_count; i++) {
		Str name = str_from(embed_files[i].name);

		if (str_starts(name, STR("schemas/")))
			add_file(s, str_trim_prefix(name, STR("schemas/")),
				(Str){embed_files[i].bytes, embed_files[i].len}, false);
	}
	return s;
}

const struct Sources *schemas_sources(const Schemas *s)
{
	return &s->sources;
}

DiagList *schemas_diags(Schemas *s)
{
	return &s->diags;
}

/* Adds the file to the sources; NULL when there is none or it is too big. */
static SchemaFile *open_file(Schemas *s, Str path)
{
	SchemaFile *f = map_find(&s->files, path);

	if (!f)
		return NULL;
	if (!f->source)
		f->source = sources_add(&s->sources,
			str_print(s->arena, "schemas/%.*s", STR_ARG(path)), f->text, &s->diags);
	return f->source ? f : NULL;
}

static SchemaFile *open_schema(Schemas *s, Str path)
{
	SchemaFile *f = open_file(s, path);

	if (f && !f->tree)
		f->tree = parse_schema_file(s->arena, f->source, &s->diags);
	return f;
}

/* "aws.ec2" to "aws/ec2", "docker" to "docker/docker". */
static Str file_stem(Schemas *s, Str service)
{
	Str rest = service;
	Str provider = str_cut(&rest, STR("."));

	if (rest.len == 0)
		rest = provider;
	return str_print(s->arena, "%.*s/%.*s", STR_ARG(provider), STR_ARG(rest));
}

/* The service that a type belongs to: the name up to its last dot. */
static Str service_of(Str type)
{
	size_t dot = str_rfind(type, STR("."));

	return dot == SIZE_MAX ? STR_NONE : str_slice(type, 0, dot);
}

static const Model *load_model(Schemas *s, Str service)
{
	Str path = str_print(s->arena, "%.*s.model", STR_ARG(file_stem(s, service)));
	SchemaFile *f = open_file(s, path);

	if (f && !f->model)
		f->model = model_load(s->arena, f->source, &s->diags);
	return f ? f->model : NULL;
}

/* Finds a block by its word and name; NULL: none, or the file is broken, which was reported. */
static const Node *find_block(const Tree *tree, Str word, Str name)
{
	for (uint32_t i = 0; !tree->is_broken && i < tree->file->kid_count; i++) {
		const Node *n = tree->file->kids[i];

		if (n->kind == NODE_SCHEMA_BLOCK && str_eq(n->text, word) && n->kids[BLOCK_NAME] &&
			str_eq(n->kids[BLOCK_NAME]->text, name))
			return n;
	}
	return NULL;
}

/* The `type` with this name among the declarations of a file or a block. */
static const Node *find_type_decl(const Node *parent, Str name)
{
	for (uint32_t i = 0; parent && i < parent->kid_count; i++) {
		const Node *n = parent->kids[i];

		if (n && n->kind == NODE_TYPE_DECL && str_eq(node_decl_name(n), name))
			return n;
	}
	return NULL;
}

static SchemaFile *service_file(Schemas *s, Str service)
{
	return open_schema(s, str_print(s->arena, "%.*s.schema", STR_ARG(file_stem(s, service))));
}

static Lower lower_begin(Schemas *s, const Tree *tree, Str scope)
{
	return (Lower){
		.schemas = s,
		.arena = s->arena,
		.types = s->types,
		.diags = &s->diags,
		.tree = tree,
		.scope = scope,
	};
}

static Str constant_text(const SchemaService *service, Str field)
{
	const Value *v = value_find(service->fields, field);

	return v && v->kind == VAL_STRING ? v->as.text : STR_NONE;
}

/* Loads a service's header, those that it is `from`, and the provider's block. */
static const SchemaService *load_service(Schemas *s, Str name)
{
	const Node *blocks[FROM_DEPTH_MAX + 1];
	SchemaService *service = map_find(&s->services, name);
	uint32_t count = 0;
	Str from = name;
	const Tree *tree = NULL;
	Lower l;

	if (service)
		return service;
	while (from.len > 0 && count < FROM_DEPTH_MAX) {
		SchemaFile *f = service_file(s, from);
		const Node *block = f ? find_block(f->tree, STR("service"), from) : NULL;

		if (!block)
			break;
		tree = tree ? tree : f->tree;
		blocks[count++] = block;
		from = block->kids[BLOCK_FROM] ? block->kids[BLOCK_FROM]->text : STR_NONE;
	}
	if (count > 0) {
		Str rest = name;
		Str provider = str_cut(&rest, STR("."));
		SchemaFile *f = service_file(s, provider);
		const Node *block = f ? find_block(f->tree, STR("provider"), provider) : NULL;

		if (block)
			blocks[count++] = block;
		l = lower_begin(s, tree, name);
		l.model = load_model(s, name);
		service = lower_service(&l, name, blocks, count);
		map_put(&s->services, name, service);
	}
	return service;
}

static const SchemaResource *load_resource(Schemas *s, Str name)
{
	uint32_t errors = s->diags.error_count;
	Str service_name = service_of(name);
	SchemaFile *f = service_name.len > 0 ? service_file(s, service_name) : NULL;
	const Node *block = f ? find_block(f->tree, STR("resource"), name) : NULL;
	const SchemaService *service = block ? load_service(s, service_name) : NULL;
	SchemaResource *r;
	Lower l;

	if (!service)
		return NULL;
	l = lower_begin(s, f->tree, service_name);
	l.model = service->model;
	l.names = constant_text(service, STR("names"));
	r = lower_resource(&l, service, block);
	if (r->lift.len == 0)
		r->lift = constant_text(service, STR("lift"));
	map_put(&s->resources, r->name, r);
	CHECK(f->is_outside || s->diags.error_count == errors); /* ours always load */
	return r;
}

const SchemaResource *schemas_resource(Schemas *s, Str name)
{
	const SchemaResource *r = map_find(&s->resources, name);

	return r ? r : load_resource(s, name);
}

const SchemaResource *schemas_declared(Schemas *s, const Node *block)
{
	const Node *name = block->kids[BLOCK_NAME];
	const SchemaResource *r = schemas_resource(s, name->text);
	Str service = service_of(name->text);

	if (!r)
		diag_add(&s->diags, DIAG_SCHEMA_UNKNOWN, name->span,
			"no file declares the service `%.*s` and this type of it",
			STR_ARG(service));
	return r;
}

const SchemaService *schemas_provider(Schemas *s, Str name)
{
	Str prefix = str_print(s->arena, "%.*s/", STR_ARG(name));
	const SchemaService *service = load_service(s, name);

	for (uint32_t i = 0; !service && i < s->files.item_count; i++) {
		const SchemaFile *f = s->files.items[i].value;
		Str stem = str_trim_suffix(str_trim_prefix(f->path, prefix), STR(".schema"));

		if (str_starts(f->path, prefix) && str_ends(f->path, STR(".schema")))
			service = load_service(
				s, str_print(s->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(stem)));
	}
	return service;
}

const Type *schemas_type(Schemas *s, Str name)
{
	static const ModelShape json = {.kind = MODEL_JSON};
	const Type *known = map_find(&s->named, name);
	Str service = service_of(name);
	SchemaFile *f = !known && service.len > 0 ? service_file(s, service) : NULL;
	const Node *decl =
		f ? find_type_decl(f->tree->file, str_slice(name, service.len + 1, name.len))
		  : NULL;
	Type *copy;
	Lower l;

	if (!decl)
		return known;
	l = lower_begin(s, f->tree, service);
	l.record = (LowerShapes){&json, &json}; /* names travel as they are */
	copy = ARENA_NEW(s->arena, Type);
	*copy = *lower_type(&l, decl->kids[DECL_TYPE]);
	copy->name = str_copy(s->arena, name);
	map_put(&s->named, copy->name, copy);
	return copy;
}

const Type *schemas_named_type(Lower *l, Str name)
{
	const Node *decl = find_type_decl(l->block, name);

	if (decl) {
		Type *copy = ARENA_NEW(l->arena, Type);

		*copy = *lower_type(l, decl->kids[DECL_TYPE]);
		copy->name = name; /* rules speak of it: exactly_one_of(rule.cidr_ipv4, ...) */
		return copy;
	}
	if (find_type_decl(l->tree->file, name))
		name = str_print(l->arena, "%.*s.%.*s", STR_ARG(l->scope), STR_ARG(name));
	return schemas_type(l->schemas, name);
}

static int compare_names(const void *a, const void *b)
{
	return str_cmp(*(const Str *)a, *(const Str *)b);
}

/* Appends the names behind a block's word at the beginnings of lines: nothing is parsed for it. */
static void scan_names(Arena *a, const SchemaFile *f, Str prefix, StrVec *names)
{
	static const Str words[] = {STR_INIT("resource "), STR_INIT("provider ")};
	Str rest = f->text;

	while (rest.len > 0) {
		Str line = str_cut(&rest, STR("\n"));

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			Str name;

			if (!str_starts(line, words[i]))
				continue;
			line = str_slice(line, words[i].len, line.len);
			name = str_cut(&line, STR(" "));
			if (str_starts(name, prefix))
				vec_add(a, names, name);
			break;
		}
	}
}

void schemas_list(Schemas *s, Arena *a, Str prefix, Str **ret_names, uint32_t *ret_count)
{
	StrVec names = {0};

	for (uint32_t i = 0; i < s->files.item_count; i++) {
		const SchemaFile *f = s->files.items[i].value;

		if (str_ends(f->path, STR(".schema")))
			scan_names(a, f, prefix, &names);
	}
	if (names.len > 0)
		qsort(names.ptr, names.len, sizeof(names.ptr[0]), compare_names);
	*ret_names = names.ptr;
	*ret_count = names.len;
}

void schemas_files(Schemas *s, Arena *a, Str **ret_paths, uint32_t *ret_count)
{
	StrVec paths = {0};

	for (uint32_t i = 0; i < s->files.item_count; i++) {
		const SchemaFile *f = s->files.items[i].value;

		if (str_ends(f->path, STR(".schema")))
			vec_add(a, &paths, f->path);
	}
	if (paths.len > 0)
		qsort(paths.ptr, paths.len, sizeof(paths.ptr[0]), compare_names);
	*ret_paths = paths.ptr;
	*ret_count = paths.len;
}

/* The word behind the first `service` or `provider` at the beginning of a line. */
static Str declared_service(Str text, Str word)
{
	while (text.len > 0) {
		Str line = str_cut(&text, STR("\n"));

		if (str_starts(line, word)) {
			line = str_slice(line, word.len, line.len);
			return str_cut(&line, STR(" "));
		}
	}
	return STR_NONE;
}

Str schemas_add_text(Schemas *s, Str text)
{
	Str service = declared_service(text, STR("service "));
	Str path;

	if (service.len == 0)
		service = declared_service(text, STR("provider "));
	path = str_print(s->arena, "%.*s.schema", STR_ARG(file_stem(s, service)));
	add_file(s, path, text, true);
	return path;
}

const Tree *schemas_tree(Schemas *s, Str path)
{
	SchemaFile *f = open_schema(s, path);

	return f ? f->tree : NULL;
}

const SchemaService *schemas_service(Schemas *s, Str name)
{
	return load_service(s, name);
}

/* Adds DIR/PROVIDER/NAME.schema and .model for all names. */
static bool add_provider_dir(Schemas *s, Str dir, Str provider, Diag *err)
{
	Str path = file_path_join(s->arena, dir, provider);
	StrVec names = {0};

	if (file_kind(path) != FILE_DIRECTORY)
		return true;
	if (!file_list(s->arena, path, &names, err))
		return false;
	for (uint32_t i = 0; i < names.len; i++) {
		Str name = names.ptr[i];
		Str text;

		if (!str_ends(name, STR(".schema")) && !str_ends(name, STR(".model")))
			continue;
		if (!file_read(s->arena, file_path_join(s->arena, path, name), SOURCE_BYTES_MAX,
			    &text, err))
			return false;
		add_file(s, file_path_join(s->arena, provider, name), text, true);
	}
	return true;
}

/* Lowers every type of the files from outside, so that mistakes show now. */
static void load_outside(Schemas *s)
{
	for (uint32_t i = 0; i < s->files.item_count; i++) {
		const SchemaFile *f = s->files.items[i].value;
		const Tree *tree;

		if (!f->is_outside || !str_ends(f->path, STR(".schema")))
			continue;
		tree = schemas_tree(s, f->path);
		for (uint32_t k = 0; tree && k < tree->file->kid_count; k++) {
			const Node *n = tree->file->kids[k];

			if (n->kind == NODE_SCHEMA_BLOCK && str_eq(n->text, STR("resource")) &&
				!diag_list_has_errors(&s->diags))
				(void)schemas_declared(s, n);
		}
	}
}

bool schemas_add_dir(Schemas *s, Str dir, Diag *err)
{
	StrVec names = {0};

	if (!file_list(s->arena, dir, &names, err))
		return false;
	for (uint32_t i = 0; i < names.len; i++) {
		Str text;

		if (!str_ends(names.ptr[i], STR(".schema"))) {
			if (!add_provider_dir(s, dir, names.ptr[i], err))
				return false;
			continue;
		}
		if (!file_read(s->arena, file_path_join(s->arena, dir, names.ptr[i]),
			    SOURCE_BYTES_MAX, &text, err))
			return false;
		(void)schemas_add_text(s, text);
	}
	load_outside(s);
	if (!diag_list_has_errors(&s->diags))
		return true;
	for (uint32_t i = 0; i < s->diags.items.len; i++) {
		const Diag *d = s->diags.items.ptr[i];

		if (diag_severity(d->code) == SEVERITY_ERROR) {
			SourcePlace at = sources_place(&s->sources, d->at.begin);

			return diag_fail(err, d->code, NULL, "%.*s:%u: %.*s",
				STR_ARG(at.file->path), at.line, STR_ARG(d->what));
		}
	}
	UNREACHABLE();
	return false;
}

const SchemaAttr *schema_attr(const SchemaResource *r, Str name)
{
	for (uint32_t i = 0; i < r->attr_count; i++) {
		if (str_eq(r->attrs[i].name, name))
			return &r->attrs[i];
	}
	return NULL;
}
