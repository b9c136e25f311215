/* Backoff with full jitter (a random wait between 0 and a doubling bound), and rates as token
 * buckets that are halved by throttling and recover by themselves. */
#include "runtime/wire/retry.h"

#include "compiler/base/mem.h"
#include "runtime/host/random.h"

enum { RATE_RECOVERY_PARTS = 10, RATE_MS = 1000 };
static const double rate_floor_part = 0.05; /* throttling never lowers a rate below this */

bool retry_wait(Retry *r, Loop *l, int64_t hint_ms)
{
	int64_t bound = r->base_ms;

	if (++r->attempt >= r->attempts_max || loop_interrupts(l) >= 2)
		return false;
	for (uint32_t i = 1; i < r->attempt && bound < r->cap_ms; i++)
		bound *= 2;
	if (bound > r->cap_ms)
		bound = r->cap_ms;
	int64_t wait = hint_ms > 0 ? hint_ms
				   : 1 + (int64_t)random_below((uint64_t)(bound > 1 ? bound : 1));
	if (wait > clock_left_ms(r->until))
		return false;
	return fiber_sleep(l, wait);
}

struct Rate {
	Loop *loop;
	double full; /* calls per second when nobody complains; 0: unlimited */
	double now;  /* calls per second at present */
	double burst;
	double tokens;
	int64_t last_ms; /* when tokens were counted last */
	FiberSlots slots;
};

Rate *rate_new(Loop *l, double per_second, double burst, uint32_t concurrency)
{
	Rate *r = MEM_NEW(Rate);

	r->loop = l;
	r->full = r->now = per_second;
	r->burst = r->tokens = burst > 1 ? burst : 1;
	r->last_ms = clock_mono_ms();
	fiber_slots_init(&r->slots, l, concurrency);
	return r;
}

Rate *rate_free(Rate *r)
{
	if (!r)
		return NULL;
	fiber_slots_fini(&r->slots);
	mem_free(r);
	return NULL;
}

static void refill(Rate *r)
{
	int64_t now_ms = clock_mono_ms();
	double seconds = (double)(now_ms - r->last_ms) / RATE_MS;

	r->last_ms = now_ms;
	r->now += seconds * r->full / RATE_RECOVERY_PARTS;
	if (r->now > r->full)
		r->now = r->full;
	r->tokens += seconds * r->now;
	if (r->tokens > r->burst)
		r->tokens = r->burst;
}

bool rate_take(Rate *r)
{
	fiber_slots_take(&r->slots);
	if (r->full <= 0)
		return true;
	refill(r);
	while (r->tokens < 1) {
		double missing = 1 - r->tokens;

		if (!fiber_sleep(r->loop, 1 + (int64_t)(missing / r->now * RATE_MS))) {
			fiber_slots_give(&r->slots);
			return false;
		}
		refill(r);
	}
	r->tokens -= 1;
	return true;
}

void rate_done(Rate *r, bool was_throttled)
{
	fiber_slots_give(&r->slots);
	if (!was_throttled || r->full <= 0)
		return;
	refill(r);
	r->now /= 2;
	if (r->now < r->full * rate_floor_part)
		r->now = r->full * rate_floor_part;
	r->tokens = 0;
}
