/* `styx schema check`: compares schemas with the models and with the rules of the format
 * (providers.md, 8.1).  Thread: one at a time. */
#ifndef STYX_SCHEMA_SCHEMA_CHECK_H
#define STYX_SCHEMA_SCHEMA_CHECK_H

#include "compiler/schema/schema_load.h"

/* Checks the schema file at `path` ("aws/ec2.schema"); what is wrong is appended to
 * schemas_diags(s).  Returns the number of types that were looked at.
 * Errors: E0801 to E0806, E0808, E0810, E0811, E0815, E0817, and the parser's. */
uint32_t schema_check(Schemas *s, Str path);

#endif
