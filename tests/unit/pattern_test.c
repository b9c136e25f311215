/* Regular expressions: a table of matches, refusals, and the time of a nasty one. */
#include "compiler/base/pattern.h"

#include "compiler/base/mem.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct Case {
	const char *pattern;
	const char *text;
	int begin; /* -1: no match */
	int end;
} Case;

static const Case cases[] = {
	{"abc", "xabcx", 1, 4},
	{"^abc$", "xabcx", -1, 0},
	{"^abc$", "abc", 0, 3},
	{"^a-?[a-z-]+$", "a-bc-d", 0, 6},
	{"a*", "aaa", 0, 3},
	{"a*?", "aaa", 0, 0},
	{"a+?b", "aaab", 0, 4},
	{"a|ab", "ab", 0, 1},
	{"(?:a|ab)$", "ab", 0, 2},
	{"x{2,3}", "xxxx", 0, 3},
	{"x{2,3}?", "xxxx", 0, 2},
	{"^x{3}$", "xxxx", -1, 0},
	{"x{0}y", "xy", 1, 2},
	{"a{,2}", "a{,2}", 0, 5},
	{"[^a-c]+", "abcxyzabc", 3, 6},
	{"[]a]+", "x]a]", 1, 4},
	{"[a\\]]+", "x]a]", 1, 4},
	{"[\\d_-]+", "ab12_-3", 2, 7},
	{"\\D+", "12ab3", 2, 4},
	{"\\bfoo\\b", "a foo b", 2, 5},
	{"\\bfoo\\b", "afoo b", -1, 0},
	{"\\Boo", "foo", 1, 3},
	{"(?i)hello", "say HeLLo", 4, 9},
	{"(?i:a)b", "Ab", 0, 2},
	{"(?i:a)b", "AB", -1, 0},
	{"(?i)[x-z]+", "aXyZ", 1, 4},
	{".", "\n", -1, 0},
	{"^.$", "\xc3\xa9", 0, 2},
	{"[\xc3\xa0-\xc3\xbf]", "x\xc3\xa9", 1, 3},
	{"\\u{e9}", "x\xc3\xa9", 1, 3},
	{"\\x41", "xA", 1, 2},
	{"[[:alpha:]]+", "12ab", 2, 4},
	{"(a*)*b", "aaab", 0, 4},
	{"(a|b|)*$", "abba", 0, 4},
	{"", "abc", 0, 0},
	{"$", "abc", 3, 3},
	{"a(|b)c", "ac", 0, 2},
	{"^vpc-[0-9a-f]{8,17}$", "vpc-0123abcd", 0, 12},
	{"^vpc-[0-9a-f]{8,17}$", "vpc-0123abc", -1, 0},
	{"\\.", "a.b", 1, 2},
	{"\\$\\{", "a${", 1, 3},
};

static Str text_of(const char *s)
{
	return str_from(s);
}

static const Pattern *compile(Arena *a, const char *text)
{
	Str error = STR_NONE;
	size_t at = 0;
	const Pattern *p = pattern_compile(a, text_of(text), &error, &at);

	if (!p)
		fprintf(stderr, "%s: %.*s\n", text, STR_ARG(error));
	return p;
}

TEST(pattern_find_table)
{
	Arena *a = arena_new("pattern");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const Pattern *p = compile(a, cases[i].pattern);
		PatternMatch m;
		bool found;

		CHECK_THAT(p != NULL);
		found = pattern_find(p, text_of(cases[i].text), 0, &m);
		CHECK_EQ(pattern_matches(p, text_of(cases[i].text)), found);
		if (found != (cases[i].begin >= 0) ||
			(found && ((int)m.begin[0] != cases[i].begin ||
					  (int)m.end[0] != cases[i].end))) {
			fprintf(stderr, "/%s/ on '%s': found %d at %d..%d\n", cases[i].pattern,
				cases[i].text, found, found ? (int)m.begin[0] : -1,
				found ? (int)m.end[0] : -1);
			CHECK_NEVER("as the table says");
		}
	}
	arena_free(a);
}

TEST(pattern_groups)
{
	Arena *a = arena_new("pattern");
	const Pattern *p = compile(a, "(?<year>\\d{4})-(\\d\\d)(-(\\d\\d))?");
	PatternMatch m;

	CHECK_EQ(pattern_group_count(p), 5);
	CHECK_THAT(str_eq(pattern_group_name(p, 1), STR("year")));
	CHECK_THAT(pattern_find(p, STR("on 2026-11."), 0, &m));
	CHECK_EQ(m.begin[1], 3);
	CHECK_EQ(m.end[1], 7);
	CHECK_EQ(m.begin[2], 8);
	CHECK_THAT(m.begin[3] == SIZE_MAX && m.end[4] == SIZE_MAX);
	CHECK_THAT(pattern_find(compile(a, "(a|b)*"), STR("abx"), 0, &m));
	CHECK_EQ(m.begin[1], 1);
	CHECK_THAT(pattern_find(compile(a, "^b|c"), STR("bbc"), 1, &m));
	CHECK_EQ(m.begin[0], 2);
	arena_free(a);
}

TEST(pattern_refusals)
{
	static const char *const wrong[] = {"a)", "(a", "[a", "*a", "a{2,1}", "a{2000}", "\\q",
		"\\1", "(?=a)", "(?<=a)", "[b-a]", "[\\d-z]", "\\x4",
		"((((a{100}){100}){100}){100})", "[[:what:]]", "\\"};
	Arena *a = arena_new("pattern");

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		Str error = STR_NONE;
		size_t at = 0;

		CHECK_THAT(!pattern_compile(a, text_of(wrong[i]), &error, &at));
		CHECK_THAT(error.len > 0 && at <= text_of(wrong[i]).len);
	}
	arena_free(a);
}

/* With backtracking this would take 2^40 steps. */
TEST(pattern_is_linear)
{
	Arena *a = arena_new("pattern");
	const Pattern *p = compile(a, "^(a|a)*(a|aa)*(a*)*(?:a?){30}a{30}b$");
	Buf b;

	buf_init(&b, 1 << 20);
	buf_add_repeat(&b, 'a', 5000);
	CHECK_THAT(!pattern_matches(p, buf_str(&b)));
	buf_add_char(&b, 'b');
	CHECK_THAT(pattern_matches(p, buf_str(&b)));
	CHECK_THAT(pattern_is_affordable(p, buf_str(&b)));
	CHECK_THAT(!pattern_is_affordable(p, (Str){b.ptr, (size_t)100 << 20}));
	buf_fini(&b);
	arena_free(a);
}
