/* Names of fields that are unknown, missing or required.  Seen by types/ only; one thread. */
#ifndef STYX_TYPES_FIELD_NAME_H
#define STYX_TYPES_FIELD_NAME_H

#include "compiler/types/checker.h"

/* Reports a field that `names` lacks, at its key, and returns the name that was likely meant: near,
 * or a part or an extension of what was written; empty: none. */
Str field_name_unknown(Check *c, const Node *key, Str owner, const StrVec *names, Span type_at);

/* Joins the required fields that are missing and were not meant by an unknown one; empty: none. */
Str field_name_missing(Check *c, const StrVec *missing, const StrVec *meant, Str *ret_first);

/* Says whether a record field must be written: no default, not optional, not the server's. */
bool field_name_is_required(const TypeField *f);

#endif
