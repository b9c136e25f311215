/* Time: the only clock.  Tests can hold it still.  Thread: any. */
#ifndef STYX_HOST_CLOCK_H
#define STYX_HOST_CLOCK_H

#include "compiler/base/str.h"

/* An absolute point of monotonic time, in milliseconds; DEADLINE_NEVER never passes. */
typedef int64_t Deadline;
#define DEADLINE_NEVER INT64_MAX

/* Milliseconds since 1970 (wall clock), and since some fixed point (monotonic). */
int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);

/* A deadline `ms` from now; milliseconds left until it, never negative. */
Deadline clock_deadline(int64_t ms);
int64_t clock_left_ms(Deadline d);

/* Text of a wall time, UTC: "2026-01-31T12:34:56Z"; "20260131T123456Z" as signatures want it. */
Str clock_print_iso(Arena *a, int64_t wall_ms);
Str clock_print_compact(Arena *a, int64_t wall_ms);

/* Parses RFC 3339 ("2026-01-31T12:34:56.5Z", with an offset too) or RFC 7231 dates; false: neither.
 */
bool clock_parse(Str text, int64_t *ret_wall_ms);

/* Makes the wall clock stand at `wall_ms` from now on (-1: run again).  For tests. */
void clock_freeze(int64_t wall_ms);

#endif
