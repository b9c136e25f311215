/* Entities: resources, lookups, module instances and providers; their types, their `for` and `if`,
 * and what reading their names gives.  The braces are in body.c. */
#include "compiler/types/check_decl.h"

typedef struct Entity {
	Check *c;
	Symbol *symbol;
	Node *decl;
	Loop loop;
	Fact cond;
	bool is_wrong;
} Entity;

static Span head_span(const Node *decl)
{
	return decl->kids[DECL_NAME] ? decl->kids[DECL_NAME]->span : decl->span;
}

/* ---- for and if ---- */

static bool is_key_type(const Type *t)
{
	t = type_plain(t);
	if (t->kind == TYPE_UNION) {
		for (uint32_t i = 0; i < t->count; i++) {
			if (!is_key_type(t->members[i]))
				return false;
		}
		return true;
	}
	if (t->kind == TYPE_LITERAL)
		return t->literal.kind == VAL_STRING || t->literal.kind == VAL_INT;
	return t->kind == TYPE_STRING || t->kind == TYPE_ID || t->kind == TYPE_INT ||
	       t->kind == TYPE_ERROR || t->kind == TYPE_NEVER;
}

static void report_positions(Check *c, const Node *loop, const Type *elem)
{
	const Node *at = loop->kids[FOR_COLLECTION];
	const Node *name = loop->kids[FOR_SECOND] ? loop->kids[FOR_SECOND] : loop->kids[FOR_FIRST];
	bool is_record = type_plain(elem)->kind == TYPE_RECORD;
	const Type *record = type_plain(elem);
	Str field = STR("name");
	Diag *d = diag_add(c->diags, DIAG_LIST_OF_RECORDS, at->span,
		"the elements of this list have no keys: they would be told apart by position");

	for (uint32_t i = 0; is_record && i < record->count; i++) {
		if (is_key_type(record->fields[i].type)) {
			field = record->fields[i].name;
			break;
		}
	}
	diag_why(d, "taking one out would shift all that follow, and replace their objects");
	if (name && !is_record)
		diag_fix(d, "iterate over texts or ints, or over a map");
	else if (name)
		diag_fix(d, "say which field is the key: `by %.*s.%.*s`", STR_ARG(name->text),
			STR_ARG(field));
	if (name && is_record)
		diag_edit(d, (Span){at->span.end, at->span.end},
			str_print(c->diags->arena, " by %.*s.%.*s", STR_ARG(name->text),
				STR_ARG(field)));
}

static void check_by(Entity *e, Node *loop)
{
	Check *c = e->c;
	Sink sink = {.kind = SINK_KEY};
	Fact by = check_expr(c, loop->kids[FOR_BY], type_simple(c->types, TYPE_STRING), &sink);

	if (by.type->kind == TYPE_ERROR ||
		!fact_demand(c, &by, false, DIAG_LATE_KEYS, loop->kids[FOR_BY],
			"the keys of this `for` are"))
		e->is_wrong = true;
	e->loop.key = type_simple(c->types, TYPE_STRING);
}

static void check_keys(Entity *e)
{
	Node *loop = e->decl->kids[ENTITY_FOR];
	Check *c = e->c;

	e->loop = check_loop(c, loop);
	if (!e->loop.key) {
		e->is_wrong = true;
		return;
	}
	if (!fact_demand(c, &e->loop.collection,
		    !e->loop.is_map && !loop->kids[FOR_BY] ? false : true, DIAG_LATE_KEYS,
		    loop->kids[FOR_COLLECTION], "the keys of this `for` are")) {
		e->is_wrong = true;
		return;
	}
	if (loop->kids[FOR_BY]) {
		check_by(e, loop);
	} else if (!e->loop.is_map) {
		if (!is_key_type(e->loop.elem)) {
			report_positions(c, loop, e->loop.elem);
			e->is_wrong = true;
			return;
		}
		e->loop.key = e->loop.elem;
	}
	if (secrecy_has(e->loop.key)) {
		diag_add(c->diags, DIAG_SECRET_KEY, loop->kids[FOR_COLLECTION]->span,
			"a secret cannot be a key");
		e->is_wrong = true;
	}
}

static void check_condition(Entity *e)
{
	Node *cond = e->decl->kids[ENTITY_IF];

	e->cond = check_expr(e->c, cond, type_simple(e->c->types, TYPE_BOOL), NULL);
	if (e->cond.type->kind == TYPE_ERROR) {
		e->is_wrong = true;
		return;
	}
	if (!fact_demand(
		    e->c, &e->cond, false, DIAG_LATE_CONDITION, cond, "whether this exists is"))
		e->is_wrong = true;
	narrow_by(e->c, cond, true);
}

static void check_header(Entity *e)
{
	if (e->decl->kids[ENTITY_FOR])
		check_keys(e);
	if (e->decl->kids[ENTITY_IF])
		check_condition(e);
}

/* ---- what the name gives ---- */

/* Each key of the collection names the same kind of object. */
static const FactDetail *keyed_detail(Entity *e, const Fact *object)
{
	const FactDetail *from = e->loop.collection.detail;
	FactDetail *detail = ARENA_NEW(e->c->facts, FactDetail);
	FactField *fields;

	detail->elem = object;
	if (!from || !from->has_all_keys || e->decl->kids[ENTITY_IF] ||
		e->decl->kids[ENTITY_FOR]->kids[FOR_BY])
		return detail;
	fields = ARENA_ARRAY(e->c->facts, FactField, from->count + 1);
	for (uint32_t i = 0; i < from->count; i++)
		fields[i] = (FactField){.name = from->fields[i].name, .fact = object};
	detail->fields = fields;
	detail->count = from->count;
	detail->has_all_keys = true;
	if (from->index) {
		Map *index = ARENA_NEW(e->c->facts, Map);

		map_init(index, e->c->facts);
		for (uint32_t i = 0; i < detail->count; i++)
			map_put(index, fields[i].name, &fields[i]);
		detail->index = index;
	}
	return detail;
}

static void set_result(Entity *e, Fact object)
{
	Check *c = e->c;
	Fact f = object;

	f.shape = PHASE_CONST;
	f.shape_params = 0;
	if (e->decl->kids[ENTITY_FOR]) {
		const Type *key = e->loop.key ? e->loop.key : type_simple(c->types, TYPE_STRING);

		f.type = type_map(c->types, type_widen(c->types, key), object.type);
		f.detail = keyed_detail(e, fact_keep(c, object));
		f.shape = e->loop.collection.shape;
		f.shape_params = e->loop.collection.shape_params;
	} else if (e->decl->kids[ENTITY_IF]) {
		f.type = type_wrap(c->types, TYPE_OPTIONAL, object.type);
	}
	if (e->decl->kids[ENTITY_IF]) {
		if (e->cond.phase > f.shape)
			f.shape = e->cond.phase;
		f.shape_params |= e->cond.params;
	}
	f.params |= f.shape_params;
	check_decl_set(c, e->symbol, f);
}

static const FactDetail *body_detail(Check *c, const Body *b, const Node *entity)
{
	FactDetail *detail = ARENA_NEW(c->facts, FactDetail);

	detail->fields = b->written.ptr;
	detail->count = b->written.len;
	detail->entity = entity;
	return detail;
}

/* ---- by kind ---- */

static bool has_type(Check *c, const Node *decl, const char *example)
{
	Diag *d;

	if (decl->kids[ENTITY_TYPE])
		return true;
	d = diag_add(c->diags, DIAG_NEEDS_TYPE, head_span(decl), "`%.*s` needs a type",
		STR_ARG(node_decl_name(decl)));
	diag_fix(d, "write `%.*s %.*s: %s { ... }`", STR_ARG(decl->text),
		STR_ARG(node_decl_name(decl)), example);
	return false;
}

static const SchemaResource *find_resource(Entity *e)
{
	const Node *path = e->decl->kids[ENTITY_TYPE];
	bool is_resource = e->symbol->kind == SYMBOL_RESOURCE;
	const SchemaResource *r;

	if (!has_type(e->c, e->decl, "aws.s3.bucket"))
		return NULL;
	r = schemas_resource(e->c->program->schemas, path->text);
	if (!r) {
		check_type_unknown(e->c, path);
		return NULL;
	}
	if (is_resource && r->is_lookup_only) {
		Diag *d = diag_add(e->c->diags, DIAG_WRONG_KIND_OF_NAME, path->span,
			"`%.*s` can only be read", STR_ARG(path->text));

		diag_fix(d, "write `lookup %.*s: %.*s { ... }`", STR_ARG(e->symbol->name),
			STR_ARG(path->text));
		return NULL;
	}
	return r;
}

static void known_after(Check *c, const Symbol *s, const SchemaResource *r, Fact *f)
{
	Why *why = ARENA_NEW(c->facts, Why);

	why->at = head_span(s->decl);
	why->name = s->name;
	why->type = r->name;
	f->phase = PHASE_APPLY;
	f->why = why;
}

/* An object that this program creates is known only afterwards; one that is read, at plan, unless
 * what it is looked up by is not. */
static Fact object_fact(Entity *e, const Body *b)
{
	Fact f = fact_of(type_named(e->c->types, TYPE_OBJECT, b->resource->name));

	for (uint32_t i = 0; i < b->written.len; i++)
		fact_hold(&f, b->written.ptr[i].fact);
	if (f.phase == PHASE_CONST)
		f.phase = PHASE_PLAN;
	if (e->symbol->kind == SYMBOL_RESOURCE)
		known_after(e->c, e->symbol, b->resource, &f);
	f.detail = body_detail(e->c, b, e->decl);
	return f;
}

static void check_object(Entity *e)
{
	Body b = {.symbol = e->symbol, .record = e->decl->kids[ENTITY_BODY]};

	b.resource = find_resource(e);
	check_header(e);
	if (!b.resource)
		return;
	b.type_name = b.resource->name;
	e->symbol->resource = b.resource;
	body_check(e->c, &b);
	if (!e->is_wrong)
		set_result(e, object_fact(e, &b));
}

static bool find_module(Entity *e)
{
	const Node *path = e->decl->kids[ENTITY_TYPE];
	const Symbol *import;
	Diag *d;

	if (!has_type(e->c, e->decl, "network"))
		return false;
	import = path->info;
	if (import && import->kind == SYMBOL_IMPORT) {
		e->symbol->target = import->target;
		return import->target != NULL;
	}
	if (import) {
		(void)diag_add(e->c->diags, DIAG_WRONG_KIND_OF_NAME, path->span,
			"`%.*s` is not an imported module", STR_ARG(path->text));
		return false;
	}
	d = diag_add(e->c->diags, DIAG_UNKNOWN_MODULE, path->span,
		"there is no imported module `%.*s`", STR_ARG(path->text));
	if (path->kid_count > 1)
		diag_fix(d, "write `resource %.*s: %.*s { ... }` for an object of a provider",
			STR_ARG(e->symbol->name), STR_ARG(path->text));
	else
		diag_fix(d, "import it first: `import \"./%.*s\"`", STR_ARG(path->text));
	return false;
}

static void check_instance(Entity *e)
{
	Body b = {.symbol = e->symbol, .record = e->decl->kids[ENTITY_BODY]};
	bool is_found = find_module(e);
	const Module *m = e->symbol->target;
	FactDetail *outputs;
	FactField *fields;
	Fact f;

	check_header(e);
	if (!is_found)
		return;
	b.target = m;
	b.type_name = m->name;
	body_check(e->c, &b);
	outputs = ARENA_NEW(e->c->facts, FactDetail);
	fields = ARENA_ARRAY(e->c->facts, FactField, m->outputs.item_count + 1);
	f = fact_of(m->output_type);
	for (uint32_t i = 0; i < m->outputs.item_count; i++) {
		const Symbol *s = m->outputs.items[i].value;
		Fact part = s->fact ? *s->fact : fact_error(e->c);

		part = fact_instance(&part, m, body_detail(e->c, &b, NULL));
		fact_hold(&f, &part);
		fields[outputs->count++] = fact_name(e->c, s->name, part);
	}
	outputs->fields = fields;
	outputs->has_all_keys = true;
	f.detail = outputs;
	if (!e->is_wrong)
		set_result(e, f);
}

static void check_provider(Entity *e)
{
	const Node *path = e->decl->kids[ENTITY_TYPE];
	Body b = {.symbol = e->symbol, .record = e->decl->kids[ENTITY_BODY]};
	Diag *d;

	if (!has_type(e->c, e->decl, "aws"))
		return;
	if (e->decl->kids[ENTITY_FOR] || e->decl->kids[ENTITY_IF]) {
		d = diag_add(e->c->diags, DIAG_NOT_SUPPORTED, head_span(e->decl),
			"`for` and `if` on a provider are not supported yet");
		diag_fix(d, "declare each provider by itself");
	}
	b.settings =
		path->kid_count == 1 ? schemas_provider(e->c->program->schemas, path->text) : NULL;
	if (!b.settings) {
		d = diag_add(e->c->diags, DIAG_UNKNOWN_PROVIDER, path->span,
			"there is no provider `%.*s`", STR_ARG(path->text));
		if (path->kid_count > 1) {
			Str rest = path->text;

			diag_fix(d, "a provider is named alone: `%.*s`",
				STR_ARG(str_cut(&rest, STR("."))));
		} else {
			Str *names;
			StrVec all = {0};
			uint32_t count;
			Str nearest;

			schemas_list(e->c->program->schemas, e->c->arena, STR(""), &names, &count);
			for (uint32_t i = 0; i < count; i++)
				vec_add(e->c->arena, &all, str_cut(&names[i], STR(".")));
			nearest = str_nearest(path->text, all.ptr, all.len);
			if (nearest.len > 0) {
				diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
				diag_edit(d, path->span, nearest);
			}
		}
		return;
	}
	b.type_name = path->text;
	e->symbol->provider = b.settings;
	body_check(e->c, &b);
}

void check_entity_foresee(Check *c, Symbol *s, const SchemaResource *r)
{
	Fact f = fact_of(type_named(c->types, TYPE_OBJECT, r->name));

	s->resource = r;
	known_after(c, s, r, &f);
	f.shape = PHASE_CONST;
	check_decl_set(c, s, f);
}

void check_entity(Check *c, Symbol *s)
{
	Entity e = {.c = c, .symbol = s, .decl = s->decl};
	NarrowMark mark = narrow_mark(c);

	e.loop.collection = fact_error(c);
	e.cond = fact_error(c);
	switch (s->kind) {
	case SYMBOL_PROVIDER:
		check_provider(&e);
		break;
	case SYMBOL_MODULE:
		check_instance(&e);
		break;
	default:
		check_object(&e);
	}
	narrow_undo(c, mark);
}
