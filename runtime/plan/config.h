/* Which provider configuration an object is read, changed and destroyed with: the program's, whose
 * keys are the fresh ones, unless a setting that says where objects are (a region, a host) is not
 * what it was; then the recorded one.  Thread: loop. */
#ifndef STYX_PLAN_CONFIG_H
#define STYX_PLAN_CONFIG_H

#include "compiler/graph/graph.h"
#include "runtime/plan/world.h"
#include "runtime/state/object.h"

typedef struct Config {
	Str id; /* names the driver: recorded settings never share the program's */
	Str type;
	Value settings;
	Str moved;  /* the setting that is not what it was; empty: none */
	Value to;   /* what it is in the program */
	Value from; /* what is recorded */
} Config;

/* Chooses for one recorded object.
 * g     the program's graph, or NULL
 * node  that wants the object, or -1: then the program's configuration of the same name counts */
Config config_of(const World *w, const Graph *g, const StateView *v, const StateObject *o,
	int64_t node, Arena *a);

#endif
