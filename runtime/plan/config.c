/* Settings that say where objects are: those that every configuration must have, known before
 * anything is read, and no secrets. */
#include "runtime/plan/config.h"

static const GraphProvider *config_wanted(const Graph *g, const StateConfig *recorded, int64_t node)
{
	if (g && node >= 0)
		return &g->providers[g->nodes[node].provider];
	for (uint32_t i = 0; g && i < g->provider_count; i++)
		if (str_eq(g->providers[i].id, recorded->id) &&
			str_eq(g->providers[i].type, recorded->type))
			return &g->providers[i];
	return NULL;
}

static bool config_says_where(const SchemaAttr *setting)
{
	return setting->flags & ATTR_KNOWN && !(setting->flags & ATTR_SECRET) &&
	       setting->type->kind != TYPE_OPTIONAL && setting->type->elem &&
	       setting->type->elem->kind != TYPE_OPTIONAL;
}

/* Finds the setting that says something else now about where objects are. */
static void config_compare(const SchemaService *service, const GraphProvider *wanted, Config *c)
{
	for (uint32_t i = 0; service && i < service->setting_count; i++) {
		const SchemaAttr *setting = &service->settings[i];
		const Value *from = value_find(c->settings, setting->name);
		const Value *to = value_find(wanted->settings, setting->name);

		if (!config_says_where(setting) || !from || !to || from->kind == VAL_NULL ||
			to->kind == VAL_NULL || value_eq(*from, *to))
			continue;
		c->moved = setting->name;
		c->from = *from;
		c->to = *to;
		return;
	}
}

/* Says whether another configuration is recorded under the same name. */
static bool config_has_namesake(const StateView *v, const StateConfig *recorded)
{
	for (uint32_t i = 0; i < v->config_count; i++)
		if (v->configs[i].key != recorded->key && str_eq(v->configs[i].id, recorded->id) &&
			str_eq(v->configs[i].type, recorded->type))
			return true;
	return false;
}

Config config_of(const World *w, const Graph *g, const StateView *v, const StateObject *o,
	int64_t node, Arena *a)
{
	const StateConfig *recorded = state_view_config(v, o->config);
	const GraphProvider *wanted = config_wanted(g, recorded, node);
	Config c = {.id = recorded->id, .type = recorded->type, .settings = recorded->settings};

	if (wanted && str_eq(wanted->type, recorded->type)) {
		if (!value_eq(c.settings, wanted->settings)) {
			const SchemaResource *schema = w->schema(w->ctx, o->type);

			config_compare(schema ? schema->service : NULL, wanted, &c);
		}
		if (!c.moved.len) {
			c.id = wanted->id;
			c.settings = wanted->settings;
			return c;
		}
	}
	if (wanted || config_has_namesake(v, recorded))
		c.id = str_print(a, "%.*s, as recorded (%lld)", STR_ARG(recorded->id),
			(long long)recorded->key);
	return c;
}
