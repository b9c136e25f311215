/* Expressions and paths of schemas over values: see sx_eval.h.
 *
 * A chain of members, indexes and filters is walked as a whole: after `[]`, `[?E]` and `.*` the
 * result is many values, over which the rest of the chain goes one by one, until an index picks
 * one of them.  Thread: any. */
#include "runtime/provider/sx_eval.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"
#include "runtime/provider/sx_codec.h"

typedef Vec(Value) Values;

/* One step of a walk: the value so far, whether it stands for many, and its declared type. */
typedef struct Walk {
	Value value;
	bool is_many;
	const Type *type; /* of an attribute or an element of a sync; NULL: as on the wire */
	const SchemaAttr *attr;
} Walk;

void sx_error(const SxEnv *env, const char *fmt, ...)
{
	if (!env->err || *env->failed)
		return;
	va_list args;
	va_start(args, fmt);
	Str text = str_vprint(env->arena, fmt, args);
	va_end(args);
	*env->failed = true;
	(void)diag_fail(env->err, DIAG_SCHEMA_UNKNOWN, NULL, "schema of `%.*s`: %.*s",
		STR_ARG(env->schema ? env->schema->name : env->service->name), STR_ARG(text));
}

Str sx_text(Arena *a, Value v)
{
	switch (v.kind) {
	case VAL_STRING:
	case VAL_GPUS:
		return v.as.text;
	case VAL_BOOL:
		return v.as.boolean ? STR("true") : STR("false");
	case VAL_INT:
	case VAL_SIZE:
	case VAL_DURATION:
	case VAL_MONEY:
	case VAL_PRICE:
		return str_print(a, "%lld", (long long)v.as.number);
	case VAL_FLOAT: {
		Buf b;
		buf_init(&b, 64);
		num_print_float(&b, v.as.real);
		Str text = str_trim_suffix(str_copy(a, buf_str(&b)), STR(".0"));
		buf_fini(&b);
		return text;
	}
	case VAL_NULL:
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
	case VAL_MAP:
	case VAL_DEFERRED:
	case VAL_KIND_COUNT:
		break;
	}
	return STR("");
}

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static Value list_of(Arena *a, Values *v)
{
	return value_list(a, v->ptr, v->len);
}

static Value member(Value v, Str name)
{
	const Value *found = value_find(v, name);

	return found ? *found : VALUE_NULL;
}

/* `.name`, over many or one. */
static Value walk_member(Arena *a, Value v, bool is_many, Str name)
{
	if (!is_many)
		return member(v, name);
	Values out = {0};
	if (is_list(v))
		for (uint32_t i = 0; i < v.as.list->len; i++) {
			Value m = member(v.as.list->items[i], name);
			if (m.kind != VAL_NULL)
				vec_add(a, &out, m);
		}
	return list_of(a, &out);
}

static void add_elements(Arena *a, Values *out, Value v, bool is_star)
{
	if (is_list(v)) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			vec_add(a, out, v.as.list->items[i]);
	} else if (is_star && v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			vec_add(a, out, v.as.map->entries[i].value);
	} else if (v.kind != VAL_NULL && !is_star) {
		vec_add(a, out, v);
	}
}

/* `[]` and `.*`: the elements; of many, the elements of each. */
static Value walk_each(Arena *a, Value v, bool is_many, bool is_star)
{
	Values out = {0};

	if (is_many && is_list(v)) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			add_elements(a, &out, v.as.list->items[i], is_star);
	} else {
		add_elements(a, &out, v, is_star);
	}
	return list_of(a, &out);
}

static Value walk_filter(const SxEnv *env, Value v, bool is_many, const SchemaExpr *cond)
{
	Value all = walk_each(env->arena, v, is_many, false);
	Values out = {0};

	for (uint32_t i = 0; i < all.as.list->len; i++)
		if (sx_wire_holds(env, cond, all.as.list->items[i]))
			vec_add(env->arena, &out, all.as.list->items[i]);
	return list_of(env->arena, &out);
}

static Value walk_index(Value v, int64_t index)
{
	if (!is_list(v) || index < 0 || index >= v.as.list->len)
		return VALUE_NULL;
	return v.as.list->items[index];
}

Value sx_path(const SxEnv *env, const SchemaPath *path, Value root)
{
	Value v = root;
	bool is_many = false;

	for (uint32_t i = 0; i < path->count; i++) {
		const SchemaSegment *s = &path->segments[i];
		switch (s->kind) {
		case SEGMENT_MEMBER:
			v = walk_member(env->arena, v, is_many, s->name);
			break;
		case SEGMENT_ASPECT:
			v = member(env->aspects, s->name);
			break;
		case SEGMENT_STAR:
		case SEGMENT_EACH:
			v = walk_each(env->arena, v, is_many, s->kind == SEGMENT_STAR);
			is_many = true;
			break;
		case SEGMENT_FILTER:
			v = walk_filter(env, v, is_many, s->filter);
			is_many = true;
			break;
		case SEGMENT_INDEX:
			v = walk_index(v, s->index);
			is_many = false;
			break;
		}
	}
	return v;
}

/* Returns `list` with its element `index` replaced. */
static Value with_index(Arena *a, Value list, int64_t index, Value element)
{
	uint32_t len = is_list(list) ? list.as.list->len : 0;
	uint32_t want = index >= len ? (uint32_t)index + 1 : len;
	Value *items = ARENA_ARRAY(a, Value, want);

	for (uint32_t i = 0; i < len; i++)
		items[i] = list.as.list->items[i];
	items[index] = element;
	return value_list(a, items, want);
}

static Value put_at(Arena *a, Value into, const SchemaPath *path, uint32_t at, Value value)
{
	if (at == path->count)
		return value;
	const SchemaSegment *s = &path->segments[at];
	if (s->kind == SEGMENT_INDEX) {
		Value rest = put_at(a, walk_index(into, s->index), path, at + 1, value);
		return with_index(a, into, s->index, rest);
	}
	Value rest = put_at(a, member(into, s->name), path, at + 1, value);
	return value_with(a, into.kind == VAL_MAP ? into : value_map(a, NULL, 0), s->name, rest);
}

Value sx_put(Arena *a, Value into, const SchemaPath *path, Value value)
{
	return put_at(a, into, path, 0, value);
}

Value sx_put_text(Arena *a, Value into, Str dotted, Value value)
{
	Str rest = dotted;
	Str head = str_cut(&rest, STR("."));
	int64_t index = -1;
	size_t bracket = str_find(head, STR("["), 0);

	if (bracket != SIZE_MAX &&
		!num_parse_int(str_slice(head, bracket + 1, head.len - 1), &index))
		index = 0;
	Str name = str_slice(head, 0, bracket == SIZE_MAX ? head.len : bracket);
	Value inner = member(into, name);
	Value slot = index >= 0 ? walk_index(inner, index) : inner;
	Value filled = rest.len == 0 ? value : sx_put_text(a, slot, rest, value);
	if (index >= 0)
		filled = with_index(a, inner, index, filled);
	return value_with(a, into.kind == VAL_MAP ? into : value_map(a, NULL, 0), name, filled);
}

bool sx_mentions(const SchemaExpr *e, Str name)
{
	if (!e)
		return false;
	if (e->kind == SX_NAME && str_eq(e->name, name))
		return true;
	for (uint32_t i = 0; i < e->count; i++)
		if (sx_mentions(e->kids[i], name))
			return true;
	return false;
}

const SchemaExpr *sx_find_call(const SchemaExpr *e, Str function)
{
	if (!e)
		return NULL;
	if (e->kind == SX_CALL && str_eq(e->name, function))
		return e;
	for (uint32_t i = 0; i < e->count; i++) {
		const SchemaExpr *found = sx_find_call(e->kids[i], function);
		if (found)
			return found;
	}
	return NULL;
}

/* A name that is no attribute: what the engine knows. */
static bool known_name(const SxEnv *env, Str name, Walk *ret)
{
	const Value *let = value_find(env->lets, name);

	if (let) {
		*ret = (Walk){.value = *let};
		return true;
	}
	if (str_eq(name, STR("it")) && env->has_it) {
		*ret = (Walk){.value = env->it, .type = env->it_type};
		return true;
	}
	if (str_eq(name, STR("obj"))) {
		*ret = (Walk){.value = env->obj};
		return true;
	}
	if (str_eq(name, STR("id"))) {
		*ret = (Walk){.value = env->id.len ? value_string(env->id) : VALUE_NULL};
		return true;
	}
	if (str_eq(name, STR("old"))) {
		*ret = (Walk){.value = env->old};
		return true;
	}
	return false;
}

static Walk walk_name(const SxEnv *env, Str name)
{
	Walk w = {0};

	if (env->mode == SX_WIRE) {
		const Value *found = value_find(env->root, name);
		if (found)
			return (Walk){.value = *found};
	}
	if (known_name(env, name, &w))
		return w;
	const SchemaAttr *attr = env->schema ? schema_attr(env->schema, name) : NULL;
	if (attr)
		return (Walk){.value = member(env->attrs, name), .type = attr->type, .attr = attr};
	for (uint32_t i = 0; env->schema && i < env->schema->let_count; i++)
		if (str_eq(env->schema->lets[i].name, name) && env->schema->lets[i].value)
			return (Walk){.value = sx_plain(env, env->schema->lets[i].value)};
	return (Walk){.value = member(env->settings, name)};
}

static const Type *bare(const Type *t)
{
	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN))
		t = t->elem;
	return t;
}

static Walk walk(const SxEnv *env, const SchemaExpr *e);

static Walk walk_into_member(const SxEnv *env, const SchemaExpr *e)
{
	Walk w = walk(env, e->kids[0]);
	const Type *t = bare(w.type);

	if (t && t->kind == TYPE_RECORD) {
		const TypeField *f = type_field(t, e->name);
		w.type = f ? f->type : NULL;
		w.attr = f ? f->attr : NULL;
	} else {
		w.type = t && t->kind == TYPE_MAP ? t->elem : NULL;
		w.attr = NULL;
	}
	w.value = walk_member(env->arena, w.value, w.is_many, e->name);
	return w;
}

static Walk walk_into_index(const SxEnv *env, const SchemaExpr *e)
{
	Walk w = walk(env, e->kids[0]);
	Value key = sx_plain(env, e->kids[1]);

	if (key.kind == VAL_INT)
		w.value = walk_index(w.value, key.as.number);
	else
		w.value = member(w.value, sx_text(env->arena, key));
	w.type = bare(w.type) ? bare(w.type)->elem : NULL;
	w.attr = NULL;
	w.is_many = false;
	return w;
}

/* Follows a chain of names, members, indexes, `[]` and `[?E]`. */
static Walk walk(const SxEnv *env, const SchemaExpr *e)
{
	Walk w = {0};

	switch (e->kind) {
	case SX_NAME:
		return walk_name(env, e->name);
	case SX_ASPECT:
		return (Walk){.value = member(env->aspects, e->name)};
	case SX_MEMBER:
		return walk_into_member(env, e);
	case SX_INDEX:
		return walk_into_index(env, e);
	case SX_EACH:
	case SX_FILTER:
		w = walk(env, e->kids[0]);
		w.value = e->kind == SX_EACH ? walk_each(env->arena, w.value, w.is_many, false)
					     : walk_filter(env, w.value, w.is_many, e->kids[1]);
		w.is_many = true;
		w.type = bare(w.type) ? bare(w.type)->elem : NULL;
		w.attr = NULL;
		return w;
	case SX_CONST:
	case SX_CALL:
	case SX_RECORD:
	case SX_LIST:
	case SX_SPREAD:
	case SX_TEMPLATE:
	case SX_UNARY:
	case SX_BINARY:
	case SX_RANGE:
	case SX_IF:
		break;
	}
	return (Walk){.value = sx_value(env, e)};
}

static Value chain(const SxEnv *env, const SchemaExpr *e)
{
	Walk w = walk(env, e);

	if (env->mode != SX_ENCODED || !w.type || w.is_many)
		return w.value;
	if (w.value.kind == VAL_NULL && !(w.attr && sx_is_marker(env, w.attr)))
		return w.value;
	return sx_encode(env, w.type, w.attr, w.value);
}

static Value record(const SxEnv *env, const SchemaExpr *e)
{
	Value out = value_map(env->arena, NULL, 0);

	for (uint32_t i = 0; i < e->count; i++) {
		const SchemaExpr *kid = e->kids[i];
		Value v = sx_value(env, kid->kind == SX_SPREAD ? kid->kids[0] : kid);
		if (kid->kind == SX_SPREAD) {
			for (uint32_t j = 0; v.kind == VAL_MAP && j < v.as.map->len; j++)
				out = value_with(env->arena, out, v.as.map->entries[j].key,
					v.as.map->entries[j].value);
		} else if (v.kind != VAL_NULL) {
			out = sx_put_text(env->arena, out, e->keys[i], v);
		}
	}
	return out;
}

static Value list(const SxEnv *env, const SchemaExpr *e)
{
	Values out = {0};

	for (uint32_t i = 0; i < e->count; i++) {
		const SchemaExpr *kid = e->kids[i];
		Value v = sx_value(env, kid->kind == SX_SPREAD ? kid->kids[0] : kid);
		if (kid->kind == SX_SPREAD)
			add_elements(env->arena, &out, v, false);
		else if (v.kind != VAL_NULL)
			vec_add(env->arena, &out, v);
	}
	return list_of(env->arena, &out);
}

static Value text(const SxEnv *env, const SchemaExpr *e)
{
	Buf b;

	buf_init(&b, 1 << 20);
	for (uint32_t i = 0; i < e->count; i++)
		buf_add(&b, sx_text(env->arena, sx_plain(env, e->kids[i])));
	Value v = value_string(str_copy(env->arena, buf_str(&b)));
	buf_fini(&b);
	return v;
}

static bool contains(Value in, Value v)
{
	if (in.kind == VAL_MAP)
		return v.kind == VAL_STRING && value_find(in, v.as.text);
	if (in.kind == VAL_RANGE) {
		Value from = in.as.list->items[0];
		Value to = in.as.list->items[1];
		return (from.kind == VAL_NULL || value_cmp(from, v) <= 0) &&
		       (to.kind == VAL_NULL || value_cmp(v, to) <= 0);
	}
	for (uint32_t i = 0; is_list(in) && i < in.as.list->len; i++)
		if (value_eq(in.as.list->items[i], v))
			return true;
	return false;
}

static Value compare(Str op, Value a, Value b)
{
	int c = value_cmp(a, b);

	if (str_eq(op, STR("==")))
		return value_bool(c == 0);
	if (str_eq(op, STR("!=")))
		return value_bool(c != 0);
	if (a.kind == VAL_NULL || b.kind == VAL_NULL)
		return value_bool(false);
	if (str_eq(op, STR("<")))
		return value_bool(c < 0);
	if (str_eq(op, STR("<=")))
		return value_bool(c <= 0);
	if (str_eq(op, STR(">")))
		return value_bool(c > 0);
	return value_bool(c >= 0);
}

static Value arithmetic(const SxEnv *env, Str op, Value a, Value b)
{
	int64_t n = 0;
	bool ok = false;

	if (str_eq(op, STR("+")))
		ok = num_add(a.as.number, b.as.number, &n);
	else if (str_eq(op, STR("-")))
		ok = num_sub(a.as.number, b.as.number, &n);
	else if (str_eq(op, STR("*")))
		ok = num_mul(a.as.number, b.as.number, &n);
	if (!ok || a.kind != VAL_INT || b.kind != VAL_INT) {
		sx_error(env, "`%.*s` cannot be computed", STR_ARG(op));
		return VALUE_NULL;
	}
	return value_int(n);
}

static Value binary(const SxEnv *env, const SchemaExpr *e)
{
	Value a = sx_value(env, e->kids[0]);
	bool is_true = a.kind == VAL_BOOL && a.as.boolean;

	if (str_eq(e->name, STR("and")))
		return is_true ? sx_value(env, e->kids[1]) : value_bool(false);
	if (str_eq(e->name, STR("or")))
		return is_true ? a : sx_value(env, e->kids[1]);
	if (str_eq(e->name, STR("??")))
		return a.kind == VAL_NULL ? sx_value(env, e->kids[1]) : a;
	Value b = sx_value(env, e->kids[1]);
	if (str_eq(e->name, STR("in")))
		return value_bool(contains(b, a));
	if (str_eq(e->name, STR("not in")))
		return value_bool(!contains(b, a));
	if (e->name.len == 1 && str_has(STR("+-*"), e->name))
		return arithmetic(env, e->name, a, b);
	return compare(e->name, a, b);
}

static Value unary(const SxEnv *env, const SchemaExpr *e)
{
	Value v = sx_value(env, e->kids[0]);

	if (str_eq(e->name, STR("-")))
		return v.kind == VAL_FLOAT ? value_float(-v.as.real)
					   : value_number(v.kind, -v.as.number);
	return value_bool(!(v.kind == VAL_BOOL && v.as.boolean));
}

/* filter({ "vpc-id" = ids(200) }): its record's keys are texts, dots and all. */
static Value filter_call(const SxEnv *env, const SchemaExpr *e)
{
	Arena *a = env->arena;
	Values out = {0};
	const SchemaExpr *r = e->count ? e->kids[0] : NULL;

	for (uint32_t i = 0; r && r->kind == SX_RECORD && i < r->count; i++) {
		Value v = sx_value(env, r->kids[i]);
		if (v.kind == VAL_NULL)
			continue;
		Value *one = ARENA_NEW(a, Value);
		*one = value_string(sx_text(a, v));
		ValueEntry *f = ARENA_ARRAY(a, ValueEntry, 2);
		f[0] = (ValueEntry){STR("Name"), value_string(r->keys[i])};
		f[1] = (ValueEntry){STR("Values"), is_list(v) ? v : value_list(a, one, 1)};
		vec_add(a, &out, value_map(a, f, 2));
	}
	return list_of(a, &out);
}

static Value call(const SxEnv *env, const SchemaExpr *e)
{
	Value ret = VALUE_NULL;

	if (str_eq(e->name, STR("filter")))
		return filter_call(env, e);
	Value *args = ARENA_ARRAY(env->arena, Value, e->count ? e->count : 1);
	for (uint32_t i = 0; i < e->count; i++)
		args[i] = sx_value(env, e->kids[i]);
	if (!sx_function(env, e->name, args, e->count, &ret))
		sx_error(env, "there is no function `%.*s`", STR_ARG(e->name));
	return ret;
}

static Value range(const SxEnv *env, const SchemaExpr *e)
{
	Value from = e->kids[0] ? sx_value(env, e->kids[0]) : VALUE_NULL;
	Value to = e->kids[1] ? sx_value(env, e->kids[1]) : VALUE_NULL;

	return value_range(env->arena, from, to);
}

Value sx_value(const SxEnv *env, const SchemaExpr *e)
{
	switch (e->kind) {
	case SX_CONST:
		return e->value;
	case SX_NAME:
	case SX_ASPECT:
	case SX_MEMBER:
	case SX_INDEX:
	case SX_EACH:
	case SX_FILTER:
		return chain(env, e);
	case SX_CALL:
		return call(env, e);
	case SX_RECORD:
		return record(env, e);
	case SX_LIST:
		return list(env, e);
	case SX_SPREAD:
		return sx_value(env, e->kids[0]);
	case SX_TEMPLATE:
		return text(env, e);
	case SX_UNARY:
		return unary(env, e);
	case SX_BINARY:
		return binary(env, e);
	case SX_RANGE:
		return range(env, e);
	case SX_IF:
		return sx_value(env, e->kids[sx_holds(env, e->kids[0]) ? 1 : 2]);
	}
	UNREACHABLE();
}

Value sx_plain(const SxEnv *env, const SchemaExpr *e)
{
	if (env->mode != SX_ENCODED)
		return sx_value(env, e);
	SxEnv plain = *env;
	plain.mode = SX_PLAIN;
	return sx_value(&plain, e);
}

Value sx_wire(const SxEnv *env, const SchemaExpr *e, Value root)
{
	SxEnv wire = *env;

	wire.mode = SX_WIRE;
	wire.root = root;
	return sx_value(&wire, e);
}

bool sx_holds(const SxEnv *env, const SchemaExpr *e)
{
	if (!e)
		return true;
	Value v = sx_plain(env, e);
	return v.kind == VAL_BOOL && v.as.boolean;
}

bool sx_wire_holds(const SxEnv *env, const SchemaExpr *e, Value root)
{
	if (!e)
		return true;
	Value v = sx_wire(env, e, root);
	return v.kind == VAL_BOOL && v.as.boolean;
}

Value sx_apply(const SxEnv *env, const SchemaFn *fns, uint32_t count, Value v)
{
	for (uint32_t i = 0; i < count; i++) {
		const SchemaFn *f = &fns[i];
		SxEnv inner = *env;
		inner.it = v;
		inner.has_it = true;
		inner.it_type = NULL;
		inner.mode = SX_PLAIN;
		Value *args = ARENA_ARRAY(env->arena, Value, f->count + 1);
		args[0] = v;
		for (uint32_t j = 0; j < f->count; j++)
			args[j + 1] = sx_value(&inner, f->args[j]);
		if (!sx_function(env, f->name, args, f->count + 1, &v))
			sx_error(env, "there is no function `%.*s`", STR_ARG(f->name));
	}
	return v;
}
