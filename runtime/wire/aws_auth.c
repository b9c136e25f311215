/* The chain of AWS credentials: asks one source after the other, keeps what the first one gave. */
#include "runtime/wire/aws_auth.h"

#include "compiler/base/mem.h"
#include "runtime/host/env.h"
#include "runtime/wire/aws_profile.h"
#include "runtime/wire/aws_source.h"

enum {
	AUTH_EARLY_MS = 5 * 60 * 1000, /* keys are renewed this long before they expire */
	AUTH_PROFILES_MAX = 8,         /* length of a chain of source_profile */
};

struct AwsAuth {
	Http *http;
	Loop *loop;
	Arena *arena; /* profile, region, files */
	Arena *cache; /* the keys in use */
	AwsProfiles files;
	Str profile;
	Str region;
	bool is_explicit; /* the program named the profile: the environment's keys do not count */
	bool has_keys;
	AwsKeys keys;
	FiberSlots turn; /* one fiber fetches, the others wait for it */
};

/* One run through the chain: where keys go, and what was looked at. */
typedef struct Chain {
	AwsAuth *auth;
	Arena *arena;
	Buf tried;
	AwsKeys keys;
	bool is_found;
} Chain;

static Str variable(Str name)
{
	Str value;

	return env_get(name, &value) ? value : STR_NONE;
}

static Str first_of(Str a, Str b)
{
	return a.len ? a : b;
}

AwsAuth *aws_auth_new(Http *http, Loop *l, Str profile, Str region)
{
	AwsAuth *a = MEM_NEW(AwsAuth);
	Str named = first_of(variable(STR("AWS_PROFILE")), variable(STR("AWS_DEFAULT_PROFILE")));

	a->http = http;
	a->loop = l;
	a->arena = arena_new("aws credentials");
	a->cache = arena_new("aws keys");
	a->is_explicit = profile.len > 0 && !str_eq(profile, named);
	a->profile = str_copy(a->arena, first_of(first_of(profile, named), STR("default")));
	aws_profiles_load(&a->files, a->arena);
	Str found = first_of(variable(STR("AWS_REGION")), variable(STR("AWS_DEFAULT_REGION")));
	found = first_of(found, aws_profile_get(&a->files, a->profile, STR("region")));
	a->region = str_copy(a->arena, first_of(region, found));
	fiber_slots_init(&a->turn, l, 1);
	return a;
}

AwsAuth *aws_auth_free(AwsAuth *a)
{
	if (!a)
		return NULL;
	fiber_slots_fini(&a->turn);
	arena_free(a->cache);
	arena_free(a->arena);
	mem_free(a);
	return NULL;
}

Str aws_auth_region(AwsAuth *a)
{
	return a->region;
}

/* "ec2" is AWS_ENDPOINT_URL_EC2. */
static Str endpoint_variable(Arena *a, Str service)
{
	Buf b;

	buf_init(&b, SIZE_MAX);
	buf_add_cstr(&b, "AWS_ENDPOINT_URL_");
	for (size_t i = 0; i < service.len; i++) {
		char c = service.ptr[i];

		buf_add_char(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == '-' ? '_' : c);
	}
	Str name = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return name;
}

Str aws_auth_endpoint(AwsAuth *a, Str service)
{
	const AwsProfiles *f = &a->files;
	Str services = aws_profile_get_in(f, STR("config"), a->profile, STR("services"));
	Str key = str_print(a->arena, "%.*s.endpoint_url", STR_ARG(service));

	if (str_eq_nocase(variable(STR("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")), STR("true")))
		return STR_NONE;
	Str url = first_of(
		variable(endpoint_variable(a->arena, service)), variable(STR("AWS_ENDPOINT_URL")));
	url = first_of(url, aws_profile_get_in(f, STR("services"), services, key));
	return first_of(url, aws_profile_get_in(f, STR("config"), a->profile, STR("endpoint_url")));
}

Str aws_auth_ca_file(const AwsAuth *a)
{
	return first_of(variable(STR("AWS_CA_BUNDLE")),
		aws_profile_get(&a->files, a->profile, STR("ca_bundle")));
}

static void note(Chain *c, const char *source)
{
	buf_print(&c->tried, "%s%s", c->tried.len ? ", " : "", source);
}

static bool give(Chain *c, Str access, Str secret, Str token)
{
	c->keys = (AwsKeys){{access, secret, token}, 0};
	c->is_found = access.len && secret.len;
	return c->is_found;
}

/* Half a pair of keys is a mistake, and no reason to go on with somebody else's. */
static bool is_pair(Str access, Str secret, const char *where, Diag *err)
{
	if ((access.len > 0) == (secret.len > 0))
		return true;
	diag_fail(err, DIAG_NO_CREDENTIALS, NULL, "%s has only one half of the AWS credentials",
		where);
	diag_fix(err, "give the %s, too", access.len ? "secret access key" : "access key id");
	return false;
}

static bool from_environment(Chain *c)
{
	note(c, "the environment (AWS_ACCESS_KEY_ID)");
	return give(c, variable(STR("AWS_ACCESS_KEY_ID")), variable(STR("AWS_SECRET_ACCESS_KEY")),
		variable(STR("AWS_SESSION_TOKEN")));
}

static bool from_file(Chain *c, Str file, Str profile)
{
	const AwsProfiles *f = &c->auth->files;

	return give(c, aws_profile_get_in(f, file, profile, STR("aws_access_key_id")),
		aws_profile_get_in(f, file, profile, STR("aws_secret_access_key")),
		aws_profile_get_in(f, file, profile, STR("aws_session_token")));
}

static Str sts_endpoint(AwsAuth *a, Arena *arena)
{
	Str url = aws_auth_endpoint(a, STR("sts"));

	if (url.len)
		return url;
	return a->region.len
		       ? str_print(arena, "https://sts.%.*s.amazonaws.com/", STR_ARG(a->region))
		       : STR("https://sts.amazonaws.com/");
}

static AwsRole role_of(Chain *c, Str profile)
{
	const AwsProfiles *f = &c->auth->files;

	return (AwsRole){
		.arn = aws_profile_get(f, profile, STR("role_arn")),
		.session_name = aws_profile_get(f, profile, STR("role_session_name")),
		.external_id = aws_profile_get(f, profile, STR("external_id")),
		.duration_s = aws_profile_get(f, profile, STR("duration_seconds")),
		.web_identity_token_file =
			aws_profile_get(f, profile, STR("web_identity_token_file")),
		.endpoint = sts_endpoint(c->auth, c->arena),
		.ca_file = aws_auth_ca_file(c->auth),
		.region = first_of(c->auth->region, STR("us-east-1")),
	};
}

/* credential_source of a profile with a role. */
static bool from_named_source(Chain *c, Str source, Diag *err)
{
	bool was_asked = false;

	if (str_eq(source, STR("Environment"))) {
		(void)from_environment(c); /* its absence is reported by the caller */
		return true;
	}
	if (str_eq(source, STR("EcsContainer"))) {
		if (!aws_source_container(c->auth->http, c->arena, &was_asked, &c->keys, err))
			return false;
	} else if (str_eq(source, STR("Ec2InstanceMetadata"))) {
		if (!aws_source_metadata(c->auth->http, c->arena, &was_asked, &c->keys, err))
			return false;
	} else {
		diag_fail(err, DIAG_NO_CREDENTIALS, NULL, "there is no credential_source `%.*s`",
			STR_ARG(source));
		diag_fix(err, "it is Environment, EcsContainer or Ec2InstanceMetadata");
		return false;
	}
	c->is_found = was_asked;
	return true;
}

static bool from_web_identity(Chain *c, Diag *err)
{
	AwsRole role = role_of(c, STR_NONE);

	role.web_identity_token_file = variable(STR("AWS_WEB_IDENTITY_TOKEN_FILE"));
	role.arn = variable(STR("AWS_ROLE_ARN"));
	role.session_name = variable(STR("AWS_ROLE_SESSION_NAME"));
	note(c, "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)");
	if (c->auth->is_explicit || !role.web_identity_token_file.len || !role.arn.len)
		return true;
	c->is_found = aws_source_role(c->auth->http, &role, NULL, c->arena, &c->keys, err);
	return c->is_found;
}

static bool has_role(const AwsProfiles *f, Str profile)
{
	return aws_profile_get(f, profile, STR("role_arn")).len &&
	       (aws_profile_get(f, profile, STR("web_identity_token_file")).len ||
		       aws_profile_get(f, profile, STR("source_profile")).len ||
		       aws_profile_get(f, profile, STR("credential_source")).len);
}

/* What a profile asks for that takes a person: a browser, or a code from a device. */
static bool is_for_people(Chain *c, Str profile, Diag *err)
{
	const AwsProfiles *f = &c->auth->files;
	bool has_sso = aws_profile_get(f, profile, STR("sso_session")).len ||
		       aws_profile_get(f, profile, STR("sso_start_url")).len;

	if (!has_sso && !aws_profile_get(f, profile, STR("mfa_serial")).len)
		return false;
	diag_fail(err, DIAG_NO_CREDENTIALS, NULL, "the AWS profile `%.*s` needs %s",
		STR_ARG(profile),
		has_sso ? "a sign-in in a browser" : "a code from a device (MFA)");
	diag_why(err, has_sso ? "it has `sso_` keys, which Styx does not use itself"
			      : "it has `mfa_serial`, and Styx asks for no code");
	diag_fix(err,
		"sign in with the AWS command, then hand its credentials on: eval "
		"\"$(aws configure export-credentials --profile %.*s --format env)\"",
		STR_ARG(profile));
	return true;
}

/* Takes on a profile's role with the keys of its source. */
static bool from_role(Chain *c, Str profile, uint32_t depth, Diag *err);

/* Gets the keys of a profile: its role's, its own, its program's.  The chain of source_profile is
 * followed `depth` deep.  False only with an error; c->is_found says whether there were keys.
 * A role goes before the web identity of the environment, as with botocore, keys after it. */
static bool from_profile(Chain *c, Str profile, uint32_t depth, Diag *err)
{
	const AwsProfiles *f = &c->auth->files;
	Str process = aws_profile_get(f, profile, STR("credential_process"));

	if (depth == AUTH_PROFILES_MAX)
		return diag_fail(err, DIAG_NO_CREDENTIALS, NULL,
			"the profiles from `%.*s` on name each other as source_profile",
			STR_ARG(profile));
	if (has_role(f, profile))
		return from_role(c, profile, depth, err);
	if (depth == 0 && (!from_web_identity(c, err) || c->is_found))
		return c->is_found;
	if (is_for_people(c, profile, err))
		return false;
	if (!is_pair(aws_profile_get(f, profile, STR("aws_access_key_id")),
		    aws_profile_get(f, profile, STR("aws_secret_access_key")),
		    str_print(c->arena, "the AWS profile `%.*s`", STR_ARG(profile)).ptr, err))
		return false;
	if (from_file(c, STR("credentials"), profile))
		return true;
	if (process.len) {
		c->is_found = aws_source_process(c->auth->loop, process, c->arena, &c->keys, err);
		return c->is_found;
	}
	(void)from_file(c, STR("config"), profile); /* c->is_found says */
	return true;
}

static bool from_role(Chain *c, Str profile, uint32_t depth, Diag *err)
{
	const AwsProfiles *f = &c->auth->files;
	AwsRole role = role_of(c, profile);
	Str source = aws_profile_get(f, profile, STR("source_profile"));
	Str named = aws_profile_get(f, profile, STR("credential_source"));

	if (is_for_people(c, profile, err))
		return false;
	if (source.len && str_eq(source, profile)) {
		if (!from_file(c, STR("credentials"), profile))
			(void)from_file(c, STR("config"), profile); /* checked below */
	} else if (source.len) {
		if (!from_profile(c, source, depth + 1, err))
			return false;
	} else if (named.len && !from_named_source(c, named, err)) {
		return false;
	}
	if (!c->is_found && !role.web_identity_token_file.len)
		return diag_fail(err, DIAG_NO_CREDENTIALS, NULL,
			"the profile `%.*s` takes on a role, but its source has no keys",
			STR_ARG(profile));
	SigKeys keys = c->keys.keys;
	c->is_found = aws_source_role(c->auth->http, &role, &keys, c->arena, &c->keys, err);
	return c->is_found;
}

/* The machine's own sources: a container's endpoint, then instance metadata, whose silence only
 * means that this is no instance. */
static bool from_machine(Chain *c, Diag *err)
{
	Diag ignored = {0};
	bool was_asked = false;

	note(c, "the container's endpoint");
	if (!aws_source_container(c->auth->http, c->arena, &was_asked, &c->keys, err))
		return false;
	if (was_asked) {
		c->is_found = true;
		return true;
	}
	note(c, "instance metadata");
	c->is_found =
		aws_source_metadata(c->auth->http, c->arena, &was_asked, &c->keys, &ignored) &&
		was_asked;
	if (ignored.code == DIAG_INTERRUPTED) {
		*err = ignored;
		return false;
	}
	diag_fini(&ignored);
	return true;
}

static bool walk(Chain *c, Diag *err)
{
	AwsAuth *a = c->auth;

	if (!a->is_explicit && from_environment(c))
		return true;
	if (!a->is_explicit &&
		!is_pair(variable(STR("AWS_ACCESS_KEY_ID")), variable(STR("AWS_SECRET_ACCESS_KEY")),
			"the environment", err))
		return false;
	note(c, str_print(c->arena, "the profile `%.*s`", STR_ARG(a->profile)).ptr);
	bool is_named = a->is_explicit || !str_eq(a->profile, STR("default"));
	if (is_named && !aws_profile_exists(&a->files, a->profile)) {
		diag_fail(err, DIAG_NO_CREDENTIALS, NULL, "the AWS profile `%.*s` does not exist",
			STR_ARG(a->profile));
		diag_fix(err, "see ~/.aws/config, or run without AWS_PROFILE");
		return false;
	}
	if (!from_profile(c, a->profile, 0, err) || c->is_found)
		return c->is_found;
	if (!from_machine(c, err) || c->is_found)
		return c->is_found;
	diag_fail(err, DIAG_NO_CREDENTIALS, NULL, "no AWS credentials were found");
	diag_why(err, "looked at %.*s", STR_ARG(buf_str(&c->tried)));
	diag_fix(err, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws");
	return false;
}

static bool is_fresh_enough(const AwsAuth *a)
{
	return a->has_keys &&
	       (a->keys.expires_ms == 0 || a->keys.expires_ms - AUTH_EARLY_MS > clock_wall_ms());
}

/* Keys that are to be renewed soon, but still hold. */
static bool is_usable(const AwsAuth *a)
{
	return a->has_keys && a->keys.expires_ms > clock_wall_ms();
}

/* Fetches keys into a new cache, which replaces the old one only when that succeeds. */
static bool fetch(AwsAuth *a, Diag *err)
{
	Chain c = {.auth = a, .arena = arena_new("aws keys")};

	buf_init(&c.tried, SIZE_MAX);
	bool ok = walk(&c, err);
	buf_fini(&c.tried);
	if (!ok) {
		arena_free(c.arena);
		return false;
	}
	arena_free(a->cache);
	a->cache = c.arena;
	a->keys = c.keys;
	a->has_keys = true;
	return true;
}

bool aws_auth_keys(AwsAuth *a, bool is_fresh, Arena *arena, SigKeys *ret, Diag *err)
{
	bool ok = true;

	fiber_slots_take(&a->turn);
	if (is_fresh || !is_fresh_enough(a)) {
		ok = fetch(a, err);
		if (!ok && !is_fresh && is_usable(a)) {
			diag_fini(err); /* the next call asks again */
			ok = true;
		}
	}
	if (ok)
		*ret = (SigKeys){str_copy(arena, a->keys.keys.access_key),
			str_copy(arena, a->keys.keys.secret_key),
			str_copy(arena, a->keys.keys.session_token)};
	fiber_slots_give(&a->turn);
	return ok;
}
