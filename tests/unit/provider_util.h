/* What the tests of the drivers share: schemas, values from JSON, objects. */
#ifndef STYX_UNIT_PROVIDER_UTIL_H
#define STYX_UNIT_PROVIDER_UTIL_H

#include "runtime/provider/cloud.h"

/* One test's world. */
typedef struct World {
	Arena *arena;
	Types types;
	Schemas *schemas;
	Cloud cloud; /* open without a network: settings only */
	Diag err;
} World;

/* Makes a world whose cloud is `provider` with these settings (JSON). */
void world_init(World *w, const char *provider, const char *settings);
void world_fini(World *w);

/* A value from JSON; as the attributes of a type: with its defaults, sizes and sets. */
Value world_json(World *w, const char *json);
Value world_attrs(World *w, const SchemaResource *r, const char *json);

/* An object of a type that is wanted like this. */
DriverObject world_object(World *w, const char *type, const char *json);

/* Says whether a value prints as this JSON; prints it if not. */
bool world_is(World *w, Value v, const char *json);

#endif
