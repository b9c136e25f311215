/* Diagnostics as text with carets: header, place, source lines with labels, cause, help.
 *
 * Secondary places in the primary's file are drawn with it; those elsewhere follow as notes.  The
 * values of a failed condition's parts hang below the condition, wherever that stands. */
#include "compiler/syntax/render.h"

#include "compiler/base/check.h"
#include "compiler/syntax/render_impl.h"
#include "compiler/syntax/render_snippet.h"

enum { RENDER_LABELS_MAX = 16 };

const char *render_severity_word(DiagSeverity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_LINT:
		return "lint";
	case SEVERITY_NOTE:
		return "note";
	}
	UNREACHABLE();
}

static RenderStyle style_of(DiagSeverity severity)
{
	if (severity == SEVERITY_ERROR)
		return STYLE_ERROR;
	return severity == SEVERITY_WARNING ? STYLE_WARNING : STYLE_NOTE;
}

bool render_has_place(const Sources *s, Span at)
{
	return s && at.begin != 0 && sources_file(s, at.begin);
}

static void add_arrow(Buf *b, const Sources *s, Span at, uint32_t width, RenderOptions o)
{
	SourcePlace p = sources_place(s, at.begin);

	buf_add_repeat(b, ' ', width);
	snippet_styled(b, o, STYLE_GUTTER, STR("--> "));
	buf_print(b, "%.*s:%u:%u\n", STR_ARG(p.file->path), p.line, p.column);
}

static uint32_t digits(uint32_t n)
{
	uint32_t count = 1;

	while (n >= 10) {
		n /= 10;
		count++;
	}
	return count;
}

/* The columns that the largest shown line number takes. */
static uint32_t gutter_width(const Sources *s, const Diag *d)
{
	uint32_t width = digits(sources_place(s, d->at.begin).line);

	for (uint32_t i = 0; i < d->notes.len; i++) {
		if (!render_has_place(s, d->notes.ptr[i].at))
			continue;
		uint32_t w = digits(sources_place(s, d->notes.ptr[i].at.begin).line);
		if (w > width)
			width = w;
	}
	for (uint32_t i = 0; i < d->values.len; i++) {
		uint32_t w = digits(sources_place(s, d->values.ptr[i].at.begin).line);
		if (w > width)
			width = w;
	}
	return width;
}

static void sort_labels(SnippetLabel *labels, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		for (uint32_t j = i; j > 0 && labels[j].at.begin < labels[j - 1].at.begin; j--) {
			SnippetLabel l = labels[j];
			labels[j] = labels[j - 1];
			labels[j - 1] = l;
		}
}

static bool holds_values(Span span, const Diag *d)
{
	return d->values.len && d->values.ptr[0].at.begin >= span.begin &&
	       d->values.ptr[0].at.begin < span.end;
}

/* Says whether a note is drawn as a label beside the primary place, not on its own. */
static bool is_beside(const Sources *s, const Diag *d, const DiagNote *n)
{
	return render_has_place(s, n->at) && !holds_values(d->at, d) && !holds_values(n->at, d) &&
	       sources_file(s, n->at.begin) == sources_file(s, d->at.begin);
}

static void add_primary(Buf *b, const Sources *s, const Diag *d, uint32_t width, RenderOptions o)
{
	SnippetLabel labels[RENDER_LABELS_MAX];
	uint32_t count = 0;

	labels[count++] = (SnippetLabel){d->at, d->label, true};
	for (uint32_t i = 0; i < d->notes.len && count < RENDER_LABELS_MAX; i++)
		if (is_beside(s, d, &d->notes.ptr[i]))
			labels[count++] =
				(SnippetLabel){d->notes.ptr[i].at, d->notes.ptr[i].text, false};
	sort_labels(labels, count);
	snippet_draw(b, s, labels, count, width, o, style_of(diag_severity(d->code)));
}

/* A note with lines of its own. */
static void add_note(
	Buf *b, const Sources *s, const Diag *d, const DiagNote *n, uint32_t width, RenderOptions o)
{
	SnippetLabel label = {n->at, STR_NONE, true};

	snippet_gutter(b, width, o);
	buf_add_char(b, '\n');
	snippet_styled(b, o, STYLE_NOTE, STR("note"));
	buf_print(b, ": %.*s\n", STR_ARG(n->text));
	add_arrow(b, s, n->at, width, o);
	snippet_gutter(b, width, o);
	buf_add_char(b, '\n');
	if (holds_values(n->at, d))
		snippet_draw_values(b, s, d->values.ptr, d->values.len, width, o);
	else
		snippet_draw(b, s, &label, 1, width, o, STYLE_NOTE);
}

static void add_places(Buf *b, const Sources *s, const Diag *d, uint32_t width, RenderOptions o)
{
	add_arrow(b, s, d->at, width, o);
	snippet_gutter(b, width, o);
	buf_add_char(b, '\n');
	if (holds_values(d->at, d))
		snippet_draw_values(b, s, d->values.ptr, d->values.len, width, o);
	else
		add_primary(b, s, d, width, o);
	for (uint32_t i = 0; i < d->notes.len; i++) {
		const DiagNote *n = &d->notes.ptr[i];

		if (render_has_place(s, n->at) && !is_beside(s, d, n))
			add_note(b, s, d, n, width, o);
	}
}

/* Appends "   = word: text", its further lines indented alike. */
static void add_remark(Buf *b, const char *word, Str text, uint32_t width, RenderOptions o)
{
	Str rest = text;
	bool is_first = true;

	while (rest.len || is_first) {
		Str line = str_cut(&rest, STR("\n"));

		buf_add_repeat(b, ' ', width);
		snippet_styled(b, o, STYLE_GUTTER, is_first ? STR(" = ") : STR("   "));
		if (is_first && word[0]) {
			snippet_styled(b, o, STYLE_BOLD, str_from(word));
			buf_add_cstr(b, ": ");
		}
		buf_add(b, line);
		buf_add_char(b, '\n');
		is_first = false;
	}
}

static void add_help(Buf *b, const Sources *s, const Diag *d, uint32_t width, RenderOptions o)
{
	if (d->edits.len && render_has_place(s, d->edits.ptr[0].at)) {
		snippet_styled(b, o, STYLE_HELP, STR("help"));
		buf_print(b, ": %.*s\n", STR_ARG(d->fix.len ? d->fix : STR("write it like this")));
		snippet_draw_edit(b, s, &d->edits.ptr[0], width, o);
	} else if (d->fix.len) {
		add_remark(b, "help", d->fix, width, o);
	}
}

void render_diag(Buf *b, const Sources *s, const Diag *d, RenderOptions o)
{
	DiagSeverity severity = diag_severity(d->code);
	bool has_place = render_has_place(s, d->at);
	uint32_t width = has_place ? gutter_width(s, d) : 2;
	Arena *scratch = arena_new("render");

	snippet_styled(b, o, style_of(severity),
		str_print(scratch, "%s[%.*s]", render_severity_word(severity),
			STR_ARG(diag_code_str(d->code))));
	snippet_styled(b, o, STYLE_BOLD, str_print(scratch, ": %.*s", STR_ARG(d->what)));
	buf_add_char(b, '\n');
	if (has_place)
		add_places(b, s, d, width, o);
	if (d->why.len)
		add_remark(b, "why", d->why, width, o);
	for (uint32_t i = 0; i < d->notes.len; i++)
		if (!render_has_place(s, d->notes.ptr[i].at))
			add_remark(b, "", d->notes.ptr[i].text, width, o);
	add_help(b, s, d, width, o);
	add_remark(b, "more",
		str_print(scratch, "styx explain %.*s", STR_ARG(diag_code_str(d->code))), width, o);
	arena_free(scratch);
}

static void add_count(Buf *b, const DiagList *l)
{
	uint32_t errors = l->error_count + l->dropped;
	uint32_t others = l->items.len > l->error_count ? l->items.len - l->error_count : 0;

	if (errors + others < 2)
		return;
	buf_print(b, "%u error%s", errors, errors == 1 ? "" : "s");
	if (others)
		buf_print(b, ", %u warning%s", others, others == 1 ? "" : "s");
	if (l->dropped)
		buf_print(b, " (%u not shown)", l->dropped);
	buf_add_char(b, '\n');
}

void render_list(Buf *b, const Sources *s, const DiagList *l, RenderFormat format, RenderOptions o)
{
	switch (format) {
	case RENDER_TEXT:
		for (uint32_t i = 0; i < l->items.len; i++) {
			render_diag(b, s, l->items.ptr[i], o);
			buf_add_char(b, '\n');
		}
		add_count(b, l);
		return;
	case RENDER_JSON:
		for (uint32_t i = 0; i < l->items.len; i++)
			render_json(b, s, l->items.ptr[i]);
		return;
	case RENDER_SARIF:
		render_sarif(b, s, l);
		return;
	case RENDER_GITHUB:
		for (uint32_t i = 0; i < l->items.len; i++)
			render_github(b, s, l->items.ptr[i]);
		return;
	}
	UNREACHABLE();
}
