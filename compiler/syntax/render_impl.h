/* What the renderers share.  Thread: any. */
#ifndef STYX_SYNTAX_RENDER_IMPL_H
#define STYX_SYNTAX_RENDER_IMPL_H

#include "compiler/syntax/render.h"

/* "error", "warning", "lint", "note". */
const char *render_severity_word(DiagSeverity severity);

/* Says whether `at` is a place in these sources. */
bool render_has_place(const Sources *s, Span at);

/* Appends one diagnostic as a JSON object on a line of its own; its shape is in docs/cli.md. */
void render_json(Buf *b, const Sources *s, const Diag *d);

/* Appends a SARIF 2.1.0 log of all of `l`. */
void render_sarif(Buf *b, const Sources *s, const DiagList *l);

/* Appends one diagnostic as a workflow command that annotates a pull request. */
void render_github(Buf *b, const Sources *s, const Diag *d);

#endif
