/* What drivers in C share: the Driver table over a table of types, and reading records. */
#include "runtime/provider/native.h"

#include "compiler/base/hash.h"
#include "compiler/base/mem.h"
#include "runtime/host/random.h"

static const NativeType *type_of(const Native *n, const DriverObject *o, Diag *err)
{
	for (uint32_t i = 0; i < n->type_count; i++)
		if (str_eq(n->types[i].name, o->type))
			return &n->types[i];
	diag_fail(err, DIAG_NO_DRIVER, NULL, "there is no driver for `%.*s`", STR_ARG(o->type));
	return NULL;
}

static bool native_read(
	Driver *d, DriverObject *objects, uint32_t count, bool is_full, Arena *a, Diag *err)
{
	Native *n = d->self;

	(void)is_full;
	for (uint32_t i = 0; i < count; i++) {
		const NativeType *t = type_of(n, &objects[i], err);
		objects[i].is_gone = false;
		if (!t || (t->read && !t->read(n, &objects[i], a, err)))
			return false;
	}
	return true;
}

/* An object that cannot be read, found or destroyed lives in the state alone: no call outside is
 * made, so there is no intent, and its outcome need not be durable before others go on. */
static bool intend(const NativeType *t, const DriverHooks *hooks, const char *verb,
	const DriverObject *o, Arena *a, Diag *err)
{
	Buf b;

	if (!hooks || !hooks->on_intent || (!t->read && !t->find && !t->destroy))
		return true;
	buf_init(&b, 1 << 20);
	buf_print(&b, "%s %.*s %.*s %llu", verb, STR_ARG(o->type), STR_ARG(o->address),
		(unsigned long long)o->generation);
	Digest digest = hash_of(HASH_SHA256, buf_str(&b));
	buf_fini(&b);
	return hooks->on_intent(hooks->ctx, str_from(verb), hash_hex(a, &digest), err);
}

static bool native_create(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err)
{
	Native *n = d->self;
	const NativeType *t = type_of(n, o, err);

	if (!t)
		return false;
	if (!t->create)
		return diag_fail(err, DIAG_NO_DRIVER, NULL, "`%.*s` can only be looked up",
			STR_ARG(o->type));
	if (!intend(t, hooks, "create", o, a, err) || !t->create(n, o, a, err))
		return false;
	return !hooks || !hooks->on_id || hooks->on_id(hooks->ctx, o->id, o->attrs, err);
}

static bool native_update(Driver *d, DriverObject *o, const Str *changed, uint32_t changed_count,
	const DriverHooks *hooks, Arena *a, Diag *err)
{
	Native *n = d->self;
	const NativeType *t = type_of(n, o, err);

	if (!t || !intend(t, hooks, "update", o, a, err))
		return false;
	return !t->update || t->update(n, o, changed, changed_count, a, err);
}

static bool native_destroy(
	Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err)
{
	Native *n = d->self;
	const NativeType *t = type_of(n, o, err);

	if (!t || !intend(t, hooks, "destroy", o, a, err) ||
		(t->destroy && !t->destroy(n, o, a, err)))
		return false;
	o->is_gone = true;
	return true;
}

static bool native_find(
	Driver *d, DriverObject *o, int64_t intent_wall_ms, DriverFound *ret, Arena *a, Diag *err)
{
	Native *n = d->self;
	const NativeType *t = type_of(n, o, err);

	(void)intent_wall_ms;
	*ret = FOUND_NO; /* what lives in the state alone, and is not there, never was */
	return t && (!t->find || t->find(n, o, ret, a, err));
}

static bool native_lookup(Driver *d, DriverObject *o, Arena *a, Diag *err)
{
	Native *n = d->self;
	const NativeType *t = type_of(n, o, err);

	if (!t)
		return false;
	if (!t->lookup)
		return diag_fail(
			err, DIAG_NO_DRIVER, NULL, "`%.*s` cannot be looked up", STR_ARG(o->type));
	return t->lookup(n, o, a, err);
}

static void native_close(Driver *d)
{
	Native *n = d->self;

	arena_free(n->arena);
	mem_free(n);
}

Native *native_new(const char *name, Loop *l, const NativeType *types, uint32_t count)
{
	Native *n = MEM_NEW(Native);

	n->arena = arena_new(name);
	n->loop = l;
	n->types = types;
	n->type_count = count;
	n->driver = (Driver){
		.name = name,
		.self = n,
		.read = native_read,
		.create = native_create,
		.update = native_update,
		.destroy = native_destroy,
		.find = native_find,
		.lookup = native_lookup,
		.close = native_close,
	};
	return n;
}

Value native_record(Arena *a, const DriverObject *o)
{
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; i < o->schema->attr_count; i++) {
		const SchemaAttr *attr = &o->schema->attrs[i];
		const Value *v = value_find(o->desired, attr->name);
		if (v && v->kind != VAL_NULL)
			out = value_with(a, out, attr->name, driver_plain(a, attr->type, *v));
	}
	return o->id.len ? value_with(a, out, STR("id"), value_string(o->id)) : out;
}

Str native_text(Value record, Str name)
{
	const Value *v = value_find(record, name);

	return v && v->kind == VAL_STRING ? v->as.text : STR("");
}

bool native_bool(Value record, Str name)
{
	const Value *v = value_find(record, name);

	return v && v->kind == VAL_BOOL && v->as.boolean;
}

int64_t native_number(Value record, Str name, int64_t fallback)
{
	const Value *v = value_find(record, name);
	bool is_number =
		v && (v->kind == VAL_INT || v->kind == VAL_DURATION || v->kind == VAL_SIZE);

	return is_number ? v->as.number : fallback;
}

Str native_id(Arena *a, const DriverObject *o)
{
	Str from = o->token.len ? o->token : random_uuid(a);
	Digest d = hash_of(HASH_SHA256, from);
	Buf b;

	buf_init(&b, 128);
	hash_add_base32(&b, (Str){(const char *)d.bytes, 10});
	Str id = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return id;
}
