/* XML to Values, by expat.
 *
 * An element with children becomes a map from name to value; an element that occurs several times
 * becomes a list; text becomes a string; attributes are entries "@name"; namespaces' prefixes
 * are dropped.  No entities but the five; depth is capped.  Thread: any. */
#ifndef STYX_WIRE_XML_H
#define STYX_WIRE_XML_H

#include "compiler/base/value.h"

/* Parses a document; the result is a map with the root's name as its only key.
 * err  DIAG_HTTP_BODY. */
MUST_CHECK bool xml_parse(Arena *a, Str text, Value *ret, Diag *err);

#endif
