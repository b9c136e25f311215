/* Covering secrets: the forms in which values are compared and recorded.
 *
 * A covered value holds no secret: where one stood, or a long text whose schema says `digest`,
 * stands a keyed digest; where the schema gives out a secret (`out secret`), a sealed one.
 * Digests are bound to the object's salt and the attribute's path.  Thread: loop. */
#ifndef STYX_PLAN_COVER_H
#define STYX_PLAN_COVER_H

#include "runtime/plan/world.h"

/* Covers wanted inputs: secrets are fetched, digested and forgotten.  What is not known yet stays
 * deferred. */
MUST_CHECK bool cover_desired(const World *w, Arena *a, const SchemaResource *schema, Str salt,
	Value desired, Value *ret, Diag *err);

/* Seals what stands in clear where the schema wants a secret: then it is a handle like others, and
 * neither shown nor saved. */
MUST_CHECK bool cover_seal(
	const World *w, Arena *a, const SchemaResource *schema, Str salt, Value *inputs, Diag *err);

/* Fetches all secrets of wanted inputs and forgets them: those that are missing are said so before
 * anything is changed. */
MUST_CHECK bool cover_fetch(const World *w, Arena *a, Value desired, Diag *err);

/* What says where secrets are when attributes are covered. */
typedef struct CoverPlaces {
	Value desired, recorded; /* covered inputs: now and before; either may be null */
} CoverPlaces;

/* Covers attributes that a driver gave: wherever the inputs have a digest, and what the schema says
 * is secret. */
MUST_CHECK bool cover_attrs(const World *w, Arena *a, const SchemaResource *schema, Str salt,
	const CoverPlaces *places, Value *attrs, Diag *err);

/* The covered inputs of an object whose creation was cut short: what only a create can set holds,
 * the rest is not sure (seal_unsure). */
Value cover_unsure(Arena *a, const SchemaResource *schema, Value covered);

#endif
