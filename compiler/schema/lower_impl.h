/* What the files that lower schema trees share: the context, and a function for each part.
 *
 * Lowering never fails: what is wrong goes to `diags`, and something harmless takes its place.
 * The caller looks at the diagnostics before it gives anything out.  Thread: one at a time. */
#ifndef STYX_SCHEMA_LOWER_IMPL_H
#define STYX_SCHEMA_LOWER_IMPL_H

#include "compiler/schema/schema.h"
#include "compiler/syntax/source.h"
#include "compiler/syntax/tree.h"

/* Where wire names of one record's fields are looked for: the structures that stand for it in the
 * create call and in what is read.  NULL: none there. */
typedef struct LowerShapes {
	const ModelShape *write;
	const ModelShape *read;
} LowerShapes;

typedef struct Lower {
	Schemas *schemas;
	Arena *arena;
	Types *types;
	DiagList *diags;
	const Tree *tree;
	const Node *block;  /* the resource: its type declarations; NULL in a provider */
	Str scope;          /* of the file's types: "aws.ec2" */
	const Model *model; /* NULL: none */
	Str names;          /* rule for names without a model: pascal, camel, snake */
	Str lift;
	const SchemaAspect *aspects; /* and facets, for the shapes of `@x` */
	uint32_t aspect_count;
	LowerShapes element; /* paths without a dot begin here: the object, an element */
	LowerShapes record;  /* paths with a dot, and names, begin here */
	bool has_words;      /* in constants a plain name is a string */
	uint32_t depth;      /* of named types, against cycles */
} Lower;

/* Slots of the nodes of schema files (parse_schema.c). */
enum { BLOCK_DOC, BLOCK_NAME, BLOCK_FROM, BLOCK_FIRST };
enum { ATTR_NODE_DOC, ATTR_NODE_KEY, ATTR_NODE_TYPE, ATTR_NODE_DEFAULT, ATTR_NODE_FIRST };

/* Lowers an expression; NULL for NULL. */
const SchemaExpr *lower_expr(Lower *l, const Node *n);

/* Evaluates a constant; `type` (or NULL) says what lists and numbers are to be.  False: it is
 * none, and nothing was reported. */
bool lower_const(Lower *l, const Node *n, const Type *type, Value *ret);

/* Lowers a path; the functions of a map (the CALLs from kid `first` on). */
const SchemaPath *lower_path(Lower *l, const Node *n);
const SchemaFn *lower_fns(Lower *l, const Node *n, uint32_t first, uint32_t *ret_count);

/* Lowers a type with its fields' attributes. */
const Type *lower_type(Lower *l, const Node *n);

/* Lowers one attribute, in the shapes of `l`. */
SchemaAttr *lower_attr(Lower *l, const Node *n);

/* Gives a field of a record type for each attribute. */
const TypeField *lower_fields(Lower *l, const SchemaAttr *const *attrs, uint32_t count);

/* Lowers a call with its clauses; a list of codes; steps; names of attributes. */
SchemaCall *lower_call(Lower *l, const Node *n);
SchemaCodes lower_codes(Lower *l, const Node *n);
const SchemaSteps *lower_steps(Lower *l, const Node *n);

/* Lowers a statement of a resource into `r`. */
void lower_stmt(Lower *l, SchemaResource *r, const Node *n);

/* Lowers `errors { ... }`, appending to `*errors`. */
typedef Vec(SchemaErrors) SchemaErrorVec;
void lower_errors(Lower *l, const Node *record, SchemaErrorVec *errors, Str *ret_code_path);

/* Lowers a service from its block, those it is `from`, and its provider's block; `blocks` in that
 * order, each with its tree. */
SchemaService *lower_service(Lower *l, Str name, const Node *const *blocks, uint32_t count);

/* Lowers a resource. */
SchemaResource *lower_resource(Lower *l, const SchemaService *service, const Node *block);

/* Returns the first call that steps make; the read of a whole object; both NULL if there is none.
 * Puts the aspects, and the gets of facets under their names, into `l`. */
const SchemaCall *lower_first_call(const SchemaSteps *s);
const SchemaCall *lower_main_read(const SchemaResource *r);
void lower_gather_aspects(Lower *l, const SchemaResource *r);

/* Takes `?`, `known` and `secret` off a type (NULL: NULL). */
const Type *lower_plain(const Type *t);

/* Returns the shape at a path: from `element`, or `record` if it is relative.  NULL: none. */
const ModelShape *lower_shape_at(const Lower *l, const SchemaPath *path, bool is_write);

/* Returns the shape of one object in a call's answer, behind `at` and `each`; of its input. */
const ModelShape *lower_answer(const Lower *l, const SchemaCall *call);
const ModelShape *lower_input(const Lower *l, const SchemaCall *call);

/* Returns the operation of a call, for verbs by URL; NULL: none. */
const ModelOperation *lower_operation(const Lower *l, const SchemaCall *call);

/* Returns the named type of a file's or block's declarations, or of another service. */
const Type *schemas_named_type(Lower *l, Str name);

/* Returns the field of a block with this name, or NULL. */
const Node *lower_field(const Node *block, Str name);

#endif
