/* Diagnostics, and failures on demand. */
#include "compiler/base/diag.h"

#include "compiler/base/fault.h"
#include "compiler/base/limits.h"
#include "tests/unit/test.h"

TEST(diag_codes_have_rows)
{
	for (DiagCode code = DIAG_NONE + 1; code < DIAG_CODE_COUNT; code++) {
		CHECK_THAT(diag_code_str(code).len == 5 && diag_title(code).len);
		CHECK_EQ(diag_code_find(diag_code_str(code)), code);
	}
	CHECK_EQ(diag_code_find(STR("e0402")), DIAG_UNKNOWN_FIELD);
	CHECK_EQ(diag_code_find(STR("E9999")), DIAG_NONE);
	CHECK_EQ(diag_code_find(STR("")), DIAG_NONE);
	CHECK_EQ(diag_severity(DIAG_LITERAL_CREDENTIAL), SEVERITY_WARNING);
	CHECK_EQ(diag_class(DIAG_STATE_LOCKED), CLASS_RETRY);
}

TEST(diag_list_sorts_and_drops_repeats)
{
	Arena *a = arena_new("test");
	DiagList l;

	diag_list_init(&l, a);
	CHECK_THAT(!diag_list_has_errors(&l));
	diag_list_sort(&l);
	diag_add(&l, DIAG_LITERAL_CREDENTIAL, (Span){1, 2}, "a warning");
	CHECK_THAT(!diag_list_has_errors(&l));
	diag_add(&l, DIAG_UNKNOWN_FIELD, (Span){30, 34}, "no field `%s`", "x");
	diag_add(&l, DIAG_UNKNOWN_NAME, (Span){10, 12}, "first");
	diag_add(&l, DIAG_UNKNOWN_FIELD, (Span){30, 34}, "no field `%s`", "x");
	diag_add(&l, DIAG_UNKNOWN_FIELD, (Span){30, 34}, "no field `%s`", "y");
	CHECK_EQ(l.error_count, 4);
	diag_list_sort(&l);
	CHECK_EQ(l.items.len, 4);
	CHECK_EQ(l.error_count, 3);
	CHECK_EQ(l.items.ptr[0]->code, DIAG_LITERAL_CREDENTIAL);
	CHECK_THAT(str_eq(l.items.ptr[1]->what, STR("first")));
	CHECK_THAT(str_eq(l.items.ptr[3]->what, STR("no field `y`")));
	arena_free(a);
}

TEST(diag_list_counts_past_its_cap)
{
	Arena *a = arena_new("test");
	DiagList l;

	diag_list_init(&l, a);
	for (uint32_t i = 0; i < DIAG_COUNT_MAX + 7; i++)
		diag_fix(diag_add(&l, DIAG_SYNTAX, (Span){i + 1, i + 2}, "x"), "y");
	CHECK_EQ(l.error_count, DIAG_COUNT_MAX);
	CHECK_EQ(l.items.len, DIAG_COUNT_MAX);
	CHECK_EQ(l.dropped, 7);
	arena_free(a);
}

TEST(diag_fail_replaces_and_adds_context)
{
	Arena *a = arena_new("test");
	Diag err = {0};

	CHECK_THAT(!diag_fail(&err, DIAG_FILE_IO, "disk on fire", "cannot read `%s`", "a"));
	CHECK_THAT(!diag_context(&err, "while loading %d files", 3));
	diag_fix(&err, "use water");
	diag_label(&err, "here");
	diag_edit(&err, (Span){1, 2}, STR("new"));
	CHECK_EQ(err.code, DIAG_FILE_IO);
	CHECK_THAT(str_eq(err.why, STR("disk on fire")));
	const Diag *copy = diag_copy(a, &err);

	/* The old text may be an argument of the new one. */
	CHECK_THAT(!diag_fail(&err, DIAG_STATE_IO, NULL, "again: %.*s", STR_ARG(err.what)));
	CHECK_THAT(str_eq(err.what, STR("again: cannot read `a`")));
	CHECK_EQ(err.notes.len, 0);
	diag_fini(&err);
	CHECK_EQ(err.code, DIAG_NONE);
	diag_fini(&err);
	CHECK_THAT(str_eq(copy->what, STR("cannot read `a`")) && copy->is_borrowed);
	CHECK_THAT(str_eq(copy->notes.ptr[0].text, STR("while loading 3 files")));
	CHECK_THAT(str_eq(copy->fix, STR("use water")) && str_eq(copy->label, STR("here")));
	CHECK_THAT(str_eq(copy->edits.ptr[0].text, STR("new")));
	arena_free(a);
}

TEST(diag_fault_fails_the_nth_time)
{
	CHECK_THAT(!fault_point("store.commit"));
	fault_arm(STR("store.*"), 2, false);
	CHECK_THAT(!fault_point("store.commit"));
	CHECK_THAT(!fault_point("http.send"));
	CHECK_THAT(fault_point("store.open"));
	CHECK_THAT(!fault_point("store.commit"));
	CHECK_EQ((int64_t)fault_hits(), 3);
	fault_arm(STR(""), 0, false);
	CHECK_EQ((int64_t)fault_hits(), 0);
	CHECK_THAT(!fault_point("store.commit"));
}
