/* Assertions, and what a failed one shows: the values of the parts of its condition. */
#include "compiler/eval/eval_impl.h"

#include "compiler/base/utf8.h"
#include "compiler/syntax/source.h"

enum {
	ASSERT_VALUES_MAX = 24,
	ASSERT_VALUE_BYTES = 4096,
	ASSERT_VALUE_COLUMNS = 60, /* longer values say nothing at a glance */
};

typedef struct Diagram {
	Machine *m;
	Diag *d;
} Diagram;

/* Cuts a text to what is read at a glance. */
static Str diagram_cut(Arena *a, Str text, bool is_cut)
{
	size_t at = 0;

	if (!is_cut && utf8_width(text) <= ASSERT_VALUE_COLUMNS)
		return text;
	while (at < text.len && utf8_width(str_slice(text, 0, at)) < ASSERT_VALUE_COLUMNS - 2)
		(void)utf8_next(text, &at);
	return str_print(a, "%.*s…", (int)at, text.ptr);
}

static void diagram_add(Diagram *g, Span at, const Node *n, Value v)
{
	Buf b;

	if (g->d->values.len == ASSERT_VALUES_MAX || value_has_secret(v) || machine_object(g->m, v))
		return;
	buf_init(&b, ASSERT_VALUE_BYTES);
	value_print(&b, v, -1);
	Str text = diagram_cut(g->m->arena, buf_str(&b), b.overflowed);
	diag_value(g->d, (DiagValue){at, n->span, text});
	buf_fini(&b);
}

/* Where an operator stands: between its operands, without the white space. */
static Span diagram_operator(Diagram *g, const Node *n)
{
	Span gap = {n->kids[0]->span.end, n->kids[1]->span.begin};
	Str text = sources_text(g->m->program->sources, gap);
	size_t at = str_find(text, n->text, 0);

	if (at == SIZE_MAX)
		return n->span;
	return (Span){gap.begin + (uint32_t)at, gap.begin + (uint32_t)(at + n->text.len)};
}

static void diagram_node(Diagram *g, const Node *n);

static void diagram_kids(Diagram *g, const Node *n, uint32_t from)
{
	for (uint32_t i = from; i < n->kid_count; i++)
		if (n->kids[i])
			diagram_node(g, n->kids[i]);
}

/* Evaluates again, in silence; *ret is set unless that fails. */
static bool diagram_eval(Diagram *g, const Node *n, Value *ret)
{
	DiagList *l = g->m->op.diags;
	uint32_t said = l->items.len, errors = l->error_count, dropped = l->dropped;
	Value v = eval_expr(g->m, n);

	if (!g->m->op.has_failed) {
		*ret = v;
		return true;
	}
	g->m->op.has_failed = false;
	l->items.len = said;
	l->error_count = errors;
	l->dropped = dropped;
	return false;
}

/* Says whether the right side of an operator was needed, too. */
static bool diagram_needs_right(Diagram *g, const Node *n)
{
	bool is_and = str_eq(n->text, STR("and"));
	Value left;

	if (!is_and && !str_eq(n->text, STR("or")) && !str_eq(n->text, STR("??")))
		return true;
	if (!diagram_eval(g, n->kids[0], &left))
		return false;
	if (str_eq(n->text, STR("??")))
		return left.kind == VAL_NULL;
	return left.kind != VAL_BOOL || left.as.boolean == is_and;
}

/* The parts of `n` that were evaluated; returns where its own value hangs, SPAN_NONE: nowhere. */
static Span diagram_parts(Diagram *g, const Node *n)
{
	Value v;

	switch ((NodeKind)n->kind) {
	case NODE_PAREN:
	case NODE_RANGE:
		diagram_kids(g, n, 0);
		return SPAN_NONE;
	case NODE_NAMED_ARG:
		diagram_node(g, n->kids[1]);
		return SPAN_NONE;
	case NODE_UNARY:
		diagram_kids(g, n, 0);
		return n->span;
	case NODE_BINARY:
		diagram_node(g, n->kids[0]);
		if (diagram_needs_right(g, n))
			diagram_node(g, n->kids[1]);
		return diagram_operator(g, n);
	case NODE_MEMBER:
		if (n->kids[0]->kind != NODE_IDENT || !n->info)
			diagram_node(g, n->kids[0]);
		return n->kids[1]->span;
	case NODE_INDEX:
		diagram_kids(g, n, 0);
		return (Span){n->kids[0]->span.end, n->span.end};
	case NODE_CALL:
		diagram_kids(g, n, CALL_FIRST_ARG);
		return n->kids[0]->span;
	case NODE_STRING:
		diagram_kids(g, n, 0);
		return n->kid_count ? n->span : SPAN_NONE;
	case NODE_IF:
		diagram_node(g, n->kids[0]);
		if (diagram_eval(g, n->kids[0], &v) && v.kind == VAL_BOOL)
			diagram_node(g, n->kids[v.as.boolean ? 1 : 2]);
		return n->span;
	case NODE_MATCH:
		diagram_node(g, n->kids[0]);
		return n->span;
	case NODE_LIST: /* of a comprehension all elements, but not what came on the way */
		for (uint32_t i = 0; i < n->kid_count; i++)
			if (n->kids[i]->kind == NODE_FOR_ELEM || n->kids[i]->kind == NODE_SPREAD)
				return n->span;
		diagram_kids(g, n, 0);
		return SPAN_NONE;
	case NODE_IDENT:
	case NODE_LET_IN:
		return n->span;
	default:
		return SPAN_NONE; /* literals say what they are */
	}
}

static void diagram_node(Diagram *g, const Node *n)
{
	Span at = diagram_parts(g, n);
	Value v;

	if (at.begin && diagram_eval(g, n, &v))
		diagram_add(g, at, n, v);
}

void assert_diagram(Machine *m, const Node *condition, Diag *d)
{
	Diagram g = {m, d};

	diagram_node(&g, condition);
	for (uint32_t i = 1; i < d->values.len; i++)
		for (uint32_t j = i; j > 0; j--) {
			DiagValue *v = &d->values.ptr[j];

			if (v[-1].at.begin <= v->at.begin)
				break;
			DiagValue swap = v[-1];
			v[-1] = *v;
			*v = swap;
		}
}

bool assert_holds(Machine *m, const Node *node, Value *ret_condition, Value *ret_message)
{
	const Node *condition = node_kid(node, ASSERT_COND);
	const Node *words = node_kid(node, ASSERT_MESSAGE);
	Value c = eval_expr(m, condition);

	*ret_condition = *ret_message = VALUE_NULL;
	if (m->op.has_failed)
		return false;
	if (c.kind == VAL_BOOL && c.as.boolean)
		return true;
	Value message = words ? eval_maybe(m, words) : VALUE_NULL;

	if (m->op.has_failed)
		return false;
	if (c.kind == VAL_DEFERRED) {
		*ret_condition = c;
		*ret_message = message;
		return true;
	}
	Str text =
		message.kind == VAL_STRING
			? message.as.text
			: str_squeeze(m->arena, sources_text(m->program->sources, condition->span));
	Diag *d = diag_add(
		m->op.diags, DIAG_ASSERTION, node->span, "assertion failed: %.*s", STR_ARG(text));

	assert_diagram(m, condition, d);
	m->op.has_failed = true;
	return false;
}
