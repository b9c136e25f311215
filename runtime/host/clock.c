/* Time from the system, and its texts. */
#include "runtime/host/clock.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"

#include <stdatomic.h>
#include <time.h>

enum { CLOCK_DAY_SECONDS = 86400 };

/* What the wall clock stands at; -1: it runs. */
static _Atomic int64_t clock_frozen_ms = -1;

static int64_t clock_read(clockid_t id)
{
	struct timespec now;

	CHECK(clock_gettime(id, &now) == 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
	int64_t frozen = atomic_load(&clock_frozen_ms);

	return frozen < 0 ? clock_read(CLOCK_REALTIME) : frozen;
}

int64_t clock_mono_ms(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

Deadline clock_deadline(int64_t ms)
{
	int64_t at;

	return num_add(clock_mono_ms(), ms, &at) ? at : DEADLINE_NEVER;
}

int64_t clock_left_ms(Deadline d)
{
	if (d == DEADLINE_NEVER)
		return INT64_MAX;
	int64_t left = d - clock_mono_ms();

	return left > 0 ? left : 0;
}

/* A moment taken apart, in UTC. */
typedef struct Moment {
	int64_t year;
	int64_t month; /* 1 to 12 */
	int64_t day;
	int64_t second; /* of the day */
} Moment;

/* Days since 1970 of a date of the Gregorian calendar; years count from March. */
static int64_t clock_days(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static Moment clock_moment(int64_t wall_ms)
{
	int64_t seconds = wall_ms / 1000 - (wall_ms % 1000 < 0);
	int64_t days = seconds / CLOCK_DAY_SECONDS - (seconds % CLOCK_DAY_SECONDS < 0);
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* from March */

	return (Moment){.year = year_of_era + era * 400 + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = day_of_year - (153 * month + 2) / 5 + 1,
		.second = seconds - days * CLOCK_DAY_SECONDS};
}

Str clock_print_iso(Arena *a, int64_t wall_ms)
{
	Moment m = clock_moment(wall_ms);

	return str_print(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)m.year, (int)m.month, (int)m.day,
		(int)(m.second / 3600), (int)(m.second / 60 % 60), (int)(m.second % 60));
}

Str clock_print_compact(Arena *a, int64_t wall_ms)
{
	Moment m = clock_moment(wall_ms);

	return str_print(a, "%04d%02d%02dT%02d%02d%02dZ", (int)m.year, (int)m.month, (int)m.day,
		(int)(m.second / 3600), (int)(m.second / 60 % 60), (int)(m.second % 60));
}

/* Takes `count` digits off the front, as a number from `min` to `max`. */
static bool clock_take(Str *s, size_t count, int64_t min, int64_t max, int64_t *ret)
{
	uint64_t n;

	if (s->len < count || !num_parse_base(str_slice(*s, 0, count), 10, &n))
		return false;
	if ((int64_t)n < min || (int64_t)n > max)
		return false;
	*s = str_slice(*s, count, s->len);
	*ret = (int64_t)n;
	return true;
}

/* Takes one of the bytes in `choice` off the front. */
static bool clock_take_char(Str *s, Str choice)
{
	if (!s->len || str_find(choice, str_slice(*s, 0, 1), 0) == SIZE_MAX)
		return false;
	*s = str_slice(*s, 1, s->len);
	return true;
}

/* hour ":" minute ":" second, where a leap second counts as the one before. */
static bool clock_take_time(Str *s, int64_t *ret_second)
{
	int64_t hour, minute, second;

	if (!clock_take(s, 2, 0, 23, &hour) || !clock_take_char(s, STR(":")) ||
		!clock_take(s, 2, 0, 59, &minute) || !clock_take_char(s, STR(":")) ||
		!clock_take(s, 2, 0, 60, &second))
		return false;
	*ret_second = hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
	return true;
}

/* Takes "." digits off the front, if there; milliseconds, the rest cut off. */
static bool clock_take_fraction(Str *s, int64_t *ret_ms)
{
	int64_t digit;
	int64_t ms = 0;
	int64_t worth = 100;

	*ret_ms = 0;
	if (!clock_take_char(s, STR(".")))
		return true;
	if (!clock_take(s, 1, 0, 9, &digit))
		return false;
	do {
		ms += digit * worth;
		worth /= 10;
	} while (clock_take(s, 1, 0, 9, &digit));
	*ret_ms = ms;
	return true;
}

/* "Z", or "+" or "-" hour ":" minute: seconds ahead of UTC. */
static bool clock_take_offset(Str *s, int64_t *ret_seconds)
{
	bool is_behind = str_starts(*s, STR("-"));
	int64_t hour, minute;

	*ret_seconds = 0;
	if (clock_take_char(s, STR("Zz")))
		return true;
	if (!clock_take_char(s, STR("+-")) || !clock_take(s, 2, 0, 23, &hour))
		return false;
	(void)clock_take_char(s, STR(":")); /* some leave it out */
	if (!clock_take(s, 2, 0, 59, &minute))
		return false;
	*ret_seconds = (is_behind ? -1 : 1) * (hour * 3600 + minute * 60);
	return true;
}

static bool clock_parse_iso(Str s, int64_t *ret_wall_ms)
{
	int64_t year, month, day, second, ms, ahead;

	if (!clock_take(&s, 4, 0, 9999, &year) || !clock_take_char(&s, STR("-")) ||
		!clock_take(&s, 2, 1, 12, &month) || !clock_take_char(&s, STR("-")) ||
		!clock_take(&s, 2, 1, 31, &day) || !clock_take_char(&s, STR("Tt ")) ||
		!clock_take_time(&s, &second) || !clock_take_fraction(&s, &ms) ||
		!clock_take_offset(&s, &ahead) || s.len)
		return false;
	*ret_wall_ms =
		(clock_days(year, month, day) * CLOCK_DAY_SECONDS + second - ahead) * 1000 + ms;
	return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static bool clock_parse_http(Str s, int64_t *ret_wall_ms)
{
	const Str months = STR("JanFebMarAprMayJunJulAugSepOctNovDec");
	int64_t year, day, second;

	if (s.len < 5 || !str_eq(str_slice(s, 3, 5), STR(", ")))
		return false;
	s = str_slice(s, 5, s.len);
	if (!clock_take(&s, 2, 1, 31, &day) || !clock_take_char(&s, STR(" ")) || s.len < 3)
		return false;
	size_t month = str_find(months, str_slice(s, 0, 3), 0);

	if (month == SIZE_MAX || month % 3)
		return false;
	s = str_slice(s, 3, s.len);
	if (!clock_take_char(&s, STR(" ")) || !clock_take(&s, 4, 0, 9999, &year) ||
		!clock_take_char(&s, STR(" ")) || !clock_take_time(&s, &second) ||
		!str_eq(s, STR(" GMT")))
		return false;
	*ret_wall_ms =
		(clock_days(year, (int64_t)month / 3 + 1, day) * CLOCK_DAY_SECONDS + second) * 1000;
	return true;
}

bool clock_parse(Str text, int64_t *ret_wall_ms)
{
	return clock_parse_iso(text, ret_wall_ms) || clock_parse_http(text, ret_wall_ms);
}

void clock_freeze(int64_t wall_ms)
{
	atomic_store(&clock_frozen_ms, wall_ms);
}
