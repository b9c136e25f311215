/* The schema interpreter: one open provider configuration, and what its parts share.
 *
 *     drivers.c     opens configurations        cloud.c        settings, scopes, the Driver table
 *     cloud_call.c  one call: retries, pages  call_send.c    one request: where to, signed how
 *     cloud_finish.c aspects, decoding       cloud_read.c   refresh in bulk, single reads
 *     cloud_write.c create, update, delete      cloud_change.c updates, facets, syncs, brackets
 *     cloud_wait.c  waiters                     cloud_find.c   find, lookup, list_owned
 *
 * Everything runs in fibers and may wait.  Thread: loop. */
#ifndef STYX_PROVIDER_CLOUD_H
#define STYX_PROVIDER_CLOUD_H

#include "compiler/base/map.h"
#include "runtime/host/limits.h"
#include "runtime/provider/call.h"
#include "runtime/provider/driver.h"
#include "runtime/provider/sx_codec.h"
#include "runtime/wire/aws_auth.h"
#include "runtime/wire/retry.h"

typedef struct Cloud Cloud;
struct Cloud {
	Driver driver;
	Arena *arena; /* as long as the configuration is open */
	Loop *loop;
	Http *http;
	Schemas *schemas;
	const SchemaService *provider;
	Value settings; /* complete: region, dns, partition, host, ... */
	Str base_dir;
	AwsAuth *auth; /* NULL: not AWS */
	Map rates;     /* service -> Rate */
	Map gathers;   /* type -> Gather: single reads that share the next batch */
	Map regions;   /* bucket -> Str: where it is, as redirects said */
	Str api;       /* negotiated version; empty: not yet */
	FiberSlots api_turn;
	int64_t clock_offset_ms; /* the server's clock minus ours, learnt from its `Date` */
};

/* A unit of work on one object: its scope and where errors go. */
typedef struct Work {
	Cloud *cloud;
	DriverObject *o;
	const SchemaResource *schema;
	const DriverHooks *hooks; /* NULL: nothing may be changed */
	SxEnv env;
	Deadline until;
	bool failed; /* by env.err */
	bool is_found;
	bool is_create; /* the calls take the attributes */
	Diag *err;
} Work;

/* How one call went. */
typedef struct CallAnswer {
	Value value; /* a map; null after `ok` and `none` codes */
	int status;
	bool is_none;      /* one of the call's `none` codes */
	bool is_uncertain; /* failed, and it is not known whether it was carried out */
	CallError error;   /* when it failed, or of the code that was fine */
} CallAnswer;

/* Opens a configuration of an interpreted provider (`provider` says which).
 * err  DIAG_SETTING_MISSING, DIAG_NO_DRIVER. */
MUST_CHECK bool cloud_open(Loop *l, Http *http, Schemas *schemas, Str base_dir,
	const SchemaService *provider, Value settings, Driver **ret, Diag *err);

/* Fills what a setting leaves open from its environment variables and default; drops nothing.
 * err  DIAG_SETTING_MISSING. */
MUST_CHECK bool cloud_settings(
	Arena *a, const SchemaService *provider, Value given, Value *ret, Diag *err);

/* Starts work on an object: attributes are the record's with what is wanted laid over. */
void cloud_begin(
	Cloud *c, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err, Work *ret);

/* Evaluates what a call asks for; nothing is sent.  err  DIAG_SCHEMA_UNKNOWN. */
MUST_CHECK bool cloud_build(Work *w, const SchemaCall *call, CallInput *ret);

/* Makes one call of a schema in the work's scope: sends, retries, takes ok and none codes.
 * err  what call_fail() gives, DIAG_CONNECT, DIAG_TIMED_OUT, DIAG_NO_CREDENTIALS ... */
MUST_CHECK bool cloud_call(Work *w, const SchemaCall *call, CallAnswer *ret);

/* Makes a call and all its pages; gives the elements of `each`.  `extra` is laid over the
 * parameters (null: nothing). */
MUST_CHECK bool cloud_items(
	Work *w, const SchemaCall *call, Value extra, Value *ret_items, CallAnswer *ret);

/* The shape of what `at` or `each` of a call's answer gives; NULL: not known. */
const ModelShape *cloud_shape(const Cloud *c, const SxEnv *env, const SchemaCall *call);

/* Reads one object's own answer into env.obj; is_found says whether it is there. */
MUST_CHECK bool cloud_read_obj(Work *w, CallAnswer *ret);

/* Reads one object with everything that belongs to it, into o->attrs. */
MUST_CHECK bool cloud_read_full(Work *w);

/* The identity of an item of a list; empty: it has none. */
Str cloud_item_id(const SxEnv *env, const SchemaCall *call, Value item);

/* Says whether an item of a list is the object with this id. */
bool cloud_item_is(const SxEnv *env, const SchemaCall *call, Value item, Str id);

/* Reads the aspects and facets that these found objects need, and decodes their attributes. */
MUST_CHECK bool cloud_finish(Work *works, uint32_t count, bool is_full, Diag *err);

/* The Driver's functions. */
bool cloud_read(
	Driver *d, DriverObject *objects, uint32_t count, bool is_full, Arena *a, Diag *err);
bool cloud_create(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err);
bool cloud_update(Driver *d, DriverObject *o, const Str *changed, uint32_t changed_count,
	const DriverHooks *hooks, Arena *a, Diag *err);
bool cloud_destroy(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err);
bool cloud_find(
	Driver *d, DriverObject *o, int64_t intent_wall_ms, DriverFound *ret, Arena *a, Diag *err);
bool cloud_lookup(Driver *d, DriverObject *o, Arena *a, Diag *err);
bool cloud_list_owned(Driver *d, const SchemaResource *schema, Arena *a, DriverObject **ret,
	uint32_t *ret_count, Diag *err);

/* Runs a waiter by name to its end (an empty name: nothing to wait for).
 * err  DIAG_WAIT_FAILED, DIAG_TIMED_OUT, DIAG_INTERRUPTED. */
MUST_CHECK bool cloud_wait(Work *w, Str waiter);

/* Runs steps: calls, ifs, lets. */
MUST_CHECK bool cloud_steps(Work *w, const SchemaSteps *steps);

/* Changes the object, as read in env.obj and o->attrs, in the attributes that `changed` names. */
MUST_CHECK bool cloud_change(Work *w, const Str *changed, uint32_t count);

/* Binds a name in the work's scope. */
void cloud_let(Work *w, Str name, Value v);

#endif
