/* Loops: what a `for` ranges over, and what its names are.
 *
 * One name is the key of a map or the element of a list or set; two are key and value, or index and
 * element.  A record stands for a map of its fields. */
#include "compiler/types/checker.h"

/* The map that a record is in this position; NULL: its fields differ too much. */
static const Type *record_as_map(Check *c, const Node *at, const Type *record)
{
	const Type *elem = record->elem ? record->elem : type_simple(c->types, TYPE_NEVER);
	TypeMismatch m = {0};

	for (uint32_t i = 0; i < record->count; i++) {
		const Type *joined = type_join(c->types, elem, record->fields[i].type, &m);

		if (!joined) {
			(void)type_join_report(
				c->diags, at->span, elem, record->fields[i].type, &m);
			return NULL;
		}
		elem = joined;
	}
	return type_map(c->types, type_simple(c->types, TYPE_STRING), elem);
}

static void report_collection(Check *c, const Node *at, const Fact *f)
{
	const Type *type = f->type;
	Buf b;
	Diag *d;

	if (type_may_be_null(type)) {
		fit_report_null(c, at, type, "give a default: `x ?? []`");
		return;
	}
	buf_init(&b, 1 << 16);
	type_print(&b, type);
	d = diag_add(c->diags, type_is_secret(type) ? DIAG_SECRET_SINK : DIAG_TYPE_MISMATCH,
		at->span, "`for` goes over maps, lists and sets, not over `%.*s`",
		STR_ARG(buf_str(&b)));
	buf_fini(&b);
	if (type_plain(type)->kind == TYPE_RANGE || type_plain(type)->kind == TYPE_INT)
		diag_fix(d, "write the numbers: `sequence(1, 3)` is [1, 2, 3]");
}

/* What holds of every element. */
static Fact elem_fact(const Fact *collection, const Type *elem)
{
	const FactDetail *detail = collection->detail;
	Fact f = fact_of(elem);

	if (detail && detail->elem) {
		f = *detail->elem;
		f.type = elem;
		return f;
	}
	if (!detail || !detail->has_all_keys)
		return fact_part(collection, elem);
	for (uint32_t i = 0; i < detail->count; i++)
		fact_use(&f, detail->fields[i].fact);
	return f;
}

static Fact key_fact(const Fact *collection, const Type *key)
{
	Fact f = fact_of(key);

	f.phase = f.shape = collection->shape;
	f.params = f.shape_params = collection->shape_params;
	f.why = collection->shape == PHASE_APPLY ? collection->why : NULL;
	return f;
}

static void set_binders(Check *c, Node *holder, const Loop *loop)
{
	Node *first = holder->kids[FOR_FIRST], *second = holder->kids[FOR_SECOND];
	Fact key = key_fact(&loop->collection, loop->key);
	Fact elem = elem_fact(&loop->collection, loop->elem);

	if (first && first->info)
		check_decl_set(c, first->info, second || loop->is_map ? key : elem);
	if (second && second->info)
		check_decl_set(c, second->info, elem);
}

Loop check_loop(Check *c, Node *holder)
{
	Node *at = holder->kids[FOR_COLLECTION];
	Loop loop = {.collection = fact_error(c)};
	const Type *type;

	if (!at)
		return loop;
	if (at->kind == NODE_RECORD)
		loop.collection = check_record_as_map(c, at);
	else
		loop.collection = check_expr(c, at, NULL, NULL);
	type = loop.collection.type;
	if (type->kind == TYPE_ERROR)
		return loop;
	if (type->kind == TYPE_RECORD)
		type = record_as_map(c, at, type);
	if (!type)
		return loop;
	while (type->kind == TYPE_KNOWN)
		type = type->elem;
	if (type->kind == TYPE_MAP) {
		loop.is_map = true;
		loop.key = type->key;
	} else if (type->kind == TYPE_LIST || type->kind == TYPE_SET) {
		loop.key = type_simple(c->types, TYPE_INT);
	} else {
		report_collection(c, at, &loop.collection);
		return loop;
	}
	loop.elem = type->elem;
	set_binders(c, holder, &loop);
	return loop;
}
