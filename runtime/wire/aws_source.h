/* Where AWS credentials come from over the network or from a program; one function a source.
 * Thread: loop, in a fiber. */
#ifndef STYX_WIRE_AWS_SOURCE_H
#define STYX_WIRE_AWS_SOURCE_H

#include "runtime/wire/sigv4.h"

typedef struct AwsKeys {
	SigKeys keys;       /* in the arena that was given */
	int64_t expires_ms; /* wall time; 0: never */
} AwsKeys;

/* What sts:AssumeRole and sts:AssumeRoleWithWebIdentity are asked for. */
typedef struct AwsRole {
	Str arn;
	Str session_name;            /* empty: styx */
	Str external_id;             /* may be empty */
	Str duration_s;              /* may be empty */
	Str web_identity_token_file; /* set: AssumeRoleWithWebIdentity, unsigned */
	Str endpoint;                /* of STS */
	Str ca_file;                 /* to trust for it; empty: the system's */
	Str region;
} AwsRole;

/* Takes on a role; `source` signs the request (not used with web identity).
 * err  DIAG_BAD_CREDENTIALS, DIAG_FILE_*, DIAG_CONNECT ... */
MUST_CHECK bool aws_source_role(
	Http *h, const AwsRole *role, const SigKeys *source, Arena *a, AwsKeys *ret, Diag *err);

/* Runs a credential_process and reads the JSON that it prints.
 * err  DIAG_BAD_CREDENTIALS, DIAG_PROCESS. */
MUST_CHECK bool aws_source_process(Loop *l, Str command, Arena *a, AwsKeys *ret, Diag *err);

/* Asks the container's endpoint, if the environment names one.  `*ret_asked` says whether it did.
 * err  DIAG_BAD_CREDENTIALS, DIAG_CONNECT. */
MUST_CHECK bool aws_source_container(Http *h, Arena *a, bool *ret_asked, AwsKeys *ret, Diag *err);

/* Asks the instance's metadata service, version 2, unless it is switched off.
 * err  DIAG_CONNECT: not on an instance; DIAG_BAD_CREDENTIALS: it has no role. */
MUST_CHECK bool aws_source_metadata(Http *h, Arena *a, bool *ret_asked, AwsKeys *ret, Diag *err);

#endif
