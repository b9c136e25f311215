/* Record literals: against a record type, against a map, or inferred. */
#include "compiler/types/checker.h"
#include "compiler/types/field_name.h"
#include "compiler/types/name_set.h"
#include "compiler/types/refine.h"

enum { INDEX_MIN = 16 }; /* fields from which on names are looked up in a map */

/* A record being checked. */
typedef struct Items {
	Check *c;
	Node *e;
	const Type *want; /* RECORD, MAP, JSON; NULL: infer */
	const Sink *sink;
	Vec(FactField) fields;
	Vec(const Node *) keys; /* of `fields`, for repeats */
	NameSet seen;
	Fact f;
	StrVec meant;     /* by the unknown fields */
	const Type *elem; /* join of the values of a map; NULL: none yet */
	bool is_dynamic;  /* has computed keys */
	bool has_spread;
	bool is_wrong;
} Items;

static Str key_text(const Node *key)
{
	return key->kid_count == 0 ? key->text : STR_NONE;
}

static bool is_static_key(const Node *key)
{
	return key &&
	       (key->kind == NODE_IDENT || (key->kind == NODE_STRING && key->kid_count == 0));
}

/* Notes a written name; false: it was written before (reported). */
static bool note_key(Items *items, const Node *key, Str name)
{
	const Node *first = name_set_find(&items->seen, name);
	Diag *d;

	if (!first || first->kind == NODE_SPREAD) {
		name_set_add(&items->seen, items->c->facts, name, key);
		return true;
	}
	d = diag_add(items->c->diags, DIAG_DUPLICATE_FIELD, key->span, "`%.*s` is given twice",
		STR_ARG(name));
	diag_note(d, first->span, "first given here");
	diag_fix(d, "leave one of them out");
	items->is_wrong = true;
	return false;
}

static void note_value(Items *items, const Node *key, Str name, Fact value)
{
	if (value.type->kind == TYPE_ERROR) {
		items->is_wrong = true;
		return;
	}
	fact_hold(&items->f, &value);
	for (uint32_t i = 0; items->has_spread && i < items->fields.len; i++) {
		if (!str_eq(items->fields.ptr[i].name, name))
			continue;
		items->fields.ptr[i] = fact_name(items->c, name, value); /* the later one wins */
		items->keys.ptr[i] = key;
		return;
	}
	vec_add(items->c->facts, &items->fields, fact_name(items->c, name, value));
	vec_add(items->c->facts, &items->keys, key);
}

/* The words "labels" and "tags" make what is inside a label: no place for secrets. */
static Sink sink_of(const Items *items, Str name)
{
	Sink sink = {.name = name};

	if (items->sink && items->sink->kind == SINK_LABEL)
		sink.kind = SINK_LABEL;
	else if (str_eq(name, STR("labels")) || str_eq(name, STR("tags")))
		sink.kind = SINK_LABEL;
	if (sink.kind == SINK_LABEL && items->sink && items->sink->kind == SINK_LABEL)
		sink.name = items->sink->name;
	return sink;
}

static void check_key_type(Items *items, const Node *key)
{
	const Type *want = items->want->key;
	RefineCtx refine = {.arena = items->c->arena,
		.diags = items->c->diags,
		.at = key->span,
		.subject = STR("this key")};
	Value made;

	if (want->kind == TYPE_STRING && want->pattern.len == 0 && want->format == FORMAT_NONE &&
		want->min.kind == VAL_NULL && want->max.kind == VAL_NULL)
		return;
	if (want->kind == TYPE_ERROR || want->kind == TYPE_ID)
		return;
	if (!refine_value(&refine, want, value_string(key_text(key)), &made))
		items->is_wrong = true;
}

/* The type that the value of `name` shall have; NULL with *ret_known false: no such field. */
static const Type *value_type(Items *items, const Node *key, bool *ret_known)
{
	const Type *want = items->want;
	const TypeField *field;

	*ret_known = true;
	if (!want)
		return NULL;
	if (want->kind == TYPE_MAP) {
		check_key_type(items, key);
		return want->elem;
	}
	if (want->kind == TYPE_JSON)
		return want;
	field = type_field(want, key->text);
	if (field && field->attr && (field->attr->flags & ATTR_OUT)) {
		Diag *d = diag_add(items->c->diags, DIAG_COMPUTED_FIELD, key->span,
			"`%.*s` is computed and cannot be set", STR_ARG(key->text));

		diag_fix(d, "leave it out");
		items->is_wrong = true;
	}
	if (field && field->attr && field->attr->deprecated.len > 0) {
		Diag *d = diag_add(items->c->diags, DIAG_DEPRECATED_FIELD, key->span,
			"`%.*s` is deprecated", STR_ARG(key->text));

		diag_fix(d, "%.*s", STR_ARG(field->attr->deprecated));
	}
	if (field)
		return field->type;
	*ret_known = want->elem != NULL;
	return want->elem;
}

static void report_unknown(Items *items, const Node *key)
{
	StrVec names = {0};

	for (uint32_t i = 0; i < items->want->count; i++) {
		const TypeField *field = &items->want->fields[i];

		if (!field->attr || !(field->attr->flags & ATTR_OUT))
			vec_add(items->c->facts, &names, field->name);
	}
	vec_add(items->c->facts, &items->meant,
		field_name_unknown(items->c, key, items->want->name, &names, SPAN_NONE));
	items->is_wrong = true;
}

static void check_static(Items *items, Node *field)
{
	Node *key = field->kids[FIELD_KEY];
	bool is_known;
	bool is_new = note_key(items, key, key->text);
	const Type *want = value_type(items, key, &is_known);
	Sink sink = sink_of(items, key->text);
	Fact value;

	if (!is_known)
		report_unknown(items, key);
	value = check_expr(items->c, field->kids[FIELD_VALUE], is_known ? want : NULL, &sink);
	if (is_new && is_known)
		note_value(items, key, key->text, value);
}

static void refuse_dynamic(Items *items, const Node *at)
{
	Diag *d = diag_add(items->c->diags, DIAG_UNKNOWN_FIELD, at->span,
		"the fields of this record are written out: only maps take computed keys");

	if (items->want->name.len > 0)
		diag_label(d, "wanted: `%.*s`", STR_ARG(items->want->name));
	items->is_wrong = true;
}

/* The values of a map without a type have one in common. */
static void join_elem(Items *items, const Node *at, const Type *type)
{
	TypeMismatch m = {0};
	const Type *joined = items->elem ? type_join(items->c->types, items->elem, type, &m) : type;

	if (joined) {
		items->elem = joined;
		return;
	}
	(void)type_join_report(items->c->diags, at->span, items->elem, type, &m);
	items->is_wrong = true;
}

/* [key] = value */
static void check_dynamic(Items *items, Node *field)
{
	Node *key = field->kids[FIELD_KEY];
	const Type *want = items->want;
	const Type *key_want = want && want->kind == TYPE_MAP ? want->key : NULL;
	const Type *elem = want && want->kind == TYPE_JSON ? want : want ? want->elem : NULL;
	Sink sink = {.kind = SINK_KEY};
	Sink inner = items->sink ? *items->sink : (Sink){0};
	Fact name, value;

	if (want && want->kind == TYPE_RECORD && !want->elem) {
		refuse_dynamic(items, key);
		return;
	}
	name = check_expr(items->c, key->kids[0],
		key_want ? key_want : type_simple(items->c->types, TYPE_STRING), &sink);
	value = check_expr(items->c, field->kids[FIELD_VALUE], elem, &inner);
	items->is_dynamic = true;
	if (name.type->kind == TYPE_ERROR || value.type->kind == TYPE_ERROR) {
		items->is_wrong = true;
		return;
	}
	fact_add(&items->f, &name, false);
	fact_hold(&items->f, &value);
	if (!want)
		join_elem(items, field->kids[FIELD_VALUE], value.type);
}

static void not_supported(Items *items, const Node *at, const char *what, const char *instead)
{
	Diag *d = diag_add(
		items->c->diags, DIAG_NOT_SUPPORTED, at->span, "%s not supported yet", what);

	diag_fix(d, "%s", instead);
	items->is_wrong = true;
}

static void check_field(Items *items, Node *field)
{
	Node *key = field->kids[FIELD_KEY];
	Diag *d;

	if (!key || !field->kids[FIELD_VALUE]) {
		items->is_wrong = true;
		return;
	}
	if (str_eq(field->text, STR("+="))) {
		not_supported(items, key, "`+=` is", "write the whole list, or use `++`");
		return;
	}
	if (key->kind == NODE_KEY_AT) {
		d = diag_add(items->c->diags, DIAG_UNKNOWN_ANNOTATION, key->span,
			"`@%.*s` stands directly in the braces of a declaration",
			STR_ARG(key->text));
		diag_fix(d, "move it there, or leave it out");
		items->is_wrong = true;
		return;
	}
	if (is_static_key(key))
		check_static(items, field);
	else if (key->kind == NODE_KEY_EXPR)
		check_dynamic(items, field);
	else
		not_supported(items, key, "a key with `${}` is", "write `[\"...\"] = ...`");
}

/* ...e: the fields of a record, or the entries of a map, as if written here. */
static void check_spread(Items *items, Node *spread)
{
	Fact f = check_expr(items->c, spread->kids[0],
		items->want && items->want->kind != TYPE_RECORD ? items->want : NULL, NULL);
	const Type *type = type_plain(f.type);

	if (type->kind == TYPE_ERROR) {
		items->is_wrong = true;
		return;
	}
	items->has_spread = true;
	fact_add(&items->f, &f, true);
	fact_hold(&items->f, &f);
	if (type->kind == TYPE_MAP || type->kind == TYPE_JSON) {
		if (items->want && items->want->kind == TYPE_RECORD && !items->want->elem)
			refuse_dynamic(items, spread);
		items->is_dynamic = true;
		join_elem(items, spread, type->kind == TYPE_MAP ? type->elem : type);
		return;
	}
	if (type->kind != TYPE_RECORD) {
		Diag *d = diag_add(items->c->diags, DIAG_TYPE_MISMATCH, spread->span,
			"only records and maps can be spread here");

		diag_fix(d, "a value that may be null: `...(x ?\? {})`");
		items->is_wrong = true;
		return;
	}
	for (uint32_t i = 0; i < type->count; i++) {
		const Fact *known = fact_field(&f, type->fields[i].name);
		Fact part = known ? *known : fact_part(&f, type->fields[i].type);
		const TypeField *want = items->want && items->want->kind == TYPE_RECORD
						? type_field(items->want, type->fields[i].name)
						: NULL;
		TypeMismatch m = {0};

		part.type = type->fields[i].type;
		if (want && type_fit(part.type, want->type, &m) == FIT_NO) {
			(void)type_mismatch_report(
				items->c->diags, spread->span, part.type, want->type, &m);
			items->is_wrong = true;
		}
		if (items->want && items->want->kind == TYPE_RECORD && !want &&
			!items->want->elem) {
			Node key = {.text = type->fields[i].name, .span = spread->span};

			report_unknown(items, &key);
		}
		note_value(items, spread, type->fields[i].name, part);
		name_set_add(&items->seen, items->c->facts, type->fields[i].name, spread);
	}
}

/* for k, v in xs if c => [k] = v */
static void check_for(Items *items, Node *e)
{
	Loop loop = check_loop(items->c, e);
	NarrowMark mark = narrow_mark(items->c);
	Node *field = e->kids[COMP_BODY];

	if (!loop.key) {
		items->is_wrong = true;
		return;
	}
	fact_add(&items->f, &loop.collection, true);
	if (e->kids[COMP_IF]) {
		Fact cond = check_expr(
			items->c, e->kids[COMP_IF], type_simple(items->c->types, TYPE_BOOL), NULL);

		fact_add(&items->f, &cond, false);
		narrow_by(items->c, e->kids[COMP_IF], true);
	}
	if (!field || !field->kids[FIELD_KEY] || !field->kids[FIELD_VALUE])
		items->is_wrong = true;
	else if (field->kids[FIELD_KEY]->kind == NODE_KEY_EXPR)
		check_dynamic(items, field);
	else {
		Diag *d = diag_add(items->c->diags, DIAG_DUPLICATE_FIELD,
			field->kids[FIELD_KEY]->span, "every round would give the same key");

		diag_fix(d, "compute the key: `[key] = ...`");
		items->is_wrong = true;
	}
	narrow_undo(items->c, mark);
}

void check_record_let(Check *c, Node *let)
{
	const Type *type = let->kids[DECL_TYPE] ? check_type(c, let->kids[DECL_TYPE]) : NULL;
	Fact f = check_expr(c, let->kids[DECL_VALUE], type, NULL);

	if (type && f.type->kind == TYPE_ERROR)
		f.type = type;
	if (let->kids[DECL_NAME] && let->kids[DECL_NAME]->info)
		check_decl_set(c, let->kids[DECL_NAME]->info, f);
}

static void check_items(Items *items)
{
	items->fields.cap = items->keys.cap = items->e->kid_count + 1;
	items->fields.ptr = ARENA_ARRAY(items->c->facts, FactField, items->fields.cap);
	items->keys.ptr = ARENA_ARRAY(items->c->facts, const Node *, items->keys.cap);
	for (uint32_t i = 0; i < items->e->kid_count; i++) {
		Node *item = items->e->kids[i];

		switch ((NodeKind)item->kind) {
		case NODE_FIELD:
			check_field(items, item);
			break;
		case NODE_SPREAD:
			check_spread(items, item);
			break;
		case NODE_FOR_FIELD:
			check_for(items, item);
			break;
		case NODE_LET:
			check_record_let(items->c, item);
			break;
		case NODE_ASSERT:
			check_decl_assert(items->c, item);
			break;
		default:
			items->is_wrong = true;
		}
	}
}

/* Fields of the type that are not written: required ones are missing, others have defaults. */
static bool check_missing(Items *items)
{
	StrVec missing = {0};
	bool has_defaults = false;
	Str all, first;
	Diag *d;

	for (uint32_t i = 0; i < items->want->count; i++) {
		const TypeField *field = &items->want->fields[i];

		if (name_set_find(&items->seen, field->name))
			continue;
		if (field_name_is_required(field))
			vec_add(items->c->facts, &missing, field->name);
		has_defaults |= field->has_default;
	}
	all = field_name_missing(items->c, &missing, &items->meant, &first);
	if (all.len == 0)
		return has_defaults;
	d = diag_add(items->c->diags, DIAG_MISSING_FIELD,
		(Span){items->e->span.begin, items->e->span.begin + 1},
		str_eq(all, first) ? "the required field `%.*s` is missing"
				   : "the required fields `%.*s` are missing",
		STR_ARG(all));
	if (items->want->name.len > 0)
		diag_label(d, "this is a `%.*s`", STR_ARG(items->want->name));
	diag_fix(d, "add `%.*s = ...`", STR_ARG(first));
	items->is_wrong = true;
	return has_defaults;
}

static void set_detail(Items *items)
{
	FactDetail *detail = ARENA_NEW(items->c->facts, FactDetail);

	detail->fields = items->fields.ptr;
	detail->count = items->fields.len;
	detail->has_all_keys = !items->is_dynamic;
	if (detail->count > INDEX_MIN) {
		Map *index = ARENA_NEW(items->c->facts, Map);

		map_init(index, items->c->facts);
		for (uint32_t i = 0; i < detail->count; i++)
			map_put(index, items->fields.ptr[i].name, &items->fields.ptr[i]);
		detail->index = index;
	}
	items->f.detail = detail;
}

/* The join of all values, for a map without a type; NULL: reported. */
static const Type *join_values(Items *items)
{
	const Type *elem = items->elem;
	TypeMismatch m = {0};

	for (uint32_t i = 0; i < items->fields.len; i++) {
		const Type *value = items->fields.ptr[i].type;
		const Type *joined = elem ? type_join(items->c->types, elem, value, &m) : value;

		if (!joined) {
			(void)type_join_report(
				items->c->diags, items->keys.ptr[i]->span, elem, value, &m);
			return NULL;
		}
		elem = joined;
	}
	return elem ? elem : type_simple(items->c->types, TYPE_NEVER);
}

static const Type *inferred_map(Items *items)
{
	const Type *elem = join_values(items);

	if (!elem)
		return type_simple(items->c->types, TYPE_ERROR);
	for (uint32_t i = 0; i < items->e->kid_count; i++) {
		Node *item = items->e->kids[i];
		Node *value = item->kind == NODE_FIELD ? item->kids[FIELD_VALUE] : NULL;

		if (value && value->type && type_needs_adapt(value->type, elem))
			fit_adapt(value, elem);
	}
	return type_map(items->c->types, type_simple(items->c->types, TYPE_STRING), elem);
}

static const Type *inferred_record(Items *items)
{
	TypeField *fields = ARENA_ARRAY(items->c->arena, TypeField, items->fields.len + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < items->fields.len; i++) {
		const FactField *field = &items->fields.ptr[i];
		uint32_t at = n;

		for (uint32_t k = 0; k < n && items->e->kid_count != items->fields.len; k++) {
			if (str_eq(fields[k].name, field->name))
				at = k; /* a later one wins over a spread's */
		}
		fields[at] = (TypeField){.name = field->name, .type = field->type};
		n += at == n;
	}
	return type_record(items->c->types, fields, n, NULL);
}

static Node *find_value(const Node *e, Str field)
{
	for (uint32_t i = 0; i < e->kid_count; i++) {
		const Node *item = e->kids[i];

		if (item->kind == NODE_FIELD && is_static_key(item->kids[FIELD_KEY]) &&
			str_eq(item->kids[FIELD_KEY]->text, field))
			return item->kids[FIELD_VALUE];
	}
	return NULL;
}

static bool has_tag(const Node *e, Str field, Value *ret)
{
	const Node *value = find_value(e, field);

	return value && literal_value(value, ret);
}

/* None of the union's records is meant: its tag is missing or none of theirs.  False: there is no
 * tag to speak of. */
static bool report_tag(Check *c, Node *e, const Type *want)
{
	const Type **tags;
	Node *value;
	uint32_t n = 0;
	Str field;
	Diag *d;

	want = want ? type_plain(want) : NULL;
	if (want && want->kind == TYPE_OPTIONAL)
		want = type_plain(want->elem);
	if (!want || want->kind != TYPE_UNION || !type_discriminator(want, &field))
		return false;
	value = find_value(e, field);
	if (value) {
		tags = ARENA_ARRAY(c->arena, const Type *, want->count);
		for (uint32_t i = 0; i < want->count; i++) {
			const TypeField *tag = type_field(type_plain(want->members[i]), field);

			if (tag)
				tags[n++] = tag->type;
		}
		return check_expr(c, value, type_union(c->types, tags, n), NULL).type->kind ==
		       TYPE_ERROR;
	}
	d = diag_add(c->diags, DIAG_MISSING_FIELD, (Span){e->span.begin, e->span.begin + 1},
		"the field `%.*s` is missing, which says what kind of record this is",
		STR_ARG(field));
	diag_fix(d, "add `%.*s = ...`", STR_ARG(field));
	return true;
}

/* The record, map or json among what is wanted; NULL: none, so the record is inferred and fitted.
 */
static const Type *target_of(const Node *e, const Type *want)
{
	Str field;
	Value tag;

	if (!want)
		return NULL;
	want = type_plain(want);
	if (want->kind == TYPE_OPTIONAL)
		want = type_plain(want->elem);
	if (want->kind == TYPE_UNION) {
		const Type *only = type_union_by_kind(want, TYPE_RECORD);

		if (!only && type_discriminator(want, &field) && has_tag(e, field, &tag))
			only = type_union_by_tag(want, field, tag);
		want = only ? type_plain(only) : want;
	}
	return want->kind == TYPE_RECORD || want->kind == TYPE_MAP || want->kind == TYPE_JSON
		       ? want
		       : NULL;
}

static bool is_refined(const Type *t)
{
	return t->min.kind != VAL_NULL || t->max.kind != VAL_NULL || t->where;
}

Fact check_record(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Items items = {.c = c, .e = e, .want = target_of(e, want), .sink = sink};
	const Type *target = items.want;
	bool has_defaults = false;

	if (!target && report_tag(c, e, want))
		return fact_error(c);
	items.f = fact_of(type_simple(c->types, TYPE_ERROR));
	check_items(&items);
	if (target && target->kind == TYPE_RECORD && !items.is_dynamic)
		has_defaults = check_missing(&items);
	if (items.is_wrong)
		return fact_error(c);
	set_detail(&items);
	if (!target) {
		items.f.type = items.is_dynamic ? inferred_map(&items) : inferred_record(&items);
		return fit_expr(c, e, items.f, want, sink);
	}
	if (has_defaults || is_refined(target) || is_refined(want) ||
		(target->kind == TYPE_MAP && type_plain(target->key)->kind == TYPE_INT))
		e->flags |= FLAG_ADAPT;
	items.f.type = want;
	return items.f;
}

Fact check_record_as_map(Check *c, Node *e)
{
	Items items = {.c = c, .e = e};

	items.f = fact_of(type_simple(c->types, TYPE_ERROR));
	check_items(&items);
	if (items.is_wrong) {
		e->flags |= FLAG_POISON;
		return fact_error(c);
	}
	set_detail(&items);
	items.f.type = inferred_map(&items);
	e->type = items.f.type;
	return items.f;
}
