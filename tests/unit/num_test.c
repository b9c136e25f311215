/* Checked arithmetic and the text of numbers. */
#include "compiler/base/num.h"

#include "tests/unit/test.h"

#include <math.h>
#include <string.h>

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

TEST(num_refuses_overflow)
{
	int64_t r = 7;

	CHECK_THAT(!num_add(INT64_MAX, 1, &r) && !num_add(INT64_MIN, -1, &r));
	CHECK_THAT(!num_sub(INT64_MIN, 1, &r) && !num_sub(0, INT64_MIN, &r));
	CHECK_THAT(!num_mul(INT64_MIN, -1, &r) && !num_mul(INT64_MAX, 2, &r));
	CHECK_THAT(!num_mul((int64_t)1 << 32, (int64_t)1 << 31, &r));
	CHECK_THAT(!num_div(1, 0, &r) && !num_div(INT64_MIN, -1, &r));
	CHECK_THAT(!num_rem(1, 0, &r) && !num_rem(INT64_MIN, -1, &r));
	CHECK_EQ(r, 7);
	CHECK_THAT(num_mul(INT64_MIN, 1, &r) && r == INT64_MIN);
	CHECK_THAT(num_mul(-((int64_t)1 << 32), (int64_t)1 << 31, &r) && r == INT64_MIN);
	CHECK_THAT(num_add(INT64_MAX, INT64_MIN, &r) && r == -1);
	CHECK_THAT(num_sub(-1, INT64_MIN, &r) && r == INT64_MAX);
	CHECK_THAT(num_div(-7, 2, &r) && r == -3);
	CHECK_THAT(num_rem(-7, 2, &r) && r == -1);
}

TEST(num_mul_agrees_with_division)
{
	uint64_t seed = 88172645463325252u;

	for (int i = 0; i < 100000; i++) {
		int64_t a = (int64_t)next_random(&seed) >> (next_random(&seed) & 63);
		int64_t b = (int64_t)next_random(&seed) >> (next_random(&seed) & 63);
		int64_t r;
		bool fits = num_mul(a, b, &r);

		if (fits && a && a != -1)
			CHECK_THAT(r / a == b && r % a == 0);
		CHECK_THAT(fits || (a && b && fabs((double)a * (double)b) > 9.2e18));
	}
}

TEST(num_mul_div_is_exact_and_rounds)
{
	int64_t r = 7;
	uint64_t seed = 1;

	CHECK_THAT(num_mul_div(INT64_MAX, INT64_MAX, INT64_MAX, &r) && r == INT64_MAX);
	CHECK_THAT(num_mul_div(INT64_MIN, INT64_MIN, INT64_MIN, &r) && r == INT64_MIN);
	CHECK_THAT(num_mul_div(1, 1, 2, &r) && r == 1);
	CHECK_THAT(num_mul_div(-1, 1, 2, &r) && r == -1);
	CHECK_THAT(num_mul_div(1, 1, 3, &r) && r == 0);
	CHECK_THAT(num_mul_div(5, 1, -3, &r) && r == -2);
	CHECK_THAT(!num_mul_div(1, 1, 0, &r) && !num_mul_div(INT64_MAX, 2, 1, &r));
	for (int i = 0; i < 20000; i++) {
		int64_t a = (int64_t)next_random(&seed) >> 1 >> (next_random(&seed) % 62);
		int64_t c = (int64_t)next_random(&seed) >> 1 >> (next_random(&seed) % 62);

		if (c)
			CHECK_THAT(num_mul_div(a, c, c, &r) && r == a);
	}
}

TEST(num_parses_integers)
{
	int64_t n = 7;
	uint64_t u;

	CHECK_THAT(num_parse_int(STR("-9223372036854775808"), &n) && n == INT64_MIN);
	CHECK_THAT(num_parse_int(STR("+12"), &n) && n == 12);
	CHECK_THAT(!num_parse_int(STR("9223372036854775808"), &n));
	CHECK_THAT(!num_parse_int(STR(""), &n) && !num_parse_int(STR("-"), &n));
	CHECK_THAT(!num_parse_int(STR("1x"), &n) && !num_parse_int(STR(" 1"), &n));
	CHECK_THAT(num_parse_base(STR("fF"), 16, &u) && u == 255);
	CHECK_THAT(num_parse_base(STR("18446744073709551615"), 10, &u) && u == UINT64_MAX);
	CHECK_THAT(!num_parse_base(STR("18446744073709551616"), 10, &u));
	CHECK_THAT(!num_parse_base(STR("8"), 8, &u));
}

TEST(num_parses_floats)
{
	double f;

	CHECK_THAT(num_parse_float(STR("1.5e3"), &f) && fabs(f - 1500) < 1e-9);
	CHECK_THAT(num_parse_float(STR("-0.25"), &f) && fabs(f + 0.25) < 1e-12);
	CHECK_THAT(num_parse_float(STR("7"), &f) && fabs(f - 7) < 1e-12);
	CHECK_THAT(num_parse_float(STR("0.1000000000000000000000000000000000000000000000000000000"
				       "00000000000000000"),
			   &f) &&
		fabs(f - 0.1) < 1e-12);
	CHECK_THAT(!num_parse_float(STR("1."), &f) && !num_parse_float(STR(".5"), &f));
	CHECK_THAT(!num_parse_float(STR("0x1p3"), &f) && !num_parse_float(STR("inf"), &f));
	CHECK_THAT(!num_parse_float(STR("1e"), &f) && !num_parse_float(STR("1e400"), &f));
	CHECK_THAT(!num_parse_float(STR("1e5 "), &f) && !num_parse_float(STR(""), &f));
}

static bool prints_as(double f, const char *want)
{
	Buf b;

	buf_init(&b, 100);
	num_print_float(&b, f);
	bool is_same = strcmp(buf_cstr(&b), want) == 0;

	buf_fini(&b);
	return is_same;
}

TEST(num_prints_floats_shortest)
{
	CHECK_THAT(prints_as(3, "3.0"));
	CHECK_THAT(prints_as(0.1, "0.1"));
	CHECK_THAT(prints_as(0.1 + 0.2, "0.30000000000000004"));
	CHECK_THAT(prints_as(1e300, "1e+300"));
	CHECK_THAT(prints_as(-2.5, "-2.5"));
	CHECK_THAT(prints_as(100000, "100000.0"));
	CHECK_THAT(prints_as(5e-324, "5e-324"));
	CHECK_THAT(prints_as((double)INFINITY, "inf"));
	CHECK_THAT(prints_as(-(double)INFINITY, "-inf"));
	CHECK_THAT(prints_as((double)NAN, "nan"));
}

TEST(num_floats_survive_the_round_trip)
{
	uint64_t seed = 4711;
	Buf b;

	buf_init(&b, 100);
	for (int i = 0; i < 50000; i++) {
		uint64_t bits = next_random(&seed);
		double f, back;

		memcpy(&f, &bits, sizeof(f));
		if (!isfinite(f))
			continue;
		buf_clear(&b);
		num_print_float(&b, f);
		CHECK_THAT(num_parse_float(buf_str(&b), &back) &&
			memcmp(&f, &back, sizeof(f)) == 0);
	}
	buf_fini(&b);
}

TEST(num_parses_scaled_decimals)
{
	int64_t n = 7;

	CHECK_THAT(num_parse_scaled(STR("1.5"), 9, &n) && n == 1500000000);
	CHECK_THAT(num_parse_scaled(STR("-0.001"), 3, &n) && n == -1);
	CHECK_THAT(num_parse_scaled(STR("42"), 0, &n) && n == 42);
	CHECK_THAT(num_parse_scaled(STR("9223372036.854775807"), 9, &n) && n == INT64_MAX);
	CHECK_THAT(!num_parse_scaled(STR("9223372036.854775808"), 9, &n));
	CHECK_THAT(!num_parse_scaled(STR("0.0001"), 3, &n));
	CHECK_THAT(!num_parse_scaled(STR("1."), 3, &n) && !num_parse_scaled(STR(".1"), 3, &n));
	CHECK_THAT(!num_parse_scaled(STR("1a"), 3, &n) && !num_parse_scaled(STR(""), 3, &n));
}
