/* Assertions about our own bugs, always compiled in.  Never used on input. */
#ifndef STYX_BASE_CHECK_H
#define STYX_BASE_CHECK_H

#include "compiler/base/attr.h"

/* Prints place and expression to stderr and aborts.  Thread: any. */
NORETURN void check_failed(const char *file, int line, const char *expr);

#define CHECK(cond) ((cond) ? (void)0 : check_failed(__FILE__, __LINE__, #cond))
#define UNREACHABLE() check_failed(__FILE__, __LINE__, "unreachable")

#ifdef STYX_SLOW_CHECKS
#define SLOW_CHECK(cond) CHECK(cond)
#else
#define SLOW_CHECK(cond) ((void)sizeof(cond))
#endif

#endif
