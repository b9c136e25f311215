/* Chance: the only source of randomness.  Thread: any. */
#ifndef STYX_HOST_RANDOM_H
#define STYX_HOST_RANDOM_H

#include "compiler/base/str.h"

/* Fills `n` bytes from the system's generator; failing is fatal. */
void random_bytes(void *ret, size_t n);
uint64_t random_u64(void);

/* A number in [0, n), unbiased; n > 0. */
uint64_t random_below(uint64_t n);

/* A random (version 4) UUID's text, in `a`. */
Str random_uuid(Arena *a);

#endif
