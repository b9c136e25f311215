/* What the tests of the drivers share: see provider_util.h. */
#include "tests/unit/provider_util.h"

#include "compiler/base/check.h"
#include "compiler/base/json.h"

#include <stdio.h>
#include <string.h>

void world_init(World *w, const char *provider, const char *settings)
{
	*w = (World){.arena = arena_new("test")};
	types_init(&w->types, w->arena);
	w->schemas = schemas_new(w->arena, &w->types);
	w->cloud.arena = w->arena;
	w->cloud.schemas = w->schemas;
	w->cloud.provider = schemas_provider(w->schemas, str_from(provider));
	w->cloud.settings = world_json(w, settings);
}

void world_fini(World *w)
{
	diag_fini(&w->err);
	arena_free(w->arena);
}

Value world_json(World *w, const char *json)
{
	Value v = VALUE_NULL;

	if (!json_parse(w->arena, str_from(json), &v, &w->err))
		printf("not JSON: %s\n", json);
	return v;
}

static Value convert(World *w, const Type *t, Value v);

static Value convert_record(World *w, const Type *t, Value v)
{
	Value out = value_map(w->arena, NULL, 0);

	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		const TypeField *f = t->kind == TYPE_RECORD ? type_field(t, e->key) : NULL;
		const Type *inner = f ? f->type : t->elem ? t->elem : t;
		out = value_with(w->arena, out, e->key, convert(w, inner, e->value));
	}
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++) {
		const TypeField *f = &t->fields[i];
		if (f->has_default && !value_find(out, f->name))
			out = value_with(w->arena, out, f->name,
				convert(w, f->type, f->default_value));
	}
	return out;
}

static Value convert(World *w, const Type *t, Value v)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	if (v.kind == VAL_INT && t->kind == TYPE_SIZE)
		return value_number(VAL_SIZE, v.as.number);
	if (v.kind == VAL_INT && t->kind == TYPE_DURATION)
		return value_number(VAL_DURATION, v.as.number * 1000);
	if (v.kind == VAL_MAP && (t->kind == TYPE_RECORD || t->kind == TYPE_MAP))
		return convert_record(w, t, v);
	if (v.kind != VAL_LIST || (t->kind != TYPE_LIST && t->kind != TYPE_SET))
		return v;
	Value *items = ARENA_ARRAY(w->arena, Value, v.as.list->len + 1);
	for (uint32_t i = 0; i < v.as.list->len; i++)
		items[i] = convert(w, t->elem, v.as.list->items[i]);
	return t->kind == TYPE_SET ? value_set(w->arena, items, v.as.list->len)
				   : value_list(w->arena, items, v.as.list->len);
}

Value world_attrs(World *w, const SchemaResource *r, const char *json)
{
	Value given = world_json(w, json);
	Value out = value_map(w->arena, NULL, 0);

	for (uint32_t i = 0; i < r->attr_count; i++) {
		const SchemaAttr *x = &r->attrs[i];
		const Value *v = value_find(given, x->name);
		if (!v && x->has_default && !(x->flags & ATTR_OUT))
			v = &x->default_value;
		if (v)
			out = value_with(w->arena, out, x->name, convert(w, x->type, *v));
	}
	return out;
}

DriverObject world_object(World *w, const char *type, const char *json)
{
	const SchemaResource *r = schemas_resource(w->schemas, str_from(type));

	CHECK(r);
	return (DriverObject){
		.address = STR("it"),
		.type = r->name,
		.schema = r,
		.desired = world_attrs(w, r, json),
		.generation = 1,
		.token = STR("11111111-2222-4333-8444-555555555555"),
		.marker = STR("LINEAGE-HASH"),
	};
}

bool world_is(World *w, Value v, const char *json)
{
	Buf b;

	(void)w;
	buf_init(&b, 1 << 20);
	json_print(&b, v, 0);
	bool ok = strcmp(buf_cstr(&b), json) == 0;
	if (!ok)
		printf("got  %s\nwant %s\n", buf_cstr(&b), json);
	buf_fini(&b);
	return ok;
}
