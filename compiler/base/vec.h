/* Vec(T): a growing array, on the heap or in an arena.
 *
 *     typedef Vec(int) Ints;
 *     Ints v = {0};
 *     vec_push(&v, 3);          heap: ended with vec_fini(&v)
 *     vec_add(arena, &v, 3);    arena: never ended; do not mix the two
 */
#ifndef STYX_BASE_VEC_H
#define STYX_BASE_VEC_H

#include "compiler/base/arena.h"

#include <stdint.h>

#define Vec(T)                                                                                     \
	struct {                                                                                   \
		T *ptr;                                                                            \
		uint32_t len;                                                                      \
		uint32_t cap;                                                                      \
	}

/* Returns a block for at least `len` + 1 items of `size` bytes, holding the old items, and sets
 * `*cap`; the macros call it.  On the heap the old block is freed. */
void *vec_grow(void *ptr, uint32_t len, uint32_t *cap, size_t size);
void *vec_grow_in(Arena *a, const void *ptr, uint32_t len, uint32_t *cap, size_t size);

/* Frees the block of a heap Vec; the macro calls it. */
void vec_release(void *ptr);

#define vec_push(v, x)                                                                             \
	((v)->len == (v)->cap ? (void)((v)->ptr = vec_grow(                                        \
					       (v)->ptr, (v)->len, &(v)->cap, sizeof(*(v)->ptr)))  \
			      : (void)0,                                                           \
		(void)((v)->ptr[(v)->len++] = (x)))
#define vec_add(a, v, x)                                                                           \
	((v)->len == (v)->cap ? (void)((v)->ptr = vec_grow_in((a), (v)->ptr, (v)->len, &(v)->cap,  \
					       sizeof(*(v)->ptr)))                                 \
			      : (void)0,                                                           \
		(void)((v)->ptr[(v)->len++] = (x)))
#define vec_fini(v) (vec_release((v)->ptr), (v)->ptr = NULL, (v)->len = (v)->cap = 0)

#endif
