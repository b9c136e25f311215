/* Built-ins with regular expressions (compiler/base/pattern.h).  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/limits.h"
#include "compiler/base/pattern.h"

typedef Vec(Value) Values;

/* Reads text and pattern; NULL: reported. */
static const Pattern *prepare(OpCtx *c, const Value *args, uint32_t count, Str *ret_text)
{
	Str pattern, error;
	size_t at;
	const Pattern *p;

	if (!builtin_text(c, args, count, 0, ret_text) ||
		!builtin_text(c, args, count, 1, &pattern))
		return NULL;
	p = pattern_compile(c->arena, pattern, &error, &at);
	if (!p)
		(void)op_fail(c, DIAG_CALL_FAILED, "the pattern `%.*s`, at character %zu: %.*s",
			STR_ARG(pattern), at + 1, STR_ARG(error));
	else if (!pattern_is_affordable(p, *ret_text))
		return (void)op_fail(c, DIAG_FUEL, "the text is too long for this pattern"), NULL;
	return p;
}

static Str group(Str text, const PatternMatch *m, uint32_t i)
{
	return m->begin[i] == SIZE_MAX ? STR("") : str_slice(text, m->begin[i], m->end[i]);
}

/* Where to look for the next match: an empty one moves on by a character. */
static size_t next_start(Str text, const PatternMatch *m)
{
	size_t at = m->end[0];

	if (m->end[0] > m->begin[0])
		return at;
	at++;
	while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
		at++;
	return at;
}

FN(MATCHES)
{
	Str text;
	const Pattern *p = prepare(c, args, count, &text);

	return p ? value_bool(pattern_matches(p, text)) : VALUE_NULL;
}

FN(REGEX_FIND)
{
	Str text;
	const Pattern *p = prepare(c, args, count, &text);
	PatternMatch m;

	return p && pattern_find(p, text, 0, &m) ? value_string(group(text, &m, 0)) : VALUE_NULL;
}

FN(REGEX_FIND_ALL)
{
	Str text;
	const Pattern *p = prepare(c, args, count, &text);
	Values found = {0};
	PatternMatch m;

	if (!p)
		return VALUE_NULL;
	for (size_t at = 0; at <= text.len && pattern_find(p, text, at, &m);
		at = next_start(text, &m))
		vec_add(c->arena, &found, value_string(group(text, &m, 0)));
	return value_list(c->arena, found.ptr, found.len);
}

FN(REGEX_GROUPS)
{
	Str text;
	const Pattern *p = prepare(c, args, count, &text);
	Values found = {0};
	PatternMatch m;

	if (!p || !pattern_find(p, text, 0, &m))
		return VALUE_NULL;
	for (uint32_t i = 1; i < pattern_group_count(p); i++)
		vec_add(c->arena, &found, value_string(group(text, &m, i)));
	return value_list(c->arena, found.ptr, found.len);
}

FN(REGEX_NAMED)
{
	Str text;
	const Pattern *p = prepare(c, args, count, &text);
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, PATTERN_GROUPS_MAX);
	uint32_t n = 0;
	PatternMatch m;

	if (!p || !pattern_find(p, text, 0, &m))
		return VALUE_NULL;
	for (uint32_t i = 1; i < pattern_group_count(p); i++) {
		if (pattern_group_name(p, i).len > 0)
			entries[n++] = (ValueEntry){
				pattern_group_name(p, i), value_string(group(text, &m, i))};
	}
	return value_map(c->arena, entries, n);
}

/* Adds `to` with $0 to $9 and ${name} filled in; $$ is a dollar. */
static void add_replacement(Buf *b, Str to, Str text, const Pattern *p, const PatternMatch *m)
{
	for (size_t i = 0; i < to.len; i++) {
		char next = i + 1 < to.len ? to.ptr[i + 1] : '\0';
		uint32_t n = (uint32_t)(next - '0');
		size_t end = next == '{' ? str_find(to, STR("}"), i) : SIZE_MAX;

		if (to.ptr[i] != '$' || next == '\0') {
			buf_add_char(b, to.ptr[i]);
		} else if (next == '$') {
			buf_add_char(b, '$');
			i++;
		} else if (next >= '0' && next <= '9') {
			if (n < pattern_group_count(p))
				buf_add(b, group(text, m, n));
			i++;
		} else if (end != SIZE_MAX) {
			for (uint32_t g = 1; g < pattern_group_count(p); g++) {
				if (str_eq(pattern_group_name(p, g), str_slice(to, i + 2, end)))
					buf_add(b, group(text, m, g));
			}
			i = end;
		} else {
			buf_add_char(b, '$');
		}
	}
}

FN(REGEX_REPLACE)
{
	Str text, to;
	const Pattern *p = prepare(c, args, count, &text);
	size_t done = 0;
	PatternMatch m;
	Buf b;

	if (!p || !builtin_text(c, args, count, 2, &to))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	for (size_t at = 0; at <= text.len && pattern_find(p, text, at, &m);
		at = next_start(text, &m)) {
		buf_add(&b, str_slice(text, done, m.begin[0]));
		add_replacement(&b, to, text, p, &m);
		done = m.end[0];
	}
	buf_add(&b, str_slice(text, done, text.len));
	return builtin_take_text(c, &b);
}
