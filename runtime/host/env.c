/* The environment as the system tells it. */
#define _GNU_SOURCE
#include "runtime/host/env.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

enum { ENV_HOST_BYTES = 256, ENV_PATH_BYTES = 4096 };

bool env_get(Str name, Str *ret)
{
	*ret = STR_NONE;
	for (char **line = environ; line && *line; line++) {
		Str value = str_from(*line);

		if (str_starts(value, name) && (*line)[name.len] == '=') {
			*ret = str_slice(value, name.len + 1, value.len);
			return true;
		}
	}
	return false;
}

void env_all(Arena *a, Map *ret)
{
	map_init(ret, a);
	for (char **line = environ; line && *line; line++) {
		Str *value = ARENA_NEW(a, Str);
		Str name;

		*value = str_copy(a, str_from(*line));
		if (str_cut_found(value, STR("="), &name))
			map_put(ret, name, value);
	}
}

Str env_home(Arena *a)
{
	Str home;

	return env_get(STR("HOME"), &home) && home.len ? str_copy(a, home) : STR("/");
}

Str env_cwd(Arena *a)
{
	char path[ENV_PATH_BYTES];

	return getcwd(path, sizeof(path)) ? str_copy(a, str_from(path)) : STR(".");
}

Str env_who(Arena *a)
{
	char host[ENV_HOST_BYTES];
	Str user;

	if (gethostname(host, sizeof(host)) < 0)
		host[0] = 0;
	host[sizeof(host) - 1] = 0;
	if ((!env_get(STR("USER"), &user) && !env_get(STR("LOGNAME"), &user)) || !user.len)
		user = str_print(a, "uid-%lld", (long long)getuid());
	return str_print(a, "%.*s@%s", STR_ARG(user), host[0] ? host : "localhost");
}

int64_t env_pid(void)
{
	return getpid();
}

bool env_pid_is_alive(int64_t pid)
{
	if (pid <= 0 || pid > INT32_MAX)
		return false;
	return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}
