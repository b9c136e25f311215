/* UTF-8 and widths. */
#include "compiler/base/utf8.h"

#include "tests/unit/test.h"

TEST(utf8_round_trips_every_code_point)
{
	Buf b;

	buf_init(&b, 100);
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t at = 0;
		size_t wrong;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		buf_clear(&b);
		utf8_add(&b, c);
		if (!utf8_is_valid(buf_str(&b), &wrong) || utf8_next(buf_str(&b), &at) != c ||
			at != b.len)
			CHECK_EQ(c, -1);
	}
	buf_fini(&b);
}

TEST(utf8_refuses_what_is_ill_formed)
{
	static const struct {
		Str text;
		size_t wrong;
	} cases[] = {
		{STR_INIT("\x80"), 0},
		{STR_INIT("ab\xc0\x80"), 2},         /* overlong */
		{STR_INIT("\xe0\x80\x80"), 0},       /* overlong */
		{STR_INIT("\xed\xa0\x80"), 0},       /* a surrogate */
		{STR_INIT("\xf0\x80\x80\x80"), 0},   /* overlong */
		{STR_INIT("\xf4\x90\x80\x80"), 0},   /* past the last */
		{STR_INIT("x\xe2\x82"), 1},          /* cut short */
		{STR_INIT("\xff"), 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t wrong = 99;
		size_t at = cases[i].wrong;

		CHECK_THAT(!utf8_is_valid(cases[i].text, &wrong));
		CHECK_EQ((int64_t)wrong, (int64_t)cases[i].wrong);
		CHECK_EQ(utf8_next(cases[i].text, &at), 0xfffd);
		CHECK_EQ((int64_t)at, (int64_t)cases[i].wrong + 1);
	}
}

TEST(utf8_measures_width)
{
	CHECK_EQ(utf8_width(STR("abc")), 3);
	CHECK_EQ(utf8_width(STR("\xc3\xa9")), 1);                 /* e acute */
	CHECK_EQ(utf8_width(STR("e\xcc\x81")), 1);                /* e, combining acute */
	CHECK_EQ(utf8_width(STR("\xe6\xbc\xa2\xe5\xad\x97")), 4); /* two Han characters */
	CHECK_EQ(utf8_width(STR("\xf0\x9f\x98\x80")), 2);         /* a smiling face */
	CHECK_EQ(utf8_width(STR("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb")), 2); /* joined */
	CHECK_EQ(utf8_width(STR("\x1b")), 0);
	CHECK_EQ((int64_t)utf8_count(STR("a\xc3\xa9z")), 3);
	CHECK_THAT(utf8_is_bidi(0x202e) && utf8_is_bidi(0x2066) && !utf8_is_bidi('a'));
}
