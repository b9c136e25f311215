/* Loaded source files, found by position with a binary search.  Position 0 belongs to nobody: the
 * first file begins at 1, and each file has one position more than bytes, for its end. */
#include "compiler/syntax/source.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/utf8.h"

#include <string.h>

void sources_init(Sources *s, Arena *arena)
{
	*s = (Sources){.arena = arena, .nodes = arena, .next_base = 1};
}

SourceFile *sources_add(Sources *s, Str path, Str text, DiagList *diags)
{
	SourceFile *f;

	if (text.len > SOURCE_BYTES_MAX) {
		Diag *d = diag_add(diags, DIAG_FILE_TOO_BIG, SPAN_NONE,
			"`%.*s` is too big: %zu bytes", STR_ARG(path), text.len);

		diag_fix(d, "a source file may have %d MiB: split it", SOURCE_BYTES_MAX >> 20);
		return NULL;
	}
	if (text.len >= SOURCES_BYTES_MAX - s->next_base) {
		diag_add(diags, DIAG_FILE_TOO_BIG, SPAN_NONE,
			"with `%.*s` the program has more than %d MiB", STR_ARG(path),
			SOURCES_BYTES_MAX >> 20);
		return NULL;
	}
	f = ARENA_NEW(s->arena, SourceFile);
	f->path = path;
	f->text = text;
	f->base = s->next_base;
	s->next_base += (uint32_t)text.len + 1;
	vec_add(s->arena, &s->files, f);
	return f;
}

SourceFile *sources_file(const Sources *s, uint32_t position)
{
	uint32_t low = 0;
	uint32_t high = s->files.len;

	/* Before `low` all bases are <= position, from `high` on they are greater. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->files.ptr[middle]->base <= position)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || position - s->files.ptr[low - 1]->base > s->files.ptr[low - 1]->text.len)
		return NULL;
	return s->files.ptr[low - 1];
}

/* Lists where the lines of `f` begin, on first use. */
static void find_lines(Arena *a, SourceFile *f)
{
	if (f->line_starts.len)
		return;
	vec_add(a, &f->line_starts, 0);
	for (size_t at = 0; at < f->text.len; at++) {
		const char *newline = memchr(f->text.ptr + at, '\n', f->text.len - at);

		if (!newline)
			break;
		at = (size_t)(newline - f->text.ptr);
		vec_add(a, &f->line_starts, (uint32_t)at + 1);
	}
}

/* Returns the index of the line that holds `offset`. */
static uint32_t line_at(const SourceFile *f, uint32_t offset)
{
	uint32_t low = 0;
	uint32_t high = f->line_starts.len;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (f->line_starts.ptr[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

SourcePlace sources_place(const Sources *s, uint32_t position)
{
	SourceFile *f = sources_file(s, position);
	uint32_t offset;
	uint32_t line;
	uint32_t start;

	CHECK(f);
	find_lines(s->arena, f);
	offset = position - f->base;
	line = line_at(f, offset);
	start = f->line_starts.ptr[line];
	return (SourcePlace){
		.file = f,
		.line = line + 1,
		.column = (uint32_t)utf8_count(str_slice(f->text, start, offset)) + 1,
	};
}

Str source_line(SourceFile *f, uint32_t line)
{
	Str rest = f->text;
	Str text = STR_NONE;
	uint32_t index = line - 1;

	CHECK(line > 0);
	if (f->line_starts.len) {
		if (index >= f->line_starts.len)
			return STR_NONE;
		rest = str_slice(rest, f->line_starts.ptr[index], rest.len);
		index = 0;
	}
	for (uint32_t i = 0; i <= index; i++)
		text = str_cut(&rest, STR("\n"));
	return str_trim_suffix(text, STR("\r"));
}

Str sources_text(const Sources *s, Span at)
{
	const SourceFile *f = sources_file(s, at.begin);

	if (!f || at.end < at.begin)
		return STR_NONE;
	return str_slice(f->text, at.begin - f->base, at.end - f->base);
}
