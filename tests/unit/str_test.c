/* Slices. */
#include "compiler/base/str.h"

#include "tests/unit/test.h"

#include <string.h>

TEST(str_compares_bytewise)
{
	CHECK_THAT(str_eq(STR("ab"), STR("ab")));
	CHECK_THAT(str_eq(STR_NONE, STR("")));
	CHECK_THAT(!str_eq(STR("ab"), STR("abc")));
	CHECK_THAT(str_cmp(STR("ab"), STR("abc")) < 0);
	CHECK_THAT(str_cmp(STR("b"), STR("abc")) > 0);
	CHECK_THAT(str_cmp(STR("\xff"), STR("a")) > 0);
	CHECK_EQ(str_cmp(STR(""), STR_NONE), 0);
	CHECK_THAT(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
	CHECK_THAT(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
	CHECK_THAT(str_eq_nocase(STR("aBc1"), STR("AbC1")));
	CHECK_THAT(!str_eq_nocase(STR("ab"), STR("ac")));
}

TEST(str_finds_parts)
{
	Str s = STR("abcabcab");

	CHECK_EQ((int64_t)str_find(s, STR("ca"), 0), 2);
	CHECK_EQ((int64_t)str_find(s, STR("ca"), 3), 5);
	CHECK_THAT(str_find(s, STR("ca"), 6) == SIZE_MAX);
	CHECK_THAT(str_find(s, STR("x"), 0) == SIZE_MAX);
	CHECK_THAT(str_find(s, STR("a"), 9) == SIZE_MAX);
	CHECK_EQ((int64_t)str_find(s, STR(""), 8), 8);
	CHECK_EQ((int64_t)str_rfind(s, STR("ab")), 6);
	CHECK_THAT(str_rfind(s, STR("abcabcabc")) == SIZE_MAX);
	CHECK_THAT(str_has(s, STR("cab")) && !str_has(s, STR("cc")));
}

TEST(str_find_agrees_with_a_naive_search)
{
	char text[64];
	uint32_t seed = 7;

	for (int round = 0; round < 5000; round++) {
		size_t len = 0;

		for (; len < sizeof(text); len++) {
			seed = seed * 1664525 + 1013904223;
			text[len] = "ab"[seed >> 30 & 1];
		}
		Str part = {text + (seed >> 9 & 31), seed >> 5 & 7};
		Str s = {text, len - (seed >> 14 & 31)};
		size_t want = SIZE_MAX;

		for (size_t at = 0; at + part.len <= s.len && want == SIZE_MAX; at++)
			if (memcmp(s.ptr + at, part.ptr, part.len) == 0)
				want = at;
		CHECK_THAT(str_find(s, part, 0) == want);
	}
}

TEST(str_slices_and_cuts)
{
	Str rest = STR("a.b.");
	Str before;

	CHECK_THAT(str_eq(str_slice(STR("abc"), 1, 99), STR("bc")));
	CHECK_EQ((int64_t)str_slice(STR("abc"), 2, 1).len, 0);
	CHECK_THAT(str_eq(str_cut(&rest, STR(".")), STR("a")));
	CHECK_THAT(str_cut_found(&rest, STR("."), &before) && str_eq(before, STR("b")));
	CHECK_EQ((int64_t)rest.len, 0);
	CHECK_THAT(!str_cut_found(&rest, STR("."), &before) && !before.len);
	CHECK_THAT(str_eq(str_trim(STR(" \t a b\r\n")), STR("a b")));
	CHECK_EQ((int64_t)str_trim(STR("   ")).len, 0);
	CHECK_THAT(str_eq(str_trim_prefix(STR("v1.2"), STR("v")), STR("1.2")));
	CHECK_THAT(str_eq(str_trim_suffix(STR("a.styx"), STR(".styx")), STR("a")));
	CHECK_THAT(str_eq(str_trim_suffix(STR("a.txt"), STR(".styx")), STR("a.txt")));
}

TEST(str_copies_prints_and_joins)
{
	Arena *a = arena_new("test");
	Str parts[] = {STR_INIT("a"), STR_INIT(""), STR_INIT("bc")};
	Str copy = str_copy(a, str_slice(STR("abc"), 0, 2));

	CHECK_EQ(copy.ptr[2], 0);
	CHECK_THAT(str_eq(str_join(a, parts, 3, STR(", ")), STR("a, , bc")));
	CHECK_EQ((int64_t)str_join(a, NULL, 0, STR(",")).len, 0);
	CHECK_THAT(str_eq(str_print(a, "%d-%s", 7, "x"), STR("7-x")));
	Str wide = str_print(a, "%1000d|", 5);

	CHECK_EQ((int64_t)wide.len, 1001);
	CHECK_THAT(wide.ptr[999] == '5' && wide.ptr[1000] == '|' && !wide.ptr[1001]);
	CHECK_THAT(str_eq(str_lower(a, STR("AbZ[")), STR("abz[")));
	arena_free(a);
}

TEST(str_hash_tells_short_texts_apart)
{
	enum { KEYS = 4096 };
	uint64_t seen[KEYS] = {0};
	char key[16];

	for (int i = 0; i < KEYS; i++) {
		memset(key, 0, sizeof(key));
		key[0] = (char)(i & 255);
		key[i % 15 + 1] = (char)(i >> 8);
		uint64_t h = str_hash((Str){key, (size_t)(i % 3 + 14)});

		for (int j = 0; j < i; j++)
			if (seen[j] == h && i % 3 == j % 3 && i >> 8)
				CHECK_NEVER("two keys, one hash");
		seen[i] = h;
	}
	CHECK_THAT(str_hash(STR("a")) != str_hash((Str){"a\0", 2}));
	CHECK_THAT(str_hash(STR("")) == str_hash(STR_NONE));
}

/* The textbook: optimal string alignment over whole rows. */
static uint32_t naive_distance(Str a, Str b)
{
	uint32_t d[16][16];

	for (uint32_t i = 0; i <= a.len; i++)
		for (uint32_t j = 0; j <= b.len; j++) {
			if (!i || !j) {
				d[i][j] = i + j;
				continue;
			}
			uint32_t best = d[i - 1][j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);

			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
				a.ptr[i - 2] == b.ptr[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[a.len][b.len];
}

TEST(str_distance_agrees_with_the_textbook)
{
	char x[16], y[16];
	uint32_t seed = 3;

	CHECK_EQ(str_distance(STR("cidr"), STR("cdir"), 5), 1);
	CHECK_EQ(str_distance(STR("kitten"), STR("sitting"), 5), 3);
	CHECK_EQ(str_distance(STR(""), STR("abc"), 5), 3);
	CHECK_EQ(str_distance(STR("abcdef"), STR("uvwxyz"), 2), 3);
	for (int round = 0; round < 20000; round++) {
		for (int i = 0; i < 16; i++) {
			seed = seed * 1664525 + 1013904223;
			x[i] = "abc"[(seed >> 16) % 3];
			y[i] = "abc"[(seed >> 24) % 3];
		}
		Str a = {x, seed >> 8 & 7};
		Str b = {y, seed >> 12 & 7};
		uint32_t max = seed >> 28 & 7;
		uint32_t want = naive_distance(a, b);

		CHECK_EQ(str_distance(a, b, max), want <= max ? want : max + 1);
	}
}

TEST(str_nearest_suggests_only_what_is_near)
{
	Str names[] = {STR_INIT("cidr_block"), STR_INIT("vpc_id"), STR_INIT("tags"), STR_INIT("id")};

	CHECK_THAT(str_eq(str_nearest(STR("cidr_blokc"), names, 4), STR("cidr_block")));
	CHECK_THAT(str_eq(str_nearest(STR("vcp_id"), names, 4), STR("vpc_id")));
	CHECK_THAT(str_eq(str_nearest(STR("TAGS"), names, 4), STR("tags")));
	CHECK_THAT(str_eq(str_nearest(STR("tag"), names, 4), STR("tags")));
	CHECK_EQ((int64_t)str_nearest(STR("zebra"), names, 4).len, 0);
	CHECK_EQ((int64_t)str_nearest(STR("x"), (Str[]){STR("y")}, 1).len, 0);
	CHECK_EQ((int64_t)str_nearest(STR(""), names, 4).len, 0);
}

TEST(str_glob_matches)
{
	CHECK_THAT(str_glob(STR("*"), STR("")));
	CHECK_THAT(str_glob(STR("store.*"), STR("store.commit")));
	CHECK_THAT(str_glob(STR("*a*b"), STR("xxaaxbxb")));
	CHECK_THAT(!str_glob(STR("*a*b"), STR("xxaaxbxc")));
	CHECK_THAT(str_glob(STR("a?c"), STR("abc")) && !str_glob(STR("a?c"), STR("ac")));
	CHECK_THAT(!str_glob(STR(""), STR("a")) && str_glob(STR(""), STR("")));
}

TEST(str_squeeze_makes_one_line)
{
	Arena *a = arena_new("test");

	CHECK_THAT(str_eq(str_squeeze(a, STR(" a \r\n\t b  c ")), STR("a b c")));
	CHECK_THAT(str_eq(str_squeeze(a, STR("abc")), STR("abc")));
	CHECK_EQ(str_squeeze(a, STR(" \n ")).len, 0);
	CHECK_EQ(str_squeeze(a, STR("")).len, 0);
	arena_free(a);
}
