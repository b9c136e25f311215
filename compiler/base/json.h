/* JSON to and from Values, by jansson, behind caps.
 *
 * Objects become maps, arrays lists; whole numbers within 64 bits INT, others FLOAT.  On the way
 * out sizes are bytes, durations seconds (an int when whole), money and prices dollars, sets
 * and ranges arrays, gpus text.  Thread: any. */
#ifndef STYX_BASE_JSON_H
#define STYX_BASE_JSON_H

#include "compiler/base/value.h"

/* Parses all of `text`; duplicate keys are refused.  err  DIAG_JSON (USER): with line and column.
 */
MUST_CHECK bool json_parse(Arena *a, Str text, Value *ret, Diag *err);

/* Appends `v` as JSON; indent 0: compact.  Keys are in the map's order.  Deferred values print
 * as null. */
void json_print(Buf *b, Value v, int indent);

/* Appends `s` as a JSON string with its quotes. */
void json_print_string(Buf *b, Str s);

#endif
