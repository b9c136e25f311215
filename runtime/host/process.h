/* Child processes, waited for by a fiber.  Thread: loop. */
#ifndef STYX_HOST_PROCESS_H
#define STYX_HOST_PROCESS_H

#include "runtime/host/fiber.h"

typedef struct ProcessSpec {
	const Str *argv; /* argv[0] is sought in PATH */
	uint32_t arg_count;
	const Str *env; /* "NAME=value", added to ours */
	uint32_t env_count;
	Str cwd;            /* empty: ours */
	Str input;          /* written to its standard input, then closed */
	int64_t timeout_ms; /* 0: none; then it gets SIGTERM, and SIGKILL 5 s later */
	size_t output_max;  /* bytes kept of each stream (0: the usual cap); the rest is dropped */
} ProcessSpec;

typedef struct ProcessResult {
	int exit_status; /* -1: ended by `signal` */
	int signal;
	bool timed_out;
	Str out, err; /* in the arena */
	bool is_cut;
} ProcessResult;

/* Runs a program to its end; the fiber waits.  A program that ran and failed is a result, not an
 * error.  At the second interrupt the child gets SIGTERM.
 * err  DIAG_PROCESS (could not be started), DIAG_INTERRUPTED. */
MUST_CHECK bool process_run(
	Loop *l, const ProcessSpec *spec, Arena *a, ProcessResult *ret, Diag *err);

#endif
