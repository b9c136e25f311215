/* Items of records, lists, blocks and matches; runs of neighbours whose `=` are aligned. */
#include "compiler/syntax/format_impl.h"

#include "compiler/base/check.h"

bool format_is_alignable(const Node *n)
{
	switch (n->kind) {
	case NODE_FIELD:
	case NODE_GIVEN:
		return true;
	case NODE_PARAM:
	case NODE_LET:
	case NODE_OUTPUT:
	case NODE_SECRET:
		return !n->kids[DECL_ANNOTS];
	default:
		return false;
	}
}

static Str keyword_of(const Node *n)
{
	switch (n->kind) {
	case NODE_PARAM:
		return STR("param ");
	case NODE_LET:
		return STR("let ");
	case NODE_OUTPUT:
		return STR("output ");
	case NODE_SECRET:
		return STR("secret ");
	default:
		return STR("given ");
	}
}

/* Returns the type and the value of an alignable node, or NULL. */
static const Node *type_of(const Node *n)
{
	return n->kind == NODE_FIELD || n->kind == NODE_GIVEN ? NULL : n->kids[DECL_TYPE];
}

static const Node *value_of(const Node *n)
{
	return n->kind == NODE_FIELD   ? n->kids[FIELD_VALUE]
	       : n->kind == NODE_GIVEN ? n->kids[1]
				       : n->kids[DECL_VALUE];
}

void format_key(Fmt *f, const Node *n)
{
	switch (n->kind) {
	case NODE_KEY_AT:
		format_put(f, STR("@"));
		format_put(f, n->text);
		break;
	case NODE_KEY_EXPR:
		format_put(f, STR("["));
		f->forced++;
		f->flat++;
		format_expr(f, n->kids[0]);
		f->flat--;
		f->forced--;
		format_put(f, STR("]"));
		break;
	default:
		format_expr(f, n);
		break;
	}
}

/* What stands before the type, or before `=`. */
static void print_head(Fmt *f, const Node *n)
{
	if (n->kind == NODE_FIELD) {
		format_key(f, n->kids[FIELD_KEY]);
		return;
	}
	if (n->flags & FLAG_PUB)
		format_put(f, STR("pub "));
	format_put(f, keyword_of(n));
	format_put(f, n->kind == NODE_GIVEN ? n->kids[0]->text : n->kids[DECL_NAME]->text);
	if (type_of(n))
		format_put(f, STR(":"));
}

static void pad_to(Fmt *f, uint32_t column)
{
	format_put(f, STR(" "));
	for (uint32_t at = format_column(f); at < column; at++)
		format_put(f, STR(" "));
}

void format_aligned(Fmt *f, const Node *n, const FormatRow *row)
{
	uint32_t begin = format_column(f);
	const Node *type = type_of(n);
	const Node *value = value_of(n);
	bool is_apart = row && (!type || row->type);

	print_head(f, n);
	if (type) {
		pad_to(f, row ? begin + row->type_at : 0);
		size_t line = f->line;
		format_type(f, type);
		is_apart = is_apart && f->line == line; /* behind several lines nothing aligns */
	}
	if (!value)
		return;
	pad_to(f, is_apart ? begin + row->value_at : 0);
	if (n->kind == NODE_FIELD && str_eq(n->text, STR("{"))) {
		format_comments(f, value->span.begin);
		format_expr(f, value);
		return;
	}
	format_put(f, n->kind == NODE_FIELD ? n->text : STR("="));
	format_value(f, value);
}

/* A declaration but for its documentation. */
static void print_bare(Fmt *f, const Node *n)
{
	Node bare = *n;
	Node *kids[FN_FIRST_PARAM + 3];

	if (format_is_alignable(n)) {
		format_aligned(f, n, NULL);
		return;
	}
	if (n->kid_count > sizeof(kids) / sizeof(*kids) || n->kind < NODE_ENTITY ||
		n->kind > NODE_TEST) {
		format_item(f, n);
		return;
	}
	for (uint32_t i = 0; i < n->kid_count; i++)
		kids[i] = n->kids[i];
	kids[DECL_DOC] = NULL;
	bare.kids = kids;
	format_decl(f, &bare);
}

bool format_measure(Fmt *f, const Node *n, FormatRow *row)
{
	const Node *type;

	if (row) {
		*row = (FormatRow){.has_value = value_of(n) != NULL};
		type = type_of(n);
		if (!format_fits(f, print_head, n, &row->head))
			row->head = 0;
		if (type && !format_fits(f, format_type, type, &row->type))
			row->type = 0;
	}
	return !format_has_comment(f, n) && format_fits(f, print_bare, n, NULL);
}

/* Sets the columns of `n` rows: types, then `=`, stand one below the other in neighbours that have
 * them. */
static void align_rows(FormatRow *rows, Node *const *items, uint32_t n)
{
	for (uint32_t i = 0; i < n;) {
		uint32_t end = i;
		uint32_t at = 0;

		for (; end < n && type_of(items[end]); end++)
			at = rows[end].head > at ? rows[end].head : at;
		for (; i < end; i++)
			rows[i].type_at = at + 1;
		if (end < n)
			i = end + 1;
	}
	for (uint32_t i = 0; i < n;) {
		uint32_t end = i;
		uint32_t at = 0;

		for (; end < n && rows[end].has_value; end++) {
			const FormatRow *r = &rows[end];
			uint32_t width = type_of(items[end]) ? r->type_at + r->type : r->head;

			at = width > at ? width : at;
		}
		for (; i < end; i++)
			rows[i].value_at = at + 1;
		if (end < n)
			i = end + 1;
	}
}

/* Returns the documentation of an alignable node. */
static const Node *doc_of(const Node *n)
{
	return n->kind == NODE_GIVEN ? NULL : n->kids[n->kind == NODE_FIELD ? FIELD_DOC : DECL_DOC];
}

static void print_measured(Fmt *f, const Node *n)
{
	format_aligned(f, n, &f->row);
}

/* Measures and aligns a run; returns how many of its items still fit on their lines then. */
static uint32_t fit_run(Fmt *f, Node *const *items, uint32_t count)
{
	uint32_t base = f->rows.len;

	for (uint32_t i = 0; i < count; i++) {
		FormatRow row;

		/* The last one may need several lines, aligned or not. */
		row.is_flat = format_measure(f, items[i], &row);
		vec_push(&f->rows, row);
	}
	align_rows(f->rows.ptr + base, items, count);
	for (uint32_t i = 0; count > 1 && i < count; i++) {
		f->row = f->rows.ptr[base + i];
		if (f->row.is_flat && !format_fits(f, print_measured, items[i], NULL))
			return i ? i : 1;
	}
	return count;
}

uint32_t format_run_items(Fmt *f, Node *const *items, uint32_t count)
{
	uint32_t base = f->rows.len;
	uint32_t fitting;

	if (count == 1 && !format_is_alignable(items[0])) {
		format_item(f, items[0]);
		format_end_item(f, items[0]->span.end);
		return 1;
	}
	while ((fitting = fit_run(f, items, count)) < count) {
		f->rows.len = base;
		count = fitting;
	}
	for (uint32_t i = 0; i < count; i++) {
		FormatRow row = f->rows.ptr[base + i];

		format_comments(f, items[i]->span.begin);
		format_doc(f, doc_of(items[i]));
		format_aligned(f, items[i], &row);
		format_end_item(f, items[i]->span.end);
	}
	f->rows.len = base;
	return count;
}

/* Returns where an item's text begins, its documentation included. */
static uint32_t item_begin(const Node *n)
{
	const Node *doc = NULL;

	if (format_is_alignable(n))
		doc = doc_of(n);
	else if (n->kind == NODE_TYPE_FIELD || n->kind == NODE_ASSERT || n->kind == NODE_ENTITY ||
		 n->kind == NODE_LET)
		doc = n->kids[0];
	return doc && doc->span.begin < n->span.begin && doc->span.end ? doc->span.begin
								       : n->span.begin;
}

/* Returns the length of the run that begins at item `i`: neighbours of one kind, on one line each
 * but the last, without an empty line or a comment between them. */
static uint32_t run_from(Fmt *f, const Node *n, uint32_t i)
{
	uint32_t count = 1;
	uint32_t c = f->comment;

	if (!format_is_alignable(n->kids[i]))
		return 1;
	for (; i + count < n->kid_count; count++) {
		const Node *a = n->kids[i + count - 1];
		const Node *b = n->kids[i + count];

		if (a->kind != b->kind || !format_is_alignable(b) || !format_measure(f, a, NULL) ||
			format_has_blank(f, a->span.end, item_begin(b)))
			break;
		while (c < f->tree->comments.len &&
			f->tree->comments.ptr[c].span.begin < a->span.end)
			c++;
		if (c < f->tree->comments.len && f->tree->comments.ptr[c].is_own_line &&
			f->tree->comments.ptr[c].span.begin < item_begin(b))
			break;
	}
	return count;
}

void format_items(Fmt *f, const Node *n, uint32_t first, uint32_t close)
{
	bool was_in_parens = f->is_in_parens;

	f->indent += FORMAT_INDENT;
	f->is_in_parens = false;
	f->last = 0; /* no empty line behind the bracket */
	if (!format_comments(f, first < n->kid_count ? item_begin(n->kids[first]) : close))
		format_newline(f);
	for (uint32_t i = first; i < n->kid_count;) {
		uint32_t begin = item_begin(n->kids[i]);

		format_comments(f, begin);
		format_blank_line(f, begin);
		i += format_run_items(f, n->kids + i, run_from(f, n, i));
	}
	format_comments(f, close);
	f->indent -= FORMAT_INDENT;
	f->is_in_parens = was_in_parens;
}

/* TField = { DOC | Annot } ( Key ":" Type [ "=" Expr ] | "..." [ ":" Type ] ) . */
static void print_type_field(Fmt *f, const Node *n)
{
	const Node *annots = n->kids[1];

	format_doc(f, n->kids[0]);
	for (uint32_t i = 0; annots && i < annots->kid_count; i++) {
		format_item(f, annots->kids[i]);
		format_put(f, STR(" "));
	}
	format_expr(f, n->kids[TYPE_FIELD_KEY]);
	format_put(f, STR(": "));
	format_type(f, n->kids[TYPE_FIELD_TYPE]);
	if (n->kids[TYPE_FIELD_DEFAULT]) {
		format_put(f, STR(" ="));
		format_value(f, n->kids[TYPE_FIELD_DEFAULT]);
	}
}

void format_item(Fmt *f, const Node *n)
{
	switch (n->kind) {
	case NODE_FIELD:
	case NODE_GIVEN:
		format_doc(f, doc_of(n));
		format_aligned(f, n, NULL);
		break;
	case NODE_TYPE_FIELD:
		print_type_field(f, n);
		break;
	case NODE_TYPE_OPEN:
		format_put(f, STR("..."));
		if (n->kids[0]) {
			format_put(f, STR(": "));
			format_type(f, n->kids[0]);
		}
		break;
	case NODE_MOCK:
	case NODE_EXPECT:
	case NODE_ANNOT:
		format_decl(f, n);
		break;
	default:
		if (n->kind <= NODE_BAD)
			format_decl(f, n);
		else
			format_expr(f, n);
		break;
	}
}
