/* AWS credentials in botocore's order: environment, the profile's role, web identity, the shared
 * files' keys and credential_process, container endpoint, instance metadata (version 2).  Cached
 * until five minutes before they expire.  Thread: loop. */
#ifndef STYX_WIRE_AWS_AUTH_H
#define STYX_WIRE_AWS_AUTH_H

#include "runtime/wire/sigv4.h"

typedef struct AwsAuth AwsAuth;

/* Makes a source of credentials for one profile (empty: AWS_PROFILE or "default") and region
 * (empty: the environment's, else the profile's).  A profile that is not AWS_PROFILE's goes before
 * the environment's keys.  Reads the shared files once. */
AwsAuth *aws_auth_new(Http *http, Loop *l, Str profile, Str region);
AwsAuth *aws_auth_free(AwsAuth *a);

/* Gives keys valid now, fetching or refreshing them as needed; the fiber may wait.  `is_fresh`
 * drops the cache first (after ExpiredToken).
 * err  DIAG_NO_CREDENTIALS (what was tried, in order), DIAG_BAD_CREDENTIALS, DIAG_CONNECT. */
MUST_CHECK bool aws_auth_keys(AwsAuth *a, bool is_fresh, Arena *arena, SigKeys *ret, Diag *err);

/* The region: of the environment, else of the profile; empty if none says one. */
Str aws_auth_region(AwsAuth *a);

/* Replaces the endpoint of `service` ("ec2"): AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL, the profile's
 * endpoint_url and services section, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS; empty: none. */
Str aws_auth_endpoint(AwsAuth *a, Str service);

/* The file of certificates to trust instead of the system's: AWS_CA_BUNDLE, else the profile's
 * ca_bundle; empty: none. */
Str aws_auth_ca_file(const AwsAuth *a);

#endif
