/* Names: the symbols that a module declares, and what to say of names that nobody does.
 *
 * Every declaration with a name gets a symbol, also a broken or unsupported one, whose type is then
 * the error type: what refers to it stays silent. */
#include "compiler/types/check_decl.h"

static const struct {
	Str word;
	SymbolKind kind;
} entity_kinds[] = {
	{STR_INIT("resource"), SYMBOL_RESOURCE},
	{STR_INIT("lookup"), SYMBOL_LOOKUP},
	{STR_INIT("module"), SYMBOL_MODULE},
	{STR_INIT("provider"), SYMBOL_PROVIDER},
};

bool scope_is_supported(const Node *decl)
{
	switch ((NodeKind)decl->kind) {
	case NODE_PARAM:
	case NODE_LET:
	case NODE_FN:
	case NODE_TYPE_DECL:
	case NODE_OUTPUT:
	case NODE_SECRET:
	case NODE_IMPORT:
	case NODE_ASSERT:
		return true;
	case NODE_ENTITY:
		for (size_t i = 0; i < sizeof(entity_kinds) / sizeof(entity_kinds[0]); i++) {
			if (str_eq(entity_kinds[i].word, decl->text))
				return !node_kid(decl, ENTITY_FROM);
		}
		return false;
	default:
		return false;
	}
}

static SymbolKind kind_of(const Node *decl)
{
	switch ((NodeKind)decl->kind) {
	case NODE_PARAM:
		return SYMBOL_PARAM;
	case NODE_FN:
		return SYMBOL_FN;
	case NODE_TYPE_DECL:
		return SYMBOL_TYPE;
	case NODE_OUTPUT:
		return SYMBOL_OUTPUT;
	case NODE_SECRET:
		return SYMBOL_SECRET;
	case NODE_IMPORT:
		return SYMBOL_IMPORT;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(entity_kinds) / sizeof(entity_kinds[0]); i++) {
		if (decl->kind == NODE_ENTITY && str_eq(entity_kinds[i].word, decl->text))
			return entity_kinds[i].kind;
	}
	return SYMBOL_LET;
}

static bool has_name(const Node *decl)
{
	switch ((NodeKind)decl->kind) {
	case NODE_ENTITY:
	case NODE_IMPORT:
	case NODE_PARAM:
	case NODE_LET:
	case NODE_TYPE_DECL:
	case NODE_FN:
	case NODE_OUTPUT:
	case NODE_SECRET:
		return true;
	default:
		return false;
	}
}

static void declare(Check *c, Module *m, Node *decl)
{
	Str name = decl->kind == NODE_IMPORT ? module_import_name(decl) : node_decl_name(decl);
	Map *names = decl->kind == NODE_OUTPUT ? &m->outputs : &m->names;
	Symbol *s, *first;
	const Node *at = node_kid(decl, DECL_NAME);
	Diag *d;

	if (name.len == 0)
		return;
	s = ARENA_NEW(c->arena, Symbol);
	s->kind = kind_of(decl);
	s->name = name;
	s->decl = decl;
	s->module = m;
	s->type = type_simple(c->types, TYPE_ERROR);
	s->is_pub = (decl->flags & FLAG_PUB) != 0;
	s->index = m->symbols.len;
	if (decl->kind == NODE_IMPORT)
		s->target = decl->info;
	else
		decl->info = s;
	vec_add(c->arena, &m->symbols, s);
	if (s->kind == SYMBOL_PROVIDER)
		vec_add(c->arena, &m->providers, s);
	first = map_find(names, name);
	if (!first) {
		map_put(names, name, s);
		return;
	}
	if (!at)
		at = decl;
	d = diag_add(
		c->diags, DIAG_DUPLICATE_NAME, at->span, "`%.*s` is declared twice", STR_ARG(name));
	at = node_kid(first->decl, DECL_NAME);
	diag_note(d, at ? at->span : first->decl->span, "first declared here");
	diag_fix(d, "give one of them another name");
}

void scope_declare(Check *c, Module *m)
{
	for (uint32_t i = 0; i < m->trees.len; i++) {
		const Node *file = m->trees.ptr[i]->file;

		map_reserve(&m->names, m->names.count + file->kid_count);
		for (uint32_t k = 0; k < file->kid_count; k++) {
			Node *decl = file->kids[k];

			if (has_name(decl))
				declare(c, m, decl);
			else if (decl->kind == NODE_ASSERT)
				vec_add(c->arena, &m->asserts, decl);
		}
	}
}

Str scope_nearest(Arena *a, const Map *names, Str name)
{
	StrVec all = {0};

	for (uint32_t i = 0; i < names->item_count; i++) {
		if (names->items[i].key.ptr)
			vec_add(a, &all, names->items[i].key);
	}
	return str_nearest(name, all.ptr, all.len);
}

/* What people who come from Terraform write, and what it is here. */
static const struct {
	Str name;
	Str advice;
} synonyms[] = {
	{STR_INIT("var"), STR_INIT("a param is used by its bare name: `region`, not `var.region`")},
	{STR_INIT("local"), STR_INIT("a `let` is used by its bare name: `x`, not `local.x`")},
	{STR_INIT("data"), STR_INIT("a lookup is used by its bare name: `ubuntu.id`")},
	{STR_INIT("each"), STR_INIT("name the key and the value: `for key, value in ... `")},
	{STR_INIT("count"), STR_INIT("write `for key in [...]` in the header and use `key`")},
	{STR_INIT("module"), STR_INIT("a module instance is used by its bare name: `net.vpc_id`")},
	{STR_INIT("path"), STR_INIT("paths in `file()` are relative to the module's directory")},
	{STR_INIT("undefined"), STR_INIT("the absent value is `null`")},
	{STR_INIT("None"), STR_INIT("the absent value is `null`")},
	{STR_INIT("nil"), STR_INIT("the absent value is `null`")},
	{STR_INIT("True"), STR_INIT("write `true`")},
	{STR_INIT("False"), STR_INIT("write `false`")},
	{STR_INIT("it"), STR_INIT("`it` is for predicates: `T where it > 0`")},
};

static void suggest(Check *c, Diag *d, const Node *at, const StrVec *names)
{
	Str nearest = str_nearest(at->text, names->ptr, names->len);

	(void)c;
	if (nearest.len == 0)
		return;
	diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
	diag_edit(d, at->span, nearest);
}

void scope_unknown(Check *c, const Node *ident, Symbol *const *locals, uint32_t local_count)
{
	Diag *d = diag_add(c->diags, DIAG_UNKNOWN_NAME, ident->span, "there is no `%.*s`",
		STR_ARG(ident->text));
	const Map *names = &c->module->names;
	StrVec all = {0};

	if (diag_list_is_full(c->diags))
		return;
	diag_label(d, "not declared here");
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
		if (str_eq(synonyms[i].name, ident->text)) {
			diag_fix(d, "%.*s", STR_ARG(synonyms[i].advice));
			return;
		}
	}
	if (map_has(&c->module->outputs, ident->text)) {
		diag_fix(d, "an output cannot be read here; name its value with `let`");
		return;
	}
	for (uint32_t i = local_count; i > 0; i--)
		vec_add(c->arena, &all, locals[i - 1]->name);
	for (uint32_t i = 0; i < names->item_count; i++) {
		if (names->items[i].key.ptr)
			vec_add(c->arena, &all, names->items[i].key);
	}
	suggest(c, d, ident, &all);
	if (d->fix.len == 0 && ident->text.len > 0)
		diag_fix(d, "text is written in quotes: \"%.*s\"", STR_ARG(ident->text));
}
