/* The comparison, by kinds of value; then what the schema says of each difference. */
#include "runtime/plan/diff.h"

#include "runtime/provider/sx_eval.h"
#include "runtime/state/seal.h"

typedef enum Likeness { LIKE_EQUAL, LIKE_MAYBE, LIKE_DIFFERENT } Likeness;

typedef Vec(PlanChange) Changes;

typedef struct Diff {
	Arena *arena;
	const DiffSides *sides;
	Changes changes;
} Diff;

/* Takes off what says nothing about a value's shape. */
static const Type *diff_strip(const Type *t)
{
	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN))
		t = t->elem;
	return t;
}

static bool diff_is_empty(Value v)
{
	if (v.kind == VAL_LIST || v.kind == VAL_SET)
		return !v.as.list->len;
	return v.kind == VAL_NULL || (v.kind == VAL_MAP && !v.as.map->len);
}

/* A part of a record; every part of what is unsure (seal_unsure) is so too. */
static Value diff_part(Value v, Str key)
{
	const Value *found = seal_is_digest(v) ? &v : value_find(v, key);

	return found ? *found : VALUE_NULL;
}

static Likeness diff_like(const Type *t, Value want, Value have);

/* Records: the wanted one's unset fields are not compared. */
static Likeness diff_like_record(const Type *t, Value want, Value have)
{
	Likeness all = LIKE_EQUAL;

	for (uint32_t i = 0; i < want.as.map->len && all != LIKE_DIFFERENT; i++) {
		const ValueEntry *e = &want.as.map->entries[i];
		const TypeField *field = type_field(t, e->key);
		Likeness one;

		if (e->value.kind == VAL_NULL ||
			(field && field->attr &&
				field->attr->flags & (ATTR_WRITE_ONLY | ATTR_LOCAL | ATTR_OUT)))
			continue;
		one = diff_like(field ? field->type : NULL, e->value, diff_part(have, e->key));
		all = one > all ? one : all;
	}
	return all;
}

static Likeness diff_like_map(const Type *t, Value want, Value have)
{
	Likeness all = LIKE_EQUAL;

	if (want.as.map->len != have.as.map->len)
		return LIKE_DIFFERENT;
	for (uint32_t i = 0; i < want.as.map->len && all != LIKE_DIFFERENT; i++) {
		const ValueEntry *e = &want.as.map->entries[i];
		const Value *other = value_find(have, e->key);
		Likeness one =
			other ? diff_like(t ? t->elem : NULL, e->value, *other) : LIKE_DIFFERENT;

		all = one > all ? one : all;
	}
	return all;
}

static Likeness diff_like_list(const Type *t, Value want, Value have)
{
	Likeness all = LIKE_EQUAL;

	if (want.as.list->len != have.as.list->len)
		return LIKE_DIFFERENT;
	for (uint32_t i = 0; i < want.as.list->len && all != LIKE_DIFFERENT; i++) {
		Likeness one = diff_like(
			t ? t->elem : NULL, want.as.list->items[i], have.as.list->items[i]);

		all = one > all ? one : all;
	}
	return all;
}

/* Sets: each wanted element takes one that is there; those that fit surely choose first. */
static Likeness diff_like_set(Arena *a, const Type *t, Value want, Value have)
{
	uint32_t len = have.as.list->len;
	bool *taken = ARENA_ARRAY(a, bool, len);
	bool *settled = ARENA_ARRAY(a, bool, want.as.list->len);
	Likeness all = LIKE_EQUAL;

	if (want.as.list->len != len && value_is_known(want))
		return LIKE_DIFFERENT;
	for (Likeness level = LIKE_EQUAL; level <= LIKE_MAYBE; level++)
		for (uint32_t i = 0; i < want.as.list->len; i++)
			for (uint32_t j = 0; j < len && !settled[i]; j++) {
				if (taken[j] ||
					diff_like(t ? t->elem : NULL, want.as.list->items[i],
						have.as.list->items[j]) != level)
					continue;
				taken[j] = settled[i] = true;
				all = level > all ? level : all;
			}
	for (uint32_t i = 0; i < want.as.list->len; i++)
		if (!settled[i])
			return value_is_known(want) ? LIKE_DIFFERENT : LIKE_MAYBE;
	for (uint32_t j = 0; j < len; j++)
		if (!taken[j])
			return LIKE_DIFFERENT;
	return all;
}

/* Numbers of the two kinds, and texts that are kept as another kind of text. */
static bool diff_same_scalar(Value want, Value have)
{
	if (want.kind == VAL_INT && have.kind == VAL_FLOAT)
		return !((double)want.as.number < have.as.real) &&
		       !((double)want.as.number > have.as.real);
	if (want.kind == VAL_FLOAT && have.kind == VAL_INT)
		return diff_same_scalar(have, want);
	if ((want.kind == VAL_STRING && have.kind == VAL_GPUS) ||
		(want.kind == VAL_GPUS && have.kind == VAL_STRING))
		return str_eq(want.as.text, have.as.text);
	return value_eq(want, have);
}

static Likeness diff_like_items(const Type *t, Value want, Value have)
{
	bool is_set = want.kind == VAL_SET || have.kind == VAL_SET || (t && t->kind == TYPE_SET);
	Arena *a;
	Likeness likeness;

	if (!is_set)
		return diff_like_list(t, want, have);
	a = arena_new("set");
	likeness = diff_like_set(a, t, want, have);
	arena_free(a);
	return likeness;
}

static bool diff_is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static Likeness diff_like(const Type *t, Value want, Value have)
{
	t = diff_strip(t);
	if (value_eq(want, have) || (diff_is_empty(want) && diff_is_empty(have)))
		return LIKE_EQUAL;
	if (want.kind == VAL_DEFERRED)
		return seal_is_digest(want) ? LIKE_DIFFERENT : LIKE_MAYBE;
	if (want.kind == VAL_MAP && have.kind == VAL_MAP)
		return t && t->kind == TYPE_RECORD ? diff_like_record(t, want, have)
						   : diff_like_map(t, want, have);
	if (diff_is_list(want) && diff_is_list(have))
		return diff_like_items(t, want, have);
	return diff_same_scalar(want, have) ? LIKE_EQUAL : LIKE_DIFFERENT;
}

Span diff_span(const GraphNode *node, Str path)
{
	size_t best = 0;
	Span span;

	if (!node)
		return SPAN_NONE;
	span = node->at;
	for (uint32_t i = 0; i < node->span_count; i++) {
		Str at = node->spans[i].path;
		bool fits =
			str_starts(path, at) &&
			(path.len == at.len || path.ptr[at.len] == '.' || path.ptr[at.len] == '[');

		if (fits && at.len > best) {
			best = at.len;
			span = node->spans[i].at;
		}
	}
	return span;
}

/* Says whether a difference means a new object: some attribute on the way is `replace`. */
static bool diff_replaces(Diff *d, const SchemaAttr *attr, const PlanChange *change, Likeness how)
{
	const DiffSides *s = d->sides;
	bool failed = false;
	Diag err = {0};

	if (!attr || !(attr->flags & ATTR_REPLACE) || s->observed.kind == VAL_NULL)
		return false;
	if (how == LIKE_MAYBE && !(s->is_new && s->is_new(s->ctx, change->new)))
		return false;
	if (!attr->replace_if)
		return true;
	SxEnv env = {.arena = d->arena,
		.schema = s->schema,
		.attrs = s->desired,
		.old = change->old,
		.it = change->new,
		.has_it = true,
		.it_type = attr->type,
		.err = &err,
		.failed = &failed};
	bool holds = how == LIKE_MAYBE || sx_holds(&env, attr->replace_if);

	diag_fini(&err);
	return holds;
}

/* Where a comparison stands: the attribute, and whether one around it is `replace`. */
typedef struct DiffAt {
	Str path;
	Value was; /* what was recorded at this place */
	const SchemaAttr *attr;
	const SchemaAttr *replacer; /* the nearest attribute around that is `replace`, or NULL */
} DiffAt;

static void diff_note(Diff *d, const DiffAt *at, Value old, Value new, Likeness how)
{
	PlanChange change = {.path = at->path,
		.old = old,
		.new = new,
		.may_be_equal = how == LIKE_MAYBE,
		.at = diff_span(d->sides->node, at->path)};

	change.is_secret = value_has_secret(new) || value_has_secret(old) ||
			   (at->attr && at->attr->flags & ATTR_SECRET);
	change.is_replace = diff_replaces(d, at->replacer, &change, how);
	vec_add(d->arena, &d->changes, change);
}

static void diff_attr(
	Diff *d, const DiffAt *at, const Type *type, Value want, Value have, Value before);

/* A record inside the object: field by field. */
static void diff_fields(
	Diff *d, const DiffAt *at, const Type *t, Value want, Value have, Value before)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const TypeField *field = &t->fields[i];
		DiffAt inner = {
			str_print(d->arena, "%.*s.%.*s", STR_ARG(at->path), STR_ARG(field->name)),
			diff_part(at->was, field->name), field->attr, at->replacer};

		if (field->attr && field->attr->flags & ATTR_REPLACE)
			inner.replacer = field->attr;
		diff_attr(d, &inner, field->type, diff_part(want, field->name),
			diff_part(have, field->name), diff_part(before, field->name));
	}
}

/* What is only compared with what was sent last: it cannot be read, or is not sent at all. */
static bool diff_by_record(const Diff *d, const SchemaAttr *attr, Value have)
{
	if (!attr)
		return false;
	if (attr->flags & (ATTR_WRITE_ONLY | ATTR_LOCAL))
		return true;
	if (attr->flags & (ATTR_SECRET | ATTR_DIGEST))
		return have.kind == VAL_NULL && d->sides->recorded.kind != VAL_NULL;
	return false;
}

/* What the last apply set and the program does not say any more goes, if it is still there; and so
 * does what was put there since by somebody else. */
static void diff_unset(Diff *d, const DiffAt *at, Value have, Value before, bool by_record)
{
	const uint32_t given = ATTR_COMPUTED | ATTR_AUTO | ATTR_PROVIDER;

	if (at->attr && at->attr->flags & given)
		return;
	if (by_record ? diff_is_empty(before) : diff_is_empty(have))
		return;
	if (before.kind == VAL_NULL && !diff_is_empty(at->was))
		return;
	diff_note(d, at, by_record ? before : have, VALUE_NULL, LIKE_DIFFERENT);
}

/* Says whether an attribute has secrets inside that cannot be read. */
static bool diff_hidden(const Diff *d, const SchemaAttr *attr, Value want, Value have, Value before)
{
	return attr && attr->flags & ATTR_HIDES && !value_has_secret(have) &&
	       d->sides->recorded.kind != VAL_NULL &&
	       (value_has_secret(want) || !seal_is_unsure(before));
}

/* Then the secrets are compared with what was sent last, the rest with what is there. */
static Likeness diff_like_hidden(const Diff *d, const Type *t, Value want, Value have, Value before)
{
	Likeness sent = diff_like(t, want, before);
	Likeness plain =
		diff_like(t, driver_plain(d->arena, t, want), driver_plain(d->arena, t, have));

	return sent > plain ? sent : plain;
}

static void diff_attr(
	Diff *d, const DiffAt *at, const Type *type, Value want, Value have, Value before)
{
	const Type *t = diff_strip(type);
	bool by_record = diff_by_record(d, at->attr, have);

	if (at->attr && at->attr->flags & ATTR_OUT)
		return;
	if (want.kind == VAL_NULL) {
		diff_unset(d, at, have, before, by_record);
		return;
	}
	if (by_record && at->attr->flags & ATTR_LOCAL && d->sides->recorded.kind == VAL_NULL)
		return; /* it was never sent, so nothing is to be sent */
	if (!by_record && t && t->kind == TYPE_RECORD && want.kind == VAL_MAP &&
		have.kind == VAL_MAP) {
		diff_fields(d, at, t, want, have, before);
		return;
	}
	if (by_record)
		have = before;
	bool is_hidden = diff_hidden(d, at->attr, want, have, before);
	Likeness how =
		is_hidden ? diff_like_hidden(d, t, want, have, before) : diff_like(t, want, have);

	if (how != LIKE_EQUAL)
		diff_note(d, at, is_hidden ? before : have, want, how);
}

/* Attributes that no schema knows (@unchecked, or no schema at all). */
static void diff_rest(Diff *d)
{
	Value want = d->sides->desired;

	if (want.kind != VAL_MAP)
		return;
	for (uint32_t i = 0; i < want.as.map->len; i++) {
		const ValueEntry *e = &want.as.map->entries[i];
		DiffAt at = {.path = e->key};

		if (d->sides->schema && schema_attr(d->sides->schema, e->key))
			continue;
		diff_attr(d, &at, NULL, e->value, diff_part(d->sides->observed, e->key),
			diff_part(d->sides->recorded, e->key));
	}
}

void diff_object(Arena *a, const DiffSides *sides, PlanChange **ret, uint32_t *ret_count)
{
	Diff d = {.arena = a, .sides = sides};
	Value was = sides->baseline.kind == VAL_NULL ? sides->observed : sides->baseline;

	for (uint32_t i = 0; sides->schema && i < sides->schema->attr_count; i++) {
		const SchemaAttr *attr = &sides->schema->attrs[i];
		DiffAt at = {attr->name, diff_part(was, attr->name), attr,
			attr->flags & ATTR_REPLACE ? attr : NULL};

		diff_attr(&d, &at, attr->type, diff_part(sides->desired, attr->name),
			diff_part(sides->observed, attr->name),
			diff_part(sides->recorded, attr->name));
	}
	diff_rest(&d);
	*ret = d.changes.ptr;
	*ret_count = d.changes.len;
}

void diff_drift(Arena *a, const SchemaResource *schema, Value before, Value now, PlanChange **ret,
	uint32_t *ret_count)
{
	DiffSides sides = {.schema = schema, .desired = before, .observed = now};
	Diff d = {.arena = a, .sides = &sides};

	for (uint32_t i = 0; schema && i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		Value was = diff_part(before, attr->name);
		Value is = diff_part(now, attr->name);
		DiffAt at = {.path = attr->name, .attr = attr};

		if (attr->flags & (ATTR_OUT | ATTR_WRITE_ONLY | ATTR_LOCAL))
			continue;
		if (diff_like(attr->type, was, is) != LIKE_EQUAL)
			diff_note(&d, &at, was, is, LIKE_DIFFERENT);
	}
	*ret = d.changes.ptr;
	*ret_count = d.changes.len;
}
