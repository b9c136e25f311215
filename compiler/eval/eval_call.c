/* Calls and `match`. */
#include "compiler/eval/eval_impl.h"

#include "compiler/base/check.h"
#include "compiler/types/relate.h"

enum {
	CALL_DEPTH_MAX = 2000, /* functions calling functions, in eval_expr() levels */
	CALL_ARGS_FEW = 8,
};

/* Finds the argument of a param: by name, or by position. */
static const Node *call_arg(const Node *call, uint32_t position, Str name)
{
	uint32_t i = CALL_FIRST_ARG + position;

	if (i < call->kid_count && call->kids[i]->kind != NODE_NAMED_ARG)
		return call->kids[i];
	for (i = CALL_FIRST_ARG; i < call->kid_count; i++) {
		const Node *arg = call->kids[i];

		if (arg->kind == NODE_NAMED_ARG && str_eq(arg->kids[0]->text, name))
			return arg->kids[1];
	}
	return NULL;
}

static Value call_builtin(Machine *m, const Node *n, const Builtin *b)
{
	uint32_t given = n->kid_count - CALL_FIRST_ARG;
	uint32_t cap = b->param_count > given ? b->param_count : given;
	Value few[CALL_ARGS_FEW];
	Value *args = cap <= CALL_ARGS_FEW ? few : ARENA_ARRAY(m->arena, Value, cap);
	uint32_t count = 0;

	for (uint32_t i = 0; i < b->param_count; i++) {
		const BuiltinParam *param = &b->params[i];

		if (param->is_rest)
			break;
		const Node *arg = call_arg(n, i, param->name);

		args[count++] = arg                  ? eval_expr(m, arg)
				: param->has_default ? param->default_value
						     : VALUE_NULL;
		if (m->op.has_failed)
			return VALUE_NULL;
	}
	bool has_rest = b->param_count && b->params[b->param_count - 1].is_rest;

	for (uint32_t i = CALL_FIRST_ARG + count; has_rest && i < n->kid_count; i++) {
		args[count++] = eval_expr(m, n->kids[i]);
		if (m->op.has_failed)
			return VALUE_NULL;
	}
	return eval_apply(m, n, b->op, args, count);
}

static bool call_bind(Machine *m, const Node *n, const Node *fn, Value *frame)
{
	for (uint32_t i = FN_FIRST_PARAM; i < fn->kid_count; i++) {
		const Node *param = fn->kids[i];
		const Symbol *s = param->kids[0]->info;
		const Node *arg = call_arg(n, i - FN_FIRST_PARAM, param->kids[0]->text);
		Value v = arg ? eval_expr(m, arg) : VALUE_NULL;

		if (m->op.has_failed)
			return false;
		if (s)
			frame[s->index] = v;
	}
	return true;
}

/* Defaults see the params before them, so they are evaluated in the function's frame. */
static bool call_defaults(Machine *m, const Node *n, const Node *fn)
{
	for (uint32_t i = FN_FIRST_PARAM; i < fn->kid_count; i++) {
		const Node *param = fn->kids[i];
		const Symbol *s = param->kids[0]->info;

		if (!param->kids[2] || !s || call_arg(n, i - FN_FIRST_PARAM, param->kids[0]->text))
			continue;
		Value v = eval_expr(m, param->kids[2]);

		if (m->op.has_failed)
			return false;
		m->frame[s->index] = v;
	}
	return true;
}

static Value call_fn(Machine *m, const Node *n, const Symbol *s)
{
	if (m->depth > CALL_DEPTH_MAX) {
		m->op.at = n->span;
		return op_fail(&m->op, DIAG_FUEL, "functions call each other too deeply");
	}
	Value few[CALL_ARGS_FEW] = {0};
	Value *args =
		s->frame_size <= CALL_ARGS_FEW ? few : ARENA_ARRAY(m->arena, Value, s->frame_size);

	if (!call_bind(m, n, s->decl, args))
		return VALUE_NULL;
	Frame before = machine_open_frame(m, s->frame_size);
	Str dir = m->op.dir;
	Value v = VALUE_NULL;

	for (uint32_t i = 0; i < s->frame_size; i++)
		m->frame[i] = args[i];
	m->op.dir = s->module->dir_of_files;
	if (call_defaults(m, n, s->decl))
		v = eval_expr(m, node_kid(s->decl, FN_BODY));
	m->op.dir = dir;
	machine_close_frame(m, before);
	return v;
}

Value eval_call(Machine *m, const Node *n)
{
	if (!n->info) { /* env("X") and its like stand only in `secret` declarations */
		Value args[CALL_ARGS_FEW];
		uint32_t count = 0;

		for (uint32_t i = CALL_FIRST_ARG; i < n->kid_count && count < CALL_ARGS_FEW; i++) {
			const Node *arg = n->kids[i];

			args[count++] =
				eval_expr(m, arg->kind == NODE_NAMED_ARG ? arg->kids[1] : arg);
		}
		if (m->op.has_failed)
			return VALUE_NULL;
		Value v = eval_residual(m, RESIDUAL_SECRET, n->kids[0]->text, args, count);
		Residual *r = ARENA_NEW(m->arena, Residual);

		*r = *v.as.residual;
		r->is_secret = true;
		r->is_lookup = false;
		return value_residual(r);
	}
	if (n->flags & FLAG_BUILTIN_CALL)
		return call_builtin(m, n, n->info);
	return call_fn(m, n, n->info);
}

/* match */

/* A bool: whether the pattern takes `v`; deferred when that is not known. */
static Value match_pattern(Machine *m, const Node *p, Value v)
{
	Value args[2] = {v, VALUE_NULL};

	if (p->kind == NODE_PATTERN_ANY || (p->kind == NODE_IDENT && str_eq(p->text, STR("_"))))
		return value_bool(true);
	args[1] = eval_expr(m, p);
	if (m->op.has_failed)
		return VALUE_NULL;
	if (v.kind == VAL_NULL || args[1].kind == VAL_NULL)
		return eval_apply(m, p, OP_EQ, args, 2);
	return eval_apply(m, p, p->kind == NODE_RANGE ? OP_IN : OP_EQ, args, 2);
}

static Value match_arm(Machine *m, const Node *arm, Value v)
{
	Value any = value_bool(false);

	for (uint32_t i = ARM_FIRST_PATTERN; i < arm->kid_count; i++) {
		Value args[] = {any, match_pattern(m, arm->kids[i], v)};

		if (m->op.has_failed)
			return VALUE_NULL;
		if (args[1].kind == VAL_BOOL && args[1].as.boolean)
			return args[1];
		any = eval_apply(m, arm, OP_OR, args, 2);
	}
	return any;
}

/* From arm `i` on, with the arms before it ruled out (or not known to fit). */
static Value match_from(Machine *m, const Node *n, uint32_t i, Value v)
{
	for (; i < n->kid_count; i++) {
		const Node *arm = n->kids[i];
		Value fits = match_arm(m, arm, v);

		if (m->op.has_failed)
			return VALUE_NULL;
		if (fits.kind == VAL_BOOL && !fits.as.boolean)
			continue;
		if (fits.kind == VAL_BOOL)
			return eval_expr(m, arm->kids[ARM_RESULT]);
		Value args[3] = {fits};

		args[1] = eval_maybe(m, arm->kids[ARM_RESULT]);
		if (!m->op.has_failed && i + 1 < n->kid_count)
			args[2] = match_from(m, n, i + 1, v);
		if (m->op.has_failed)
			return VALUE_NULL;
		if (i + 1 == n->kid_count)
			return args[1]; /* the checker saw that the arms cover every case */
		Value made = eval_residual(m, RESIDUAL_IF, STR_NONE, args, 3);
		Residual *r = ARENA_NEW(m->arena, Residual);

		*r = *made.as.residual;
		r->may_be_null = !n->type || type_may_be_null(n->type);
		return value_residual(r);
	}
	Buf b;

	buf_init(&b, 256);
	value_print(&b, v, -1);
	m->op.at = n->kids[0]->span;
	(void)op_fail(&m->op, DIAG_NO_MATCH, "no arm of this `match` fits %s", buf_cstr(&b));
	buf_fini(&b);
	return VALUE_NULL;
}

Value eval_match(Machine *m, const Node *n)
{
	Value v = eval_expr(m, n->kids[0]);

	if (m->op.has_failed)
		return v;
	return match_from(m, n, MATCH_FIRST_ARM, v);
}
