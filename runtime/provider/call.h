/* Calls on the wire: values to HTTP requests and HTTP answers to values, for the protocols of
 * providers.md, 3; and what an error means.
 *
 * Pure: call_send.h sends.  A request's `params` use the model's member names; an answer comes back
 * under them, too, typed by the model.  Thread: any. */
#ifndef STYX_PROVIDER_CALL_H
#define STYX_PROVIDER_CALL_H

#include "compiler/schema/schema.h"
#include "runtime/wire/http_client.h"

typedef enum CallClass {
	CALL_OTHER,
#define X(NAME, word) CALL_##NAME,
#include "compiler/schema/error_class.def"
#undef X
	CALL_CLASS_COUNT
} CallClass;

/* What is asked, before it is bytes. */
typedef struct CallInput {
	const SchemaService *service;
	const ModelOperation *op; /* NULL: a verb that no operation of the model matches */
	Str method;               /* verbs only */
	Str path;                 /* verbs only: filled template */
	Value params;             /* operations: the record; verbs: the body, or null */
	Value query;              /* verbs only: a map, or null */
	Str content;              /* verbs only: content type; empty: JSON */
	bool is_strict;           /* refuse members that the model does not know */
} CallInput;

/* What goes out, relative to the endpoint. */
typedef struct CallRequest {
	Str method;
	Str path;  /* begins with '/', percent-encoded */
	Str query; /* without '?' */
	Str body;
	Str host_label; /* S3: the bucket, for virtual-host style; then path has it not */
	HttpHeader headers[16];
	uint32_t header_count;
} CallRequest;

typedef struct CallError {
	CallClass error_class;
	int status;
	Str code, message, request_id;
	Str region; /* where what was asked for is, of a redirect; empty: not said */
} CallError;

/* Encodes.  err  DIAG_SCHEMA_NAME: a member that the model does not know (with is_strict). */
MUST_CHECK bool call_encode(Arena *a, const CallInput *in, CallRequest *ret, Diag *err);

/* Decodes the body and headers of a good answer.  err  DIAG_HTTP_BODY. */
MUST_CHECK bool call_decode(
	Arena *a, const CallInput *in, const HttpResponse *r, Value *ret, Diag *err);

/* Takes code, message and request id out of an answer that is an error. */
void call_read_error(Arena *a, const SchemaService *service, const HttpResponse *r, CallError *ret);

/* Classifies by the resource's entries (`resource` may be NULL), then the service's and the
 * provider's; sets error_class (providers.md, 2.8). */
void call_classify(const SchemaService *service, const SchemaResource *resource, CallError *e);

/* Says whether an error (or, with status alone, a good answer) is among a clause's codes. */
bool call_matches(const SchemaCodes *codes, const CallError *e);

/* The class as schemas write it ("notfound"). */
Str call_class_name(CallClass c);

/* Fills `err` from an error: code by class, with the API's words, status and request id. */
bool call_fail(Diag *err, const CallError *e, Str what, Str host);

/* Finds the model's operation for a verb and a path ("GET", "/containers/abc/json"); NULL: none. */
const ModelOperation *call_operation(const Model *m, Str method, Str path);

/* Encoders and decoders of the protocols; call_encode and call_decode choose. */
void call_encode_form(Arena *a, const CallInput *in, bool is_ec, CallRequest *ret);
void call_encode_rest_xml(Arena *a, const CallInput *in, CallRequest *ret);
bool call_encode_json(Arena *a, const CallInput *in, CallRequest *ret, Diag *err);
bool call_decode_xml(Arena *a, const CallInput *in, const HttpResponse *r, Value *ret, Diag *err);
bool call_decode_json(Arena *a, const CallInput *in, const HttpResponse *r, Value *ret, Diag *err);

/* Adds a header to a request. */
void call_add_header(CallRequest *r, Str name, Str value);

#endif
