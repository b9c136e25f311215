/* The schemas' rules over resources: what a provider would refuse is refused here, when its inputs
 * are known; else it becomes a check that waits for apply. */
#include "compiler/graph/graph_impl.h"

#include "compiler/base/limits.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/entity.h"
#include "compiler/eval/rule.h"
#include "compiler/graph/graph_records.h"
#include "compiler/types/address.h"

#include <stdlib.h>
#include <string.h>

typedef enum Presence { IS_UNSET, IS_SET, IS_UNCLEAR } Presence;

typedef struct RuleTask {
	Object *object;
	const SchemaRule *rule;
	const SchemaExpr *part;
	Value value;
	bool says;
} RuleTask;

/* Says whether the program sets a dotted path; defaults do not count. */
static Presence presence(Build *b, Object *o, Str path)
{
	Str rest = path;
	Str first = str_cut(&rest, STR("."));
	const ShapeEntry *e = entity_entry(o, first);
	const Value *v = NULL;

	(void)b;
	if (o->shape->is_dynamic)
		v = value_find(o->units[0].value, first);
	else if (e && e->value)
		v = &o->units[e->slot].value;
	if (v && rest.len && v->kind == VAL_MAP)
		v = value_find_path(*v, rest);
	if (!v || v->kind == VAL_NULL)
		return IS_UNSET;
	if (v->kind == VAL_DEFERRED && (rest.len || v->as.residual->may_be_null))
		return IS_UNCLEAR;
	return IS_SET;
}

/* "`a`, `b` and `c`" */
static void print_paths(Buf *b, const SchemaPaths *paths, uint32_t from, const char *last)
{
	for (uint32_t i = from; i < paths->count; i++) {
		if (i > from)
			buf_add_cstr(b, i + 1 < paths->count ? ", " : last);
		buf_print(b, "`%.*s`", STR_ARG(paths->paths[i]));
	}
}

static void report_presence(Build *b, Object *o, const SchemaRule *rule, DiagCode code, Span at)
{
	Buf words;

	buf_init(&words, TEXT_BYTES_MAX);
	buf_print(&words, "`%.*s` ", STR_ARG(o->ref.name));
	if (code == DIAG_EXCLUSIVE_FIELDS) {
		buf_add_cstr(&words, "sets more than one of ");
		print_paths(&words, &rule->paths, 0, " and ");
	} else if (rule->kind == RULE_REQUIRES) {
		buf_print(&words, "sets `%.*s` and so needs ", STR_ARG(rule->paths.paths[0]));
		print_paths(&words, &rule->paths, 1, " and ");
	} else {
		buf_add_cstr(&words, rule->kind == RULE_EXACTLY_ONE ? "needs one of "
								    : "needs at least one of ");
		print_paths(&words, &rule->paths, 0, " and ");
	}
	Diag *d = diag_add(b->m.op.diags, code, at, "%s", buf_cstr(&words));

	if (rule->message.len)
		diag_why(d, "%.*s", STR_ARG(rule->message));
	if (code == DIAG_EXCLUSIVE_FIELDS)
		diag_fix(d, "%s", "keep one of them");
	buf_fini(&words);
}

static void rule_of_presence(Build *b, Object *o, const SchemaRule *rule)
{
	uint32_t set = 0, unclear = 0;
	Span at = node_kid(o->symbol->decl, DECL_NAME)->span, last = at;

	for (uint32_t i = 0; i < rule->paths.count; i++) {
		Presence p = presence(b, o, rule->paths.paths[i]);

		if (rule->kind == RULE_REQUIRES && !i && p != IS_SET)
			return;
		unclear += p == IS_UNCLEAR;
		if (p == IS_SET) {
			set++;
			last = graph_build_span(o, rule->paths.paths[i]);
		}
	}
	bool is_one = rule->kind == RULE_CONFLICTS || rule->kind == RULE_EXACTLY_ONE;

	if (is_one && set > 1)
		report_presence(b, o, rule, DIAG_EXCLUSIVE_FIELDS, last);
	else if (rule->kind == RULE_REQUIRES && set + unclear < rule->paths.count)
		report_presence(
			b, o, rule, DIAG_MISSING_FIELD, graph_build_span(o, rule->paths.paths[0]));
	else if (rule->kind != RULE_CONFLICTS && rule->kind != RULE_REQUIRES && !set && !unclear)
		report_presence(b, o, rule, DIAG_MISSING_FIELD, at);
}

/* where */

static void run_condition(Build *b, void *ctx)
{
	RuleTask *t = ctx;

	b->m.home = t->object->home;
	t->says = rule_condition(&b->m, t->object, t->rule->where, &t->value);
}

/* The first attribute in a rule that the program wrote. */
static const SchemaExpr *written_name(Object *o, const SchemaExpr *x)
{
	const ShapeEntry *e = x && x->kind == SX_NAME ? entity_entry(o, x->name) : NULL;

	if (e && e->value)
		return x;
	for (uint32_t i = 0; x && i < x->count; i++) {
		const SchemaExpr *found = written_name(o, x->kids[i]);

		if (found)
			return found;
	}
	return NULL;
}

static void run_predict(Build *b, void *ctx)
{
	RuleTask *t = ctx;

	b->m.home = t->object->home;
	t->says = rule_predict(&b->m, t->object, t->part, &t->value);
}

/* Adds "`name` is value" for each name that a rule reads, as far as they are known. */
static void add_read(Build *b, Object *o, const SchemaExpr *x, Buf *words)
{
	bool is_member = x->kind == SX_MEMBER && x->kids[0] && x->kids[0]->kind == SX_NAME;
	RuleTask t = {.object = o, .part = x};

	for (uint32_t i = 0; !is_member && i < x->count; i++)
		if (x->kids[i])
			add_read(b, o, x->kids[i], words);
	if ((!is_member && x->kind != SX_NAME) || !graph_build_run(b, run_predict, &t) || !t.says ||
		value_has_secret(t.value))
		return;
	buf_add_cstr(words, buf_str(words).len ? ", `" : "`");
	if (is_member)
		buf_print(words, "%.*s.", STR_ARG(x->kids[0]->name));
	buf_print(words, "%.*s` is ", STR_ARG(x->name));
	value_print(words, t.value, -1);
}

typedef struct Others {
	const Object *object;
	bool is_any;
} Others;

static void see_other(void *ctx, const Residual *r)
{
	Others *o = ctx;

	if (r->op == RESIDUAL_REF && !str_eq(r->name, o->object->ref.name))
		o->is_any = true;
}

/* What the server alone decides about the object itself it will not refuse. */
static bool is_worth_checking(const Object *o, Value condition)
{
	Others others = {o, false};

	deferral_walk(condition, see_other, &others);
	return others.is_any;
}

static void rule_of_where(Build *b, Object *o, const SchemaRule *rule)
{
	RuleTask t = {.object = o, .rule = rule};
	const SchemaExpr *first = written_name(o, rule->where);
	Buf words;
	Span at = graph_build_span(o, first ? first->name : STR(""));

	if (!graph_build_run(b, run_condition, &t) || !t.says)
		return;
	if (t.value.kind == VAL_DEFERRED) {
		if (is_worth_checking(o, t.value))
			graph_build_check(b, t.value, value_string(rule->message), o->ref.name, at);
		return;
	}
	if (t.value.as.boolean)
		return;
	Diag *d = diag_add(b->m.op.diags, DIAG_SCHEMA_RULE, at, "`%.*s`: %.*s",
		STR_ARG(o->ref.name), STR_ARG(rule->message));

	buf_init(&words, TEXT_BYTES_MAX);
	add_read(b, o, rule->where, &words);
	diag_why(d, "%s", buf_cstr(&words));
	buf_fini(&words);
	for (uint32_t i = 0; i < rule->where->count; i++) { /* the object behind a reference */
		const SchemaExpr *x = rule->where->kids[i];
		Object *target = x->kind == SX_MEMBER && x->kids[0]->kind == SX_NAME
					 ? rule_target(&b->m, o, x->kids[0]->name)
					 : NULL;

		if (target)
			diag_note(d, graph_build_span(target, x->name), "of `%.*s`",
				STR_ARG(target->ref.name));
	}
}

/* where disjoint(range) by other: among all objects of the type */

typedef struct Sibling {
	Object *object;
	Str by; /* canonical bytes of what they have in common */
	Value value;
	AddressRange range;
} Sibling;

static int cmp_siblings(const void *a, const void *b)
{
	const Sibling *x = a, *y = b;
	int order = str_cmp(x->by, y->by);

	if (!order && x->range.address.is_six != y->range.address.is_six)
		order = x->range.address.is_six ? 1 : -1;
	if (!order)
		order = memcmp(x->range.address.bytes, y->range.address.bytes, 16);
	if (!order)
		order = x->range.prefix - y->range.prefix;
	if (!order)
		order = str_cmp(x->object->ref.name, y->object->ref.name);
	return order;
}

static bool sibling_of(Build *b, Object *o, const SchemaRule *rule, Sibling *ret)
{
	const ShapeEntry *e = entity_entry(o, rule->where->kids[0]->name);
	const ShapeEntry *by = rule->by.len ? entity_entry(o, rule->by) : NULL;

	if (!e || e->slot < 0 || (rule->by.len && (!by || by->slot < 0)))
		return false;
	ret->object = o;
	ret->value = o->units[e->slot].value;
	ret->by = STR("");
	if (by) {
		Buf bytes;

		buf_init(&bytes, TEXT_BYTES_MAX);
		value_encode(&bytes, o->units[by->slot].value);
		ret->by = str_copy(b->scratch, buf_str(&bytes));
		buf_fini(&bytes);
	}
	if (ret->value.kind != VAL_STRING || !address_parse_range(ret->value.as.text, &ret->range))
		return false;
	address_mask(&ret->range.address, ret->range.prefix);
	return true;
}

/* Of sorted ranges one overlaps another before it only if it lies inside the last outermost one. */
static void rule_of_siblings(Build *b, const SchemaResource *type, const SchemaRule *rule)
{
	Vec(Sibling) all = {0};

	for (uint32_t i = 0; i < b->node_count; i++) {
		Sibling s = {0};

		if (b->objects[i]->symbol->resource == type &&
			b->objects[i]->symbol->kind == SYMBOL_RESOURCE &&
			sibling_of(b, b->objects[i], rule, &s))
			vec_add(b->scratch, &all, s);
	}
	if (all.len)
		qsort(all.ptr, all.len, sizeof(Sibling), cmp_siblings);
	Str attr = rule->where->kids[0]->name;
	uint32_t outer = 0;

	for (uint32_t i = 1; i < all.len; i++) {
		const Sibling *x = &all.ptr[outer], *y = &all.ptr[i];

		if (!str_eq(x->by, y->by) || !address_contains(&x->range, &y->range)) {
			outer = i;
			continue;
		}
		Diag *d = diag_add(b->m.op.diags, DIAG_SCHEMA_RULE,
			graph_build_span(y->object, attr),
			"`%.*s` (%.*s) overlaps `%.*s` (%.*s): %.*s", STR_ARG(y->object->ref.name),
			STR_ARG(y->value.as.text), STR_ARG(x->object->ref.name),
			STR_ARG(x->value.as.text), STR_ARG(rule->message));

		Span other = graph_build_span(x->object, attr);

		if (other.begin != d->at.begin) /* two of one `for` share their place */
			diag_note(d, other, "`%.*s`", STR_ARG(x->object->ref.name));
	}
}

static bool is_disjoint(const SchemaRule *rule)
{
	return rule->kind == RULE_WHERE && rule->where && rule->where->kind == SX_CALL &&
	       str_eq(rule->where->name, STR("disjoint")) && rule->where->count == 1 &&
	       rule->where->kids[0]->kind == SX_NAME;
}

/* Two objects that would be one: ids that are made of what is written. */

typedef struct IdentityTask {
	Object *object;
	Value id;
	bool is_known;
} IdentityTask;

static void run_identity(Build *b, void *ctx)
{
	IdentityTask *t = ctx;

	b->m.home = t->object->home;
	t->is_known =
		rule_predict(&b->m, t->object, t->object->symbol->resource->id_template, &t->id);
}

static Span identity_span(const Object *o)
{
	const SchemaResource *r = o->symbol->resource;

	for (uint32_t i = 0; i < r->attr_count; i++) {
		const ShapeEntry *e = entity_entry(o, r->attrs[i].name);

		if ((r->attrs[i].flags & ATTR_IDENTITY) && e && e->value)
			return e->value->span;
	}
	return graph_build_span(o, STR(""));
}

static void rule_of_identity(Build *b, Map *ids, Object *o)
{
	IdentityTask t = {.object = o};

	if (!o->symbol->resource->id_template || !graph_build_run(b, run_identity, &t) ||
		!t.is_known || t.id.kind != VAL_STRING)
		return;
	Str key = str_print(b->scratch, "%.*s %.*s %.*s", STR_ARG(o->provider->id),
		STR_ARG(o->symbol->resource->name), STR_ARG(t.id.as.text));
	Object *other = map_find(ids, key);

	if (!other) {
		(void)map_put(ids, key, o);
		return;
	}
	Diag *d = diag_add(b->m.op.diags, DIAG_DUPLICATE_NAME, identity_span(o),
		"`%.*s` and `%.*s` are the same %.*s: `%.*s`", STR_ARG(other->ref.name),
		STR_ARG(o->ref.name), STR_ARG(o->symbol->resource->name), STR_ARG(t.id.as.text));

	diag_note(d, identity_span(other), "`%.*s`", STR_ARG(other->ref.name));
}

static void rules_of_object(Build *b, Object *o, Map *seen)
{
	const SchemaResource *r = o->symbol->resource;

	for (uint32_t i = 0; i < r->rule_count; i++) {
		const SchemaRule *rule = &r->rules[i];

		if (graph_records_rule(b, o, rule))
			continue;
		if (rule->kind != RULE_WHERE)
			rule_of_presence(b, o, rule);
		else if (!is_disjoint(rule))
			rule_of_where(b, o, rule);
		else if (!map_has(seen, r->name))
			rule_of_siblings(b, r, rule);
	}
	if (r->rule_count && !map_has(seen, r->name))
		(void)map_put(seen, r->name, o);
}

void graph_rules(Build *b)
{
	Map seen, ids;

	map_init(&seen, b->scratch);
	map_init(&ids, b->scratch);
	for (uint32_t i = 0; i < b->node_count; i++) {
		Object *o = b->objects[i];

		if (o->symbol->kind != SYMBOL_RESOURCE)
			continue;
		rules_of_object(b, o, &seen);
		rule_of_identity(b, &ids, o);
	}
}
