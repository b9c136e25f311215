/* What can be done with the state alone: no program is compiled, nothing outside is asked. */
#include "compiler/base/json.h"
#include "runtime/apply/engine_impl.h"
#include "runtime/host/clock.h"
#include "runtime/state/journal.h"
#include "runtime/state/lease.h"
#include "runtime/state/seal.h"

bool engine_state(Engine *e, StateView **ret)
{
	Diag err = {0};

	if (!engine_open_store(e, false, true, &err) || !object_load(e->store, ret, &err))
		return engine_fail(e, &err);
	return true;
}

bool engine_reveal(Engine *e, Arena *a, Value attrs, Value *ret)
{
	Diag err = {0};

	engine_open_world(e);
	/* Of inputs that only a digest is kept of, the digest is all there is to show. */
	if (attrs.kind == VAL_MAP) {
		ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, attrs.as.map->len);

		for (uint32_t i = 0; i < attrs.as.map->len; i++) {
			entries[i] = attrs.as.map->entries[i];
			if (seal_is_digest(entries[i].value))
				continue;
			if (!engine_reveal(e, a, entries[i].value, &entries[i].value))
				return false;
		}
		*ret = value_map(a, entries, attrs.as.map->len);
		return true;
	}
	if (seal_is_digest(attrs)) {
		*ret = attrs;
		return true;
	}
	return world_reveal(&e->world, a, attrs, ret, &err) || engine_fail(e, &err);
}

bool engine_outputs(Engine *e, Arena *a, bool reveal, StateOutput **ret, uint32_t *ret_count)
{
	StateView *view;
	StateOutput *outputs;

	if (!engine_state(e, &view))
		return false;
	outputs = ARENA_ARRAY(a, StateOutput, view->output_count);
	for (uint32_t i = 0; i < view->output_count; i++) {
		outputs[i] = view->outputs[i];
		outputs[i].name = str_copy(a, outputs[i].name);
		outputs[i].value = value_copy(a, outputs[i].value);
		if (reveal && !engine_reveal(e, a, outputs[i].value, &outputs[i].value)) {
			state_view_free(view);
			return false;
		}
	}
	*ret = outputs;
	*ret_count = view->output_count;
	state_view_free(view);
	return true;
}

/* Refuses an address that is not recorded, with the nearest one that is. */
static bool engine_no_object(const StateView *v, Str address, Diag *err)
{
	Vec(Str) known = {0};

	for (uint32_t i = 0; i < v->count; i++)
		vec_add(v->arena, &known, v->objects[i].address);
	Str near = str_nearest(address, known.ptr, known.len);

	diag_fail(err, DIAG_STATE_NO_OBJECT, NULL, "no object is recorded as `%.*s`",
		STR_ARG(address));
	if (near.len)
		diag_fix(err, "did you mean `%.*s`?", STR_ARG(near));
	else
		diag_fix(err, "`styx state list` shows what is recorded");
	return false;
}

/* Changes the state under a lease, as a run of its own. */
static bool engine_change(Engine *e, Str doing, Str from, Str to)
{
	StateView *view = NULL;
	StateRun run = {.result = STR("done"), .done = 1};
	Diag err = {0};
	Diag second = {0};
	bool ok = false;

	if (!engine_open_store(e, false, true, &err) || !lease_take(e->store, doing, &err))
		return engine_fail(e, &err);
	if (!object_load(e->store, &view, &err))
		goto out;
	if (state_view_find(view, from) < 0) {
		engine_no_object(view, from, &err);
		goto out;
	}
	if (!run_begin(e->store, doing, STR(""), &run.key, &err))
		goto out;
	if (to.len) {
		if (!object_move(e->store, from, to, &err))
			goto out;
	} else {
		for (uint32_t i = 0; i < view->count; i++) {
			const StateObject *o = &view->objects[i];
			JournalEntry outcome = {.address = o->address,
				.generation = o->generation,
				.phase = JOURNAL_FAILED,
				.note = STR("forgotten by the user")};

			if (!str_eq(o->address, from))
				continue;
			if (!object_remove(e->store, from, o->generation, &err) ||
				!journal_settle(e->store, &outcome, &err))
				goto out;
		}
	}
	ok = run_end(e->store, &run, &err) && store_commit(e->store, &err);
out:
	state_view_free(view);
	if (!lease_give(e->store, ok ? &err : &second))
		ok = false;
	diag_fini(&second);
	return ok || engine_fail(e, &err);
}

bool engine_state_rm(Engine *e, Str address)
{
	return engine_change(e, STR("state rm"), address, STR_NONE);
}

bool engine_state_mv(Engine *e, Str from, Str to)
{
	return engine_change(e, STR("state mv"), from, to);
}

/* Secrets in their recorded forms, as text that a later import can take back. */
static Value engine_plain_handles(Arena *a, Value v)
{
	if (v.kind == VAL_DEFERRED && v.as.residual->op == RESIDUAL_SECRET) {
		ValueEntry *entry = ARENA_NEW(a, ValueEntry);

		*entry = (ValueEntry){str_print(a, "$%.*s", STR_ARG(v.as.residual->name)),
			value_list(a, v.as.residual->args, v.as.residual->arg_count)};
		return value_map(a, entry, 1);
	}
	if (v.kind == VAL_MAP) {
		ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, v.as.map->len);

		for (uint32_t i = 0; i < v.as.map->len; i++)
			entries[i] = (ValueEntry){v.as.map->entries[i].key,
				engine_plain_handles(a, v.as.map->entries[i].value)};
		return value_map(a, entries, v.as.map->len);
	}
	if (v.kind == VAL_LIST || v.kind == VAL_SET) {
		Value *items = ARENA_ARRAY(a, Value, v.as.list->len);

		for (uint32_t i = 0; i < v.as.list->len; i++)
			items[i] = engine_plain_handles(a, v.as.list->items[i]);
		return value_list(a, items, v.as.list->len);
	}
	return v;
}

static Value engine_export_object(StateView *v, StateObject *o, Value attrs)
{
	Arena *a = v->arena;
	ValueEntry entries[] = {
		{STR("address"), value_string(o->address)},
		{STR("attributes"), engine_plain_handles(a, attrs)},
		{STR("created"), value_string(clock_print_iso(a, o->created_ms))},
		{STR("generation"), value_int((int64_t)o->generation)},
		{STR("id"), value_string(o->id)},
		{STR("protect"), value_bool(o->is_protected)},
		{STR("provider"), value_string(state_view_config(v, o->config)->id)},
		{STR("status"), value_string(object_status_name(o->status))},
		{STR("type"), value_string(o->type)},
		{STR("updated"), value_string(clock_print_iso(a, o->updated_ms))},
	};
	uint32_t count = sizeof(entries) / sizeof(*entries);
	ValueEntry *kept = ARENA_ARRAY(a, ValueEntry, count);

	for (uint32_t i = 0; i < count; i++)
		kept[i] = entries[i];
	return value_map(a, kept, count);
}

bool engine_state_export(Engine *e, Buf *b)
{
	StateView *v;
	Diag err = {0};

	if (!engine_state(e, &v))
		return false;
	Value *objects = ARENA_ARRAY(v->arena, Value, v->count);
	ValueEntry *outputs = ARENA_ARRAY(v->arena, ValueEntry, v->output_count);
	ValueEntry *all = ARENA_ARRAY(v->arena, ValueEntry, 5);

	for (uint32_t i = 0; i < v->count; i++) {
		Value attrs;

		if (!object_attrs(v, &v->objects[i], &attrs, &err)) {
			state_view_free(v);
			return engine_fail(e, &err);
		}
		objects[i] = engine_export_object(v, &v->objects[i], attrs);
	}
	for (uint32_t i = 0; i < v->output_count; i++)
		outputs[i] = (ValueEntry){
			v->outputs[i].name, engine_plain_handles(v->arena, v->outputs[i].value)};
	all[0] = (ValueEntry){STR("format"), value_int(1)};
	all[1] = (ValueEntry){STR("lineage"), value_string(store_lineage(e->store))};
	all[2] = (ValueEntry){STR("objects"), value_list(v->arena, objects, v->count)};
	all[3] = (ValueEntry){STR("outputs"), value_map(v->arena, outputs, v->output_count)};
	all[4] = (ValueEntry){STR("serial"), value_int((int64_t)v->serial)};
	json_print(b, value_map(v->arena, all, 5), 2);
	buf_add_char(b, '\n');
	state_view_free(v);
	return true;
}

bool engine_runs(Engine *e, Arena *a, uint32_t limit, StateRun **ret, uint32_t *ret_count)
{
	Diag err = {0};

	if (!engine_open_store(e, false, true, &err) ||
		!run_list(e->store, a, limit, ret, ret_count, &err))
		return engine_fail(e, &err);
	return true;
}
