/* Maps and interned names, against naive models. */
#include "compiler/base/intern.h"
#include "compiler/base/map.h"

#include "tests/unit/test.h"

#include <string.h>

enum { KEYS = 300 };

static char key_texts[KEYS][8];

static Str key_of(int i)
{
	for (int j = 0, n = i; j < 7; j++, n /= 3)
		key_texts[i][j] = "abc"[n % 3];
	return (Str){key_texts[i], 7};
}

/* Puts, finds and removes at random, and compares with an array. */
static void map_against_array(Arena *arena, uint32_t seed)
{
	int values[KEYS];
	int *model[KEYS] = {0};
	uint32_t live = 0;
	Map m;

	map_init(&m, arena);
	for (int step = 0; step < 30000; step++) {
		seed = seed * 1664525 + 1013904223;
		int i = (int)((seed >> 12) % KEYS);

		if (seed >> 30) {
			int *value = &values[seed >> 8 & 63];

			CHECK_THAT(map_put(&m, key_of(i), value) == model[i]);
			live += !model[i];
			model[i] = value;
		} else {
			CHECK_THAT(map_remove(&m, key_of(i)) == (model[i] != NULL));
			live -= model[i] != NULL;
			model[i] = NULL;
		}
		i = (int)((seed >> 5) % KEYS);
		CHECK_THAT(map_find(&m, key_of(i)) == model[i]);
		CHECK_THAT(map_has(&m, key_of(i)) == (model[i] != NULL));
		CHECK_EQ(m.count, live);
	}
	uint32_t found = 0;

	for (uint32_t i = 0; i < m.item_count; i++)
		found += m.items[i].key.ptr != NULL;
	CHECK_EQ(found, live);
	map_fini(&m);
	CHECK_EQ(m.count, 0);
}

TEST(map_agrees_with_an_array)
{
	Arena *a = arena_new("test");

	map_against_array(NULL, 1);
	map_against_array(a, 2);
	arena_free(a);
}

TEST(map_keeps_the_order_of_insertion)
{
	Map m = {0};
	char x;

	for (int i = KEYS - 1; i >= 0; i--)
		map_put(&m, key_of(i), &x);
	for (uint32_t i = 0; i < m.item_count; i++)
		CHECK_THAT(str_eq(m.items[i].key, key_of(KEYS - 1 - (int)i)));
	map_fini(&m);
}

TEST(map_takes_the_empty_key)
{
	Map m = {0};
	char x, y;

	CHECK_THAT(!map_find(&m, STR_NONE));
	CHECK_THAT(!map_remove(&m, STR_NONE));
	CHECK_THAT(!map_put(&m, STR_NONE, &x));
	CHECK_THAT(map_put(&m, STR(""), &y) == &x);
	CHECK_THAT(map_find(&m, STR_NONE) == &y);
	CHECK_THAT(map_remove(&m, STR("")) && m.count == 0);
	map_fini(&m);
}

TEST_ABORTS(map_refuses_null)
{
	Map m = {0};

	map_put(&m, STR("a"), NULL);
}

TEST(map_intern_gives_equal_names_one_number)
{
	Arena *a = arena_new("test");
	Intern *t = intern_new(a);
	Sym syms[KEYS];

	CHECK_EQ(intern_sym(t, STR("")), 0);
	CHECK_EQ((int64_t)intern_str(t, 0).len, 0);
	for (int i = 0; i < KEYS; i++)
		syms[i] = intern_sym(t, key_of(i));
	for (int i = 0; i < KEYS; i++) {
		CHECK_EQ(intern_sym(t, key_of(i)), syms[i]);
		CHECK_THAT(str_eq(intern_str(t, syms[i]), key_of(i)));
		CHECK_EQ(intern_str(t, syms[i]).ptr[7], 0);
		CHECK_THAT(intern_copy(t, key_of(i)).ptr == intern_str(t, syms[i]).ptr);
	}
	arena_free(a);
}

TEST(map_reserves_room_without_losing_anything)
{
	Arena *a = arena_new("test");
	Map m;

	map_init(&m, a);
	map_put(&m, STR("first"), a);
	map_reserve(&m, 1000);
	uint32_t cap = m.cap;

	for (int i = 1; i < 1000; i++)
		map_put(&m, str_print(a, "key %d", i), a);
	CHECK_EQ(m.cap, cap);
	CHECK_EQ(m.count, 1000);
	map_reserve(&m, 1); /* never less */
	CHECK_EQ(m.cap, cap);
	CHECK_THAT(map_has(&m, STR("first")) && map_has(&m, STR("key 999")));
	arena_free(a);
}
