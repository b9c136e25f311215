/* Built-ins on text.  Characters are code points; case is of ASCII letters only, so that a result
 * never depends on tables that change.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

static char upper(char ch)
{
	return (char)(ch >= 'a' && ch <= 'z' ? ch - 32 : ch);
}

static char lower(char ch)
{
	return (char)(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
}

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool is_alnum(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
}

static Value map_bytes(OpCtx *c, const Value *args, uint32_t count, char (*change)(char))
{
	Str s;
	char *made;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, char, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		made[i] = change(s.ptr[i]);
	return value_string((Str){made, s.len});
}

FN(UPPER)
{
	return map_bytes(c, args, count, upper);
}

FN(LOWER)
{
	return map_bytes(c, args, count, lower);
}

FN(TITLE)
{
	Str s;
	char *made;
	char before = ' ';

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, char, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		made[i] = is_space(before) || before == '-' ? upper(s.ptr[i]) : s.ptr[i];
		before = s.ptr[i];
	}
	return value_string((Str){made, s.len});
}

/* Says whether the character at `at` is one of `set`; moves behind it. */
static bool is_among(Str s, size_t *at, Str set)
{
	uint32_t code = utf8_next(s, at);

	for (size_t i = 0; i < set.len;) {
		if (utf8_next(set, &i) == code)
			return true;
	}
	return false;
}

static Value trim(OpCtx *c, const Value *args, uint32_t count, int sides)
{
	Str s, set = STR(" \t\r\n");
	size_t begin = 0, end, at;

	if (!builtin_text(c, args, count, 0, &s) ||
		(!builtin_is_absent(args, count, 1) && !builtin_text(c, args, count, 1, &set)))
		return VALUE_NULL;
	for (at = 0; (sides & 1) && at < s.len && is_among(s, &at, set);)
		begin = at;
	for (end = s.len; (sides & 2) && end > begin;) {
		size_t last = end - 1;

		while (last > begin && ((unsigned char)s.ptr[last] & 0xC0) == 0x80)
			last--;
		at = last;
		if (!is_among(s, &at, set))
			break;
		end = last;
	}
	return value_string(str_slice(s, begin, end));
}

FN(TRIM)
{
	return trim(c, args, count, 3);
}

FN(TRIM_START)
{
	return trim(c, args, count, 1);
}

FN(TRIM_END)
{
	return trim(c, args, count, 2);
}

static bool two_texts(OpCtx *c, const Value *args, uint32_t count, Str *a, Str *b)
{
	return builtin_text(c, args, count, 0, a) && builtin_text(c, args, count, 1, b);
}

FN(TRIM_PREFIX)
{
	Str s, part;

	return two_texts(c, args, count, &s, &part) ? value_string(str_trim_prefix(s, part))
						    : VALUE_NULL;
}

FN(TRIM_SUFFIX)
{
	Str s, part;

	return two_texts(c, args, count, &s, &part) ? value_string(str_trim_suffix(s, part))
						    : VALUE_NULL;
}

FN(STARTS_WITH)
{
	Str s, part;

	return two_texts(c, args, count, &s, &part) ? value_bool(str_starts(s, part)) : VALUE_NULL;
}

FN(ENDS_WITH)
{
	Str s, part;

	return two_texts(c, args, count, &s, &part) ? value_bool(str_ends(s, part)) : VALUE_NULL;
}

FN(REPLACE)
{
	Str s, from, to;
	size_t at, begin = 0;
	Buf b;

	if (!two_texts(c, args, count, &s, &from) || !builtin_text(c, args, count, 2, &to))
		return VALUE_NULL;
	if (from.len == 0)
		return value_string(s);
	buf_init(&b, TEXT_BYTES_MAX);
	while ((at = str_find(s, from, begin)) != SIZE_MAX) {
		buf_add(&b, str_slice(s, begin, at));
		buf_add(&b, to);
		begin = at + from.len;
	}
	buf_add(&b, str_slice(s, begin, s.len));
	return builtin_take_text(c, &b);
}

typedef Vec(Value) Values;

FN(SPLIT)
{
	Str s, separator, part;
	Values parts = {0};
	bool has_more;

	if (!two_texts(c, args, count, &s, &separator))
		return VALUE_NULL;
	if (separator.len == 0)
		return builtin_call_CHARS(c, args, count);
	if (s.len == 0)
		return value_list(c->arena, NULL, 0);
	do {
		has_more = str_cut_found(&s, separator, &part);
		vec_add(c->arena, &parts, value_string(part));
	} while (has_more);
	return value_list(c->arena, parts.ptr, parts.len);
}

FN(JOIN)
{
	const ValueList *parts;
	Str separator = STR("");
	Buf b;

	if (!builtin_items(c, args, count, 0, &parts) ||
		(!builtin_is_absent(args, count, 1) &&
			!builtin_text(c, args, count, 1, &separator)))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < parts->len; i++) {
		if (i > 0)
			buf_add(&b, separator);
		if (!op_print_scalar(&b, parts->items[i])) {
			buf_fini(&b);
			return op_fail(
				c, DIAG_CALL_FAILED, "element %u cannot be put into text", i);
		}
	}
	return builtin_take_text(c, &b);
}

FN(LINES)
{
	Str s;
	Values parts = {0};

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	while (s.len > 0) {
		Str line = str_cut(&s, STR("\n"));

		vec_add(c->arena, &parts, value_string(str_trim_suffix(line, STR("\r"))));
	}
	return value_list(c->arena, parts.ptr, parts.len);
}

FN(WORDS)
{
	Str s;
	Values parts = {0};

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	for (size_t i = 0; i < s.len;) {
		size_t begin;

		while (i < s.len && is_space(s.ptr[i]))
			i++;
		begin = i;
		while (i < s.len && !is_space(s.ptr[i]))
			i++;
		if (i > begin)
			vec_add(c->arena, &parts, value_string(str_slice(s, begin, i)));
	}
	return value_list(c->arena, parts.ptr, parts.len);
}

FN(CHARS)
{
	Str s;
	Values parts = {0};

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	for (size_t at = 0, begin = 0; at < s.len; begin = at) {
		(void)utf8_next(s, &at);
		vec_add(c->arena, &parts, value_string(str_slice(s, begin, at)));
	}
	return value_list(c->arena, parts.ptr, parts.len);
}

/* The byte at which character `n` begins, or the length. */
static size_t byte_of(Str s, int64_t n)
{
	size_t at = 0;

	while (n-- > 0 && at < s.len)
		(void)utf8_next(s, &at);
	return at;
}

FN(SUBSTR)
{
	Str s;
	int64_t from, length = INT64_MAX;
	size_t begin;

	if (!builtin_text(c, args, count, 0, &s) || !builtin_int(c, args, count, 1, &from) ||
		(!builtin_is_absent(args, count, 2) && !builtin_int(c, args, count, 2, &length)))
		return VALUE_NULL;
	if (length < 0)
		return op_fail(c, DIAG_CALL_FAILED, "a length of %lld", (long long)length);
	if (from < 0)
		from = (int64_t)utf8_count(s) + from;
	begin = byte_of(s, from);
	s = str_slice(s, begin, s.len);
	return value_string(str_slice(s, 0, byte_of(s, length)));
}

FN(TRUNCATE)
{
	Str s, ending = STR("");
	int64_t length, kept;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s) || !builtin_int(c, args, count, 1, &length) ||
		(!builtin_is_absent(args, count, 2) && !builtin_text(c, args, count, 2, &ending)))
		return VALUE_NULL;
	kept = length - (int64_t)utf8_count(ending);
	if (length < 0 || kept < 0)
		return op_fail(c, DIAG_CALL_FAILED, "the ending does not fit into %lld characters",
			(long long)length);
	if ((int64_t)utf8_count(s) <= length)
		return value_string(s);
	buf_init(&b, TEXT_BYTES_MAX);
	buf_add(&b, str_slice(s, 0, byte_of(s, kept)));
	buf_add(&b, ending);
	return builtin_take_text(c, &b);
}

FN(REPEAT)
{
	Str s;
	int64_t times;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s) || !builtin_int(c, args, count, 1, &times))
		return VALUE_NULL;
	if (times < 0)
		return op_fail(c, DIAG_CALL_FAILED, "%lld times", (long long)times);
	if (s.len > 0 && (uint64_t)times > TEXT_BYTES_MAX / s.len)
		return op_fail(c, DIAG_CALL_FAILED, "a text of more than %d bytes", TEXT_BYTES_MAX);
	buf_init(&b, TEXT_BYTES_MAX);
	for (; times > 0 && s.len > 0; times--)
		buf_add(&b, s);
	return builtin_take_text(c, &b);
}

FN(REVERSE_TEXT)
{
	Str s;
	char *made;
	size_t to;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	to = s.len;
	made = ARENA_ARRAY(c->arena, char, s.len + 1);
	for (size_t at = 0, begin = 0; at < s.len; begin = at) {
		(void)utf8_next(s, &at);
		to -= at - begin;
		for (size_t i = begin; i < at; i++)
			made[to + i - begin] = s.ptr[i];
	}
	return value_string((Str){made, s.len});
}

static Value pad(OpCtx *c, const Value *args, uint32_t count, bool is_left)
{
	Str s, fill = STR(" ");
	int64_t width;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s) || !builtin_int(c, args, count, 1, &width) ||
		(!builtin_is_absent(args, count, 2) && !builtin_text(c, args, count, 2, &fill)))
		return VALUE_NULL;
	if (utf8_count(fill) != 1)
		return op_fail(c, DIAG_CALL_FAILED, "`fill` is one character");
	buf_init(&b, TEXT_BYTES_MAX);
	if (!is_left)
		buf_add(&b, s);
	for (int64_t n = (int64_t)utf8_count(s); n < width && !b.overflowed; n++)
		buf_add(&b, fill);
	if (is_left)
		buf_add(&b, s);
	return builtin_take_text(c, &b);
}

FN(PAD_LEFT)
{
	return pad(c, args, count, true);
}

FN(PAD_RIGHT)
{
	return pad(c, args, count, false);
}

FN(INDENT)
{
	Str s, line;
	int64_t spaces;
	bool has_more;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s) || !builtin_int(c, args, count, 1, &spaces))
		return VALUE_NULL;
	if (spaces < 0 || spaces > 1000)
		return op_fail(c, DIAG_CALL_FAILED, "%lld spaces", (long long)spaces);
	buf_init(&b, TEXT_BYTES_MAX);
	do {
		has_more = str_cut_found(&s, STR("\n"), &line);
		if (line.len > 0)
			buf_add_repeat(&b, ' ', (size_t)spaces);
		buf_add(&b, line);
		if (has_more)
			buf_add_char(&b, '\n');
	} while (has_more);
	return builtin_take_text(c, &b);
}

static size_t spaces_before(Str line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == ' ')
		n++;
	return n;
}

FN(DEDENT)
{
	Str s, rest, line;
	size_t least = SIZE_MAX;
	bool has_more;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	for (rest = s; rest.len > 0;) {
		line = str_cut(&rest, STR("\n"));
		if (str_trim(line).len > 0 && spaces_before(line) < least)
			least = spaces_before(line);
	}
	buf_init(&b, TEXT_BYTES_MAX);
	do {
		has_more = str_cut_found(&s, STR("\n"), &line);
		buf_add(&b, str_slice(line, least, line.len));
		if (has_more)
			buf_add_char(&b, '\n');
	} while (has_more);
	return builtin_take_text(c, &b);
}

FN(SLUG)
{
	Str s;
	int64_t length = 63;
	char *made;
	size_t n = 0;

	if (!builtin_text(c, args, count, 0, &s) ||
		(!builtin_is_absent(args, count, 1) && !builtin_int(c, args, count, 1, &length)))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, char, s.len + 1);
	for (size_t i = 0; i < s.len && (int64_t)n < length; i++) {
		if (is_alnum(s.ptr[i]))
			made[n++] = lower(s.ptr[i]);
		else if (n > 0 && made[n - 1] != '-')
			made[n++] = '-';
	}
	while (n > 0 && made[n - 1] == '-')
		n--;
	return value_string((Str){made, n});
}

FN(SHELL_QUOTE)
{
	Str s;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	buf_add_char(&b, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\'')
			buf_add_cstr(&b, "'\\''");
		else
			buf_add_char(&b, s.ptr[i]);
	}
	buf_add_char(&b, '\'');
	return builtin_take_text(c, &b);
}

/* One part of a version: digits by number, the rest by bytes, digits before letters. */
static int compare_part(Str a, Str b)
{
	int64_t x, y;
	bool a_int = num_parse_int(a, &x), b_int = num_parse_int(b, &y);

	if (a_int && b_int)
		return (x > y) - (x < y);
	if (a_int != b_int)
		return a_int ? -1 : 1;
	return str_cmp(a, b);
}

static int compare_dotted(Str a, Str b, bool is_release)
{
	while (a.len > 0 || b.len > 0) {
		Str x = str_cut(&a, STR(".")), y = str_cut(&b, STR("."));
		int n;

		if (is_release && x.len == 0)
			x = STR("0");
		if (is_release && y.len == 0)
			y = STR("0");
		n = compare_part(x, y);
		if (n != 0)
			return n;
	}
	return 0;
}

FN(VERSION_COMPARE)
{
	Str a, b, x, y;
	int n;

	if (!two_texts(c, args, count, &a, &b))
		return VALUE_NULL;
	a = str_trim_prefix(a, STR("v"));
	b = str_trim_prefix(b, STR("v"));
	a = str_slice(a, 0, str_find(a, STR("+"), 0));
	b = str_slice(b, 0, str_find(b, STR("+"), 0));
	x = str_cut(&a, STR("-"));
	y = str_cut(&b, STR("-"));
	n = compare_dotted(x, y, true);
	if (n == 0 && (a.len == 0) != (b.len == 0))
		n = a.len == 0 ? 1 : -1;
	if (n == 0)
		n = compare_dotted(a, b, false);
	return value_int((n > 0) - (n < 0));
}
