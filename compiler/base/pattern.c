/* Regular expressions: running a program over a text.
 *
 * All threads stand at the same character; a set per step keeps one thread per instruction, the one
 * that came first, so a step costs at most the length of the program and the leftmost match with
 * the preferred repeats wins (Pike's machine).  Thread: any. */
#include "compiler/base/pattern.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/mem.h"
#include "compiler/base/pattern_impl.h"
#include "compiler/base/utf8.h"

enum { NO_CHARACTER = 0x110000 };

/* A set of instructions in the order of insertion, each with its saved places. */
typedef struct Threads {
	uint32_t *dense;
	uint32_t *sparse;
	size_t *saved; /* slot_count per instruction */
	uint32_t len;
} Threads;

/* To visit an instruction, or to put back a saved place when a branch is done. */
typedef struct Frame {
	uint32_t pc;
	bool is_restore;
	uint32_t slot;
	size_t old;
} Frame;

typedef struct Machine {
	const Pattern *pattern;
	uint32_t slot_count;
	Frame *stack;
	size_t *slots; /* of the thread being added */
	void *memory;
} Machine;

static bool is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

static uint32_t other_case(uint32_t c)
{
	if (c >= 'a' && c <= 'z')
		return c - 32;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool class_has(const PatternClass *k, uint32_t c)
{
	for (uint32_t i = 0; i < k->len; i++) {
		if (c >= k->ranges[i].first && c <= k->ranges[i].last)
			return true;
	}
	return false;
}

static bool takes(const Pattern *p, const PatternInstr *in, uint32_t c)
{
	const PatternClass *k;

	if (c == NO_CHARACTER)
		return false;
	if (in->op == PATTERN_CHAR)
		return in->x == c || (in->ignore_case && in->x == other_case(c));
	if (in->op == PATTERN_ANY)
		return c != '\n';
	if (in->op != PATTERN_CLASS)
		return false;
	k = &p->classes.ptr[in->x];
	return (class_has(k, c) || (in->ignore_case && class_has(k, other_case(c)))) !=
	       k->is_negated;
}

/* Says whether an assertion holds between `before` and `after`. */
static bool holds(PatternOp op, uint32_t before, uint32_t after)
{
	if (op == PATTERN_BEGIN)
		return before == NO_CHARACTER;
	if (op == PATTERN_END)
		return after == NO_CHARACTER;
	return (is_word(before) != is_word(after)) == (op == PATTERN_WORD_EDGE);
}

static bool threads_insert(Threads *t, uint32_t pc)
{
	uint32_t i = t->sparse[pc];

	if (i < t->len && t->dense[i] == pc)
		return false;
	t->sparse[pc] = t->len;
	t->dense[t->len++] = pc;
	return true;
}

typedef struct Place {
	size_t at;
	uint32_t before;
	uint32_t after;
} Place;

/* Pushes what follows `pc` without reading; m->slots changes along the way and is put back. */
static uint32_t add_next(Machine *m, uint32_t pc, uint32_t depth, const Place *place)
{
	const PatternInstr *in = &m->pattern->program.ptr[pc];

	if (in->op == PATTERN_SPLIT) {
		m->stack[depth++] = (Frame){.pc = in->y};
		m->stack[depth++] = (Frame){.pc = in->x};
	} else if (in->op == PATTERN_JUMP) {
		m->stack[depth++] = (Frame){.pc = in->x};
	} else if (in->op == PATTERN_SAVE) {
		if (in->x < m->slot_count) {
			m->stack[depth++] =
				(Frame){.is_restore = true, .slot = in->x, .old = m->slots[in->x]};
			m->slots[in->x] = place->at;
		}
		m->stack[depth++] = (Frame){.pc = pc + 1};
	} else if (holds(in->op, place->before, place->after)) {
		m->stack[depth++] = (Frame){.pc = pc + 1};
	}
	return depth;
}

/* Adds the thread at `pc` and all it reaches without reading a character. */
static void add_thread(Machine *m, Threads *t, uint32_t pc, const Place *place)
{
	uint32_t depth = 0;

	m->stack[depth++] = (Frame){.pc = pc};
	while (depth > 0) {
		Frame f = m->stack[--depth];
		PatternOp op;

		if (f.is_restore) {
			m->slots[f.slot] = f.old;
			continue;
		}
		if (!threads_insert(t, f.pc))
			continue;
		op = m->pattern->program.ptr[f.pc].op;
		if (op == PATTERN_CHAR || op == PATTERN_ANY || op == PATTERN_CLASS ||
			op == PATTERN_DONE) {
			for (uint32_t i = 0; i < m->slot_count; i++)
				t->saved[(size_t)f.pc * m->slot_count + i] = m->slots[i];
			continue;
		}
		depth = add_next(m, f.pc, depth, place);
	}
}

static void machine_init(Machine *m, Threads *now, Threads *next, const Pattern *p, bool has_slots)
{
	size_t n = p->program.len;
	size_t slots = has_slots ? 2 * (size_t)p->group_count : 0;
	size_t saved = sizeof(size_t) * (n * slots);
	size_t set = sizeof(uint32_t) * n;
	char *at = mem_alloc(
		2 * saved + sizeof(size_t) * (slots + 1) + sizeof(Frame) * (3 * n + 3) + 4 * set);

	*m = (Machine){.pattern = p, .slot_count = (uint32_t)slots, .memory = at};
	now->saved = (void *)at;
	next->saved = (void *)(at += saved);
	m->slots = (void *)(at += saved);
	m->stack = (void *)(at += sizeof(size_t) * (slots + 1));
	now->dense = (void *)(at += sizeof(Frame) * (3 * n + 3));
	now->sparse = (void *)(at += set);
	next->dense = (void *)(at += set);
	next->sparse = (void *)(at + set);
	now->len = next->len = 0;
}

/* Moves the threads of `now` over `place->after`; says whether one of them was done, and drops
 * those behind it, which are less preferred. */
static bool step(
	Machine *m, const Threads *now, Threads *next, const Place *ahead, size_t *ret_slots)
{
	next->len = 0;
	for (uint32_t i = 0; i < now->len; i++) {
		uint32_t pc = now->dense[i];
		const PatternInstr *in = &m->pattern->program.ptr[pc];
		const size_t *saved =
			m->slot_count ? &now->saved[(size_t)pc * m->slot_count] : NULL;

		if (in->op == PATTERN_DONE) {
			for (uint32_t s = 0; s < m->slot_count; s++)
				ret_slots[s] = saved[s];
			return true;
		}
		if (!takes(m->pattern, in, ahead->before))
			continue;
		for (uint32_t s = 0; s < m->slot_count; s++)
			m->slots[s] = saved[s];
		add_thread(m, next, pc + 1, ahead);
	}
	return false;
}

static uint32_t peek(Str text, size_t at, size_t *ret_next)
{
	*ret_next = at;
	return at < text.len ? utf8_next(text, ret_next) : (uint32_t)NO_CHARACTER;
}

/* Runs from byte `from`; `found` gets the places, which is wanted if there are slots. */
static bool run(const Pattern *p, Str text, size_t from, size_t *found, bool has_slots)
{
	Machine m;
	Threads now, next;
	Place place = {.at = from, .before = NO_CHARACTER};
	bool is_found = false;

	if (from > 0) {
		size_t last = from - 1;

		while (last > 0 && ((unsigned char)text.ptr[last] & 0xC0) == 0x80)
			last--;
		place.before = utf8_next(text, &last);
	}
	machine_init(&m, &now, &next, p, has_slots);
	for (;;) {
		size_t after;
		size_t behind;
		uint32_t c = peek(text, place.at, &after);
		Place ahead = {after, c, peek(text, after, &behind)};
		Threads swap;

		place.after = c;
		if (!is_found) {
			for (uint32_t s = 0; s < m.slot_count; s++)
				m.slots[s] = SIZE_MAX;
			if (m.slot_count > 0)
				m.slots[0] = place.at;
			add_thread(&m, &now, 0, &place);
		}
		if (is_found && now.len == 0)
			break;
		if (step(&m, &now, &next, &ahead, found)) {
			is_found = true;
			if (!has_slots)
				break;
			found[1] = place.at;
		}
		if (c == NO_CHARACTER)
			break;
		swap = now;
		now = next;
		next = swap;
		place = ahead;
	}
	mem_free(m.memory);
	return is_found;
}

bool pattern_find(const Pattern *p, Str text, size_t from, PatternMatch *ret)
{
	size_t found[2 * PATTERN_GROUPS_MAX];

	CHECK(from <= text.len);
	for (size_t i = 0; i < 2 * PATTERN_GROUPS_MAX; i++)
		found[i] = SIZE_MAX;
	if (!run(p, text, from, found, true))
		return false;
	for (size_t i = 0; i < PATTERN_GROUPS_MAX; i++) {
		ret->begin[i] = found[2 * i + 1] == SIZE_MAX ? SIZE_MAX : found[2 * i];
		ret->end[i] = found[2 * i + 1];
	}
	return true;
}

bool pattern_matches(const Pattern *p, Str text)
{
	return run(p, text, 0, NULL, false);
}

bool pattern_is_affordable(const Pattern *p, Str text)
{
	return text.len < (size_t)PATTERN_STEPS_MAX / p->program.len;
}

uint32_t pattern_group_count(const Pattern *p)
{
	return p->group_count;
}

Str pattern_group_name(const Pattern *p, uint32_t group)
{
	return group < p->group_count ? p->names[group] : STR_NONE;
}
