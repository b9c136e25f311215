/* List literals: elements, spreads and comprehensions, against a list or set, or inferred. */
#include "compiler/types/checker.h"

typedef struct Elems {
	Check *c;
	const Type *want; /* of an element; NULL: infer */
	const Type *joined;
	const Node *first; /* the element that gave `joined` */
	const Sink *sink;
	Fact f;
	Fact elem;         /* what holds of all elements */
	uint32_t literals; /* joined so far */
	bool is_wrong;
} Elems;

static void join_elem(Elems *l, const Node *e, const Type *type)
{
	TypeMismatch m = {0};
	const Type *joined;

	if (l->want || l->is_wrong)
		return;
	if (type->kind == TYPE_LITERAL && ++l->literals > JOIN_LITERALS_MAX) {
		type = type_widen(l->c->types, type);
		if (l->joined)
			l->joined = type_widen(l->c->types, l->joined);
	}
	if (!l->joined) {
		l->joined = type;
		l->first = e;
		return;
	}
	joined = type_join(l->c->types, l->joined, type, &m);
	if (joined) {
		l->joined = joined;
		return;
	}
	(void)type_join_report(l->c->diags, e->span, l->joined, type, &m);
	l->is_wrong = true;
}

static void add_elem(Elems *l, const Node *e, const Fact *f)
{
	if (f->type->kind == TYPE_ERROR) {
		l->is_wrong = true;
		return;
	}
	fact_hold(&l->f, f);
	fact_use(&l->elem, f);
	join_elem(l, e, f->type);
}

static void check_spread(Elems *l, Node *spread)
{
	Fact f = check_expr(l->c, spread->kids[0], NULL, NULL), part;
	const Type *type = type_plain(f.type);
	TypeMismatch m = {0};

	if (type->kind == TYPE_ERROR) {
		l->is_wrong = true;
		return;
	}
	if (type->kind != TYPE_LIST && type->kind != TYPE_SET) {
		Diag *d = diag_add(l->c->diags, DIAG_TYPE_MISMATCH, spread->span,
			"only lists and sets can be spread here");

		diag_fix(d, "one element needs no `...`; `values(m)` are those of a map");
		l->is_wrong = true;
		return;
	}
	if (l->want && type->elem->kind != TYPE_NEVER &&
		type_fit(type->elem, l->want, &m) == FIT_NO) {
		(void)type_mismatch_report(l->c->diags, spread->span, type->elem, l->want, &m);
		l->is_wrong = true;
		return;
	}
	if (l->want && (type_needs_adapt(type->elem, l->want) ||
			       type_fit(type->elem, l->want, &m) == FIT_CHECK))
		fit_adapt(spread->kids[0], type_wrap(l->c->types, TYPE_LIST, l->want));
	fact_add(&l->f, &f, true);
	part = fact_part(&f, type->elem);
	add_elem(l, spread, &part);
}

static void check_for(Elems *l, Node *e)
{
	Loop loop = check_loop(l->c, e);
	NarrowMark mark = narrow_mark(l->c);
	Fact f;

	if (!loop.key) {
		l->is_wrong = true;
		return;
	}
	fact_add(&l->f, &loop.collection, true);
	if (e->kids[COMP_IF]) {
		f = check_expr(l->c, e->kids[COMP_IF], type_simple(l->c->types, TYPE_BOOL), NULL);
		fact_add(&l->f, &f, false);
		narrow_by(l->c, e->kids[COMP_IF], true);
	}
	f = check_expr(l->c, e->kids[COMP_BODY], l->want, l->sink);
	narrow_undo(l->c, mark);
	if (e->kids[COMP_BODY])
		add_elem(l, e->kids[COMP_BODY], &f);
}

static void check_elem(Elems *l, Node *e)
{
	Fact f;

	if (e->kind == NODE_SPREAD) {
		check_spread(l, e);
	} else if (e->kind == NODE_FOR_ELEM) {
		check_for(l, e);
	} else {
		f = check_expr(l->c, e, l->want, l->sink);
		add_elem(l, e, &f);
	}
}

static void adapt_elems(const Elems *l, Node *list)
{
	for (uint32_t i = 0; i < list->kid_count; i++) {
		Node *e = list->kids[i];

		if (e->kind == NODE_FOR_ELEM)
			e = e->kids[COMP_BODY];
		if (e && e->kind != NODE_SPREAD && e->type && type_needs_adapt(e->type, l->joined))
			fit_adapt(e, l->joined);
	}
}

/* The list, set or json among what is wanted. */
static const Type *target_of(const Type *want)
{
	const Type *found;

	if (!want)
		return NULL;
	want = type_plain(want);
	if (want->kind == TYPE_OPTIONAL)
		want = type_plain(want->elem);
	if (want->kind == TYPE_UNION) {
		found = type_union_by_kind(want, TYPE_LIST);
		if (!found)
			found = type_union_by_kind(want, TYPE_SET);
		want = found ? type_plain(found) : want;
	}
	return want->kind == TYPE_LIST || want->kind == TYPE_SET || want->kind == TYPE_JSON ? want
											    : NULL;
}

static void set_detail(Elems *l)
{
	FactDetail *detail = ARENA_NEW(l->c->facts, FactDetail);

	if (l->f.phase == PHASE_CONST && !l->f.params)
		return;
	detail->elem = fact_keep(l->c, l->elem);
	l->f.detail = detail;
}

/* A set of literals knows its keys, for `for key in ["a", "b"]`. */
static void set_keys(Elems *l, const Node *e)
{
	FactDetail *detail;
	FactField *fields;
	Fact *elem;

	for (uint32_t i = 0; i < e->kid_count; i++) {
		if (e->kids[i]->kind != NODE_STRING || e->kids[i]->kid_count > 0)
			return;
	}
	detail = ARENA_NEW(l->c->facts, FactDetail);
	fields = ARENA_ARRAY(l->c->facts, FactField, e->kid_count + 1);
	elem = ARENA_NEW(l->c->facts, Fact);
	*elem = l->elem;
	for (uint32_t i = 0; i < e->kid_count; i++)
		fields[i] = (FactField){.name = e->kids[i]->text, .fact = elem};
	detail->fields = fields;
	detail->count = e->kid_count;
	detail->has_all_keys = true;
	detail->elem = elem;
	l->f.detail = detail;
}

Fact check_list(Check *c, Node *e, const Type *want, const Sink *sink)
{
	const Type *target = target_of(want);
	Sink command = sink ? *sink : (Sink){0};
	Elems l = {.c = c, .sink = sink};

	if (want && fit_is_script(want)) {
		command.kind = SINK_SCRIPT;
		l.sink = &command;
	}
	if (target)
		l.want = target->kind == TYPE_JSON ? target : target->elem;
	l.f = fact_of(type_simple(c->types, TYPE_ERROR));
	l.elem = fact_of(l.want ? l.want : type_simple(c->types, TYPE_NEVER));
	for (uint32_t i = 0; i < e->kid_count; i++)
		check_elem(&l, e->kids[i]);
	if (l.is_wrong)
		return fact_error(c);
	if (!target && l.joined)
		adapt_elems(&l, e);
	set_detail(&l);
	if (!l.f.detail)
		set_keys(&l, e);
	if (target && target->kind == TYPE_JSON) {
		l.f.type = want;
		return l.f;
	}
	l.f.type = type_wrap(c->types, target ? target->kind : TYPE_LIST,
		l.want     ? l.want
		: l.joined ? l.joined
			   : type_simple(c->types, TYPE_NEVER));
	if (target && target->kind == TYPE_SET)
		e->flags |= FLAG_ADAPT;
	return fit_expr(c, e, l.f, want, sink);
}
