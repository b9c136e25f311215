/* Map: from Str to a pointer or a number, open addressing, keeps the order of insertion.
 *
 * Keys are borrowed, not copied: they must outlive the map.  A zeroed Map with a NULL arena is a
 * valid, empty heap map.  Thread: one at a time. */
#ifndef STYX_BASE_MAP_H
#define STYX_BASE_MAP_H

#include "compiler/base/str.h"

typedef struct MapItem {
	Str key;
	uint64_t hash;
	void *value;
} MapItem;

typedef struct Map {
	Arena *arena;   /* NULL: the heap */
	MapItem *items; /* in order of insertion; removed ones have key.ptr == NULL */
	uint32_t *slots;
	uint32_t item_count; /* with removed ones: the bound for a loop over `items` */
	uint32_t count;      /* live ones */
	uint32_t cap;
} Map;

/* Makes an empty map; `arena` NULL puts it on the heap, ended with map_fini(). */
void map_init(Map *m, Arena *arena);

/* Frees a heap map; for one in an arena it only empties. */
void map_fini(Map *m);

/* Makes room for `count` items in all, so that putting them moves nothing. */
void map_reserve(Map *m, uint32_t count);

/* Sets `key` to `value` (not NULL); returns the value that stood there before, or NULL. */
void *map_put(Map *m, Str key, void *value);

/* Returns the value of `key`, or NULL. */
void *map_find(const Map *m, Str key);

/* Says whether `key` is there; removes it and says whether it was. */
bool map_has(const Map *m, Str key);
bool map_remove(Map *m, Str key);

#endif
