/* What a main read does not tell: aspects in bulk, aspects and facets one by one; then the
 * attributes of each object (providers.md, 4.3). */
#include "runtime/provider/cloud.h"

/* One extra read of one object, in a fiber. */
typedef struct Job {
	Work work;
	Work *of;
	const SchemaCall *call;
	Str name;
	Diag err;
	bool ok;
} Job;

typedef Vec(Job *) Jobs;

/* An aspect that was asked for and is not there is an empty map, so that it differs from one that
 * was not asked for. */
static void set_aspect(Work *w, Str name, Value v)
{
	if (v.kind == VAL_NULL)
		v = value_map(w->env.arena, NULL, 0);
	w->env.aspects = value_with(w->env.arena, w->env.aspects, name, v);
}

static void run_job(void *arg)
{
	Job *j = arg;
	CallAnswer answer = {0};

	j->ok = cloud_call(&j->work, j->call, &answer);
	if (!j->ok)
		return;
	Value v = answer.is_none ? VALUE_NULL : answer.value;
	if (j->call->at && v.kind != VAL_NULL)
		v = sx_path(&j->work.env, j->call->at, v);
	set_aspect(j->of, j->name, v);
}

/* Says whether a value is worth a call: not what the attribute is anyway. */
static bool is_notable(const SchemaAttr *attr, const Value *v)
{
	if (!v || v->kind == VAL_NULL)
		return false;
	if (attr->has_default)
		return !value_eq(*v, attr->default_value);
	return !(attr->flags & ATTR_OUT);
}

static bool is_written(const DriverObject *o, Str name)
{
	for (uint32_t i = 0; i < o->written_count; i++)
		if (str_eq(o->written[i], name) || str_eq(o->written[i], STR("...")))
			return true;
	return false;
}

/* Says whether a single read is made for this object however many there are. */
static bool is_wanted(const Work *w, Str aspect)
{
	for (uint32_t i = 0; i < w->schema->attr_count; i++) {
		const SchemaAttr *attr = &w->schema->attrs[i];
		if (!sx_uses_aspect(attr, aspect))
			continue;
		const Value *recorded = value_find(w->o->attrs, attr->name);
		if (!recorded && attr->has_default)
			return true;
		if (is_written(w->o, attr->name) || is_notable(attr, recorded) ||
			is_notable(attr, value_find(w->o->desired, attr->name)))
			return true;
	}
	return false;
}

static void add_job(Jobs *jobs, FiberGroup *group, Work *w, const SchemaCall *call, Str name)
{
	Job *j = ARENA_NEW(w->env.arena, Job);

	*j = (Job){.work = *w, .of = w, .call = call, .name = name, .ok = true};
	j->work.err = j->work.env.err = &j->err;
	j->work.env.failed = &j->work.failed;
	vec_add(w->env.arena, jobs, j);
	fiber_group_start(group, run_job, j);
}

/* Says whether any attribute comes from an aspect; others serve changes only. */
static bool is_used(const SchemaResource *r, Str aspect)
{
	for (uint32_t i = 0; i < r->attr_count; i++)
		if (sx_uses_aspect(&r->attrs[i], aspect))
			return true;
	return false;
}

/* The single reads of an object: starts them, or only counts them (`group` is NULL). */
static uint32_t add_jobs(Jobs *jobs, FiberGroup *group, Work *w, bool is_full, bool is_all)
{
	const SchemaResource *r = w->schema;
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->aspect_count + r->facet_count; i++) {
		bool is_facet = i >= r->aspect_count;
		const SchemaAspect *x = is_facet ? NULL : &r->aspects[i];
		const SchemaFacet *f = is_facet ? &r->facets[i - r->aspect_count] : NULL;
		const SchemaCall *call = is_facet ? f->get : x->is_single ? x->call : NULL;

		if (!call || (x && !sx_holds(&w->env, call->cond)) ||
			(x && !is_full && !is_used(r, x->name)))
			continue;
		n++;
		if (group && (is_all || is_wanted(w, x ? x->name : f->name)))
			add_job(jobs, group, w, call, x ? x->name : f->name);
		else if (group)
			w->o->unread++;
	}
	return n;
}

static bool read_singles(Work *works, uint32_t count, bool is_full, Diag *err)
{
	Jobs jobs = {0};
	FiberGroup group;
	uint32_t n = 0;
	bool ok = true;

	for (uint32_t i = 0; !is_full && i < count; i++)
		n += add_jobs(NULL, NULL, &works[i], false, true);
	fiber_group_init(&group, works[0].cloud->loop);
	for (uint32_t i = 0; i < count; i++)
		(void)add_jobs(&jobs, &group, &works[i], is_full, n <= SINGLE_READS_MAX);
	fiber_group_wait(&group);
	for (uint32_t i = 0; i < jobs.len; i++) {
		if (jobs.ptr[i]->ok)
			continue;
		if (ok)
			*err = jobs.ptr[i]->err;
		else
			diag_fini(&jobs.ptr[i]->err);
		ok = false;
	}
	return ok;
}

/* What an item's key must equal to belong to an object. */
static Value wanted_key(const Work *w, const SchemaCall *call)
{
	if (call->on_expr)
		return sx_plain(&w->env, call->on_expr);
	return value_string(w->env.id);
}

typedef Vec(Value) Values;

/* Joins the items to one object: the one that fits, or with `by` all that do. */
static void join(Work *w, const SchemaAspect *x, Value items)
{
	const SchemaPath *key = x->call->by ? x->call->by : x->call->on;
	Value want = wanted_key(w, x->call);
	Values all = {0};

	for (uint32_t i = 0; i < items.as.list->len; i++) {
		Value item = items.as.list->items[i];
		if (key && !value_eq(sx_path(&w->env, key, item), want))
			continue;
		vec_add(w->env.arena, &all, item);
	}
	if (x->call->by)
		set_aspect(w, x->name, value_list(w->env.arena, all.ptr, all.len));
	else
		set_aspect(w, x->name, all.len ? all.ptr[0] : VALUE_NULL);
}

static uint32_t batch_size(const SchemaCall *call, uint32_t count)
{
	const SchemaExpr *ids = sx_find_call(call->args ? call->args : call->query, STR("ids"));

	if (ids && ids->count && ids->kids[0]->kind == SX_CONST &&
		ids->kids[0]->value.kind == VAL_INT)
		return (uint32_t)ids->kids[0]->value.as.number;
	return count;
}

static bool read_aspect(Work *works, uint32_t count, const SchemaAspect *x, Diag *err)
{
	Arena *a = works[0].env.arena;
	Str *ids = ARENA_ARRAY(a, Str, count);
	Work **of = ARENA_ARRAY(a, Work *, count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		if (sx_holds(&works[i].env, x->call->cond)) {
			of[n] = &works[i];
			ids[n++] = works[i].env.id;
		}
	uint32_t size = batch_size(x->call, n);
	for (uint32_t at = 0; at < n; at += size) {
		Work lead = *of[at];
		Value items = VALUE_NULL;
		CallAnswer answer = {0};
		lead.err = lead.env.err = err;
		lead.env.failed = &lead.failed;
		lead.env.ids = ids + at;
		lead.env.id_count = n - at < size ? n - at : size;
		if (!cloud_items(&lead, x->call, VALUE_NULL, &items, &answer))
			return false;
		for (uint32_t i = 0; i < lead.env.id_count; i++)
			join(of[at + i], x, items);
	}
	return true;
}

bool cloud_finish(Work *works, uint32_t count, bool is_full, Diag *err)
{
	const SchemaResource *r = count ? works[0].schema : NULL;

	if (count == 0)
		return true;
	for (uint32_t i = 0; i < r->aspect_count; i++)
		if (!r->aspects[i].is_single && !read_aspect(works, count, &r->aspects[i], err))
			return false;
	if (!read_singles(works, count, is_full, err))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		Work *w = &works[i];
		SxEnv env = w->env;
		bool failed = false;
		env.err = err;
		env.failed = &failed;
		w->o->attrs = sx_decode_all(&env, w->env.old);
		w->o->is_gone = false;
		if (failed)
			return false;
	}
	return true;
}
