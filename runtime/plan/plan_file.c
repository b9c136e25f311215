/* A plan as one canonical value beside its graph, and back.
 *
 * What is decoded is checked as if a stranger had written it: every index, every kind, that no
 * steps wait for each other in a circle, that the objects it names are recorded as they were. */
#include "runtime/plan/plan_file.h"

#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "compiler/base/limits.h"
#include "compiler/graph/graph_encode.h"
#include "runtime/state/seal.h"

static const Str plan_file_magic = STR_INIT("styx plan 2\n");
static const Str plan_file_sealed_magic = STR_INIT("styx sealed plan 2\n");
static const Str plan_file_kinds[] = {STR_INIT("styx plan "), STR_INIT("styx sealed plan ")};
static const Str plan_file_row = STR_INIT("saved plan");

/* The places of a step's parts in its list. */
enum {
	FILE_KIND,
	FILE_ADDRESS,
	FILE_TYPE,
	FILE_GENERATION,
	FILE_HAS_NODE,
	FILE_HAS_OBJECT,
	FILE_PAIR,
	FILE_CREATE_FIRST,
	FILE_RECORD_ONLY,
	FILE_DESIRED,
	FILE_OBSERVED,
	FILE_CHANGES,
	FILE_REASON,
	FILE_WAITS,
	FILE_ORDER,
	FILE_WARNING,
	FILE_STEP_PARTS,
};
enum {
	FILE_PATH,
	FILE_OLD,
	FILE_NEW,
	FILE_REPLACES,
	FILE_SECRET,
	FILE_MAYBE,
	FILE_BEGIN,
	FILE_END,
	FILE_CHANGE_PARTS,
};
enum { FILE_RECORD_ADDRESS, FILE_ATTRS, FILE_INPUTS, FILE_RECORD_PARTS };
enum { FILE_NAME, FILE_BEFORE, FILE_AFTER, FILE_HIDDEN, FILE_OUTPUT_PARTS };
enum {
	FILE_LINEAGE,
	FILE_SERIAL,
	FILE_DESTROY,
	FILE_TARGETED,
	FILE_STEPS,
	FILE_RECORDS,
	FILE_OUTPUTS,
	FILE_LOOKUPS,
	FILE_HAS_GRAPH,
	FILE_PARTS
};

static Value plan_file_change(Arena *a, const PlanChange *c)
{
	Value *v = ARENA_ARRAY(a, Value, FILE_CHANGE_PARTS);

	v[FILE_PATH] = value_string(c->path);
	v[FILE_OLD] = c->old;
	v[FILE_NEW] = c->new;
	v[FILE_REPLACES] = value_bool(c->is_replace);
	v[FILE_SECRET] = value_bool(c->is_secret);
	v[FILE_MAYBE] = value_bool(c->may_be_equal);
	v[FILE_BEGIN] = value_int(c->at.begin);
	v[FILE_END] = value_int(c->at.end);
	return value_list(a, v, FILE_CHANGE_PARTS);
}

static Value plan_file_step(Arena *a, const PlanStep *s)
{
	Value *v = ARENA_ARRAY(a, Value, FILE_STEP_PARTS);
	Value *changes = ARENA_ARRAY(a, Value, s->change_count);
	Value *waits = ARENA_ARRAY(a, Value, s->wait_count);

	for (uint32_t i = 0; i < s->change_count; i++)
		changes[i] = plan_file_change(a, &s->changes[i]);
	for (uint32_t i = 0; i < s->wait_count; i++)
		waits[i] = value_int(s->waits[i]);
	v[FILE_KIND] = value_int(s->kind);
	v[FILE_ADDRESS] = value_string(s->address);
	v[FILE_TYPE] = value_string(s->type);
	v[FILE_GENERATION] = value_int((int64_t)s->generation);
	v[FILE_HAS_NODE] = value_bool(s->node >= 0);
	v[FILE_HAS_OBJECT] = value_bool(s->object >= 0);
	v[FILE_PAIR] = value_int(s->pair);
	v[FILE_CREATE_FIRST] = value_bool(s->is_create_first);
	v[FILE_RECORD_ONLY] = value_bool(s->is_record_only);
	v[FILE_DESIRED] = s->desired;
	v[FILE_OBSERVED] = s->observed;
	v[FILE_CHANGES] = value_list(a, changes, s->change_count);
	v[FILE_REASON] = value_string(s->reason);
	v[FILE_WAITS] = value_list(a, waits, s->wait_count);
	v[FILE_ORDER] = value_string(s->order);
	v[FILE_WARNING] = value_string(s->warning);
	return value_list(a, v, FILE_STEP_PARTS);
}

static Value plan_file_records(Arena *a, const Plan *p)
{
	Value *all = ARENA_ARRAY(a, Value, p->record_count);

	for (uint32_t i = 0; i < p->record_count; i++) {
		Value *v = ARENA_ARRAY(a, Value, FILE_RECORD_PARTS);

		v[FILE_RECORD_ADDRESS] = value_string(p->graph->nodes[p->records[i].node].address);
		v[FILE_ATTRS] = p->records[i].attrs;
		v[FILE_INPUTS] = p->records[i].desired;
		all[i] = value_list(a, v, FILE_RECORD_PARTS);
	}
	return value_list(a, all, p->record_count);
}

static Value plan_file_outputs(Arena *a, const Plan *p)
{
	Value *all = ARENA_ARRAY(a, Value, p->output_count);

	for (uint32_t i = 0; i < p->output_count; i++) {
		Value *v = ARENA_ARRAY(a, Value, FILE_OUTPUT_PARTS);

		v[FILE_NAME] = value_string(p->outputs[i].name);
		v[FILE_BEFORE] = p->outputs[i].old;
		v[FILE_AFTER] = p->outputs[i].new;
		v[FILE_HIDDEN] = value_bool(p->outputs[i].is_secret);
		all[i] = value_list(a, v, FILE_OUTPUT_PARTS);
	}
	return value_list(a, all, p->output_count);
}

/* What lookups gave at plan: they are recorded nowhere else. */
static Value plan_file_lookups(Arena *a, const Plan *p)
{
	Vec(ValueEntry) found = {0};

	for (uint32_t i = 0; p->graph && p->node_values && i < p->graph->node_count; i++) {
		ValueEntry entry = {p->graph->nodes[i].address, p->node_values[i]};

		if (p->graph->nodes[i].kind == GRAPH_LOOKUP && entry.value.kind != VAL_NULL)
			vec_add(a, &found, entry);
	}
	return value_map(a, found.ptr, found.len);
}

static void plan_file_end(Buf *b)
{
	Digest digest = hash_of(HASH_SHA256, buf_str(b));

	buf_add(b, hash_str(&digest));
}

void plan_file_encode(Buf *b, const Plan *p)
{
	Arena *a = arena_new("plan file");
	Value *v = ARENA_ARRAY(a, Value, FILE_PARTS);
	Value *steps = ARENA_ARRAY(a, Value, p->step_count);

	for (uint32_t i = 0; i < p->step_count; i++)
		steps[i] = plan_file_step(a, &p->steps[i]);
	v[FILE_LINEAGE] = value_string(p->lineage);
	v[FILE_SERIAL] = value_int((int64_t)p->serial);
	v[FILE_DESTROY] = value_bool(p->is_destroy);
	v[FILE_TARGETED] = value_bool(p->is_targeted);
	v[FILE_STEPS] = value_list(a, steps, p->step_count);
	v[FILE_RECORDS] = plan_file_records(a, p);
	v[FILE_OUTPUTS] = plan_file_outputs(a, p);
	v[FILE_LOOKUPS] = plan_file_lookups(a, p);
	v[FILE_HAS_GRAPH] = value_bool(p->graph != NULL);
	buf_add(b, plan_file_magic);
	value_encode(b, value_list(a, v, FILE_PARTS));
	if (p->graph)
		graph_encode(b, p->graph, true);
	plan_file_end(b);
	arena_free(a);
}

/* Seals what `b` holds, behind the lineage of the state whose key opens it. */
static bool plan_file_seal(Buf *b, Store *s, Diag *err)
{
	Arena *a = arena_new("plan file");
	Str sealed;
	bool ok = seal_bytes(s, plan_file_row, buf_str(b), a, &sealed, err);

	if (ok) {
		buf_clear(b);
		buf_add(b, plan_file_sealed_magic);
		buf_add(b, store_lineage(s));
		buf_add_char(b, '\n');
		buf_add(b, sealed);
		plan_file_end(b);
	}
	arena_free(a);
	return ok;
}

bool plan_file_save(const Plan *p, Store *seal_by, Str path, Diag *err)
{
	Buf b;

	if (p->is_drift)
		return diag_fail(err, DIAG_PLAN_FILE, NULL,
			"what drifted cannot be saved as a plan: there is nothing to apply");
	buf_init(&b, SIZE_MAX / 2);
	plan_file_encode(&b, p);
	bool ok = (!seal_by || plan_file_seal(&b, seal_by, err)) &&
		  file_write(path, buf_str(&b), 0600, err);

	buf_fini(&b);
	return ok;
}

/* ---- reading back ---- */

typedef struct PlanReader {
	Plan *plan;
	Arena *arena;
	bool is_stale;
	Str stale_address;
} PlanReader;

static const Value *reader_items(Value v, uint32_t count)
{
	return v.kind == VAL_LIST && v.as.list->len == count ? v.as.list->items : NULL;
}

static bool reader_kinds(const Value *v, const ValueKind *kinds, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (kinds[i] != VAL_KIND_COUNT && v[i].kind != kinds[i])
			return false;
	return true;
}

static bool reader_changes(PlanReader *r, Value list, PlanStep *s)
{
	static const ValueKind kinds[] = {VAL_STRING, VAL_KIND_COUNT, VAL_KIND_COUNT, VAL_BOOL,
		VAL_BOOL, VAL_BOOL, VAL_INT, VAL_INT};
	PlanChange *changes = ARENA_ARRAY(r->arena, PlanChange, list.as.list->len);

	for (uint32_t i = 0; i < list.as.list->len; i++) {
		const Value *v = reader_items(list.as.list->items[i], FILE_CHANGE_PARTS);

		if (!v || !reader_kinds(v, kinds, FILE_CHANGE_PARTS))
			return false;
		changes[i] = (PlanChange){.path = v[FILE_PATH].as.text,
			.old = v[FILE_OLD],
			.new = v[FILE_NEW],
			.is_replace = v[FILE_REPLACES].as.boolean,
			.is_secret = v[FILE_SECRET].as.boolean,
			.may_be_equal = v[FILE_MAYBE].as.boolean};
		changes[i].at =
			(Span){(uint32_t)v[FILE_BEGIN].as.number, (uint32_t)v[FILE_END].as.number};
	}
	s->changes = changes;
	s->change_count = list.as.list->len;
	return true;
}

static bool reader_waits(PlanReader *r, Value list, uint32_t step_count, PlanStep *s)
{
	uint32_t *waits = ARENA_ARRAY(r->arena, uint32_t, list.as.list->len);

	for (uint32_t i = 0; i < list.as.list->len; i++) {
		Value v = list.as.list->items[i];

		if (v.kind != VAL_INT || v.as.number < 0 || v.as.number >= step_count)
			return false;
		waits[i] = (uint32_t)v.as.number;
	}
	s->waits = waits;
	s->wait_count = list.as.list->len;
	return true;
}

/* Finds the object of a step, which must be recorded as it was. */
static int64_t reader_object(PlanReader *r, const PlanStep *s)
{
	const StateView *v = r->plan->view;

	for (int64_t at = state_view_find(v, s->address);
		at >= 0 && str_eq(v->objects[at].address, s->address); at--)
		if (v->objects[at].generation == s->generation)
			return at;
	for (uint32_t i = 0; i < v->count; i++)
		if (v->objects[i].generation == s->generation &&
			str_eq(v->objects[i].address, s->address))
			return i;
	r->is_stale = true;
	r->stale_address = s->address;
	return -1;
}

/* Says whether what a step is about fits its kind. */
static bool reader_fits(const PlanReader *r, const PlanStep *s, bool has_node, bool has_object)
{
	switch (s->kind) {
	case STEP_CREATE:
		return has_node && s->pair < 0;
	case STEP_UPDATE:
		return has_node && has_object && s->pair < 0;
	case STEP_REPLACE:
		return has_node && has_object && s->pair >= 0;
	case STEP_DESTROY:
		return !has_node && has_object;
	case STEP_READ:
		return has_node && !has_object && s->pair < 0 &&
		       r->plan->graph->nodes[s->node].kind == GRAPH_LOOKUP;
	case STEP_LINK:
		return has_node && s->pair < 0;
	case STEP_UNLINK:
		return !has_node && has_object && s->pair < 0;
	case STEP_DRIFT:
	case STEP_GONE:
	case STEP_KIND_COUNT:
		break;
	}
	return false;
}

static bool reader_step(PlanReader *r, Value list, uint32_t step_count, PlanStep *s)
{
	static const ValueKind kinds[] = {VAL_INT, VAL_STRING, VAL_STRING, VAL_INT, VAL_BOOL,
		VAL_BOOL, VAL_INT, VAL_BOOL, VAL_BOOL, VAL_KIND_COUNT, VAL_KIND_COUNT, VAL_LIST,
		VAL_STRING, VAL_LIST, VAL_STRING, VAL_STRING};
	const Value *v = reader_items(list, FILE_STEP_PARTS);

	if (!v || !reader_kinds(v, kinds, FILE_STEP_PARTS))
		return false;
	int64_t kind = v[FILE_KIND].as.number;

	if (kind < 0 || kind >= STEP_KIND_COUNT || v[FILE_PAIR].as.number < -1 ||
		v[FILE_PAIR].as.number >= step_count)
		return false;
	*s = (PlanStep){.kind = (StepKind)kind,
		.address = v[FILE_ADDRESS].as.text,
		.type = v[FILE_TYPE].as.text,
		.node = -1,
		.object = -1,
		.generation = (uint64_t)v[FILE_GENERATION].as.number,
		.pair = v[FILE_PAIR].as.number,
		.desired = v[FILE_DESIRED],
		.is_create_first = v[FILE_CREATE_FIRST].as.boolean,
		.is_record_only = v[FILE_RECORD_ONLY].as.boolean,
		.observed = v[FILE_OBSERVED],
		.reason = v[FILE_REASON].as.text,
		.order = v[FILE_ORDER].as.text,
		.warning = v[FILE_WARNING].as.text};
	if (v[FILE_HAS_NODE].as.boolean) {
		s->node = r->plan->graph ? graph_find(r->plan->graph, s->address) : -1;
		if (s->node < 0)
			return false;
		s->place = r->plan->graph->nodes[s->node].place;
	}
	if (v[FILE_HAS_OBJECT].as.boolean)
		s->object = reader_object(r, s);
	return reader_fits(r, s, s->node >= 0, v[FILE_HAS_OBJECT].as.boolean) &&
	       reader_changes(r, v[FILE_CHANGES], s) &&
	       reader_waits(r, v[FILE_WAITS], step_count, s);
}

/* Says whether no steps wait for each other in a circle: takes away what waits for nothing left. */
static bool reader_is_sound(PlanReader *r)
{
	Plan *p = r->plan;
	uint8_t *seen = ARENA_ARRAY(r->arena, uint8_t, p->step_count); /* 1: on the way, 2: done */
	uint32_t *next = ARENA_ARRAY(r->arena, uint32_t, p->step_count);
	uint32_t *stack = ARENA_ARRAY(r->arena, uint32_t, p->step_count);

	for (uint32_t first = 0; first < p->step_count; first++) {
		uint32_t depth = 0;

		if (!seen[first])
			stack[depth++] = first;
		while (depth) {
			uint32_t at = stack[depth - 1];

			seen[at] = 1;
			if (next[at] == p->steps[at].wait_count) {
				seen[at] = 2;
				depth--;
				continue;
			}
			uint32_t to = p->steps[at].waits[next[at]++];

			if (seen[to] == 1)
				return false;
			if (!seen[to])
				stack[depth++] = to;
		}
	}
	for (uint32_t i = 0; i < p->step_count; i++) {
		const PlanStep *s = &p->steps[i];

		if (s->pair >= 0 &&
			(p->steps[s->pair].pair != i || (p->steps[s->pair].kind == STEP_REPLACE) ==
								(s->kind == STEP_REPLACE)))
			return false;
	}
	return true;
}

static bool reader_steps(PlanReader *r, Value list)
{
	Plan *p = r->plan;
	uint32_t count = list.as.list->len;

	p->steps = ARENA_ARRAY(r->arena, PlanStep, count);
	for (uint32_t i = 0; i < count; i++) {
		if (!reader_step(r, list.as.list->items[i], count, &p->steps[i]))
			return false;
		if (plan_step_is_shown(&p->steps[i]))
			p->counts[p->steps[i].kind]++;
	}
	p->step_count = count;
	return reader_is_sound(r);
}

static bool reader_records(PlanReader *r, Value list)
{
	static const ValueKind kinds[] = {VAL_STRING, VAL_KIND_COUNT, VAL_KIND_COUNT};
	Plan *p = r->plan;
	uint32_t count = list.as.list->len;

	p->records = ARENA_ARRAY(r->arena, PlanRecord, count);
	for (uint32_t i = 0; i < count; i++) {
		const Value *v = reader_items(list.as.list->items[i], FILE_RECORD_PARTS);

		if (!v || !reader_kinds(v, kinds, FILE_RECORD_PARTS) || !p->graph)
			return false;
		Str address = v[FILE_RECORD_ADDRESS].as.text;
		PlanRecord *record = &p->records[i];

		*record = (PlanRecord){.node = graph_find(p->graph, address),
			.object = state_view_find(p->view, address),
			.attrs = v[FILE_ATTRS],
			.desired = v[FILE_INPUTS]};
		if (record->node < 0)
			return false;
		if (record->object < 0) {
			r->is_stale = true;
			r->stale_address = address;
		}
		p->node_values[record->node] = record->attrs;
	}
	p->record_count = count;
	return true;
}

static bool reader_outputs(PlanReader *r, Value list)
{
	static const ValueKind kinds[] = {VAL_STRING, VAL_KIND_COUNT, VAL_KIND_COUNT, VAL_BOOL};
	Plan *p = r->plan;
	uint32_t count = list.as.list->len;

	p->outputs = ARENA_ARRAY(r->arena, PlanOutput, count);
	for (uint32_t i = 0; i < count; i++) {
		const Value *v = reader_items(list.as.list->items[i], FILE_OUTPUT_PARTS);

		if (!v || !reader_kinds(v, kinds, FILE_OUTPUT_PARTS))
			return false;
		p->outputs[i] = (PlanOutput){v[FILE_NAME].as.text, v[FILE_BEFORE], v[FILE_AFTER],
			v[FILE_HIDDEN].as.boolean};
	}
	p->output_count = count;
	return true;
}

static bool reader_lookups(PlanReader *r, Value map)
{
	Plan *p = r->plan;

	for (uint32_t i = 0; i < map.as.map->len; i++) {
		const ValueEntry *e = &map.as.map->entries[i];
		int64_t node = p->graph ? graph_find(p->graph, e->key) : -1;

		if (node < 0)
			return false;
		p->node_values[node] = e->value;
	}
	return true;
}

static bool reader_plan(PlanReader *r, Value list, Str graph_bytes, Diag *err)
{
	static const ValueKind kinds[] = {VAL_STRING, VAL_INT, VAL_BOOL, VAL_BOOL, VAL_LIST,
		VAL_LIST, VAL_LIST, VAL_MAP, VAL_BOOL};
	const Value *v = reader_items(list, FILE_PARTS);
	Plan *p = r->plan;
	Graph *graph = NULL;

	if (!v || !reader_kinds(v, kinds, FILE_PARTS))
		return false;
	if (v[FILE_HAS_GRAPH].as.boolean) {
		if (!graph_decode(graph_bytes, &graph, err))
			return false;
		p->graph = graph;
		p->is_loaded = true;
		p->node_values = ARENA_ARRAY(r->arena, Value, graph->node_count);
	} else if (graph_bytes.len) {
		return false;
	}
	p->lineage = v[FILE_LINEAGE].as.text;
	p->serial = (uint64_t)v[FILE_SERIAL].as.number;
	p->is_destroy = v[FILE_DESTROY].as.boolean;
	p->is_targeted = v[FILE_TARGETED].as.boolean;
	p->object_count = p->view->count;
	return reader_steps(r, v[FILE_STEPS]) && reader_records(r, v[FILE_RECORDS]) &&
	       reader_outputs(r, v[FILE_OUTPUTS]) && reader_lookups(r, v[FILE_LOOKUPS]);
}

/* Takes off the mark at the front and the digest at the end; false: it is no plan, or damaged. */
static bool reader_unwrap(Str *bytes, Str magic)
{
	if (!str_starts(*bytes, magic) || bytes->len < magic.len + HASH_SHA256_BYTES)
		return false;
	Str body = str_slice(*bytes, 0, bytes->len - HASH_SHA256_BYTES);
	Digest digest = hash_of(HASH_SHA256, body);

	if (!str_eq(hash_str(&digest), str_slice(*bytes, body.len, bytes->len)))
		return false;
	*bytes = str_slice(body, magic.len, body.len);
	return true;
}

static bool plan_file_damaged(const char *why, Diag *err)
{
	diag_fail(err, DIAG_PLAN_FILE, why, "the file is not a saved plan, or it is damaged");
	diag_fix(err, "make one with `styx plan --out FILE`");
	return false;
}

/* Says whether these are the bytes of a plan in another layout; if so, with an error. */
static bool plan_file_is_other(Str bytes, Diag *err)
{
	for (size_t i = 0; i < sizeof(plan_file_kinds) / sizeof(*plan_file_kinds); i++) {
		if (!str_starts(bytes, plan_file_kinds[i]) || str_starts(bytes, plan_file_magic) ||
			str_starts(bytes, plan_file_sealed_magic))
			continue;
		diag_fail(err, DIAG_PLAN_FILE, "what it says of steps is laid out in another way",
			"the plan was saved by another version of styx");
		diag_fix(err, "plan again with this one: `styx plan --out FILE`");
		return true;
	}
	return false;
}

/* Opens a sealed plan; one that is not sealed is left as it is. */
static bool plan_file_open(Store *s, Arena *a, Str *bytes, Diag *err)
{
	Str lineage;
	Diag key = {0};

	if (!str_starts(*bytes, plan_file_sealed_magic))
		return true;
	if (!reader_unwrap(bytes, plan_file_sealed_magic) ||
		!str_cut_found(bytes, STR("\n"), &lineage))
		return plan_file_damaged(NULL, err);
	if (!str_eq(lineage, store_lineage(s))) {
		diag_fail(err, DIAG_PLAN_STALE, NULL, "the plan was made for another state");
		diag_why(err, "it was made for %.*s, the state is %.*s", STR_ARG(lineage),
			STR_ARG(store_lineage(s)));
		diag_fix(err, "plan again");
		return false;
	}
	if (seal_open_bytes(s, plan_file_row, *bytes, a, bytes, &key))
		return true;
	if (key.code == DIAG_NONE)
		return plan_file_damaged("it was not sealed by this state", err);
	*err = key;
	return false;
}

static bool plan_file_refuse(const Plan *p, Diag *err)
{
	diag_fail(err, DIAG_PLAN_STALE, NULL, "the state has changed since the plan was made");
	diag_why(err, "%.*s", STR_ARG(p->stale));
	diag_fix(err, "plan again");
	return false;
}

/* Decodes a plan, also one that is stale. */
static bool plan_file_read(Str bytes, StateView *take_view, Plan **ret, Diag *err)
{
	Arena *a = arena_new("plan");
	PlanReader r = {.plan = ARENA_NEW(a, Plan), .arena = a};
	size_t at = 0;
	Diag why = {0};
	Value list;

	r.plan->arena = a;
	r.plan->view = take_view;
	bool is_other = plan_file_is_other(bytes, err);
	bool ok = !is_other && reader_unwrap(&bytes, plan_file_magic) &&
		  value_decode_at(a, bytes, &at, &list, &why) &&
		  reader_plan(&r, list, str_slice(bytes, at, bytes.len), &why);

	if (ok) {
		if (r.is_stale)
			r.plan->stale = str_print(
				a, "`%.*s` is not recorded as it was", STR_ARG(r.stale_address));
		*ret = r.plan;
		return true;
	}
	if (!is_other)
		plan_file_damaged(why.what.len ? why.what.ptr : NULL, err);
	diag_fini(&why);
	plan_free(r.plan);
	return false;
}

bool plan_file_decode(Str bytes, StateView *take_view, Plan **ret, Diag *err)
{
	Plan *p;

	if (!plan_file_read(bytes, take_view, &p, err))
		return false;
	if (!p->stale.len) {
		*ret = p;
		return true;
	}
	plan_file_refuse(p, err);
	plan_free(p);
	return false;
}

bool plan_file_load(Str path, StateView *take_view, Store *s, Plan **ret, Diag *err)
{
	Plan *p;

	if (!plan_file_look(path, take_view, s, &p, err))
		return false;
	if (!p->stale.len) {
		*ret = p;
		return true;
	}
	plan_file_refuse(p, err);
	plan_free(p);
	return diag_context(err, "while reading `%.*s`", STR_ARG(path));
}

bool plan_file_look(Str path, StateView *take_view, Store *s, Plan **ret, Diag *err)
{
	Arena *a = arena_new("plan file");
	Str bytes;
	bool ok = file_read(a, path, JSON_BYTES_MAX, &bytes, err);

	if (!ok || !plan_file_open(s, a, &bytes, err)) {
		state_view_free(take_view);
		ok = ok && diag_context(err, "while reading `%.*s`", STR_ARG(path));
	} else if (!plan_file_read(bytes, take_view, ret, err)) {
		ok = diag_context(err, "while reading `%.*s`", STR_ARG(path));
	}
	arena_free(a);
	return ok;
}
