/* An API's error as a Diag: what the API said, and what the user can do. */
#include "runtime/provider/call.h"

static const struct {
	DiagCode code;
	const char *fix;
} failures[CALL_CLASS_COUNT] = {
	[CALL_OTHER] = {DIAG_HTTP_STATUS, ""},
	[CALL_NOTFOUND] = {DIAG_NOT_FOUND, "it was removed by somebody else: plan again"},
	[CALL_EXISTS] = {DIAG_EXISTS, "choose another name, or remove the object that has it"},
	[CALL_CONFLICT] = {DIAG_EXISTS, "somebody else owns this field; `force` takes it over"},
	[CALL_DEPENDENCY] = {DIAG_DEPENDENCY,
		"remove what still uses it, or declare it here so that it goes first"},
	[CALL_BUSY] = {DIAG_BUSY, "wait until the other change is done and apply again"},
	[CALL_THROTTLE] = {DIAG_THROTTLED, "apply again later, or with a lower --parallelism"},
	[CALL_TRANSIENT] = {DIAG_CONNECTION_LOST,
		"the service has a problem of its own: apply again"},
	[CALL_CAPACITY] = {DIAG_CAPACITY, "try another zone, region or type"},
	[CALL_QUOTA] = {DIAG_QUOTA, "ask for a higher quota, or remove what is unused"},
	[CALL_AUTH] = {DIAG_BAD_CREDENTIALS, "look at the credentials and at this machine's clock"},
	[CALL_EXPIRED] = {DIAG_BAD_CREDENTIALS, "renew the credentials"},
	[CALL_DENIED] = {DIAG_DENIED, "give these credentials the permission that is named"},
	[CALL_INVALID] = {DIAG_API_REFUSED, "correct the value in the program"},
	[CALL_IMMUTABLE] = {DIAG_API_REFUSED, "replace the object: `styx plan --replace ADDRESS`"},
	[CALL_PRECONDITION] = {DIAG_BUSY, "somebody else changed it meanwhile: apply again"},
};

bool call_fail(Diag *err, const CallError *e, Str what, Str host)
{
	Str code = e->code.len ? e->code : call_class_name(e->error_class);

	diag_fail(err, failures[e->error_class].code, NULL, "`%.*s` was refused by %.*s",
		STR_ARG(what), STR_ARG(host));
	if (e->request_id.len)
		diag_why(err, "%.*s (HTTP %d, request %.*s): %.*s", STR_ARG(code), e->status,
			STR_ARG(e->request_id), STR_ARG(e->message));
	else
		diag_why(
			err, "%.*s (HTTP %d): %.*s", STR_ARG(code), e->status, STR_ARG(e->message));
	if (failures[e->error_class].fix[0])
		diag_fix(err, "%s", failures[e->error_class].fix);
	return false;
}
