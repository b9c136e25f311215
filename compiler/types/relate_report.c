/* The words for types that do not fit.  Thread: any. */
#include "compiler/types/relate.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/types/refine.h"

enum { TYPE_TEXT_MAX = 1 << 16 };

/* The type as text in the list's arena. */
static Str text_of(DiagList *l, const Type *t)
{
	Buf b;
	Str text;

	buf_init(&b, TYPE_TEXT_MAX);
	type_print(&b, t);
	text = str_copy(l->arena, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* A type by its declared name, where it has one, with what it holds behind it. */
static Str name_of(DiagList *l, const Type *t)
{
	return t->name.len > 0 && t->kind != TYPE_ID ? t->name : text_of(l, t);
}

void type_mismatch_print_path(Buf *b, const TypeMismatch *m)
{
	for (uint32_t i = 0; i < m->step_count; i++) {
		bool is_name = m->steps[i].len > 0 && m->steps[i].ptr[0] != '[' &&
			       m->steps[i].ptr[0] != '(';

		if (i > 0 && is_name)
			buf_add_char(b, '.');
		buf_add(b, m->steps[i]);
	}
}

static Str path_of(DiagList *l, const TypeMismatch *m)
{
	Buf b;
	Str text;

	buf_init(&b, TYPE_TEXT_MAX);
	type_mismatch_print_path(&b, m);
	text = str_copy(l->arena, buf_str(&b));
	buf_fini(&b);
	return text;
}

static Str nearest_field(const Type *record, Str name)
{
	Str names[64];
	uint32_t n = 0;

	for (; record->kind == TYPE_RECORD && n < record->count && n < 64; n++)
		names[n] = record->fields[n].name;
	return str_nearest(name, names, n);
}

static Diag *report_field(DiagList *l, Span at, const TypeMismatch *m)
{
	bool is_missing = m->code == DIAG_MISSING_FIELD;
	Str record = name_of(l, m->record);
	Str nearest;
	Diag *d;

	if (is_missing) {
		d = diag_add(l, m->code, at, "field `%.*s` of `%.*s` is missing", STR_ARG(m->field),
			STR_ARG(record));
		nearest = nearest_field(m->found, m->field);
	} else {
		d = diag_add(l, m->code, at, "`%.*s` has no field `%.*s`", STR_ARG(record),
			STR_ARG(m->field));
		nearest = nearest_field(m->record, m->field);
	}
	if (nearest.len > 0 && !is_missing)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
	return d;
}

static const Type *without_wrappers(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	return t;
}

static bool is_text(const Type *t)
{
	return t->kind == TYPE_STRING || t->kind == TYPE_ID ||
	       (t->kind == TYPE_LITERAL && t->literal.kind == VAL_STRING);
}

static bool is_int(const Type *t)
{
	return t->kind == TYPE_INT || (t->kind == TYPE_LITERAL && t->literal.kind == VAL_INT);
}

static bool is_bool(const Type *t)
{
	return t->kind == TYPE_BOOL || (t->kind == TYPE_LITERAL && t->literal.kind == VAL_BOOL);
}

/* What a number is missing where a quantity is wanted. */
static void hint_quantity(Diag *d, const Type *found, TypeKind wanted)
{
	int64_t n = found->kind == TYPE_LITERAL ? found->literal.as.number : 64;
	bool is_suffixed = n >= 1000000000 && n % 1000000000 == 0;

	if (wanted == TYPE_SIZE && is_suffixed)
		n /= 1000000000;
	if (wanted == TYPE_SIZE)
		diag_fix(d, "write %lldGB or %lldGiB", (long long)n, (long long)n);
	else if (wanted == TYPE_DURATION)
		diag_fix(d, "write %llds, %lldmin or %lldh", (long long)n, (long long)n,
			(long long)n);
	else if (wanted == TYPE_MONEY)
		diag_fix(d, "write $%lld", (long long)n);
	else
		diag_fix(d, "write $%lld/h", (long long)n);
}

static bool is_quantity(TypeKind k)
{
	return k == TYPE_SIZE || k == TYPE_DURATION || k == TYPE_MONEY || k == TYPE_PRICE;
}

void type_mismatch_hint(DiagList *l, Diag *d, const Type *found, const Type *wanted)
{
	const Type *w = without_wrappers(wanted);
	Str text = text_of(l, w);

	found = type_plain(found);
	if (w->kind == TYPE_RANGE)
		w = w->elem;
	if (found->kind == TYPE_NULL)
		diag_fix(d, "leave it out to get the default, or give a value");
	else if (is_quantity(w->kind) && (is_int(found) || found->kind == TYPE_FLOAT))
		hint_quantity(d, found, w->kind);
	else if (is_text(w) && (is_int(found) || is_bool(found) || is_quantity(found->kind)))
		diag_fix(d, "text is written in quotes; \"${...}\" turns a value into text");
	else if (is_int(w) && found->kind == TYPE_FLOAT)
		diag_fix(d, "round(), floor() and ceil() give an int, and div(a, b) divides ints");
	else if ((is_int(w) || w->kind == TYPE_FLOAT) && is_text(found))
		diag_fix(d, "write the number without quotes, or read it with parse_int() or "
			    "parse_float()");
	else if (is_bool(w) && is_text(found))
		diag_fix(d, "write true or false without quotes");
	else if (w->kind == TYPE_SET && found->kind == TYPE_LIST)
		diag_fix(d, "write set(...): order and repeats are lost");
	else if (w->kind == TYPE_LIST && found->kind == TYPE_SET)
		diag_fix(d, "write list(...): sorted");
	else if (w->kind == TYPE_LIST && type_fit(found, w->elem, NULL) != FIT_NO)
		diag_fix(d, "write a list: [...]");
	else if (w->kind == TYPE_ID && found->kind == TYPE_OBJECT && str_eq(w->name, found->name))
		diag_fix(d, "write its `.id`");
	else if (w->kind == TYPE_ID && found->kind == TYPE_STRING)
		diag_fix(d, "declare the source as `%.*s`, or use the `.id` of the object",
			STR_ARG(text));
	else if (w->kind == TYPE_UNION && found->kind == TYPE_STRING)
		diag_fix(d, "declare the source as `%.*s`", STR_ARG(text));
}

/* A literal that the type refuses: refine has the words; else the types.  */
static Diag *report_refused(DiagList *l, Span at, const TypeMismatch *m)
{
	RefineCtx c = {.arena = l->arena, .diags = l, .at = at};
	uint32_t before = l->items.len;
	Value ignored;

	c.step_count = m->step_count;
	for (uint32_t i = 0; i < m->step_count; i++)
		c.steps[i] = m->steps[i];
	if (m->found->kind == TYPE_LITERAL &&
		!refine_value(&c, m->expected, m->found->literal, &ignored))
		return l->items.len > before
			       ? l->items.ptr[l->items.len - 1]
			       : diag_add(l, m->code, at, "a value outside the allowed ones");
	return diag_add(l, m->code, at, "expected `%.*s`, found `%.*s`",
		STR_ARG(text_of(l, m->expected)), STR_ARG(text_of(l, m->found)));
}

static Diag *report_types(
	DiagList *l, Span at, const Type *from, const Type *to, const TypeMismatch *m)
{
	Diag *d = diag_add(l, m->code, at, "expected `%.*s`, found `%.*s`", STR_ARG(name_of(l, to)),
		STR_ARG(name_of(l, from)));

	if (m->step_count > 0)
		diag_why(d, "they differ at `%.*s`: expected `%.*s`, found `%.*s`",
			STR_ARG(path_of(l, m)), STR_ARG(name_of(l, m->expected)),
			STR_ARG(name_of(l, m->found)));
	type_mismatch_hint(l, d, m->found, m->expected);
	return d;
}

Diag *type_mismatch_report(
	DiagList *l, Span at, const Type *from, const Type *to, const TypeMismatch *m)
{
	Diag *d;

	switch (m->code) {
	case DIAG_UNKNOWN_FIELD:
	case DIAG_MISSING_FIELD:
		return report_field(l, at, m);
	case DIAG_NOT_IN_ENUM:
	case DIAG_OUT_OF_RANGE:
	case DIAG_BAD_FORMAT:
		return report_refused(l, at, m);
	case DIAG_WRONG_ID:
		if (m->found->kind != TYPE_ID)
			return report_types(l, at, from, to, m);
		d = diag_add(l, m->code, at, "expected the id of `%.*s`, found the id of `%.*s`",
			STR_ARG(m->expected->name), STR_ARG(m->found->name));
		return d;
	case DIAG_MAY_BE_NULL:
		d = diag_add(l, m->code, at, "this may be null: expected `%.*s`, found `%.*s`",
			STR_ARG(name_of(l, m->expected)), STR_ARG(name_of(l, m->found)));
		if (m->step_count > 0)
			diag_why(d, "at `%.*s`", STR_ARG(path_of(l, m)));
		diag_fix(d, "add `?? ...` with what to use instead");
		return d;
	case DIAG_SECRET_SINK:
		d = diag_add(l, m->code, at, "a secret where `%.*s` is expected",
			STR_ARG(name_of(l, m->expected)));
		if (m->step_count > 0)
			diag_why(d, "at `%.*s`", STR_ARG(path_of(l, m)));
		return d;
	default:
		return report_types(l, at, from, to, m);
	}
}

Diag *type_join_report(DiagList *l, Span at, const Type *a, const Type *b, const TypeMismatch *m)
{
	Diag *d = diag_add(l, DIAG_NO_JOIN, at, "`%.*s` and `%.*s` have no type in common",
		STR_ARG(text_of(l, a)), STR_ARG(text_of(l, b)));

	if (m->field.len > 0 && m->step_count > 0)
		diag_why(d, "only one has a field `%.*s` at `%.*s`", STR_ARG(m->field),
			STR_ARG(path_of(l, m)));
	else if (m->field.len > 0)
		diag_why(d, "only one has a field `%.*s`", STR_ARG(m->field));
	else if (m->step_count > 0)
		diag_why(d, "they differ at `%.*s`: `%.*s` and `%.*s`", STR_ARG(path_of(l, m)),
			STR_ARG(text_of(l, m->expected)), STR_ARG(text_of(l, m->found)));
	return d;
}
