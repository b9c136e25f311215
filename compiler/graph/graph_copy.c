/* Deep copies with sharing: defaults, labels and references that thousands of objects have in
 * common are one value in the evaluation, and stay one here. */
#include "compiler/graph/graph_copy.h"

void graph_copy_init(GraphCopy *c, Arena *arena, Arena *scratch)
{
	*c = (GraphCopy){.arena = arena};
	map_init(&c->names, scratch);
}

static GraphCopySlot *slot_of(GraphCopy *c, const void *from)
{
	uintptr_t at = (uintptr_t)from;

	return &c->slots[((at >> 4) ^ (at >> 14)) % GRAPH_COPY_SLOTS];
}

Str graph_copy_text(GraphCopy *c, Str text)
{
	return text.len ? str_copy(c->arena, text) : STR("");
}

Str graph_copy_name(GraphCopy *c, Str name)
{
	if (!name.len)
		return STR("");
	GraphCopySlot *s = slot_of(c, name.ptr);

	if (s->from == name.ptr && s->len == name.len)
		return (Str){s->to, name.len};
	const char *found = map_find(&c->names, name);

	if (!found) {
		Str made = str_copy(c->arena, name);

		found = made.ptr;
		(void)map_put(&c->names, made, (void *)(uintptr_t)found);
	}
	*s = (GraphCopySlot){name.ptr, found, name.len};
	return (Str){found, name.len};
}

static const ValueList *copy_list(GraphCopy *c, const ValueList *from)
{
	ValueList *made = ARENA_NEW(c->arena, ValueList);
	Value *items = ARENA_ARRAY(c->arena, Value, from->len);

	for (uint32_t i = 0; i < from->len; i++)
		items[i] = graph_copy_value(c, from->items[i]);
	*made = (ValueList){items, from->len};
	return made;
}

static const ValueMap *copy_map(GraphCopy *c, const ValueMap *from)
{
	ValueMap *made = ARENA_NEW(c->arena, ValueMap);
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, from->len);

	for (uint32_t i = 0; i < from->len; i++)
		entries[i] = (ValueEntry){graph_copy_name(c, from->entries[i].key),
			graph_copy_value(c, from->entries[i].value)};
	*made = (ValueMap){entries, from->len, from->has_int_keys};
	return made;
}

static const Residual *copy_residual(GraphCopy *c, const Residual *from)
{
	Residual *made = ARENA_NEW(c->arena, Residual);
	Value *args = ARENA_ARRAY(c->arena, Value, from->arg_count);
	bool is_object = from->op == RESIDUAL_REF || from->op == RESIDUAL_LOOKUP;

	for (uint32_t i = 0; i < from->arg_count; i++)
		args[i] = graph_copy_value(c, from->args[i]);
	*made = *from;
	made->name = graph_copy_name(c, from->name);
	made->args = args;
	if (is_object)
		made->number = 0;
	return made;
}

Value graph_copy_value(GraphCopy *c, Value v)
{
	const void *from = v.kind == VAL_MAP        ? (const void *)v.as.map
			   : v.kind == VAL_DEFERRED ? (const void *)v.as.residual
			   : v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE
				   ? (const void *)v.as.list
				   : NULL;

	if (v.kind == VAL_STRING || v.kind == VAL_GPUS)
		v.as.text = graph_copy_text(c, v.as.text);
	if (!from)
		return v;
	GraphCopySlot *s = slot_of(c, from);
	Value made = v;

	if (s->from == from && s->len == (size_t)v.kind << 48) {
		if (v.kind == VAL_MAP)
			made.as.map = s->to;
		else if (v.kind == VAL_DEFERRED)
			made.as.residual = s->to;
		else
			made.as.list = s->to;
		return made;
	}
	const void *to;

	if (v.kind == VAL_MAP)
		to = made.as.map = copy_map(c, v.as.map);
	else if (v.kind == VAL_DEFERRED)
		to = made.as.residual = copy_residual(c, v.as.residual);
	else
		to = made.as.list = copy_list(c, v.as.list);
	*slot_of(c, from) = (GraphCopySlot){from, to, (size_t)v.kind << 48};
	return made;
}
