/* Secrets at rest: sealed where the value is needed again, a keyed digest where only a change
 * must be seen.
 *
 * AES-256-GCM with a fresh nonce and the row's identity as associated data, under a data key that
 * is wrapped by the key of the key file (made on first use, mode 0600) or of STYX_STATE_KEY.  Both
 * forms are secret handles (VAL_DEFERRED, RESIDUAL_SECRET) whose source is "sealed" or "digest",
 * so a value with secrets inside is printed, compared and encoded like any other.
 * Thread: loop. */
#ifndef STYX_STATE_SEAL_H
#define STYX_STATE_SEAL_H

#include "compiler/base/value.h"
#include "runtime/state/store.h"

/* Opens (or makes, once) the keys; the others call it themselves.
 * err  STATE_KEY (USER): missing or wrong; nothing was touched. */
MUST_CHECK bool seal_ready(Store *s, Diag *err);

/* Says early, and without a cipher, that the user's key is missing or no key at all; whether it is
 * the right one shows when it is used.  A state that has no keys yet needs none.
 * err  STATE_KEY (USER). */
MUST_CHECK bool seal_check(Store *s, Diag *err);

/* Seals `plain`; `row` names what it belongs to (the object's salt and the attribute's path). */
MUST_CHECK bool seal_value(Store *s, Str row, Value plain, Arena *a, Value *ret, Diag *err);

/* Opens what seal_value() made.  err  STATE_KEY, STATE_CORRUPT. */
MUST_CHECK bool seal_open(Store *s, const Residual *handle, Arena *a, Value *ret, Diag *err);

/* The same for whole files: nonce, tag, cipher text; `row` says what it is.
 * seal_open_bytes: false without an error where it was changed, or sealed by another key. */
MUST_CHECK bool seal_bytes(Store *s, Str row, Str plain, Arena *a, Str *ret, Diag *err);
MUST_CHECK bool seal_open_bytes(Store *s, Str row, Str sealed, Arena *a, Str *ret, Diag *err);

/* The keyed digest of `plain`, bound to `row`: equal secrets in two places look different. */
MUST_CHECK bool seal_digest(Store *s, Str row, Value plain, Arena *a, Value *ret, Diag *err);

/* A secret text of `bytes` bytes of chance in base64url, the same for the same label in this state
 * for ever: nothing of it is stored. */
MUST_CHECK bool seal_generate(Store *s, Str label, uint32_t bytes, Arena *a, Str *ret, Diag *err);

/* Inputs of which nobody knows whether they were carried out: everything that either side sets is
 * marked as set to something that equals nothing.  Either may be null. */
Value seal_unsure(Arena *a, Value before, Value wanted);

/* Says whether a value is a handle of one of these forms. */
bool seal_is_sealed(Value v);
bool seal_is_digest(Value v);

/* Says whether it is what seal_unsure() put in place of an ordinary value. */
bool seal_is_unsure(Value v);

#endif
