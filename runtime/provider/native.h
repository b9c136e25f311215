/* Drivers in C: this machine's files and commands, and objects of the state alone.
 * Thread: loop. */
#ifndef STYX_PROVIDER_NATIVE_H
#define STYX_PROVIDER_NATIVE_H

#include "runtime/provider/driver.h"
#include "runtime/wire/http_client.h"

/* Opens the driver of `local`; relative paths begin at the setting `directory`, else `base_dir`. */
Driver *local_driver_open(Loop *l, Str base_dir, Value settings);

/* Opens the driver of `std`. */
Driver *std_driver_open(Loop *l, Http *http);

/* One type of a native driver; NULL functions: nothing to do. */
typedef struct NativeType {
	Str name;
	bool (*read)(void *self, DriverObject *o, Arena *a, Diag *err);
	bool (*create)(void *self, DriverObject *o, Arena *a, Diag *err); /* sets id and attrs */
	bool (*update)(void *self, DriverObject *o, const Str *changed, uint32_t count, Arena *a,
		Diag *err);
	bool (*destroy)(void *self, DriverObject *o, Arena *a, Diag *err);
	bool (*find)(void *self, DriverObject *o, DriverFound *ret, Arena *a, Diag *err);
	bool (*lookup)(void *self, DriverObject *o, Arena *a, Diag *err);
} NativeType;

/* What a native driver is: its types, and what their functions get as `self`. */
typedef struct Native {
	Driver driver;
	Arena *arena;
	Loop *loop;
	Http *http;
	Str base_dir;
	const NativeType *types;
	uint32_t type_count;
} Native;

/* Makes a driver of a table of types. */
Native *native_new(const char *name, Loop *l, const NativeType *types, uint32_t count);

/* The record of an object: what is wanted but for secrets, and its id. */
Value native_record(Arena *a, const DriverObject *o);

/* An attribute of a record: text (empty), truth (false), number (0) when it is not there. */
Str native_text(Value record, Str name);
bool native_bool(Value record, Str name);
int64_t native_number(Value record, Str name, int64_t fallback);

/* A made-up id of `[0-9a-z]`, the same for the same create. */
Str native_id(Arena *a, const DriverObject *o);

/* The types. */
extern const NativeType native_command;

#endif
