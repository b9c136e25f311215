/* Fuzzes schema files and slices: whatever the bytes are, parsing, lowering and checking them ends
 * in diagnostics, not in a crash. */
#include "compiler/schema/model_load.h"
#include "compiler/schema/schema_check.h"
#include "compiler/schema/schema_doc.h"

#include <stddef.h>
#include <stdint.h>

/* The entry point that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load_slice(Arena *a, Str text)
{
	DiagList diags;
	Sources sources;
	SourceFile *f;

	diag_list_init(&diags, a);
	sources_init(&sources, a);
	f = sources_add(&sources, STR("fuzz.model"), text, &diags);
	if (f)
		(void)model_load(a, f, &diags);
}

static void load_schema(Arena *a, Str text)
{
	Types types;
	Schemas *s;
	Str *names;
	uint32_t count;

	types_init(&types, a);
	s = schemas_new(a, &types);
	(void)schema_check(s, schemas_add_text(s, text));
	if (diag_list_has_errors(schemas_diags(s)))
		return;
	schemas_list(s, a, STR("docker."), &names, &count);
	for (uint32_t i = 0; i < count; i++) {
		const SchemaResource *r = schemas_resource(s, names[i]);
		Buf b;

		buf_init(&b, 1 << 20);
		if (r)
			schema_doc_text(&b, r);
		buf_fini(&b);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *a = arena_new("fuzz");
	Str text = str_copy(a, (Str){(const char *)data, size});

	if (str_starts(text, STR("model")))
		load_slice(a, text);
	else
		load_schema(a, text);
	arena_free(a);
	return 0;
}
