/* Arenas: zeroed, aligned, apart from each other, kept by a reset. */
#include "compiler/base/arena.h"

#include "tests/unit/test.h"

#include <string.h>

TEST(arena_gives_zeroed_aligned_memory)
{
	Arena *a = arena_new("test");
	uint32_t seed = 1;

	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		size_t size = seed >> 8 & 255;
		size_t align = (size_t)1 << (seed >> 20 & 3) << (seed >> 25 & 1);
		unsigned char *p = arena_alloc(a, size, align);

		CHECK_EQ((int64_t)((uintptr_t)p & (align - 1)), 0);
		for (size_t j = 0; j < size; j++)
			if (p[j])
				CHECK_NEVER("not zeroed");
		memset(p, 0xff, size);
	}
	arena_free(a);
}

TEST(arena_pieces_do_not_overlap)
{
	enum { PIECES = 3000 };
	Arena *a = arena_new("test");
	unsigned char *pieces[PIECES];
	size_t sizes[PIECES];

	for (size_t i = 0; i < PIECES; i++) {
		sizes[i] = i % 100 == 99 ? 70000 : i % 61 + 1;
		pieces[i] = arena_alloc(a, sizes[i], 8);
		memset(pieces[i], (int)(i % 251), sizes[i]);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			if (pieces[i][j] != i % 251)
				CHECK_NEVER("overwritten by another piece");
	arena_free(a);
}

TEST(arena_reset_gives_zeroed_memory_again)
{
	Arena *a = arena_new("test");

	arena_reset(a);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 1000; i++) {
			unsigned char *p = arena_alloc(a, 100, 16);

			for (int j = 0; j < 100; j++)
				if (p[j])
					CHECK_NEVER("not zeroed");
			memset(p, 0xaa, 100);
		}
		CHECK_EQ((int64_t)arena_used(a), 100000);
		arena_reset(a);
		CHECK_EQ((int64_t)arena_used(a), 0);
	}
	arena_free(a);
}

TEST(arena_holds_one_huge_piece)
{
	Arena *a = arena_new("test");
	size_t size = (size_t)5 << 20;
	unsigned char *p = arena_alloc(a, size, 1);

	p[0] = 1;
	p[size - 1] = 1;
	CHECK_THAT(ARENA_NEW(a, int) != NULL);
	CHECK_EQ((int64_t)arena_used(a), (int64_t)(size + sizeof(int)));
	CHECK_THAT(arena_free(a) == NULL);
	CHECK_THAT(arena_free(NULL) == NULL);
}
