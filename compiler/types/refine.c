/* Values against types: the walk.  Each function takes one kind of type, checks the value and gives
 * it in the shape of the type; containers are only copied when a part changed.  Thread: any. */
#include "compiler/types/refine.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/map.h"
#include "compiler/base/num.h"
#include "compiler/schema/schema_parts.h"
#include "compiler/types/refine_impl.h"

enum { STEP_TEXT_MAX = 256, TYPE_TEXT_MAX = 1 << 14 };

static bool refine(RefineCtx *c, const Type *type, Value v, Value *ret);

static bool wrong_type(RefineCtx *c, const Type *type, Value v)
{
	Types types;
	Buf wanted, found;
	Diag *d;

	if (!c->diags)
		return false;
	buf_init(&wanted, TYPE_TEXT_MAX);
	buf_init(&found, TYPE_TEXT_MAX);
	type_print(&wanted, type);
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_MAP)
		buf_add(&found, value_kind_name(v.kind));
	else
		value_print(&found, v, -1);
	d = refine_say(c, DIAG_TYPE_MISMATCH, "expected `%s`, found `%s`", buf_cstr(&wanted),
		buf_cstr(&found));
	types_init(&types, c->arena);
	type_mismatch_hint(c->diags, d, type_of_value(&types, v), type);
	buf_fini(&wanted);
	buf_fini(&found);
	return false;
}

static bool part(RefineCtx *c, Str step, const Type *type, Value v, Value *ret)
{
	bool ok;

	if (c->step_count < MISMATCH_STEPS_MAX)
		c->steps[c->step_count] = step;
	c->step_count++;
	ok = refine(c, type, v, ret);
	c->step_count--;
	return ok;
}

/* The step "[3]"; the words are only needed where something may be said. */
static Str index_step(RefineCtx *c, uint32_t i)
{
	return c->diags ? str_print(c->arena, "[%u]", i) : STR("[]");
}

static bool refine_scalar(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	static const ValueKind kinds[TYPE_KIND_COUNT] = {
		[TYPE_BOOL] = VAL_BOOL,
		[TYPE_INT] = VAL_INT,
		[TYPE_FLOAT] = VAL_FLOAT,
		[TYPE_SIZE] = VAL_SIZE,
		[TYPE_DURATION] = VAL_DURATION,
		[TYPE_MONEY] = VAL_MONEY,
		[TYPE_PRICE] = VAL_PRICE,
		[TYPE_GPUS] = VAL_GPUS,
		[TYPE_STRING] = VAL_STRING,
		[TYPE_ID] = VAL_STRING,
	};

	if (type->kind == TYPE_FLOAT && v.kind == VAL_INT)
		v = value_float((double)v.as.number);
	if (v.kind != kinds[type->kind])
		return wrong_type(c, type, v);
	if (v.kind == VAL_STRING
			? !refine_text(c, type, v.as.text)
			: v.kind != VAL_BOOL && v.kind != VAL_GPUS && !refine_bounds(c, type, v))
		return false;
	*ret = v;
	return true;
}

static bool is_plain_data(Value v)
{
	switch (v.kind) {
	case VAL_NULL:
	case VAL_BOOL:
	case VAL_INT:
	case VAL_FLOAT:
	case VAL_STRING:
	case VAL_DEFERRED:
		return true;
	case VAL_LIST:
	case VAL_SET:
		for (uint32_t i = 0; i < v.as.list->len; i++) {
			if (!is_plain_data(v.as.list->items[i]))
				return false;
		}
		return true;
	case VAL_MAP:
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			if (!is_plain_data(v.as.map->entries[i].value))
				return false;
		}
		return true;
	default:
		return false;
	}
}

static bool refine_range(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	Value ends[2] = {v, v};

	if (v.kind == VAL_RANGE) {
		ends[0] = v.as.list->items[0];
		ends[1] = v.as.list->items[1];
	}
	for (int i = 0; i < 2; i++) {
		if (ends[i].kind == VAL_NULL && v.kind == VAL_RANGE)
			continue;
		if (!refine(c, type->elem, ends[i], &ends[i]))
			return false;
	}
	if (value_is_known(ends[0]) && value_is_known(ends[1]) && ends[0].kind != VAL_NULL &&
		ends[1].kind != VAL_NULL && value_cmp(ends[0], ends[1]) > 0) {
		(void)refine_say(c, DIAG_OUT_OF_RANGE, "a range that ends before it begins");
		return false;
	}
	*ret = value_range(c->arena, ends[0], ends[1]);
	return true;
}

bool refine_repeat(Value list, uint32_t *ret_first, uint32_t *ret_second)
{
	const Value *items = list.as.list->items;
	uint32_t n = list.as.list->len;
	Arena *a = arena_new("repeat");
	uint32_t *places = ARENA_ARRAY(a, uint32_t, n);
	bool is_found = false;
	Map seen;
	Buf b;

	map_init(&seen, a);
	buf_init(&b, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < n && !is_found; i++) {
		const uint32_t *first;

		if (!value_is_known(items[i]))
			continue;
		buf_clear(&b);
		value_encode(&b, items[i]);
		first = map_find(&seen, buf_str(&b));
		is_found = first != NULL;
		places[i] = i;
		if (is_found) {
			*ret_first = *first;
			*ret_second = i;
		} else {
			(void)map_put(&seen, str_copy(a, buf_str(&b)), &places[i]);
		}
	}
	buf_fini(&b);
	arena_free(a);
	return is_found;
}

/* A list or set, its elements in shape; `*ret_items` is the old array if nothing changed. */
static bool refine_items(RefineCtx *c, const Type *type, Value v, const Value **ret_items)
{
	const Value *items = v.as.list->items;
	Value *made = NULL;

	for (uint32_t i = 0; i < v.as.list->len; i++) {
		Value item;

		if (!part(c, index_step(c, i), type->elem, items[i], &item))
			return false;
		if (!made && !value_eq(item, items[i])) {
			made = ARENA_ARRAY(c->arena, Value, v.as.list->len);
			for (uint32_t j = 0; j < i; j++)
				made[j] = items[j];
		}
		if (made)
			made[i] = item;
	}
	*ret_items = made ? made : items;
	return true;
}

static bool refine_list(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	const Value *items;
	Value *copy;
	uint32_t n, first, second;

	if (v.kind != VAL_LIST && (v.kind != VAL_SET || type->kind != TYPE_SET))
		return wrong_type(c, type, v);
	if (!refine_items(c, type, v, &items))
		return false;
	n = v.as.list->len;
	if (type->kind == TYPE_SET) {
		copy = ARENA_ARRAY(c->arena, Value, n);
		for (uint32_t i = 0; i < n; i++)
			copy[i] = items[i];
		v = value_set(c->arena, copy, n);
		n = v.as.list->len;
	} else if (items != v.as.list->items) {
		v = value_list(c->arena, items, n);
	}
	if (!refine_length(c, type, n, n == 1 ? "element" : "elements"))
		return false;
	if (type->is_unique && v.kind == VAL_LIST && refine_repeat(v, &first, &second)) {
		(void)refine_say(
			c, DIAG_NOT_UNIQUE, "elements %u and %u are the same", first, second);
		return false;
	}
	*ret = v;
	return true;
}

static bool refine_key(RefineCtx *c, const Type *key, Str text)
{
	Value v = value_string(text);
	int64_t n;
	const Type *plain = type_plain(key);

	if (plain->kind == TYPE_INT && num_parse_int(text, &n))
		v = value_int(n);
	return part(c, STR("(key)"), key, v, &v);
}

static bool refine_map(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	ValueEntry *made;
	uint32_t n = 0;

	if (v.kind != VAL_MAP)
		return wrong_type(c, type, v);
	made = ARENA_ARRAY(c->arena, ValueEntry, v.as.map->len);
	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];

		if (!refine_key(c, type->key, e->key))
			return false;
		made[n].key = e->key;
		if (!part(c, e->key, type->elem, e->value, &made[n].value))
			return false;
		n += made[n].value.kind != VAL_NULL;
	}
	if (!refine_length(c, type, n, n == 1 ? "entry" : "entries"))
		return false;
	*ret = type_plain(type->key)->kind == TYPE_INT ? value_int_map(c->arena, made, n)
						       : value_map(c->arena, made, n);
	return true;
}

static bool unknown_field(RefineCtx *c, const Type *type, Str name)
{
	Diag *d;
	Str near;
	Str *names = ARENA_ARRAY(c->arena, Str, type->count);

	for (uint32_t i = 0; i < type->count; i++)
		names[i] = type->fields[i].name;
	if (type->name.len > 0)
		d = refine_say(c, DIAG_UNKNOWN_FIELD, "`%.*s` has no field `%.*s`",
			STR_ARG(type->name), STR_ARG(name));
	else
		d = refine_say(
			c, DIAG_UNKNOWN_FIELD, "there is no field `%.*s` here", STR_ARG(name));
	near = str_nearest(name, names, type->count);
	if (d && near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
	return false;
}

typedef Vec(ValueEntry) Entries;

/* Says whether a field of a schema's record may be left out: the server or the engine fills it in.
 */
static bool is_given(const TypeField *f)
{
	const uint32_t given = ATTR_COMPUTED | ATTR_OUT | ATTR_AUTO | ATTR_PROVIDER;

	return f->attr && (f->attr->flags & given) != 0;
}

/* Adds the constant defaults of the fields that were left out. */
static bool fill_fields(RefineCtx *c, const Type *type, const Value *given, Entries *made)
{
	for (uint32_t i = 0; i < type->count; i++) {
		const TypeField *f = &type->fields[i];
		const Value *v = value_find(*given, f->name);
		ValueEntry e = {.key = f->name};

		if (v && v->kind != VAL_NULL)
			continue;
		if (f->has_default && f->default_node)
			continue;
		if (f->has_default) {
			if (!part(c, f->name, f->type, f->default_value, &e.value))
				return false;
			if (e.value.kind != VAL_NULL)
				vec_add(c->arena, made, e);
		} else if (!type_may_be_null(f->type) && f->type->kind != TYPE_ERROR &&
			   !is_given(f) && !c->is_shape_only) {
			if (type->name.len > 0)
				(void)refine_say(c, DIAG_MISSING_FIELD,
					"field `%.*s` of `%.*s` is missing", STR_ARG(f->name),
					STR_ARG(type->name));
			else
				(void)refine_say(c, DIAG_MISSING_FIELD, "field `%.*s` is missing",
					STR_ARG(f->name));
			return false;
		}
	}
	return true;
}

/* Sets the fields left out whose default is an expression, which may read `self`. */
static bool fill_computed(RefineCtx *c, const Type *type, Value *record)
{
	uint32_t last = 0;

	for (uint32_t rank = 0; rank <= last; rank++) {
		for (uint32_t i = 0; i < type->count; i++) {
			const TypeField *f = &type->fields[i];
			Value v;

			last = f->default_rank > last ? f->default_rank : last;
			if (!f->default_node || f->default_rank != rank || !c->fill ||
				value_find(*record, f->name))
				continue;
			if (!c->fill(c->env, f, *record, &v) || !part(c, f->name, f->type, v, &v))
				return false;
			*record = value_with(c->arena, *record, f->name, v);
		}
	}
	return true;
}

static bool refine_record(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	Entries made = {0};

	if (v.kind != VAL_MAP || v.as.map->has_int_keys)
		return wrong_type(c, type, v);
	for (uint32_t i = 0; i < v.as.map->len; i++) {
		ValueEntry e = v.as.map->entries[i];
		const TypeField *f = type_field(type, e.key);

		if (e.value.kind == VAL_NULL && (!f || f->has_default || type_may_be_null(f->type)))
			continue;
		if (!f && !type->elem)
			return unknown_field(c, type, e.key);
		if (!part(c, e.key, f ? f->type : type->elem, e.value, &e.value))
			return false;
		if (e.value.kind != VAL_NULL)
			vec_add(c->arena, &made, e);
	}
	if (!fill_fields(c, type, &v, &made))
		return false;
	v = value_map(c->arena, made.ptr, made.len);
	if (!fill_computed(c, type, &v))
		return false;
	*ret = v;
	return true;
}

/* Tries a member in silence, predicates aside. */
static bool member_takes(RefineCtx *c, const Type *m, Value v)
{
	RefineCtx quiet = {.arena = c->arena};
	Value ignored;

	return refine(&quiet, m, v, &ignored);
}

static bool is_literal_union(const Type *u)
{
	for (uint32_t i = 0; i < u->count; i++) {
		if (u->members[i]->kind != TYPE_LITERAL)
			return false;
	}
	return true;
}

static const Type *kind_member(const Type *u, Value v)
{
	static const TypeKind kinds[VAL_KIND_COUNT] = {
		[VAL_BOOL] = TYPE_BOOL,
		[VAL_INT] = TYPE_INT,
		[VAL_FLOAT] = TYPE_FLOAT,
		[VAL_SIZE] = TYPE_SIZE,
		[VAL_DURATION] = TYPE_DURATION,
		[VAL_MONEY] = TYPE_MONEY,
		[VAL_PRICE] = TYPE_PRICE,
		[VAL_GPUS] = TYPE_GPUS,
		[VAL_STRING] = TYPE_STRING,
		[VAL_RANGE] = TYPE_RANGE,
		[VAL_LIST] = TYPE_LIST,
		[VAL_SET] = TYPE_SET,
		[VAL_MAP] = TYPE_RECORD,
	};

	return type_union_by_kind(u, kinds[v.kind]);
}

static bool refine_union(RefineCtx *c, const Type *u, Value v, Value *ret)
{
	Str field;
	const Value *tag;
	const Type *m;

	if (is_literal_union(u)) {
		for (uint32_t i = 0; i < u->count; i++) {
			if (value_eq(u->members[i]->literal, v)) {
				*ret = v;
				return true;
			}
		}
		return v.kind == u->members[0]->literal.kind ? refine_not_in_enum(c, u, v)
							     : wrong_type(c, u, v);
	}
	if (v.kind == VAL_MAP && type_discriminator(u, &field)) {
		tag = value_find(v, field);
		m = tag ? type_union_by_tag(u, field, *tag) : NULL;
		if (m)
			return refine(c, m, v, ret);
	}
	m = kind_member(u, v);
	if (m && member_takes(c, m, v))
		return refine(c, m, v, ret);
	for (uint32_t i = 0; i < u->count; i++) {
		if (member_takes(c, u->members[i], v))
			return refine(c, u->members[i], v, ret);
	}
	return m ? refine(c, m, v, ret) : wrong_type(c, u, v);
}

static bool refine_by_kind(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	*ret = v;
	switch (type->kind) {
	case TYPE_ERROR:
	case TYPE_NEVER:
	case TYPE_OBJECT:
		return true;
	case TYPE_NULL:
		return v.kind == VAL_NULL || wrong_type(c, type, v);
	case TYPE_JSON:
		return is_plain_data(v) || wrong_type(c, type, v);
	case TYPE_LITERAL:
		if (value_eq(type->literal, v))
			return true;
		return v.kind == type->literal.kind ? refine_not_in_enum(c, type, v)
						    : wrong_type(c, type, v);
	case TYPE_RANGE:
		return refine_range(c, type, v, ret);
	case TYPE_LIST:
	case TYPE_SET:
		return refine_list(c, type, v, ret);
	case TYPE_MAP:
		return refine_map(c, type, v, ret);
	case TYPE_RECORD:
		return refine_record(c, type, v, ret);
	case TYPE_UNION:
		return refine_union(c, type, v, ret);
	default:
		return refine_scalar(c, type, v, ret);
	}
}

static bool refine(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	Value made = v;
	bool ok;

	while (type->kind == TYPE_SECRET || type->kind == TYPE_KNOWN ||
		(type->kind == TYPE_OPTIONAL && v.kind != VAL_NULL))
		type = type->elem;
	if (v.kind == VAL_DEFERRED || type->kind == TYPE_OPTIONAL) {
		*ret = v;
		return true;
	}
	ok = refine_by_kind(c, type, v, &made);
	if (ok && type->where && c->holds && value_is_known(made))
		ok = c->holds(c->env, type, made, c->at);
	if (!ok && !c->is_shape_only)
		return false;
	*ret = ok ? made : v;
	return true;
}

bool refine_value(RefineCtx *c, const Type *type, Value v, Value *ret)
{
	CHECK(type && c->arena);
	return refine(c, type, v, ret);
}

bool refine_fits(const Type *type, Value v)
{
	Arena *a = arena_new("refine_fits");
	RefineCtx c = {.arena = a};
	Value ignored;
	bool ok = refine(&c, type, v, &ignored);

	arena_free(a);
	return ok;
}
