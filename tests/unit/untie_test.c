/* Untying circles, against a naive model. */
#include "compiler/graph/untie.h"
#include "compiler/base/check.h"
#include "tests/unit/test.h"

enum { UNTIE_NODES = 9, UNTIE_EDGES = 40, UNTIE_ROUNDS = 20000 };

typedef struct UntieCase {
	Untie u;
	UntieEdge edges[UNTIE_EDGES];
	bool can_wait[UNTIE_EDGES];
} UntieCase;

static bool untie_case_waits(void *ctx, uint32_t edge)
{
	const UntieCase *c = ctx;

	return c->can_wait[edge];
}

static void untie_case(UntieCase *c, uint32_t nodes)
{
	c->u = (Untie){.node_count = nodes, .edges = c->edges, .edge_count = c->u.edge_count,
		.can_wait = untie_case_waits, .ctx = c};
}

static void untie_edge(UntieCase *c, uint32_t from, uint32_t to, bool can_wait)
{
	c->edges[c->u.edge_count] = (UntieEdge){from, to, false};
	c->can_wait[c->u.edge_count++] = can_wait;
}

/* Who reaches whom over the edges that `takes` says yes to. */
static void untie_reach(const UntieCase *c, bool with_late, bool only_tight,
	bool reach[UNTIE_NODES][UNTIE_NODES])
{
	for (uint32_t i = 0; i < UNTIE_NODES; i++)
		for (uint32_t j = 0; j < UNTIE_NODES; j++)
			reach[i][j] = false;
	for (uint32_t e = 0; e < c->u.edge_count; e++)
		if ((with_late || !c->edges[e].is_late) && !(only_tight && c->can_wait[e]))
			reach[c->edges[e].from][c->edges[e].to] = true;
	for (uint32_t k = 0; k < UNTIE_NODES; k++)
		for (uint32_t i = 0; i < UNTIE_NODES; i++)
			for (uint32_t j = 0; j < UNTIE_NODES; j++)
				reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
}

static bool untie_has_circle(bool reach[UNTIE_NODES][UNTIE_NODES])
{
	for (uint32_t i = 0; i < UNTIE_NODES; i++)
		if (reach[i][i])
			return true;
	return false;
}

static void untie_check(const UntieCase *c, bool ok, const uint32_t *way, uint32_t count)
{
	bool all[UNTIE_NODES][UNTIE_NODES], left[UNTIE_NODES][UNTIE_NODES];

	untie_reach(c, true, true, left);
	CHECK_EQ(ok, !untie_has_circle(left));
	if (!ok) {
		CHECK_THAT(count > 0);
		for (uint32_t i = 0; i < count; i++)
			CHECK_THAT(left[way[i]][way[(i + 1) % count]]);
		return;
	}
	untie_reach(c, true, false, all);
	untie_reach(c, false, false, left);
	CHECK_THAT(!untie_has_circle(left));
	for (uint32_t e = 0; e < c->u.edge_count; e++) {
		UntieEdge edge = c->edges[e];

		if (edge.is_late)
			CHECK_THAT(c->can_wait[e] && all[edge.to][edge.from] &&
				c->u.circles[edge.from] == c->u.circles[edge.to]);
		else
			CHECK_THAT(c->u.ranks[edge.from] > c->u.ranks[edge.to]);
	}
	for (uint32_t i = 0; i < c->u.node_count; i++)
		for (uint32_t j = 0; j < c->u.node_count; j++)
			CHECK_EQ(c->u.circles[i] && c->u.circles[i] == c->u.circles[j],
				i == j ? all[i][i] : all[i][j] && all[j][i]);
}

TEST(untie_agrees_with_a_naive_model)
{
	uint32_t chance = 1;

	for (uint32_t round = 0; round < UNTIE_ROUNDS; round++) {
		Arena *a = arena_new("untie");
		UntieCase c = {0};
		uint32_t *way = NULL, count = 0;
		uint32_t nodes = 1 + round % UNTIE_NODES;
		uint32_t edges = round / 7 % UNTIE_EDGES;

		for (uint32_t e = 0; e < edges; e++) {
			uint32_t part[3];

			for (uint32_t k = 0; k < 3; k++) {
				chance = chance * 1664525 + 1013904223;
				part[k] = chance >> 16;
			}
			untie_edge(&c, part[0] % nodes, part[1] % nodes, part[2] % 4 != 0);
		}
		untie_case(&c, nodes);
		bool ok = untie(a, &c.u, &way, &count);

		untie_check(&c, ok, way, count);
		arena_free(a);
	}
}

TEST(untie_lets_the_lowest_go_first)
{
	Arena *a = arena_new("untie");
	UntieCase c = {0};
	uint32_t *way, count;

	untie_edge(&c, 1, 2, true);
	untie_edge(&c, 2, 1, true);
	untie_edge(&c, 0, 1, true);
	untie_case(&c, 3);
	CHECK_THAT(untie(a, &c.u, &way, &count));
	CHECK_THAT(c.edges[0].is_late && !c.edges[1].is_late && !c.edges[2].is_late);
	CHECK_THAT(!c.u.circles[0] && c.u.circles[1] && c.u.circles[1] == c.u.circles[2]);
	arena_free(a);
}

TEST(untie_breaks_no_edge_without_a_circle)
{
	Arena *a = arena_new("untie");
	UntieCase c = {0};
	uint32_t *way, count;

	untie_edge(&c, 2, 1, true);
	untie_edge(&c, 1, 0, true);
	untie_case(&c, 3);
	CHECK_THAT(untie(a, &c.u, &way, &count));
	CHECK_EQ(c.u.ranks[2], 2);
	CHECK_THAT(!c.edges[0].is_late && !c.edges[1].is_late);
	arena_free(a);
}
