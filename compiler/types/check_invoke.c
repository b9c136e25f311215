/* Calls: arguments to parameters, by position and by name, of the program's functions and of the
 * built-in ones.
 *
 * A secret may be an argument of any parameter: what is computed from it is secret. */
#include "compiler/types/builtin_sig.h"
#include "compiler/types/checker.h"

enum { SECRET_LOOK_MAX = 16 };

typedef struct Call {
	Check *c;
	Node *e;
	Str name;
	Node **args; /* by parameter; rest arguments behind; NULL: not given */
	uint32_t count;
	Fact f;
	bool is_secret;
	bool is_wrong;
} Call;

/* Says whether a name inside may be secret, so that its type is looked at before it is fitted. */
static bool may_be_secret(const Node *e, uint32_t depth)
{
	const Symbol *s = e && (e->kind == NODE_IDENT || e->kind == NODE_MEMBER) ? e->info : NULL;

	if (!e || depth == SECRET_LOOK_MAX)
		return false;
	if (s && s->is_secret)
		return true;
	for (uint32_t i = 0; i < e->kid_count; i++) {
		if (may_be_secret(e->kids[i], depth + 1))
			return true;
	}
	return false;
}

/* A literal text keeps its literal type: some functions look at it. */
static bool is_text(const Node *e)
{
	return e->kind == NODE_STRING && e->kid_count == 0;
}

/* Checks one argument; a secret one is fitted as if it were plain. */
static Fact check_argument(Call *call, Node *arg, const Type *want, const Sink *sink)
{
	Check *c = call->c;
	bool is_secret;
	Fact f;

	if (want && !may_be_secret(arg, 0) && arg->kind != NODE_MEMBER && arg->kind != NODE_INDEX)
		return check_expr(c, arg, want, sink);
	f = check_expr(c, arg, NULL, sink);
	is_secret = f.type->kind != TYPE_ERROR && secrecy_has(f.type);
	if (is_secret && !(want && secrecy_has(want))) {
		call->is_secret = true;
		f.type = secrecy_strip(c, f.type);
	}
	return fit_expr(c, arg, f, want, sink);
}

static void use_argument(Call *call, const Fact *f)
{
	if (f->type->kind == TYPE_ERROR)
		call->is_wrong = true;
	else
		fact_use(&call->f, f);
}

/* ---- which argument is whose ---- */

typedef struct Signature {
	const Str *names;
	uint32_t count;
	bool has_rest; /* the last takes all that follow */
} Signature;

static void report_name(Call *call, const Signature *s, const Node *name)
{
	Str nearest = str_nearest(name->text, s->names, s->count);
	Diag *d = diag_add(call->c->diags, DIAG_BAD_ARGUMENTS, name->span,
		"`%.*s` has no parameter `%.*s`", STR_ARG(call->name), STR_ARG(name->text));

	if (nearest.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
		diag_edit(d, name->span, nearest);
	}
	call->is_wrong = true;
}

static void place_named(Call *call, const Signature *s, Node *named)
{
	const Node *name = named->kids[0];

	for (uint32_t i = 0; i < s->count; i++) {
		if (!str_eq(s->names[i], name->text))
			continue;
		if (call->args[i]) {
			diag_add(call->c->diags, DIAG_BAD_ARGUMENTS, name->span,
				"the parameter `%.*s` is given twice", STR_ARG(name->text));
			call->is_wrong = true;
		}
		call->args[i] = named->kids[1];
		return;
	}
	report_name(call, s, name);
	(void)check_expr(call->c, named->kids[1], NULL, NULL);
}

static void place_arguments(Call *call, const Signature *s)
{
	Node *e = call->e;
	uint32_t positional = 0;

	call->args = ARENA_ARRAY(call->c->arena, Node *, s->count + e->kid_count);
	call->count = s->count;
	for (uint32_t i = CALL_FIRST_ARG; i < e->kid_count; i++) {
		Node *arg = e->kids[i];

		if (arg->kind == NODE_NAMED_ARG) {
			place_named(call, s, arg);
			continue;
		}
		if (positional < s->count || s->has_rest) {
			call->args[positional++] = arg;
			if (positional > call->count)
				call->count = positional;
			continue;
		}
		if (!call->is_wrong)
			diag_add(call->c->diags, DIAG_BAD_ARGUMENTS, arg->span,
				"`%.*s` takes %u argument%s", STR_ARG(call->name), s->count,
				s->count == 1 ? "" : "s");
		call->is_wrong = true;
		(void)check_expr(call->c, arg, NULL, NULL);
	}
}

/* ---- functions of the program ---- */

static void report_missing(Call *call, const Symbol *fn, const Node *param)
{
	Diag *d = diag_add(call->c->diags, DIAG_BAD_ARGUMENTS, call->e->kids[0]->span,
		"`%.*s` needs a value for `%.*s`", STR_ARG(fn->name),
		STR_ARG(param->kids[0]->text));

	diag_note(d, param->span, "declared here without a default");
	diag_fix(d, "write `%.*s(%.*s = ...)`", STR_ARG(fn->name), STR_ARG(param->kids[0]->text));
	call->is_wrong = true;
}

static void check_fn_argument(Call *call, const Symbol *fn, uint32_t i)
{
	Node *param = fn->decl->kids[FN_FIRST_PARAM + i];
	const Type *want = param->kids[1] ? param->kids[1]->type : NULL;
	Sink sink = {.name = param->kids[0]->text,
		.type_at = param->kids[1] ? param->kids[1]->span : SPAN_NONE};
	Fact f;

	if (!call->args[i]) {
		if (!param->kids[2] && !call->is_wrong)
			report_missing(call, fn, param);
		return;
	}
	f = check_argument(call, call->args[i], want, &sink);
	use_argument(call, &f);
}

static Fact finish(Call *call)
{
	if (call->is_wrong)
		return fact_error(call->c);
	if (call->is_secret)
		call->f.type = type_wrap(call->c->types, TYPE_SECRET, call->f.type);
	return call->f;
}

static Fact check_fn(Call *call, const Symbol *fn)
{
	Node *decl = fn->decl;
	uint32_t count = decl->kid_count - FN_FIRST_PARAM;
	Str *names = ARENA_ARRAY(call->c->arena, Str, count + 1);
	Signature s = {names, count, false};

	for (uint32_t i = 0; i < count; i++) {
		const Node *ident = decl->kids[FN_FIRST_PARAM + i]->kids[0];

		names[i] = ident ? ident->text : STR_NONE;
	}
	place_arguments(call, &s);
	call->f = fn->fact ? *fn->fact : fact_error(call->c);
	for (uint32_t i = 0; i < count; i++)
		check_fn_argument(call, fn, i);
	return finish(call);
}

/* ---- built-in functions ---- */

/* Functions that look at keys, length or presence only. */
static const Str shape_readers[] = {STR_INIT("len"), STR_INIT("keys"), STR_INIT("is_empty"),
	STR_INIT("has"), STR_INIT("indices"), STR_INIT("type_name")};

/* Functions that give a container whose shape rests on their arguments' shapes. */
static const Str shape_keepers[] = {STR_INIT("values"), STR_INIT("entries"), STR_INIT("merge"),
	STR_INIT("merge_deep"), STR_INIT("pick"), STR_INIT("omit"), STR_INIT("concat"),
	STR_INIT("reverse"), STR_INIT("slice"), STR_INIT("take"), STR_INIT("drop"),
	STR_INIT("chunk"), STR_INIT("zip"), STR_INIT("pairs"), STR_INIT("list"), STR_INIT("fill"),
	STR_INIT("prefix_keys"), STR_INIT("zip_map"), STR_INIT("from_entries")};

static bool is_among(Str name, const Str *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(names[i], name))
			return true;
	}
	return false;
}

/* The phases of a built-in's result. */
static void use_facts(Call *call, const Fact *facts)
{
	bool reads = is_among(
		call->name, shape_readers, sizeof(shape_readers) / sizeof(shape_readers[0]));
	bool keeps = is_among(
		call->name, shape_keepers, sizeof(shape_keepers) / sizeof(shape_keepers[0]));
	uint8_t shape = PHASE_CONST;
	uint64_t params = 0;

	for (uint32_t i = 0; i < call->count; i++) {
		Fact part = facts[i];

		if (!call->args[i])
			continue;
		if (part.shape > shape)
			shape = part.shape;
		params |= part.shape_params;
		if (reads) {
			part.phase = part.shape;
			part.params = part.shape_params;
		}
		fact_use(&call->f, &part);
	}
	if (keeps || reads) {
		call->f.shape = shape;
		call->f.shape_params = params;
	}
}

static void report_call(Call *call, const Builtin *b, const CallMismatch *m)
{
	const Node *at = call->e->kids[0];

	if (m->fault != CALL_TOO_FEW && m->index < call->count && call->args[m->index])
		at = call->args[m->index];
	(void)builtin_call_report(call->c->diags, at->span, b, m);
	call->is_wrong = true;
}

/* An argument of a built-in function; when its type is wrong the signature is shown, too. */
static Fact check_builtin_argument(Call *call, const Builtin *b, Node *arg, const Type *want)
{
	DiagList *l = call->c->diags;
	uint32_t before = l->items.len;
	Fact f = check_argument(call, arg, want, NULL);
	Diag *d = want && l->items.len == before + 1 ? l->items.ptr[before] : NULL;

	if (d && d->code == DIAG_TYPE_MISMATCH && d->at.begin == arg->span.begin)
		diag_note(d, SPAN_NONE, "%.*s", STR_ARG(b->signature));
	return f;
}

static Fact check_builtin(Call *call, const Builtin *b)
{
	Str *names = ARENA_ARRAY(call->c->arena, Str, b->param_count + 1);
	Signature s = {
		names, b->param_count, b->param_count > 0 && b->params[b->param_count - 1].is_rest};
	const Type **types;
	Fact *facts;
	CallMismatch m = {0};

	for (uint32_t i = 0; i < b->param_count; i++)
		names[i] = b->params[i].name;
	place_arguments(call, &s);
	types = ARENA_ARRAY(call->c->arena, const Type *, call->count + 1);
	facts = ARENA_ARRAY(call->c->arena, Fact, call->count + 1);
	for (uint32_t i = 0; i < call->count; i++) {
		const BuiltinParam *param = builtin_param(b, i);
		bool is_plain = param && builtin_is_plain(param->type);

		if (!call->args[i])
			continue;
		facts[i] = check_builtin_argument(
			call, b, call->args[i], is_plain ? param->type : NULL);
		call->is_wrong |= facts[i].type->kind == TYPE_ERROR;
		types[i] = facts[i].type;
		if (is_text(call->args[i]) && is_plain && param->type->kind == TYPE_STRING)
			types[i] = type_literal(call->c->types, value_string(call->args[i]->text));
	}
	if (call->is_wrong)
		return fact_error(call->c);
	while (call->count > 0 && !call->args[call->count - 1])
		call->count--;
	call->f = fact_of(builtin_check_call(call->c->types, b, types, call->count, &m));
	if (!call->f.type) {
		report_call(call, b, &m);
		return fact_error(call->c);
	}
	use_facts(call, facts);
	return finish(call);
}

Fact check_invoke(Check *c, Node *e)
{
	Call call = {.c = c, .e = e};
	const Symbol *fn;

	call.f = fact_error(c);
	if (!e->info)
		return call.f;
	call.name = e->kids[0]->kind == NODE_MEMBER ? e->kids[0]->kids[1]->text : e->kids[0]->text;
	if (e->flags & FLAG_BUILTIN_CALL)
		return check_builtin(&call, e->info);
	fn = e->info;
	if (fn->kind != SYMBOL_FN) {
		Diag *d = diag_add(c->diags, DIAG_WRONG_KIND_OF_NAME, e->kids[0]->span,
			"`%.*s` is not a function", STR_ARG(fn->name));
		const Node *at = fn->decl && fn->decl->kind != NODE_IDENT
					 ? node_kid(fn->decl, DECL_NAME)
					 : fn->decl;

		if (at)
			diag_note(d, at->span, "declared here");
		return call.f;
	}
	return check_fn(&call, fn);
}
