/* Sets of names: most records have few fields, and for these a scan is quicker than a map. */
#include "compiler/types/name_set.h"

/* Returns `count` when the name is not among those in place. */
static uint32_t place_of(const NameSet *s, Str name)
{
	uint32_t i = 0;

	while (i < s->count && !str_eq(s->names[i], name))
		i++;
	return i;
}

void name_set_add(NameSet *s, Arena *a, Str name, const struct Node *node)
{
	uint32_t place = place_of(s, name);

	if (place < s->count) {
		s->nodes[place] = node;
		return;
	}
	if (s->count < NAME_SET_FEW) {
		s->names[s->count] = name;
		s->nodes[s->count++] = node;
		return;
	}
	if (!s->rest) {
		s->rest = ARENA_NEW(a, Map);
		map_init(s->rest, a);
	}
	map_put(s->rest, name, (void *)(uintptr_t)node);
}

const struct Node *name_set_find(const NameSet *s, Str name)
{
	uint32_t place = place_of(s, name);

	if (place < s->count)
		return s->nodes[place];
	return s->rest ? map_find(s->rest, name) : NULL;
}
