/* Arenas: memory that is freed all at once.
 *
 * The compiler allocates nothing elsewhere; in the runtime a request, a step and a run have one
 * each.  Memory is zeroed, aligned to 16 bytes at most.  Blocks grow from 4 KiB to 1 MiB, so
 * an empty arena costs little.  Thread: one at a time. */
#ifndef STYX_BASE_ARENA_H
#define STYX_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;

/* Makes an arena; `name` must outlive it and is shown by --stats.  Ended with arena_free(). */
Arena *arena_new(const char *name);

/* Frees all that came from `a`, and `a`; returns NULL.  NULL is fine. */
Arena *arena_free(Arena *a);

/* Forgets all that came from `a` but keeps its largest block; in debug builds it is poisoned. */
void arena_reset(Arena *a);

/* Returns `size` zeroed bytes aligned to `align` (a power of two up to 16). */
void *arena_alloc(Arena *a, size_t size, size_t align);

/* Returns the bytes handed out since birth or reset. */
size_t arena_used(const Arena *a);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T), _Alignof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (size_t)(n), _Alignof(T)))

#endif
