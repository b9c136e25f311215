/* XML to Values by expat: a stack of open elements, each gathering its text and children. */
#include "runtime/wire/xml.h"

#include "compiler/base/map.h"
#include "runtime/host/limits.h"

#include <expat.h>
#include <string.h>

typedef Vec(Value) Values;

/* One open element. */
typedef struct Element {
	Str name;
	Buf text;
	Map children; /* name -> Values *, in order of first appearance */
} Element;

typedef struct XmlParse {
	Arena *arena;
	XML_Parser parser;
	Element stack[XML_DEPTH_MAX];
	uint32_t depth;
	Value root; /* of the finished document */
	const char *fault;
} XmlParse;

/* "prefix:name" without its prefix. */
static Str local_name(Arena *a, const char *name)
{
	const char *colon = strrchr(name, ':');

	return str_copy(a, str_from(colon ? colon + 1 : name));
}

static void add_child(XmlParse *p, Element *e, Str name, Value v)
{
	Values *values = map_find(&e->children, name);

	if (!values) {
		values = ARENA_NEW(p->arena, Values);
		map_put(&e->children, name, values);
	}
	vec_add(p->arena, values, v);
}

static void XMLCALL on_start(void *arg, const char *name, const char **attributes)
{
	XmlParse *p = arg;

	if (p->depth == XML_DEPTH_MAX) {
		p->fault = "nested too deeply";
		XML_StopParser(p->parser, XML_FALSE);
		return;
	}
	Element *e = &p->stack[p->depth++];
	e->name = local_name(p->arena, name);
	buf_init(&e->text, SIZE_MAX);
	map_init(&e->children, p->arena);
	for (; attributes[0]; attributes += 2) {
		if (strncmp(attributes[0], "xmlns", 5) == 0)
			continue;
		Str key =
			str_print(p->arena, "@%.*s", STR_ARG(local_name(p->arena, attributes[0])));
		add_child(p, e, key, value_string(str_copy(p->arena, str_from(attributes[1]))));
	}
}

/* What a finished element is: a text, or a map of its children. */
static Value element_value(const XmlParse *p, const Element *e)
{
	uint32_t count = e->children.count;

	if (count == 0)
		return value_string(str_copy(p->arena, buf_str(&e->text)));
	ValueEntry *entries = ARENA_ARRAY(p->arena, ValueEntry, count);
	for (uint32_t i = 0; i < count; i++) {
		const Values *v = e->children.items[i].value;

		entries[i].key = e->children.items[i].key;
		entries[i].value = v->len == 1 ? v->ptr[0] : value_list(p->arena, v->ptr, v->len);
	}
	return value_map(p->arena, entries, count);
}

static void XMLCALL on_end(void *arg, const char *name)
{
	XmlParse *p = arg;
	Element *e = &p->stack[--p->depth];
	Value v = element_value(p, e);

	(void)name;
	buf_fini(&e->text);
	if (p->depth) {
		add_child(p, &p->stack[p->depth - 1], e->name, v);
		return;
	}
	ValueEntry *entry = ARENA_NEW(p->arena, ValueEntry);
	*entry = (ValueEntry){e->name, v};
	p->root = value_map(p->arena, entry, 1);
}

static void XMLCALL on_text(void *arg, const char *bytes, int len)
{
	XmlParse *p = arg;

	if (p->depth)
		buf_add(&p->stack[p->depth - 1].text, (Str){bytes, (size_t)len});
}

/* Entities of the document's own could grow without bound: a document that declares one is refused.
 */
static void XMLCALL on_entity(void *arg, const char *name, int is_parameter, const char *value,
	int len, const char *base, const char *system, const char *public_id, const char *notation)
{
	XmlParse *p = arg;

	(void)name, (void)is_parameter, (void)value, (void)len;
	(void)base, (void)system, (void)public_id, (void)notation;
	p->fault = "it declares entities";
	XML_StopParser(p->parser, XML_FALSE);
}

bool xml_parse(Arena *a, Str text, Value *ret, Diag *err)
{
	XmlParse *p = ARENA_NEW(a, XmlParse);
	bool ok = false;

	p->arena = a;
	p->parser = XML_ParserCreate("UTF-8");
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_start, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	XML_SetEntityDeclHandler(p->parser, on_entity);
	if (text.len > INT32_MAX) {
		diag_fail(err, DIAG_HTTP_BODY, "it is larger than 2 GiB", "the XML cannot be read");
	} else if (XML_Parse(p->parser, text.ptr, (int)text.len, XML_TRUE) != XML_STATUS_OK) {
		diag_fail(err, DIAG_HTTP_BODY, NULL, "the XML cannot be read");
		diag_why(err, "line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(p->parser),
			p->fault ? p->fault : XML_ErrorString(XML_GetErrorCode(p->parser)));
	} else {
		*ret = p->root;
		ok = true;
	}
	while (p->depth)
		buf_fini(&p->stack[--p->depth].text);
	XML_ParserFree(p->parser);
	return ok;
}
