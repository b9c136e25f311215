/* The end of the program when one of our own assumptions fails. */
#include "compiler/base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *expr)
{
	fprintf(stderr, "styx: a bug in styx: %s:%d: check failed: %s\n", file, line, expr);
	abort();
}
