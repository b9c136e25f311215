/* What the files of the checker share; seen by types/ only.
 *
 * The way of a program: module.c loads and parses, scope.c declares the symbols, bind.c gives every
 * name its symbol and notes who needs whom, decl_order.c sorts, and check_decl.c checks one
 * declaration after the other, so that a name's type is known before it is read.  What is known of
 * a value besides its type (phases, secrecy, fields) is a Fact.  Thread: one at a time. */
#ifndef STYX_TYPES_CHECKER_H
#define STYX_TYPES_CHECKER_H

#include "compiler/types/program.h"
#include "compiler/types/relate.h"

enum {
	CHECK_DEPTH_MAX = 800,  /* nested expressions and types: our own stack */
	IMPORT_DEPTH_MAX = 64,  /* modules that import one another in a row */
	FACT_PARAMS_MAX = 63,   /* params told apart; all later ones share the last bit */
	SMALL_INTS = 64,        /* literal types that are made once */
	JOIN_LITERALS_MAX = 16, /* beyond, literals in a list are their base type */
};

/* Why a value is known only after apply: a link of the chain that errors show. */
typedef struct Why Why;
struct Why {
	Span at;
	Str name;   /* `hosts`, or the object of a member */
	Str member; /* of an object; empty: a name alone */
	Str type;   /* who computes it: "aws.ec2.vpc", or empty */
	const Why *next;
};
typedef struct Fact Fact;
typedef struct FactField {
	Str name;
	const Type *type; /* of a field as written; NULL: see the fact */
	const Fact *fact; /* one for all constants: its type is not theirs */
} FactField;

/* What is known of the parts of a record, map, list or object. */
typedef struct FactDetail {
	const FactField *fields; /* in the order written */
	uint32_t count;
	const Map *index;   /* name to FactField, when there are many */
	bool has_all_keys;  /* `fields` are all the keys there are */
	const Fact *elem;   /* of what `fields` does not name; NULL: as the whole */
	const Node *entity; /* the entity whose object this is, or NULL */
} FactDetail;

struct Fact {
	const Type *type;
	const FactDetail *detail;
	const Why *why;        /* set with PHASE_APPLY */
	uint64_t params;       /* the module's params that the deepest leaf may come from */
	uint64_t shape_params; /* ... that the shape may come from */
	uint8_t phase;         /* of the deepest leaf; a Phase */
	uint8_t shape;         /* keys, length, null or not */
};

typedef struct Check {
	Program *program;
	Arena *arena;
	Types *types;
	DiagList *diags;
	Module *module;
	Symbol *owner;                      /* what is being checked; NULL: an assert */
	Vec(const Node *) known;            /* paths that are not null here */
	Vec(const Node *) truths;           /* conditions that hold here */
	Vec(Symbol *) params;               /* of the module, by bit of Fact.params */
	Vec(Symbol *) providers;            /* of the module */
	const Fact *constant;               /* shared by all parts that are constant */
	const Type *small_ints[SMALL_INTS]; /* types of the literals 0, 1, 2 ... */
	uint32_t depth;
} Check;

/* Where a value goes, for the words of an error. */
typedef enum SinkKind { SINK_VALUE, SINK_OUTPUT, SINK_KEY, SINK_SCRIPT, SINK_LABEL } SinkKind;

typedef struct Sink {
	SinkKind kind;
	Str name;           /* of the field or argument; empty: none */
	Span type_at;       /* where the type was written, or SPAN_NONE */
	const Symbol *from; /* OUTPUT: it */
	DiagCode late;      /* of a value that is known too late; 0: E0602 */
} Sink;

/* ---- literal.c, fact.c, narrow.c, fit.c ---- */

/* The value of a literal node; false: it is none (or was reported by the lexer). */
bool literal_value(const Node *e, Value *ret);
/* The same of what is made of literals alone: lists, records, ranges, a minus sign. */
bool literal_fold(Arena *a, const Node *e, Value *ret);

/* A fact about a constant of this type, about a poisoned expression. */
Fact fact_of(const Type *type);
Fact fact_error(const Check *c);

/* Adds an operand to what a computed scalar depends on: all of its leaves. */
void fact_use(Fact *f, const Fact *operand);

/* Adds a part to a container: its leaves become leaves, the shape stays. */
void fact_hold(Fact *f, const Fact *part);

/* What is known of a part that `detail` does not know better: as deep as the whole. */
Fact fact_part(const Fact *whole, const Type *type);

/* Finds what is known of the field `name`, or NULL. */
const Fact *fact_field(const Fact *f, Str name);

/* Copies a fact into the arena; makes a named part. */
const Fact *fact_keep(const Check *c, Fact f);
FactField fact_name(Check *c, Str name, Fact f);

/* Demands that `f` (with `is_shape`: its shape) is known at plan, for `code` and `what` ("the keys
 * of this `for`"); false: reported with the chain.  Params it rests on are marked as demanded. */
bool fact_demand(
	Check *c, const Fact *f, bool is_shape, DiagCode code, const Node *at, const char *what);

/* Replaces what a called module's fact says of its params by what their arguments are. */
Fact fact_instance(const Fact *f, const Module *m, const FactDetail *args);

/* What holds of an attribute of an entity's object: written, computed, predicted or default. */
Fact fact_attr(Check *c, const Fact *object, const SchemaResource *r, const SchemaAttr *attr,
	const Node *member);

/* What `for` binders range over. */
typedef struct Loop {
	Fact collection;
	const Type *key; /* of the first binder when there are two; NULL: reported */
	const Type *elem;
	bool is_map;
} Loop;

/* Checks the collection of a FOR_CLAUSE, FOR_FIELD or FOR_ELEM (a record literal as a map) and
 * gives the binders their types and facts. */
Loop check_loop(Check *c, Node *holder);

/* Notes what is true where `cond` is `sense`; undone by narrow_undo() with the mark from before. */
typedef struct NarrowMark {
	uint32_t known, truths;
} NarrowMark;
NarrowMark narrow_mark(const Check *c);
void narrow_by(Check *c, const Node *cond, bool sense);
void narrow_undo(Check *c, NarrowMark mark);

/* Says whether the path `e` is known not to be null here; makes it known. */
bool narrow_is_known(const Check *c, const Node *e);
void narrow_add(Check *c, const Node *e);

/* Brings a checked expression to the type that is wanted, or reports why it does not fit. */
Fact fit_expr(Check *c, Node *e, Fact f, const Type *want, const Sink *sink);

/* Reports a null where none may be, with what to write instead. */
void fit_report_null(Check *c, const Node *e, const Type *type, const char *how);

/* Sets FLAG_ADAPT and the type on a node. */
void fit_adapt(Node *e, const Type *type);
/* Sets the symbol's type, phases and secrecy from a fact. */
void check_decl_set(Check *c, Symbol *s, Fact f);

/* Checks condition and message of an assertion. */
void check_decl_assert(Check *c, Node *assert);
/* ---- types and secrecy ---- */

/* Makes the type of a type expression, once. */
const Type *check_type(Check *c, Node *t);
void check_type_unknown(Check *c, const Node *path);

/* Says whether a type holds a secret anywhere; without the secrets in it. */
bool secrecy_has(const Type *t);
const Type *secrecy_strip(Check *c, const Type *t);

/* Warns about literals that look like credentials. */
void secrecy_check_text(Check *c, const Node *e);

/* ---- expressions ---- */

/* Checks an expression against `want` (NULL: infer).  The result's type is `want` when it fits,
 * an error type when something was reported. */
Fact check_expr(Check *c, Node *e, const Type *want, const Sink *sink);

/* By kind of node. */
Fact check_record(Check *c, Node *e, const Type *want, const Sink *sink);
Fact check_record_as_map(Check *c, Node *e);
Fact check_list(Check *c, Node *e, const Type *want, const Sink *sink);

/* Checks `let` among a record's items. */
void check_record_let(Check *c, Node *let);
/* Reports a field that `names` lacks, at its key, and returns the name that was likely meant: near,
 * or a part or an extension of what was written; empty: none. */
Str field_name_unknown(Check *c, const Node *key, Str owner, const StrVec *names, Span type_at);

/* Joins the required fields that are missing and were not meant by an unknown one; empty: none. */
Str field_name_missing(Check *c, const StrVec *missing, const StrVec *meant, Str *ret_first);

/* Says whether a record field must be written: no default, not optional, not the server's. */
bool field_name_is_required(const TypeField *f);
Fact check_invoke(Check *c, Node *e);
Fact check_access(Check *c, Node *e);
Fact check_name(Check *c, Node *e, Symbol *s);
Fact check_flow(Check *c, Node *e, const Type *want, const Sink *sink);
Fact check_operator(Check *c, Node *e, const Type *want, const Sink *sink);

#endif
