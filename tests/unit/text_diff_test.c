/* Two texts, line by line. */
#include "runtime/plan/text_diff.h"

#include "compiler/base/buf.h"
#include "tests/unit/test.h"

static void text_check(const char *old, const char *new, const char *want)
{
	Arena *a = arena_new("test");
	TextLine *lines;
	uint32_t count;
	Buf b;

	buf_init(&b, 4096);
	text_diff(a, str_from(old), str_from(new), &lines, &count);
	for (uint32_t i = 0; i < count; i++)
		buf_print(&b, "%c%.*s ", lines[i].sign, STR_ARG(lines[i].text));
	CHECK_THAT(str_eq(buf_str(&b), str_from(want)));
	buf_fini(&b);
	arena_free(a);
}

TEST(text_diff_shows_what_differs_only)
{
	text_check("a\nb\nc\nd\n", "a\nB\nc\nD\n", " a -b +B  c -d +D ");
	text_check("a\nb\n", "a\nb\n", " a  b ");
	text_check("", "a\n", "+a ");
	text_check("a\na\na\n", "a\na\n", " a  a -a ");
	text_check("b\nc\n", "a\nb\nc\n", "+a  b  c ");
	text_check("a\nb\nc\n", "c\nb\na\n", "-a -b  c +b +a ");
	text_check("", "", "");
}
