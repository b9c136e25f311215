/* The check of calls, waiters and paths against the model.  Thread: one at a time. */
#include "compiler/schema/check_impl.h"

/* The functions of providers.md, 2.6, and what the schemas came to need besides. */
static const Str functions[] = {
	STR_INIT("b64"),
	STR_INIT("unb64"),
	STR_INIT("json"),
	STR_INIT("unjson"),
	STR_INIT("int"),
	STR_INIT("string"),
	STR_INIT("lower"),
	STR_INIT("upper"),
	STR_INIT("split"),
	STR_INIT("join"),
	STR_INIT("sha256"),
	STR_INIT("md5b64"),
	STR_INIT("unurl"),
	STR_INIT("basename"),
	STR_INIT("selflink"),
	STR_INIT("trimprefix"),
	STR_INIT("template"),
	STR_INIT("default"),
	STR_INIT("const"),
	STR_INIT("eq"),
	STR_INIT("one_of"),
	STR_INIT("negate"),
	STR_INIT("nonempty"),
	STR_INIT("unless"),
	STR_INIT("pairs"),
	STR_INIT("unpairs"),
	STR_INIT("kv"),
	STR_INIT("unkv"),
	STR_INIT("keys"),
	STR_INIT("names"),
	STR_INIT("declared"),
	STR_INIT("filter"),
	STR_INIT("ids"),
	STR_INIT("tagspec"),
	STR_INIT("token"),
	STR_INIT("labelled"),
	STR_INIT("ip_permissions"),
	STR_INIT("rule_updates"),
	STR_INIT("portmap"),
	STR_INIT("unportmap"),
	STR_INIT("within"),
	STR_INIT("disjoint"),
	STR_INIT("prefix_length"),
	STR_INIT("offered"),
	STR_INIT("zone_in"),
	STR_INIT("image_size"),
	STR_INIT("known_owner"),
	STR_INIT("file"),
};

enum { FUNCTION_COUNT = sizeof(functions) / sizeof(functions[0]) };

void check_function(SchemaChecker *c, Str name, Span at)
{
	Str near = str_nearest(name, functions, FUNCTION_COUNT);
	Diag *d;

	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		if (str_eq(functions[i], name))
			return;
	}
	d = diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, at, "schemas have no function `%.*s`",
		STR_ARG(name));
	if (near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
}

void check_fns(SchemaChecker *c, const SchemaFn *fns, uint32_t count, Span at)
{
	for (uint32_t i = 0; i < count; i++)
		check_function(c, fns[i].name, at);
}

void check_no_member(SchemaChecker *c, const ModelShape *shape, Str name, Span at)
{
	Str *names = ARENA_ARRAY(c->lower.arena, Str, shape->member_count);
	Str near;
	Diag *d = diag_add(c->diags, DIAG_SCHEMA_NAME, at,
		"`%.*s` of the model has no member `%.*s`", STR_ARG(shape->name), STR_ARG(name));

	for (uint32_t i = 0; i < shape->member_count; i++)
		names[i] = shape->members[i].name;
	near = str_nearest(name, names, shape->member_count);
	if (near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
}

void check_enum(SchemaChecker *c, const ModelShape *shape, Str text, Span at)
{
	Str near;
	Diag *d;

	for (uint32_t i = 0; i < shape->enum_count; i++) {
		if (str_eq(shape->enum_values[i], text))
			return;
	}
	if (shape->enum_count == 0)
		return;
	d = diag_add(c->diags, DIAG_SCHEMA_ENUM, at, "`%.*s` of the model has no value `%.*s`",
		STR_ARG(shape->name), STR_ARG(text));
	near = str_nearest(text, shape->enum_values, shape->enum_count);
	if (near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
}

const ModelShape *check_path(
	SchemaChecker *c, const ModelShape *shape, const SchemaPath *path, uint32_t from, Span at)
{
	for (uint32_t i = from; shape && i < path->count; i++) {
		const SchemaSegment *s = &path->segments[i];
		bool is_list = shape->kind == MODEL_LIST || shape->kind == MODEL_MAP;
		const ModelMember *m;

		if (shape->kind == MODEL_JSON)
			return shape;
		if (s->kind != SEGMENT_MEMBER) {
			shape = is_list ? shape->elem : NULL;
			if (!shape)
				diag_add(c->diags, DIAG_SCHEMA_TYPE, at,
					"`%.*s` goes through something that is no list",
					STR_ARG(path->text));
			continue;
		}
		m = model_member(shape, s->name);
		if (!m && shape->kind == MODEL_STRUCTURE)
			check_no_member(c, shape, s->name, at);
		shape = m ? m->shape : NULL;
	}
	return shape;
}

/* Resolves names of an answer: NAME, NAME.x, NAME[0], NAME[].x; NULL where it does not. */
static const ModelShape *answer_shape(
	SchemaChecker *c, const ModelShape *shape, const SchemaExpr *e)
{
	const ModelMember *m;

	if (e->kind == SX_INDEX || e->kind == SX_EACH || e->kind == SX_FILTER) {
		shape = answer_shape(c, shape, e->kids[0]);
		return shape && (shape->kind == MODEL_LIST || shape->kind == MODEL_MAP)
			       ? shape->elem
			       : NULL;
	}
	if (e->kind == SX_MEMBER)
		shape = answer_shape(c, shape, e->kids[0]);
	else if (e->kind != SX_NAME)
		return NULL;
	if (!shape || shape->kind != MODEL_STRUCTURE)
		return NULL;
	m = model_member(shape, e->name);
	if (!m)
		check_no_member(c, shape, e->name, e->at);
	return m ? m->shape : NULL;
}

/* Checks `until`, `fail` and `gone`: names are the answer's, literals are in their enums. */
static void check_condition(SchemaChecker *c, const ModelShape *shape, const SchemaExpr *e)
{
	const ModelShape *left;

	if (!e || !shape)
		return;
	if (e->kind == SX_NAME || e->kind == SX_MEMBER) {
		(void)answer_shape(c, shape, e);
		return;
	}
	if (e->kind != SX_BINARY || str_eq(e->name, STR("and")) || str_eq(e->name, STR("or"))) {
		for (uint32_t i = 0; i < e->count; i++)
			check_condition(c, shape, e->kids[i]);
		return;
	}
	left = answer_shape(c, shape, e->kids[0]);
	for (uint32_t i = 0; left && i < e->kids[1]->count; i++) {
		const SchemaExpr *item = e->kids[1]->kids[i];

		if (item->kind == SX_CONST && item->value.kind == VAL_STRING)
			check_enum(c, left, item->value.as.text, item->at);
	}
	if (left && e->kids[1]->kind == SX_CONST && e->kids[1]->value.kind == VAL_STRING)
		check_enum(c, left, e->kids[1]->value.as.text, e->kids[1]->at);
}

/* Walks a record key such as "EnableDnsSupport.Value" or "Mappings[0].DeviceName". */
static const ModelShape *check_key(SchemaChecker *c, const ModelShape *shape, Str key, Span at)
{
	while (shape && key.len > 0) {
		Str part = str_cut(&key, STR("."));
		size_t bracket = str_find(part, STR("["), 0);
		Str name = bracket == SIZE_MAX ? part : str_slice(part, 0, bracket);
		const ModelMember *m = model_member(shape, name);

		if (shape->kind == MODEL_JSON)
			return NULL;
		if (!m && shape->kind == MODEL_STRUCTURE)
			check_no_member(c, shape, name, at);
		shape = m ? m->shape : NULL;
		if (shape && bracket != SIZE_MAX)
			shape = shape->elem;
	}
	return shape;
}

static bool fits(ModelKind kind, ValueKind value)
{
	switch (value) {
	case VAL_BOOL:
		return kind == MODEL_BOOL || kind == MODEL_JSON;
	case VAL_INT:
		return kind == MODEL_INT || kind == MODEL_FLOAT || kind == MODEL_JSON;
	case VAL_STRING:
		return kind == MODEL_STRING || kind == MODEL_BLOB || kind == MODEL_TIMESTAMP ||
		       kind == MODEL_JSON;
	default:
		return true;
	}
}

/* Checks a value that is bound to a member: constants, records, lists. */
static void check_bound(SchemaChecker *c, const ModelShape *shape, const SchemaExpr *e)
{
	if (!shape || !e)
		return;
	if (e->kind == SX_RECORD) {
		for (uint32_t i = 0; i < e->count; i++) {
			if (e->kids[i]->kind != SX_SPREAD)
				check_bound(c, check_key(c, shape, e->keys[i], e->kids[i]->at),
					e->kids[i]);
		}
	} else if (e->kind == SX_LIST) {
		for (uint32_t i = 0; shape->kind == MODEL_LIST && i < e->count; i++)
			check_bound(c, shape->elem, e->kids[i]);
		if (shape->kind != MODEL_LIST && shape->kind != MODEL_JSON)
			diag_add(c->diags, DIAG_SCHEMA_TYPE, e->at,
				"`%.*s` of the model is no list", STR_ARG(shape->name));
	} else if (e->kind == SX_CONST) {
		if (!fits(shape->kind, e->value.kind))
			diag_add(c->diags, DIAG_SCHEMA_TYPE, e->at,
				"a %.*s does not fit `%.*s` of the model",
				STR_ARG(value_kind_name(e->value.kind)), STR_ARG(shape->name));
		else if (e->value.kind == VAL_STRING)
			check_enum(c, shape, e->value.as.text, e->at);
	}
}

/* Says whether a record binds a member, or spreads something that may. */
static bool binds(const SchemaExpr *record, Str member)
{
	if (!record || record->kind != SX_RECORD)
		return false;
	for (uint32_t i = 0; i < record->count; i++) {
		Str key = record->keys[i];

		if (record->kids[i]->kind == SX_SPREAD || str_eq(key, member))
			return true;
		if (str_starts(key, member) && key.len > member.len &&
			(key.ptr[member.len] == '.' || key.ptr[member.len] == '['))
			return true;
	}
	return false;
}

/* Says whether the create maps an attribute that always has a value to the member. */
static bool maps(const SchemaResource *r, Str member)
{
	const uint32_t always = ATTR_REQUIRED | ATTR_AUTO | ATTR_PROVIDER;

	for (uint32_t i = 0; i < r->attr_count; i++) {
		const SchemaAttr *a = &r->attrs[i];
		Str wire = a->wire_name;

		if (!a->has_default && (a->flags & always) == 0)
			continue;
		if (a->write_count > 0 && a->writes[0].path && a->writes[0].path->count > 0)
			wire = a->writes[0].path->segments[0].name;
		if (str_eq(wire, member))
			return true;
	}
	return false;
}

static void check_required(
	SchemaChecker *c, const SchemaCall *call, const ModelOperation *op, bool is_create)
{
	for (uint32_t i = 0; op->input && i < op->input->member_count; i++) {
		const ModelMember *m = &op->input->members[i];

		if (!m->is_required || binds(call->args, m->name) || binds(call->body, m->name) ||
			binds(call->query, m->name))
			continue;
		if (!is_create || !maps(c->resource, m->name))
			diag_add(c->diags, DIAG_SCHEMA_REQUIRED, call->at_span,
				"`%.*s` does not bind `%.*s`, which the model requires",
				STR_ARG(op->name), STR_ARG(m->name));
	}
}

static void check_wait(SchemaChecker *c, const SchemaCall *call)
{
	const SchemaResource *r = c->resource;

	for (uint32_t i = 0; i < r->waiter_count; i++) {
		if (str_eq(r->waiters[i].name, call->wait))
			return;
	}
	if (call->wait.len > 0)
		diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, call->at_span, "there is no waiter `%.*s`",
			STR_ARG(call->wait));
}

/* `each` of a call that is made for each of what the object, or an aspect of it, holds. */
static void check_each(SchemaChecker *c, const SchemaCall *call)
{
	if (call->each->segments[0].kind != SEGMENT_ASPECT)
		(void)check_path(c, c->lower.element.read, call->each, 0, call->at_span);
	else if (!lower_shape_at(&c->lower, call->each, false) && c->lower.model)
		diag_add(c->diags, DIAG_SCHEMA_NAME, call->at_span,
			"`%.*s` leads to nothing in the model", STR_ARG(call->each->text));
}

static void check_call(SchemaChecker *c, const SchemaCall *call, bool is_create)
{
	const ModelOperation *op;
	const ModelShape *answer;

	if (!call)
		return;
	op = lower_operation(&c->lower, call);
	check_names(c, call->args);
	check_names(c, call->url);
	check_names(c, call->query);
	check_names(c, call->body);
	check_names(c, call->cond);
	check_codes(c, call->ok, call->at_span);
	check_codes(c, call->none, call->at_span);
	check_codes(c, call->retry, call->at_span);
	check_wait(c, call);
	check_call(c, call->mend_call, false);
	check_call(c, call->empty_list, false);
	check_call(c, call->empty_remove, false);
	if (!op) {
		if (call->is_http && c->lower.model)
			diag_add(c->diags, DIAG_SCHEMA_NAME, call->at_span,
				"the model has no %.*s of this path", STR_ARG(call->name));
		return;
	}
	check_bound(c, op->input, call->args);
	check_bound(c, op->input, call->query);
	check_bound(c, op->input, call->body);
	check_required(c, call, op, is_create);
	answer = op->output;
	if (call->at)
		answer = check_path(c, answer, call->at, 0, call->at_span);
	if (call->each && call->is_per_item)
		check_each(c, call);
	else if (call->each)
		answer = check_path(c, answer, call->each, 0, call->at_span);
	if (call->key)
		(void)check_path(c, answer, call->key, 0, call->at_span);
	if (call->on)
		(void)check_path(c, answer, call->on, 0, call->at_span);
	if (call->by)
		(void)check_path(c, answer, call->by, 0, call->at_span);
	if (call->yields)
		(void)check_path(c, op->output, call->yields, 0, call->at_span);
}

static void add_let(SchemaChecker *c, Str name, const SchemaCall *call)
{
	CheckLet let = {name, lower_answer(&c->lower, call)};

	if (name.len > 0)
		vec_add(c->lower.arena, &c->lets, let);
}

static void check_steps(SchemaChecker *c, const SchemaSteps *s, bool is_create)
{
	for (; s; s = s->rest) {
		check_call(c, s->call, is_create);
		if (s->call)
			add_let(c, s->let_name, s->call);
		check_names(c, s->cond);
		check_steps(c, s->then_steps, is_create);
		check_steps(c, s->else_steps, is_create);
	}
}

static void check_waiters(SchemaChecker *c)
{
	const SchemaResource *r = c->resource;

	for (uint32_t i = 0; i < r->waiter_count; i++) {
		const SchemaWaiter *w = &r->waiters[i];
		const ModelOperation *op = w->by ? lower_operation(&c->lower, w->by) : NULL;
		const ModelShape *shape = w->by ? (op ? op->output : NULL) : c->lower.element.read;

		check_call(c, w->by, false);
		check_codes(c, w->ok, SPAN_NONE);
		check_codes(c, w->retry, SPAN_NONE);
		check_condition(c, shape, w->until);
		check_condition(c, shape, w->fail);
	}
	check_condition(c, c->lower.element.read, r->gone);
}

void check_codes(SchemaChecker *c, SchemaCodes codes, Span at)
{
	for (uint32_t i = 0; i < codes.count; i++) {
		Str code = codes.codes[i];
		bool is_word = code.len > 0;

		for (size_t k = 0; k < code.len; k++)
			is_word = is_word && code.ptr[k] >= 'a' && code.ptr[k] <= 'z';
		if (is_word && !check_is_class(code))
			diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, at,
				"there is no error class `%.*s`", STR_ARG(code));
	}
}

/* `it` inside a sync is an element; of a map it has a key and a value. */
static void check_sync(SchemaChecker *c, const SchemaSync *s)
{
	const SchemaAttr *a = schema_attr(c->resource, s->attr);
	const Type *t = a ? a->type : NULL;

	while (t && t->kind == TYPE_OPTIONAL)
		t = t->elem;
	c->item = t && (t->kind == TYPE_LIST || t->kind == TYPE_SET) ? t->elem : NULL;
	check_call(c, s->add, false);
	check_call(c, s->del, false);
	check_call(c, s->mod, false);
	check_call(c, s->put, false);
	c->item = NULL;
}

/* Finds a record type of the resource's own by its name. */
static const Type *find_named(const Type *t, Str name)
{
	const Type *found = NULL;

	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_LIST || t->kind == TYPE_SET ||
		t->kind == TYPE_MAP)
		t = t->elem;
	if (t->kind != TYPE_RECORD || str_eq(t->name, name))
		return t->kind == TYPE_RECORD ? t : NULL;
	for (uint32_t i = 0; !found && i < t->count; i++)
		found = find_named(t->fields[i].type, name);
	return found;
}

/* A rule's path begins at an attribute, or at a record type of the resource's own. */
static void check_rule_path(SchemaChecker *c, Str path, Span at)
{
	Str rest = path;
	Str first = str_cut(&rest, STR("."));
	const Type *named;

	if (schema_attr(c->resource, first)) {
		check_attr_path(c, path, at);
		return;
	}
	named = find_named(c->resource->type, first);
	if (!named || !type_field(named, rest))
		diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, at, "`%.*s` leads to no attribute",
			STR_ARG(path));
}

static void check_rules(SchemaChecker *c)
{
	const SchemaResource *r = c->resource;

	for (uint32_t i = 0; i < r->rule_count; i++) {
		const SchemaRule *rule = &r->rules[i];

		check_names(c, rule->where);
		for (uint32_t k = 0; k < rule->paths.count; k++)
			check_rule_path(c, rule->paths.paths[k], rule->at);
		if (rule->by.len > 0)
			check_attr_path(c, rule->by, rule->at);
	}
	for (uint32_t i = 0; i < r->select_count; i++) {
		check_fns(c, r->selects[i].fns, r->selects[i].fn_count, SPAN_NONE);
		check_attr_path(c, r->selects[i].name, SPAN_NONE);
	}
}

void check_calls(SchemaChecker *c)
{
	const SchemaResource *r = c->resource;

	for (uint32_t i = 0; i < r->before_create_count; i++) {
		check_call(c, r->before_create[i].call, false);
		add_let(c, r->before_create[i].name, r->before_create[i].call);
	}
	for (uint32_t i = 0; i < r->let_count; i++) {
		CheckLet let = {r->lets[i].name, NULL};

		check_names(c, r->lets[i].value);
		vec_add(c->lower.arena, &c->lets, let);
	}
	check_steps(c, r->create, true);
	check_steps(c, r->destroy, false);
	check_call(c, r->read, false);
	check_call(c, r->batch, false);
	check_call(c, r->list, false);
	for (uint32_t i = 0; i < r->before_delete_count; i++)
		check_call(c, r->before_delete[i], false);
	for (uint32_t i = 0; i < r->aspect_count; i++)
		check_call(c, r->aspects[i].call, false);
	for (uint32_t i = 0; i < r->update_count; i++)
		check_steps(c, r->updates[i].steps, false);
	for (uint32_t i = 0; i < r->facet_count; i++) {
		check_call(c, r->facets[i].get, false);
		check_call(c, r->facets[i].put, false);
		check_call(c, r->facets[i].del, false);
	}
	for (uint32_t i = 0; i < r->sync_count; i++)
		check_sync(c, &r->syncs[i]);
	for (uint32_t i = 0; i < r->bracket_count; i++) {
		check_call(c, r->brackets[i].open, false);
		check_call(c, r->brackets[i].close, false);
	}
	check_rules(c);
	check_names(c, r->id_template);
	check_waiters(c);
}
