/* Finding objects: after a crash (by tag or name), for lookups, and all that is ours (providers.md,
 * 4.2 and the end of 7). */
#include "runtime/provider/cloud.h"

enum { CLOCK_SLACK_MS = 5 * 60 * 1000 };

static Str word(const SchemaExpr *e)
{
	return e && e->kind == SX_CONST && e->value.kind == VAL_STRING ? e->value.as.text : STR("");
}

static Value list_of_one(Arena *a, Value v)
{
	Value *one = ARENA_NEW(a, Value);

	*one = v;
	return value_list(a, one, 1);
}

/* { Filters = [{ Name, Values }] }, EC2's way to narrow a list. */
static Value filters(Arena *a, Str name, Value values)
{
	ValueEntry *f = ARENA_ARRAY(a, ValueEntry, 2);
	ValueEntry *e = ARENA_NEW(a, ValueEntry);

	f[0] = (ValueEntry){STR("Name"), value_string(name)};
	f[1] = (ValueEntry){STR("Values"), values};
	*e = (ValueEntry){STR("Filters"), list_of_one(a, value_map(a, f, 2))};
	return value_map(a, e, 1);
}

/* The part of the request that asks for one marker only, where the API can. */
static Value marker_filter(const Work *w)
{
	const SchemaService *s = w->schema->service;
	Arena *a = w->env.arena;

	if (!str_eq(s->protocol, STR("ec2")))
		return VALUE_NULL;
	return filters(a, str_print(a, "tag:%.*s", STR_ARG(s->marker_key)),
		list_of_one(a, value_string(w->env.marker)));
}

static Str marker_of(const Work *w, const SchemaCall *call, Value item)
{
	SxEnv env = w->env;

	env.obj = item;
	env.shape = cloud_shape(w->cloud, &env, call);
	return sx_marker_of(&env);
}

/* Reads the object that was found, with all that belongs to it. */
static bool settle(Work *w, Str id, DriverFound *ret)
{
	w->o->id = w->env.id = id;
	if (!cloud_read_full(w))
		return false;
	w->o->is_gone = !w->is_found;
	*ret = w->is_found ? FOUND_OURS : FOUND_NO;
	return true;
}

static bool is_gone(const Work *w, Value item)
{
	return w->schema->gone && sx_wire_holds(&w->env, w->schema->gone, item);
}

static bool find_by_tag(Work *w, DriverFound *ret)
{
	const SchemaCall *list = w->schema->list;
	Value items = VALUE_NULL;
	CallAnswer answer = {0};

	if (!list || !w->env.marker.len || list->is_brief)
		return true;
	if (!cloud_items(w, list, marker_filter(w), &items, &answer))
		return false;
	for (uint32_t i = 0; i < items.as.list->len; i++) {
		Value item = items.as.list->items[i];
		if (is_gone(w, item) || !str_eq(marker_of(w, list, item), w->env.marker))
			continue;
		return settle(w, cloud_item_id(&w->env, list, item), ret);
	}
	return true;
}

/* What identifies the object by name: an id template, or an adopt form such as "${name}". */
static Str name_id(const Work *w)
{
	SxEnv env = w->env;

	env.mode = SX_PLAIN;
	if (w->schema->id_template)
		return sx_text(env.arena, sx_value(&env, w->schema->id_template));
	for (uint32_t i = 0; i < w->schema->adopt_count; i++) {
		Str form = w->schema->adopt[i];
		if (str_eq(form, STR("${id}")) || !str_starts(form, STR("${")))
			continue;
		Str name = str_slice(form, 2, form.len - 1);
		const Value *v = value_find(env.attrs, name);
		if (v && v->kind == VAL_STRING)
			return v->as.text;
	}
	return STR("");
}

/* The attribute that is the object's name. */
static const SchemaAttr *name_attr(const SchemaResource *r)
{
	const SchemaAttr *best = NULL;

	for (uint32_t i = 0; i < r->attr_count; i++) {
		const SchemaAttr *x = &r->attrs[i];
		if (x->flags & ATTR_AUTO)
			return x;
		if (str_eq(x->name, STR("name")) || (!best && str_ends(x->name, STR("_name"))))
			best = x;
	}
	return best;
}

static bool find_in_list(Work *w, Str *ret_id)
{
	const SchemaAttr *name = name_attr(w->schema);
	const Value *want = name ? value_find(w->env.attrs, name->name) : NULL;
	Value items = VALUE_NULL;
	CallAnswer answer = {0};

	if (!w->schema->list || !want)
		return true;
	if (!cloud_items(w, w->schema->list, VALUE_NULL, &items, &answer))
		return false;
	for (uint32_t i = 0; i < items.as.list->len; i++) {
		SxEnv env = w->env;
		env.obj = items.as.list->items[i];
		if (!is_gone(w, env.obj) && value_eq(sx_decode_attr(&env, name), *want))
			*ret_id = cloud_item_id(&w->env, w->schema->list, env.obj);
	}
	return true;
}

/* When an object was made, where the API says; 0: it does not. */
static int64_t made_at(Value obj)
{
	static const Str names[] = {STR_INIT("CreateDate"), STR_INIT("CreationDate"),
		STR_INIT("CreatedAt"), STR_INIT("Created"), STR_INIT("CreateTime")};
	int64_t ms = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const Value *v = value_find(obj, names[i]);
		if (v && v->kind == VAL_STRING && clock_parse(v->as.text, &ms))
			return ms;
	}
	return 0;
}

/* As the list says it, where the object's own read does not (S3's buckets). */
static bool listed_at(Work *w, int64_t *ret)
{
	const SchemaCall *list = w->schema->list;
	Value items = VALUE_NULL;
	CallAnswer answer = {0};

	*ret = made_at(w->env.obj);
	if (*ret || !list)
		return true;
	if (!cloud_items(w, list, VALUE_NULL, &items, &answer))
		return false;
	for (uint32_t i = 0; i < items.as.list->len; i++)
		if (str_eq(cloud_item_id(&w->env, list, items.as.list->items[i]), w->o->id))
			*ret = made_at(items.as.list->items[i]);
	return true;
}

static bool carries_tags(const Work *w)
{
	for (uint32_t i = 0; i < w->schema->attr_count; i++) {
		const SchemaAttr *x = &w->schema->attrs[i];
		const Value *v = value_find(w->o->attrs, x->name);
		if (sx_is_marker(&w->env, x) && v && v->kind == VAL_MAP && v->as.map->len)
			return true;
	}
	return false;
}

static bool can_carry_marker(const Work *w)
{
	for (uint32_t i = 0; i < w->schema->attr_count; i++)
		if (sx_is_marker(&w->env, &w->schema->attrs[i]))
			return true;
	return false;
}

/* Says whether a marker is of this stack, if not of this very object: servers that give a new
 * object the tags that an old one of the name had show that of a generation before. */
static bool is_of_stack(const Work *w, Str marker)
{
	Str own = w->env.marker;

	return str_eq(str_cut(&marker, STR("-")), str_cut(&own, STR("-")));
}

/* Of an object that bears the name: ours by its marker; without one, by its age. */
static bool whose(Work *w, int64_t intent_ms, DriverFound *ret)
{
	Str marker = sx_marker_of(&w->env);
	bool is_older = marker.len && !str_eq(marker, w->env.marker) && is_of_stack(w, marker);
	int64_t made;

	*ret = FOUND_UNKNOWN;
	if (marker.len && !is_older)
		*ret = str_eq(marker, w->env.marker) ? FOUND_OURS : FOUND_NO;
	else if (!can_carry_marker(w))
		*ret = FOUND_OURS; /* nothing can tell: an image of this name is this image */
	if (*ret != FOUND_UNKNOWN || (carries_tags(w) && !is_older) || intent_ms == 0)
		return true;
	if (!listed_at(w, &made))
		return false;
	if (made && made >= intent_ms - CLOCK_SLACK_MS)
		*ret = FOUND_OURS;
	return true;
}

static bool find_by_name(Work *w, int64_t intent_ms, DriverFound *ret)
{
	Str id = name_id(w);

	if ((!id.len || !w->schema->read) && !w->schema->id_template && !find_in_list(w, &id))
		return false;
	if (!id.len)
		return true;
	w->o->id = w->env.id = id;
	w->env.old = VALUE_NULL;
	if (!cloud_read_full(w))
		return false;
	w->o->is_gone = !w->is_found;
	if (w->is_found && !whose(w, intent_ms, ret))
		return false;
	if (*ret != FOUND_OURS)
		w->o->id = STR("");
	return true;
}

static const SchemaCall *create_call(const SchemaResource *r)
{
	const SchemaSteps *s = r->create;

	while (s && s->cond)
		s = s->then_steps;
	return s ? s->call : NULL;
}

/* What no answer says of an object that is ours is as it was wanted. */
static void keep_wanted(const Work *w, Value wanted)
{
	const uint32_t kept = ATTR_LOCAL | ATTR_WRITE_ONLY | ATTR_IDENTITY;

	for (uint32_t i = 0; w->o->attrs.kind == VAL_MAP && i < w->schema->attr_count; i++) {
		const SchemaAttr *x = &w->schema->attrs[i];
		const Value *v = value_find(wanted, x->name);
		if (v && (x->flags & kept) && !(x->flags & ATTR_SECRET) &&
			!value_find(w->o->attrs, x->name))
			w->o->attrs = value_with(w->env.arena, w->o->attrs, x->name, *v);
	}
}

bool cloud_find(
	Driver *d, DriverObject *o, int64_t intent_wall_ms, DriverFound *ret, Arena *a, Diag *err)
{
	const SchemaCall *create = create_call(o->schema);
	Value attrs = o->attrs;
	DriverFound found = FOUND_NO;
	Work w;

	o->is_gone = true;
	cloud_begin(d->self, o, NULL, a, err, &w);
	if (create && create->finds_tag && !find_by_tag(&w, &found))
		return false;
	if (found == FOUND_NO && create && create->finds_name &&
		!find_by_name(&w, intent_wall_ms, &found))
		return false;
	if (found == FOUND_OURS)
		keep_wanted(&w, o->desired);
	else
		o->attrs = attrs;
	*ret = found;
	return true;
}

/* Lookups. */

static const SchemaSelect *find_select(const SchemaResource *r, Str name)
{
	for (uint32_t i = 0; i < r->select_count; i++)
		if (str_eq(r->selects[i].name, name))
			return &r->selects[i];
	return NULL;
}

/* What the server can narrow by itself. */
static Value narrowing(Work *w)
{
	Arena *a = w->env.arena;
	Value out = value_map(a, NULL, 0);
	Value given = w->o->desired;

	for (uint32_t i = 0; given.kind == VAL_MAP && i < given.as.map->len; i++) {
		const ValueEntry *e = &given.as.map->entries[i];
		const SchemaSelect *s = find_select(w->schema, e->key);
		if (!s || e->value.kind == VAL_NULL)
			continue;
		if (s->path) {
			out = sx_put(
				a, out, s->path, sx_apply(&w->env, s->fns, s->fn_count, e->value));
			continue;
		}
		Str name = s->fn_count && s->fns[0].count ? word(s->fns[0].args[0]) : STR("");
		Value text = value_string(sx_text(a, e->value));
		Value one = filters(a, name, list_of_one(a, text));
		const Value *had = value_find(out, STR("Filters"));
		const Value *more = value_find(one, STR("Filters"));
		if (had) {
			uint32_t n = had->as.list->len;
			Value *items = ARENA_ARRAY(a, Value, n + 1);
			for (uint32_t j = 0; j < n; j++)
				items[j] = had->as.list->items[j];
			items[n] = more->as.list->items[0];
			out = value_with(a, out, STR("Filters"), value_list(a, items, n + 1));
		} else {
			out = value_with(a, out, STR("Filters"), *more);
		}
	}
	return out;
}

/* Says whether an item has all that was asked for and that the server did not compare. */
static bool fits(Work *w, Value item)
{
	Value given = w->o->desired;
	SxEnv env = w->env;

	env.obj = item;
	env.attrs = VALUE_NULL;
	for (uint32_t i = 0; given.kind == VAL_MAP && i < given.as.map->len; i++) {
		const ValueEntry *e = &given.as.map->entries[i];
		const SchemaAttr *attr = schema_attr(w->schema, e->key);
		if (!attr || e->value.kind == VAL_NULL || find_select(w->schema, e->key))
			continue;
		Value have = sx_decode_attr(&env, attr);
		if (attr->type->kind == TYPE_MAP && have.kind == VAL_MAP &&
			e->value.kind == VAL_MAP) {
			for (uint32_t j = 0; j < e->value.as.map->len; j++) {
				const ValueEntry *t = &e->value.as.map->entries[j];
				const Value *x = value_find(have, t->key);
				if (!x || !value_eq(*x, t->value))
					return false;
			}
		} else if (!driver_same(attr->type,
				   driver_normalise_value(env.arena, attr->type, e->value),
				   driver_normalise_value(env.arena, attr->type, have))) {
			return false;
		}
	}
	return true;
}

static bool is_newer(const Work *w, Value x, Value y)
{
	return value_cmp(sx_path(&w->env, w->schema->newest, x),
		       sx_path(&w->env, w->schema->newest, y)) > 0;
}

static bool none(Work *w)
{
	diag_fail(w->err, DIAG_LOOKUP_NONE, NULL, "no `%.*s` fits `%.*s`", STR_ARG(w->schema->name),
		STR_ARG(w->o->address));
	diag_fix(w->err, "look at the region and at the values that are asked for");
	return false;
}

static bool choose(Work *w, Value items, Value *ret)
{
	uint32_t count = 0;
	Str ids[2] = {{0}, {0}};

	for (uint32_t i = 0; i < items.as.list->len; i++) {
		Value item = items.as.list->items[i];
		if (is_gone(w, item) || !fits(w, item))
			continue;
		if (count < 2)
			ids[count] = cloud_item_id(&w->env, w->schema->list, item);
		if (count == 0 || (w->schema->newest && is_newer(w, item, *ret)))
			*ret = item;
		count++;
	}
	if (count == 0)
		return none(w);
	if (count > 1 && !w->schema->newest) {
		diag_fail(w->err, DIAG_LOOKUP_MANY, NULL, "%u objects of type `%.*s` fit `%.*s`",
			count, STR_ARG(w->schema->name), STR_ARG(w->o->address));
		diag_why(w->err, "`%.*s` and `%.*s` are among them", STR_ARG(ids[0]),
			STR_ARG(ids[1]));
		diag_fix(w->err, "ask for more, or for one `id`");
		return false;
	}
	return true;
}

static bool look_up(Driver *d, DriverObject *o, Arena *a, Diag *err)
{
	const Value *id = value_find(o->desired, STR("id"));
	Value items = VALUE_NULL;
	Value item = VALUE_NULL;
	CallAnswer answer = {0};
	Work w;

	if (id && id->kind == VAL_STRING)
		o->id = id->as.text;
	cloud_begin(d->self, o, NULL, a, err, &w);
	w.env.old = VALUE_NULL;
	if (!o->id.len && (o->schema->id_template || o->schema->adopt_count))
		o->id = w.env.id = name_id(&w);
	if (o->id.len) {
		if (!cloud_read_full(&w))
			return false;
		return w.is_found || none(&w);
	}
	if (!o->schema->list)
		return none(&w);
	if (!cloud_items(&w, o->schema->list, narrowing(&w), &items, &answer) ||
		!choose(&w, items, &item))
		return false;
	o->id = w.env.id = cloud_item_id(&w.env, o->schema->list, item);
	w.env.attrs = VALUE_NULL;
	w.env.obj = item;
	w.env.shape = cloud_shape(w.cloud, &w.env, o->schema->list);
	if (o->schema->list->is_brief)
		return cloud_read_full(&w);
	return cloud_finish(&w, 1, true, err);
}

/* Says whether all that a prediction names is there. */
static bool can_predict(const SxEnv *env, const SchemaExpr *e)
{
	if (e->kind == SX_NAME)
		return value_find(env->attrs, e->name) || value_find(env->settings, e->name);
	for (uint32_t i = 0; i < e->count; i++)
		if (e->kids[i] && !can_predict(env, e->kids[i]))
			return false;
	return true;
}

/* What no answer says is as the schema predicts it. */
static void predict(Driver *d, DriverObject *o, Arena *a, Diag *err)
{
	Work w;

	cloud_begin(d->self, o, NULL, a, err, &w);
	w.env.attrs = o->attrs;
	for (uint32_t i = 0; o->desired.kind == VAL_MAP && i < o->desired.as.map->len; i++) {
		const ValueEntry *e = &o->desired.as.map->entries[i];
		if (!value_find(o->attrs, e->key))
			w.env.attrs = value_with(a, w.env.attrs, e->key, e->value);
	}
	for (uint32_t i = 0; i < o->schema->attr_count; i++) {
		const SchemaAttr *attr = &o->schema->attrs[i];
		if (attr->predict && !value_find(o->attrs, attr->name) &&
			can_predict(&w.env, attr->predict))
			o->attrs = value_with(
				a, o->attrs, attr->name, sx_plain(&w.env, attr->predict));
	}
}

bool cloud_lookup(Driver *d, DriverObject *o, Arena *a, Diag *err)
{
	if (!look_up(d, o, a, err))
		return false;
	predict(d, o, a, err);
	return err->code == DIAG_NONE;
}

bool cloud_list_owned(Driver *d, const SchemaResource *schema, Arena *a, DriverObject **ret,
	uint32_t *ret_count, Diag *err)
{
	DriverObject probe = {.schema = schema, .type = schema->name};
	Value items = VALUE_NULL;
	CallAnswer answer = {0};
	uint32_t n = 0;
	Work w;

	*ret_count = 0;
	*ret = NULL;
	cloud_begin(d->self, &probe, NULL, a, err, &w);
	if (!schema->list || !schema->create)
		return true;
	if (!cloud_items(&w, schema->list, VALUE_NULL, &items, &answer))
		return false;
	DriverObject *out = ARENA_ARRAY(a, DriverObject, items.as.list->len + 1);
	for (uint32_t i = 0; i < items.as.list->len; i++) {
		Value item = items.as.list->items[i];
		Str marker = marker_of(&w, schema->list, item);
		if (!marker.len || is_gone(&w, item))
			continue;
		SxEnv env = w.env;
		env.obj = item;
		env.shape = cloud_shape(w.cloud, &env, schema->list);
		env.id = cloud_item_id(&w.env, schema->list, item);
		out[n++] = (DriverObject){.schema = schema,
			.type = schema->name,
			.id = env.id,
			.marker = marker,
			.attrs = sx_decode_all(&env, VALUE_NULL)};
	}
	*ret = out;
	*ret_count = n;
	return true;
}
