/* Whether an operation may run over these operands.  The checker has seen to it for what the
 * compiler made; a saved plan may hold anything.  Thread: one at a time. */
#ifndef STYX_GRAPH_RESIDUAL_CHECK_H
#define STYX_GRAPH_RESIDUAL_CHECK_H

#include "compiler/types/operation.h"

/* What the check keeps between calls: signatures that were parsed.  Zeroed memory is fine. */
typedef struct ResidualCheck {
	Types *types;
	const Builtin **cache;
} ResidualCheck;

/* Says whether `op` exists, takes `count` operands, and these are of the kinds that it takes. */
bool residual_check(ResidualCheck *c, Arena *a, Operation op, const Value *args, uint32_t count);

#endif
