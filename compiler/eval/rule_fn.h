/* The functions of schema rules that need no catalogue.  Thread: any. */
#ifndef STYX_EVAL_RULE_FN_H
#define STYX_EVAL_RULE_FN_H

#include "compiler/base/value.h"

/* Says whether there is such a function: within, prefix_length, zone_in, lower, upper, basename. */
bool rule_fn_exists(Str name);

/* Computes it over known values; false: it says nothing about these. */
bool rule_fn_call(Arena *a, Str name, const Value *args, uint32_t count, Value *ret);

/* Says whether two ranges of addresses have an address in common; false also when one is none. */
bool rule_fn_overlap(Value a, Value b);

#endif
