/* A plan for machines: JSON lines, one object each, with a "format" that only grows. */
#include "compiler/base/json.h"
#include "runtime/plan/plan_print.h"
#include "runtime/state/seal.h"

enum { JSON_FORMAT = 1 };

static const Str json_words[STEP_KIND_COUNT] = {
#define X(name, word, sign) [STEP_##name] = STR_INIT(word),
#include "runtime/plan/step_kind.def"
#undef X
};

static void json_key(Buf *b, const char *name)
{
	buf_print(b, ",\"%s\":", name);
}

static void json_text(Buf *b, const char *name, Str text)
{
	json_key(b, name);
	json_print_string(b, text);
}

static void json_flag(Buf *b, const char *name, bool flag)
{
	if (flag)
		buf_print(b, ",\"%s\":true", name);
}

/* A value, unless it is secret or not known: those are only said to be so. */
static void json_value(Buf *b, const char *name, Value v, bool is_secret)
{
	Buf cause;

	if (v.kind == VAL_NULL)
		return;
	if (is_secret || value_has_secret(v)) {
		buf_print(b, ",\"%s_secret\":true", name);
		return;
	}
	if (seal_is_digest(v)) {
		buf_print(b, ",\"%s_digest\":true", name);
		return;
	}
	if (value_is_known(v)) {
		json_key(b, name);
		json_print(b, v, 0);
		return;
	}
	buf_init(&cause, SIZE_MAX / 2);
	value_print(&cause, v, -1);
	buf_print(b, ",\"%s_unknown\":", name);
	json_print_string(b, buf_str(&cause));
	buf_fini(&cause);
}

static void json_change(Buf *b, const PlanChange *c)
{
	buf_add(b, STR("{\"path\":"));
	json_print_string(b, c->path);
	json_value(b, "old", c->old, c->is_secret);
	json_value(b, "new", c->new, c->is_secret);
	json_flag(b, "replaces", c->is_replace);
	json_flag(b, "may_be_equal", c->may_be_equal);
	buf_add_char(b, '}');
}

static void json_inputs(Buf *b, const PlanStep *s)
{
	const char *before = "";

	buf_add(b, STR(",\"inputs\":["));
	for (uint32_t i = 0; s->desired.kind == VAL_MAP && i < s->desired.as.map->len; i++) {
		const ValueEntry *e = &s->desired.as.map->entries[i];
		PlanChange c = {.path = e->key, .new = e->value};

		if (e->value.kind == VAL_NULL)
			continue;
		buf_add_cstr(b, before);
		json_change(b, &c);
		before = ",";
	}
	buf_add_char(b, ']');
}

static void json_step(Buf *b, const PlanStep *s)
{
	buf_add(b, STR("{\"kind\":\"step\""));
	json_text(b, "action", json_words[s->kind]);
	json_text(b, "address", s->address);
	json_text(b, "type", s->type);
	json_flag(b, "create_first", s->is_create_first);
	if (s->order.len)
		json_text(b, "order", s->order);
	if (s->reason.len)
		json_text(b, "reason", s->reason);
	if (s->warning.len)
		json_text(b, "warning", s->warning);
	if (s->place.len)
		json_text(b, "place", s->place);
	if (s->kind == STEP_CREATE)
		json_inputs(b, s);
	buf_add(b, STR(",\"changes\":["));
	for (uint32_t i = 0; i < s->change_count; i++) {
		if (i)
			buf_add_char(b, ',');
		json_change(b, &s->changes[i]);
	}
	buf_add(b, STR("]}\n"));
}

static void json_output(Buf *b, const PlanOutput *o)
{
	buf_add(b, STR("{\"kind\":\"output\""));
	json_text(b, "name", o->name);
	json_value(b, "old", o->old, o->is_secret);
	json_value(b, "new", o->new, o->is_secret);
	buf_add(b, STR("}\n"));
}

void plan_json(Buf *b, const Plan *p)
{
	buf_print(b, "{\"kind\":\"plan\",\"format\":%d", JSON_FORMAT);
	json_text(b, "lineage", p->lineage);
	buf_print(b, ",\"serial\":%llu", (unsigned long long)p->serial);
	json_flag(b, "destroy", p->is_destroy);
	json_flag(b, "drift", p->is_drift);
	json_flag(b, "targeted", p->is_targeted);
	if (p->stale.len)
		json_text(b, "stale", p->stale);
	buf_add(b, STR("}\n"));
	for (uint32_t i = 0; i < p->step_count; i++)
		if (plan_step_is_shown(&p->steps[i]))
			json_step(b, &p->steps[i]);
	for (uint32_t i = 0; i < p->output_count; i++)
		json_output(b, &p->outputs[i]);
	buf_add(b, STR("{\"kind\":\"summary\",\"counts\":{"));
	for (uint32_t i = 0; i < STEP_KIND_COUNT; i++)
		buf_print(b, "%s\"%.*s\":%u", i ? "," : "", STR_ARG(json_words[i]), p->counts[i]);
	buf_print(b, "},\"outputs\":%u", p->output_count);
	if (p->unread)
		buf_print(b, ",\"unread\":%u", p->unread);
	buf_print(b, ",\"is_empty\":%s}\n", plan_is_empty(p) ? "true" : "false");
}
