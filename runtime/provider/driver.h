/* Drivers: how objects of a provider are read and changed.  One interface for the schema
 * interpreter, the drivers in C (local, std) and the model cloud of the tests.
 *
 * All functions run in a fiber and may wait; many run at once.  None touches the state: the engine
 * records intents before and outcomes after (engine.md, 4).  Thread: loop. */
#ifndef STYX_PROVIDER_DRIVER_H
#define STYX_PROVIDER_DRIVER_H

#include "compiler/schema/schema.h"
#include "runtime/host/fiber.h"

typedef struct Driver Driver;

/* One object as a driver sees it. */
typedef struct DriverObject {
	Str address;
	Str type;
	const SchemaResource *schema;
	Str id;        /* external id; empty: not known (or not created) */
	Value attrs;   /* recorded or observed attributes: record of everything readable */
	Value desired; /* wanted inputs, all known, secrets as plain strings; null when not wanted
			*/
	uint64_t generation;
	Str token;          /* idempotency token, a UUID of (lineage, address, generation) */
	Str marker;         /* "LINEAGE-HASH": who owns it, for tags and labels */
	const Str *written; /* the inputs that the program writes, whatever their values;
			     * `...`: it may be any */
	uint32_t written_count;
	bool is_gone;       /* set by read: it does not exist */
	uint32_t unread;    /* set by read: calls that were left out, see there */
	int64_t timeout_ms; /* 0: the schema's */
} DriverObject;

/* Called by create as soon as the identity is known, before anything else may fail; false: the
 * record could not be written, stop. */
typedef bool (*DriverIdFn)(void *ctx, Str id, Value attrs, Diag *err);

/* Called for each call that changes something, before it is sent: journals the intent. */
typedef bool (*DriverIntentFn)(void *ctx, Str call, Str request_digest, Diag *err);

typedef struct DriverHooks {
	void *ctx;
	DriverIdFn on_id;
	DriverIntentFn on_intent;
} DriverHooks;

typedef enum DriverFound { FOUND_NO, FOUND_OURS, FOUND_UNKNOWN } DriverFound;

struct Driver {
	const char *name;
	void *self;

	/* Reads many objects of one type and provider configuration in as few calls as it takes;
	 * fills `attrs` (and `id` form), sets `is_gone`.
	 *
	 * What costs a call per object is read, too, as long as the objects need no more than
	 * SINGLE_READS_MAX such calls together.  Of more, only those are made that tell of an
	 * attribute which is `written`, or recorded with something else than its default; the
	 * others are counted in `unread`.  `is_full`: all are made. */
	bool (*read)(Driver *d, DriverObject *objects, uint32_t count, bool is_full, Arena *a,
		Diag *err);

	/* Creates the object and waits until it is ready; sets id and attrs, also (partly) on
	 * failure when the object exists by then. */
	bool (*create)(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err);

	/* Changes it in place to `desired`; `changed` are the dotted paths that differ. */
	bool (*update)(Driver *d, DriverObject *o, const Str *changed, uint32_t changed_count,
		const DriverHooks *hooks, Arena *a, Diag *err);

	/* Destroys it and waits until it is gone; one that is gone already is fine. */
	bool (*destroy)(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err);

	/* After a crash: was the create carried out?  FOUND_OURS sets id and attrs. */
	bool (*find)(Driver *d, DriverObject *o, int64_t intent_wall_ms, DriverFound *ret, Arena *a,
		Diag *err);

	/* A lookup: one object by the arguments in `desired`; sets attrs.
	 * err  DIAG_LOOKUP_NONE, DIAG_LOOKUP_MANY. */
	bool (*lookup)(Driver *d, DriverObject *o, Arena *a, Diag *err);

	/* All objects of a type that carry any marker of ours: `drift --unmanaged`.  NULL: cannot.
	 */
	bool (*list_owned)(Driver *d, const SchemaResource *schema, Arena *a, DriverObject **ret,
		uint32_t *ret_count, Diag *err);

	void (*close)(Driver *d);
};

/* Opens drivers by provider type and settings, one per configuration, kept until closed. */
typedef struct Drivers Drivers;

/* Makes the set; `http` may be made on first use inside.  `base_dir` is the spec's directory. */
Drivers *drivers_new(Loop *l, Schemas *schemas, Str base_dir);
Drivers *drivers_free(Drivers *d);

/* Gives the driver of a provider configuration (`type` "aws", `settings` a record); opened on first
 * use and cached by its id.
 * err  DIAG_NO_DRIVER, DIAG_SETTING_MISSING, DIAG_NO_CREDENTIALS ... */
MUST_CHECK bool drivers_get(Drivers *d, Str id, Str type, Value settings, Driver **ret, Diag *err);

/* Gives every configuration this driver from now on (borrowed, never closed): for simulations. */
void drivers_use(Drivers *d, Driver *driver);

/* Brings a wanted and a read value of a type into one form before they are compared (normalisers,
 * units, sets); pure. */
Value driver_normalise(Arena *a, const SchemaResource *schema, Value attrs);
Value driver_normalise_value(Arena *a, const Type *type, Value v);

/* Takes out what is secret by its type, wherever it is: what a record may hold. */
Value driver_plain(Arena *a, const Type *type, Value v);

/* Compares a wanted with a read value, both normalised: what is computed and not wanted, and what
 * is out, local, write-only or secret inside, makes no difference; sets pair by key. */
bool driver_same(const Type *type, Value want, Value have);

/* Says whether two elements of a set are the same one (all fields without `nokey` and `out`). */
bool driver_same_key(const Type *elem, Value want, Value have);

#endif
