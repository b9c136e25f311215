/* Unified differences between two texts, for `styx fmt --diff`.
 *
 * Equal lines at both ends are cut off; what is between is compared by the longest common
 * subsequence, or, where that table would be too big, shown as replaced. */
#include "compiler/syntax/format.h"

#include "compiler/base/vec.h"

enum {
	CONTEXT_LINES = 3,
	TABLE_CELLS_MAX = 16 << 20, /* 32 MiB: 4000 changed lines against 4000 */
};

typedef Vec(Str) Lines;

/* One line of the result: ' ' in both, '-' only before, '+' only after. */
typedef struct Step {
	char sign;
	Str line;
} Step;

typedef struct Steps {
	Arena *arena;
	Vec(Step) items;
} Steps;

/* Cuts a text into lines, each with its newline. */
static void cut_lines(Arena *a, Str text, Lines *lines)
{
	for (size_t at = 0; at < text.len;) {
		size_t end = str_find(text, STR("\n"), at);
		Str line;

		end = end == SIZE_MAX ? text.len : end + 1;
		line = str_slice(text, at, end);
		vec_add(a, lines, line);
		at = end;
	}
}

static void add(Steps *s, char sign, Str line)
{
	Step step = {sign, line};

	vec_add(s->arena, &s->items, step);
}

/* Adds the steps from `n` lines to `m` lines that have no common beginning. */
static void add_changes(Steps *s, const Str *a, uint32_t n, const Str *b, uint32_t m)
{
	bool is_small =
		(uint64_t)(n + 1) * (m + 1) <= TABLE_CELLS_MAX && n < UINT16_MAX && m < UINT16_MAX;
	uint32_t width = m + 1;
	uint16_t *common =
		is_small ? ARENA_ARRAY(s->arena, uint16_t, (size_t)(n + 1) * width) : NULL;
	uint32_t i;
	uint32_t k = 0;

	/* common[i, k]: length of the longest common subsequence of a[i..] and b[k..]. */
	for (i = n; common && i-- > 0;)
		for (k = m; k-- > 0;) {
			uint16_t down = common[(i + 1) * width + k];
			uint16_t right = common[i * width + k + 1];

			common[i * width + k] =
				str_eq(a[i], b[k]) ? (uint16_t)(common[(i + 1) * width + k + 1] + 1)
				: down > right     ? down
						   : right;
		}
	for (i = 0, k = 0; i < n || k < m;) {
		if (common && i < n && k < m && str_eq(a[i], b[k])) {
			add(s, ' ', a[i++]);
			k++;
		} else if (i < n &&
			   (!common || k == m ||
				   common[(i + 1) * width + k] >= common[i * width + k + 1])) {
			add(s, '-', a[i++]);
		} else {
			add(s, '+', b[k++]);
		}
	}
}

static void print_step(Buf *b, const Step *step)
{
	buf_add_char(b, step->sign);
	buf_add(b, step->line);
	if (!str_ends(step->line, STR("\n")))
		buf_add(b, STR("\n\\ No newline at end of file\n"));
}

/* Prints the lines of one side of a hunk's header: "12,3". */
static void print_range(Buf *b, uint32_t first, uint32_t count)
{
	buf_print(b, "%u", count ? first + 1 : first);
	if (count != 1)
		buf_print(b, ",%u", count);
}

/* Prints steps [begin, end) as a hunk; the lines before it are counted in `at`. */
static void print_hunk(Buf *b, const Step *steps, uint32_t begin, uint32_t end, uint32_t at[2])
{
	uint32_t before = 0;
	uint32_t after = 0;

	for (uint32_t i = begin; i < end; i++) {
		before += steps[i].sign != '+';
		after += steps[i].sign != '-';
	}
	buf_add(b, STR("@@ -"));
	print_range(b, at[0], before);
	buf_add(b, STR(" +"));
	print_range(b, at[1], after);
	buf_add(b, STR(" @@\n"));
	for (uint32_t i = begin; i < end; i++)
		print_step(b, &steps[i]);
	at[0] += before;
	at[1] += after;
}

/* Groups changes that are at most two contexts apart into hunks. */
static void print_hunks(Buf *b, const Steps *s)
{
	const Step *steps = s->items.ptr;
	uint32_t n = s->items.len;
	uint32_t at[2] = {0, 0};

	for (uint32_t i = 0; i < n;) {
		uint32_t first = i;
		uint32_t begin;
		uint32_t end;

		while (first < n && steps[first].sign == ' ')
			first++;
		if (first == n)
			return;
		begin = first > i + CONTEXT_LINES ? first - CONTEXT_LINES : i;
		at[0] += begin - i;
		at[1] += begin - i;
		for (end = first; end < n;) {
			uint32_t same = end;

			while (same < n && steps[same].sign == ' ')
				same++;
			if (same - end > 2 * CONTEXT_LINES || same == n) {
				end = same - end > CONTEXT_LINES ? end + CONTEXT_LINES : same;
				break;
			}
			end = same + 1;
		}
		print_hunk(b, steps, begin, end, at);
		i = end;
	}
}

void format_diff(Buf *b, Str path, Str before, Str after)
{
	Arena *arena = arena_new("diff");
	Steps s = {.arena = arena};
	Lines old = {0};
	Lines new = {0};
	uint32_t head = 0;
	uint32_t tail = 0;

	if (str_eq(before, after)) {
		arena_free(arena);
		return;
	}
	cut_lines(arena, before, &old);
	cut_lines(arena, after, &new);
	while (head < old.len && head < new.len &&str_eq(old.ptr[head], new.ptr[head]))
		add(&s, ' ', old.ptr[head++]);
	while (head + tail < old.len && head + tail < new.len &&str_eq(old.ptr[old.len - tail - 1],
							      new.ptr[new.len - tail - 1]))
		tail++;
	add_changes(
		&s, old.ptr + head, old.len - head - tail, new.ptr + head, new.len - head - tail);
	for (uint32_t i = old.len - tail; i < old.len; i++)
		add(&s, ' ', old.ptr[i]);
	buf_print(b, "--- %.*s\n+++ %.*s\n", STR_ARG(path), STR_ARG(path));
	print_hunks(b, &s);
	arena_free(arena);
}
