/* The heap.  Running out of it ends the process here and nowhere else. */
#include "compiler/base/mem.h"

#include "compiler/base/attr.h"

#include <stdio.h>
#include <stdlib.h>

COLD NORETURN static void mem_exhausted(size_t size)
{
	fprintf(stderr, "styx: out of memory: %zu bytes wanted\n", size);
	abort();
}

void *mem_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		mem_exhausted(size);
	return p;
}

void *mem_realloc(void *p, size_t size)
{
	void *grown = realloc(p, size ? size : 1);

	if (!grown)
		mem_exhausted(size);
	return grown;
}

void mem_free(void *p)
{
	free(p);
}
