/* A plan for a pull request: what fits into one comment, the important first. */
#include "runtime/plan/plan_print.h"

enum { MARKDOWN_BYTES_MAX = 65536, MARKDOWN_TAIL_BYTES = 200 };

static const char markdown_anchor[] = "<!-- styx plan -->\n";

static void markdown_table(Buf *b, const Plan *p)
{
	buf_add(b, STR("| create | update | replace | destroy |\n|---|---|---|---|\n"));
	buf_print(b, "| %u | %u | %u | %u |\n\n", p->counts[STEP_CREATE], p->counts[STEP_UPDATE],
		p->counts[STEP_REPLACE], p->counts[STEP_DESTROY]);
}

/* Text inside of HTML elements: a key of an address may hold anything. */
static void markdown_html(Buf *b, Str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '<')
			buf_add_cstr(b, "&lt;");
		else if (c == '>')
			buf_add_cstr(b, "&gt;");
		else if (c == '&')
			buf_add_cstr(b, "&amp;");
		else if (c == '`' || c == '*' || c == '_' || c == '[' || c == ']')
			buf_print(b, "&#%d;", c); /* Markdown reads inside of elements, too */
		else
			buf_add_char(b, c);
	}
}

/* One step: never folded if something goes.  False: it is too long for any comment. */
static bool markdown_step(Buf *b, const PlanStep *s)
{
	static const char *const words[STEP_KIND_COUNT] = {
#define X(name, word, sign) [STEP_##name] = word,
#include "runtime/plan/step_kind.def"
#undef X
	};
	PrintOptions options = {.columns = 100};
	bool goes = s->kind == STEP_REPLACE || s->kind == STEP_DESTROY;
	Buf text;

	buf_init(&text, MARKDOWN_BYTES_MAX);
	for (uint32_t i = 0; i < s->change_count; i++)
		plan_print_change(&text, &s->changes[i], s->kind, &options);
	for (uint32_t i = 0;
		s->kind == STEP_CREATE && s->desired.kind == VAL_MAP && i < s->desired.as.map->len;
		i++) {
		PlanChange c = {.path = s->desired.as.map->entries[i].key,
			.new = s->desired.as.map->entries[i].value};

		if (c.new.kind != VAL_NULL)
			plan_print_change(&text, &c, s->kind, &options);
	}
	buf_print(b, goes ? "**%s** <code>" : "<details><summary>%s <code>", words[s->kind]);
	markdown_html(b, s->address);
	buf_add_cstr(b, "</code>");
	if (s->reason.len)
		buf_print(b, ": %.*s", STR_ARG(s->reason));
	buf_add(b, goes ? STR("\n\n") : STR("</summary>\n\n"));
	if (s->order.len)
		buf_print(b, "%.*s.\n\n", STR_ARG(s->order));
	if (s->warning.len)
		buf_print(b, "> **warning**: %.*s\n\n", STR_ARG(s->warning));
	if (text.len)
		buf_print(b, "~~~~text\n%.*s~~~~\n", STR_ARG(buf_str(&text)));
	buf_add(b, goes ? STR("\n") : STR("\n</details>\n\n"));
	bool fits = !text.overflowed;
	buf_fini(&text);
	return fits;
}

/* What the outputs become, folded. */
static void markdown_outputs(Buf *b, const Plan *p)
{
	PrintOptions options = {.columns = 100};

	buf_add_cstr(b, "<details><summary>outputs</summary>\n\n~~~~text\n");
	for (uint32_t i = 0; i < p->output_count; i++) {
		const PlanOutput *o = &p->outputs[i];
		PlanChange c = {
			.path = o->name, .old = o->old, .new = o->new, .is_secret = o->is_secret};

		plan_print_change(b, &c, STEP_UPDATE, &options);
	}
	buf_add_cstr(b, "~~~~\n\n</details>\n\n");
}

/* Adds a piece if there is room for it and for the last line. */
static bool markdown_add(Buf *b, const Buf *piece, size_t begin, uint32_t bytes_max)
{
	if (b->len - begin + piece->len + MARKDOWN_TAIL_BYTES > bytes_max)
		return false;
	buf_add(b, buf_str(piece));
	return true;
}

void plan_markdown(Buf *b, const Plan *p, uint32_t bytes_max)
{
	size_t begin = b->len;
	uint32_t left_out = 0;

	if (!bytes_max)
		bytes_max = MARKDOWN_BYTES_MAX;
	buf_add_cstr(b, markdown_anchor);
	buf_add(b, STR("### "));
	plan_print_summary(b, p);
	buf_add_char(b, '\n');
	if (p->stale.len)
		buf_print(b, "> This plan is stale and cannot be applied: %.*s.\n\n",
			STR_ARG(p->stale));
	markdown_table(b, p);
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < p->step_count; i++) {
			const PlanStep *s = &p->steps[i];
			bool goes = s->kind == STEP_REPLACE || s->kind == STEP_DESTROY;
			Buf one;

			if (!plan_step_is_shown(s) || goes != (pass == 0))
				continue;
			buf_init(&one, SIZE_MAX / 2);
			if (!markdown_step(&one, s) || !markdown_add(b, &one, begin, bytes_max))
				left_out++;
			buf_fini(&one);
		}
	Buf outputs;

	buf_init(&outputs, SIZE_MAX / 2);
	if (p->output_count)
		markdown_outputs(&outputs, p);
	bool has_outputs = markdown_add(b, &outputs, begin, bytes_max);
	buf_fini(&outputs);
	if (left_out || !has_outputs)
		buf_print(b, "%u more steps%s do not fit here: see the output of `styx plan`.\n",
			left_out, has_outputs ? "" : " and the outputs");
}
