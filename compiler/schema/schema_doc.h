/* What `styx doc TYPE` says about a type, from its schema alone.  Thread: any. */
#ifndef STYX_SCHEMA_SCHEMA_DOC_H
#define STYX_SCHEMA_SCHEMA_DOC_H

#include "compiler/schema/schema.h"

/* Appends the page of a type as Markdown that reads well as plain text: what to write, what can
 * be read, rules, calls, and how objects are refreshed and found again. */
void schema_doc_text(Buf *b, const SchemaResource *r);

/* Appends the same facts as one JSON object with a newline behind it, for editors and web pages. */
void schema_doc_json(Buf *b, const SchemaResource *r);

/* Appends the settings of a provider as Markdown. */
void schema_doc_settings(Buf *b, const SchemaService *s);

#endif
