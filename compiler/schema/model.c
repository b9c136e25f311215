/* Look-ups in model slices, and the rule that turns API names into attribute names.
 * Thread: any. */
#include "compiler/schema/model.h"

/* Words whose capitals do not tell where they end (providers.md, 2.4). */
static const struct {
	Str word;
	Str snake;
} odd_words[] = {
	{STR_INIT("IPv4"), STR_INIT("ipv4")},
	{STR_INIT("IPv6"), STR_INIT("ipv6")},
	{STR_INIT("VCpu"), STR_INIT("vcpu")},
	{STR_INIT("MiB"), STR_INIT("mib")},
	{STR_INIT("GiB"), STR_INIT("gib")},
	{STR_INIT("MBps"), STR_INIT("mbps")},
	{STR_INIT("ETag"), STR_INIT("etag")},
	{STR_INIT("CRC32C"), STR_INIT("crc32c")},
	{STR_INIT("CRC64NVME"), STR_INIT("crc64nvme")},
	{STR_INIT("DTrace"), STR_INIT("dtrace")},
	{STR_INIT("iSCSI"), STR_INIT("iscsi")},
	{STR_INIT("SSEKMS"), STR_INIT("sse_kms")},
};

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Says whether all of `rest` is an acronym in the plural: ACLs. */
static bool is_plural_acronym(Str rest)
{
	if (rest.len < 3 || rest.ptr[rest.len - 1] != 's')
		return false;
	for (size_t i = 0; i + 1 < rest.len; i++) {
		if (!is_capital(rest.ptr[i]))
			return false;
	}
	return true;
}

/* Says whether a new word begins at the capital `name[i]`. */
static bool begins_word(Str name, size_t i)
{
	char before = name.ptr[i - 1];

	if (is_small(before) || is_digit(before))
		return true;
	return is_capital(before) && i + 1 < name.len && is_small(name.ptr[i + 1]);
}

static char small(char c)
{
	return is_capital(c) ? (char)(c - 'A' + 'a') : c;
}

static size_t find_odd_word(Str rest)
{
	size_t n = sizeof(odd_words) / sizeof(odd_words[0]);

	for (size_t i = 0; i < n; i++) {
		if (str_starts(rest, odd_words[i].word))
			return i;
	}
	return n;
}

Str model_snake(Arena *a, Str name)
{
	char *out = ARENA_ARRAY(a, char, name.len * 2 + 2);
	size_t len = 0;
	size_t i = 0;
	bool is_forced = false; /* an odd word ended: a capital begins a word */

	while (i < name.len) {
		Str rest = str_slice(name, i, name.len);
		bool is_after_capital = i > 0 && is_capital(name.ptr[i - 1]);
		size_t odd = find_odd_word(rest);

		if (odd < sizeof(odd_words) / sizeof(odd_words[0])) {
			if (len > 0)
				out[len++] = '_';
			for (size_t k = 0; k < odd_words[odd].snake.len; k++)
				out[len++] = odd_words[odd].snake.ptr[k];
			i += odd_words[odd].word.len;
			is_forced = true;
			continue;
		}
		if (is_capital(rest.ptr[0]) && i > 0 &&
			(is_forced || begins_word(name, i) ||
				(!is_after_capital && is_plural_acronym(rest))) &&
			!(is_after_capital && is_plural_acronym(rest)))
			out[len++] = '_';
		is_forced = false;
		if (!is_after_capital && is_plural_acronym(rest)) {
			while (i < name.len)
				out[len++] = small(name.ptr[i++]);
			break;
		}
		out[len++] = small(name.ptr[i++]);
	}
	return (Str){out, len};
}

const ModelOperation *model_operation(const Model *m, Str name)
{
	uint32_t low = 0;
	uint32_t high = m->operation_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = str_cmp(m->operations[mid].name, name);

		if (order == 0)
			return &m->operations[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const ModelShape *model_shape(const Model *m, Str name)
{
	uint32_t low = 0;
	uint32_t high = m->shape_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = str_cmp(m->shapes[mid]->name, name);

		if (order == 0)
			return m->shapes[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const ModelMember *model_member(const ModelShape *structure, Str name)
{
	if (!structure)
		return NULL;
	for (uint32_t i = 0; i < structure->member_count; i++) {
		if (str_eq(structure->members[i].name, name))
			return &structure->members[i];
	}
	return NULL;
}

const ModelMember *model_member_snake(Arena *a, const ModelShape *structure, Str snake)
{
	if (!structure)
		return NULL;
	for (uint32_t i = 0; i < structure->member_count; i++) {
		const ModelMember *m = &structure->members[i];

		if (m->name.len <= snake.len && str_eq(model_snake(a, m->name), snake))
			return m;
	}
	return NULL;
}

/* Cuts the next segment of a URL, up to a slash that is not inside a placeholder. */
static Str cut_segment(Str *rest)
{
	size_t depth = 0;
	size_t i = 0;
	Str segment;

	while (i < rest->len && (rest->ptr[i] != '/' || depth > 0)) {
		if (rest->ptr[i] == '{')
			depth++;
		else if (rest->ptr[i] == '}' && depth > 0)
			depth--;
		i++;
	}
	segment = str_slice(*rest, 0, i);
	*rest = str_slice(*rest, i < rest->len ? i + 1 : i, rest->len);
	return segment;
}

static bool same_url(Str pattern, Str url)
{
	if (str_starts(pattern, STR("/")) != str_starts(url, STR("/")))
		return false;
	while (pattern.len > 0 && url.len > 0) {
		Str want = cut_segment(&pattern);
		Str have = cut_segment(&url);

		if (!str_starts(want, STR("{")) && !str_starts(have, STR("${")) &&
			!str_eq(want, have))
			return false;
	}
	return pattern.len == 0 && url.len == 0;
}

const ModelOperation *model_http(const Model *m, Str verb, Str url)
{
	for (uint32_t i = 0; i < m->operation_count; i++) {
		const ModelOperation *op = &m->operations[i];

		if (str_eq(op->method, verb) && same_url(op->uri, url))
			return op;
	}
	return NULL;
}
