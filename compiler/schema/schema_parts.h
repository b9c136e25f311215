/* The parts of a schema: attributes with their wire mappings, calls with their clauses, rules, and
 * the statements about updates, aspects, facets, waiters.  Plain data, never changed once made.
 * Thread: any (immutable). */
#ifndef STYX_SCHEMA_SCHEMA_PARTS_H
#define STYX_SCHEMA_SCHEMA_PARTS_H

#include "compiler/schema/model.h"
#include "compiler/schema/schema_expr.h"
#include "compiler/schema/type.h"

enum {
	ATTR_REQUIRED = 1 << 0,   /* must be written */
	ATTR_COMPUTED = 1 << 1,   /* optional; the server fills it in */
	ATTR_OUT = 1 << 2,        /* never an input */
	ATTR_WRITE_ONLY = 1 << 3, /* sent, never read */
	ATTR_DIGEST = 1 << 4,     /* the state keeps a keyed digest */
	ATTR_LOCAL = 1 << 5,      /* neither sent nor read */
	ATTR_AUTO = 1 << 6,       /* when unset the engine makes the name */
	ATTR_NOKEY = 1 << 7,      /* no part of a set element's identity */
	ATTR_PROVIDER = 1 << 8,   /* taken from the provider block when unset */
	ATTR_REPLACE = 1 << 9,    /* a change replaces (when `replace_if` holds) */
	ATTR_KNOWN = 1 << 10,     /* must be known before apply */
	ATTR_SECRET = 1 << 11,    /* its type is secret */
	ATTR_IDENTITY = 1 << 12,  /* stands in the id template: forms identity */
	ATTR_UNIQUE = 1 << 14,    /* no two objects have the same at a time */
	ATTR_HIDES = 1 << 13,     /* its type has a secret inside, but is none itself */
};

typedef struct SchemaMap {      /* one `->`, `<-` or `<->` */
	const SchemaPath *path; /* NULL: none, this side is cut */
	const SchemaFn *fns;    /* `| f(x)`, applied in order */
	uint32_t fn_count;
	const SchemaExpr *cond; /* `if E`; NULL: always */
} SchemaMap;

typedef struct SchemaAttr {
	Str name;
	const Type *type; /* optional types carry TYPE_OPTIONAL; wire units are in type->unit */
	Str doc;
	uint32_t flags;
	bool has_default;
	Value default_value;
	const SchemaExpr *default_expr; /* a default over self, or NULL */
	const SchemaExpr *replace_if;   /* `it`, `old`; NULL with ATTR_REPLACE: always */
	const SchemaExpr *predict;
	Str norm;
	Str wire; /* unit on the wire */
	Str deprecated;
	const Str *env; /* provider settings: variables that set it */
	uint32_t env_count;
	const SchemaMap *writes; /* none: by name */
	uint32_t write_count;
	const SchemaMap *read; /* NULL: by name */
	Str wire_name;         /* by the naming rule and the model: the member's name */
	Span at;               /* in the schema file */
} SchemaAttr;

/* A call and its clauses. */
typedef struct SchemaCodes {
	const Str *codes; /* error codes, HTTP statuses as text, class names, globs */
	uint32_t count;
	Str text; /* must occur in the message; empty: any */
} SchemaCodes;

typedef struct SchemaCall {
	Str name;         /* operation of the model, or GET POST PUT PATCH DELETE HEAD */
	bool is_per_item; /* names `it`: made once for each element (of a sync, of `each`) */
	bool is_http;     /* name is a verb, `url` is set */
	const SchemaExpr *url;
	const SchemaExpr *args; /* operation's record */
	const SchemaExpr *query;
	const SchemaExpr *body; /* NULL with a verb: what the attributes map to, if create */
	Str content;
	bool is_stream;
	const ModelOperation *operation; /* NULL for verbs */

	const SchemaPath *at, *each, *key, *by, *yields, *on;
	const SchemaExpr *on_expr;
	int64_t page; /* 0: unpaged; SCHEMA_PAGE_SERVER: the server decides */
	bool is_brief;
	bool finds_token, finds_name, finds_tag;
	Str wait; /* a waiter's name */
	Str async;
	const SchemaExpr *cond;
	SchemaCodes ok, none, retry, mend;
	const struct SchemaCall *mend_call;
	int64_t retry_ms; /* `for`: how long `retry` goes on; 0: as the service says */
	const struct SchemaCall *empty_list, *empty_remove; /* empty(versions =, remove =) */
	Span at_span;
} SchemaCall;

enum { SCHEMA_PAGE_SERVER = -1, SCHEMA_PAGE_ALL = -2 };

typedef struct SchemaSteps SchemaSteps;
struct SchemaSteps { /* one of: call; if; let then rest */
	const SchemaCall *call;
	Str let_name; /* the call's answer is bound to it, then `rest` runs */
	const SchemaExpr *cond;
	const SchemaSteps *then_steps, *else_steps, *rest;
};

typedef struct SchemaPaths {
	const Str *paths; /* dotted attribute paths */
	uint32_t count;
} SchemaPaths;

typedef enum SchemaRuleKind {
	RULE_CONFLICTS,
	RULE_EXACTLY_ONE,
	RULE_AT_LEAST_ONE,
	RULE_REQUIRES,
	RULE_WHERE
} SchemaRuleKind;

typedef struct SchemaRule {
	SchemaRuleKind kind;
	SchemaPaths paths;
	const SchemaExpr *where;
	Str by; /* `by vpc_id`: among siblings with the same value */
	Str message;
	Span at;
} SchemaRule;

typedef struct SchemaUpdate {
	SchemaPaths paths; /* empty with is_all */
	bool is_all, is_create;
	Str bracket;
	const SchemaSteps *steps;
} SchemaUpdate;

typedef struct SchemaAspect {
	Str name; /* without @ */
	bool is_single;
	const SchemaCall *call;
} SchemaAspect;

typedef struct SchemaFacet {
	Str name;
	SchemaPaths paths, after;
	const SchemaCall *get, *put, *del;
} SchemaFacet;

typedef struct SchemaSync {
	Str attr;
	const SchemaCall *add, *del, *mod, *put;
} SchemaSync;

typedef struct SchemaBracket {
	Str name;
	const SchemaCall *open, *close;
} SchemaBracket;

typedef struct SchemaWaiter {
	Str name;
	int64_t every_ms, for_ms;
	const SchemaCall *by; /* NULL: the type's own read */
	const SchemaExpr *until, *fail;
	SchemaCodes ok, retry;
} SchemaWaiter;

typedef struct SchemaLet {
	Str name;
	const SchemaExpr *value;
	const SchemaCall *call; /* `before create let x = Call`: then `value` is NULL */
} SchemaLet;

typedef struct SchemaSelect {
	Str name;
	const SchemaPath *path; /* NULL with a function: filter("name") */
	const SchemaFn *fns;
	uint32_t fn_count;
} SchemaSelect;

typedef struct SchemaErrors { /* class -> codes, in file order */
	Str error_class;
	SchemaCodes codes;
	int64_t status; /* code("X", status = 409); 0: any */
} SchemaErrors;

#endif
