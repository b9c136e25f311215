/* Programs of the simulation: a handful of slots, each an object or none, that refer to lower ones,
 * and to any in an attribute that is set after creation; changed at random, turned into a plan
 * graph, and compared with what the cloud holds. */
#ifndef STYX_SIM_SIM_PROGRAM_H
#define STYX_SIM_SIM_PROGRAM_H

#include "compiler/graph/graph.h"
#include "runtime/provider/fake.h"

enum { SIM_SLOTS = 12, SIM_TYPES = 3 };

typedef struct SimSlot {
	bool is_there;
	uint32_t type;    /* of SIM_TYPES */
	int64_t name;     /* cannot be changed in place */
	int64_t size;     /* cannot shrink in place */
	int64_t note;     /* 0: unset */
	int64_t password; /* secret, never read back; 0: unset */
	uint32_t labels;  /* a set, by bits */
	int32_t parent;   /* slot whose id it holds; -1: none */
	int32_t network;  /* the same, and cannot be changed in place */
	int32_t copy;     /* slot whose computed `serial` it holds */
	uint32_t peers;   /* a set of slots, by bits, whose ids it holds once all are there */
} SimSlot;

/* With `creates_first` every object is replaced that way; without it those alone that are in use,
 * since the cloud keeps what is. */
typedef struct SimProgram {
	bool creates_first;
	SimSlot slots[SIM_SLOTS];
} SimProgram;

typedef struct SimChance {
	uint64_t state;
} SimChance;

/* A number below `n`. */
uint32_t sim_chance(SimChance *c, uint32_t n);

/* The schema of a type by its name; NULL: none. */
const SchemaResource *sim_schema(void *ctx, Str type);

/* Changes a program at random: `much` changes. */
void sim_mutate(SimProgram *p, SimChance *c, uint32_t much);

/* The program as a plan graph; ended with graph_free(). */
Graph *sim_graph(const SimProgram *p);

/* Compares the cloud with the program: every object once, as wanted, and no other of ours.
 * `why` gets what is wrong. */
bool sim_matches(const SimProgram *p, const Fake *cloud, Buf *why);

/* The text of a secret. */
Str sim_secret(Arena *a, int64_t number);

#endif
