/* YAML to values and back. */
#include "compiler/base/yaml.h"

#include "compiler/base/json.h"
#include "tests/unit/test.h"

#include <string.h>

/* Parses `text` and says whether it is `want` in JSON. */
static bool reads_as(const char *text, const char *want)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Buf b;
	Value v;
	bool is_same = false;

	buf_init(&b, 10000);
	if (yaml_parse(a, str_from(text), &v, &err)) {
		json_print(&b, v, 0);
		is_same = strcmp(buf_cstr(&b), want) == 0;
	}
	buf_fini(&b);
	diag_fini(&err);
	arena_free(a);
	return is_same;
}

static bool refuses(const char *text, const char *what)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Value v;
	bool ok = !yaml_parse(a, str_from(text), &v, &err) && err.code == DIAG_YAML &&
		(str_has(err.what, str_from(what)) || str_has(err.why, str_from(what)));

	diag_fini(&err);
	arena_free(a);
	return ok;
}

TEST(yaml_resolves_by_the_core_schema)
{
	CHECK_THAT(reads_as("[1, -2, +3, 0o17, 0x1F, 1.5, .5, 5., 1e3]",
		"[1,-2,3,15,31,1.5,0.5,5.0,1000.0]"));
	CHECK_THAT(reads_as("[true, False, null, ~, NULL, '']", "[true,false,null,null,null,\"\"]"));
	CHECK_THAT(reads_as("[yes, on, no, 1_000, 12:30, '3', \"true\", 1.2.3, ., -.]",
		"[\"yes\",\"on\",\"no\",\"1_000\",\"12:30\",\"3\",\"true\",\"1.2.3\",\".\",\"-.\"]"));
	CHECK_THAT(reads_as("[9223372036854775808, -]", "[9.223372036854776e+18,\"-\"]") ||
		reads_as("[9223372036854775808]", "[9.223372036854776e+18]"));
	CHECK_THAT(reads_as("", "null"));
	CHECK_THAT(reads_as("a:\n  - b: |\n      x\n      y\n    c:\n", "{\"a\":[{\"b\":\"x\\ny\\n\","
								   "\"c\":null}]}"));
	CHECK_THAT(reads_as("{3: x, true: y}", "{\"3\":\"x\",\"true\":\"y\"}"));
}

TEST(yaml_points_are_no_number)
{
	char points[101];

	for (size_t len = 4; len <= 100; len++) { /* once more than there was room */
		memset(points, '.', len);
		points[len] = 0;
		char want[128] = "\"";

		memcpy(want + 1, points, len);
		memcpy(want + 1 + len, "\"", 2);
		CHECK_THAT(reads_as(points, want));
	}
}

TEST(yaml_expands_anchors_up_to_a_limit)
{
	CHECK_THAT(reads_as("a: &x {k: 1}\nb: *x\nc: &s hi\nd: *s\n",
		"{\"a\":{\"k\":1},\"b\":{\"k\":1},\"c\":\"hi\",\"d\":\"hi\"}"));
	CHECK_THAT(refuses("a: *nope\n", "anchor"));
	CHECK_THAT(refuses("a: &a [*a]\n", "anchor"));
	CHECK_THAT(refuses("a: &a [x,x,x,x,x,x,x,x,x]\n"
			   "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
			   "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
			   "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
			   "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
			   "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
			   "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
		"too many nodes"));
}

TEST(yaml_refuses_what_it_must)
{
	CHECK_THAT(refuses("a: 1\na: 2\n", "twice"));
	CHECK_THAT(refuses("a: 1\na: 2\n", "line 2, column 1"));
	CHECK_THAT(refuses("a: !!str 3\n", "tags"));
	CHECK_THAT(refuses("a: !x [1]\n", "tags"));
	CHECK_THAT(refuses("[a]: 1\n", "key"));
	CHECK_THAT(refuses("a: 1\n---\nb: 2\n", "one document"));
	CHECK_THAT(refuses("a: [1\nb: 2", "line"));
	CHECK_THAT(refuses("a: b: c\n", "line 1"));
	CHECK_THAT(refuses("a: \xff\n", "UTF-8"));
	char deep[1200];

	memset(deep, '[', 600);
	memset(deep + 600, ']', 599);
	deep[1199] = 0;
	CHECK_THAT(refuses(deep, "deeply"));
}

TEST(yaml_prints_what_it_reads)
{
	static const char *const texts[] = {"plain", "", "yes", "3", "null", "a: b", "# x", "- x",
		"line\nline\n", "trailing ", "'quote'", "\xc3\xa9", "12:30", "<<", "*x", "{a", "%"};
	Arena *a = arena_new("test");
	Value items[24];
	uint32_t len = 0;
	Diag err = {0};
	Value back;
	Buf b;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		items[len++] = value_string(str_from(texts[i]));
	items[len++] = value_float(1.5);
	items[len++] = value_float(1e300);
	items[len++] = VALUE_NULL;
	items[len++] = value_bool(false);
	items[len++] = value_list(a, NULL, 0);
	Value v = value_with(a, value_map(a, NULL, 0), STR("list: x"), value_list(a, items, len));

	v = value_with(a, v, STR("empty"), value_map(a, NULL, 0));
	buf_init(&b, 10000);
	yaml_print(&b, v);
	CHECK_THAT(yaml_parse(a, buf_str(&b), &back, &err));
	CHECK_THAT(value_eq(v, back));
	buf_clear(&b);
	yaml_print(&b, value_with(a, VALUE_NULL, STR("a"), value_list(a, items, 1)));
	CHECK_THAT(str_eq(buf_str(&b), STR("a:\n- plain\n")));
	buf_fini(&b);
	diag_fini(&err);
	arena_free(a);
}

TEST(yaml_texts_survive_the_round_trip)
{
	static const char *const parts[] = {" ", "\n", "\t", ":", "#", "-", "? ", "{", "]", ",", "&",
		"*", "!", "|", ">", "'", "\"", "%", "@", "`", "a", "1", "\x01", "\xc3\xa9", "\r",
		"\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xf0\x9f\x98\x80", "\\", "~", ".", "="};
	uint32_t seed = 5;
	Buf text, b;

	buf_init(&text, 1000);
	buf_init(&b, 10000);
	for (int round = 0; round < 20000; round++) {
		Arena *a = arena_new("test");
		Diag err = {0};
		Value back = VALUE_NULL;

		buf_clear(&text);
		buf_clear(&b);
		for (uint32_t len = round % 7; len; len--) {
			seed = seed * 1664525 + 1013904223;
			buf_add_cstr(&text, parts[(seed >> 16) % (sizeof(parts) / sizeof(*parts))]);
		}
		Value v = value_with(a, VALUE_NULL, buf_str(&text), value_string(buf_str(&text)));

		yaml_print(&b, v);
		CHECK_THAT(yaml_parse(a, buf_str(&b), &back, &err) && value_eq(v, back));
		diag_fini(&err);
		arena_free(a);
	}
	buf_clear(&b);
	yaml_print(&b, value_string(STR("a\xff" "b")));
	CHECK_THAT(str_eq(buf_str(&b), STR("a\xef\xbf\xbd" "b\n")));
	buf_fini(&text);
	buf_fini(&b);
}
