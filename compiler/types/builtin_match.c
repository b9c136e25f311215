/* Calls against signatures: arguments bind type variables, the result is the signature's with the
 * variables replaced.  Thread: one at a time per Types. */
#include "compiler/types/builtin_rules.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"

enum { VARIABLE_COUNT = 6, KEYS_SHOWN_MAX = 32 };

static const char variable_names[] = "TUKVNR";

typedef struct Match {
	Types *types;
	const Type *bound[VARIABLE_COUNT];
	bool has_failed;                  /* types are made for a message */
	bool has_no_join[VARIABLE_COUNT]; /* fields of a record differ; matters if the result has it
					   */
	TypeMismatch mismatch;
} Match;

static bool match(Match *m, const Type *param, const Type *arg);

/* The index of a variable, or -1. */
static int variable_of(const Type *t)
{
	if (t->kind != TYPE_OBJECT || t->name.len != 1)
		return -1;
	for (int i = 0; i < VARIABLE_COUNT; i++) {
		if (variable_names[i] == t->name.ptr[0])
			return i;
	}
	return -1;
}

static bool is_wildcard(const Type *t, Str name)
{
	return t->kind == TYPE_OBJECT && str_eq(t->name, name);
}

static bool differ(Match *m, DiagCode code, const Type *expected, const Type *found)
{
	m->mismatch = (TypeMismatch){.code = code, .expected = expected, .found = found};
	return false;
}

/* The type with variables replaced; unbound ones are never, but keep their letters where the type
 * is only shown: `map<K, V>`. */
static const Type *substitute(Match *m, const Type *t)
{
	int v = variable_of(t);

	if (v >= 0)
		return m->bound[v]     ? m->bound[v]
		       : m->has_failed ? t
				       : type_simple(m->types, TYPE_NEVER);
	if (builtin_is_plain(t))
		return t;
	if (t->kind == TYPE_MAP)
		return type_map(m->types, substitute(m, t->key), substitute(m, t->elem));
	if (t->kind == TYPE_RECORD) {
		TypeField *fields = ARENA_ARRAY(m->types->arena, TypeField, t->count);

		for (uint32_t i = 0; i < t->count; i++) {
			fields[i] = t->fields[i];
			fields[i].type = substitute(m, fields[i].type);
		}
		return type_record(m->types, fields, t->count, NULL);
	}
	if (t->kind == TYPE_UNION) {
		const Type **members = ARENA_ARRAY(m->types->arena, const Type *, t->count);

		for (uint32_t i = 0; i < t->count; i++)
			members[i] = substitute(m, t->members[i]);
		return type_union(m->types, members, t->count);
	}
	return t->elem ? type_wrap(m->types, t->kind, substitute(m, t->elem)) : t;
}

static bool is_measured(const Type *t)
{
	switch (type_plain(t)->kind) {
	case TYPE_ERROR:
	case TYPE_NEVER:
	case TYPE_INT:
	case TYPE_FLOAT:
	case TYPE_SIZE:
	case TYPE_DURATION:
	case TYPE_MONEY:
	case TYPE_PRICE:
		return true;
	default:
		return false;
	}
}

static bool bind(Match *m, int variable, const Type *param, const Type *arg)
{
	const Type *both;

	if (variable_names[variable] == 'R') {
		const Type *plain = type_plain(arg);

		if (plain->kind != TYPE_RECORD && plain->kind != TYPE_MAP &&
			plain->kind != TYPE_ERROR && plain->kind != TYPE_NEVER)
			return differ(m, DIAG_TYPE_MISMATCH, param, arg);
		if (!m->bound[variable])
			m->bound[variable] = plain;
		return true;
	}
	if (variable_names[variable] == 'N') {
		if (type_may_be_null(arg))
			return differ(m, DIAG_MAY_BE_NULL, type_narrow_null(m->types, arg), arg);
		arg = type_widen(m->types, type_plain(arg));
		if (!is_measured(arg))
			return differ(m, DIAG_TYPE_MISMATCH, param, arg);
	}
	both = m->bound[variable] ? type_join(m->types, m->bound[variable], arg, NULL) : arg;
	if (!both)
		return differ(m, DIAG_TYPE_MISMATCH, m->bound[variable], arg);
	m->bound[variable] = both;
	return true;
}

/* A record as a map: the keys are its names, the values what its fields have in common. */
static bool match_record_as_map(Match *m, const Type *param, const Type *record)
{
	int v = variable_of(param->elem);

	if (record->count > KEYS_SHOWN_MAX || record->elem) {
		if (!match(m, param->key, type_simple(m->types, TYPE_STRING)))
			return false;
	} else {
		for (uint32_t i = 0; i < record->count; i++) {
			if (!match(m, param->key,
				    type_literal(m->types, value_string(record->fields[i].name))))
				return false;
		}
	}
	for (uint32_t i = 0; i < record->count; i++) {
		if (match(m, param->elem, record->fields[i].type))
			continue;
		if (v < 0)
			return false;
		m->has_no_join[v] = true;
	}
	return !record->elem || match(m, param->elem, record->elem);
}

static bool match_parts(Match *m, const Type *param, const Type *arg)
{
	for (uint32_t i = 0; i < param->count; i++) {
		const Type *part = type_member(m->types, arg, param->fields[i].name);

		if (!part) {
			(void)differ(m, DIAG_MISSING_FIELD, param, arg);
			m->mismatch.field = param->fields[i].name;
			m->mismatch.record = param;
			return false;
		}
		if (!match(m, param->fields[i].type, part))
			return false;
	}
	return true;
}

/* The member of a union parameter that takes the argument. */
static bool match_union(Match *m, const Type *param, const Type *arg)
{
	Match before = *m;

	for (uint32_t i = 0; i < param->count; i++) {
		if (match(m, param->members[i], arg))
			return true;
		*m = before;
	}
	for (uint32_t i = 0; i < param->count; i++) {
		if (param->members[i]->kind == arg->kind)
			return match(m, param->members[i], arg);
	}
	return differ(m, type_may_be_null(arg) ? DIAG_MAY_BE_NULL : DIAG_TYPE_MISMATCH,
		substitute(m, param), arg);
}

static bool match_shape(Match *m, const Type *param, const Type *arg)
{
	if (arg->kind == TYPE_ERROR || arg->kind == TYPE_NEVER)
		return true;
	if (param->kind == TYPE_UNION)
		return match_union(m, param, arg);
	if (param->kind == TYPE_MAP && arg->kind == TYPE_RECORD)
		return match_record_as_map(m, param, arg);
	if (param->kind != arg->kind)
		return differ(m, type_may_be_null(arg) ? DIAG_MAY_BE_NULL : DIAG_TYPE_MISMATCH,
			substitute(m, param), arg);
	if (param->kind == TYPE_RECORD)
		return match_parts(m, param, arg);
	if (param->kind == TYPE_MAP && !match(m, param->key, arg->key))
		return false;
	return match(m, param->elem, arg->elem);
}

static bool match(Match *m, const Type *param, const Type *arg)
{
	int v = variable_of(param);

	while (param->kind == TYPE_KNOWN || param->kind == TYPE_SECRET)
		param = param->elem;
	if (v >= 0)
		return bind(m, v, param, arg);
	if (is_wildcard(param, STR("any")))
		return true;
	if (is_wildcard(param, STR("printable"))) {
		if (type_is_printable(arg))
			return true;
		return differ(m, type_may_be_null(arg) ? DIAG_MAY_BE_NULL : DIAG_NOT_PRINTABLE,
			type_simple(m->types, TYPE_STRING), arg);
	}
	if (builtin_is_plain(param))
		return type_fit(type_plain(arg), param, &m->mismatch) != FIT_NO;
	arg = type_plain(arg);
	if (param->kind == TYPE_OPTIONAL)
		return arg->kind == TYPE_NULL ||
		       match(m, param->elem, type_narrow_null(m->types, arg));
	return match_shape(m, param, arg);
}

static bool mentions(const Type *t, int variable)
{
	if (variable_of(t) == variable)
		return true;
	if ((t->key && mentions(t->key, variable)) || (t->elem && mentions(t->elem, variable)))
		return true;
	for (uint32_t i = 0; i < t->count; i++) {
		if (mentions(t->kind == TYPE_UNION ? t->members[i] : t->fields[i].type, variable))
			return true;
	}
	return false;
}

static bool match_arguments(
	Match *m, const Builtin *b, const Type *const *args, uint32_t count, CallMismatch *ret)
{
	for (uint32_t i = 0; i < count; i++) {
		const BuiltinParam *p = builtin_param(b, i);

		if (!p) {
			*ret = (CallMismatch){.fault = CALL_TOO_MANY, .index = i, .found = args[i]};
			return false;
		}
		if (args[i] && !match(m, p->type, args[i])) {
			m->has_failed = true;
			*ret = (CallMismatch){CALL_ARGUMENT, i, substitute(m, p->type), args[i],
				m->mismatch, STR_NONE};
			return false;
		}
	}
	for (uint32_t i = 0; i < b->param_count; i++) {
		const BuiltinParam *p = &b->params[i];

		if ((i >= count || !args[i]) && !p->is_optional && !p->is_rest) {
			*ret = (CallMismatch){.fault = CALL_TOO_FEW, .index = i};
			return false;
		}
	}
	return true;
}

const Type *builtin_check_call(
	Types *t, const Builtin *b, const Type *const *args, uint32_t count, CallMismatch *ret)
{
	Match m = {.types = t};
	RuleCall call = {t, b, args, count, NULL, ret};

	*ret = (CallMismatch){0};
	if (!match_arguments(&m, b, args, count, ret))
		return NULL;
	for (int v = 0; v < VARIABLE_COUNT; v++) {
		if (m.has_no_join[v] && mentions(b->result, v)) {
			*ret = (CallMismatch){CALL_ARGUMENT, 0, substitute(&m, b->params[0].type),
				args[0], m.mismatch, STR_NONE};
			return NULL;
		}
	}
	call.result = substitute(&m, b->result);
	return builtin_rules_result(&call);
}

static Str number_words(Arena *a, const Type *found)
{
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	buf_add_cstr(&b, "expected a number or a quantity, found `");
	type_print(&b, found);
	buf_add_char(&b, '`');
	Str words = str_copy(a, buf_str(&b));
	buf_fini(&b);
	return words;
}

Diag *builtin_call_report(DiagList *l, Span at, const Builtin *b, const CallMismatch *m)
{
	const BuiltinParam *p = builtin_param(b, m->index);
	Diag *d = NULL;

	switch (m->fault) {
	case CALL_TOO_FEW:
		d = diag_add(l, DIAG_BAD_ARGUMENTS, at, "`%.*s` needs an argument `%.*s`",
			STR_ARG(b->name), STR_ARG(p->name));
		break;
	case CALL_TOO_MANY:
		d = diag_add(l, DIAG_BAD_ARGUMENTS, at, "`%.*s` takes %u argument%s, not more",
			STR_ARG(b->name), b->param_count, b->param_count == 1 ? "" : "s");
		break;
	case CALL_ARGUMENT:
		d = type_mismatch_report(l, at, m->found, m->expected, &m->mismatch);
		if (is_wildcard(m->expected, STR("N")))
			d->what = number_words(l->arena, m->found);
		break;
	case CALL_RULE:
		d = diag_add(l, DIAG_BAD_ARGUMENTS, at, "`%.*s`, argument `%.*s`: %.*s",
			STR_ARG(b->name), STR_ARG(p ? p->name : b->name), STR_ARG(m->rule));
		break;
	}
	CHECK(d);
	diag_note(d, SPAN_NONE, "%.*s", STR_ARG(b->signature));
	return d;
}
