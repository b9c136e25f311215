/* Refresh in bulk (providers.md, 4.3): the cheapest of list, batch and read that a type states;
 * what a list does not show is not gone until a batch or a read says so, too. */
#include "runtime/provider/cloud.h"

#include "compiler/base/mem.h"

enum {
	BATCH_DEFAULT = 100,
	GATHER_MS = 5, /* reads of one object wait this long for others of its type */
};

/* Reads of single objects that wait to be made as one. */
typedef struct Gather {
	Vec(Work *) works;
	Vec(Fiber *) fibers;
	Vec(bool) oks;
	uint32_t left; /* that have not gone on yet */
	bool is_done;
} Gather;

/* One object's own read, in a fiber. */
typedef struct Job {
	Work work;
	Work *of;
	Diag err;
	bool ok;
} Job;

static Str text_of(const SxEnv *env, Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_MAP ? STR("") : sx_text(env->arena, v);
}

/* The attribute that an id template consists of; NULL: it is more than one attribute. */
static const SchemaAttr *id_attr(const SchemaResource *r)
{
	const SchemaExpr *t = r->id_template;

	if (t && t->kind == SX_TEMPLATE && t->count == 1)
		t = t->kids[0];
	return t && t->kind == SX_NAME ? schema_attr(r, t->name) : NULL;
}

Str cloud_item_id(const SxEnv *env, const SchemaCall *call, Value item)
{
	const SchemaAttr *id = schema_attr(env->schema, STR("id"));
	const SchemaAttr *named = id_attr(env->schema);

	if (call && call->key)
		return text_of(env, sx_path(env, call->key, item));
	if (id && id->read && id->read->path)
		return text_of(env, sx_path(env, id->read->path, item));
	if (named) {
		SxEnv inner = *env;
		inner.obj = item;
		return text_of(env, sx_decode_attr(&inner, named));
	}
	if (!env->schema->id_template)
		return STR("");
	SxEnv inner = *env;
	inner.obj = item;
	inner.shape = NULL;
	inner.attrs = sx_decode_all(&inner, env->attrs);
	inner.mode = SX_PLAIN;
	return text_of(env, sx_value(&inner, env->schema->id_template));
}

bool cloud_item_is(const SxEnv *env, const SchemaCall *call, Value item, Str id)
{
	Value key = call->key ? sx_path(env, call->key, item) : VALUE_NULL;

	for (uint32_t i = 0; key.kind == VAL_LIST && i < key.as.list->len; i++)
		if (str_eq(text_of(env, key.as.list->items[i]), id))
			return true;
	return str_eq(cloud_item_id(env, call, item), id);
}

/* Takes what was read for an object. */
static void take(Work *w, const SchemaCall *call, Value item)
{
	w->is_found = true;
	w->env.obj = item;
	w->env.shape = cloud_shape(w->cloud, &w->env, call);
	if (w->schema->gone && sx_wire_holds(&w->env, w->schema->gone, item))
		w->is_found = false;
	const SchemaAttr *id = schema_attr(w->schema, STR("id"));
	if (id && id->read && id->read->path && !w->schema->id_template) {
		Str text = text_of(&w->env, sx_path(&w->env, id->read->path, item));
		if (text.len)
			w->o->id = w->env.id = text;
	}
}

/* Gives each object that has none yet its item, by id. */
static void match(Work *works, uint32_t count, const SchemaCall *call, Value items)
{
	Map by_id;
	Arena *a = works[0].env.arena;

	map_init(&by_id, a);
	for (uint32_t i = 0; i < items.as.list->len; i++) {
		Value *item = ARENA_NEW(a, Value);
		*item = items.as.list->items[i];
		Str id = cloud_item_id(&works[0].env, call, *item);
		if (id.len)
			map_put(&by_id, id, item);
	}
	for (uint32_t i = 0; i < count; i++) {
		const Value *item = works[i].is_found ? NULL : map_find(&by_id, works[i].o->id);
		if (item)
			take(&works[i], call, *item);
	}
}

static uint32_t batch_size(const SchemaCall *call)
{
	const SchemaExpr *ids = sx_find_call(call->args ? call->args : call->query, STR("ids"));

	if (ids && ids->count && ids->kids[0]->kind == SX_CONST &&
		ids->kids[0]->value.kind == VAL_INT)
		return (uint32_t)ids->kids[0]->value.as.number;
	return BATCH_DEFAULT;
}

/* Reads by batch all objects that were not found yet. */
static bool read_batches(Work *works, uint32_t count, Diag *err)
{
	const SchemaCall *call = works[0].schema->batch;
	uint32_t size = batch_size(call);
	Str *ids = ARENA_ARRAY(works[0].env.arena, Str, count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		if (!works[i].is_found)
			ids[n++] = works[i].o->id;
	for (uint32_t at = 0; at < n; at += size) {
		Work lead = works[0];
		Value items = VALUE_NULL;
		CallAnswer answer = {0};
		lead.err = lead.env.err = err;
		lead.env.failed = &lead.failed;
		lead.env.ids = ids + at;
		lead.env.id_count = n - at < size ? n - at : size;
		if (!cloud_items(&lead, call, VALUE_NULL, &items, &answer))
			return false;
		match(works, count, call, items);
	}
	return true;
}

static bool read_list(Work *works, uint32_t count, Diag *err)
{
	Work lead = works[0];
	Value items = VALUE_NULL;
	CallAnswer answer = {0};

	lead.err = lead.env.err = err;
	lead.env.failed = &lead.failed;
	if (!cloud_items(&lead, lead.schema->list, VALUE_NULL, &items, &answer))
		return false;
	match(works, count, lead.schema->list, items);
	return true;
}

static bool read_one(Work *w, CallAnswer *ret)
{
	const SchemaCall *call = w->schema->read;

	if (!cloud_call(w, call, ret)) {
		if (ret->error.error_class != CALL_NOTFOUND)
			return false;
		diag_fini(w->err);
		w->is_found = false;
		return true;
	}
	Value v = ret->value;
	if (call->at)
		v = sx_path(&w->env, call->at, v);
	w->is_found = !ret->is_none;
	if (w->is_found)
		take(w, call, v.kind == VAL_MAP ? v : value_map(w->env.arena, NULL, 0));
	return true;
}

/* Takes back what the batch found; the texts go where the object's own live. */
static void take_back(Work *w, const Work *read)
{
	w->is_found = read->is_found;
	w->o->id = w->env.id;
	if (!read->is_found)
		return;
	w->env.obj = value_copy(w->env.arena, read->env.obj);
	w->env.shape = read->env.shape;
	w->o->id = w->env.id = str_copy(w->env.arena, read->env.id);
}

/* Reads all that gathered by one batch, and lets them go on. */
static bool read_gathered(Gather *g, Work *lead)
{
	Work *works = ARENA_ARRAY(lead->env.arena, Work, g->works.len);
	Diag err = {0};

	for (uint32_t i = 0; i < g->works.len; i++) {
		works[i] = *g->works.ptr[i];
		works[i].is_found = false;
	}
	bool ok = read_batches(works, g->works.len, &err);
	for (uint32_t i = 0; i < g->works.len; i++) {
		Work *w = g->works.ptr[i];
		take_back(w, &works[i]);
		g->oks.ptr[i] = ok;
		if (!ok && w != lead)
			diag_fail(w->err, err.code, NULL, "%.*s", STR_ARG(err.what));
		if (!ok && w != lead && err.why.len)
			diag_why(w->err, "%.*s", STR_ARG(err.why));
		if (w != lead)
			fiber_wake(g->fibers.ptr[i]);
	}
	if (!ok)
		*lead->err = err;
	return ok;
}

/* Reads one object together with all of its type that ask within a moment: so a hundred machines
 * that come up are asked about in one call per interval. */
static bool read_together(Work *w)
{
	Cloud *c = w->cloud;
	Gather *g = map_find(&c->gathers, w->schema->name);
	bool is_lead = !g;

	if (is_lead) {
		g = MEM_NEW(Gather);
		map_put(&c->gathers, w->schema->name, g);
	}
	uint32_t at = g->works.len;
	vec_push(&g->works, w);
	vec_push(&g->fibers, fiber_self(c->loop));
	vec_push(&g->oks, false);
	g->left++;
	if (is_lead) {
		(void)fiber_sleep(c->loop, GATHER_MS); /* cut short: then fewer gather */
		(void)map_remove(&c->gathers, w->schema->name);
		g->oks.ptr[at] = read_gathered(g, w);
		g->is_done = true;
	}
	while (!g->is_done)
		fiber_park(c->loop);
	bool ok = g->oks.ptr[at];
	if (--g->left == 0) {
		vec_fini(&g->works);
		vec_fini(&g->fibers);
		vec_fini(&g->oks);
		mem_free(g);
	}
	return ok;
}

bool cloud_read_obj(Work *w, CallAnswer *ret)
{
	const SchemaResource *r = w->schema;

	*ret = (CallAnswer){0};
	w->is_found = false;
	if (r->read)
		return read_one(w, ret);
	bool ok = r->batch ? read_together(w) : read_list(w, 1, w->err);
	ret->status = w->is_found ? 200 : 404;
	if (!w->is_found)
		ret->error = (CallError){.error_class = CALL_NOTFOUND, .status = 404};
	return ok;
}

static void run_job(void *arg)
{
	Job *j = arg;
	CallAnswer answer = {0};

	j->ok = cloud_read_obj(&j->work, &answer);
	if (!j->ok)
		return;
	j->of->is_found = j->work.is_found;
	j->of->env.obj = j->work.env.obj;
	j->of->env.shape = j->work.env.shape;
	j->of->env.id = j->work.env.id;
}

/* Reads each object that was not found yet by itself, side by side. */
static bool read_singly(Work *works, uint32_t count, Diag *err)
{
	Job *jobs = ARENA_ARRAY(works[0].env.arena, Job, count);
	FiberGroup group;
	bool ok = true;

	fiber_group_init(&group, works[0].cloud->loop);
	for (uint32_t i = 0; i < count; i++) {
		if (works[i].is_found)
			continue;
		Job *j = &jobs[i];
		*j = (Job){.work = works[i], .of = &works[i], .ok = true};
		j->work.err = j->work.env.err = &j->err;
		j->work.env.failed = &j->work.failed;
		fiber_group_start(&group, run_job, j);
	}
	fiber_group_wait(&group);
	for (uint32_t i = 0; i < count; i++) {
		if (!jobs[i].of || jobs[i].ok)
			continue;
		if (ok)
			*err = jobs[i].err;
		else
			diag_fini(&jobs[i].err);
		ok = false;
	}
	return ok;
}

static bool list_is_cheaper(const SchemaResource *r, uint32_t count)
{
	if (!r->list || r->list->is_brief || !r->list->each)
		return false;
	if (!r->batch)
		return count > 1 || !r->read;
	uint32_t size = batch_size(r->batch);
	uint32_t page = r->list->page > 0 ? (uint32_t)r->list->page : 1000;
	return (count + size - 1) / size > (count + page - 1) / page;
}

static bool read_main(Work *works, uint32_t count, Diag *err)
{
	const SchemaResource *r = works[0].schema;
	uint32_t missing = 0;

	if (list_is_cheaper(r, count)) {
		if (!read_list(works, count, err))
			return false;
		for (uint32_t i = 0; i < count; i++)
			missing += !works[i].is_found;
		if (missing == 0)
			return true;
	}
	if (r->batch)
		return read_batches(works, count, err);
	return r->read ? read_singly(works, count, err) : true;
}

bool cloud_read(Driver *d, DriverObject *objects, uint32_t count, bool is_full, Arena *a, Diag *err)
{
	Cloud *c = d->self;
	Work *works = ARENA_ARRAY(a, Work, count + 1);
	Work *found = ARENA_ARRAY(a, Work, count + 1);
	uint32_t n = 0;

	if (count == 0)
		return true;
	for (uint32_t i = 0; i < count; i++)
		cloud_begin(c, &objects[i], NULL, a, err, &works[i]);
	if (!read_main(works, count, err))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		objects[i].is_gone = !works[i].is_found;
		if (works[i].is_found)
			found[n++] = works[i];
	}
	return cloud_finish(found, n, is_full, err);
}

bool cloud_read_full(Work *w)
{
	CallAnswer answer = {0};

	if (!cloud_read_obj(w, &answer))
		return false;
	w->o->is_gone = !w->is_found;
	w->env.aspects = value_map(w->env.arena, NULL, 0);
	return !w->is_found || cloud_finish(w, 1, true, w->err);
}
