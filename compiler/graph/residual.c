/* Finishing deferred values, from the inside out. */
#include "compiler/graph/residual.h"

#include "compiler/base/num.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/eval.h"
#include "compiler/eval/rule_fn.h"
#include "compiler/graph/residual_check.h"

enum {
	RESIDUAL_DEPTH_MAX = 1000, /* of residuals inside residuals: our own stack */
	RESIDUAL_VARS_MAX = 64,    /* loops inside loops, two variables each */
};

typedef struct Resolve {
	Arena *arena;
	const ResidualEnv *env;
	OpCtx op;
	DiagList diags;
	ResidualCheck check;
	Value vars[RESIDUAL_VARS_MAX];
	bool is_bound[RESIDUAL_VARS_MAX];
	uint32_t depth;
} Resolve;

static Value resolve(Resolve *r, Value v);

static Value resolve_list(Resolve *r, Value v)
{
	const ValueList *old = v.as.list;
	Value *items = ARENA_ARRAY(r->arena, Value, old->len);

	for (uint32_t i = 0; i < old->len; i++)
		items[i] = resolve(r, old->items[i]);
	if (v.kind == VAL_SET)
		return value_set(r->arena, items, old->len);
	Value made = value_list(r->arena, items, old->len);

	made.kind = v.kind;
	return made;
}

static Value resolve_map(Resolve *r, Value v)
{
	const ValueMap *old = v.as.map;
	ValueMap *made = ARENA_NEW(r->arena, ValueMap);
	ValueEntry *entries = ARENA_ARRAY(r->arena, ValueEntry, old->len);

	for (uint32_t i = 0; i < old->len; i++)
		entries[i] = (ValueEntry){old->entries[i].key, resolve(r, old->entries[i].value)};
	*made = (ValueMap){entries, old->len, old->has_int_keys};
	return (Value){.kind = VAL_MAP, .as.map = made};
}

/* The same residual over other operands. */
static Value rebuild(Resolve *r, const Residual *old, const Value *args)
{
	Residual *made = ARENA_NEW(r->arena, Residual);

	*made = *old;
	made->args = args;
	return value_residual(made);
}

static Value substitute(Resolve *r, Value v);

static Value substitute_residual(Resolve *r, const Residual *x)
{
	Value *args = ARENA_ARRAY(r->arena, Value, x->arg_count);
	bool is_loop = x->op == RESIDUAL_FOR && x->number < RESIDUAL_VARS_MAX - 1;
	bool *bound = &r->is_bound[is_loop ? x->number : 0];
	bool first = bound[0], second = bound[1];

	if (x->op == RESIDUAL_VAR && x->number < RESIDUAL_VARS_MAX && r->is_bound[x->number])
		return r->vars[x->number];
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (is_loop && i == 1) /* its own variables hide those outside */
			bound[0] = bound[1] = false;
		args[i] = substitute(r, x->args[i]);
	}
	bound[0] = first;
	bound[1] = second;
	return rebuild(r, x, args);
}

/* Puts the values of bound variables into what stays deferred, without computing anything. */
static Value substitute(Resolve *r, Value v)
{
	bool is_any = false;

	for (uint32_t i = 0; i < RESIDUAL_VARS_MAX; i++)
		is_any = is_any || r->is_bound[i];
	if (!is_any || value_is_known(v) || r->depth == RESIDUAL_DEPTH_MAX)
		return v;
	r->depth++;
	if (v.kind == VAL_DEFERRED) {
		v = substitute_residual(r, v.as.residual);
	} else if (v.kind == VAL_MAP) {
		ValueEntry *entries = ARENA_ARRAY(r->arena, ValueEntry, v.as.map->len);
		ValueMap *made = ARENA_NEW(r->arena, ValueMap);

		for (uint32_t i = 0; i < v.as.map->len; i++)
			entries[i] = (ValueEntry){v.as.map->entries[i].key,
				substitute(r, v.as.map->entries[i].value)};
		*made = (ValueMap){entries, v.as.map->len, v.as.map->has_int_keys};
		v.as.map = made;
	} else {
		Value *items = ARENA_ARRAY(r->arena, Value, v.as.list->len);
		ValueList *made = ARENA_NEW(r->arena, ValueList);

		for (uint32_t i = 0; i < v.as.list->len; i++)
			items[i] = substitute(r, v.as.list->items[i]);
		*made = (ValueList){items, v.as.list->len};
		v.as.list = made;
	}
	r->depth--;
	return v;
}

static Value *resolve_args(Resolve *r, const Residual *x)
{
	Value *args = ARENA_ARRAY(r->arena, Value, x->arg_count);

	for (uint32_t i = 0; i < x->arg_count; i++)
		args[i] = resolve(r, x->args[i]);
	return args;
}

static Value resolve_call(Resolve *r, const Residual *x)
{
	Value *args = resolve_args(r, x);
	bool is_known = true;
	Value v;

	if (r->op.has_failed)
		return VALUE_NULL;
	if (x->number &&
		!residual_check(&r->check, r->arena, (Operation)x->number, args, x->arg_count))
		return op_fail(&r->op, DIAG_CALL_FAILED, "a deferred value is not well formed");
	if (x->number)
		return op_apply(&r->op, (Operation)x->number, args, x->arg_count);
	for (uint32_t i = 0; i < x->arg_count; i++)
		is_known = is_known && value_is_known(args[i]);
	if (!is_known)
		return rebuild(r, x, args);
	/* A rule that says nothing about these values holds. */
	return rule_fn_call(r->arena, x->name, args, x->arg_count, &v) ? v : value_bool(true);
}

static Value resolve_if(Resolve *r, const Residual *x)
{
	Value c = resolve(r, x->args[0]);

	if (r->op.has_failed)
		return VALUE_NULL;
	if (c.kind != VAL_DEFERRED)
		return resolve(r, x->args[c.kind == VAL_BOOL && c.as.boolean ? 1 : 2]);
	Value *args = ARENA_ARRAY(r->arena, Value, 3);

	args[0] = c; /* the branches wait: one of them may not be meant to be computed */
	args[1] = substitute(r, x->args[1]);
	args[2] = substitute(r, x->args[2]);
	return rebuild(r, x, args);
}

typedef struct Loop {
	Vec(Value) items;
	Vec(ValueEntry) entries;
	bool has_int_keys;
	bool is_late;
} Loop;

/* One element, with the variables bound. */
static void loop_turn(Resolve *r, const Residual *x, Loop *l)
{
	Value c = resolve(r, x->args[1]);

	l->is_late = l->is_late || c.kind == VAL_DEFERRED;
	if (r->op.has_failed || l->is_late || (c.kind == VAL_BOOL && !c.as.boolean))
		return;
	Value key = resolve(r, x->args[2]);
	Value body = resolve(r, x->args[3]);

	if (r->op.has_failed)
		return;
	if (!str_eq(x->name, STR("map"))) {
		vec_add(r->arena, &l->items, body);
		return;
	}
	if (key.kind == VAL_INT) {
		key = value_string(str_print(r->arena, "%lld", (long long)key.as.number));
		l->has_int_keys = true;
	}
	l->is_late = l->is_late || key.kind != VAL_STRING;
	if (!l->is_late)
		vec_add(r->arena, &l->entries, ((ValueEntry){key.as.text, body}));
}

static void loop_bind(Resolve *r, const Residual *x, Value collection, uint32_t i)
{
	uint32_t n = x->number;

	if (collection.kind == VAL_MAP) {
		const ValueMap *map = collection.as.map;
		Value key = value_string(map->entries[i].key);
		int64_t number = 0;

		if (map->has_int_keys && num_parse_int(map->entries[i].key, &number))
			key = value_int(number);
		r->vars[n] = key;
		r->vars[n + 1] = map->entries[i].value;
		return;
	}
	r->vars[n + 1] = collection.as.list->items[i];
	r->vars[n] = collection.kind == VAL_SET ? r->vars[n + 1] : value_int(i);
}

static Value loop_value(Resolve *r, const Residual *x, const Loop *l)
{
	if (str_eq(x->name, STR("map")))
		return l->has_int_keys ? value_int_map(r->arena, l->entries.ptr, l->entries.len)
				       : value_map(r->arena, l->entries.ptr, l->entries.len);
	if (str_eq(x->name, STR("set")))
		return value_set(r->arena, l->items.ptr, l->items.len);
	return value_list(r->arena, l->items.ptr, l->items.len);
}

static Value resolve_for(Resolve *r, const Residual *x)
{
	Value c = resolve(r, x->args[0]);
	uint32_t n = c.kind == VAL_MAP                         ? c.as.map->len
		     : c.kind == VAL_LIST || c.kind == VAL_SET ? c.as.list->len
							       : 0;
	Loop l = {0};
	bool *bound = &r->is_bound[x->number];
	bool was_bound[] = {bound[0], bound[1]};
	Value outer[] = {r->vars[x->number], r->vars[x->number + 1]};

	if (r->op.has_failed)
		return VALUE_NULL;
	for (uint32_t i = 0; i < n && !r->op.has_failed && !l.is_late; i++) {
		loop_bind(r, x, c, i);
		bound[0] = bound[1] = true;
		loop_turn(r, x, &l);
	}
	bound[0] = bound[1] = false;
	for (uint32_t i = 0; i < 2; i++)
		r->vars[x->number + i] = outer[i];
	if (r->op.has_failed)
		return VALUE_NULL; /* the whole run ends here */
	if (c.kind == VAL_DEFERRED || l.is_late) {
		Value *args = ARENA_ARRAY(r->arena, Value, 4);

		for (uint32_t i = 0; i < 4; i++)
			args[i] = i ? substitute(r, x->args[i]) : c;
		bound[0] = was_bound[0];
		bound[1] = was_bound[1];
		return rebuild(r, x, args);
	}
	bound[0] = was_bound[0];
	bound[1] = was_bound[1];
	return loop_value(r, x, &l);
}

/* Decoded residuals may have any numbers of operands. */
static bool is_well_formed(const Residual *x)
{
	if (x->op == RESIDUAL_IF)
		return x->arg_count == 3;
	if (x->op == RESIDUAL_FOR)
		return x->arg_count == 4 && x->number < RESIDUAL_VARS_MAX - 1;
	if (x->op == RESIDUAL_VAR)
		return x->number < RESIDUAL_VARS_MAX;
	if (x->op == RESIDUAL_CALL)
		return x->number < OPERATION_COUNT;
	return true;
}

static Value resolve_residual(Resolve *r, const Residual *x)
{
	Value v = value_residual(x);

	if (!is_well_formed(x) || r->depth == RESIDUAL_DEPTH_MAX)
		return op_fail(&r->op, DIAG_CALL_FAILED, "a deferred value is not well formed");
	switch (x->op) {
	case RESIDUAL_REF:
	case RESIDUAL_LOOKUP:
		if (r->env->ref)
			(void)r->env->ref(r->env->ctx, x->name, x->args, x->arg_count, &v);
		return v;
	case RESIDUAL_SECRET:
	case RESIDUAL_PARAM_SECRET:
		if (r->env->secret)
			(void)r->env->secret(r->env->ctx, x, &v);
		return v;
	case RESIDUAL_CALL:
		return resolve_call(r, x);
	case RESIDUAL_IF:
		return resolve_if(r, x);
	case RESIDUAL_LIST:
		return value_list(r->arena, resolve_args(r, x), x->arg_count);
	case RESIDUAL_VAR:
		return r->is_bound[x->number] ? r->vars[x->number] : v;
	case RESIDUAL_FOR:
		return resolve_for(r, x);
	case RESIDUAL_OP_COUNT:
		break;
	}
	return v;
}

static Value resolve(Resolve *r, Value v)
{
	if (r->op.has_failed || value_is_known(v))
		return v;
	r->depth++;
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE)
		v = resolve_list(r, v);
	else if (v.kind == VAL_MAP)
		v = resolve_map(r, v);
	else
		v = resolve_residual(r, v.as.residual);
	r->depth--;
	return v;
}

bool residual_resolve(Arena *a, Value v, const ResidualEnv *env, Value *ret, Diag *err)
{
	Resolve r = {.arena = a, .env = env};

	if (value_is_known(v)) {
		*ret = v;
		return true;
	}
	diag_list_init(&r.diags, a);
	r.op = (OpCtx){.arena = a, .diags = &r.diags};
	Value made = resolve(&r, v);

	if (r.op.has_failed) {
		const Diag *d = r.diags.items.len ? r.diags.items.ptr[0] : NULL;

		return d ? diag_fail(err, d->code, d->why.len ? d->why.ptr : NULL, "%.*s",
				   STR_ARG(d->what))
			 : diag_fail(err, DIAG_CALL_FAILED, NULL,
				   "a deferred value could not be computed");
	}
	*ret = made;
	return true;
}

typedef struct Refs {
	void (*visit)(void *ctx, const Residual *ref);
	void *ctx;
} Refs;

static void see_ref(void *ctx, const Residual *r)
{
	Refs *refs = ctx;

	if (r->op == RESIDUAL_REF)
		refs->visit(refs->ctx, r);
}

void residual_refs(Value v, void (*visit)(void *ctx, const Residual *ref), void *ctx)
{
	Refs refs = {visit, ctx};

	deferral_walk(v, see_ref, &refs);
}

void residual_print_cause(Buf *b, Value v)
{
	deferral_print_cause(b, v);
}
