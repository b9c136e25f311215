/* Facts: what is known of a value besides its type, and the phases' rules.
 *
 * A phase says when a value is known: by the compiler, before anything changes, or after apply.
 * A container has one for its shape and one for its deepest leaf; records, maps with written keys
 * and objects keep what is known part by part.  A module is checked once, for any arguments; so a
 * fact also names the params it rests on, and fact_instance() puts the arguments' facts in. */
#include "compiler/base/check.h"
#include "compiler/types/checker.h"

Fact fact_of(const Type *type)
{
	return (Fact){.type = type};
}

Fact fact_error(const Check *c)
{
	return (Fact){.type = type_simple(c->types, TYPE_ERROR)};
}

void fact_use(Fact *f, const Fact *operand)
{
	if (operand->phase > f->phase) {
		f->phase = operand->phase;
		f->why = operand->why;
	}
	f->shape = f->phase;
	f->params |= operand->params;
	f->shape_params = f->params;
}

void fact_hold(Fact *f, const Fact *part)
{
	if (part->phase > f->phase) {
		f->phase = part->phase;
		f->why = part->why;
	}
	f->params |= part->params;
}

void fact_add(Fact *f, const Fact *part, bool is_shape)
{
	uint8_t phase = is_shape ? part->shape : part->phase;
	uint64_t params = is_shape ? part->shape_params : part->params;

	if (phase > f->shape)
		f->shape = phase;
	if (phase > f->phase) {
		f->phase = phase;
		f->why = part->why;
	}
	f->shape_params |= params;
	f->params |= params;
}

Fact fact_part(const Fact *whole, const Type *type)
{
	Fact f = *whole;

	f.type = type;
	f.shape = f.phase;
	f.shape_params = f.params;
	f.detail = NULL;
	return f;
}

const Fact *fact_field(const Fact *f, Str name)
{
	const FactDetail *detail = f->detail;

	if (detail && detail->index) {
		const FactField *found = map_find(detail->index, name);

		return found ? found->fact : NULL;
	}
	for (uint32_t i = 0; detail && i < detail->count; i++) {
		if (str_eq(detail->fields[i].name, name))
			return detail->fields[i].fact;
	}
	return NULL;
}

const Fact *fact_keep(const Check *c, Fact f)
{
	Fact *kept = ARENA_NEW(c->facts, Fact);

	*kept = f;
	return kept;
}

FactField fact_name(Check *c, Str name, Fact f)
{
	bool is_plain = f.phase == PHASE_CONST && !f.params && !f.detail;

	if (!c->constant)
		c->constant = fact_keep(c, fact_of(type_simple(c->types, TYPE_ERROR)));
	return (FactField){name, f.type, is_plain ? c->constant : fact_keep(c, f)};
}

/* ---- demands ---- */

static void print_chain(Buf *b, const Why *why)
{
	for (uint32_t i = 0; why && i < 16; i++, why = why->next) {
		buf_add_cstr(b, i ? " <- `" : "`");
		buf_add(b, why->name);
		if (why->member.len > 0)
			buf_print(b, ".%.*s", STR_ARG(why->member));
		buf_add_char(b, '`');
		if (why->type.len > 0)
			buf_print(b, " (computed by %.*s)", STR_ARG(why->type));
	}
}

static void explain(Diag *d, const Why *why)
{
	Buf chain;

	buf_init(&chain, 1 << 14);
	print_chain(&chain, why);
	diag_why(d, "%.*s", STR_ARG(buf_str(&chain)));
	buf_fini(&chain);
	for (uint32_t i = 0; why && i < 16; i++, why = why->next) {
		if (why->next && why->at.end > 0)
			diag_note(d, why->at, "`%.*s` rests on it", STR_ARG(why->name));
	}
}

static void mark_params(Check *c, uint64_t params, const Node *at)
{
	for (uint32_t i = 0; params && i < c->params.len; i++) {
		Symbol *s = c->params.ptr[i];

		if (!(params & ((uint64_t)1 << s->param_bit)) || s->is_demanded)
			continue;
		s->is_demanded = true;
		s->demanded_at = at->span;
	}
}

bool fact_demand(
	Check *c, const Fact *f, bool is_shape, DiagCode code, const Node *at, const char *what)
{
	Diag *d;

	if (f->type->kind == TYPE_ERROR)
		return true;
	if ((is_shape ? f->shape : f->phase) != PHASE_APPLY) {
		mark_params(c, is_shape ? f->shape_params : f->params, at);
		return true;
	}
	d = diag_add(c->diags, code, at->span, "%s only known after apply", what);
	diag_label(d, "not known before the objects exist");
	explain(d, f->why);
	if (code == DIAG_LATE_KEYS)
		diag_fix(d, "iterate over something you wrote, and use the unknown value inside");
	else
		diag_fix(d, "use something you wrote, a param, or a `lookup` with known arguments");
	return false;
}

/* ---- modules ---- */

static void put_arguments(Fact *f, const Fact *arg, bool is_shape)
{
	if (is_shape) {
		if (arg->phase > f->shape)
			f->shape = arg->phase;
		f->shape_params |= arg->params;
	} else {
		fact_hold(f, arg);
	}
}

Fact fact_instance(const Fact *f, const Module *m, const FactDetail *args)
{
	Fact made = *f;
	Fact whole = {.detail = args};

	made.params = made.shape_params = 0;
	made.detail = NULL;
	for (uint32_t i = 0; (f->params | f->shape_params) && i < m->symbols.len; i++) {
		const Symbol *s = m->symbols.ptr[i];
		const Fact *arg;

		if (s->kind != SYMBOL_PARAM)
			continue;
		arg = fact_field(&whole, s->name);
		if (arg && (f->params & ((uint64_t)1 << s->param_bit)))
			put_arguments(&made, arg, false);
		if (arg && (f->shape_params & ((uint64_t)1 << s->param_bit)))
			put_arguments(&made, arg, true);
	}
	return made;
}

/* ---- attributes of objects ---- */

enum { PREDICT_DEPTH_MAX = 32 }; /* predictions that rest on one another */

/* Adds the attributes that a prediction or id template names to what it rests on. */
static void use_names(Check *c, Fact *f, const Fact *object, const SchemaResource *r,
	const SchemaExpr *e, const Node *member)
{
	if (!e || c->depth == PREDICT_DEPTH_MAX)
		return;
	c->depth++;
	if (e->kind == SX_NAME) {
		const SchemaAttr *attr = schema_attr(r, e->name);

		if (attr && !(attr->flags & ATTR_OUT)) {
			Fact part = fact_attr(c, object, r, attr, member);

			fact_use(f, &part);
		} else if (attr) {
			f->phase = f->shape = PHASE_APPLY;
		}
	}
	for (uint32_t i = 0; i < e->count; i++)
		use_names(c, f, object, r, e->kids[i], member);
	c->depth--;
}

static const Why *why_attr(Check *c, const SchemaResource *r, const Node *member)
{
	Why *why = ARENA_NEW(c->facts, Why);
	const Node *object = member ? member->kids[0] : NULL;

	if (member) {
		why->at = member->span;
		why->member = member->kids[1]->text;
	}
	if (object && object->kind == NODE_INDEX)
		object = object->kids[0];
	why->name = object && object->kind == NODE_IDENT ? object->text : r->name;
	why->type = r->name;
	return why;
}

Fact fact_attr(Check *c, const Fact *object, const SchemaResource *r, const SchemaAttr *attr,
	const Node *member)
{
	const Fact *written = fact_field(object, attr->name);
	bool is_made = (attr->flags & (ATTR_COMPUTED | ATTR_OUT | ATTR_AUTO)) != 0 ||
		       str_eq(attr->name, STR("id"));
	Fact f = fact_of(attr->type);

	if (!object->detail || !object->detail->entity)
		return fact_part(object, attr->type);
	if (written) {
		f = *written;
		f.type = attr->type;
		return f;
	}
	if (str_eq(object->detail->entity->text, STR("lookup"))) {
		f = fact_part(object, attr->type);
		return f;
	}
	if (is_made) {
		const SchemaExpr *template = attr->predict;

		if (!template && str_eq(attr->name, STR("id")))
			template = r->id_template;
		f.phase = f.shape = template ? PHASE_PLAN : PHASE_APPLY;
		use_names(c, &f, object, r, template, member);
	} else if (attr->flags & ATTR_PROVIDER) {
		f.phase = f.shape = PHASE_PLAN;
	}
	if (f.phase == PHASE_APPLY && !f.why)
		f.why = why_attr(c, r, member);
	return f;
}
