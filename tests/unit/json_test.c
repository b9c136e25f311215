/* JSON to values and back. */
#include "compiler/base/json.h"

#include "tests/unit/test.h"

#include <string.h>

/* Parses `text` and says whether it prints as `want`. */
static bool reads_as(const char *text, const char *want)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Buf b;
	Value v;
	bool is_same = false;

	buf_init(&b, 10000);
	if (json_parse(a, str_from(text), &v, &err)) {
		json_print(&b, v, 0);
		is_same = strcmp(buf_cstr(&b), want) == 0;
	}
	buf_fini(&b);
	diag_fini(&err);
	arena_free(a);
	return is_same;
}

static bool refuses(Str text, const char *what)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Value v;
	bool ok = !json_parse(a, text, &v, &err) && err.code == DIAG_JSON &&
		(str_has(err.what, str_from(what)) || str_has(err.why, str_from(what)));

	diag_fini(&err);
	arena_free(a);
	return ok;
}

TEST(json_reads_and_prints)
{
	CHECK_THAT(reads_as(" {\"b\": [1, -2.5, true, null], \"a\": {}} ",
		"{\"a\":{},\"b\":[1,-2.5,true,null]}"));
	CHECK_THAT(reads_as("\"a\\u00e9\\n\\u0000\\\"\\\\/\"", "\"a\xc3\xa9\\n\\u0000\\\"\\\\/\""));
	CHECK_THAT(reads_as("3.0", "3.0"));
	CHECK_THAT(reads_as("1e3", "1000.0"));
	CHECK_THAT(reads_as("[]", "[]"));
	CHECK_THAT(reads_as("-9223372036854775808", "-9223372036854775808"));
}

TEST(json_makes_floats_of_what_does_not_fit)
{
	CHECK_THAT(reads_as("[9223372036854775807, 9223372036854775808, 3, \"9223372036854775808\"]",
		"[9223372036854775807,9.223372036854776e+18,3,\"9223372036854775808\"]"));
	CHECK_THAT(reads_as("[-123456789012345678901,1.23456789012345678901e1,"
			    "99999999999999999999e2]",
		"[-1.2345678901234568e+20,12.345678901234567,1e+22]"));
}

TEST(json_refuses_what_is_not_json)
{
	char deep[2000];

	CHECK_THAT(refuses(STR("{\"a\":1,\"a\":2}"), "duplicate"));
	CHECK_THAT(refuses(STR("{\n  \"a\": x}"), "line 2"));
	CHECK_THAT(refuses(STR(""), "line 1"));
	CHECK_THAT(refuses(STR("1 2"), "line 1"));
	CHECK_THAT(refuses(STR("1e999"), "line 1"));
	CHECK_THAT(refuses(STR("\"\xff\""), "line 1"));
	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 1000);
	CHECK_THAT(refuses((Str){deep, 2000}, "deeply"));
}

TEST(json_prints_quantities)
{
	Arena *a = arena_new("test");
	Residual r = {.op = RESIDUAL_SECRET, .is_secret = true};
	Value items[] = {value_number(VAL_SIZE, 1024), value_number(VAL_DURATION, 90000),
		value_number(VAL_DURATION, 1500), value_number(VAL_MONEY, 2500000000),
		value_number(VAL_PRICE, -1), {.kind = VAL_GPUS, .as.text = STR("8xH100")},
		value_range(a, value_int(1), VALUE_NULL), value_residual(&r)};
	Buf b;

	buf_init(&b, 1000);
	json_print(&b, value_list(a, items, 8), 0);
	CHECK_THAT(str_eq(buf_str(&b),
		STR("[1024,90,1.5,2.5,-0.000000001,\"8xH100\",[1,null],null]")));
	buf_clear(&b);
	json_print(&b, value_with(a, VALUE_NULL, STR("a"), value_list(a, items, 2)), 2);
	CHECK_THAT(str_eq(buf_str(&b), STR("{\n  \"a\": [\n    1024,\n    90\n  ]\n}")));
	buf_clear(&b);
	json_print_string(&b, STR("a\xff\x01\t"));
	CHECK_THAT(str_eq(buf_str(&b), STR("\"a\xef\xbf\xbd\\u0001\\t\"")));
	buf_fini(&b);
	arena_free(a);
}
