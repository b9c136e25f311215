/* Narrowing: which paths are not null here, by the conditions around.
 *
 * `if a != null`, the arms of `match`, `and`, `or`, `not`, and the `if` of an entity: an optional
 * entity is there wherever each part of its own condition holds. */
#include "compiler/types/checker.h"

enum { SAME_DEPTH_MAX = 64 };

NarrowMark narrow_mark(const Check *c)
{
	return (NarrowMark){c->known.len, c->truths.len, c->tags.len};
}

void narrow_undo(Check *c, NarrowMark mark)
{
	c->known.len = mark.known;
	c->truths.len = mark.truths;
	c->tags.len = mark.tags;
}

static const Node *bare(const Node *e)
{
	while (e && e->kind == NODE_PAREN)
		e = e->kids[0];
	return e;
}

/* The same expression: same nodes, and names that mean the same. */
static bool is_same(const Node *a, const Node *b, uint32_t depth)
{
	a = bare(a);
	b = bare(b);
	if (!a || !b || depth == SAME_DEPTH_MAX)
		return a == b;
	if (a == b)
		return true;
	if (a->kind != b->kind || a->kid_count != b->kid_count || !str_eq(a->text, b->text))
		return false;
	if (a->kind == NODE_IDENT && a->info != b->info)
		return false;
	if (a->kind == NODE_MEMBER)
		return str_eq(a->kids[1]->text, b->kids[1]->text) &&
		       is_same(a->kids[0], b->kids[0], depth + 1);
	for (uint32_t i = 0; i < a->kid_count; i++) {
		if (!is_same(a->kids[i], b->kids[i], depth + 1))
			return false;
	}
	return true;
}

static bool is_path(const Node *e)
{
	e = bare(e);
	while (e && (e->kind == NODE_MEMBER || e->kind == NODE_INDEX))
		e = bare(e->kids[0]);
	return e && e->kind == NODE_IDENT;
}

void narrow_add(Check *c, const Node *e)
{
	e = bare(e);
	/* a?.b != null: then a is not null either */
	while (e && is_path(e)) {
		vec_add(c->facts, &c->known, e);
		if (e->kind != NODE_MEMBER || !(e->flags & FLAG_SAFE))
			return;
		e = bare(e->kids[0]);
	}
}

static bool is_null(const Node *e)
{
	e = bare(e);
	return e && e->kind == NODE_NULL;
}

static bool is_literal(const Node *e)
{
	Value v;

	return e && literal_value(bare(e), &v) && v.kind != VAL_NULL;
}

void narrow_tag(Check *c, const Node *e, Node *const *patterns, uint32_t count, bool is_not)
{
	e = bare(e);
	if (!e || e->kind != NODE_MEMBER || !is_path(e))
		return;
	vec_add(c->facts, &c->tags,
		((NarrowTag){bare(e->kids[0]), e->kids[1]->text, patterns, count, is_not}));
}

static void narrow_compare(Check *c, const Node *e, bool is_equal)
{
	if (is_literal(e->kids[1]))
		narrow_tag(c, e->kids[0], &e->kids[1], 1, !is_equal);
	else if (is_literal(e->kids[0]))
		narrow_tag(c, e->kids[1], &e->kids[0], 1, !is_equal);
	if (is_null(e->kids[1]) && !is_equal)
		narrow_add(c, e->kids[0]);
	else if (is_null(e->kids[0]) && !is_equal)
		narrow_add(c, e->kids[1]);
	else if (is_equal && is_literal(e->kids[1]))
		narrow_add(c, e->kids[0]);
	else if (is_equal && is_literal(e->kids[0]))
		narrow_add(c, e->kids[1]);
}

static void narrow_binary(Check *c, const Node *e, bool sense)
{
	bool is_and = str_eq(e->text, STR("and"));

	if (is_and || str_eq(e->text, STR("or"))) {
		if (is_and == sense) {
			narrow_by(c, e->kids[0], sense);
			narrow_by(c, e->kids[1], sense);
		}
		return;
	}
	if (str_eq(e->text, STR("==")))
		narrow_compare(c, e, sense);
	else if (str_eq(e->text, STR("!=")))
		narrow_compare(c, e, !sense);
}

void narrow_by(Check *c, const Node *cond, bool sense)
{
	cond = bare(cond);
	if (!cond)
		return;
	if (sense)
		vec_add(c->facts, &c->truths, cond);
	if (cond->kind == NODE_UNARY && str_eq(cond->text, STR("not")))
		narrow_by(c, cond->kids[0], !sense);
	else if (cond->kind == NODE_BINARY)
		narrow_binary(c, cond, sense);
}

static bool is_true(const Check *c, const Node *cond)
{
	cond = bare(cond);
	if (!cond)
		return false;
	for (uint32_t i = 0; i < c->truths.len; i++) {
		if (is_same(c->truths.ptr[i], cond, 0))
			return true;
	}
	return cond->kind == NODE_BINARY && str_eq(cond->text, STR("and")) &&
	       is_true(c, cond->kids[0]) && is_true(c, cond->kids[1]);
}

bool narrow_is_known(const Check *c, const Node *e)
{
	const Symbol *s;

	e = bare(e);
	for (uint32_t i = 0; i < c->known.len; i++) {
		if (is_same(c->known.ptr[i], e, 0))
			return true;
	}
	if (!e || e->kind != NODE_IDENT || !e->info)
		return false;
	s = e->info;
	if (s->kind != SYMBOL_RESOURCE && s->kind != SYMBOL_LOOKUP && s->kind != SYMBOL_MODULE)
		return false;
	return s->decl->kids[ENTITY_IF] && !s->decl->kids[ENTITY_FOR] &&
	       is_true(c, s->decl->kids[ENTITY_IF]);
}

/* Says whether a member of a union may be what a tag speaks of. */
static bool may_be(const Check *c, const Type *member, const NarrowTag *tag)
{
	const TypeField *field = type_field(type_plain(member), tag->field);
	bool is_among = false;

	if (!field || field->type->kind != TYPE_LITERAL)
		return field != NULL;
	for (uint32_t i = 0; i < tag->count; i++) {
		Value v;

		if (!literal_fold(c->arena, bare(tag->patterns[i]), &v))
			return true;
		is_among |= value_eq(v, field->type->literal);
	}
	return is_among != tag->is_not;
}

static const Type *narrow_union(Check *c, const NarrowTag *tag, const Type *type)
{
	const Type **left = ARENA_ARRAY(c->arena, const Type *, type->count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < type->count; i++) {
		if (may_be(c, type->members[i], tag))
			left[n++] = type->members[i];
	}
	return n > 0 && n < type->count ? type_union(c->types, left, n) : type;
}

const Type *narrow_type(Check *c, const Node *e, const Type *type)
{
	if (type->kind == TYPE_ERROR)
		return type;
	if (type_may_be_null(type) && narrow_is_known(c, e))
		type = type_narrow_null(c->types, type);
	for (uint32_t i = 0; i < c->tags.len && type->kind == TYPE_UNION; i++) {
		if (is_same(c->tags.ptr[i].object, bare(e), 0))
			type = narrow_union(c, &c->tags.ptr[i], type);
	}
	return type;
}
