/* Names as 32-bit numbers: equal names have equal Syms.  Thread: one at a time. */
#ifndef STYX_BASE_INTERN_H
#define STYX_BASE_INTERN_H

#include "compiler/base/str.h"

typedef uint32_t Sym; /* 0 is the empty name */
typedef struct Intern Intern;

/* Makes an empty table inside `a`; it lives as long as `a`. */
Intern *intern_new(Arena *a);

/* Returns the number of `name`, the same for equal names; copies the bytes when new. */
Sym intern_sym(Intern *t, Str name);

/* Returns the name of `sym`, with a NUL behind; lives as long as the table. */
Str intern_str(const Intern *t, Sym sym);

/* Returns the one stored copy of `name`: equal names give equal pointers. */
Str intern_copy(Intern *t, Str name);

#endif
