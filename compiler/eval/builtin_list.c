/* Built-ins on lists.  Those that only move elements take deferred ones (builtin_is_shallow).
 * Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/map.h"
#include "compiler/base/utf8.h"

enum { ITEMS_MAX = VALUE_ITEMS_MAX };

typedef Vec(Value) Values;

static Value list_of(OpCtx *c, const Values *v)
{
	return value_list(c->arena, v->ptr, v->len);
}

static bool length_of(OpCtx *c, const Value *args, uint32_t count, int64_t *ret)
{
	Value v = count > 0 ? args[0] : VALUE_NULL;

	if (v.kind == VAL_STRING)
		*ret = (int64_t)utf8_count(v.as.text);
	else if (v.kind == VAL_MAP)
		*ret = v.as.map->len;
	else if (v.kind == VAL_LIST || v.kind == VAL_SET)
		*ret = v.as.list->len;
	else
		return (void)op_fail(c, DIAG_CALL_FAILED, "a %.*s has no length",
			       STR_ARG(value_kind_name(v.kind))),
		       false;
	return true;
}

FN(LEN)
{
	int64_t n;

	return length_of(c, args, count, &n) ? value_int(n) : VALUE_NULL;
}

FN(IS_EMPTY)
{
	int64_t n;

	return length_of(c, args, count, &n) ? value_bool(n == 0) : VALUE_NULL;
}

FN(SEQUENCE)
{
	int64_t from, to, step = 1;
	Values made = {0};

	if (!builtin_int(c, args, count, 0, &from) || !builtin_int(c, args, count, 1, &to) ||
		(!builtin_is_absent(args, count, 2) && !builtin_int(c, args, count, 2, &step)))
		return VALUE_NULL;
	if (step == 0)
		return op_fail(c, DIAG_CALL_FAILED, "a step of 0 does not get anywhere");
	for (int64_t n = from; step > 0 ? n <= to : n >= to; n += step) {
		if (made.len == ITEMS_MAX)
			return op_fail(c, DIAG_FUEL, "a list of more than %d elements", ITEMS_MAX);
		vec_add(c->arena, &made, value_int(n));
		if (step > 0 ? n > INT64_MAX - step : n < INT64_MIN - step)
			break;
	}
	return list_of(c, &made);
}

FN(FILL)
{
	int64_t times;
	Value *items;

	if (!builtin_int(c, args, count, 1, &times))
		return VALUE_NULL;
	if (times < 0 || times > ITEMS_MAX)
		return op_fail(c, DIAG_CALL_FAILED, "a list of %lld elements", (long long)times);
	items = ARENA_ARRAY(c->arena, Value, times);
	for (int64_t i = 0; i < times; i++)
		items[i] = args[0];
	return value_list(c->arena, items, (uint32_t)times);
}

FN(LIST)
{
	const ValueList *list;

	return builtin_items(c, args, count, 0, &list)
		       ? value_list(c->arena, list->items, list->len)
		       : VALUE_NULL;
}

/* Appends the elements of every list among `lists`. */
static Value joined(OpCtx *c, const Value *lists, uint32_t count)
{
	Values made = {0};
	const ValueList *list;

	for (uint32_t i = 0; i < count; i++) {
		if (!builtin_items(c, lists, count, i, &list))
			return VALUE_NULL;
		for (uint32_t n = 0; n < list->len; n++)
			vec_add(c->arena, &made, list->items[n]);
	}
	return list_of(c, &made);
}

FN(CONCAT_LISTS)
{
	return joined(c, args, count);
}

FN(FLATTEN)
{
	const ValueList *lists;

	return builtin_items(c, args, count, 0, &lists) ? joined(c, lists->items, lists->len)
							: VALUE_NULL;
}

/* Says whether the value was added to `seen` now; keys live in the arena. */
static bool is_new(OpCtx *c, Map *seen, Buf *scratch, Value v)
{
	buf_clear(scratch);
	value_encode(scratch, v);
	if (map_has(seen, buf_str(scratch)))
		return false;
	(void)map_put(seen, str_copy(c->arena, buf_str(scratch)), seen);
	return true;
}

FN(DISTINCT)
{
	const ValueList *list;
	Values made = {0};
	Map seen;
	Buf scratch;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	map_init(&seen, c->arena);
	buf_init(&scratch, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < list->len; i++) {
		if (is_new(c, &seen, &scratch, list->items[i]))
			vec_add(c->arena, &made, list->items[i]);
	}
	buf_fini(&scratch);
	return list_of(c, &made);
}

/* What is sorted, and by what; merge sort, which is stable. */
typedef struct Keyed {
	Value key;
	Value value;
} Keyed;

static void merge_sort(Keyed *items, Keyed *scratch, uint32_t n)
{
	uint32_t half = n / 2, a = 0, b = half;

	if (n < 2)
		return;
	merge_sort(items, scratch, half);
	merge_sort(items + half, scratch, n - half);
	for (uint32_t i = 0; i < n; i++) {
		bool left = b == n || (a < half && op_order(items[a].key, items[b].key) <= 0);

		scratch[i] = items[left ? a++ : b++];
	}
	for (uint32_t i = 0; i < n; i++)
		items[i] = scratch[i];
}

static Value sorted(OpCtx *c, const ValueList *list, const Str *field)
{
	Keyed *items = ARENA_ARRAY(c->arena, Keyed, list->len);
	Keyed *scratch = ARENA_ARRAY(c->arena, Keyed, list->len);
	Value *made = ARENA_ARRAY(c->arena, Value, list->len);

	for (uint32_t i = 0; i < list->len; i++) {
		const Value *key = field ? value_find(list->items[i], *field) : &list->items[i];

		if (!key || key->kind == VAL_NULL)
			return op_fail(c, DIAG_CALL_FAILED, "element %u has no `%.*s`", i,
				STR_ARG(field ? *field : STR("value")));
		items[i] = (Keyed){*key, list->items[i]};
	}
	merge_sort(items, scratch, list->len);
	for (uint32_t i = 0; i < list->len; i++)
		made[i] = items[i].value;
	return value_list(c->arena, made, list->len);
}

FN(SORT)
{
	const ValueList *list;

	return builtin_items(c, args, count, 0, &list) ? sorted(c, list, NULL) : VALUE_NULL;
}

FN(SORT_BY)
{
	const ValueList *list;
	Str field;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_text(c, args, count, 1, &field))
		return VALUE_NULL;
	return sorted(c, list, &field);
}

FN(REVERSE)
{
	const ValueList *list;
	Value *made;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, list->len);
	for (uint32_t i = 0; i < list->len; i++)
		made[i] = list->items[list->len - 1 - i];
	return value_list(c->arena, made, list->len);
}

/* Elements from `from` up to `to`, both clipped to the list. */
static Value part(OpCtx *c, const ValueList *list, int64_t from, int64_t to)
{
	int64_t n = list->len;

	from = from < 0 ? 0 : from > n ? n : from;
	to = to > n ? n : to < from ? from : to;
	return value_list(c->arena, list->items + from, (uint32_t)(to - from));
}

FN(SLICE)
{
	const ValueList *list;
	int64_t from, to = INT64_MAX;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_int(c, args, count, 1, &from) ||
		(!builtin_is_absent(args, count, 2) && !builtin_int(c, args, count, 2, &to)))
		return VALUE_NULL;
	return part(c, list, from < 0 ? from + list->len : from, to < 0 ? to + list->len : to);
}

FN(TAKE)
{
	const ValueList *list;
	int64_t n;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_int(c, args, count, 1, &n))
		return VALUE_NULL;
	return part(c, list, 0, n);
}

FN(DROP)
{
	const ValueList *list;
	int64_t n;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_int(c, args, count, 1, &n))
		return VALUE_NULL;
	return part(c, list, n, INT64_MAX);
}

FN(FIRST)
{
	const ValueList *list;

	return builtin_items(c, args, count, 0, &list) && list->len > 0 ? list->items[0]
									: VALUE_NULL;
}

FN(LAST)
{
	const ValueList *list;

	return builtin_items(c, args, count, 0, &list) && list->len > 0 ? list->items[list->len - 1]
									: VALUE_NULL;
}

FN(ONLY)
{
	const ValueList *list;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	if (list->len != 1)
		return op_fail(c, DIAG_CALL_FAILED, "expected one element, found %u", list->len);
	return list->items[0];
}

FN(ELEMENT)
{
	const ValueList *list;
	int64_t i;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_int(c, args, count, 1, &i))
		return VALUE_NULL;
	if (list->len == 0)
		return op_fail(c, DIAG_CALL_FAILED, "an element of an empty list");
	i %= list->len;
	return list->items[i < 0 ? i + list->len : i];
}

FN(INDEX_OF)
{
	const ValueList *list;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	for (uint32_t i = 0; i < list->len && count > 1; i++) {
		if (op_equal(list->items[i], args[1]))
			return value_int(i);
	}
	return VALUE_NULL;
}

FN(INDICES)
{
	const ValueList *list;
	Value *made;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, list->len);
	for (uint32_t i = 0; i < list->len; i++)
		made[i] = value_int(i);
	return value_list(c->arena, made, list->len);
}

/* Of lists and sets op_apply() has made `in`. */
FN(CONTAINS)
{
	Str text, part_text;

	if (!builtin_text(c, args, count, 0, &text) || !builtin_text(c, args, count, 1, &part_text))
		return VALUE_NULL;
	return value_bool(str_has(text, part_text));
}

FN(COUNT)
{
	const ValueList *list;
	int64_t n = 0;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	for (uint32_t i = 0; i < list->len && count > 1; i++)
		n += op_equal(list->items[i], args[1]);
	return value_int(n);
}

static Value quantified(OpCtx *c, const Value *args, uint32_t count, bool decides)
{
	const ValueList *list;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	for (uint32_t i = 0; i < list->len; i++) {
		if (list->items[i].kind != VAL_BOOL)
			return op_fail(c, DIAG_CALL_FAILED, "element %u is not true or false", i);
		if (list->items[i].as.boolean == decides)
			return value_bool(decides);
	}
	return value_bool(!decides);
}

FN(ALL)
{
	return quantified(c, args, count, false);
}

FN(ANY)
{
	return quantified(c, args, count, true);
}

FN(CHUNK)
{
	const ValueList *list;
	int64_t size;
	Values made = {0};

	if (!builtin_items(c, args, count, 0, &list) || !builtin_int(c, args, count, 1, &size))
		return VALUE_NULL;
	if (size < 1)
		return op_fail(c, DIAG_CALL_FAILED, "parts of %lld elements", (long long)size);
	for (int64_t at = 0; at < list->len; at += size) {
		vec_add(c->arena, &made, part(c, list, at, at + size));
		if (size > INT64_MAX - at)
			break;
	}
	return list_of(c, &made);
}

static Value pair_of(OpCtx *c, Value first, Value second)
{
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, 2);
	uint32_t n = 0;

	if (first.kind != VAL_NULL)
		entries[n++] = (ValueEntry){STR("first"), first};
	if (second.kind != VAL_NULL)
		entries[n++] = (ValueEntry){STR("second"), second};
	return value_map(c->arena, entries, n);
}

FN(ZIP)
{
	const ValueList *a, *b;
	Values made = {0};

	if (!builtin_items(c, args, count, 0, &a) || !builtin_items(c, args, count, 1, &b))
		return VALUE_NULL;
	for (uint32_t i = 0; i < a->len && i < b->len; i++)
		vec_add(c->arena, &made, pair_of(c, a->items[i], b->items[i]));
	return list_of(c, &made);
}

FN(PAIRS)
{
	const ValueList *a, *b;
	Values made = {0};

	if (!builtin_items(c, args, count, 0, &a) || !builtin_items(c, args, count, 1, &b))
		return VALUE_NULL;
	if ((uint64_t)a->len * b->len > ITEMS_MAX)
		return op_fail(c, DIAG_FUEL, "a list of more than %d elements", ITEMS_MAX);
	for (uint32_t i = 0; i < a->len; i++) {
		for (uint32_t j = 0; j < b->len; j++)
			vec_add(c->arena, &made, pair_of(c, a->items[i], b->items[j]));
	}
	return list_of(c, &made);
}

FN(COMBINE)
{
	uint64_t total = count > 0;
	const ValueList *list;
	Value *made;

	for (uint32_t i = 0; i < count; i++) {
		if (!builtin_items(c, args, count, i, &list))
			return VALUE_NULL;
		total *= list->len;
		if (total * count > ITEMS_MAX)
			return op_fail(c, DIAG_FUEL, "a list of more than %d elements", ITEMS_MAX);
	}
	made = ARENA_ARRAY(c->arena, Value, total);
	for (uint64_t n = 0; n < total; n++) {
		Value *row = ARENA_ARRAY(c->arena, Value, count);
		uint64_t rest = n;

		for (uint32_t i = count; i-- > 0;) {
			list = args[i].as.list;
			row[i] = list->items[rest % list->len];
			rest /= list->len;
		}
		made[n] = value_list(c->arena, row, count);
	}
	return value_list(c->arena, made, (uint32_t)total);
}

FN(COMPACT)
{
	const ValueList *list;
	Values made = {0};

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	for (uint32_t i = 0; i < list->len; i++) {
		Value v = list->items[i];

		if (v.kind != VAL_NULL && (v.kind != VAL_STRING || v.as.text.len > 0))
			vec_add(c->arena, &made, v);
	}
	return list_of(c, &made);
}
