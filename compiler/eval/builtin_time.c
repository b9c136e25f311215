/* Built-ins on given times: RFC 3339 text, computed in UTC on the proleptic Gregorian calendar.
 * There is no clock here.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/num.h"

enum { MS_PER_S = 1000, S_PER_DAY = 86400 };

typedef struct Date {
	int64_t year;
	int month, day, hour, minute, second, ms;
} Date;

/* Days since 1970-01-01 of a date, by the well-known closed form. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of_days(int64_t days, Date *ret)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	ret->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	ret->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	ret->year = yoe + era * 400 + (ret->month <= 2);
}

static int month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

/* Reads `digits` digits at `*at` and the character `after` (NUL: none). */
static bool field(Str s, size_t *at, size_t digits, char after, int *ret)
{
	int n = 0;

	if (*at + digits > s.len)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char ch = s.ptr[(*at)++];

		if (ch < '0' || ch > '9')
			return false;
		n = 10 * n + ch - '0';
	}
	*ret = n;
	return after == '\0' || (*at < s.len && s.ptr[(*at)++] == after);
}

static bool zone(Str s, int64_t *ret_minutes)
{
	size_t at = 1;
	int hours, minutes;

	if (str_eq_nocase(s, STR("Z"))) {
		*ret_minutes = 0;
		return true;
	}
	if (s.len != 6 || (s.ptr[0] != '+' && s.ptr[0] != '-') || !field(s, &at, 2, ':', &hours) ||
		!field(s, &at, 2, '\0', &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_minutes = (s.ptr[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
	return true;
}

/* 2026-01-31T12:00:00[.123](Z|+01:00) in milliseconds since 1970. */
static bool parse(Str s, int64_t *ret_ms)
{
	int year, month, day, hour, minute, second;
	int64_t ms = 0, offset, scale = 100;
	size_t at = 0;

	if (!field(s, &at, 4, '-', &year) || !field(s, &at, 2, '-', &month) ||
		!field(s, &at, 2, '\0', &day) || at >= s.len ||
		!(s.ptr[at] == 'T' || s.ptr[at] == 't' || s.ptr[at] == ' '))
		return false;
	at++;
	if (!field(s, &at, 2, ':', &hour) || !field(s, &at, 2, ':', &minute) ||
		!field(s, &at, 2, '\0', &second))
		return false;
	if (at < s.len && s.ptr[at] == '.') {
		for (at++; at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9'; at++) {
			ms += scale * (s.ptr[at] - '0');
			scale /= 10;
		}
	}
	if (!zone(str_slice(s, at, s.len), &offset) || month < 1 || month > 12 || day < 1 ||
		day > month_days(year, month) || hour > 23 || minute > 59 || second > 60)
		return false;
	*ret_ms = ((days_of(year, month, day) * S_PER_DAY + hour * 3600 + (minute - offset) * 60 +
			   second) *
			  MS_PER_S) +
		  ms;
	return true;
}

static bool time_of(OpCtx *c, const Value *args, uint32_t count, uint32_t i, int64_t *ret_ms)
{
	Str s;

	if (!builtin_text(c, args, count, i, &s))
		return false;
	if (parse(s, ret_ms))
		return true;
	(void)op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not a time such as 2026-01-31T12:00:00Z",
		STR_ARG(s));
	return false;
}

static void split(int64_t ms, Date *ret)
{
	int64_t per_day = (int64_t)S_PER_DAY * MS_PER_S;
	int64_t days = ms / per_day - (ms % per_day < 0);
	int64_t rest = ms - days * per_day;

	date_of_days(days, ret);
	ret->ms = (int)(rest % MS_PER_S);
	rest /= MS_PER_S;
	ret->second = (int)(rest % 60);
	ret->minute = (int)(rest / 60 % 60);
	ret->hour = (int)(rest / 3600);
}

static Value time_value(OpCtx *c, int64_t ms)
{
	Date d;

	split(ms, &d);
	if (d.year < 0 || d.year > 9999)
		return op_fail(
			c, DIAG_CALL_FAILED, "the year %lld cannot be written", (long long)d.year);
	if (d.ms != 0)
		return value_string(str_print(c->arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
			(int)d.year, d.month, d.day, d.hour, d.minute, d.second, d.ms));
	return value_string(str_print(c->arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)d.year,
		d.month, d.day, d.hour, d.minute, d.second));
}

FN(TIME_ADD)
{
	int64_t ms, sum = 0;

	if (!time_of(c, args, count, 0, &ms))
		return VALUE_NULL;
	if (count < 2 || args[1].kind != VAL_DURATION)
		return op_fail(c, DIAG_CALL_FAILED, "a duration is needed, such as 1h30min");
	if (!num_add(ms, args[1].as.number, &sum))
		return op_fail(c, DIAG_OVERFLOW, "the time does not fit");
	return time_value(c, sum);
}

FN(TIME_DIFF)
{
	int64_t from, to;

	if (!time_of(c, args, count, 0, &from) || !time_of(c, args, count, 1, &to))
		return VALUE_NULL;
	return value_number(VAL_DURATION, to - from);
}

FN(TIME_COMPARE)
{
	int64_t a, b;

	if (!time_of(c, args, count, 0, &a) || !time_of(c, args, count, 1, &b))
		return VALUE_NULL;
	return value_int((a > b) - (a < b));
}

FN(TIME_UNIX)
{
	int64_t ms;

	if (!time_of(c, args, count, 0, &ms))
		return VALUE_NULL;
	return value_int(ms / MS_PER_S - (ms % MS_PER_S < 0));
}

FN(TIME_FROM_UNIX)
{
	int64_t s, ms = 0;

	if (!builtin_int(c, args, count, 0, &s))
		return VALUE_NULL;
	if (!num_mul(s, MS_PER_S, &ms))
		return op_fail(c, DIAG_OVERFLOW, "the time does not fit");
	return time_value(c, ms);
}

/* Prints one word of a layout at the beginning of `rest`; returns its length, 0: it is none. */
static size_t print_word(Buf *b, Str rest, const Date *d, int64_t ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char days[] = "ThuFriSatSunMonTueWed";
	int64_t per_day = (int64_t)S_PER_DAY * MS_PER_S;
	int64_t day = (ms / per_day - (ms % per_day < 0)) % 7;

	if (str_starts(rest, STR("YYYY")))
		return buf_print(b, "%04d", (int)d->year), 4;
	if (str_starts(rest, STR("MON")))
		return buf_print(b, "%.3s", months + 3 * (d->month - 1)), 3;
	if (str_starts(rest, STR("DAY")))
		return buf_print(b, "%.3s", days + 3 * (day < 0 ? day + 7 : day)), 3;
	if (str_starts(rest, STR("MM")))
		return buf_print(b, "%02d", d->month), 2;
	if (str_starts(rest, STR("DD")))
		return buf_print(b, "%02d", d->day), 2;
	if (str_starts(rest, STR("hh")))
		return buf_print(b, "%02d", d->hour), 2;
	if (str_starts(rest, STR("mm")))
		return buf_print(b, "%02d", d->minute), 2;
	if (str_starts(rest, STR("ss")))
		return buf_print(b, "%02d", d->second), 2;
	return 0;
}

FN(TIME_FORMAT)
{
	int64_t ms;
	Str layout;
	Date d;
	Buf b;

	if (!time_of(c, args, count, 0, &ms) || !builtin_text(c, args, count, 1, &layout))
		return VALUE_NULL;
	split(ms, &d);
	buf_init(&b, layout.len + 4096);
	while (layout.len > 0) {
		size_t n = print_word(&b, layout, &d, ms);

		if (n == 0) {
			buf_add_char(&b, layout.ptr[0]);
			n = 1;
		}
		layout = str_slice(layout, n, layout.len);
	}
	return builtin_take_text(c, &b);
}
