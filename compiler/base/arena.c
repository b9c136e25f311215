/* Arenas as a chain of blocks, filled from the front.
 *
 * Fresh blocks come zeroed from the heap, so only the block kept by a reset has to be cleared
 * again.  Under AddressSanitizer what was not handed out is poisoned, with a gap behind each
 * allocation. */
#include "compiler/base/arena.h"

#include "compiler/base/attr.h"
#include "compiler/base/check.h"
#include "compiler/base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif
#if defined(ARENA_POISONS)
#include <sanitizer/asan_interface.h>
enum { ARENA_GAP_BYTES = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { ARENA_GAP_BYTES = 0 };
#endif

enum { ARENA_BLOCK_MIN = 4 << 10, ARENA_BLOCK_MAX = 1 << 20, ARENA_ALIGN_MAX = 16 };

typedef struct ArenaBlock ArenaBlock;
struct ArenaBlock {
	ArenaBlock *next;
	size_t size; /* of the bytes behind this header */
	_Alignas(ARENA_ALIGN_MAX) unsigned char bytes[];
};

struct Arena {
	unsigned char *at;  /* the next free byte of the first block */
	unsigned char *end; /* behind its last */
	ArenaBlock *blocks; /* the one being filled comes first */
	size_t used;
	size_t next_size;
	const char *name;
	bool is_dirty; /* the first block was used before the last reset */
};

Arena *arena_new(const char *name)
{
	Arena *a = MEM_NEW(Arena);

	a->name = name;
	a->next_size = ARENA_BLOCK_MIN;
	return a;
}

static void arena_free_block(ArenaBlock *block)
{
	ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size);
	mem_free(block);
}

Arena *arena_free(Arena *a)
{
	if (!a)
		return NULL;
	for (ArenaBlock *block = a->blocks, *next; block; block = next) {
		next = block->next;
		arena_free_block(block);
	}
	mem_free(a);
	return NULL;
}

void arena_reset(Arena *a)
{
	ArenaBlock *kept = a->blocks;

	a->used = 0;
	if (!kept)
		return;
	for (ArenaBlock *block = kept->next; block; block = block->next)
		if (block->size > kept->size)
			kept = block;
	for (ArenaBlock *block = a->blocks, *next; block; block = next) {
		next = block->next;
		if (block != kept)
			arena_free_block(block);
	}
	kept->next = NULL;
	a->blocks = kept;
	a->at = kept->bytes;
	a->end = kept->bytes + kept->size;
	a->is_dirty = true;
#if defined(STYX_SLOW_CHECKS)
	ASAN_UNPOISON_MEMORY_REGION(kept->bytes, kept->size);
	memset(kept->bytes, 0xdd, kept->size);
#endif
	ASAN_POISON_MEMORY_REGION(kept->bytes, kept->size);
}

static ArenaBlock *arena_block(size_t size)
{
	CHECK(size < SIZE_MAX / 2);
	ArenaBlock *block = mem_alloc(sizeof(*block) + size);

	block->size = size;
	ASAN_POISON_MEMORY_REGION(block->bytes, size);
	return block;
}

/* Gives a big piece a block of its own, behind the one being filled. */
static void *arena_alloc_own(Arena *a, size_t size)
{
	ArenaBlock *own = arena_block(size + ARENA_GAP_BYTES);

	if (a->blocks) {
		own->next = a->blocks->next;
		a->blocks->next = own;
	} else {
		a->blocks = own;
		a->at = a->end = own->bytes + own->size;
	}
	a->used += size;
	ASAN_UNPOISON_MEMORY_REGION(own->bytes, size);
	return own->bytes;
}

/* Allocates where the first block has no room. */
COLD static void *arena_alloc_slow(Arena *a, size_t size, size_t align)
{
	CHECK(size < SIZE_MAX / 4);
	if (size + ARENA_GAP_BYTES > a->next_size / 4)
		return arena_alloc_own(a, size);
	ArenaBlock *block = arena_block(a->next_size - sizeof(*block));

	if (a->next_size < ARENA_BLOCK_MAX)
		a->next_size *= 2;
	block->next = a->blocks;
	a->blocks = block;
	a->at = block->bytes;
	a->end = block->bytes + block->size;
	a->is_dirty = false;
	return arena_alloc(a, size, align);
}

void *arena_alloc(Arena *a, size_t size, size_t align)
{
	SLOW_CHECK(align && align <= ARENA_ALIGN_MAX && (align & (align - 1)) == 0);
	size_t pad = -(uintptr_t)a->at & (align - 1);
	size_t room = (size_t)(a->end - a->at);

	if (pad + ARENA_GAP_BYTES > room || size > room - pad - ARENA_GAP_BYTES || !a->at)
		return arena_alloc_slow(a, size, align);
	unsigned char *p = a->at + pad;

	a->at = p + size + ARENA_GAP_BYTES;
	a->used += size;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	if (a->is_dirty)
		memset(p, 0, size);
	return p;
}

size_t arena_used(const Arena *a)
{
	return a->used;
}
