/* The model cloud: a provider in memory for simulations (engine.md, 5), behind the same Driver.
 *
 * It serves any schema: attributes with `replace` cannot be changed (an update that tries is an
 * error), `computed` and `out` ones get values of its own, defaults are filled in, sets come back
 * in another order.  It keeps every rule of a cloud that hurts: reads that lag behind, throttling,
 * calls that time out after they were carried out, creates that stop half-way, names that stay
 * taken for a while, objects that cannot go while others point at them.  All chance comes from the
 * seed, so a run is the same every time.
 *
 * What is in the cloud survives every failure of the program: a test "kills" the program with
 * fake_kill_at(), makes a new engine over the same store and the same Fake, and looks at the
 * cloud with fake_object().  Thread: loop. */
#ifndef STYX_PROVIDER_FAKE_H
#define STYX_PROVIDER_FAKE_H

#include "runtime/provider/driver.h"

typedef struct Fake Fake;

/* Chances in thousandths of a call (0: never), and how long things take in calls. */
typedef struct FakeFaults {
	uint32_t throttle;   /* refused with DIAG_THROTTLED, before anything happened */
	uint32_t lost;       /* DIAG_CONNECT before anything happened */
	uint32_t lost_after; /* DIAG_TIMED_OUT after it was carried out */
	uint32_t half;       /* create: exists, on_id was called, then DIAG_WAIT_FAILED;
			      * update: only the first of the changed attributes is changed */
	uint32_t refuse;     /* DIAG_API_REFUSED: for good (for this call) */
	uint32_t lag_calls;  /* a read shows a change only after this many further calls, at most */
	uint32_t yields;     /* fibers that run between the parts of a call, at most */
} FakeFaults;

/* What the cloud holds, for the test's own look. */
typedef struct FakeObject {
	Str id, type, marker;
	Value attrs;      /* with inputs, secrets and computed ones */
	bool was_foreign; /* made by fake_add(), not by a driver */
} FakeObject;

/* Makes an empty cloud on `l`; ended with fake_free(), after all drivers of it. */
Fake *fake_new(Loop *l, uint64_t seed);
Fake *fake_free(Fake *f);

/* Moves the cloud to another loop: after a "kill", when the engine is made anew. */
void fake_move(Fake *f, Loop *l);

/* The driver: one for all configurations; borrowed, its close() does nothing. */
Driver *fake_driver(Fake *f);

/* Sets the chances; all zero at first. */
void fake_set_faults(Fake *f, FakeFaults faults);

/* Time passes: reads lag behind no more. */
void fake_settle(Fake *f);

/* Kills the program at the `call`th driver call from now (1: the next), before or after it is
 * carried out: from then on every driver function fails with DIAG_INTERRUPTED and changes nothing,
 * until fake_revive().  0: never. */
void fake_kill_at(Fake *f, uint64_t call, bool is_after);
void fake_revive(Fake *f);
bool fake_is_dead(const Fake *f);

/* The number of calls so far; of those that changed something. */
uint64_t fake_calls(const Fake *f);
uint64_t fake_writes(const Fake *f);

/* What there is, in order of creation. */
uint32_t fake_count(const Fake *f);
FakeObject fake_object(const Fake *f, uint32_t index);

/* Behind the program's back: changes an attribute (null removes it), destroys an object, makes one
 * that is not ours (returns its id).  false: no such object. */
bool fake_set(Fake *f, Str id, Str attr, Value value);
bool fake_remove(Fake *f, Str id);
Str fake_add(Fake *f, const SchemaResource *schema, Value attrs);

/* A record of the last FAKE_LOG_MAX calls, one a line: "create aws.ec2.vpc net -> vpc-1". */
enum { FAKE_LOG_MAX = 200 };
void fake_print_log(const Fake *f, Buf *b);

#endif
