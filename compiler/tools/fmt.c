/* Formats one text: parse, print, and the mistakes found on the way. */
#include "compiler/tools/fmt.h"

#include "compiler/syntax/format.h"
#include "compiler/syntax/render.h"

bool fmt_text(Str path, Str text, bool has_colour, Buf *b, Buf *mistakes)
{
	Arena *a = arena_new("fmt");
	Sources sources;
	DiagList diags;
	bool ok = false;

	sources_init(&sources, a);
	diag_list_init(&diags, a);
	SourceFile *file = sources_add(&sources, path, str_copy(a, text), &diags);
	if (file) {
		format_tree(b, parse_file(a, file, &diags));
		ok = !diag_list_has_errors(&diags);
	}
	diag_list_sort(&diags);
	render_list(mistakes, &sources, &diags, RENDER_TEXT, (RenderOptions){has_colour, 0});
	arena_free(a);
	return ok;
}

void fmt_diff(Buf *b, Str path, Str before, Str after)
{
	format_diff(b, path, before, after);
}
