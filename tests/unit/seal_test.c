/* Sealing: what is sealed can be opened with the right key alone; digests are keyed and bound. */
#include "runtime/state/seal.h"

#include "compiler/base/file.h"
#include "tests/unit/state_util.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/stat.h>

TEST(seal_opens_what_it_sealed)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Diag err = {0};
	Value sealed;
	Value again;
	Value plain;

	CHECK_THAT(seal_value(s, STR("db\npassword"), value_string(STR("hunter2")), d.arena,
		&sealed, &err));
	CHECK_THAT(seal_value(s, STR("db\npassword"), value_string(STR("hunter2")), d.arena,
		&again, &err));
	CHECK_THAT(seal_is_sealed(sealed) && !seal_is_digest(sealed));
	CHECK_THAT(!value_eq(sealed, again)); /* a fresh nonce each time */
	CHECK_THAT(value_has_secret(sealed));
	store_close(s);
	s = state_open(&d, STORE_EXISTING);
	CHECK_THAT(seal_open(s, sealed.as.residual, d.arena, &plain, &err));
	CHECK_THAT(value_eq(plain, value_string(STR("hunter2"))));
	store_close(s);
	state_dir_free(&d);
}

TEST(seal_refuses_what_was_changed)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Diag err = {0};
	Value sealed;
	Value plain;

	CHECK_THAT(seal_value(s, STR("a\nx"), value_int(7), d.arena, &sealed, &err));
	Residual moved = *sealed.as.residual;
	Value args[] = {moved.args[0], value_string(STR("b\nx"))};

	moved.args = args; /* another row's identity */
	CHECK_THAT(!seal_open(s, &moved, d.arena, &plain, &err));
	CHECK_EQ(err.code, DIAG_STATE_CORRUPT);
	diag_fini(&err);
	store_close(s);
	state_dir_free(&d);
}

TEST(seal_digests_are_bound)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Diag err = {0};
	Value one;
	Value same;
	Value elsewhere;
	Value other;

	CHECK_THAT(seal_digest(s, STR("a\nx"), value_int(7), d.arena, &one, &err));
	CHECK_THAT(seal_digest(s, STR("a\nx"), value_int(7), d.arena, &same, &err));
	CHECK_THAT(seal_digest(s, STR("b\nx"), value_int(7), d.arena, &elsewhere, &err));
	CHECK_THAT(seal_digest(s, STR("a\nx"), value_int(8), d.arena, &other, &err));
	CHECK_THAT(value_eq(one, same));
	CHECK_THAT(!value_eq(one, elsewhere));
	CHECK_THAT(!value_eq(one, other));
	store_close(s);
	state_dir_free(&d);
}

TEST(seal_key_file_is_private)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Str key = file_path_join(d.arena, d.dir, STR(".styx/key"));
	struct stat st;

	CHECK_THAT(state_seal_ready(s));
	CHECK_EQ(stat(key.ptr, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0600);
	store_close(s);
	state_dir_free(&d);
}

/* Opens the keys and says what went wrong. */
static DiagCode seal_ready_code(const StateDir *d)
{
	Store *s = state_open(d, STORE_EXISTING);
	Diag err = {0};
	DiagCode code = seal_ready(s, &err) ? DIAG_NONE : err.code;

	diag_fini(&err);
	store_close(s);
	return code;
}

static DiagCode seal_check_code(const StateDir *d)
{
	Store *s = state_open(d, STORE_EXISTING);
	Diag err = {0};
	DiagCode code = seal_check(s, &err) ? DIAG_NONE : err.code;

	diag_fini(&err);
	store_close(s);
	return code;
}

TEST(seal_says_when_the_key_is_lost_or_wrong)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Str key = file_path_join(d.arena, d.dir, STR(".styx/key"));
	Diag err = {0};
	Str text;

	CHECK_THAT(state_seal_ready(s));
	store_close(s);
	CHECK_THAT(file_read(d.arena, key, 1000, &text, &err));
	CHECK_THAT(file_remove(key, &err));
	CHECK_EQ(seal_ready_code(&d), DIAG_STATE_KEY);
	CHECK_EQ(seal_check_code(&d), DIAG_STATE_KEY);
	CHECK_EQ(file_kind(key), FILE_MISSING); /* no new one is made in its place */
	CHECK_THAT(file_write(key, STR("not a key"), 0600, &err));
	CHECK_EQ(seal_ready_code(&d), DIAG_STATE_KEY);
	CHECK_EQ(seal_check_code(&d), DIAG_STATE_KEY);
	CHECK_THAT(file_write(key,
		STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), 0600,
		&err));
	CHECK_EQ(seal_ready_code(&d), DIAG_STATE_KEY);
	CHECK_EQ(seal_check_code(&d), DIAG_NONE); /* only its use shows that it is wrong */
	CHECK_THAT(file_write(key, text, 0600, &err));
	CHECK_EQ(seal_ready_code(&d), DIAG_NONE);
	CHECK_THAT(file_remove(key, &err));
	setenv("STYX_STATE_KEY", text.ptr, 1);
	CHECK_EQ(seal_ready_code(&d), DIAG_NONE);
	state_dir_free(&d);
}

TEST(seal_generates_the_same_again)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Diag err = {0};
	Str one;
	Str same;
	Str other;

	CHECK_THAT(seal_generate(s, STR("a"), 40, d.arena, &one, &err));
	CHECK_THAT(seal_generate(s, STR("b"), 40, d.arena, &other, &err));
	store_close(s);
	s = state_open(&d, STORE_EXISTING);
	CHECK_THAT(seal_generate(s, STR("a"), 40, d.arena, &same, &err));
	CHECK_EQ((int64_t)one.len, 54);
	CHECK_THAT(str_eq(one, same) && !str_eq(one, other));
	/* Labels are bytes: what follows a zero counts, too. */
	CHECK_THAT(seal_generate(s, ((Str){"c\0one", 5}), 40, d.arena, &one, &err));
	CHECK_THAT(seal_generate(s, ((Str){"c\0two", 5}), 40, d.arena, &other, &err));
	CHECK_THAT(!str_eq(one, other));
	store_close(s);
	state_dir_free(&d);
}
