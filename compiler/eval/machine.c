/* Units, frames, reads and fuel.
 *
 *     NEW -> BUSY -> DONE | FAILED      machine_visit()
 *     BUSY -> NEW                       unwound: something below was too deep
 *     NEW -> WAITING -> BUSY            machine_work(): on its list, below what it needs
 *
 * Invariants: 1. has_failed is false whenever a unit begins.  2. A FAILED unit has its error in
 * op.diags.  3. `reads` beyond an active unit's base are that unit's. */
#include "compiler/eval/machine.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/eval/entity.h"
#include "compiler/eval/eval_impl.h"
#include "compiler/eval/provider_pick.h"

#include <stdlib.h>
#include <string.h>

enum {
	MACHINE_DEPTH_MAX = 500,  /* eval_expr() on the C stack when a unit begins */
	MACHINE_CHUNK = 4096,     /* values in a chunk of frames */
	MACHINE_CYCLE_NAMES = 12, /* shown of a long cycle */
};

struct FrameChunk {
	struct FrameChunk *next;
	Value *values;
	uint32_t cap;
};

void machine_init(Machine *m, Program *p, Arena *arena, DiagList *diags)
{
	*m = (Machine){.program = p, .arena = arena};
	m->op = (OpCtx){.arena = arena, .diags = diags, .files = &p->files};
	map_init(&m->statics, arena);
	map_init(&m->shapes, arena);
	map_init(&m->kinds, arena);
}

Instance *machine_instance(Machine *m, Module *module, Instance *parent, Symbol *symbol)
{
	Instance *made = ARENA_NEW(m->arena, Instance);

	made->module = module;
	made->parent = parent;
	made->symbol = symbol;
	made->prefix = STR("");
	made->units = ARENA_ARRAY(m->arena, Unit, module->symbols.len);
	made->groups = ARENA_ARRAY(m->arena, Group *, module->symbols.len);
	made->providers = ARENA_ARRAY(m->arena, Provider *, module->symbols.len);
	map_init(&made->defaults, m->arena);
	made->shapes = map_find(&m->shapes, module->dir);
	if (!made->shapes) {
		made->shapes = ARENA_ARRAY(m->arena, Shape *, module->symbols.len);
		(void)map_put(&m->shapes, module->dir, made->shapes);
	}
	return made;
}

Instance *machine_home(Machine *m, const Symbol *symbol)
{
	if (m->home && m->home->module == symbol->module)
		return m->home;
	Instance *found = map_find(&m->statics, symbol->module->dir);

	if (!found) {
		found = machine_instance(m, symbol->module, NULL, NULL);
		found->is_static = true;
		(void)map_put(&m->statics, symbol->module->dir, found);
	}
	return found;
}

/* Frames. */

Frame machine_open_frame(Machine *m, uint32_t len)
{
	Frame before = {m->frame, m->frame_len, m->stack, m->stack_len};
	FrameChunk *chunk = m->stack;

	if (!chunk || m->stack_len + len > chunk->cap) {
		FrameChunk *next = chunk ? chunk->next : NULL;

		if (!next || next->cap < len) {
			next = ARENA_NEW(m->arena, FrameChunk);
			next->cap = len > MACHINE_CHUNK ? len : MACHINE_CHUNK;
			next->values = ARENA_ARRAY(m->arena, Value, next->cap);
			if (chunk)
				chunk->next = next;
		}
		m->stack = next;
		m->stack_len = 0;
	}
	m->frame = m->stack->values + m->stack_len;
	m->frame_len = len;
	m->stack_len += len;
	if (len)
		memset(m->frame, 0, len * sizeof(Value));
	return before;
}

void machine_close_frame(Machine *m, Frame before)
{
	m->frame = before.values;
	m->frame_len = before.len;
	if (before.chunk) {
		m->stack = before.chunk;
		m->stack_len = before.top;
	} else {
		m->stack_len = 0; /* the first chunk stays for the next */
	}
}

/* Reads. */

void machine_read(Machine *m, Object *object)
{
	if (!m->active ||
		(m->reads.len > m->reads_floor && m->reads.ptr[m->reads.len - 1] == object))
		return;
	vec_add(m->arena, &m->reads, object);
}

static int machine_cmp_objects(const void *a, const void *b)
{
	const Object *const *x = a, *const *y = b;

	return ((*x)->index > (*y)->index) - ((*x)->index < (*y)->index);
}

const Reads *machine_reads(Machine *m, uint32_t from, uint32_t to)
{
	uint32_t n = to - from, kept = 1;

	if (!n)
		return NULL;
	Reads *made = ARENA_NEW(m->arena, Reads);
	Object **items = ARENA_ARRAY(m->arena, Object *, n);

	memcpy(items, m->reads.ptr + from, n * sizeof(Object *));
	if (n > 1)
		qsort(items, n, sizeof(Object *), machine_cmp_objects);
	for (uint32_t i = 1; i < n; i++)
		if (items[i] != items[kept - 1])
			items[kept++] = items[i];
	*made = (Reads){kept, items};
	return made;
}

void machine_read_all(Machine *m, const Reads *reads)
{
	for (uint32_t i = 0; reads && i < reads->len; i++)
		machine_read(m, reads->items[i]);
}

/* Who reads a unit of an instance reads what that read; who reads an object's attribute waits for
 * the object, which waits for its own. */
static void machine_reread(Machine *m, const Task *t)
{
	m->last = t->unit;
	if (m->is_holding && t->unit->parts)
		m->held = t->unit;
	else if (!t->object)
		machine_read_all(m, t->unit->reads);
}

/* Fuel. */

static const Symbol *machine_greediest(Machine *m)
{
	const Symbol *found = m->greedy;
	uint64_t most = m->greedy_steps, below = 0;

	for (const Active *a = m->active; a; a = a->up) {
		uint64_t all = m->steps - a->steps_before;
		uint64_t own = all - a->steps_below - below;

		below = all - a->steps_below;
		if (own > most) {
			most = own;
			found = a->symbol;
		}
	}
	return found;
}

bool machine_step(Machine *m, const Node *n)
{
	if (m->steps < EVAL_STEPS_MAX) {
		m->steps++;
		return true;
	}
	m->op.has_failed = true;
	if (m->is_exhausted)
		return false;
	m->is_exhausted = true;
	const Symbol *greedy = machine_greediest(m);
	Node *value = greedy ? node_kid(greedy->decl, DECL_VALUE) : NULL;
	bool is_value = greedy && (greedy->kind == SYMBOL_LET || greedy->kind == SYMBOL_OUTPUT);
	Span at = is_value && value ? value->span : greedy ? greedy->decl->span : n->span;
	Diag *d = diag_add(m->op.diags, DIAG_FUEL, at,
		"evaluation takes more than %d million steps", EVAL_STEPS_MAX / 1000000);

	if (greedy)
		diag_label(d, "`%.*s` used most of them", STR_ARG(greedy->name));
	diag_fix(d, "%s", "make the collections that it goes over smaller");
	return false;
}

/* Units. */

static void machine_name(
	Buf *b, const Instance *home, const Symbol *symbol, const Object *object, int32_t slot)
{
	buf_add_char(b, '`');
	if (!object) {
		buf_add(b, home->prefix);
		buf_add(b, symbol->name);
		buf_add_char(b, '`');
		return;
	}
	buf_add(b, object->ref.name);
	for (uint32_t i = 0; i < object->shape->count && !object->shape->is_dynamic; i++) {
		const ShapeEntry *e = &object->shape->entries[i];

		if (e->slot != slot || !e->attr)
			continue;
		buf_add_char(b, '.');
		buf_add(b, e->attr->name);
	}
	buf_add_char(b, '`');
}

/* Reports that `t` needs itself (E0609), with the way round. */
static void machine_cycle(Machine *m, const Task *t)
{
	const Active *way[MACHINE_CYCLE_NAMES];
	uint32_t n = 0;
	Buf b;

	m->op.has_failed = true;
	buf_init(&b, TEXT_BYTES_MAX);
	for (const Active *a = m->active; a && n < MACHINE_CYCLE_NAMES; a = a->up) {
		way[n++] = a;
		if (a->unit == t->unit)
			break;
	}
	for (uint32_t i = n; i-- > 0;) {
		machine_name(&b, way[i]->home, way[i]->symbol, way[i]->object, way[i]->slot);
		buf_add(&b, STR(" -> "));
	}
	machine_name(&b, t->home, t->symbol, t->object, t->slot);
	Diag *d = diag_add(m->op.diags, DIAG_REFERENCE_CYCLE, m->op.at,
		"declarations that need each other: %s", buf_cstr(&b));

	diag_fix(d, "%s", "take one of these references out");
	buf_fini(&b);
}

/* What is made by chance is made for one secret of one module, so its address is an argument. */
static Value machine_own_secret(Machine *m, const Task *t, Value v)
{
	Residual *r;
	Value *args;

	if (v.kind != VAL_DEFERRED || v.as.residual->op != RESIDUAL_SECRET ||
		!str_eq(v.as.residual->name, STR("generate")))
		return v;
	r = ARENA_NEW(m->arena, Residual);
	*r = *v.as.residual;
	args = ARENA_ARRAY(m->arena, Value, r->arg_count + 1);
	for (uint32_t i = 0; i < r->arg_count; i++)
		args[i] = r->args[i];
	args[r->arg_count++] = value_string(str_print(
		m->arena, "%.*s%.*s", STR_ARG(t->home->prefix), STR_ARG(t->symbol->name)));
	r->args = args;
	return value_residual(r);
}

/* Evaluates a unit's own expression. */
static Value machine_compute(Machine *m, const Task *t)
{
	Value v = VALUE_NULL;

	if (t->object)
		return entity_slot(m, t->object, t->slot);
	switch (t->symbol->kind) {
	case SYMBOL_PARAM:
		return entity_param(m, t->home, t->symbol);
	case SYMBOL_RESOURCE:
	case SYMBOL_LOOKUP:
	case SYMBOL_MODULE: {
		Group *g = entity_expand(m, t->home, t->symbol);

		return g ? g->value : v;
	}
	case SYMBOL_LET:
	case SYMBOL_OUTPUT:
	case SYMBOL_SECRET: {
		Frame before = machine_open_frame(m, t->symbol->frame_size);

		v = eval_expr(m, node_kid(t->symbol->decl, DECL_VALUE));
		machine_close_frame(m, before);
		return t->symbol->kind == SYMBOL_SECRET ? machine_own_secret(m, t, v) : v;
	}
	case SYMBOL_PROVIDER:
		return provider_settings(m, t->home, t->symbol);
	case SYMBOL_FN:
	case SYMBOL_TYPE:
	case SYMBOL_IMPORT:
	case SYMBOL_LOCAL:
		break;
	}
	return v;
}

/* Entities' own `for` and `if` make no dependency: what they read is known. */
static bool machine_is_group(const Task *t)
{
	return !t->object &&
	       (t->symbol->kind == SYMBOL_RESOURCE || t->symbol->kind == SYMBOL_LOOKUP ||
		       t->symbol->kind == SYMBOL_MODULE);
}

static void machine_account(Machine *m, const Active *a, Instance *home)
{
	uint64_t all = m->steps - a->steps_before;
	uint64_t own = all - a->steps_below;
	Unit *count = &home->units[a->symbol->index];

	count->steps = own > UINT32_MAX - count->steps ? UINT32_MAX : count->steps + (uint32_t)own;
	if (count->steps > m->greedy_steps) {
		m->greedy_steps = count->steps;
		m->greedy = a->symbol;
	}
	if (a->up)
		a->up->steps_below += all;
}

/* The parts of a unit's value: as it was made, or as the unit had it that it came from. */
static const Parts *machine_parts(const Machine *m, Value v)
{
	if (v.kind != VAL_MAP && v.kind != VAL_LIST)
		return NULL;
	if (m->parts_of == eval_collection(v))
		return m->parts;
	if (m->last && m->last->parts && eval_collection(m->last->value) == eval_collection(v))
		return m->last->parts;
	return NULL;
}

static bool machine_evaluate(Machine *m, const Task *t)
{
	Active a = {m->active, t->unit, t->home, t->symbol, t->object, t->slot, m->steps, 0};
	Instance *home = m->home;
	OpCtx op = m->op;
	const Node *hold_at = m->hold_at;
	bool is_holding = m->is_holding;
	uint32_t variable = m->variable, collections = m->collections, floor = m->reads_floor;
	uint32_t base = m->reads.len;

	t->unit->state = UNIT_BUSY;
	m->active = &a;
	m->home = t->home;
	m->variable = m->collections = 0;
	m->is_holding = false;
	m->hold_at = NULL;
	m->reads_floor = base;
	m->parts_of = NULL;
	m->last = NULL;
	m->op.dir = t->home->module->dir_of_files;
	Value v = machine_compute(m, t);

	m->active = a.up;
	m->home = home;
	m->variable = variable;
	m->collections = collections;
	m->is_holding = is_holding;
	m->hold_at = hold_at;
	m->reads_floor = floor;
	m->op.dir = op.dir;
	m->op.at = op.at;
	machine_account(m, &a, t->home);
	if (m->op.has_failed) {
		m->reads.len = base;
		t->unit->state = m->is_unwinding ? UNIT_NEW : UNIT_FAILED;
		if (!m->is_unwinding)
			vec_add(m->arena, &m->failed, t->unit);
		return false;
	}
	const Reads *reads = machine_reads(m, base, m->reads.len);

	m->reads.len = base;
	t->unit->parts = machine_parts(m, v);
	t->unit->value = v;
	t->unit->reads = machine_is_group(t) ? NULL : reads;
	t->unit->state = UNIT_DONE;
	return true;
}

static const Unit *machine_visit(Machine *m, const Task *t)
{
	switch ((UnitState)t->unit->state) {
	case UNIT_DONE:
		machine_reread(m, t);
		return t->unit;
	case UNIT_FAILED:
		m->op.has_failed = true;
		return NULL;
	case UNIT_BUSY:
	case UNIT_WAITING:
		machine_cycle(m, t);
		return NULL;
	case UNIT_NEW:
		if (m->depth > MACHINE_DEPTH_MAX) {
			m->restart = *t;
			m->is_unwinding = true;
			m->op.has_failed = true;
			return NULL;
		}
		if (!machine_evaluate(m, t))
			return NULL;
		machine_reread(m, t);
		return t->unit;
	}
	UNREACHABLE();
}

const Unit *machine_unit(Machine *m, Instance *home, Symbol *symbol)
{
	Task t = {home, symbol, NULL, 0, &home->units[symbol->index]};

	return machine_visit(m, &t);
}

const Unit *machine_slot(Machine *m, Object *object, int32_t slot)
{
	Task t = {object->home, object->symbol, object, slot, &object->units[slot]};

	return machine_visit(m, &t);
}

/* Evaluates from the top of the stack, innermost first when it gets too deep. */
static bool machine_work(Machine *m, Task first)
{
	Vec(Task) waiting = {0};
	Task t = first;

	CHECK(!m->active && !m->depth);
	for (;;) {
		m->op.has_failed = false;
		m->is_unwinding = false;
		if (t.unit->state == UNIT_WAITING)
			t.unit->state = UNIT_NEW;
		(void)machine_visit(m, &t); /* its state says what came of it */
		if (m->is_unwinding) {
			t.unit->state = UNIT_WAITING;
			vec_add(m->arena, &waiting, t);
			t = m->restart;
			continue;
		}
		if (!waiting.len)
			break;
		t = waiting.ptr[--waiting.len];
	}
	m->op.has_failed = false;
	return first.unit->state == UNIT_DONE;
}

bool machine_run(Machine *m, Instance *home, Symbol *symbol)
{
	return machine_work(m, (Task){home, symbol, NULL, 0, &home->units[symbol->index]});
}

bool machine_run_slot(Machine *m, Object *object, int32_t slot)
{
	return machine_work(
		m, (Task){object->home, object->symbol, object, slot, &object->units[slot]});
}

Object *machine_object(const Machine *m, Value v)
{
	if (v.kind != VAL_DEFERRED)
		return NULL;
	const Residual *r = v.as.residual;

	if ((r->op != RESIDUAL_REF && r->op != RESIDUAL_LOOKUP) || r->arg_count || !r->number)
		return NULL;
	return m->objects.ptr[r->number - 1];
}
