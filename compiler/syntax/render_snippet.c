/* Draws source lines with labels: marks under the text, the rightmost label's words beside its
 * mark, those of the others on lines of their own below, hung on a bar. */
#include "compiler/syntax/render_snippet.h"

#include "compiler/base/utf8.h"

enum {
	SNIPPET_TAB = 4,
	SNIPPET_LABELS_MAX = 8,
	SNIPPET_VALUES_MAX = 32,
	SNIPPET_NUMBER_MAX = 12,
};

/* Of a line longer than this only a part is shown, from SNIPPET_BEFORE bytes before its mark. */
enum { SNIPPET_LINE_MAX = 1000, SNIPPET_BEFORE = 60, SNIPPET_PART = 160 };

/* A label on one line, in columns from 0. */
typedef struct Mark {
	uint32_t begin;
	uint32_t end;
	const SnippetLabel *label;
} Mark;

void snippet_styled(Buf *b, RenderOptions o, RenderStyle style, Str text)
{
	static const char *const codes[] = {
		"", "\033[1m", "\033[1;31m", "\033[1;33m", "\033[1;36m", "\033[34m", "\033[32m"};

	if (!o.has_colour || style == STYLE_PLAIN) {
		buf_add(b, text);
		return;
	}
	buf_add_cstr(b, codes[style]);
	buf_add(b, text);
	buf_add_cstr(b, "\033[0m");
}

static void numbered_gutter(Buf *b, uint32_t line, uint32_t width, RenderOptions o)
{
	char text[SNIPPET_NUMBER_MAX + 1];
	uint32_t at = SNIPPET_NUMBER_MAX;

	text[at] = 0;
	for (uint32_t rest = line; rest && at; rest /= 10)
		text[--at] = (char)('0' + rest % 10);
	buf_add_repeat(
		b, ' ', width > SNIPPET_NUMBER_MAX - at ? width - (SNIPPET_NUMBER_MAX - at) : 0);
	snippet_styled(b, o, STYLE_GUTTER, str_from(text + at));
	snippet_styled(b, o, STYLE_GUTTER, STR(" |"));
}

void snippet_gutter(Buf *b, uint32_t width, RenderOptions o)
{
	buf_add_repeat(b, ' ', width);
	snippet_styled(b, o, STYLE_GUTTER, STR(" |"));
}

/* Appends a line with its tabs as blanks. */
static void add_expanded(Buf *b, Str line)
{
	uint32_t column = 0;
	size_t at = 0;

	while (at < line.len) {
		size_t from = at;
		uint32_t c = utf8_next(line, &at);

		if (c == '\t') {
			uint32_t n = SNIPPET_TAB - column % SNIPPET_TAB;

			buf_add_repeat(b, ' ', n);
			column += n;
		} else if (c >= ' ' && c != 0x7f && !utf8_is_bidi(c)) {
			buf_add(b, str_slice(line, from, at));
			column += utf8_width(str_slice(line, from, at));
		}
	}
}

/* The display column of byte `offset` of a line. */
static uint32_t column_of(Str line, size_t offset)
{
	uint32_t column = 0;
	size_t at = 0;

	while (at < line.len && at < offset) {
		size_t from = at;
		uint32_t c = utf8_next(line, &at);

		if (c == '\t')
			column += SNIPPET_TAB - column % SNIPPET_TAB;
		else if (c >= ' ' && c != 0x7f && !utf8_is_bidi(c))
			column += utf8_width(str_slice(line, from, at));
	}
	return column;
}

/* Cuts the part out of a long line that is shown for `offset`, which becomes one in the part. */
static Str shown_part(Str line, size_t *offset)
{
	size_t from = *offset > SNIPPET_BEFORE ? *offset - SNIPPET_BEFORE : 0;
	size_t to = from + SNIPPET_PART;

	if (line.len <= SNIPPET_LINE_MAX)
		return line;
	to = to < line.len ? to : line.len;
	from = from < to ? from : to;
	while (from > 0 && from < line.len && ((unsigned char)line.ptr[from] & 0xc0) == 0x80)
		from--;
	while (to < line.len && ((unsigned char)line.ptr[to] & 0xc0) == 0x80)
		to--;
	*offset -= from < *offset ? from : *offset;
	return str_slice(line, from, to);
}

static Mark mark_of(const Sources *s, const SnippetLabel *label)
{
	SourcePlace p = sources_place(s, label->at.begin);
	Str line = source_line(p.file, p.line);
	size_t begin = label->at.begin - p.file->base - p.file->line_starts.ptr[p.line - 1];
	size_t end =
		begin + (label->at.end > label->at.begin ? label->at.end - label->at.begin : 0);
	size_t length = end - begin;

	line = shown_part(line, &begin);
	end = begin + length;
	Mark m = {column_of(line, begin), column_of(line, end < line.len ? end : line.len), label};

	if (m.end <= m.begin)
		m.end = m.begin + 1;
	return m;
}

/* The row of marks: primary ones win where they overlap. */
static void draw_marks(
	Buf *b, const Mark *marks, uint32_t count, RenderOptions o, RenderStyle primary)
{
	uint32_t end = 0;
	Str words = count ? marks[count - 1].label->text : STR_NONE;

	buf_add_char(b, ' ');
	for (uint32_t i = 0; i < count; i++)
		if (marks[i].end > end)
			end = marks[i].end;
	for (uint32_t c = 0; c < end; c++) {
		const Mark *on = NULL;

		for (uint32_t i = 0; i < count; i++)
			if (c >= marks[i].begin && c < marks[i].end &&
				(!on || marks[i].label->is_primary))
				on = &marks[i];
		if (!on)
			buf_add_char(b, ' ');
		else if (on->label->is_primary)
			snippet_styled(b, o, primary, STR("^"));
		else
			snippet_styled(b, o, STYLE_NOTE, STR("-"));
	}
	if (words.len) {
		buf_add_char(b, ' ');
		snippet_styled(
			b, o, marks[count - 1].label->is_primary ? primary : STYLE_NOTE, words);
	}
	buf_add_char(b, '\n');
}

/* The words of the labels that are not the rightmost, from right to left. */
static void draw_hanging(Buf *b, const Mark *marks, uint32_t count, uint32_t width, RenderOptions o,
	RenderStyle primary)
{
	for (uint32_t i = count - 1; i-- > 0;) {
		if (marks[i].label->text.len == 0)
			continue;
		snippet_gutter(b, width, o);
		buf_add_char(b, ' ');
		uint32_t column = 0;
		for (uint32_t j = 0; j < i; j++) {
			if (marks[j].label->text.len == 0 || marks[j].begin < column)
				continue;
			buf_add_repeat(b, ' ', marks[j].begin - column);
			buf_add_char(b, '|');
			column = marks[j].begin + 1;
		}
		buf_add_repeat(b, ' ', marks[i].begin > column ? marks[i].begin - column : 0);
		snippet_styled(b, o, marks[i].label->is_primary ? primary : STYLE_NOTE,
			marks[i].label->text);
		buf_add_char(b, '\n');
	}
}

/* Draws a line, or of a long one the part about byte `offset`. */
static void draw_line(
	Buf *b, SourceFile *f, uint32_t line, size_t offset, uint32_t width, RenderOptions o)
{
	numbered_gutter(b, line, width, o);
	Str text = shown_part(source_line(f, line), &offset);
	if (text.len) {
		buf_add_char(b, ' ');
		add_expanded(b, text);
	}
	buf_add_char(b, '\n');
}

/* Between two shown lines: nothing, the one line that is left out, or an ellipsis. */
static void draw_gap(
	Buf *b, SourceFile *f, uint32_t last, uint32_t line, uint32_t width, RenderOptions o)
{
	if (last == 0 || line <= last + 1)
		return;
	if (line == last + 2)
		draw_line(b, f, last + 1, 0, width, o);
	else
		snippet_styled(b, o, STYLE_GUTTER, STR("...\n"));
}

void snippet_draw(Buf *b, const Sources *s, const SnippetLabel *labels, uint32_t count,
	uint32_t width, RenderOptions o, RenderStyle primary)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < count;) {
		SourcePlace p = sources_place(s, labels[i].at.begin);
		Mark marks[SNIPPET_LABELS_MAX];
		uint32_t n = 0;

		draw_gap(b, p.file, last, p.line, width, o);
		size_t offset =
			labels[i].at.begin - p.file->base - p.file->line_starts.ptr[p.line - 1];
		draw_line(b, p.file, p.line, offset, width, o);
		while (i < count && sources_place(s, labels[i].at.begin).line == p.line) {
			/* Of a long line, the part about the first label has no room for others. */
			if (n < SNIPPET_LABELS_MAX &&
				(n == 0 || source_line(p.file, p.line).len <= SNIPPET_LINE_MAX))
				marks[n++] = mark_of(s, &labels[i]);
			i++;
		}
		snippet_gutter(b, width, o);
		draw_marks(b, marks, n, o, primary);
		draw_hanging(b, marks, n, width, o, primary);
		last = p.line;
	}
}

/* A row of bars for the first `count` columns; returns the column behind the last one. */
static uint32_t draw_bars(Buf *b, const uint32_t *columns, uint32_t count)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (columns[i] < at)
			continue;
		buf_add_repeat(b, ' ', columns[i] - at);
		buf_add_char(b, '|');
		at = columns[i] + 1;
	}
	return at;
}

/* The values that stand in one line: bars to all, then one row for each from the right. */
static void draw_values(Buf *b, const Sources *s, const DiagValue *values, uint32_t count,
	uint32_t width, RenderOptions o)
{
	uint32_t columns[SNIPPET_VALUES_MAX];
	uint32_t n = count < SNIPPET_VALUES_MAX ? count : SNIPPET_VALUES_MAX;

	for (uint32_t i = 0; i < n; i++) {
		SnippetLabel label = {values[i].at, STR_NONE, false};

		columns[i] = mark_of(s, &label).begin;
	}
	snippet_gutter(b, width, o);
	buf_add_char(b, ' ');
	draw_bars(b, columns, n);
	buf_add_char(b, '\n');
	for (uint32_t i = n; i-- > 0;) {
		snippet_gutter(b, width, o);
		buf_add_char(b, ' ');
		uint32_t at = draw_bars(b, columns, i);
		buf_add_repeat(b, ' ', columns[i] > at ? columns[i] - at : 0);
		snippet_styled(b, o, STYLE_NOTE, values[i].text);
		buf_add_char(b, '\n');
	}
}

void snippet_draw_values(Buf *b, const Sources *s, const DiagValue *values, uint32_t count,
	uint32_t width, RenderOptions o)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < count;) {
		SourcePlace p = sources_place(s, values[i].at.begin);
		uint32_t from = i;

		draw_gap(b, p.file, last, p.line, width, o);
		draw_line(b, p.file, p.line,
			values[i].at.begin - p.file->base - p.file->line_starts.ptr[p.line - 1],
			width, o);
		while (i < count && sources_place(s, values[i].at.begin).line == p.line)
			i++;
		/* Of a long line, the part about the first value has no room for others. */
		bool is_cut = source_line(p.file, p.line).len > SNIPPET_LINE_MAX;
		draw_values(b, s, values + from, is_cut ? 1 : i - from, width, o);
		last = p.line;
	}
}

static void draw_edit_marks(
	Buf *b, const DiagEdit *edit, uint32_t column, uint32_t width, RenderOptions o)
{
	snippet_gutter(b, width, o);
	buf_add_repeat(b, ' ', 1 + column);
	for (uint32_t i = utf8_width(edit->text); i > 0; i--)
		snippet_styled(
			b, o, STYLE_HELP, edit->at.end > edit->at.begin ? STR("~") : STR("+"));
	buf_add_char(b, '\n');
}

void snippet_draw_edit(
	Buf *b, const Sources *s, const DiagEdit *edit, uint32_t width, RenderOptions o)
{
	SourcePlace p = sources_place(s, edit->at.begin);
	Str line = source_line(p.file, p.line);
	size_t begin = edit->at.begin - p.file->base - p.file->line_starts.ptr[p.line - 1];
	size_t end = begin + (edit->at.end - edit->at.begin);
	Buf after;

	if (end > line.len || line.len > SNIPPET_LINE_MAX || str_has(edit->text, STR("\n")))
		return;
	buf_init(&after, SIZE_MAX);
	buf_add(&after, str_slice(line, 0, begin));
	buf_add(&after, edit->text);
	buf_add(&after, str_slice(line, end, line.len));
	snippet_gutter(b, width, o);
	buf_add_char(b, '\n');
	numbered_gutter(b, p.line, width, o);
	buf_add_char(b, ' ');
	add_expanded(b, buf_str(&after));
	buf_add_char(b, '\n');
	if (edit->text.len) /* what was taken out leaves nothing to underline */
		draw_edit_marks(b, edit, column_of(line, begin), width, o);
	buf_fini(&after);
}
