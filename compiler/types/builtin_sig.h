/* Calls of built-in functions: signatures matched against the types of arguments.
 *
 * Type variables: T U K V stand for any type, N for a number or a quantity, R for a record or map.
 * Matching binds each variable to the join of what stands in its places.  A few functions have a
 * result that a signature cannot say (merge, pick, flatten ...): rules in builtin_rules.c.
 * Thread: any; a Types is used by one at a time. */
#ifndef STYX_TYPES_BUILTIN_SIG_H
#define STYX_TYPES_BUILTIN_SIG_H

#include "compiler/types/operation.h"
#include "compiler/types/relate.h"

typedef enum CallFault {
	CALL_TOO_FEW,  /* index: the first parameter without an argument */
	CALL_TOO_MANY, /* index: the first argument without a parameter */
	CALL_ARGUMENT, /* argument `index` does not fit: expected, found, mismatch */
	CALL_RULE,     /* argument `index` breaks a rule of this function: `rule` */
} CallFault;

typedef struct CallMismatch {
	CallFault fault;
	uint32_t index;
	const Type *expected; /* variables replaced by what they were bound to */
	const Type *found;
	TypeMismatch mismatch;
	Str rule;
} CallMismatch;

/* Returns the result type of a call, or NULL and fills `*ret`.
 *
 * args  one type per parameter in their order, NULL for an optional one left out; the rest
 *       parameter's arguments follow.  Infer arguments first; check an argument
 *       against the parameter's type before only if builtin_is_plain() holds for it. */
const Type *builtin_check_call(
	Types *t, const Builtin *b, const Type *const *args, uint32_t count, CallMismatch *ret);

/* Reports E0418 or what the mismatch says, with the signature as a note.  `at` is the argument, or
 * the call. */
Diag *builtin_call_report(DiagList *l, Span at, const Builtin *b, const CallMismatch *m);

/* The parameter that argument `index` belongs to (the rest parameter for all that follow); NULL:
 * too many.  Says whether a type holds no variable, so that an argument can be checked
 * against it. */
const BuiltinParam *builtin_param(const Builtin *b, uint32_t index);
bool builtin_is_plain(const Type *type);

/* Parses a type in the notation of signatures ("map<string, list<T>>", "{ a: int, ... }?"); NULL:
 * it is none.  Also what OP_ADAPT's second operand is written in. */
const Type *builtin_parse_type(Types *t, Str text);

/* What a function of Terraform is called here: "cidrsubnet" gives "cidr_subnet"; where it takes
 * more than a name, `*ret_hint` says what to write ("write `[for x in xs => x.id]`").  An empty
 * name and hint: not known. */
Str builtin_of_terraform(Str name, Str *ret_hint);

/* The page docs/functions.md: every function by subject, with signature, text and example. */
void builtin_print_docs(Buf *b);

#endif
