/* Expressions to values: names, members, operators, conditions, text.
 *
 * Evaluation is symbolic.  Operands that are not known yet give a deferred value; `if` and `match`
 * over them evaluate every branch, and a branch that fails then fails only when it is chosen. */
#include "compiler/eval/eval_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"
#include "compiler/eval/entity.h"
#include "compiler/types/relate.h"

static const struct {
	Str text;
	Operation op;
} binary_operations[] = {
	{STR_INIT("+"), OP_ADD},
	{STR_INIT("-"), OP_SUB},
	{STR_INIT("*"), OP_MUL},
	{STR_INIT("/"), OP_DIV},
	{STR_INIT("%"), OP_REM},
	{STR_INIT("++"), OP_CONCAT},
	{STR_INIT("=="), OP_EQ},
	{STR_INIT("!="), OP_NE},
	{STR_INIT("<"), OP_LT},
	{STR_INIT("<="), OP_LE},
	{STR_INIT(">"), OP_GT},
	{STR_INIT(">="), OP_GE},
	{STR_INIT("in"), OP_IN},
	{STR_INIT("and"), OP_AND},
	{STR_INIT("or"), OP_OR},
	{STR_INIT("??"), OP_COALESCE},
};

/* What the deferred parts of values have in common. */
typedef struct Deferral {
	bool is_any, is_secret, is_all_lookups;
} Deferral;

static void deferral_add(Deferral *d, Value v)
{
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			deferral_add(d, v.as.list->items[i]);
	} else if (v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			deferral_add(d, v.as.map->entries[i].value);
	} else if (v.kind == VAL_DEFERRED && v.as.residual->op != RESIDUAL_VAR) {
		d->is_all_lookups = d->is_all_lookups && v.as.residual->is_lookup;
		d->is_secret = d->is_secret || v.as.residual->is_secret;
		d->is_any = true;
	}
}

Value eval_residual(Machine *m, ResidualOp op, Str name, const Value *args, uint32_t count)
{
	Residual *r = ARENA_NEW(m->arena, Residual);
	Value *kept = ARENA_ARRAY(m->arena, Value, count);
	Deferral d = {.is_all_lookups = true};

	for (uint32_t i = 0; i < count; i++) {
		kept[i] = args[i];
		deferral_add(&d, args[i]);
	}
	*r = (Residual){.op = op, .name = name, .args = kept, .arg_count = count};
	r->is_secret = d.is_secret;
	r->is_lookup = d.is_any && d.is_all_lookups;
	return value_residual(r);
}

Value eval_apply(Machine *m, const Node *n, Operation op, const Value *args, uint32_t count)
{
	if (m->op.has_failed)
		return VALUE_NULL;
	m->op.at = n->span;
	Value v = op_apply(&m->op, op, args, count);

	if (v.kind == VAL_LIST || v.kind == VAL_SET) /* a function's loop is paid for, too */
		m->steps += v.as.list->len;
	return v;
}

Value eval_maybe(Machine *m, const Node *n)
{
	DiagList *l = m->op.diags;
	uint32_t failed = m->failed.len, said = l->items.len, errors = l->error_count;
	Value v = eval_expr(m, n);

	if (!m->op.has_failed || m->is_unwinding || l->items.len == said)
		return v;
	Value message = value_string(str_copy(m->arena, l->items.ptr[said]->what));

	l->items.len = said;
	l->error_count = errors;
	while (m->failed.len > failed)
		m->failed.ptr[--m->failed.len]->state = UNIT_NEW;
	m->op.has_failed = false;
	m->op.at = n->span;
	return op_defer(&m->op, OP_ERROR, &message, 1);
}

/* Without the `_` between digits. */
static Str eval_digits(Machine *m, Str text)
{
	char *kept = ARENA_ARRAY(m->arena, char, text.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '_')
			kept[n++] = text.ptr[i];
	return (Str){kept, n};
}

/* A literal as written.  The parser and the checker saw that it fits. */
Value eval_literal(Machine *m, const Node *n)
{
	int64_t number = 0;
	double real = 0;
	bool ok = true;
	Value v = VALUE_NULL;

	switch ((NodeKind)n->kind) {
	case NODE_INT:
		ok = quantity_parse_int(n->text, &number);
		v = value_int(number);
		break;
	case NODE_FLOAT:
		ok = num_parse_float(eval_digits(m, n->text), &real);
		v = value_float(real);
		break;
	case NODE_SIZE:
		ok = quantity_parse_size(n->text, &number);
		v = value_number(VAL_SIZE, number);
		break;
	case NODE_DURATION:
		ok = quantity_parse_duration(n->text, &number);
		v = value_number(VAL_DURATION, number);
		break;
	case NODE_MONEY:
		if (str_has(n->text, STR("/"))) {
			ok = quantity_parse_price(n->text, &number);
			v = value_number(VAL_PRICE, number);
		} else {
			ok = quantity_parse_money(n->text, &number);
			v = value_number(VAL_MONEY, number);
		}
		break;
	case NODE_GPUS:
		v = (Value){.kind = VAL_GPUS, .as.text = n->text};
		break;
	case NODE_BOOL:
		v = value_bool(str_eq(n->text, STR("true")));
		break;
	default: /* NODE_NULL */
		break;
	}
	if (!ok) {
		m->op.at = n->span;
		return op_fail(&m->op, DIAG_NUMBER_RANGE, "`%.*s` does not fit", STR_ARG(n->text));
	}
	return v;
}

static Value eval_text(Machine *m, const Node *n)
{
	if (!n->kid_count)
		return value_string(n->text);
	Value few[8];
	Value *args = n->kid_count <= 8 ? few : ARENA_ARRAY(m->arena, Value, n->kid_count);

	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *kid = n->kids[i];

		args[i] =
			kid->kind == NODE_STRING_PART ? value_string(kid->text) : eval_expr(m, kid);
		if (m->op.has_failed)
			return VALUE_NULL;
	}
	return eval_apply(m, n, OP_TEXT, args, n->kid_count);
}

/* The outputs of one module instance as a record. */
static Value eval_outputs(Machine *m, Instance *of)
{
	const Map *outputs = &of->module->outputs;
	Vec(ValueEntry) entries = {0};

	for (uint32_t i = 0; i < outputs->item_count; i++) {
		Symbol *s = outputs->items[i].value;

		if (!outputs->items[i].key.ptr)
			continue;
		const Unit *u = machine_unit(m, of, s);

		if (!u)
			return VALUE_NULL;
		if (u->value.kind != VAL_NULL)
			vec_add(m->arena, &entries, ((ValueEntry){s->name, u->value}));
	}
	return value_map(m->arena, entries.ptr, entries.len);
}

static Group *eval_group(Machine *m, Symbol *s)
{
	Instance *home = machine_home(m, s);

	return machine_unit(m, home, s) ? home->groups[s->index] : NULL;
}

/* A module's name: all outputs of all its instances. */
static Value eval_module(Machine *m, Symbol *s)
{
	Group *g = eval_group(m, s);

	if (!g)
		return VALUE_NULL;
	if (g->is_pending)
		return g->value;
	if (!node_kid(s->decl, ENTITY_FOR))
		return g->count ? eval_outputs(m, g->instances[0]) : VALUE_NULL;
	ValueEntry *entries = ARENA_ARRAY(m->arena, ValueEntry, g->count);

	for (uint32_t i = 0; i < g->count && !m->op.has_failed; i++)
		entries[i] = (ValueEntry){g->instances[i]->key, eval_outputs(m, g->instances[i])};
	return m->op.has_failed ? VALUE_NULL : value_map(m->arena, entries, g->count);
}

static Value eval_symbol(Machine *m, const Node *n, Symbol *s)
{
	switch (s->kind) {
	case SYMBOL_LOCAL:
		CHECK(s->index < m->frame_len);
		return m->frame[s->index];
	case SYMBOL_MODULE:
		return eval_module(m, s);
	case SYMBOL_PARAM:
	case SYMBOL_LET:
	case SYMBOL_OUTPUT:
	case SYMBOL_SECRET:
	case SYMBOL_RESOURCE:
	case SYMBOL_LOOKUP: {
		m->op.at = n->span;
		m->is_holding = n == m->hold_at;
		const Unit *u = machine_unit(m, machine_home(m, s), s);

		m->is_holding = false;
		return u ? u->value : VALUE_NULL;
	}
	case SYMBOL_FN:
	case SYMBOL_TYPE:
	case SYMBOL_PROVIDER:
	case SYMBOL_IMPORT:
		break;
	}
	return VALUE_NULL; /* not values: the checker has said so */
}

static const Node *eval_bare(const Node *n)
{
	while (n && n->kind == NODE_PAREN)
		n = n->kids[0];
	return n;
}

static Symbol *eval_module_symbol(const Node *n)
{
	Symbol *s = n && n->kind == NODE_IDENT ? n->info : NULL;

	return s && s->kind == SYMBOL_MODULE ? s : NULL;
}

/* `net.x` and `net["a"].x` evaluate that one output.  False: it is something else. */
static bool eval_output(Machine *m, const Node *n, Value *ret)
{
	const Node *object = eval_bare(n->kids[0]);
	const Node *key = object->kind == NODE_INDEX ? object->kids[1] : NULL;
	Symbol *s = eval_module_symbol(key ? eval_bare(object->kids[0]) : object);

	if (!s || (key != NULL) != (node_kid(s->decl, ENTITY_FOR) != NULL))
		return false;
	Group *g = eval_group(m, s);
	Value k = g && key ? eval_expr(m, key) : VALUE_NULL;

	*ret = VALUE_NULL;
	if (m->op.has_failed || !g)
		return true;
	if (g->is_pending || k.kind == VAL_DEFERRED)
		return false;
	Instance *found = !key && g->count ? g->instances[0] : NULL;

	for (uint32_t i = 0; key && i < g->count; i++)
		if (k.kind == VAL_STRING && str_eq(g->instances[i]->key, k.as.text))
			found = g->instances[i];
	Symbol *output = found ? map_find(&found->module->outputs, n->kids[1]->text) : NULL;

	if (!output)
		return false; /* the general way says why */
	m->op.at = n->span;
	m->is_holding = n == m->hold_at;
	const Unit *u = machine_unit(m, found, output);

	m->is_holding = false;
	*ret = u ? u->value : VALUE_NULL;
	return true;
}

/* A longer path into something deferred. */
static Value eval_extend(Machine *m, const Node *n, const Residual *r, Value step)
{
	Residual *made = ARENA_NEW(m->arena, Residual);
	Value *path = ARENA_ARRAY(m->arena, Value, r->arg_count + 1);
	const Type *type = n->type;

	for (uint32_t i = 0; i < r->arg_count; i++)
		path[i] = r->args[i];
	path[r->arg_count] = step;
	*made = *r;
	made->number = 0;
	made->args = path;
	made->arg_count++;
	made->may_be_null = !type || type_may_be_null(type);
	made->is_secret = r->is_secret || (type && type_is_secret(type));
	return value_residual(made);
}

static bool eval_is_path(Value v)
{
	return v.kind == VAL_DEFERRED &&
	       (v.as.residual->op == RESIDUAL_REF || v.as.residual->op == RESIDUAL_LOOKUP);
}

Value eval_member(Machine *m, const Node *n, Value object, Str name, bool is_safe)
{
	Object *o = machine_object(m, object);

	if (m->op.has_failed)
		return VALUE_NULL;
	if (o)
		return entity_attr(m, o, name, n);
	if (object.kind == VAL_NULL && is_safe)
		return object;
	if (eval_is_path(object) && !(is_safe && object.as.residual->may_be_null))
		return eval_extend(m, n, object.as.residual, value_string(name));
	const Value *field = value_find(object, name);

	if (field)
		return *field;
	Value args[] = {object, value_string(name)};

	return eval_apply(m, n, is_safe ? OP_SAFE_MEMBER : OP_MEMBER, args, 2);
}

/* Evaluates what an element is taken of: when it is the name of a unit, or an output, its reads
 * wait in m->held. */
static Value eval_held(Machine *m, const Node *n)
{
	const Node *before = m->hold_at;

	m->held = NULL;
	m->hold_at = eval_bare(n);
	Value v = eval_expr(m, n);

	m->hold_at = before;
	return v;
}

static Value eval_index(Machine *m, const Node *n)
{
	Value args[2];

	args[0] = eval_held(m, n->kids[0]);
	const Unit *held = m->held;

	m->held = NULL;
	if (m->op.has_failed)
		return VALUE_NULL;
	args[1] = eval_expr(m, n->kids[1]);
	if (m->op.has_failed)
		return VALUE_NULL;
	m->held = held;
	eval_narrow(m, args[0], args[1]);
	if (eval_is_path(args[0]) && value_is_known(args[1]))
		return eval_extend(m, n, args[0].as.residual, args[1]);
	return eval_apply(m, n, OP_INDEX, args, 2);
}

/* `and`, `or`, `??`: the right side only if it matters. */
static bool eval_short(Operation op, Value left)
{
	bool is_known = left.kind == VAL_BOOL;

	if (op == OP_AND)
		return is_known && !left.as.boolean;
	if (op == OP_OR)
		return is_known && left.as.boolean;
	if (op != OP_COALESCE)
		return false;
	return left.kind == VAL_DEFERRED ? !left.as.residual->may_be_null : left.kind != VAL_NULL;
}

static Value eval_binary(Machine *m, const Node *n)
{
	Operation op = OP_NONE;

	for (size_t i = 0; i < sizeof(binary_operations) / sizeof(binary_operations[0]); i++)
		if (str_eq(n->text, binary_operations[i].text))
			op = binary_operations[i].op;
	CHECK(op != OP_NONE);
	Value args[2];

	args[0] = eval_expr(m, n->kids[0]);
	if (m->op.has_failed || eval_short(op, args[0]))
		return args[0];
	bool is_late =
		args[0].kind == VAL_DEFERRED && (op == OP_AND || op == OP_OR || op == OP_COALESCE);

	args[1] = is_late ? eval_maybe(m, n->kids[1]) : eval_expr(m, n->kids[1]);
	if (m->op.has_failed)
		return VALUE_NULL;
	return eval_apply(m, n, op, args, 2);
}

static Value eval_if(Machine *m, const Node *n)
{
	Value c = eval_expr(m, n->kids[0]);

	if (m->op.has_failed)
		return c;
	if (c.kind != VAL_DEFERRED)
		return eval_expr(m, n->kids[c.kind == VAL_BOOL && c.as.boolean ? 1 : 2]);
	Value args[3] = {c};

	args[1] = eval_maybe(m, n->kids[1]);
	if (!m->op.has_failed)
		args[2] = eval_maybe(m, n->kids[2]);
	if (m->op.has_failed)
		return VALUE_NULL;
	Value v = eval_residual(m, RESIDUAL_IF, STR_NONE, args, 3);
	Residual *r = ARENA_NEW(m->arena, Residual);

	*r = *v.as.residual;
	r->may_be_null = !n->type || type_may_be_null(n->type);
	return value_residual(r);
}

void eval_bind(Machine *m, const Node *ident, Value v)
{
	const Symbol *s = ident->info;

	if (!s)
		return; /* `_`, or a name that nobody reads */
	CHECK(s->kind == SYMBOL_LOCAL);
	if (s->index >= m->frame_len) { /* predicates and defaults do not say how much they need */
		uint32_t len = s->index * 2 + 8;
		Value *grown = ARENA_ARRAY(m->arena, Value, len);

		for (uint32_t i = 0; i < m->frame_len; i++)
			grown[i] = m->frame[i];
		m->frame = grown;
		m->frame_len = len;
	}
	m->frame[s->index] = v;
}

static Value eval_range(Machine *m, const Node *n)
{
	Value args[2] = {VALUE_NULL, VALUE_NULL};

	for (uint32_t i = 0; i < 2; i++) {
		if (n->kids[i])
			args[i] = eval_expr(m, n->kids[i]);
		if (m->op.has_failed)
			return VALUE_NULL;
	}
	return eval_apply(m, n, OP_RANGE, args, 2);
}

static Value eval_unary(Machine *m, const Node *n)
{
	Value v = eval_expr(m, n->kids[0]);

	if (m->op.has_failed)
		return v;
	return eval_apply(m, n, str_eq(n->text, STR("-")) ? OP_NEGATE : OP_NOT, &v, 1);
}

static Value eval_access(Machine *m, const Node *n)
{
	Value v;

	if (n->info)
		return eval_symbol(m, n, n->info);
	if (eval_output(m, n, &v))
		return v;
	v = eval_held(m, n->kids[0]);
	if (m->op.has_failed)
		return v;
	eval_narrow(m, v, value_string(n->kids[1]->text));
	return eval_member(m, n, v, n->kids[1]->text, n->flags & FLAG_SAFE);
}

static Value eval_node(Machine *m, const Node *n)
{
	switch ((NodeKind)n->kind) {
	case NODE_STRING:
		return eval_text(m, n);
	case NODE_IDENT:
		return n->info ? eval_symbol(m, n, n->info) : VALUE_NULL;
	case NODE_PAREN:
		return eval_expr(m, n->kids[0]);
	case NODE_UNARY:
		return eval_unary(m, n);
	case NODE_BINARY:
		return eval_binary(m, n);
	case NODE_RANGE:
		return eval_range(m, n);
	case NODE_MEMBER:
		return eval_access(m, n);
	case NODE_INDEX:
		return eval_index(m, n);
	case NODE_CALL:
		return eval_call(m, n);
	case NODE_IF:
		return eval_if(m, n);
	case NODE_MATCH:
		return eval_match(m, n);
	case NODE_LET_IN:
		eval_bind(m, n->kids[0], eval_expr(m, n->kids[2]));
		return m->op.has_failed ? VALUE_NULL : eval_expr(m, n->kids[3]);
	case NODE_LIST:
		return eval_list(m, n);
	case NODE_RECORD:
		return eval_record(m, n);
	default:
		return eval_literal(m, n);
	}
}

Value eval_expr(Machine *m, const Node *n)
{
	if (m->op.has_failed || !machine_step(m, n))
		return VALUE_NULL;
	m->depth++;
	Value v = eval_node(m, n);

	m->depth--;
	if ((n->flags & FLAG_ADAPT) && !m->op.has_failed) {
		const void *made = m->parts_of;
		Value adapted = adapt_value(m, n->type, v, n);
		bool is_same = adapted.kind == v.kind && (v.kind == VAL_MAP || v.kind == VAL_LIST);

		if (is_same && made == eval_collection(v)) /* the same keys, in another form */
			m->parts_of = eval_collection(adapted);
		v = adapted;
	}
	return v;
}
