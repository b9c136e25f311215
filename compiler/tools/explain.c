/* Pages about diagnostics: title, explanation, an example of the mistake and of its cure. */
#include "compiler/tools/explain.h"

typedef struct ExplainPage {
	DiagCode code;
	Str text;
	Str mistake;
	Str cure;
} ExplainPage;

static const ExplainPage explain_pages[DIAG_CODE_COUNT] = {
#define X(name, text, mistake, cure)                                                               \
	[DIAG_##name] = {DIAG_##name, STR_INIT(text), STR_INIT(mistake), STR_INIT(cure)},
#include "compiler/tools/explain.def"
#undef X
};

/* Appends an example, each line indented. */
static void add_example(Buf *b, const char *heading, Str text)
{
	Str rest = text;

	if (text.len == 0)
		return;
	buf_print(b, "\n%s\n\n", heading);
	while (rest.len) {
		Str line = str_cut(&rest, STR("\n"));
		buf_print(b, "%s%.*s\n", line.len ? "    " : "", STR_ARG(line));
	}
}

static const char *class_words(DiagClass cls)
{
	static const char *const words[] = {
		[CLASS_USER] = "yours to correct",
		[CLASS_RETRY] = "it may pass: run the command again",
		[CLASS_CONFLICT] = "somebody else changed something",
		[CLASS_DENIED] = "credentials or permissions",
		[CLASS_LIMIT] = "a limit",
		[CLASS_OUTSIDE] = "something outside of Styx refused",
		[CLASS_BUG] = "a mistake in Styx or its schemas",
	};

	return words[cls];
}

static void add_page(Buf *b, DiagCode code)
{
	const ExplainPage *page = &explain_pages[code];

	buf_print(b, "%.*s\n\nKind: %s.\n", STR_ARG(page->text), class_words(diag_class(code)));
	add_example(b, "The mistake:", page->mistake);
	add_example(b, "The cure:", page->cure);
}

bool explain_code(Buf *b, Str code, Diag *err)
{
	Arena *a = arena_new("explain");
	DiagCode found = diag_code_find(code);
	Str names[DIAG_CODE_COUNT];

	if (found == DIAG_NONE)
		found = diag_code_find(
			str_print(a, "E%s%.*s", code.len == 3 ? "0" : "", STR_ARG(code)));
	if (found == DIAG_NONE) {
		for (DiagCode c = DIAG_NONE + 1; c < DIAG_CODE_COUNT; c++)
			names[c - 1] = diag_code_str(c);
		Str near = str_nearest(code, names, DIAG_CODE_COUNT - 1);
		diag_fail(err, DIAG_USAGE, NULL, "there is no diagnostic `%.*s`", STR_ARG(code));
		if (near.len)
			diag_fix(err, "did you mean `styx explain %.*s`?", STR_ARG(near));
		else
			diag_fix(
				err, "a code looks like E0402; `styx doc --errors` lists them all");
		arena_free(a);
		return false;
	}
	buf_print(b, "%.*s: %.*s\n\n", STR_ARG(diag_code_str(found)), STR_ARG(diag_title(found)));
	add_page(b, found);
	arena_free(a);
	return true;
}

void explain_all(Buf *b)
{
	buf_add_cstr(b,
		"# Diagnostics\n\nEvery code that Styx gives, what it means, and what to do."
		"\n`styx explain CODE` prints one of them.\n");
	for (DiagCode c = DIAG_NONE + 1; c < DIAG_CODE_COUNT; c++) {
		buf_print(b, "\n## %.*s: %.*s\n\n", STR_ARG(diag_code_str(c)),
			STR_ARG(diag_title(c)));
		add_page(b, c);
	}
}

void explain_examples(DiagCode code, Str *ret_mistake, Str *ret_cure)
{
	*ret_mistake = explain_pages[code].mistake;
	*ret_cure = explain_pages[code].cure;
}
