/* Showing plans: to people, to machines, in pull requests, as graphs.  Nothing secret is shown.
 * All append to `b`.  Pure.  Thread: any. */
#ifndef STYX_PLAN_PLAN_PRINT_H
#define STYX_PLAN_PLAN_PRINT_H

#include "runtime/plan/plan.h"

typedef struct PrintOptions {
	bool has_colour;
	uint32_t columns; /* 0: 120 */
	bool is_summary;  /* only the last line */
} PrintOptions;

/* One line a step, what changes from old to new, and a line that sums up. */
void plan_print(Buf *b, const Plan *p, const PrintOptions *options);

/* The last line alone: "plan: 2 to create, 1 to update". */
void plan_print_summary(Buf *b, const Plan *p);

/* One attribute's change, as plan_print() shows it, with its line's end. */
void plan_print_change(Buf *b, const PlanChange *c, StepKind kind, const PrintOptions *options);

/* JSON lines, version 1 (docs/plan-json.md): one "plan" object, one "step" each, one "output" each,
 * one "summary". */
void plan_json(Buf *b, const Plan *p);

/* Markdown for a comment of at most `bytes_max` bytes (0: 65,536): a table, what is replaced and
 * destroyed in full, the rest folded; what was left out is said. */
void plan_markdown(Buf *b, const Plan *p, uint32_t bytes_max);

/* The graph of a program, `plan` (or NULL) colouring it, for dot and for Mermaid. */
void plan_graph_dot(Buf *b, const Graph *g, const Plan *plan);
void plan_graph_mermaid(Buf *b, const Graph *g, const Plan *plan);

#endif
