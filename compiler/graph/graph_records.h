/* The schemas' rules over a record type, applied to every record of it in an object. */
#ifndef STYX_GRAPH_GRAPH_RECORDS_H
#define STYX_GRAPH_GRAPH_RECORDS_H

#include "compiler/graph/graph_impl.h"

/* Applies a rule about which fields are set (E0403, E0415) to all records that it is about.  False:
 * it is about the object's own attributes. */
bool graph_records_rule(Build *b, const Object *o, const SchemaRule *rule);

#endif
