/* Tests of reading XML answers. */
#include "runtime/wire/xml.h"
#include "tests/unit/test.h"

static bool reads_as(Str text, Str wanted)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Value v;
	Buf b;
	bool same = false;

	buf_init(&b, SIZE_MAX);
	if (xml_parse(a, text, &v, &err)) {
		value_print(&b, v, -1);
		same = str_eq(buf_str(&b), wanted);
	}
	buf_fini(&b);
	diag_fini(&err);
	arena_free(a);
	return same;
}

static bool is_refused(Str text)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Value v;
	bool refused = !xml_parse(a, text, &v, &err) && err.code == DIAG_HTTP_BODY && err.why.len;

	diag_fini(&err);
	arena_free(a);
	return refused;
}

TEST(xml_reads_elements_lists_and_attributes)
{
	CHECK_THAT(reads_as(STR("<a xmlns='urn:x'><b>1</b><c/><b>2</b></a>"),
		STR("{ a = { b = [\"1\", \"2\"], c = \"\" } }")));
	CHECK_THAT(reads_as(STR("<n:a n:k='v'>&lt;x&gt;&#65;</n:a>"), STR("{ a = { \"@k\" = \"v\" } }")));
	CHECK_THAT(reads_as(STR("<a>&lt;x&gt;&#65;</a>"), STR("{ a = \"<x>A\" }")));
}

TEST(xml_refuses_what_is_broken_deep_or_defines_entities)
{
	Buf deep;

	CHECK_THAT(is_refused(STR("<a><b></a>")));
	CHECK_THAT(is_refused(STR("")));
	CHECK_THAT(is_refused(STR("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>")));
	buf_init(&deep, SIZE_MAX);
	for (int i = 0; i < 500; i++)
		buf_add_cstr(&deep, "<a>");
	CHECK_THAT(is_refused(buf_str(&deep)));
	buf_fini(&deep);
}
