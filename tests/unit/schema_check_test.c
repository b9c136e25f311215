/* The schema check: the embedded files pass it; each file of tests/schema is told exactly the
 * codes that its first line names. */
#include "compiler/schema/schema_check.h"

#include "compiler/base/file.h"
#include "compiler/base/limits.h"
#include "tests/unit/test.h"

static Schemas *begin(Arena *a, Types *types)
{
	types_init(types, a);
	return schemas_new(a, types);
}

TEST(schema_check_embedded_files_are_right)
{
	Arena *a = arena_new("test");
	Types types;
	Schemas *s = begin(a, &types);
	Str *paths;
	uint32_t count;
	uint32_t checked = 0;

	schemas_files(s, a, &paths, &count);
	for (uint32_t i = 0; i < count; i++)
		checked += schema_check(s, paths[i]);
	CHECK_THAT(checked >= 25);
	CHECK_EQ(schemas_diags(s)->items.len, 0);
	arena_free(a);
}

/* Says whether all diagnostics have the code, and there is one. */
static bool is_told(const DiagList *l, Str code)
{
	if (str_eq(code, STR("none")))
		return l->items.len == 0;
	for (uint32_t i = 0; i < l->items.len; i++) {
		if (!str_eq(diag_code_str(l->items.ptr[i]->code), code))
			return false;
	}
	return l->items.len > 0;
}

TEST(schema_check_reports_each_code)
{
	Arena *a = arena_new("test");
	StrVec names = {0};
	Diag err = {0};

	CHECK_THAT(file_list(a, STR("tests/schema"), &names, &err));
	CHECK_THAT(names.len >= 20);
	for (uint32_t i = 0; i < names.len; i++) {
		Types types;
		Schemas *s = begin(a, &types);
		Str rest;
		Str text = STR_NONE;

		CHECK_THAT(file_read(a, file_path_join(a, STR("tests/schema"), names.ptr[i]),
			SOURCE_BYTES_MAX, &text, &err));
		rest = str_trim_prefix(text, STR("# expect: "));
		(void)schema_check(s, schemas_add_text(s, text));
		if (!is_told(schemas_diags(s), str_cut(&rest, STR("\n"))))
			test_fail(names.ptr[i].ptr, 1, "the codes of the first line and no others");
	}
	diag_fini(&err);
	arena_free(a);
}
