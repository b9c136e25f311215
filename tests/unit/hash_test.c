/* Digests and codecs, by published vectors. */
#include "compiler/base/hash.h"

#include "tests/unit/test.h"

static bool hex_is(Digest d, const char *want)
{
	Arena *a = arena_new("test");
	bool is_same = str_eq(hash_hex(a, &d), str_from(want));

	arena_free(a);
	return is_same;
}

TEST(hash_digests)
{
	CHECK_THAT(hex_is(hash_of(HASH_MD5, STR("abc")), "900150983cd24fb0d6963f7d28e17f72"));
	CHECK_THAT(hex_is(hash_of(HASH_SHA1, STR("abc")),
		"a9993e364706816aba3e25717850c26c9cd0d89d"));
	CHECK_THAT(hex_is(hash_of(HASH_SHA256, STR_NONE),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	CHECK_EQ((int64_t)hash_of(HASH_SHA512, STR("abc")).len, 64);
	CHECK_THAT(hex_is(hash_hmac(HASH_SHA256, STR("key"),
				  STR("The quick brown fox jumps over the lazy dog")),
		"f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"));
	CHECK_EQ((int64_t)hash_hmac(HASH_SHA256, STR_NONE, STR_NONE).len, 32);
	CHECK_EQ(hash_crc32(STR("123456789")), 0xcbf43926);
	CHECK_EQ(hash_crc32(STR("")), 0);
}

TEST(hash_text_forms)
{
	static const struct {
		const char *bytes, *base64, *base32;
	} cases[] = {{"", "", ""}, {"f", "Zg==", "my"}, {"fo", "Zm8=", "mzxq"},
		{"foo", "Zm9v", "mzxw6"}, {"foob", "Zm9vYg==", "mzxw6yq"},
		{"fooba", "Zm9vYmE=", "mzxw6ytb"}, {"foobar", "Zm9vYmFy", "mzxw6ytboi"}};
	Buf b;

	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_clear(&b);
		hash_add_base64(&b, str_from(cases[i].bytes));
		CHECK_THAT(str_eq(buf_str(&b), str_from(cases[i].base64)));
		buf_clear(&b);
		hash_add_base32(&b, str_from(cases[i].bytes));
		CHECK_THAT(str_eq(buf_str(&b), str_from(cases[i].base32)));
		buf_clear(&b);
		CHECK_THAT(hash_unbase64(&b, str_from(cases[i].base64)));
		CHECK_THAT(str_eq(buf_str(&b), str_from(cases[i].bytes)));
	}
	buf_clear(&b);
	hash_add_base64url(&b, STR("\xfb\xff"));
	CHECK_THAT(str_eq(buf_str(&b), STR("-_8")));
	buf_clear(&b);
	CHECK_THAT(hash_unbase64(&b, STR("-_8")) && hash_unbase64(&b, STR("+/8")));
	CHECK_THAT(str_eq(buf_str(&b), STR("\xfb\xff\xfb\xff")));
	CHECK_THAT(!hash_unbase64(&b, STR("Z")) && !hash_unbase64(&b, STR("Zg=")));
	CHECK_THAT(!hash_unbase64(&b, STR("Zg===")) && !hash_unbase64(&b, STR("Z g=")));
	CHECK_EQ((int64_t)b.len, 4);
	buf_fini(&b);
}

TEST(hash_hex_round_trips)
{
	char bytes[256];
	Buf hex, back;

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	buf_init(&hex, 1000);
	buf_init(&back, 1000);
	hash_add_hex(&hex, (Str){bytes, 256});
	CHECK_THAT(hash_unhex(&back, buf_str(&hex)));
	CHECK_THAT(str_eq(buf_str(&back), (Str){bytes, 256}));
	CHECK_THAT(!hash_unhex(&back, STR("abc")) && !hash_unhex(&back, STR("0g")));
	CHECK_THAT(hash_unhex(&back, STR("aF")));
	buf_fini(&hex);
	buf_fini(&back);
}
