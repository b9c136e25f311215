/* Leases: one writer per stack.
 *
 * Taking one gives a fencing token, one higher than any before; every transaction of the store
 * checks it.  A holder renews every LEASE_RENEW_MS; one that does not is dead after LEASE_TTL_MS,
 * and one whose process is gone from this machine is dead at once.  Thread: loop. */
#ifndef STYX_STATE_LEASE_H
#define STYX_STATE_LEASE_H

#include "runtime/state/store.h"

/* Takes the stack's lease and reads the stack's serial anew.
 * doing  "apply": shown to others.
 * err    STATE_LOCKED (RETRY): says who holds it, since when, from where, doing what. */
MUST_CHECK bool lease_take(Store *s, Str doing, Diag *err);

/* Pushes the expiry out.  err  LEASE_LOST (CONFLICT): stop, and write nothing more. */
MUST_CHECK bool lease_renew(Store *s, Diag *err);

/* Gives it back, committing what was written; without a lease nothing happens. */
MUST_CHECK bool lease_give(Store *s, Diag *err);

#endif
