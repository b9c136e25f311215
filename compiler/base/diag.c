/* Diagnostics: filling them in, collecting and sorting them. */
#include "compiler/base/diag.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"

#include <stdlib.h>
#include <string.h>

typedef struct DiagRow {
	Str code;
	DiagSeverity severity;
	DiagClass cls;
	Str title;
} DiagRow;

static const DiagRow diag_rows[DIAG_CODE_COUNT] = {
	[DIAG_NONE] = {STR_INIT(""), SEVERITY_NOTE, CLASS_BUG, STR_INIT("")},
#define X(name, code, severity, cls, title)                                                        \
	[DIAG_##name] = {STR_INIT(code), SEVERITY_##severity, CLASS_##cls, STR_INIT(title)},
#include "compiler/base/diag_codes.def"
#undef X
};

static const DiagRow *diag_row(DiagCode code)
{
	CHECK(code < DIAG_CODE_COUNT);
	return &diag_rows[code];
}

Str diag_code_str(DiagCode code)
{
	return diag_row(code)->code;
}

DiagSeverity diag_severity(DiagCode code)
{
	return diag_row(code)->severity;
}

DiagClass diag_class(DiagCode code)
{
	return diag_row(code)->cls;
}

Str diag_title(DiagCode code)
{
	return diag_row(code)->title;
}

DiagCode diag_code_find(Str text)
{
	for (DiagCode code = DIAG_NONE + 1; code < DIAG_CODE_COUNT; code++)
		if (str_eq_nocase(diag_rows[code].code, text))
			return code;
	return DIAG_NONE;
}

void diag_list_init(DiagList *l, Arena *arena)
{
	*l = (DiagList){.arena = arena};
}

Diag *diag_add(DiagList *l, DiagCode code, Span at, const char *fmt, ...)
{
	Diag *d = ARENA_NEW(l->arena, Diag);
	va_list args;

	d->code = code;
	d->at = at;
	d->arena = l->arena;
	d->is_borrowed = true;
	va_start(args, fmt);
	d->what = str_vprint(l->arena, fmt, args);
	va_end(args);
	if (diag_severity(code) == SEVERITY_ERROR) {
		if (l->error_count == DIAG_COUNT_MAX) {
			l->dropped++;
			return d; /* filled in by the caller and shown to nobody */
		}
		l->error_count++;
	}
	vec_add(l->arena, &l->items, d);
	return d;
}

bool diag_list_has_errors(const DiagList *l)
{
	return l->error_count > 0;
}

bool diag_list_is_full(const DiagList *l)
{
	return l->dropped > 0;
}

static int diag_order_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int diag_order_values(const Diag *a, const Diag *b)
{
	int order = diag_order_number(a->values.len, b->values.len);

	for (uint32_t i = 0; i < a->values.len && !order; i++)
		order = str_cmp(a->values.ptr[i].text, b->values.ptr[i].text);
	return order;
}

static int diag_order(const Diag *a, const Diag *b)
{
	int order = diag_order_number(a->at.begin, b->at.begin);

	if (!order)
		order = diag_order_number(a->code, b->code);
	if (!order)
		order = diag_order_number(a->at.end, b->at.end);
	if (!order)
		order = str_cmp(a->what, b->what);
	if (!order)
		order = str_cmp(a->label, b->label);
	if (!order)
		order = str_cmp(a->why, b->why);
	if (!order)
		order = str_cmp(a->fix, b->fix);
	return order ? order : diag_order_values(a, b);
}

static int diag_order_items(const void *a, const void *b)
{
	return diag_order(*(Diag *const *)a, *(Diag *const *)b);
}

void diag_list_sort(DiagList *l)
{
	uint32_t kept = 0;

	if (l->items.len)
		qsort(l->items.ptr, l->items.len, sizeof(*l->items.ptr), diag_order_items);
	for (uint32_t i = 0; i < l->items.len; i++) {
		Diag *d = l->items.ptr[i];

		if (kept && diag_order(l->items.ptr[kept - 1], d) == 0)
			l->error_count -= diag_severity(d->code) == SEVERITY_ERROR;
		else
			l->items.ptr[kept++] = d;
	}
	l->items.len = kept;
}

/* The arena of `d`, made when it has none yet. */
static Arena *diag_arena(Diag *d)
{
	if (!d->arena)
		d->arena = arena_new("diag");
	return d->arena;
}

void diag_label(Diag *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	d->label = str_vprint(diag_arena(d), fmt, args);
	va_end(args);
}

void diag_why(Diag *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	d->why = str_vprint(diag_arena(d), fmt, args);
	va_end(args);
}

void diag_fix(Diag *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	d->fix = str_vprint(diag_arena(d), fmt, args);
	va_end(args);
}

void diag_note(Diag *d, Span at, const char *fmt, ...)
{
	DiagNote note = {.at = at};
	va_list args;

	va_start(args, fmt);
	note.text = str_vprint(diag_arena(d), fmt, args);
	va_end(args);
	vec_add(d->arena, &d->notes, note);
}

void diag_edit(Diag *d, Span at, Str text)
{
	DiagEdit edit = {at, str_copy(diag_arena(d), text)};

	vec_add(d->arena, &d->edits, edit);
}

void diag_value(Diag *d, DiagValue value)
{
	value.text = str_copy(diag_arena(d), value.text);
	vec_add(d->arena, &d->values, value);
}

bool diag_fail(Diag *err, DiagCode code, const char *why, const char *fmt, ...)
{
	Diag d = {.code = code, .arena = arena_new("diag")};
	va_list args;

	/* The arguments may point into what `err` held until now. */
	va_start(args, fmt);
	d.what = str_vprint(d.arena, fmt, args);
	va_end(args);
	d.why = str_copy(d.arena, str_from(why));
	diag_fini(err);
	*err = d;
	return false;
}

bool diag_context(Diag *err, const char *fmt, ...)
{
	DiagNote note = {.at = SPAN_NONE};
	va_list args;

	va_start(args, fmt);
	note.text = str_vprint(diag_arena(err), fmt, args);
	va_end(args);
	vec_add(err->arena, &err->notes, note);
	return false;
}

void diag_fini(Diag *d)
{
	if (!d->is_borrowed)
		arena_free(d->arena);
	*d = (Diag){0};
}

Diag *diag_copy(Arena *arena, const Diag *d)
{
	Diag *copy = ARENA_NEW(arena, Diag);

	copy->code = d->code;
	copy->at = d->at;
	copy->label = str_copy(arena, d->label);
	copy->what = str_copy(arena, d->what);
	copy->why = str_copy(arena, d->why);
	copy->fix = str_copy(arena, d->fix);
	copy->arena = arena;
	copy->is_borrowed = true;
	for (uint32_t i = 0; i < d->notes.len; i++) {
		DiagNote note = {d->notes.ptr[i].at, str_copy(arena, d->notes.ptr[i].text)};

		vec_add(arena, &copy->notes, note);
	}
	for (uint32_t i = 0; i < d->values.len; i++)
		diag_value(copy, d->values.ptr[i]);
	for (uint32_t i = 0; i < d->edits.len; i++)
		diag_edit(copy, d->edits.ptr[i].at, d->edits.ptr[i].text);
	return copy;
}
