/* Runs the schema check over the files that were asked for. */
#include "compiler/tools/schema_tool.h"

#include "compiler/schema/schema_check.h"
#include "compiler/syntax/render.h"

static bool is_wanted(Str file, const Str *paths, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_ends(file, paths[i]) || str_ends(paths[i], file))
			return true;
	return count == 0;
}

bool schema_tool_check(Str schema_dir, const Str *paths, uint32_t path_count, bool has_colour,
	Buf *b, Buf *mistakes, Diag *err)
{
	Arena *a = arena_new("schema check");
	Types types;
	Str *files = NULL;
	uint32_t file_count = 0, checked = 0, type_count = 0;
	bool ok = false;

	types_init(&types, a);
	Schemas *schemas = schemas_new(a, &types);
	if (schema_dir.len && !schemas_add_dir(schemas, schema_dir, err))
		goto out;
	schemas_files(schemas, a, &files, &file_count);
	for (uint32_t i = 0; i < file_count; i++) {
		if (!is_wanted(files[i], paths, path_count))
			continue;
		type_count += schema_check(schemas, files[i]);
		checked++;
	}
	if (checked == 0) {
		diag_fail(err, DIAG_USAGE, NULL, "there is no schema file `%.*s`",
			STR_ARG(path_count ? paths[0] : STR_NONE));
		goto out;
	}
	DiagList *diags = schemas_diags(schemas);
	diag_list_sort(diags);
	render_list(mistakes, schemas_sources(schemas), diags, RENDER_TEXT,
		(RenderOptions){has_colour, 0});
	ok = !diag_list_has_errors(diags);
	buf_print(
		b, "%u types in %u files, %u mistakes\n", type_count, checked, diags->error_count);
out:
	arena_free(a);
	return ok;
}
