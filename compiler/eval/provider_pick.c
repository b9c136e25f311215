/* Choosing providers and completing their settings. */
#include "compiler/eval/provider_pick.h"

#include "compiler/base/num.h"
#include "compiler/eval/deferral.h"
#include "compiler/eval/entity.h"
#include "compiler/eval/eval_impl.h"
#include "compiler/types/relate.h"

/* Text of a variable as a value of the setting's type; null when it is none. */
static Value setting_from_text(const Type *type, Str text)
{
	const Type *t = type_plain(type);
	int64_t n = 0;

	if (t->kind == TYPE_OPTIONAL)
		t = type_plain(t->elem);
	if (t->kind == TYPE_INT)
		return num_parse_int(text, &n) ? value_int(n) : VALUE_NULL;
	if (t->kind == TYPE_BOOL)
		return value_bool(str_eq(text, STR("1")) || str_eq_nocase(text, STR("true")));
	if (t->kind == TYPE_STRING || t->kind == TYPE_LITERAL || t->kind == TYPE_UNION)
		return value_string(text);
	return VALUE_NULL;
}

static Value setting_unset(Machine *m, const SchemaAttr *a)
{
	for (uint32_t i = 0; i < a->env_count && m->provider_env; i++) {
		const Str *text = map_find(m->provider_env, a->env[i]);

		if (text && text->len)
			return setting_from_text(a->type, *text);
	}
	return a->has_default ? a->default_value : VALUE_NULL;
}

/* Adds what is not written: from variables, and defaults. */
static Value settings_complete(Machine *m, const SchemaService *service, Value written)
{
	uint32_t had = written.kind == VAL_MAP ? written.as.map->len : 0;
	ValueEntry *entries = ARENA_ARRAY(m->arena, ValueEntry, had + service->setting_count);
	uint32_t n = 0;

	for (; n < had; n++)
		entries[n] = written.as.map->entries[n];
	for (uint32_t i = 0; i < service->setting_count; i++) {
		const SchemaAttr *a = &service->settings[i];
		Value v = value_find(written, a->name) ? VALUE_NULL : setting_unset(m, a);

		if (v.kind != VAL_NULL)
			entries[n++] = (ValueEntry){a->name, v};
	}
	return value_map(m->arena, entries, n);
}

Value provider_settings(Machine *m, Instance *home, Symbol *symbol)
{
	const Node *body = node_kid(symbol->decl, ENTITY_BODY);
	Value written = VALUE_NULL;

	(void)home; /* the machine has made it the current one */
	if (body) {
		Frame before = machine_open_frame(m, symbol->frame_size);

		written = eval_record(m, body);
		machine_close_frame(m, before);
	}
	return m->op.has_failed ? VALUE_NULL : settings_complete(m, symbol->provider, written);
}

/* Something that neither waits for lookups nor is a secret is known too late (E0603). */
static bool settings_are_late(Value v)
{
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE) {
		for (uint32_t i = 0; i < v.as.list->len; i++)
			if (settings_are_late(v.as.list->items[i]))
				return true;
		return false;
	}
	if (v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			if (settings_are_late(v.as.map->entries[i].value))
				return true;
		return false;
	}
	if (v.kind != VAL_DEFERRED || v.as.residual->is_lookup)
		return false;
	if (v.as.residual->op == RESIDUAL_REF)
		return true;
	for (uint32_t i = 0; i < v.as.residual->arg_count; i++)
		if (settings_are_late(v.as.residual->args[i]))
			return true;
	return false;
}

/* How many providers of a type a module declares; `*ret_one` is the first. */
static uint32_t provider_count(const Module *module, Str type, Symbol **ret_one)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < module->providers.len; i++) {
		Symbol *s = module->providers.ptr[i];

		if (s->provider && str_eq(s->provider->provider, type) && !n++)
			*ret_one = s;
	}
	return n;
}

static Provider *provider_add(Machine *m, Provider made)
{
	Provider *p = ARENA_NEW(m->arena, Provider);

	*p = made;
	vec_add(m->arena, &m->providers, p);
	return p;
}

/* The configuration that a block makes in one instance. */
static Provider *provider_of(Machine *m, Instance *home, Symbol *symbol)
{
	Provider *p = home->providers[symbol->index];
	Symbol *one = NULL;

	if (p)
		return p->has_failed ? NULL : p;
	Str type = symbol->provider->provider;
	bool is_only = provider_count(home->module, type, &one) == 1;
	Str id = str_print(m->arena, is_only ? "%.*s%.*s" : "%.*s%.*s.%.*s", STR_ARG(home->prefix),
		STR_ARG(type), STR_ARG(symbol->name));
	const Unit *u = machine_unit(m, home, symbol);

	if (m->is_unwinding)
		return NULL;
	p = provider_add(m, (Provider){.id = id, .type = type, .service = symbol->provider});
	home->providers[symbol->index] = p;
	p->has_failed = !u;
	if (!u)
		return NULL;
	p->settings = u->value;
	p->is_pending = !value_is_known(u->value) && deferral_is_lookup(u->value);
	if (settings_are_late(u->value)) {
		m->op.at = symbol->decl->span;
		(void)op_fail(&m->op, DIAG_LATE_PROVIDER,
			"settings of provider `%.*s` are only known after apply",
			STR_ARG(symbol->name));
		p->has_failed = true;
		return NULL;
	}
	return p;
}

/* The provider that `@provider` names, when it is of this type. */
static Symbol *provider_marked(const Symbol *symbol, Str type)
{
	const Node *n = symbol ? entity_mark_node(symbol, STR("provider")) : NULL;
	Symbol *s = n && n->kind == NODE_IDENT ? n->info : NULL;

	if (!s || s->kind != SYMBOL_PROVIDER || !s->provider)
		return NULL;
	return str_eq(s->provider->provider, type) ? s : NULL;
}

static Provider *provider_ambiguous(Machine *m, Object *o, Str type)
{
	m->op.at = o->symbol->decl->kids[DECL_NAME]->span;
	Value none = op_fail(&m->op, DIAG_UNKNOWN_PROVIDER,
		"several providers of type `%.*s` could make `%.*s`", STR_ARG(type),
		STR_ARG(o->symbol->name));

	(void)none; /* op_fail() gives null for values; here it is no provider */
	diag_fix(m->op.diags->items.ptr[m->op.diags->items.len - 1], "%s",
		"say which: `@provider = name`");
	return NULL;
}

/* The default of a type, as seen from an instance. */
static Provider *provider_default(Machine *m, Object *o, const SchemaService *service)
{
	Str type = service->provider;

	for (Instance *at = o->home; at; at = at->parent) {
		Symbol *one = NULL;
		uint32_t n = provider_count(at->module, type, &one);

		if (n == 1)
			return provider_of(m, at, one);
		if (n > 1)
			return provider_ambiguous(m, o, type);
		Symbol *marked = provider_marked(at->symbol, type);

		if (marked)
			return provider_of(m, at->parent, marked);
	}
	for (uint32_t i = 0; i < m->providers.len; i++)
		if (str_eq(m->providers.ptr[i]->id, type))
			return m->providers.ptr[i];
	return provider_add(m, (Provider){.id = type,
				       .type = type,
				       .service = service,
				       .settings = settings_complete(m, service, VALUE_NULL)});
}

Provider *provider_pick(Machine *m, Object *o)
{
	const SchemaService *service = o->symbol->resource->service;

	if (o->provider)
		return o->provider;
	Symbol *marked = provider_marked(o->symbol, service->provider);

	if (marked) {
		o->provider = provider_of(m, o->home, marked);
		return o->provider;
	}
	Provider *p = map_find(&o->home->defaults, service->provider);

	if (!p) {
		p = provider_default(m, o, service);
		if (p)
			(void)map_put(&o->home->defaults, service->provider, p);
	}
	o->provider = p;
	return p;
}
