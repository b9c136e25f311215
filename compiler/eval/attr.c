/* Attributes of objects: as written, by default, predicted, or deferred. */
#include "compiler/eval/entity.h"
#include "compiler/eval/eval_impl.h"
#include "compiler/eval/provider_pick.h"
#include "compiler/eval/rule.h"
#include "compiler/eval/shape.h"
#include "compiler/types/relate.h"

Frame entity_open(Machine *m, Object *o)
{
	const Node *loop = node_kid(o->symbol->decl, ENTITY_FOR);
	const Node *body = node_kid(o->symbol->decl, ENTITY_BODY);
	Frame before = machine_open_frame(m, o->symbol->frame_size);
	Value shape = {.kind = VAL_MAP};

	if (loop && o->bind) /* a single variable holds the key or the element: both are bind[0] */
		eval_bind_item(m, loop, shape, o->bind[0], o->bind[1]);
	if (!o->shape->has_lets)
		return before;
	if (o->lets) {
		for (uint32_t i = 0; i < m->frame_len; i++)
			m->frame[i] = o->lets[i];
		return before;
	}
	for (uint32_t i = 0; i < body->kid_count && !m->op.has_failed; i++)
		if (body->kids[i]->kind == NODE_LET)
			eval_bind(m, body->kids[i]->kids[DECL_NAME],
				eval_expr(m, body->kids[i]->kids[DECL_VALUE]));
	if (!m->op.has_failed) {
		o->lets = ARENA_ARRAY(m->arena, Value, m->frame_len);
		for (uint32_t i = 0; i < m->frame_len; i++)
			o->lets[i] = m->frame[i];
	}
	return before;
}

void entity_close(Machine *m, Frame before)
{
	machine_close_frame(m, before);
}

/* What a spread brought has the shape of its own record, not yet of the attributes. */
static Value attr_adapt_all(Machine *m, Object *o, Value v, const Node *at)
{
	if (v.kind != VAL_MAP || m->op.has_failed)
		return v;
	ValueEntry *entries = ARENA_ARRAY(m->arena, ValueEntry, v.as.map->len);
	uint32_t n = 0;

	for (uint32_t i = 0; i < v.as.map->len && !m->op.has_failed; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		const SchemaAttr *a = shape_attr(m, o->symbol->resource, e->key);

		if (a && e->value.kind != VAL_NULL)
			entries[n++] = (ValueEntry){e->key, adapt_value(m, a->type, e->value, at)};
	}
	return m->op.has_failed ? VALUE_NULL : value_map(m->arena, entries, n);
}

Value entity_slot(Machine *m, Object *o, int32_t slot)
{
	const Node *n = NULL;
	const SchemaAttr *computed = NULL;

	for (uint32_t i = 0; i < o->shape->count; i++) {
		const ShapeEntry *e = &o->shape->entries[i];

		if (e->slot == slot) {
			n = e->value;
			computed = e->attr;
		}
	}
	if (o->shape->is_dynamic && slot == 0)
		n = node_kid(o->symbol->decl, ENTITY_BODY);
	else if (!n)
		return computed ? rule_default(m, o, computed->default_expr) : VALUE_NULL;
	Frame before = entity_open(m, o);
	Value v = eval_expr(m, n);

	entity_close(m, before);
	return o->shape->is_dynamic && slot == 0 ? attr_adapt_all(m, o, v, n) : v;
}

const ShapeEntry *entity_entry(const Object *o, Str name)
{
	uint32_t low = 0, high = o->shape->count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		const ShapeEntry *e = &o->shape->entries[mid];
		int order = str_cmp(e->attr->name, name);

		if (!order)
			return e;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

Value entity_written(Machine *m, Object *o, const ShapeEntry *e)
{
	Value v = VALUE_NULL;

	if (e->slot >= 0) {
		const Unit *u = machine_slot(m, o, e->slot);

		if (!u)
			return VALUE_NULL;
		v = u->value;
	}
	if (v.kind == VAL_NULL && e->fallback)
		v = *e->fallback;
	if (v.kind == VAL_NULL && (e->attr->flags & ATTR_PROVIDER)) {
		Provider *p = provider_pick(m, o);
		const Value *setting = p ? value_find(p->settings, e->attr->name) : NULL;

		if (setting)
			v = *setting;
	}
	return v;
}

/* A dynamic body's own value of an attribute. */
static Value attr_dynamic(Machine *m, Object *o, Str name)
{
	const Unit *u = machine_slot(m, o, 0);

	if (!u)
		return VALUE_NULL;
	const Value *v = value_find(u->value, name);

	return v ? *v : VALUE_NULL;
}

/* A path into the object: its attribute, or a field of one. */
static Value attr_ref(Machine *m, Object *o, const Value *path, uint32_t count, const Type *type)
{
	Residual *r = ARENA_NEW(m->arena, Residual);
	Value *kept = ARENA_ARRAY(m->arena, Value, count);

	for (uint32_t i = 0; i < count; i++)
		kept[i] = path[i];
	*r = o->ref;
	r->number = 0;
	r->args = kept;
	r->arg_count = count;
	r->may_be_null = !type || type_may_be_null(type);
	r->is_secret = type && type_is_secret(type);
	return value_residual(r);
}

/* A written record gets the fields that the server will fill in, as references. */
static Value attr_complete(Machine *m, Object *o, Value v, const Type *type, const Value *path)
{
	const Type *t = type_plain(type);

	if (t->kind == TYPE_OPTIONAL)
		t = t->elem;
	if (v.kind != VAL_MAP || t->kind != TYPE_RECORD)
		return v;
	Value all = v;

	for (uint32_t i = 0; i < t->count; i++) {
		const TypeField *f = &t->fields[i];
		bool is_late = f->attr && (f->attr->flags & (ATTR_OUT | ATTR_COMPUTED));
		Value steps[] = {*path, value_string(f->name)};

		if (is_late && !value_find(v, f->name))
			all = value_with(m->arena, all, f->name, attr_ref(m, o, steps, 2, f->type));
	}
	return all;
}

/* What nobody wrote: predicted, or known after apply, or simply absent. */
static Value attr_unset(Machine *m, Object *o, Str name, const SchemaAttr *a)
{
	const SchemaResource *r = o->symbol->resource;
	bool is_id = str_eq(name, STR("id"));
	uint32_t late = ATTR_OUT | ATTR_COMPUTED | ATTR_AUTO;
	const SchemaExpr *prediction = a && a->predict ? a->predict : is_id ? r->id_template : NULL;
	Value v;

	if (prediction && rule_predict(m, o, prediction, &v))
		return v;
	if (m->op.has_failed || (!is_id && !(a && (a->flags & late))))
		return VALUE_NULL;
	Value path = value_string(name);

	return attr_ref(m, o, &path, 1, a ? a->type : NULL);
}

static Value attr_of_lookup(Machine *m, Object *o, Str name, const Node *n)
{
	const Type *type = n ? n->type : NULL;

	if (o->result) {
		const Value *v = value_find(*o->result, name);

		return v ? *v : VALUE_NULL;
	}
	Value path = value_string(name);

	return attr_ref(m, o, &path, 1, type);
}

Value entity_attr(Machine *m, Object *o, Str name, const Node *n)
{
	if (n)
		m->op.at = n->span;
	if (o->ref.op == RESIDUAL_REF)
		machine_read(m, o);
	if (o->symbol->kind == SYMBOL_LOOKUP)
		return attr_of_lookup(m, o, name, n);
	const ShapeEntry *e = entity_entry(o, name);
	const SchemaAttr *a = e ? e->attr : shape_attr(m, o->symbol->resource, name);
	Value v = o->shape->is_dynamic ? attr_dynamic(m, o, name) : VALUE_NULL;

	if (m->op.has_failed)
		return VALUE_NULL;
	if (v.kind == VAL_NULL && e)
		v = entity_written(m, o, e);
	if (m->op.has_failed)
		return VALUE_NULL;
	if (v.kind == VAL_NULL)
		return attr_unset(m, o, name, a);
	Value path = value_string(name);

	return a ? attr_complete(m, o, v, a->type, &path) : v;
}

Value entity_mark(Machine *m, Object *o, Str name, const Node **ret_node)
{
	const Node *n = entity_mark_node(o->symbol, name);
	Instance *home = m->home;
	Value v = VALUE_NULL;

	*ret_node = n;
	if (!n)
		return v;
	m->home = o->home;
	m->op.dir = o->home->module->dir_of_files;
	Frame before = entity_open(m, o);

	v = eval_expr(m, n);
	entity_close(m, before);
	m->home = home;
	return v;
}
