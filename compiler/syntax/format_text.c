/* Strings, in the form in which they were written.
 *
 * What stands between quotes is copied from the source, so escapes stay as they are; a tree that
 * was not parsed is escaped anew.  Blocks get the indentation of their place. */
#include "compiler/syntax/format_impl.h"

#include "compiler/base/utf8.h"

/* One byte of a value, escaped for double quotes; `rest` begins with it. */
static size_t put_escaped(Fmt *f, Str rest, bool is_block)
{
	unsigned char c = (unsigned char)rest.ptr[0];
	size_t len = 0;
	uint32_t point = utf8_next(rest, &len);
	char number[] = "\\u{0000000}";
	Buf b;

	if (c == '\\' || (c == '"' && !is_block)) {
		format_put(f, STR("\\"));
		format_put(f, str_slice(rest, 0, 1));
	} else if (str_starts(rest, STR("${"))) {
		format_put(f, STR("\\$"));
	} else if (is_block && str_starts(rest, STR("\"\"\""))) {
		format_put(f, STR("\\\""));
	} else if (c == '\n') {
		format_put(f, STR("\\n"));
	} else if (c == '\t' && !is_block) {
		format_put(f, STR("\\t"));
	} else if ((c < 0x20 && c != '\t') || c == 0x7f || utf8_is_bidi(point)) {
		buf_init(&b, sizeof(number));
		buf_print(&b, "\\u{%X}", point);
		format_put(f, buf_str(&b));
		buf_fini(&b);
	} else {
		format_put(f, str_slice(rest, 0, len));
	}
	return len;
}

static void put_all_escaped(Fmt *f, Str text)
{
	for (size_t i = 0; i < text.len;)
		i += put_escaped(f, str_slice(text, i, text.len), false);
}

/* "${" Expr "}", on this line whatever it is. */
static void put_interpolation(Fmt *f, const Node *n)
{
	format_put(f, STR("${"));
	f->forced++;
	f->flat++;
	format_expr(f, n);
	f->flat--;
	f->forced--;
	format_put(f, STR("}"));
}

/* Double quotes on one line. */
static void put_quoted(Fmt *f, const Node *n)
{
	Str source = format_source(f, n->span);
	bool is_source = !(n->flags & (FLAG_RAW | FLAG_BLOCK)) && source.len >= 2;

	format_put(f, STR("\""));
	if (!n->kid_count && is_source)
		format_put(f, str_slice(source, 1, source.len - 1));
	else if (!n->kid_count)
		put_all_escaped(f, n->text);
	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind != NODE_STRING_PART)
			put_interpolation(f, kid);
		else if (is_source && format_source(f, kid->span).len)
			format_put(f, format_source(f, kid->span));
		else
			put_all_escaped(f, kid->text);
	}
	format_put(f, STR("\""));
}

/* Begins the next line of a block. */
static void block_newline(Fmt *f)
{
	buf_add_char(f->out, '\n');
	f->line = f->out->len;
	f->is_line_start = true;
}

/* A value's lines, its newlines being the block's. */
static void put_block_value(Fmt *f, Str text, bool is_raw)
{
	for (size_t i = 0; i < text.len;) {
		Str rest = str_slice(text, i, text.len);

		if (rest.ptr[0] == '\n') {
			block_newline(f);
			i++;
		} else if (is_raw) {
			size_t end = str_find(rest, STR("\n"), 0);

			end = end == SIZE_MAX ? rest.len : end;
			format_put(f, str_slice(rest, 0, end));
			i += end;
		} else {
			i += put_escaped(f, rest, true);
		}
	}
}

/* Lines of the source: `indent` columns are dropped at the beginning of each. */
static void put_block_source(Fmt *f, Str text, size_t indent)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t begin = i;

		while (f->is_line_start && i < text.len && i - begin < indent &&
			(text.ptr[i] == ' ' || text.ptr[i] == '\t'))
			i++;
		begin = i;
		while (i < text.len && text.ptr[i] != '\n')
			i++;
		format_put(f, str_trim_suffix(str_slice(text, begin, i),
				      i < text.len ? STR("\r") : STR_NONE));
		if (i < text.len)
			block_newline(f);
	}
}

/* Returns the part of a block's source that is text: not the rest of the opening line, not the
 * white space before the closing quotes. */
static Str block_text(const Fmt *f, const Node *n, Span at)
{
	Str text = format_source(f, at);

	if (at.begin == n->span.begin + 3)
		text = str_slice(text, str_find(text, STR("\n"), 0) + 1, text.len);
	if (at.end == n->span.end - 3)
		while (text.len &&
			(text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
			text.len--;
	return text;
}

/* Returns the columns of white space before the closing quotes. */
static size_t source_indent(Str source)
{
	size_t quotes = source.len - 3;
	size_t begin = quotes;

	while (begin > 0 && source.ptr[begin - 1] != '\n')
		begin--;
	return quotes - begin;
}

static void put_block(Fmt *f, const Node *n)
{
	bool is_raw = n->flags & FLAG_RAW;
	Str source = format_source(f, n->span);
	bool is_source = !is_raw && source.len >= 7;
	size_t indent = is_source ? source_indent(source) : 0;
	uint32_t outer = f->indent;

	format_put(f, is_raw ? STR("'''") : STR("\"\"\""));
	f->indent += FORMAT_INDENT;
	block_newline(f);
	if (!n->kid_count && is_source)
		put_block_source(
			f, block_text(f, n, (Span){n->span.begin + 3, n->span.end - 3}), indent);
	else if (!n->kid_count)
		put_block_value(f, n->text, is_raw);
	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind != NODE_STRING_PART)
			put_interpolation(f, kid);
		else if (is_source && format_source(f, kid->span).len)
			put_block_source(f, block_text(f, n, kid->span), indent);
		else
			put_block_value(f, kid->text, false);
	}
	format_put(f, is_raw ? STR("'''") : STR("\"\"\""));
	f->indent = outer;
}

/* Says whether the value can be written in the form that the flags ask for. */
static bool has_form(const Node *n)
{
	const Node *last = n->kid_count ? n->kids[n->kid_count - 1] : n;
	bool is_raw = n->flags & FLAG_RAW;

	if (is_raw && (n->kid_count || str_has(n->text, STR("\r"))))
		return false;
	if (!(n->flags & FLAG_BLOCK))
		return !str_has(n->text, STR("'")) && !str_has(n->text, STR("\n"));
	if (n->kid_count && last->kind != NODE_STRING_PART)
		return false;
	return !(is_raw && str_has(n->text, STR("'''"))) &&
	       (last->text.len == 0 || last->text.ptr[last->text.len - 1] == '\n');
}

void format_string(Fmt *f, const Node *n)
{
	bool is_source = format_source(f, n->span).len > 0;

	if (!(n->flags & (FLAG_RAW | FLAG_BLOCK)) || (f->forced && (n->flags & FLAG_BLOCK)) ||
		(!is_source && !has_form(n))) {
		put_quoted(f, n);
	} else if (n->flags & FLAG_BLOCK) {
		if (f->flat)
			f->has_failed = true;
		else
			put_block(f, n);
	} else {
		format_put(f, STR("'"));
		format_put(f, n->text);
		format_put(f, STR("'"));
	}
}
