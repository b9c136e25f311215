/* Bytes that must not leak: locked in memory, wiped at the end.  Its type cannot be printed.
 * Thread: any. */
#ifndef STYX_HOST_SECRET_H
#define STYX_HOST_SECRET_H

#include "compiler/base/str.h"

typedef struct Secret Secret;

/* Copies `bytes`; ended with secret_free(), which wipes it.  Locking is tried, not required. */
Secret *secret_new(Str bytes);
Secret *secret_free(Secret *s);

/* Borrows the bytes: they must not be copied to what lives longer. */
Str secret_bytes(const Secret *s);

/* Overwrites memory so that the compiler cannot leave it out. */
void secret_wipe(void *p, size_t n);

#endif
