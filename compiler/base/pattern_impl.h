/* What pattern_parse.c makes and pattern.c runs.
 *
 * The program of a pattern: threads start at instruction 0; SPLIT tries `x` before `y`, which is
 * what makes a repeat greedy or lazy.  Thread: any. */
#ifndef STYX_BASE_PATTERN_IMPL_H
#define STYX_BASE_PATTERN_IMPL_H

#include "compiler/base/pattern.h"
#include "compiler/base/vec.h"

typedef enum PatternOp {
	PATTERN_CHAR,  /* x: code point */
	PATTERN_ANY,   /* all but a newline */
	PATTERN_CLASS, /* x: index of a class */
	PATTERN_SPLIT, /* x, y: where to go on */
	PATTERN_JUMP,  /* x */
	PATTERN_SAVE,  /* x: slot, 2 * group (+ 1 for its end) */
	PATTERN_BEGIN, /* at the beginning of the text */
	PATTERN_END,
	PATTERN_WORD_EDGE,
	PATTERN_NO_WORD_EDGE,
	PATTERN_DONE,
} PatternOp;

typedef struct PatternInstr {
	PatternOp op;
	bool ignore_case;
	uint32_t x;
	uint32_t y;
} PatternInstr;

typedef struct PatternRange {
	uint32_t first;
	uint32_t last;
} PatternRange;

typedef struct PatternClass {
	PatternRange *ranges;
	uint32_t len;
	bool is_negated;
} PatternClass;

struct Pattern {
	Vec(PatternInstr) program;
	Vec(PatternClass) classes;
	uint32_t group_count;
	Str names[PATTERN_GROUPS_MAX];
};

#endif
