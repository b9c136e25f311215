/* The journal: what is about to be done outside, written and committed before it is done.
 *
 *   intent ──the call was answered──▶ done | failed
 *      └──no answer, or the process died──▶ stays open, until resume settles it
 *
 * Invariants:
 *  1. Every change outside was preceded by a committed row here.
 *  2. The row of the object it is about is committed in the same transaction (a create has one
 *     with status `creating`), so resume needs nothing but the state.
 *  3. Outcomes are committed together with the object's row.
 *
 * Thread: loop. */
#ifndef STYX_STATE_JOURNAL_H
#define STYX_STATE_JOURNAL_H

#include "runtime/state/store.h"

typedef enum JournalVerb { JOURNAL_CREATE, JOURNAL_UPDATE, JOURNAL_DESTROY } JournalVerb;
typedef enum JournalPhase {
	JOURNAL_INTENT,
	JOURNAL_SENT, /* sent, and no answer came */
	JOURNAL_DONE,
	JOURNAL_FAILED,
} JournalPhase;

typedef struct JournalEntry {
	int64_t key, run;
	Str address;
	uint64_t generation;
	JournalVerb verb;
	Str call;    /* "ec2.CreateVpc" */
	Str token;   /* the idempotency token it carries */
	Str request; /* digest of the request, hex */
	JournalPhase phase;
	int64_t began_ms; /* wall clock */
	Str note;         /* why it failed */
} JournalEntry;

/* Writes an intent; durable only after the next store_commit(), which must come before the call. */
MUST_CHECK bool journal_intent(Store *s, const JournalEntry *entry, Diag *err);

/* Settles all open rows of one object; false in `err` only for the store's own failures. */
MUST_CHECK bool journal_settle(Store *s, const JournalEntry *outcome, Diag *err);

/* Lists the open rows, by address and generation, oldest first. */
MUST_CHECK bool journal_open(
	Store *s, Arena *a, JournalEntry **ret, uint32_t *ret_count, Diag *err);

/* The idempotency token of one attempt: a UUID made of lineage, address and generation. */
Str journal_token(const Store *s, Arena *a, Str address, uint64_t generation);

/* The marker of one attempt: who owns it, for tags and labels. */
Str journal_marker(const Store *s, Arena *a, Str address, uint64_t generation);

#endif
