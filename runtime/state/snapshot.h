/* States that may be read and not written.  Seen by state/ only.  Thread: loop. */
#ifndef STYX_STATE_SNAPSHOT_H
#define STYX_STATE_SNAPSHOT_H

#include "runtime/state/store_impl.h"

/* How long a reader waits for another process's lock. */
enum { SNAPSHOT_BUSY_MS = 5000 };

/* Puts a copy of the database at `s->path`, in memory, in the place of `s->db`, and marks the store
 * as such.  false: it cannot be read, either; `s->db` is then of no use. */
MUST_CHECK bool snapshot_open(Store *s);

#endif
