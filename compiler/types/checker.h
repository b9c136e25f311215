/* What the files of the checker share; seen by types/ only.
 *
 * The way of a program: module.c loads and parses, scope.c declares the symbols, bind.c gives every
 * name its symbol and notes who needs whom, decl_order.c sorts, and check_decl.c checks one
 * declaration after the other, so that a name's type is known before it is read.  What is known of
 * a value besides its type (phases, secrecy, fields) is a Fact.  Thread: one at a time. */
#ifndef STYX_TYPES_CHECKER_H
#define STYX_TYPES_CHECKER_H

#include "compiler/types/fact.h"
#include "compiler/types/relate.h"

enum {
	CHECK_DEPTH_MAX = 800,  /* nested expressions and types: our own stack */
	IMPORT_DEPTH_MAX = 64,  /* modules that import one another in a row */
	SMALL_INTS = 64,        /* literal types that are made once */
	JOIN_LITERALS_MAX = 16, /* beyond, literals in a list are their base type */
};

/* object.field is (or is not) one of the patterns: it picks members of a union of records. */
typedef struct NarrowTag {
	const Node *object;
	Str field;
	Node *const *patterns;
	uint32_t count;
	bool is_not;
} NarrowTag;

struct Check {
	Program *program;
	Arena *arena;
	Arena *facts; /* for what only the checker reads: gone when all is checked */
	Types *types;
	DiagList *diags;
	Module *module;
	Vec(const Node *) known;            /* paths that are not null here */
	Vec(const Node *) truths;           /* conditions that hold here */
	Vec(NarrowTag) tags;                /* fields that are known to be literals here */
	Vec(Symbol *) params;               /* of the module, by bit of Fact.params */
	Vec(Symbol *) providers;            /* of the module */
	const Fact *constant;               /* shared by all parts that are constant */
	const Type *small_ints[SMALL_INTS]; /* types of the literals 0, 1, 2 ... */
	uint32_t depth;
};

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
	uint32_t known, truths, tags;
} NarrowMark;
NarrowMark narrow_mark(const Check *c);
void narrow_by(Check *c, const Node *cond, bool sense);
void narrow_undo(Check *c, NarrowMark mark);

/* Says whether the path `e` is known not to be null here; makes it known. */
bool narrow_is_known(const Check *c, const Node *e);
void narrow_add(Check *c, const Node *e);

/* Notes that `e`, if it is a field, is (not) one of the patterns; used by `match`. */
void narrow_tag(Check *c, const Node *e, Node *const *patterns, uint32_t count, bool is_not);

/* The type of the path `e` by all that is known here. */
const Type *narrow_type(Check *c, const Node *e, const Type *type);

/* Says whether a script may stand where `want` is wanted; a list there is a command line. */
bool fit_is_script(const Type *want);

/* Brings a checked expression to the type that is wanted, or reports why it does not fit. */
Fact fit_expr(Check *c, Node *e, Fact f, const Type *want, const Sink *sink);

/* Reports a null where none may be, with what to write instead. */
void fit_report_null(Check *c, const Node *e, const Type *type, const char *how);

/* Sets FLAG_ADAPT and the type on a node. */
void fit_adapt(Node *e, const Type *type);

/* Sets the symbol's type, phases and secrecy from a fact. */
void check_decl_set(Check *c, Symbol *s, Fact f);

/* Checks condition and message of an assertion. */
void check_decl_assert(Check *c, Node *decl);

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
Fact check_invoke(Check *c, Node *e);
Fact check_access(Check *c, Node *e);
Fact check_name(Check *c, Node *e, Symbol *s);
Fact check_flow(Check *c, Node *e, const Type *want, const Sink *sink);
Fact check_operator(Check *c, Node *e, const Type *want, const Sink *sink);

/* Checks `let` among a record's items. */
void check_record_let(Check *c, Node *let);

#endif
