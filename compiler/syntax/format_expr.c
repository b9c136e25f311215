/* Expressions: flat if they fit, else each kind's own layout over lines. */
#include "compiler/syntax/format_impl.h"

#include "compiler/syntax/parse_impl.h"

static void print_expr(Fmt *f, const Node *n);

/* Says whether something may be printed on one line that was not written so. */
static bool is_one_line(Fmt *f, const Node *n)
{
	return (n->flags & FLAG_ONE_LINE) || f->forced;
}

/* In flat mode says that this kind cannot be; returns whether the mode is flat. */
static bool fail_if_flat(Fmt *f)
{
	if (f->flat)
		f->has_failed = true;
	return f->flat;
}

void format_expr(Fmt *f, const Node *n)
{
	if (f->has_failed)
		return;
	if (f->flat && !f->forced && format_has_comment(f, n)) {
		f->has_failed = true;
		return;
	}
	if (f->flat || !format_try(f, format_expr, n))
		print_expr(f, n);
}

void format_value(Fmt *f, const Node *n)
{
	bool is_pending = format_is_pending(f, n->span.begin) && !f->forced;

	if (f->flat) {
		f->has_failed |= is_pending;
		format_put(f, STR(" "));
		format_expr(f, n);
		return;
	}
	if (!is_pending && (n->kind != NODE_LET_IN || format_fits(f, format_value, n, NULL))) {
		format_put(f, STR(" "));
		format_expr(f, n);
		return;
	}
	f->indent += FORMAT_INDENT;
	if (!format_comments(f, n->span.begin))
		format_newline(f);
	format_expr(f, n);
	f->indent -= FORMAT_INDENT;
}

/* Ends the line, with the comments before `upto` if there are any. */
static void break_line(Fmt *f, uint32_t upto)
{
	if (!format_comments(f, upto))
		format_newline(f);
}

/* The binding power of an operator's text; of an expression as an operand. */
static int operator_power(Str op)
{
	static const struct {
		Str op;
		int power;
	} powers[] = {
		{STR_INIT("??"), BIND_DEFAULT},
		{STR_INIT("or"), BIND_OR},
		{STR_INIT("and"), BIND_AND},
		{STR_INIT("=="), BIND_COMPARE},
		{STR_INIT("!="), BIND_COMPARE},
		{STR_INIT("<"), BIND_COMPARE},
		{STR_INIT("<="), BIND_COMPARE},
		{STR_INIT(">"), BIND_COMPARE},
		{STR_INIT(">="), BIND_COMPARE},
		{STR_INIT("in"), BIND_COMPARE},
		{STR_INIT("+"), BIND_ADD},
		{STR_INIT("-"), BIND_ADD},
		{STR_INIT("++"), BIND_ADD},
		{STR_INIT("*"), BIND_MULTIPLY},
		{STR_INIT("/"), BIND_MULTIPLY},
		{STR_INIT("%"), BIND_MULTIPLY},
		{STR_INIT("with"), BIND_WITH},
	};

	for (size_t i = 0; i < sizeof(powers) / sizeof(*powers); i++)
		if (str_eq(op, powers[i].op))
			return powers[i].power;
	return BIND_NONE;
}

static int power_of(const Node *n)
{
	switch (n->kind) {
	case NODE_BINARY:
		return operator_power(n->text);
	case NODE_RANGE:
		return BIND_RANGE;
	case NODE_IF:
	case NODE_MATCH:
	case NODE_LET_IN:
		return BIND_NONE;
	default:
		return BIND_UNARY;
	}
}

/* An operand; one that binds too weakly, which only trees that were not parsed have, gets
 * parentheses. */
static void print_operand(Fmt *f, const Node *n, int power)
{
	bool was_in_parens = f->is_in_parens;

	if (power_of(n) >= power || (n->kind == NODE_RANGE && !n->kids[0])) {
		format_expr(f, n);
		return;
	}
	format_put(f, STR("("));
	f->is_in_parens = true;
	format_expr(f, n);
	f->is_in_parens = was_in_parens;
	format_put(f, STR(")"));
}

/* Says whether a node opens on the line where it begins and closes on its own. */
static bool can_hug(const Node *n)
{
	if (n->kind == NODE_NAMED_ARG)
		n = n->kids[1];
	return ((n->kind == NODE_RECORD || n->kind == NODE_LIST) && n->kid_count) ||
	       (n->kind == NODE_STRING && (n->flags & FLAG_BLOCK));
}

static bool is_leading_operator(Str op)
{
	return str_eq(op, STR("??")) || str_eq(op, STR("or")) || str_eq(op, STR("and"));
}

/* Left operand and operator, for the attempt to leave only the right one broken. */
static void print_left(Fmt *f, const Node *n)
{
	int power = operator_power(n->text);
	bool is_right = power == BIND_DEFAULT;

	if (!f->forced && format_is_pending(f, n->kids[1]->span.begin))
		f->has_failed = true;
	print_operand(f, n->kids[0], is_right || power == BIND_COMPARE ? power + 1 : power);
	format_put(f, STR(" "));
	format_put(f, n->text);
	format_put(f, STR(" "));
}

/* A chain of operators of one power, each operand on its own line. */
static void print_chain(Fmt *f, const Node *n, int power)
{
	const Node *left = n->kids[0];
	const Node *right = n->kids[1];
	bool is_right = power == BIND_DEFAULT;

	if (!is_right && power != BIND_COMPARE && left->kind == NODE_BINARY &&
		operator_power(left->text) == power)
		print_chain(f, left, power);
	else
		print_operand(f, left, is_right || power == BIND_COMPARE ? power + 1 : power);
	if (is_leading_operator(n->text)) {
		break_line(f, right->span.begin);
		format_put(f, n->text);
		format_put(f, STR(" "));
	} else {
		format_put(f, STR(" "));
		format_put(f, n->text);
		break_line(f, right->span.begin);
	}
	if (is_right && right->kind == NODE_BINARY && operator_power(right->text) == power)
		print_chain(f, right, power);
	else
		print_operand(f, right, is_right ? power : power + 1);
}

static void print_binary(Fmt *f, const Node *n)
{
	int power = operator_power(n->text);
	bool is_hug = can_hug(n->kids[1]) || power == BIND_WITH;

	if (f->flat || (is_hug && format_try(f, print_left, n))) {
		if (f->flat)
			print_left(f, n);
		print_operand(f, n->kids[1], power == BIND_DEFAULT ? power : power + 1);
		return;
	}
	f->indent += FORMAT_INDENT;
	print_chain(f, n, power);
	f->indent -= FORMAT_INDENT;
}

/* "if" Expr "then" Expr, on one line. */
static void print_if_then(Fmt *f, const Node *n)
{
	if (!f->forced && format_is_pending(f, n->kids[1]->span.end))
		f->has_failed = true;
	format_put(f, STR("if "));
	format_expr(f, n->kids[0]);
	format_put(f, STR(" then "));
	format_expr(f, n->kids[1]);
}

/* "if" Expr "then" Expr "else" Expr; an `else if` stays at the depth of its `if`. */
static void print_if(Fmt *f, const Node *n, bool is_nested)
{
	const Node *rest = n->kids[2];

	if (f->flat) {
		if (!is_one_line(f, n) && fail_if_flat(f))
			return;
		print_if_then(f, n);
		format_put(f, STR(" else "));
		format_expr(f, rest);
		return;
	}
	if (!is_nested || !format_try(f, print_if_then, n)) {
		format_put(f, STR("if "));
		format_expr(f, n->kids[0]);
		break_line(f, n->kids[1]->span.begin);
		format_put(f, STR("then "));
		format_expr(f, n->kids[1]);
	}
	break_line(f, rest->span.begin);
	format_put(f, STR("else "));
	if (rest->kind == NODE_IF)
		print_if(f, rest, true);
	else
		format_expr(f, rest);
}

static void print_arm(Fmt *f, const Node *n)
{
	for (uint32_t i = ARM_FIRST_PATTERN; i < n->kid_count; i++) {
		if (i > ARM_FIRST_PATTERN)
			format_put(f, STR(" | "));
		format_expr(f, n->kids[i]);
	}
	format_put(f, STR(" =>"));
	format_value(f, n->kids[ARM_RESULT]);
}

/* Items between brackets: "[a, b]", "{ a, b }" flat, else one a line. */
static void print_brackets(
	Fmt *f, const Node *n, uint32_t first, const char *open, const char *close)
{
	bool is_list = open[0] == '[';
	bool is_empty = n->kid_count == first && !format_has_comment(f, n);

	if (f->flat && !is_empty && !is_one_line(f, n) && fail_if_flat(f))
		return;
	format_put(f, str_from(open));
	if (!f->flat && !is_empty) {
		format_items(f, n, first, n->span.end ? n->span.end - 1 : 0);
	} else if (n->kid_count > first) {
		format_put(f, is_list ? STR_NONE : STR(" "));
		for (uint32_t i = first; i < n->kid_count; i++) {
			if (i > first)
				format_put(f, STR(", "));
			format_item(f, n->kids[i]);
		}
		format_put(f, is_list ? STR_NONE : STR(" "));
	}
	format_put(f, str_from(close));
}

static void print_match(Fmt *f, const Node *n)
{
	if (f->flat && !is_one_line(f, n) && fail_if_flat(f))
		return;
	format_put(f, STR("match "));
	format_expr(f, n->kids[0]);
	format_put(f, STR(" "));
	print_brackets(f, n, MATCH_FIRST_ARM, "{", "}");
}

/* "let" IDENT [ ":" Type ] "=" Expr ( ";" | EOL ) Expr */
static void print_let_in(Fmt *f, const Node *n)
{
	if (f->flat && !is_one_line(f, n) && fail_if_flat(f))
		return;
	format_put(f, STR("let "));
	format_put(f, n->kids[0]->text);
	if (n->kids[1]) {
		format_put(f, STR(": "));
		format_type(f, n->kids[1]);
	}
	format_put(f, STR(" ="));
	format_value(f, n->kids[2]);
	if (f->flat || f->is_in_parens)
		format_put(f, STR(";"));
	if (f->flat)
		format_put(f, STR(" "));
	else
		break_line(f, n->kids[3]->span.begin);
	format_expr(f, n->kids[3]);
}

/* The arguments but the last, for the attempt to leave only that one broken. */
static void print_args_before_last(Fmt *f, const Node *n)
{
	if (format_is_pending(f, n->kids[n->kid_count - 1]->span.begin) && !f->forced)
		f->has_failed = true;
	for (uint32_t i = CALL_FIRST_ARG; i + 1 < n->kid_count; i++) {
		format_expr(f, n->kids[i]);
		format_put(f, STR(", "));
	}
}

/* Arguments one a line, with a comma behind the last. */
static void print_args_broken(Fmt *f, const Node *n)
{
	f->indent += FORMAT_INDENT;
	for (uint32_t i = CALL_FIRST_ARG; i < n->kid_count; i++) {
		const Node *arg = n->kids[i];

		if (i == CALL_FIRST_ARG) {
			f->last = 0;
			break_line(f, arg->span.begin);
		} else {
			format_comments(f, arg->span.begin);
		}
		format_expr(f, arg);
		format_put(f, STR(","));
		format_end_item(f, arg->span.end);
	}
	format_comments(f, n->span.end);
	f->indent -= FORMAT_INDENT;
}

static void print_call(Fmt *f, const Node *n)
{
	bool was_in_parens = f->is_in_parens;
	const Node *last = n->kids[n->kid_count - 1];
	bool has_args = n->kid_count > CALL_FIRST_ARG;

	format_expr(f, n->kids[0]);
	format_put(f, STR("("));
	f->is_in_parens = true;
	if (f->flat || !has_args) {
		for (uint32_t i = CALL_FIRST_ARG; i < n->kid_count; i++) {
			if (i > CALL_FIRST_ARG)
				format_put(f, STR(", "));
			format_expr(f, n->kids[i]);
		}
		format_comments(f, n->span.end);
	} else if (can_hug(last) && format_try(f, print_args_before_last, n)) {
		format_expr(f, last);
		format_comments(f, n->span.end);
	} else {
		print_args_broken(f, n);
	}
	f->is_in_parens = was_in_parens;
	format_put(f, STR(")"));
}

/* An expression inside "(" or "[", around which newlines do not count. */
static void print_inside(Fmt *f, const Node *n, uint32_t close)
{
	bool was_in_parens = f->is_in_parens;

	f->is_in_parens = true;
	if (!f->flat && format_is_pending(f, n->span.begin)) {
		f->indent += FORMAT_INDENT;
		format_comments(f, n->span.begin);
		format_expr(f, n);
		format_comments(f, close);
		f->indent -= FORMAT_INDENT;
	} else {
		format_expr(f, n);
		format_comments(f, close);
	}
	f->is_in_parens = was_in_parens;
}

static void print_prefixed(Fmt *f, Str prefix, const Node *n, int power)
{
	format_comments(f, n->span.begin);
	format_put(f, prefix);
	print_operand(f, n, power);
}

static void print_range(Fmt *f, const Node *n)
{
	if (n->kids[1])
		format_comments(f, n->kids[1]->span.begin);
	if (n->kids[0])
		print_operand(f, n->kids[0], BIND_RANGE);
	format_put(f, STR(".."));
	if (n->kids[1])
		print_operand(f, n->kids[1], BIND_ADD);
}

void format_binders(Fmt *f, const Node *n)
{
	format_put(f, STR("for "));
	format_put(f, n->kids[FOR_FIRST]->text);
	if (n->kids[FOR_SECOND]) {
		format_put(f, STR(", "));
		format_put(f, n->kids[FOR_SECOND]->text);
	}
	format_put(f, STR(" in "));
	format_expr(f, n->kids[FOR_COLLECTION]);
}

static void print_comprehension(Fmt *f, const Node *n)
{
	format_binders(f, n);
	if (n->kids[COMP_IF]) {
		format_put(f, STR(" if "));
		format_expr(f, n->kids[COMP_IF]);
	}
	format_put(f, STR(" =>"));
	if (n->kind == NODE_FOR_ELEM) {
		format_value(f, n->kids[COMP_BODY]);
		return;
	}
	if (!f->flat && format_is_pending(f, n->kids[COMP_BODY]->span.begin))
		format_comments(f, n->kids[COMP_BODY]->span.begin);
	else
		format_put(f, STR(" "));
	format_aligned(f, n->kids[COMP_BODY], NULL);
}

/* An object with what is behind it: ".name", "[key]". */
static void print_postfix(Fmt *f, const Node *n)
{
	print_operand(f, n->kids[0], BIND_UNARY);
	if (n->kind == NODE_MEMBER) {
		format_comments(f, n->kids[1]->span.begin);
		format_put(f, n->flags & FLAG_SAFE ? STR("?.") : STR("."));
		format_put(f, n->kids[1]->text);
	} else {
		format_put(f, STR("["));
		print_inside(f, n->kids[1], n->span.end);
		format_put(f, STR("]"));
	}
}

/* What has its text, or a text of its own, and nothing below it. */
static bool print_leaf(Fmt *f, const Node *n)
{
	switch (n->kind) {
	case NODE_INT:
	case NODE_FLOAT:
	case NODE_SIZE:
	case NODE_DURATION:
	case NODE_MONEY:
	case NODE_GPUS:
	case NODE_BOOL:
	case NODE_IDENT:
		format_put(f, n->text);
		return true;
	case NODE_NULL:
		format_put(f, STR("null"));
		return true;
	case NODE_PATTERN_ANY:
		format_put(f, STR("_"));
		return true;
	case NODE_STRING:
		format_string(f, n);
		return true;
	default:
		return false;
	}
}

static void print_paren(Fmt *f, const Node *n)
{
	format_put(f, STR("("));
	print_inside(f, n->kids[0], n->span.end);
	format_put(f, STR(")"));
}

static void print_unary(Fmt *f, const Node *n)
{
	if (str_eq(n->text, STR("not")))
		print_prefixed(f, STR("not "), n->kids[0], BIND_NOT);
	else
		print_prefixed(f, n->text, n->kids[0], BIND_UNARY);
}

static void print_named_arg(Fmt *f, const Node *n)
{
	format_put(f, n->kids[0]->text);
	format_put(f, STR(" ="));
	format_value(f, n->kids[1]);
}

/* An `if` that begins here: its other lines are indented. */
static void print_first_if(Fmt *f, const Node *n)
{
	f->indent += FORMAT_INDENT;
	print_if(f, n, false);
	f->indent -= FORMAT_INDENT;
}

static void print_spread(Fmt *f, const Node *n)
{
	print_prefixed(f, STR("..."), n->kids[0], BIND_NONE);
}

static void print_list(Fmt *f, const Node *n)
{
	print_brackets(f, n, 0, "[", "]");
}

static void print_record(Fmt *f, const Node *n)
{
	print_brackets(f, n, 0, "{", "}");
}

static void print_expr(Fmt *f, const Node *n)
{
	static FormatPrint *const prints[NODE_KIND_COUNT] = {
		[NODE_PAREN] = print_paren,
		[NODE_UNARY] = print_unary,
		[NODE_SPREAD] = print_spread,
		[NODE_BINARY] = print_binary,
		[NODE_RANGE] = print_range,
		[NODE_MEMBER] = print_postfix,
		[NODE_INDEX] = print_postfix,
		[NODE_CALL] = print_call,
		[NODE_NAMED_ARG] = print_named_arg,
		[NODE_IF] = print_first_if,
		[NODE_MATCH] = print_match,
		[NODE_ARM] = print_arm,
		[NODE_LET_IN] = print_let_in,
		[NODE_LIST] = print_list,
		[NODE_RECORD] = print_record,
		[NODE_TYPE_RECORD] = print_record,
		[NODE_FOR_ELEM] = print_comprehension,
		[NODE_FOR_FIELD] = print_comprehension,
	};

	if (print_leaf(f, n))
		return;
	if (prints[n->kind])
		prints[n->kind](f, n);
	else /* NODE_BAD_EXPR and what stands in broken declarations, which are copied */
		format_put(f, format_source(f, n->span));
}
