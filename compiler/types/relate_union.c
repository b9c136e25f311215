/* Telling the members of a union apart, and what may be printed, compared, ordered.
 * Thread: one at a time per Types. */
#include "compiler/types/relate.h"

#include "compiler/base/check.h"

static const Type *inner(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	return t;
}

bool type_is_printable(const Type *type)
{
	type = type_plain(type);
	switch (type->kind) {
	case TYPE_ERROR:
	case TYPE_NEVER:
	case TYPE_BOOL:
	case TYPE_INT:
	case TYPE_FLOAT:
	case TYPE_SIZE:
	case TYPE_DURATION:
	case TYPE_MONEY:
	case TYPE_PRICE:
	case TYPE_GPUS:
	case TYPE_STRING:
	case TYPE_ID:
	case TYPE_LITERAL:
		return true;
	case TYPE_UNION:
		for (uint32_t i = 0; i < type->count; i++) {
			if (!type_is_printable(type->members[i]))
				return false;
		}
		return true;
	default:
		return false;
	}
}

/* The kind whose values these are, if they are ordered; TYPE_NULL: they are not. */
static TypeKind ordered_kind(const Type *t)
{
	TypeKind kind;

	t = type_plain(t);
	switch (t->kind) {
	case TYPE_ERROR:
	case TYPE_NEVER:
	case TYPE_INT:
	case TYPE_FLOAT:
	case TYPE_SIZE:
	case TYPE_DURATION:
	case TYPE_MONEY:
	case TYPE_PRICE:
	case TYPE_STRING:
		return t->kind;
	case TYPE_ID:
		return TYPE_STRING;
	case TYPE_LITERAL:
		if (t->literal.kind == VAL_BOOL)
			return TYPE_NULL;
		return t->literal.kind == VAL_STRING ? TYPE_STRING : TYPE_INT;
	case TYPE_UNION:
		kind = ordered_kind(t->members[0]);
		for (uint32_t i = 1; i < t->count; i++) {
			if (ordered_kind(t->members[i]) != kind)
				return TYPE_NULL;
		}
		return kind;
	default:
		return TYPE_NULL;
	}
}

bool type_is_ordered(const Type *type)
{
	return ordered_kind(type) != TYPE_NULL;
}

static bool is_literal_set(const Type *t)
{
	if (t->kind == TYPE_LITERAL)
		return true;
	if (t->kind != TYPE_UNION)
		return false;
	for (uint32_t i = 0; i < t->count; i++) {
		if (t->members[i]->kind != TYPE_LITERAL)
			return false;
	}
	return true;
}

static uint32_t member_count(const Type *t)
{
	return t->kind == TYPE_UNION ? t->count : 1;
}

static const Type *member_at(const Type *t, uint32_t i)
{
	return t->kind == TYPE_UNION ? t->members[i] : t;
}

/* Types that hold only what their literals' kinds and formats say: bounds do not matter to ==. */
static bool plain_comparable(const Type *a, const Type *b)
{
	if ((a->kind == TYPE_RANGE) != (b->kind == TYPE_RANGE))
		return false;
	if (a->kind == TYPE_LITERAL && b->kind == TYPE_LITERAL)
		return a->literal.kind == b->literal.kind;
	if (a->kind == TYPE_LITERAL && a->literal.kind == VAL_STRING &&
		(b->kind == TYPE_STRING || b->kind == TYPE_ID))
		return true;
	if (a->kind == TYPE_LITERAL && a->literal.kind == VAL_INT && b->kind == TYPE_INT)
		return true;
	if ((a->kind == TYPE_LIST || a->kind == TYPE_SET || a->kind == TYPE_RANGE) &&
		a->kind == b->kind)
		return type_is_comparable(a->elem, b->elem);
	return type_fit(a, b, NULL) != FIT_NO;
}

bool type_is_comparable(const Type *a, const Type *b)
{
	a = inner(a);
	b = inner(b);
	if (a->kind == TYPE_NULL || b->kind == TYPE_NULL)
		return true;
	if (is_literal_set(a) && is_literal_set(b) &&
		(a->kind == TYPE_UNION || b->kind == TYPE_UNION)) {
		for (uint32_t i = 0; i < member_count(a); i++) {
			for (uint32_t j = 0; j < member_count(b); j++) {
				if (value_eq(member_at(a, i)->literal, member_at(b, j)->literal))
					return true;
			}
		}
		return false;
	}
	for (uint32_t i = 0; i < member_count(a); i++) {
		for (uint32_t j = 0; j < member_count(b); j++) {
			const Type *x = inner(member_at(a, i)), *y = inner(member_at(b, j));

			if (plain_comparable(x, y) || plain_comparable(y, x))
				return true;
		}
	}
	return false;
}

const Type *type_member(Types *t, const Type *object, Str name)
{
	const TypeField *field;

	object = type_plain(object);
	if (object->kind == TYPE_RECORD) {
		field = type_field(object, name);
		if (field)
			return field->type;
		return object->elem ? type_wrap(t, TYPE_OPTIONAL, object->elem) : NULL;
	}
	if (object->kind == TYPE_GPUS) {
		if (str_eq(name, STR("count")))
			return type_simple(t, TYPE_FLOAT);
		return str_eq(name, STR("name")) ? type_simple(t, TYPE_STRING) : NULL;
	}
	if (object->kind == TYPE_RANGE && (str_eq(name, STR("from")) || str_eq(name, STR("to"))))
		return type_wrap(t, TYPE_OPTIONAL, object->elem);
	return NULL;
}

/* Says whether the literals of two tags have none in common; both must be tags. */
static bool tags_differ(const Type *a, const Type *b)
{
	if (!is_literal_set(a) || !is_literal_set(b))
		return false;
	for (uint32_t i = 0; i < member_count(a); i++) {
		for (uint32_t j = 0; j < member_count(b); j++) {
			if (value_eq(member_at(a, i)->literal, member_at(b, j)->literal))
				return false;
		}
	}
	return true;
}

static bool tells_apart(const Type *u, Str field)
{
	for (uint32_t i = 0; i < u->count; i++) {
		const TypeField *a = type_field(u->members[i], field);

		if (u->members[i]->kind != TYPE_RECORD)
			continue;
		if (!a || !is_literal_set(a->type))
			return false;
		for (uint32_t j = 0; j < i; j++) {
			const TypeField *b = type_field(u->members[j], field);

			if (u->members[j]->kind == TYPE_RECORD && !tags_differ(a->type, b->type))
				return false;
		}
	}
	return true;
}

bool type_discriminator(const Type *u, Str *ret_field)
{
	const Type *first = NULL;

	u = inner(u);
	if (u->kind != TYPE_UNION)
		return false;
	for (uint32_t i = 0; i < u->count && !first; i++)
		first = u->members[i]->kind == TYPE_RECORD ? u->members[i] : NULL;
	for (uint32_t i = 0; first && i < first->count; i++) {
		if (tells_apart(u, first->fields[i].name)) {
			*ret_field = first->fields[i].name;
			return true;
		}
	}
	return false;
}

const Type *type_union_by_tag(const Type *u, Str field, Value tag)
{
	u = inner(u);
	for (uint32_t i = 0; i < member_count(u); i++) {
		const Type *m = member_at(u, i);
		const TypeField *f = type_field(m, field);

		for (uint32_t n = 0; f && is_literal_set(f->type) && n < member_count(f->type);
			n++) {
			if (value_eq(member_at(f->type, n)->literal, tag))
				return m;
		}
	}
	return NULL;
}

static bool is_of_kind(const Type *t, TypeKind kind)
{
	t = inner(t);
	if (t->kind == kind)
		return true;
	return kind == TYPE_RECORD && (t->kind == TYPE_MAP || t->kind == TYPE_JSON);
}

const Type *type_union_by_kind(const Type *u, TypeKind kind)
{
	const Type *only = NULL;

	u = inner(u);
	for (uint32_t i = 0; i < member_count(u); i++) {
		if (!is_of_kind(member_at(u, i), kind))
			continue;
		if (only)
			return NULL;
		only = member_at(u, i);
	}
	return only;
}

enum { SHAPE_OTHER, SHAPE_RECORD, SHAPE_MAP, SHAPE_LIST, SHAPE_ANY };

static int shape_of(const Type *t)
{
	switch (inner(t)->kind) {
	case TYPE_RECORD:
		return SHAPE_RECORD;
	case TYPE_MAP:
		return SHAPE_MAP;
	case TYPE_LIST:
	case TYPE_SET:
		return SHAPE_LIST;
	case TYPE_JSON:
		return SHAPE_ANY;
	default:
		return SHAPE_OTHER;
	}
}

bool type_union_is_ambiguous(const Type *u, const Type **ret_a, const Type **ret_b)
{
	Str field;
	bool has_tag;

	u = inner(u);
	if (is_literal_set(u))
		return false;
	has_tag = type_discriminator(u, &field);
	for (uint32_t i = 0; i < member_count(u); i++) {
		for (uint32_t j = 0; j < i; j++) {
			int a = shape_of(member_at(u, j)), b = shape_of(member_at(u, i));
			bool is_same = a == b || (a == SHAPE_RECORD && b == SHAPE_MAP) ||
				       (a == SHAPE_MAP && b == SHAPE_RECORD);

			if (a != SHAPE_ANY && b != SHAPE_ANY &&
				(!is_same || a == SHAPE_OTHER ||
					(a == SHAPE_RECORD && b == SHAPE_RECORD && has_tag)))
				continue;
			*ret_a = member_at(u, j);
			*ret_b = member_at(u, i);
			return true;
		}
	}
	return false;
}

bool type_cases(Arena *a, const Type *type, const Value **ret, uint32_t *ret_count)
{
	Value *cases;

	type = inner(type);
	if (type->kind == TYPE_BOOL) {
		cases = ARENA_ARRAY(a, Value, 2);
		cases[0] = value_bool(false);
		cases[1] = value_bool(true);
		*ret = cases;
		*ret_count = 2;
		return true;
	}
	if (!is_literal_set(type))
		return false;
	cases = ARENA_ARRAY(a, Value, member_count(type));
	for (uint32_t i = 0; i < member_count(type); i++)
		cases[i] = member_at(type, i)->literal;
	*ret = cases;
	*ret_count = member_count(type);
	return true;
}
