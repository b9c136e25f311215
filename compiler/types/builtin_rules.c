/* Functions that look at more than the types in their signature: names written as text, patterns,
 * fields of records, nulls.  Thread: one at a time per Types. */
#include "compiler/types/builtin_rules.h"

#include "compiler/base/check.h"
#include "compiler/base/pattern.h"

static const Type *rule(const RuleCall *call, uint32_t index, Str text)
{
	*call->ret = (CallMismatch){.fault = CALL_RULE, .index = index, .rule = text};
	call->ret->found = index < call->count ? call->args[index] : NULL;
	return NULL;
}

/* The text of an argument that is a literal; false: it is none. */
static bool literal_text(const Type *t, Str *ret)
{
	t = t ? type_plain(t) : NULL;
	if (!t || t->kind != TYPE_LITERAL || t->literal.kind != VAL_STRING)
		return false;
	*ret = t->literal.as.text;
	return true;
}

static bool is_text(const Type *t)
{
	t = type_plain(t);
	return t->kind == TYPE_STRING || t->kind == TYPE_ID || t->kind == TYPE_ERROR ||
	       (t->kind == TYPE_LITERAL && t->literal.kind == VAL_STRING);
}

static const Type *rule_contains(const RuleCall *call)
{
	if (is_text(call->args[0]) && !type_is_comparable(call->args[0], call->args[1]))
		return rule(call, 1, STR("a string contains strings"));
	return call->result;
}

/* ---- merge ---- */

/* What a field is when `later` overrides `earlier`: a null does not. */
static const Type *overridden(const RuleCall *call, const Type *earlier, const Type *later)
{
	const Type *both;

	if (!type_may_be_null(later))
		return later;
	both = type_join(call->types, earlier, type_narrow_null(call->types, later), NULL);
	return both ? both : type_simple(call->types, TYPE_JSON);
}

static const Type *merge_records(const RuleCall *call, const Type *a, const Type *b, bool is_deep)
{
	TypeField *fields = ARENA_ARRAY(call->types->arena, TypeField, a->count + b->count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->count; i++)
		fields[n++] = (TypeField){.name = a->fields[i].name, .type = a->fields[i].type};
	for (uint32_t i = 0; i < b->count; i++) {
		const Type *later = b->fields[i].type;
		uint32_t at = 0;

		while (at < a->count && !str_eq(fields[at].name, b->fields[i].name))
			at++;
		if (at == a->count) {
			fields[n++] = (TypeField){.name = b->fields[i].name, .type = later};
			continue;
		}
		if (is_deep && type_plain(later)->kind == TYPE_RECORD &&
			type_plain(fields[at].type)->kind == TYPE_RECORD)
			fields[at].type = merge_records(
				call, type_plain(fields[at].type), type_plain(later), true);
		else
			fields[at].type = overridden(call, fields[at].type, later);
	}
	return type_record(call->types, fields, n, a->elem ? a->elem : b->elem);
}

static const Type *rule_merge(const RuleCall *call, bool is_deep)
{
	const Type *all = NULL;
	TypeMismatch m;

	for (uint32_t i = 0; i < call->count; i++) {
		const Type *arg = type_plain(call->args[i]);

		if (arg->kind == TYPE_ERROR || (arg->kind == TYPE_OBJECT && !all)) {
			all = arg;
		} else if (!all) {
			all = arg;
		} else if (all->kind == TYPE_RECORD && arg->kind == TYPE_RECORD) {
			all = merge_records(call, all, arg, is_deep);
		} else if (all->kind != TYPE_ERROR) {
			const Type *both = type_join(call->types, all, arg, &m);

			if (!both) {
				*call->ret =
					(CallMismatch){CALL_ARGUMENT, i, all, arg, m, STR_NONE};
				return NULL;
			}
			all = both;
		}
	}
	return all ? all : type_record(call->types, NULL, 0, NULL);
}

/* ---- pick, omit ---- */

static const Type *rule_pick(const RuleCall *call, bool is_omit)
{
	const Type *record = type_plain(call->args[0]);
	TypeField *fields;
	uint32_t n = 0;

	if (record->kind != TYPE_RECORD)
		return call->result;
	fields = ARENA_ARRAY(call->types->arena, TypeField, record->count);
	for (uint32_t i = 1; i < call->count; i++) {
		Str name;

		if (!literal_text(call->args[i], &name))
			return rule(call, i, STR("names of fields are written as plain text here"));
		if (!type_field(record, name) && !record->elem)
			return rule(call, i, STR("the record has no such field"));
	}
	for (uint32_t f = 0; f < record->count; f++) {
		bool is_named = false;
		Str name;

		for (uint32_t i = 1; i < call->count && !is_named; i++)
			is_named = literal_text(call->args[i], &name) &&
				   str_eq(name, record->fields[f].name);
		if (is_named != is_omit)
			fields[n++] = record->fields[f];
	}
	return type_record(call->types, fields, n, record->elem);
}

/* ---- functions by field ---- */

/* The type of the field that argument 1 names in the elements of argument 0; NULL: reported.
 * Elements that are objects of a provider are not looked into. */
static const Type *named_field(const RuleCall *call)
{
	const Type *elem = type_plain(type_plain(call->args[0])->elem);
	const Type *type;
	Str name;

	if (elem->kind == TYPE_OBJECT || elem->kind == TYPE_ERROR || elem->kind == TYPE_NEVER)
		return type_simple(call->types, TYPE_STRING);
	if (elem->kind != TYPE_RECORD && elem->kind != TYPE_MAP)
		return rule(call, 0, STR("the elements are no records"));
	if (elem->kind == TYPE_MAP)
		return elem->elem;
	if (!literal_text(call->args[1], &name))
		return rule(call, 1, STR("the name of the field is written as plain text here"));
	type = type_member(call->types, elem, name);
	return type ? type : rule(call, 1, STR("the elements have no such field"));
}

static const Type *rule_by_field(const RuleCall *call, bool is_sort)
{
	const Type *field = named_field(call);

	if (!field)
		return NULL;
	if (is_sort && !type_is_ordered(field))
		return rule(call, 1, STR("this field has no order"));
	if (!is_sort && !type_is_printable(field))
		return rule(call, 1, STR("this field cannot be a key"));
	return call->result;
}

/* ---- nulls ---- */

static const Type *rule_coalesce(const RuleCall *call)
{
	if (call->count == 0)
		return rule(call, 0, STR("at least one value is needed"));
	if (type_may_be_null(call->args[call->count - 1]))
		return call->result;
	return type_narrow_null(call->types, call->result);
}

static const Type *rule_narrow(const RuleCall *call)
{
	Types *t = call->types;
	const Type *r = call->result;

	if (r->kind == TYPE_LIST)
		return type_wrap(t, TYPE_LIST, type_narrow_null(t, r->elem));
	if (r->kind == TYPE_MAP)
		return type_map(t, r->key, type_narrow_null(t, r->elem));
	return type_narrow_null(t, r);
}

/* ---- text ---- */

static const Type *rule_pattern(const RuleCall *call)
{
	Arena *a = arena_new("pattern");
	Str text, error = STR_NONE;
	size_t at;

	if (literal_text(call->args[1], &text) && !pattern_compile(a, text, &error, &at))
		CHECK(error.len > 0);
	arena_free(a);
	return error.len > 0 ? rule(call, 1, error) : call->result;
}

/* Counts the verbs of format(): `%%` is none. */
static uint32_t count_verbs(Str pattern)
{
	uint32_t n = 0;

	for (size_t i = 0; i + 1 < pattern.len; i++) {
		if (pattern.ptr[i] != '%')
			continue;
		i++;
		n += pattern.ptr[i] != '%';
	}
	return n;
}

static const Type *rule_format(const RuleCall *call)
{
	Str pattern;

	if (literal_text(call->args[0], &pattern) && count_verbs(pattern) != call->count - 1)
		return rule(call, 0, STR("there are not as many values as `%` places"));
	return call->result;
}

static const Type *rule_sort(const RuleCall *call)
{
	if (!type_is_ordered(call->result->elem))
		return rule(
			call, 0, STR("these elements have no order; use sort_by() for records"));
	return call->result;
}

const Type *builtin_rules_result(const RuleCall *call)
{
	switch ((int)call->builtin->op) {
	case OP_CONTAINS:
		return rule_contains(call);
	case OP_MERGE_MAPS:
		return rule_merge(call, false);
	case OP_MERGE_DEEP:
		return rule_merge(call, true);
	case OP_PICK:
		return rule_pick(call, false);
	case OP_OMIT:
		return rule_pick(call, true);
	case OP_SORT_BY:
		return rule_by_field(call, true);
	case OP_GROUP_BY:
	case OP_INDEX_BY:
		return rule_by_field(call, false);
	case OP_FIRST_NOT_NULL:
		return rule_coalesce(call);
	case OP_COMPACT:
	case OP_DROP_NULLS:
	case OP_NOT_NULL:
		return rule_narrow(call);
	case OP_MATCHES:
	case OP_REGEX_FIND:
	case OP_REGEX_FIND_ALL:
	case OP_REGEX_GROUPS:
	case OP_REGEX_NAMED:
	case OP_REGEX_REPLACE:
		return rule_pattern(call);
	case OP_FORMAT:
		return rule_format(call);
	case OP_SORT:
		return rule_sort(call);
	case OP_MIN:
	case OP_MAX:
		if (call->count == 0)
			return rule(call, 0, STR("at least one value is needed"));
		return call->result;
	case OP_MEAN:
		if (call->result->kind == TYPE_INT)
			return type_simple(call->types, TYPE_FLOAT);
		return call->result;
	default:
		return call->result;
	}
}
