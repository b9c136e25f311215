/* Sending one request: where to, signed how.  cloud_call.c decides what and how often.
 * Thread: loop. */
#ifndef STYX_PROVIDER_CALL_SEND_H
#define STYX_PROVIDER_CALL_SEND_H

#include "runtime/provider/cloud.h"

/* Sends an encoded request to the service's endpoint (or what replaces it), signed as the service
 * says, and waits for its turn at the service's rate and for the answer.
 *
 * is_fresh     fetches new credentials first.
 * ret_host     who was asked, for messages.
 * err          DIAG_CONNECT, DIAG_TIMED_OUT, DIAG_TLS, DIAG_NO_CREDENTIALS, DIAG_INTERRUPTED,
 *              DIAG_API_REFUSED (no version of the API that both sides speak). */
MUST_CHECK bool call_send(
	Work *w, const CallRequest *r, bool is_fresh, HttpResponse *ret, Str *ret_host, Diag *err);

/* Takes in that an answer sent us to another region (the service's `redirect`: errors that carry
 * the right one); true: the next call_send() of the same bucket goes there, signed for it.
 * A create goes where the program says. */
bool call_redirect(Work *w, const CallRequest *r, const CallError *e);

/* The service's rate. */
Rate *call_rate(Cloud *c, const SchemaService *service);

/* Learns the server's clock from an answer's `Date`. */
void call_learn_clock(Cloud *c, const HttpResponse *r);

#endif
