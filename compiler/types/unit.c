/* The algebra of operators.  A quantity has one dimension; two tables say which products and
 * quotients of different ones exist.  Thread: one at a time per Types. */
#include "compiler/types/unit.h"

#include "compiler/base/check.h"

enum { TYPE_TEXT_MAX = 1 << 14, CASES_MAX = 128 };

static bool is_quantity(TypeKind k)
{
	return k == TYPE_SIZE || k == TYPE_DURATION || k == TYPE_MONEY || k == TYPE_PRICE;
}

static bool is_number(TypeKind k)
{
	return k == TYPE_INT || k == TYPE_FLOAT;
}

/* The one kind that all values of `t` have (literals: of their base; ids: string), or TYPE_UNION.
 */
static TypeKind kind_of(const Type *t)
{
	TypeKind kind;

	t = type_plain(t);
	if (t->kind == TYPE_LITERAL) {
		if (t->literal.kind == VAL_STRING)
			return TYPE_STRING;
		return t->literal.kind == VAL_INT ? TYPE_INT : TYPE_BOOL;
	}
	if (t->kind == TYPE_ID)
		return TYPE_STRING;
	if (t->kind != TYPE_UNION)
		return t->kind;
	kind = kind_of(t->members[0]);
	for (uint32_t i = 1; i < t->count; i++) {
		if (kind_of(t->members[i]) != kind)
			return TYPE_UNION;
	}
	return kind;
}

typedef struct Operands {
	Types *types;
	TypeKind left, right;
	DiagCode *code;
} Operands;

static const Type *no(const Operands *o, DiagCode code)
{
	*o->code = code;
	return NULL;
}

/* Two kinds that this operator does not take together: different dimensions, or nonsense. */
static const Type *refuse(const Operands *o)
{
	bool is_measured = (is_quantity(o->left) || is_number(o->left)) &&
			   (is_quantity(o->right) || is_number(o->right));

	return no(o, is_measured ? DIAG_DIMENSION : DIAG_BAD_OPERAND);
}

static const Type *number(const Operands *o)
{
	bool is_float = o->left == TYPE_FLOAT || o->right == TYPE_FLOAT;

	return type_simple(o->types, is_float ? TYPE_FLOAT : TYPE_INT);
}

static const Type *sum(const Operands *o)
{
	if (is_number(o->left) && is_number(o->right))
		return number(o);
	if (is_quantity(o->left) && o->left == o->right)
		return type_simple(o->types, o->left);
	return refuse(o);
}

static const Type *product(const Operands *o)
{
	bool is_cost = (o->left == TYPE_PRICE && o->right == TYPE_DURATION) ||
		       (o->left == TYPE_DURATION && o->right == TYPE_PRICE);

	if (is_number(o->left) && is_number(o->right))
		return number(o);
	if (is_quantity(o->left) && is_number(o->right))
		return type_simple(o->types, o->left);
	if (is_number(o->left) && is_quantity(o->right))
		return type_simple(o->types, o->right);
	return is_cost ? type_simple(o->types, TYPE_MONEY) : refuse(o);
}

static const Type *quotient(const Operands *o)
{
	if (is_number(o->left) && is_number(o->right))
		return type_simple(o->types, TYPE_FLOAT);
	if (is_quantity(o->left) && is_number(o->right))
		return type_simple(o->types, o->left);
	if (is_quantity(o->left) && o->left == o->right)
		return type_simple(o->types, TYPE_FLOAT);
	if (o->left == TYPE_MONEY && o->right == TYPE_DURATION)
		return type_simple(o->types, TYPE_PRICE);
	if (o->left == TYPE_MONEY && o->right == TYPE_PRICE)
		return type_simple(o->types, TYPE_DURATION);
	return refuse(o);
}

static const Type *remainder_of(const Operands *o)
{
	bool is_fine = o->left == o->right &&
		       (o->left == TYPE_INT || o->left == TYPE_SIZE || o->left == TYPE_DURATION);

	return is_fine ? type_simple(o->types, o->left) : refuse(o);
}

static const Type *concat(const Operands *o, const Type *left, const Type *right)
{
	const Type *both;

	if (o->left == TYPE_STRING && o->right == TYPE_STRING)
		return type_simple(o->types, TYPE_STRING);
	if (o->left != TYPE_LIST || o->right != TYPE_LIST)
		return no(o, DIAG_BAD_OPERAND);
	both = type_join(o->types, type_plain(left)->elem, type_plain(right)->elem, NULL);
	return both ? type_wrap(o->types, TYPE_LIST, both) : no(o, DIAG_NO_JOIN);
}

static const Type *comparison(const Operands *o, const Type *left, const Type *right)
{
	if (!type_is_ordered(left) || !type_is_ordered(right))
		return refuse(o);
	if (o->left == o->right || (is_number(o->left) && is_number(o->right)))
		return type_simple(o->types, TYPE_BOOL);
	return is_quantity(o->left) || is_quantity(o->right) ? refuse(o)
							     : no(o, DIAG_UNEQUAL_TYPES);
}

static const Type *membership(const Operands *o, const Type *left, const Type *right)
{
	const Type *in = type_plain(right);
	const Type *elem = in->elem;

	switch (in->kind) {
	case TYPE_LIST:
	case TYPE_SET:
	case TYPE_RANGE:
		break;
	case TYPE_MAP:
		elem = in->key;
		break;
	case TYPE_RECORD:
	case TYPE_OBJECT:
		elem = type_simple(o->types, TYPE_STRING);
		break;
	default:
		return no(o, DIAG_BAD_OPERAND);
	}
	if (!type_is_comparable(left, elem))
		return no(o, DIAG_UNEQUAL_TYPES);
	return type_simple(o->types, TYPE_BOOL);
}

static const Type *range(const Operands *o, const Type *left, const Type *right)
{
	const Type *both = left ? left : right;

	if (!both)
		return no(o, DIAG_BAD_OPERAND);
	if (left && right)
		both = type_join(o->types, left, right, NULL);
	if (!both)
		return refuse(o);
	both = type_widen(o->types, type_plain(both));
	if (!is_number(both->kind) && !is_quantity(both->kind))
		return no(o, DIAG_BAD_OPERAND);
	return type_wrap(o->types, TYPE_RANGE, both);
}

static const Type *coalesce(const Operands *o, const Type *left, const Type *right)
{
	const Type *both =
		type_join(o->types, type_narrow_null(o->types, type_plain(left)), right, NULL);

	return both ? both : no(o, DIAG_NO_JOIN);
}

static const Type *equality(const Operands *o, const Type *left, const Type *right)
{
	if (type_is_comparable(left, right))
		return type_simple(o->types, TYPE_BOOL);
	return no(o, is_quantity(o->left) && is_quantity(o->right) ? DIAG_DIMENSION
								   : DIAG_UNEQUAL_TYPES);
}

static const Type *strict_result(
	const Operands *o, Operation op, const Type *left, const Type *right)
{
	switch (op) {
	case OP_ADD:
	case OP_SUB:
		return sum(o);
	case OP_MUL:
		return product(o);
	case OP_DIV:
		return quotient(o);
	case OP_REM:
		return remainder_of(o);
	case OP_CONCAT:
		return concat(o, left, right);
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return comparison(o, left, right);
	case OP_IN:
		return membership(o, left, right);
	case OP_RANGE:
		return range(o, left, right);
	case OP_NEGATE:
		if (is_number(o->left) || is_quantity(o->left))
			return type_simple(o->types, o->left);
		return no(o, DIAG_BAD_OPERAND);
	case OP_NOT:
	case OP_AND:
	case OP_OR:
		if (o->left == TYPE_BOOL && (op == OP_NOT || o->right == TYPE_BOOL))
			return type_simple(o->types, TYPE_BOOL);
		return no(o, DIAG_BAD_OPERAND);
	default:
		UNREACHABLE();
	}
}

static bool is_error(const Type *t)
{
	return t && (t->kind == TYPE_ERROR || t->kind == TYPE_NEVER);
}

const Type *unit_result(
	Types *t, Operation op, const Type *left, const Type *right, DiagCode *ret_code)
{
	Operands o = {.types = t, .code = ret_code};

	CHECK(op > OP_NONE && op < OP_FIRST_BUILTIN);
	o.left = left ? kind_of(left) : TYPE_NULL;
	o.right = right ? kind_of(right) : TYPE_NULL;
	if (op == OP_COALESCE)
		return coalesce(&o, left, right);
	if (op == OP_EQ || op == OP_NE)
		return equality(&o, left, right);
	if (is_error(left) || is_error(right)) {
		bool is_bool = op >= OP_NOT && op <= OP_OR;

		return type_simple(t, is_bool ? TYPE_BOOL : TYPE_ERROR);
	}
	if ((left && type_may_be_null(left)) || (right && type_may_be_null(right)))
		return no(&o, DIAG_MAY_BE_NULL);
	return strict_result(&o, op, left, right);
}

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

/* What to write instead, by operator and kinds. */
static void hint(Diag *d, Operation op, TypeKind left, TypeKind right)
{
	bool has_text = left == TYPE_STRING || right == TYPE_STRING;

	if (op == OP_ADD && has_text)
		diag_fix(d, "put texts together with \"${a}${b}\"");
	else if (op == OP_ADD && left == TYPE_LIST)
		diag_fix(d, "lists are put together with `++`");
	else if (op == OP_ADD && (left == TYPE_RECORD || left == TYPE_MAP))
		diag_fix(d, "records are put together with `{ ...a, ...b }` or merge()");
	else if (op == OP_CONCAT && (left == TYPE_SET || right == TYPE_SET))
		diag_fix(d, "sets are put together with union()");
	else if (op == OP_IN && right == TYPE_STRING)
		diag_fix(d, "write contains(text, part)");
	else if ((op == OP_EQ || op == OP_NE) && has_text &&
		 (left == TYPE_INT || right == TYPE_INT || left == TYPE_BOOL || right == TYPE_BOOL))
		diag_fix(d, "drop the quotes, or read the text with parse_int()");
	else if ((op == OP_ADD || op == OP_SUB) && (is_number(left) || is_number(right)))
		diag_fix(d, "give the number a unit");
	else if (op == OP_NOT || op == OP_AND || op == OP_OR)
		diag_fix(d, "compare it: `x != null`, `x != \"\"`, `x > 0`");
}

/* Suggests the member of an enum that a compared text was meant to be. */
static void suggest_case(DiagList *l, Diag *d, const Type *a, const Type *b)
{
	const Type *text = type_plain(a)->kind == TYPE_LITERAL ? type_plain(a) : type_plain(b);
	const Value *cases;
	Str names[CASES_MAX];
	uint32_t count, n = 0;
	Str near;

	if (text->kind != TYPE_LITERAL || text->literal.kind != VAL_STRING ||
		!type_cases(l->arena, text == type_plain(a) ? b : a, &cases, &count))
		return;
	for (uint32_t i = 0; i < count && n < CASES_MAX; i++) {
		if (cases[i].kind == VAL_STRING)
			names[n++] = cases[i].as.text;
	}
	near = str_nearest(text->literal.as.text, names, n);
	if (near.len > 0)
		diag_fix(d, "did you mean \"%.*s\"?", STR_ARG(near));
}

static Diag *report_unary(DiagList *l, Span at, Operation op, const Type *operand, DiagCode code)
{
	Str name = operation_name(op);
	Diag *d = diag_add(l, code, at, "`%.*s` does not take `%.*s`", STR_ARG(name),
		STR_ARG(text_of(l, operand)));

	hint(d, op, kind_of(operand), TYPE_NULL);
	return d;
}

Diag *unit_report(
	DiagList *l, Span at, Operation op, const Type *left, const Type *right, DiagCode code)
{
	Str name = operation_name(op);
	Diag *d;

	if (code == DIAG_MAY_BE_NULL) {
		const Type *which = left && type_may_be_null(left) ? left : right;

		d = diag_add(l, code, at, "an operand of `%.*s` may be null: `%.*s`", STR_ARG(name),
			STR_ARG(text_of(l, which)));
		diag_fix(d, "add `?? ...` with what to use instead");
		return d;
	}
	if (!left || !right)
		return report_unary(l, at, op, left ? left : right, code);
	if (code == DIAG_UNEQUAL_TYPES)
		d = diag_add(l, code, at, "`%.*s` compares different types: `%.*s` and `%.*s`",
			STR_ARG(name), STR_ARG(text_of(l, left)), STR_ARG(text_of(l, right)));
	else if (code == DIAG_NO_JOIN)
		d = diag_add(l, code, at, "`%.*s` and `%.*s` have no type in common",
			STR_ARG(text_of(l, left)), STR_ARG(text_of(l, right)));
	else
		d = diag_add(l, code, at, "`%.*s` does not take `%.*s` and `%.*s`", STR_ARG(name),
			STR_ARG(text_of(l, left)), STR_ARG(text_of(l, right)));
	hint(d, op, kind_of(left), kind_of(right));
	if (op == OP_EQ || op == OP_NE)
		suggest_case(l, d, left, right);
	return d;
}
