/* Which type fits where another is wanted: one walk over both, with the path to the first
 * difference.  Three answers, ordered: no, if the value is checked, yes; a composite is as good as
 * its worst part, a union as good as its best member.  Thread: any. */
#include "compiler/types/relate.h"

#include "compiler/base/check.h"
#include "compiler/types/field_name.h"
#include "compiler/types/refine.h"

/* The walk; `ret` is NULL where nobody wants to know why. */
typedef struct Walk {
	TypeMismatch *ret;
	Str steps[MISMATCH_STEPS_MAX];
	uint32_t step_count;
	bool is_strict; /* a refinement that is not known to hold is a difference */
} Walk;

static TypeFit fit(Walk *w, const Type *from, const Type *to);

static TypeFit worse(TypeFit a, TypeFit b)
{
	return a < b ? a : b;
}

static TypeFit differ(Walk *w, DiagCode code, const Type *from, const Type *to)
{
	if (w->ret) {
		*w->ret = (TypeMismatch){.code = code, .expected = to, .found = from};
		w->ret->step_count = w->step_count;
		for (uint32_t i = 0; i < w->step_count && i < MISMATCH_STEPS_MAX; i++)
			w->ret->steps[i] = w->steps[i];
		if (w->ret->step_count > MISMATCH_STEPS_MAX)
			w->ret->step_count = MISMATCH_STEPS_MAX;
	}
	return FIT_NO;
}

static TypeFit differ_field(Walk *w, DiagCode code, const Type *from, const Type *to, Str field)
{
	(void)differ(w, code, from, to);
	if (w->ret) {
		w->ret->field = field;
		w->ret->record = to;
	}
	return FIT_NO;
}

/* Fits if checked: an error when strict. */
static TypeFit maybe(Walk *w, DiagCode code, const Type *from, const Type *to)
{
	return w->is_strict ? differ(w, code, from, to) : FIT_CHECK;
}

static TypeFit fit_part(Walk *w, Str step, const Type *from, const Type *to)
{
	TypeFit f;

	if (w->step_count < MISMATCH_STEPS_MAX)
		w->steps[w->step_count] = step;
	w->step_count++;
	f = fit(w, from, to);
	w->step_count--;
	return f;
}

static bool less(Value a, Value b)
{
	if (a.kind != b.kind && (a.kind == VAL_FLOAT || b.kind == VAL_FLOAT)) {
		double x = a.kind == VAL_FLOAT ? a.as.real : (double)a.as.number;
		double y = b.kind == VAL_FLOAT ? b.as.real : (double)b.as.number;

		return x < y;
	}
	return value_cmp(a, b) < 0;
}

/* Compares the refinements of two types of the same kind. */
static TypeFit fit_refined(Walk *w, const Type *from, const Type *to)
{
	bool has_min = to->min.kind != VAL_NULL, has_max = to->max.kind != VAL_NULL;
	bool from_min = from->min.kind != VAL_NULL, from_max = from->max.kind != VAL_NULL;

	if ((has_min && from_max && less(from->max, to->min)) ||
		(has_max && from_min && less(to->max, from->min)))
		return differ(w, DIAG_OUT_OF_RANGE, from, to);
	if ((has_min && !(from_min && !less(from->min, to->min))) ||
		(has_max && !(from_max && !less(to->max, from->max))))
		return maybe(w, DIAG_OUT_OF_RANGE, from, to);
	if (to->pattern.len > 0 && !str_eq(from->pattern, to->pattern))
		return maybe(w, DIAG_BAD_FORMAT, from, to);
	if (to->is_unique && !from->is_unique && from->kind != TYPE_SET)
		return maybe(w, DIAG_NOT_UNIQUE, from, to);
	if (to->where && from->where != to->where)
		return maybe(w, DIAG_PREDICATE, from, to);
	return FIT_YES;
}

static TypeFit fit_string(Walk *w, const Type *from, const Type *to)
{
	if (from->kind == TYPE_ID) {
		if (to->format != FORMAT_NONE)
			return differ(w, DIAG_TYPE_MISMATCH, from, to);
		return fit_refined(w, from, to);
	}
	if (from->kind != TYPE_STRING)
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	if (to->format != FORMAT_NONE && from->format != to->format) {
		if (from->format != FORMAT_NONE && from->format != FORMAT_SCRIPT)
			return differ(w, DIAG_TYPE_MISMATCH, from, to);
		return worse(maybe(w, DIAG_BAD_FORMAT, from, to), fit_refined(w, from, to));
	}
	return fit_refined(w, from, to);
}

static TypeKind literal_kind(const Type *t)
{
	if (t->literal.kind == VAL_STRING)
		return TYPE_STRING;
	return t->literal.kind == VAL_INT ? TYPE_INT : TYPE_BOOL;
}

/* What a literal that the refinements of `to` refuse is refused for. */
static DiagCode refusal(const Type *literal, const Type *to)
{
	Type without = *to;

	without.min = without.max = VALUE_NULL;
	return literal->literal.kind == VAL_INT || refine_fits(&without, literal->literal)
		       ? DIAG_OUT_OF_RANGE
		       : DIAG_BAD_FORMAT;
}

static bool is_refined(const Type *t)
{
	return t->format != FORMAT_NONE || t->pattern.len > 0 || t->min.kind != VAL_NULL ||
	       t->max.kind != VAL_NULL;
}

static TypeFit fit_literal(Walk *w, const Type *from, const Type *to)
{
	TypeKind kind = literal_kind(from);

	if (to->kind == TYPE_LITERAL) {
		if (value_eq(from->literal, to->literal))
			return FIT_YES;
		return differ(w, kind == literal_kind(to) ? DIAG_NOT_IN_ENUM : DIAG_TYPE_MISMATCH,
			from, to);
	}
	if (to->kind == TYPE_JSON)
		return FIT_YES;
	if (to->kind == TYPE_ID && kind == TYPE_STRING)
		return maybe(w, DIAG_WRONG_ID, from, to);
	if (to->kind != kind && !(kind == TYPE_INT && to->kind == TYPE_FLOAT))
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	if (is_refined(to) && !refine_fits(to, from->literal))
		return differ(w, refusal(from, to), from, to);
	return to->where ? maybe(w, DIAG_PREDICATE, from, to) : FIT_YES;
}

static TypeFit fit_json(Walk *w, const Type *from, const Type *to)
{
	TypeFit f = FIT_YES;

	switch (from->kind) {
	case TYPE_NULL:
	case TYPE_BOOL:
	case TYPE_INT:
	case TYPE_FLOAT:
	case TYPE_STRING:
	case TYPE_ID:
	case TYPE_JSON:
		return FIT_YES;
	case TYPE_LIST:
	case TYPE_SET:
	case TYPE_MAP:
		return fit_part(w, STR("[]"), from->elem, to);
	case TYPE_RECORD:
		for (uint32_t i = 0; i < from->count && f != FIT_NO; i++)
			f = fit_part(w, from->fields[i].name, from->fields[i].type, to);
		return f == FIT_NO || !from->elem ? f : fit_part(w, STR("[]"), from->elem, to);
	default:
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	}
}

static TypeFit fit_record(Walk *w, const Type *from, const Type *to)
{
	TypeFit all = FIT_YES;

	if (from->kind == TYPE_MAP && to->count == 0 && to->elem)
		return fit_part(w, STR("[]"), from->elem, to->elem);
	if (from->kind != TYPE_RECORD)
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	for (uint32_t i = 0; i < from->count && all != FIT_NO; i++) {
		const TypeField *field = &from->fields[i];
		const TypeField *wanted = type_field(to, field->name);

		if (!wanted && !to->elem)
			return differ_field(w, DIAG_UNKNOWN_FIELD, from, to, field->name);
		all = worse(all,
			fit_part(w, field->name, field->type, wanted ? wanted->type : to->elem));
	}
	for (uint32_t i = 0; i < to->count && all != FIT_NO; i++) {
		const TypeField *wanted = &to->fields[i];

		if (type_field(from, wanted->name))
			continue;
		if (from->elem)
			all = worse(all, fit_part(w, wanted->name, from->elem, wanted->type));
		else if (field_name_is_required(wanted))
			return differ_field(w, DIAG_MISSING_FIELD, from, to, wanted->name);
	}
	if (all != FIT_NO && from->elem) {
		if (!to->elem)
			return differ(w, DIAG_TYPE_MISMATCH, from, to);
		all = worse(all, fit_part(w, STR("[]"), from->elem, to->elem));
	}
	return all == FIT_NO ? all : worse(all, fit_refined(w, from, to));
}

static TypeFit fit_map(Walk *w, const Type *from, const Type *to)
{
	TypeFit all = FIT_YES;

	if (from->kind == TYPE_MAP) {
		all = fit_part(w, STR("(key)"), from->key, to->key);
		if (all != FIT_NO)
			all = worse(all, fit_part(w, STR("[]"), from->elem, to->elem));
		return all == FIT_NO ? all : worse(all, fit_refined(w, from, to));
	}
	if (from->kind != TYPE_RECORD)
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	for (uint32_t i = 0; i < from->count && all != FIT_NO; i++) {
		Type key = {.kind = TYPE_LITERAL, .literal = value_string(from->fields[i].name)};
		Walk quiet = {.is_strict = w->is_strict};

		if (fit(&quiet, &key, to->key) == FIT_NO)
			return differ_field(w, DIAG_UNKNOWN_FIELD, from, to, from->fields[i].name);
		all = worse(all, fit_part(w, from->fields[i].name, from->fields[i].type, to->elem));
	}
	if (all != FIT_NO && from->elem)
		all = worse(all, fit_part(w, STR("[]"), from->elem, to->elem));
	if (all != FIT_NO && (to->min.kind != VAL_NULL || to->max.kind != VAL_NULL || to->where))
		all = worse(all, maybe(w, DIAG_OUT_OF_RANGE, from, to));
	return all;
}

/* Two types that are neither unions, optionals, wrappers nor literals on the left. */
static TypeFit fit_plain(Walk *w, const Type *from, const Type *to)
{
	TypeFit f;

	switch (to->kind) {
	case TYPE_STRING:
		return fit_string(w, from, to);
	case TYPE_JSON:
		return fit_json(w, from, to);
	case TYPE_ID:
		if (from->kind == TYPE_ID && str_eq(from->name, to->name))
			return FIT_YES;
		return differ(
			w, from->kind == TYPE_ID ? DIAG_WRONG_ID : DIAG_TYPE_MISMATCH, from, to);
	case TYPE_OBJECT:
		if (from->kind == TYPE_OBJECT && str_eq(from->name, to->name))
			return FIT_YES;
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	case TYPE_RECORD:
		return fit_record(w, from, to);
	case TYPE_MAP:
		return fit_map(w, from, to);
	case TYPE_RANGE:
		if (from->kind != TYPE_RANGE)
			return fit(w, from, to->elem);
		return fit_part(w, STR("[]"), from->elem, to->elem);
	case TYPE_LIST:
	case TYPE_SET:
		if (from->kind != to->kind)
			return differ(w, DIAG_TYPE_MISMATCH, from, to);
		f = fit_part(w, STR("[]"), from->elem, to->elem);
		return f == FIT_NO ? f : worse(f, fit_refined(w, from, to));
	case TYPE_FLOAT:
		if (from->kind == TYPE_INT || from->kind == TYPE_FLOAT)
			return fit_refined(w, from, to);
		return differ(w, DIAG_TYPE_MISMATCH, from, to);
	default:
		if (from->kind != to->kind)
			return differ(w, DIAG_TYPE_MISMATCH, from, to);
		return fit_refined(w, from, to);
	}
}

/* The member that a value of `from` was most likely meant to be, for the words; NULL: none. */
static const Type *likely_member(const Type *from, const Type *to)
{
	Str field;

	if (from->kind == TYPE_RECORD && type_discriminator(to, &field)) {
		const TypeField *f = type_field(from, field);

		if (f && f->type->kind == TYPE_LITERAL)
			return type_union_by_tag(to, field, f->type->literal);
	}
	return from->kind == TYPE_LITERAL ? type_union_by_kind(to, literal_kind(from))
					  : type_union_by_kind(to, from->kind);
}

static bool is_enum_for(const Type *literal, const Type *u)
{
	for (uint32_t i = 0; i < u->count; i++) {
		if (u->members[i]->kind == TYPE_LITERAL &&
			u->members[i]->literal.kind == literal->literal.kind)
			return true;
	}
	return false;
}

static TypeFit fit_union(Walk *w, const Type *from, const Type *to)
{
	Walk quiet = {.is_strict = w->is_strict};
	const Type *likely;
	TypeFit best = FIT_NO;
	bool has_true = false, has_false = false;

	for (uint32_t i = 0; i < to->count && best != FIT_YES; i++) {
		const Type *m = to->members[i];
		TypeFit f = fit(&quiet, from, m);

		if (f > best)
			best = f;
		if (m->kind == TYPE_LITERAL && m->literal.kind == VAL_BOOL)
			*(m->literal.as.boolean ? &has_true : &has_false) = true;
	}
	if (from->kind == TYPE_BOOL && has_true && has_false)
		return FIT_YES;
	if (best != FIT_NO)
		return to->where ? worse(best, maybe(w, DIAG_PREDICATE, from, to)) : best;
	likely = likely_member(from, to);
	if (likely)
		return fit(w, from, likely);
	if (from->kind == TYPE_LITERAL && is_enum_for(from, to))
		return differ(w, DIAG_NOT_IN_ENUM, from, to);
	return differ(
		w, from->kind == TYPE_SECRET ? DIAG_SECRET_SINK : DIAG_TYPE_MISMATCH, from, to);
}

/* Says whether null is one of the values of json, alone or in a union. */
static bool takes_null(const Type *t)
{
	bool takes = t->kind == TYPE_JSON;

	for (uint32_t i = 0; t->kind == TYPE_UNION && i < t->count; i++)
		takes |= t->members[i]->kind == TYPE_JSON;
	return takes;
}

/* Wrappers on either side, then unions, then the rest. */
static TypeFit fit(Walk *w, const Type *from, const Type *to)
{
	TypeFit f = FIT_YES;

	if (from == to || from->kind == TYPE_ERROR || to->kind == TYPE_ERROR ||
		from->kind == TYPE_NEVER)
		return FIT_YES;
	if (from->kind == TYPE_KNOWN)
		return fit(w, from->elem, to);
	if (to->kind == TYPE_KNOWN)
		return fit(w, from, to->elem);
	if (to->kind == TYPE_SECRET)
		return fit(w, from->kind == TYPE_SECRET ? from->elem : from, to->elem);
	if (to->kind == TYPE_OPTIONAL) {
		if (from->kind == TYPE_NULL)
			return FIT_YES;
		return fit(w, from->kind == TYPE_OPTIONAL ? from->elem : from, to->elem);
	}
	if (from->kind == TYPE_UNION) {
		if (type_same(from, to))
			return FIT_YES;
		for (uint32_t i = 0; i < from->count && f != FIT_NO; i++)
			f = worse(f, fit(w, from->members[i], to));
		return f;
	}
	if (from->kind == TYPE_OPTIONAL) {
		f = fit(w, from->elem, to);
		if (f == FIT_NO || takes_null(to))
			return f;
		return differ(w, DIAG_MAY_BE_NULL, from, to);
	}
	if (to->kind == TYPE_UNION)
		return fit_union(w, from, to);
	if (from->kind == TYPE_SECRET)
		return differ(w, DIAG_SECRET_SINK, from, to);
	if (from->kind == TYPE_LITERAL && to->kind == TYPE_RANGE)
		return fit(w, from, to->elem);
	return from->kind == TYPE_LITERAL ? fit_literal(w, from, to) : fit_plain(w, from, to);
}

TypeFit type_fit(const Type *from, const Type *to, TypeMismatch *ret)
{
	Walk w = {.ret = ret};

	CHECK(from && to);
	return fit(&w, from, to);
}

bool type_is_subtype(const Type *sub, const Type *sup, TypeMismatch *ret)
{
	Walk w = {.ret = ret, .is_strict = true};

	CHECK(sub && sup);
	return fit(&w, sub, sup) == FIT_YES;
}

static bool record_needs_adapt(const Type *from, const Type *to)
{
	for (uint32_t i = 0; i < to->count; i++) {
		const TypeField *wanted = &to->fields[i];
		const TypeField *field = type_field(from, wanted->name);

		if (field ? type_needs_adapt(field->type, wanted->type) : wanted->has_default)
			return true;
	}
	for (uint32_t i = 0; i < from->count && to->elem; i++) {
		if (!type_field(to, from->fields[i].name) &&
			type_needs_adapt(from->fields[i].type, to->elem))
			return true;
	}
	return false;
}

static const Type *unwrapped(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	return t;
}

static bool union_needs_adapt(const Type *from, const Type *to)
{
	if (from->kind == TYPE_UNION) {
		for (uint32_t i = 0; i < from->count; i++) {
			if (type_needs_adapt(from->members[i], to))
				return true;
		}
		return false;
	}
	for (uint32_t i = 0; i < to->count; i++) {
		if (type_fit(from, to->members[i], NULL) != FIT_NO &&
			!type_needs_adapt(from, to->members[i]))
			return false;
	}
	return true;
}

bool type_needs_adapt(const Type *from, const Type *to)
{
	from = unwrapped(from);
	to = unwrapped(to);
	if (from == to || from->kind == TYPE_ERROR || from->kind == TYPE_NEVER ||
		from->kind == TYPE_NULL || to->kind == TYPE_ERROR || to->kind == TYPE_JSON)
		return false;
	if (from->kind == TYPE_UNION || to->kind == TYPE_UNION)
		return union_needs_adapt(from, to);
	if (to->kind == TYPE_FLOAT)
		return from->kind != TYPE_FLOAT;
	if (to->kind == TYPE_RANGE && from->kind != TYPE_RANGE)
		return true;
	if (to->kind == TYPE_SET && from->kind == TYPE_LIST)
		return true;
	if (to->kind == TYPE_RECORD && from->kind == TYPE_RECORD)
		return record_needs_adapt(from, to);
	if (to->kind == TYPE_MAP && from->kind == TYPE_RECORD) {
		for (uint32_t i = 0; i < from->count; i++) {
			if (type_needs_adapt(from->fields[i].type, to->elem))
				return true;
		}
		return false;
	}
	if (to->kind == TYPE_RANGE || to->kind == TYPE_LIST || to->kind == TYPE_SET ||
		to->kind == TYPE_MAP)
		return from->elem && type_needs_adapt(from->elem, to->elem);
	return false;
}

const Type *type_plain(const Type *type)
{
	while (type->kind == TYPE_SECRET || type->kind == TYPE_KNOWN)
		type = type->elem;
	return type;
}

bool type_is_secret(const Type *type)
{
	while (type->kind == TYPE_KNOWN || type->kind == TYPE_OPTIONAL)
		type = type->elem;
	return type->kind == TYPE_SECRET;
}

bool type_may_be_null(const Type *type)
{
	type = type_plain(type);
	return type->kind == TYPE_OPTIONAL || type->kind == TYPE_NULL;
}

const Type *type_narrow_null(Types *t, const Type *type)
{
	if (type->kind == TYPE_OPTIONAL)
		return type->elem;
	if (type->kind == TYPE_NULL)
		return type_simple(t, TYPE_NEVER);
	if ((type->kind == TYPE_SECRET || type->kind == TYPE_KNOWN) && type_may_be_null(type))
		return type_wrap(t, type->kind, type_narrow_null(t, type->elem));
	return type;
}
