/* The growing of arrays. */
#include "compiler/base/vec.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"

#include <string.h>

enum { VEC_CAP_MIN = 4 };

/* Doubles the capacity and returns the bytes that takes. */
static size_t vec_next_cap(uint32_t len, uint32_t *cap, size_t size)
{
	CHECK(len < UINT32_MAX / 2);
	uint32_t grown = len < VEC_CAP_MIN ? VEC_CAP_MIN : len * 2;

	CHECK(grown <= SIZE_MAX / size);
	*cap = grown;
	return grown * size;
}

void *vec_grow(void *ptr, uint32_t len, uint32_t *cap, size_t size)
{
	return mem_realloc(ptr, vec_next_cap(len, cap, size));
}

void *vec_grow_in(Arena *a, const void *ptr, uint32_t len, uint32_t *cap, size_t size)
{
	void *grown = arena_alloc(a, vec_next_cap(len, cap, size), 16);

	if (len)
		memcpy(grown, ptr, len * size);
	return grown;
}

void vec_release(void *ptr)
{
	mem_free(ptr);
}
