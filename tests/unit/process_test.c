/* Children. */
#include "runtime/host/process.h"

#include "runtime/host/clock.h"
#include "tests/unit/test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

typedef struct Scene {
	Loop *loop;
	Arena *arena;
	ProcessSpec spec;
	ProcessResult result;
	Diag err;
	bool ok;
} Scene;

static void run_spec(void *arg)
{
	Scene *s = arg;

	s->ok = process_run(s->loop, &s->spec, s->arena, &s->result, &s->err);
}

static void scene_init(Scene *s)
{
	*s = (Scene){.loop = loop_new(), .arena = arena_new("test")};
	s->spec.output_max = 1 << 20;
}

static void scene_fini(Scene *s)
{
	diag_fini(&s->err);
	arena_free(s->arena);
	loop_free(s->loop);
}

/* Runs a shell script and leaves the result in `s`. */
static void run_script(Scene *s, const char *script)
{
	Str argv[] = {STR("sh"), STR("-c"), str_from(script)};

	s->spec.argv = argv;
	s->spec.arg_count = 3;
	fiber_main(s->loop, run_spec, s);
	s->spec.argv = NULL;
}

TEST(process_gives_output_and_status)
{
	Scene s;

	scene_init(&s);
	run_script(&s, "echo out; echo err >&2; exit 3");
	CHECK_THAT(s.ok && str_eq(s.result.out, STR("out\n")) && str_eq(s.result.err, STR("err\n")));
	CHECK_EQ(s.result.exit_status, 3);
	CHECK_EQ(s.result.signal, 0);
	CHECK_THAT(!s.result.timed_out && !s.result.is_cut);
	run_script(&s, "kill -9 $$");
	CHECK_THAT(s.ok && s.result.exit_status == -1 && s.result.signal == SIGKILL);
	scene_fini(&s);
}

TEST(process_passes_input_environment_and_directory)
{
	Str env[] = {STR_INIT("STYX_TEST=new"), STR_INIT("HOME=/nowhere")};
	Scene s;

	scene_init(&s);
	s.spec.env = env;
	s.spec.env_count = 2;
	s.spec.cwd = STR("/");
	s.spec.input = STR("from outside");
	run_script(&s, "pwd; echo $STYX_TEST $HOME; cat");
	CHECK_THAT(s.ok && str_eq(s.result.out, STR("/\nnew /nowhere\nfrom outside")));
	scene_fini(&s);
}

TEST(process_moves_much_both_ways)
{
	Scene s;
	size_t len = (size_t)1 << 20;

	scene_init(&s);
	char *bytes = arena_alloc(s.arena, len, 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 31 >> 3);
	s.spec.input = (Str){bytes, len};
	run_script(&s, "cat");
	CHECK_THAT(s.ok && str_eq(s.result.out, s.spec.input) && !s.result.is_cut);
	s.spec.output_max = 1000;
	run_script(&s, "cat");
	CHECK_THAT(s.ok && s.result.is_cut);
	CHECK_THAT(str_eq(s.result.out, str_slice(s.spec.input, 0, 1000)));
	run_script(&s, "true"); /* it does not read what it is given */
	CHECK_THAT(s.ok && s.result.exit_status == 0);
	scene_fini(&s);
}

TEST(process_that_cannot_be_started_is_an_error)
{
	Str argv[] = {STR_INIT("styx-no-such-program")};
	Scene s;

	scene_init(&s);
	s.spec.argv = argv;
	s.spec.arg_count = 1;
	fiber_main(s.loop, run_spec, &s);
	CHECK_THAT(!s.ok && s.err.code == DIAG_PROCESS);
	CHECK_THAT(str_has(s.err.what, argv[0]) && s.err.why.len);
	scene_fini(&s);
}

TEST(process_is_ended_at_its_time)
{
	int64_t before = clock_mono_ms();
	Scene s;

	scene_init(&s);
	s.spec.timeout_ms = 30;
	run_script(&s, "echo early; sleep 100; echo late"); /* its child is ended, too */
	CHECK_THAT(s.ok && s.result.timed_out && s.result.signal == SIGTERM);
	CHECK_THAT(str_eq(s.result.out, STR("early\n")));
	CHECK_THAT(clock_mono_ms() - before < 10000);
	scene_fini(&s);
}

TEST(process_refuses_an_argument_with_a_nul)
{
	Str argv[] = {STR("sh"), STR("-c"), {"echo a\0b", 8}};
	Scene s;

	scene_init(&s);
	s.spec.argv = argv;
	s.spec.arg_count = 3;
	fiber_main(s.loop, run_spec, &s);
	CHECK_THAT(!s.ok && s.err.code == DIAG_PROCESS);
	scene_fini(&s);
}

TEST(process_end_is_not_held_up_by_a_grandchild)
{
	int64_t before = clock_mono_ms();
	Scene s;

	scene_init(&s);
	run_script(&s, "sleep 100 & echo $!");
	CHECK_THAT(s.ok && s.result.exit_status == 0 && s.result.out.len > 1);
	CHECK_THAT(clock_mono_ms() - before < 10000);
	char script[64];

	/* The shell's own `kill`: small systems have no program of that name. */
	(void)snprintf(script, sizeof(script), "kill %.*s", STR_ARG(str_trim(s.result.out)));
	run_script(&s, script);
	CHECK_THAT(s.ok && s.result.exit_status == 0);
	scene_fini(&s);
}

static void interrupt(void *arg)
{
	Scene *s = arg;

	fiber_yield(s->loop);
	loop_interrupt(s->loop);
	loop_interrupt(s->loop);
}

TEST(process_ends_at_the_second_interrupt)
{
	int64_t before = clock_mono_ms();
	Scene s;

	scene_init(&s);
	fiber_start(s.loop, interrupt, &s);
	run_script(&s, "sleep 100");
	CHECK_THAT(!s.ok && s.err.code == DIAG_INTERRUPTED);
	run_script(&s, "echo never");
	CHECK_THAT(!s.ok && s.err.code == DIAG_INTERRUPTED);
	CHECK_THAT(clock_mono_ms() - before < 10000);
	scene_fini(&s);
}
