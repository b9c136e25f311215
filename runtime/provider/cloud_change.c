/* Changes in place: update rules with their brackets, facets in their order, syncs of sets and maps
 * (providers.md, 4.4). */
#include "runtime/provider/cloud.h"

typedef Vec(Value) Values;

/* What changes. */
typedef struct Change {
	Work *w;
	const Str *names;
	uint32_t count;
} Change;

/* The three parts that a set or map falls into. */
typedef struct Parts {
	Values add, del, mod;
} Parts;

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

/* "a.b" touches "a", "a.b" and "a.b.c". */
static bool touches(Str path, Str changed)
{
	Str shorter = path.len < changed.len ? path : changed;
	Str longer = path.len < changed.len ? changed : path;

	return str_starts(longer, shorter) &&
	       (longer.len == shorter.len || longer.ptr[shorter.len] == '.');
}

static bool is_changed(const Change *c, const SchemaPaths *paths)
{
	for (uint32_t i = 0; i < paths->count; i++)
		for (uint32_t j = 0; j < c->count; j++)
			if (touches(paths->paths[i], c->names[j]))
				return true;
	return false;
}

static bool run_update(Change *c, const SchemaUpdate *u)
{
	Work *w = c->w;

	if (!u->is_create)
		return cloud_steps(w, u->steps);
	w->is_create = true;
	bool ok = cloud_steps(w, w->schema->create);
	w->is_create = false;
	return ok;
}

static const SchemaBracket *find_bracket(const SchemaResource *r, Str name)
{
	for (uint32_t i = 0; i < r->bracket_count; i++)
		if (str_eq(r->brackets[i].name, name))
			return &r->brackets[i];
	return NULL;
}

static bool call_and_wait(Work *w, const SchemaCall *call)
{
	CallAnswer answer = {0};

	return cloud_call(w, call, &answer) && cloud_wait(w, call->wait);
}

/* All changed rules of one bracket inside it.  What was opened is closed again even when a rule
 * fails, so that a machine is not left stopped. */
static bool run_bracket(Change *c, Str name, bool *done)
{
	const SchemaResource *r = c->w->schema;
	const SchemaBracket *b = find_bracket(r, name);
	Diag why = {0};
	bool ok = true;

	if (!b) {
		sx_error(&c->w->env, "there is no bracket `%.*s`", STR_ARG(name));
		return false;
	}
	if (!call_and_wait(c->w, b->open))
		return false;
	for (uint32_t i = 0; i < r->update_count; i++) {
		if (done[i] || !str_eq(r->updates[i].bracket, name) ||
			!(r->updates[i].is_all || is_changed(c, &r->updates[i].paths)))
			continue;
		done[i] = true;
		ok = ok && run_update(c, &r->updates[i]);
	}
	if (!ok) {
		why = *c->w->err;
		*c->w->err = (Diag){0};
	}
	bool closed = call_and_wait(c->w, b->close);
	if (!ok) {
		diag_fini(c->w->err);
		*c->w->err = why;
	}
	return ok && closed;
}

static bool run_updates(Change *c)
{
	const SchemaResource *r = c->w->schema;
	bool *done = ARENA_ARRAY(c->w->env.arena, bool, r->update_count + 1);

	for (uint32_t i = 0; i < r->update_count; i++) {
		const SchemaUpdate *u = &r->updates[i];
		if (done[i] || !(u->is_all || is_changed(c, &u->paths)))
			continue;
		if (u->bracket.len ? !run_bracket(c, u->bracket, done) : !run_update(c, u))
			return false;
	}
	return true;
}

/* Facets. */

static bool is_absent(Value v)
{
	return v.kind == VAL_NULL || (v.kind == VAL_MAP && v.as.map->len == 0) ||
	       (is_list(v) && v.as.list->len == 0);
}

static bool all_absent(const Work *w, const SchemaPaths *paths)
{
	for (uint32_t i = 0; i < paths->count; i++) {
		Str rest = paths->paths[i];
		Str name = str_cut(&rest, STR("."));
		const SchemaAttr *attr = schema_attr(w->schema, name);
		const Value *v = value_find_path(w->env.attrs, paths->paths[i]);
		if (attr && sx_is_marker(&w->env, attr))
			return false;
		if (v && !is_absent(*v))
			return false;
	}
	return true;
}

static bool run_facet(Change *c, const SchemaFacet *f)
{
	CallAnswer answer = {0};
	const SchemaCall *call = f->del && all_absent(c->w, &f->paths) ? f->del : f->put;

	return !call || (cloud_call(c->w, call, &answer) && cloud_wait(c->w, call->wait));
}

/* Says whether a facet that comes first is still to be done. */
static bool must_wait(const Change *c, const SchemaFacet *f, const bool *todo)
{
	const SchemaResource *r = c->w->schema;

	for (uint32_t i = 0; i < r->facet_count; i++)
		for (uint32_t j = 0; todo[i] && j < f->after.count; j++)
			for (uint32_t k = 0; k < r->facets[i].paths.count; k++)
				if (touches(r->facets[i].paths.paths[k], f->after.paths[j]))
					return &r->facets[i] != f;
	return false;
}

static bool run_facets(Change *c)
{
	const SchemaResource *r = c->w->schema;
	bool *todo = ARENA_ARRAY(c->w->env.arena, bool, r->facet_count + 1);
	uint32_t left = 0;

	for (uint32_t i = 0; i < r->facet_count; i++) {
		todo[i] = is_changed(c, &r->facets[i].paths);
		left += todo[i];
	}
	for (uint32_t round = 0; left && round <= r->facet_count; round++)
		for (uint32_t i = 0; i < r->facet_count; i++) {
			bool is_last = round == r->facet_count;
			if (!todo[i] || (!is_last && must_wait(c, &r->facets[i], todo)))
				continue;
			todo[i] = false;
			left--;
			if (!run_facet(c, &r->facets[i]))
				return false;
		}
	return true;
}

/* Syncs. */

/* Calls once with the part as a list (or map), or once per element if the call speaks of `it`. */
static bool call_part(Work *w, const SchemaCall *call, Str name, Value part, const Type *elem)
{
	CallAnswer answer = {0};

	if (!call || (is_list(part) ? part.as.list->len : part.as.map->len) == 0)
		return true;
	cloud_let(w, name, part);
	if (!sx_mentions(call->args, STR("it")) && !sx_mentions(call->body, STR("it")) &&
		!sx_mentions(call->url, STR("it")))
		return cloud_call(w, call, &answer) && cloud_wait(w, call->wait);
	for (uint32_t i = 0; is_list(part) && i < part.as.list->len; i++) {
		w->env.it = part.as.list->items[i];
		w->env.has_it = true;
		w->env.it_type = elem;
		if (!cloud_call(w, call, &answer) || !cloud_wait(w, call->wait))
			return false;
	}
	w->env.has_it = false;
	w->env.it_type = NULL;
	return true;
}

static Value part_list(Work *w, const Values *v)
{
	return value_list(w->env.arena, v->ptr, v->len);
}

/* Adds to a wanted element what only the read one has: its id. */
static Value with_outputs(Arena *a, const Type *elem, Value want, Value have)
{
	for (uint32_t i = 0; elem->kind == TYPE_RECORD && i < elem->count; i++) {
		const TypeField *f = &elem->fields[i];
		const Value *v = value_find(have, f->name);
		if (v && f->attr && (f->attr->flags & ATTR_OUT))
			want = value_with(a, want, f->name, *v);
	}
	return want;
}

static void split_set(Work *w, const Type *elem, Value want, Value have, Parts *ret)
{
	Arena *a = w->env.arena;
	uint32_t n = is_list(have) ? have.as.list->len : 0;
	bool *used = ARENA_ARRAY(a, bool, n + 1);

	for (uint32_t i = 0; is_list(want) && i < want.as.list->len; i++) {
		Value x = want.as.list->items[i];
		uint32_t j = 0;
		while (j < n && (used[j] || !driver_same_key(elem, x, have.as.list->items[j])))
			j++;
		if (j == n) {
			vec_add(a, &ret->add, x);
			continue;
		}
		used[j] = true;
		if (!driver_same(elem, x, have.as.list->items[j]))
			vec_add(a, &ret->mod, with_outputs(a, elem, x, have.as.list->items[j]));
	}
	for (uint32_t j = 0; j < n; j++)
		if (!used[j])
			vec_add(a, &ret->del, have.as.list->items[j]);
}

static bool sync_set(Work *w, const SchemaSync *s, const SchemaAttr *attr, Value want, Value have)
{
	const Type *elem = attr->type->elem;
	Parts p = {0};

	want = driver_normalise_value(w->env.arena, attr->type, want);
	have = driver_normalise_value(w->env.arena, attr->type, have);
	split_set(w, elem, want, have, &p);
	if (!s->mod) {
		for (uint32_t i = 0; i < p.mod.len; i++) {
			vec_add(w->env.arena, &p.del, p.mod.ptr[i]);
			vec_add(w->env.arena, &p.add, p.mod.ptr[i]);
		}
		p.mod.len = 0;
	}
	return call_part(w, s->del, STR("del"), part_list(w, &p.del), elem) &&
	       call_part(w, s->mod, STR("mod"), part_list(w, &p.mod), elem) &&
	       call_part(w, s->add, STR("add"), part_list(w, &p.add), elem) &&
	       call_part(w, s->put, STR("put"), want, elem);
}

static Value entry(Arena *a, const ValueEntry *e)
{
	ValueEntry *pair = ARENA_ARRAY(a, ValueEntry, 2);

	pair[0] = (ValueEntry){STR("key"), value_string(e->key)};
	pair[1] = (ValueEntry){STR("value"), e->value};
	return value_map(a, pair, 2);
}

static bool is_ours_to_remove(const Work *w, const SchemaAttr *attr, Str key)
{
	const Value *ignore = value_find(w->schema->service->fields, STR("ignore"));

	if (!sx_is_marker(&w->env, attr))
		return true;
	if (str_eq(key, w->schema->service->marker_key))
		return false;
	for (uint32_t i = 0; ignore && is_list(*ignore) && i < ignore->as.list->len; i++)
		if (ignore->as.list->items[i].kind == VAL_STRING &&
			str_glob(ignore->as.list->items[i].as.text, key))
			return false;
	return true;
}

/* What a map becomes: with the marker and the default tags where it carries them. */
static Value full_map(const Work *w, const SchemaAttr *attr, Value v)
{
	SxEnv env = w->env;
	SchemaAttr plain = *attr;

	if (!sx_is_marker(&env, attr))
		return v;
	plain.write_count = 0;
	return sx_encode(&env, attr->type, &plain, v);
}

static Value observed_map(const Work *w, const SchemaAttr *attr)
{
	SxEnv env = w->env;

	env.keeps_marker = true;
	env.attrs = VALUE_NULL;
	return sx_decode_attr(&env, attr);
}

static bool sync_map(Work *w, const SchemaSync *s, const SchemaAttr *attr, Value want)
{
	Arena *a = w->env.arena;
	Value have = observed_map(w, attr);
	Value put = value_map(a, NULL, 0);
	Value del = value_map(a, NULL, 0);
	Parts p = {0};

	want = full_map(w, attr, want.kind == VAL_MAP ? want : put);
	for (uint32_t i = 0; i < want.as.map->len; i++) {
		const ValueEntry *e = &want.as.map->entries[i];
		const Value *old = value_find(have, e->key);
		if (old && driver_same(attr->type->elem, e->value, *old))
			continue;
		put = value_with(a, put, e->key, e->value);
		if (old)
			vec_add(a, &p.mod, entry(a, e));
		else
			vec_add(a, &p.add, entry(a, e));
	}
	for (uint32_t i = 0; have.kind == VAL_MAP && i < have.as.map->len; i++) {
		const ValueEntry *e = &have.as.map->entries[i];
		if (value_find(want, e->key) || !is_ours_to_remove(w, attr, e->key))
			continue;
		del = value_with(a, del, e->key, e->value);
		vec_add(a, &p.del, entry(a, e));
	}
	bool is_each = s->del && sx_mentions(s->del->args, STR("it"));
	return call_part(w, s->del, STR("del"), is_each ? part_list(w, &p.del) : del, NULL) &&
	       call_part(w, s->put, STR("put"), put, NULL) &&
	       call_part(w, s->mod, STR("mod"), part_list(w, &p.mod), NULL) &&
	       call_part(w, s->add, STR("add"), part_list(w, &p.add), NULL);
}

static bool run_sync(Change *c, const SchemaSync *s)
{
	Work *w = c->w;
	const SchemaAttr *attr = schema_attr(w->schema, s->attr);
	const Value *want = attr ? value_find(w->env.attrs, s->attr) : NULL;
	const Value *have = attr ? value_find(w->o->attrs, s->attr) : NULL;

	if (!attr)
		return true;
	if (attr->type->kind == TYPE_MAP)
		return sync_map(w, s, attr, want ? *want : VALUE_NULL);
	return sync_set(w, s, attr, want ? *want : VALUE_NULL, have ? *have : VALUE_NULL);
}

bool cloud_change(Work *w, const Str *changed, uint32_t count)
{
	Change c = {.w = w, .names = changed, .count = count};

	if (!run_updates(&c) || !run_facets(&c))
		return false;
	for (uint32_t i = 0; i < w->schema->sync_count; i++) {
		SchemaPaths one = {.paths = &w->schema->syncs[i].attr, .count = 1};
		if (is_changed(&c, &one) && !run_sync(&c, &w->schema->syncs[i]))
			return false;
	}
	return true;
}
