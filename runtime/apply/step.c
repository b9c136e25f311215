/* One step: intent, call, outcome.
 *
 *   create   (row `creating` + intent) ─▶ call ─▶ (id known: row with it) ─▶ row `live` + outcome
 *   update   (intent) ─▶ call ─▶ row + outcome
 *   destroy  (row `destroying` + intent) ─▶ call ─▶ row removed + outcome
 *   link     an update of what the first step of its node left; until it is done the row says that
 *            nothing was sent for these attributes, so that a later plan sends it
 *   unlink   an update to what the plan says; the row keeps its edges
 *
 * What stands in parentheses is committed before the call goes out; the outcome is committed before
 * the next intent at the latest.  When a call fails so that nobody knows whether it was carried
 * out, its rows stay open for resume.c. */
#include "compiler/base/check.h"
#include "runtime/apply/apply_impl.h"
#include "runtime/apply/auto_name.h"
#include "runtime/host/clock.h"
#include "runtime/plan/config.h"
#include "runtime/plan/cover.h"
#include "runtime/plan/cover_error.h"
#include "runtime/plan/diff.h"
#include "runtime/plan/refresh.h"
#include "runtime/state/seal.h"

/* Says whether an error leaves open what became of the call. */
static bool step_is_open(const Diag *err)
{
	return err->code == DIAG_INTERRUPTED || err->code == DIAG_CONNECTION_LOST ||
	       err->code == DIAG_TIMED_OUT;
}

/* Writes the row of an object that is being made, and takes the old one aside. */
static bool step_put_creating(StepRun *r, Diag *err)
{
	Store *s = r->applier->world->store;
	StateEdge *edges;
	uint32_t count;

	if (r->step->kind == STEP_REPLACE && r->step->is_create_first && !r->has_deposed) {
		if (!object_set_status(
			    s, r->step->address, r->step->generation, OBJECT_DEPOSED, err))
			return false;
		r->has_deposed = true;
	}
	apply_edges(r->applier, r->arena, r->node, &edges, &count);
	r->row.status = OBJECT_CREATING;
	r->row.desired = r->covered;
	r->has_row = true;
	return object_put(s, &r->row, edges, count, err);
}

/* Before an update the row says that nobody knows which inputs hold, and what may be used from now
 * on beside what was. */
static bool step_put_unsure(StepRun *r, Diag *err)
{
	StateView *view = r->applier->plan->view;
	StateObject row = *r->old;
	StateEdge *edges = NULL;
	uint32_t count = 0;
	Value before;

	if (!object_desired(view, r->old, &before, err) ||
		!object_attrs(view, r->old, &row.attrs, err))
		return false;
	row.desired = seal_unsure(r->arena, before, r->covered);
	if (r->node)
		apply_edges(r->applier, r->arena, r->node, &edges, &count);
	return object_put(r->applier->world->store, &row, NULL, 0, err) &&
	       object_add_edges(r->applier->world->store, &row, edges, count, err);
}

/* DriverIntentFn. */
static bool step_on_intent(void *ctx, Str call, Str request_digest, Diag *err)
{
	StepRun *r = ctx;
	Store *s = r->applier->world->store;
	JournalEntry entry = {.run = r->applier->run,
		.address = r->object.address,
		.generation = r->object.generation,
		.verb = r->verb,
		.call = call,
		.token = r->object.token};
	Value keyed;

	/* A request may hold a secret that can be guessed: its digest is keyed, too. */
	if (!seal_digest(s, r->object.address, value_string(request_digest), r->arena, &keyed, err))
		return false;
	entry.request = keyed.as.residual->args[0].as.text;
	if (r->verb == JOURNAL_CREATE && !r->has_row && !step_put_creating(r, err))
		return false;
	if (r->verb == JOURNAL_UPDATE && !r->intents && !step_put_unsure(r, err))
		return false;
	if (r->verb == JOURNAL_DESTROY && !r->intents && r->row.status != OBJECT_DEPOSED &&
		!object_set_status(
			s, r->object.address, r->object.generation, OBJECT_DESTROYING, err))
		return false;
	if (!journal_intent(s, &entry, err))
		return false;
	r->intents++;
	return store_commit(s, err);
}

/* DriverIdFn: the object exists; its identity is committed before anything else may happen.  What
 * was made without any call outside exists in its row alone, which is written at the end. */
static bool step_on_id(void *ctx, Str id, Value attrs, Diag *err)
{
	StepRun *r = ctx;
	CoverPlaces places = {r->covered, VALUE_NULL};

	if (!r->intents)
		return true;
	r->row.id = str_copy(r->arena, id);
	r->row.attrs = attrs;
	return cover_attrs(r->applier->world, r->arena, r->object.schema, r->row.salt, &places,
		       &r->row.attrs, err) &&
	       step_put_creating(r, err) && store_commit(r->applier->world->store, err);
}

/* Settles the journal rows of this step, if it wrote any. */
static bool step_settle(const StepRun *r, JournalPhase phase, Str note, Diag *err)
{
	JournalEntry outcome = {.address = r->object.address,
		.generation = r->object.generation,
		.phase = phase,
		.note = note};

	return !r->intents || journal_settle(r->applier->world->store, &outcome, err);
}

/* Remembers an object for the next step on it. */
static void step_leave(Applier *ap, int64_t node, const StateObject *row, Value observed)
{
	StepLeft *left = ARENA_NEW(ap->arena, StepLeft);

	left->row = *row;
	left->row.id = str_copy(ap->arena, row->id);
	left->row.attrs = value_copy(ap->arena, row->attrs);
	left->row.desired = value_copy(ap->arena, row->desired);
	left->row.attrs_bytes = left->row.desired_bytes = STR("");
	left->row.has_attrs = left->row.has_desired = true;
	left->observed = value_copy(ap->arena, observed);
	ap->left[node] = left;
}

/* Writes the row of an object that is as it should be. */
static bool step_put_live(StepRun *r, Diag *err)
{
	Applier *ap = r->applier;
	CoverPlaces places = {r->covered, VALUE_NULL};
	Value attrs = refresh_with_id(r->arena, r->object.attrs, r->object.id);
	StateEdge *edges;
	uint32_t count;

	attrs = driver_normalise(r->arena, r->object.schema, attrs);
	apply_edges(ap, r->arena, r->node, &edges, &count);
	r->row.id = r->object.id;
	r->row.attrs = attrs;
	r->row.desired = r->covered;
	r->row.status = OBJECT_LIVE;
	if (!cover_attrs(ap->world, r->arena, r->object.schema, r->row.salt, &places, &r->row.attrs,
		    err))
		return false;
	ap->now[r->step->node] = value_copy(ap->arena, r->row.attrs);
	ap->has_now[r->step->node] = true;
	if (ap->links[r->step->node] >= 0)
		step_leave(ap, r->step->node, &r->row, r->row.attrs);
	return object_put(ap->world->store, &r->row, edges, count, err) &&
	       step_settle(r, JOURNAL_DONE, STR(""), err);
}

/* The step that sets what this one leaves out; NULL: it leaves nothing out. */
static const PlanStep *step_link_of(const StepRun *r)
{
	int64_t link = r->applier->links[r->step->node];

	return link >= 0 && (uint32_t)link != r->index ? &r->applier->plan->steps[link] : NULL;
}

/* What a program wants of an object now: what waits for a link is not even looked at. */
static Value step_wanted(const StepRun *r)
{
	const PlanStep *link = step_link_of(r);
	Value wanted = r->node->desired;

	for (uint32_t i = 0; link && i < link->change_count; i++)
		wanted = value_with(r->arena, wanted, link->changes[i].path, VALUE_NULL);
	return wanted;
}

/* Fills in what create, update and read have in common. */
static bool step_prepare(StepRun *r, Diag *err)
{
	Applier *ap = r->applier;
	const GraphNode *node = r->node;
	DriverObject *o = &r->object;
	StateObject *row = &r->row;
	Value raw;

	if (!world_schema(ap->world, node->type, &o->schema, err) ||
		!fill_resolve(ap, r->arena, step_wanted(r), &raw, err) ||
		!fill_reveal(ap, r->arena, raw, &o->desired, err))
		return false;
	o->address = node->address;
	o->type = node->type;
	o->timeout_ms = node->timeout_ms;
	if (node->kind == GRAPH_LOOKUP)
		return true;
	row->address = node->address;
	if (!row->salt.len)
		row->salt = node->address;
	row->type = node->type;
	row->revision = o->schema->revision;
	row->is_protected = node->is_protected;
	return cover_desired(ap->world, r->arena, o->schema, row->salt, raw, &r->covered, err) &&
	       apply_config(ap, node->provider, &row->config, err);
}

static bool step_driver(StepRun *r, Driver **ret, Diag *err)
{
	const GraphProvider *p = &r->applier->plan->graph->providers[r->node->provider];

	return world_driver(r->applier->world, p->id, p->type, p->settings, ret, err);
}

/* Gives the attempt its generation, and the names that follow from it. */
static void step_identify(StepRun *r, uint64_t generation)
{
	const Store *s = r->applier->world->store;

	r->object.generation = r->row.generation = generation;
	r->object.token = journal_token(s, r->arena, r->row.salt, generation);
	r->object.marker = journal_marker(s, r->arena, r->row.salt, generation);
}

/* A create that failed: what is recorded depends on what exists. */
static bool step_create_failed(StepRun *r, const Diag *why, Diag *err)
{
	Store *s = r->applier->world->store;
	Str id = r->object.id.len ? r->object.id : r->row.id;
	CoverPlaces places = {r->covered, VALUE_NULL};

	if (id.len) {
		if (r->object.attrs.kind != VAL_NULL)
			r->row.attrs = r->object.attrs;
		r->row.id = id;
		if (!cover_attrs(r->applier->world, r->arena, r->object.schema, r->row.salt,
			    &places, &r->row.attrs, err) ||
			!step_put_creating(r, err))
			return false;
		r->row.status = why->code == DIAG_WAIT_FAILED ? OBJECT_TAINTED : OBJECT_CREATING;
		r->row.desired = cover_unsure(r->arena, r->object.schema, r->covered);
		return object_put(s, &r->row, NULL, 0, err) &&
		       step_settle(r, JOURNAL_FAILED, why->what, err);
	}
	if (!r->has_row || step_is_open(why))
		return true;
	if (r->has_deposed &&
		!object_set_status(s, r->step->address, r->step->generation, OBJECT_LIVE, err))
		return false;
	return object_remove(s, r->row.address, r->row.generation, err) &&
	       step_settle(r, JOURNAL_FAILED, why->what, err);
}

/* Records what a failure left; if that fails too, the store is poisoned and says so itself. */
static bool step_failed(StepRun *r, bool (*record)(StepRun *, const Diag *, Diag *), Diag *err)
{
	Diag second = {0};

	cover_error(r->arena, r->covered, r->object.desired, err);
	if (!record(r, err, &second)) {
		diag_note(
			err, SPAN_NONE, "and it could not be recorded: %.*s", STR_ARG(second.what));
		diag_fini(&second);
	}
	return false;
}

static bool step_create(StepRun *r, Diag *err)
{
	DriverHooks hooks = {r, step_on_id, step_on_intent};
	Store *s = r->applier->world->store;
	Driver *driver;

	r->verb = JOURNAL_CREATE;
	if (!step_prepare(r, err) || !step_driver(r, &driver, err))
		return false;
	step_identify(r, object_next_generation(s));
	r->object.desired = auto_name_fill(
		s, r->arena, r->object.schema, r->row.salt, r->row.generation, r->object.desired);
	/* An object that went behind our back: nothing is left that its row could be about. */
	if (r->step->kind == STEP_CREATE && r->step->generation &&
		!object_remove(s, r->step->address, r->step->generation, err))
		return false;
	if (!driver->create(driver, &r->object, &hooks, r->arena, err))
		return step_failed(r, step_create_failed, err);
	if (r->step->kind == STEP_REPLACE && r->step->is_create_first && !r->has_deposed &&
		!object_set_status(s, r->step->address, r->step->generation, OBJECT_DEPOSED, err))
		return false;
	return step_put_live(r, err);
}

/* An update that failed: the row said before that its inputs are not sure. */
static bool step_update_failed(StepRun *r, const Diag *why, Diag *err)
{
	return step_is_open(why) || step_settle(r, JOURNAL_FAILED, why->what, err);
}

/* Compares again, now that everything is known.  The plan decided: a difference that it did not
 * foresee is no reason to replace anything. */
static bool step_compare(StepRun *r, Str **ret_paths, uint32_t *ret_count, Diag *err)
{
	StateView *view = r->applier->plan->view;
	StateObject *o = r->old;
	DiffSides sides = {.schema = r->object.schema, .observed = r->object.attrs};
	PlanChange *changes;
	Value recorded;

	sides.desired = driver_normalise(r->arena, r->object.schema, r->covered);
	if (!object_desired(view, o, &recorded, err) ||
		!object_attrs(view, o, &sides.baseline, err))
		return false;
	sides.recorded = recorded;
	diff_object(r->arena, &sides, &changes, ret_count);
	*ret_paths = ARENA_ARRAY(r->arena, Str, *ret_count);
	for (uint32_t i = 0; i < *ret_count; i++) {
		(*ret_paths)[i] = changes[i].path;
		if (!changes[i].is_replace)
			continue;
		diag_fail(err, DIAG_INCONSISTENT, NULL,
			"`%.*s` turned out different, and cannot be changed in place",
			STR_ARG(changes[i].path));
		diag_fix(err, "plan and apply again: the new plan will replace it");
		return false;
	}
	return true;
}

/* What the engine alone reads is changed in the record. */
static void step_take_local(StepRun *r)
{
	const SchemaResource *schema = r->object.schema;
	Value attrs = r->object.attrs;

	for (uint32_t i = 0; i < schema->attr_count; i++) {
		const Value *v = value_find(r->covered, schema->attrs[i].name);

		if (schema->attrs[i].flags & ATTR_LOCAL)
			attrs = value_with(
				r->arena, attrs, schema->attrs[i].name, v ? *v : VALUE_NULL);
	}
	r->object.attrs = r->row.attrs = attrs;
}

/* Finds the object that an update or a link begins with. */
static bool step_before(StepRun *r, Diag *err)
{
	Applier *ap = r->applier;
	StepLeft *left = ap->left[r->step->node];

	if (!left && r->step->kind == STEP_LINK)
		return diag_fail(err, DIAG_INCONSISTENT, NULL,
			"`%.*s` is to be linked, but was not made", STR_ARG(r->step->address));
	r->old = left ? &left->row : &ap->plan->view->objects[r->step->object];
	r->row = *r->old;
	r->object.attrs = left ? left->observed : r->step->observed;
	return true;
}

/* What a link will set stays as it is until then. */
static bool step_keep_held(StepRun *r, Diag *err)
{
	const PlanStep *link = step_link_of(r);
	Value recorded;

	if (!object_desired(r->applier->plan->view, r->old, &recorded, err))
		return false;
	for (uint32_t i = 0; link && i < link->change_count; i++) {
		Str path = link->changes[i].path;
		const Value *had = value_find(r->object.attrs, path);
		const Value *sent = value_find(recorded, path);

		r->object.desired =
			value_with(r->arena, r->object.desired, path, had ? *had : VALUE_NULL);
		r->covered = value_with(r->arena, r->covered, path, sent ? *sent : VALUE_NULL);
	}
	return true;
}

/* Leaves the paths out that a link will set. */
static void step_drop_held(const StepRun *r, Str *paths, uint32_t *count)
{
	const PlanStep *link = step_link_of(r);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < *count; i++) {
		Str rest = paths[i];
		Str name = str_cut(&rest, STR("."));
		bool is_held = false;

		for (uint32_t k = 0; link && k < link->change_count; k++)
			is_held = is_held || str_eq(link->changes[k].path, name);
		if (!is_held)
			paths[kept++] = paths[i];
	}
	*count = kept;
}

static bool step_update(StepRun *r, bool *ret_unchanged, Diag *err)
{
	DriverHooks hooks = {r, step_on_id, step_on_intent};
	const StateObject *old;
	Driver *driver;
	uint32_t count;
	Str *paths;

	r->verb = JOURNAL_UPDATE;
	if (!step_before(r, err) || !step_prepare(r, err) || !step_keep_held(r, err))
		return false;
	old = r->old;
	step_identify(r, old->generation);
	r->object.id = old->id;
	r->row.attrs = r->object.attrs;
	if (!step_compare(r, &paths, &count, err))
		return false;
	step_drop_held(r, paths, &count);
	step_take_local(r);
	*ret_unchanged = !count && old->status != OBJECT_CREATING;
	if (*ret_unchanged || r->step->is_record_only)
		return step_put_live(r, err);
	if (!step_driver(r, &driver, err))
		return false;
	if (!driver->update(driver, &r->object, paths, count, &hooks, r->arena, err))
		return step_failed(r, step_update_failed, err);
	return step_put_live(r, err);
}

/* The driver of an object that may not be in the program any more. */
static bool step_old_driver(StepRun *r, Driver **ret, Diag *err)
{
	const Plan *p = r->applier->plan;
	Config c = config_of(r->applier->world, p->graph, p->view, &r->row, -1, r->arena);

	return world_driver(r->applier->world, c.id, c.type, c.settings, ret, err);
}

/* What an unlink leaves, for the record and for the next step on the object.  Of the rest the
 * record stays as it was: what somebody else changed there is found, and set right, as if nothing
 * had been done. */
static bool step_put_unlinked(StepRun *r, Diag *err)
{
	Applier *ap = r->applier;
	const Graph *g = ap->plan->graph;
	CoverPlaces places = {r->covered, VALUE_NULL};
	int64_t node = g ? graph_find(g, r->row.address) : -1;
	Value observed = driver_normalise(r->arena, r->object.schema,
		refresh_with_id(r->arena, r->object.attrs, r->object.id));

	r->row.desired = r->covered;
	if (!object_attrs(ap->plan->view, r->old, &r->row.attrs, err) ||
		!cover_attrs(ap->world, r->arena, r->object.schema, r->row.salt, &places, &observed,
			err))
		return false;
	for (uint32_t i = 0; i < r->step->change_count; i++) {
		const Value *now = value_find(observed, r->step->changes[i].path);

		r->row.attrs = value_with(
			r->arena, r->row.attrs, r->step->changes[i].path, now ? *now : VALUE_NULL);
	}
	/* The next step on the address is about the current object, not about a deposed one. */
	if (node >= 0 && state_view_find(ap->plan->view, r->row.address) == r->step->object)
		step_leave(ap, node, &r->row, observed);
	return object_put(ap->world->store, &r->row, NULL, 0, err) &&
	       step_settle(r, JOURNAL_DONE, STR(""), err);
}

/* Takes references out of an object, so that what it refers to can be destroyed. */
static bool step_unlink(StepRun *r, Diag *err)
{
	DriverHooks hooks = {r, step_on_id, step_on_intent};
	StateView *view = r->applier->plan->view;
	Str *paths = ARENA_ARRAY(r->arena, Str, r->step->change_count);
	Driver *driver;

	r->verb = JOURNAL_UPDATE;
	r->old = &view->objects[r->step->object];
	r->row = *r->old;
	r->object.address = r->row.address;
	r->object.type = r->row.type;
	r->object.id = r->row.id;
	r->object.attrs = r->step->observed;
	r->object.desired = r->step->desired;
	step_identify(r, r->row.generation);
	if (!r->row.id.len)
		return true; /* it was never made */
	if (!world_schema(r->applier->world, r->row.type, &r->object.schema, err) ||
		!object_desired(view, r->old, &r->covered, err) ||
		!step_old_driver(r, &driver, err))
		return false;
	for (uint32_t i = 0; i < r->step->change_count; i++) {
		const PlanChange *c = &r->step->changes[i];

		paths[i] = c->path;
		if (r->covered.kind == VAL_MAP)
			r->covered = value_with(r->arena, r->covered, c->path, c->new);
	}
	if (driver->update(driver, &r->object, paths, r->step->change_count, &hooks, r->arena, err))
		return step_put_unlinked(r, err);
	if (err->code != DIAG_NOT_FOUND)
		return step_failed(r, step_update_failed, err);
	diag_fini(err); /* what is not there refers to nothing */
	*err = (Diag){0};
	return step_settle(r, JOURNAL_DONE, STR(""), err);
}

/* A destroy that failed: the object is as it was, as far as anybody knows. */
static bool step_destroy_failed(StepRun *r, const Diag *why, Diag *err)
{
	if (!r->intents || step_is_open(why))
		return true;
	return object_set_status(r->applier->world->store, r->row.address, r->row.generation,
		       r->row.status, err) &&
	       step_settle(r, JOURNAL_FAILED, why->what, err);
}

static bool step_destroy(StepRun *r, Diag *err)
{
	DriverHooks hooks = {r, step_on_id, step_on_intent};
	StateView *view = r->applier->plan->view;
	StateObject *old = &view->objects[r->step->object];
	Driver *driver;

	r->verb = JOURNAL_DESTROY;
	r->row = *old;
	/* The old object of a replace that made the new one first. */
	if (r->step->pair >= 0 && r->step->is_create_first)
		r->row.status = OBJECT_DEPOSED;
	r->object.address = old->address;
	r->object.type = old->type;
	r->object.id = old->id;
	step_identify(r, old->generation);
	if (!world_schema(r->applier->world, old->type, &r->object.schema, err) ||
		!object_attrs(view, old, &r->object.attrs, err) ||
		!step_old_driver(r, &driver, err))
		return false;
	if (!driver->destroy(driver, &r->object, &hooks, r->arena, err))
		return step_failed(r, step_destroy_failed, err);
	return object_remove(r->applier->world->store, r->row.address, r->row.generation, err) &&
	       step_settle(r, JOURNAL_DONE, STR(""), err);
}

/* A lookup whose arguments are known only now. */
static bool step_read(StepRun *r, Diag *err)
{
	Applier *ap = r->applier;
	CoverPlaces places = {VALUE_NULL, VALUE_NULL};
	Driver *driver;
	Value attrs;

	if (!step_prepare(r, err) || !step_driver(r, &driver, err) ||
		!driver->lookup(driver, &r->object, r->arena, err))
		return false;
	attrs = refresh_with_id(r->arena, r->object.attrs, r->object.id);
	if (!cover_attrs(
		    ap->world, r->arena, r->object.schema, r->node->address, &places, &attrs, err))
		return false;
	ap->now[r->step->node] = value_copy(ap->arena, attrs);
	ap->has_now[r->step->node] = true;
	return true;
}

bool step_run(StepRun *r, bool *ret_unchanged, Diag *err)
{
	*ret_unchanged = false;
	switch (r->step->kind) {
	case STEP_CREATE:
	case STEP_REPLACE:
		return step_create(r, err);
	case STEP_UPDATE:
	case STEP_LINK:
		return step_update(r, ret_unchanged, err);
	case STEP_UNLINK:
		return step_unlink(r, err);
	case STEP_DESTROY:
		return step_destroy(r, err);
	case STEP_READ:
		return step_read(r, err);
	case STEP_DRIFT:
	case STEP_GONE:
	case STEP_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}
