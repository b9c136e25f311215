/* The canonical bytes of a graph.
 *
 *     "styxgraph" version has_places
 *     providers nodes outputs checks lookups, each a count and its rows; params
 *
 * Counts and numbers are LEB128, texts a length and bytes, values as value_encode() gives them.
 * graph_decode.c reads the same, in the same order. */
#include "compiler/graph/graph_encode.h"

#include "compiler/base/limits.h"
#include "compiler/graph/graph_bytes.h"

static void put_text(Buf *b, Str s)
{
	buf_add_leb(b, s.len);
	buf_add(b, s);
}

static void put_span(Buf *b, Span at)
{
	buf_add_leb(b, at.begin);
	buf_add_leb(b, at.end);
}

static void put_place(Buf *b, Span at, Str place)
{
	put_span(b, at);
	put_text(b, place);
}

static void put_providers(Buf *b, const Graph *g)
{
	buf_add_leb(b, g->provider_count);
	for (uint32_t i = 0; i < g->provider_count; i++) {
		put_text(b, g->providers[i].id);
		put_text(b, g->providers[i].type);
		value_encode(b, g->providers[i].settings);
	}
}

static void put_node(Buf *b, const GraphNode *n, bool has_places)
{
	buf_add_byte(b, (uint8_t)n->kind);
	put_text(b, n->address);
	put_text(b, n->type);
	buf_add_leb(b, n->provider);
	value_encode(b, n->desired);
	value_encode(b, n->unchecked);
	buf_add_byte(b, (uint8_t)(n->is_protected | n->is_create_first << 1));
	buf_add_leb(b, (uint64_t)n->timeout_ms);
	buf_add_leb(b, n->rank);
	buf_add_leb(b, n->circle);
	buf_add_leb(b, n->edge_count);
	for (uint32_t i = 0; i < n->edge_count; i++) {
		buf_add_leb(b, n->edges[i].target);
		put_text(b, n->edges[i].path);
		buf_add_byte(b, n->edges[i].is_late);
	}
	if (!has_places)
		return;
	put_place(b, n->at, n->place);
	buf_add_leb(b, n->span_count);
	for (uint32_t i = 0; i < n->span_count; i++) {
		put_text(b, n->spans[i].path);
		put_span(b, n->spans[i].at);
	}
}

static void put_outputs(Buf *b, const Graph *g)
{
	buf_add_leb(b, g->output_count);
	for (uint32_t i = 0; i < g->output_count; i++) {
		put_text(b, g->outputs[i].name);
		value_encode(b, g->outputs[i].value);
		buf_add_byte(b, g->outputs[i].is_secret);
		put_text(b, g->outputs[i].doc);
	}
}

static void put_checks(Buf *b, const Graph *g, bool has_places)
{
	buf_add_leb(b, g->check_count);
	for (uint32_t i = 0; i < g->check_count; i++) {
		value_encode(b, g->checks[i].condition);
		value_encode(b, g->checks[i].message);
		put_text(b, g->checks[i].address);
		if (has_places)
			put_place(b, g->checks[i].at, g->checks[i].place);
	}
}

static void put_lookups(Buf *b, const Graph *g, bool has_places)
{
	buf_add_leb(b, g->lookup_count);
	for (uint32_t i = 0; i < g->lookup_count; i++) {
		put_text(b, g->lookups[i].address);
		put_text(b, g->lookups[i].type);
		buf_add_leb(b, g->lookups[i].provider);
		value_encode(b, g->lookups[i].args);
		if (has_places)
			put_place(b, g->lookups[i].at, g->lookups[i].place);
	}
}

static void put_head(Buf *b, const Graph *g, bool has_places)
{
	buf_add(b, STR(GRAPH_MAGIC));
	buf_add_byte(b, GRAPH_VERSION);
	buf_add_byte(b, has_places);
	put_providers(b, g);
	buf_add_leb(b, g->node_count);
}

static void put_tail(Buf *b, const Graph *g, bool has_places)
{
	put_outputs(b, g);
	put_checks(b, g, has_places);
	put_lookups(b, g, has_places);
	value_encode(b, g->params);
}

void graph_encode(Buf *b, const Graph *g, bool has_places)
{
	put_head(b, g, has_places);
	for (uint32_t i = 0; i < g->node_count; i++)
		put_node(b, &g->nodes[i], has_places);
	put_tail(b, g, has_places);
}

/* Digests what is in `b` into `all` when it is enough, or at the end. */
static void digest_part(Buf *b, Buf *all, bool is_last)
{
	if (b->len < GRAPH_DIGEST_PART && !is_last)
		return;
	Digest d = hash_of(HASH_SHA256, buf_str(b));

	buf_add(all, hash_str(&d));
	buf_clear(b);
}

/* The digest of the digests of parts of 64 KiB and more, each ending with a node, so that the whole
 * encoding never stands in memory. */
Digest graph_digest(const Graph *g)
{
	Buf b, all;

	buf_init(&b, SIZE_MAX / 2);
	buf_init(&all, SIZE_MAX / 2);
	put_head(&b, g, false);
	for (uint32_t i = 0; i < g->node_count; i++) {
		put_node(&b, &g->nodes[i], false);
		digest_part(&b, &all, false);
	}
	put_tail(&b, g, false);
	digest_part(&b, &all, true);
	Digest d = hash_of(HASH_SHA256, buf_str(&all));

	buf_fini(&b);
	buf_fini(&all);
	return d;
}
