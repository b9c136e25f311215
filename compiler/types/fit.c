/* Fitting: a checked expression against the type that is wanted, and the words when it does not.
 *
 * What relate.c allows only if the value keeps a refinement is looked at here when the value is
 * made of literals; otherwise the node is marked for the evaluator. */
#include "compiler/types/checker.h"
#include "compiler/types/refine.h"

void fit_adapt(Node *e, const Type *type)
{
	e->type = type;
	e->flags |= FLAG_ADAPT;
}

void fit_report_null(Check *c, const Node *e, const Type *type, const char *how)
{
	Buf b;
	Diag *d;

	buf_init(&b, 1 << 16);
	type_print(&b, type);
	d = diag_add(c->diags, DIAG_MAY_BE_NULL, e->span, "this may be null: its type is `%.*s`",
		STR_ARG(buf_str(&b)));
	buf_fini(&b);
	diag_label(d, "may be null");
	diag_fix(d, "%s", how);
}

/* The id type among what is wanted, when a text could only be one. */
static const Type *wanted_id(const Type *want)
{
	const Type *found = NULL;

	want = type_plain(want);
	if (want->kind == TYPE_OPTIONAL)
		want = type_plain(want->elem);
	if (want->kind == TYPE_ID)
		return want;
	for (uint32_t i = 0; want->kind == TYPE_UNION && i < want->count; i++) {
		const Type *member = type_plain(want->members[i]);

		if (member->kind == TYPE_STRING || member->kind == TYPE_LITERAL)
			return NULL;
		if (member->kind == TYPE_ID)
			found = member;
	}
	return found;
}

static const Node *text_of(const Node *e)
{
	while (e && e->kind == NODE_PAREN)
		e = e->kids[0];
	return e && e->kind == NODE_STRING && e->kid_count == 0 ? e : NULL;
}

/* "vpc.id" where a reference was meant: the edit takes the quotes away. */
static void suggest_reference(Check *c, Diag *d, const Node *text)
{
	Str rest = text->text, name;

	name = str_cut(&rest, STR("."));
	if (str_has(name, STR("[")))
		name = str_cut(&name, STR("["));
	if (rest.len == 0 || !map_has(&c->module->names, name))
		return;
	diag_fix(d, "take the quotes away to refer to `%.*s`", STR_ARG(name));
	diag_edit(d, text->span, text->text);
}

/* Tries the pattern of the id, then the other forms; reports by the first. */
static bool fits_id(Check *c, const Node *text, const Type *id)
{
	const SchemaResource *r = schemas_resource(c->program->schemas, id->name);
	uint32_t before = c->diags->items.len;
	DiagList silent;

	if (!r)
		return true;
	diag_list_init(&silent, c->arena);
	if (refine_id(&silent, text->span, id->name, r->id_pattern, text->text))
		return true;
	for (uint32_t i = 0; i < r->adopt_count; i++) {
		if (refine_id(&silent, text->span, id->name, r->adopt[i], text->text))
			return true;
	}
	(void)refine_id(c->diags, text->span, id->name, r->id_pattern, text->text);
	if (c->diags->items.len > before)
		suggest_reference(c, c->diags->items.ptr[c->diags->items.len - 1], text);
	return false;
}

static void set_secret_words(Check *c, Diag *d, const Node *e, const Type *from, const Sink *sink)
{
	const Node *name = sink->from ? node_kid(sink->from->decl, DECL_NAME) : NULL;
	Buf b;

	switch (sink->kind) {
	case SINK_OUTPUT:
		d->code = DIAG_SECRET_OUTPUT;
		d->what = STR("a secret cannot be a plain output");
		if (name && node_kid(sink->from->decl, DECL_TYPE)) {
			uint32_t at = node_kid(sink->from->decl, DECL_TYPE)->span.begin;

			diag_edit(d, (Span){at, at}, STR("secret "));
			diag_fix(d, "declare the output secret");
		}
		if (!name || node_kid(sink->from->decl, DECL_TYPE))
			return;
		buf_init(&b, 1 << 16);
		buf_add_cstr(&b, ": ");
		type_print(&b, from);
		diag_edit(d, (Span){name->span.end, name->span.end},
			str_copy(c->diags->arena, buf_str(&b)));
		buf_fini(&b);
		diag_fix(d, "declare the output secret");
		return;
	case SINK_KEY:
		d->code = DIAG_SECRET_KEY;
		d->what = STR("a secret cannot be a key");
		return;
	case SINK_LABEL:
		d->code = DIAG_SECRET_KEY;
		d->what = str_print(
			c->diags->arena, "a secret cannot stand in `%.*s`", STR_ARG(sink->name));
		return;
	case SINK_SCRIPT:
		d->code = DIAG_SECRET_SCRIPT;
		d->what = STR("a secret cannot stand in a script or a command line");
		diag_fix(d, "pass it in the environment, where the script reads it");
		return;
	case SINK_VALUE:
		break;
	}
	(void)e;
}

bool fit_is_script(const Type *want)
{
	want = type_plain(want);
	if (want->kind == TYPE_OPTIONAL)
		want = type_plain(want->elem);
	for (uint32_t i = 0; want->kind == TYPE_UNION && i < want->count; i++) {
		if (fit_is_script(want->members[i]))
			return true;
	}
	return want->kind == TYPE_STRING && want->format == FORMAT_SCRIPT;
}

static void report(Check *c, const Node *e, const Type *from, const Type *want, const Sink *sink,
	const TypeMismatch *m)
{
	Diag *d = type_mismatch_report(c->diags, e->span, from, want, m);
	Sink script = {.kind = SINK_SCRIPT};

	if (from->kind == TYPE_OBJECT && m->expected && m->expected->kind == TYPE_ID &&
		str_eq(from->name, m->expected->name)) {
		diag_fix(d, "the object is not its id: write `.id`");
		diag_edit(d, (Span){e->span.end, e->span.end}, STR(".id"));
	}
	if (m->code == DIAG_SECRET_SINK && fit_is_script(want))
		set_secret_words(c, d, e, from, &script);
	else if (m->code == DIAG_SECRET_SINK && sink)
		set_secret_words(c, d, e, from, sink);
	if (d->code == DIAG_SECRET_SINK && !d->fix.len)
		diag_fix(d, "a secret may go where the type says `secret`: into such params and "
			    "outputs, environments, and attributes made for it");
	if (sink && sink->type_at.end > 0)
		diag_note(d, sink->type_at, "the type is given here");
}

/* Predicates are evaluated by eval/, so their values are always looked at there. */
static bool has_predicate(const Type *t)
{
	if (t->where)
		return true;
	if (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN)
		return has_predicate(t->elem);
	for (uint32_t i = 0; t->kind == TYPE_UNION && i < t->count; i++) {
		if (has_predicate(t->members[i]))
			return true;
	}
	return false;
}

static bool is_known_wanted(const Type *want)
{
	while (want->kind == TYPE_OPTIONAL || want->kind == TYPE_SECRET) {
		if (want->elem->kind == TYPE_KNOWN)
			return true;
		want = want->elem;
	}
	return want->kind == TYPE_KNOWN;
}

static bool keeps_refinement(Check *c, const Node *e, const Type *want)
{
	RefineCtx refine = {.arena = c->arena, .diags = c->diags, .at = e->span};
	Value v, made;

	return literal_fold(c->arena, e, &v) && refine_value(&refine, want, v, &made);
}

static Fact fit_type(Check *c, Node *e, Fact f, const Type *want, const Sink *sink)
{
	TypeMismatch m = {0};
	TypeFit fit = type_fit(f.type, want, &m);
	uint32_t errors = c->diags->error_count + c->diags->dropped;

	if (fit == FIT_NO) {
		report(c, e, f.type, want, sink, &m);
		return fact_error(c);
	}
	if (fit == FIT_CHECK && keeps_refinement(c, e, want))
		fit = FIT_YES;
	else if (c->diags->error_count + c->diags->dropped > errors)
		return fact_error(c);
	if (fit == FIT_CHECK || has_predicate(want) || type_needs_adapt(f.type, want))
		e->flags |= FLAG_ADAPT;
	f.type = want;
	return f;
}

Fact fit_expr(Check *c, Node *e, Fact f, const Type *want, const Sink *sink)
{
	const Node *text = text_of(e);
	const Type *id;

	if (!want || f.type->kind == TYPE_ERROR || want->kind == TYPE_ERROR) {
		e->type = f.type;
		return f;
	}
	if (is_known_wanted(want) &&
		!fact_demand(c, &f, false, sink && sink->late ? sink->late : DIAG_LATE_POSITION, e,
			sink && sink->late ? "this setting is"
					   : "a value that must be known before apply is"))
		return fact_error(c);
	id = text ? wanted_id(want) : NULL;
	if (id && f.type->kind == TYPE_LITERAL) {
		f = fits_id(c, text, id) ? f : fact_error(c);
		if (f.type->kind != TYPE_ERROR)
			f.type = want;
	} else {
		f = fit_type(c, e, f, want, sink);
	}
	e->type = f.type;
	return f;
}
