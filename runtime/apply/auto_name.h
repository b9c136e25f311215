/* Names that are made up: for attributes that the schema calls `auto`, where the program writes
 * none.  Pure.  Thread: any. */
#ifndef STYX_APPLY_AUTO_NAME_H
#define STYX_APPLY_AUTO_NAME_H

#include "compiler/schema/schema.h"
#include "runtime/state/store.h"

/* Gives wanted inputs with the name of one attempt filled in, such as "net-web-a-k3v9x2q7": the
 * same for the same salt (the address that the object was made at) and generation, so a repeated or
 * resumed create means the same object, and a successor never meets its forerunner. */
Value auto_name_fill(const Store *s, Arena *a, const SchemaResource *schema, Str salt,
	uint64_t generation, Value desired);

#endif
