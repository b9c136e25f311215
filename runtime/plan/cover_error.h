/* Errors of servers and commands may repeat what they were sent: secrets are taken out of them
 * before they are shown or recorded.  Thread: any. */
#ifndef STYX_PLAN_COVER_ERROR_H
#define STYX_PLAN_COVER_ERROR_H

#include "compiler/base/value.h"

/* Puts "(secret)" where `err` holds a secret text, as it is or as JSON or a URL writes it.
 * covered  inputs with handles where the secrets are; a part that is one covers all beneath
 * plain    the same inputs in clear
 * A text of fewer than four bytes that occurs makes the whole cause unsayable. */
void cover_error(Arena *a, Value covered, Value plain, Diag *err);

#endif
