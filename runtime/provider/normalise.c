/* One form for wanted and read values (providers.md, 2.7), and comparing them. */
#include "runtime/provider/driver.h"

#include "compiler/base/json.h"
#include "compiler/base/num.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static const Type *bare(const Type *t)
{
	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN))
		t = t->elem;
	return t;
}

/* 10.0.0.1/8 is 10.0.0.0/8; another text stays. */
static Value norm_cidr(Arena *a, Str s)
{
	unsigned char bytes[16];
	char text[64];
	Str rest = s;
	Str address = str_cut(&rest, STR("/"));
	int64_t bits = 0;
	int family = str_has(address, STR(":")) ? AF_INET6 : AF_INET;
	int64_t all = family == AF_INET6 ? 128 : 32;

	if (address.len >= sizeof(text) || !num_parse_int(rest, &bits) || bits < 0 || bits > all)
		return value_string(s);
	if (inet_pton(family, str_copy(a, address).ptr, bytes) != 1)
		return value_string(s);
	for (int64_t i = bits; i < all; i++)
		bytes[i / 8] &= (unsigned char)~(0x80 >> (i % 8));
	if (!inet_ntop(family, bytes, text, sizeof(text)))
		return value_string(s);
	return value_string(str_print(a, "%s/%d", text, (int)bits));
}

static Value norm_ipproto(Arena *a, Str s)
{
	static const struct {
		Str number, name;
	} names[] = {
		{STR_INIT("1"), STR_INIT("icmp")},
		{STR_INIT("6"), STR_INIT("tcp")},
		{STR_INIT("17"), STR_INIT("udp")},
		{STR_INIT("58"), STR_INIT("icmpv6")},
		{STR_INIT("all"), STR_INIT("-1")},
	};
	Str lower = str_lower(a, s);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(names[i].number, lower))
			return value_string(names[i].name);
	return value_string(lower);
}

static Value norm_sshkey(Arena *a, Str s)
{
	Str rest = str_trim(s);
	Str type = str_cut(&rest, STR(" "));
	Str trimmed = str_trim(rest);
	Str key = str_cut(&trimmed, STR(" "));

	return value_string(str_print(a, "%.*s %.*s", STR_ARG(type), STR_ARG(key)));
}

static Value norm_location(Arena *a, Str s)
{
	Buf b;
	Str lower = str_lower(a, s);

	buf_init(&b, s.len + 1);
	for (size_t i = 0; i < lower.len; i++)
		if (lower.ptr[i] != ' ')
			buf_add_char(&b, lower.ptr[i]);
	Value v = value_string(str_copy(a, buf_str(&b)));
	buf_fini(&b);
	return v;
}

static Value norm_upper(Arena *a, Str s)
{
	char *copy = ARENA_ARRAY(a, char, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = (char)(s.ptr[i] >= 'a' && s.ptr[i] <= 'z' ? s.ptr[i] - 'a' + 'A'
								    : s.ptr[i]);
	return value_string((Str){copy, s.len});
}

static Value norm_lower(Arena *a, Str s)
{
	return value_string(str_lower(a, s));
}

static Value norm_basename(Arena *a, Str s)
{
	size_t slash = str_rfind(s, STR("/"));

	(void)a;
	return value_string(slash == SIZE_MAX ? s : str_slice(s, slash + 1, s.len));
}

static Value norm_selflink(Arena *a, Str s)
{
	size_t at = str_find(s, STR("projects/"), 0);

	(void)a;
	return value_string(at == SIZE_MAX ? s : str_slice(s, at, s.len));
}

static Value norm_dns(Arena *a, Str s)
{
	return value_string(str_trim_suffix(str_lower(a, s), STR(".")));
}

static Value norm_duration(Arena *a, Str s)
{
	Str text = str_trim_suffix(s, STR("s"));
	size_t dot = str_find(text, STR("."), 0);

	if (dot == SIZE_MAX || text.len == s.len)
		return value_string(s);
	while (str_ends(text, STR("0")))
		text.len--;
	return value_string(str_print(a, "%.*ss", STR_ARG(str_trim_suffix(text, STR(".")))));
}

static Value norm_url(Arena *a, Str s)
{
	(void)a;
	return value_string(str_trim_suffix(s, STR("/")));
}

static const struct {
	Str name;
	Value (*fn)(Arena *a, Str s);
} normalisers[] = {
	{STR_INIT("cidr"), norm_cidr},
	{STR_INIT("ipproto"), norm_ipproto},
	{STR_INIT("sshkey"), norm_sshkey},
	{STR_INIT("azlocation"), norm_location},
	{STR_INIT("upper"), norm_upper},
	{STR_INIT("lower"), norm_lower},
	{STR_INIT("basename"), norm_basename},
	{STR_INIT("selflink"), norm_selflink},
	{STR_INIT("dns"), norm_dns},
	{STR_INIT("duration"), norm_duration},
	{STR_INIT("url"), norm_url},
};

static Value norm_text(Arena *a, Str norm, Value v)
{
	for (size_t i = 0; i < sizeof(normalisers) / sizeof(normalisers[0]); i++)
		if (str_eq(normalisers[i].name, norm))
			return normalisers[i].fn(a, v.as.text);
	return v;
}

/* IAM policies. */

static Value account_arn(Arena *a, Value v)
{
	int64_t n = 0;

	if (v.kind == VAL_STRING && v.as.text.len == 12 && num_parse_int(v.as.text, &n))
		return value_string(str_print(a, "arn:aws:iam::%.*s:root", STR_ARG(v.as.text)));
	return v;
}

/* A text is a list of one; lists are sorted. */
static Value policy_list(Arena *a, Value v)
{
	uint32_t n = is_list(v) ? v.as.list->len : 1;
	Value *items = ARENA_ARRAY(a, Value, n + 1);

	for (uint32_t i = 0; i < n; i++)
		items[i] = account_arn(a, is_list(v) ? v.as.list->items[i] : v);
	Value sorted = value_set(a, items, n);
	return value_list(a, sorted.as.list->items, sorted.as.list->len);
}

static Value policy_map(Arena *a, Value v)
{
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		Value x = e->value.kind == VAL_MAP ? policy_map(a, e->value)
						   : policy_list(a, e->value);
		out = value_with(a, out, e->key, x);
	}
	return out;
}

static Value policy_statement(Arena *a, Value v)
{
	static const Str plain[] = {STR_INIT("Sid"), STR_INIT("Effect")};
	Value out = value_map(a, NULL, 0);

	for (uint32_t i = 0; v.kind == VAL_MAP && i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		Value x = e->value;
		bool is_plain = str_eq(e->key, plain[0]) || str_eq(e->key, plain[1]);
		bool is_all = str_eq(e->key, STR("Principal")) && x.kind == VAL_STRING;
		if (x.kind == VAL_MAP && x.as.map->len == 0)
			continue;
		if (is_all)
			x = value_with(a, value_map(a, NULL, 0), STR("AWS"), policy_list(a, x));
		else if (x.kind == VAL_MAP)
			x = policy_map(a, x);
		else if (!is_plain && x.kind != VAL_NULL)
			x = policy_list(a, x);
		out = value_with(a, out, e->key, x);
	}
	return out;
}

static Value norm_policy(Arena *a, Value v)
{
	Diag err = {0};

	if (v.kind == VAL_STRING && !json_parse(a, v.as.text, &v, &err))
		diag_fini(&err); /* text that is no JSON is compared as it is */
	const Value *s = value_find(v, STR("Statement"));
	if (!s)
		return v;
	uint32_t n = is_list(*s) ? s->as.list->len : 1;
	Value *items = ARENA_ARRAY(a, Value, n + 1);
	for (uint32_t i = 0; i < n; i++)
		items[i] = policy_statement(a, is_list(*s) ? s->as.list->items[i] : *s);
	return value_with(a, v, STR("Statement"), value_list(a, items, n));
}

/* The walk. */

static Value norm(Arena *a, const Type *type, Str name, Value v);

/* Says whether `v` is `other` itself: not only equal, nothing was made anew. */
static bool is_itself(Value v, Value other)
{
	if (v.kind != other.kind)
		return false;
	switch (v.kind) {
	case VAL_STRING:
	case VAL_GPUS:
		return v.as.text.ptr == other.as.text.ptr && v.as.text.len == other.as.text.len;
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
		return v.as.list == other.as.list;
	case VAL_MAP:
		return v.as.map == other.as.map;
	case VAL_DEFERRED:
		return v.as.residual == other.as.residual;
	default:
		return value_eq(v, other);
	}
}

/* A map made of another one, entry by entry: nulls are left out, and what changes nothing copies
 * nothing. */
typedef struct Remake {
	Arena *arena;
	const ValueMap *from;
	ValueEntry *entries; /* NULL: nothing has changed so far */
	uint32_t len;
} Remake;

static void remake_add(Remake *r, uint32_t at, Value v)
{
	const ValueEntry *e = &r->from->entries[at];

	if (!r->entries) {
		if (v.kind != VAL_NULL && is_itself(v, e->value))
			return;
		r->entries = ARENA_ARRAY(r->arena, ValueEntry, r->from->len);
		for (; r->len < at; r->len++)
			r->entries[r->len] = r->from->entries[r->len];
	}
	if (v.kind != VAL_NULL)
		r->entries[r->len++] = (ValueEntry){e->key, v};
}

static Value remake_end(const Remake *r, Value v)
{
	if (!r->entries)
		return v;
	return r->from->has_int_keys ? value_int_map(r->arena, r->entries, r->len)
				     : value_map(r->arena, r->entries, r->len);
}

/* All protocols have no ports: whatever stands there is one and the same. */
static Value drop_ports(Arena *a, Value v)
{
	const Value *p = value_find(v, STR("ip_protocol"));

	if (!p || p->kind != VAL_STRING || !str_eq(p->as.text, STR("-1")))
		return v;
	v = value_with(a, v, STR("from_port"), VALUE_NULL);
	return value_with(a, v, STR("to_port"), VALUE_NULL);
}

static Value norm_record(Arena *a, const Type *t, Value v)
{
	Remake r = {.arena = a, .from = v.as.map};

	for (uint32_t i = 0; i < v.as.map->len; i++) {
		const ValueEntry *e = &v.as.map->entries[i];
		const TypeField *f = type_field(t, e->key);
		Str name = f && f->attr ? f->attr->norm : STR("");
		remake_add(&r, i, f ? norm(a, f->type, name, e->value) : e->value);
	}
	return drop_ports(a, remake_end(&r, v));
}

static Value norm_elements(Arena *a, const Type *t, Str name, Value v)
{
	if (v.kind == VAL_MAP) {
		ValueEntry *e = ARENA_ARRAY(a, ValueEntry, v.as.map->len + 1);
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			e[i].key = v.as.map->entries[i].key;
			e[i].value = norm(a, t->elem, name, v.as.map->entries[i].value);
		}
		return value_map(a, e, v.as.map->len);
	}
	Value *items = ARENA_ARRAY(a, Value, v.as.list->len + 1);
	for (uint32_t i = 0; i < v.as.list->len; i++)
		items[i] = norm(a, t->elem, name, v.as.list->items[i]);
	return t->kind == TYPE_SET ? value_set(a, items, v.as.list->len)
				   : value_list(a, items, v.as.list->len);
}

static Value norm_json(Arena *a, Value v)
{
	Diag err = {0};
	Value parsed = v;
	bool looks = v.kind == VAL_STRING &&
		     (str_starts(v.as.text, STR("{")) || str_starts(v.as.text, STR("[")));

	if (looks && !json_parse(a, v.as.text, &parsed, &err)) {
		diag_fini(&err); /* a text that only looks like JSON */
		return v;
	}
	return parsed;
}

static Value norm(Arena *a, const Type *type, Str name, Value v)
{
	const Type *t = bare(type);

	if (v.kind == VAL_NULL || v.kind == VAL_DEFERRED)
		return v;
	if (str_eq(name, STR("iam_policy")) && !(v.kind == VAL_MAP && t->kind == TYPE_MAP))
		return norm_policy(a, v);
	switch (t->kind) {
	case TYPE_RECORD:
		return v.kind == VAL_MAP ? norm_record(a, t, v) : v;
	case TYPE_LIST:
	case TYPE_SET:
		return is_list(v) ? norm_elements(a, t, name, v) : v;
	case TYPE_MAP:
		return v.kind == VAL_MAP ? norm_elements(a, t, name, v) : v;
	case TYPE_JSON:
		return norm_json(a, v);
	default:
		break;
	}
	if (v.kind != VAL_STRING)
		return v;
	if (!name.len && t->kind == TYPE_STRING && t->format == FORMAT_CIDR)
		name = STR("cidr");
	return name.len ? norm_text(a, name, v) : v;
}

Value driver_normalise(Arena *a, const SchemaResource *schema, Value attrs)
{
	if (attrs.kind != VAL_MAP)
		return attrs;
	Remake r = {.arena = a, .from = attrs.as.map};

	for (uint32_t i = 0; i < attrs.as.map->len; i++) {
		const ValueEntry *e = &attrs.as.map->entries[i];
		const SchemaAttr *attr = schema_attr(schema, e->key);
		remake_add(&r, i, attr ? norm(a, attr->type, attr->norm, e->value) : e->value);
	}
	return remake_end(&r, attrs);
}

Value driver_normalise_value(Arena *a, const Type *type, Value v)
{
	return norm(a, type, STR(""), v);
}

/* Secrets. */

Value driver_plain(Arena *a, const Type *type, Value v)
{
	while (type && (type->kind == TYPE_OPTIONAL || type->kind == TYPE_KNOWN))
		type = type->elem;
	if (!type || type->kind == TYPE_SECRET)
		return VALUE_NULL;
	if (type->kind == TYPE_RECORD && v.kind == VAL_MAP) {
		Remake r = {.arena = a, .from = v.as.map};
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			const ValueEntry *e = &v.as.map->entries[i];
			const TypeField *f = type_field(type, e->key);
			remake_add(&r, i, f ? driver_plain(a, f->type, e->value) : e->value);
		}
		return remake_end(&r, v);
	}
	bool is_sequence = type->kind == TYPE_LIST || type->kind == TYPE_SET;
	if (!is_sequence && type->kind != TYPE_MAP)
		return v;
	if (type->elem->kind == TYPE_SECRET)
		return VALUE_NULL;
	if (v.kind == VAL_MAP) {
		Remake r = {.arena = a, .from = v.as.map};
		for (uint32_t i = 0; i < v.as.map->len; i++)
			remake_add(&r, i, driver_plain(a, type->elem, v.as.map->entries[i].value));
		return remake_end(&r, v);
	}
	if (!is_list(v))
		return v;
	Value *items = ARENA_ARRAY(a, Value, v.as.list->len + 1);
	for (uint32_t i = 0; i < v.as.list->len; i++)
		items[i] = driver_plain(a, type->elem, v.as.list->items[i]);
	return v.kind == VAL_SET ? value_set(a, items, v.as.list->len)
				 : value_list(a, items, v.as.list->len);
}

/* Comparing. */

static bool is_number(Value v)
{
	return v.kind == VAL_INT || v.kind == VAL_FLOAT;
}

static bool same_plain(Value x, Value y)
{
	if (is_number(x) && is_number(y) && x.kind != y.kind) {
		double a = x.kind == VAL_INT ? (double)x.as.number : x.as.real;
		double b = y.kind == VAL_INT ? (double)y.as.number : y.as.real;
		return a <= b && b <= a;
	}
	return value_eq(x, y);
}

static bool is_empty(Value v)
{
	return v.kind == VAL_NULL || (v.kind == VAL_MAP && v.as.map->len == 0) ||
	       (is_list(v) && v.as.list->len == 0);
}

static bool same_field(const TypeField *f, Value want, Value have)
{
	uint32_t flags = f->attr ? f->attr->flags : 0;

	if (flags & (ATTR_OUT | ATTR_LOCAL | ATTR_WRITE_ONLY | ATTR_SECRET))
		return true;
	if (want.kind == VAL_NULL) {
		if ((flags & ATTR_COMPUTED) || is_empty(have))
			return true;
		Value fallback = f->attr ? f->attr->default_value : f->default_value;
		bool has = f->attr ? f->attr->has_default : f->has_default;
		return has && driver_same(f->type, fallback, have);
	}
	if (have.kind == VAL_NULL)
		return is_empty(want);
	return driver_same(f->type, want, have);
}

static Value field_of(Value v, Str name)
{
	const Value *found = value_find(v, name);

	return found ? *found : VALUE_NULL;
}

static bool same_set(const Type *t, Value want, Value have)
{
	if (want.as.list->len != have.as.list->len)
		return false;
	for (uint32_t i = 0; i < want.as.list->len; i++) {
		bool found = false;
		for (uint32_t j = 0; !found && j < have.as.list->len; j++)
			found = driver_same(
				t->elem, want.as.list->items[i], have.as.list->items[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool same_map(const Type *t, Value want, Value have)
{
	if (want.as.map->len != have.as.map->len)
		return false;
	for (uint32_t i = 0; i < want.as.map->len; i++) {
		const Value *other = value_find(have, want.as.map->entries[i].key);
		if (!other || !driver_same(t->elem, want.as.map->entries[i].value, *other))
			return false;
	}
	return true;
}

bool driver_same(const Type *type, Value want, Value have)
{
	const Type *t = bare(type);

	if (t->kind == TYPE_RECORD && want.kind == VAL_MAP && have.kind == VAL_MAP) {
		for (uint32_t i = 0; i < t->count; i++)
			if (!same_field(&t->fields[i], field_of(want, t->fields[i].name),
				    field_of(have, t->fields[i].name)))
				return false;
		return true;
	}
	if (t->kind == TYPE_SET && is_list(want) && is_list(have))
		return same_set(t, want, have);
	if (t->kind == TYPE_LIST && is_list(want) && is_list(have)) {
		if (want.as.list->len != have.as.list->len)
			return false;
		for (uint32_t i = 0; i < want.as.list->len; i++)
			if (!driver_same(t->elem, want.as.list->items[i], have.as.list->items[i]))
				return false;
		return true;
	}
	if (t->kind == TYPE_MAP && want.kind == VAL_MAP && have.kind == VAL_MAP)
		return same_map(t, want, have);
	return same_plain(want, have);
}

bool driver_same_key(const Type *elem, Value want, Value have)
{
	const Type *t = bare(elem);

	if (t->kind != TYPE_RECORD || want.kind != VAL_MAP || have.kind != VAL_MAP)
		return driver_same(elem, want, have);
	for (uint32_t i = 0; i < t->count; i++) {
		const TypeField *f = &t->fields[i];
		if (f->attr && (f->attr->flags & (ATTR_NOKEY | ATTR_OUT)))
			continue;
		if (!same_field(f, field_of(want, f->name), field_of(have, f->name)))
			return false;
	}
	return true;
}
