/* Which provider configuration an object uses, and its settings.
 *
 * In this order: `@provider` on the object; the only provider of that type in its module (several:
 * E0312); `@provider` on the module's own declaration; the same one module further out; and last
 * one without a block, from the environment.  Thread: one at a time. */
#ifndef STYX_EVAL_PROVIDER_PICK_H
#define STYX_EVAL_PROVIDER_PICK_H

#include "compiler/eval/machine.h"

/* Returns the configuration, chosen once per object; NULL: it failed.  One that waits for lookups
 * has is_pending set and no settings yet. */
Provider *provider_pick(Machine *m, Object *object);

/* Evaluates the block of a provider to a record: what is written, then variables, then defaults;
 * called once, by the machine. */
Value provider_settings(Machine *m, Instance *home, Symbol *symbol);

#endif
