/* The check of a schema file: every type in it, against the model and the rules of the format.
 * Thread: one at a time. */
#include "compiler/schema/schema_check.h"

#include "compiler/schema/check_impl.h"

static const Str error_classes[] = {
#define X(NAME, word) STR_INIT(word),
#include "compiler/schema/error_class.def"
#undef X
};

enum { CLASS_COUNT = sizeof(error_classes) / sizeof(error_classes[0]) };

bool check_is_class(Str name)
{
	for (size_t i = 0; i < CLASS_COUNT; i++) {
		if (str_eq(error_classes[i], name))
			return true;
	}
	return false;
}

static Span block_span(const Node *block)
{
	return block->kids[BLOCK_NAME] ? block->kids[BLOCK_NAME]->span : block->span;
}

static void check_classes(SchemaChecker *c, const Node *block)
{
	const Node *errors = lower_field(block, STR("errors"));

	for (uint32_t i = 0; errors && i < errors->kid_count; i++) {
		const Node *key = errors->kids[i]->kids[FIELD_KEY];
		Str near;
		Diag *d;

		if (str_eq(key->text, STR("code")) || check_is_class(key->text))
			continue;
		d = diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, key->span,
			"there is no error class `%.*s`", STR_ARG(key->text));
		near = str_nearest(key->text, error_classes, CLASS_COUNT);
		if (near.len > 0)
			diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
	}
}

/* Says whether one of the calls that a create makes says how it is found again. */
static bool finds(const SchemaSteps *s)
{
	for (; s; s = s->rest) {
		const SchemaCall *c = s->call;

		if (c && (c->finds_token || c->finds_name || c->finds_tag))
			return true;
		if (finds(s->then_steps) || finds(s->else_steps))
			return true;
	}
	return false;
}

static void check_discipline(SchemaChecker *c, const Node *block)
{
	const SchemaResource *r = c->resource;
	const SchemaCall *create = lower_first_call(r->create);
	Diag *d;

	if (create && !finds(r->create)) {
		d = diag_add(c->diags, DIAG_SCHEMA_NO_FIND, create->at_span,
			"the create of `%.*s` cannot be found again", STR_ARG(r->name));
		diag_fix(d, "add `find token`, `find name` or `find tag`");
	}
	if (!r->list && !r->batch) {
		d = diag_add(c->diags, DIAG_SCHEMA_NO_LIST, block_span(block),
			"`%.*s` has no `list` and no `batch`", STR_ARG(r->name));
		diag_fix(d, "add the call that reads many objects at once");
	}
	for (uint32_t i = 0; i < r->update_count; i++) {
		Str bracket = r->updates[i].bracket;
		bool is_known = bracket.len == 0;

		for (uint32_t k = 0; k < r->bracket_count; k++)
			is_known |= str_eq(r->brackets[k].name, bracket);
		if (!is_known)
			diag_add(c->diags, DIAG_SCHEMA_UNKNOWN, block_span(block),
				"there is no bracket `%.*s`", STR_ARG(bracket));
	}
}

/* Notes that a rule changes an attribute; E0811 when another did before. */
static void claim(SchemaChecker *c, Map *owners, Str path, const Node *block)
{
	if (map_put(owners, path, c))
		diag_add(c->diags, DIAG_SCHEMA_TWO_RULES, block_span(block),
			"`%.*s` has two rules for changing it", STR_ARG(path));
}

static void check_owners(SchemaChecker *c, const Node *block)
{
	const SchemaResource *r = c->resource;
	Map owners;

	map_init(&owners, c->lower.arena);
	for (uint32_t i = 0; i < r->update_count; i++) {
		for (uint32_t k = 0; k < r->updates[i].paths.count; k++)
			claim(c, &owners, r->updates[i].paths.paths[k], block);
	}
	for (uint32_t i = 0; i < r->facet_count; i++) {
		for (uint32_t k = 0; k < r->facets[i].paths.count; k++)
			claim(c, &owners, r->facets[i].paths.paths[k], block);
	}
	for (uint32_t i = 0; i < r->sync_count; i++)
		claim(c, &owners, r->syncs[i].attr, block);
	for (uint32_t i = 0; i < owners.item_count; i++)
		check_attr_path(c, owners.items[i].key, block_span(block));
}

static void check_resource(Schemas *s, Arena *scratch, const SchemaResource *r, const Node *block)
{
	SchemaChecker c = {.resource = r, .diags = schemas_diags(s)};
	const SchemaCall *create = lower_first_call(r->create);
	const SchemaCall *read = lower_main_read(r);
	Map used;

	map_init(&used, scratch);
	c.used = &used;
	c.lower = (Lower){
		.schemas = s,
		.arena = scratch,
		.diags = c.diags,
		.model = r->service->model,
	};
	c.lower.record.write = create ? lower_input(&c.lower, create) : NULL;
	c.lower.record.read = read ? lower_answer(&c.lower, read) : NULL;
	c.lower.element = c.lower.record;
	lower_gather_aspects(&c.lower, r);
	if (!str_eq(r->service->protocol, STR("native"))) {
		check_calls(&c);
		check_discipline(&c, block);
		check_owners(&c, block);
	}
	check_attrs(&c);
	check_classes(&c, block);
}

uint32_t schema_check(Schemas *s, Str path)
{
	const Tree *tree = schemas_tree(s, path);
	Arena *scratch = arena_new("schema check");
	uint32_t count = 0;

	for (uint32_t i = 0; tree && !tree->is_broken && i < tree->file->kid_count; i++) {
		const Node *block = tree->file->kids[i];
		const SchemaResource *r;

		if (block->kind != NODE_SCHEMA_BLOCK || !str_eq(block->text, STR("resource")) ||
			!block->kids[BLOCK_NAME])
			continue;
		r = schemas_declared(s, block);
		if (r)
			check_resource(s, scratch, r, block);
		count++;
	}
	arena_free(scratch);
	return count;
}
