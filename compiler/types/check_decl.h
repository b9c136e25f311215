/* The checker's outer half: modules, names, order, declarations and the braces of entities; seen by
 * types/ only.  Thread: one at a time. */
#ifndef STYX_TYPES_CHECK_DECL_H
#define STYX_TYPES_CHECK_DECL_H

#include "compiler/types/checker.h"
#include "compiler/types/name_set.h"

/* ---- module.c, scope.c, bind.c, decl_order.c ---- */

typedef enum ModuleState { MODULE_NEW, MODULE_LOADING, MODULE_FAILED, MODULE_DONE } ModuleState;

/* Loads and parses a module and all that it imports, and appends it to p->module_order after them.
 * `from` is the import that asks (NULL: the command line).  NULL: reported. */
Module *module_load(Check *c, Str dir, Node *from);

/* Returns the name that an import declares: its alias, or the path's last segment. */
Str module_import_name(const Node *import);

/* Says whether the checker knows this kind of declaration; E0212 otherwise. */
bool scope_is_supported(const Node *decl);

/* Declares the symbols of a module's trees. */
void scope_declare(Check *c, Module *m);

/* Reports a name that nothing declares, with the nearest one.  `locals` may be NULL. */
void scope_unknown(Check *c, const Node *ident, Symbol *const *locals, uint32_t local_count);

/* Finds the nearest name of a map, or an empty slice. */
Str scope_nearest(Arena *a, const Map *names, Str name);

/* What a declaration needs: a symbol, and where it is named. */
typedef struct Need {
	Symbol *symbol;
	const Node *at;
} Need;
typedef Vec(Need) NeedVec;

/* Gives every name in the module its symbol; `ret_needs` gets a row per symbol of the module. */
void bind_module(Check *c, Module *m, NeedVec **ret_needs);

/* Returns the module's symbols sorted so that each comes after what it needs; cycles are reported
 * and their symbols poisoned. */
Symbol **decl_order(Check *c, Module *m, const NeedVec *needs);

/* ---- declarations and types ---- */

/* Checks one declaration whose needs are checked; sets the symbol's type and fact. */
void check_decl(Check *c, Symbol *s);

/* Reports the declarations of a module that are not supported, and annotations. */
void check_decl_rest(Check *c, const Module *m);

/* Checks resources, lookups, module instances, providers. */
void check_entity(Check *c, Symbol *s);

/* Says of a resource of type `r` without `for` and `if`, whose braces were not looked at yet, what
 * reading its name gives: an object that is known after apply. */
void check_entity_foresee(Check *c, Symbol *s, const SchemaResource *r);

/* What may be written in the braces of an entity. */
typedef struct Body {
	Symbol *symbol;
	Node *record;                   /* NULL: no braces */
	const SchemaResource *resource; /* RESOURCE, LOOKUP */
	const SchemaService *settings;  /* PROVIDER */
	const Module *target;           /* MODULE */
	Str type_name;                  /* for errors */
	Vec(FactField) written;
	NameSet seen; /* written names -> their keys */
	StrVec meant; /* by the unknown fields */
	bool is_open; /* has spreads or computed keys: nothing is missing */
} Body;

/* Checks the braces of an entity: fields, `@` words, rules over which are written. */
void body_check(Check *c, Body *b);

/* Checks the words that Styx itself reads: @after, @protect ... */
void body_check_word(Check *c, Body *b, Node *field);

/* Reports the required fields that are missing and rules that the written ones break. */
void body_check_rules(Check *c, Body *b);

#endif
