/* Evaluates the expressions, paths and functions of schemas over values (providers.md, 2.5, 2.6).
 *
 * Pure: nothing is sent, read or waited for.  A name means something else by where it stands:
 * to the right of `<-`, `until`, `gone` and the like it is a wire name of the answer (SX_WIRE), in
 * a call an attribute in its encoded form (SX_ENCODED), in a `${}` or an `if` an attribute as the
 * program wrote it (SX_PLAIN).  What is not there is null; an error of the schema itself (an
 * unknown function) fills `env->err` once and gives null.  Thread: any. */
#ifndef STYX_PROVIDER_SX_EVAL_H
#define STYX_PROVIDER_SX_EVAL_H

#include "compiler/schema/schema.h"

typedef enum SxMode { SX_PLAIN, SX_ENCODED, SX_WIRE } SxMode;

/* What a name can mean.  Plain data, copied freely: a changed copy is a new scope. */
typedef struct SxEnv {
	Arena *arena;
	const SchemaResource *schema; /* NULL: calls of a service alone */
	const SchemaService *service;
	Value settings; /* the provider configuration, with what follows from it (dns, partition) */
	Value attrs;    /* attributes, as the program writes them */
	Value old;      /* recorded attributes */
	Value obj;      /* the object as the API gave it */
	const ModelShape *shape; /* of `obj`: what it can have; NULL: not known */
	Value root;              /* SX_WIRE: what names are members of */
	Value aspects;           /* name -> answer */
	Value lets;              /* `let`s, and the parts of a sync: put, add, del, mod, batch */
	Value it;                /* the element of a sync, or of a filter's text */
	const Type *it_type;
	bool has_it;
	Str id, token, marker;
	const Str *ids; /* of a batch */
	uint32_t id_count;
	Str base_dir;          /* where relative paths begin */
	const Value *declared; /* what the program or the record has for the attribute that is
				* being decoded; NULL: keep everything */
	bool keeps_marker;     /* decoding does not hide the marker */
	SxMode mode;
	Diag *err; /* filled by the first error */
	bool *failed;
} SxEnv;

/* Evaluates an expression in the environment's mode. */
Value sx_value(const SxEnv *env, const SchemaExpr *e);

/* Evaluates in another mode. */
Value sx_plain(const SxEnv *env, const SchemaExpr *e);
Value sx_wire(const SxEnv *env, const SchemaExpr *e, Value root);

/* Says whether an expression (NULL: yes) holds: true, and nothing else, is true. */
bool sx_holds(const SxEnv *env, const SchemaExpr *e);
bool sx_wire_holds(const SxEnv *env, const SchemaExpr *e, Value root);

/* Follows a path from `root`; a path with `[]`, `[?]` or `*` gives a list, else what is there. */
Value sx_path(const SxEnv *env, const SchemaPath *path, Value root);

/* Puts `value` at a path ("a.b[0].c") into `into`, making what is missing on the way. */
Value sx_put(Arena *a, Value into, const SchemaPath *path, Value value);
Value sx_put_text(Arena *a, Value into, Str dotted, Value value);

/* Applies `| f(x) | g` to a value. */
Value sx_apply(const SxEnv *env, const SchemaFn *fns, uint32_t count, Value v);

/* Calls a function by name; false: there is none of that name. */
bool sx_function(const SxEnv *env, Str name, const Value *args, uint32_t count, Value *ret);

/* Says whether the expression mentions a name, or calls a function, anywhere. */
bool sx_mentions(const SchemaExpr *e, Str name);
const SchemaExpr *sx_find_call(const SchemaExpr *e, Str function);

/* Text of a scalar as it stands in an URL or a form: numbers in digits, booleans as words, null
 * as nothing. */
Str sx_text(Arena *a, Value v);

/* Notes an error of the schema in `env`. */
void sx_error(const SxEnv *env, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
