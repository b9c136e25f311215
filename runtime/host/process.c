/* Children by libuv, each in a session of its own: an interrupt typed at the terminal reaches us
 * and not them, and what ends one ends its children, too. */
#define _GNU_SOURCE
#include "runtime/host/process.h"

#include "compiler/base/buf.h"
#include "compiler/base/check.h"
#include "compiler/base/mem.h"
#include "runtime/host/limits.h"
#include "runtime/host/loop_impl.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESS_READ_BYTES = 64 << 10 };

typedef enum ProcessStage { PROCESS_RUNS, PROCESS_TERMINATED, PROCESS_KILLED } ProcessStage;

/* One stream of output. */
typedef struct ProcessPipe {
	uv_pipe_t pipe;
	Buf bytes;
	bool has_ended;
	bool is_cut;
} ProcessPipe;

/* A running child.  Its memory outlives the handles: the fiber waits until all are closed. */
typedef struct Process {
	Loop *loop;
	Fiber *waiter;
	uv_process_t child;
	uv_pipe_t input;
	uv_write_t write;
	ProcessPipe streams[2]; /* output and errors */
	uv_timer_t timer;
	ProcessStage stage;
	uint32_t open_handles;
	bool has_exited;
	bool is_drained; /* the wait for output after the end is over */
	bool timed_out;
	int64_t exit_status;
	int signal;
	char room[PROCESS_READ_BYTES];
} Process;

static void process_on_closed(uv_handle_t *handle)
{
	Process *p = handle->data;

	p->open_handles--;
	fiber_wake(p->waiter);
}

static void process_close(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, process_on_closed);
}

/* Sends a signal to the child's whole group. */
static void process_signal(Process *p, int number)
{
	if (!p->has_exited)
		(void)uv_kill(-p->child.pid, number); /* it may end at this very moment */
}

static void process_on_timer(uv_timer_t *timer);

static void process_set_timer(Process *p, int64_t ms)
{
	uv_update_time(&p->loop->uv);
	CHECK(uv_timer_start(&p->timer, process_on_timer, (uint64_t)ms, 0) == 0);
}

/* Asks the child to end; soon it will have to. */
static void process_terminate(Process *p)
{
	if (p->stage != PROCESS_RUNS || p->has_exited)
		return;
	p->stage = PROCESS_TERMINATED;
	process_signal(p, SIGTERM);
	process_set_timer(p, PROCESS_KILL_MS);
}

static void process_on_timer(uv_timer_t *timer)
{
	Process *p = timer->data;

	if (p->has_exited) {
		p->is_drained = true;
		fiber_wake(p->waiter);
	} else if (p->stage == PROCESS_RUNS) {
		p->timed_out = true;
		process_terminate(p);
	} else {
		p->stage = PROCESS_KILLED;
		process_signal(p, SIGKILL);
	}
}

static void process_on_exit(uv_process_t *child, int64_t exit_status, int number)
{
	Process *p = child->data;

	p->has_exited = true;
	p->exit_status = exit_status;
	p->signal = number;
	process_set_timer(p, PROCESS_DRAIN_MS);
	fiber_wake(p->waiter);
}

static void process_on_room(uv_handle_t *handle, size_t wanted UNUSED, uv_buf_t *ret)
{
	Process *p = handle->data;

	/* Bytes are taken out before the next read: one room does for both streams. */
	*ret = uv_buf_init(p->room, sizeof(p->room));
}

static void process_on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *room)
{
	Process *p = stream->data;
	ProcessPipe *from =
		(uv_stream_t *)&p->streams[0].pipe == stream ? &p->streams[0] : &p->streams[1];

	if (n < 0) {
		from->has_ended = true;
		process_close((uv_handle_t *)stream);
		fiber_wake(p->waiter);
		return;
	}
	size_t left = from->bytes.max - from->bytes.len;

	from->is_cut = from->is_cut || (size_t)n > left;
	buf_add(&from->bytes, (Str){room->base, (size_t)n > left ? left : (size_t)n});
}

static void process_on_written(uv_write_t *write, int status UNUSED)
{
	Process *p = write->data;

	process_close((uv_handle_t *)&p->input); /* a child need not read its input */
}

static char *process_cstr(Arena *a, Str s)
{
	char *copy = arena_alloc(a, s.len + 1, 1);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

/* Says whether one of the settings in `spec` is for the variable of `line` ("NAME=value"). */
static bool process_overrides(const ProcessSpec *spec, Str line)
{
	size_t name_len = str_find(line, STR("="), 0);
	Str name = str_slice(line, 0, name_len == SIZE_MAX ? line.len : name_len + 1);

	for (uint32_t i = 0; i < spec->env_count; i++)
		if (str_starts(spec->env[i], name))
			return true;
	return false;
}

/* Our environment with what the spec adds, as execve() wants it. */
static char **process_env(Arena *a, const ProcessSpec *spec)
{
	uint32_t count = 0;
	uint32_t kept = 0;

	while (environ[count])
		count++;
	char **env = ARENA_ARRAY(a, char *, count + spec->env_count + 1);

	for (uint32_t i = 0; i < count; i++)
		if (!process_overrides(spec, str_from(environ[i])))
			env[kept++] = environ[i];
	for (uint32_t i = 0; i < spec->env_count; i++)
		env[kept++] = process_cstr(a, spec->env[i]);
	return env;
}

static char **process_argv(Arena *a, const ProcessSpec *spec)
{
	char **argv = ARENA_ARRAY(a, char *, spec->arg_count + 1);

	for (uint32_t i = 0; i < spec->arg_count; i++)
		argv[i] = process_cstr(a, spec->argv[i]);
	return argv;
}

static void process_init_handle(Process *p, void *handle)
{
	((uv_handle_t *)handle)->data = p;
	p->open_handles++;
}

static void process_init(Process *p, Loop *l, const ProcessSpec *spec)
{
	p->loop = l;
	p->waiter = fiber_self(l);
	CHECK(uv_timer_init(&l->uv, &p->timer) == 0);
	process_init_handle(p, &p->timer);
	CHECK(uv_pipe_init(&l->uv, &p->input, 0) == 0);
	process_init_handle(p, &p->input);
	for (int i = 0; i < 2; i++) {
		CHECK(uv_pipe_init(&l->uv, &p->streams[i].pipe, 0) == 0);
		process_init_handle(p, &p->streams[i].pipe);
		buf_init(&p->streams[i].bytes,
			spec->output_max ? spec->output_max : PROCESS_OUTPUT_BYTES_MAX);
	}
}

/* Starts the child; returns libuv's error number, or 0. */
static int process_spawn(Process *p, const ProcessSpec *spec, Arena *a)
{
	uv_stdio_container_t stdio[3] = {
		{UV_CREATE_PIPE | UV_READABLE_PIPE, {(uv_stream_t *)&p->input}},
		{UV_CREATE_PIPE | UV_WRITABLE_PIPE, {(uv_stream_t *)&p->streams[0].pipe}},
		{UV_CREATE_PIPE | UV_WRITABLE_PIPE, {(uv_stream_t *)&p->streams[1].pipe}},
	};
	uv_process_options_t options = {.exit_cb = process_on_exit,
		.args = process_argv(a, spec),
		.env = process_env(a, spec),
		.cwd = spec->cwd.len ? process_cstr(a, spec->cwd) : NULL,
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio};

	options.file = options.args[0];
	process_init_handle(p, &p->child); /* to be closed even if it could not be started */
	return uv_spawn(&p->loop->uv, &p->child, &options);
}

/* Writes the input and reads both streams. */
static void process_begin_io(Process *p, const ProcessSpec *spec, Arena *a)
{
	for (int i = 0; i < 2; i++)
		CHECK(uv_read_start((uv_stream_t *)&p->streams[i].pipe, process_on_room,
			      process_on_read) == 0);
	if (!spec->input.len) {
		process_close((uv_handle_t *)&p->input);
		return;
	}
	CHECK(spec->input.len <= UINT32_MAX);
	uv_buf_t bytes = uv_buf_init(process_cstr(a, spec->input), (unsigned)spec->input.len);

	p->write.data = p;
	if (uv_write(&p->write, (uv_stream_t *)&p->input, &bytes, 1, process_on_written) != 0)
		process_close((uv_handle_t *)&p->input);
}

/* Waits for the end of the child and of its output; false: interrupted. */
static bool process_wait(Process *p, const ProcessSpec *spec)
{
	bool goes_on = true;

	if (spec->timeout_ms > 0)
		process_set_timer(p, spec->timeout_ms);
	while (!p->has_exited ||
		!(p->is_drained || (p->streams[0].has_ended && p->streams[1].has_ended))) {
		if (goes_on)
			goes_on = fiber_park_interruptible(p->loop);
		else
			fiber_park(p->loop);
		if (!goes_on)
			process_terminate(p);
	}
	return goes_on;
}

/* Closes what is open and frees all, once libuv has let go of it. */
static void process_free(Process *p)
{
	process_close((uv_handle_t *)&p->child);
	process_close((uv_handle_t *)&p->timer);
	process_close((uv_handle_t *)&p->input);
	for (int i = 0; i < 2; i++)
		process_close((uv_handle_t *)&p->streams[i].pipe);
	while (p->open_handles)
		fiber_park(p->loop);
	for (int i = 0; i < 2; i++)
		buf_fini(&p->streams[i].bytes);
	mem_free(p);
}

/* Says whether a word of the command line holds a NUL: the kernel would cut it there in silence. */
static bool process_has_nul(const ProcessSpec *spec)
{
	for (uint32_t i = 0; i < spec->arg_count; i++)
		if (spec->argv[i].len && memchr(spec->argv[i].ptr, 0, spec->argv[i].len))
			return true;
	return false;
}

bool process_run(Loop *l, const ProcessSpec *spec, Arena *a, ProcessResult *ret, Diag *err)
{
	CHECK(fiber_self(l) && spec->arg_count);
	Str name = spec->argv[0];
	bool ok = false;

	if (loop_interrupts(l) >= 2)
		return diag_fail(err, DIAG_INTERRUPTED, NULL, "interrupted before running `%.*s`",
			STR_ARG(name));
	if (process_has_nul(spec))
		return diag_fail(err, DIAG_PROCESS, "an argument holds a NUL character",
			"cannot run `%s`", str_copy(a, name).ptr);
	Process *p = MEM_NEW(Process);

	process_init(p, l, spec);
	int code = process_spawn(p, spec, a);

	if (code != 0) {
		(void)diag_fail(
			err, DIAG_PROCESS, uv_strerror(code), "cannot run `%.*s`", STR_ARG(name));
		goto out;
	}
	process_begin_io(p, spec, a);
	if (!process_wait(p, spec)) {
		(void)diag_fail(err, DIAG_INTERRUPTED, NULL, "interrupted while running `%.*s`",
			STR_ARG(name));
		goto out;
	}
	*ret = (ProcessResult){.exit_status = p->signal ? -1 : (int)p->exit_status,
		.signal = p->signal,
		.timed_out = p->timed_out,
		.out = str_copy(a, buf_str(&p->streams[0].bytes)),
		.err = str_copy(a, buf_str(&p->streams[1].bytes)),
		.is_cut = p->streams[0].is_cut || p->streams[1].is_cut};
	ok = true;
out:
	process_free(p);
	return ok;
}
