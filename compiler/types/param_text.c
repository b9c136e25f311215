/* Params from outside: the text of a command line, an environment variable or a file, and values
 * that were read as data.  This is where text becomes a typed value.
 *
 * A param whose type takes text (string, formats, ids, enums of strings) gets the text as it
 * stands, so `-p region=eu-west-1` needs no quotes; for json it is JSON; for all others it is an
 * expression of literals.  Predicates are looked at by the evaluator, when it reads the param.
 * Thread: one at a time per Program. */
#include "compiler/base/json.h"
#include "compiler/types/checker.h"
#include "compiler/types/refine.h"

static const Type *inner(const Type *t)
{
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		t = t->elem;
	return t;
}

/* Says whether some, and whether all, values of the type are text. */
static bool takes_text(const Type *t, bool *ret_only)
{
	bool some = false;

	t = inner(t);
	if (t->kind == TYPE_UNION) {
		*ret_only = true;
		for (uint32_t i = 0; i < t->count; i++) {
			bool only;

			some |= takes_text(t->members[i], &only);
			*ret_only &= only;
		}
		return some;
	}
	some = t->kind == TYPE_STRING || t->kind == TYPE_ID ||
	       (t->kind == TYPE_LITERAL && t->literal.kind == VAL_STRING);
	*ret_only = some;
	return some;
}

/* Reads an expression of literals; the text is a source of its own, named by its origin. */
static bool read_expression(Program *p, Str text, Str origin, Value *ret)
{
	Arena *a = p->arena;
	DiagList ignored;
	SourceFile *f;
	Node *e;

	diag_list_init(&ignored, a);
	f = sources_add(p->sources, origin, str_copy(a, text), &ignored);
	if (!f)
		return false;
	e = parse_expression(a, f, &ignored);
	return !diag_list_has_errors(&ignored) && literal_fold(a, e, ret);
}

static const char *example_of(const Type *t)
{
	switch (inner(t)->kind) {
	case TYPE_BOOL:
		return "true or false";
	case TYPE_INT:
		return "a whole number such as 3";
	case TYPE_FLOAT:
		return "a number such as 2.5";
	case TYPE_SIZE:
		return "a size such as 64GiB";
	case TYPE_DURATION:
		return "a duration such as 1h30min";
	case TYPE_MONEY:
		return "an amount such as $500";
	case TYPE_PRICE:
		return "a price such as $2.50/h";
	case TYPE_GPUS:
		return "GPUs such as 8xH100";
	case TYPE_RANGE:
		return "a value or a range such as 4..8";
	case TYPE_LIST:
	case TYPE_SET:
		return "a list such as '[\"a\", \"b\"]'";
	case TYPE_MAP:
	case TYPE_RECORD:
		return "a record such as '{ a = 1, b = 2 }'";
	case TYPE_JSON:
		return "JSON";
	default:
		return "an expression without names";
	}
}

static bool refuse(Program *p, const Symbol *param, Str text, Str origin)
{
	Diag *d = diag_add(p->diags, DIAG_BAD_PARAM_TEXT, SPAN_NONE,
		"param `%.*s` cannot be read from `%.*s`", STR_ARG(param->name), STR_ARG(text));

	diag_why(d, "given by %.*s", STR_ARG(origin));
	diag_fix(d, "write %s", example_of(param->type));
	return false;
}

static bool check(Program *p, const Type *type, Value v, Span at, Str subject, Value *ret)
{
	RefineCtx c = {.arena = p->arena, .diags = p->diags, .at = at, .subject = subject};

	return refine_value(&c, type, v, ret);
}

bool check_param_text(Program *p, Symbol *param, Str text, Str origin, Value *ret)
{
	bool is_only;
	bool is_text = takes_text(param->type, &is_only);
	Str subject = str_print(p->arena, "param `%.*s`", STR_ARG(param->name));
	Value v = VALUE_NULL;
	Diag err = {0};

	if (is_text && is_only) {
		v = value_string(str_copy(p->arena, text));
	} else if (inner(param->type)->kind == TYPE_JSON) {
		if (!json_parse(p->arena, text, &v, &err)) {
			diag_fini(&err);
			return refuse(p, param, text, origin);
		}
	} else if (!read_expression(p, str_trim(text), origin, &v)) {
		if (!is_text)
			return refuse(p, param, text, origin);
		v = value_string(str_copy(p->arena, text));
	}
	return check(p, param->type, v, SPAN_NONE, subject, ret);
}

bool check_value(Program *p, const Type *type, Value v, Span at, Value *ret)
{
	return check(p, type, v, at, STR_NONE, ret);
}
