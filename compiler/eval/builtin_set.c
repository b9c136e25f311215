/* Built-ins on sets; lists are taken for the sets of their elements.  Sets are sorted, so all of
 * these are merges of two sorted lists.  Thread: any. */
#include "compiler/eval/op_impl.h"

/* Reads operand `i` as a set. */
static bool set_of(OpCtx *c, const Value *args, uint32_t count, uint32_t i, const ValueList **ret)
{
	const ValueList *list;
	Value *copy;

	if (!builtin_items(c, args, count, i, &list))
		return false;
	if (args[i].kind == VAL_LIST) {
		copy = ARENA_ARRAY(c->arena, Value, list->len);
		for (uint32_t n = 0; n < list->len; n++)
			copy[n] = list->items[n];
		list = value_set(c->arena, copy, list->len).as.list;
	}
	*ret = list;
	return true;
}

enum { TAKE_LEFT = 1, TAKE_RIGHT = 2, TAKE_BOTH = 4 };

/* The elements that are in the left only, the right only, or both, as `take` says. */
static Value merged(OpCtx *c, const ValueList *a, const ValueList *b, int take)
{
	Value *made = ARENA_ARRAY(c->arena, Value, (size_t)a->len + b->len);
	uint32_t n = 0, i = 0, j = 0;

	while (i < a->len || j < b->len) {
		int order = i == a->len   ? 1
			    : j == b->len ? -1
					  : value_cmp(a->items[i], b->items[j]);

		if (take & (order < 0 ? TAKE_LEFT : order > 0 ? TAKE_RIGHT : TAKE_BOTH))
			made[n++] = order <= 0 ? a->items[i] : b->items[j];
		i += order <= 0;
		j += order >= 0;
	}
	return value_set(c->arena, made, n);
}

static Value folded(OpCtx *c, const Value *args, uint32_t count, int take)
{
	const ValueList *all, *next;
	Value result;

	if (count == 0)
		return value_set(c->arena, NULL, 0);
	if (!set_of(c, args, count, 0, &all))
		return VALUE_NULL;
	result = (Value){.kind = VAL_SET, .as.list = all};
	for (uint32_t i = 1; i < count; i++) {
		if (!set_of(c, args, count, i, &next))
			return VALUE_NULL;
		result = merged(c, result.as.list, next, take);
	}
	return result;
}

FN(SET)
{
	const ValueList *set;

	if (!set_of(c, args, count, 0, &set))
		return VALUE_NULL;
	return (Value){.kind = VAL_SET, .as.list = set};
}

FN(UNION)
{
	return folded(c, args, count, TAKE_LEFT | TAKE_RIGHT | TAKE_BOTH);
}

FN(INTERSECT)
{
	return folded(c, args, count, TAKE_BOTH);
}

FN(DIFFERENCE)
{
	return folded(c, args, count, TAKE_LEFT);
}

FN(SYMMETRIC_DIFFERENCE)
{
	return folded(c, args, count, TAKE_LEFT | TAKE_RIGHT);
}

FN(IS_SUBSET)
{
	const ValueList *a, *b;

	if (!set_of(c, args, count, 0, &a) || !set_of(c, args, count, 1, &b))
		return VALUE_NULL;
	return value_bool(merged(c, a, b, TAKE_LEFT).as.list->len == 0);
}

FN(IS_DISJOINT)
{
	const ValueList *a, *b;

	if (!set_of(c, args, count, 0, &a) || !set_of(c, args, count, 1, &b))
		return VALUE_NULL;
	return value_bool(merged(c, a, b, TAKE_BOTH).as.list->len == 0);
}
