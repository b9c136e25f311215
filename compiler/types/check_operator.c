/* Operators: unary, binary, ranges, `??`.
 *
 * What an operator gives is in unit.c; here are what is wanted of its operands, when the result is
 * known, whether it is secret, and what `and` and `or` know of their right side. */
#include "compiler/types/checker.h"
#include "compiler/types/unit.h"

static const struct {
	Str text;
	Operation op;
} operators[] = {
	{STR_INIT("=="), OP_EQ},
	{STR_INIT("!="), OP_NE},
	{STR_INIT("and"), OP_AND},
	{STR_INIT("or"), OP_OR},
	{STR_INIT("+"), OP_ADD},
	{STR_INIT("-"), OP_SUB},
	{STR_INIT("*"), OP_MUL},
	{STR_INIT("/"), OP_DIV},
	{STR_INIT("%"), OP_REM},
	{STR_INIT("++"), OP_CONCAT},
	{STR_INIT("<"), OP_LT},
	{STR_INIT("<="), OP_LE},
	{STR_INIT(">"), OP_GT},
	{STR_INIT(">="), OP_GE},
	{STR_INIT("in"), OP_IN},
	{STR_INIT("??"), OP_COALESCE},
};

static Operation operation_of(Str text)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (str_eq(operators[i].text, text))
			return operators[i].op;
	}
	return OP_NONE;
}

static bool is_error(const Fact *f)
{
	return f->type->kind == TYPE_ERROR;
}

/* The result of an operator over two facts (unary: right NULL). */
static Fact apply(Check *c, Node *e, Operation op, const Fact *left, const Fact *right)
{
	DiagCode code = DIAG_NONE;
	const Type *type;
	Fact f;

	if ((left && is_error(left)) || (right && is_error(right)))
		return fact_error(c);
	type = unit_result(
		c->types, op, left ? left->type : NULL, right ? right->type : NULL, &code);
	if (!type) {
		(void)unit_report(c->diags, e->span, op, left ? left->type : NULL,
			right ? right->type : NULL, code);
		return fact_error(c);
	}
	f = fact_of(type);
	if (left)
		fact_use(&f, left);
	if (right)
		fact_use(&f, right);
	if ((left && secrecy_has(left->type)) || (right && secrecy_has(right->type)))
		f.type = type_wrap(c->types, TYPE_SECRET, f.type);
	return f;
}

static bool is_null(const Node *e)
{
	while (e && e->kind == NODE_PAREN)
		e = e->kids[0];
	return e && e->kind == NODE_NULL;
}

/* Whether something is null is part of its shape. */
static void use_shape(Fact *f, const Fact *operand)
{
	f->phase = f->shape = operand->shape;
	f->params = f->shape_params = operand->shape_params;
	f->why = operand->shape == PHASE_APPLY ? operand->why : NULL;
}

static Fact check_compare(Check *c, Node *e, Operation op)
{
	Fact left = check_expr(c, e->kids[0], NULL, NULL);
	Fact right = check_expr(c, e->kids[1], NULL, NULL);
	Fact f = apply(c, e, op, &left, &right);

	if (is_error(&f))
		return f;
	if ((op == OP_EQ || op == OP_NE) && is_null(e->kids[1]))
		use_shape(&f, &left);
	else if ((op == OP_EQ || op == OP_NE) && is_null(e->kids[0]))
		use_shape(&f, &right);
	else if (op == OP_IN && type_plain(right.type)->kind == TYPE_MAP) {
		use_shape(&f, &right);
		fact_use(&f, &left);
	}
	return f;
}

/* The right side of `and` is read only where the left one holds, of `or` where it does not. */
static Fact check_logic(Check *c, Node *e, Operation op)
{
	Fact left = check_expr(c, e->kids[0], NULL, NULL), right, f;
	NarrowMark mark = narrow_mark(c);

	narrow_by(c, e->kids[0], op == OP_AND);
	right = check_expr(c, e->kids[1], NULL, NULL);
	narrow_undo(c, mark);
	f = apply(c, e, op, &left, &right);
	return f;
}

static void report_never_null(Check *c, Node *e, const Fact *left)
{
	Node *right = e->kids[1];
	Diag *d = diag_add(c->diags, DIAG_BAD_OPERAND, e->kids[0]->span,
		"this is never null, so what follows `\?\?` is never used");
	Buf b;

	buf_init(&b, 1 << 16);
	type_print(&b, left->type);
	diag_label(d, "its type is `%.*s`", STR_ARG(buf_str(&b)));
	buf_fini(&b);
	diag_fix(d, "leave `\?\? ...` out");
	if (right)
		diag_edit(d, (Span){e->kids[0]->span.end, e->span.end}, STR(""));
}

static bool is_container(const Node *e)
{
	return e && (e->kind == NODE_LIST || e->kind == NODE_RECORD);
}

/* left ?? right: with a wanted type both sides are brought to it. */
static Fact check_coalesce(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Fact left = check_expr(c, e->kids[0], NULL, NULL), right, f;
	const Type *narrow;
	TypeMismatch m = {0};

	if (!is_error(&left) && !type_may_be_null(left.type)) {
		report_never_null(c, e, &left);
		left = fact_error(c);
	}
	narrow = is_error(&left) ? NULL : type_narrow_null(c->types, left.type);
	right = check_expr(c, e->kids[1],
		want                       ? want
		: is_container(e->kids[1]) ? narrow
					   : NULL,
		sink);
	if (is_error(&left) || is_error(&right))
		return fact_error(c);
	f = left;
	f.type = narrow;
	f.detail = NULL;
	fact_use(&f, &right);
	f.shape = left.shape > right.shape ? left.shape : right.shape;
	f.shape_params = left.shape_params | right.shape_params;
	if (want)
		return fit_expr(c, e, f, want, sink);
	f.type = narrow->kind == TYPE_NEVER || narrow->kind == TYPE_NULL
			 ? right.type
			 : type_join(c->types, narrow, right.type, &m);
	if (!f.type) {
		(void)type_join_report(c->diags, e->kids[1]->span, narrow, right.type, &m);
		return fact_error(c);
	}
	if (type_needs_adapt(right.type, f.type))
		fit_adapt(e->kids[1], f.type);
	return f;
}

/* Lists and texts put together: the elements keep their phases, the shape has its own. */
static Fact check_concat(Check *c, Node *e, const Type *want)
{
	bool is_list = want && type_plain(want)->kind == TYPE_LIST;
	const Type *pushed = is_list ? type_plain(want) : NULL;
	Fact left =
		check_expr(c, e->kids[0], pushed && is_container(e->kids[0]) ? pushed : NULL, NULL);
	Fact right =
		check_expr(c, e->kids[1], pushed && is_container(e->kids[1]) ? pushed : NULL, NULL);
	Fact f = apply(c, e, OP_CONCAT, &left, &right);

	if (is_error(&f) || type_plain(f.type)->kind != TYPE_LIST)
		return f;
	if (type_plain(left.type)->kind == TYPE_LIST && type_plain(right.type)->kind == TYPE_LIST &&
		(secrecy_has(left.type) || secrecy_has(right.type))) {
		const Type *joined = type_join(c->types, left.type, right.type, NULL);

		if (joined)
			f.type = joined;
	}
	f.shape = left.shape > right.shape ? left.shape : right.shape;
	f.shape_params = left.shape_params | right.shape_params;
	return f;
}

static Fact check_unary(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Value v;
	Fact inner;

	if (str_eq(e->text, STR("-")) && literal_fold(c->arena, e, &v)) {
		inner = check_expr(c, e->kids[0], NULL, NULL);
		if (!is_error(&inner) && v.kind == VAL_INT)
			return fit_expr(c, e, fact_of(type_literal(c->types, v)), want, sink);
	} else {
		inner = check_expr(c, e->kids[0], NULL, NULL);
	}
	return fit_expr(c, e,
		apply(c, e, str_eq(e->text, STR("-")) ? OP_NEGATE : OP_NOT, &inner, NULL), want,
		sink);
}

/* The ends of a range take the type that the range's elements shall have. */
static Fact check_range(Check *c, Node *e, const Type *want, const Sink *sink)
{
	const Type *plain = want ? type_plain(want) : NULL;
	const Type *elem = NULL;
	Fact ends[2], f;

	if (plain && plain->kind == TYPE_OPTIONAL)
		plain = type_plain(plain->elem);
	if (plain && plain->kind == TYPE_RANGE)
		elem = plain->elem;
	for (uint32_t i = 0; i < 2; i++) {
		if (e->kids[i])
			ends[i] = check_expr(c, e->kids[i], elem, sink);
	}
	if ((e->kids[0] && is_error(&ends[0])) || (e->kids[1] && is_error(&ends[1])))
		return fact_error(c);
	f = apply(c, e, OP_RANGE, e->kids[0] ? &ends[0] : NULL, e->kids[1] ? &ends[1] : NULL);
	if (elem && !is_error(&f))
		f.type = plain;
	return fit_expr(c, e, f, want, sink);
}

static Fact not_supported(Check *c, Node *e)
{
	Diag *d = diag_add(c->diags, DIAG_NOT_SUPPORTED, e->span, "`%.*s` is not supported yet",
		STR_ARG(e->text));

	diag_fix(d, "use `merge(a, b)` for records and maps");
	return fact_error(c);
}

static Fact check_binary(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Operation op = operation_of(e->text);
	Fact left, right;

	switch (op) {
	case OP_NONE:
		return not_supported(c, e);
	case OP_COALESCE:
		return check_coalesce(c, e, want, sink);
	case OP_AND:
	case OP_OR:
		return fit_expr(c, e, check_logic(c, e, op), want, sink);
	case OP_CONCAT:
		return fit_expr(c, e, check_concat(c, e, want), want, sink);
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_REM:
		left = check_expr(c, e->kids[0], NULL, NULL);
		right = check_expr(c, e->kids[1], NULL, NULL);
		return fit_expr(c, e, apply(c, e, op, &left, &right), want, sink);
	default:
		return fit_expr(c, e, check_compare(c, e, op), want, sink);
	}
}

Fact check_operator(Check *c, Node *e, const Type *want, const Sink *sink)
{
	switch ((NodeKind)e->kind) {
	case NODE_UNARY:
		return check_unary(c, e, want, sink);
	case NODE_RANGE:
		return check_range(c, e, want, sink);
	default:
		return check_binary(c, e, want, sink);
	}
}
