/* What stands between quotes: escapes, interpolation, blocks whose indentation is removed.
 *
 * A string without an escape, outside a block, is a slice of the source; others are decoded into
 * lx->text and copied into the arena.  An interpolation ends on the line where it begins, so a
 * missing quote or brace never swallows the next line.  The value of a block is its lines, each
 * with its newline (`\n`, whatever the file has), without the white space that stands before the
 * closing quotes. */
#include "compiler/syntax/lex_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

#include <string.h>

enum { UNICODE_DIGITS_MAX = 6 };

/* Where the decoding of one piece (up to `${` or the end) stands. */
typedef struct Piece {
	LexMode *mode;
	const char *begin;  /* first byte of the piece's text */
	const char *copied; /* bytes before it are in lx->text */
	const char *at;
	bool is_decoded; /* lx->text is in use */
} Piece;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Puts what was passed over into lx->text and goes on at `p`. */
static void piece_flush(Lexer *lx, Piece *piece, const char *upto, const char *p)
{
	if (upto > piece->copied)
		buf_add(&lx->text, (Str){piece->copied, (size_t)(upto - piece->copied)});
	piece->copied = p;
	piece->at = p;
	piece->is_decoded = true;
}

/* Removes the block's indentation at the beginning of a line. */
static void strip_indent(Lexer *lx, Piece *piece)
{
	LexMode *m = piece->mode;
	const char *p = piece->at;
	size_t same = 0;
	Diag *d;

	if (p >= m->end)
		return;
	while (same < m->indent.len && p[same] == m->indent.ptr[same])
		same++;
	p += same;
	if (same < m->indent.len) {
		const char *text = p;

		while (is_blank(*text))
			text++;
		if (*text == '\n') { /* a blank line may be short */
			p = text;
		} else if (!m->is_indent_reported) {
			m->is_indent_reported = true;
			d = lex_error(lx, DIAG_BLOCK_INDENT, piece->at, text + 1,
				"this line is indented less than the closing quotes");
			diag_fix(d, "indent it as far, with the same tabs or spaces");
			diag_note(d, lex_span(lx, m->close, m->close + 3), "the closing quotes");
		}
	}
	piece->copied = p;
	piece->at = p;
	piece->is_decoded = true;
}

/* `\u{1F600}`: moves behind it. */
static void unicode_escape(Lexer *lx, Piece *piece)
{
	const char *begin = piece->at;
	const char *p = begin + 2;
	uint64_t point = 0;
	Diag *d;

	if (*p == '{') {
		Str digits = {++p, 0};

		while (digits.len <= UNICODE_DIGITS_MAX && strchr("0123456789abcdefABCDEF", *p) &&
			*p) {
			digits.len++;
			p++;
		}
		if (*p == '}' && digits.len && digits.len <= UNICODE_DIGITS_MAX &&
			num_parse_base(digits, 16, &point) && point > 0 && point <= 0x10ffff &&
			(point < 0xd800 || point > 0xdfff)) {
			piece_flush(lx, piece, begin, p + 1);
			utf8_add(&lx->text, (uint32_t)point);
			return;
		}
	}
	d = lex_error(lx, DIAG_BAD_ESCAPE, begin, p, "this names no Unicode character");
	diag_fix(d, "write its number in hexadecimal and in braces, as in \\u{1F600}");
	piece->at = begin + 2;
}

/* One escape: moves behind it. */
static void escape(Lexer *lx, Piece *piece)
{
	static const char names[] = "nt\\\"$";
	static const char values[] = "\n\t\\\"$";
	const char *begin = piece->at;
	const char *found = begin[1] ? strchr(names, begin[1]) : NULL;
	Diag *d;

	if (found) {
		piece_flush(lx, piece, begin, begin + 2);
		buf_add_char(&lx->text, values[found - names]);
		return;
	}
	if (begin[1] == 'u') {
		unicode_escape(lx, piece);
		return;
	}
	piece->at = begin + 1;
	if (begin[1] == '\n' || begin[1] == '\0' || begin[1] == '\r') {
		d = lex_error(lx, DIAG_BAD_ESCAPE, begin, begin + 1, "a `\\` at the end of a line");
		diag_fix(d, "a string over several lines has three quotes");
		return;
	}
	while (((unsigned char)*++piece->at & 0xc0) == 0x80)
		;
	d = lex_error(lx, DIAG_BAD_ESCAPE, begin, piece->at, "unknown escape `%.*s`",
		(int)(piece->at - begin), begin);
	diag_fix(d, "the escapes are \\n \\t \\\\ \\\" \\$ \\u{...}; write \\\\ for a backslash, "
		    "or use "
		    "single quotes, in which nothing is an escape");
}

/* The end of a line inside a block: the newline is kept, the next line's indentation is not. */
static void block_newline(Lexer *lx, Piece *piece)
{
	const char *p = piece->at;
	const char *end = p > piece->copied && p[-1] == '\r' ? p - 1 : p;

	piece_flush(lx, piece, end, p + 1);
	buf_add_char(&lx->text, '\n');
	strip_indent(lx, piece);
}

/* Emits what was read up to `end`, the token ending at lx->cur. */
static void piece_emit(Lexer *lx, Piece *piece, const char *end, TokenKind kind)
{
	Str text = {piece->begin, (size_t)(end - piece->begin)};

	lex_check_text(lx, piece->begin, end);
	if (piece->is_decoded) {
		piece_flush(lx, piece, end, end);
		text = str_copy(lx->arena, buf_str(&lx->text));
	}
	lex_emit(lx, kind, text, piece->mode->is_block ? FLAG_BLOCK : 0);
	buf_clear(&lx->text);
}

/* Reads double-quoted text from `p` to the next `${` or the end of the string.  The string's mode
 * is the innermost one; it stays there only for `${`. */
static void read_piece(Lexer *lx, const char *p, bool is_first)
{
	Piece piece = {.mode = &lx->modes[lx->mode_count - 1], .begin = p, .copied = p, .at = p};
	LexMode *m = piece.mode;
	Diag *d;

	if (m->is_block && is_first)
		strip_indent(lx, &piece);
	for (;;) {
		p = piece.at;
		while (*p != '"' && *p != '\\' && *p != '$' && *p != '\n' && *p != '\0')
			p++;
		piece.at = p;
		if (m->is_block && p >= m->end) {
			lx->cur = m->close + 3;
			lx->mode_count--;
			piece_emit(lx, &piece, m->end, is_first ? TOK_STRING : TOK_STRING_TAIL);
			return;
		}
		if (*p == '\\') {
			escape(lx, &piece);
		} else if (*p == '$' && p[1] == '{') {
			lx->cur = p + 2;
			m->braces = 0;
			piece_emit(lx, &piece, p, is_first ? TOK_STRING_HEAD : TOK_STRING_MID);
			return;
		} else if (m->is_block && *p == '\n') {
			block_newline(lx, &piece);
		} else if (*p == '\n' || p == lx->limit || (*p == '"' && !m->is_block)) {
			break;
		} else {
			piece.at = p + 1;
		}
	}
	lx->cur = p;
	if (*p == '"') {
		lx->cur++;
	} else if (lx->mode_count > 1) {
		lx->is_broken = true; /* lex_string_abandon() will name the outer string */
	} else {
		d = lex_error(lx, DIAG_UNCLOSED_STRING, m->open, p, "this string does not end");
		diag_fix(d, "close it with `\"` on this line; text over several lines has three "
			    "quotes");
	}
	lx->mode_count--;
	piece_emit(lx, &piece, p, is_first ? TOK_STRING : TOK_STRING_TAIL);
}

/* Single quotes on one line: no escapes. */
static void raw_string(Lexer *lx)
{
	const char *text = lx->begin + 1;
	const char *p = text;

	while (*p != '\'' && *p != '\n' && p != lx->limit)
		p++;
	lx->cur = p;
	if (*p == '\'') {
		lx->cur++;
	} else if (lx->mode_count > 0) {
		lx->is_broken = true;
	} else {
		Diag *d = lex_error(
			lx, DIAG_UNCLOSED_STRING, lx->begin, p, "this string does not end");

		diag_fix(d, "close it with `'` on this line; text over several lines has three "
			    "quotes");
	}
	lex_check_text(lx, text, p);
	lex_emit(lx, TOK_STRING, (Str){text, (size_t)(p - text)}, FLAG_RAW);
}

/* Finds the closing quotes of a block; NULL if there are none. */
static const char *find_close(const Lexer *lx, const char *p, char quote)
{
	for (; p < lx->limit; p++) {
		if (*p == '\\' && quote == '"')
			p++;
		else if (*p == quote && p[1] == quote && p[2] == quote)
			return p;
	}
	return NULL;
}

/* Finds where a block's text begins and ends, and its indentation.  `p` is behind the opening
 * quotes.  Returns the text's beginning; NULL, and E0111, if quotes share a line with text. */
static const char *measure_block(Lexer *lx, LexMode *m, const char *p)
{
	const char *text = p;
	const char *line;
	Diag *d;

	while (is_blank(*text))
		text++;
	line = m->close;
	while (line > p && is_blank(line[-1]))
		line--;
	if (*text == '\n' && line[-1] == '\n') {
		m->end = line;
		m->indent = (Str){line, (size_t)(m->close - line)};
		return text + 1;
	}
	if (*text != '\n')
		d = lex_error(lx, DIAG_BLOCK_STRING, m->open, m->open + 3,
			"the text of a block string begins on the next line");
	else
		d = lex_error(lx, DIAG_BLOCK_STRING, m->close, m->close + 3,
			"the closing quotes of a block string stand on their own line");
	diag_fix(d, "break the line here; text on one line has one quote at either end, and a text "
		    "that holds three quotes can be read with file()");
	return NULL;
}

/* Single quotes: everything up to the closing ones, without indentation. */
static void raw_block(Lexer *lx, LexMode *m, const char *text)
{
	Piece piece = {.mode = m, .begin = text, .copied = text, .at = text, .is_decoded = true};

	strip_indent(lx, &piece);
	while (piece.at < m->end) {
		if (*piece.at == '\n')
			block_newline(lx, &piece);
		else
			piece.at++;
	}
	lx->cur = m->close + 3;
	lex_check_text(lx, text, m->end);
	piece_flush(lx, &piece, m->end, m->end);
	lex_emit(lx, TOK_STRING, str_copy(lx->arena, buf_str(&lx->text)), FLAG_BLOCK | FLAG_RAW);
	buf_clear(&lx->text);
}

/* A string that cannot be read as one: the rest of the text, or up to `end`, is one token. */
static void skip_string(Lexer *lx, const char *end)
{
	lx->cur = end;
	lex_emit(lx, TOK_STRING, STR_NONE, 0);
}

static void block_string(Lexer *lx, char quote)
{
	LexMode m = {.open = lx->begin, .is_block = true};
	const char *text = lx->begin + 3;
	Diag *d;

	m.close = find_close(lx, text, quote);
	if (!m.close) {
		d = lex_error(lx, DIAG_UNCLOSED_STRING, lx->begin, text,
			"this block string does not end");
		diag_fix(d, "close it with %c%c%c on a line of its own", quote, quote, quote);
		skip_string(lx, lx->limit);
		return;
	}
	if (lx->mode_count) {
		d = lex_error(lx, DIAG_BLOCK_STRING, lx->begin, text,
			"a block string cannot stand inside `${}`");
		diag_fix(d, "name it with `let` and use the name");
		while (*text != '\n' && text < m.close)
			text++;
		skip_string(lx, text);
		return;
	}
	text = measure_block(lx, &m, text);
	if (!text) {
		skip_string(lx, m.close + 3);
	} else if (quote == '\'') {
		raw_block(lx, &m, text);
	} else {
		lx->modes[lx->mode_count++] = m;
		read_piece(lx, text, true);
	}
}

void lex_string_begin(Lexer *lx)
{
	const char *p = lx->begin;
	Diag *d;

	if (p[1] == *p && p[2] == *p) {
		block_string(lx, *p);
	} else if (*p == '\'') {
		raw_string(lx);
	} else if (lx->mode_count == LEX_MODES_MAX) {
		d = lex_error(lx, DIAG_NESTING, p, p + 1, "strings are nested more than %d deep",
			LEX_MODES_MAX);
		diag_fix(d, "name the inner ones with `let`");
		p++;
		while (*p != '\n' && p != lx->limit)
			p++;
		skip_string(lx, p);
	} else {
		lx->modes[lx->mode_count++] = (LexMode){.open = p};
		read_piece(lx, p + 1, true);
	}
}

void lex_string_resume(Lexer *lx)
{
	CHECK(lx->mode_count > 0);
	read_piece(lx, lx->begin + 1, false);
}

void lex_string_abandon(Lexer *lx)
{
	const LexMode *outer = &lx->modes[0];
	const LexMode *inner = &lx->modes[lx->mode_count - 1];
	Diag *d = lex_error(lx, DIAG_UNCLOSED_STRING, inner->open, lx->begin,
		"the `${` in this string is not closed");
	const char *next = outer->is_block ? outer->close + 3 : lx->begin;

	diag_fix(d, "close it with `}` on the line where it begins");
	lx->cur = lx->begin;
	while (lx->mode_count) {
		lx->mode_count--;
		lx->is_broken = true;
		if (lx->mode_count == 0)
			lx->cur = next;
		lex_emit(lx, TOK_STRING_TAIL, STR_NONE, 0);
	}
	if (next == lx->begin && next < lx->limit)
		lx->cur = next + 1;
}
