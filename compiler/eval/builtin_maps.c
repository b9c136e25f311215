/* Built-ins on maps and records, and on lists of records.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/map.h"
#include "compiler/base/num.h"

typedef Vec(Value) Values;

/* A key as a value: an int in a map with int keys. */
static Value key_of(const ValueMap *map, uint32_t i)
{
	int64_t n;

	if (map->has_int_keys && num_parse_int(map->entries[i].key, &n))
		return value_int(n);
	return value_string(map->entries[i].key);
}

/* A map of the same kind of keys as `like`. */
static Value map_like(OpCtx *c, const ValueMap *like, ValueEntry *entries, uint32_t n)
{
	return like->has_int_keys ? value_int_map(c->arena, entries, n)
				  : value_map(c->arena, entries, n);
}

FN(KEYS)
{
	const ValueMap *map;
	Value *made;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, map->len);
	for (uint32_t i = 0; i < map->len; i++)
		made[i] = key_of(map, i);
	return value_list(c->arena, made, map->len);
}

FN(VALUES)
{
	const ValueMap *map;
	Value *made;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, map->len);
	for (uint32_t i = 0; i < map->len; i++)
		made[i] = map->entries[i].value;
	return value_list(c->arena, made, map->len);
}

FN(ENTRIES)
{
	const ValueMap *map;
	Value *made;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, map->len);
	for (uint32_t i = 0; i < map->len; i++) {
		ValueEntry *pair = ARENA_ARRAY(c->arena, ValueEntry, 2);

		pair[0] = (ValueEntry){STR("key"), key_of(map, i)};
		pair[1] = (ValueEntry){STR("value"), map->entries[i].value};
		made[i] = value_map(c->arena, pair, 2);
	}
	return value_list(c->arena, made, map->len);
}

/* A map of entries whose keys must differ; nulls are left out. */
static Value map_of_distinct(OpCtx *c, ValueEntry *entries, uint32_t count)
{
	uint32_t n = 0;
	Map seen;

	map_init(&seen, c->arena);
	for (uint32_t i = 0; i < count; i++) {
		if (map_put(&seen, entries[i].key, &seen))
			return op_fail(c, DIAG_CALL_FAILED, "the key `%.*s` comes twice",
				STR_ARG(entries[i].key));
		if (entries[i].value.kind != VAL_NULL)
			entries[n++] = entries[i];
	}
	return value_map(c->arena, entries, n);
}

FN(FROM_ENTRIES)
{
	const ValueList *list;
	ValueEntry *entries;

	if (!builtin_items(c, args, count, 0, &list))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, list->len);
	for (uint32_t i = 0; i < list->len; i++) {
		const Value *key = value_find(list->items[i], STR("key"));
		const Value *value = value_find(list->items[i], STR("value"));

		if (!key || key->kind != VAL_STRING)
			return op_fail(c, DIAG_CALL_FAILED, "element %u has no `key`", i);
		entries[i] = (ValueEntry){key->as.text, value ? *value : VALUE_NULL};
	}
	return map_of_distinct(c, entries, list->len);
}

FN(ZIP_MAP)
{
	const ValueList *keys, *values;
	ValueEntry *entries;

	if (!builtin_items(c, args, count, 0, &keys) || !builtin_items(c, args, count, 1, &values))
		return VALUE_NULL;
	if (keys->len != values->len)
		return op_fail(
			c, DIAG_CALL_FAILED, "%u keys and %u values", keys->len, values->len);
	for (uint32_t i = 0; i < keys->len; i++) {
		if (keys->items[i].kind == VAL_DEFERRED)
			return op_defer(c, OP_ZIP_MAP, args, count);
	}
	entries = ARENA_ARRAY(c->arena, ValueEntry, keys->len);
	for (uint32_t i = 0; i < keys->len; i++) {
		if (!builtin_text(c, keys->items, keys->len, i, &entries[i].key))
			return VALUE_NULL;
		entries[i].value = values->items[i];
	}
	return map_of_distinct(c, entries, keys->len);
}

FN(GET)
{
	const ValueMap *map;
	const Value *found;
	Str key;

	if (!builtin_map(c, args, count, 0, &map) || !op_key_text(c, args[1], &key))
		return VALUE_NULL;
	found = value_find(args[0], key);
	return found ? *found : VALUE_NULL;
}

FN(HAS)
{
	const ValueMap *map;
	Str key;

	if (!builtin_map(c, args, count, 0, &map) || !op_key_text(c, args[1], &key))
		return VALUE_NULL;
	return value_bool(value_find(args[0], key) != NULL);
}

FN(MERGE_MAPS)
{
	return op_access_apply(c, OP_MERGE, args, count);
}

static Value merge_deep(OpCtx *c, Value a, Value b)
{
	Value both[2] = {a, b};
	const ValueMap *later = b.as.map;
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, later->len);

	for (uint32_t i = 0; i < later->len; i++) {
		const Value *earlier = value_find(a, later->entries[i].key);

		entries[i] = later->entries[i];
		if (earlier && earlier->kind == VAL_MAP && entries[i].value.kind == VAL_MAP)
			entries[i].value = merge_deep(c, *earlier, entries[i].value);
	}
	both[1] = map_like(c, later, entries, later->len);
	return op_access_apply(c, OP_MERGE, both, 2);
}

FN(MERGE_DEEP)
{
	Value all = value_map(c->arena, NULL, 0);
	const ValueMap *map;

	for (uint32_t i = 0; i < count; i++) {
		if (!builtin_map(c, args, count, i, &map))
			return VALUE_NULL;
		all = i == 0 ? args[0] : merge_deep(c, all, args[i]);
	}
	return all;
}

/* The entries whose keys are among the names, or are not. */
static Value selected(OpCtx *c, const Value *args, uint32_t count, bool is_among)
{
	const ValueMap *map;
	ValueEntry *entries;
	uint32_t n = 0;
	Str name;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, map->len);
	for (uint32_t i = 0; i < map->len; i++) {
		bool is_named = false;

		for (uint32_t a = 1; a < count && !is_named; a++) {
			if (!builtin_text(c, args, count, a, &name))
				return VALUE_NULL;
			is_named = str_eq(name, map->entries[i].key);
		}
		if (is_named == is_among)
			entries[n++] = map->entries[i];
	}
	return map_like(c, map, entries, n);
}

FN(PICK)
{
	return selected(c, args, count, true);
}

FN(OMIT)
{
	return selected(c, args, count, false);
}

FN(DROP_NULLS)
{
	const ValueMap *map;
	ValueEntry *entries;
	uint32_t n = 0;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, map->len);
	for (uint32_t i = 0; i < map->len; i++) {
		if (map->entries[i].value.kind != VAL_NULL)
			entries[n++] = map->entries[i];
	}
	return map_like(c, map, entries, n);
}

FN(INVERT)
{
	const ValueMap *map;
	ValueEntry *entries;

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, map->len);
	for (uint32_t i = 0; i < map->len; i++) {
		if (map->entries[i].value.kind != VAL_STRING)
			return op_fail(c, DIAG_CALL_FAILED, "the value of `%.*s` is not a string",
				STR_ARG(map->entries[i].key));
		entries[i] = (ValueEntry){
			map->entries[i].value.as.text, value_string(map->entries[i].key)};
	}
	return map_of_distinct(c, entries, map->len);
}

/* Lists that grow under their keys, in the order of first use. */
typedef struct Groups {
	OpCtx *c;
	Map by_key;
} Groups;

static void group_add(Groups *g, Str key, Value v)
{
	Values *list = map_find(&g->by_key, key);

	if (!list) {
		list = ARENA_NEW(g->c->arena, Values);
		(void)map_put(&g->by_key, key, list);
	}
	vec_add(g->c->arena, list, v);
}

static Value group_map(Groups *g)
{
	ValueEntry *entries = ARENA_ARRAY(g->c->arena, ValueEntry, g->by_key.count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->by_key.item_count; i++) {
		const Values *list = g->by_key.items[i].value;

		entries[n++] = (ValueEntry){
			g->by_key.items[i].key, value_list(g->c->arena, list->ptr, list->len)};
	}
	return value_map(g->c->arena, entries, n);
}

FN(TRANSPOSE)
{
	const ValueMap *map;
	Groups g = {.c = c};

	if (!builtin_map(c, args, count, 0, &map))
		return VALUE_NULL;
	map_init(&g.by_key, c->arena);
	for (uint32_t i = 0; i < map->len; i++) {
		const ValueList *list;

		if (!builtin_items(c, &map->entries[i].value, 1, 0, &list))
			return VALUE_NULL;
		for (uint32_t n = 0; n < list->len; n++) {
			Str key;

			if (!builtin_text(c, list->items, list->len, n, &key))
				return VALUE_NULL;
			group_add(&g, key, value_string(map->entries[i].key));
		}
	}
	return group_map(&g);
}

FN(PREFIX_KEYS)
{
	const ValueMap *map;
	ValueEntry *entries;
	Str prefix;

	if (!builtin_map(c, args, count, 0, &map) || !builtin_text(c, args, count, 1, &prefix))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, map->len);
	for (uint32_t i = 0; i < map->len; i++) {
		Str both[2] = {prefix, map->entries[i].key};

		entries[i] = map->entries[i];
		entries[i].key = str_join(c->arena, both, 2, STR(""));
	}
	return value_map(c->arena, entries, map->len);
}

/* The text of one field of element `i`, to be a key. */
static bool field_text(OpCtx *c, const ValueList *list, uint32_t i, Str field, Str *ret)
{
	const Value *v = value_find(list->items[i], field);
	bool ok;
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	ok = v && op_print_scalar(&b, *v);
	if (ok)
		*ret = str_copy(c->arena, buf_str(&b));
	else
		(void)op_fail(c, DIAG_CALL_FAILED, "element %u has no `%.*s` that could be a key",
			i, STR_ARG(field));
	buf_fini(&b);
	return ok;
}

FN(GROUP_BY)
{
	const ValueList *list;
	Groups g = {.c = c};
	Str field, key;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_text(c, args, count, 1, &field))
		return VALUE_NULL;
	map_init(&g.by_key, c->arena);
	for (uint32_t i = 0; i < list->len; i++) {
		if (!field_text(c, list, i, field, &key))
			return VALUE_NULL;
		group_add(&g, key, list->items[i]);
	}
	return group_map(&g);
}

FN(INDEX_BY)
{
	const ValueList *list;
	ValueEntry *entries;
	Str field;

	if (!builtin_items(c, args, count, 0, &list) || !builtin_text(c, args, count, 1, &field))
		return VALUE_NULL;
	entries = ARENA_ARRAY(c->arena, ValueEntry, list->len);
	for (uint32_t i = 0; i < list->len; i++) {
		if (!field_text(c, list, i, field, &entries[i].key))
			return VALUE_NULL;
		entries[i].value = list->items[i];
	}
	return map_of_distinct(c, entries, list->len);
}

FN(FIRST_NOT_NULL)
{
	CHECK(c);
	for (uint32_t i = 0; i < count; i++) {
		if (args[i].kind != VAL_NULL)
			return args[i];
	}
	return VALUE_NULL;
}

FN(ERROR)
{
	Str message;

	if (!builtin_text(c, args, count, 0, &message))
		return VALUE_NULL;
	return op_fail(c, DIAG_ERROR_CALL, "%.*s", STR_ARG(message));
}

FN(NOT_NULL)
{
	Str message = STR("a value is null");

	if (count > 0 && args[0].kind != VAL_NULL)
		return args[0];
	if (!builtin_is_absent(args, count, 1) && !builtin_text(c, args, count, 1, &message))
		return VALUE_NULL;
	return op_fail(c, DIAG_NULL_ACCESS, "%.*s", STR_ARG(message));
}

FN(TYPE_NAME)
{
	CHECK(c);
	return value_string(value_kind_name(count > 0 ? args[0].kind : VAL_NULL));
}
