/* The checked program: modules, names and what they mean.  Made by check_program(), read by eval/.
 *
 * The checker writes into the tree: for every expression node `type` (const Type *), and `info`
 * where a name or a call means something:
 *   IDENT as an expression    Symbol * (SYMBOL_LOCAL: index is the slot of the frame)
 *   MEMBER on an import       Symbol * of the imported name (info NULL: an ordinary member)
 *   CALL                      Symbol * of the function, or Builtin * with FLAG_BUILTIN_CALL
 *   binders, let_in, params   Symbol * on the IDENT that declares them
 * and FLAG_ADAPT where the value must be brought into the shape of `type` (int to float, T to
 * range<T>, list to set, record literal to map, defaults of record types filled in).
 * `self` in a record type's default and `it` in a predicate are locals of slot 0.
 * Thread: one at a time. */
#ifndef STYX_TYPES_PROGRAM_H
#define STYX_TYPES_PROGRAM_H

#include "compiler/base/vfs.h"
#include "compiler/schema/schema.h"
#include "compiler/syntax/parse.h"
#include "compiler/types/operation.h"

enum { FLAG_BUILTIN_CALL = 1 << 10 };

typedef enum SymbolKind {
	SYMBOL_PARAM,
	SYMBOL_LET,
	SYMBOL_FN,
	SYMBOL_TYPE,
	SYMBOL_OUTPUT,
	SYMBOL_SECRET,
	SYMBOL_PROVIDER,
	SYMBOL_RESOURCE,
	SYMBOL_LOOKUP,
	SYMBOL_MODULE,
	SYMBOL_IMPORT,
	SYMBOL_LOCAL
} SymbolKind;

typedef enum Phase { PHASE_CONST, PHASE_PLAN, PHASE_APPLY } Phase;

typedef struct Module Module;
typedef struct Symbol Symbol;

struct Symbol {
	SymbolKind kind;
	Str name;
	Node *decl;        /* the declaration, or the IDENT that binds a local */
	Module *module;    /* where it is declared */
	const Type *type;  /* what reading the name gives; FN: the result */
	Phase phase;       /* of the deepest leaf */
	Phase shape_phase; /* of the shape: keys, length, null or not */
	bool is_secret;
	bool is_pub;
	uint32_t index;                 /* LOCAL: slot; else: index in the module's `symbols` */
	const SchemaResource *resource; /* RESOURCE, LOOKUP */
	Module *target;                 /* MODULE, IMPORT: the module meant */
	const struct SchemaService *provider; /* PROVIDER: its service for settings */
	uint32_t frame_size;     /* FN, RESOURCE, LOOKUP, MODULE, ...: slots its expressions need */
	const struct Fact *fact; /* checker's own: type and phases by part; NULL: not checked, or
				    all is */
	uint32_t param_bit;      /* checker's own: PARAM: its bit in the sets of Facts */
	uint8_t state;           /* checker's own: unvisited, on the way, done */
	bool is_demanded; /* PARAM: must be known at plan, since a `for`, an `if` ... needs it */
	Span demanded_at; /* ... and where */
};

struct Module {
	Str dir;  /* as given or resolved, cleaned */
	Str name; /* last segment; the root's is its directory's */
	bool is_std;
	Vec(Tree *) trees;       /* sorted by path */
	Map names;               /* Str -> Symbol *, but outputs and asserts */
	Map outputs;             /* Str -> Symbol * */
	Vec(Symbol *) symbols;   /* all of both, in source order; Symbol.index counts here */
	Vec(Symbol *) providers; /* those among `symbols` */
	Vec(Node *) asserts;     /* top-level NODE_ASSERT, in source order */
	const Type *output_type; /* record of the outputs: what a module instance's name gives */
	Str dir_of_files; /* where relative imports and file() start; `dir` but for a single file */
	uint8_t state;    /* checker's own: a ModuleState */
	uint32_t assert_frame; /* slots that the asserts need */
};

typedef struct Program {
	Arena *arena;
	Sources *sources;
	Types types;
	Schemas *schemas;
	Vfs files;
	Module *root;
	Map modules;                /* dir -> Module * */
	Vec(Module *) module_order; /* imported ones first */
	const Builtin *builtins[OPERATION_COUNT];
	DiagList *diags;
} Program;

/* Parses the `.styx` files of `dir` (or the one file `dir` names) and of all it imports, binds
 * names and checks everything.  Never NULL; errors are in `diags`.  `schema_dir` may be empty. */
Program *check_program(
	Arena *a, Sources *sources, Vfs files, Str dir, Str schema_dir, DiagList *diags);

/* Turns the text of a command-line, environment or file param into a value of its type: plain text
 * for strings, an expression of constants for the rest.  NULL type error: E0313 in `diags`. */
bool check_param_text(Program *p, Symbol *param, Str text, Str origin, Value *ret);

/* Checks a constant value against a type with its refinements and brings it into the type's shape
 * (as FLAG_ADAPT); predicates wait for the evaluator.  Errors with E0401 to E0407, ... at `at`. */
bool check_value(Program *p, const Type *type, Value v, Span at, Value *ret);

#endif
