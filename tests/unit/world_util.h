/* A whole world for tests of plan and apply: a state, the model cloud, graphs from a few words. */
#ifndef STYX_UNIT_WORLD_UTIL_H
#define STYX_UNIT_WORLD_UTIL_H

#include "runtime/apply/apply_run.h"
#include "runtime/plan/plan_make.h"
#include "runtime/provider/fake.h"
#include "tests/unit/state_util.h"

typedef struct WorldNode {
	const char *address; /* in order */
	const char *name;    /* cannot be changed in place */
	const char *note;    /* NULL: unset */
	const char *secret;  /* NAME of a secret, whose bytes are "bytes-of-NAME"; NULL: none */
	const char *port;    /* no two objects have the same; NULL: unset */
	const char *needs;   /* the address whose id it holds, or NULL */
	const char *peer;    /* the same, set after creation: circles are fine */
	bool is_protected, is_create_first;
} WorldNode;

typedef struct TestWorld {
	StateDir dir;
	Loop *loop;
	Fake *cloud;
	Store *store;
	World world;
	Arena *arena;
	DiagList diags;
	Graph *graph; /* of the last world_graph() */
} TestWorld;

/* Runs `fn` in a fiber of a fresh loop, with an empty cloud and state. */
void world_run(void (*fn)(TestWorld *t));

/* Makes a graph of `count` nodes; it belongs to the world until the next one. */
const Graph *world_graph(TestWorld *t, const WorldNode *nodes, uint32_t count);

/* Plans the last graph; NULL: errors are in t->diags. */
Plan *world_plan(TestWorld *t, const PlanOptions *options);

/* Plans and applies the graph of `nodes`; says whether all of it was done. */
bool world_apply(TestWorld *t, const WorldNode *nodes, uint32_t count);

/* The step about an address that people see; NULL: none. */
const PlanStep *world_step(const Plan *p, const char *address);

/* The plan as text. */
Str world_text(TestWorld *t, const Plan *p);

#endif
