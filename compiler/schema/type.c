/* Makers and equality of types.
 *
 * Simple types and formats are made once by types_init() and shared; everything else is made
 * anew in the arena and compared by type_same().  A maker keeps what type.h promises: an
 * optional holds no optional, a union holds no union, no optional and nothing twice.
 * Thread: any. */
#include "compiler/schema/type.h"

#include "compiler/base/check.h"

/* A record of more fields has a hash table over them, a union of more literals is made with one. */
enum { SCAN_MAX = 16 };

static const struct {
	Str name;
	TypeKind kind;
} simple_names[] = {
	{STR_INIT("null"), TYPE_NULL},
	{STR_INIT("bool"), TYPE_BOOL},
	{STR_INIT("int"), TYPE_INT},
	{STR_INIT("float"), TYPE_FLOAT},
	{STR_INIT("size"), TYPE_SIZE},
	{STR_INIT("duration"), TYPE_DURATION},
	{STR_INIT("money"), TYPE_MONEY},
	{STR_INIT("price"), TYPE_PRICE},
	{STR_INIT("gpus"), TYPE_GPUS},
	{STR_INIT("string"), TYPE_STRING},
	{STR_INIT("json"), TYPE_JSON},
};

static const Str format_names[FORMAT_COUNT] = {
	[FORMAT_CIDR] = STR_INIT("cidr"),
	[FORMAT_IP] = STR_INIT("ip"),
	[FORMAT_URL] = STR_INIT("url"),
	[FORMAT_PATH] = STR_INIT("path"),
	[FORMAT_IMAGE] = STR_INIT("image"),
	[FORMAT_CRON] = STR_INIT("cron"),
	[FORMAT_EMAIL] = STR_INIT("email"),
	[FORMAT_SCRIPT] = STR_INIT("script"),
};

static Type *make(Types *t, TypeKind kind)
{
	Type *made = ARENA_NEW(t->arena, Type);

	made->kind = kind;
	return made;
}

void types_init(Types *t, Arena *arena)
{
	*t = (Types){.arena = arena};
	map_init(&t->ids, arena);
	map_init(&t->objects, arena);
	t->simple[TYPE_ERROR] = make(t, TYPE_ERROR);
	t->simple[TYPE_NEVER] = make(t, TYPE_NEVER);
	for (size_t i = 0; i < sizeof(simple_names) / sizeof(simple_names[0]); i++)
		t->simple[simple_names[i].kind] = make(t, simple_names[i].kind);
	for (int f = FORMAT_NONE + 1; f < FORMAT_COUNT; f++) {
		Type *format = make(t, TYPE_STRING);

		format->format = (TypeFormat)f;
		t->formats[f] = format;
	}
	t->formats[FORMAT_NONE] = t->simple[TYPE_STRING];
}

const Type *type_simple(const Types *t, TypeKind kind)
{
	CHECK(kind < TYPE_KIND_COUNT && t->simple[kind]);
	return t->simple[kind];
}

const Type *type_format(const Types *t, TypeFormat format)
{
	CHECK(format < FORMAT_COUNT);
	return t->formats[format];
}

const Type *type_wrap(Types *t, TypeKind kind, const Type *elem)
{
	Type *made;

	CHECK(kind == TYPE_RANGE || kind == TYPE_LIST || kind == TYPE_SET || kind == TYPE_SECRET ||
		kind == TYPE_KNOWN || kind == TYPE_OPTIONAL);
	CHECK(elem);
	if (kind == TYPE_OPTIONAL && (elem->kind == TYPE_OPTIONAL || elem->kind == TYPE_NULL ||
					     elem->kind == TYPE_ERROR))
		return elem;
	if ((kind == TYPE_SECRET || kind == TYPE_KNOWN) && elem->kind == kind)
		return elem;
	made = make(t, kind);
	made->elem = elem;
	return made;
}

const Type *type_map(Types *t, const Type *key, const Type *elem)
{
	Type *made = make(t, TYPE_MAP);

	CHECK(key && elem);
	made->key = key;
	made->elem = elem;
	return made;
}

const Type *type_named(Types *t, TypeKind kind, Str name)
{
	Map *known = kind == TYPE_ID ? &t->ids : &t->objects;
	Type *made = map_find(known, name);

	CHECK(kind == TYPE_ID || kind == TYPE_OBJECT);
	if (made)
		return made;
	made = make(t, kind);
	made->name = name;
	map_put(known, name, made);
	return made;
}

const Type *type_literal(Types *t, Value literal)
{
	Type *made = make(t, TYPE_LITERAL);

	CHECK(literal.kind == VAL_STRING || literal.kind == VAL_INT || literal.kind == VAL_BOOL);
	made->literal = literal;
	return made;
}

/* The size of a table for `count` fields: a power of two, at most half full. */
static uint32_t slot_count(uint32_t count)
{
	uint32_t n = SCAN_MAX;

	while (n < count * 2)
		n *= 2;
	return n;
}

/* Slots hold an index + 1; of fields of one name the first is found. */
static const uint32_t *make_slots(Types *t, const TypeField *fields, uint32_t count)
{
	uint32_t mask = slot_count(count) - 1;
	uint32_t *slots = ARENA_ARRAY(t->arena, uint32_t, mask + 1);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)str_hash(fields[i].name) & mask;

		while (slots[at])
			at = (at + 1) & mask;
		slots[at] = i + 1;
	}
	return slots;
}

const Type *type_record(Types *t, const TypeField *fields, uint32_t count, const Type *rest)
{
	Type *made = make(t, TYPE_RECORD);

	made->fields = fields;
	made->count = count;
	made->elem = rest;
	if (count > SCAN_MAX)
		made->slots = make_slots(t, fields, count);
	return made;
}

typedef struct Members {
	const Type **ptr;
	uint32_t len;
	bool has_null;
	Map texts, numbers; /* literals, when there are many */
	bool has_maps;
} Members;

static uint32_t count_members(const Type *t)
{
	uint32_t n = 0;

	if (t->kind == TYPE_OPTIONAL)
		return count_members(t->elem);
	if (t->kind != TYPE_UNION)
		return 1;
	for (uint32_t i = 0; i < t->count; i++)
		n += count_members(t->members[i]);
	return n;
}

/* Says whether a literal is there already, and remembers it. */
static bool is_repeated(Members *m, const Type *t)
{
	Str number = {(const char *)&t->literal.as.number, sizeof(t->literal.as.number)};
	bool is_text = t->literal.kind == VAL_STRING;
	Map *seen = is_text ? &m->texts : &m->numbers;
	Str key = is_text ? t->literal.as.text : number;

	if (map_has(seen, key))
		return true;
	map_put(seen, key, m);
	return false;
}

static void add_member(Members *m, const Type *t)
{
	if (t->kind == TYPE_OPTIONAL) {
		m->has_null = true;
		add_member(m, t->elem);
		return;
	}
	if (t->kind == TYPE_NULL) {
		m->has_null = true;
		return;
	}
	if (t->kind == TYPE_UNION) {
		for (uint32_t i = 0; i < t->count; i++)
			add_member(m, t->members[i]);
		return;
	}
	if (m->has_maps && t->kind == TYPE_LITERAL && t->literal.kind != VAL_BOOL) {
		if (is_repeated(m, t))
			return;
	} else {
		for (uint32_t i = 0; i < m->len; i++) {
			if (type_same(m->ptr[i], t))
				return;
		}
	}
	m->ptr[m->len++] = t;
}

const Type *type_union(Types *t, const Type *const *members, uint32_t count)
{
	Members m = {0};
	uint32_t most = 0;
	const Type *result;

	for (uint32_t i = 0; i < count; i++) {
		if (members[i]->kind == TYPE_ERROR)
			return members[i];
		most += count_members(members[i]);
	}
	m.ptr = ARENA_ARRAY(t->arena, const Type *, most);
	m.has_maps = most > SCAN_MAX;
	for (uint32_t i = 0; i < count; i++) {
		if (members[i]->kind != TYPE_NEVER)
			add_member(&m, members[i]);
	}
	map_fini(&m.texts);
	map_fini(&m.numbers);
	if (m.len == 0)
		return type_simple(t, m.has_null ? TYPE_NULL : TYPE_NEVER);
	if (m.len == 1) {
		result = m.ptr[0];
	} else {
		Type *made = make(t, TYPE_UNION);

		made->members = m.ptr;
		made->count = m.len;
		result = made;
	}
	return m.has_null ? type_wrap(t, TYPE_OPTIONAL, result) : result;
}

const TypeField *type_field(const Type *record, Str name)
{
	uint32_t mask;

	if (record->kind != TYPE_RECORD)
		return NULL;
	if (record->count > SCAN_MAX) {
		CHECK(record->slots);
		mask = slot_count(record->count) - 1;
		for (uint32_t at = (uint32_t)str_hash(name);; at++) {
			uint32_t slot = record->slots[at & mask];

			if (slot == 0 || str_eq(record->fields[slot - 1].name, name))
				return slot ? &record->fields[slot - 1] : NULL;
		}
	}
	for (uint32_t i = 0; i < record->count; i++) {
		if (str_eq(record->fields[i].name, name))
			return &record->fields[i];
	}
	return NULL;
}

const Type *type_by_name(const Types *t, Str name)
{
	for (size_t i = 0; i < sizeof(simple_names) / sizeof(simple_names[0]); i++) {
		if (simple_names[i].kind != TYPE_NULL && str_eq(simple_names[i].name, name))
			return t->simple[simple_names[i].kind];
	}
	for (int f = FORMAT_NONE + 1; f < FORMAT_COUNT; f++) {
		if (str_eq(format_names[f], name))
			return t->formats[f];
	}
	return NULL;
}

static bool same_or_both_null(const Type *a, const Type *b)
{
	return a == b || (a && b && type_same(a, b));
}

static bool same_fields(const Type *a, const Type *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		const TypeField *left = &a->fields[i];
		const TypeField *right = type_field(b, left->name);

		if (!right || left->has_default != right->has_default ||
			left->default_node != right->default_node ||
			!value_eq(left->default_value, right->default_value) ||
			!type_same(left->type, right->type))
			return false;
	}
	return true;
}

/* The members of a union are the same in any order. */
static bool same_members(const Type *a, const Type *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		bool found = type_same(a->members[i], b->members[i]);

		for (uint32_t j = 0; j < b->count && !found; j++)
			found = type_same(a->members[i], b->members[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool same_refinements(const Type *a, const Type *b)
{
	return a->format == b->format && str_eq(a->pattern, b->pattern) &&
	       value_eq(a->min, b->min) && value_eq(a->max, b->max) &&
	       a->is_unique == b->is_unique && a->where == b->where && str_eq(a->unit, b->unit);
}

bool type_same(const Type *a, const Type *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind || a->count != b->count || !same_refinements(a, b))
		return false;
	if ((a->kind == TYPE_ID || a->kind == TYPE_OBJECT) && !str_eq(a->name, b->name))
		return false;
	if (a->kind == TYPE_LITERAL && !value_eq(a->literal, b->literal))
		return false;
	if (!same_or_both_null(a->key, b->key) || !same_or_both_null(a->elem, b->elem))
		return false;
	if (a->kind == TYPE_RECORD)
		return same_fields(a, b);
	return a->kind != TYPE_UNION || same_members(a, b);
}
