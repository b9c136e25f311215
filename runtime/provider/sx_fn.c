/* The functions of schemas (providers.md, 2.6): one table, pure but for `file`, which reads what is
 * to be sent.
 *
 * The first argument is the value that is piped in, or the first in a call.  A function of texts
 * goes over lists and maps one by one.  Thread: any. */
#include "runtime/provider/sx_eval.h"

#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "compiler/base/json.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"

enum { FILE_BYTES_MAX = 1 << 30 };

typedef Vec(Value) Values;
typedef Value (*TextFn)(Arena *a, Str s);
typedef Value (*ValueFn)(const SxEnv *env, const Value *args, uint32_t count);

static bool is_list(Value v)
{
	return v.kind == VAL_LIST || v.kind == VAL_SET;
}

static Str arg_text(const Value *args, uint32_t count, uint32_t i, Str fallback)
{
	return i < count && args[i].kind == VAL_STRING ? args[i].as.text : fallback;
}

static Value buf_value(Arena *a, Buf *b)
{
	Value v = value_string(str_copy(a, buf_str(b)));

	buf_fini(b);
	return v;
}

/* Makes { first = a, second = b }. */
static Value two(Arena *a, Str first, Value x, Str second, Value y)
{
	ValueEntry *e = ARENA_ARRAY(a, ValueEntry, 2);

	e[0] = (ValueEntry){first, x};
	e[1] = (ValueEntry){second, y};
	return value_map(a, e, 2);
}

static Value member(Value v, Str name, Str other)
{
	const Value *found = value_find(v, name);

	if (!found)
		found = value_find(v, other);
	return found ? *found : VALUE_NULL;
}

/* Texts to texts. */

static Value fn_b64(Arena *a, Str s)
{
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	hash_add_base64(&b, s);
	return buf_value(a, &b);
}

static Value fn_unb64(Arena *a, Str s)
{
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	if (!hash_unbase64(&b, s)) {
		buf_clear(&b);
		buf_add(&b, s);
	}
	return buf_value(a, &b);
}

static Value fn_unjson(Arena *a, Str s)
{
	Value v = VALUE_NULL;
	Diag err = {0};

	if (s.len && !json_parse(a, s, &v, &err)) {
		diag_fini(&err); /* text that is no JSON stays text */
		return value_string(s);
	}
	return v;
}

static Value fn_unurl(Arena *a, Str s)
{
	Buf b;

	buf_init(&b, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		uint64_t byte = 0;
		if (s.ptr[i] == '%' && i + 2 < s.len &&
			num_parse_base(str_slice(s, i + 1, i + 3), 16, &byte)) {
			buf_add_byte(&b, (uint8_t)byte);
			i += 2;
		} else {
			buf_add_char(&b, s.ptr[i] == '+' ? ' ' : s.ptr[i]);
		}
	}
	return buf_value(a, &b);
}

static Value fn_lower(Arena *a, Str s)
{
	return value_string(str_lower(a, s));
}

static Value fn_upper(Arena *a, Str s)
{
	Buf b;

	buf_init(&b, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		buf_add_char(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return buf_value(a, &b);
}

static Value fn_sha256(Arena *a, Str s)
{
	Digest d = hash_of(HASH_SHA256, s);

	return value_string(hash_hex(a, &d));
}

static Value fn_md5b64(Arena *a, Str s)
{
	Digest d = hash_of(HASH_MD5, s);

	return fn_b64(a, hash_str(&d));
}

static Value fn_basename(Arena *a, Str s)
{
	size_t slash = str_rfind(s, STR("/"));

	(void)a;
	return value_string(slash == SIZE_MAX ? s : str_slice(s, slash + 1, s.len));
}

static Value fn_selflink(Arena *a, Str s)
{
	size_t at = str_find(s, STR("projects/"), 0);

	(void)a;
	return value_string(at == SIZE_MAX ? s : str_slice(s, at, s.len));
}

static Value fn_int(Arena *a, Str s)
{
	int64_t n = 0;

	(void)a;
	return num_parse_int(s, &n) ? value_int(n) : VALUE_NULL;
}

static const struct {
	Str name;
	TextFn fn;
} text_functions[] = {
	{STR_INIT("b64"), fn_b64},
	{STR_INIT("unb64"), fn_unb64},
	{STR_INIT("unjson"), fn_unjson},
	{STR_INIT("unurl"), fn_unurl},
	{STR_INIT("lower"), fn_lower},
	{STR_INIT("upper"), fn_upper},
	{STR_INIT("sha256"), fn_sha256},
	{STR_INIT("md5b64"), fn_md5b64},
	{STR_INIT("basename"), fn_basename},
	{STR_INIT("selflink"), fn_selflink},
	{STR_INIT("int"), fn_int},
};

/* Applies a function of texts to a text, or to each of a list or map; others pass. */
static Value each_text(Arena *a, TextFn fn, Value v)
{
	if (v.kind == VAL_STRING)
		return fn(a, v.as.text);
	if (is_list(v)) {
		Values out = {0};
		for (uint32_t i = 0; i < v.as.list->len; i++)
			vec_add(a, &out, each_text(a, fn, v.as.list->items[i]));
		return value_list(a, out.ptr, out.len);
	}
	if (v.kind == VAL_MAP) {
		ValueEntry *e = ARENA_ARRAY(a, ValueEntry, v.as.map->len + 1);
		for (uint32_t i = 0; i < v.as.map->len; i++) {
			e[i].key = v.as.map->entries[i].key;
			e[i].value = each_text(a, fn, v.as.map->entries[i].value);
		}
		return value_map(a, e, v.as.map->len);
	}
	return v;
}

/* Values to values. */

static Value fn_json(const SxEnv *env, const Value *args, uint32_t count)
{
	Buf b;

	(void)count;
	if (args[0].kind == VAL_NULL)
		return VALUE_NULL;
	buf_init(&b, TEXT_BYTES_MAX);
	json_print(&b, args[0], 0);
	return buf_value(env->arena, &b);
}

static Value fn_string(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)count;
	return args[0].kind == VAL_NULL ? VALUE_NULL : value_string(sx_text(env->arena, args[0]));
}

static Value fn_split(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};
	Str sep = arg_text(args, count, 1, STR(","));
	Str rest = args[0].kind == VAL_STRING ? args[0].as.text : STR("");
	Str before;

	if (rest.len == 0)
		return value_list(env->arena, NULL, 0);
	while (str_cut_found(&rest, sep, &before))
		vec_add(env->arena, &out, value_string(before));
	vec_add(env->arena, &out, value_string(before));
	return value_list(env->arena, out.ptr, out.len);
}

static Value fn_join(const SxEnv *env, const Value *args, uint32_t count)
{
	Buf b;

	if (!is_list(args[0]))
		return args[0];
	buf_init(&b, TEXT_BYTES_MAX);
	for (uint32_t i = 0; i < args[0].as.list->len; i++) {
		if (i)
			buf_add(&b, arg_text(args, count, 1, STR(",")));
		buf_add(&b, sx_text(env->arena, args[0].as.list->items[i]));
	}
	return buf_value(env->arena, &b);
}

static Value fn_trimprefix(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	if (args[0].kind != VAL_STRING)
		return args[0];
	return value_string(str_trim_prefix(args[0].as.text, arg_text(args, count, 1, STR(""))));
}

static Value fn_template(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	return args[0].kind == VAL_NULL || count < 2 ? VALUE_NULL : args[1];
}

static Value fn_default(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	return args[0].kind == VAL_NULL && count > 1 ? args[1] : args[0];
}

static Value fn_const(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	return count > 1 ? args[1] : VALUE_NULL;
}

static Value fn_one_of(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	for (uint32_t i = 1; i < count; i++)
		if (value_eq(args[0], args[i]))
			return value_bool(true);
	return value_bool(false);
}

static Value fn_negate(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	(void)count;
	return args[0].kind == VAL_BOOL ? value_bool(!args[0].as.boolean) : args[0];
}

static Value fn_nonempty(const SxEnv *env, const Value *args, uint32_t count)
{
	Value v = args[0];

	(void)env;
	(void)count;
	return value_bool((v.kind == VAL_STRING && v.as.text.len) ||
			  (is_list(v) && v.as.list->len) || (v.kind == VAL_MAP && v.as.map->len));
}

static Value fn_unless(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)env;
	return count > 1 && value_eq(args[0], args[1]) ? VALUE_NULL : args[0];
}

/* Names of image owners that AWS does not know itself, and the accounts that these publish as. */
static Value fn_known_owner(const SxEnv *env, const Value *args, uint32_t count)
{
	static const Str owners[][2] = {
		{STR_INIT("canonical"), STR_INIT("099720109477")},
		{STR_INIT("debian"), STR_INIT("136693071363")},
		{STR_INIT("redhat"), STR_INIT("309956199498")},
	};

	(void)env;
	(void)count;
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (args[0].kind == VAL_STRING && str_eq(args[0].as.text, owners[i][0]))
			return value_string(owners[i][1]);
	return args[0];
}

static Value fn_pairs(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};
	Str key = arg_text(args, count, 1, STR("Key"));
	Str val = arg_text(args, count, 2, STR("Value"));

	for (uint32_t i = 0; args[0].kind == VAL_MAP && i < args[0].as.map->len; i++) {
		const ValueEntry *e = &args[0].as.map->entries[i];
		vec_add(env->arena, &out,
			two(env->arena, key, value_string(e->key), val, e->value));
	}
	return value_list(env->arena, out.ptr, out.len);
}

static Value fn_unpairs(const SxEnv *env, const Value *args, uint32_t count)
{
	Str key = arg_text(args, count, 1, STR("Key"));
	Str val = arg_text(args, count, 2, STR("Value"));
	uint32_t n = is_list(args[0]) ? args[0].as.list->len : 0;
	ValueEntry *e = ARENA_ARRAY(env->arena, ValueEntry, n + 1);
	uint32_t len = 0;

	for (uint32_t i = 0; i < n; i++) {
		const Value *k = value_find(args[0].as.list->items[i], key);
		const Value *v = value_find(args[0].as.list->items[i], val);
		if (k && k->kind == VAL_STRING)
			e[len++] = (ValueEntry){k->as.text, v ? *v : value_string(STR(""))};
	}
	return value_map(env->arena, e, len);
}

static Value fn_kv(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};
	Str sep = arg_text(args, count, 1, STR("="));

	for (uint32_t i = 0; args[0].kind == VAL_MAP && i < args[0].as.map->len; i++) {
		const ValueEntry *e = &args[0].as.map->entries[i];
		Str text = sx_text(env->arena, e->value);
		vec_add(env->arena, &out,
			value_string(str_print(env->arena, "%.*s%.*s%.*s", STR_ARG(e->key),
				STR_ARG(sep), STR_ARG(text))));
	}
	return value_list(env->arena, out.ptr, out.len);
}

static Value fn_unkv(const SxEnv *env, const Value *args, uint32_t count)
{
	Str sep = arg_text(args, count, 1, STR("="));
	uint32_t n = is_list(args[0]) ? args[0].as.list->len : 0;
	ValueEntry *e = ARENA_ARRAY(env->arena, ValueEntry, n + 1);
	uint32_t len = 0;

	for (uint32_t i = 0; i < n; i++) {
		Str rest = sx_text(env->arena, args[0].as.list->items[i]);
		Str key = str_cut(&rest, sep);
		e[len++] = (ValueEntry){key, value_string(rest)};
	}
	return value_map(env->arena, e, len);
}

static Value fn_keys(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};
	Str key = arg_text(args, count, 1, STR("Key"));

	for (uint32_t i = 0; args[0].kind == VAL_MAP && i < args[0].as.map->len; i++) {
		ValueEntry *e = ARENA_NEW(env->arena, ValueEntry);
		*e = (ValueEntry){key, value_string(args[0].as.map->entries[i].key)};
		vec_add(env->arena, &out, value_map(env->arena, e, 1));
	}
	return value_list(env->arena, out.ptr, out.len);
}

static Value fn_names(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};

	(void)count;
	for (uint32_t i = 0; args[0].kind == VAL_MAP && i < args[0].as.map->len; i++)
		vec_add(env->arena, &out, value_string(args[0].as.map->entries[i].key));
	return value_list(env->arena, out.ptr, out.len);
}

/* Keeps the keys that the program, or else the record, has. */
static Value fn_declared(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)count;
	if (!env->declared || args[0].kind != VAL_MAP)
		return args[0];
	ValueEntry *e = ARENA_ARRAY(env->arena, ValueEntry, args[0].as.map->len + 1);
	uint32_t len = 0;
	for (uint32_t i = 0; i < args[0].as.map->len; i++)
		if (value_find(*env->declared, args[0].as.map->entries[i].key))
			e[len++] = args[0].as.map->entries[i];
	return value_map(env->arena, e, len);
}

static Value fn_ids(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};

	(void)args;
	(void)count;
	for (uint32_t i = 0; i < env->id_count; i++)
		vec_add(env->arena, &out, value_string(env->ids[i]));
	return value_list(env->arena, out.ptr, out.len);
}

static Value fn_token(const SxEnv *env, const Value *args, uint32_t count)
{
	(void)args;
	(void)count;
	return env->token.len ? value_string(env->token) : VALUE_NULL;
}

static Value fn_tagspec(const SxEnv *env, const Value *args, uint32_t count)
{
	bool has_tags = count > 1 && args[1].kind == VAL_MAP;
	Value tags = has_tags ? args[1] : value_map(env->arena, NULL, 0);
	Value *spec = ARENA_NEW(env->arena, Value);

	if (tags.as.map->len == 0)
		return VALUE_NULL;
	*spec = two(env->arena, STR("ResourceType"), args[0], STR("Tags"), fn_pairs(env, &tags, 1));
	return value_list(env->arena, spec, 1);
}

static Value fn_labelled(const SxEnv *env, const Value *args, uint32_t count)
{
	Value *label = ARENA_NEW(env->arena, Value);
	ValueEntry *e = ARENA_NEW(env->arena, ValueEntry);

	(void)args;
	(void)count;
	*label = value_string(env->service->marker_key);
	*e = (ValueEntry){STR("label"), value_list(env->arena, label, 1)};
	return value_map(env->arena, e, 1);
}

/* Codecs of one API each. */

/* Makes [{ NAME = value, Description = description }], a range of one permission. */
static Value permission_range(Arena *a, Str name, Value value, Value description)
{
	Value *one = ARENA_NEW(a, Value);

	*one = two(a, name, value, STR("Description"), description);
	if (description.kind == VAL_NULL)
		*one = value_with(a, *one, STR("Description"), VALUE_NULL);
	return value_list(a, one, 1);
}

static Value fn_ip_permissions(const SxEnv *env, const Value *args, uint32_t count)
{
	static const struct {
		Str attr, list, name;
	} targets[] = {
		{STR_INIT("cidr_ipv4"), STR_INIT("IpRanges"), STR_INIT("CidrIp")},
		{STR_INIT("cidr_ipv6"), STR_INIT("Ipv6Ranges"), STR_INIT("CidrIpv6")},
		{STR_INIT("prefix_list_id"), STR_INIT("PrefixListIds"), STR_INIT("PrefixListId")},
		{STR_INIT("group_id"), STR_INIT("UserIdGroupPairs"), STR_INIT("GroupId")},
	};
	Arena *a = env->arena;
	Values out = {0};

	(void)count;
	for (uint32_t i = 0; is_list(args[0]) && i < args[0].as.list->len; i++) {
		Value rule = args[0].as.list->items[i];
		ValueEntry *e = ARENA_ARRAY(a, ValueEntry, 8);
		uint32_t n = 0;
		e[n++] = (ValueEntry){STR("IpProtocol"), member(rule, STR("ip_protocol"), STR(""))};
		Value from = member(rule, STR("from_port"), STR(""));
		Value to = member(rule, STR("to_port"), STR(""));
		if (from.kind != VAL_NULL)
			e[n++] = (ValueEntry){STR("FromPort"), from};
		if (to.kind != VAL_NULL)
			e[n++] = (ValueEntry){STR("ToPort"), to};
		for (size_t t = 0; t < sizeof(targets) / sizeof(targets[0]); t++) {
			Value v = member(rule, targets[t].attr, STR(""));
			if (v.kind == VAL_NULL)
				continue;
			Value why = member(rule, STR("description"), STR(""));
			e[n++] = (ValueEntry){
				targets[t].list, permission_range(a, targets[t].name, v, why)};
		}
		vec_add(a, &out, value_map(a, e, n));
	}
	return value_list(a, out.ptr, out.len);
}

static Value fn_rule_updates(const SxEnv *env, const Value *args, uint32_t count)
{
	static const struct {
		Str attr, name;
	} members[] = {
		{STR_INIT("ip_protocol"), STR_INIT("IpProtocol")},
		{STR_INIT("from_port"), STR_INIT("FromPort")},
		{STR_INIT("to_port"), STR_INIT("ToPort")},
		{STR_INIT("cidr_ipv4"), STR_INIT("CidrIpv4")},
		{STR_INIT("cidr_ipv6"), STR_INIT("CidrIpv6")},
		{STR_INIT("prefix_list_id"), STR_INIT("PrefixListId")},
		{STR_INIT("group_id"), STR_INIT("ReferencedGroupId")},
		{STR_INIT("description"), STR_INIT("Description")},
	};
	enum { MEMBERS = sizeof(members) / sizeof(members[0]) };
	Arena *a = env->arena;
	Values out = {0};

	(void)count;
	for (uint32_t i = 0; is_list(args[0]) && i < args[0].as.list->len; i++) {
		Value rule = args[0].as.list->items[i];
		ValueEntry *e = ARENA_ARRAY(a, ValueEntry, MEMBERS);
		uint32_t n = 0;
		for (size_t m = 0; m < MEMBERS; m++) {
			Value v = member(rule, members[m].attr, STR(""));
			if (v.kind != VAL_NULL)
				e[n++] = (ValueEntry){members[m].name, v};
		}
		Value id = member(rule, STR("rule_id"), STR(""));
		vec_add(a, &out,
			two(a, STR("SecurityGroupRuleId"), id, STR("SecurityGroupRule"),
				value_map(a, e, n)));
	}
	return value_list(a, out.ptr, out.len);
}

/* { "80/tcp" = [{ HostIp, HostPort }] } of a set of ports. */
static Value fn_portmap(const SxEnv *env, const Value *args, uint32_t count)
{
	Arena *a = env->arena;
	Value out = value_map(a, NULL, 0);

	(void)count;
	for (uint32_t i = 0; is_list(args[0]) && i < args[0].as.list->len; i++) {
		Value port = args[0].as.list->items[i];
		Str key = sx_text(a, member(port, STR("container_port"), STR("ContainerPort")));
		Value host = member(port, STR("host_port"), STR("HostPort"));
		Value binding = two(a, STR("HostIp"), member(port, STR("host_ip"), STR("HostIp")),
			STR("HostPort"), host.kind == VAL_NULL ? value_string(STR("")) : host);
		const Value *old = value_find(out, key);
		uint32_t n = old ? old->as.list->len : 0;
		Value *items = ARENA_ARRAY(a, Value, n + 1);
		for (uint32_t j = 0; j < n; j++)
			items[j] = old->as.list->items[j];
		items[n] = binding;
		out = value_with(a, out, key, value_list(a, items, n + 1));
	}
	return out;
}

static void add_port(Arena *a, Values *out, Str port, Value binding)
{
	Value host_port = member(binding, STR("HostPort"), STR(""));
	Value ip = member(binding, STR("HostIp"), STR(""));
	ValueEntry *e = ARENA_ARRAY(a, ValueEntry, 3);
	uint32_t n = 0;

	e[n++] = (ValueEntry){STR("container_port"), value_string(port)};
	if (sx_text(a, ip).len)
		e[n++] = (ValueEntry){STR("host_ip"), ip};
	else
		e[n++] = (ValueEntry){STR("host_ip"), value_string(STR("0.0.0.0"))};
	if (sx_text(a, host_port).len)
		e[n++] = (ValueEntry){STR("host_port"), host_port};
	vec_add(a, out, value_map(a, e, n));
}

static Value fn_unportmap(const SxEnv *env, const Value *args, uint32_t count)
{
	Values out = {0};

	(void)count;
	for (uint32_t i = 0; args[0].kind == VAL_MAP && i < args[0].as.map->len; i++) {
		const ValueEntry *e = &args[0].as.map->entries[i];
		for (uint32_t j = 0; is_list(e->value) && j < e->value.as.list->len; j++)
			add_port(env->arena, &out, e->key, e->value.as.list->items[j]);
	}
	return value_list(env->arena, out.ptr, out.len);
}

/* The bytes of a file; its path begins at the spec's directory. */
static Value fn_file(const SxEnv *env, const Value *args, uint32_t count)
{
	Str path = arg_text(args, count, 0, STR(""));
	Str text;

	if (!path.len || *env->failed)
		return VALUE_NULL;
	if (!str_starts(path, STR("/")))
		path = file_path_join(env->arena, env->base_dir, path);
	if (file_read(env->arena, path, FILE_BYTES_MAX, &text, env->err))
		return value_string(text);
	*env->failed = true;
	return VALUE_NULL;
}

static const struct {
	Str name;
	ValueFn fn;
} value_functions[] = {
	{STR_INIT("file"), fn_file},
	{STR_INIT("json"), fn_json},
	{STR_INIT("string"), fn_string},
	{STR_INIT("split"), fn_split},
	{STR_INIT("join"), fn_join},
	{STR_INIT("trimprefix"), fn_trimprefix},
	{STR_INIT("template"), fn_template},
	{STR_INIT("default"), fn_default},
	{STR_INIT("const"), fn_const},
	{STR_INIT("eq"), fn_one_of},
	{STR_INIT("one_of"), fn_one_of},
	{STR_INIT("negate"), fn_negate},
	{STR_INIT("nonempty"), fn_nonempty},
	{STR_INIT("unless"), fn_unless},
	{STR_INIT("known_owner"), fn_known_owner},
	{STR_INIT("pairs"), fn_pairs},
	{STR_INIT("unpairs"), fn_unpairs},
	{STR_INIT("kv"), fn_kv},
	{STR_INIT("unkv"), fn_unkv},
	{STR_INIT("keys"), fn_keys},
	{STR_INIT("names"), fn_names},
	{STR_INIT("declared"), fn_declared},
	{STR_INIT("ids"), fn_ids},
	{STR_INIT("token"), fn_token},
	{STR_INIT("tagspec"), fn_tagspec},
	{STR_INIT("labelled"), fn_labelled},
	{STR_INIT("ip_permissions"), fn_ip_permissions},
	{STR_INIT("rule_updates"), fn_rule_updates},
	{STR_INIT("portmap"), fn_portmap},
	{STR_INIT("unportmap"), fn_unportmap},
};

bool sx_function(const SxEnv *env, Str name, const Value *args, uint32_t count, Value *ret)
{
	static const Value none = {VAL_NULL, {0}};

	if (count == 0)
		args = &none;
	for (size_t i = 0; i < sizeof(text_functions) / sizeof(text_functions[0]); i++)
		if (str_eq(text_functions[i].name, name)) {
			*ret = each_text(env->arena, text_functions[i].fn, args[0]);
			return true;
		}
	for (size_t i = 0; i < sizeof(value_functions) / sizeof(value_functions[0]); i++)
		if (str_eq(value_functions[i].name, name)) {
			*ret = value_functions[i].fn(env, args, count);
			return true;
		}
	return false;
}
