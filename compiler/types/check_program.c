/* A program: modules in the order of their imports, each bound, sorted and checked. */
#include "compiler/types/check_decl.h"

/* The record that a module instance's name gives. */
static void set_output_type(Check *c, Module *m)
{
	TypeField *fields = ARENA_ARRAY(c->arena, TypeField, m->outputs.item_count + 1);
	Type *made;
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->outputs.item_count; i++) {
		const Symbol *s = m->outputs.items[i].value;
		const Node *doc = node_kid(s->decl, DECL_DOC);

		fields[n].name = s->name;
		fields[n].type = s->type;
		fields[n].doc = doc ? doc->text : STR_NONE;
		n++;
	}
	made = ARENA_NEW(c->arena, Type);
	*made = *type_record(c->types, fields, n, NULL);
	made->name = m->name;
	m->output_type = made;
}

static void list_providers(Check *c, const Module *m)
{
	c->providers.len = 0;
	for (uint32_t i = 0; i < m->symbols.len; i++) {
		if (m->symbols.ptr[i]->kind == SYMBOL_PROVIDER)
			vec_add(c->arena, &c->providers, m->symbols.ptr[i]);
	}
}

static void check_module(Check *c, Module *m)
{
	NeedVec *needs;
	Symbol **sorted;

	c->module = m;
	c->params.len = 0;
	scope_declare(c, m);
	check_decl_rest(c, m);
	bind_module(c, m, &needs);
	list_providers(c, m);
	sorted = decl_order(c, m, needs);
	for (uint32_t i = 0; i < m->symbols.len; i++)
		check_decl(c, sorted[i]);
	for (uint32_t i = 0; i < m->asserts.len; i++)
		check_decl_assert(c, m->asserts.ptr[i]);
	set_output_type(c, m);
}

static void forget_facts(Module *m)
{
	for (uint32_t i = 0; i < m->symbols.len; i++)
		m->symbols.ptr[i]->fact = NULL;
}

static void add_schemas(Check *c, Str dir)
{
	Diag err = {0};
	Diag *d;

	if (dir.len == 0 || schemas_add_dir(c->program->schemas, dir, &err))
		return;
	d = diag_add(c->diags, err.code, SPAN_NONE, "%.*s", STR_ARG(err.what));
	diag_why(d, "%.*s", STR_ARG(err.why));
	diag_fini(&err);
}

Program *check_program(
	Arena *a, Sources *sources, Vfs files, Str dir, Str schema_dir, DiagList *diags)
{
	Program *p = ARENA_NEW(a, Program);
	Check c = {.program = p,
		.arena = a,
		.facts = arena_new("facts"),
		.types = &p->types,
		.diags = diags};

	p->arena = a;
	p->sources = sources;
	p->files = files;
	p->diags = diags;
	types_init(&p->types, a);
	p->schemas = schemas_new(a, &p->types);
	map_init(&p->modules, a);
	add_schemas(&c, schema_dir);
	p->root = module_load(&c, file_path_clean(a, dir), NULL);
	for (uint32_t i = 0; i < p->module_order.len; i++)
		check_module(&c, p->module_order.ptr[i]);
	for (uint32_t i = 0; i < p->module_order.len; i++)
		forget_facts(p->module_order.ptr[i]);
	(void)arena_free(c.facts);
	return p;
}
