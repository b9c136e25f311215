/* Defaults of record fields that use other fields: which comes first.  Thread: one at a time. */
#ifndef STYX_TYPES_DEFAULT_ORDER_H
#define STYX_TYPES_DEFAULT_ORDER_H

#include "compiler/types/checker.h"

/* Ranks the fields of `record`, whose array `fields` is: a default that uses another one (`self.b`)
 * has a higher rank.  Reports E0610, once, when some need each other. */
void default_order(Check *c, const Type *record, TypeField *fields);

#endif
