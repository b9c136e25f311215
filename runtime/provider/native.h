/* Drivers in C: this machine's files and commands, and objects of the state alone.  Thread: loop. */
#ifndef STYX_PROVIDER_NATIVE_H
#define STYX_PROVIDER_NATIVE_H

#include "runtime/provider/driver.h"
#include "runtime/wire/http_client.h"

/* Opens the driver of `local`; relative paths begin at the setting `directory`, else `base_dir`. */
Driver *local_driver_open(Loop *l, Str base_dir, const SchemaService *provider, Value settings);

/* Opens the driver of `std`. */
Driver *std_driver_open(Loop *l, Http *http);

#endif
