/* Rules over a record type that a schema names: exactly_one_of(rule.cidr_ipv4, rule.cidr_ipv6)
 * holds for every record of the type `rule`, wherever in the object's attributes it lies. */
#include "compiler/graph/graph_records.h"

#include "compiler/base/limits.h"
#include "compiler/eval/entity.h"

typedef struct Records {
	Build *b;
	const Object *object;
	const SchemaRule *rule;
	Str type; /* the record type's name, which all paths begin with */
	Str attr; /* the attribute that is being looked through */
} Records;

static Str field_of(const Records *r, uint32_t i)
{
	return str_slice(r->rule->paths.paths[i], r->type.len + 1, SIZE_MAX);
}

static void report(Records *r, DiagCode code, const char *what, uint32_t from)
{
	const SchemaPaths *paths = &r->rule->paths;
	Buf words;

	buf_init(&words, TEXT_BYTES_MAX);
	buf_print(&words, "a `%.*s` in `%.*s.%.*s` %s ", STR_ARG(r->type),
		STR_ARG(r->object->ref.name), STR_ARG(r->attr), what);
	for (uint32_t i = from; i < paths->count; i++)
		buf_print(&words, "%s`%.*s`",
			i == from              ? ""
			: i + 1 < paths->count ? ", "
					       : " and ",
			STR_ARG(field_of(r, i)));
	Diag *d = diag_add(r->b->m.op.diags, code, graph_build_span(r->object, r->attr), "%s",
		buf_cstr(&words));

	if (r->rule->message.len)
		diag_why(d, "%.*s", STR_ARG(r->rule->message));
	if (code == DIAG_EXCLUSIVE_FIELDS)
		diag_fix(d, "keep one of them");
	buf_fini(&words);
}

/* One record: defaults do not come into it, for the fields of such rules have none. */
static void check_record(Records *r, Value record)
{
	const SchemaRule *rule = r->rule;
	uint32_t set = 0, unclear = 0;
	bool has_first = false;

	for (uint32_t i = 0; i < rule->paths.count; i++) {
		const Value *v = value_find_path(record, field_of(r, i));
		bool is_set = v && v->kind != VAL_NULL;
		bool is_unclear = is_set && v->kind == VAL_DEFERRED && v->as.residual->may_be_null;

		has_first = has_first || (i == 0 && is_set && !is_unclear);
		unclear += is_unclear;
		set += is_set && !is_unclear;
	}
	bool is_one = rule->kind == RULE_CONFLICTS || rule->kind == RULE_EXACTLY_ONE;

	if (is_one && set > 1)
		report(r, DIAG_EXCLUSIVE_FIELDS, "sets more than one of", 0);
	else if (rule->kind == RULE_REQUIRES && has_first && set + unclear < rule->paths.count)
		report(r, DIAG_MISSING_FIELD, "needs", 1);
	else if (rule->kind == RULE_EXACTLY_ONE && !set && !unclear)
		report(r, DIAG_MISSING_FIELD, "needs one of", 0);
	else if (rule->kind == RULE_AT_LEAST_ONE && !set && !unclear)
		report(r, DIAG_MISSING_FIELD, "needs at least one of", 0);
}

static void walk(Records *r, const Type *type, Value v)
{
	while (type && (type->kind == TYPE_OPTIONAL || type->kind == TYPE_SECRET ||
			       type->kind == TYPE_KNOWN))
		type = type->elem;
	if (!type || v.kind == VAL_NULL || v.kind == VAL_DEFERRED)
		return;
	if ((type->kind == TYPE_LIST || type->kind == TYPE_SET) &&
		(v.kind == VAL_LIST || v.kind == VAL_SET)) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			walk(r, type->elem, v.as.list->items[i]);
		return;
	}
	if (v.kind != VAL_MAP)
		return;
	if (type->kind == TYPE_RECORD && str_eq(type->name, r->type))
		check_record(r, v);
	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		const TypeField *f = type->kind == TYPE_RECORD ? type_field(type, e->key) : NULL;

		if (f)
			walk(r, f->type, e->value);
		else if (type->kind == TYPE_MAP)
			walk(r, type->elem, e->value);
	}
}

bool graph_records_rule(Build *b, const Object *o, const SchemaRule *rule)
{
	const SchemaResource *type = o->symbol->resource;
	Records r = {.b = b, .object = o, .rule = rule};
	Str rest;

	if (rule->kind == RULE_WHERE || !rule->paths.count)
		return false;
	rest = rule->paths.paths[0];
	r.type = str_cut(&rest, STR("."));
	for (uint32_t i = 0; i < type->attr_count; i++)
		if (str_eq(type->attrs[i].name, r.type))
			return false;
	for (uint32_t i = 0; i < type->attr_count; i++) {
		const ShapeEntry *e = entity_entry(o, type->attrs[i].name);
		const Value *v = NULL;

		r.attr = type->attrs[i].name;
		if (o->shape->is_dynamic)
			v = value_find(o->units[0].value, r.attr);
		else if (e && e->value && e->slot >= 0)
			v = &o->units[e->slot].value;
		if (v)
			walk(&r, type->attrs[i].type, *v);
	}
	return true;
}
