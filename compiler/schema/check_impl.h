/* What the files of the schema check share.  Thread: one at a time. */
#ifndef STYX_SCHEMA_CHECK_IMPL_H
#define STYX_SCHEMA_CHECK_IMPL_H

#include "compiler/base/map.h"
#include "compiler/schema/lower_impl.h"

/* The answer of a call that a `let` holds. */
typedef struct CheckLet {
	Str name;
	const ModelShape *shape;
} CheckLet;

typedef struct SchemaChecker {
	const SchemaResource *resource;
	Lower lower; /* the resource's context: model, aspects, shapes */
	DiagList *diags;
	Map *used; /* names that calls, templates and rules mention */
	Vec(CheckLet) lets;
	const Type *item; /* of `it` inside a sync; NULL: not known */
} SchemaChecker;

/* Checks all calls and waiters, and fills `used`. */
void check_calls(SchemaChecker *c);

/* Checks the flags, types, paths and names of all attributes. */
void check_attrs(SchemaChecker *c);

/* Reports E0801 where a path leads to nothing in `shape`; `what` is whose path it is.  Returns the
 * shape at its end, or NULL. */
const ModelShape *check_path(
	SchemaChecker *c, const ModelShape *shape, const SchemaPath *path, uint32_t from, Span at);

/* Checks the names and functions in an expression where plain names are attributes: E0801 for a
 * member of an answer, E0808 for all else.  Notes the names as used. */
void check_names(SchemaChecker *c, const SchemaExpr *e);

/* Reports E0808 when a dotted path leads to no attribute; notes it as used. */
void check_attr_path(SchemaChecker *c, Str path, Span at);

/* Reports E0808 for an unknown function, an unknown class among error codes. */
void check_function(SchemaChecker *c, Str name, Span at);
void check_codes(SchemaChecker *c, SchemaCodes codes, Span at);
void check_fns(SchemaChecker *c, const SchemaFn *fns, uint32_t count, Span at);

/* Says whether there is an error class of this name. */
bool check_is_class(Str name);

/* Reports E0803 when a text is not among the values of an enum. */
void check_enum(SchemaChecker *c, const ModelShape *shape, Str text, Span at);

/* Reports E0801 for a member that `shape` does not have, with the nearest name. */
void check_no_member(SchemaChecker *c, const ModelShape *shape, Str name, Span at);

#endif
