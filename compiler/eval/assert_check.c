/* Assertions, and what a failed one shows: the values of the parts of its condition. */
#include "compiler/eval/eval_impl.h"

#include "compiler/syntax/source.h"

enum {
	ASSERT_NOTES_MAX = 12,
	ASSERT_VALUE_BYTES = 60, /* longer values say nothing at a glance */
};

typedef struct Diagram {
	Machine *m;
	Diag *d;
	uint32_t count;
} Diagram;

static void diagram_add(Diagram *g, Span at, Value v)
{
	Buf b;

	if (g->m->op.has_failed || g->count == ASSERT_NOTES_MAX || value_has_secret(v))
		return;
	buf_init(&b, ASSERT_VALUE_BYTES);
	value_print(&b, v, -1);
	if (!b.overflowed && !machine_object(g->m, v)) {
		diag_note(g->d, at, "%s", buf_cstr(&b));
		g->count++;
	}
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

/* Evaluates again what has no effects; a failure here is nobody's business. */
static void diagram_node(Diagram *g, const Node *n)
{
	DiagList *l = g->m->op.diags;
	uint32_t said = l->items.len, errors = l->error_count;
	Span at = n->span;

	switch ((NodeKind)n->kind) {
	case NODE_PAREN:
	case NODE_UNARY:
	case NODE_NAMED_ARG:
		diagram_kids(g, n, n->kind == NODE_NAMED_ARG ? 1 : 0);
		return;
	case NODE_BINARY:
		diagram_kids(g, n, 0);
		at = diagram_operator(g, n);
		break;
	case NODE_MEMBER:
		if (n->kids[0]->kind != NODE_IDENT || !n->info)
			diagram_node(g, n->kids[0]);
		at = n->kids[1]->span;
		break;
	case NODE_INDEX:
		diagram_kids(g, n, 0);
		at = (Span){n->kids[0]->span.end, n->span.end};
		break;
	case NODE_CALL:
		diagram_kids(g, n, CALL_FIRST_ARG);
		at = n->kids[0]->span;
		break;
	case NODE_IDENT:
		break;
	default:
		return; /* literals say what they are; loops have too many values */
	}
	Value v = eval_expr(g->m, n);

	diagram_add(g, at, v);
	if (!g->m->op.has_failed)
		return;
	g->m->op.has_failed = false;
	l->items.len = said;
	l->error_count = errors;
}

void assert_diagram(Machine *m, const Node *condition, Diag *d)
{
	Diagram g = {m, d, 0};

	diagram_node(&g, condition);
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
	Str text = message.kind == VAL_STRING ? message.as.text
		: sources_text(m->program->sources, condition->span);
	Diag *d = diag_add(m->op.diags, DIAG_ASSERTION, condition->span,
		"assertion failed: %.*s", STR_ARG(text));

	assert_diagram(m, condition, d);
	m->op.has_failed = true;
	return false;
}
