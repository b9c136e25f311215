/* `styx doc`: the reference of types and functions.  Thread: any. */
#ifndef STYX_TOOLS_DOC_H
#define STYX_TOOLS_DOC_H

#include "compiler/base/buf.h"
#include "compiler/schema/schema.h"

/* Appends the page of a type ("aws.ec2.vpc"), the list of a service or provider ("aws.ec2"), or the
 * page of a function ("join"); as JSON when asked.  An empty name lists providers and subjects.
 * err  DIAG_USAGE: nothing of that name, with the near miss. */
MUST_CHECK bool doc_page(Buf *b, Schemas *schemas, Str name, bool is_json, Diag *err);

/* Appends docs/functions.md. */
void doc_functions(Buf *b);

#endif
