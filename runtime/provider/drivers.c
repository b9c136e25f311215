/* The set of open drivers: which driver serves a provider, opened on first use. */
#include "runtime/provider/cloud.h"

#include "compiler/base/mem.h"
#include "runtime/provider/native.h"

struct Drivers {
	Arena *arena;
	Loop *loop;
	Schemas *schemas;
	Http *http; /* made on first use */
	Str base_dir;
	Map open;     /* id -> Driver */
	Driver *only; /* serves all; not ours */
};

Drivers *drivers_new(Loop *l, Schemas *schemas, Str base_dir)
{
	Drivers *d = MEM_NEW(Drivers);

	d->arena = arena_new("drivers");
	d->loop = l;
	d->schemas = schemas;
	d->base_dir = str_copy(d->arena, base_dir);
	map_init(&d->open, d->arena);
	return d;
}

Drivers *drivers_free(Drivers *d)
{
	if (!d)
		return NULL;
	for (uint32_t i = 0; i < d->open.item_count; i++) {
		Driver *driver = d->open.items[i].value;
		if (d->open.items[i].key.ptr)
			driver->close(driver);
	}
	if (d->http)
		http_free(d->http);
	arena_free(d->arena);
	mem_free(d);
	return NULL;
}

void drivers_use(Drivers *d, Driver *driver)
{
	d->only = driver;
}

bool drivers_get(Drivers *d, Str id, Str type, Value settings, Driver **ret, Diag *err)
{
	Driver *driver = d->only ? d->only : map_find(&d->open, id);
	const SchemaService *provider = NULL;

	if (driver) {
		*ret = driver;
		return true;
	}
	provider = schemas_provider(d->schemas, type);
	if (!provider)
		return diag_fail(
			err, DIAG_NO_DRIVER, NULL, "there is no provider `%.*s`", STR_ARG(type));
	if (!d->http)
		d->http = http_new(d->loop);
	if (str_eq(type, STR("local")))
		driver = local_driver_open(d->loop, d->base_dir, settings);
	else if (str_eq(type, STR("std")))
		driver = std_driver_open(d->loop, d->http);
	else if (!cloud_open(d->loop, d->http, d->schemas, d->base_dir, provider, settings, &driver,
			 err))
		return false;
	map_put(&d->open, str_copy(d->arena, id), driver);
	*ret = driver;
	return true;
}
