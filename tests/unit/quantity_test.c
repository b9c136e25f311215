/* Sizes, durations, money and prices as the language writes them. */
#include "compiler/base/quantity.h"

#include "tests/unit/test.h"

#include <string.h>

typedef bool Parser(Str s, int64_t *ret);
typedef void Printer(Buf *b, int64_t n);

static bool reads_as(Parser *parse, const char *text, int64_t want)
{
	int64_t n = -77;

	return parse(str_from(text), &n) && n == want;
}

static bool refuses(Parser *parse, const char *text)
{
	int64_t n = -77;

	return !parse(str_from(text), &n) && n == -77;
}

static bool prints_as(Printer *print, int64_t n, const char *want)
{
	Buf b;

	buf_init(&b, 100);
	print(&b, n);
	bool is_same = strcmp(buf_cstr(&b), want) == 0;

	buf_fini(&b);
	return is_same;
}

TEST(quantity_reads_sizes)
{
	CHECK_THAT(reads_as(quantity_parse_size, "64GiB", (int64_t)64 << 30));
	CHECK_THAT(reads_as(quantity_parse_size, "64GB", 64000000000));
	CHECK_THAT(reads_as(quantity_parse_size, "1.5kB", 1500));
	CHECK_THAT(reads_as(quantity_parse_size, "0.5KiB", 512));
	CHECK_THAT(reads_as(quantity_parse_size, "1_000B", 1000));
	CHECK_THAT(reads_as(quantity_parse_size, "0x10KiB", 16384));
	CHECK_THAT(reads_as(quantity_parse_size, "2.5e3kB", 2500000));
	CHECK_THAT(reads_as(quantity_parse_size, "25.0e-1kB", 2500));
	CHECK_THAT(reads_as(quantity_parse_size, "-3MB", -3000000));
	CHECK_THAT(refuses(quantity_parse_size, "1.5B"));
	CHECK_THAT(refuses(quantity_parse_size, "0.3KiB"));
	CHECK_THAT(refuses(quantity_parse_size, "64G"));
	CHECK_THAT(refuses(quantity_parse_size, "64gb"));
	CHECK_THAT(refuses(quantity_parse_size, "64"));
	CHECK_THAT(refuses(quantity_parse_size, "GB"));
	CHECK_THAT(refuses(quantity_parse_size, "1_GB"));
	CHECK_THAT(refuses(quantity_parse_size, "9000000PiB"));
	CHECK_THAT(refuses(quantity_parse_size, "1.0e999B"));
	CHECK_THAT(refuses(quantity_parse_size, ""));
}

TEST(quantity_reads_durations)
{
	CHECK_THAT(reads_as(quantity_parse_duration, "1h30min", 5400000));
	CHECK_THAT(reads_as(quantity_parse_duration, "1.5s", 1500));
	CHECK_THAT(reads_as(quantity_parse_duration, "2w", 1209600000));
	CHECK_THAT(reads_as(quantity_parse_duration, "250ms", 250));
	CHECK_THAT(refuses(quantity_parse_duration, "10m"));
	CHECK_THAT(refuses(quantity_parse_duration, "10"));
	CHECK_THAT(refuses(quantity_parse_duration, "1h30"));
	CHECK_THAT(refuses(quantity_parse_duration, "1.5ms"));
	CHECK_THAT(refuses(quantity_parse_duration, ""));
}

TEST(quantity_reads_money_and_prices)
{
	CHECK_THAT(reads_as(quantity_parse_money, "$500", 500000000000));
	CHECK_THAT(reads_as(quantity_parse_money, "$2.50", 2500000000));
	CHECK_THAT(refuses(quantity_parse_money, "$2.50/h"));
	CHECK_THAT(refuses(quantity_parse_money, "2.50"));
	CHECK_THAT(refuses(quantity_parse_money, "$-1"));
	CHECK_THAT(refuses(quantity_parse_money, "$"));
	CHECK_THAT(reads_as(quantity_parse_price, "$60/d", 2500000000));
	CHECK_THAT(reads_as(quantity_parse_price, "$2.50/h", 2500000000));
	CHECK_THAT(reads_as(quantity_parse_price, "$730/mo", 1000000000));
	CHECK_THAT(refuses(quantity_parse_price, "$60"));
	CHECK_THAT(refuses(quantity_parse_price, "$60/w"));
}

TEST(quantity_reads_integers)
{
	CHECK_THAT(reads_as(quantity_parse_int, "32Ki", 32768));
	CHECK_THAT(reads_as(quantity_parse_int, "5k", 5000));
	CHECK_THAT(reads_as(quantity_parse_int, "0x1f", 31));
	CHECK_THAT(reads_as(quantity_parse_int, "1_000", 1000));
	CHECK_THAT(refuses(quantity_parse_int, "1.5"));
	CHECK_THAT(refuses(quantity_parse_int, "5m"));
	CHECK_THAT(refuses(quantity_parse_int, "9223372036854775808"));
	CHECK_THAT(refuses(quantity_parse_int, "9000000000T"));
}

TEST(quantity_prints_the_largest_exact_unit)
{
	CHECK_THAT(prints_as(quantity_print_size, (int64_t)64 << 30, "64GiB"));
	CHECK_THAT(prints_as(quantity_print_size, 64000000000, "64GB"));
	CHECK_THAT(prints_as(quantity_print_size, 1500, "1500B"));
	CHECK_THAT(prints_as(quantity_print_size, 0, "0B"));
	CHECK_THAT(prints_as(quantity_print_size, -2048, "-2KiB"));
	CHECK_THAT(prints_as(quantity_print_duration, 5400000, "1h30min"));
	CHECK_THAT(prints_as(quantity_print_duration, 1209600000, "2w"));
	CHECK_THAT(prints_as(quantity_print_duration, 2592000000, "30d"));
	CHECK_THAT(prints_as(quantity_print_duration, 1500, "1s500ms"));
	CHECK_THAT(prints_as(quantity_print_duration, 0, "0s"));
	CHECK_THAT(prints_as(quantity_print_duration, -60000, "-1min"));
	CHECK_THAT(prints_as(quantity_print_money, 500000000000, "$500"));
	CHECK_THAT(prints_as(quantity_print_money, -1, "-$0.000000001"));
	CHECK_THAT(prints_as(quantity_print_price, 2500000000, "$2.50/h"));
	CHECK_THAT(prints_as(quantity_print_price, 1234000000, "$1.234/h"));
}

static void survives(Parser *parse, Printer *print, int64_t n)
{
	int64_t back = 0;
	Buf b;

	buf_init(&b, 100);
	print(&b, n);
	CHECK_THAT(parse(buf_str(&b), &back));
	CHECK_EQ(back, n);
	buf_fini(&b);
}

TEST(quantity_texts_survive_the_round_trip)
{
	uint64_t seed = 99;

	for (int i = 0; i < 20000; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		int64_t n = (int64_t)seed >> 1 >> (seed & 63);

		if (seed & 1)
			n = n / 1000000 * 1000000;
		survives(quantity_parse_size, quantity_print_size, n);
		survives(quantity_parse_duration, quantity_print_duration, n);
		survives(quantity_parse_money, quantity_print_money, n);
		survives(quantity_parse_price, quantity_print_price, n);
	}
}

TEST(quantity_knows_units)
{
	CHECK_EQ(quantity_size_unit(STR("GiB")), (int64_t)1 << 30);
	CHECK_EQ(quantity_size_unit(STR("gib")), 0);
	CHECK_EQ(quantity_size_unit(STR("")), 0);
	CHECK_EQ(quantity_duration_unit(STR("min")), 60000);
	CHECK_EQ(quantity_duration_unit(STR("m")), 0);
}
