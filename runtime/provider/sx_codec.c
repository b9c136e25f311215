/* Attributes to and from the wire: see sx_codec.h.
 *
 * A record's members stand under their wire names; a path that begins with a dot starts at the
 * record, any other at the whole request or answer (inside a list's or map's element: at the
 * element).  Thread: any. */
#include "runtime/provider/sx_codec.h"

#include "compiler/base/num.h"
#include "compiler/base/quantity.h"

typedef Vec(Value) Values;

/* Where paths begin while a record is walked. */
typedef struct Place {
	const SxEnv *env;
	Value *root; /* encoding: where absolute paths go; NULL: into the record itself */
	Value whole; /* decoding: what absolute paths start at */
} Place;

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static const Type *bare(const Type *t)
{
	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN))
		t = t->elem;
	return t;
}

static Str unit_of(const Type *t, const SchemaAttr *attr)
{
	return attr && attr->wire.len ? attr->wire : t->unit;
}

bool sx_is_marker(const SxEnv *env, const SchemaAttr *attr)
{
	const SchemaService *s = env->service;

	if (!s->marker_key.len || bare(attr->type)->kind != TYPE_MAP)
		return false;
	return str_eq(attr->name, str_eq(s->marker_kind, STR("tag")) ? STR("tags") : STR("labels"));
}

/* The tags that every object of this configuration gets. */
static Value default_tags(const SxEnv *env)
{
	const Value *found = value_find(env->settings, STR("default_tags"));

	return found && found->kind == VAL_MAP ? *found : value_map(env->arena, NULL, 0);
}

static Value with_marker(const SxEnv *env, Value v)
{
	Value out = default_tags(env);

	for (uint32_t i = 0; v.kind == VAL_MAP && i < v.as.map->len; i++)
		out = value_with(
			env->arena, out, v.as.map->entries[i].key, v.as.map->entries[i].value);
	if (env->marker.len)
		out = value_with(
			env->arena, out, env->service->marker_key, value_string(env->marker));
	return out;
}

/* Units. */

/* A quantity in its unit on the wire; the plain value where there is none. */
static Value to_unit(const SxEnv *env, const Type *t, const SchemaAttr *attr, Value v)
{
	Str unit = unit_of(t, attr);
	int64_t per = 0;

	if (v.kind == VAL_SIZE)
		per = unit.len ? quantity_size_unit(unit) : 1;
	else if (v.kind == VAL_DURATION && str_eq(unit, STR("ns")))
		return value_int(v.as.number * 1000000);
	else if (v.kind == VAL_DURATION)
		per = unit.len ? quantity_duration_unit(unit) : 1000;
	else if (v.kind == VAL_MONEY || v.kind == VAL_PRICE)
		per = str_eq(unit, STR("cents")) ? QUANTITY_NANOS_PER_DOLLAR / 100
						 : QUANTITY_NANOS_PER_DOLLAR;
	if (per == 0)
		return v;
	if (v.as.number % per == 0)
		return value_int(v.as.number / per);
	if (v.kind == VAL_MONEY || v.kind == VAL_PRICE)
		return value_float((double)v.as.number / (double)per);
	sx_error(env, "a value is no whole number of %.*s", STR_ARG(unit));
	return VALUE_NULL;
}

static Value price_of(Str unit, Value raw)
{
	int64_t n = 0;
	int scale = str_eq(unit, STR("cents")) ? 7 : 9;

	if (raw.kind == VAL_STRING && num_parse_scaled(raw.as.text, scale, &n))
		return value_number(VAL_PRICE, n);
	if (raw.kind == VAL_INT &&
		num_mul(raw.as.number, scale == 7 ? 10000000 : QUANTITY_NANOS_PER_DOLLAR, &n))
		return value_number(VAL_PRICE, n);
	if (raw.kind == VAL_FLOAT)
		return value_number(
			VAL_PRICE, (int64_t)(raw.as.real * (scale == 7 ? 1e7 : 1e9) + 0.5));
	return VALUE_NULL;
}

static Value whole(Value raw)
{
	int64_t n = 0;

	if (raw.kind == VAL_STRING)
		return num_parse_int(raw.as.text, &n) ? value_int(n) : VALUE_NULL;
	if (raw.kind == VAL_FLOAT)
		return value_int((int64_t)raw.as.real);
	return raw.kind == VAL_INT ? raw : VALUE_NULL;
}

static Value of_unit(const Type *t, const SchemaAttr *attr, Value raw)
{
	Str unit = unit_of(t, attr);
	Value n = whole(raw);
	int64_t per = 0;
	int64_t product = 0;

	if (t->kind == TYPE_PRICE || t->kind == TYPE_MONEY) {
		Value v = price_of(unit, raw);
		return v.kind == VAL_NULL || t->kind == TYPE_PRICE
			       ? v
			       : value_number(VAL_MONEY, v.as.number);
	}
	if (n.kind != VAL_INT)
		return VALUE_NULL;
	if (t->kind == TYPE_DURATION && str_eq(unit, STR("ns")))
		return value_number(VAL_DURATION, n.as.number / 1000000);
	if (t->kind == TYPE_SIZE)
		per = unit.len ? quantity_size_unit(unit) : 1;
	else
		per = unit.len ? quantity_duration_unit(unit) : 1000;
	if (!num_mul(n.as.number, per, &product))
		return VALUE_NULL;
	return value_number(t->kind == TYPE_SIZE ? VAL_SIZE : VAL_DURATION, product);
}

/* Encoding. */

static Value encode(const Place *p, const Type *type, const SchemaAttr *attr, Value v);

static Value apply_write(const SxEnv *env, const SchemaMap *map, Value v)
{
	return sx_apply(env, map->fns, map->fn_count, v);
}

/* Puts one member of a record where its paths say. */
static void encode_field(const Place *p, const TypeField *f, Value v, Value *into)
{
	const SchemaAttr *attr = f->attr;
	Value e = encode(p, f->type, attr, v);

	if (!attr || attr->write_count == 0) {
		Str name = attr && attr->wire_name.len ? attr->wire_name : f->name;
		if (e.kind != VAL_NULL && !(e.kind == VAL_MAP && e.as.map->len == 0 && attr &&
						  bare(f->type)->kind == TYPE_RECORD))
			*into = value_with(p->env->arena, *into, name, e);
		return;
	}
	for (uint32_t i = 0; i < attr->write_count; i++) {
		const SchemaMap *m = &attr->writes[i];
		if (!m->path || !sx_holds(p->env, m->cond))
			continue;
		Value out = apply_write(p->env, m, e);
		Value *to = m->path->is_relative || !p->root ? into : p->root;
		if (out.kind != VAL_NULL)
			*to = sx_put(p->env->arena, *to, m->path, out);
	}
}

static Value encode_record(const Place *p, const Type *t, Value v)
{
	Value out = value_map(p->env->arena, NULL, 0);

	for (uint32_t i = 0; i < t->count; i++) {
		const TypeField *f = &t->fields[i];
		const Value *found = value_find(v, f->name);
		if (!found || found->kind == VAL_NULL)
			continue;
		if (f->attr && (f->attr->flags & (ATTR_OUT | ATTR_LOCAL)))
			continue;
		encode_field(p, f, *found, &out);
	}
	return out;
}

static Value encode_elements(const Place *p, const Type *t, Value v)
{
	Place inner = {.env = p->env};

	if (v.kind == VAL_MAP) {
		ValueEntry *e = ARENA_ARRAY(p->env->arena, ValueEntry, v.as.map->len + 1);
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			e[i].key = v.as.map->entries[i].key;
			e[i].value = encode(&inner, t->elem, NULL, v.as.map->entries[i].value);
		}
		return value_map(p->env->arena, e, v.as.map->len);
	}
	Values out = {0};
	for (uint32_t i = 0; i < v.as.list->len; i++)
		vec_add(p->env->arena, &out, encode(&inner, t->elem, NULL, v.as.list->items[i]));
	return value_list(p->env->arena, out.ptr, out.len);
}

/* The member of a union that a value belongs to, by its kind. */
static const Type *union_member(const Type *t, Value v)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const Type *m = bare(t->members[i]);
		bool is_map = m->kind == TYPE_RECORD || m->kind == TYPE_MAP;
		bool is_seq = m->kind == TYPE_LIST || m->kind == TYPE_SET;
		if (v.kind == VAL_MAP ? is_map : is_list(v) ? is_seq : !is_map && !is_seq)
			return m;
	}
	return NULL;
}

static Value encode(const Place *p, const Type *type, const SchemaAttr *attr, Value v)
{
	const Type *t = bare(type);

	if (v.kind == VAL_NULL)
		return v;
	switch (t->kind) {
	case TYPE_RECORD:
		return v.kind == VAL_MAP ? encode_record(p, t, v) : v;
	case TYPE_LIST:
	case TYPE_SET:
		return is_list(v) ? encode_elements(p, t, v) : v;
	case TYPE_MAP:
		return v.kind == VAL_MAP ? encode_elements(p, t, v) : v;
	case TYPE_UNION: {
		const Type *m = union_member(t, v);
		return m ? encode(p, m, attr, v) : v;
	}
	default:
		return to_unit(p->env, t, attr, v);
	}
}

Value sx_encode(const SxEnv *env, const Type *type, const SchemaAttr *attr, Value v)
{
	Place p = {.env = env};

	if (attr && sx_is_marker(env, attr))
		v = with_marker(env, v);
	v = encode(&p, type, attr, v);
	for (uint32_t i = 0; attr && i < attr->write_count; i++)
		if (attr->writes[i].path && sx_holds(env, attr->writes[i].cond))
			return apply_write(env, &attr->writes[i], v);
	return v;
}

static bool takes(const ModelShape *input, Str name)
{
	const ModelMember *m = input ? model_member(input, name) : NULL;

	return !input || (m && m->place != PLACE_QUERY);
}

/* Lays `more` over `base`: maps are merged, and lists of one map each. */
static Value merge(Arena *a, Value base, Value more)
{
	if (base.kind == VAL_MAP && more.kind == VAL_MAP) {
		for (uint32_t i = 0; i < more.as.map->len; i++) {
			const ValueEntry *e = &more.as.map->entries[i];
			const Value *had = value_find(base, e->key);
			Value v = had ? merge(a, *had, e->value) : e->value;
			base = value_with(a, base, e->key, v);
		}
		return base;
	}
	if (is_list(base) && is_list(more) && base.as.list->len == 1 && more.as.list->len == 1 &&
		more.as.list->items[0].kind == VAL_MAP) {
		Value *one = ARENA_NEW(a, Value);
		*one = merge(a, base.as.list->items[0], more.as.list->items[0]);
		return value_list(a, one, 1);
	}
	return more;
}

static void encode_attr(
	const SxEnv *env, const ModelShape *input, const SchemaAttr *attr, Value *params)
{
	const Value *found = value_find(env->attrs, attr->name);
	Value v = found ? *found : VALUE_NULL;
	Place p = {.env = env, .root = params};

	if (sx_is_marker(env, attr))
		v = with_marker(env, v);
	if (v.kind == VAL_NULL || (attr->flags & (ATTR_OUT | ATTR_LOCAL)))
		return;
	Value e = encode(&p, attr->type, attr, v);
	if (attr->write_count == 0) {
		bool is_empty = e.kind == VAL_MAP && e.as.map->len == 0;
		const Value *had = value_find(*params, attr->wire_name);
		if (had) /* another attribute lies inside this one's member */
			e = merge(env->arena, *had, e);
		if (takes(input, attr->wire_name) && !is_empty && e.kind != VAL_NULL)
			*params = value_with(env->arena, *params, attr->wire_name, e);
		return;
	}
	for (uint32_t i = 0; i < attr->write_count; i++) {
		const SchemaMap *m = &attr->writes[i];
		if (!m->path || !sx_holds(env, m->cond))
			continue;
		Value out = apply_write(env, m, e);
		if (out.kind != VAL_NULL)
			*params = sx_put(env->arena, *params, m->path, out);
	}
}

Value sx_encode_all(const SxEnv *env, const ModelShape *input, Value params)
{
	Value out = value_map(env->arena, NULL, 0);

	for (uint32_t i = 0; i < env->schema->attr_count; i++)
		if (!str_eq(env->schema->attrs[i].name, STR("id")))
			encode_attr(env, input, &env->schema->attrs[i], &out);
	return params.kind == VAL_MAP ? merge(env->arena, out, params) : out;
}

bool sx_sends(const SxEnv *env, const ModelShape *input, const SchemaAttr *attr)
{
	const Type *t = bare(attr->type);

	(void)env;
	for (uint32_t i = 0; i < attr->write_count; i++)
		if (attr->writes[i].path)
			return true;
	if (attr->write_count == 0 && takes(input, attr->wire_name))
		return true;
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		for (uint32_t j = 0; t->fields[i].attr && j < t->fields[i].attr->write_count; j++)
			if (t->fields[i].attr->writes[j].path)
				return true;
	return false;
}

/* Decoding. */

static Value decode(const Place *p, const Type *type, const SchemaAttr *attr, Value raw);

/* What is not shown is the default, if that is nothing: JSON leaves out false, 0 and "". */
static Value or_nothing(const SchemaAttr *attr, Value v)
{
	if (v.kind != VAL_NULL || !attr || !attr->has_default)
		return v;
	Value d = attr->default_value;
	bool is_zero = (d.kind == VAL_BOOL && !d.as.boolean) ||
		       ((d.kind == VAL_INT || d.kind == VAL_SIZE || d.kind == VAL_DURATION) &&
			       d.as.number == 0) ||
		       (d.kind == VAL_STRING && d.as.text.len == 0) ||
		       (is_list(d) && d.as.list->len == 0);
	return is_zero ? d : v;
}

static Value decode_field(const Place *p, const TypeField *f, Value base)
{
	const SchemaAttr *attr = f->attr;
	Value raw = VALUE_NULL;

	if (attr && attr->read) {
		if (!attr->read->path)
			return VALUE_NULL;
		raw = sx_path(
			p->env, attr->read->path, attr->read->path->is_relative ? base : p->whole);
		raw = sx_apply(p->env, attr->read->fns, attr->read->fn_count, raw);
	} else {
		const Value *found = attr ? value_find(base, attr->wire_name) : NULL;
		if (!found)
			found = value_find(base, f->name);
		raw = found ? *found : VALUE_NULL;
	}
	Value v = decode(p, f->type, attr, raw);
	bool is_there = base.kind == VAL_MAP && !(attr && attr->read && !attr->read->path);
	return is_there ? or_nothing(attr, v) : v;
}

static bool is_empty_map(Value v)
{
	return v.kind == VAL_MAP && v.as.map->len == 0;
}

/* A record is there when any of its members is. */
static Value decode_record(const Place *p, const Type *t, Value base)
{
	ValueEntry *e = ARENA_ARRAY(p->env->arena, ValueEntry, t->count + 1);
	uint32_t n = 0;
	bool is_any = base.kind == VAL_MAP;

	for (uint32_t i = 0; i < t->count; i++) {
		if (t->fields[i].attr && (t->fields[i].attr->flags & ATTR_WRITE_ONLY))
			continue;
		Value v = decode_field(p, &t->fields[i], base);
		if (v.kind == VAL_NULL)
			continue;
		is_any = is_any || !is_empty_map(v);
		e[n++] = (ValueEntry){t->fields[i].name, v};
	}
	return is_any ? value_map(p->env->arena, e, n) : VALUE_NULL;
}

static Value decode_elements(const SxEnv *env, const Type *t, Value raw)
{
	Values out = {0};

	if (raw.kind == VAL_NULL)
		return raw;
	if (!is_list(raw)) {
		Place p = {.env = env, .whole = raw};
		vec_add(env->arena, &out, decode(&p, t->elem, NULL, raw));
	}
	for (uint32_t i = 0; is_list(raw) && i < raw.as.list->len; i++) {
		Place p = {.env = env, .whole = raw.as.list->items[i]};
		Value v = decode(&p, t->elem, NULL, raw.as.list->items[i]);
		if (v.kind != VAL_NULL)
			vec_add(env->arena, &out, v);
	}
	return t->kind == TYPE_SET ? value_set(env->arena, out.ptr, out.len)
				   : value_list(env->arena, out.ptr, out.len);
}

static Value decode_map(const SxEnv *env, const Type *t, Value raw)
{
	if (raw.kind != VAL_MAP)
		return VALUE_NULL;
	ValueEntry *e = ARENA_ARRAY(env->arena, ValueEntry, raw.as.map->len + 1);
	for (uint32_t i = 0; i < raw.as.map->len; i++) {
		Place p = {.env = env, .whole = raw.as.map->entries[i].value};
		e[i].key = raw.as.map->entries[i].key;
		e[i].value = decode(&p, t->elem, NULL, raw.as.map->entries[i].value);
	}
	return value_map(env->arena, e, raw.as.map->len);
}

static Value decode_bool(Value raw)
{
	if (raw.kind == VAL_STRING)
		return value_bool(str_eq(raw.as.text, STR("true")));
	return raw.kind == VAL_BOOL ? raw : VALUE_NULL;
}

static Value decode_float(Value raw)
{
	double f = 0;

	if (raw.kind == VAL_STRING && num_parse_float(raw.as.text, &f))
		return value_float(f);
	return raw.kind == VAL_INT ? value_float((double)raw.as.number) : raw;
}

static Value decode_string(const SxEnv *env, Value raw)
{
	return raw.kind == VAL_NULL || raw.kind == VAL_MAP || is_list(raw)
		       ? VALUE_NULL
		       : value_string(sx_text(env->arena, raw));
}

static Value decode(const Place *p, const Type *type, const SchemaAttr *attr, Value raw)
{
	const Type *t = bare(type);

	switch (t->kind) {
	case TYPE_RECORD:
		return decode_record(p, t, raw);
	case TYPE_LIST:
	case TYPE_SET:
		return decode_elements(p->env, t, raw);
	case TYPE_MAP:
		return decode_map(p->env, t, raw);
	case TYPE_UNION: {
		const Type *m = union_member(t, raw);
		return raw.kind == VAL_NULL || !m ? raw : decode(p, m, attr, raw);
	}
	case TYPE_BOOL:
		return decode_bool(raw);
	case TYPE_INT:
		return whole(raw);
	case TYPE_FLOAT:
		return decode_float(raw);
	case TYPE_SIZE:
	case TYPE_DURATION:
	case TYPE_MONEY:
	case TYPE_PRICE:
		return of_unit(t, attr, raw);
	case TYPE_STRING:
	case TYPE_ID:
		return decode_string(p->env, raw);
	case TYPE_LITERAL:
		return t->literal.kind == VAL_STRING ? decode_string(p->env, raw) : raw;
	default:
		return raw;
	}
}

/* Drops what is the cloud's or ours from tags: the marker, ignored keys, default tags that the
 * program does not name itself. */
static Value hide(const SxEnv *env, const SchemaAttr *attr, Value tags)
{
	const Value *ignore = value_find(env->service->fields, STR("ignore"));
	Value defaults = default_tags(env);
	const Value *named = value_find(env->attrs, attr->name);
	ValueEntry *e = ARENA_ARRAY(env->arena, ValueEntry, tags.as.map->len + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < tags.as.map->len; i++) {
		const ValueEntry *t = &tags.as.map->entries[i];
		bool is_hidden = str_eq(t->key, env->service->marker_key);
		for (uint32_t j = 0; ignore && is_list(*ignore) && j < ignore->as.list->len; j++)
			if (ignore->as.list->items[j].kind == VAL_STRING)
				is_hidden |= str_glob(ignore->as.list->items[j].as.text, t->key);
		const Value *d = value_find(defaults, t->key);
		if (d && value_eq(*d, t->value) && !(named && value_find(*named, t->key)))
			is_hidden = true;
		if (!is_hidden)
			e[n++] = *t;
	}
	return value_map(env->arena, e, n);
}

/* A member by name: of the part that is lifted, else of the object. */
static Value lifted(const SxEnv *env, Str name)
{
	const Value *part = env->schema->lift.len ? value_find(env->obj, env->schema->lift) : NULL;
	const Value *found = part ? value_find(*part, name) : NULL;

	if (!found)
		found = value_find(env->obj, name);
	return found ? *found : VALUE_NULL;
}

static bool shape_has(const SxEnv *env, Str name)
{
	if (!env->shape || env->shape->kind != MODEL_STRUCTURE || model_member(env->shape, name))
		return true;
	const ModelMember *part =
		env->schema->lift.len ? model_member(env->shape, env->schema->lift) : NULL;
	return part && part->shape->kind == MODEL_STRUCTURE && model_member(part->shape, name);
}

Value sx_decode_attr(const SxEnv *env, const SchemaAttr *attr)
{
	SxEnv inner = *env;
	const Value *declared = value_find(env->attrs, attr->name);
	Value raw = VALUE_NULL;

	inner.declared = declared;
	if (attr->read && attr->read->path) {
		raw = sx_path(&inner, attr->read->path, env->obj);
		raw = sx_apply(&inner, attr->read->fns, attr->read->fn_count, raw);
	} else {
		raw = lifted(env, attr->wire_name);
	}
	Place p = {.env = &inner, .whole = env->obj};
	Value v = decode(&p, attr->type, attr, raw);
	TypeKind kind = attr->type->kind;
	if (v.kind == VAL_NULL && (kind == TYPE_LIST || kind == TYPE_SET))
		v = kind == TYPE_SET ? value_set(env->arena, NULL, 0)
				     : value_list(env->arena, NULL, 0);
	else if (v.kind == VAL_NULL && kind == TYPE_MAP)
		v = value_map(env->arena, NULL, 0);
	else if (kind == TYPE_OPTIONAL && v.kind == VAL_STRING && v.as.text.len == 0)
		v = VALUE_NULL; /* an empty element is how XML says that nothing is there */
	if (v.kind == VAL_MAP && sx_is_marker(env, attr) && !env->keeps_marker)
		v = hide(env, attr, v);
	return or_nothing(attr, v);
}

static bool path_uses(const SchemaPath *path, Str aspect)
{
	return path && path->count && path->segments[0].kind == SEGMENT_ASPECT &&
	       str_eq(path->segments[0].name, aspect);
}

static bool type_uses(const Type *type, Str aspect)
{
	const Type *t = bare(type);

	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++) {
		const SchemaAttr *attr = t->fields[i].attr;
		if ((attr && attr->read && path_uses(attr->read->path, aspect)) ||
			type_uses(t->fields[i].type, aspect))
			return true;
	}
	return false;
}

bool sx_uses_aspect(const SchemaAttr *attr, Str aspect)
{
	return (attr->read && path_uses(attr->read->path, aspect)) || type_uses(attr->type, aspect);
}

/* Says whether all aspects that the attribute reads were asked for. */
static bool is_asked(const SxEnv *env, const SchemaAttr *attr)
{
	const SchemaResource *r = env->schema;

	for (uint32_t i = 0; i < r->aspect_count; i++)
		if (sx_uses_aspect(attr, r->aspects[i].name) &&
			!value_find(env->aspects, r->aspects[i].name))
			return false;
	for (uint32_t i = 0; i < r->facet_count; i++)
		if (sx_uses_aspect(attr, r->facets[i].name) &&
			!value_find(env->aspects, r->facets[i].name))
			return false;
	return true;
}

/* Says whether any member of a record is read from a place of its own. */
static bool has_paths(const Type *t)
{
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		if (t->fields[i].attr && t->fields[i].attr->read && t->fields[i].attr->read->path)
			return true;
	return false;
}

static bool is_readable(const SxEnv *env, const SchemaAttr *attr)
{
	if (attr->flags & (ATTR_LOCAL | ATTR_WRITE_ONLY))
		return false;
	if ((attr->flags & ATTR_SECRET) && !(attr->flags & ATTR_OUT))
		return false;
	if (attr->read)
		return attr->read->path && is_asked(env, attr);
	return is_asked(env, attr) &&
	       (shape_has(env, attr->wire_name) || has_paths(bare(attr->type)));
}

/* Of attributes that exclude each other only the one that is set is compared: the others, other
 * views of the same thing, go. */
static Value drop_others(const SxEnv *env, const SchemaRule *rule, Value attrs)
{
	Str keep = STR("");

	for (uint32_t i = 0; i < rule->paths.count; i++) {
		Str path = rule->paths.paths[i];
		const Value *set = value_find(env->attrs, path);
		bool is_there = value_find(attrs, path) != NULL;
		if ((set && set->kind != VAL_NULL) || (!keep.len && is_there))
			keep = path;
	}
	for (uint32_t i = 0; i < rule->paths.count; i++)
		if (!str_eq(rule->paths.paths[i], keep) &&
			schema_attr(env->schema, rule->paths.paths[i]))
			attrs = value_with(env->arena, attrs, rule->paths.paths[i], VALUE_NULL);
	return attrs;
}

Value sx_decode_all(const SxEnv *env, Value recorded)
{
	Value out = value_map(env->arena, NULL, 0);

	for (uint32_t i = 0; i < env->schema->attr_count; i++) {
		const SchemaAttr *attr = &env->schema->attrs[i];
		const Value *had = value_find(recorded, attr->name);
		Value v = had ? *had : VALUE_NULL;
		if (str_eq(attr->name, STR("id")))
			v = value_string(env->id);
		else if (is_readable(env, attr))
			v = sx_decode_attr(env, attr);
		if (v.kind != VAL_NULL)
			out = value_with(env->arena, out, attr->name, v);
	}
	for (uint32_t i = 0; i < env->schema->rule_count; i++)
		if (env->schema->rules[i].kind == RULE_CONFLICTS)
			out = drop_others(env, &env->schema->rules[i], out);
	return out;
}

Str sx_marker_of(const SxEnv *env)
{
	for (uint32_t i = 0; i < env->schema->attr_count; i++) {
		const SchemaAttr *attr = &env->schema->attrs[i];
		if (!sx_is_marker(env, attr))
			continue;
		SxEnv inner = *env;
		inner.keeps_marker = true;
		inner.attrs = VALUE_NULL;
		Value tags = sx_decode_attr(&inner, attr);
		const Value *found = value_find(tags, env->service->marker_key);
		if (!found) { /* a brief item may have them at its top */
			const Value *top = value_find(env->obj, attr->wire_name);
			found = top ? value_find(*top, env->service->marker_key) : NULL;
		}
		return found && found->kind == VAL_STRING ? found->as.text : STR("");
	}
	return STR("");
}
