/* The only heap: every allocation of ours and of the libraries goes through here.
 *
 * Out of memory is fatal: the size is printed and the process aborts, which is harmless since
 * state is transactional.  Thread: any. */
#ifndef STYX_BASE_MEM_H
#define STYX_BASE_MEM_H

#include <stddef.h>

/* Returns `size` zeroed bytes (size 0: a valid pointer to nothing); ended with mem_free(). */
void *mem_alloc(size_t size);

/* Grows or shrinks `p` (or NULL) to `size` bytes; new bytes are not zeroed. */
void *mem_realloc(void *p, size_t size);

/* Frees what mem_alloc or mem_realloc gave; NULL is fine. */
void mem_free(void *p);

#define MEM_NEW(T) ((T *)mem_alloc(sizeof(T)))

#endif
