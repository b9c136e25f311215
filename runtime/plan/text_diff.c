/* The longest common sequence of lines, between what is the same at the front and at the end. */
#include "runtime/plan/text_diff.h"

#include "compiler/base/vec.h"

typedef struct TextLines {
	Str *ptr;
	uint32_t len;
} TextLines;

typedef struct TextOut {
	Arena *arena;
	Vec(TextLine) lines;
} TextOut;

static TextLines text_split(Arena *a, Str text)
{
	Vec(Str) lines = {0};

	while (text.len) {
		Str line = str_cut(&text, STR("\n"));

		vec_add(a, &lines, line);
	}
	return (TextLines){lines.ptr, lines.len};
}

static void text_put(TextOut *out, char sign, const Str *lines, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		TextLine line = {sign, lines[i]};

		vec_add(out->arena, &out->lines, line);
	}
}

/* Both middles: common[i][j] is the length of the longest sequence that old[i..] and new[j..]
 * share. */
static void text_middle(TextOut *out, TextLines old, TextLines new)
{
	size_t width = (size_t) new.len + 1;
	uint16_t *common;
	uint32_t i = 0;
	uint32_t j = 0;

	if (old.len > TEXT_DIFF_LINES || new.len > TEXT_DIFF_LINES) {
		text_put(out, '-', old.ptr, old.len);
		text_put(out, '+', new.ptr, new.len);
		return;
	}
	common = ARENA_ARRAY(out->arena, uint16_t, ((size_t)old.len + 1) * width);
	for (uint32_t x = old.len; x-- > 0;)
		for (uint32_t y = new.len; y-- > 0;) {
			uint16_t down = common[(x + 1) * width + y];
			uint16_t right = common[x * width + y + 1];

			common[x * width + y] =
				str_eq(old.ptr[x], new.ptr[y])
					? (uint16_t)(common[(x + 1) * width + y + 1] + 1)
				: down > right ? down
					       : right;
		}
	while (i < old.len || j < new.len) {
		if (i < old.len && j < new.len &&str_eq(old.ptr[i], new.ptr[j])) {
			text_put(out, ' ', &old.ptr[i], 1);
			i++;
			j++;
		} else if (j == new.len || (i < old.len && common[(i + 1) * width + j] >=
								   common[i * width + j + 1])) {
			text_put(out, '-', &old.ptr[i++], 1);
		} else {
			text_put(out, '+', &new.ptr[j++], 1);
		}
	}
}

void text_diff(Arena *a, Str old, Str new, TextLine **ret, uint32_t *ret_count)
{
	TextOut out = {.arena = a};
	TextLines x = text_split(a, old);
	TextLines y = text_split(a, new);
	uint32_t front = 0;
	uint32_t end = 0;

	while (front < x.len && front < y.len && str_eq(x.ptr[front], y.ptr[front]))
		front++;
	while (end < x.len - front && end < y.len - front &&
		str_eq(x.ptr[x.len - 1 - end], y.ptr[y.len - 1 - end]))
		end++;
	text_put(&out, ' ', x.ptr, front);
	text_middle(&out, (TextLines){x.ptr + front, x.len - front - end},
		(TextLines){y.ptr + front, y.len - front - end});
	text_put(&out, ' ', x.ptr + (x.len - end), end);
	*ret = out.lines.ptr;
	*ret_count = out.lines.len;
}
