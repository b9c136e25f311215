/* Entities: `for` and `if` to objects or module instances; params of instances. */
#include "compiler/eval/entity.h"

#include "compiler/base/limits.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/eval_impl.h"
#include "compiler/eval/shape.h"
#include "compiler/types/relate.h"

#include <stdlib.h>
#include <string.h>

typedef struct Member { /* an element of the `for` that passed its `if` */
	Str key;
	bool is_number;
	const Value *bind;
} Member;

typedef struct Expansion {
	Machine *m;
	Instance *home;
	Symbol *symbol;
	const Node *loop, *condition;
	Vec(Member) members;
	bool is_pending;
	bool is_of_lookups; /* what made it pending */
} Expansion;

const Node *entity_mark_node(const Symbol *symbol, Str name)
{
	const Node *body = node_kid(symbol->decl, ENTITY_BODY);
	const Node *annots = node_kid(symbol->decl, DECL_ANNOTS);

	for (uint32_t i = 0; body && i < body->kid_count; i++) {
		const Node *f = body->kids[i];

		if (f->kind == NODE_FIELD && f->kids[FIELD_KEY]->kind == NODE_KEY_AT &&
			str_eq(f->kids[FIELD_KEY]->text, name))
			return f->kids[FIELD_VALUE];
	}
	for (uint32_t i = 0; annots && i < annots->kid_count; i++)
		if (str_eq(annots->kids[i]->text, name) && annots->kids[i]->kid_count)
			return annots->kids[i]->kids[0];
	return NULL;
}

/* Appends ["key"] (or [1]) to a name. */
static Str address_of(Machine *m, Str prefix, Str name, const Member *e)
{
	if (!e)
		return str_join(m->arena, (Str[]){prefix, name}, 2, STR(""));
	if (e->is_number)
		return str_print(m->arena, "%.*s%.*s[%.*s]", STR_ARG(prefix), STR_ARG(name),
			STR_ARG(e->key));
	bool is_plain = true;

	for (size_t i = 0; i < e->key.len; i++) {
		char c = e->key.ptr[i];

		is_plain = is_plain && c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '$';
	}
	if (is_plain)
		return str_join(m->arena, (Str[]){prefix, name, STR("[\""), e->key, STR("\"]")}, 5,
			STR(""));
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	value_print(&b, value_string(e->key), -1);
	Str made =
		str_print(m->arena, "%.*s%.*s[%s]", STR_ARG(prefix), STR_ARG(name), buf_cstr(&b));

	buf_fini(&b);
	return made;
}

/* A `for` or `if` over something deferred: quietly waits for lookups, else is an error. */
static void expansion_late(Expansion *x, const Node *n, Value v, DiagCode code)
{
	Machine *m = x->m;

	x->is_pending = true;
	if (v.as.residual->is_lookup)
		return;
	Buf b;

	buf_init(&b, 512);
	deferral_print_cause(&b, v);
	m->op.at = n->span;
	(void)op_fail(&m->op, code, "%s of `%.*s` is only known after apply (%s)",
		code == DIAG_LATE_KEYS ? "the `for`" : "the `if`", STR_ARG(x->symbol->name),
		buf_cstr(&b));
	buf_fini(&b);
}

/* Evaluates the `if`; says whether the element is wanted. */
static bool expansion_wants(Expansion *x)
{
	if (!x->condition)
		return true;
	Value v = eval_expr(x->m, x->condition);

	if (x->m->op.has_failed)
		return false;
	if (v.kind == VAL_DEFERRED)
		expansion_late(x, x->condition, v, DIAG_LATE_CONDITION);
	return v.kind == VAL_BOOL && v.as.boolean;
}

/* The key of an element: the map's key, the element itself, or what `by` gives. */
static bool expansion_key(Expansion *x, Value collection, Value key, Value element, Member *ret)
{
	Machine *m = x->m;
	const Node *by = x->loop->kids[FOR_BY];
	Value k = by ? eval_expr(m, by) : collection.kind == VAL_MAP ? key : element;

	if (m->op.has_failed)
		return false;
	if (k.kind == VAL_STRING) {
		ret->key = k.as.text;
		return true;
	}
	if (k.kind == VAL_INT) {
		ret->key = str_print(m->arena, "%lld", (long long)k.as.number);
		ret->is_number = true;
		return true;
	}
	const Node *at = by ? by : x->loop->kids[FOR_COLLECTION];

	if (k.kind == VAL_DEFERRED) {
		expansion_late(x, at, k, DIAG_LATE_KEYS);
		return false;
	}
	m->op.at = at->span;
	(void)op_fail(&m->op, DIAG_LIST_OF_RECORDS,
		"the elements of this `for` are of type %.*s and have no key",
		STR_ARG(value_kind_name(k.kind)));
	return false;
}

static void expansion_loop(Expansion *x)
{
	Machine *m = x->m;
	const Node *over = x->loop->kids[FOR_COLLECTION];
	Value c = eval_expr(m, over);

	if (m->op.has_failed)
		return;
	if (c.kind == VAL_DEFERRED) {
		expansion_late(x, over, c, DIAG_LATE_KEYS);
		return;
	}
	uint32_t n = eval_items(c);

	for (uint32_t i = 0; i < n && !m->op.has_failed && machine_step(m, over); i++) {
		Value *bind = ARENA_ARRAY(m->arena, Value, 2);
		Member e = {.bind = bind};

		eval_item(c, i, &bind[0], &bind[1]);
		if (!x->loop->kids[FOR_SECOND] && c.kind != VAL_MAP)
			bind[0] = bind[1];
		eval_bind_item(m, x->loop, c, bind[0], bind[1]);
		if (expansion_wants(x) && expansion_key(x, c, bind[0], bind[1], &e))
			vec_add(m->arena, &x->members, e);
	}
}

static int cmp_members(const void *a, const void *b)
{
	const Member *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

/* Sorts by key; two with one key are E0611. */
static void expansion_sort(Expansion *x)
{
	Machine *m = x->m;
	bool is_sorted = true;

	for (uint32_t i = 1; i < x->members.len && is_sorted; i++)
		is_sorted = cmp_members(&x->members.ptr[i - 1], &x->members.ptr[i]) < 0;
	if (is_sorted)
		return;
	qsort(x->members.ptr, x->members.len, sizeof(Member), cmp_members);
	for (uint32_t i = 1; i < x->members.len; i++) {
		if (cmp_members(&x->members.ptr[i - 1], &x->members.ptr[i]))
			continue;
		m->op.at = x->loop->kids[x->loop->kids[FOR_BY] ? FOR_BY : FOR_COLLECTION]->span;
		(void)op_fail(&m->op, DIAG_DUPLICATE_KEY, "two elements have the key `%.*s`",
			STR_ARG(x->members.ptr[i].key));
		return;
	}
}

/* Decides whether a lookup was made, can be made now, or waits for other things. */
static void lookup_settle(Machine *m, Object *o)
{
	bool is_known = true, is_late = false;

	for (uint32_t i = 0; i < o->shape->slots; i++) {
		const Unit *u = machine_slot(m, o, (int32_t)i);

		if (!u)
			return;
		if (value_is_known(u->value))
			continue;
		is_known = false;
		is_late = is_late || !deferral_is_lookup(u->value);
	}
	if (is_late)
		return; /* a node: read during apply */
	o->ref.op = RESIDUAL_LOOKUP;
	o->ref.is_lookup = true;
	if (is_known && m->lookups)
		o->result = map_find(m->lookups, o->ref.name);
}

static Object *object_new(Expansion *x, const Member *e)
{
	Machine *m = x->m;
	Object *o = ARENA_NEW(m->arena, Object);

	if (m->objects.len == GRAPH_NODES_MAX) {
		m->op.at = x->symbol->decl->span;
		(void)op_fail(&m->op, DIAG_GRAPH_LIMIT, "more than %d objects", GRAPH_NODES_MAX);
		return NULL;
	}
	o->ref = (Residual){.op = RESIDUAL_REF};
	o->ref.name = address_of(m, x->home->prefix, x->symbol->name, e);
	o->home = x->home;
	o->symbol = x->symbol;
	o->shape = shape_of(m, x->home, x->symbol);
	o->units = ARENA_ARRAY(m->arena, Unit, o->shape->slots);
	o->index = m->objects.len;
	o->ref.number = o->index + 1;
	if (e) {
		o->key = e->key;
		o->is_keyed = true;
		o->bind = e->bind;
	}
	vec_add(m->arena, &m->objects, o);
	return o;
}

static void instance_new(Expansion *x, const Member *e, Group *g)
{
	Machine *m = x->m;
	Instance *made = machine_instance(m, x->symbol->target, x->home, x->symbol);
	Str address = address_of(m, x->home->prefix, x->symbol->name, e);

	made->prefix = str_print(m->arena, "%.*s.", STR_ARG(address));
	if (e) {
		made->key = e->key;
		made->is_keyed = true;
		made->bind = e->bind;
	}
	vec_add(m->arena, &m->instances, made);
	g->instances[g->count++] = made;
}

/* Makes the group's objects; of a `for` a map of them, else the one or null. */
static void expansion_make(Expansion *x, Group *g, uint32_t count)
{
	Machine *m = x->m;
	bool is_module = x->symbol->kind == SYMBOL_MODULE;
	ValueEntry *entries = x->loop ? ARENA_ARRAY(m->arena, ValueEntry, count) : NULL;
	bool has_numbers = count && x->loop && x->members.ptr[0].is_number;

	if (is_module)
		g->instances = ARENA_ARRAY(m->arena, Instance *, count);
	else
		g->objects = ARENA_ARRAY(m->arena, Object *, count);
	for (uint32_t i = 0; i < count && !m->op.has_failed; i++) {
		const Member *e = x->loop ? &x->members.ptr[i] : NULL;

		if (is_module) {
			instance_new(x, e, g);
			continue;
		}
		Object *o = object_new(x, e);

		if (!o)
			return;
		g->objects[g->count++] = o;
		g->value = value_residual(&o->ref);
		if (entries)
			entries[i] = (ValueEntry){e->key, g->value};
	}
	if (entries && !is_module)
		g->value = has_numbers ? value_int_map(m->arena, entries, count)
				       : value_map(m->arena, entries, count);
}

/* What the name gives while its `for` or `if` waits for a lookup. */
static Value pending_value(Machine *m, const Instance *home, const Symbol *symbol)
{
	Residual *r = ARENA_NEW(m->arena, Residual);

	*r = (Residual){.op = RESIDUAL_LOOKUP, .is_lookup = true, .may_be_null = true};
	r->name = address_of(m, home->prefix, symbol->name, NULL);
	return value_residual(r);
}

Group *entity_expand(Machine *m, Instance *home, Symbol *symbol)
{
	Expansion x = {.m = m, .home = home, .symbol = symbol};
	Group *g = ARENA_NEW(m->arena, Group);
	uint32_t count = 0;

	x.loop = node_kid(symbol->decl, ENTITY_FOR);
	x.condition = node_kid(symbol->decl, ENTITY_IF);
	if (x.loop || x.condition) {
		Frame before = machine_open_frame(m, symbol->frame_size);

		if (x.loop)
			expansion_loop(&x);
		else
			count = expansion_wants(&x) ? 1 : 0;
		machine_close_frame(m, before);
	} else {
		count = 1;
	}
	if (x.loop && !m->op.has_failed) {
		expansion_sort(&x);
		count = x.members.len;
	}
	if (m->op.has_failed)
		return NULL;
	g->is_pending = x.is_pending;
	home->groups[symbol->index] = g;
	if (x.is_pending)
		g->value = pending_value(m, home, symbol);
	else
		expansion_make(&x, g, count);
	for (uint32_t i = 0; symbol->kind == SYMBOL_LOOKUP && i < g->count; i++)
		lookup_settle(m, g->objects[i]);
	return m->op.has_failed ? NULL : g;
}

/* Evaluates an argument of a `module` in the frame of its declaration. */
static Value module_argument(Machine *m, Instance *home, const Node *value)
{
	const Node *loop = node_kid(home->symbol->decl, ENTITY_FOR);
	Instance *inside = m->home;
	Str dir = m->op.dir;
	Frame before = machine_open_frame(m, home->symbol->frame_size);
	Value shape = {.kind = VAL_MAP};

	m->home = home->parent;
	m->op.dir = home->parent->module->dir_of_files;
	if (loop && home->bind)
		eval_bind_item(m, loop, shape, home->bind[0], home->bind[1]);
	Value v = eval_expr(m, value);

	m->home = inside;
	m->op.dir = dir;
	machine_close_frame(m, before);
	return v;
}

static const Node *module_field(const Instance *home, Str name)
{
	const Node *body = home->symbol ? node_kid(home->symbol->decl, ENTITY_BODY) : NULL;

	for (uint32_t i = 0; body && i < body->kid_count; i++) {
		const Node *f = body->kids[i];

		if (f->kind == NODE_FIELD && f->kids[FIELD_KEY]->kind != NODE_KEY_AT &&
			str_eq(f->kids[FIELD_KEY]->text, name))
			return f->kids[FIELD_VALUE];
	}
	return NULL;
}

Value entity_param(Machine *m, Instance *home, Symbol *param)
{
	const Node *given = module_field(home, param->name);
	const Node *fallback = node_kid(param->decl, DECL_VALUE);

	if (given) {
		Value v = module_argument(m, home, given);

		if (m->op.has_failed || v.kind != VAL_NULL || !fallback)
			return v;
	}
	if (!home->parent && !home->is_static && m->root_given && m->root_given[param->index])
		return m->root_args[param->index];
	if (fallback) {
		Frame before = machine_open_frame(m, param->frame_size);
		Value v = eval_expr(m, fallback);

		machine_close_frame(m, before);
		return v;
	}
	if (param->type && type_may_be_null(param->type))
		return VALUE_NULL;
	if (m->is_check && !home->parent && !home->is_static)
		return pending_value(m, home, param);
	m->op.at = node_kid(param->decl, DECL_NAME)->span;
	m->op.has_failed = true;
	Diag *d = diag_add(m->op.diags, DIAG_MISSING_PARAM, m->op.at, "param `%.*s` has no value",
		STR_ARG(param->name));

	if (!home->parent && !home->is_static)
		diag_fix(d,
			"give it with `-p %.*s=...`, in a file with `-P`, "
			"or as STYX_PARAM_%.*s",
			STR_ARG(param->name), STR_ARG(param->name));
	return VALUE_NULL;
}
