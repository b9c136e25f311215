/* What is escaped is what the formats want. */
#include "compiler/base/escape.h"

#include "tests/unit/test.h"

TEST(escape_xml_replaces_the_five)
{
	Buf b;

	buf_init(&b, SIZE_MAX);
	escape_xml(&b, STR("<a b=\"c\">&'"));
	CHECK_THAT(str_eq(buf_str(&b), STR("&lt;a b=&quot;c&quot;&gt;&amp;&#39;")));
	buf_fini(&b);
}

TEST(escape_url_keeps_what_is_unreserved)
{
	Buf b;

	buf_init(&b, SIZE_MAX);
	escape_url(&b, STR("aZ09-._~ /+\xc3\xa9"), false);
	CHECK_THAT(str_eq(buf_str(&b), STR("aZ09-._~%20%2F%2B%C3%A9")));
	buf_clear(&b);
	escape_url(&b, (Str){"a/b\0", 4}, true);
	CHECK_THAT(str_eq(buf_str(&b), STR("a/b%00")));
	buf_fini(&b);
}
