/* Regular expressions: from text to program.
 *
 * A recursive descent that makes a small tree, and a walk over the tree that emits instructions; a
 * bounded repeat emits its body several times, which PATTERN_PROGRAM_MAX bounds.  The tree lives in
 * the same arena as the program.  Thread: any. */
#include "compiler/base/pattern_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"

enum { DEPTH_MAX = 100, NO_LIMIT = -1 };

typedef enum TermKind {
	TERM_EMPTY,
	TERM_INSTR,
	TERM_CAT,
	TERM_ALT,
	TERM_REPEAT,
	TERM_GROUP
} TermKind;

typedef struct Term Term;
struct Term {
	TermKind kind;
	PatternInstr instr; /* INSTR */
	Term *left, *right; /* CAT, ALT; REPEAT, GROUP: left */
	int min, max;       /* REPEAT; max NO_LIMIT */
	bool is_lazy;
	uint32_t group;
};

typedef struct Parser {
	Arena *arena;
	Pattern *pattern;
	Str text;
	size_t at;
	bool ignore_case;
	int depth;
	Str error;
	size_t error_at;
} Parser;

static Term *fail(Parser *p, Str error)
{
	if (p->error.len == 0) {
		p->error = error;
		p->error_at = p->at;
	}
	return NULL;
}

static bool at_end(const Parser *p)
{
	return p->at >= p->text.len;
}

static bool looking_at(const Parser *p, Str s)
{
	return str_starts(str_slice(p->text, p->at, p->text.len), s);
}

static bool accept(Parser *p, Str s)
{
	if (!looking_at(p, s))
		return false;
	p->at += s.len;
	return true;
}

static Term *term_new(Parser *p, TermKind kind, Term *left, Term *right)
{
	Term *t = ARENA_NEW(p->arena, Term);

	t->kind = kind;
	t->left = left;
	t->right = right;
	return t;
}

static Term *term_instr(Parser *p, PatternOp op, uint32_t x)
{
	Term *t = term_new(p, TERM_INSTR, NULL, NULL);

	t->instr = (PatternInstr){op, p->ignore_case, x, 0};
	return t;
}

static void class_add(Parser *p, PatternClass *c, uint32_t first, uint32_t last)
{
	PatternRange *ranges = ARENA_ARRAY(p->arena, PatternRange, c->len + 1);

	for (uint32_t i = 0; i < c->len; i++)
		ranges[i] = c->ranges[i];
	ranges[c->len] = (PatternRange){first, last};
	c->ranges = ranges;
	c->len++;
}

/* Adds \d, \w, \s or their complements; false: `letter` is none of them. */
static bool class_add_named(Parser *p, PatternClass *c, char letter)
{
	static const PatternRange digits[] = {{'0', '9'}};
	static const PatternRange words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
	static const PatternRange spaces[] = {{'\t', '\r'}, {' ', ' '}};
	const PatternRange *set = digits;
	uint32_t n = 1;
	uint32_t next = 0;

	if (letter == 'w' || letter == 'W') {
		set = words;
		n = 4;
	} else if (letter == 's' || letter == 'S') {
		set = spaces;
		n = 2;
	} else if (letter != 'd' && letter != 'D') {
		return false;
	}
	if (letter >= 'a') {
		for (uint32_t i = 0; i < n; i++)
			class_add(p, c, set[i].first, set[i].last);
		return true;
	}
	for (uint32_t i = 0; i < n; i++) {
		class_add(p, c, next, set[i].first - 1);
		next = set[i].last + 1;
	}
	class_add(p, c, next, 0x10FFFF);
	return true;
}

static uint32_t class_keep(Parser *p, PatternClass c)
{
	vec_add(p->arena, &p->pattern->classes, c);
	return p->pattern->classes.len - 1;
}

/* Hex digits of \xHH and \u{H...}; the backslash and letter are consumed. */
static bool parse_hex(Parser *p, bool is_braced, uint32_t *ret)
{
	size_t end = p->at + 2;
	uint64_t n;

	if (is_braced) {
		if (!accept(p, STR("{")))
			return false;
		end = str_find(p->text, STR("}"), p->at);
		if (end == SIZE_MAX || end - p->at > 6)
			return false;
	}
	if (end > p->text.len || !num_parse_base(str_slice(p->text, p->at, end), 16, &n) ||
		n > 0x10FFFF)
		return false;
	p->at = end + (is_braced ? 1 : 0);
	*ret = (uint32_t)n;
	return true;
}

/* The character an escape stands for, the backslash consumed. */
static bool parse_escape(Parser *p, uint32_t *ret)
{
	char c;

	if (at_end(p))
		return (void)fail(p, STR("nothing follows the last backslash")), false;
	c = p->text.ptr[p->at++];
	if (c == 'n' || c == 't' || c == 'r' || c == 'f' || c == 'v') {
		*ret = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'f' ? '\f' : '\v';
		return true;
	}
	if (c == 'x' || c == 'u') {
		if (parse_hex(p, c == 'u', ret))
			return true;
		return (void)fail(p, STR("expected two hex digits, or `{...}`, here")), false;
	}
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
		p->at--;
		if (c >= '1' && c <= '9')
			return (void)fail(p, STR("back-references are not supported")), false;
		return (void)fail(p, STR("an unknown escape")), false;
	}
	p->at--;
	*ret = utf8_next(p->text, &p->at);
	return true;
}

/* [:alpha:] and the like, the opening bracket not consumed; false: it is none. */
static bool class_add_posix(Parser *p, PatternClass *c)
{
	if (accept(p, STR("[:digit:]"))) {
		class_add(p, c, '0', '9');
	} else if (accept(p, STR("[:lower:]"))) {
		class_add(p, c, 'a', 'z');
	} else if (accept(p, STR("[:upper:]"))) {
		class_add(p, c, 'A', 'Z');
	} else if (accept(p, STR("[:alpha:]")) || looking_at(p, STR("[:alnum:]"))) {
		class_add(p, c, 'a', 'z');
		class_add(p, c, 'A', 'Z');
		if (accept(p, STR("[:alnum:]")))
			class_add(p, c, '0', '9');
	} else if (accept(p, STR("[:space:]"))) {
		(void)class_add_named(p, c, 's');
	} else {
		return false;
	}
	return true;
}

/* One end of a range, or a class of its own (`*is_set`). */
static bool parse_class_item(Parser *p, PatternClass *c, uint32_t *ret, bool *is_set)
{
	*is_set = false;
	if (looking_at(p, STR("[:"))) {
		if (!class_add_posix(p, c))
			return (void)fail(p, STR("an unknown class")), false;
		*is_set = true;
		return true;
	}
	if (!accept(p, STR("\\"))) {
		*ret = utf8_next(p->text, &p->at);
		return true;
	}
	if (!at_end(p) && class_add_named(p, c, p->text.ptr[p->at])) {
		p->at++;
		*is_set = true;
		return true;
	}
	if (accept(p, STR("b"))) {
		*ret = '\b';
		return true;
	}
	return parse_escape(p, ret);
}

/* Class = "[" [ "^" ] Item { Item } "]", the first bracket consumed. */
static Term *parse_class(Parser *p)
{
	PatternClass c = {.is_negated = accept(p, STR("^"))};
	bool is_first = true;

	for (; !at_end(p) && (is_first || !looking_at(p, STR("]"))); is_first = false) {
		uint32_t first = 0, last;
		bool is_set, is_set_too;

		if (!parse_class_item(p, &c, &first, &is_set))
			return NULL;
		last = first;
		if (looking_at(p, STR("-")) && p->at + 1 < p->text.len &&
			p->text.ptr[p->at + 1] != ']') {
			p->at++;
			if (is_set || !parse_class_item(p, &c, &last, &is_set_too) || is_set_too)
				return fail(p, STR("a range needs a character at both ends"));
		}
		if (last < first)
			return fail(p, STR("a range that ends before it begins"));
		if (!is_set)
			class_add(p, &c, first, last);
	}
	if (!accept(p, STR("]")))
		return fail(p, STR("a class that is not closed by `]`"));
	return term_instr(p, PATTERN_CLASS, class_keep(p, c));
}

static Term *parse_backslash(Parser *p)
{
	PatternClass c = {0};
	uint32_t code;

	if (accept(p, STR("A")))
		return term_instr(p, PATTERN_BEGIN, 0);
	if (accept(p, STR("z")))
		return term_instr(p, PATTERN_END, 0);
	if (accept(p, STR("b")))
		return term_instr(p, PATTERN_WORD_EDGE, 0);
	if (accept(p, STR("B")))
		return term_instr(p, PATTERN_NO_WORD_EDGE, 0);
	if (!at_end(p) && class_add_named(p, &c, p->text.ptr[p->at])) {
		p->at++;
		return term_instr(p, PATTERN_CLASS, class_keep(p, c));
	}
	return parse_escape(p, &code) ? term_instr(p, PATTERN_CHAR, code) : NULL;
}

static Term *parse_alternatives(Parser *p);

/* The name of (?<name>...), `(?<` consumed. */
static bool parse_group_name(Parser *p, uint32_t group)
{
	size_t end = str_find(p->text, STR(">"), p->at);

	if (end == SIZE_MAX || end == p->at || looking_at(p, STR("=")) || looking_at(p, STR("!")))
		return false;
	p->pattern->names[group] = str_slice(p->text, p->at, end);
	p->at = end + 1;
	return true;
}

/* Group = "(" [ "?:" | "?i" | "?i:" | "?<" name ">" ] Alternatives ")", "(" consumed. */
static Term *parse_group(Parser *p)
{
	bool old_case = p->ignore_case;
	bool is_plain = false;
	uint32_t group = 0;
	Term *inner, *made;

	if (accept(p, STR("?i)"))) {
		p->ignore_case = true; /* until the group around it ends */
		return term_new(p, TERM_EMPTY, NULL, NULL);
	}
	if (accept(p, STR("?i:")))
		p->ignore_case = is_plain = true;
	else if (accept(p, STR("?:")))
		is_plain = true;
	if (!is_plain) {
		if (p->pattern->group_count == PATTERN_GROUPS_MAX)
			return fail(
				p, STR("too many groups; `(?:...)` makes one that is not kept"));
		group = p->pattern->group_count++;
		if ((accept(p, STR("?P<")) || accept(p, STR("?<"))) && !parse_group_name(p, group))
			return fail(p, STR("look-around is not supported"));
		if (looking_at(p, STR("?")))
			return fail(p, STR("look-around and other `(?` forms are not supported"));
	}
	if (++p->depth > DEPTH_MAX)
		return fail(p, STR("nested too deeply"));
	inner = parse_alternatives(p);
	p->depth--;
	if (!inner)
		return NULL;
	if (!accept(p, STR(")")))
		return fail(p, STR("a group that is not closed by `)`"));
	p->ignore_case = old_case;
	if (is_plain)
		return inner;
	made = term_new(p, TERM_GROUP, inner, NULL);
	made->group = group;
	return made;
}

static Term *parse_atom(Parser *p)
{
	if (accept(p, STR("(")))
		return parse_group(p);
	if (accept(p, STR("[")))
		return parse_class(p);
	if (accept(p, STR("\\")))
		return parse_backslash(p);
	if (accept(p, STR(".")))
		return term_instr(p, PATTERN_ANY, 0);
	if (accept(p, STR("^")))
		return term_instr(p, PATTERN_BEGIN, 0);
	if (accept(p, STR("$")))
		return term_instr(p, PATTERN_END, 0);
	if (looking_at(p, STR("*")) || looking_at(p, STR("+")) || looking_at(p, STR("?")))
		return fail(p, STR("nothing to repeat"));
	return term_instr(p, PATTERN_CHAR, utf8_next(p->text, &p->at));
}

/* {n}, {n,}, {n,m}; false without an error: a plain brace. */
static bool parse_bounds(Parser *p, int *ret_min, int *ret_max)
{
	size_t end = str_find(p->text, STR("}"), p->at);
	Str inner, first, rest;
	int64_t min, max = NO_LIMIT;

	if (!looking_at(p, STR("{")) || end == SIZE_MAX)
		return false;
	rest = inner = str_slice(p->text, p->at + 1, end);
	if (!str_cut_found(&rest, STR(","), &first))
		first = inner;
	if (!num_parse_int(first, &min) || min < 0)
		return false;
	if (first.len == inner.len)
		max = min;
	else if (rest.len > 0 && (!num_parse_int(rest, &max) || max < 0))
		return false;
	if (min > PATTERN_REPEAT_MAX || max > PATTERN_REPEAT_MAX)
		return (void)fail(p, STR("more than 1000 repeats")), false;
	if (max != NO_LIMIT && max < min)
		return (void)fail(p, STR("a repeat that ends before it begins")), false;
	*ret_min = (int)min;
	*ret_max = (int)max;
	p->at = end + 1;
	return true;
}

/* Repeat = Atom { ("*" | "+" | "?" | "{n,m}") [ "?" ] } */
static Term *parse_repeat(Parser *p)
{
	Term *t = parse_atom(p);

	for (int min, max, n = 0; t; n++) {
		if (accept(p, STR("*"))) {
			min = 0;
			max = NO_LIMIT;
		} else if (accept(p, STR("+"))) {
			min = 1;
			max = NO_LIMIT;
		} else if (accept(p, STR("?"))) {
			min = 0;
			max = 1;
		} else if (!parse_bounds(p, &min, &max)) {
			return p->error.len > 0 ? NULL : t;
		}
		if (n == DEPTH_MAX)
			return fail(p, STR("nested too deeply"));
		t = term_new(p, TERM_REPEAT, t, NULL);
		t->min = min;
		t->max = max;
		t->is_lazy = accept(p, STR("?"));
	}
	return NULL;
}

/* Alternatives = { Repeat } { "|" { Repeat } } */
static Term *parse_alternatives(Parser *p)
{
	Term *all = NULL;

	for (;;) {
		Term *branch = NULL;

		while (!at_end(p) && !looking_at(p, STR("|")) && !looking_at(p, STR(")"))) {
			Term *next = parse_repeat(p);

			if (!next)
				return NULL;
			branch = branch ? term_new(p, TERM_CAT, branch, next) : next;
		}
		if (!branch)
			branch = term_new(p, TERM_EMPTY, NULL, NULL);
		all = all ? term_new(p, TERM_ALT, all, branch) : branch;
		if (!accept(p, STR("|")))
			return all;
	}
}

static uint32_t emit(Parser *p, PatternInstr instr)
{
	if (p->pattern->program.len < PATTERN_PROGRAM_MAX)
		vec_add(p->arena, &p->pattern->program, instr);
	else
		(void)fail(p, STR("the pattern is too big"));
	return p->pattern->program.len - 1;
}

static void set_split(Pattern *p, uint32_t at, uint32_t body, uint32_t after, bool is_lazy)
{
	p->program.ptr[at].x = is_lazy ? after : body;
	p->program.ptr[at].y = is_lazy ? body : after;
}

static void emit_term(Parser *p, const Term *t);

static void emit_repeat(Parser *p, const Term *t)
{
	uint32_t split;
	Vec(uint32_t) splits = {0};

	for (int i = 0; i < t->min && p->error.len == 0; i++)
		emit_term(p, t->left);
	if (t->max == NO_LIMIT) {
		split = emit(p, (PatternInstr){.op = PATTERN_SPLIT});
		emit_term(p, t->left);
		(void)emit(p, (PatternInstr){.op = PATTERN_JUMP, .x = split});
		set_split(p->pattern, split, split + 1, p->pattern->program.len, t->is_lazy);
		return;
	}
	for (int i = t->min; i < t->max && p->error.len == 0; i++) {
		vec_add(p->arena, &splits, emit(p, (PatternInstr){.op = PATTERN_SPLIT}));
		emit_term(p, t->left);
	}
	for (uint32_t i = 0; i < splits.len; i++)
		set_split(p->pattern, splits.ptr[i], splits.ptr[i] + 1, p->pattern->program.len,
			t->is_lazy);
}

/* Appends the instructions of `t`.  The left spines of CAT and ALT are as long as the pattern:
 * they are gathered first, so that the depth is that of the groups. */
static void emit_term(Parser *p, const Term *t)
{
	Vec(const Term *) parts = {0};
	uint32_t split, jump;

	switch (t->kind) {
	case TERM_EMPTY:
		return;
	case TERM_INSTR:
		(void)emit(p, t->instr);
		return;
	case TERM_CAT:
		for (; t->kind == TERM_CAT; t = t->left)
			vec_add(p->arena, &parts, t->right);
		emit_term(p, t);
		while (parts.len > 0 && p->error.len == 0)
			emit_term(p, parts.ptr[--parts.len]);
		return;
	case TERM_ALT: {
		Vec(uint32_t) jumps = {0};

		for (; t->kind == TERM_ALT; t = t->left)
			vec_add(p->arena, &parts, t->right);
		vec_add(p->arena, &parts, t);
		while (parts.len > 1 && p->error.len == 0) {
			split = emit(p, (PatternInstr){.op = PATTERN_SPLIT});
			emit_term(p, parts.ptr[--parts.len]);
			jump = emit(p, (PatternInstr){.op = PATTERN_JUMP});
			vec_add(p->arena, &jumps, jump);
			set_split(p->pattern, split, split + 1, jump + 1, false);
		}
		if (p->error.len == 0)
			emit_term(p, parts.ptr[0]);
		for (uint32_t i = 0; i < jumps.len; i++)
			p->pattern->program.ptr[jumps.ptr[i]].x = p->pattern->program.len;
		return;
	}
	case TERM_REPEAT:
		emit_repeat(p, t);
		return;
	case TERM_GROUP:
		(void)emit(p, (PatternInstr){.op = PATTERN_SAVE, .x = 2 * t->group});
		emit_term(p, t->left);
		(void)emit(p, (PatternInstr){.op = PATTERN_SAVE, .x = 2 * t->group + 1});
		return;
	}
	UNREACHABLE();
}

const Pattern *pattern_compile(Arena *a, Str text, Str *ret_error, size_t *ret_at)
{
	Parser p = {.arena = a, .text = text, .pattern = ARENA_NEW(a, Pattern)};
	Term *t;

	p.pattern->group_count = 1;
	t = parse_alternatives(&p);
	if (t && !at_end(&p))
		t = fail(&p, STR("a `)` without its `(`"));
	if (t) {
		emit_term(&p, t);
		(void)emit(&p, (PatternInstr){.op = PATTERN_DONE});
	}
	if (p.error.len == 0)
		return p.pattern;
	*ret_error = p.error;
	*ret_at = p.error_at;
	return NULL;
}
