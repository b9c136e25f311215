/* The model cloud: objects in memory behind the Driver interface, with every bad habit of a cloud
 * (see fake.h).  Chance is one splitmix sequence from the seed. */
#include "runtime/provider/fake.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"

enum { FAKE_MAGIC = 0x66616b65, HISTORY_MAX = 4 };

/* A version of an object: what reads show from `call` on. */
typedef struct Version {
	uint64_t visible_at; /* the call from which a read shows it */
	Value attrs;
	bool is_gone;
} Version;

typedef struct Item {
	FakeObject object;
	Str token, address;
	const SchemaResource *schema;
	bool is_gone;
	Version past[HISTORY_MAX]; /* what lagging reads still show, oldest first */
	uint32_t past_count;
} Item;

typedef Vec(Item *) Items;
typedef Vec(Str) Lines;

struct Fake {
	uint32_t magic;
	Arena *arena;
	Loop *loop;
	Driver driver;
	uint64_t chance;
	FakeFaults faults;
	Items items;
	Lines log;
	uint64_t calls, writes, made;
	uint64_t kill_in; /* calls until the kill; 0: never */
	bool kills_after, is_dead;
};

/* What a call is about to suffer. */
typedef struct Fate {
	bool lost_after, half, dies_after;
} Fate;

static uint64_t next(Fake *f)
{
	uint64_t z = (f->chance += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static bool happens(Fake *f, uint32_t thousandths)
{
	return thousandths && next(f) % 1000 < thousandths;
}

static void yield(Fake *f)
{
	uint64_t n = f->faults.yields ? next(f) % (f->faults.yields + 1) : 0;

	while (n-- && fiber_self(f->loop))
		fiber_yield(f->loop);
}

static void note(Fake *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void note(Fake *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	Str line = str_vprint(f->arena, fmt, args);
	va_end(args);
	vec_add(f->arena, &f->log, line);
}

static bool dead(Diag *err)
{
	return diag_fail(err, DIAG_INTERRUPTED, NULL, "the program was killed");
}

/* Begins a call: dies, is refused, or learns its fate. */
static bool enter(
	Fake *f, const char *verb, const DriverObject *o, bool writes, Fate *ret, Diag *err)
{
	CHECK(f->magic == FAKE_MAGIC);
	*ret = (Fate){0};
	if (f->is_dead)
		return dead(err);
	f->calls++;
	note(f, "%llu %s %.*s %.*s", (unsigned long long)f->calls, verb, STR_ARG(o->type),
		STR_ARG(o->address));
	bool is_killed = f->kill_in && --f->kill_in == 0;
	if (is_killed && !f->kills_after) {
		f->is_dead = true;
		return dead(err);
	}
	ret->dies_after = is_killed;
	yield(f);
	if (f->is_dead)
		return dead(err);
	if (happens(f, f->faults.throttle))
		return diag_fail(err, DIAG_THROTTLED, NULL, "too many calls");
	if (happens(f, f->faults.lost))
		return diag_fail(err, DIAG_CONNECT, "nothing was sent", "connection refused");
	if (writes && happens(f, f->faults.refuse))
		return diag_fail(err, DIAG_API_REFUSED, NULL, "the cloud refused the call");
	ret->lost_after = writes && happens(f, f->faults.lost_after);
	ret->half = writes && happens(f, f->faults.half);
	f->writes += writes;
	return true;
}

/* Ends a call that was carried out. */
static bool leave(Fake *f, const Fate *fate, Diag *err)
{
	if (fate->dies_after)
		f->is_dead = true;
	if (f->is_dead)
		return dead(err);
	yield(f);
	if (f->is_dead)
		return dead(err);
	if (fate->lost_after)
		return diag_fail(err, DIAG_TIMED_OUT, "the request was sent", "no answer");
	return true;
}

static Item *find_id(const Fake *f, Str id)
{
	Item *found = NULL; /* names are used again: the living one, else the last that lived */

	for (uint32_t i = 0; i < f->items.len; i++)
		if (str_eq(f->items.ptr[i]->object.id, id) && (!found || found->is_gone))
			found = f->items.ptr[i];
	return found;
}

/* Keeps what was, so that lagging reads can show it a while longer. */
static void remember(Fake *f, Item *x, Value attrs, bool was_gone)
{
	uint64_t lag = f->faults.lag_calls ? next(f) % (f->faults.lag_calls + 1) : 0;

	if (x->past_count == HISTORY_MAX) {
		for (uint32_t i = 1; i < HISTORY_MAX; i++)
			x->past[i - 1] = x->past[i];
		x->past_count--;
	}
	x->past[x->past_count++] =
		(Version){.visible_at = f->calls + lag, .attrs = attrs, .is_gone = was_gone};
}

/* What a read shows now: the newest state that is visible yet. */
static void look(const Fake *f, const Item *x, Value *ret, bool *ret_gone)
{
	*ret = x->object.attrs;
	*ret_gone = x->is_gone;
	for (uint32_t i = 0; i < x->past_count; i++)
		if (x->past[i].visible_at > f->calls) {
			*ret = x->past[i].attrs;
			*ret_gone = x->past[i].is_gone;
			return;
		}
}

static const Type *bare(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	return t;
}

/* A value that the cloud makes up. */
static Value invent(Fake *f, const Type *type, Str name)
{
	const Type *t = bare(type);

	switch (t->kind) {
	case TYPE_BOOL:
		return value_bool(next(f) & 1);
	case TYPE_INT:
		return t->min.kind == VAL_INT ? t->min : value_int((int64_t)(next(f) % 100) + 1);
	case TYPE_FLOAT:
		return value_float((double)(next(f) % 100));
	case TYPE_SIZE:
		return value_number(VAL_SIZE, 1 << 30);
	case TYPE_DURATION:
		return value_number(VAL_DURATION, 1000);
	case TYPE_PRICE:
		return value_number(VAL_PRICE, 1000000000);
	case TYPE_STRING:
	case TYPE_ID:
	case TYPE_JSON:
		return value_string(str_print(f->arena, "%.*s-%llu", STR_ARG(name),
			(unsigned long long)(next(f) % 1000000)));
	case TYPE_LITERAL:
		return t->literal;
	case TYPE_UNION:
		return invent(f, t->members[0], name);
	case TYPE_LIST:
		return value_list(f->arena, NULL, 0);
	case TYPE_SET:
		return value_set(f->arena, NULL, 0);
	case TYPE_MAP:
	case TYPE_RECORD:
		return value_map(f->arena, NULL, 0);
	default:
		return VALUE_NULL;
	}
}

/* Sets in another order, as some clouds give lists that stand for sets. */
static Value shuffled(Fake *f, Arena *a, const Type *type, Value v)
{
	const Type *t = bare(type);

	if (t->kind != TYPE_SET || v.kind != VAL_SET)
		return v;
	Value *items = ARENA_ARRAY(a, Value, v.as.list->len + 1);
	uint32_t n = v.as.list->len;
	for (uint32_t i = 0; i < n; i++)
		items[i] = v.as.list->items[i];
	for (uint32_t i = n; i > 1; i--) {
		uint32_t j = (uint32_t)(next(f) % i);
		Value swap = items[i - 1];
		items[i - 1] = items[j];
		items[j] = swap;
	}
	return value_set(a, items, n);
}

/* What a driver would see: no secrets, nothing that cannot be read. */
static Value observed(Fake *f, Arena *a, const Item *x, Value attrs, Value recorded)
{
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; i < x->schema->attr_count; i++) {
		const SchemaAttr *attr = &x->schema->attrs[i];
		bool is_secret = (attr->flags & ATTR_SECRET) && !(attr->flags & ATTR_OUT);
		bool is_blind = attr->flags & (ATTR_WRITE_ONLY | ATTR_LOCAL);
		const Value *v = value_find(is_blind ? recorded : attrs, attr->name);
		if (!is_secret && v && v->kind != VAL_NULL)
			out = value_with(
				a, out, attr->name, shuffled(f, a, attr->type, value_copy(a, *v)));
	}
	return out;
}

static bool fake_read(
	Driver *d, DriverObject *objects, uint32_t count, bool is_full, Arena *a, Diag *err)
{
	Fake *f = d->self;
	Fate fate;

	(void)is_full;
	if (count == 0)
		return true;
	if (!enter(f, "read", &objects[0], false, &fate, err))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const Item *x = find_id(f, objects[i].id);
		Value attrs = VALUE_NULL;
		bool is_gone = true;
		if (x)
			look(f, x, &attrs, &is_gone);
		objects[i].is_gone = is_gone;
		if (!is_gone)
			objects[i].attrs = observed(f, a, x, attrs, objects[i].attrs);
	}
	return leave(f, &fate, err);
}

/* The attributes of a new object: what was sent, and what the cloud fills in. */
static Value born(Fake *f, const SchemaResource *r, Value desired, Str id)
{
	Value out = value_map(f->arena, NULL, 0);

	for (uint32_t i = 0; i < r->attr_count; i++) {
		const SchemaAttr *attr = &r->attrs[i];
		const Value *want = value_find(desired, attr->name);
		Value v = want ? value_copy(f->arena, *want) : VALUE_NULL;
		bool is_optional = attr->type->kind == TYPE_OPTIONAL;
		if (str_eq(attr->name, STR("id")))
			v = value_string(id);
		else if (v.kind == VAL_NULL && attr->has_default)
			v = value_copy(f->arena, attr->default_value);
		else if (v.kind == VAL_NULL && !is_optional &&
			 (attr->flags & (ATTR_COMPUTED | ATTR_OUT)))
			v = invent(f, attr->type, attr->name);
		if (v.kind != VAL_NULL)
			out = value_with(f->arena, out, attr->name, v);
	}
	return out;
}

static Str new_id(Fake *f, const SchemaResource *r, Value desired)
{
	const SchemaExpr *t = r->id_template;
	size_t dot = str_rfind(r->name, STR("."));

	if (t && t->kind == SX_TEMPLATE && t->count == 1)
		t = t->kids[0];
	const Value *v = t && t->kind == SX_NAME ? value_find(desired, t->name) : NULL;
	if (v && v->kind == VAL_STRING)
		return str_copy(f->arena, v->as.text);
	return str_print(f->arena, "%.*s-%llu", STR_ARG(str_slice(r->name, dot + 1, r->name.len)),
		(unsigned long long)++f->made);
}

static Item *add_item(Fake *f, const SchemaResource *schema, Str id, Value attrs)
{
	Item *x = ARENA_NEW(f->arena, Item);

	x->object = (FakeObject){.id = id, .type = schema->name, .marker = STR(""), .attrs = attrs};
	x->schema = schema;
	vec_add(f->arena, &f->items, x);
	return x;
}

static bool told(const DriverHooks *hooks, const char *verb, Diag *err)
{
	return !hooks || !hooks->on_intent ||
	       hooks->on_intent(hooks->ctx, str_from(verb), STR("fake"), err);
}

/* The same call with the same token is the same call. */
static Item *by_token(const Fake *f, Str token)
{
	for (uint32_t i = 0; token.len && i < f->items.len; i++)
		if (str_eq(f->items.ptr[i]->token, token) && !f->items.ptr[i]->is_gone)
			return f->items.ptr[i];
	return NULL;
}

static bool fake_create(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err)
{
	Fake *f = d->self;
	Fate fate;
	Item *x = NULL;

	if (f->is_dead)
		return dead(err);
	if (!told(hooks, "create", err) || !enter(f, "create", o, true, &fate, err))
		return false;
	Str id = new_id(f, o->schema, o->desired);
	x = by_token(f, o->token);
	if (!x && find_id(f, id) && !find_id(f, id)->is_gone)
		return diag_fail(err, DIAG_EXISTS, NULL, "`%.*s` exists", STR_ARG(id));
	if (!x) {
		x = add_item(f, o->schema, id, born(f, o->schema, o->desired, id));
		x->object.marker = str_copy(f->arena, o->marker);
		x->token = str_copy(f->arena, o->token);
		x->address = str_copy(f->arena, o->address);
		remember(f, x, VALUE_NULL, true);
		note(f, "  -> %.*s", STR_ARG(id));
	}
	if (!leave(f, &fate, err))
		return false;
	o->id = str_copy(a, x->object.id);
	o->attrs = observed(f, a, x, x->object.attrs, o->desired);
	x->past_count = 0; /* a create waits until the object shows */
	if (hooks && hooks->on_id && !hooks->on_id(hooks->ctx, o->id, o->attrs, err))
		return false;
	yield(f);
	if (f->is_dead)
		return dead(err);
	if (fate.half)
		return diag_fail(err, DIAG_WAIT_FAILED, NULL, "`%.*s` did not become ready",
			STR_ARG(o->address));
	return true;
}

static bool fake_update(Driver *d, DriverObject *o, const Str *changed, uint32_t changed_count,
	const DriverHooks *hooks, Arena *a, Diag *err)
{
	Fake *f = d->self;
	Fate fate;

	if (f->is_dead)
		return dead(err);
	if (!told(hooks, "update", err) || !enter(f, "update", o, true, &fate, err))
		return false;
	Item *x = find_id(f, o->id);
	if (!x || x->is_gone)
		return diag_fail(
			err, DIAG_NOT_FOUND, NULL, "`%.*s` does not exist", STR_ARG(o->id));
	Value before = x->object.attrs;
	for (uint32_t i = 0; i < changed_count && !(fate.half && i > 0); i++) {
		Str rest = changed[i];
		Str name = str_cut(&rest, STR("."));
		const SchemaAttr *attr = schema_attr(o->schema, name);
		const Value *want = value_find(o->desired, name);
		bool is_fixed = !attr || ((attr->flags & ATTR_REPLACE) && !attr->replace_if);

		if (is_fixed || (attr->flags & ATTR_OUT))
			return diag_fail(err, DIAG_API_REFUSED, NULL,
				"`%.*s` of `%.*s` cannot be changed", STR_ARG(name),
				STR_ARG(o->id));
		Value v = want ? value_copy(f->arena, *want) : VALUE_NULL;
		if (v.kind == VAL_NULL && attr->has_default)
			v = value_copy(f->arena, attr->default_value);
		x->object.attrs = value_with(f->arena, x->object.attrs, attr->name, v);
	}
	remember(f, x, before, false);
	if (!leave(f, &fate, err))
		return false;
	if (fate.half && changed_count > 1)
		return diag_fail(
			err, DIAG_BUSY, NULL, "only a part of `%.*s` was changed", STR_ARG(o->id));
	x->past_count = 0; /* an update waits until it shows */
	o->attrs = observed(f, a, x, x->object.attrs, o->desired);
	return true;
}

/* Says whether any living object mentions the id. */
static bool mentions(Value v, Str id)
{
	if (v.kind == VAL_STRING)
		return str_eq(v.as.text, id);
	if (v.kind == VAL_LIST || v.kind == VAL_SET)
		for (uint32_t i = 0; i < v.as.list->len; i++)
			if (mentions(v.as.list->items[i], id))
				return true;
	if (v.kind == VAL_MAP)
		for (uint32_t i = 0; i < v.as.map->len; i++)
			if (mentions(v.as.map->entries[i].value, id))
				return true;
	return false;
}

static const Item *user_of(const Fake *f, const Item *x)
{
	for (uint32_t i = 0; i < f->items.len; i++)
		if (f->items.ptr[i] != x && !f->items.ptr[i]->is_gone &&
			mentions(f->items.ptr[i]->object.attrs, x->object.id))
			return f->items.ptr[i];
	return NULL;
}

static bool fake_destroy(Driver *d, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err)
{
	Fake *f = d->self;
	Fate fate;

	(void)a;
	if (f->is_dead)
		return dead(err);
	if (!told(hooks, "destroy", err) || !enter(f, "destroy", o, true, &fate, err))
		return false;
	Item *x = find_id(f, o->id);
	const Item *user = x ? user_of(f, x) : NULL;
	if (x && !x->is_gone && user)
		return diag_fail(err, DIAG_DEPENDENCY, NULL, "`%.*s` is used by `%.*s`",
			STR_ARG(o->id), STR_ARG(user->object.id));
	if (x && !x->is_gone) {
		x->is_gone = true;
		remember(f, x, x->object.attrs, false);
	}
	if (!leave(f, &fate, err))
		return false;
	if (x)
		x->past_count = 0; /* a delete waits until it shows */
	o->is_gone = true;
	return true;
}

static bool fake_find(
	Driver *d, DriverObject *o, int64_t intent_wall_ms, DriverFound *ret, Arena *a, Diag *err)
{
	Fake *f = d->self;
	Fate fate;

	(void)intent_wall_ms;
	if (!enter(f, "find", o, false, &fate, err))
		return false;
	*ret = FOUND_NO;
	o->is_gone = true;
	for (uint32_t i = 0; i < f->items.len; i++) {
		const Item *x = f->items.ptr[i];
		if (x->is_gone || !o->marker.len || !str_eq(x->object.marker, o->marker))
			continue;
		o->id = str_copy(a, x->object.id);
		o->attrs = observed(f, a, x, x->object.attrs, o->attrs);
		o->is_gone = false;
		*ret = FOUND_OURS;
	}
	return leave(f, &fate, err);
}

static bool has_all(Value attrs, Value asked)
{
	for (uint32_t i = 0; asked.kind == VAL_MAP && i < asked.as.map->len; i++) {
		const ValueEntry *e = &asked.as.map->entries[i];
		const Value *have = value_find(attrs, e->key);
		if (e->value.kind != VAL_NULL && (!have || !value_eq(*have, e->value)))
			return false;
	}
	return true;
}

static bool fake_lookup(Driver *d, DriverObject *o, Arena *a, Diag *err)
{
	Fake *f = d->self;
	Fate fate;
	uint32_t count = 0;

	if (!enter(f, "lookup", o, false, &fate, err))
		return false;
	for (uint32_t i = 0; i < f->items.len; i++) {
		const Item *x = f->items.ptr[i];
		if (x->is_gone || !str_eq(x->object.type, o->type) ||
			!has_all(x->object.attrs, o->desired))
			continue;
		o->id = str_copy(a, x->object.id);
		o->attrs = observed(f, a, x, x->object.attrs, VALUE_NULL);
		count++;
	}
	if (count == 0)
		return diag_fail(
			err, DIAG_LOOKUP_NONE, NULL, "nothing fits `%.*s`", STR_ARG(o->address));
	if (count > 1)
		return diag_fail(err, DIAG_LOOKUP_MANY, NULL, "%u objects fit `%.*s`", count,
			STR_ARG(o->address));
	return leave(f, &fate, err);
}

static bool fake_list_owned(Driver *d, const SchemaResource *schema, Arena *a, DriverObject **ret,
	uint32_t *ret_count, Diag *err)
{
	Fake *f = d->self;
	DriverObject probe = {.type = schema->name};
	Fate fate;
	uint32_t n = 0;

	if (!enter(f, "list", &probe, false, &fate, err))
		return false;
	DriverObject *out = ARENA_ARRAY(a, DriverObject, f->items.len + 1);
	for (uint32_t i = 0; i < f->items.len; i++) {
		const Item *x = f->items.ptr[i];
		if (x->is_gone || !x->object.marker.len || !str_eq(x->object.type, schema->name))
			continue;
		out[n++] = (DriverObject){.schema = schema,
			.type = schema->name,
			.id = str_copy(a, x->object.id),
			.marker = str_copy(a, x->object.marker),
			.attrs = observed(f, a, x, x->object.attrs, VALUE_NULL)};
	}
	*ret = out;
	*ret_count = n;
	return leave(f, &fate, err);
}

static void fake_close(Driver *d)
{
	(void)d; /* the cloud outlives the program */
}

Fake *fake_new(Loop *l, uint64_t seed)
{
	Fake *f = MEM_NEW(Fake);

	f->magic = FAKE_MAGIC;
	f->arena = arena_new("fake cloud");
	f->loop = l;
	f->chance = seed;
	f->driver = (Driver){
		.name = "fake",
		.self = f,
		.read = fake_read,
		.create = fake_create,
		.update = fake_update,
		.destroy = fake_destroy,
		.find = fake_find,
		.lookup = fake_lookup,
		.list_owned = fake_list_owned,
		.close = fake_close,
	};
	return f;
}

Fake *fake_free(Fake *f)
{
	if (!f)
		return NULL;
	arena_free(f->arena);
	mem_free(f);
	return NULL;
}

void fake_move(Fake *f, Loop *l)
{
	f->loop = l;
}

Driver *fake_driver(Fake *f)
{
	return &f->driver;
}

void fake_set_faults(Fake *f, FakeFaults faults)
{
	f->faults = faults;
}

void fake_settle(Fake *f)
{
	for (uint32_t i = 0; i < f->items.len; i++)
		f->items.ptr[i]->past_count = 0;
}

void fake_kill_at(Fake *f, uint64_t call, bool is_after)
{
	f->kill_in = call;
	f->kills_after = is_after;
}

void fake_revive(Fake *f)
{
	f->is_dead = false;
	f->kill_in = 0;
}

bool fake_is_dead(const Fake *f)
{
	return f->is_dead;
}

uint64_t fake_calls(const Fake *f)
{
	return f->calls;
}

uint64_t fake_writes(const Fake *f)
{
	return f->writes;
}

uint32_t fake_count(const Fake *f)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->items.len; i++)
		n += !f->items.ptr[i]->is_gone;
	return n;
}

FakeObject fake_object(const Fake *f, uint32_t index)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->items.len; i++)
		if (!f->items.ptr[i]->is_gone && n++ == index)
			return f->items.ptr[i]->object;
	CHECK(index < n);
	return (FakeObject){0};
}

bool fake_set(Fake *f, Str id, Str attr, Value value)
{
	Item *x = find_id(f, id);

	if (!x || x->is_gone)
		return false;
	x->object.attrs = value_with(
		f->arena, x->object.attrs, str_copy(f->arena, attr), value_copy(f->arena, value));
	return true;
}

bool fake_remove(Fake *f, Str id)
{
	Item *x = find_id(f, id);

	if (!x || x->is_gone)
		return false;
	x->is_gone = true;
	x->past_count = 0;
	return true;
}

Str fake_add(Fake *f, const SchemaResource *schema, Value attrs)
{
	Str id = new_id(f, schema, attrs);
	Item *x = add_item(f, schema, id, born(f, schema, attrs, id));

	x->object.was_foreign = true;
	return id;
}

void fake_print_log(const Fake *f, Buf *b)
{
	uint32_t from = f->log.len > FAKE_LOG_MAX ? f->log.len - FAKE_LOG_MAX : 0;

	for (uint32_t i = from; i < f->log.len; i++)
		buf_print(b, "%.*s\n", STR_ARG(f->log.ptr[i]));
}
