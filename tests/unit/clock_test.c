/* Time, chance, the environment, secrets. */
#include "runtime/host/clock.h"

#include "runtime/host/env.h"
#include "runtime/host/random.h"
#include "runtime/host/secret.h"
#include "runtime/host/terminal.h"
#include "tests/unit/test.h"

#include <string.h>
#include <unistd.h>

TEST(clock_prints_and_parses)
{
	static const struct {
		int64_t s;
		const char *iso;
	} cases[] = {{0, "1970-01-01T00:00:00Z"}, {951782400, "2000-02-29T00:00:00Z"},
		{1769862896, "2026-01-31T12:34:56Z"}, {-1, "1969-12-31T23:59:59Z"},
		{4107542399, "2100-02-28T23:59:59Z"}, {253402300799, "9999-12-31T23:59:59Z"}};
	Arena *a = arena_new("test");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t ms = 7;

		CHECK_THAT(str_eq(clock_print_iso(a, cases[i].s * 1000), str_from(cases[i].iso)));
		CHECK_THAT(clock_parse(str_from(cases[i].iso), &ms));
		CHECK_EQ(ms, cases[i].s * 1000);
	}
	CHECK_THAT(str_eq(clock_print_compact(a, 1769862896999), STR("20260131T123456Z")));
	arena_free(a);
}

TEST(clock_parses_offsets_fractions_and_http_dates)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {{"2026-01-31T12:34:56.5Z", 1769862896500},
		{"2026-01-31T14:04:56.123456789+01:30", 1769862896123},
		{"2026-01-31t12:34:56z", 1769862896000}, {"2026-01-31 12:34:56-00:00", 1769862896000},
		{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777000}};
	static const char *const wrong[] = {"", "2026-01-31", "2026-13-01T00:00:00Z",
		"2026-01-31T24:00:00Z", "2026-01-31T12:34:56", "2026-01-31T12:34:56.Z",
		"2026-01-31T12:34:56Zx", "Sun, 06 anF 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06"};
	int64_t ms = 7;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK_THAT(clock_parse(str_from(cases[i].text), &ms));
		CHECK_EQ(ms, cases[i].ms);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK_THAT(!clock_parse(str_from(wrong[i]), &ms));
}

TEST(clock_can_be_held_still)
{
	clock_freeze(1000);
	CHECK_EQ(clock_wall_ms(), 1000);
	clock_freeze(-1);
	CHECK_THAT(clock_wall_ms() > 1600000000000);
	CHECK_THAT(clock_left_ms(clock_deadline(100000)) > 90000);
	CHECK_EQ(clock_left_ms(clock_mono_ms() - 5), 0);
	CHECK_EQ(clock_left_ms(DEADLINE_NEVER), INT64_MAX);
	CHECK_EQ(clock_deadline(INT64_MAX), DEADLINE_NEVER);
}

TEST(clock_random_stays_below_and_varies)
{
	Arena *a = arena_new("test");
	uint32_t seen[7] = {0};
	Str uuid = random_uuid(a);

	for (int i = 0; i < 7000; i++)
		seen[random_below(7)]++;
	for (int i = 0; i < 7; i++)
		CHECK_THAT(seen[i] > 700 && seen[i] < 1300);
	CHECK_EQ((int64_t)random_below(1), 0);
	CHECK_THAT(random_u64() != random_u64());
	CHECK_EQ((int64_t)uuid.len, 36);
	CHECK_EQ(uuid.ptr[14], '4');
	CHECK_THAT(strchr("89ab", uuid.ptr[19]) != NULL);
	CHECK_THAT(!str_eq(uuid, random_uuid(a)));
	arena_free(a);
}

TEST(clock_env_tells_surroundings)
{
	Arena *a = arena_new("test");
	Map all;
	Str path;

	CHECK_THAT(env_get(STR("PATH"), &path) && path.len);
	env_all(a, &all);
	const Str *same = map_find(&all, STR("PATH"));

	CHECK_THAT(same && str_eq(*same, path));
	CHECK_THAT(!env_get(STR("PAT"), &path) && !path.len);
	CHECK_THAT(str_starts(env_cwd(a), STR("/")) && str_starts(env_home(a), STR("/")));
	CHECK_THAT(str_has(env_who(a), STR("@")));
	CHECK_EQ(env_pid(), getpid());
	CHECK_THAT(env_pid_is_alive(env_pid()) && !env_pid_is_alive(0) && !env_pid_is_alive(-1));
	arena_free(a);
}

TEST(clock_secret_keeps_and_wipes)
{
	char copy[] = "hunter2";
	Secret *s = secret_new(STR("hunter2\0x"));

	CHECK_THAT(str_eq(secret_bytes(s), STR("hunter2\0x")));
	CHECK_THAT(secret_free(s) == NULL && secret_free(NULL) == NULL);
	secret_wipe(copy, sizeof(copy));
	for (size_t i = 0; i < sizeof(copy); i++)
		CHECK_EQ(copy[i], 0);
	s = secret_new(STR_NONE);
	CHECK_EQ((int64_t)secret_bytes(s).len, 0);
	secret_free(s);
}

/* Puts `text` where standard input is read from. */
static void feed_input(Str text)
{
	int fds[2];

	CHECK_EQ(pipe(fds), 0);
	CHECK_THAT(terminal_write(fds[1], text));
	close(fds[1]);
	CHECK_EQ(dup2(fds[0], 0), 0);
	close(fds[0]);
}

TEST(clock_terminal_reads_lines)
{
	Arena *a = arena_new("test");
	Str text;

	feed_input(STR("yes\r\n\nrest"));
	CHECK_THAT(!terminal_is(0));
	CHECK_EQ(terminal_columns(0), 80);
	CHECK_THAT(terminal_read_line(a, &text) && str_eq(text, STR("yes")));
	CHECK_THAT(terminal_read_line(a, &text) && text.len == 0);
	CHECK_THAT(terminal_read_line(a, &text) && str_eq(text, STR("rest")));
	CHECK_THAT(!terminal_read_line(a, &text));
	feed_input(STR("a\nb\n"));
	CHECK_THAT(terminal_read_all(a, 4, &text) && str_eq(text, STR("a\nb\n")));
	feed_input(STR("a\nb\n"));
	CHECK_THAT(!terminal_read_all(a, 3, &text));
	arena_free(a);
}
