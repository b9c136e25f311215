/* Runs a program and prints how long it took and the most memory that it had: measure ERRORS PROGRAM
 * ARG...  Standard error goes to the file ERRORS.  Prints `NANOSECONDS KIB STATUS`.
 *
 * A program of its own, since a child starts with the peak memory of the process that starts it. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t files;
	struct rusage usage;
	int64_t start, took;
	int status = 0;
	pid_t child;

	if (argc < 3 || posix_spawn_file_actions_init(&files) != 0 ||
		posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0) != 0 ||
		posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0) != 0 ||
		posix_spawn_file_actions_addopen(
			&files, 2, argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600) != 0)
		return 2;
	start = now_ns();
	if (posix_spawnp(&child, argv[2], &files, NULL, argv + 2, environ) != 0)
		return 2;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return 2;
	}
	took = now_ns() - start;
	if (getrusage(RUSAGE_CHILDREN, &usage) != 0)
		return 2;
	printf("%lld %ld %d\n", (long long)took, usage.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
