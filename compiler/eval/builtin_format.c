/* Built-ins that fill in text: format() and template().  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

enum { WIDTH_MAX = 1000, DIGITS_MAX = 20 };

/* A verb of format(): %[-][0][width][.digits]letter. */
typedef struct Verb {
	bool is_left;
	bool has_zeros;
	int64_t width;
	int64_t digits; /* -1: not said */
	char letter;
} Verb;

static int64_t read_digits(Str s, size_t *at)
{
	int64_t n = 0;

	for (; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9' && n <= WIDTH_MAX; (*at)++)
		n = 10 * n + s.ptr[*at] - '0';
	return n;
}

static bool read_verb(OpCtx *c, Str s, size_t *at, Verb *ret)
{
	*ret = (Verb){.digits = -1};
	for (; *at < s.len && (s.ptr[*at] == '-' || s.ptr[*at] == '0'); (*at)++)
		*(s.ptr[*at] == '-' ? &ret->is_left : &ret->has_zeros) = true;
	ret->width = read_digits(s, at);
	if (*at < s.len && s.ptr[*at] == '.') {
		(*at)++;
		ret->digits = read_digits(s, at);
	}
	if (*at < s.len)
		ret->letter = s.ptr[(*at)++];
	if (ret->width <= WIDTH_MAX && ret->digits <= DIGITS_MAX && ret->letter != '\0' &&
		str_has(STR("sdfxv"), (Str){&ret->letter, 1}))
		return true;
	(void)op_fail(c, DIAG_CALL_FAILED,
		"`%%%c` is unknown; there are %%s, %%d, %%f and %%x, with a width of up to 1000",
		ret->letter ? ret->letter : ' ');
	return false;
}

static bool print_verb(OpCtx *c, Buf *b, const Verb *v, Value value)
{
	double real = value.kind == VAL_INT ? (double)value.as.number : value.as.real;
	bool is_number = value.kind == VAL_INT || value.kind == VAL_FLOAT;

	if (v->letter == 'd' && value.kind == VAL_INT)
		buf_print(b, "%lld", (long long)value.as.number);
	else if (v->letter == 'x' && value.kind == VAL_INT)
		buf_print(b, "%llx", (unsigned long long)value.as.number);
	else if (v->letter == 'f' && is_number)
		buf_print(b, "%.*f", v->digits < 0 ? 6 : (int)v->digits, real);
	else if ((v->letter == 's' || v->letter == 'v') && op_print_scalar(b, value))
		return true;
	else
		return (void)op_fail(c, DIAG_CALL_FAILED, "`%%%c` does not take %.*s", v->letter,
			       STR_ARG(value_kind_name(value.kind))),
		       false;
	return true;
}

/* Adds `text` in a field of the verb's width. */
static void add_field(Buf *b, const Verb *v, Str text)
{
	int64_t missing = v->width - (int64_t)utf8_count(text);
	size_t fill = missing > 0 ? (size_t)missing : 0;
	bool is_negative = text.len > 0 && text.ptr[0] == '-';

	if (v->has_zeros && !v->is_left && v->letter != 's') {
		if (is_negative)
			buf_add_char(b, '-');
		buf_add_repeat(b, '0', fill);
		buf_add(b, str_slice(text, is_negative, text.len));
		return;
	}
	if (!v->is_left)
		buf_add_repeat(b, ' ', fill);
	buf_add(b, text);
	if (v->is_left)
		buf_add_repeat(b, ' ', fill);
}

static bool format(OpCtx *c, Buf *b, Buf *field, const Value *args, uint32_t count)
{
	Str s = args[0].as.text;
	uint32_t next = 1;

	for (size_t i = 0; i < s.len;) {
		Verb v;

		if (s.ptr[i] != '%') {
			buf_add_char(b, s.ptr[i++]);
			continue;
		}
		if (++i < s.len && s.ptr[i] == '%') {
			buf_add_char(b, s.ptr[i++]);
			continue;
		}
		if (!read_verb(c, s, &i, &v))
			return false;
		if (next == count)
			return (void)op_fail(c, DIAG_CALL_FAILED, "more `%%` places than values"),
			       false;
		buf_clear(field);
		if (!print_verb(c, field, &v, args[next++]))
			return false;
		add_field(b, &v, buf_str(field));
	}
	if (next < count)
		return (void)op_fail(c, DIAG_CALL_FAILED, "more values than `%%` places"), false;
	return true;
}

FN(FORMAT)
{
	Str pattern;
	Buf b, field;
	bool ok;

	if (!builtin_text(c, args, count, 0, &pattern))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	buf_init(&field, TEXT_BYTES_MAX);
	ok = format(c, &b, &field, args, count);
	buf_fini(&field);
	if (ok)
		return builtin_take_text(c, &b);
	buf_fini(&b);
	return VALUE_NULL;
}

/* Replaces one `${name}`; `*at` is behind the `${`. */
static bool fill_in(OpCtx *c, Buf *b, Str s, size_t *at, Value values)
{
	size_t end = str_find(s, STR("}"), *at);
	Str name = str_trim(str_slice(s, *at, end));
	const Value *v = end == SIZE_MAX ? NULL : value_find(values, name);

	if (end == SIZE_MAX)
		return (void)op_fail(c, DIAG_CALL_FAILED, "a `${` is not closed"), false;
	if (!v)
		return (void)op_fail(c, DIAG_CALL_FAILED,
			       "the template reads `%.*s`, which is not among the values",
			       STR_ARG(name)),
		       false;
	if (!op_print_scalar(b, *v))
		return (void)op_fail(c, DIAG_CALL_FAILED, "`%.*s` cannot be put into text",
			       STR_ARG(name)),
		       false;
	*at = end + 1;
	return true;
}

FN(TEMPLATE)
{
	const ValueMap *values;
	Str s;
	Buf b;

	if (!builtin_text(c, args, count, 0, &s) || !builtin_map(c, args, count, 1, &values))
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	for (size_t i = 0; i < s.len;) {
		Str rest = str_slice(s, i, s.len);

		if (str_starts(rest, STR("$${"))) {
			buf_add_cstr(&b, "${");
			i += 3;
		} else if (!str_starts(rest, STR("${"))) {
			buf_add_char(&b, s.ptr[i++]);
		} else {
			i += 2;
			if (!fill_in(c, &b, s, &i, args[1])) {
				buf_fini(&b);
				return VALUE_NULL;
			}
		}
	}
	return builtin_take_text(c, &b);
}

FN(AS_TEXT)
{
	Buf b;

	if (count == 0)
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	if (!op_print_scalar(&b, args[0]))
		value_print(&b, args[0], -1);
	return builtin_take_text(c, &b);
}
