/* Regular expressions in linear time: a pattern becomes a small program whose threads walk the text
 * side by side, so that no pattern makes a match slow (no backtracking, hence no
 * back-references and no look-around).
 *
 * Syntax: . [abc] [^a-z] \d \w \s \D \W \S \b \B, | ( ) (?: ) (?i) ^ $ \A \z, * + ? {n} {n,} {n,m}
 * and their lazy forms, \n \t \r \x41 \u{1F600}, escapes of punctuation.  `.` is any character
 * but a newline; ^ and $ are the ends of the text; classes are of ASCII, \w with _.  Text and
 * pattern are UTF-8.  Thread: any (a compiled pattern is immutable). */
#ifndef STYX_BASE_PATTERN_H
#define STYX_BASE_PATTERN_H

#include "compiler/base/buf.h"

enum {
	PATTERN_GROUPS_MAX = 16,     /* with the whole match */
	PATTERN_PROGRAM_MAX = 20000, /* instructions */
	PATTERN_REPEAT_MAX = 1000,   /* in {n,m} */
};

typedef struct Pattern Pattern;

/* Bytes of the text; a group that took no part has begin == SIZE_MAX. */
typedef struct PatternMatch {
	size_t begin[PATTERN_GROUPS_MAX];
	size_t end[PATTERN_GROUPS_MAX];
} PatternMatch;

/* Compiles `text`; NULL if it is none, then `*ret_error` says why (static text) and `*ret_at` is
 * the byte where. */
const Pattern *pattern_compile(Arena *a, Str text, Str *ret_error, size_t *ret_at);

/* Finds the leftmost match at or after byte `from`.  Unless anchored, a match may stand anywhere.
 */
bool pattern_find(const Pattern *p, Str text, size_t from, PatternMatch *ret);

/* Says whether `text` matches anywhere. */
bool pattern_matches(const Pattern *p, Str text);

/* Says whether matching `text` stays within PATTERN_STEPS_MAX (bytes times instructions); who takes
 * text from strangers asks first. */
bool pattern_is_affordable(const Pattern *p, Str text);

/* The number of groups with the whole match (at least 1); the name of a (?<name>...) group, or
 * an empty slice. */
uint32_t pattern_group_count(const Pattern *p);
Str pattern_group_name(const Pattern *p, uint32_t group);

#endif
