/* Source lines with labels under them, as diagnostics show them.  Thread: any. */
#ifndef STYX_SYNTAX_RENDER_SNIPPET_H
#define STYX_SYNTAX_RENDER_SNIPPET_H

#include "compiler/syntax/render.h"

typedef struct SnippetLabel {
	Span at;
	Str text;
	bool is_primary;
} SnippetLabel;

/* Colours of a terminal, or nothing. */
typedef enum RenderStyle {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_ERROR,
	STYLE_WARNING,
	STYLE_NOTE,
	STYLE_GUTTER,
	STYLE_HELP
} RenderStyle;

/* Appends `text` in a style; plain when there is no colour. */
void snippet_styled(Buf *b, RenderOptions o, RenderStyle style, Str text);

/* Appends the lines that the labels (all of one file, sorted by place) stand on, each with its
 * marks and words; `width` is the columns of the gutter's line numbers. */
void snippet_draw(Buf *b, const Sources *s, const SnippetLabel *labels, uint32_t count,
	uint32_t width, RenderOptions o, RenderStyle primary);

/* Appends the lines in which the values stand (all of one file, sorted by place), with bars
 * below the text and a row for each value, the rightmost first. */
void snippet_draw_values(Buf *b, const Sources *s, const DiagValue *values, uint32_t count,
	uint32_t width, RenderOptions o);

/* Appends the one line that `edit` changes, changed, with `~` under a replacement and `+` under an
 * insertion; nothing if the edit touches several lines. */
void snippet_draw_edit(
	Buf *b, const Sources *s, const DiagEdit *edit, uint32_t width, RenderOptions o);

/* Appends a gutter without a number: `width` blanks and a bar. */
void snippet_gutter(Buf *b, uint32_t width, RenderOptions o);

#endif
