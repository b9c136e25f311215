/* Schemas: what an object type is and how it is created, read, changed and destroyed, as plain data.
 *
 * Read from the schema files inside the program (providers.md gives the notation) by
 * schema_load.c, type by type on first use; the checker takes the attributes, the runtime's
 * interpreter the calls.  Everything lives in the Schemas' arena and is never changed.
 * Thread: one at a time. */
#ifndef STYX_SCHEMA_SCHEMA_H
#define STYX_SCHEMA_SCHEMA_H

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
};

typedef struct SchemaMap { /* one `->`, `<-` or `<->` */
	const SchemaPath *path; /* NULL: none, this side is cut */
	const SchemaFn *fns;    /* `| f(x)`, applied in order */
	uint32_t fn_count;
	const SchemaExpr *cond; /* `if E`; NULL: always */
} SchemaMap;

typedef struct SchemaAttr {
	Str name;
	const Type *type;  /* optional types carry TYPE_OPTIONAL; wire units are in type->unit */
	Str doc;
	uint32_t flags;
	bool has_default;
	Value default_value;
	const SchemaExpr *default_expr; /* a default over self, or NULL */
	const SchemaExpr *replace_if;   /* `it`, `old`; NULL with ATTR_REPLACE: always */
	const SchemaExpr *predict;
	Str norm;
	Str wire;          /* unit on the wire */
	Str deprecated;
	const Str *env;    /* provider settings: variables that set it */
	uint32_t env_count;
	const SchemaMap *writes; /* none: by name */
	uint32_t write_count;
	const SchemaMap *read;   /* NULL: by name */
	Str wire_name;           /* by the naming rule and the model: the member's name */
	Span at;                 /* in the schema file */
} SchemaAttr;

/* A call and its clauses. */
typedef struct SchemaCodes {
	const Str *codes; /* error codes, HTTP statuses as text, class names, globs */
	uint32_t count;
	Str text;         /* must occur in the message; empty: any */
} SchemaCodes;

typedef struct SchemaCall {
	Str name;                 /* operation of the model, or GET POST PUT PATCH DELETE HEAD */
	bool is_http;             /* name is a verb, `url` is set */
	const SchemaExpr *url;
	const SchemaExpr *args;   /* operation's record */
	const SchemaExpr *query;
	const SchemaExpr *body;   /* NULL with a verb: what the attributes map to, if create */
	Str content;
	bool is_stream;
	const ModelOperation *operation; /* NULL for verbs */

	const SchemaPath *at, *each, *key, *by, *yields, *on;
	const SchemaExpr *on_expr;
	int64_t page;             /* 0: unpaged; SCHEMA_PAGE_SERVER: the server decides */
	bool is_brief;
	bool finds_token, finds_name, finds_tag;
	Str wait;                 /* a waiter's name */
	Str async;
	const SchemaExpr *cond;
	SchemaCodes ok, none, retry, mend;
	const struct SchemaCall *mend_call;
	int64_t retry_ms;         /* `for`: how long `retry` goes on; 0: as the service says */
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
	RULE_CONFLICTS, RULE_EXACTLY_ONE, RULE_AT_LEAST_ONE, RULE_REQUIRES, RULE_WHERE
} SchemaRuleKind;

typedef struct SchemaRule {
	SchemaRuleKind kind;
	SchemaPaths paths;
	const SchemaExpr *where;
	Str by;       /* `by vpc_id`: among siblings with the same value */
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

typedef struct SchemaService {
	Str name;               /* "aws.ec2" */
	Str provider;           /* "aws" */
	Value fields;           /* everything constant in the header, as written: protocol, names, ... */
	Str protocol;           /* ec2 query rest-xml rest-json json-1.0 json-1.1 json; or "native": a driver in C */
	const SchemaExpr *endpoint;
	const SchemaExpr *sign, *auth, *paging, *async, *api; /* calls such as sigv4("ec2") */
	const SchemaExpr *prefix;
	const Str *overrides;   /* environment variables, first one set wins; templates already filled */
	uint32_t override_count;
	Str marker_kind, marker_key; /* "tag" or "label" */
	const SchemaErrors *errors;  /* service's, then provider's */
	uint32_t error_count;
	Str error_code_path;
	int64_t rate_per_second, rate_burst, concurrency; /* 0: unlimited */
	int64_t retry_attempts, retry_base_ms, retry_cap_ms;
	const Model *model;     /* NULL: paths are wire names by the rule of `names` */
	const SchemaAttr *settings; /* the provider block's */
	uint32_t setting_count;
	const Type *settings_type;
} SchemaService;

typedef struct SchemaResource {
	Str name;               /* "aws.ec2.vpc" */
	Str doc;
	const SchemaService *service;
	int64_t revision;
	bool is_lookup_only;    /* no create: only `lookup` */
	const SchemaAttr *attrs; /* in order of declaration; `id` first */
	uint32_t attr_count;
	const Type *type;       /* TYPE_RECORD of all attributes: what reading the object gives */
	const SchemaExpr *id_template; /* or NULL: `id` is read */
	Str id_pattern;
	const Str *adopt;       /* other forms of the id */
	uint32_t adopt_count;
	Str lift, model_name;
	const SchemaLet *lets;  uint32_t let_count;
	const SchemaRule *rules; uint32_t rule_count;
	const SchemaLet *before_create; uint32_t before_create_count; /* value NULL: call only */
	const SchemaCall *const *before_delete; uint32_t before_delete_count;
	const SchemaSteps *create, *destroy;
	const SchemaCall *read, *batch, *list;
	const SchemaAspect *aspects; uint32_t aspect_count;
	const SchemaFacet *facets; uint32_t facet_count;
	const SchemaSync *syncs; uint32_t sync_count;
	const SchemaUpdate *updates; uint32_t update_count;
	const SchemaBracket *brackets; uint32_t bracket_count;
	const SchemaWaiter *waiters; uint32_t waiter_count;
	const SchemaExpr *gone;
	const SchemaSelect *selects; uint32_t select_count;
	const SchemaPath *newest;
	const SchemaErrors *errors; uint32_t error_count;
	Value settings;         /* other constant fields: retry { ... } */
} SchemaResource;

typedef struct Schemas Schemas;

/* Makes the registry over the embedded files; parses nothing yet.  `types` makes the types. */
Schemas *schemas_new(Arena *arena, Types *types);

/* Adds the schema files of a directory, which win over the embedded ones.
 * err  DIAG_FILE_*, DIAG_SCHEMA_*. */
MUST_CHECK bool schemas_add_dir(Schemas *s, Str dir, Diag *err);

/* Finds a type by its full name; NULL if there is none.  A schema file of ours that does not load
 * is a CHECK failure; one from schemas_add_dir was reported there.  Decoded on first use. */
const SchemaResource *schemas_resource(Schemas *s, Str name);

/* Finds a provider's settings ("aws"), by way of any of its services; NULL: no such provider. */
const SchemaService *schemas_provider(Schemas *s, Str name);

/* Lists the names of all providers, of a provider's or service's types, for near misses, docs and
 * completion: everything that begins with `prefix`, sorted. */
void schemas_list(Schemas *s, Arena *a, Str prefix, Str **ret_names, uint32_t *ret_count);

/* Finds a named type of a service, such as "aws.iam.policy_document"; NULL: none. */
const Type *schemas_type(Schemas *s, Str name);

/* Finds an attribute by name. */
const SchemaAttr *schema_attr(const SchemaResource *r, Str name);

#endif
