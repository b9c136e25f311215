/* Lowering of calls, their clauses, codes and steps, and the shapes of what they take and give.
 * Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/num.h"
#include "compiler/base/quantity.h"

enum { CLAUSE_FIRST = 1 }; /* behind the slot of a clause's argument */

/* Says whether an expression names `it`, the element of a sync or of `each`. */
static bool names_it(const SchemaExpr *e)
{
	if (!e)
		return false;
	if (e->kind == SX_NAME && str_eq(e->name, STR("it")))
		return true;
	for (uint32_t i = 0; i < e->count; i++) {
		if (names_it(e->kids[i]))
			return true;
	}
	return false;
}

SchemaCodes lower_codes(Lower *l, const Node *n)
{
	Str *codes = ARENA_ARRAY(l->arena, Str, n->kid_count);
	SchemaCodes result = {.codes = codes};

	for (uint32_t i = CLAUSE_FIRST; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind != NODE_SCHEMA_CLAUSE)
			codes[result.count++] = kid->text;
		else if (str_eq(kid->text, STR("text")))
			result.text = kid->kids[0]->text;
	}
	return result;
}

/* Returns the duration of a `for` among the kids of a clause, in milliseconds, or 0. */
static int64_t lower_for(const Node *n)
{
	int64_t ms = 0;

	for (uint32_t i = CLAUSE_FIRST; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		if (kid->kind == NODE_SCHEMA_CLAUSE && str_eq(kid->text, STR("for")) &&
			!quantity_parse_duration(kid->kids[0]->text, &ms))
			return 0;
	}
	return ms;
}

static void lower_find(Lower *l, SchemaCall *call, const Node *n)
{
	for (uint32_t i = CLAUSE_FIRST; i < n->kid_count; i++) {
		Str finder = n->kids[i]->text;

		if (str_eq(finder, STR("token")))
			call->finds_token = true;
		else if (str_eq(finder, STR("name")))
			call->finds_name = true;
		else if (str_eq(finder, STR("tag")))
			call->finds_tag = true;
		else
			diag_add(l->diags, DIAG_SCHEMA_UNKNOWN, n->kids[i]->span,
				"there is no finder `%.*s`", STR_ARG(finder));
	}
}

static void lower_page(Lower *l, SchemaCall *call, const Node *n)
{
	if (str_eq(n->text, STR("all")))
		call->page = SCHEMA_PAGE_ALL;
	else if (str_eq(n->text, STR("server")))
		call->page = SCHEMA_PAGE_SERVER;
	else if (!quantity_parse_int(n->text, &call->page) || call->page <= 0)
		diag_add(l->diags, DIAG_SCHEMA_UNKNOWN, n->span,
			"expected `all`, `server` or a number, found `%.*s`", STR_ARG(n->text));
}

/* Clauses whose argument is a path, a name or an expression. */
static bool lower_simple_clause(Lower *l, SchemaCall *call, const Node *n)
{
	Str word = n->text;

	if (str_eq(word, STR("at")))
		call->at = lower_path(l, n->kids[0]);
	else if (str_eq(word, STR("each")))
		call->each = lower_path(l, n->kids[0]);
	else if (str_eq(word, STR("key")))
		call->key = lower_path(l, n->kids[0]);
	else if (str_eq(word, STR("by")))
		call->by = lower_path(l, n->kids[0]);
	else if (str_eq(word, STR("yields")))
		call->yields = lower_path(l, n->kids[0]);
	else if (str_eq(word, STR("wait")))
		call->wait = n->kids[0]->text;
	else if (str_eq(word, STR("async")))
		call->async = n->kids[0]->text;
	else if (str_eq(word, STR("if")))
		call->cond = lower_expr(l, n->kids[0]);
	else if (str_eq(word, STR("query")))
		call->query = lower_expr(l, n->kids[0]);
	else if (str_eq(word, STR("body")))
		call->body = lower_expr(l, n->kids[0]);
	else if (str_eq(word, STR("content")))
		call->content = n->kids[0]->text;
	else
		return false;
	return true;
}

static void lower_clause(Lower *l, SchemaCall *call, const Node *n)
{
	Str word = n->text;

	if (lower_simple_clause(l, call, n))
		return;
	if (str_eq(word, STR("stream"))) {
		call->is_stream = true;
	} else if (str_eq(word, STR("brief"))) {
		call->is_brief = true;
	} else if (str_eq(word, STR("page"))) {
		lower_page(l, call, n->kids[0]);
	} else if (str_eq(word, STR("find"))) {
		lower_find(l, call, n);
	} else if (str_eq(word, STR("ok"))) {
		call->ok = lower_codes(l, n);
	} else if (str_eq(word, STR("none"))) {
		call->none = lower_codes(l, n);
	} else if (str_eq(word, STR("on"))) {
		call->on = lower_path(l, n->kids[0]);
		call->on_expr = n->kid_count > 1 ? lower_expr(l, n->kids[1]) : NULL;
	} else if (str_eq(word, STR("retry"))) {
		call->retry = lower_codes(l, n);
		call->retry_ms = lower_for(n);
	} else if (str_eq(word, STR("mend"))) {
		call->mend = lower_codes(l, n);
		call->mend_call = n->kids[0] ? lower_call(l, n->kids[0]) : NULL;
	}
}

static void lower_empty_part(Lower *l, SchemaCall *call, const Node *n)
{
	if (str_eq(n->text, STR("versions")))
		call->empty_list = lower_call(l, n->kids[0]);
	else if (str_eq(n->text, STR("remove")))
		call->empty_remove = lower_call(l, n->kids[0]);
	else if (n->kids[0] && n->kids[0]->kind == NODE_SCHEMA_CALL)
		diag_add(l->diags, DIAG_SCHEMA_UNKNOWN, n->span, "`empty` has no part `%.*s`",
			STR_ARG(n->text));
	else
		lower_clause(l, call, n);
}

/* Finds the operation, or reports E0801 with the nearest name. */
static const ModelOperation *find_operation(Lower *l, const Node *n)
{
	const ModelOperation *op = l->model ? model_operation(l->model, n->text) : NULL;
	Str *names;
	Str near;
	Diag *d;

	if (op || !l->model)
		return op;
	names = ARENA_ARRAY(l->arena, Str, l->model->operation_count);
	for (uint32_t i = 0; i < l->model->operation_count; i++)
		names[i] = l->model->operations[i].name;
	near = str_nearest(n->text, names, l->model->operation_count);
	d = diag_add(l->diags, DIAG_SCHEMA_NAME, n->span, "the model has no operation `%.*s`",
		STR_ARG(n->text));
	if (near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
	else
		diag_fix(d, "run schemas/slice.py if the operation is new to this file");
	return NULL;
}

SchemaCall *lower_call(Lower *l, const Node *n)
{
	SchemaCall *call = ARENA_NEW(l->arena, SchemaCall);
	bool is_empty = str_eq(n->text, STR("empty"));

	call->name = n->text;
	call->at_span = n->span;
	if (n->kids[0] && n->kids[0]->kind == NODE_RECORD) {
		call->args = lower_expr(l, n->kids[0]);
		call->operation = find_operation(l, n);
	} else if (n->kids[0]) {
		call->is_http = true;
		call->url = lower_expr(l, n->kids[0]);
	}
	for (uint32_t i = 1; i < n->kid_count; i++) {
		if (is_empty)
			lower_empty_part(l, call, n->kids[i]);
		else
			lower_clause(l, call, n->kids[i]);
	}
	call->is_per_item = names_it(call->args) || names_it(call->url) || names_it(call->body) ||
			    names_it(call->query);
	return call;
}

const SchemaSteps *lower_steps(Lower *l, const Node *n)
{
	SchemaSteps *steps;

	if (!n || n->kind == NODE_BAD)
		return NULL;
	steps = ARENA_NEW(l->arena, SchemaSteps);
	if (n->kind == NODE_IF) {
		steps->cond = lower_expr(l, n->kids[0]);
		steps->then_steps = lower_steps(l, n->kids[1]);
		steps->else_steps = lower_steps(l, n->kids[2]);
	} else if (n->kind == NODE_LET_IN) {
		steps->let_name = n->kids[0]->text;
		steps->call = lower_call(l, n->kids[2]);
		steps->rest = lower_steps(l, n->kids[3]);
	} else {
		steps->call = lower_call(l, n);
	}
	return steps;
}

/* What an expression gives as text when it is a constant one, else `otherwise`. */
static Str constant_text(const SchemaExpr *x, Str otherwise)
{
	bool is_text = x->kind == SX_CONST && x->value.kind == VAL_STRING;

	return is_text ? x->value.as.text : otherwise;
}

/* The URL as model_http() wants it: placeholders as `${}`; empty when it is no text. */
static Str url_text(const Lower *l, const SchemaExpr *url)
{
	Str text = constant_text(url, STR_NONE);

	for (uint32_t i = 0; url->kind != SX_CONST && i < url->count; i++) {
		Str part = constant_text(url->kids[i], STR("${}"));

		text = str_print(l->arena, "%.*s%.*s", STR_ARG(text), STR_ARG(part));
	}
	return text;
}

const ModelOperation *lower_operation(const Lower *l, const SchemaCall *call)
{
	if (call->operation || !call->is_http || !l->model)
		return call->operation;
	return model_http(l->model, call->name, url_text(l, call->url));
}

const ModelShape *lower_input(const Lower *l, const SchemaCall *call)
{
	const ModelOperation *op = call ? lower_operation(l, call) : NULL;

	return op ? op->input : NULL;
}

/* Walks the path from `shape`, beginning at its segment `from`. */
static const ModelShape *walk(const ModelShape *shape, const SchemaPath *path, uint32_t from)
{
	const ModelMember *m;

	for (uint32_t i = from; shape && i < path->count; i++) {
		const SchemaSegment *s = &path->segments[i];

		if (shape->kind == MODEL_JSON)
			return shape;
		switch (s->kind) {
		case SEGMENT_MEMBER:
			m = model_member(shape, s->name);
			shape = m ? m->shape : NULL;
			break;
		case SEGMENT_STAR:
		case SEGMENT_INDEX:
		case SEGMENT_EACH:
		case SEGMENT_FILTER:
			shape = shape->kind == MODEL_LIST || shape->kind == MODEL_MAP ? shape->elem
										      : NULL;
			break;
		case SEGMENT_ASPECT:
			return NULL;
		}
	}
	return shape;
}

const ModelShape *lower_answer(const Lower *l, const SchemaCall *call)
{
	const ModelOperation *op = lower_operation(l, call);
	const ModelShape *shape = op ? op->output : NULL;

	if (call->at)
		shape = walk(shape, call->at, 0);
	if (call->each)
		shape = walk(shape, call->each, 0);
	return shape;
}

/* What `@name` holds: one answer, or with `by` a list of them. */
static const ModelShape *aspect_shape(const Lower *l, Str name, const SchemaCall **ret_call)
{
	for (uint32_t i = 0; i < l->aspect_count; i++) {
		if (str_eq(l->aspects[i].name, name)) {
			*ret_call = l->aspects[i].call;
			return lower_answer(l, l->aspects[i].call);
		}
	}
	*ret_call = NULL;
	return NULL;
}

const ModelShape *lower_shape_at(const Lower *l, const SchemaPath *path, bool is_write)
{
	const LowerShapes *base = path->is_relative ? &l->record : &l->element;
	const ModelShape *shape = is_write ? base->write : base->read;
	const SchemaCall *call;

	if (path->count == 0 || path->segments[0].kind != SEGMENT_ASPECT)
		return walk(shape, path, 0);
	shape = aspect_shape(l, path->segments[0].name, &call);
	/* `@rules[?E]` of an aspect that is joined `by` a key is already one of its items. */
	if (call && call->by && path->count > 1 && path->segments[1].kind != SEGMENT_MEMBER)
		return walk(shape, path, 2);
	return walk(shape, path, 1);
}
