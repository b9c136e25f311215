/* Texts with a natively checked form: cidr, ip, url, path, image, cron, email.
 *
 * Each check says which rule is broken and, where one is near, a text that would do.  Nothing is
 * looked up: a host need not exist, an image need not be there.  Thread: any. */
#include "compiler/types/refine.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/types/address.h"

typedef struct Verdict {
	Buf *why;     /* may be NULL */
	Buf *nearest; /* may be NULL */
} Verdict;

static bool refuse(const Verdict *v, const char *why)
{
	if (v->why)
		buf_add_cstr(v->why, why);
	return false;
}

static bool is_one_of(char c, const char *set)
{
	for (; *set; set++) {
		if (*set == c)
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool check_ip(const Verdict *v, Str s)
{
	Address a;
	Str rest = s;

	if (address_parse(s, &a))
		return true;
	(void)str_cut(&rest, STR("/"));
	if (rest.len > 0 && address_parse(str_slice(s, 0, s.len - rest.len - 1), &a)) {
		if (v->nearest)
			buf_add(v->nearest, str_slice(s, 0, s.len - rest.len - 1));
		return refuse(v, "it has no prefix length");
	}
	return refuse(v, "expected a form such as 10.0.0.1 or 2001:db8::1");
}

static bool check_cidr(const Verdict *v, Str s)
{
	AddressRange r, clean;
	Address a;

	if (address_parse_range(s, &r)) {
		clean = r;
		address_mask(&clean.address, clean.prefix);
		if (address_eq(&clean.address, &r.address))
			return true;
		if (v->nearest)
			address_print_range(v->nearest, &clean);
		return refuse(v, "no bits behind the prefix length may be set");
	}
	if (address_parse(s, &a)) {
		if (v->nearest)
			buf_print(v->nearest, "%.*s/%d", STR_ARG(s), a.is_six ? 128 : 32);
		return refuse(v, "it needs a prefix length, as in 10.0.0.0/16");
	}
	return refuse(v, "expected a form such as 10.0.0.0/16");
}

/* Host = name, IPv4 or [IPv6], optional port. */
static bool check_host(const Verdict *v, Str host)
{
	size_t colon = str_rfind(host, STR(":"));
	int64_t port;
	Address a;

	if (host.len > 0 && host.ptr[0] == '[') {
		size_t end = str_find(host, STR("]"), 0);

		if (end == SIZE_MAX || !address_parse(str_slice(host, 1, end), &a) || !a.is_six)
			return refuse(v, "an IPv6 address stands in brackets: [2001:db8::1]");
		host = str_slice(host, end + 1, host.len);
		if (host.len == 0)
			return true;
		colon = 0;
	}
	if (colon != SIZE_MAX && host.ptr[colon] == ':') {
		if (!num_parse_int(str_slice(host, colon + 1, host.len), &port) || port < 1 ||
			port > 65535 || !is_digit(host.ptr[colon + 1]))
			return refuse(v, "a port is a number from 1 to 65535");
		host = str_slice(host, 0, colon);
	} else if (host.len == 0) {
		return refuse(v, "a host is needed behind `://`");
	}
	for (size_t i = 0; i < host.len; i++) {
		if (!is_alnum(host.ptr[i]) && !is_one_of(host.ptr[i], "-._*") &&
			(unsigned char)host.ptr[i] < 0x80)
			return refuse(v, "a host is letters, digits, `-` and dots");
	}
	return true;
}

static bool check_url(const Verdict *v, Str s)
{
	size_t colon = str_find(s, STR("://"), 0);
	Str rest, authority;
	size_t end, at;

	if (colon == SIZE_MAX || colon == 0) {
		if (v->nearest && s.len > 0 && str_has(s, STR(".")) && !str_has(s, STR(" ")))
			buf_print(v->nearest, "https://%.*s", STR_ARG(s));
		return refuse(v, "it begins with a scheme, such as https://");
	}
	for (size_t i = 0; i < colon; i++) {
		if (!is_alnum(s.ptr[i]) && !is_one_of(s.ptr[i], "+-."))
			return refuse(v, "it begins with a scheme, such as https://");
	}
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || is_one_of(s.ptr[i], "<>\"\\^`"))
			return refuse(v, "it has no spaces or quotes; url_encode() encodes them");
	}
	rest = str_slice(s, colon + 3, s.len);
	for (end = 0; end < rest.len && !is_one_of(rest.ptr[end], "/?#"); end++)
		;
	authority = str_slice(rest, 0, end);
	at = str_rfind(authority, STR("@"));
	if (at != SIZE_MAX)
		authority = str_slice(authority, at + 1, authority.len);
	if (authority.len == 0 && rest.len > 1 &&
		(str_starts(s, STR("file://")) || str_starts(s, STR("unix://"))))
		return true;
	return check_host(v, authority);
}

static bool check_path(const Verdict *v, Str s)
{
	if (s.len == 0)
		return refuse(v, "it is empty; `.` is where you stand");
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\0' || s.ptr[i] == '\n')
			return refuse(v, "it holds a line break");
	}
	if (str_has(s, STR("://")))
		return refuse(v, "it is a URL");
	return true;
}

/* [registry[:port]/]name[/name...][:tag][@sha256:hex] */
static bool check_image(const Verdict *v, Str s)
{
	size_t at = str_find(s, STR("@"), 0);
	Str name = str_slice(s, 0, at == SIZE_MAX ? s.len : at);
	size_t slash, colon;
	Str registry;

	if (at != SIZE_MAX) {
		Str digest = str_slice(s, at + 1, s.len);

		if (!str_starts(digest, STR("sha256:")) || digest.len != 7 + 64)
			return refuse(v, "a digest is `@sha256:` and 64 hex digits");
	}
	slash = str_rfind(name, STR("/"));
	colon = str_rfind(name, STR(":"));
	if (colon != SIZE_MAX && (slash == SIZE_MAX || colon > slash)) {
		Str tag = str_slice(name, colon + 1, name.len);

		if (tag.len == 0 || tag.len > 128 || is_one_of(tag.ptr[0], ".-"))
			return refuse(v, "a tag is 1 to 128 letters, digits, `_`, `.` or `-`");
		for (size_t i = 0; i < tag.len; i++) {
			if (!is_alnum(tag.ptr[i]) && !is_one_of(tag.ptr[i], "_.-"))
				return refuse(v, "a tag is letters, digits, `_`, `.` or `-`");
		}
		name = str_slice(name, 0, colon);
	}
	if (name.len == 0 || name.ptr[0] == '/' || name.ptr[name.len - 1] == '/' ||
		str_has(name, STR("//")))
		return refuse(
			v, "expected [registry/]name[:tag], such as docker.io/library/nginx:1.27");
	slash = str_find(name, STR("/"), 0);
	registry = str_slice(name, 0, slash == SIZE_MAX ? 0 : slash);
	if (str_has(registry, STR(".")) || str_has(registry, STR(":")) ||
		str_eq(registry, STR("localhost"))) {
		if (!check_host(v, registry))
			return false;
		name = str_slice(name, slash + 1, name.len);
	}
	for (size_t i = 0; i < name.len; i++) {
		if (!is_alnum(name.ptr[i]) && !is_one_of(name.ptr[i], "/._-"))
			return refuse(v,
				"an image name is lower-case letters, digits, `.`, `_`, `-`, `/`");
		if (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') {
			if (v->nearest)
				for (size_t j = 0; j < s.len; j++)
					buf_add_char(v->nearest, s.ptr[j] >= 'A' && s.ptr[j] <= 'Z'
									 ? (char)(s.ptr[j] + 32)
									 : s.ptr[j]);
			return refuse(v, "an image name is in lower case");
		}
	}
	return true;
}

typedef struct CronField {
	const char *rule;
	int first, last;
	const char *names; /* three letters each, from `first`; or NULL */
} CronField;

static const CronField cron_fields[] = {
	{"the minute is 0 to 59, `*`, a range, a list or a step", 0, 59, NULL},
	{"the hour is 0 to 23, `*`, a range, a list or a step", 0, 23, NULL},
	{"the day of the month is 1 to 31, `*`, a range, a list or a step", 1, 31, NULL},
	{"the month is 1 to 12 or JAN to DEC", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
	{"the day of the week is 0 to 7 or SUN to SAT", 0, 7, "SUNMONTUEWEDTHUFRISATSUN"},
};

static bool cron_number(const CronField *f, Str s, int64_t *ret)
{
	if (s.len > 0 && is_digit(s.ptr[0]))
		return num_parse_int(s, ret) && *ret >= f->first && *ret <= f->last;
	if (!f->names || s.len != 3)
		return false;
	for (int i = 0; i <= f->last - f->first; i++) {
		if (str_eq_nocase(s, (Str){f->names + 3 * (size_t)i, 3})) {
			*ret = f->first + i;
			return true;
		}
	}
	return false;
}

/* Part = ("*" | number [ "-" number ]) [ "/" step ] */
static bool cron_part(const CronField *f, Str part)
{
	Str rest = part;
	Str range, from;
	int64_t step, first, last;
	bool has_step = str_cut_found(&rest, STR("/"), &range);

	if (!has_step)
		range = part;
	if (has_step && (!num_parse_int(rest, &step) || step < 1 || step > f->last))
		return false;
	if (str_eq(range, STR("*")) || str_eq(range, STR("?")))
		return true;
	rest = range;
	if (!str_cut_found(&rest, STR("-"), &from))
		return cron_number(f, range, &first);
	return cron_number(f, from, &first) && cron_number(f, rest, &last) && first <= last;
}

static bool check_cron(const Verdict *v, Str s)
{
	static const char *const words[] = {
		"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"};
	Str rest = str_trim(s);
	size_t n = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(rest, str_from(words[i])))
			return true;
	}
	while (rest.len > 0) {
		Str field = str_cut(&rest, STR(" "));
		Str part;

		rest = str_trim(rest);
		if (n == sizeof(cron_fields) / sizeof(cron_fields[0]))
			return refuse(
				v, "a schedule has five fields: minute hour day month weekday");
		do {
			part = str_cut(&field, STR(","));
			if (!cron_part(&cron_fields[n], part))
				return refuse(v, cron_fields[n].rule);
		} while (field.len > 0);
		n++;
	}
	if (n < sizeof(cron_fields) / sizeof(cron_fields[0]))
		return refuse(v, "a schedule has five fields: minute hour day month weekday");
	return true;
}

static bool check_email(const Verdict *v, Str s)
{
	size_t at = str_rfind(s, STR("@"));
	Str domain = at == SIZE_MAX ? STR_NONE : str_slice(s, at + 1, s.len);

	if (at == SIZE_MAX || at == 0 || at > 64 || domain.len < 3 || !str_has(domain, STR(".")) ||
		domain.ptr[0] == '.' || domain.ptr[domain.len - 1] == '.' ||
		str_has(domain, STR("..")))
		return refuse(v, "expected a form such as name@example.com");
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || is_one_of(s.ptr[i], "<>()[],;:\"\\"))
			return refuse(v, "it is one address, without spaces or a display name");
	}
	for (size_t i = 0; i < domain.len; i++) {
		if (!is_alnum(domain.ptr[i]) && !is_one_of(domain.ptr[i], ".-") &&
			(unsigned char)domain.ptr[i] < 0x80)
			return refuse(v, "the part behind `@` is letters, digits, `-` and dots");
	}
	return true;
}

bool refine_format(TypeFormat format, Str text, Buf *why, Buf *nearest)
{
	Verdict v = {why, nearest};

	switch (format) {
	case FORMAT_NONE:
	case FORMAT_SCRIPT:
		return true;
	case FORMAT_CIDR:
		return check_cidr(&v, text);
	case FORMAT_IP:
		return check_ip(&v, text);
	case FORMAT_URL:
		return check_url(&v, text);
	case FORMAT_PATH:
		return check_path(&v, text);
	case FORMAT_IMAGE:
		return check_image(&v, text);
	case FORMAT_CRON:
		return check_cron(&v, text);
	case FORMAT_EMAIL:
		return check_email(&v, text);
	case FORMAT_COUNT:
		break;
	}
	UNREACHABLE();
}
