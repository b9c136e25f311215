/* Comparing what is wanted with what is there, attribute by attribute.
 *
 * Both sides are covered (cover.h) and normalised.  Rules: what is unset is right as it was
 * recorded, unless the last apply set it; what the server computes never differs when unset; sets
 * are compared by their elements; an element's unset fields are not compared; nothing and an empty
 * collection are equal.  Pure.  Thread: any. */
#ifndef STYX_PLAN_DIFF_H
#define STYX_PLAN_DIFF_H

#include "compiler/graph/graph.h"
#include "runtime/plan/plan.h"
#include "runtime/provider/driver.h"

typedef struct DiffSides {
	const SchemaResource *schema; /* NULL: everything is compared as plain values */
	Value desired;                /* covered; leaves may be deferred */
	Value observed;               /* covered; null: nothing is there */
	Value recorded;               /* covered inputs of the last apply; null: not known */
	Value baseline;               /* attributes as they were recorded; null: as observed */
	const GraphNode *node;        /* for places, or NULL */
	/* Says whether an unknown can only become something else than what is there: it comes from
	 * an object that is made anew.  NULL: no. */
	bool (*is_new)(void *ctx, Value unknown);
	void *ctx;
} DiffSides;

/* Lists what differs, in the schema's order, with `is_replace` decided. */
void diff_object(Arena *a, const DiffSides *sides, PlanChange **ret, uint32_t *ret_count);

/* Lists what changed between two readings of an object: inputs only. */
void diff_drift(Arena *a, const SchemaResource *schema, Value before, Value now, PlanChange **ret,
	uint32_t *ret_count);

/* Finds where an attribute was written; the declaration if it says nothing nearer. */
Span diff_span(const GraphNode *node, Str path);

#endif
