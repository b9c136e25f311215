/* The process's surroundings: environment, directories, who and where we are.  Thread: any. */
#ifndef STYX_HOST_ENV_H
#define STYX_HOST_ENV_H

#include "compiler/base/map.h"

/* The value of an environment variable, borrowed; empty and false if unset. */
bool env_get(Str name, Str *ret);

/* All variables, into `a`: name -> const Str *. */
void env_all(Arena *a, Map *ret);

/* The user's home directory, the current directory, "user@host", the process id. */
Str env_home(Arena *a);
Str env_cwd(Arena *a);
Str env_who(Arena *a);
int64_t env_pid(void);

/* Says whether a process with this id runs on this machine. */
bool env_pid_is_alive(int64_t pid);

#endif
