/* One fiber a group; what a driver gives is normalised and covered before anybody sees it. */
#include "runtime/plan/refresh.h"

#include "compiler/base/map.h"
#include "compiler/base/mem.h"
#include "runtime/plan/cover.h"
#include "runtime/state/journal.h"

typedef struct RefreshGroup {
	const World *world;
	StateView *view;
	Reading *readings;
	Arena *arena;
	Arena *scratch; /* until the group has been read */
	const SchemaResource *schema;
	Vec(uint32_t) members; /* objects of the view */
	bool is_full;
	bool ok;
	Diag err;
} RefreshGroup;

Value refresh_with_id(Arena *a, Value attrs, Str id)
{
	if (!id.len || value_find(attrs, STR("id")))
		return attrs;
	return value_with(a, attrs, STR("id"), value_string(id));
}

/* Takes one object's answer. */
static bool refresh_take(RefreshGroup *g, uint32_t index, const DriverObject *read)
{
	StateObject *o = &g->view->objects[index];
	Reading *r = &g->readings[index];
	CoverPlaces places = {VALUE_NULL, VALUE_NULL};

	r->was_read = true;
	r->is_gone = read->is_gone;
	r->unread = read->unread;
	if (read->is_gone)
		return true;
	if (!object_peek_desired(o, g->scratch, &places.recorded, &g->err))
		return false;
	if (value_has_secret(r->desired) && !cover_desired(g->world, g->arena, g->schema, o->salt,
						    r->desired, &places.desired, &g->err))
		return false;
	r->attrs = refresh_with_id(g->arena, read->attrs, read->id.len ? read->id : o->id);
	r->attrs = driver_normalise(g->arena, g->schema, r->attrs);
	bool ok = cover_attrs(g->world, g->arena, g->schema, o->salt, &places, &r->attrs, &g->err);

	arena_reset(g->scratch);
	return ok;
}

/* An object that was only just made may not show yet: it is looked for by its marker before it
 * counts as gone, else it would be made twice. */
static bool refresh_doubt(RefreshGroup *g, Driver *driver, uint32_t index, DriverObject *read)
{
	const StateObject *o = &g->view->objects[index];
	DriverFound found;

	if (!read->is_gone || o->status != OBJECT_CREATING)
		return true;
	read->token = journal_token(g->world->store, g->arena, o->salt, o->generation);
	read->marker = journal_marker(g->world->store, g->arena, o->salt, o->generation);
	if (!driver->find(driver, read, o->created_ms, &found, g->arena, &g->err))
		return false;
	read->is_gone = found == FOUND_NO;
	return true;
}

/* The names of the attributes that the program writes for an object; those of one declaration's
 * objects, which follow each other, are the same. */
static void refresh_written(
	const GraphNode *node, const GraphNode *before, Arena *a, DriverObject *o)
{
	if (!node || !node->span_count)
		return;
	if (before && before->spans == node->spans) {
		o->written = o[-1].written;
		o->written_count = o[-1].written_count;
		return;
	}
	Str *names = ARENA_ARRAY(a, Str, node->span_count);

	for (uint32_t i = 0; i < node->span_count; i++)
		names[o->written_count++] = node->spans[i].path;
	o->written = names;
}

static bool refresh_objects(RefreshGroup *g, DriverObject *objects)
{
	const Reading *first = &g->readings[g->members.ptr[0]];
	uint32_t count = g->members.len;
	const Config *config = first->config;
	Driver *driver;

	if (!world_driver(g->world, config->id, config->type, config->settings, &driver, &g->err))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		StateObject *o = &g->view->objects[g->members.ptr[i]];
		Value attrs;

		if (!object_attrs(g->view, o, &attrs, &g->err))
			return false;
		const GraphNode *node = g->readings[g->members.ptr[i]].node;
		const GraphNode *before = i ? g->readings[g->members.ptr[i - 1]].node : NULL;

		objects[i] = (DriverObject){.address = o->address,
			.type = o->type,
			.schema = g->schema,
			.id = o->id,
			.attrs = attrs,
			.generation = o->generation,
			.desired = g->readings[g->members.ptr[i]].desired};
		refresh_written(node, before, g->arena, &objects[i]);
	}
	if (!driver->read(driver, objects, count, g->is_full, g->arena, &g->err))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!refresh_doubt(g, driver, g->members.ptr[i], &objects[i]) ||
			!refresh_take(g, g->members.ptr[i], &objects[i]))
			return false;
	return true;
}

static void refresh_fiber(void *arg)
{
	RefreshGroup *g = arg;
	DriverObject *objects = mem_alloc(g->members.len * sizeof(*objects));

	g->scratch = arena_new("reading");
	g->ok = refresh_objects(g, objects);
	g->scratch = arena_free(g->scratch);
	mem_free(objects);
	if (g->world->on_read)
		g->world->on_read(g->world->on_read_ctx, g->schema->name, g->members.len, true);
	if (!g->ok)
		diag_context(&g->err, "while reading %u object%s of type `%.*s`", g->members.len,
			g->members.len == 1 ? "" : "s", STR_ARG(g->schema->name));
}

/* Puts every object that is to be read into its group. */
static bool refresh_gather(
	const World *w, StateView *v, Reading *readings, Arena *a, Map *groups, Diag *err)
{
	for (uint32_t i = 0; i < v->count; i++) {
		Str key;
		RefreshGroup *g;

		if (!readings[i].is_wanted)
			continue;
		key = str_print(a, "%.*s\n%.*s", STR_ARG(v->objects[i].type),
			STR_ARG(readings[i].config->id));
		g = map_find(groups, key);
		if (!g) {
			g = ARENA_NEW(a, RefreshGroup);
			g->world = w;
			g->view = v;
			g->readings = readings;
			g->arena = a;
			if (!world_schema(w, v->objects[i].type, &g->schema, err))
				return false;
			map_put(groups, key, g);
		}
		vec_add(a, &g->members, i);
	}
	return true;
}

bool refresh_run(const World *w, StateView *v, Reading *readings, bool is_full, Arena *a, Diag *err)
{
	FiberGroup fibers;
	Map groups;
	bool ok = true;

	map_init(&groups, a);
	if (!refresh_gather(w, v, readings, a, &groups, err))
		return false;
	fiber_group_init(&fibers, w->loop);
	for (uint32_t i = 0; i < groups.item_count; i++) {
		RefreshGroup *g = groups.items[i].value;

		g->is_full = is_full;
		if (w->on_read)
			w->on_read(w->on_read_ctx, g->schema->name, g->members.len, false);
		fiber_group_start(&fibers, refresh_fiber, g);
	}
	fiber_group_wait(&fibers);
	for (uint32_t i = 0; i < groups.item_count; i++) {
		RefreshGroup *g = groups.items[i].value;

		if (g->ok)
			continue;
		if (ok)
			*err = g->err; /* the others would say the same, mostly */
		else
			diag_fini(&g->err);
		ok = false;
	}
	return ok;
}
