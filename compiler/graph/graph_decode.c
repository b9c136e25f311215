/* Bytes to a graph, trusting nothing: counts against what is left, order, targets, texts.
 *
 * A graph that was decoded keeps what graph.h promises: nodes sorted by address, edges sorted and
 * without cycles, ranks right, indices within bounds. */
#include "compiler/graph/graph_encode.h"

#include "compiler/base/limits.h"
#include "compiler/base/utf8.h"
#include "compiler/graph/graph_bytes.h"

typedef struct Decode {
	Arena *arena;
	Str bytes;
	size_t at;
	bool has_places;
	bool has_failed;
	Diag *err;
} Decode;

static void decode_fail(Decode *d, const char *what)
{
	if (!d->has_failed)
		(void)diag_fail(d->err, DIAG_DECODE, NULL, /* its false is has_failed */
			"cannot read a plan graph: %s at byte %zu", what, d->at);
	d->has_failed = true;
}

static uint8_t get_byte(Decode *d)
{
	if (d->has_failed || d->at == d->bytes.len) {
		decode_fail(d, "it ends too early");
		return 0;
	}
	return (uint8_t)d->bytes.ptr[d->at++];
}

static bool get_bool(Decode *d)
{
	uint8_t b = get_byte(d);

	if (b > 1)
		decode_fail(d, "a flag that is neither 0 nor 1");
	return b == 1;
}

static uint64_t get_leb(Decode *d, uint64_t max)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t b = get_byte(d);

		if (d->has_failed)
			return 0;
		if (shift == 63 && b > 1)
			break;
		v |= (uint64_t)(b & 0x7f) << shift;
		if (b & 0x80)
			continue;
		if (v > max || (shift && !b))
			break; /* too large, or a longer form than needed */
		return v;
	}
	decode_fail(d, "a number out of range");
	return 0;
}

/* The number of rows, each of which takes at least one byte. */
static uint32_t get_count(Decode *d, uint32_t max)
{
	size_t left = d->bytes.len - d->at;
	uint64_t n = get_leb(d, max);

	if (n > left) {
		decode_fail(d, "more rows than bytes");
		return 0;
	}
	return (uint32_t)n;
}

static Str get_text(Decode *d)
{
	uint64_t len = get_leb(d, TEXT_BYTES_MAX);
	size_t wrong;

	if (d->has_failed || len > d->bytes.len - d->at) {
		decode_fail(d, "a text longer than what is left");
		return STR("");
	}
	Str text = str_slice(d->bytes, d->at, d->at + (size_t)len);

	d->at += (size_t)len;
	if (!utf8_is_valid(text, &wrong)) {
		decode_fail(d, "a text that is not UTF-8");
		return STR("");
	}
	return text.len ? str_copy(d->arena, text) : STR("");
}

static Value get_value(Decode *d)
{
	Value v = VALUE_NULL;

	if (!d->has_failed && !value_decode_at(d->arena, d->bytes, &d->at, &v, d->err))
		d->has_failed = true;
	return d->has_failed ? VALUE_NULL : v;
}

static Span get_span(Decode *d)
{
	Span at;

	at.begin = (uint32_t)get_leb(d, UINT32_MAX);
	at.end = (uint32_t)get_leb(d, UINT32_MAX);
	if (at.end < at.begin)
		decode_fail(d, "a span that ends before it begins");
	return at;
}

static void get_providers(Decode *d, Graph *g)
{
	uint32_t n = get_count(d, GRAPH_NODES_MAX);
	GraphProvider *made = ARENA_ARRAY(d->arena, GraphProvider, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		made[i].id = get_text(d);
		made[i].type = get_text(d);
		made[i].settings = get_value(d);
		if (i && str_cmp(made[i - 1].id, made[i].id) >= 0)
			decode_fail(d, "providers out of order");
	}
	g->providers = made;
	g->provider_count = n;
}

static void get_edges(Decode *d, GraphNode *node, uint32_t node_count)
{
	uint32_t n = get_count(d, UINT32_MAX);
	GraphEdge *made = ARENA_ARRAY(d->arena, GraphEdge, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		made[i].target = (uint32_t)get_leb(d, node_count ? node_count - 1 : 0);
		made[i].path = get_text(d);
		uint8_t late = get_byte(d);

		made[i].is_late = late;
		if (late > 1)
			decode_fail(d, "unknown flags");
		bool is_sorted = !i || made[i - 1].target < made[i].target ||
				 (made[i - 1].target == made[i].target &&
					 str_cmp(made[i - 1].path, made[i].path) < 0);

		if (!is_sorted)
			decode_fail(d, "edges out of order");
	}
	node->edges = made;
	node->edge_count = n;
}

static void get_spans(Decode *d, GraphNode *node)
{
	uint32_t n = get_count(d, UINT32_MAX);
	GraphSpan *made = ARENA_ARRAY(d->arena, GraphSpan, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		made[i].path = get_text(d);
		made[i].at = get_span(d);
	}
	node->spans = made;
	node->span_count = n;
}

static void get_node(Decode *d, const Graph *g, GraphNode *node, uint32_t node_count)
{
	uint8_t kind = get_byte(d);

	if (kind > GRAPH_LOOKUP)
		decode_fail(d, "an unknown kind of node");
	node->kind = (GraphKind)kind;
	node->address = get_text(d);
	node->type = get_text(d);
	node->provider = (uint32_t)get_leb(d, g->provider_count ? g->provider_count - 1 : 0);
	if (!g->provider_count)
		decode_fail(d, "a node without a provider");
	node->desired = get_value(d);
	node->unchecked = get_value(d);
	uint8_t flags = get_byte(d);

	if (flags > 3)
		decode_fail(d, "unknown flags");
	node->is_protected = flags & 1;
	node->is_create_first = flags >> 1;
	node->timeout_ms = (int64_t)get_leb(d, INT64_MAX);
	node->rank = (uint32_t)get_leb(d, node_count);
	node->circle = (uint32_t)get_leb(d, node_count);
	get_edges(d, node, node_count);
	if (!d->has_places || d->has_failed)
		return;
	node->at = get_span(d);
	node->place = get_text(d);
	get_spans(d, node);
}

/* Ranks that are right prove that there are no cycles but through late edges; and those lie on the
 * circle that both ends belong to. */
static void check_ranks(Decode *d, const Graph *g)
{
	for (uint32_t i = 0; i < g->node_count && !d->has_failed; i++) {
		const GraphNode *node = &g->nodes[i];
		uint32_t rank = 0;

		for (uint32_t k = 0; k < node->edge_count; k++) {
			const GraphNode *target = &g->nodes[node->edges[k].target];
			uint32_t below = target->rank;

			if (node->edges[k].is_late) {
				if (!node->circle || node->circle != target->circle)
					decode_fail(d, "a late edge outside of circles");
				continue;
			}
			if (below >= rank)
				rank = below + 1;
		}
		if (node->rank != rank)
			decode_fail(d, "a rank that does not fit the edges");
	}
}

static void get_nodes(Decode *d, Graph *g)
{
	uint32_t n = get_count(d, GRAPH_NODES_MAX);
	GraphNode *made = ARENA_ARRAY(d->arena, GraphNode, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		get_node(d, g, &made[i], n);
		if (i && str_cmp(made[i - 1].address, made[i].address) >= 0)
			decode_fail(d, "nodes out of order");
	}
	g->nodes = made;
	g->node_count = n;
	check_ranks(d, g);
}

static void get_outputs(Decode *d, Graph *g)
{
	uint32_t n = get_count(d, GRAPH_NODES_MAX);
	GraphOutput *made = ARENA_ARRAY(d->arena, GraphOutput, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		made[i].name = get_text(d);
		made[i].value = get_value(d);
		made[i].is_secret = get_bool(d);
		made[i].doc = get_text(d);
		if (i && str_cmp(made[i - 1].name, made[i].name) >= 0)
			decode_fail(d, "outputs out of order");
	}
	g->outputs = made;
	g->output_count = n;
}

static void get_checks(Decode *d, Graph *g)
{
	uint32_t n = get_count(d, UINT32_MAX);
	GraphCheck *made = ARENA_ARRAY(d->arena, GraphCheck, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		made[i].condition = get_value(d);
		made[i].message = get_value(d);
		made[i].address = get_text(d);
		if (!d->has_places)
			continue;
		made[i].at = get_span(d);
		made[i].place = get_text(d);
	}
	g->checks = made;
	g->check_count = n;
}

static void get_lookups(Decode *d, Graph *g)
{
	uint32_t n = get_count(d, GRAPH_NODES_MAX);
	GraphLookup *made = ARENA_ARRAY(d->arena, GraphLookup, n);

	for (uint32_t i = 0; i < n && !d->has_failed; i++) {
		made[i].address = get_text(d);
		made[i].type = get_text(d);
		made[i].provider = (uint32_t)get_leb(d, GRAPH_NODES_MAX);
		made[i].args = get_value(d);
		if (made[i].provider >= g->provider_count)
			decode_fail(d, "a lookup without a provider");
		if (!d->has_places)
			continue;
		made[i].at = get_span(d);
		made[i].place = get_text(d);
	}
	g->lookups = made;
	g->lookup_count = n;
}

static void get_head(Decode *d)
{
	Str magic = STR(GRAPH_MAGIC);

	if (!str_starts(d->bytes, magic)) {
		decode_fail(d, "it does not begin like one");
		return;
	}
	d->at = magic.len;
	if (get_byte(d) != GRAPH_VERSION)
		decode_fail(d, "an unknown version");
	d->has_places = get_bool(d);
}

bool graph_decode(Str bytes, Graph **ret, Diag *err)
{
	Arena *arena = arena_new("graph");
	Decode d = {.arena = arena, .bytes = bytes, .err = err};
	Graph *g = ARENA_NEW(arena, Graph);

	g->arena = arena;
	get_head(&d);
	if (!d.has_failed)
		get_providers(&d, g);
	if (!d.has_failed)
		get_nodes(&d, g);
	if (!d.has_failed)
		get_outputs(&d, g);
	if (!d.has_failed)
		get_checks(&d, g);
	if (!d.has_failed)
		get_lookups(&d, g);
	if (!d.has_failed)
		g->params = get_value(&d);
	if (!d.has_failed && d.at != bytes.len)
		decode_fail(&d, "something follows its end");
	if (d.has_failed) {
		(void)graph_free(g);
		return false;
	}
	*ret = g;
	return true;
}
