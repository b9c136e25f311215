/* Interned names: the index of an item of a Map, plus one, is its number. */
#include "compiler/base/intern.h"

#include "compiler/base/check.h"
#include "compiler/base/map.h"

struct Intern {
	Arena *arena;
	Map names; /* name to its Sym; nothing is ever removed, so items stand in order of Sym */
};

Intern *intern_new(Arena *a)
{
	Intern *t = ARENA_NEW(a, Intern);

	t->arena = a;
	map_init(&t->names, a);
	return t;
}

Sym intern_sym(Intern *t, Str name)
{
	if (!name.len)
		return 0;
	const void *known = map_find(&t->names, name);

	if (known)
		return (Sym)(uintptr_t)known;
	Sym sym = t->names.item_count + 1;

	map_put(&t->names, str_copy(t->arena, name), (void *)(uintptr_t)sym);
	return sym;
}

Str intern_str(const Intern *t, Sym sym)
{
	CHECK(sym <= t->names.item_count);
	return sym ? t->names.items[sym - 1].key : STR("");
}

Str intern_copy(Intern *t, Str name)
{
	return intern_str(t, intern_sym(t, name));
}
