/* Two walks: over wanted inputs, where secrets are handles, and over attributes, where they are
 * plain and the inputs say where. */
#include "runtime/plan/cover.h"

#include "runtime/plan/cover_typed.h"
#include "runtime/state/seal.h"

typedef struct Cover {
	const World *world;
	Arena *arena;
	Str salt;
	Diag *err;
} Cover;

static bool cover_digest(const Cover *c, Str path, Value plain, Value *ret)
{
	Str row = str_print(c->arena, "%.*s\n%.*s", STR_ARG(c->salt), STR_ARG(path));

	return seal_digest(c->world->store, row, plain, c->arena, ret, c->err);
}

/* What is kept as a digest for its length alone is no secret. */
static Value cover_plainly(Arena *a, Value digest)
{
	Residual *r = ARENA_NEW(a, Residual);

	*r = *digest.as.residual;
	r->is_secret = false;
	return value_residual(r);
}

/* Covers one deferred leaf: a secret becomes a digest if it can be known by now. */
static bool cover_leaf(const Cover *c, Str path, Value v, Value *ret)
{
	Value plain;

	*ret = v;
	if (!v.as.residual->is_secret || seal_is_digest(v))
		return true;
	if (!world_reveal(c->world, c->arena, v, &plain, c->err))
		return false;
	return !value_is_known(plain) || cover_digest(c, path, plain, ret);
}

static bool cover_inputs(const Cover *c, Str path, Value v, Value *ret);

static bool cover_input_items(const Cover *c, Str path, Value v, Value *ret)
{
	uint32_t len = v.as.list->len;
	Value *items = ARENA_ARRAY(c->arena, Value, len);
	Str at = cover_join(c->arena, path, STR("*"));

	for (uint32_t i = 0; i < len; i++)
		if (!cover_inputs(c, at, v.as.list->items[i], &items[i]))
			return false;
	*ret = v.kind == VAL_SET    ? value_set(c->arena, items, len)
	       : v.kind == VAL_LIST ? value_list(c->arena, items, len)
				    : value_range(c->arena, items[0], items[1]);
	return true;
}

static bool cover_input_entries(const Cover *c, Str path, Value v, Value *ret)
{
	const ValueMap *map = v.as.map;
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, map->len);

	for (uint32_t i = 0; i < map->len; i++) {
		entries[i].key = map->entries[i].key;
		if (!cover_inputs(c, cover_join(c->arena, path, entries[i].key),
			    map->entries[i].value, &entries[i].value))
			return false;
	}
	*ret = map->has_int_keys ? value_int_map(c->arena, entries, map->len)
				 : value_map(c->arena, entries, map->len);
	return true;
}

static bool cover_inputs(const Cover *c, Str path, Value v, Value *ret)
{
	*ret = v;
	if (v.kind == VAL_DEFERRED)
		return cover_leaf(c, path, v, ret);
	if (!value_has_secret(v))
		return true;
	return v.kind == VAL_MAP ? cover_input_entries(c, path, v, ret)
				 : cover_input_items(c, path, v, ret);
}

bool cover_fetch(const World *w, Arena *a, Value v, Diag *err)
{
	Value plain;

	if (v.kind == VAL_DEFERRED)
		return !v.as.residual->is_secret || seal_is_digest(v) ||
		       world_reveal(w, a, v, &plain, err);
	if (!value_has_secret(v))
		return true;
	for (uint32_t i = 0; v.kind == VAL_MAP && i < v.as.map->len; i++)
		if (!cover_fetch(w, a, v.as.map->entries[i].value, err))
			return false;
	for (uint32_t i = 0; v.kind != VAL_MAP && i < v.as.list->len; i++)
		if (!cover_fetch(w, a, v.as.list->items[i], err))
			return false;
	return true;
}

/* What cover_typed() calls for each secret: it is digested, or sealed. */
static bool cover_typed_digest(void *ctx, Str path, Value plain, Value *ret)
{
	return cover_digest(ctx, path, plain, ret);
}

static bool cover_typed_seal(void *ctx, Str path, Value plain, Value *ret)
{
	const Cover *c = ctx;

	return seal_value(c->world->store,
		str_print(c->arena, "%.*s\n%.*s", STR_ARG(c->salt), STR_ARG(path)), plain, c->arena,
		ret, c->err);
}

/* Covers by type those attributes that have a flag of `flags`. */
static bool cover_all_typed(
	Cover *c, const SchemaResource *schema, uint32_t flags, bool seals, Value *v)
{
	CoverTyped typed = {c->arena, c, seals ? cover_typed_seal : cover_typed_digest};

	for (uint32_t i = 0; schema && v->kind == VAL_MAP && i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *part = attr->flags & flags ? value_find(*v, attr->name) : NULL;
		Value made;

		if (!part)
			continue;
		if (!cover_typed(&typed, attr->name, attr->type, *part, &made))
			return false;
		*v = value_with(c->arena, *v, attr->name, made);
	}
	return true;
}

bool cover_seal(
	const World *w, Arena *a, const SchemaResource *schema, Str salt, Value *inputs, Diag *err)
{
	Cover c = {w, a, salt, err};

	return cover_all_typed(&c, schema, ATTR_SECRET | ATTR_HIDES, true, inputs);
}

bool cover_desired(const World *w, Arena *a, const SchemaResource *schema, Str salt, Value desired,
	Value *ret, Diag *err)
{
	Cover c = {w, a, salt, err};
	Value covered = desired;

	if (value_has_secret(desired) && !cover_inputs(&c, STR(""), desired, &covered))
		return false;
	if (!cover_all_typed(&c, schema, ATTR_HIDES, false, &covered))
		return false;
	for (uint32_t i = 0; schema && i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *v = value_find(covered, attr->name);
		Value digest;

		if (!v || !(attr->flags & (ATTR_DIGEST | ATTR_SECRET)) || !value_is_known(*v) ||
			v->kind == VAL_NULL)
			continue;
		if (!cover_digest(&c, attr->name, *v, &digest))
			return false;
		if (!(attr->flags & ATTR_SECRET))
			digest = cover_plainly(a, digest);
		covered = value_with(a, covered, attr->name, digest);
	}
	*ret = covered;
	return true;
}

static bool cover_like(const Cover *c, Str path, Value like, Value *v);

/* Says whether `v`, covered like `like`, is what that was: what `like` leaves open is not asked. */
static bool cover_fits(Value like, Value v)
{
	bool all = true;

	if (like.kind == VAL_NULL || value_eq(like, v))
		return true;
	if (like.kind == VAL_MAP && v.kind == VAL_MAP) {
		for (uint32_t i = 0; all && i < like.as.map->len; i++) {
			const Value *part = value_find(v, like.as.map->entries[i].key);

			all = part && cover_fits(like.as.map->entries[i].value, *part);
		}
		return all;
	}
	if ((like.kind != VAL_LIST && like.kind != VAL_SET) || v.kind != like.kind ||
		v.as.list->len != like.as.list->len)
		return false;
	for (uint32_t i = 0; all && i < like.as.list->len; i++)
		all = cover_fits(like.as.list->items[i], v.as.list->items[i]);
	return all;
}

/* Which element of a list is which, the digests say: one is covered like that which it fits then.
 * One that fits none is covered like the first with secrets. */
static bool cover_like_items(const Cover *c, Str path, Value like, Value *v)
{
	uint32_t len = v->as.list->len;
	Value *items = ARENA_ARRAY(c->arena, Value, len);
	Str at = cover_join(c->arena, path, STR("*"));

	for (uint32_t i = 0; i < len; i++) {
		bool is_found = false;
		bool has_other = false;
		Value other = v->as.list->items[i];

		for (uint32_t j = 0; !is_found && j < like.as.list->len; j++) {
			Value one = like.as.list->items[(i + j) % like.as.list->len];

			items[i] = v->as.list->items[i];
			if (!cover_like(c, at, one, &items[i]))
				return false;
			is_found = cover_fits(one, items[i]);
			if (!has_other && value_has_secret(one)) {
				has_other = true;
				other = items[i];
			}
		}
		if (!is_found)
			items[i] = other;
	}
	*v = v->kind == VAL_SET ? value_set(c->arena, items, len)
				: value_list(c->arena, items, len);
	return true;
}

/* Puts digests into `*v` wherever `like` has one. */
static bool cover_like(const Cover *c, Str path, Value like, Value *v)
{
	if (v->kind == VAL_NULL || v->kind == VAL_DEFERRED || seal_is_unsure(like))
		return true;
	if (seal_is_digest(like))
		return cover_digest(c, path, *v, v);
	if (like.kind == VAL_MAP && v->kind == VAL_MAP) {
		for (uint32_t i = 0; i < like.as.map->len; i++) {
			Str key = like.as.map->entries[i].key;
			const Value *part = value_find(*v, key);

			if (!part || !value_has_secret(like.as.map->entries[i].value))
				continue;
			Value made = *part;

			if (!cover_like(c, cover_join(c->arena, path, key),
				    like.as.map->entries[i].value, &made))
				return false;
			*v = value_with(c->arena, *v, key, made);
		}
		return true;
	}
	if ((like.kind != VAL_LIST && like.kind != VAL_SET) || v->kind != like.kind ||
		!value_has_secret(like))
		return true;
	return cover_like_items(c, path, like, v);
}

/* Covers what the schema calls secret: kept sealed if the object gives it out. */
static bool cover_by_schema(Cover *c, const SchemaResource *schema, Value *attrs)
{
	for (uint32_t i = 0; i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *v = value_find(*attrs, attr->name);
		Value made;
		bool ok;

		if (!v || v->kind == VAL_DEFERRED || v->kind == VAL_NULL ||
			!(attr->flags & (ATTR_SECRET | ATTR_DIGEST | ATTR_HIDES)))
			continue;
		if (attr->flags & ATTR_HIDES) {
			CoverTyped typed = {c->arena, c,
				attr->flags & (ATTR_OUT | ATTR_COMPUTED) ? cover_typed_seal
									 : cover_typed_digest};

			if (!cover_typed(&typed, attr->name, attr->type, *v, &made))
				return false;
			*attrs = value_with(c->arena, *attrs, attr->name, made);
			continue;
		}
		if (attr->flags & ATTR_SECRET && attr->flags & (ATTR_OUT | ATTR_COMPUTED))
			ok = seal_value(c->world->store,
				str_print(c->arena, "%.*s\n%.*s", STR_ARG(c->salt),
					STR_ARG(attr->name)),
				*v, c->arena, &made, c->err);
		else
			ok = cover_digest(c, attr->name, *v, &made);
		if (!ok)
			return false;
		if (!(attr->flags & ATTR_SECRET))
			made = cover_plainly(c->arena, made);
		*attrs = value_with(c->arena, *attrs, attr->name, made);
	}
	return true;
}

bool cover_attrs(const World *w, Arena *a, const SchemaResource *schema, Str salt,
	const CoverPlaces *places, Value *attrs, Diag *err)
{
	Cover c = {w, a, salt, err};
	Value v = *attrs;

	if (v.kind != VAL_MAP)
		return true;
	if (!cover_like(&c, STR(""), places->desired, &v) ||
		!cover_like(&c, STR(""), places->recorded, &v) ||
		!(schema ? cover_by_schema(&c, schema, &v) : true))
		return false;
	*attrs = v;
	return true;
}

Value cover_unsure(Arena *a, const SchemaResource *schema, Value covered)
{
	Value all = seal_unsure(a, VALUE_NULL, covered);

	for (uint32_t i = 0; i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *v = value_find(covered, attr->name);

		if (v && (attr->flags & (ATTR_REPLACE | ATTR_LOCAL)) && !attr->replace_if)
			all = value_with(a, all, attr->name, *v);
	}
	return all;
}
