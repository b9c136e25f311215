/* What became of the calls that nobody recorded the outcome of.
 *
 *   create   has no id: the driver is asked to find it; ours: kept as `creating`, to be finished by
 *            the next plan; never happened: the row goes; cannot be told: the user is asked
 *            has an id: read; gone, also when it would show by now: the row goes
 *   update   read; the row says since before the call that its inputs are not sure
 *   destroy  read; gone: the row goes; else it is an object like any other
 *
 * Each outcome is committed before the next object is looked at. */
#include "runtime/apply/apply_run.h"
#include "runtime/apply/auto_name.h"
#include "runtime/host/clock.h"
#include "runtime/plan/cover.h"
#include "runtime/plan/refresh.h"
#include "runtime/state/journal.h"
#include "runtime/state/seal.h"

typedef struct Resume {
	const World *world;
	const Graph *graph; /* or NULL */
	StateView *view;
	Arena *arena;
	DiagList *diags;
} Resume;

bool resume_has_open(const World *w, bool *ret, Diag *err)
{
	Arena *a = arena_new("resume");
	JournalEntry *entries;
	uint32_t count;
	bool ok = journal_open(w->store, a, &entries, &count, err);

	if (ok)
		*ret = count != 0;
	arena_free(a);
	return ok;
}

static StateObject *resume_object(const Resume *r, const JournalEntry *entry)
{
	for (uint32_t i = 0; i < r->view->count; i++)
		if (r->view->objects[i].generation == entry->generation &&
			str_eq(r->view->objects[i].address, entry->address))
			return &r->view->objects[i];
	return NULL;
}

static bool resume_driver(const Resume *r, const StateObject *o, Driver **ret, Diag *err)
{
	Config c = config_of(r->world, r->graph, r->view, o, -1, r->arena);

	return world_driver(r->world, c.id, c.type, c.settings, ret, err);
}

static bool resume_settle(
	const Resume *r, const JournalEntry *entry, JournalPhase phase, const char *note, Diag *err)
{
	JournalEntry outcome = {.address = entry->address,
		.generation = entry->generation,
		.phase = phase,
		.note = str_from(note)};

	return journal_settle(r->world->store, &outcome, err) && store_commit(r->world->store, err);
}

static bool resume_ask(const StateObject *o, const JournalEntry *entry, Diag *err)
{
	diag_fail(err, DIAG_UNRESOLVED_INTENT,
		"the API offers no way to find it, and the process ended before its answer",
		"it cannot be told whether `%.*s` (%.*s) was created by `%.*s`",
		STR_ARG(o->address), STR_ARG(o->type), STR_ARG(entry->call));
	diag_fix(err,
		"look for it: if it exists, destroy it by hand; then run "
		"`styx state rm '%.*s'` and apply again",
		STR_ARG(o->address));
	return false;
}

/* Records that it is there.  What was recorded of one that existed before stays as it is: the next
 * plan reads it again, and compares. */
static bool resume_keep(const Resume *r, const StateObject *o, const DriverObject *d, Diag *err)
{
	StateObject row = *o;
	CoverPlaces places = {o->desired, VALUE_NULL};

	if (o->status == OBJECT_DESTROYING)
		return object_set_status(
			r->world->store, o->address, o->generation, OBJECT_LIVE, err);
	if (o->status != OBJECT_CREATING)
		return true;
	row.id = d->id.len ? d->id : o->id;
	row.attrs =
		driver_normalise(r->arena, d->schema, refresh_with_id(r->arena, d->attrs, row.id));
	row.desired = cover_unsure(r->arena, d->schema, o->desired);
	return cover_attrs(r->world, r->arena, d->schema, o->salt, &places, &row.attrs, err) &&
	       object_put(r->world->store, &row, NULL, 0, err);
}

/* Asks once: by its id where that is known, else by what the driver finds it by. */
static bool resume_ask_driver(Resume *r, Driver *driver, const JournalEntry *entry, DriverObject *d,
	DriverFound *ret, Diag *err)
{
	if (!d->id.len)
		return driver->find(driver, d, entry->began_ms, ret, r->arena, err);
	if (!driver->read(driver, d, 1, true, r->arena, err))
		return false;
	*ret = d->is_gone ? FOUND_NO : FOUND_OURS;
	return true;
}

/* Looks for what the call was about.  A request outlives the process that sent it, and a cloud
 * shows late what it did: what a create made and is not there is asked for again once the call is
 * so old that it would show. */
static bool resume_find(Resume *r, Driver *driver, const JournalEntry *entry, DriverObject *d,
	DriverFound *ret, Diag *err)
{
	int64_t settle_ms = entry->verb == JOURNAL_CREATE ? d->schema->service->settle_ms : 0;
	DriverObject before = *d;

	for (;;) {
		int64_t age = clock_wall_ms() - entry->began_ms;

		if (!resume_ask_driver(r, driver, entry, d, ret, err))
			return false;
		if (*ret != FOUND_NO || age < 0 || age >= settle_ms)
			return true;
		if (!fiber_sleep(r->world->loop, settle_ms - age))
			return diag_fail(err, DIAG_INTERRUPTED, NULL, "interrupted");
		*d = before;
	}
}

/* Asks the driver about one object, and records what it says. */
static bool resume_one(Resume *r, const JournalEntry *entry, StateObject *o, Diag *err)
{
	DriverObject d = {
		.address = o->address, .type = o->type, .id = o->id, .generation = o->generation};
	DriverFound found;
	Driver *driver;

	if (!world_schema(r->world, o->type, &d.schema, err) ||
		!object_attrs(r->view, o, &d.attrs, err) ||
		!object_desired(r->view, o, &d.desired, err) || !resume_driver(r, o, &driver, err))
		return false;
	d.token = journal_token(r->world->store, r->arena, o->salt, o->generation);
	d.marker = journal_marker(r->world->store, r->arena, o->salt, o->generation);
	if (!o->id.len)
		d.desired = auto_name_fill(
			r->world->store, r->arena, d.schema, o->salt, o->generation, d.desired);
	if (!resume_find(r, driver, entry, &d, &found, err))
		return false;
	if (found == FOUND_UNKNOWN)
		return resume_ask(o, entry, err);
	if (found == FOUND_NO)
		return object_remove(r->world->store, o->address, o->generation, err) &&
		       resume_settle(r, entry,
			       entry->verb == JOURNAL_DESTROY ? JOURNAL_DONE : JOURNAL_FAILED,
			       "found out later: it is not there", err);
	return resume_keep(r, o, &d, err) &&
	       resume_settle(r, entry, JOURNAL_DONE, "found out later: it is there", err);
}

static bool resume_entry(Resume *r, const JournalEntry *entry, Diag *err)
{
	StateObject *o = resume_object(r, entry);

	if (!o)
		return resume_settle(r, entry, JOURNAL_FAILED, "its object is not recorded", err);
	return resume_one(r, entry, o, err) ||
	       diag_context(
		       err, "while finding out what became of `%.*s`", STR_ARG(entry->address));
}

static void resume_note(DiagList *diags, Diag *err)
{
	vec_add(diags->arena, &diags->items, diag_copy(diags->arena, err));
	diags->error_count++;
	diag_fini(err);
}

bool resume_run(const World *w, const Graph *graph, DiagList *diags)
{
	Resume r = {.world = w, .graph = graph, .arena = arena_new("resume"), .diags = diags};
	JournalEntry *entries = NULL;
	uint32_t count = 0;
	Diag err = {0};
	bool ok = journal_open(w->store, r.arena, &entries, &count, &err) &&
		  object_load(w->store, &r.view, &err);

	if (!ok)
		resume_note(diags, &err);
	for (uint32_t i = 0; ok && i < count; i++) {
		Diag one = {0};

		/* A step of several calls has several rows: they are settled together. */
		if (i && entries[i].generation == entries[i - 1].generation &&
			str_eq(entries[i].address, entries[i - 1].address))
			continue;
		if (resume_entry(&r, &entries[i], &one))
			continue;
		resume_note(diags, &one);
	}
	ok = ok && !diag_list_has_errors(diags);
	state_view_free(r.view);
	arena_free(r.arena);
	return ok;
}
