/* A program's graph for dot and for Mermaid: an arrow from what needs to what is needed;
 * a broken one where the need is met after both are there. */
#include "runtime/plan/plan_print.h"

/* What the plan does with each node; -1: nothing. */
static int *graph_kinds(Arena *a, const Graph *g, const Plan *plan)
{
	int *kinds = ARENA_ARRAY(a, int, g->node_count);

	for (uint32_t i = 0; i < g->node_count; i++)
		kinds[i] = -1;
	for (uint32_t i = 0; plan && i < plan->step_count; i++)
		if (plan->steps[i].node >= 0 && plan_step_is_shown(&plan->steps[i]))
			kinds[plan->steps[i].node] = (int)plan->steps[i].kind;
	return kinds;
}

static const char *graph_colour(int kind)
{
	switch (kind) {
	case STEP_CREATE:
		return "#c8e6c9";
	case STEP_UPDATE:
		return "#fff3c4";
	case STEP_REPLACE:
		return "#ffcdd2";
	case STEP_READ:
		return "#bbdefb";
	default:
		return "#f5f5f5";
	}
}

/* Text between double quotes, for both languages. */
static void graph_quote(Buf *b, Str s, const char *quote)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '"')
			buf_add_cstr(b, quote);
		else if (s.ptr[i] == '\\')
			buf_add(b, STR("\\\\"));
		else
			buf_add_char(b, s.ptr[i]);
}

/* Says whether an edge repeats the one before: there is one for each attribute. */
static bool graph_repeats(const GraphNode *node, uint32_t edge)
{
	return edge && node->edges[edge - 1].target == node->edges[edge].target;
}

/* Says whether all edges to the target of this one, the first, give way. */
static bool graph_is_late(const GraphNode *node, uint32_t edge)
{
	bool is_late = node->edges[edge].is_late;

	for (uint32_t i = edge + 1; i < node->edge_count && graph_repeats(node, i); i++)
		is_late = is_late && node->edges[i].is_late;
	return is_late;
}

void plan_graph_dot(Buf *b, const Graph *g, const Plan *plan)
{
	Arena *a = arena_new("graph");
	const int *kinds = graph_kinds(a, g, plan);

	buf_add(b, STR("digraph styx {\n\trankdir = \"BT\";\n"
		       "\tnode [shape = box, style = filled, fontname = \"sans-serif\"];\n"));
	for (uint32_t i = 0; i < g->node_count; i++) {
		buf_print(b, "\tn%u [label = \"", i);
		graph_quote(b, g->nodes[i].address, "\\\"");
		buf_add(b, STR("\\n"));
		graph_quote(b, g->nodes[i].type, "\\\"");
		buf_print(b, "\", fillcolor = \"%s\"];\n", graph_colour(kinds[i]));
	}
	for (uint32_t i = 0; i < g->node_count; i++)
		for (uint32_t e = 0; e < g->nodes[i].edge_count; e++)
			if (!graph_repeats(&g->nodes[i], e))
				buf_print(b, "\tn%u -> n%u%s;\n", i, g->nodes[i].edges[e].target,
					graph_is_late(&g->nodes[i], e) ? " [style = dashed]" : "");
	buf_add(b, STR("}\n"));
	arena_free(a);
}

void plan_graph_mermaid(Buf *b, const Graph *g, const Plan *plan)
{
	Arena *a = arena_new("graph");
	const int *kinds = graph_kinds(a, g, plan);

	buf_add(b, STR("flowchart BT\n"));
	for (uint32_t i = 0; i < g->node_count; i++) {
		buf_print(b, "\tn%u[\"", i);
		graph_quote(b, g->nodes[i].address, "#quot;");
		buf_add(b, STR("<br>"));
		graph_quote(b, g->nodes[i].type, "#quot;");
		buf_add(b, STR("\"]\n"));
		if (kinds[i] >= 0)
			buf_print(b, "\tstyle n%u fill:%s\n", i, graph_colour(kinds[i]));
	}
	for (uint32_t i = 0; i < g->node_count; i++)
		for (uint32_t e = 0; e < g->nodes[i].edge_count; e++)
			if (!graph_repeats(&g->nodes[i], e))
				buf_print(b, "\tn%u %s n%u\n", i,
					graph_is_late(&g->nodes[i], e) ? "-.->" : "-->",
					g->nodes[i].edges[e].target);
	arena_free(a);
}
