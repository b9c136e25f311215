/* What the formatter's files share.
 *
 * One printer with two modes.  Flat: the node goes on the current line; what cannot (a record
 * written on several lines, a block string, a comment, column 101) sets `has_failed`, and whoever
 * began the attempt cuts its output off.  Broken: each printer first tries flat, then lays itself
 * out over lines.  A comment is printed at the first place behind its own where a line may end, so
 * every printer calls format_comments() before what it puts on a new line.
 * Thread: one at a time. */
#ifndef STYX_SYNTAX_FORMAT_IMPL_H
#define STYX_SYNTAX_FORMAT_IMPL_H

#include "compiler/syntax/format.h"

enum { FORMAT_INDENT = 2 };

/* Where the parts of one line of a run are aligned (columns count from the line's text). */
typedef struct FormatRow {
	uint32_t head; /* width of what stands before the type, or before `=` */
	uint32_t type; /* width of the type; 0: none */
	bool has_value;
	bool is_flat;     /* fits on one line, not aligned */
	uint32_t type_at; /* set for the whole run: where types and `=` begin */
	uint32_t value_at;
} FormatRow;

typedef struct Fmt {
	Buf *out;
	const Tree *tree;
	size_t line;      /* where the current line begins in `out` */
	uint32_t indent;  /* columns */
	uint32_t comment; /* index of the next comment to print */
	uint32_t last;    /* source position behind what was printed last; 0: nothing yet */
	uint32_t flat;    /* > 0: print on one line or fail */
	uint32_t forced;  /* > 0: print on one line whatever it costs */
	bool has_failed;
	bool is_line_start;  /* the indentation is still to come */
	bool is_in_parens;   /* newlines would be ignored here */
	Vec(FormatRow) rows; /* a stack: the runs being printed */
	FormatRow row;       /* what is being measured */
} Fmt;

/* Appends text to the current line; ends the line; goes back to length `len` of the output. */
void format_put(Fmt *f, Str s);
void format_newline(Fmt *f);
void format_cut(Fmt *f, size_t len, size_t line, bool is_line_start);

/* Returns the width of the current line. */
uint32_t format_column(const Fmt *f);

/* Says whether a comment that was not printed lies inside `n`; whether one lies before `upto`. */
bool format_has_comment(const Fmt *f, const Node *n);
bool format_is_pending(const Fmt *f, uint32_t upto);

/* Prints the comments before position `upto` and ends at the start of a line if there were any;
 * says so. */
bool format_comments(Fmt *f, uint32_t upto);

/* Prints what trails the item that ends at `end` on its line, then ends the line. */
void format_end_item(Fmt *f, uint32_t end);

/* Prints an empty line if the source has one between `f->last` and `pos`. */
void format_blank_line(Fmt *f, uint32_t pos);

/* Says whether the source has an empty line between two positions. */
bool format_has_blank(const Fmt *f, uint32_t from, uint32_t to);

/* Returns the bytes of the source under `n`, or nothing for a node that was not parsed from it. */
Str format_source(const Fmt *f, Span at);

/* Says whether `print` gets `n` on the rest of this line; leaves no output. */
typedef void FormatPrint(Fmt *f, const Node *n);
bool format_fits(Fmt *f, FormatPrint *print, const Node *n, uint32_t *ret_width);

/* Tries `print` flat: false, and nothing printed, if it does not fit. */
bool format_try(Fmt *f, FormatPrint *print, const Node *n);

/* Expressions, types, strings; an item of a record; records and lists over several lines. */
void format_expr(Fmt *f, const Node *n);
void format_type(Fmt *f, const Node *n);
void format_string(Fmt *f, const Node *n);
void format_key(Fmt *f, const Node *n);
void format_item(Fmt *f, const Node *n);

/* " VALUE" behind `=` or `=>`, on the next line if comments stand between or it asks for it. */
void format_value(Fmt *f, const Node *n);

/* Items between brackets that were printed, one a line, aligned in runs, up to `close`. */
void format_items(Fmt *f, const Node *n, uint32_t first, uint32_t close);

/* Prints the first of `count` neighbours, one a line, with their `=` aligned, as many as fit that
 * way; returns how many. */
uint32_t format_run_items(Fmt *f, Node *const *items, uint32_t count);

/* A `doc` above what is next; LET, ASSERT, ENTITY and statements; "for k, v in xs". */
void format_doc(Fmt *f, const Node *doc);
void format_decl(Fmt *f, const Node *n);
void format_binders(Fmt *f, const Node *n);

/* Prints an alignable node (FIELD, LET, PARAM, ...) with the columns of `row`, or NULL. */
void format_aligned(Fmt *f, const Node *n, const FormatRow *row);

/* Says whether `n` can be aligned with others of its kind; measures it: false if it needs several
 * lines. */
bool format_is_alignable(const Node *n);
bool format_measure(Fmt *f, const Node *n, FormatRow *row);

#endif
