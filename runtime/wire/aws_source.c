/* Credentials from STS, from a program, from a container's endpoint, from instance metadata. */
#include "runtime/wire/aws_source.h"

#include "compiler/base/escape.h"
#include "compiler/base/file.h"
#include "compiler/base/json.h"
#include "runtime/host/env.h"
#include "runtime/host/process.h"
#include "runtime/wire/xml.h"

enum {
	METADATA_CONNECT_MS = 1000, /* not on an instance nobody answers, so do not wait long */
	METADATA_TIMEOUT_MS = 2000,
	CONTAINER_TIMEOUT_MS = 5000,
	PROCESS_TIMEOUT_MS = 60000,
	TOKEN_BYTES_MAX = 1 << 20,
};

static Str text_at(Value v, Str key)
{
	const Value *found = value_find(v, key);

	return found && found->kind == VAL_STRING ? found->as.text : STR_NONE;
}

/* Takes the four members out of an answer; `token` is how the session token is called there. */
static bool take_keys(Value v, Str token, Str from, AwsKeys *ret, Diag *err)
{
	AwsKeys k = {{text_at(v, STR("AccessKeyId")), text_at(v, STR("SecretAccessKey")),
			     text_at(v, token)},
		0};
	Str expires = text_at(v, STR("Expiration"));

	if (k.keys.access_key.len == 0 || k.keys.secret_key.len == 0)
		return diag_fail(err, DIAG_BAD_CREDENTIALS, "the answer holds no keys",
			"%.*s gave no credentials", STR_ARG(from));
	if (expires.len && !clock_parse(expires, &k.expires_ms))
		return diag_fail(err, DIAG_BAD_CREDENTIALS, "`Expiration` is no time",
			"%.*s gave no credentials", STR_ARG(from));
	*ret = k;
	return true;
}

static bool take_json(Arena *a, Str body, Str token, Str from, AwsKeys *ret, Diag *err)
{
	Value v;

	if (!json_parse(a, body, &v, err))
		return diag_context(err, "while reading the answer of %.*s", STR_ARG(from));
	return take_keys(v, token, from, ret, err);
}

static void add_field(Buf *b, const char *name, Str value)
{
	if (value.len == 0)
		return;
	buf_print(b, "%s%s=", b->len ? "&" : "", name);
	escape_url(b, value, false);
}

static Str role_body(Arena *a, const AwsRole *role, Str token)
{
	Buf b;

	buf_init(&b, SIZE_MAX);
	add_field(&b, "Action", token.len ? STR("AssumeRoleWithWebIdentity") : STR("AssumeRole"));
	add_field(&b, "Version", STR("2011-06-15"));
	add_field(&b, "RoleArn", role->arn);
	add_field(&b, "RoleSessionName", role->session_name.len ? role->session_name : STR("styx"));
	add_field(&b, "ExternalId", role->external_id);
	add_field(&b, "DurationSeconds", role->duration_s);
	add_field(&b, "WebIdentityToken", token);
	Str body = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return body;
}

static bool refused(const AwsRole *role, const HttpResponse *r, Arena *a, Diag *err)
{
	Value v;
	Diag ignored = {0};
	Str code = STR_NONE, message = STR_NONE;

	if (xml_parse(a, r->body, &v, &ignored)) {
		const Value *error = value_find_path(v, STR("ErrorResponse.Error"));

		code = error ? text_at(*error, STR("Code")) : STR_NONE;
		message = error ? text_at(*error, STR("Message")) : STR_NONE;
	}
	diag_fini(&ignored); /* an answer that is no XML is shown by its status alone */
	diag_fail(err, DIAG_BAD_CREDENTIALS, NULL, "the role `%.*s` cannot be taken on",
		STR_ARG(role->arn));
	diag_why(err, "HTTP status %d %.*s: %.*s", r->status, STR_ARG(code), STR_ARG(message));
	diag_fix(err, "check the role's trust policy and the credentials that ask for it");
	return false;
}

bool aws_source_role(
	Http *h, const AwsRole *role, const SigKeys *source, Arena *a, AwsKeys *ret, Diag *err)
{
	static const HttpHeader form = {STR_INIT("Content-Type"),
		STR_INIT("application/x-www-form-urlencoded; charset=utf-8")};
	HttpRequest r = {.method = STR("POST"),
		.url = role->endpoint,
		.headers = &form,
		.header_count = 1,
		.ca_file = role->ca_file};
	HttpResponse answer;
	Str token = STR_NONE;
	Value v;

	if (role->web_identity_token_file.len &&
		!file_read(a, role->web_identity_token_file, TOKEN_BYTES_MAX, &token, err))
		return diag_context(err, "while reading the web identity token");
	r.body = role_body(a, role, str_trim(token));
	if (token.len == 0)
		sigv4_sign(a, &r, source, role->region, STR("sts"), clock_wall_ms(), false,
			&r.headers, &r.header_count);
	if (!http_send(h, &r, a, &answer, err))
		return diag_context(err, "while taking on the role `%.*s`", STR_ARG(role->arn));
	if (answer.status != 200)
		return refused(role, &answer, a, err);
	if (!xml_parse(a, answer.body, &v, err))
		return false;
	const Value *keys = value_find_path(
		v, token.len ? STR("AssumeRoleWithWebIdentityResponse."
				   "AssumeRoleWithWebIdentityResult.Credentials")
			     : STR("AssumeRoleResponse.AssumeRoleResult.Credentials"));
	return take_keys(keys ? *keys : VALUE_NULL, STR("SessionToken"), STR("STS"), ret, err);
}

bool aws_source_process(Loop *l, Str command, Arena *a, AwsKeys *ret, Diag *err)
{
	Str argv[] = {STR("/bin/sh"), STR("-c"), command};
	ProcessSpec spec = {.argv = argv,
		.arg_count = 3,
		.timeout_ms = PROCESS_TIMEOUT_MS,
		.output_max = TOKEN_BYTES_MAX};
	ProcessResult result;

	if (!process_run(l, &spec, a, &result, err))
		return diag_context(err, "while running credential_process");
	if (result.exit_status != 0) {
		diag_fail(err, DIAG_BAD_CREDENTIALS, NULL, "credential_process failed");
		diag_why(err, "exit status %d: %.*s", result.exit_status,
			STR_ARG(str_trim(result.err)));
		return false;
	}
	return take_json(a, result.out, STR("SessionToken"), STR("credential_process"), ret, err);
}

static bool get(Http *h, Str method, Str url, HttpHeader header, int64_t timeout_ms, Arena *a,
	Str *ret_body, Diag *err)
{
	HttpRequest r = {.method = method,
		.url = url,
		.timeout_ms = timeout_ms,
		.connect_timeout_ms = METADATA_CONNECT_MS,
		.headers = &header,
		.header_count = header.name.len > 0};
	HttpResponse answer;

	if (!http_send(h, &r, a, &answer, err))
		return false;
	if (answer.status != 200) {
		diag_fail(err, DIAG_BAD_CREDENTIALS, NULL, "`%.*s` gave no credentials",
			STR_ARG(url));
		diag_why(err, "HTTP status %d", answer.status);
		return false;
	}
	*ret_body = answer.body;
	return true;
}

bool aws_source_container(Http *h, Arena *a, bool *ret_asked, AwsKeys *ret, Diag *err)
{
	Str url, relative, token = STR_NONE, path, body;

	if (env_get(STR("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), &relative) && relative.len)
		url = str_print(a, "http://169.254.170.2%.*s", STR_ARG(relative));
	else if (!env_get(STR("AWS_CONTAINER_CREDENTIALS_FULL_URI"), &url) || url.len == 0)
		return !(*ret_asked = false);
	*ret_asked = true;
	if (env_get(STR("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"), &path) && path.len) {
		if (!file_read(a, path, TOKEN_BYTES_MAX, &token, err))
			return diag_context(err, "while reading the container's token");
		token = str_trim(token);
	} else if (!env_get(STR("AWS_CONTAINER_AUTHORIZATION_TOKEN"), &token)) {
		token = STR_NONE;
	}
	HttpHeader header = {token.len ? STR("Authorization") : STR_NONE, token};
	return get(h, STR("GET"), url, header, CONTAINER_TIMEOUT_MS, a, &body, err) &&
	       take_json(a, body, STR("Token"), STR("the container's endpoint"), ret, err);
}

bool aws_source_metadata(Http *h, Arena *a, bool *ret_asked, AwsKeys *ret, Diag *err)
{
	Str base, off, token, role, body;
	HttpHeader ttl = {STR("X-aws-ec2-metadata-token-ttl-seconds"), STR("21600")};

	if (env_get(STR("AWS_EC2_METADATA_DISABLED"), &off) && str_eq_nocase(off, STR("true")))
		return !(*ret_asked = false);
	*ret_asked = true;
	if (!env_get(STR("AWS_EC2_METADATA_SERVICE_ENDPOINT"), &base) || base.len == 0)
		base = STR("http://169.254.169.254");
	base = str_trim_suffix(base, STR("/"));
	if (!get(h, STR("PUT"), str_print(a, "%.*s/latest/api/token", STR_ARG(base)), ttl,
		    METADATA_TIMEOUT_MS, a, &token, err))
		return false;
	HttpHeader header = {STR("X-aws-ec2-metadata-token"), str_trim(token)};
	Str roles = str_print(a, "%.*s/latest/meta-data/iam/security-credentials/", STR_ARG(base));
	if (!get(h, STR("GET"), roles, header, METADATA_TIMEOUT_MS, a, &role, err))
		return false;
	role = str_trim(str_cut(&role, STR("\n")));
	return get(h, STR("GET"), str_print(a, "%.*s%.*s", STR_ARG(roles), STR_ARG(role)), header,
		       METADATA_TIMEOUT_MS, a, &body, err) &&
	       take_json(a, body, STR("Token"), STR("the instance's metadata"), ret, err);
}
