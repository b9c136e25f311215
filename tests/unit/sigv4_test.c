/* Tests of AWS signatures against vectors that botocore computed. */
#include "runtime/wire/sigv4.h"
#include "tests/unit/test.h"

static const SigKeys example_keys = {STR_INIT("AKIDEXAMPLE"),
	STR_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), STR_INIT("")};

/* 2026-01-02T03:04:05Z */
static const int64_t example_ms = 1767323045000;

static Str header(const HttpHeader *headers, uint32_t count, Str name)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_eq(headers[i].name, name))
			return headers[i].value;
	return STR_NONE;
}

TEST(sigv4_agrees_with_botocore)
{
	Arena *a = arena_new("test");
	HttpHeader form = {STR("Content-Type"), STR("application/x-www-form-urlencoded; charset=utf-8")};
	HttpRequest r = {.method = STR("POST"),
		.url = STR("https://ec2.us-east-1.amazonaws.com/"),
		.headers = &form,
		.header_count = 1,
		.body = STR("Action=DescribeRegions&Version=2016-11-15")};
	const HttpHeader *headers = NULL;
	uint32_t count = 0;

	sigv4_sign(a, &r, &example_keys, STR("us-east-1"), STR("ec2"), example_ms, false, &headers,
		&count);
	Str authorization = header(headers, count, STR("authorization"));
	CHECK_THAT(str_ends(authorization,
		STR("SignedHeaders=content-type;host;x-amz-date, "
		    "Signature=c6176c01436eb7b4ccdb6b0b0d3cd6b387014541ac53c1827957657cbba9ce7c")));
	CHECK_THAT(str_eq(header(headers, count, STR("x-amz-date")), STR("20260102T030405Z")));
	CHECK_THAT(str_eq(header(headers, count, STR("host")), STR("ec2.us-east-1.amazonaws.com")));
	arena_free(a);
}

TEST(sigv4_signs_tokens_and_s3_bodies)
{
	Arena *a = arena_new("test");
	SigKeys keys = example_keys;
	HttpRequest r = {.method = STR("GET"), .url = STR("http://127.0.0.1:5000/b?tagging&a=1")};
	const HttpHeader *headers = NULL;
	uint32_t count = 0;

	keys.session_token = STR("token");
	sigv4_sign(a, &r, &keys, STR("us-east-1"), STR("s3"), example_ms, true, &headers, &count);
	CHECK_THAT(str_has(header(headers, count, STR("authorization")),
		STR("host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")));
	CHECK_THAT(str_eq(header(headers, count, STR("host")), STR("127.0.0.1:5000")));
	CHECK_EQ(header(headers, count, STR("x-amz-content-sha256")).len, 64);
	arena_free(a);
}
