/* Provider configurations: settings, scopes, and the Driver table of the interpreter. */
#include "runtime/provider/cloud.h"

#include "compiler/base/mem.h"
#include "runtime/host/env.h"

/* AWS: which partition a region is of, and its domain. */
static const struct {
	Str prefix, partition, dns;
} partitions[] = {
	{STR_INIT("cn-"), STR_INIT("aws-cn"), STR_INIT("amazonaws.com.cn")},
	{STR_INIT("us-gov-"), STR_INIT("aws-us-gov"), STR_INIT("amazonaws.com")},
	{STR_INIT("us-isob-"), STR_INIT("aws-iso-b"), STR_INIT("sc2s.sgov.gov")},
	{STR_INIT("us-iso-"), STR_INIT("aws-iso"), STR_INIT("c2s.ic.gov")},
	{STR_INIT("eusc-"), STR_INIT("aws-eusc"), STR_INIT("amazonaws.eu")},
	{STR_INIT(""), STR_INIT("aws"), STR_INIT("amazonaws.com")},
};

static Value from_environment(Arena *a, const SchemaAttr *s)
{
	for (uint32_t i = 0; i < s->env_count; i++) {
		Str text = {0};
		if (env_get(s->env[i], &text) && text.len)
			return value_string(str_copy(a, text));
	}
	return VALUE_NULL;
}

static bool is_optional(const Type *t)
{
	while (t && (t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN))
		t = t->elem;
	return t && t->kind == TYPE_OPTIONAL;
}

bool cloud_settings(Arena *a, const SchemaService *provider, Value given, Value *ret, Diag *err)
{
	Value out = given.kind == VAL_MAP ? given : value_map(a, NULL, 0);

	for (uint32_t i = 0; i < provider->setting_count; i++) {
		const SchemaAttr *s = &provider->settings[i];
		const Value *had = value_find(out, s->name);
		bool is_default = had && s->has_default && value_eq(*had, s->default_value);
		if (had && had->kind != VAL_NULL && !(is_default && s->env_count))
			continue;
		Value v = from_environment(a, s);
		if (v.kind == VAL_NULL && s->has_default)
			v = s->default_value;
		bool is_later = is_optional(s->type) || str_eq(s->name, STR("region"));
		if (v.kind == VAL_NULL && !is_later) {
			diag_fail(err, DIAG_SETTING_MISSING, NULL, "provider `%.*s` needs a `%.*s`",
				STR_ARG(provider->provider), STR_ARG(s->name));
			diag_fix(err, "write it in the provider block%s%.*s",
				s->env_count ? ", or set " : "",
				STR_ARG(s->env_count ? s->env[0] : STR("")));
			return false;
		}
		out = value_with(a, out, s->name, v);
	}
	*ret = out;
	return true;
}

static Str setting(const Cloud *c, Str name)
{
	const Value *v = value_find(c->settings, name);

	return v && v->kind == VAL_STRING ? v->as.text : STR("");
}

/* Settings of AWS that follow from others. */
static bool open_aws(Cloud *c, Diag *err)
{
	Str region = setting(c, STR("region"));

	c->auth = aws_auth_new(c->http, c->loop, setting(c, STR("profile")), region);
	if (!region.len)
		region = aws_auth_region(c->auth);
	if (!region.len) {
		diag_fail(err, DIAG_SETTING_MISSING, NULL, "provider `aws` needs a `region`");
		diag_fix(err, "write it in the provider block, set AWS_REGION, or set `region` in "
			      "the profile");
		return false;
	}
	region = str_copy(c->arena, region);
	size_t i = 0;
	while (!str_starts(region, partitions[i].prefix))
		i++;
	c->settings = value_with(c->arena, c->settings, STR("region"), value_string(region));
	c->settings = value_with(
		c->arena, c->settings, STR("partition"), value_string(partitions[i].partition));
	c->settings =
		value_with(c->arena, c->settings, STR("dns"), value_string(partitions[i].dns));
	return true;
}

static void cloud_close(Driver *d)
{
	Cloud *c = d->self;

	for (uint32_t i = 0; i < c->rates.item_count; i++)
		if (c->rates.items[i].key.ptr)
			rate_free(c->rates.items[i].value);
	map_fini(&c->rates);
	map_fini(&c->gathers);
	map_fini(&c->regions);
	fiber_slots_fini(&c->api_turn);
	if (c->auth)
		aws_auth_free(c->auth);
	arena_free(c->arena);
	mem_free(c);
}

bool cloud_open(Loop *l, Http *http, Schemas *schemas, Str base_dir, const SchemaService *provider,
	Value settings, Driver **ret, Diag *err)
{
	Cloud *c = MEM_NEW(Cloud);

	c->arena = arena_new("provider");
	c->loop = l;
	c->http = http;
	c->schemas = schemas;
	c->provider = provider;
	c->base_dir = str_copy(c->arena, base_dir);
	fiber_slots_init(&c->api_turn, l, 1);
	c->driver = (Driver){
		.name = str_copy(c->arena, provider->provider).ptr,
		.self = c,
		.read = cloud_read,
		.create = cloud_create,
		.update = cloud_update,
		.destroy = cloud_destroy,
		.find = cloud_find,
		.lookup = cloud_lookup,
		.list_owned = cloud_list_owned,
		.close = cloud_close,
	};
	bool is_aws = str_eq(provider->provider, STR("aws"));
	if (!cloud_settings(
		    c->arena, provider, value_copy(c->arena, settings), &c->settings, err) ||
		(is_aws && !open_aws(c, err))) {
		cloud_close(&c->driver);
		return false;
	}
	*ret = &c->driver;
	return true;
}

/* Gives the attribute that an id template consists of its value from the id. */
static Value attrs_from_id(Arena *a, const DriverObject *o, Value attrs)
{
	const SchemaExpr *t = o->schema->id_template;

	if (!t || !o->id.len)
		return attrs;
	if (t->kind == SX_TEMPLATE && t->count == 1)
		t = t->kids[0];
	if (t->kind != SX_NAME || value_find(attrs, t->name))
		return attrs;
	return value_with(a, attrs, t->name, value_string(o->id));
}

/* An object with a region of its own (a bucket) is asked for there. */
static Value own_region(const Cloud *c, Arena *a, Value attrs)
{
	const Value *region = value_find(attrs, STR("bucket_region"));

	if (!region || region->kind != VAL_STRING || !region->as.text.len)
		return c->settings;
	return value_with(a, c->settings, STR("region"), *region);
}

void cloud_begin(
	Cloud *c, DriverObject *o, const DriverHooks *hooks, Arena *a, Diag *err, Work *ret)
{
	Value attrs = o->attrs.kind == VAL_MAP ? o->attrs : value_map(a, NULL, 0);

	*ret = (Work){.cloud = c, .o = o, .schema = o->schema, .hooks = hooks, .err = err};
	for (uint32_t i = 0; o->desired.kind == VAL_MAP && i < o->schema->attr_count; i++) {
		Str name = o->schema->attrs[i].name;
		const Value *want = value_find(o->desired, name);
		uint32_t fixed = ATTR_OUT | ATTR_COMPUTED;
		bool names_it = (o->schema->attrs[i].flags & ATTR_IDENTITY) && o->id.len &&
				value_find(o->attrs, name);
		if (names_it)
			continue; /* the object is called as it was made, not as it shall be */
		if (want)
			attrs = value_with(a, attrs, name, *want);
		else if (!(o->schema->attrs[i].flags & fixed) && !str_eq(name, STR("id")))
			attrs = value_with(a, attrs, name, VALUE_NULL);
	}
	ret->until = DEADLINE_NEVER;
	ret->env = (SxEnv){
		.arena = a,
		.schema = o->schema,
		.service = o->schema->service,
		.settings = own_region(c, a, attrs),
		.attrs = attrs_from_id(a, o, attrs),
		.old = o->attrs,
		.obj = value_map(a, NULL, 0),
		.aspects = value_map(a, NULL, 0),
		.lets = value_map(a, NULL, 0),
		.id = o->id,
		.token = o->token,
		.marker = o->marker,
		.base_dir = c->base_dir,
		.err = err,
		.failed = &ret->failed,
	};
}

void cloud_let(Work *w, Str name, Value v)
{
	w->env.lets = value_with(w->env.arena, w->env.lets, name, v);
}
