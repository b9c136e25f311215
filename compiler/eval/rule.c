/* Evaluating the expressions of schemas over an object's attributes. */
#include "compiler/eval/rule.h"

#include "compiler/eval/entity.h"
#include "compiler/eval/eval_impl.h"
#include "compiler/eval/provider_pick.h"
#include "compiler/eval/rule_fn.h"
#include "compiler/eval/shape.h"

typedef struct Rule {
	Machine *m;
	Object *o;
	bool is_silent; /* something cannot be known here: the whole says nothing */
	uint32_t depth;
} Rule;

enum { RULE_DEPTH_MAX = 64, RULE_ARGS_MAX = 32 };

static Value rule_value(Rule *r, const SchemaExpr *x);

static Value rule_silence(Rule *r)
{
	r->is_silent = true;
	return VALUE_NULL;
}

/* `partition`: the part of AWS that a region lies in. */
static Value rule_partition(Rule *r, const Provider *p)
{
	const Value *region = p ? value_find(p->settings, STR("region")) : NULL;

	if (!region || region->kind != VAL_STRING)
		return rule_silence(r);
	if (str_starts(region->as.text, STR("cn-")))
		return value_string(STR("aws-cn"));
	if (str_starts(region->as.text, STR("us-gov-")))
		return value_string(STR("aws-us-gov"));
	return value_string(STR("aws"));
}

static Value rule_name(Rule *r, Str name)
{
	const SchemaResource *type = r->o->symbol->resource;

	if (shape_attr(r->m, type, name)) {
		Value v = entity_attr(r->m, r->o, name, NULL);

		return r->m->op.has_failed ? rule_silence(r) : v;
	}
	for (uint32_t i = 0; i < type->let_count; i++)
		if (str_eq(type->lets[i].name, name) && type->lets[i].value)
			return rule_value(r, type->lets[i].value);
	Provider *p = provider_pick(r->m, r->o);
	const Value *setting = p ? value_find(p->settings, name) : NULL;

	if (setting)
		return *setting;
	return str_eq(name, STR("partition")) ? rule_partition(r, p) : rule_silence(r);
}

Object *rule_target(Machine *m, Object *o, Str attr)
{
	const ShapeEntry *e = entity_entry(o, attr);
	const Type *t = e ? e->attr->type : NULL;

	while (t && t->kind != TYPE_ID && t->elem &&
		(t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN || t->kind == TYPE_SECRET))
		t = t->elem;
	if (!t || t->kind != TYPE_ID || e->slot < 0)
		return NULL;
	const Unit *u = machine_slot(m, o, e->slot);
	Object *found = NULL;

	for (uint32_t i = 0; u && u->reads && i < u->reads->len; i++) {
		Object *read = u->reads->items[i];

		if (!str_eq(read->symbol->resource->name, t->name))
			continue;
		if (found)
			return NULL; /* which one is decided by the expression */
		found = read;
	}
	return found;
}

static Value rule_member(Rule *r, const SchemaExpr *x)
{
	const SchemaExpr *object = x->kids[0];

	if (object->kind == SX_NAME && shape_attr(r->m, r->o->symbol->resource, object->name)) {
		Object *target = rule_target(r->m, r->o, object->name);

		if (target) {
			Value v = entity_attr(r->m, target, x->name, NULL);

			return r->m->op.has_failed ? rule_silence(r) : v;
		}
	}
	Value v = rule_value(r, object);
	const Value *field = value_find(v, x->name);

	if (r->is_silent || v.kind == VAL_DEFERRED || (v.kind != VAL_MAP && v.kind != VAL_NULL))
		return rule_silence(r);
	return field ? *field : VALUE_NULL;
}

static bool rule_args(Rule *r, const SchemaExpr *x, Value *args)
{
	if (x->count > RULE_ARGS_MAX) {
		(void)rule_silence(r);
		return false;
	}
	for (uint32_t i = 0; i < x->count; i++) {
		args[i] = rule_value(r, x->kids[i]);
		if (r->is_silent)
			return false;
	}
	return true;
}

static Value rule_apply(Rule *r, Operation op, const Value *args, uint32_t count)
{
	Value v = op_apply(&r->m->op, op, args, count);

	return r->m->op.has_failed ? rule_silence(r) : v;
}

static Value rule_call(Rule *r, const SchemaExpr *x)
{
	Value args[RULE_ARGS_MAX], v;
	bool is_known = true;

	if (!rule_fn_exists(x->name) || !rule_args(r, x, args))
		return rule_silence(r);
	for (uint32_t i = 0; i < x->count; i++)
		is_known = is_known && value_is_known(args[i]);
	if (!is_known)
		return eval_residual(r->m, RESIDUAL_CALL, x->name, args, x->count);
	return rule_fn_call(r->m->arena, x->name, args, x->count, &v) ? v : rule_silence(r);
}

static Operation rule_operation(Str name)
{
	for (Operation op = OP_ADD; op <= OP_COALESCE; op++)
		if (op != OP_NEGATE && str_eq(operation_name(op), name))
			return op;
	return OP_NONE;
}

static Value rule_binary(Rule *r, const SchemaExpr *x)
{
	Operation op = rule_operation(x->name);
	Value args[2];

	args[0] = rule_value(r, x->kids[0]);
	if (r->is_silent || op == OP_NONE)
		return rule_silence(r);
	if (args[0].kind == VAL_BOOL &&
		((op == OP_AND && !args[0].as.boolean) || (op == OP_OR && args[0].as.boolean)))
		return args[0];
	args[1] = rule_value(r, x->kids[1]);
	if (r->is_silent)
		return VALUE_NULL;
	bool has_null = args[0].kind == VAL_NULL || args[1].kind == VAL_NULL;

	if (has_null && op != OP_EQ && op != OP_NE && op != OP_COALESCE)
		return rule_silence(r); /* a rule over an unset attribute holds */
	return rule_apply(r, op, args, 2);
}

static Value rule_if(Rule *r, const SchemaExpr *x)
{
	Value c = rule_value(r, x->kids[0]);

	if (r->is_silent || c.kind != VAL_BOOL)
		return rule_silence(r);
	if (c.as.boolean)
		return rule_value(r, x->kids[1]);
	return x->count > 2 ? rule_value(r, x->kids[2]) : VALUE_NULL;
}

static Value rule_template(Rule *r, const SchemaExpr *x)
{
	Value args[RULE_ARGS_MAX];

	if (!rule_args(r, x, args))
		return VALUE_NULL;
	for (uint32_t i = 0; i < x->count; i++)
		if (args[i].kind == VAL_NULL)
			return rule_silence(r);
	return rule_apply(r, OP_TEXT, args, x->count);
}

static Value rule_compound(Rule *r, const SchemaExpr *x)
{
	Value args[RULE_ARGS_MAX];

	if (!rule_args(r, x, args))
		return VALUE_NULL;
	if (x->kind == SX_LIST) {
		Value *items = ARENA_ARRAY(r->m->arena, Value, x->count);

		for (uint32_t i = 0; i < x->count; i++)
			items[i] = args[i];
		return value_list(r->m->arena, items, x->count);
	}
	ValueEntry *entries = ARENA_ARRAY(r->m->arena, ValueEntry, x->count);

	for (uint32_t i = 0; i < x->count; i++)
		entries[i] = (ValueEntry){x->keys[i], args[i]};
	return value_map(r->m->arena, entries, x->count);
}

static Value rule_range(Rule *r, const SchemaExpr *x)
{
	Value args[2] = {VALUE_NULL, VALUE_NULL};

	for (uint32_t i = 0; i < 2 && i < x->count; i++)
		if (x->kids[i])
			args[i] = rule_value(r, x->kids[i]);
	return r->is_silent ? VALUE_NULL : rule_apply(r, OP_RANGE, args, 2);
}

static Value rule_node(Rule *r, const SchemaExpr *x)
{
	Value v;

	switch (x->kind) {
	case SX_CONST:
		return x->value;
	case SX_NAME:
		return rule_name(r, x->name);
	case SX_MEMBER:
		return rule_member(r, x);
	case SX_CALL:
		return rule_call(r, x);
	case SX_RECORD:
	case SX_LIST:
		return rule_compound(r, x);
	case SX_TEMPLATE:
		return rule_template(r, x);
	case SX_UNARY:
		v = rule_value(r, x->kids[0]);
		if (r->is_silent || v.kind == VAL_NULL)
			return rule_silence(r);
		return rule_apply(r, str_eq(x->name, STR("-")) ? OP_NEGATE : OP_NOT, &v, 1);
	case SX_BINARY:
		return rule_binary(r, x);
	case SX_RANGE:
		return rule_range(r, x);
	case SX_IF:
		return rule_if(r, x);
	case SX_ASPECT:
	case SX_INDEX:
	case SX_EACH:
	case SX_FILTER:
	case SX_SPREAD:
		break;
	}
	return rule_silence(r);
}

static Value rule_value(Rule *r, const SchemaExpr *x)
{
	if (r->is_silent || !x || r->depth == RULE_DEPTH_MAX)
		return rule_silence(r);
	r->depth++;
	Value v = rule_node(r, x);

	r->depth--;
	return v;
}

/* Evaluates; false and no messages when it says nothing. */
static bool rule_try(Machine *m, Object *o, const SchemaExpr *x, Value *ret)
{
	DiagList *l = m->op.diags;
	uint32_t said = l->items.len, errors = l->error_count, failed = m->failed.len;
	Rule r = {.m = m, .o = o};

	if (m->op.has_failed)
		return false;
	Value v = rule_value(&r, x);

	if (m->is_unwinding)
		return false;
	/* Only what the operation itself said is dropped; a unit that failed stays reported. */
	if (m->op.has_failed && m->failed.len == failed) {
		l->items.len = said;
		l->error_count = errors;
		m->op.has_failed = false;
	}
	if (r.is_silent || m->op.has_failed)
		return false;
	*ret = v;
	return true;
}

bool rule_predict(Machine *m, Object *o, const SchemaExpr *x, Value *ret)
{
	return rule_try(m, o, x, ret) && ret->kind != VAL_NULL && value_is_known(*ret);
}

Value rule_default(Machine *m, Object *o, const SchemaExpr *x)
{
	Value v;

	return rule_try(m, o, x, &v) ? v : VALUE_NULL;
}

bool rule_condition(Machine *m, Object *o, const SchemaExpr *x, Value *ret)
{
	return rule_try(m, o, x, ret) && (ret->kind == VAL_BOOL || ret->kind == VAL_DEFERRED);
}
