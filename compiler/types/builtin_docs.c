/* docs/functions.md, from the table.  Thread: any. */
#include "compiler/types/builtin_sig.h"

static const struct {
	Str name, subject, signature, doc;
} rows[] = {
#define X(id, name, subject, signature, doc)                                                       \
	{STR_INIT(name), STR_INIT(subject), STR_INIT(signature), STR_INIT(doc)},
#include "compiler/types/builtin.def"
#undef X
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static const struct {
	Str subject, title;
} chapters[] = {
	{STR_INIT("text"), STR_INIT("Text")},
	{STR_INIT("number"), STR_INIT("Numbers and quantities")},
	{STR_INIT("list"), STR_INIT("Lists")},
	{STR_INIT("set"), STR_INIT("Sets")},
	{STR_INIT("map"), STR_INIT("Maps and records")},
	{STR_INIT("encoding"), STR_INIT("Encodings")},
	{STR_INIT("hash"), STR_INIT("Digests")},
	{STR_INIT("path"), STR_INIT("Paths")},
	{STR_INIT("file"), STR_INIT("Files")},
	{STR_INIT("network"), STR_INIT("Networks")},
	{STR_INIT("time"), STR_INIT("Time")},
	{STR_INIT("other"), STR_INIT("Other")},
};

enum { CHAPTER_COUNT = sizeof(chapters) / sizeof(chapters[0]) };

static void print_row(Buf *b, size_t i)
{
	Str example = rows[i].doc;
	Str text = str_cut(&example, STR("\n"));

	buf_print(b, "### `%.*s`\n\n", STR_ARG(rows[i].name));
	buf_print(
		b, "```text\n%.*s%.*s\n```\n\n", STR_ARG(rows[i].name), STR_ARG(rows[i].signature));
	buf_print(b, "%.*s\n\n```styx\n%.*s\n```\n\n", STR_ARG(text), STR_ARG(example));
}

void builtin_print_docs(Buf *b)
{
	buf_print(b,
		"# Built-in functions\n\n"
		"Every function is pure: the same arguments give the same result.  %d functions;\n"
		"each example is an expression that is true, and is tested.\n\n"
		"In signatures `T`, `U`, `K`, `V` are any type, `N` is a number or a quantity,\n"
		"`R` a record or a map, `number` is `int | float`, `printable` what `${}` takes,\n"
		"`any` anything.  `x: T = v` may be left out, `xs...: T` takes any number.\n\n",
		ROW_COUNT);
	for (size_t c = 0; c < CHAPTER_COUNT; c++)
		buf_print(b, "* [%.*s](#%.*s)\n", STR_ARG(chapters[c].title),
			STR_ARG(chapters[c].subject));
	buf_add_char(b, '\n');
	for (size_t c = 0; c < CHAPTER_COUNT; c++) {
		buf_print(b, "<a id=\"%.*s\"></a>\n\n## %.*s\n\n", STR_ARG(chapters[c].subject),
			STR_ARG(chapters[c].title));
		for (size_t i = 0; i < ROW_COUNT; i++) {
			if (str_eq(rows[i].subject, chapters[c].subject))
				print_row(b, i);
		}
	}
}
