/* Declarations: param, let, type, fn, output, secret, assert; entities are in check_entity.c. */
#include "compiler/types/check_decl.h"

void check_decl_set(Check *c, Symbol *s, Fact f)
{
	if (f.phase == PHASE_APPLY && s->kind == SYMBOL_LET) {
		Why *why = ARENA_NEW(c->facts, Why);
		const Node *name = node_kid(s->decl, DECL_NAME);

		why->name = s->name;
		why->at = name ? name->span : s->decl->span;
		why->next = f.why;
		f.why = why;
	}
	s->type = f.type;
	s->phase = (Phase)f.phase;
	s->shape_phase = (Phase)f.shape;
	s->is_secret = f.type->kind != TYPE_ERROR && secrecy_has(f.type);
	s->fact = fact_keep(c, f);
}

static Span type_span(const Node *decl)
{
	const Node *type = node_kid(decl, DECL_TYPE);

	return type ? type->span : SPAN_NONE;
}

static void check_param(Check *c, Symbol *s)
{
	Node *decl = s->decl;
	const Type *type = check_type(c, decl->kids[DECL_TYPE]);
	Sink sink = {.name = s->name, .type_at = type_span(decl)};
	Fact f;

	if (decl->kids[DECL_VALUE]) {
		f = check_expr(c, decl->kids[DECL_VALUE], type, &sink);
		(void)fact_demand(c, &f, false, DIAG_LATE_POSITION, decl->kids[DECL_VALUE],
			"the default of a param is");
	}
	f = fact_of(type);
	f.phase = f.shape = PHASE_PLAN;
	s->param_bit = c->params.len < FACT_PARAMS_MAX ? c->params.len : FACT_PARAMS_MAX;
	vec_add(c->facts, &c->params, s);
	f.params = f.shape_params = (uint64_t)1 << s->param_bit;
	check_decl_set(c, s, f);
}

static void check_let(Check *c, Symbol *s)
{
	Node *decl = s->decl;
	const Type *type = decl->kids[DECL_TYPE] ? check_type(c, decl->kids[DECL_TYPE]) : NULL;
	Sink sink = {.name = s->name, .type_at = type_span(decl)};
	Fact f = check_expr(c, decl->kids[DECL_VALUE], type, &sink);

	if (type && f.type->kind == TYPE_ERROR)
		f = fact_of(type);
	while (f.type->kind == TYPE_KNOWN)
		f.type = f.type->elem;
	check_decl_set(c, s, f);
}

static void check_type_decl(Check *c, Symbol *s)
{
	const Type *type = check_type(c, s->decl->kids[DECL_TYPE]);

	if ((type->kind == TYPE_RECORD || type->kind == TYPE_UNION) && type->name.len == 0) {
		Type *named = ARENA_NEW(c->arena, Type);

		*named = *type;
		named->name = s->name;
		type = named;
	}
	s->type = type;
}

static void check_fn_params(Check *c, Node *decl)
{
	for (uint32_t i = FN_FIRST_PARAM; i < decl->kid_count; i++) {
		Node *param = decl->kids[i];
		const Type *type = check_type(c, param->kids[1]);
		Sink sink = {.name = param->kids[0] ? param->kids[0]->text : STR_NONE,
			.type_at = param->kids[1] ? param->kids[1]->span : SPAN_NONE};
		Fact f = fact_of(type);

		if (param->kids[2])
			(void)check_expr(c, param->kids[2], type, &sink);
		while (f.type->kind == TYPE_KNOWN)
			f.type = f.type->elem;
		if (param->kids[0] && param->kids[0]->info)
			check_decl_set(c, param->kids[0]->info, f);
		for (uint32_t k = FN_FIRST_PARAM; k < i; k++) {
			const Node *other = decl->kids[k]->kids[0];

			if (other && param->kids[0] && str_eq(other->text, param->kids[0]->text))
				diag_add(c->diags, DIAG_DUPLICATE_NAME, param->kids[0]->span,
					"two parameters are called `%.*s`", STR_ARG(other->text));
		}
	}
}

static void check_fn(Check *c, Symbol *s)
{
	Node *decl = s->decl;
	const Type *result = check_type(c, decl->kids[FN_RESULT]);
	Sink sink = {.name = s->name,
		.type_at = decl->kids[FN_RESULT] ? decl->kids[FN_RESULT]->span : SPAN_NONE};
	Fact f;

	check_fn_params(c, decl);
	f = check_expr(c, decl->kids[FN_BODY], result, &sink);
	f.type = result;
	f.detail = NULL;
	check_decl_set(c, s, f);
}

static void check_output(Check *c, Symbol *s)
{
	Node *decl = s->decl;
	const Type *type = decl->kids[DECL_TYPE] ? check_type(c, decl->kids[DECL_TYPE]) : NULL;
	Sink sink = {.kind = SINK_OUTPUT, .name = s->name, .type_at = type_span(decl), .from = s};
	Fact f = check_expr(c, decl->kids[DECL_VALUE], type, &sink);

	if (!type && f.type->kind != TYPE_ERROR && secrecy_has(f.type)) {
		const Node *name = decl->kids[DECL_NAME];
		Diag *d;
		Buf b;

		buf_init(&b, 1 << 16);
		buf_add_cstr(&b, ": ");
		type_print(&b, f.type);
		d = diag_add(c->diags, DIAG_SECRET_OUTPUT, decl->kids[DECL_VALUE]->span,
			"a secret cannot be a plain output");
		diag_label(d, "this is secret");
		diag_fix(d, "declare the output secret: `output %.*s%.*s = ...`", STR_ARG(s->name),
			STR_ARG(buf_str(&b)));
		diag_edit(d, (Span){name->span.end, name->span.end},
			str_copy(c->diags->arena, buf_str(&b)));
		buf_fini(&b);
	}
	if (type)
		f.type = type;
	check_decl_set(c, s, f);
}

/* ---- secrets ---- */

static const struct {
	Str name;
	uint32_t min, max; /* arguments */
	bool is_supported;
	const char *example;
} sources[] = {
	{STR_INIT("env"), 1, 1, true, "env(\"NAME\")"},
	{STR_INIT("prompt"), 0, 1, true, "prompt(\"What is it?\")"},
	{STR_INIT("generate"), 0, 1, true, "generate(32)"},
	{STR_INIT("vault"), 1, 2, false, ""},
	{STR_INIT("aws_secret"), 1, 2, false, ""},
	{STR_INIT("gcp_secret"), 1, 2, false, ""},
};

static void check_source_args(Check *c, Node *call, size_t source)
{
	uint32_t count = call->kid_count - CALL_FIRST_ARG;
	Diag *d;

	if (count < sources[source].min || count > sources[source].max) {
		d = diag_add(c->diags, DIAG_BAD_ARGUMENTS, call->span, "`%.*s` takes %s",
			STR_ARG(sources[source].name),
			sources[source].min == 1 ? "one argument" : "one argument at most");
		diag_fix(d, "write `%s`", sources[source].example);
		return;
	}
	for (uint32_t i = CALL_FIRST_ARG; i < call->kid_count; i++) {
		Node *arg = call->kids[i];
		bool is_number = str_eq(sources[source].name, STR("generate"));
		Fact f;

		if (arg->kind == NODE_NAMED_ARG)
			arg = arg->kids[1];
		f = check_expr(
			c, arg, type_simple(c->types, is_number ? TYPE_INT : TYPE_STRING), NULL);
		(void)fact_demand(
			c, &f, false, DIAG_LATE_POSITION, arg, "where a secret comes from is");
	}
}

static void report_source(Check *c, const Node *at, Str name)
{
	Diag *d = diag_add(c->diags, DIAG_SECRET_SOURCE, at->span,
		name.len > 0 ? "secrets do not come from `%.*s`"
			     : "a secret is read from a source, not written here%.*s",
		STR_ARG(name));
	StrVec names = {0};
	Str nearest;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		vec_add(c->arena, &names, sources[i].name);
	nearest = str_nearest(name, names.ptr, names.len);
	if (name.len > 0 && nearest.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
		diag_edit(d, at->span, nearest);
		return;
	}
	diag_fix(d, "write `env(\"NAME\")`, `prompt()` or `generate(32)`");
}

static void check_secret(Check *c, Symbol *s)
{
	Node *value = s->decl->kids[DECL_VALUE];
	bool is_call = value && value->kind == NODE_CALL && value->kids[0]->kind == NODE_IDENT;
	Str name = is_call ? value->kids[0]->text : STR_NONE;
	Fact f = fact_of(type_wrap(c->types, TYPE_SECRET, type_simple(c->types, TYPE_STRING)));

	check_decl_set(c, s, f);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		Diag *d;

		if (!str_eq(sources[i].name, name))
			continue;
		value->type = f.type;
		if (sources[i].is_supported) {
			check_source_args(c, value, i);
			return;
		}
		d = diag_add(c->diags, DIAG_NOT_SUPPORTED, value->span,
			"secrets from `%.*s` are not supported yet", STR_ARG(name));
		diag_fix(d, "read it from the environment: `env(\"NAME\")`");
		return;
	}
	if (value && !(value->flags & FLAG_BROKEN))
		report_source(c, is_call ? value->kids[0] : value, name);
}

/* ---- all ---- */

void check_decl_assert(Check *c, Node *decl)
{
	if (decl->flags & FLAG_BROKEN)
		return;
	(void)check_expr(c, decl->kids[ASSERT_COND], type_simple(c->types, TYPE_BOOL), NULL);
	if (decl->kids[ASSERT_MESSAGE])
		(void)check_expr(
			c, decl->kids[ASSERT_MESSAGE], type_simple(c->types, TYPE_STRING), NULL);
}

/* What may be done instead of what is not supported yet. */
static const struct {
	Str what;
	const char *advice;
} instead[] = {
	{STR_INIT("check"), "write `assert` for what must hold"},
	{STR_INIT("package"), "leave it out: a directory is a module without it"},
	{STR_INIT("require"), "import a directory: `import \"./network\"`"},
	{STR_INIT("preset"), "name the common values with `let`"},
	{STR_INIT("storage"), "declare the bucket: `resource x: aws.s3.bucket { ... }`"},
};

static void report_unsupported(Check *c, const Node *decl)
{
	bool is_from =
		decl->kind == NODE_ENTITY && node_kid(decl, ENTITY_FROM) &&
		(str_eq(decl->text, STR("resource")) || str_eq(decl->text, STR("lookup")) ||
			str_eq(decl->text, STR("module")) || str_eq(decl->text, STR("provider")));
	Str what = decl->kind == NODE_ENTITY ? decl->text : node_kind_name((NodeKind)decl->kind);
	const Node *name = node_kid(decl, DECL_NAME);
	Span at = name ? (Span){decl->span.begin, name->span.end} : decl->span;
	Diag *d;

	if (is_from) {
		d = diag_add(c->diags, DIAG_NOT_SUPPORTED, node_kid(decl, ENTITY_FROM)->span,
			"`from` is not supported yet");
		diag_fix(d, "write the fields out");
		return;
	}
	if (!name && at.end > at.begin + what.len)
		at.end = at.begin + (uint32_t)what.len;
	d = diag_add(
		c->diags, DIAG_NOT_SUPPORTED, at, "`%.*s` is not supported yet", STR_ARG(what));
	for (size_t i = 0; i < sizeof(instead) / sizeof(instead[0]); i++) {
		if (str_eq(instead[i].what, what))
			diag_fix(d, "%s", instead[i].advice);
	}
}

static const Str entity_words[] = {STR_INIT("after"), STR_INIT("protect"), STR_INIT("provider"),
	STR_INIT("create_first"), STR_INIT("unchecked"), STR_INIT("timeout")};

static void check_annotations(Check *c, const Node *decl)
{
	const Node *annots = node_kid(decl, DECL_ANNOTS);

	for (uint32_t i = 0; annots && i < annots->kid_count; i++) {
		const Node *annot = annots->kids[i];
		Diag *d = diag_add(c->diags, DIAG_UNKNOWN_ANNOTATION, annot->span,
			"`@%.*s` means nothing before a declaration", STR_ARG(annot->text));

		for (size_t k = 0; k < sizeof(entity_words) / sizeof(entity_words[0]); k++) {
			if (str_eq(entity_words[k], annot->text))
				diag_fix(d, "write `@%.*s = ...` inside the braces",
					STR_ARG(annot->text));
		}
	}
}

void check_decl_rest(Check *c, const Module *m)
{
	for (uint32_t i = 0; i < m->trees.len; i++) {
		const Node *file = m->trees.ptr[i]->file;

		for (uint32_t k = 0; k < file->kid_count; k++) {
			const Node *decl = file->kids[k];

			if (decl->kind == NODE_BAD || (decl->flags & FLAG_BROKEN))
				continue;
			check_annotations(c, decl);
			if (!scope_is_supported(decl))
				report_unsupported(c, decl);
		}
	}
}

void check_decl(Check *c, Symbol *s)
{
	if ((s->decl->flags & (FLAG_BROKEN | FLAG_POISON)) || !scope_is_supported(s->decl))
		return;
	switch (s->kind) {
	case SYMBOL_PARAM:
		check_param(c, s);
		break;
	case SYMBOL_LET:
		check_let(c, s);
		break;
	case SYMBOL_FN:
		check_fn(c, s);
		break;
	case SYMBOL_TYPE:
		check_type_decl(c, s);
		break;
	case SYMBOL_OUTPUT:
		check_output(c, s);
		break;
	case SYMBOL_SECRET:
		check_secret(c, s);
		break;
	case SYMBOL_PROVIDER:
	case SYMBOL_RESOURCE:
	case SYMBOL_LOOKUP:
	case SYMBOL_MODULE:
		check_entity(c, s);
		break;
	case SYMBOL_IMPORT:
	case SYMBOL_LOCAL:
		break;
	}
}
