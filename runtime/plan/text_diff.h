/* Two texts, line by line: which lines go, come and stay.  Pure.  Thread: any. */
#ifndef STYX_PLAN_TEXT_DIFF_H
#define STYX_PLAN_TEXT_DIFF_H

#include "compiler/base/arena.h"
#include "compiler/base/str.h"

typedef struct TextLine {
	char sign; /* '-' goes, '+' comes, ' ' stays */
	Str text;  /* without its end; borrowed */
} TextLine;

/* Lists the lines of both in order, as few of them changed as can be; where more than
 * TEXT_DIFF_LINES lie between the first and the last difference, all of those go and come.
 * Cost: the product of the lines between. */
enum { TEXT_DIFF_LINES = 1000 };
void text_diff(Arena *a, Str old, Str new, TextLine **ret, uint32_t *ret_count);

#endif
