/* Backoff with full jitter and a budget; token buckets that follow throttling.  Thread: loop. */
#ifndef STYX_WIRE_RETRY_H
#define STYX_WIRE_RETRY_H

#include "runtime/host/clock.h"
#include "runtime/host/fiber.h"

typedef struct Retry {
	int64_t base_ms, cap_ms;
	uint32_t attempts_max; /* with the first */
	uint32_t attempt;      /* made so far */
	Deadline until;
} Retry;

/* Waits before the next attempt (`hint_ms` from Retry-After, or 0) and counts it; false: no attempt
 * is left, the deadline would pass, or interrupted. */
bool retry_wait(Retry *r, Loop *l, int64_t hint_ms);

/* A rate of calls per second with a burst, and a concurrency limit; throttling halves the rate,
 * which then recovers by a tenth of its full value every second without throttling. */
typedef struct Rate Rate;
Rate *rate_new(Loop *l, double per_second, double burst, uint32_t concurrency);
Rate *rate_free(Rate *r);

/* Waits for a turn (false: interrupted); rate_done() gives it back. */
bool rate_take(Rate *r);
void rate_done(Rate *r, bool was_throttled);

#endif
