/* Types.  Parentheses are put where the tree needs them. */
#include "compiler/syntax/format_impl.h"

/* How tightly a type binds: what may stand under `secret`, before `?`, in a union. */
enum { TYPE_BIND_WHERE, TYPE_BIND_UNION, TYPE_BIND_POSTFIX, TYPE_BIND_PRIMARY };

static int power_of(const Node *n)
{
	switch (n->kind) {
	case NODE_TYPE_WHERE:
		return TYPE_BIND_WHERE;
	case NODE_TYPE_UNION:
		return TYPE_BIND_UNION;
	case NODE_TYPE_OPTIONAL:
		return TYPE_BIND_POSTFIX;
	default:
		return TYPE_BIND_PRIMARY;
	}
}

static void print_part(Fmt *f, const Node *n, int power)
{
	bool was_in_parens = f->is_in_parens;

	if (power_of(n) >= power) {
		format_type(f, n);
		return;
	}
	format_put(f, STR("("));
	f->is_in_parens = true;
	format_type(f, n);
	f->is_in_parens = was_in_parens;
	format_put(f, STR(")"));
}

static void print_union(Fmt *f, const Node *n)
{
	f->indent += FORMAT_INDENT;
	for (uint32_t i = 0; i < n->kid_count; i++) {
		if (f->flat && i > 0)
			format_put(f, STR(" "));
		else if (!f->flat && !format_comments(f, n->kids[i]->span.begin))
			format_newline(f);
		if (!f->flat || i > 0)
			format_put(f, STR("| "));
		print_part(f, n->kids[i], TYPE_BIND_POSTFIX);
	}
	f->indent -= FORMAT_INDENT;
}

/* Path [ "<" Type { "," Type } ">" ] [ "(" Refine { "," Refine } ")" ] */
static void print_name(Fmt *f, const Node *n)
{
	const Node *args = n->kids[1];
	const Node *refines = n->kids[2];

	for (uint32_t i = 0; i < n->kids[0]->kid_count; i++) {
		format_put(f, i ? STR(".") : STR_NONE);
		format_put(f, n->kids[0]->kids[i]->text);
	}
	for (uint32_t i = 0; args && i < args->kid_count; i++) {
		format_put(f, i ? STR(", ") : STR("<"));
		print_part(f, args->kids[i], TYPE_BIND_UNION);
	}
	format_put(f, args ? STR(">") : STR_NONE);
	for (uint32_t i = 0; refines && i < refines->kid_count; i++) {
		format_put(f, i ? STR(", ") : STR("("));
		format_expr(f, refines->kids[i]);
	}
	format_put(f, refines ? STR(")") : STR_NONE);
}

static void print_type(Fmt *f, const Node *n)
{
	switch (n->kind) {
	case NODE_TYPE_UNION:
		print_union(f, n);
		break;
	case NODE_TYPE_NAME:
		print_name(f, n);
		break;
	case NODE_TYPE_RECORD:
		format_expr(f, n);
		break;
	case NODE_TYPE_LITERAL:
		format_expr(f, n->kids[0]);
		break;
	case NODE_TYPE_SECRET:
		format_put(f, STR("secret "));
		print_part(f, n->kids[0], TYPE_BIND_PRIMARY);
		break;
	case NODE_TYPE_KNOWN:
		format_put(f, STR("known "));
		print_part(f, n->kids[0], TYPE_BIND_PRIMARY);
		break;
	case NODE_TYPE_OPTIONAL:
		print_part(f, n->kids[0], TYPE_BIND_POSTFIX);
		format_put(f, STR("?"));
		break;
	case NODE_TYPE_WHERE:
		print_part(f, n->kids[0], TYPE_BIND_UNION);
		format_put(f, STR(" where "));
		format_expr(f, n->kids[1]);
		break;
	default:
		/* NODE_BAD_TYPE stands only in broken declarations, which are copied. */
		format_put(f, format_source(f, n->span));
		break;
	}
}

void format_type(Fmt *f, const Node *n)
{
	if (f->has_failed)
		return;
	if (f->flat && !f->forced && format_has_comment(f, n)) {
		f->has_failed = true;
		return;
	}
	/* A comment right before the type. */
	format_comments(f, n->span.begin);
	if (f->flat || !format_try(f, format_type, n))
		print_type(f, n);
}
