/* One type, `test.box`, with an attribute of each kind. */
#include "tests/unit/world_util.h"

#include "compiler/base/check.h"
#include "compiler/graph/untie.h"
#include "runtime/plan/plan_print.h"
#include "runtime/state/lease.h"
#include "tests/unit/test.h"

static const Type world_string = {.kind = TYPE_STRING};
static const Type world_optional = {.kind = TYPE_OPTIONAL, .elem = &world_string};
static const Type world_secret_type = {.kind = TYPE_SECRET, .elem = &world_string};
static const Type world_id = {.kind = TYPE_ID, .name = STR_INIT("test.box")};
static const Type world_needs = {.kind = TYPE_OPTIONAL, .elem = &world_id};
static const SchemaMap world_cut = {0}; /* `-> none` */
static const SchemaCall world_call = {.name = STR_INIT("Call")};
static const SchemaSteps world_create = {.call = &world_call};
static const SchemaSync world_syncs[] = {{.attr = STR_INIT("peer"), .put = &world_call}};
static const SchemaAttr world_attrs[] = {
	{.name = STR_INIT("id"), .type = &world_string, .flags = ATTR_OUT},
	{.name = STR_INIT("name"), .type = &world_string, .flags = ATTR_REPLACE},
	{.name = STR_INIT("note"), .type = &world_optional},
	{.name = STR_INIT("password"), .type = &world_secret_type,
		.flags = ATTR_SECRET | ATTR_WRITE_ONLY},
	{.name = STR_INIT("port"), .type = &world_optional, .flags = ATTR_REPLACE | ATTR_UNIQUE},
	{.name = STR_INIT("needs"), .type = &world_needs},
	{.name = STR_INIT("peer"), .type = &world_optional, .writes = &world_cut, .write_count = 1},
	{.name = STR_INIT("serial"), .type = &world_string, .flags = ATTR_OUT},
};
static const SchemaService world_service = {.name = STR_INIT("test"),
	.provider = STR_INIT("test"), .protocol = STR_INIT("native")};
static const SchemaResource world_box = {.name = STR_INIT("test.box"),
	.service = &world_service, .attrs = world_attrs,
	.attr_count = sizeof(world_attrs) / sizeof(*world_attrs), .create = &world_create,
	.syncs = world_syncs, .sync_count = 1};

static const SchemaResource *world_schema_of(void *ctx, Str type)
{
	(void)ctx;
	return str_eq(type, world_box.name) ? &world_box : NULL;
}

static bool world_driver_of(void *ctx, Str id, Str type, Value settings, Driver **ret, Diag *err)
{
	TestWorld *t = ctx;

	(void)id, (void)type, (void)settings, (void)err;
	*ret = fake_driver(t->cloud);
	return true;
}

static bool world_secret_of(void *ctx, Arena *a, const Residual *handle, Value *ret, Diag *err)
{
	(void)ctx, (void)err;
	*ret = value_string(str_print(a, "bytes-of-%.*s", STR_ARG(handle->args[0].as.text)));
	return true;
}

typedef struct WorldRun {
	TestWorld *world;
	void (*fn)(TestWorld *t);
} WorldRun;

static void world_fiber(void *arg)
{
	WorldRun *run = arg;

	run->fn(run->world);
	run->world->store = store_close(run->world->store);
}

void world_run(void (*fn)(TestWorld *t))
{
	TestWorld t = {.dir = state_dir_new(), .loop = loop_new(), .arena = arena_new("world")};
	WorldRun run = {&t, fn};
	Diag err = {0};

	t.cloud = fake_new(t.loop, 7);
	CHECK(store_open(t.loop, t.dir.path, STORE_CREATE, STR("default"), &t.store, &err));
	t.world = (World){.loop = t.loop, .store = t.store, .ctx = &t,
		.schema = world_schema_of, .driver = world_driver_of, .secret = world_secret_of};
	diag_list_init(&t.diags, t.arena);
	fiber_main(t.loop, world_fiber, &run);
	graph_free(t.graph);
	fake_free(t.cloud);
	loop_free(t.loop);
	arena_free(t.arena);
	state_dir_free(&t.dir);
}

static Value world_residual(Arena *a, ResidualOp op, const char *name, const char *arg)
{
	Residual *r = ARENA_NEW(a, Residual);
	Value *args = ARENA_NEW(a, Value);

	*args = value_string(str_from(arg));
	*r = (Residual){.op = op, .name = str_from(name), .args = args, .arg_count = 1,
		.is_secret = op == RESIDUAL_SECRET};
	return value_residual(r);
}

static Value world_desired(Arena *a, const WorldNode *n)
{
	ValueEntry *e = ARENA_ARRAY(a, ValueEntry, 6);
	uint32_t count = 0;

	e[count++] = (ValueEntry){STR("name"), value_string(str_from(n->name))};
	if (n->note)
		e[count++] = (ValueEntry){STR("note"), value_string(str_from(n->note))};
	if (n->secret)
		e[count++] = (ValueEntry){STR("password"),
			world_residual(a, RESIDUAL_SECRET, "env", n->secret)};
	if (n->port)
		e[count++] = (ValueEntry){STR("port"), value_string(str_from(n->port))};
	if (n->needs)
		e[count++] = (ValueEntry){STR("needs"),
			world_residual(a, RESIDUAL_REF, n->needs, "id")};
	if (n->peer)
		e[count++] = (ValueEntry){STR("peer"),
			world_residual(a, RESIDUAL_REF, n->peer, "id")};
	return value_map(a, e, count);
}

static void world_edge(const Graph *g, GraphNode *node, GraphEdge *edges, const char *to, Str path)
{
	int64_t target = to ? graph_find(g, str_from(to)) : -1;

	CHECK(!to || target >= 0);
	if (to)
		edges[node->edge_count++] = (GraphEdge){(uint32_t)target, path, false};
	if (node->edge_count == 2 && edges[0].target > edges[1].target) {
		GraphEdge first = edges[1];

		edges[1] = edges[0];
		edges[0] = first;
	}
}

typedef struct WorldOrder {
	GraphEdge **all;
} WorldOrder;

static bool world_can_wait(void *ctx, uint32_t edge)
{
	const WorldOrder *o = ctx;

	return str_eq(o->all[edge]->path, STR("peer"));
}

/* Ranks, circles and late edges, as the compiler finds them. */
static void world_order(Arena *a, GraphNode *nodes, uint32_t count)
{
	WorldOrder o = {ARENA_ARRAY(a, GraphEdge *, 2 * count + 1)};
	Untie u = {.node_count = count, .can_wait = world_can_wait, .ctx = &o};
	uint32_t *way, length;

	u.edges = ARENA_ARRAY(a, UntieEdge, 2 * count + 1);
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t e = 0; e < nodes[i].edge_count; e++) {
			GraphEdge *copy = ARENA_NEW(a, GraphEdge);

			*copy = nodes[i].edges[e];
			o.all[u.edge_count] = copy;
			u.edges[u.edge_count++] = (UntieEdge){i, copy->target, false};
		}
	CHECK(untie(a, &u, &way, &length));
	for (uint32_t i = 0, e = 0; i < count; i++) {
		GraphEdge *edges = ARENA_ARRAY(a, GraphEdge, 2);

		nodes[i].rank = u.ranks[i];
		nodes[i].circle = u.circles[i];
		for (uint32_t k = 0; k < nodes[i].edge_count; k++, e++) {
			edges[k] = *o.all[e];
			edges[k].is_late = u.edges[e].is_late;
		}
		nodes[i].edges = edges;
	}
}

const Graph *world_graph(TestWorld *t, const WorldNode *nodes, uint32_t count)
{
	Arena *a = arena_new("graph");
	Graph *g = ARENA_NEW(a, Graph);
	GraphNode *made = ARENA_ARRAY(a, GraphNode, count);
	GraphProvider *provider = ARENA_NEW(a, GraphProvider);

	*provider = (GraphProvider){STR("test"), STR("test"), value_map(a, NULL, 0)};
	*g = (Graph){.arena = a, .nodes = made, .node_count = count, .providers = provider,
		.provider_count = 1};
	for (uint32_t i = 0; i < count; i++)
		made[i] = (GraphNode){.address = str_from(nodes[i].address),
			.type = world_box.name, .desired = world_desired(a, &nodes[i]),
			.is_protected = nodes[i].is_protected,
			.is_create_first = nodes[i].is_create_first,
			.place = STR("main.styx:1:1")};
	for (uint32_t i = 0; i < count; i++) {
		GraphEdge *edges = ARENA_ARRAY(a, GraphEdge, 2);

		made[i].edges = edges;
		world_edge(g, &made[i], edges, nodes[i].needs, STR("needs"));
		world_edge(g, &made[i], edges, nodes[i].peer, STR("peer"));
	}
	world_order(a, made, count);
	graph_free(t->graph);
	t->graph = g;
	return g;
}

Plan *world_plan(TestWorld *t, const PlanOptions *options)
{
	static const PlanOptions plain = {.max_destroys = -1};
	StateView *view;
	Plan *plan = NULL;
	Diag err = {0};

	CHECK_THAT(object_load(t->store, &view, &err));
	if (!plan_make(&t->world, t->graph, view, options ? options : &plain, &t->diags, &plan))
		return NULL;
	return plan;
}

bool world_apply(TestWorld *t, const WorldNode *nodes, uint32_t count)
{
	ApplyOptions how = {0};
	ApplyResult result;
	Diag err = {0};
	bool ok = false;

	world_graph(t, nodes, count);
	CHECK_THAT(lease_take(t->store, STR("test"), &err));

	Plan *plan = world_plan(t, NULL);

	if (plan) {
		ok = apply_run(&t->world, plan, &how, &result, &err);
		apply_result_fini(&result);
	}
	plan_free(plan);
	CHECK_THAT(lease_give(t->store, &err));
	diag_fini(&err);
	return ok;
}

const PlanStep *world_step(const Plan *p, const char *address)
{
	for (uint32_t i = 0; i < p->step_count; i++)
		if (plan_step_is_shown(&p->steps[i]) &&
			str_eq(p->steps[i].address, str_from(address)))
			return &p->steps[i];
	return NULL;
}

Str world_text(TestWorld *t, const Plan *p)
{
	PrintOptions options = {.columns = 100};
	Buf b;

	buf_init(&b, 1 << 20);
	plan_print(&b, p, &options);
	Str text = str_copy(t->arena, buf_str(&b));

	buf_fini(&b);
	return text;
}
