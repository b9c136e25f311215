/* Values against types: shape, literals, formats, patterns, bounds, uniqueness, predicates.
 *
 * One walk checks a value and brings it into the shape of its type: int to float, T to range<T>,
 * list to set, constant defaults of record fields filled in, null fields left out.
 * Deferred parts are taken as they are.  Thread: any. */
#ifndef STYX_TYPES_REFINE_H
#define STYX_TYPES_REFINE_H

#include "compiler/types/relate.h"

typedef struct RefineCtx {
	Arena *arena;    /* for results */
	DiagList *diags; /* NULL: silent */
	Span at;
	Str subject; /* what it is the value of ("param `region`"), or empty */
	/* Evaluates the predicate of `type` (type->where, over `it`), reports E0420 itself and says
	 * whether it holds; NULL: predicates are not looked at. */
	bool (*holds)(void *env, const Type *type, Value it, Span at);
	/* Evaluates a default that is no constant (`field->default_node`), given the record so far
	 * (`self`); false: reported.  NULL: such fields stay absent. */
	bool (*fill)(void *env, const TypeField *field, Value self, Value *ret);
	void *env;
	Str steps[MISMATCH_STEPS_MAX]; /* refine's own: where it is; zeroed by the caller */
	uint32_t step_count;
	bool is_shape_only; /* adapt what fits, leave the rest as it is; never fails */
	Str pattern;        /* refine's own: the last pattern, compiled */
	const struct Pattern *compiled;
} RefineCtx;

/* Checks `v` and adapts it.  False: one Diag at c->at with the rule and the nearest allowed value:
 * E0401 (other type, or null), E0402, E0403 (fields), E0405 (not in enum), E0406 (range), E0407
 * (format or pattern), E0420 (predicate), E0424 (not unique).  `*ret` is only set on true. */
bool refine_value(RefineCtx *c, const Type *type, Value v, Value *ret);

/* Says whether `v` is a value of `type`, predicates aside, in silence. */
bool refine_fits(const Type *type, Value v);

/* Checks one text against a format.  False: `why` (may be NULL) gets the rule that is broken, and
 * `nearest` (may be NULL) a text that would do, or nothing. */
bool refine_format(TypeFormat format, Str text, Buf *why, Buf *nearest);

/* Finds two values of the same type in `list` that are equal; false: all differ. */
bool refine_repeat(Value list, uint32_t *ret_first, uint32_t *ret_second);

/* Says whether a literal suits the id of an object type, by the pattern of its schema (empty: any
 * text does); else reports E0409.  A pattern is a regular expression. */
bool refine_id(DiagList *l, Span at, Str type_name, Str pattern, Str text);

#endif
