/* Diagnostics for people and for machines.  Thread: any. */
#ifndef STYX_SYNTAX_RENDER_H
#define STYX_SYNTAX_RENDER_H

#include "compiler/base/buf.h"
#include "compiler/syntax/source.h"

typedef enum RenderFormat { RENDER_TEXT, RENDER_JSON, RENDER_SARIF, RENDER_GITHUB } RenderFormat;

/* How text is drawn. */
typedef struct RenderOptions {
	bool has_colour;
	uint32_t columns; /* 0: unlimited */
} RenderOptions;

/* Appends one diagnostic as text with carets (language design, section 10); `s` may be NULL when
 * it has no place. */
void render_diag(Buf *b, const Sources *s, const Diag *d, RenderOptions o);

/* Appends all: for text ends with a count when there are several; JSON is one object a line,
 * SARIF one 2.1.0 document, GITHUB one workflow command a line. */
void render_list(Buf *b, const Sources *s, const DiagList *l, RenderFormat format, RenderOptions o);

#endif
