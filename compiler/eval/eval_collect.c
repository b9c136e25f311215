/* Lists, records and comprehensions.
 *
 * A literal is built in pieces: what is known so far, and, from the first element on whose place is
 * not known (a spread of something deferred, a loop over it, a condition), a deferred `++` or
 * merge of all pieces in order. */
#include "compiler/eval/eval_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/types/relate.h"

#include <stdlib.h>

typedef struct PieceReads {
	uint32_t from, to; /* in Machine.reads */
	uint32_t index;
	Str key;
} PieceReads;

typedef struct Pieces {
	bool is_map;
	bool has_int_keys;
	Vec(Value) items;        /* of a list */
	Vec(ValueEntry) entries; /* of a record or map */
	Vec(Value) parts;        /* finished pieces, when there is more than one */
	bool is_loop;            /* elements come from a loop: a key twice is an error */
	bool is_mixed;           /* not all elements were made here */
	uint32_t base;           /* of the reads */
	Vec(PieceReads) reads;   /* of the elements that read something, in order */
} Pieces;

static Value pieces_close(Machine *m, Pieces *p)
{
	Value v;

	if (p->is_map)
		v = p->has_int_keys ? value_int_map(m->arena, p->entries.ptr, p->entries.len)
				    : value_map(m->arena, p->entries.ptr, p->entries.len);
	else
		v = value_list(m->arena, p->items.ptr, p->items.len);
	p->items.ptr = NULL; /* the value has them now */
	p->items.len = p->items.cap = 0;
	p->entries.ptr = NULL;
	p->entries.len = p->entries.cap = 0;
	return v;
}

static void pieces_part(Machine *m, Pieces *p, Value part)
{
	p->is_mixed = true;
	if (p->items.len || p->entries.len)
		vec_add(m->arena, &p->parts, pieces_close(m, p));
	vec_add(m->arena, &p->parts, part);
}

static Value pieces_finish(Machine *m, const Node *n, Pieces *p)
{
	if (!p->parts.len)
		return pieces_close(m, p);
	if (p->items.len || p->entries.len)
		vec_add(m->arena, &p->parts, pieces_close(m, p));
	Value all = p->parts.ptr[0];

	for (uint32_t i = 1; i < p->parts.len && !m->op.has_failed; i++) {
		Value args[] = {all, p->parts.ptr[i]};

		all = eval_apply(m, n, p->is_map ? OP_MERGE : OP_CONCAT, args, 2);
	}
	return all;
}

/* Who reads what: only for collections that are a unit's own value, since only those are read by
 * others element by element. */

static uint32_t pieces_begin(Machine *m)
{
	m->reads_floor = m->reads.len;
	return m->reads.len;
}

static void pieces_read(Machine *m, Pieces *p, uint32_t from, Str key)
{
	PieceReads r = {from, m->reads.len, p->items.len - !p->is_map, key};

	if (m->collections == 1 && m->reads.len > from && !p->is_mixed)
		vec_add(m->arena, &p->reads, r);
}

static int cmp_piece_keys(const void *a, const void *b)
{
	const PieceReads *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

/* What was read outside the elements. */
static const Reads *pieces_common(Machine *m, const Pieces *p)
{
	uint32_t end = m->reads.len, at = p->base;

	for (uint32_t i = 0; i <= p->reads.len; i++) { /* copied behind the end */
		uint32_t to = i < p->reads.len ? p->reads.ptr[i].from : end;

		for (; at < to; at++)
			vec_add(m->arena, &m->reads, m->reads.ptr[at]);
		if (i < p->reads.len)
			at = p->reads.ptr[i].to;
	}
	const Reads *common = machine_reads(m, end, m->reads.len);

	m->reads.len = end;
	return common;
}

static void pieces_keep_parts(Machine *m, Pieces *p, Value v)
{
	Parts *made;
	uint32_t n = p->is_map ? p->reads.len : v.kind == VAL_LIST ? v.as.list->len : 0;

	if (m->collections != 1 || !p->reads.len || p->is_mixed || m->op.has_failed)
		return;
	made = ARENA_NEW(m->arena, Parts);
	const Reads **reads = ARENA_ARRAY(m->arena, const Reads *, n);
	Str *keys = p->is_map ? ARENA_ARRAY(m->arena, Str, n) : NULL;

	made->common = pieces_common(m, p);
	if (keys)
		qsort(p->reads.ptr, n, sizeof(PieceReads), cmp_piece_keys);
	for (uint32_t i = 0; i < p->reads.len; i++) {
		const PieceReads *r = &p->reads.ptr[i];

		reads[keys ? i : r->index] = machine_reads(m, r->from, r->to);
		if (keys)
			keys[i] = r->key;
	}
	made->keys = keys;
	made->reads = reads;
	made->count = n;
	m->parts = made;
	m->parts_of = eval_collection(v);
}

const void *eval_collection(Value v)
{
	return v.kind == VAL_MAP ? (const void *)v.as.map : (const void *)v.as.list;
}

void eval_narrow(Machine *m, Value of, Value key)
{
	const Unit *unit = m->held;
	const Parts *parts = unit ? unit->parts : NULL;
	const Reads *found = NULL;

	m->held = NULL;
	if (!unit)
		return;
	if ((of.kind != VAL_MAP && of.kind != VAL_LIST) || !value_is_known(key) ||
		eval_collection(unit->value) != eval_collection(of)) {
		machine_read_all(m, unit->reads);
		return;
	}
	if (!parts->keys && key.kind == VAL_INT && key.as.number >= 0 &&
		key.as.number < parts->count)
		found = parts->reads[key.as.number];
	uint32_t low = 0, high = parts->keys && key.kind == VAL_STRING ? parts->count : 0;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int order = str_cmp(parts->keys[mid], key.as.text);

		if (!order) {
			found = parts->reads[mid];
			break;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	machine_read_all(m, parts->common);
	machine_read_all(m, found);
}

/* Loops. */

uint32_t eval_items(Value c)
{
	if (c.kind == VAL_LIST || c.kind == VAL_SET)
		return c.as.list->len;
	return c.kind == VAL_MAP ? c.as.map->len : 0;
}

void eval_item(Value c, uint32_t i, Value *ret_key, Value *ret_value)
{
	if (c.kind == VAL_MAP) {
		*ret_key = value_string(c.as.map->entries[i].key);
		if (c.as.map->has_int_keys) {
			int64_t number = 0;

			CHECK(num_parse_int(c.as.map->entries[i].key, &number));
			*ret_key = value_int(number);
		}
		*ret_value = c.as.map->entries[i].value;
		return;
	}
	*ret_value = c.as.list->items[i];
	*ret_key = c.kind == VAL_SET ? *ret_value : value_int(i);
}

/* One variable is the key of a map, the element of a list or set; two are key (or index) and
 * value. */
void eval_bind_item(Machine *m, const Node *loop, Value c, Value key, Value value)
{
	const Node *second = node_kid(loop, FOR_SECOND);

	eval_bind(m, loop->kids[FOR_FIRST], second || c.kind == VAL_MAP ? key : value);
	if (second)
		eval_bind(m, second, value);
}

static bool loop_is_over_map(const Node *collection)
{
	const Type *t = collection->type;

	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN))
		t = t->elem;
	return t && (t->kind == TYPE_MAP || t->kind == TYPE_RECORD || t->kind == TYPE_OBJECT);
}

/* A loop over something deferred: `number` is its key or index, `number` + 1 its element. */
static Value loop_deferred(Machine *m, const Node *loop, Value collection, bool is_map)
{
	uint32_t number = m->variable;
	Residual *vars = ARENA_ARRAY(m->arena, Residual, 2);
	const Node *body = loop->kids[COMP_BODY];
	Value args[4] = {collection, VALUE_NULL, VALUE_NULL, VALUE_NULL};
	Value shape = {.kind = loop_is_over_map(loop->kids[FOR_COLLECTION]) ? VAL_MAP : VAL_LIST};

	m->variable += 2;
	vars[0] = (Residual){.op = RESIDUAL_VAR, .number = number};
	vars[1] = (Residual){.op = RESIDUAL_VAR, .number = number + 1, .may_be_null = true};
	eval_bind_item(m, loop, shape, value_residual(&vars[0]), value_residual(&vars[1]));
	if (loop->kids[COMP_IF])
		args[1] = eval_maybe(m, loop->kids[COMP_IF]);
	if (is_map) {
		const Node *key = body->kids[FIELD_KEY];

		args[2] = key->kind == NODE_IDENT
				  ? value_string(key->text)
				  : eval_maybe(m, key->kind == NODE_KEY_EXPR ? key->kids[0] : key);
		body = body->kids[FIELD_VALUE];
	}
	args[3] = eval_maybe(m, body);
	m->variable = number;
	if (m->op.has_failed)
		return VALUE_NULL;
	Value v = eval_residual(m, RESIDUAL_FOR, is_map ? STR("map") : STR("list"), args, 4);
	Residual *r = ARENA_NEW(m->arena, Residual);

	*r = *v.as.residual;
	r->number = number;
	return value_residual(r);
}

/* A field whose key is computed; adds it to the pieces. */
static void field_add(Machine *m, const Node *field, Pieces *p);

/* One turn of a loop: its element, behind its condition. */
static void loop_turn(Machine *m, const Node *loop, Pieces *p)
{
	Pieces one = {.is_map = p->is_map, .has_int_keys = p->has_int_keys};
	Value c = value_bool(true);
	bool is_late;

	if (loop->kids[COMP_IF])
		c = eval_expr(m, loop->kids[COMP_IF]);
	if (m->op.has_failed || (c.kind == VAL_BOOL && !c.as.boolean))
		return;
	is_late = c.kind == VAL_DEFERRED;
	if (p->is_map) {
		field_add(m, loop->kids[COMP_BODY], is_late ? &one : p);
	} else {
		uint32_t from = pieces_begin(m);
		Value v = is_late ? eval_maybe(m, loop->kids[COMP_BODY])
				  : eval_expr(m, loop->kids[COMP_BODY]);

		vec_add(m->arena, is_late ? &one.items : &p->items, v);
		if (!is_late)
			pieces_read(m, p, from, STR(""));
	}
	if (!is_late || m->op.has_failed)
		return;
	Value args[3] = {c};

	args[1] = pieces_finish(m, loop, &one);
	args[2] = p->is_map ? value_map(m->arena, NULL, 0) : value_list(m->arena, NULL, 0);
	if (!m->op.has_failed)
		pieces_part(m, p, eval_residual(m, RESIDUAL_IF, STR_NONE, args, 3));
}

static void loop_add(Machine *m, const Node *loop, Pieces *p)
{
	Value c = eval_expr(m, loop->kids[FOR_COLLECTION]);

	if (m->op.has_failed)
		return;
	if (c.kind == VAL_DEFERRED) {
		Value v = loop_deferred(m, loop, c, p->is_map);

		if (!m->op.has_failed)
			pieces_part(m, p, v);
		return;
	}
	p->is_loop = true;
	uint32_t n = eval_items(c);

	for (uint32_t i = 0; i < n && !m->op.has_failed && machine_step(m, loop); i++) {
		Value key, value;

		eval_item(c, i, &key, &value);
		eval_bind_item(m, loop, c, key, value);
		loop_turn(m, loop, p);
	}
}

/* Lists. */

static void spread_add(Machine *m, const Node *spread, Pieces *p)
{
	Value v = eval_expr(m, spread->kids[0]);

	if (m->op.has_failed || v.kind == VAL_NULL)
		return;
	p->is_mixed = true;
	if (v.kind == VAL_DEFERRED) {
		pieces_part(m, p, v);
	} else if (p->is_map && v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			vec_add(m->arena, &p->entries, v.as.map->entries[i]);
		p->has_int_keys = p->has_int_keys || v.as.map->has_int_keys;
	} else if (!p->is_map) {
		uint32_t n = eval_items(v);

		for (uint32_t i = 0; i < n && v.kind != VAL_MAP; i++)
			vec_add(m->arena, &p->items, v.as.list->items[i]);
	}
}

Value eval_list(Machine *m, const Node *n)
{
	Pieces p = {.base = m->reads.len};

	m->collections++;
	for (uint32_t i = 0; i < n->kid_count && !m->op.has_failed; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind == NODE_SPREAD) {
			spread_add(m, kid, &p);
		} else if (kid->kind == NODE_FOR_ELEM) {
			loop_add(m, kid, &p);
		} else {
			uint32_t from = pieces_begin(m);
			Value v = eval_expr(m, kid);

			vec_add(m->arena, &p.items, v);
			pieces_read(m, &p, from, STR(""));
		}
	}
	Value v = m->op.has_failed ? VALUE_NULL : pieces_finish(m, n, &p);

	pieces_keep_parts(m, &p, v);
	m->collections--;
	return v;
}

/* Records. */

/* The key of a field as text; `*ret_deferred` when it is not known yet. */
static bool field_key(Machine *m, const Node *key, Pieces *p, Str *ret, Value *ret_deferred)
{
	Value k;

	*ret_deferred = VALUE_NULL;
	if (key->kind == NODE_IDENT || (key->kind == NODE_STRING && !key->kid_count)) {
		*ret = key->text;
		return true;
	}
	k = eval_expr(m, key->kind == NODE_KEY_EXPR ? key->kids[0] : key);
	if (m->op.has_failed)
		return false;
	if (k.kind == VAL_DEFERRED) {
		*ret_deferred = k;
	} else if (k.kind == VAL_INT) {
		*ret = str_print(m->arena, "%lld", (long long)k.as.number);
		p->has_int_keys = true;
	} else if (k.kind == VAL_STRING) {
		*ret = k.as.text;
	} else {
		m->op.at = key->span;
		(void)op_fail(&m->op, DIAG_NULL_ACCESS, "a key is %.*s, not text",
			STR_ARG(value_kind_name(k.kind)));
		return false;
	}
	return true;
}

static void field_add(Machine *m, const Node *field, Pieces *p)
{
	Str name = STR("");
	Value late, v;

	if (!field_key(m, field->kids[FIELD_KEY], p, &name, &late))
		return;
	uint32_t from = pieces_begin(m);

	v = eval_expr(m, field->kids[FIELD_VALUE]);
	if (m->op.has_failed)
		return;
	pieces_read(m, p, from, name);
	if (late.kind == VAL_DEFERRED) {
		Value args[] = {late, v};

		v = eval_apply(m, field, OP_RECORD, args, 2);
		if (!m->op.has_failed)
			pieces_part(m, p, v);
		return;
	}
	vec_add(m->arena, &p->entries, ((ValueEntry){name, v}));
}

static int cmp_entry_keys(const void *a, const void *b)
{
	const ValueEntry *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

/* A loop that gives a key twice (E0611).  `sorted` is a copy that may be sorted. */
static void report_repeat(Machine *m, const Node *n, ValueEntry *sorted, uint32_t count)
{
	qsort(sorted, count, sizeof(ValueEntry), cmp_entry_keys);
	for (uint32_t i = 1; i < count; i++) {
		if (!str_eq(sorted[i].key, sorted[i - 1].key))
			continue;
		m->op.at = n->span;
		(void)op_fail(&m->op, DIAG_DUPLICATE_KEY, "two elements have the key `%.*s`",
			STR_ARG(sorted[i].key));
		return;
	}
}

/* Drops null fields of records: absent and null are the same. */
static void drop_nulls(const Node *n, Pieces *p)
{
	const Type *t = n->type;
	uint32_t kept = 0;

	if (t && type_plain(t)->kind == TYPE_MAP)
		return;
	for (uint32_t i = 0; i < p->entries.len; i++)
		if (p->entries.ptr[i].value.kind != VAL_NULL)
			p->entries.ptr[kept++] = p->entries.ptr[i];
	p->entries.len = kept;
}

/* An assert in a record; one that must wait is kept for the graph. */
static void record_assert(Machine *m, const Node *n)
{
	LateAssert late = {.at = n->kids[ASSERT_COND]->span};

	if (!assert_holds(m, n, &late.condition, &late.message))
		m->op.has_failed = true;
	else if (late.condition.kind == VAL_DEFERRED)
		vec_add(m->arena, &m->late, late);
}

static void record_item(Machine *m, const Node *kid, Pieces *p)
{
	switch ((NodeKind)kid->kind) {
	case NODE_SPREAD:
		spread_add(m, kid, p);
		break;
	case NODE_FOR_FIELD:
		loop_add(m, kid, p);
		break;
	case NODE_LET:
		eval_bind(m, kid->kids[DECL_NAME], eval_expr(m, kid->kids[DECL_VALUE]));
		break;
	case NODE_ASSERT:
		record_assert(m, kid);
		break;
	default:
		if (kid->kids[FIELD_KEY]->kind != NODE_KEY_AT)
			field_add(m, kid, p);
		break;
	}
}

Value eval_record(Machine *m, const Node *n)
{
	Pieces p = {.is_map = true, .base = m->reads.len};
	bool has_spread = false;

	if (n->kid_count) { /* mostly all are fields */
		p.entries.ptr = ARENA_ARRAY(m->arena, ValueEntry, n->kid_count);
		p.entries.cap = n->kid_count;
	}
	m->collections++;
	for (uint32_t i = 0; i < n->kid_count && !m->op.has_failed; i++) {
		has_spread = has_spread || n->kids[i]->kind == NODE_SPREAD;
		record_item(m, n->kids[i], &p);
	}
	if (m->op.has_failed) {
		m->collections--;
		return VALUE_NULL;
	}
	drop_nulls(n, &p);
	uint32_t count = p.entries.len;
	ValueEntry *entries = p.entries.ptr;
	bool is_checked = p.is_loop && !has_spread && !p.parts.len;
	Value v = pieces_finish(m, n, &p);

	/* value_map() sorted in place: a repeat stands beside its twin, but was dropped. */
	if (is_checked && v.kind == VAL_MAP && v.as.map->len < count)
		report_repeat(m, n, entries, count);
	pieces_keep_parts(m, &p, v);
	m->collections--;
	return m->op.has_failed ? VALUE_NULL : v;
}
