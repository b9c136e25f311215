/* What is known at plan: recorded values of what stays as it is, wanted values of what changes,
 * and predictions of the schema. */
#include "runtime/plan/plan_impl.h"

#include "compiler/graph/residual.h"
#include "runtime/provider/sx_eval.h"
#include "runtime/state/seal.h"

typedef struct ValuesEnv {
	Planner *planner;
	Diag *err;
	bool failed;
} ValuesEnv;

bool planner_attrs(Planner *p, uint32_t node, Value *ret, Diag *err)
{
	NodePlan *n = &p->nodes[node];

	if (!n->has_attrs && n->object >= 0) {
		const Reading *r = &p->readings[n->object];
		StateObject *o = &p->view->objects[n->object];

		if (r->was_read && !r->is_gone)
			n->attrs = r->attrs;
		else if (!object_attrs(p->view, o, &n->attrs, err))
			return false;
		if (!r->was_read)
			n->attrs = refresh_with_id(p->arena, n->attrs, o->id);
		n->has_attrs = true;
	}
	*ret = n->attrs;
	return true;
}

/* Follows the rest of a path into a value; false: there is no such place. */
static bool values_walk(Value v, const Value *path, uint32_t count, Value *ret)
{
	for (uint32_t i = 0; i < count; i++) {
		const Value *next = NULL;

		if (v.kind == VAL_DEFERRED)
			return false;
		if (v.kind == VAL_NULL) /* the program checked that it may be null */
			break;
		if (path[i].kind == VAL_STRING)
			next = value_find(v, path[i].as.text);
		else if (path[i].kind == VAL_INT && (v.kind == VAL_LIST || v.kind == VAL_SET) &&
			 path[i].as.number >= 0 && path[i].as.number < v.as.list->len)
			next = &v.as.list->items[path[i].as.number];
		v = next ? *next : VALUE_NULL;
	}
	*ret = v;
	return v.kind != VAL_DEFERRED || v.as.residual->is_secret;
}

/* Says whether all names of a schema expression are attributes with known values. */
static bool values_can_predict(const SchemaResource *schema, const SchemaExpr *e, Value attrs)
{
	if (!e)
		return true;
	if (e->kind == SX_NAME) {
		const Value *v = value_find(attrs, e->name);

		return schema_attr(schema, e->name) && v && value_is_known(*v);
	}
	for (uint32_t i = 0; i < e->count; i++)
		if (!values_can_predict(schema, e->kids[i], attrs))
			return false;
	return true;
}

/* What the schema says that an attribute will be; false: it cannot say. */
static bool values_predict(Planner *p, const NodePlan *n, const SchemaAttr *attr, Value *ret)
{
	bool failed = false;
	Diag err = {0};

	if (!attr->predict || !values_can_predict(n->schema, attr->predict, n->raw))
		return false;
	SxEnv env = {.arena = p->arena,
		.schema = n->schema,
		.attrs = n->raw,
		.err = &err,
		.failed = &failed};

	*ret = sx_plain(&env, attr->predict);
	diag_fini(&err);
	return !failed && value_is_known(*ret);
}

/* The attribute of ours that an id is made of; NULL: only of others'. */
static const SchemaAttr *values_id_attr(const SchemaResource *schema, const SchemaExpr *e)
{
	const SchemaAttr *found = e && e->kind == SX_NAME ? schema_attr(schema, e->name) : NULL;

	for (uint32_t i = 0; !found && e && i < e->count; i++)
		found = values_id_attr(schema, e->kids[i]);
	return found;
}

/* Says whether the id that the schema makes of attributes may be the old one. */
static bool values_same_id(Planner *p, const NodePlan *n, const StateObject *o)
{
	const SchemaAttr *attr = values_id_attr(n->schema, n->schema->id_template);
	const Value *wanted = attr ? value_find(n->raw, attr->name) : NULL;
	bool failed = false;
	Diag err = {0};

	if (attr && attr->flags & ATTR_AUTO && (!wanted || wanted->kind == VAL_NULL))
		return false; /* each object gets a name of its own */
	if (wanted && wanted->kind == VAL_DEFERRED && planner_is_new(p, *wanted))
		return false;
	if (!values_can_predict(n->schema, n->schema->id_template, n->raw))
		return true; /* it may be: the safe order is the other one */
	SxEnv env = {.arena = p->arena,
		.schema = n->schema,
		.attrs = n->raw,
		.err = &err,
		.failed = &failed};
	Str id = sx_text(p->arena, sx_plain(&env, n->schema->id_template));

	diag_fini(&err);
	return failed || str_eq(id, o->id);
}

static bool values_is_id(const SchemaAttr *attr)
{
	const Type *t = attr ? attr->type : NULL;

	while (t && t->kind == TYPE_OPTIONAL)
		t = t->elem;
	return t && t->kind == TYPE_ID;
}

/* Says whether the new object belongs to another one (a VPC) than the old one: names and ranges of
 * the two do not meet there. */
static bool values_moves(const NodePlan *n)
{
	for (uint32_t i = 0; i < n->change_count; i++)
		if (n->changes[i].is_replace && !n->changes[i].may_be_equal &&
			values_is_id(schema_attr(n->schema, n->changes[i].path)))
			return true;
	return false;
}

/* Says whether an attribute that no two objects share stays as it is.  Of collections a part may
 * stay, which is enough. */
static bool values_stays(Planner *p, const NodePlan *n, const SchemaAttr *attr)
{
	const Value *v = value_find(n->raw, attr->name);

	if (!v || v->kind == VAL_NULL)
		return false;
	if (v->kind == VAL_DEFERRED)
		return !planner_is_new(p, *v);
	if (v->kind == VAL_LIST || v->kind == VAL_SET)
		return v->as.list->len != 0;
	if (v->kind == VAL_MAP)
		return v->as.map->len != 0;
	for (uint32_t i = 0; i < n->change_count; i++)
		if (str_eq(n->changes[i].path, attr->name))
			return false;
	return true;
}

const SchemaAttr *planner_collision(Planner *p, uint32_t node)
{
	const NodePlan *n = &p->nodes[node];
	const StateObject *o = &p->view->objects[n->object];

	if (!str_eq(o->type, n->schema->name))
		return NULL;
	if (n->schema->id_template && values_same_id(p, n, o)) {
		const SchemaAttr *attr = values_id_attr(n->schema, n->schema->id_template);

		return attr ? attr : &n->schema->attrs[0];
	}
	if (p->readings[n->object].config->moved.len)
		return NULL; /* elsewhere nothing is in its way */
	bool moves = values_moves(n);

	for (uint32_t i = 0; i < n->schema->attr_count; i++) {
		const SchemaAttr *attr = &n->schema->attrs[i];

		if (attr->flags & (ATTR_AUTO | ATTR_UNIQUE) && (!moves || values_is_id(attr)) &&
			values_stays(p, n, attr))
			return attr;
	}
	return NULL;
}

/* Says whether an output attribute keeps its value when the object is changed in place. */
static bool values_is_stable(const SchemaAttr *attr)
{
	const Type *t = attr->type;

	while (t && t->kind == TYPE_OPTIONAL)
		t = t->elem;
	return attr->flags & ATTR_IDENTITY || str_eq(attr->name, STR("id")) ||
	       str_ends(attr->name, STR("_id")) || str_ends(attr->name, STR("arn")) ||
	       (t && t->kind == TYPE_ID);
}

/* The value of one attribute of an object that is made or changed by this plan. */
static bool values_planned(Planner *p, uint32_t index, Str name, Value *ret, ValuesEnv *env)
{
	NodePlan *n = &p->nodes[index];
	const SchemaAttr *attr = n->schema ? schema_attr(n->schema, name) : NULL;
	const Value *wanted = value_find(n->raw, name);
	const uint32_t given = ATTR_OUT | ATTR_COMPUTED | ATTR_AUTO | ATTR_PROVIDER;

	if (wanted && wanted->kind != VAL_NULL && !(attr && attr->flags & ATTR_OUT)) {
		*ret = *wanted;
		return true;
	}
	if (attr && values_predict(p, n, attr, ret))
		return true;
	if (attr && !(attr->flags & given)) {
		*ret = VALUE_NULL;
		return true;
	}
	if (n->state != NODE_UPDATE || (attr && attr->flags & ATTR_OUT && !values_is_stable(attr)))
		return false;
	Value attrs;

	if (!planner_attrs(p, index, &attrs, env->err)) {
		env->failed = true;
		return false;
	}
	const Value *found = value_find(attrs, name);

	*ret = found ? *found : VALUE_NULL;
	return true;
}

/* The value of one attribute of an object that stays as it is. */
static bool values_recorded(Planner *p, uint32_t index, Str name, Value *ret, ValuesEnv *env)
{
	NodePlan *n = &p->nodes[index];
	const Value *found;
	Value attrs;

	if (!planner_attrs(p, index, &attrs, env->err)) {
		env->failed = true;
		return false;
	}
	found = value_find(attrs, name);
	if (!found || (!value_is_known(*found) && !seal_is_sealed(*found))) {
		/* Of what cannot be read back, the program's own value is what was sent. */
		const Value *wanted = value_find(n->raw, name);

		if (wanted)
			found = wanted;
	}
	*ret = found ? *found : VALUE_NULL;
	return true;
}

static bool values_is_there(const Planner *p, uint32_t index)
{
	int64_t object = p->nodes[index].object;

	return object >= 0 && !p->readings[object].is_gone &&
	       str_eq(p->view->objects[object].type, p->graph->nodes[index].type);
}

static bool values_ref(void *ctx, Str address, const Value *path, uint32_t count, Value *ret)
{
	ValuesEnv *env = ctx;
	Planner *p = env->planner;
	int64_t index = graph_find(p->graph, address);
	Value v = VALUE_NULL;
	bool known = false;

	if (index < 0 || env->failed || !count || path[0].kind != VAL_STRING)
		return false;
	switch (p->nodes[index].state) {
	case NODE_OPEN: /* by a late edge: what is there is right, or all is decided again */
		known = values_is_there(p, (uint32_t)index) &&
			values_recorded(p, (uint32_t)index, path[0].as.text, &v, env);
		break;
	case NODE_READ:
	case NODE_ABSENT:
		return false;
	case NODE_SAME:
	case NODE_LOOKED_UP:
		known = values_recorded(p, (uint32_t)index, path[0].as.text, &v, env);
		break;
	case NODE_CREATE:
	case NODE_UPDATE:
	case NODE_REPLACE:
		known = values_planned(p, (uint32_t)index, path[0].as.text, &v, env);
		break;
	}
	return known && values_walk(v, path + 1, count - 1, ret);
}

bool planner_resolve(Planner *p, Value v, Value *ret, Diag *err)
{
	ValuesEnv values = {p, err, false};
	ResidualEnv env = {&values, values_ref, NULL};

	if (value_is_known(v)) {
		*ret = v;
		return true;
	}
	return residual_resolve(p->arena, v, &env, ret, err) && !values.failed;
}

typedef struct NewRefs {
	const Planner *planner;
	bool found;
} NewRefs;

static void values_visit(void *ctx, const Residual *ref)
{
	NewRefs *refs = ctx;
	int64_t index = graph_find(refs->planner->graph, ref->name);

	if (index < 0)
		return;
	NodeState state = refs->planner->nodes[index].state;

	/* Of what is changed in place, only what may change with it is left unknown. */
	if (state == NODE_CREATE || state == NODE_REPLACE || state == NODE_READ ||
		state == NODE_UPDATE)
		refs->found = true;
}

bool planner_is_new(void *planner, Value unknown)
{
	NewRefs refs = {planner, false};

	residual_refs(unknown, values_visit, &refs);
	return refs.found;
}
