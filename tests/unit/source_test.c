/* Sources: positions over several files, lines, columns in code points. */
#include "compiler/base/limits.h"
#include "compiler/syntax/source.h"
#include "tests/unit/test.h"

TEST(source_finds_places)
{
	Arena *a = arena_new("test");
	Sources s;
	DiagList l;

	sources_init(&s, a);
	diag_list_init(&l, a);
	SourceFile *one = sources_add(&s, STR("one"), STR("ab\n\xc3\xa9x\n"), &l);
	SourceFile *empty = sources_add(&s, STR("empty"), STR(""), &l);
	SourceFile *two = sources_add(&s, STR("two"), STR("q\r\nr"), &l);

	CHECK_THAT(!sources_file(&s, 0) && sources_file(&s, one->base) == one);
	CHECK_THAT(sources_file(&s, one->base + 7) == one);
	CHECK_THAT(
		sources_file(&s, empty->base) == empty && sources_file(&s, two->base + 4) == two);
	CHECK_THAT(!sources_file(&s, two->base + 5));
	SourcePlace p = sources_place(&s, one->base + 5);
	CHECK_EQ(p.line, 2);
	CHECK_EQ(p.column, 2);
	p = sources_place(&s, two->base + 4);
	CHECK_THAT(p.file == two);
	CHECK_EQ(p.line, 2);
	CHECK_EQ(p.column, 2);
	CHECK_THAT(str_eq(source_line(two, 1), STR("q")) && str_eq(source_line(two, 2), STR("r")));
	CHECK_THAT(str_eq(source_line(one, 2), STR("\xc3\xa9x")));
	CHECK_EQ(source_line(one, 9).len, 0);
	CHECK_THAT(str_eq(sources_text(&s, (Span){one->base, one->base + 2}), STR("ab")));
	arena_free(a);
}

TEST(source_refuses_what_is_too_big)
{
	Arena *a = arena_new("test");
	Sources s;
	DiagList l;

	sources_init(&s, a);
	diag_list_init(&l, a);
	CHECK_THAT(!sources_add(&s, STR("big"), (Str){"", SOURCE_BYTES_MAX + 1}, &l));
	CHECK_EQ(l.items.ptr[0]->code, DIAG_FILE_TOO_BIG);
	arena_free(a);
}
