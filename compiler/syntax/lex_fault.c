/* The words about numbers and characters that mean nothing: what was probably meant. */
#include "compiler/syntax/lex_impl.h"

#include "compiler/base/quantity.h"
#include "compiler/base/utf8.h"

enum {
	INT_SAFE_DIGITS = 18, /* so many always fit 64 bits */
	UNIT_SAFE_BYTES = 6,  /* a number and unit so short always fit */
	GPU_COUNT_DIGITS = 6,
	SUGGESTION_BYTES = 64, /* longer names than that get no advice */
};

/* Words that people write for a unit, and what it is here. */
static const struct {
	Str word;
	Str unit;
} synonyms[] = {
	{STR_INIT("sec"), STR_INIT("s")},
	{STR_INIT("secs"), STR_INIT("s")},
	{STR_INIT("second"), STR_INIT("s")},
	{STR_INIT("seconds"), STR_INIT("s")},
	{STR_INIT("mins"), STR_INIT("min")},
	{STR_INIT("minute"), STR_INIT("min")},
	{STR_INIT("minutes"), STR_INIT("min")},
	{STR_INIT("hr"), STR_INIT("h")},
	{STR_INIT("hrs"), STR_INIT("h")},
	{STR_INIT("hour"), STR_INIT("h")},
	{STR_INIT("hours"), STR_INIT("h")},
	{STR_INIT("H"), STR_INIT("h")},
	{STR_INIT("day"), STR_INIT("d")},
	{STR_INIT("days"), STR_INIT("d")},
	{STR_INIT("D"), STR_INIT("d")},
	{STR_INIT("week"), STR_INIT("w")},
	{STR_INIT("weeks"), STR_INIT("w")},
	{STR_INIT("K"), STR_INIT("k")},
	{STR_INIT("KB"), STR_INIT("kB")},
	{STR_INIT("kb"), STR_INIT("kB")},
	{STR_INIT("Kb"), STR_INIT("kB")},
	{STR_INIT("kib"), STR_INIT("KiB")},
	{STR_INIT("mb"), STR_INIT("MB")},
	{STR_INIT("Mb"), STR_INIT("MB")},
	{STR_INIT("mib"), STR_INIT("MiB")},
	{STR_INIT("g"), STR_INIT("GB")},
	{STR_INIT("gb"), STR_INIT("GB")},
	{STR_INIT("Gb"), STR_INIT("GB")},
	{STR_INIT("gib"), STR_INIT("GiB")},
	{STR_INIT("gi"), STR_INIT("GiB")},
	{STR_INIT("tb"), STR_INIT("TB")},
	{STR_INIT("Tb"), STR_INIT("TB")},
	{STR_INIT("tib"), STR_INIT("TiB")},
	{STR_INIT("month"), STR_INIT("mo")},
	{STR_INIT("months"), STR_INIT("mo")},
	{STR_INIT("b"), STR_INIT("B")},
	{STR_INIT("bytes"), STR_INIT("B")},
	{STR_INIT("msec"), STR_INIT("ms")},
};

static const Str units[] = {
	STR_INIT("ms"),
	STR_INIT("s"),
	STR_INIT("min"),
	STR_INIT("h"),
	STR_INIT("d"),
	STR_INIT("w"),
	STR_INIT("k"),
	STR_INIT("M"),
	STR_INIT("G"),
	STR_INIT("T"),
	STR_INIT("Ki"),
	STR_INIT("Mi"),
	STR_INIT("Gi"),
	STR_INIT("Ti"),
	STR_INIT("B"),
	STR_INIT("kB"),
	STR_INIT("MB"),
	STR_INIT("GB"),
	STR_INIT("TB"),
	STR_INIT("PB"),
	STR_INIT("KiB"),
	STR_INIT("MiB"),
	STR_INIT("GiB"),
	STR_INIT("TiB"),
	STR_INIT("PiB"),
};

static Str synonym(Str word)
{
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++)
		if (str_eq(word, synonyms[i].word))
			return synonyms[i].unit;
	return STR_NONE;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "8xh100": a GPU request but for the case of its name. */
static bool fault_gpus(Lexer *lx, Str number, Str unit)
{
	Str name = str_slice(unit, 1, unit.len);
	Str upper = str_copy(lx->diags->arena, name);
	char *p = (char *)(uintptr_t)upper.ptr;
	Diag *d;

	if (unit.ptr[0] != 'x' || !name.len || name.ptr[0] < 'a' || name.ptr[0] > 'z')
		return false;
	for (size_t i = 0; i < upper.len; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	d = lex_error(lx, DIAG_UNKNOWN_UNIT, lx->begin, lx->cur,
		"the name of a GPU begins with a capital");
	diag_fix(d, "write `%.*sx%.*s`", STR_ARG(number), STR_ARG(upper));
	diag_edit(d, lex_span(lx, name.ptr, name.ptr + name.len), upper);
	return true;
}

/* "10m", "1h30m": minutes, metres or millions. */
static bool fault_ambiguous(Lexer *lx, Str unit)
{
	Str word = str_slice(lx->file->text, (size_t)(lx->begin - lx->file->text.ptr),
		(size_t)(lx->cur - lx->file->text.ptr));
	Str before = str_slice(word, 0, word.len - 1);
	Diag *d;

	if (!str_eq(unit, STR("m")) &&
		!(unit.ptr[unit.len - 1] == 'm' && is_digit(unit.ptr[unit.len - 2])))
		return false;
	d = lex_error(lx, DIAG_AMBIGUOUS_UNIT, lx->cur - 1, lx->cur,
		"the unit of `%.*s` could be minutes, metres or millions", STR_ARG(word));
	diag_fix(d, "write `%.*smin` for minutes, `%.*sM` for millions", STR_ARG(before),
		STR_ARG(before));
	return true;
}

void lex_fault_unit(Lexer *lx)
{
	Str word = {lx->begin, (size_t)(lx->cur - lx->begin)};
	size_t digits = 0;
	Str number;
	Str unit;
	Str near;
	Diag *d;

	while (digits < word.len && (is_digit(word.ptr[digits]) || word.ptr[digits] == '.' ||
					    (word.ptr[digits] == '_' && digits + 1 < word.len &&
						    is_digit(word.ptr[digits + 1]))))
		digits++;
	number = str_slice(word, 0, digits);
	unit = str_slice(word, digits, word.len);
	if (!unit.len || fault_gpus(lx, number, unit) || fault_ambiguous(lx, unit))
		return;
	near = synonym(unit);
	if (!near.len && unit.len < SUGGESTION_BYTES)
		near = str_nearest(unit, units, sizeof(units) / sizeof(*units));
	d = lex_error(lx, DIAG_UNKNOWN_UNIT, unit.ptr, unit.ptr + unit.len, "unknown unit `%.*s`",
		STR_ARG(unit));
	if ((unit.ptr[0] == 'e' || unit.ptr[0] == 'E') && unit.len > 1 && is_digit(unit.ptr[1])) {
		diag_fix(d, "a number with an exponent has a point: write `%.*s.0%.*s`",
			STR_ARG(number), STR_ARG(unit));
	} else if (near.len) {
		diag_fix(d, "did you mean `%.*s%.*s`?", STR_ARG(number), STR_ARG(near));
		diag_edit(d, lex_span(lx, unit.ptr, unit.ptr + unit.len), near);
	} else {
		diag_fix(d, "units are ms s min h d w, B kB MB GB TB KiB MiB GiB TiB, and k M G T "
			    "Ki Mi Gi Ti for plain numbers; a name does not begin with a digit");
	}
}

bool lex_fault_price(Lexer *lx)
{
	const char *slash = lx->cur;
	Str unit;
	Str near;
	Diag *d;

	while (slash[-1] != '/')
		slash--;
	unit = (Str){slash, (size_t)(lx->cur - slash)};
	near = synonym(unit);
	if (!str_eq(near, STR("h")) && !str_eq(near, STR("d")) && !str_eq(near, STR("mo")))
		return false;
	d = lex_error(
		lx, DIAG_UNKNOWN_UNIT, unit.ptr, lx->cur, "unknown unit `%.*s`", STR_ARG(unit));
	diag_fix(d, "prices are per `h`, `d` or `mo`: did you mean `%.*s`?", STR_ARG(near));
	diag_edit(d, lex_span(lx, unit.ptr, lx->cur), near);
	return true;
}

void lex_fault_money(Lexer *lx)
{
	Str text = {lx->begin, (size_t)(lx->cur - lx->begin)};
	Diag *d = lex_error(lx, DIAG_NUMBER_RANGE, lx->begin, lx->cur,
		"`%.*s` has more than four decimals", STR_ARG(text));

	diag_fix(d, "money is exact: round it, or multiply: `$12.50 * 0.001`");
}

/* Says whether the literal has the value that its kind can hold. */
static bool fits(Str text, TokenKind kind)
{
	int64_t value = 0;
	Str rest = text;

	switch (kind) {
	case TOK_INT:
		if (text.len <= UNIT_SAFE_BYTES ||
			(text.len <= INT_SAFE_DIGITS && is_digit(text.ptr[text.len - 1])))
			return true;
		return quantity_parse_int(text, &value);
	case TOK_SIZE:
		return quantity_parse_size(text, &value);
	case TOK_DURATION:
		return quantity_parse_duration(text, &value);
	case TOK_MONEY:
		return str_has(text, STR("/")) ? quantity_parse_price(text, &value)
					       : quantity_parse_money(text, &value);
	case TOK_GPUS:
		return str_cut(&rest, STR("x")).len <= GPU_COUNT_DIGITS;
	default:
		return true;
	}
}

void lex_fault_range(Lexer *lx, TokenKind kind)
{
	Str text = {lx->begin, (size_t)(lx->cur - lx->begin)};
	bool has_point = str_has(text, STR("."));
	Diag *d;

	if (fits(text, kind))
		return;
	if (kind == TOK_SIZE && has_point)
		d = lex_error(lx, DIAG_NUMBER_RANGE, lx->begin, lx->cur,
			"`%.*s` is not a whole number of bytes", STR_ARG(text));
	else if (kind == TOK_DURATION && has_point)
		d = lex_error(lx, DIAG_NUMBER_RANGE, lx->begin, lx->cur,
			"`%.*s` is not a whole number of milliseconds", STR_ARG(text));
	else
		d = lex_error(lx, DIAG_NUMBER_RANGE, lx->begin, lx->cur, "`%.*s` does not fit",
			STR_ARG(text));
	diag_fix(d, "%s",
		kind == TOK_GPUS ? "a request is for at most 999999 GPUs"
		: has_point && kind != TOK_MONEY
			? "write it in a smaller unit, or round it"
			: "numbers have 64 bits: at most 9223372036854775807, in bytes, "
			  "milliseconds or nano-dollars for quantities");
}

/* Typographic quotes, dashes and the like, from word processors and chats. */
static const char *lookalike(uint32_t point)
{
	switch (point) {
	case 0x2018:
	case 0x2019:
	case 0x201a:
	case 0x2032:
		return "'";
	case 0x201c:
	case 0x201d:
	case 0x201e:
	case 0xab:
	case 0xbb:
	case 0x2033:
		return "\"";
	case 0x2010:
	case 0x2011:
	case 0x2012:
	case 0x2013:
	case 0x2014:
	case 0x2212:
		return "-";
	case 0xa0:
	case 0x2002:
	case 0x2003:
	case 0x2009:
	case 0x202f:
	case 0x3000:
		return " ";
	case 0x2026:
		return "...";
	case 0x2264:
		return "<=";
	case 0x2265:
		return ">=";
	case 0x2260:
		return "!=";
	case 0xd7:
	case 0x2217:
		return "*";
	case 0x2192:
		return "->";
	case 0xff1a:
		return ":";
	case 0xff0c:
		return ",";
	default:
		return NULL;
	}
}

/* Text between quotes of another kind is one mistake, read as the string that was meant: false if
 * `close` does not follow on the line. */
static bool fault_quotes(Lexer *lx, Str open, Str close)
{
	const char *text = lx->begin + open.len;
	const char *p = text;
	Diag *d;

	while (*p != '\n' && p < lx->limit && !str_starts((Str){p, (size_t)(lx->limit - p)}, close))
		p++;
	if (*p == '\n' || p == lx->limit)
		return false;
	lx->cur = p + close.len;
	d = lex_error(lx, DIAG_BAD_CHARACTER, lx->begin, lx->cur,
		"text in quotes that mean nothing here");
	diag_fix(d, "use plain quotes, \" or '");
	Str value = {text, (size_t)(p - text)};
	if (!str_has(value, STR("\"")) && !str_has(value, STR("\\")))
		diag_edit(d, lex_span(lx, lx->begin, lx->cur),
			str_print(d->arena, "\"%.*s\"", STR_ARG(value)));
	lex_emit(lx, TOK_STRING, (Str){text, (size_t)(p - text)}, 0);
	return true;
}

/* A character outside ASCII, outside strings and comments. */
static void fault_unicode(Lexer *lx)
{
	Str rest = {lx->begin, (size_t)(lx->limit - lx->begin)};
	size_t at = 0;
	uint32_t point = utf8_next(rest, &at);
	const char *meant = lookalike(point);
	Diag *d;

	if (lx->is_bad_text && point == 0xfffd) {
		lx->is_broken = true;
		lx->cur = lx->begin + at;
		return;
	}
	if (utf8_is_bidi(point)) {
		lx->cur = lx->begin + at;
		lex_check_text(lx, lx->begin, lx->cur);
		return;
	}
	if (point == 0x201c && fault_quotes(lx, STR("\xe2\x80\x9c"), STR("\xe2\x80\x9d")))
		return;
	if (point == 0x2018 && fault_quotes(lx, STR("\xe2\x80\x98"), STR("\xe2\x80\x99")))
		return;
	/* A word with accents is one mistake. */
	if (!meant)
		while (at < rest.len &&
			((unsigned char)rest.ptr[at] >= 0x80 || is_word(rest.ptr[at])))
			at++;
	lx->cur = lx->begin + at;
	if (meant) {
		d = lex_error(lx, DIAG_BAD_CHARACTER, lx->begin, lx->cur,
			"U+%04X looks like `%s` but is another character", point, meant);
		diag_fix(d, "write a plain `%s`", meant);
		diag_edit(d, lex_span(lx, lx->begin, lx->cur), str_from(meant));
		return;
	}
	const char *word = lx->begin;
	while (word > lx->file->text.ptr && is_word(word[-1]))
		word--;
	d = lex_error(lx, DIAG_BAD_CHARACTER, word, lx->cur,
		"`%.*s` stands outside strings and comments", (int)(lx->cur - word), word);
	diag_fix(d, "names use a-z, A-Z, 0-9 and _; put text in quotes");
}

void lex_fault_character(Lexer *lx)
{
	unsigned char c = (unsigned char)*lx->begin;
	Diag *d;

	if (c >= 0x80) {
		fault_unicode(lx);
		return;
	}
	if (c == '`' && fault_quotes(lx, STR("`"), STR("`")))
		return;
	lx->cur = lx->begin + 1;
	if (c < 0x20 || c == 0x7f) {
		d = lex_error(lx, DIAG_BAD_CHARACTER, lx->begin, lx->cur,
			"the control character U+%04X", c);
		diag_fix(d, "remove it");
		return;
	}
	d = lex_error(lx, DIAG_BAD_CHARACTER, lx->begin, lx->cur, "`%c` means nothing here", c);
	if (c == '$') {
		diag_fix(d, "a name is written without `$`; `${...}` belongs inside double quotes");
		diag_edit(d, lex_span(lx, lx->begin, lx->cur), STR_NONE);
	} else if (c == '`') {
		diag_fix(d, "text stands in single or double quotes");
	} else if (c == '\\') {
		diag_fix(d, "a line needs no `\\` to go on: break it after an operator or inside "
			    "parentheses");
	} else {
		diag_fix(d,
			"the operators are + - * / %% ++ == != < <= > >= ?? .. and or not in with");
	}
}
