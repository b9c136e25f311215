/* The registry of schemas as `styx schema check` and tests see it: files, blocks, diagnostics.
 * Everybody else uses schema.h.  Thread: one at a time. */
#ifndef STYX_SCHEMA_SCHEMA_LOAD_H
#define STYX_SCHEMA_SCHEMA_LOAD_H

#include "compiler/schema/schema.h"
#include "compiler/syntax/tree.h"

/* Returns what was wrong with the files that were read so far. */
DiagList *schemas_diags(Schemas *s);

/* Adds one schema file whose text is in memory (borrowed, NUL behind) in place of the file of the
 * same service; returns its path among the schemas, such as "aws/ec2.schema". */
Str schemas_add_text(Schemas *s, Str text);

/* Parses a file ("aws/ec2.schema") on first use and returns its tree; NULL: no such file. */
const Tree *schemas_tree(Schemas *s, Str path);

/* Returns the type of a resource's block; NULL and E0808 when its service is not declared, or is
 * in another file. */
const SchemaResource *schemas_declared(Schemas *s, const Node *block);

/* Lists the paths of all schema files, sorted. */
void schemas_files(Schemas *s, Arena *a, Str **ret_paths, uint32_t *ret_count);

/* Returns a service with its provider's settings; NULL: none. */
const SchemaService *schemas_service(Schemas *s, Str name);

#endif
