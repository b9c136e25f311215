/* A plan for people.
 *
 *   + net.subnet["a"]  aws.ec2.subnet
 *       cidr_block = "10.0.1.0/24"
 *   ~ net.vpc  aws.ec2.vpc
 *       tags.Name: "old" -> "new"
 *   -/+ box  aws.ec2.instance: `image_id` cannot be changed in place
 *
 * Long texts and JSON show the lines that differ; whole records the parts that do. */
#include "runtime/plan/plan_print.h"

#include "compiler/base/check.h"
#include "compiler/base/json.h"
#include "compiler/base/utf8.h"
#include "runtime/plan/text_diff.h"
#include "runtime/state/seal.h"

enum {
	PRINT_COLUMNS = 120,
	PRINT_INDENT = 6,
	PRINT_COLUMNS_MIN = 40,
	PRINT_LINES_MAX = 100,
	PRINT_CONTEXT = 10 /* bytes before the first difference */
};

typedef enum PrintColour {
	PRINT_PLAIN,
	PRINT_RED,
	PRINT_GREEN,
	PRINT_YELLOW,
	PRINT_DIM,
	PRINT_BOLD
} PrintColour;

typedef struct Printer {
	Buf *out;
	const PrintOptions *options;
	uint32_t columns;
} Printer;

static void print_colour(const Printer *p, PrintColour colour)
{
	static const char *const codes[] = {
		"\033[0m", "\033[31m", "\033[32m", "\033[33m", "\033[2m", "\033[1m"};

	if (p->options->has_colour)
		buf_add_cstr(p->out, codes[colour]);
}

static Str print_word(StepKind kind)
{
	static const Str words[STEP_KIND_COUNT] = {
#define X(name, word, sign) [STEP_##name] = STR_INIT(word),
#include "runtime/plan/step_kind.def"
#undef X
	};

	return words[kind];
}

static Str print_sign(const PlanStep *s)
{
	static const Str signs[STEP_KIND_COUNT] = {
#define X(name, word, sign) [STEP_##name] = STR_INIT(sign),
#include "runtime/plan/step_kind.def"
#undef X
	};

	return s->kind == STEP_REPLACE && s->is_create_first ? STR("+/-") : signs[s->kind];
}

static PrintColour print_step_colour(StepKind kind)
{
	switch (kind) {
	case STEP_CREATE:
		return PRINT_GREEN;
	case STEP_UPDATE:
	case STEP_LINK:
	case STEP_UNLINK:
	case STEP_DRIFT:
		return PRINT_YELLOW;
	case STEP_REPLACE:
	case STEP_DESTROY:
	case STEP_GONE:
		return PRINT_RED;
	case STEP_READ:
	case STEP_KIND_COUNT:
		break;
	}
	return PRINT_DIM;
}

static void print_indent(const Printer *p, uint32_t extra)
{
	buf_add_repeat(p->out, ' ', PRINT_INDENT + extra);
}

/* A value on one line, cut to what is left of it. */
static void print_value(const Printer *p, Value v, uint32_t room)
{
	Buf text;

	if (seal_is_digest(v)) { /* not the value: only whether it is the same is known */
		buf_add(p->out, STR("(earlier text)"));
		return;
	}
	buf_init(&text, SIZE_MAX / 2);
	value_print(&text, v, -1);
	Str s = buf_str(&text);

	if (room < PRINT_COLUMNS_MIN)
		room = PRINT_COLUMNS_MIN;
	if (s.len > room) {
		size_t cut = room - 3;

		while (cut && ((unsigned char)s.ptr[cut] & 0xc0) == 0x80)
			cut--; /* not inside a character */
		buf_add(p->out, str_slice(s, 0, cut));
		buf_add(p->out, STR("..."));
	} else {
		buf_add(p->out, s);
	}
	buf_fini(&text);
}

static bool print_is_long_text(Value v)
{
	return v.kind == VAL_STRING && str_has(v.as.text, STR("\n"));
}

static void print_line(const Printer *p, char sign, Str line)
{
	print_indent(p, 4);
	print_colour(p, sign == '-' ? PRINT_RED : sign == '+' ? PRINT_GREEN : PRINT_DIM);
	buf_add_char(p->out, sign);
	buf_add_char(p->out, ' ');
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.ptr[i] >= 0x20 || line.ptr[i] == '\t')
			buf_add_char(p->out, line.ptr[i]);
	print_colour(p, PRINT_PLAIN);
	buf_add_char(p->out, '\n');
}

/* Two texts: the lines that differ, and one that stays around them, to find the place. */
static void print_lines(const Printer *p, Str old, Str new)
{
	Arena *a = arena_new("lines");
	TextLine *lines;
	uint32_t count;
	uint32_t shown = 0;
	bool skips = false;

	text_diff(a, old, new, &lines, &count);
	for (uint32_t i = 0; i < count && shown < PRINT_LINES_MAX; i++) {
		bool is_near = lines[i].sign != ' ' || (i && lines[i - 1].sign != ' ') ||
			       (i + 1 < count && lines[i + 1].sign != ' ');

		if (is_near && skips && shown) {
			print_indent(p, 4);
			buf_add(p->out, STR("...\n"));
		}
		skips = !is_near;
		if (!is_near)
			continue;
		print_line(p, lines[i].sign, lines[i].text);
		shown++;
	}
	if (shown == PRINT_LINES_MAX) {
		print_indent(p, 4);
		buf_add(p->out, STR("... and more lines\n"));
	}
	arena_free(a);
}

/* Leaves out what two long texts begin with, so that the cut texts show where they differ. */
static Value print_behind(Arena *a, Value v, Value other)
{
	Str x = v.as.text, y = other.as.text;
	size_t same = 0;

	while (same < x.len && same < y.len && x.ptr[same] == y.ptr[same])
		same++;
	if (same <= PRINT_CONTEXT + 3)
		return v;
	same -= PRINT_CONTEXT;
	while (same && ((unsigned char)x.ptr[same] & 0xc0) == 0x80)
		same--; /* not inside a character */
	return value_string(str_print(a, "...%.*s", STR_ARG(str_slice(x, same, x.len))));
}

static bool print_is_text(Value v)
{
	return v.kind == VAL_STRING && !seal_is_digest(v);
}

static void print_pair(const Printer *p, uint32_t used, Value old, Value new)
{
	uint32_t room = (p->columns > used + 10 ? p->columns - used - 4 : 0) / 2;
	Arena *a = arena_new("pair");

	if (print_is_text(old) && print_is_text(new) &&
		(old.as.text.len + 2 > room || new.as.text.len + 2 > room)) {
		Value from = old;

		old = print_behind(a, old, new);
		new = print_behind(a, new, from);
	}
	if (seal_is_digest(old) && seal_is_digest(new)) {
		buf_add(p->out, STR("(changed)"));
	} else if (old.kind == VAL_NULL) {
		print_value(p, new, 2 * room);
	} else if (new.kind == VAL_NULL) {
		print_value(p, old, 2 * room);
		buf_add(p->out, STR(" -> (unset)"));
	} else {
		print_value(p, old, room);
		buf_add(p->out, STR(" -> "));
		print_value(p, new, room);
	}
	arena_free(a);
}

static void print_part(const Printer *p, Str path, Value old, Value new)
{
	print_indent(p, 0);
	print_colour(p, PRINT_BOLD);
	buf_add(p->out, path);
	print_colour(p, PRINT_PLAIN);
	buf_add(p->out, old.kind == VAL_NULL ? STR(" = ") : STR(": "));
	print_pair(p, PRINT_INDENT + (uint32_t)path.len + 2, old, new);
}

/* What is in a list, sorted, for print_holds(). */
static Value print_sorted(Arena *a, Value list)
{
	uint32_t len = list.as.list->len;
	Value *items = ARENA_ARRAY(a, Value, len);

	for (uint32_t i = 0; i < len; i++)
		items[i] = list.as.list->items[i];
	return value_set(a, items, len);
}

static bool print_holds(Value sorted, Value item)
{
	const Value *items = sorted.as.list->items;
	uint32_t low = 0;
	uint32_t high = sorted.as.list->len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (value_cmp(items[middle], item) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sorted.as.list->len && value_cmp(items[low], item) == 0;
}

/* Lists and sets: what goes and what comes. */
static void print_items(const Printer *p, Str path, Value old, Value new)
{
	Arena *a = arena_new("print");
	const Value sides[] = {old, new};
	const Value others[] = {print_sorted(a, new), print_sorted(a, old)};

	print_indent(p, 0);
	print_colour(p, PRINT_BOLD);
	buf_add(p->out, path);
	print_colour(p, PRINT_PLAIN);
	buf_add(p->out, STR(":\n"));
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < sides[side].as.list->len; i++) {
			Value item = sides[side].as.list->items[i];

			if (print_holds(others[side], item))
				continue;
			print_indent(p, 4);
			print_colour(p, side ? PRINT_GREEN : PRINT_RED);
			buf_add(p->out, side ? STR("+ ") : STR("- "));
			print_value(p, item, p->columns - PRINT_INDENT - 6);
			print_colour(p, PRINT_PLAIN);
			buf_add_char(p->out, '\n');
		}
	arena_free(a);
}

static bool print_is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

/* Says whether two lists differ in what is in them, not in order alone. */
static bool print_items_differ(Value old, Value new)
{
	Arena *a = arena_new("print");
	bool differs = !value_eq(print_sorted(a, old), print_sorted(a, new));

	arena_free(a);
	return differs;
}

static void print_maps(const Printer *p, Str path, Value old, Value new);

/* One entry that differs: maps inside are taken apart, too. */
static void print_entry(const Printer *p, Str path, Value old, Value new)
{
	if (old.kind == VAL_MAP && new.kind == VAL_MAP) {
		print_maps(p, path, old, new);
		return;
	}
	if (print_is_list(old) && print_is_list(new) && print_items_differ(old, new)) {
		print_items(p, path, old, new);
		return;
	}
	print_part(p, path, old, new);
	buf_add_char(p->out, '\n');
}

/* Maps: the entries that differ, each on a line of its own. */
static void print_maps(const Printer *p, Str path, Value old, Value new)
{
	Arena *a = arena_new("print");

	for (uint32_t i = 0; i < old.as.map->len; i++) {
		const ValueEntry *e = &old.as.map->entries[i];
		const Value *other = value_find(new, e->key);

		if (!other || !value_eq(*other, e->value))
			print_entry(p, str_print(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(e->key)),
				e->value, other ? *other : VALUE_NULL);
	}
	for (uint32_t i = 0; i < new.as.map->len; i++) {
		const ValueEntry *e = &new.as.map->entries[i];

		if (!value_find(old, e->key))
			print_entry(p, str_print(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(e->key)),
				VALUE_NULL, e->value);
	}
	arena_free(a);
}

static void print_secret(const Printer *p, const PlanChange *c)
{
	print_indent(p, 0);
	print_colour(p, PRINT_BOLD);
	buf_add(p->out, c->path);
	print_colour(p, PRINT_PLAIN);
	buf_add(p->out, c->old.kind == VAL_NULL   ? STR(" = (secret)")
			: c->new.kind == VAL_NULL ? STR(": (secret) -> (unset)")
						  : STR(": (secret, changed)"));
}

/* Texts of JSON, too long to be seen at once: what differs in them.  false: they are none. */
static bool print_json_texts(const Printer *p, const PlanChange *c)
{
	Arena *a;
	Value old, new;
	Diag err = {0};
	bool ok = print_is_text(c->old) && print_is_text(c->new) &&
		  c->old.as.text.len + c->new.as.text.len > p->columns / 2;

	if (!ok)
		return false;
	a = arena_new("json");
	ok = json_parse(a, c->old.as.text, &old, &err) && json_parse(a, c->new.as.text, &new, &err);
	if (ok && old.kind == VAL_MAP && new.kind == VAL_MAP)
		print_maps(p, c->path, old, new);
	else if (ok && print_is_list(old) && print_is_list(new) && print_items_differ(old, new))
		print_items(p, c->path, old, new);
	else
		ok = false;
	diag_fini(&err);
	arena_free(a);
	return ok;
}

static void print_change(const Printer *p, const PlanChange *c)
{
	bool ends = true;

	if (c->is_secret) {
		print_secret(p, c);
	} else if (print_json_texts(p, c)) {
		ends = false;
	} else if (print_is_long_text(c->old) && print_is_long_text(c->new)) {
		print_indent(p, 0);
		buf_print(p->out, "%.*s:", STR_ARG(c->path));
	} else if (c->old.kind == VAL_MAP && c->new.kind == VAL_MAP) {
		print_maps(p, c->path, c->old, c->new);
		ends = false;
	} else if (print_is_list(c->old) && print_is_list(c->new) &&
		   print_items_differ(c->old, c->new)) {
		print_items(p, c->path, c->old, c->new);
		ends = false;
	} else {
		print_part(p, c->path, c->old, c->new);
	}
	if (!ends)
		return;
	if (c->is_replace) {
		print_colour(p, PRINT_RED);
		buf_add(p->out, STR("  (replaces)"));
		print_colour(p, PRINT_PLAIN);
	}
	buf_add_char(p->out, '\n');
	if (!c->is_secret && print_is_long_text(c->old) && print_is_long_text(c->new))
		print_lines(p, c->old.as.text, c->new.as.text);
}

void plan_print_change(Buf *b, const PlanChange *c, StepKind kind, const PrintOptions *options)
{
	Printer p = {b, options, options->columns ? options->columns : PRINT_COLUMNS};

	CHECK(kind < STEP_KIND_COUNT);
	print_change(&p, c);
}

/* A new object: what is written for it. */
/* Says whether the program wrote the attribute `name`, or a part of it. */
static bool print_is_written(const GraphNode *node, Str name)
{
	for (uint32_t i = 0; i < node->span_count; i++) {
		Str path = node->spans[i].path;

		if (str_starts(path, name) && (path.len == name.len || path.ptr[name.len] == '.'))
			return true;
	}
	return false;
}

/* What a new object is made with: what the program says; defaults are only counted. */
static void print_inputs(const Printer *p, const Plan *plan, const PlanStep *s)
{
	const GraphNode *node = s->node >= 0 && plan->graph ? &plan->graph->nodes[s->node] : NULL;
	uint32_t defaults = 0;

	if (s->desired.kind != VAL_MAP)
		return;
	for (uint32_t i = 0; i < s->desired.as.map->len; i++) {
		const ValueEntry *e = &s->desired.as.map->entries[i];
		PlanChange c = {.path = e->key, .new = e->value};

		if (e->value.kind == VAL_NULL)
			continue;
		if (node && node->span_count && !print_is_written(node, e->key))
			defaults++;
		else
			print_change(p, &c);
	}
	if (defaults == 0)
		return;
	print_indent(p, 0);
	print_colour(p, PRINT_DIM);
	buf_print(p->out, "(and %u default%s)", defaults, defaults == 1 ? "" : "s");
	print_colour(p, PRINT_PLAIN);
	buf_add_char(p->out, '\n');
}

/* Lines of words, broken at spaces. */
static void print_words(const Printer *p, PrintColour colour, Str text)
{
	uint32_t room = p->columns - PRINT_INDENT;
	uint32_t used = 0;

	print_indent(p, 0);
	print_colour(p, colour);
	while (text.len) {
		Str word = str_cut(&text, STR(" "));
		uint32_t width = (uint32_t)utf8_width(word);

		if (used && used + 1 + width > room) {
			buf_add_char(p->out, '\n');
			print_indent(p, 0);
			used = 0;
		} else if (used) {
			buf_add_char(p->out, ' ');
			used++;
		}
		buf_add(p->out, word);
		used += width;
	}
	print_colour(p, PRINT_PLAIN);
	buf_add_char(p->out, '\n');
}

/* Which half of a replace comes first, where that is not a matter of course. */
static void print_order(const Printer *p, const PlanStep *s)
{
	Buf b;

	if (s->order.len)
		print_words(p, PRINT_DIM, s->order);
	if (!s->warning.len)
		return;
	buf_init(&b, SIZE_MAX / 2);
	buf_print(&b, "warning: %.*s", STR_ARG(s->warning));
	print_words(p, PRINT_YELLOW, buf_str(&b));
	buf_fini(&b);
}

static void print_step(const Printer *p, const Plan *plan, const PlanStep *s)
{
	Str sign = print_sign(s);

	buf_add_repeat(p->out, ' ', 4 - (sign.len < 4 ? sign.len : 4));
	print_colour(p, print_step_colour(s->kind));
	buf_add(p->out, sign);
	buf_add_char(p->out, ' ');
	buf_add(p->out, s->address);
	print_colour(p, PRINT_DIM);
	buf_print(p->out, "  %.*s", STR_ARG(s->type));
	print_colour(p, PRINT_PLAIN);
	if (s->reason.len)
		buf_print(p->out, ": %.*s", STR_ARG(s->reason));
	buf_add_char(p->out, '\n');
	print_order(p, s);
	if (s->kind == STEP_CREATE)
		print_inputs(p, plan, s);
	for (uint32_t i = 0; i < s->change_count; i++)
		print_change(p, &s->changes[i]);
}

static void print_outputs(const Printer *p, const Plan *plan)
{
	if (!plan->output_count)
		return;
	buf_add(p->out, plan->step_count ? STR("\noutputs\n") : STR("outputs\n"));
	for (uint32_t i = 0; i < plan->output_count; i++) {
		const PlanOutput *o = &plan->outputs[i];
		PlanChange c = {
			.path = o->name, .old = o->old, .new = o->new, .is_secret = o->is_secret};

		print_change(p, &c);
	}
}

void plan_print_summary(Buf *b, const Plan *p)
{
	static const StepKind order[] = {STEP_CREATE, STEP_UPDATE, STEP_REPLACE, STEP_DESTROY,
		STEP_READ, STEP_DRIFT, STEP_GONE};
	const char *before = "";

	buf_add(b, p->is_drift ? STR("drift: ") : STR("plan: "));
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		uint32_t n = p->counts[order[i]];

		if (!n)
			continue;
		buf_print(b, "%s%u %s%.*s", before, n, p->is_drift ? "" : "to ",
			STR_ARG(print_word(order[i])));
		before = ", ";
	}
	if (!p->step_count && p->output_count)
		buf_print(b, "%u output%s to change", p->output_count,
			p->output_count == 1 ? "" : "s");
	else if (!p->step_count)
		buf_add(b, p->is_drift ? STR("nothing changed outside") : STR("nothing to do"));
	buf_add_char(b, '\n');
}

void plan_print(Buf *b, const Plan *p, const PrintOptions *options)
{
	Printer printer = {b, options, options->columns ? options->columns : PRINT_COLUMNS};

	if (printer.columns < PRINT_COLUMNS_MIN)
		printer.columns = PRINT_COLUMNS_MIN;
	for (uint32_t i = 0; !options->is_summary && i < p->step_count; i++)
		if (plan_step_is_shown(&p->steps[i]))
			print_step(&printer, p, &p->steps[i]);
	if (!options->is_summary) {
		print_outputs(&printer, p);
		if (!plan_is_empty(p))
			buf_add_char(b, '\n');
	}
	plan_print_summary(b, p);
	if (p->unread && !options->is_summary)
		buf_print(b,
			"\n%u reads of what the program does not write were left out, as they cost"
			"\na call each; --refresh=full makes them.\n",
			p->unread);
	if (!p->stale.len)
		return;
	buf_add(b, STR("This plan is stale and cannot be applied: "));
	buf_print(b, "%.*s. Plan again.\n", STR_ARG(p->stale));
}
