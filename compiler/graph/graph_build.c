/* Building a graph: expand all entities, evaluate all fields, copy what came out.
 *
 *     expand      every entity of every module instance, outer modules first
 *     evaluate    every field of every object; outputs; asserts
 *     collect     objects to nodes in address order, then rules, edges, ranks, digest
 *
 * Errors do not stop a stage, but the next one does not begin. */
#include "compiler/graph/graph_build.h"

#include "compiler/base/limits.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/entity.h"
#include "compiler/eval/provider_pick.h"
#include "compiler/graph/graph_impl.h"

#include <stdlib.h>

/* Evaluation outside units. */

bool graph_build_run(Build *b, void (*fn)(Build *b, void *ctx), void *ctx)
{
	Machine *m = &b->m;

	for (;;) {
		m->op.has_failed = m->is_unwinding = false;
		m->home = NULL;
		fn(b, ctx);
		if (!m->is_unwinding)
			break;
		Task t = m->restart;

		if (t.object)
			(void)machine_run_slot(m, t.object, t.slot);
		else
			(void)machine_run(m, t.home, t.symbol);
	}
	bool ok = !m->op.has_failed;

	m->op.has_failed = false;
	return ok;
}

Str graph_build_place(Build *b, Span at)
{
	if (at.begin == b->place_at.begin && b->place.len)
		return b->place;
	if (!at.begin)
		return STR("");
	SourcePlace p = sources_place(b->m.program->sources, at.begin);

	b->place_at = at;
	b->place =
		str_print(b->graph->arena, "%.*s:%u:%u", STR_ARG(p.file->path), p.line, p.column);
	return b->place;
}

void graph_build_check(Build *b, Value condition, Value message, Str address, Span at)
{
	GraphCheck check = {
		.condition = graph_copy_value(&b->copy, condition),
		.message = graph_copy_value(&b->copy, message),
		.address = graph_copy_name(&b->copy, address),
		.place = graph_build_place(b, at),
		.at = at,
	};

	vec_add(b->scratch, &b->checks, check);
}

Span graph_build_span(const Object *o, Str path)
{
	Str rest = path;
	const ShapeEntry *e = entity_entry(o, str_cut(&rest, STR(".")));

	if (e && e->value)
		return e->value->span;
	const Node *name = node_kid(o->symbol->decl, DECL_NAME);

	return name ? name->span : o->symbol->decl->span;
}

/* Expanding. */

static void expand_all(Build *b)
{
	Machine *m = &b->m;

	for (uint32_t i = 0; i < m->instances.len; i++) {
		Instance *home = m->instances.ptr[i];

		for (uint32_t k = 0; k < home->module->symbols.len; k++) {
			Symbol *s = home->module->symbols.ptr[k];
			bool is_root_param = s->kind == SYMBOL_PARAM && !home->parent;

			if (s->kind == SYMBOL_RESOURCE || s->kind == SYMBOL_LOOKUP ||
				s->kind == SYMBOL_MODULE || is_root_param)
				(void)machine_run(m, home, s); /* told by its unit */
		}
	}
}

/* Evaluating. */

typedef struct AssertTask {
	Instance *home;
	const Node *node;
	Value condition, message;
} AssertTask;

static void run_assert(Build *b, void *ctx)
{
	AssertTask *t = ctx;
	Machine *m = &b->m;
	Frame before = machine_open_frame(m, t->home->module->assert_frame);

	m->home = t->home;
	m->op.dir = t->home->module->dir_of_files;
	if (!assert_holds(m, t->node, &t->condition, &t->message))
		m->op.has_failed = true;
	machine_close_frame(m, before);
}

static void evaluate_assert(Build *b, Instance *home, const Node *node)
{
	AssertTask t = {home, node, VALUE_NULL, VALUE_NULL};

	if (graph_build_run(b, run_assert, &t) && t.condition.kind == VAL_DEFERRED)
		graph_build_check(
			b, t.condition, t.message, STR(""), node_kid(node, ASSERT_COND)->span);
}

static void evaluate_all(Build *b)
{
	Machine *m = &b->m;

	for (uint32_t i = 0; i < m->objects.len; i++) {
		Object *o = m->objects.ptr[i];

		for (uint32_t k = 0; k < o->shape->slots; k++)
			(void)machine_run_slot(m, o, (int32_t)k); /* told by its unit */
	}
	Instance *root = m->instances.ptr[0];

	for (uint32_t i = 0; i < root->module->symbols.len; i++)
		if (root->module->symbols.ptr[i]->kind == SYMBOL_OUTPUT)
			(void)machine_run(m, root, root->module->symbols.ptr[i]);
	for (uint32_t i = 0; i < m->instances.len; i++) {
		Instance *home = m->instances.ptr[i];

		for (uint32_t k = 0; k < home->module->asserts.len; k++)
			evaluate_assert(b, home, home->module->asserts.ptr[k]);
	}
	for (uint32_t i = 0; i < m->late.len; i++)
		graph_build_check(b, m->late.ptr[i].condition, m->late.ptr[i].message, STR(""),
			m->late.ptr[i].at);
}

/* Collecting. */

static int cmp_objects(const void *a, const void *b)
{
	const Object *const *x = a, *const *y = b;

	return str_cmp((*x)->ref.name, (*y)->ref.name);
}

/* Objects that become nodes: not lookups that were made or can be made now. */
static void collect_objects(Build *b)
{
	Machine *m = &b->m;
	bool is_sorted = true;

	b->objects = ARENA_ARRAY(b->scratch, Object *, m->objects.len);
	for (uint32_t i = 0; i < m->objects.len; i++) {
		Object *o = m->objects.ptr[i];

		o->node = UINT32_MAX;
		if (o->ref.op == RESIDUAL_REF)
			b->objects[b->node_count++] = o;
	}
	for (uint32_t i = 1; i < b->node_count && is_sorted; i++)
		is_sorted = cmp_objects(&b->objects[i - 1], &b->objects[i]) < 0;
	if (!is_sorted)
		qsort(b->objects, b->node_count, sizeof(Object *), cmp_objects);
	for (uint32_t i = 0; i < b->node_count; i++)
		b->objects[i]->node = i;
}

static void run_pick(Build *b, void *ctx)
{
	Object *o = ctx;

	b->m.home = o->home;
	if (!provider_pick(&b->m, o))
		b->m.op.has_failed = true;
}

static uint32_t collect_provider(Build *b, Object *o)
{
	if (!graph_build_run(b, run_pick, o))
		return 0;
	o->provider->is_used = true;
	return o->provider->index;
}

typedef struct MarkTask {
	Object *object;
	Str name;
	Value value;
	const Node *node;
} MarkTask;

static void run_mark(Build *b, void *ctx)
{
	MarkTask *t = ctx;

	t->value = entity_mark(&b->m, t->object, t->name, &t->node);
}

/* `@name` as a known value (E0602 when it is not), or null. */
static Value collect_mark(Build *b, Object *o, Str name)
{
	MarkTask t = {o, name, VALUE_NULL, NULL};

	if (!entity_mark_node(o->symbol, name) || !graph_build_run(b, run_mark, &t))
		return VALUE_NULL;
	if (t.value.kind == VAL_DEFERRED && !t.value.as.residual->is_lookup) {
		(void)diag_add(b->m.op.diags, DIAG_LATE_POSITION, t.node->span,
			"`@%.*s` must be known before apply", STR_ARG(name));
		return VALUE_NULL;
	}
	return t.value;
}

/* Writes down where fields were written, those of nested records with their paths; a spread or a
 * `for` of the body itself as "...": it may write anything. */
static void collect_spans(Build *b, const Node *body, Str prefix, GraphSpan *spans, uint32_t *n)
{
	for (uint32_t i = 0; i < body->kid_count; i++) {
		const Node *f = body->kids[i];

		if (!prefix.len && (f->kind == NODE_SPREAD || f->kind == NODE_FOR_FIELD)) {
			if (spans)
				spans[*n] = (GraphSpan){STR("..."), f->span};
			++*n;
		}
		if (f->kind != NODE_FIELD || (f->kids[FIELD_KEY]->kind != NODE_IDENT &&
						     (f->kids[FIELD_KEY]->kind != NODE_STRING ||
							     f->kids[FIELD_KEY]->kid_count)))
			continue;
		Str key = f->kids[FIELD_KEY]->text;
		const Node *value = f->kids[FIELD_VALUE];

		if (spans) {
			Str path = !prefix.len ? key
					       : str_join(b->scratch, (Str[]){prefix, key}, 2,
							 STR("."));

			spans[*n] = (GraphSpan){graph_copy_name(&b->copy, path), value->span};
			key = path;
		}
		++*n;
		if (value->kind == NODE_RECORD)
			collect_spans(b, value, key, spans, n);
	}
}

static void collect_node_spans(Build *b, const Object *o, GraphNode *node)
{
	const Node *body = node_kid(o->symbol->decl, ENTITY_BODY);
	uint32_t n = 0;

	if (!body)
		return;
	if (o->node && b->objects[o->node - 1]->symbol == o->symbol) {
		node->spans = node[-1].spans; /* of the same `for` */
		node->span_count = node[-1].span_count;
		return;
	}
	collect_spans(b, body, STR(""), NULL, &n);
	GraphSpan *spans = ARENA_ARRAY(b->graph->arena, GraphSpan, n);

	n = 0;
	collect_spans(b, body, STR(""), spans, &n);
	node->spans = spans;
	node->span_count = n;
}

typedef struct DesiredTask {
	Object *object;
	ValueEntry *entries; /* scratch, as many as the type has attributes */
	uint32_t count;
} DesiredTask;

/* A dynamic body: its record, and the defaults of what it leaves out. */
static void add_dynamic(Machine *m, DesiredTask *t)
{
	const Unit *u = machine_slot(m, t->object, 0);

	if (!u || u->value.kind != VAL_MAP)
		return;
	ValueEntry *all = ARENA_ARRAY(m->arena, ValueEntry, t->count + u->value.as.map->len);
	uint32_t n = 0;

	for (; n < t->count; n++)
		all[n] = t->entries[n];
	for (uint32_t i = 0; i < u->value.as.map->len; i++)
		all[n++] = u->value.as.map->entries[i];
	Value merged = value_map(m->arena, all, n); /* the later of equal keys stays */

	t->count = 0;
	for (uint32_t i = 0; i < merged.as.map->len; i++)
		t->entries[t->count++] = merged.as.map->entries[i];
}

static void run_desired(Build *b, void *ctx)
{
	DesiredTask *t = ctx;
	const Shape *s = t->object->shape;

	t->count = 0;
	b->m.home = t->object->home;
	for (uint32_t i = 0; i < s->count && !b->m.op.has_failed; i++) {
		Value v = entity_written(&b->m, t->object, &s->entries[i]);

		if (v.kind != VAL_NULL)
			t->entries[t->count++] = (ValueEntry){s->entries[i].attr->name, v};
	}
	if (s->is_dynamic && !b->m.op.has_failed)
		add_dynamic(&b->m, t);
}

/* The record in the graph's arena; its entries are sorted, since the shape is. */
static Value collect_desired(Build *b, Object *o, ValueEntry *room)
{
	DesiredTask t = {o, room, 0};

	if (!graph_build_run(b, run_desired, &t))
		return VALUE_NULL;
	ValueMap *map = ARENA_NEW(b->graph->arena, ValueMap);
	ValueEntry *entries = ARENA_ARRAY(b->graph->arena, ValueEntry, t.count);

	for (uint32_t i = 0; i < t.count; i++)
		entries[i] = (ValueEntry){graph_copy_name(&b->copy, room[i].key),
			graph_copy_value(&b->copy, room[i].value)};
	*map = (ValueMap){entries, t.count, false};
	return (Value){.kind = VAL_MAP, .as.map = map};
}

static void collect_node(Build *b, Object *o, ValueEntry *room)
{
	GraphNode *node = &b->nodes[o->node];
	Value timeout = collect_mark(b, o, STR("timeout"));
	Value flag = collect_mark(b, o, STR("protect"));

	node->kind = o->symbol->kind == SYMBOL_LOOKUP ? GRAPH_LOOKUP : GRAPH_RESOURCE;
	node->address = graph_copy_text(&b->copy, o->ref.name);
	node->type = graph_copy_name(&b->copy, o->symbol->resource->name);
	node->provider = collect_provider(b, o);
	node->desired = collect_desired(b, o, room);
	node->unchecked = graph_copy_value(&b->copy, collect_mark(b, o, STR("unchecked")));
	node->is_protected = flag.kind == VAL_BOOL && flag.as.boolean;
	flag = collect_mark(b, o, STR("create_first"));
	node->is_create_first = flag.kind == VAL_BOOL && flag.as.boolean;
	node->timeout_ms = timeout.kind == VAL_DURATION ? timeout.as.number : 0;
	node->at = node_kid(o->symbol->decl, DECL_NAME)->span;
	node->place = graph_build_place(b, node->at);
	collect_node_spans(b, o, node);
}

static void collect_nodes(Build *b)
{
	uint32_t room = 1;

	collect_objects(b);
	for (uint32_t i = 0; i < b->node_count; i++)
		if (b->objects[i]->symbol->resource->attr_count > room)
			room = b->objects[i]->symbol->resource->attr_count;
	ValueEntry *entries = ARENA_ARRAY(b->scratch, ValueEntry, room);

	b->nodes = ARENA_ARRAY(b->graph->arena, GraphNode, b->node_count);
	for (uint32_t i = 0; i < b->node_count; i++)
		collect_node(b, b->objects[i], entries);
	b->graph->nodes = b->nodes;
	b->graph->node_count = b->node_count;
}

static void collect_lookups(Build *b)
{
	Machine *m = &b->m;
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->objects.len; i++)
		n += m->objects.ptr[i]->ref.op == RESIDUAL_LOOKUP;
	GraphLookup *lookups = ARENA_ARRAY(b->graph->arena, GraphLookup, n);

	n = 0;

	for (uint32_t i = 0; i < m->objects.len; i++) {
		Object *o = m->objects.ptr[i];
		ValueEntry *entries;

		if (o->ref.op != RESIDUAL_LOOKUP || o->result)
			continue;
		entries = ARENA_ARRAY(b->scratch, ValueEntry, o->symbol->resource->attr_count + 1);
		Value args = collect_desired(b, o, entries);
		uint32_t provider = collect_provider(b, o);

		if (!value_is_known(args) || (o->provider && o->provider->is_pending))
			continue; /* in the next round */
		Span at = node_kid(o->symbol->decl, DECL_NAME)->span;

		lookups[n++] = (GraphLookup){graph_copy_name(&b->copy, o->ref.name),
			graph_copy_name(&b->copy, o->symbol->resource->name), provider, args, at,
			graph_build_place(b, at)};
	}
	b->graph->lookups = lookups;
	b->graph->lookup_count = n;
}

static int cmp_providers(const void *a, const void *b)
{
	const Provider *const *x = a, *const *y = b;

	return str_cmp((*x)->id, (*y)->id);
}

/* Providers by id, so that their order does not hang on who asked first.  All are kept: an object
 * that is no longer wanted still needs its own. */
static void collect_providers(Build *b)
{
	Machine *m = &b->m;
	GraphProvider *made;

	if (m->providers.len)
		qsort(m->providers.ptr, m->providers.len, sizeof(Provider *), cmp_providers);
	made = ARENA_ARRAY(b->graph->arena, GraphProvider, m->providers.len);
	for (uint32_t i = 0; i < m->providers.len; i++) {
		Provider *p = m->providers.ptr[i];

		p->index = i;
		made[i] = (GraphProvider){graph_copy_name(&b->copy, p->id),
			graph_copy_name(&b->copy, p->type),
			graph_copy_value(&b->copy, p->settings)};
	}
	b->graph->providers = made;
	b->graph->provider_count = m->providers.len;
}

static int cmp_outputs(const void *a, const void *b)
{
	const GraphOutput *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

static void collect_outputs(Build *b)
{
	Instance *root = b->m.instances.ptr[0];
	GraphOutput *outputs =
		ARENA_ARRAY(b->graph->arena, GraphOutput, root->module->outputs.item_count);
	uint32_t n = 0;

	for (uint32_t i = 0; i < root->module->symbols.len; i++) {
		Symbol *s = root->module->symbols.ptr[i];
		const Node *doc = node_kid(s->decl, DECL_DOC);

		if (s->kind != SYMBOL_OUTPUT)
			continue;
		Value v = root->units[s->index].value;

		outputs[n++] = (GraphOutput){
			.name = graph_copy_name(&b->copy, s->name),
			.value = graph_copy_value(&b->copy, v),
			.is_secret = s->is_secret || value_has_secret(v),
			.doc = graph_copy_text(&b->copy, doc ? doc->text : STR("")),
		};
	}
	if (n)
		qsort(outputs, n, sizeof(GraphOutput), cmp_outputs);
	b->graph->outputs = outputs;
	b->graph->output_count = n;
}

static void collect_params(Build *b)
{
	Instance *root = b->m.instances.ptr[0];
	ValueEntry *entries = ARENA_ARRAY(b->scratch, ValueEntry, root->module->symbols.len);
	uint32_t n = 0;

	for (uint32_t i = 0; i < root->module->symbols.len; i++) {
		Symbol *s = root->module->symbols.ptr[i];
		Value v = root->units[i].value;

		if (s->kind == SYMBOL_PARAM && value_is_known(v) && v.kind != VAL_NULL)
			entries[n++] = (ValueEntry){s->name, v};
	}
	b->graph->params = graph_copy_value(&b->copy, value_map(b->scratch, entries, n));
}

/* Chooses all providers before any node is made, so that their indices are final. */
static void pick_providers(Build *b)
{
	for (uint32_t i = 0; i < b->m.objects.len; i++)
		(void)graph_build_run(b, run_pick, b->m.objects.ptr[i]); /* told where it failed */
	collect_providers(b);
}

static void collect_all(Build *b)
{
	pick_providers(b);
	if (diag_list_has_errors(b->m.op.diags))
		return;
	collect_nodes(b);
	collect_lookups(b);
	collect_outputs(b);
	collect_params(b);
	graph_rules(b);
	graph_order(b);
	GraphCheck *checks = ARENA_ARRAY(b->graph->arena, GraphCheck, b->checks.len);

	for (uint32_t i = 0; i < b->checks.len; i++)
		checks[i] = b->checks.ptr[i];
	b->graph->checks = checks;
	b->graph->check_count = b->checks.len;
}

bool graph_build(Program *p, const GraphInputs *in, DiagList *diags, Graph **ret_graph)
{
	Arena *scratch = arena_new("evaluation");
	Arena *kept = arena_new("graph");
	Build *b = ARENA_NEW(scratch, Build);
	bool ok;

	b->scratch = scratch;
	b->graph = ARENA_NEW(kept, Graph);
	b->graph->arena = kept;
	graph_copy_init(&b->copy, kept, scratch);
	machine_init(&b->m, p, scratch, diags);
	b->m.lookups = in->lookups;
	b->m.provider_env = in->provider_env;
	b->m.root_args = in->args;
	b->m.root_given = in->is_given;
	b->m.is_check = in->is_check;
	vec_add(scratch, &b->m.instances, machine_instance(&b->m, p->root, NULL, NULL));
	expand_all(b);
	if (!diag_list_has_errors(diags))
		evaluate_all(b);
	if (!diag_list_has_errors(diags))
		collect_all(b);
	ok = !diag_list_has_errors(diags);
	if (ok)
		*ret_graph = b->graph;
	else
		(void)graph_free(b->graph);
	(void)arena_free(scratch);
	return ok;
}
