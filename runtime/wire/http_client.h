/* HTTP client: libcurl's multi interface on the loop; a fiber waits for its answer.
 *
 * libcurl is opened on first use (dlopen): commands that need no network do not pay for it.
 * Redirects are not followed.  Thread: loop. */
#ifndef STYX_WIRE_HTTP_CLIENT_H
#define STYX_WIRE_HTTP_CLIENT_H

#include "compiler/base/buf.h"
#include "runtime/host/clock.h"
#include "runtime/host/fiber.h"

typedef struct Http Http;

typedef struct HttpHeader {
	Str name;
	Str value;
} HttpHeader;

typedef struct HttpRequest {
	Str method;
	Str url; /* percent-encoded */
	const HttpHeader *headers;
	uint32_t header_count;
	Str body;
	Str unix_socket;             /* path; empty: TCP */
	int64_t timeout_ms;          /* 0: HTTP_TIMEOUT_MS */
	int64_t connect_timeout_ms;  /* 0: HTTP_CONNECT_TIMEOUT_MS */
	size_t body_max;             /* of the answer; 0: HTTP_BODY_BYTES_MAX */
	Str ca_file;                 /* empty: the system's */
	Str client_cert, client_key; /* PEM files, or empty */
	bool is_insecure;            /* no TLS verification */
} HttpRequest;

typedef struct HttpResponse {
	int status;
	const HttpHeader *headers; /* names in lower case */
	uint32_t header_count;
	Str body; /* with a NUL behind */
} HttpResponse;

/* Makes a client on `l`; one for the whole process.  Ended with http_free(). */
Http *http_new(Loop *l);
Http *http_free(Http *h);

/* Sends a request and waits for the whole answer, whatever its status; texts live in `a`.
 * err  DIAG_CONNECT (RETRY): nothing was sent; DIAG_CONNECTION_LOST, DIAG_TIMED_OUT (RETRY),
 *      DIAG_TLS, DIAG_HTTP_BODY (too big), DIAG_INTERRUPTED. */
MUST_CHECK bool http_send(Http *h, const HttpRequest *r, Arena *a, HttpResponse *ret, Diag *err);

/* Finds a header, its name in lower case; empty if there is none. */
Str http_header(const HttpResponse *r, Str name);

#endif
