/* What the files that make a plan share.  Seen by plan/ only.
 *
 * Nodes are decided in order of rank, so what a node refers to was decided before it.
 * Thread: loop. */
#ifndef STYX_PLAN_PLAN_IMPL_H
#define STYX_PLAN_PLAN_IMPL_H

#include "runtime/plan/plan_make.h"
#include "runtime/plan/refresh.h"

typedef enum NodeState {
	NODE_OPEN, /* not decided yet */
	NODE_SAME, /* nothing to do: recorded values hold */
	NODE_CREATE,
	NODE_UPDATE,
	NODE_REPLACE,
	NODE_READ,      /* a lookup that can only be made at apply */
	NODE_LOOKED_UP, /* a lookup that was made now */
	NODE_ABSENT,    /* left out by --target, and not there */
} NodeState;

typedef struct NodePlan {
	NodeState state;
	int64_t object; /* current one in the view; -1: none */
	bool is_excluded;
	bool is_create_first;
	bool can_be_first;  /* of a replace: nothing is in the way of the new object */
	bool is_on_circle;  /* of a replace: if the old one goes first, steps wait in a circle */
	Str order, warning; /* of a replace, as in PlanStep */
	bool is_record_only;
	const SchemaResource *schema;
	Value raw;     /* inputs, resolved as far as known; secrets are handles */
	Value covered; /* the same without secrets; null until needed */
	Value attrs;   /* what is there: read or recorded; for SAME, UPDATE, LOOKED_UP */
	bool has_attrs;
	const PlanChange *changes;
	uint32_t change_count;
	Str reason;
	Str *held; /* attributes that a link sets, since what they refer to is made as well */
	uint32_t held_count;
	int64_t step;       /* create, update or read; -1: none */
	bool waits_for_gap; /* for something that is put in the place of what is destroyed first */
	int64_t late;       /* link, or an update of nothing but held attributes; -1: none */
} NodePlan;

typedef struct ObjectPlan {
	int64_t node; /* in the graph, whose current object it is; -1: none */
	bool is_excluded;
	int64_t destroy; /* step; -1: none */
	int64_t unlink;  /* step; -1: none */
	uint32_t circle; /* 0: none; of objects to destroy that refer to each other */
} ObjectPlan;

typedef struct Planner {
	const World *world;
	const Graph *graph; /* without nodes if there is no program */
	StateView *view;
	const PlanOptions *options;
	Arena *arena; /* the plan's */
	Plan *plan;
	DiagList *diags;
	NodePlan *nodes;
	ObjectPlan *objects;
	Reading *readings;
	const uint32_t *order; /* the nodes by rank, once they are decided; else NULL */
	StateEdge *edges;      /* of all recorded objects, once planner_edges() was called */
	uint32_t edge_count;
	bool has_edges;
	Vec(PlanStep) steps;
	Vec(PlanRecord) records;
	Str last_type; /* of last_schema: neighbours are mostly of one type */
	const SchemaResource *last_schema;
	int64_t last_provider; /* of the object whose configuration was chosen last; -1: none */
	Buf scratch;
} Planner;

/* Moves a runtime error into the plan's list; returns false. */
bool planner_fail(Planner *p, Diag *err);

/* values.c: resolves `v` with what is known at plan; secrets stay handles.  A reference's base
 * values come from planner_attrs(). */
MUST_CHECK bool planner_resolve(Planner *p, Value v, Value *ret, Diag *err);
MUST_CHECK bool planner_attrs(Planner *p, uint32_t node, Value *ret, Diag *err);

/* The attribute by which the new object of a replace would be in the way of the old one (a name
 * that stays the same), so that it cannot be made first; NULL: none. */
const SchemaAttr *planner_collision(Planner *p, uint32_t node);

/* Says whether an unknown comes from an object that is made anew or read later. */
bool planner_is_new(void *planner, Value unknown);

/* decide.c: decides all nodes, in order of rank. */
MUST_CHECK bool planner_decide(Planner *p);

/* decide.c: lists what a node's first step has to leave out (NodePlan.held). */
void planner_hold(Planner *p, uint32_t node);

/* replace.c: decides for each replace which half comes first, and why. */
MUST_CHECK bool planner_replaces(Planner *p);

/* unlink.c: adds the steps that take references out before objects are destroyed. */
MUST_CHECK bool planner_unlink(Planner *p);

/* unlink.c: says whether the destroy step waits for an unlink of `object` because of the edge. */
bool planner_is_unlinked(const Planner *p, uint32_t object, Str path);

/* unlink.c: says whether a reference is set after creation and can be taken out again. */
bool planner_edge_is_late(Planner *p, uint32_t object, Str path);

/* target.c: marks what --target leaves out; checks the names of --target and --replace. */
MUST_CHECK bool planner_target(Planner *p);
bool planner_names(Str name, Str address);

/* order.c: loads the recorded edges; the object that one was recorded for (-1: it is not there any
 * more). */
MUST_CHECK bool planner_edges(Planner *p);
int64_t planner_edge_user(const Planner *p, const StateEdge *edge);

/* order.c: what waits for what.  False: steps would wait for each other, and what `is_on_circle`
 * can be made first instead: the steps have to be made again. */
MUST_CHECK bool planner_order(Planner *p);

/* guard.c: protection, --max-destroy; the schema's rules about how an object may change. */
MUST_CHECK bool planner_guard(Planner *p);
MUST_CHECK bool planner_guard_change(Planner *p, uint32_t node, Value old, Diag *err);

#endif
