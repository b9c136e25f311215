/* Open addressing over an array of items: a slot holds an item's index + 1.
 *
 * A removed item stays as a gap (key.ptr NULL) until the next growth, so that its slot goes on
 * leading to what was put behind it. */
#include "compiler/base/map.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"

#include <string.h>

enum { MAP_CAP_MIN = 8 };

void map_init(Map *m, Arena *arena)
{
	*m = (Map){.arena = arena};
}

void map_fini(Map *m)
{
	if (!m->arena) {
		mem_free(m->items);
		mem_free(m->slots);
	}
	*m = (Map){.arena = m->arena};
}

/* The items that fit beside `cap` slots: three of four. */
static uint32_t map_room(uint32_t cap)
{
	return cap - cap / 4;
}

static void map_link(Map *m, uint32_t index)
{
	uint32_t slot = (uint32_t)m->items[index].hash & (m->cap - 1);

	while (m->slots[slot])
		slot = (slot + 1) & (m->cap - 1);
	m->slots[slot] = index + 1;
}

/* Moves everything into a table of `cap` slots, without the gaps. */
static void map_rebuild(Map *m, uint32_t cap)
{
	size_t item_bytes = map_room(cap) * sizeof(MapItem);
	size_t slot_bytes = cap * sizeof(uint32_t);
	Map grown = {.arena = m->arena, .cap = cap};

	if (m->arena) {
		grown.items = arena_alloc(m->arena, item_bytes, _Alignof(MapItem));
		grown.slots = arena_alloc(m->arena, slot_bytes, _Alignof(uint32_t));
	} else {
		grown.items = mem_alloc(item_bytes);
		grown.slots = mem_alloc(slot_bytes);
	}
	for (uint32_t i = 0; i < m->item_count; i++) {
		if (!m->items[i].key.ptr)
			continue;
		grown.items[grown.item_count] = m->items[i];
		map_link(&grown, grown.item_count++);
	}
	grown.count = grown.item_count;
	map_fini(m);
	*m = grown;
}

static void map_grow(Map *m)
{
	uint32_t cap = m->cap ? m->cap : MAP_CAP_MIN;

	while (m->count + 1 > map_room(cap) / 2) {
		CHECK(cap < UINT32_MAX / 2);
		cap *= 2;
	}
	map_rebuild(m, cap);
}

void map_reserve(Map *m, uint32_t count)
{
	uint32_t cap = MAP_CAP_MIN;

	while (map_room(cap) < count) {
		CHECK(cap < UINT32_MAX / 2);
		cap *= 2;
	}
	if (cap > m->cap)
		map_rebuild(m, cap);
}

static MapItem *map_item(const Map *m, Str key, uint64_t hash)
{
	if (!m->cap)
		return NULL;
	for (uint32_t slot = (uint32_t)hash;; slot++) {
		uint32_t index = m->slots[slot & (m->cap - 1)];

		if (!index)
			return NULL;
		MapItem *item = &m->items[index - 1];

		if (item->hash == hash && item->key.ptr && str_eq(item->key, key))
			return item;
	}
}

void *map_put(Map *m, Str key, void *value)
{
	uint64_t hash = str_hash(key);
	MapItem *item = map_item(m, key, hash);

	CHECK(value);
	if (item) {
		void *old = item->value;

		item->value = value;
		return old;
	}
	if (!m->cap || m->item_count == map_room(m->cap))
		map_grow(m);
	if (!key.ptr)
		key = STR("");
	m->items[m->item_count] = (MapItem){key, hash, value};
	map_link(m, m->item_count++);
	m->count++;
	return NULL;
}

void *map_find(const Map *m, Str key)
{
	if (!m->count)
		return NULL;
	MapItem *item = map_item(m, key, str_hash(key));

	return item ? item->value : NULL;
}

bool map_has(const Map *m, Str key)
{
	return map_find(m, key) != NULL;
}

bool map_remove(Map *m, Str key)
{
	MapItem *item = m->count ? map_item(m, key, str_hash(key)) : NULL;

	if (!item)
		return false;
	item->key = STR_NONE;
	item->value = NULL;
	m->count--;
	return true;
}
