/* Rows of objects, edges, configurations and outputs. */
#include "runtime/state/object.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"
#include "runtime/host/clock.h"
#include "runtime/state/store_impl.h"

#include <sqlite3.h>

StateView *state_view_new(void)
{
	StateView *v = MEM_NEW(StateView);

	v->arena = arena_new("state");
	return v;
}

StateView *state_view_free(StateView *v)
{
	if (!v)
		return NULL;
	arena_free(v->arena);
	mem_free(v);
	return NULL;
}

/* Begins a query over the stack's rows. */
static bool object_query(Store *s, Statement which, Sql **ret, Diag *err)
{
	if (!sql_prepare(s, which, ret, err))
		return false;
	sql_int(*ret, 1, s->stack);
	return true;
}

/* Takes a text of a row; repeats of the one before (types, mostly) are not copied again. */
static Str object_take(StateView *v, Sql *q, int column, Str before)
{
	Str text = sql_get_bytes(q, column);

	if (str_eq(text, before))
		return before;
	return str_copy(v->arena, text);
}

static void object_take_row(StateView *v, Sql *q, StateObject *o, const StateObject *before)
{
	o->address = object_take(v, q, 0, before->address);
	o->generation = (uint64_t)sql_get_int(q, 1);
	o->type = object_take(v, q, 2, before->type);
	o->config = sql_get_int(q, 3);
	o->status = (ObjectStatus)sql_get_int(q, 4);
	o->id = str_copy(v->arena, sql_get_bytes(q, 5));
	o->attrs_bytes = str_copy(v->arena, sql_get_bytes(q, 6));
	o->desired_bytes = object_take(v, q, 7, o->attrs_bytes);
	o->salt = object_take(v, q, 8, o->address);
	o->revision = sql_get_int(q, 9);
	o->is_protected = sql_get_int(q, 10) != 0;
	o->edges_hash = sql_get_int(q, 11);
	o->created_ms = sql_get_int(q, 12);
	o->updated_ms = sql_get_int(q, 13);
}

static bool object_load_rows(Store *s, StateView *v, Diag *err)
{
	static const StateObject none;
	bool has_row = false;
	Sql *q;

	if (!object_query(s, SQL_OBJECT_COUNT, &q, err) || !sql_row(s, q, &has_row, err))
		return false;
	uint32_t room = (uint32_t)sql_get_int(q, 0);

	sql_end(q);
	v->objects = ARENA_ARRAY(v->arena, StateObject, room);
	if (!object_query(s, SQL_OBJECT_LOAD, &q, err))
		return false;
	for (has_row = true; has_row && v->count <= room;) {
		if (!sql_row(s, q, &has_row, err))
			return false;
		if (!has_row || v->count == room)
			break;
		StateObject *o = &v->objects[v->count];

		object_take_row(v, q, o, v->count ? o - 1 : &none);
		if ((uint32_t)o->status >= OBJECT_STATUS_COUNT)
			return diag_fail(err, DIAG_STATE_CORRUPT, "it has an unknown status",
				"the row of `%.*s` is damaged", STR_ARG(o->address));
		v->count++;
	}
	sql_end(q);
	return true;
}

static bool object_load_configs(Store *s, StateView *v, Diag *err)
{
	Vec(StateConfig) found = {0};
	bool has_row = true;
	Sql *q;

	if (!object_query(s, SQL_CONFIG_LOAD, &q, err))
		return false;
	while (has_row) {
		StateConfig config;

		if (!sql_row(s, q, &has_row, err))
			return false;
		if (!has_row)
			break;
		config.key = sql_get_int(q, 0);
		config.id = str_copy(v->arena, sql_get_bytes(q, 1));
		config.type = str_copy(v->arena, sql_get_bytes(q, 2));
		if (!value_decode(v->arena, sql_get_bytes(q, 3), &config.settings, err)) {
			sql_end(q);
			return diag_context(err, "while reading provider settings");
		}
		vec_add(v->arena, &found, config);
	}
	v->configs = found.ptr;
	v->config_count = found.len;
	return true;
}

static bool object_load_outputs(Store *s, StateView *v, Diag *err)
{
	Vec(StateOutput) found = {0};
	bool has_row = true;
	Sql *q;

	if (!object_query(s, SQL_OUTPUT_LOAD, &q, err))
		return false;
	while (has_row) {
		StateOutput output;

		if (!sql_row(s, q, &has_row, err))
			return false;
		if (!has_row)
			break;
		output.name = str_copy(v->arena, sql_get_bytes(q, 0));
		output.is_secret = sql_get_int(q, 2) != 0;
		if (!value_decode(v->arena, sql_get_bytes(q, 1), &output.value, err)) {
			sql_end(q);
			return diag_context(err, "while reading the recorded outputs");
		}
		vec_add(v->arena, &found, output);
	}
	v->outputs = found.ptr;
	v->output_count = found.len;
	return true;
}

int64_t state_view_find(const StateView *v, Str address)
{
	uint32_t low = 0;
	uint32_t high = v->count;
	int64_t found = -1;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (str_cmp(v->objects[middle].address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < v->count && str_eq(v->objects[low].address, address); low++)
		if (found < 0 || v->objects[low].status != OBJECT_DEPOSED ||
			v->objects[found].status == OBJECT_DEPOSED)
			found = low;
	return found;
}

static const StateConfig *object_find_config(const StateView *v, int64_t key)
{
	uint32_t low = 0;
	uint32_t high = v->config_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (v->configs[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->config_count && v->configs[low].key == key ? &v->configs[low] : NULL;
}

const StateConfig *state_view_config(const StateView *v, int64_t key)
{
	const StateConfig *found = object_find_config(v, key);

	CHECK(found); /* object_load() saw to it */
	return found;
}

/* A damaged file can lose the row that another one names. */
static bool object_check_configs(const StateView *v, Diag *err)
{
	for (uint32_t i = 0; i < v->count; i++)
		if (!object_find_config(v, v->objects[i].config))
			return diag_fail(err, DIAG_STATE_CORRUPT,
				"the provider settings that it names are not there",
				"the row of `%.*s` is damaged", STR_ARG(v->objects[i].address));
	return true;
}

bool object_load(Store *s, StateView **ret, Diag *err)
{
	StateView *v = state_view_new();

	if (!object_load_rows(s, v, err) || !object_load_configs(s, v, err) ||
		!object_load_outputs(s, v, err) || !object_check_configs(v, err)) {
		state_view_free(v);
		return false;
	}
	v->serial = store_serial(s);
	*ret = v;
	return true;
}

/* Texts stay in the row's bytes, which live as long as the view. */
static bool object_decode(Arena *a, const StateObject *o, Str bytes, Value *ret, Diag *err)
{
	if (!bytes.len) {
		*ret = VALUE_NULL;
		return true;
	}
	if (value_decode_over(a, bytes, ret, err))
		return true;
	diag_fail(err, DIAG_STATE_CORRUPT, "what is recorded of it cannot be decoded",
		"the row of `%.*s` is damaged", STR_ARG(o->address));
	return false;
}

bool object_attrs(StateView *v, StateObject *o, Value *ret, Diag *err)
{
	if (!o->has_attrs) {
		if (!object_decode(v->arena, o, o->attrs_bytes, &o->attrs, err))
			return false;
		o->has_attrs = true;
	}
	*ret = o->attrs;
	return true;
}

bool object_desired(StateView *v, StateObject *o, Value *ret, Diag *err)
{
	if (!o->has_desired) {
		if (!object_decode(v->arena, o, o->desired_bytes, &o->desired, err))
			return false;
		o->has_desired = true;
	}
	*ret = o->desired;
	return true;
}

bool object_peek_desired(const StateObject *o, Arena *a, Value *ret, Diag *err)
{
	if (!o->has_desired)
		return object_decode(a, o, o->desired_bytes, ret, err);
	*ret = o->desired;
	return true;
}

bool object_edges(Store *s, Arena *a, StateEdge **ret, uint32_t *ret_count, Diag *err)
{
	Vec(StateEdge) found = {0};
	bool has_row = true;
	Sql *q;

	if (!object_query(s, SQL_EDGE_LOAD, &q, err))
		return false;
	while (has_row) {
		if (!sql_row(s, q, &has_row, err))
			return false;
		if (!has_row)
			break;
		StateEdge edge = {str_copy(a, sql_get_bytes(q, 0)), (uint64_t)sql_get_int(q, 1),
			str_copy(a, sql_get_bytes(q, 2)), str_copy(a, sql_get_bytes(q, 3))};

		vec_add(a, &found, edge);
	}
	*ret = found.ptr;
	*ret_count = found.len;
	return true;
}

bool object_add_edges(
	Store *s, const StateObject *o, const StateEdge *edges, uint32_t count, Diag *err)
{
	Sql *q;

	for (uint32_t i = 0; i < count; i++) {
		if (!object_query(s, SQL_EDGE_PUT, &q, err))
			return false;
		sql_text(q, 2, o->address);
		sql_int(q, 3, (int64_t)o->generation);
		sql_text(q, 4, edges[i].target);
		sql_text(q, 5, edges[i].path);
		if (!sql_run(s, q, err))
			return false;
	}
	return true;
}

static bool object_put_edges(
	Store *s, const StateObject *o, const StateEdge *edges, uint32_t count, Diag *err)
{
	Sql *q;

	if (!object_query(s, SQL_EDGE_REMOVE, &q, err))
		return false;
	sql_text(q, 2, o->address);
	sql_int(q, 3, (int64_t)o->generation);
	return sql_run(s, q, err) && object_add_edges(s, o, edges, count, err);
}

int64_t object_edge_hash(int64_t so_far, Str target, Str path)
{
	uint64_t hash = (uint64_t)so_far;

	hash = (hash << 7 | hash >> 57) ^ str_hash(target);
	return (int64_t)((hash << 7 | hash >> 57) ^ str_hash(path));
}

bool object_put(
	Store *s, const StateObject *o, const StateEdge *edges, uint32_t edge_count, Diag *err)
{
	int64_t edges_hash = edges ? 0 : o->edges_hash;
	Buf attrs;
	Buf desired;
	Sql *q;

	if (!store_write(s, true, err) || !object_query(s, SQL_OBJECT_PUT, &q, err))
		return false;
	buf_init(&attrs, SIZE_MAX / 2);
	buf_init(&desired, SIZE_MAX / 2);
	value_encode(&attrs, o->attrs);
	if (o->desired.kind != VAL_NULL)
		value_encode(&desired, o->desired);
	sql_text(q, 2, o->address);
	sql_int(q, 3, (int64_t)o->generation);
	sql_text(q, 4, o->type);
	sql_int(q, 5, o->config);
	sql_int(q, 6, o->status);
	sql_text(q, 7, o->id);
	sql_blob(q, 8, buf_str(&attrs));
	sql_blob(q, 9, buf_str(&desired));
	sql_text(q, 10, o->salt);
	sql_int(q, 11, o->revision);
	sql_int(q, 12, o->is_protected);
	for (uint32_t i = 0; edges && i < edge_count; i++)
		edges_hash = object_edge_hash(edges_hash, edges[i].target, edges[i].path);
	sql_int(q, 13, edges_hash);
	sql_int(q, 14, o->created_ms ? o->created_ms : clock_wall_ms());
	sql_int(q, 15, clock_wall_ms());
	bool ok = sql_run(s, q, err);

	buf_fini(&attrs);
	buf_fini(&desired);
	if (ok && edges)
		ok = object_put_edges(s, o, edges, edge_count, err);
	return ok;
}

bool object_set_status(Store *s, Str address, uint64_t generation, ObjectStatus status, Diag *err)
{
	Sql *q;

	if (!store_write(s, true, err) || !object_query(s, SQL_OBJECT_STATUS, &q, err))
		return false;
	sql_text(q, 2, address);
	sql_int(q, 3, (int64_t)generation);
	sql_int(q, 4, status);
	sql_int(q, 5, clock_wall_ms());
	return sql_run(s, q, err);
}

/* Says whether an address has rows. */
static bool object_has(Store *s, Str address, bool *ret, Diag *err)
{
	Sql *q;

	if (!object_query(s, SQL_OBJECT_HAS, &q, err))
		return false;
	sql_text(q, 2, address);
	if (!sql_row(s, q, ret, err))
		return false;
	sql_end(q);
	return true;
}

bool object_remove(Store *s, Str address, uint64_t generation, Diag *err)
{
	StateObject o = {.address = address, .generation = generation};
	Sql *q;

	if (!store_write(s, true, err) || !object_query(s, SQL_OBJECT_REMOVE, &q, err))
		return false;
	sql_text(q, 2, address);
	sql_int(q, 3, (int64_t)generation);
	return sql_run(s, q, err) && object_put_edges(s, &o, NULL, 0, err);
}

bool object_move(Store *s, Str from, Str to, Diag *err)
{
	static const Statement statements[] = {SQL_OBJECT_MOVE, SQL_EDGE_MOVE, SQL_EDGE_RETARGET};
	bool is_taken = false;
	Sql *q;

	if (!store_write(s, true, err) || !object_has(s, to, &is_taken, err))
		return false;
	if (is_taken) {
		diag_fail(err, DIAG_STATE_EXISTS, NULL, "an object is recorded as `%.*s` already",
			STR_ARG(to));
		diag_fix(err, "move that one away first, or `styx state rm` it");
		return false;
	}
	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++) {
		if (!object_query(s, statements[i], &q, err))
			return false;
		sql_text(q, 2, from);
		sql_text(q, 3, to);
		if (!sql_run(s, q, err))
			return false;
	}
	return true;
}

uint64_t object_next_generation(Store *s)
{
	return ++s->generation;
}

bool object_config(Store *s, Str id, Str type, Value settings, int64_t *ret_key, Diag *err)
{
	static const Statement statements[] = {SQL_CONFIG_FIND, SQL_CONFIG_PUT};
	bool has_row = false;
	bool ok = store_write(s, true, err);
	Buf bytes;
	Sql *q;

	buf_init(&bytes, SIZE_MAX / 2);
	value_encode(&bytes, settings);
	for (size_t i = 0; ok && i < 2 && !has_row; i++) {
		ok = object_query(s, statements[i], &q, err);
		if (!ok)
			break;
		sql_text(q, 2, id);
		sql_text(q, 3, type);
		sql_blob(q, 4, buf_str(&bytes));
		ok = sql_row(s, q, &has_row, err);
		if (ok && i == 0 && has_row)
			*ret_key = sql_get_int(q, 0);
		if (ok && i == 1)
			*ret_key = sqlite3_last_insert_rowid(s->db);
		sql_end(q);
	}
	buf_fini(&bytes);
	return ok;
}

bool object_put_outputs(Store *s, const StateOutput *outputs, uint32_t count, Diag *err)
{
	Sql *q;

	if (!store_write(s, true, err) || !object_query(s, SQL_OUTPUT_CLEAR, &q, err) ||
		!sql_run(s, q, err))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		Buf bytes;

		if (!object_query(s, SQL_OUTPUT_PUT, &q, err))
			return false;
		buf_init(&bytes, SIZE_MAX / 2);
		value_encode(&bytes, outputs[i].value);
		sql_text(q, 2, outputs[i].name);
		sql_blob(q, 3, buf_str(&bytes));
		sql_int(q, 4, outputs[i].is_secret);
		bool ok = sql_run(s, q, err);

		buf_fini(&bytes);
		if (!ok)
			return false;
	}
	return true;
}

Str object_status_name(ObjectStatus status)
{
	static const Str names[OBJECT_STATUS_COUNT] = {
		[OBJECT_LIVE] = STR_INIT("live"),
		[OBJECT_CREATING] = STR_INIT("creating"),
		[OBJECT_TAINTED] = STR_INIT("tainted"),
		[OBJECT_DEPOSED] = STR_INIT("deposed"),
		[OBJECT_DESTROYING] = STR_INIT("destroying"),
	};

	CHECK(status < OBJECT_STATUS_COUNT);
	return names[status];
}
