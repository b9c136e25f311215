/* AWS Signature Version 4 (docs.aws.amazon.com: "Create a signed AWS API request").  Thread: any.
 */
#ifndef STYX_WIRE_SIGV_H
#define STYX_WIRE_SIGV_H

#include "runtime/wire/http_client.h"

typedef struct SigKeys {
	Str access_key;
	Str secret_key;
	Str session_token; /* empty: none */
} SigKeys;

/* Returns the headers of `r` and those of the signature (host, x-amz-date, x-amz-security-token,
 * x-amz-content-sha256 for s3, authorization), in `a`.  `wall_ms` is the time to sign with;
 * with `is_s3` the path is encoded once and the body's digest is sent. */
void sigv4_sign(Arena *a, const HttpRequest *r, const SigKeys *keys, Str region, Str service,
	int64_t wall_ms, bool is_s3, const HttpHeader **ret_headers, uint32_t *ret_count);

#endif
