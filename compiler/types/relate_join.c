/* What two types have in common, and types made plainer.  Thread: one at a time per Types. */
#include "compiler/types/relate.h"

#include "compiler/base/check.h"

/* A union of more literals than this says no more than their base type, and costs more. */
enum { JOIN_LITERALS_MAX = 32 };

typedef struct Join {
	Types *types;
	TypeMismatch *ret;
	Str steps[MISMATCH_STEPS_MAX];
	uint32_t step_count;
} Join;

static const Type *join(Join *j, const Type *a, const Type *b);

static const Type *differ(Join *j, const Type *a, const Type *b)
{
	if (j->ret) {
		*j->ret = (TypeMismatch){.code = DIAG_NO_JOIN, .expected = a, .found = b};
		for (uint32_t i = 0; i < j->step_count && i < MISMATCH_STEPS_MAX; i++)
			j->ret->steps[j->ret->step_count++] = j->steps[i];
	}
	return NULL;
}

static const Type *join_part(Join *j, Str step, const Type *a, const Type *b)
{
	const Type *part;

	if (j->step_count < MISMATCH_STEPS_MAX)
		j->steps[j->step_count] = step;
	j->step_count++;
	part = join(j, a, b);
	j->step_count--;
	return part;
}

static const Type *base_of_literal(const Types *t, const Type *literal)
{
	if (literal->literal.kind == VAL_STRING)
		return type_simple(t, TYPE_STRING);
	return type_simple(t, literal->literal.kind == VAL_INT ? TYPE_INT : TYPE_BOOL);
}

/* The kind of the literals of a literal or a union of them alone; VAL_NULL: it is none. */
static ValueKind enum_kind(const Type *t)
{
	ValueKind kind = VAL_NULL;

	if (t->kind == TYPE_LITERAL)
		return t->literal.kind;
	if (t->kind != TYPE_UNION)
		return VAL_NULL;
	for (uint32_t i = 0; i < t->count; i++) {
		const Type *m = t->members[i];

		if (m->kind != TYPE_LITERAL || (kind != VAL_NULL && m->literal.kind != kind))
			return VAL_NULL;
		kind = m->literal.kind;
	}
	return kind;
}

static const Type *join_records(Join *j, const Type *a, const Type *b)
{
	TypeField *fields = ARENA_ARRAY(j->types->arena, TypeField, a->count);
	const Type *rest = NULL;

	for (uint32_t i = 0; i < a->count + b->count; i++) {
		const Type *has = i < a->count ? a : b;
		Str name = has->fields[i < a->count ? i : i - a->count].name;

		if (!type_field(has == a ? b : a, name)) {
			(void)differ(j, a, b);
			if (j->ret) {
				j->ret->field = name;
				j->ret->record = has;
			}
			return NULL;
		}
	}
	if (!a->elem != !b->elem)
		return differ(j, a, b);
	for (uint32_t i = 0; i < a->count; i++) {
		const TypeField *other = type_field(b, a->fields[i].name);

		fields[i] = (TypeField){.name = a->fields[i].name, .doc = a->fields[i].doc};
		fields[i].type = join_part(j, a->fields[i].name, a->fields[i].type, other->type);
		if (!fields[i].type)
			return NULL;
	}
	if (a->elem) {
		rest = join_part(j, STR("[]"), a->elem, b->elem);
		if (!rest)
			return NULL;
	}
	return type_record(j->types, fields, a->count, rest);
}

static const Type *join_record_and_map(Join *j, const Type *record, const Type *map)
{
	const Type *elem = map->elem;

	if (type_plain(map->key)->kind != TYPE_STRING)
		return differ(j, record, map);
	for (uint32_t i = 0; i < record->count && elem; i++)
		elem = join_part(j, record->fields[i].name, record->fields[i].type, elem);
	if (elem && record->elem)
		elem = join_part(j, STR("[]"), record->elem, elem);
	return elem ? type_map(j->types, type_simple(j->types, TYPE_STRING), elem) : NULL;
}

static const Type *join_maps(Join *j, const Type *a, const Type *b)
{
	const Type *key = join_part(j, STR("(key)"), a->key, b->key);
	const Type *elem = key ? join_part(j, STR("[]"), a->elem, b->elem) : NULL;

	return elem ? type_map(j->types, key, elem) : NULL;
}

static bool is_text(const Type *t)
{
	return t->kind == TYPE_STRING || t->kind == TYPE_ID || enum_kind(t) == VAL_STRING;
}

static bool is_whole(const Type *t)
{
	return t->kind == TYPE_INT || enum_kind(t) == VAL_INT;
}

static bool is_number(const Type *t)
{
	return t->kind == TYPE_FLOAT || is_whole(t);
}

static uint32_t literal_count(const Type *t)
{
	return t->kind == TYPE_UNION ? t->count : 1;
}

/* Types of which neither is below the other. */
static const Type *join_unrelated(Join *j, const Type *a, const Type *b)
{
	Types *t = j->types;
	const Type *elem;

	if (enum_kind(a) != VAL_NULL && enum_kind(a) == enum_kind(b) &&
		literal_count(a) + literal_count(b) <= JOIN_LITERALS_MAX)
		return type_union(t, (const Type *[]){a, b}, 2);
	if (is_text(a) && is_text(b)) {
		if (a->kind == TYPE_STRING && b->kind == TYPE_STRING && a->format == b->format)
			return type_format(t, a->format);
		return type_simple(t, TYPE_STRING);
	}
	if (is_whole(a) && is_whole(b))
		return type_simple(t, TYPE_INT);
	if (is_number(a) && is_number(b))
		return type_simple(t, TYPE_FLOAT);
	if (a->kind == TYPE_RECORD && b->kind == TYPE_RECORD)
		return join_records(j, a, b);
	if (a->kind == TYPE_RECORD && b->kind == TYPE_MAP)
		return join_record_and_map(j, a, b);
	if (a->kind == TYPE_MAP && b->kind == TYPE_RECORD)
		return join_record_and_map(j, b, a);
	if (a->kind == TYPE_UNION && b->kind == TYPE_UNION && a->count == b->count &&
		type_same(a, b))
		return a;
	if (a->kind != b->kind)
		return differ(j, a, b);
	switch (a->kind) {
	case TYPE_BOOL:
	case TYPE_SIZE:
	case TYPE_DURATION:
	case TYPE_MONEY:
	case TYPE_PRICE:
	case TYPE_GPUS:
		return type_simple(t, a->kind);
	case TYPE_MAP:
		return join_maps(j, a, b);
	case TYPE_RANGE:
	case TYPE_LIST:
	case TYPE_SET:
		elem = join_part(j, STR("[]"), a->elem, b->elem);
		return elem ? type_wrap(t, a->kind, elem) : NULL;
	default:
		return differ(j, a, b);
	}
}

static const Type *join_wrapped(Join *j, const Type *a, const Type *b, TypeKind wrapper)
{
	const Type *part =
		join(j, a->kind == wrapper ? a->elem : a, b->kind == wrapper ? b->elem : b);

	return part ? type_wrap(j->types, wrapper, part) : NULL;
}

static const Type *join(Join *j, const Type *a, const Type *b)
{
	if (a->kind == TYPE_ERROR || b->kind == TYPE_NEVER || a == b)
		return a;
	if (b->kind == TYPE_ERROR || a->kind == TYPE_NEVER)
		return b;
	if (a->kind == TYPE_KNOWN && b->kind == TYPE_KNOWN)
		return join_wrapped(j, a, b, TYPE_KNOWN);
	if (a->kind == TYPE_KNOWN || b->kind == TYPE_KNOWN)
		return join(j, a->kind == TYPE_KNOWN ? a->elem : a,
			b->kind == TYPE_KNOWN ? b->elem : b);
	if (a->kind == TYPE_NULL || b->kind == TYPE_NULL)
		return type_wrap(j->types, TYPE_OPTIONAL, a->kind == TYPE_NULL ? b : a);
	if (a->kind == TYPE_OPTIONAL || b->kind == TYPE_OPTIONAL)
		return join_wrapped(j, a, b, TYPE_OPTIONAL);
	if (a->kind == TYPE_SECRET || b->kind == TYPE_SECRET)
		return join_wrapped(j, a, b, TYPE_SECRET);
	if (type_is_subtype(a, b, NULL))
		return b;
	if (type_is_subtype(b, a, NULL))
		return a;
	return join_unrelated(j, a, b);
}

const Type *type_join(Types *t, const Type *a, const Type *b, TypeMismatch *ret)
{
	Join j = {.types = t, .ret = ret};

	CHECK(a && b);
	return join(&j, a, b);
}

const Type *type_unrefined(Types *t, const Type *type)
{
	Type *made;

	if (type->kind == TYPE_LITERAL)
		return base_of_literal(t, type);
	if (type->min.kind == VAL_NULL && type->max.kind == VAL_NULL && type->pattern.len == 0 &&
		!type->is_unique && !type->where && type->unit.len == 0)
		return type;
	if (type->kind == TYPE_STRING)
		return type_format(t, type->format);
	made = ARENA_NEW(t->arena, Type);
	*made = *type;
	made->min = made->max = VALUE_NULL;
	made->pattern = made->unit = STR_NONE;
	made->is_unique = false;
	made->where = NULL;
	return made;
}

static const Type *widen_record(Types *t, const Type *type)
{
	TypeField *fields = ARENA_ARRAY(t->arena, TypeField, type->count);

	for (uint32_t i = 0; i < type->count; i++) {
		fields[i] = type->fields[i];
		fields[i].type = type_widen(t, fields[i].type);
	}
	return type_record(t, fields, type->count, type->elem ? type_widen(t, type->elem) : NULL);
}

const Type *type_widen(Types *t, const Type *type)
{
	const Type **members;

	type = type_unrefined(t, type);
	if (type->kind == TYPE_MAP)
		return type_map(t, type_widen(t, type->key), type_widen(t, type->elem));
	if (type->kind == TYPE_RECORD)
		return widen_record(t, type);
	if (type->kind == TYPE_UNION) {
		members = ARENA_ARRAY(t->arena, const Type *, type->count);
		for (uint32_t i = 0; i < type->count; i++)
			members[i] = type_widen(t, type->members[i]);
		return type_union(t, members, type->count);
	}
	return type->elem ? type_wrap(t, type->kind, type_widen(t, type->elem)) : type;
}

static const Type *type_of_items(Types *t, TypeKind kind, const ValueList *list)
{
	const Type *elem = type_simple(t, TYPE_NEVER);

	for (uint32_t i = 0; i < list->len && elem; i++)
		elem = type_join(t, elem, type_of_value(t, list->items[i]), NULL);
	return type_wrap(t, kind, elem ? elem : type_simple(t, TYPE_JSON));
}

static const Type *type_of_map(Types *t, const ValueMap *map)
{
	TypeField *fields = ARENA_ARRAY(t->arena, TypeField, map->len);
	const Type *elem = type_simple(t, TYPE_NEVER);

	if (map->has_int_keys) {
		for (uint32_t i = 0; i < map->len && elem; i++)
			elem = type_join(t, elem, type_of_value(t, map->entries[i].value), NULL);
		return type_map(
			t, type_simple(t, TYPE_INT), elem ? elem : type_simple(t, TYPE_JSON));
	}
	for (uint32_t i = 0; i < map->len; i++)
		fields[i] = (TypeField){.name = map->entries[i].key,
			.type = type_of_value(t, map->entries[i].value)};
	return type_record(t, fields, map->len, NULL);
}

const Type *type_of_value(Types *t, Value v)
{
	static const TypeKind kinds[VAL_KIND_COUNT] = {
		[VAL_NULL] = TYPE_NULL,
		[VAL_FLOAT] = TYPE_FLOAT,
		[VAL_SIZE] = TYPE_SIZE,
		[VAL_DURATION] = TYPE_DURATION,
		[VAL_MONEY] = TYPE_MONEY,
		[VAL_PRICE] = TYPE_PRICE,
		[VAL_GPUS] = TYPE_GPUS,
		[VAL_DEFERRED] = TYPE_ERROR,
		[VAL_RANGE] = TYPE_RANGE,
		[VAL_LIST] = TYPE_LIST,
		[VAL_SET] = TYPE_SET,
	};

	if (v.kind == VAL_STRING || v.kind == VAL_INT || v.kind == VAL_BOOL)
		return type_literal(t, v);
	if (v.kind == VAL_MAP)
		return type_of_map(t, v.as.map);
	if (v.kind == VAL_RANGE) {
		const Value *ends = v.as.list->items;

		return type_wrap(t, TYPE_RANGE,
			type_widen(t, type_of_value(t, ends[ends[0].kind == VAL_NULL])));
	}
	if (v.kind == VAL_LIST || v.kind == VAL_SET)
		return type_of_items(t, kinds[v.kind], v.as.list);
	return type_simple(t, kinds[v.kind]);
}
