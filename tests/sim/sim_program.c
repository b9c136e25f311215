/* The schemas, the programs, and the naive model that the cloud is compared with. */
#include "tests/sim/sim_program.h"

#include "compiler/base/check.h"
#include "compiler/graph/untie.h"

#include <stdlib.h>

static const Type sim_string = {.kind = TYPE_STRING};
static const Type sim_int = {.kind = TYPE_INT};
static const Type sim_note = {.kind = TYPE_OPTIONAL, .elem = &sim_string};
static const Type sim_ids[SIM_TYPES] = {{.kind = TYPE_ID, .name = STR_INIT("sim.box.a")},
	{.kind = TYPE_ID, .name = STR_INIT("sim.box.b")},
	{.kind = TYPE_ID, .name = STR_INIT("sim.box.c")}};
static const Type *const sim_id_types[SIM_TYPES] = {&sim_ids[0], &sim_ids[1], &sim_ids[2]};
static const Type sim_any_id = {.kind = TYPE_UNION, .members = sim_id_types, .count = SIM_TYPES};
static const Type sim_id = {.kind = TYPE_OPTIONAL, .elem = &sim_any_id};
static const Type sim_secret_type = {.kind = TYPE_SECRET, .elem = &sim_string};
static const Type sim_set = {.kind = TYPE_SET, .elem = &sim_string};
/* Ids of two types: those are made first when they are replaced.  Those of the third are taken out
 * before it goes. */
static const Type sim_peer = {.kind = TYPE_UNION, .members = sim_id_types, .count = 2};
static const Type sim_peer_ids = {.kind = TYPE_SET, .elem = &sim_peer};

/* `replace if it < old` */
static const SchemaExpr sim_it = {.kind = SX_NAME, .name = STR_INIT("it")};
static const SchemaExpr sim_old = {.kind = SX_NAME, .name = STR_INIT("old")};
static const SchemaExpr *const sim_sides[] = {&sim_it, &sim_old};
static const SchemaExpr sim_shrinks = {.kind = SX_BINARY, .name = STR_INIT("<"),
	.kids = sim_sides, .count = 2};

/* `-> none`: no create carries it. */
static const SchemaMap sim_cut = {0};
static const SchemaCall sim_call = {.name = STR_INIT("Call")};
static const SchemaSteps sim_create = {.call = &sim_call};
static const SchemaSync sim_syncs[] = {{.attr = STR_INIT("peers"), .put = &sim_call}};

static const SchemaAttr sim_attrs[] = {
	{.name = STR_INIT("id"), .type = &sim_string, .flags = ATTR_OUT},
	{.name = STR_INIT("name"), .type = &sim_string, .flags = ATTR_REPLACE},
	{.name = STR_INIT("size"), .type = &sim_int, .flags = ATTR_REPLACE,
		.replace_if = &sim_shrinks},
	{.name = STR_INIT("note"), .type = &sim_note},
	{.name = STR_INIT("zone"), .type = &sim_string, .flags = ATTR_COMPUTED},
	{.name = STR_INIT("serial"), .type = &sim_string, .flags = ATTR_OUT},
	{.name = STR_INIT("password"), .type = &sim_secret_type,
		.flags = ATTR_WRITE_ONLY | ATTR_SECRET},
	{.name = STR_INIT("labels"), .type = &sim_set},
	{.name = STR_INIT("parent"), .type = &sim_id},
	{.name = STR_INIT("network"), .type = &sim_id, .flags = ATTR_REPLACE},
	{.name = STR_INIT("copy"), .type = &sim_note},
	{.name = STR_INIT("peers"), .type = &sim_peer_ids, .writes = &sim_cut, .write_count = 1},
};

static const SchemaService sim_service = {.name = STR_INIT("sim.box"),
	.provider = STR_INIT("sim"), .protocol = STR_INIT("native")};

#define SIM_SCHEMA(id)                                                                             \
	{.name = STR_INIT(id), .service = &sim_service, .attrs = sim_attrs,                        \
		.attr_count = sizeof(sim_attrs) / sizeof(*sim_attrs), .create = &sim_create,       \
		.syncs = sim_syncs, .sync_count = 1}
static const SchemaResource sim_schemas[SIM_TYPES] = {
	SIM_SCHEMA("sim.box.a"), SIM_SCHEMA("sim.box.b"), SIM_SCHEMA("sim.box.c")};

uint32_t sim_chance(SimChance *c, uint32_t n)
{
	uint64_t z = (c->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) % n);
}

const SchemaResource *sim_schema(void *ctx, Str type)
{
	(void)ctx;
	for (uint32_t i = 0; i < SIM_TYPES; i++)
		if (str_eq(sim_schemas[i].name, type))
			return &sim_schemas[i];
	return NULL;
}

Str sim_secret(Arena *a, int64_t number)
{
	return str_print(a, "hunter%lld", (long long)number);
}

/* A slot below `slot` that is there, or -1. */
static int32_t sim_lower(const SimProgram *p, SimChance *c, uint32_t slot)
{
	uint32_t pick = slot ? sim_chance(c, slot) : 0;

	return slot && sim_chance(c, 3) && p->slots[pick].is_there ? (int32_t)pick : -1;
}

/* A few slots of all, this one among them. */
static uint32_t sim_peers(SimChance *c)
{
	uint32_t all = 1u << SIM_SLOTS;

	return sim_chance(c, 2) ? sim_chance(c, all) & sim_chance(c, all) & sim_chance(c, all) : 0;
}

static void sim_fill(SimProgram *p, SimChance *c, uint32_t i)
{
	p->slots[i] = (SimSlot){.is_there = true, .type = sim_chance(c, SIM_TYPES),
		.name = 10 * (int64_t)i + sim_chance(c, 4),
		.size = sim_chance(c, 4), .note = sim_chance(c, 3), .password = sim_chance(c, 3),
		.labels = sim_chance(c, 8),
		.parent = sim_lower(p, c, i), .network = sim_lower(p, c, i),
		.copy = sim_lower(p, c, i), .peers = sim_peers(c)};
}

static void sim_change_slot(SimProgram *p, SimChance *c, uint32_t i)
{
	SimSlot *s = &p->slots[i];

	switch (sim_chance(c, 11)) {
	case 0:
		s->name = 10 * (int64_t)i + sim_chance(c, 4);
		break;
	case 1:
		s->size = sim_chance(c, 4);
		break;
	case 2:
		s->note = sim_chance(c, 3);
		break;
	case 3:
		s->password = sim_chance(c, 3);
		break;
	case 4:
		s->labels = sim_chance(c, 8);
		break;
	case 5:
		s->parent = sim_lower(p, c, i);
		break;
	case 6:
		s->network = sim_lower(p, c, i);
		break;
	case 7:
		s->copy = sim_lower(p, c, i);
		break;
	case 8:
	case 9:
		s->peers = sim_peers(c);
		break;
	default:
		s->type = sim_chance(c, SIM_TYPES);
	}
}

/* References to what is not there any more go. */
static void sim_repair(SimProgram *p)
{
	for (uint32_t i = 0; i < SIM_SLOTS; i++) {
		SimSlot *s = &p->slots[i];
		int32_t *refs[] = {&s->parent, &s->network, &s->copy};

		for (uint32_t r = 0; r < 3; r++)
			if (*refs[r] >= 0 && !p->slots[*refs[r]].is_there)
				*refs[r] = -1;
		for (uint32_t k = 0; k < SIM_SLOTS; k++)
			if (!p->slots[k].is_there)
				s->peers &= ~(1u << k);
	}
}

void sim_mutate(SimProgram *p, SimChance *c, uint32_t much)
{
	while (much--) {
		uint32_t i = sim_chance(c, SIM_SLOTS);

		if (!p->slots[i].is_there)
			sim_fill(p, c, i);
		else if (!sim_chance(c, 4))
			p->slots[i].is_there = false;
		else
			sim_change_slot(p, c, i);
	}
	sim_repair(p);
}

static Str sim_address(Arena *a, uint32_t slot)
{
	return str_print(a, "slot%02u", slot);
}

static Value sim_ref(Arena *a, int32_t slot, const char *attr)
{
	Residual *r = ARENA_NEW(a, Residual);
	Value *path = ARENA_NEW(a, Value);

	*path = value_string(str_from(attr));
	*r = (Residual){.op = RESIDUAL_REF, .name = sim_address(a, (uint32_t)slot), .args = path,
		.arg_count = 1};
	return value_residual(r);
}

static Value sim_handle(Arena *a, int64_t number)
{
	Residual *r = ARENA_NEW(a, Residual);
	Value *arg = ARENA_NEW(a, Value);

	*arg = value_int(number);
	*r = (Residual){.op = RESIDUAL_SECRET, .name = STR("env"), .args = arg, .arg_count = 1,
		.is_secret = true};
	return value_residual(r);
}

static Value sim_labels(Arena *a, uint32_t bits)
{
	Value *items = ARENA_ARRAY(a, Value, 3);
	uint32_t count = 0;

	for (uint32_t i = 0; i < 3; i++)
		if (bits & 1u << i)
			items[count++] = value_string(str_print(a, "label%u", i));
	return value_set(a, items, count);
}

static Value sim_peer_refs(Arena *a, uint32_t bits)
{
	Value *items = ARENA_ARRAY(a, Value, SIM_SLOTS);
	uint32_t count = 0;

	for (uint32_t i = 0; i < SIM_SLOTS; i++)
		if (bits & 1u << i)
			items[count++] = sim_ref(a, (int32_t)i, "id");
	return value_set(a, items, count);
}

static Value sim_text(Arena *a, const char *what, int64_t number)
{
	return value_string(str_print(a, "%s%lld", what, (long long)number));
}

static Value sim_desired(Arena *a, const SimSlot *s)
{
	ValueEntry *e = ARENA_ARRAY(a, ValueEntry, 9);
	uint32_t n = 0;

	e[n++] = (ValueEntry){STR("name"), sim_text(a, "name", s->name)};
	e[n++] = (ValueEntry){STR("size"), value_int(s->size)};
	e[n++] = (ValueEntry){STR("labels"), sim_labels(a, s->labels)};
	if (s->note)
		e[n++] = (ValueEntry){STR("note"), sim_text(a, "note", s->note)};
	if (s->password)
		e[n++] = (ValueEntry){STR("password"), sim_handle(a, s->password)};
	if (s->parent >= 0)
		e[n++] = (ValueEntry){STR("parent"), sim_ref(a, s->parent, "id")};
	if (s->network >= 0)
		e[n++] = (ValueEntry){STR("network"), sim_ref(a, s->network, "id")};
	if (s->copy >= 0)
		e[n++] = (ValueEntry){STR("copy"), sim_ref(a, s->copy, "serial")};
	if (s->peers)
		e[n++] = (ValueEntry){STR("peers"), sim_peer_refs(a, s->peers)};
	return value_map(a, e, n);
}

static int sim_cmp_edges(const void *a, const void *b)
{
	const GraphEdge *x = a;
	const GraphEdge *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return str_cmp(x->path, y->path);
}

static GraphEdge *sim_edges(Arena *a, const SimSlot *s, const uint32_t *index, GraphNode *node)
{
	const int32_t targets[] = {s->copy, s->network, s->parent};
	static const char *const paths[] = {"copy", "network", "parent"};
	GraphEdge *edges = ARENA_ARRAY(a, GraphEdge, 3 + SIM_SLOTS);

	for (uint32_t i = 0; i < 3; i++)
		if (targets[i] >= 0)
			edges[node->edge_count++] =
				(GraphEdge){index[targets[i]], str_from(paths[i]), false};
	for (uint32_t i = 0; i < SIM_SLOTS; i++)
		if (s->peers & 1u << i)
			edges[node->edge_count++] = (GraphEdge){index[i], STR("peers"), false};
	qsort(edges, node->edge_count, sizeof(*edges), sim_cmp_edges);
	node->edges = edges;
	return edges;
}

typedef struct SimOrder {
	GraphEdge *all[SIM_SLOTS * (SIM_SLOTS + 3)];
} SimOrder;

static bool sim_can_wait(void *ctx, uint32_t edge)
{
	const SimOrder *o = ctx;

	return str_eq(o->all[edge]->path, STR("peers"));
}

/* Ranks, circles, and what gives way, as the compiler finds them. */
static void sim_order(Arena *a, GraphNode *nodes, uint32_t count, GraphEdge **edges)
{
	SimOrder *o = ARENA_NEW(a, SimOrder);
	Untie u = {.node_count = count, .can_wait = sim_can_wait, .ctx = o};
	uint32_t *way, length;

	u.edges = ARENA_ARRAY(a, UntieEdge, SIM_SLOTS * (SIM_SLOTS + 3));
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t e = 0; e < nodes[i].edge_count; e++) {
			o->all[u.edge_count] = &edges[i][e];
			u.edges[u.edge_count++] = (UntieEdge){i, edges[i][e].target, false};
		}
	CHECK(untie(a, &u, &way, &length));
	for (uint32_t i = 0; i < u.edge_count; i++)
		o->all[i]->is_late = u.edges[i].is_late;
	for (uint32_t i = 0; i < count; i++) {
		nodes[i].rank = u.ranks[i];
		nodes[i].circle = u.circles[i];
	}
}

Graph *sim_graph(const SimProgram *p)
{
	Arena *a = arena_new("graph");
	Graph *g = ARENA_NEW(a, Graph);
	GraphNode *nodes = ARENA_ARRAY(a, GraphNode, SIM_SLOTS);
	GraphProvider *provider = ARENA_NEW(a, GraphProvider);
	GraphEdge *edges[SIM_SLOTS];
	uint32_t index[SIM_SLOTS];

	*provider = (GraphProvider){STR("sim"), STR("sim"), value_map(a, NULL, 0)};
	*g = (Graph){.arena = a, .nodes = nodes, .providers = provider, .provider_count = 1};
	for (uint32_t i = 0, n = 0; i < SIM_SLOTS; i++)
		index[i] = p->slots[i].is_there ? n++ : UINT32_MAX;
	for (uint32_t i = 0; i < SIM_SLOTS; i++) {
		GraphNode *node = &nodes[g->node_count];

		if (!p->slots[i].is_there)
			continue;
		*node = (GraphNode){.address = sim_address(a, i),
			.type = sim_schemas[p->slots[i].type].name,
			.desired = sim_desired(a, &p->slots[i]),
			.is_create_first = p->creates_first, .place = STR("sim")};
		edges[g->node_count++] = sim_edges(a, &p->slots[i], index, node);
	}
	sim_order(a, nodes, g->node_count, edges);
	return g;
}

/* ---- the naive model ---- */

static bool sim_has(const FakeObject *o, const char *attr, Value want)
{
	const Value *v = value_find(o->attrs, str_from(attr));
	Value have = v ? *v : VALUE_NULL;

	return value_eq(have, want);
}

/* Says whether an object is what a slot wants; names tell the slots apart. */
static bool sim_fits(Arena *a, const SimProgram *p, uint32_t slot, const FakeObject *o,
	const FakeObject *found)
{
	const SimSlot *s = &p->slots[slot];
	Value parent = s->parent >= 0 ? value_string(found[s->parent].id) : VALUE_NULL;
	Value network = s->network >= 0 ? value_string(found[s->network].id) : VALUE_NULL;
	const Value *copy =
		s->copy >= 0 ? value_find(found[s->copy].attrs, STR("serial")) : NULL;
	Value labels = sim_labels(a, s->labels);
	const Value *have = value_find(o->attrs, STR("labels"));

	if (!have && !s->labels)
		labels = VALUE_NULL;
	return str_eq(o->type, sim_schemas[s->type].name) &&
		sim_has(o, "name", sim_text(a, "name", s->name)) &&
		sim_has(o, "size", value_int(s->size)) &&
		sim_has(o, "note", s->note ? sim_text(a, "note", s->note) : VALUE_NULL) &&
		sim_has(o, "password",
			s->password ? value_string(sim_secret(a, s->password)) : VALUE_NULL) &&
		sim_has(o, "labels", labels) && sim_has(o, "parent", parent) &&
		sim_has(o, "network", network) && sim_has(o, "copy", copy ? *copy : VALUE_NULL);
}

/* Says whether an object holds the ids of the slots that its own names, and no others. */
static bool sim_fits_peers(Arena *a, uint32_t bits, const FakeObject *o, const FakeObject *found)
{
	const Value *have = value_find(o->attrs, STR("peers"));
	Value *items = ARENA_ARRAY(a, Value, SIM_SLOTS);
	uint32_t count = 0;

	for (uint32_t i = 0; i < SIM_SLOTS; i++)
		if (bits & 1u << i)
			items[count++] = value_string(found[i].id);
	if (!have)
		return !count;
	return value_eq(*have, value_set(a, items, count));
}

/* Shows what a slot wants beside what has its name. */
static void sim_explain(Arena *a, const SimProgram *p, uint32_t slot, const Fake *cloud, Buf *why)
{
	Value name = sim_text(a, "name", p->slots[slot].name);

	buf_print(why, "no object fits slot%02u, which wants ", slot);
	value_print(why, sim_desired(a, &p->slots[slot]), -1);
	buf_add_char(why, '\n');
	for (uint32_t i = 0; i < fake_count(cloud); i++) {
		FakeObject o = fake_object(cloud, i);

		if (!sim_has(&o, "name", name))
			continue;
		buf_print(why, "there is %.*s: ", STR_ARG(o.id));
		value_print(why, o.attrs, -1);
		buf_add_char(why, '\n');
	}
}

bool sim_matches(const SimProgram *p, const Fake *cloud, Buf *why)
{
	Arena *a = arena_new("match");
	uint32_t count = fake_count(cloud);
	bool *taken = ARENA_ARRAY(a, bool, count);
	FakeObject found[SIM_SLOTS];
	uint32_t wanted = 0;
	bool ok = true;

	for (uint32_t i = 0; i < SIM_SLOTS && ok; i++) {
		bool is_found = !p->slots[i].is_there;

		wanted += p->slots[i].is_there;
		for (uint32_t j = 0; j < count && !is_found; j++) {
			found[i] = fake_object(cloud, j);
			is_found = !taken[j] && sim_fits(a, p, i, &found[i], found);
			taken[j] = taken[j] || is_found;
		}
		ok = is_found;
		if (!ok)
			sim_explain(a, p, i, cloud, why);
	}
	for (uint32_t i = 0; i < SIM_SLOTS && ok; i++) {
		ok = !p->slots[i].is_there ||
			sim_fits_peers(a, p->slots[i].peers, &found[i], found);
		if (!ok)
			sim_explain(a, p, i, cloud, why);
	}
	if (ok && wanted != count) {
		buf_print(why, "there are %u objects, and %u are wanted\n", count, wanted);
		ok = false;
	}
	arena_free(a);
	return ok;
}
