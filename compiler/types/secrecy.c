/* Secrecy: it is in the types.  `secret T` takes a T, never the other way; what is computed from a
 * secret is secret.  Here are the parts of that which look inside types, and the look at
 * literals. */
#include "compiler/types/checker.h"

enum { SECRECY_DEPTH_MAX = 64, SECRECY_SEEN_MAX = 128 };

/* Records and unions that were looked at: types share their parts, so a small declaration may
 * stand for a tree without end. */
typedef struct Search {
	const Type *seen[SECRECY_SEEN_MAX];
	uint32_t count;
} Search;

static bool is_new(Search *s, const Type *t)
{
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->seen[i] == t)
			return false;
	}
	if (s->count < SECRECY_SEEN_MAX)
		s->seen[s->count++] = t;
	return true;
}

static bool has_secret(Search *s, const Type *t, uint32_t depth)
{
	if (!t || depth == SECRECY_DEPTH_MAX)
		return false;
	switch (t->kind) {
	case TYPE_SECRET:
		return true;
	case TYPE_LIST:
	case TYPE_SET:
	case TYPE_RANGE:
	case TYPE_OPTIONAL:
	case TYPE_KNOWN:
	case TYPE_MAP:
		return has_secret(s, t->elem, depth + 1);
	case TYPE_UNION:
		if (!is_new(s, t))
			return false;
		for (uint32_t i = 0; i < t->count; i++) {
			if (has_secret(s, t->members[i], depth + 1))
				return true;
		}
		return false;
	case TYPE_RECORD:
		if (!is_new(s, t))
			return false;
		for (uint32_t i = 0; i < t->count; i++) {
			if (has_secret(s, t->fields[i].type, depth + 1))
				return true;
		}
		return has_secret(s, t->elem, depth + 1);
	default:
		return false;
	}
}

bool secrecy_has(const Type *t)
{
	Search s;

	s.count = 0;
	return has_secret(&s, t, 0);
}

static const Type *strip_record(Check *c, const Type *t)
{
	TypeField *fields = ARENA_ARRAY(c->arena, TypeField, t->count + 1);
	Type *made = ARENA_NEW(c->arena, Type);

	for (uint32_t i = 0; i < t->count; i++) {
		fields[i] = t->fields[i];
		fields[i].type = secrecy_strip(c, t->fields[i].type);
	}
	*made = *t;
	made->fields = fields;
	return made;
}

const Type *secrecy_strip(Check *c, const Type *t)
{
	const Type **members;
	Type *made;

	if (!secrecy_has(t))
		return t;
	switch (t->kind) {
	case TYPE_SECRET:
		return secrecy_strip(c, t->elem);
	case TYPE_RECORD:
		return strip_record(c, t);
	case TYPE_UNION:
		members = ARENA_ARRAY(c->arena, const Type *, t->count);
		for (uint32_t i = 0; i < t->count; i++)
			members[i] = secrecy_strip(c, t->members[i]);
		return type_union(c->types, members, t->count);
	case TYPE_OPTIONAL:
		return type_wrap(c->types, TYPE_OPTIONAL, secrecy_strip(c, t->elem));
	default:
		made = ARENA_NEW(c->arena, Type);
		*made = *t;
		made->elem = secrecy_strip(c, t->elem);
		return made;
	}
}

static const struct {
	Str prefix;
	uint32_t length; /* at least, of the whole */
	const char *what;
} credentials[] = {
	{STR_INIT("AKIA"), 20, "an AWS access key"},
	{STR_INIT("ASIA"), 20, "an AWS access key"},
	{STR_INIT("ghp_"), 36, "a GitHub token"},
	{STR_INIT("github_pat_"), 40, "a GitHub token"},
	{STR_INIT("hf_"), 30, "a Hugging Face token"},
	{STR_INIT("sk-"), 32, "an API key"},
	{STR_INIT("xoxb-"), 24, "a Slack token"},
	{STR_INIT("AIza"), 39, "a Google API key"},
	{STR_INIT("-----BEGIN RSA PRIVATE KEY"), 26, "a private key"},
	{STR_INIT("-----BEGIN EC PRIVATE KEY"), 25, "a private key"},
	{STR_INIT("-----BEGIN OPENSSH PRIVATE KEY"), 30, "a private key"},
	{STR_INIT("-----BEGIN PRIVATE KEY"), 22, "a private key"},
};

static bool has_space(Str s)
{
	return str_find(s, STR(" "), 0) != SIZE_MAX;
}

void secrecy_check_text(Check *c, const Node *e)
{
	if (e->text.len < 20)
		return;
	for (size_t i = 0; i < sizeof(credentials) / sizeof(credentials[0]); i++) {
		bool is_key = str_starts(credentials[i].prefix, STR("-"));
		Diag *d;

		if (!str_starts(e->text, credentials[i].prefix) ||
			e->text.len < credentials[i].length || (!is_key && has_space(e->text)))
			continue;
		d = diag_add(c->diags, DIAG_LITERAL_CREDENTIAL, e->span, "this looks like %s",
			credentials[i].what);
		diag_fix(d, "declare `secret NAME = env(\"NAME\")` and use that");
		return;
	}
}
