/* Results and conditions of functions that a signature cannot say.  Seen by builtin_match.c only.
 * Thread: one at a time per Types. */
#ifndef STYX_TYPES_BUILTIN_RULES_H
#define STYX_TYPES_BUILTIN_RULES_H

#include "compiler/types/builtin_sig.h"

/* A call whose arguments fit the signature. */
typedef struct RuleCall {
	Types *types;
	const Builtin *builtin;
	const Type *const *args; /* NULL: left out */
	uint32_t count;
	const Type *result; /* by the signature */
	CallMismatch *ret;
} RuleCall;

/* Returns the result type, or NULL and fills call->ret. */
const Type *builtin_rules_result(const RuleCall *call);

#endif
