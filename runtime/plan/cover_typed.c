/* One function for each kind of value that has parts. */
#include "runtime/plan/cover_typed.h"

#include "compiler/base/attr.h"

Str cover_join(Arena *a, Str path, Str key)
{
	return path.len ? str_print(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key)) : key;
}

/* The type of the part `key` of a record or map; below `secret` everything is so. */
static const Type *typed_part(const Type *t, Str key)
{
	const TypeField *field;

	if (t->kind == TYPE_MAP)
		return t->elem;
	if (t->kind != TYPE_RECORD)
		return t->kind == TYPE_SECRET ? t : NULL;
	field = type_field(t, key);
	return field ? field->type : t->elem;
}

static bool typed_entries(const CoverTyped *c, Str path, const Type *t, Value v, Value *ret)
{
	const ValueMap *map = v.as.map;
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, map->len);

	for (uint32_t i = 0; i < map->len; i++) {
		Str key = map->entries[i].key;

		entries[i].key = key;
		if (!cover_typed(c, cover_join(c->arena, path, key), typed_part(t, key),
			    map->entries[i].value, &entries[i].value))
			return false;
	}
	*ret = map->has_int_keys ? value_int_map(c->arena, entries, map->len)
				 : value_map(c->arena, entries, map->len);
	return true;
}

static bool typed_items(const CoverTyped *c, Str path, const Type *t, Value v, Value *ret)
{
	uint32_t len = v.as.list->len;
	Value *items = ARENA_ARRAY(c->arena, Value, len);
	Str at = cover_join(c->arena, path, STR("*"));

	for (uint32_t i = 0; i < len; i++)
		if (!cover_typed(c, at, t->kind == TYPE_SECRET ? t : t->elem, v.as.list->items[i],
			    &items[i]))
			return false;
	*ret = v.kind == VAL_SET ? value_set(c->arena, items, len)
				 : value_list(c->arena, items, len);
	return true;
}

bool cover_typed(const CoverTyped *c, Str path, const Type *t, Value v, Value *ret)
{
	bool has_items = v.kind == VAL_LIST || v.kind == VAL_SET;

	*ret = v;
	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN))
		t = t->elem;
	if (!t || v.kind == VAL_NULL || v.kind == VAL_DEFERRED)
		return true;
	if (t->kind == TYPE_SECRET && value_is_known(v))
		return c->secret(c->ctx, path, v, ret);
	if (t->kind == TYPE_UNION) {
		/* Which member it is makes no difference: what one of them calls secret is. */
		for (uint32_t i = 0; i < t->count; i++)
			if (!cover_typed(c, path, t->members[i], *ret, ret))
				return false;
		return true;
	}
	if (v.kind == VAL_MAP &&
		(t->kind == TYPE_MAP || t->kind == TYPE_RECORD || t->kind == TYPE_SECRET))
		return typed_entries(c, path, t, v, ret);
	if (has_items && (t->kind == TYPE_LIST || t->kind == TYPE_SET || t->kind == TYPE_SECRET))
		return typed_items(c, path, t, v, ret);
	return true;
}
