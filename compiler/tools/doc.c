/* Pages about types and functions, from the schemas and the table of built-ins. */
#include "compiler/tools/doc.h"

#include "compiler/base/json.h"
#include "compiler/schema/schema_doc.h"
#include "compiler/types/builtin_sig.h"

void doc_functions(Buf *b)
{
	builtin_print_docs(b);
}

/* Everything that has a page: functions, then providers, services and types. */
typedef struct Names {
	Arena *arena;
	const Str *functions;
	uint32_t function_count;
	Str *types;
	uint32_t type_count;
} Names;

static Names names_of(Arena *a, Schemas *schemas, Str prefix)
{
	Names n = {.arena = a};

	n.function_count = builtin_names(&n.functions);
	schemas_list(schemas, a, prefix, &n.types, &n.type_count);
	return n;
}

static void function_page(Buf *b, const Builtin *f, bool is_json)
{
	if (!is_json) {
		Str rest = f->doc;
		Str text = str_cut(&rest, STR("\n"));

		buf_print(b, "%.*s\n\n%.*s\n", STR_ARG(f->signature), STR_ARG(text));
		if (rest.len)
			buf_print(b, "\nExample, which is true:\n\n    %.*s\n", STR_ARG(rest));
		return;
	}
	buf_add_cstr(b, "{\"name\":");
	json_print_string(b, f->name);
	buf_add_cstr(b, ",\"signature\":");
	json_print_string(b, f->signature);
	buf_add_cstr(b, ",\"subject\":");
	json_print_string(b, f->subject);
	buf_add_cstr(b, ",\"doc\":");
	json_print_string(b, f->doc);
	buf_add_cstr(b, "}\n");
}

/* The last segment of a name and what stands before it. */
static Str parent_of(Str name)
{
	size_t dot = str_rfind(name, STR("."));

	return dot == SIZE_MAX ? STR_NONE : str_slice(name, 0, dot);
}

/* What a provider block may hold. */
static void settings_page(Buf *b, const SchemaService *s)
{
	if (!s || s->setting_count == 0)
		return;
	buf_print(b, "\nSettings, as in `provider main: %.*s { ... }`:\n\n", STR_ARG(s->provider));
	schema_doc_settings(b, s);
}

/* Lists the types below a provider or service; without a name, everything there is. */
static bool list_page(Buf *b, Schemas *schemas, Str name, bool is_json)
{
	Arena *a = arena_new("doc");
	Str prefix = name.len ? str_print(a, "%.*s.", STR_ARG(name)) : STR_NONE;
	Names n = names_of(a, schemas, prefix);
	bool has_any = n.type_count > 0;
	Str last = STR_NONE;

	if (has_any && is_json)
		buf_add_char(b, '[');
	for (uint32_t i = 0; has_any && i < n.type_count; i++) {
		if (is_json) {
			buf_add_cstr(b, i ? "," : "");
			json_print_string(b, n.types[i]);
			continue;
		}
		if (i && !str_eq(last, parent_of(n.types[i])))
			buf_add_char(b, '\n');
		last = parent_of(n.types[i]);
		buf_print(b, "%.*s\n", STR_ARG(n.types[i]));
	}
	if (has_any && is_json)
		buf_add_cstr(b, "]\n");
	else if (has_any && !str_has(name, STR(".")) && name.len)
		settings_page(b, schemas_provider(schemas, name));
	else if (has_any && !name.len)
		buf_add_cstr(
			b, "\nFunctions: `styx doc --functions` shows all, `styx doc join` one.\n");
	arena_free(a);
	return has_any;
}

static bool unknown(Schemas *schemas, Str name, Diag *err)
{
	Arena *a = arena_new("doc");
	Names n = names_of(a, schemas, STR_NONE);
	Str near = str_nearest(name, n.types, n.type_count);
	Str hint = STR_NONE;
	Str ours = builtin_of_terraform(name, &hint);

	if (!near.len)
		near = ours.len ? ours : str_nearest(name, n.functions, n.function_count);
	diag_fail(err, DIAG_USAGE, NULL, "there is no type or function `%.*s`", STR_ARG(name));
	if (near.len)
		diag_fix(err, "did you mean `styx doc %.*s`?", STR_ARG(near));
	else if (hint.len)
		diag_fix(err, "%.*s", STR_ARG(hint));
	else
		diag_fix(err, "`styx doc` lists the types, `styx doc --functions` the functions");
	arena_free(a);
	return false;
}

bool doc_page(Buf *b, Schemas *schemas, Str name, bool is_json, Diag *err)
{
	const Builtin *cache[OPERATION_COUNT] = {0};
	Arena *a = arena_new("doc");
	Types types;
	bool ok = true;

	types_init(&types, a);
	const Builtin *f = name.len ? builtin_find(&types, cache, name) : NULL;
	const SchemaResource *r = str_has(name, STR(".")) ? schemas_resource(schemas, name) : NULL;
	if (f)
		function_page(b, f, is_json);
	else if (r && is_json)
		schema_doc_json(b, r);
	else if (r)
		schema_doc_text(b, r);
	else if (!list_page(b, schemas, name, is_json))
		ok = unknown(schemas, name, err);
	arena_free(a);
	return ok;
}
