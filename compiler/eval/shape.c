/* Shapes: the fields of an entity's body merged with the defaults of its type, sorted by name, so
 * that the record of an object needs neither sorting nor searching. */
#include "compiler/eval/shape.h"

#include "compiler/types/refine.h"

#include <stdlib.h>

typedef struct Kind { /* what all declarations of one resource type share */
	const SchemaAttr **sorted;
	ShapeEntry *defaults; /* sorted; slots are not given yet */
	uint32_t default_count;
} Kind;

static int cmp_attrs(const void *a, const void *b)
{
	const SchemaAttr *const *x = a, *const *y = b;

	return str_cmp((*x)->name, (*y)->name);
}

/* A constant default in the shape of its type: nested defaults filled in. */
static const Value *shaped_default(Machine *m, const SchemaAttr *attr)
{
	RefineCtx c = {.arena = m->arena, .is_shape_only = true};
	Value *made = ARENA_NEW(m->arena, Value);

	if (!refine_value(&c, attr->type, attr->default_value, made))
		*made = attr->default_value;
	return made;
}

static Kind *kind_of(Machine *m, const SchemaResource *r)
{
	Kind *k = map_find(&m->kinds, r->name);

	if (k)
		return k;
	k = ARENA_NEW(m->arena, Kind);
	k->sorted = ARENA_ARRAY(m->arena, const SchemaAttr *, r->attr_count);
	k->defaults = ARENA_ARRAY(m->arena, ShapeEntry, r->attr_count);
	for (uint32_t i = 0; i < r->attr_count; i++)
		k->sorted[i] = &r->attrs[i];
	if (r->attr_count)
		qsort(k->sorted, r->attr_count, sizeof(k->sorted[0]), cmp_attrs);
	for (uint32_t i = 0; i < r->attr_count; i++) {
		const SchemaAttr *a = k->sorted[i];
		bool is_default = a->has_default || a->default_expr || (a->flags & ATTR_PROVIDER);

		if ((a->flags & ATTR_OUT) || !is_default)
			continue;
		k->defaults[k->default_count++] = (ShapeEntry){
			.attr = a,
			.fallback = a->has_default ? shaped_default(m, a) : NULL,
			.slot = -1,
		};
	}
	(void)map_put(&m->kinds, r->name, k);
	return k;
}

const SchemaAttr *const *shape_attrs(Machine *m, const SchemaResource *r)
{
	return kind_of(m, r)->sorted;
}

const SchemaAttr *shape_attr(Machine *m, const SchemaResource *r, Str name)
{
	const SchemaAttr **sorted = kind_of(m, r)->sorted;
	uint32_t low = 0, high = r->attr_count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int order = str_cmp(sorted[mid]->name, name);

		if (!order)
			return sorted[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool is_plain_key(const Node *key)
{
	return key->kind == NODE_IDENT || (key->kind == NODE_STRING && !key->kid_count);
}

/* Notes what the body holds; returns the number of plain fields. */
static uint32_t survey(const Node *body, Shape *s)
{
	uint32_t fields = 0;

	for (uint32_t i = 0; body && i < body->kid_count; i++) {
		const Node *kid = body->kids[i];

		if (kid->kind == NODE_LET)
			s->has_lets = true;
		else if (kid->kind == NODE_SPREAD || kid->kind == NODE_FOR_FIELD)
			s->is_dynamic = true;
		else if (kid->kind == NODE_FIELD && is_plain_key(kid->kids[FIELD_KEY]))
			fields++;
		else if (kid->kind == NODE_FIELD && kid->kids[FIELD_KEY]->kind == NODE_KEY_EXPR)
			s->is_dynamic = true;
	}
	return fields;
}

static void add_written(Machine *m, const Symbol *symbol, const Node *body, Shape *s)
{
	for (uint32_t i = 0; body && i < body->kid_count && !s->is_dynamic; i++) {
		const Node *kid = body->kids[i];

		if (kid->kind != NODE_FIELD || !is_plain_key(kid->kids[FIELD_KEY]))
			continue;
		const SchemaAttr *a = shape_attr(m, symbol->resource, kid->kids[FIELD_KEY]->text);
		uint32_t at = s->count;

		if (!a)
			continue; /* the checker has refused it */
		while (at && str_cmp(s->entries[at - 1].attr->name, a->name) > 0) {
			s->entries[at] = s->entries[at - 1];
			at--;
		}
		s->entries[at] = (ShapeEntry){a, kid->kids[FIELD_VALUE], NULL, 0};
		s->count++;
	}
}

/* Puts the defaults of what is not written between the written ones. */
static void add_defaults(Machine *m, const Kind *k, Shape *s)
{
	ShapeEntry *all = ARENA_ARRAY(m->arena, ShapeEntry, s->count + k->default_count);
	uint32_t n = 0, written = 0;

	for (uint32_t i = 0; i < k->default_count; i++) {
		Str name = k->defaults[i].attr->name;

		while (written < s->count && str_cmp(s->entries[written].attr->name, name) < 0)
			all[n++] = s->entries[written++];
		if (written < s->count && str_eq(s->entries[written].attr->name, name)) {
			all[n] = s->entries[written++];
			all[n++].fallback = k->defaults[i].fallback;
			continue;
		}
		all[n++] = k->defaults[i];
	}
	while (written < s->count)
		all[n++] = s->entries[written++];
	s->entries = all;
	s->count = n;
}

const Shape *shape_of(Machine *m, Instance *home, const Symbol *symbol)
{
	Shape *s = home->shapes[symbol->index];
	const Node *body = node_kid(symbol->decl, ENTITY_BODY);

	if (s)
		return s;
	s = ARENA_NEW(m->arena, Shape);
	uint32_t fields = survey(body, s);

	s->entries = ARENA_ARRAY(m->arena, ShapeEntry, fields);
	add_written(m, symbol, body, s);
	if (symbol->kind == SYMBOL_RESOURCE || symbol->resource->is_lookup_only)
		add_defaults(m, kind_of(m, symbol->resource), s);
	s->slots = s->is_dynamic ? 1 : 0;
	for (uint32_t i = 0; i < s->count; i++) {
		ShapeEntry *e = &s->entries[i];
		bool is_computed = e->value || (!e->fallback && e->attr->default_expr);

		e->slot = is_computed ? (int32_t)s->slots++ : -1;
	}
	home->shapes[symbol->index] = s;
	return s;
}
