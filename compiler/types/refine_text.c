/* Texts, bounds and enums of values, and the words when they are refused: the rule and the nearest
 * allowed value.  Thread: any. */
#include "compiler/types/refine_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/pattern.h"
#include "compiler/base/utf8.h"

enum { WORDS_MAX = 1 << 16, NEAREST_MAX = 256, ENUM_SHOWN_MAX = 12 };

static const char *const format_nouns[FORMAT_COUNT] = {
	"a text",
	"an address range",
	"an IP address",
	"a URL",
	"a path",
	"an image",
	"a schedule",
	"an email address",
	"a script",
};

Diag *refine_say(RefineCtx *c, DiagCode code, const char *fmt, ...)
{
	TypeMismatch m = {.step_count = c->step_count};
	va_list args;
	Buf b;
	Diag *d;

	if (!c->diags)
		return NULL;
	if (m.step_count > MISMATCH_STEPS_MAX)
		m.step_count = MISMATCH_STEPS_MAX;
	for (uint32_t i = 0; i < m.step_count; i++)
		m.steps[i] = c->steps[i];
	buf_init(&b, WORDS_MAX);
	if (c->subject.len > 0)
		buf_print(&b, "%.*s: ", STR_ARG(c->subject));
	va_start(args, fmt);
	buf_vprint(&b, fmt, args);
	va_end(args);
	d = diag_add(c->diags, code, c->at, "%.*s", STR_ARG(buf_str(&b)));
	if (m.step_count > 0) {
		buf_clear(&b);
		type_mismatch_print_path(&b, &m);
		diag_why(d, "at `%.*s`", STR_ARG(buf_str(&b)));
	}
	buf_fini(&b);
	return d;
}

static void print_value(Buf *b, Value v)
{
	buf_init(b, WORDS_MAX);
	value_print(b, v, -1);
}

/* A text that the pattern would take: other case, `-` for what may not stand there. */
static bool near_pattern(const Pattern *p, Str text, Buf *ret)
{
	static const char *const fillers[] = {"-", "_", ""};

	for (size_t variant = 0; variant < 6; variant++) {
		const char *filler = fillers[variant % 3];

		buf_clear(ret);
		for (size_t i = 0; i < text.len; i++) {
			char ch = text.ptr[i];
			bool is_upper = ch >= 'A' && ch <= 'Z';
			bool is_plain =
				is_upper || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');

			if (is_upper && variant < 3)
				buf_add_char(ret, (char)(ch + 32));
			else if (is_plain)
				buf_add_char(ret, ch);
			else
				buf_add_cstr(ret, filler);
		}
		if (ret->len > 0 && !ret->overflowed && pattern_matches(p, buf_str(ret)))
			return true;
	}
	return false;
}

/* The compiled pattern of `type`; NULL: its declaration was already refused. */
static const Pattern *pattern_of(RefineCtx *c, const Type *type)
{
	Str error;
	size_t at;

	if (!c->compiled || !str_eq(c->pattern, type->pattern)) {
		c->compiled = pattern_compile(c->arena, type->pattern, &error, &at);
		c->pattern = type->pattern;
	}
	return c->compiled;
}

static bool check_pattern(RefineCtx *c, const Type *type, Str text)
{
	const Pattern *p = pattern_of(c, type);
	Buf nearest;
	Diag *d;

	if (!p || (pattern_is_affordable(p, text) && pattern_matches(p, text)))
		return true;
	d = refine_say(c, DIAG_BAD_FORMAT, "`%.*s` does not match `%.*s`", STR_ARG(text),
		STR_ARG(type->pattern));
	if (!d)
		return false;
	buf_init(&nearest, NEAREST_MAX);
	if (text.len < NEAREST_MAX && near_pattern(p, text, &nearest))
		diag_fix(d, "`%.*s` would do", STR_ARG(buf_str(&nearest)));
	buf_fini(&nearest);
	return false;
}

static bool check_format(RefineCtx *c, const Type *type, Str text)
{
	Buf why, nearest;
	bool is_fine;

	buf_init(&why, WORDS_MAX);
	buf_init(&nearest, NEAREST_MAX);
	is_fine = refine_format(type->format, text, &why, &nearest);
	if (!is_fine) {
		Diag *d = refine_say(c, DIAG_BAD_FORMAT, "`%.*s` is not %s: %s", STR_ARG(text),
			format_nouns[type->format], buf_cstr(&why));

		if (d && nearest.len > 0 && !nearest.overflowed)
			diag_fix(d, "did you mean `%.*s`?", STR_ARG(buf_str(&nearest)));
	}
	buf_fini(&why);
	buf_fini(&nearest);
	return is_fine;
}

bool refine_text(RefineCtx *c, const Type *type, Str text)
{
	if (type->format != FORMAT_NONE && !check_format(c, type, text))
		return false;
	if (!refine_length(c, type, (int64_t)utf8_count(text), "characters"))
		return false;
	return type->pattern.len == 0 || check_pattern(c, type, text);
}

static bool is_less(Value a, Value b)
{
	if (a.kind == VAL_FLOAT || b.kind == VAL_FLOAT) {
		double x = a.kind == VAL_FLOAT ? a.as.real : (double)a.as.number;
		double y = b.kind == VAL_FLOAT ? b.as.real : (double)b.as.number;

		return x < y;
	}
	return a.as.number < b.as.number;
}

bool refine_bounds(RefineCtx *c, const Type *type, Value v)
{
	bool is_low = type->min.kind != VAL_NULL && is_less(v, type->min);
	bool is_high = type->max.kind != VAL_NULL && is_less(type->max, v);
	Buf text, bound;
	Diag *d;

	if (!is_low && !is_high)
		return true;
	print_value(&text, v);
	print_value(&bound, is_low ? type->min : type->max);
	d = refine_say(c, DIAG_OUT_OF_RANGE, "%s is %s the %s allowed, %s", buf_cstr(&text),
		is_low ? "below" : "above", is_low ? "least" : "most", buf_cstr(&bound));
	if (d)
		diag_fix(d, "`%s` is the nearest allowed value", buf_cstr(&bound));
	buf_fini(&text);
	buf_fini(&bound);
	return false;
}

bool refine_length(RefineCtx *c, const Type *type, int64_t len, const char *noun)
{
	bool is_low = type->min.kind == VAL_INT && len < type->min.as.number;
	bool is_high = type->max.kind == VAL_INT && len > type->max.as.number;
	int64_t bound = is_low ? type->min.as.number : type->max.as.number;

	if (!is_low && !is_high)
		return true;
	(void)refine_say(c, DIAG_OUT_OF_RANGE, "%lld %s where at %s %lld %s allowed",
		(long long)len, noun, is_low ? "least" : "most", (long long)bound,
		bound == 1 ? "is" : "are");
	return false;
}

bool refine_not_in_enum(RefineCtx *c, const Type *type, Value v)
{
	const Value *cases;
	uint32_t count;
	Str names[128];
	uint32_t name_count = 0;
	Buf text;
	Str near;
	Diag *d;

	if (!c->diags || !type_cases(c->arena, type, &cases, &count))
		return false;
	print_value(&text, v);
	buf_add_cstr(&text, count == 1 ? " is not " : " is not one of ");
	for (uint32_t i = 0; i < count; i++) {
		if (i < ENUM_SHOWN_MAX) {
			buf_add_cstr(&text, i > 0 ? ", " : "");
			value_print(&text, cases[i], -1);
		}
		if (cases[i].kind == VAL_STRING && name_count < 128)
			names[name_count++] = cases[i].as.text;
	}
	if (count > ENUM_SHOWN_MAX)
		buf_print(&text, " and %u more", count - ENUM_SHOWN_MAX);
	d = refine_say(c, DIAG_NOT_IN_ENUM, "%s", buf_cstr(&text));
	near = v.kind == VAL_STRING ? str_nearest(v.as.text, names, name_count) : STR_NONE;
	if (d && near.len > 0)
		diag_fix(d, "did you mean \"%.*s\"?", STR_ARG(near));
	buf_fini(&text);
	return false;
}

bool refine_id(DiagList *l, Span at, Str type_name, Str pattern, Str text)
{
	Arena *a = arena_new("refine_id");
	Str error;
	size_t error_at;
	const Pattern *p = pattern.len > 0 ? pattern_compile(a, pattern, &error, &error_at) : NULL;
	bool is_fine = !p || (pattern_is_affordable(p, text) && pattern_matches(p, text));

	if (!is_fine)
		diag_why(diag_add(l, DIAG_WRONG_ID, at, "`%.*s` is not an id of `%.*s`",
				 STR_ARG(text), STR_ARG(type_name)),
			"such ids match `%.*s`", STR_ARG(pattern));
	arena_free(a);
	return is_fine;
}
