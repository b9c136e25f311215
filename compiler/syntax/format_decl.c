/* Declarations and statements. */
#include "compiler/syntax/format_impl.h"

static void print_path(Fmt *f, const Node *n)
{
	for (uint32_t i = 0; i < n->kid_count; i++) {
		format_put(f, i ? STR(".") : STR_NONE);
		format_put(f, n->kids[i]->text);
	}
}

static void print_address(Fmt *f, const Node *n)
{
	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind == NODE_ADDRESS_KEY) {
			format_put(f, STR("["));
			f->forced++;
			f->flat++;
			format_expr(f, kid->kids[0]);
			f->flat--;
			f->forced--;
			format_put(f, STR("]"));
		} else {
			format_put(f, i ? STR(".") : STR_NONE);
			format_put(f, kid->text);
		}
	}
}

/* Comments before `n` go above the declaration that is about to begin. */
static void hoist(Fmt *f, const Node *n)
{
	if (n)
		format_comments(f, n->span.begin);
}

/* "@" IDENT [ "(" [ Args ] ")" ] */
static void print_annot(Fmt *f, const Node *n)
{
	format_put(f, STR("@"));
	format_put(f, n->text);
	if (!(n->flags & FLAG_HAS_ARGS))
		return;
	format_put(f, STR("("));
	f->forced++;
	f->flat++;
	for (uint32_t i = 0; i < n->kid_count; i++) {
		format_put(f, i ? STR(", ") : STR_NONE);
		format_expr(f, n->kids[i]);
	}
	f->flat--;
	f->forced--;
	format_put(f, STR(")"));
}

static void print_record(Fmt *f, const Node *n)
{
	format_put(f, STR(" "));
	format_comments(f, n->span.begin);
	format_expr(f, n);
}

static void print_entity(Fmt *f, const Node *n)
{
	const Node *from = n->kids[ENTITY_FROM];
	const Node *loop = n->kids[ENTITY_FOR];

	format_put(f, n->text);
	format_put(f, STR(" "));
	format_put(f, n->kids[DECL_NAME]->text);
	if (n->kids[ENTITY_TYPE]) {
		format_put(f, STR(": "));
		print_path(f, n->kids[ENTITY_TYPE]);
	}
	for (uint32_t i = 0; from && i < from->kid_count; i++) {
		format_put(f, i ? STR(", ") : STR(" from "));
		print_path(f, from->kids[i]);
	}
	if (loop) {
		format_put(f, STR(" "));
		format_binders(f, loop);
		if (loop->kids[FOR_BY]) {
			format_put(f, STR(" by "));
			format_expr(f, loop->kids[FOR_BY]);
		}
	}
	if (n->kids[ENTITY_IF]) {
		format_put(f, STR(" if "));
		format_expr(f, n->kids[ENTITY_IF]);
	}
	if (n->kids[ENTITY_BODY])
		print_record(f, n->kids[ENTITY_BODY]);
}

static void print_fn_param(Fmt *f, const Node *n)
{
	format_put(f, n->kids[0]->text);
	format_put(f, STR(": "));
	format_type(f, n->kids[1]);
	if (n->kids[2]) {
		format_put(f, STR(" = "));
		format_expr(f, n->kids[2]);
	}
}

/* The parameters on one line. */
static void print_fn_params(Fmt *f, const Node *n)
{
	const Node *last = n->kids[n->kid_count - 1];

	if (n->kid_count > FN_FIRST_PARAM && format_is_pending(f, last->span.end))
		f->has_failed = true;
	format_put(f, STR("("));
	for (uint32_t i = FN_FIRST_PARAM; i < n->kid_count; i++) {
		format_put(f, i > FN_FIRST_PARAM ? STR(", ") : STR_NONE);
		print_fn_param(f, n->kids[i]);
	}
	format_put(f, STR("): "));
	format_type(f, n->kids[FN_RESULT]);
	format_put(f, STR(" ="));
}

/* One parameter a line. */
static void print_fn_params_broken(Fmt *f, const Node *n)
{
	format_put(f, STR("("));
	f->indent += FORMAT_INDENT;
	f->last = 0;
	for (uint32_t i = FN_FIRST_PARAM; i < n->kid_count; i++) {
		if (!format_comments(f, n->kids[i]->span.begin) && i == FN_FIRST_PARAM)
			format_newline(f);
		print_fn_param(f, n->kids[i]);
		format_put(f, STR(","));
		format_end_item(f, n->kids[i]->span.end);
	}
	format_comments(f, n->kids[FN_RESULT]->span.begin);
	f->indent -= FORMAT_INDENT;
	format_put(f, STR("): "));
	format_type(f, n->kids[FN_RESULT]);
	format_put(f, STR(" ="));
}

static void print_fn(Fmt *f, const Node *n)
{
	format_put(f, STR("fn "));
	format_put(f, n->kids[DECL_NAME]->text);
	if (f->flat)
		print_fn_params(f, n);
	else if (!format_try(f, print_fn_params, n))
		print_fn_params_broken(f, n);
	format_value(f, n->kids[FN_BODY]);
}

/* "assert" Expr [ "," Expr ] */
static void print_assert(Fmt *f, const Node *n)
{
	const Node *message = n->kids[ASSERT_MESSAGE];

	format_put(f, STR("assert "));
	format_expr(f, n->kids[ASSERT_COND]);
	if (!message)
		return;
	format_put(f, STR(","));
	if (f->flat || format_fits(f, format_value, message, NULL)) {
		format_value(f, message);
		return;
	}
	f->indent += FORMAT_INDENT;
	if (!format_comments(f, message->span.begin))
		format_newline(f);
	format_expr(f, message);
	f->indent -= FORMAT_INDENT;
}

/* "check" String Block, "test" String Block */
static void print_block(Fmt *f, const Node *n, Str keyword)
{
	const Node *block = n->kids[BLOCK_BODY];
	bool is_empty = block->kid_count == 0 && !format_has_comment(f, block);

	if (f->flat) {
		f->has_failed = true;
		return;
	}
	format_put(f, keyword);
	format_expr(f, n->kids[BLOCK_TITLE]);
	format_put(f, STR(" {"));
	if (!is_empty)
		format_items(f, block, 0, block->span.end ? block->span.end - 1 : 0);
	format_put(f, STR("}"));
}

static void print_import(Fmt *f, const Node *n)
{
	format_put(f, STR("import "));
	if (n->kids[IMPORT_PATH]->kind == NODE_STRING)
		format_expr(f, n->kids[IMPORT_PATH]);
	else
		print_path(f, n->kids[IMPORT_PATH]);
	if (n->kids[DECL_NAME]) {
		format_put(f, STR(" as "));
		format_put(f, n->kids[DECL_NAME]->text);
	}
}

static void print_type_decl(Fmt *f, const Node *n)
{
	format_put(f, STR("type "));
	format_put(f, n->kids[DECL_NAME]->text);
	format_put(f, STR(" = "));
	format_type(f, n->kids[DECL_TYPE]);
}

static void print_moved(Fmt *f, const Node *n)
{
	format_put(f, STR("moved "));
	print_address(f, n->kids[MOVED_FROM]);
	format_put(f, STR(" -> "));
	print_address(f, n->kids[MOVED_TO]);
}

/* A statement or declaration without documentation, annotations and `pub`. */
static void print_kind(Fmt *f, const Node *n)
{
	switch (n->kind) {
	case NODE_ENTITY:
		print_entity(f, n);
		break;
	case NODE_IMPORT:
		print_import(f, n);
		break;
	case NODE_TYPE_DECL:
		print_type_decl(f, n);
		break;
	case NODE_FN:
		print_fn(f, n);
		break;
	case NODE_ASSERT:
		print_assert(f, n);
		break;
	case NODE_MOVED:
		print_moved(f, n);
		break;
	case NODE_CHECK:
		print_block(f, n, STR("check "));
		break;
	case NODE_TEST:
		print_block(f, n, STR("test "));
		break;
	case NODE_PACKAGE:
		format_put(f, STR("package"));
		print_record(f, n->kids[IMPORT_PATH]);
		break;
	case NODE_REQUIRE:
		format_put(f, STR("require"));
		print_record(f, n->kids[IMPORT_PATH]);
		break;
	case NODE_FORGET:
		format_put(f, STR("forget "));
		print_address(f, n->kids[MOVED_FROM]);
		break;
	case NODE_ADOPT:
		format_put(f, STR("adopt "));
		print_address(f, n->kids[MOVED_FROM]);
		format_put(f, STR(" ="));
		format_value(f, n->kids[DECL_VALUE]);
		break;
	case NODE_MOCK:
		format_put(f, STR("mock "));
		print_address(f, n->kids[0]);
		print_record(f, n->kids[1]);
		break;
	case NODE_EXPECT:
		format_put(f, n->flags & FLAG_FAILS ? STR("expect fails ") : STR("expect "));
		format_expr(f, n->kids[0]);
		break;
	case NODE_ANNOT:
		print_annot(f, n);
		break;
	default:
		format_aligned(f, n, NULL);
		break;
	}
}

/* Returns the first part of a declaration before which a comment has a place of its own. */
static const Node *first_place(const Node *n)
{
	switch (n->kind) {
	case NODE_ENTITY:
		return n->kids[ENTITY_FOR]  ? n->kids[ENTITY_FOR]->kids[FOR_COLLECTION]
		       : n->kids[ENTITY_IF] ? n->kids[ENTITY_IF]
					    : n->kids[ENTITY_BODY];
	case NODE_FN:
		return n->kid_count > FN_FIRST_PARAM ? n->kids[FN_FIRST_PARAM] : n->kids[FN_RESULT];
	case NODE_CHECK:
	case NODE_TEST:
		return n->kids[BLOCK_BODY];
	case NODE_TYPE_DECL:
	case NODE_PACKAGE:
	case NODE_REQUIRE:
		return n->kids[3];
	default:
		return NULL;
	}
}

void format_decl(Fmt *f, const Node *n)
{
	bool is_decl = n->kind >= NODE_ENTITY && n->kind <= NODE_TEST;
	const Node *annots = is_decl ? n->kids[DECL_ANNOTS] : NULL;

	hoist(f, first_place(n));
	if (is_decl)
		format_doc(f, n->kids[DECL_DOC]);
	if (annots && f->flat)
		f->has_failed = true;
	for (uint32_t i = 0; annots && i < annots->kid_count && !f->flat; i++) {
		print_annot(f, annots->kids[i]);
		format_newline(f);
	}
	/* format_aligned() prints the `pub` of what is aligned. */
	if ((n->flags & FLAG_PUB) && n->kind != NODE_PARAM && n->kind != NODE_LET &&
		n->kind != NODE_OUTPUT && n->kind != NODE_SECRET)
		format_put(f, STR("pub "));
	print_kind(f, n);
}
