/* The formatter's core: output, comments, empty lines, the order of declarations in a file. */
#include "compiler/syntax/format.h"

#include "compiler/base/check.h"
#include "compiler/base/utf8.h"
#include "compiler/syntax/format_impl.h"

#include <stdlib.h>

uint32_t format_column(const Fmt *f)
{
	if (f->is_line_start)
		return f->indent;
	return (uint32_t)utf8_count(str_slice(buf_str(f->out), f->line, f->out->len));
}

void format_put(Fmt *f, Str s)
{
	if (f->has_failed || !s.len)
		return;
	if (f->is_line_start)
		buf_add_repeat(f->out, ' ', f->indent);
	f->is_line_start = false;
	buf_add(f->out, s);
	if (f->flat && !f->forced && f->out->len - f->line > FORMAT_COLUMNS &&
		format_column(f) > FORMAT_COLUMNS)
		f->has_failed = true;
}

void format_newline(Fmt *f)
{
	CHECK(!f->flat);
	while (f->out->len > f->line && f->out->ptr[f->out->len - 1] == ' ')
		f->out->len--;
	buf_add_char(f->out, '\n');
	f->line = f->out->len;
	f->is_line_start = true;
}

void format_cut(Fmt *f, size_t len, size_t line, bool is_line_start)
{
	f->out->len = len;
	if (f->out->ptr)
		f->out->ptr[len] = '\0';
	f->line = line;
	f->is_line_start = is_line_start;
}

Str format_source(const Fmt *f, Span at)
{
	if (at.begin < f->tree->base || at.end <= at.begin ||
		at.end - f->tree->base > f->tree->text.len || !at.begin)
		return STR_NONE;
	return str_slice(f->tree->text, at.begin - f->tree->base, at.end - f->tree->base);
}

bool format_has_blank(const Fmt *f, uint32_t from, uint32_t to)
{
	Str gap = from ? format_source(f, (Span){from, to}) : STR_NONE;
	bool is_empty = false;

	for (size_t i = 0; i < gap.len; i++) {
		if (gap.ptr[i] == '\n' && is_empty)
			return true;
		if (gap.ptr[i] == '\n')
			is_empty = true;
		else if (gap.ptr[i] != ' ' && gap.ptr[i] != '\t' && gap.ptr[i] != '\r')
			is_empty = false;
	}
	return false;
}

void format_blank_line(Fmt *f, uint32_t pos)
{
	if (f->is_line_start && format_has_blank(f, f->last, pos))
		format_newline(f);
}

bool format_is_pending(const Fmt *f, uint32_t upto)
{
	return f->comment < f->tree->comments.len &&
	       f->tree->comments.ptr[f->comment].span.begin < upto;
}

bool format_has_comment(const Fmt *f, const Node *n)
{
	uint32_t i = f->comment;

	while (i < f->tree->comments.len && f->tree->comments.ptr[i].span.begin < n->span.begin)
		i++;
	return i < f->tree->comments.len && f->tree->comments.ptr[i].span.begin < n->span.end;
}

bool format_comments(Fmt *f, uint32_t upto)
{
	bool any = false;

	if (!f->is_line_start && !f->flat)
		f->last = 0; /* inside an item empty lines are not kept */
	while (!f->flat && format_is_pending(f, upto)) {
		const Comment *c = &f->tree->comments.ptr[f->comment++];

		if (!f->is_line_start && c->is_own_line)
			format_newline(f);
		else if (!f->is_line_start && f->out->len > f->line &&
			 f->out->ptr[f->out->len - 1] != ' ')
			format_put(f, STR(" "));
		format_blank_line(f, c->span.begin);
		format_put(f, format_source(f, c->span));
		format_newline(f);
		f->last = c->span.end;
		any = true;
	}
	return any;
}

/* Says whether a comment stands behind the item that ends at `end`, on the same line, with nothing
 * but a separator between. */
static bool is_trailing(const Fmt *f, const Comment *c, uint32_t end)
{
	Str gap = format_source(f, (Span){end, c->span.begin});

	if (c->is_own_line || c->span.begin < end)
		return false;
	for (size_t i = 0; i < gap.len; i++)
		if (gap.ptr[i] != ' ' && gap.ptr[i] != '\t' && gap.ptr[i] != ',' &&
			gap.ptr[i] != ';')
			return false;
	return true;
}

void format_end_item(Fmt *f, uint32_t end)
{
	while (end && format_is_pending(f, UINT32_MAX)) {
		const Comment *c = &f->tree->comments.ptr[f->comment];

		/* Those inside the item had no place there. */
		if (c->span.begin >= end && (f->is_line_start || !is_trailing(f, c, end)))
			break;
		format_comments(f, c->span.begin + 1);
	}
	if (f->last < end)
		f->last = end;
	if (!f->is_line_start)
		format_newline(f);
}

bool format_fits(Fmt *f, FormatPrint *print, const Node *n, uint32_t *ret_width)
{
	size_t len = f->out->len;
	size_t line = f->line;
	bool is_line_start = f->is_line_start;
	uint32_t before = format_column(f);
	bool had_failed = f->has_failed;
	bool fits;

	f->flat++;
	print(f, n);
	f->flat--;
	fits = !f->has_failed;
	if (fits && ret_width)
		*ret_width = f->is_line_start ? 0 : format_column(f) - before;
	f->has_failed = had_failed;
	format_cut(f, len, line, is_line_start);
	return fits;
}

bool format_try(Fmt *f, FormatPrint *print, const Node *n)
{
	size_t len = f->out->len;
	size_t line = f->line;
	bool is_line_start = f->is_line_start;

	CHECK(!f->has_failed);
	f->flat++;
	print(f, n);
	f->flat--;
	if (!f->has_failed)
		return true;
	f->has_failed = false;
	format_cut(f, len, line, is_line_start);
	return false;
}

void format_doc(Fmt *f, const Node *doc)
{
	Str rest;
	Str line;
	bool more = true;

	if (!doc)
		return;
	if (f->flat) {
		f->has_failed = true;
		return;
	}
	for (rest = doc->text; more;) {
		more = str_cut_found(&rest, STR("\n"), &line);
		format_put(f, STR("##"));
		if (line.len)
			format_put(f, STR(" "));
		format_put(f, line);
		format_newline(f);
	}
}

/* Declarations of one group may stand on adjacent lines; 0: never. */
static int group_of(const Node *n)
{
	switch (n->kind) {
	case NODE_IMPORT:
	case NODE_PARAM:
	case NODE_LET:
	case NODE_OUTPUT:
	case NODE_SECRET:
	case NODE_TYPE_DECL:
	case NODE_ASSERT:
		return n->kind;
	case NODE_MOVED:
	case NODE_ADOPT:
	case NODE_FORGET:
		return NODE_MOVED;
	default:
		return 0;
	}
}

/* Says whether the source has an empty line somewhere between two declarations: before, between or
 * behind the comments there. */
static bool has_blank_between(const Fmt *f, uint32_t begin)
{
	uint32_t from = f->last;

	for (uint32_t i = f->comment; i < f->tree->comments.len; i++) {
		Span c = f->tree->comments.ptr[i].span;

		if (c.begin >= begin)
			break;
		if (format_has_blank(f, from, c.begin))
			return true;
		from = c.end;
	}
	return format_has_blank(f, from, begin);
}

/* Prints comments and empty lines before a declaration. */
static void before_decl(Fmt *f, const Node *n, bool is_first, bool may_touch)
{
	uint32_t begin = n->span.begin;

	if (!is_first && !may_touch && !has_blank_between(f, begin))
		format_newline(f);
	format_comments(f, begin);
	format_blank_line(f, begin);
}

/* Copies broken declarations as they stand, from `first` to `last`. */
static void copy_broken(Fmt *f, const Node *first, const Node *last)
{
	Str text = format_source(f, (Span){first->span.begin, last->span.end});

	while (text.len &&
		(text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == ' ' ||
			text.ptr[text.len - 1] == '\r' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	format_put(f, text);
	while (format_is_pending(f, last->span.end))
		f->comment++;
	f->last = last->span.end;
	format_end_item(f, last->span.end);
}

/* Imports: std first, then providers and packages by name, then relative paths. */
static int import_class(const Node *n)
{
	const Node *path = n->kids[IMPORT_PATH];

	if (path->kind == NODE_STRING)
		return 2;
	return str_eq(path->text, STR("std")) || str_starts(path->text, STR("std.")) ? 0 : 1;
}

static int compare_imports(const void *a, const void *b)
{
	const Node *left = *(Node *const *)a;
	const Node *right = *(Node *const *)b;
	int order = import_class(left) - import_class(right);

	if (order == 0)
		order = str_cmp(left->kids[IMPORT_PATH]->text, right->kids[IMPORT_PATH]->text);
	if (order == 0)
		order = str_cmp(node_decl_name(left), node_decl_name(right));
	if (order == 0)
		order = left->span.begin < right->span.begin ? -1
							     : left->span.begin > right->span.begin;
	return order;
}

/* Returns the number of imports from `i` on that can be sorted: no comment between them. */
static uint32_t imports_from(const Fmt *f, const Node *file, uint32_t i)
{
	uint32_t n = 0;
	uint32_t c = f->comment;
	const Node *first = file->kids[i];

	while (c < f->tree->comments.len && f->tree->comments.ptr[c].span.begin < first->span.end)
		c++;
	for (; i + n < file->kid_count; n++) {
		const Node *d = file->kids[i + n];

		if (d->kind != NODE_IMPORT || (d->flags & FLAG_BROKEN) || d->kids[DECL_DOC])
			break;
		if (c < f->tree->comments.len && f->tree->comments.ptr[c].span.begin < d->span.end)
			break;
		/* A comment on the import's own line stays with it: it cannot move. */
		if (c < f->tree->comments.len && !f->tree->comments.ptr[c].is_own_line &&
			!str_has(format_source(f,
					 (Span){d->span.end, f->tree->comments.ptr[c].span.begin}),
				STR("\n")))
			break;
	}
	return n;
}

/* Prints `n` imports in their order. */
static void print_imports(Fmt *f, Node *const *imports, uint32_t n)
{
	Arena *scratch = arena_new("imports");
	Node **sorted = ARENA_ARRAY(scratch, Node *, n);
	uint32_t end = imports[n - 1]->span.end;

	for (uint32_t i = 0; i < n; i++)
		sorted[i] = imports[i];
	qsort(sorted, n, sizeof(Node *), compare_imports);
	for (uint32_t i = 0; i < n; i++) {
		format_decl(f, sorted[i]);
		format_newline(f);
	}
	f->last = end;
	arena_free(scratch);
}

/* Says whether two neighbours may stand on adjacent lines. */
static bool may_touch(Fmt *f, const Node *a, const Node *b)
{
	if (!a || group_of(a) == 0 || group_of(a) != group_of(b))
		return false;
	if ((a->flags | b->flags) & FLAG_BROKEN)
		return false;
	return format_measure(f, a, NULL) && format_measure(f, b, NULL);
}

/* Returns the number of declarations from `i` on whose columns are aligned: neighbours of one kind,
 * without an empty line or a comment between them. */
static uint32_t run_from(Fmt *f, const Node *file, uint32_t i)
{
	uint32_t n = 1;

	if (!format_is_alignable(file->kids[i]))
		return 1;
	for (; i + n < file->kid_count; n++) {
		const Node *a = file->kids[i + n - 1];
		const Node *b = file->kids[i + n];
		uint32_t c = f->comment;

		if (a->kind != b->kind || !may_touch(f, a, b))
			break;
		if (a->span.end && format_has_blank(f, a->span.end, b->span.begin))
			break;
		while (c < f->tree->comments.len &&
			f->tree->comments.ptr[c].span.begin < a->span.end)
			c++;
		if (c < f->tree->comments.len && f->tree->comments.ptr[c].is_own_line &&
			f->tree->comments.ptr[c].span.begin < b->span.begin)
			break;
	}
	return n;
}

/* Prints the declaration, or run of declarations, at index `i`; returns how many. */
static uint32_t print_decls(Fmt *f, const Node *file, uint32_t i)
{
	const Node *n = file->kids[i];
	const Node *before = i ? file->kids[i - 1] : NULL;
	uint32_t count = 1;

	before_decl(f, n, i == 0, may_touch(f, before, n));
	if (n->flags & FLAG_BROKEN) {
		while (i + count < file->kid_count && (file->kids[i + count]->flags & FLAG_BROKEN))
			count++;
		copy_broken(f, n, file->kids[i + count - 1]);
		return count;
	}
	count = n->kind == NODE_IMPORT ? imports_from(f, file, i) : 0;
	if (count) {
		print_imports(f, file->kids + i, count);
		return count;
	}
	return format_run_items(f, file->kids + i, run_from(f, file, i));
}

void format_tree(Buf *b, const Tree *t)
{
	Fmt f = {.out = b, .tree = t, .line = b->len, .is_line_start = true};

	for (uint32_t i = 0; i < t->file->kid_count;)
		i += print_decls(&f, t->file, i);
	format_comments(&f, UINT32_MAX);
	vec_fini(&f.rows);
}
