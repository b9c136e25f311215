/* Control flow: if, match, let ... in. */
#include "compiler/types/checker.h"

/* The branches' common type so far: joined one after the other, or the wanted one. */
typedef struct Branches {
	Check *c;
	const Type *want;
	const Type *joined; /* NULL: none yet */
	const Node *first;  /* the branch that gave the type */
	Fact f;             /* phases of all branches */
	bool is_wrong;
	uint8_t shape;
	uint64_t shape_params;
} Branches;

static void add_branch(Branches *b, Node *e, const Fact *branch)
{
	TypeMismatch m = {0};
	const Type *joined;

	fact_use(&b->f, branch);
	if (branch->shape > b->shape)
		b->shape = branch->shape;
	b->shape_params |= branch->shape_params;
	if (branch->type->kind == TYPE_ERROR) {
		b->is_wrong = true;
		return;
	}
	if (b->want || b->is_wrong)
		return;
	if (!b->joined) {
		b->joined = branch->type;
		b->first = e;
		return;
	}
	joined = type_join(b->c->types, b->joined, branch->type, &m);
	if (!joined) {
		Diag *d = type_join_report(b->c->diags, e->span, b->joined, branch->type, &m);

		diag_note(d, b->first->span, "the other one is here");
		b->is_wrong = true;
		return;
	}
	b->joined = joined;
}

static void adapt_branch(const Branches *b, Node *e)
{
	if (e && !b->want && !b->is_wrong && e->type && type_needs_adapt(e->type, b->joined))
		fit_adapt(e, b->joined);
}

static Fact finish(Branches *b, const Fact *cond)
{
	uint8_t shape = b->shape;
	uint64_t params = b->shape_params;

	if (b->is_wrong || cond->type->kind == TYPE_ERROR)
		return fact_error(b->c);
	fact_use(&b->f, cond);
	b->f.shape = shape > cond->phase ? shape : cond->phase;
	b->f.shape_params = params | cond->params;
	b->f.type = b->want     ? b->want
		    : b->joined ? b->joined
				: type_simple(b->c->types, TYPE_NEVER);
	if (!b->want && type_is_secret(cond->type))
		b->f.type = type_wrap(b->c->types, TYPE_SECRET, b->f.type);
	return b->f;
}

static Fact check_if(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Branches b = {.c = c, .want = want};
	Fact cond = check_expr(c, e->kids[0], type_simple(c->types, TYPE_BOOL), NULL);
	NarrowMark mark = narrow_mark(c);

	b.f = fact_of(type_simple(c->types, TYPE_NEVER));
	for (uint32_t i = 1; i <= 2; i++) {
		Fact branch;

		narrow_by(c, e->kids[0], i == 1);
		branch = check_expr(c, e->kids[i], want, sink);
		narrow_undo(c, mark);
		if (e->kids[i])
			add_branch(&b, e->kids[i], &branch);
	}
	adapt_branch(&b, e->kids[1]);
	adapt_branch(&b, e->kids[2]);
	return finish(&b, &cond);
}

/* ---- match ---- */

typedef struct Cover {
	Check *c;
	const Type *type; /* of what is matched, null aside */
	const Value *cases;
	uint32_t count, next; /* patterns mostly come in the order of the cases */
	bool *is_covered;
	bool is_finite, has_any, has_null, may_be_null;
} Cover;

static void check_pattern_type(Cover *v, Node *p, const Type *type)
{
	Diag *d;
	Buf b;

	if (v->type->kind == TYPE_ERROR || type_is_comparable(v->type, type))
		return;
	buf_init(&b, 1 << 16);
	type_print(&b, type);
	buf_add_cstr(&b, "` is never one of `");
	type_print(&b, v->type);
	d = diag_add(v->c->diags, DIAG_UNEQUAL_TYPES, p->span, "`%.*s`", STR_ARG(buf_str(&b)));
	buf_fini(&b);
	diag_fix(d, "leave this pattern out, or match something else");
}

static void cover_value(Cover *v, Node *p, Value value)
{
	bool is_case = false;

	for (uint32_t n = 0; n < v->count && !is_case; n++) {
		uint32_t i = (v->next + n) % v->count;

		if (value_eq(v->cases[i], value)) {
			v->is_covered[i] = true;
			v->next = i + 1;
			is_case = true;
		}
	}
	if (v->is_finite && !is_case && v->type->kind != TYPE_ERROR) {
		StrVec names = {0};
		Str nearest;
		Diag *d = diag_add(v->c->diags, DIAG_NOT_IN_ENUM, p->span,
			"this is none of the values that are matched");

		for (uint32_t i = 0; i < v->count && value.kind == VAL_STRING; i++) {
			if (v->cases[i].kind == VAL_STRING)
				vec_add(v->c->arena, &names, v->cases[i].as.text);
		}
		nearest = value.kind == VAL_STRING
				  ? str_nearest(value.as.text, names.ptr, names.len)
				  : STR_NONE;
		if (nearest.len > 0)
			diag_fix(d, "did you mean \"%.*s\"?", STR_ARG(nearest));
	}
}

static void cover_range(Cover *v, Node *p)
{
	for (uint32_t i = 0; i < 2; i++) {
		if (p->kids[i]) {
			Fact end = check_expr(v->c, p->kids[i], NULL, NULL);

			check_pattern_type(v, p->kids[i], end.type);
		}
	}
}

static void cover_pattern(Cover *v, Node *p)
{
	Fact f;
	Value value;

	if (p->kind == NODE_PATTERN_ANY) {
		v->has_any = true;
		return;
	}
	if (p->kind == NODE_NULL) {
		v->has_null = true;
		if (!v->may_be_null && v->type->kind != TYPE_ERROR)
			diag_add(v->c->diags, DIAG_UNEQUAL_TYPES, p->span, "this is never null");
		return;
	}
	if (p->kind == NODE_RANGE) {
		cover_range(v, p);
		return;
	}
	f = check_expr(v->c, p, NULL, NULL);
	if (f.type->kind == TYPE_ERROR || !literal_fold(v->c->arena, p, &value))
		return;
	if (v->is_finite)
		cover_value(v, p, value);
	else
		check_pattern_type(v, p, f.type);
}

static void report_missing(Cover *v, Node *e)
{
	Buf b;
	Diag *d;
	uint32_t n = 0;

	buf_init(&b, 1 << 16);
	for (uint32_t i = 0; i < v->count; i++) {
		if (v->is_covered[i])
			continue;
		buf_add_cstr(&b, n++ ? ", `" : "`");
		value_print(&b, v->cases[i], -1);
		buf_add_char(&b, '`');
	}
	if (v->may_be_null && !v->has_null)
		buf_add_cstr(&b, n++ ? ", `null`" : "`null`");
	if (!v->is_finite) {
		buf_clear(&b);
		buf_add_cstr(&b, "the other values");
	}
	d = diag_add(v->c->diags, DIAG_NOT_EXHAUSTIVE, (Span){e->span.begin, e->span.begin + 5},
		"this `match` does not cover %.*s", STR_ARG(buf_str(&b)));
	buf_fini(&b);
	if (e->kids[0])
		diag_note(d, e->kids[0]->span, "this is matched");
	diag_fix(d, "add an arm for each, or `_ => ...` for all the rest");
}

static bool is_exhaustive(const Cover *v)
{
	if (v->has_any)
		return true;
	if (!v->is_finite || (v->may_be_null && !v->has_null))
		return false;
	for (uint32_t i = 0; i < v->count; i++) {
		if (!v->is_covered[i])
			return false;
	}
	return true;
}

static bool arm_excludes_null(const Cover *v, const Node *arm)
{
	for (uint32_t i = ARM_FIRST_PATTERN; i < arm->kid_count; i++) {
		if (arm->kids[i]->kind == NODE_NULL ||
			(arm->kids[i]->kind == NODE_PATTERN_ANY && !v->has_null))
			return false;
	}
	return true;
}

static void init_cover(Cover *v, const Fact *scrutinee)
{
	v->may_be_null = scrutinee->type->kind != TYPE_ERROR && type_may_be_null(scrutinee->type);
	v->type = type_plain(type_narrow_null(v->c->types, scrutinee->type));
	if (v->type->kind == TYPE_ERROR)
		return;
	v->is_finite = type_cases(v->c->arena, v->type, &v->cases, &v->count);
	v->is_covered = ARENA_ARRAY(v->c->arena, bool, v->count + 1);
}

static Fact check_match(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Branches b = {.c = c, .want = want};
	Fact scrutinee = check_expr(c, e->kids[0], NULL, NULL);
	Cover v = {.c = c};
	NarrowMark mark = narrow_mark(c);

	b.f = fact_of(type_simple(c->types, TYPE_NEVER));
	init_cover(&v, &scrutinee);
	for (uint32_t i = MATCH_FIRST_ARM; i < e->kid_count; i++) {
		Node *arm = e->kids[i];
		Fact branch;

		if (arm->kind != NODE_ARM || !arm->kids[ARM_RESULT])
			continue;
		for (uint32_t k = ARM_FIRST_PATTERN; k < arm->kid_count; k++)
			cover_pattern(&v, arm->kids[k]);
		if (e->kids[0] && arm_excludes_null(&v, arm))
			narrow_add(c, e->kids[0]);
		if (arm->kid_count > ARM_FIRST_PATTERN &&
			arm->kids[ARM_FIRST_PATTERN]->kind != NODE_PATTERN_ANY)
			narrow_tag(c, e->kids[0], arm->kids + ARM_FIRST_PATTERN,
				arm->kid_count - ARM_FIRST_PATTERN, false);
		branch = check_expr(c, arm->kids[ARM_RESULT], want, sink);
		narrow_undo(c, mark);
		add_branch(&b, arm->kids[ARM_RESULT], &branch);
	}
	for (uint32_t i = MATCH_FIRST_ARM; i < e->kid_count; i++) {
		if (e->kids[i]->kind == NODE_ARM)
			adapt_branch(&b, e->kids[i]->kids[ARM_RESULT]);
	}
	if (v.type->kind != TYPE_ERROR && !is_exhaustive(&v)) {
		report_missing(&v, e);
		return fact_error(c);
	}
	return finish(&b, &scrutinee);
}

/* ---- let ---- */

static Fact check_let(Check *c, Node *e, const Type *want, const Sink *sink)
{
	const Type *type = e->kids[1] ? check_type(c, e->kids[1]) : NULL;
	Fact value = check_expr(c, e->kids[2], type, NULL);
	Fact f;

	if (type && value.type->kind == TYPE_ERROR)
		value.type = type;
	if (e->kids[0] && e->kids[0]->info)
		check_decl_set(c, e->kids[0]->info, value);
	f = check_expr(c, e->kids[3], want, sink);
	return f;
}

Fact check_flow(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Fact f;

	switch ((NodeKind)e->kind) {
	case NODE_IF:
		f = check_if(c, e, want, sink);
		break;
	case NODE_MATCH:
		f = check_match(c, e, want, sink);
		break;
	default:
		f = check_let(c, e, want, sink);
	}
	e->type = f.type;
	return f;
}
