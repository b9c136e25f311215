/* Lowering of a resource's statements.  Each adds to an array of the resource that was made big
 * enough for all of them.  Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/quantity.h"

/* Appends to one of a resource's arrays: made anew with one more, since they are short. */
#define APPEND(l, T, array, count, item)                                                           \
	do {                                                                                       \
		T *more_ = ARENA_ARRAY((l)->arena, T, (count) + 1);                                \
		for (uint32_t i_ = 0; i_ < (count); i_++)                                          \
			more_[i_] = (array)[i_];                                                   \
		more_[(count)++] = (item);                                                         \
		(array) = more_;                                                                   \
	} while (0)

static SchemaPaths lower_paths(Lower *l, const Node *n)
{
	Str *paths = ARENA_ARRAY(l->arena, Str, n->kid_count);
	SchemaPaths result = {.paths = paths};

	for (uint32_t i = node_fixed(n->kind); i < n->kid_count; i++) {
		if (n->kids[i]->kind == NODE_PATH)
			paths[result.count++] = n->kids[i]->text;
	}
	return result;
}

/* Returns the clause with this word among the kids, or NULL. */
static const Node *find_clause(const Node *n, Str word)
{
	for (uint32_t i = node_fixed(n->kind); i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind == NODE_SCHEMA_CLAUSE && str_eq(kid->text, word))
			return kid;
	}
	return NULL;
}

static SchemaCall *clause_call(Lower *l, const Node *n, Str word)
{
	const Node *clause = find_clause(n, word);

	return clause && clause->kids[0] ? lower_call(l, clause->kids[0]) : NULL;
}

static void lower_before(Lower *l, SchemaResource *r, const Node *n)
{
	SchemaCall *call = lower_call(l, n->kids[0]);

	if (str_eq(n->text, STR("before create"))) {
		SchemaLet let = {.name = n->kids[1] ? n->kids[1]->text : STR_NONE, .call = call};

		APPEND(l, SchemaLet, r->before_create, r->before_create_count, let);
	} else {
		APPEND(l, const SchemaCall *, r->before_delete, r->before_delete_count, call);
	}
}

static void lower_update(Lower *l, SchemaResource *r, const Node *n)
{
	SchemaUpdate u = {.paths = lower_paths(l, n), .is_all = str_eq(n->text, STR("update *"))};

	if (n->kids[1])
		u.bracket = n->kids[1]->text;
	u.is_create = n->kids[0] && n->kids[0]->kind == NODE_IDENT;
	if (!u.is_create)
		u.steps = lower_steps(l, n->kids[0]);
	APPEND(l, SchemaUpdate, r->updates, r->update_count, u);
}

static void lower_aspect(Lower *l, SchemaResource *r, const Node *n)
{
	SchemaAspect a = {
		.name = n->kids[1]->text,
		.is_single = str_eq(n->text, STR("aspect single")),
		.call = lower_call(l, n->kids[0]),
	};

	APPEND(l, SchemaAspect, r->aspects, r->aspect_count, a);
}

static void lower_facet(Lower *l, SchemaResource *r, const Node *n)
{
	const Node *paths = find_clause(n, STR("paths"));
	const Node *after = find_clause(n, STR("after"));
	SchemaFacet f = {.name = n->kids[0]->text};

	if (paths)
		f.paths = lower_paths(l, paths);
	if (after)
		f.after = lower_paths(l, after);
	f.get = clause_call(l, n, STR("get"));
	f.put = clause_call(l, n, STR("put"));
	f.del = clause_call(l, n, STR("del"));
	APPEND(l, SchemaFacet, r->facets, r->facet_count, f);
}

static void lower_sync(Lower *l, SchemaResource *r, const Node *n)
{
	SchemaSync s = {
		.attr = n->kids[0]->text,
		.add = clause_call(l, n, STR("add")),
		.del = clause_call(l, n, STR("del")),
		.mod = clause_call(l, n, STR("mod")),
		.put = clause_call(l, n, STR("put")),
	};

	APPEND(l, SchemaSync, r->syncs, r->sync_count, s);
}

static void lower_bracket(Lower *l, SchemaResource *r, const Node *n)
{
	SchemaBracket b = {
		.name = n->kids[0]->text,
		.open = clause_call(l, n, STR("open")),
		.close = clause_call(l, n, STR("close")),
	};

	APPEND(l, SchemaBracket, r->brackets, r->bracket_count, b);
}

static int64_t clause_ms(const Node *n, Str word)
{
	const Node *clause = find_clause(n, word);
	int64_t ms = 0;

	if (!clause || !clause->kids[0] || !quantity_parse_duration(clause->kids[0]->text, &ms))
		return 0;
	return ms;
}

static void lower_waiter(Lower *l, SchemaResource *r, const Node *n)
{
	SchemaCall *by = clause_call(l, n, STR("by"));
	const Node *until = find_clause(n, STR("until"));
	const Node *fail = find_clause(n, STR("fail"));
	const Node *ok = find_clause(n, STR("ok"));
	const Node *retry = find_clause(n, STR("retry"));
	SchemaWaiter w = {.name = n->kids[0]->text, .by = by};

	w.every_ms = clause_ms(n, STR("every"));
	w.for_ms = clause_ms(n, STR("for"));
	w.until = until ? lower_expr(l, until->kids[0]) : NULL;
	w.fail = fail ? lower_expr(l, fail->kids[0]) : NULL;
	if (ok)
		w.ok = lower_codes(l, ok);
	if (retry)
		w.retry = lower_codes(l, retry);
	/* The call took the waiter's own clauses where they follow it. */
	if (by && by->ok.count > 0) {
		w.ok = by->ok;
		by->ok = (SchemaCodes){0};
	}
	if (by && by->retry.count > 0) {
		w.retry = by->retry;
		by->retry = (SchemaCodes){0};
	}
	APPEND(l, SchemaWaiter, r->waiters, r->waiter_count, w);
}

static void lower_select_stmt(Lower *l, SchemaResource *r, const Node *n)
{
	const Node *newest = find_clause(n, STR("newest"));

	for (uint32_t i = node_fixed(n->kind); i < n->kid_count; i++) {
		const Node *kid = n->kids[i];
		SchemaSelect s = {.name = kid->text};

		if (kid->kind != NODE_SCHEMA_MAP)
			continue;
		s.path = lower_path(l, kid->kids[0]);
		s.fns = lower_fns(l, kid, 2, &s.fn_count);
		APPEND(l, SchemaSelect, r->selects, r->select_count, s);
	}
	if (newest)
		r->newest = lower_path(l, newest->kids[0]);
}

static void lower_rule(Lower *l, SchemaResource *r, const Node *n)
{
	static const struct {
		Str word;
		SchemaRuleKind kind;
	} words[] = {
		{STR_INIT("conflicts"), RULE_CONFLICTS},
		{STR_INIT("exactly_one_of"), RULE_EXACTLY_ONE},
		{STR_INIT("at_least_one_of"), RULE_AT_LEAST_ONE},
		{STR_INIT("requires"), RULE_REQUIRES},
		{STR_INIT("where"), RULE_WHERE},
	};
	SchemaRule rule = {.at = n->span};
	const Node *by;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(n->text, words[i].word))
			rule.kind = words[i].kind;
	}
	if (rule.kind == RULE_WHERE) {
		rule.where = lower_expr(l, n->kids[0]);
		rule.message = n->kids[1] ? n->kids[1]->text : STR_NONE;
		by = find_clause(n, STR("by"));
		if (by && by->kid_count > 1)
			rule.by = by->kids[1]->text;
	} else {
		rule.paths = lower_paths(l, n);
	}
	APPEND(l, SchemaRule, r->rules, r->rule_count, rule);
}

static const struct {
	Str word;
	void (*lower)(Lower *, SchemaResource *, const Node *);
} statements[] = {
	{STR_INIT("before create"), lower_before},
	{STR_INIT("before delete"), lower_before},
	{STR_INIT("update"), lower_update},
	{STR_INIT("update *"), lower_update},
	{STR_INIT("aspect"), lower_aspect},
	{STR_INIT("aspect single"), lower_aspect},
	{STR_INIT("facet"), lower_facet},
	{STR_INIT("sync"), lower_sync},
	{STR_INIT("bracket"), lower_bracket},
	{STR_INIT("waiter"), lower_waiter},
	{STR_INIT("select"), lower_select_stmt},
	{STR_INIT("where"), lower_rule},
	{STR_INIT("conflicts"), lower_rule},
	{STR_INIT("requires"), lower_rule},
	{STR_INIT("exactly_one_of"), lower_rule},
	{STR_INIT("at_least_one_of"), lower_rule},
};

void lower_stmt(Lower *l, SchemaResource *r, const Node *n)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (str_eq(n->text, statements[i].word)) {
			statements[i].lower(l, r, n);
			return;
		}
	}
	if (str_eq(n->text, STR("create")))
		r->create = lower_steps(l, n->kids[0]);
	else if (str_eq(n->text, STR("delete")))
		r->destroy = lower_steps(l, n->kids[0]);
	else if (str_eq(n->text, STR("read")))
		r->read = lower_call(l, n->kids[0]);
	else if (str_eq(n->text, STR("batch")))
		r->batch = lower_call(l, n->kids[0]);
	else if (str_eq(n->text, STR("list")))
		r->list = lower_call(l, n->kids[0]);
	else if (str_eq(n->text, STR("gone")))
		r->gone = lower_expr(l, n->kids[0]);
}
