/* Whole files, in a directory of their own. */
#include "compiler/base/file.h"

#include "compiler/base/fault.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes a directory that nothing else uses. */
static Str temp_dir(Arena *a)
{
	static const char pattern[] = "/tmp/styx-file-test-XXXXXX";
	char *name = ARENA_ARRAY(a, char, sizeof(pattern));

	memcpy(name, pattern, sizeof(pattern));
	CHECK_THAT(mkdtemp(name) != NULL);
	return str_from(name);
}

TEST(file_touches_what_is_not_there)
{
	Arena *a = arena_new("test");
	Str path = file_path_join(a, temp_dir(a), STR("a.txt"));
	struct stat st;
	Diag err = {0};
	Str text;

	CHECK_THAT(file_touch(path, 0600, &err));
	CHECK_EQ(stat(path.ptr, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0600);
	CHECK_THAT(file_write(path, STR("hello"), 0, &err) && file_touch(path, 0600, &err));
	CHECK_THAT(file_read(a, path, 5, &text, &err) && str_eq(text, STR("hello")));
	CHECK_THAT(!file_touch(file_path_join(a, path, STR("b")), 0600, &err));
	CHECK_EQ(err.code, DIAG_FILE_IO);
	diag_fini(&err);
	arena_free(a);
}

TEST(file_reads_what_it_wrote)
{
	Arena *a = arena_new("test");
	Str dir = temp_dir(a);
	Str path = file_path_join(a, dir, STR("a.txt"));
	struct stat st;
	Diag err = {0};
	StrVec names;
	Str text;

	CHECK_EQ(file_kind(path), FILE_MISSING);
	CHECK_THAT(!file_read(a, path, 100, &text, &err));
	CHECK_EQ(err.code, DIAG_FILE_MISSING);
	CHECK_THAT(err.why.len > 0 && str_has(err.what, path));
	CHECK_THAT(file_write(path, STR("hello"), 0600, &err));
	CHECK_THAT(file_read(a, path, 5, &text, &err) && str_eq(text, STR("hello")));
	CHECK_EQ(text.ptr[5], 0);
	CHECK_THAT(!file_read(a, path, 4, &text, &err));
	CHECK_EQ(err.code, DIAG_FILE_TOO_BIG);
	CHECK_THAT(file_write(path, STR(""), 0, &err));
	CHECK_THAT(stat(path.ptr, &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK_THAT(file_read(a, path, 5, &text, &err) && text.len == 0);
	CHECK_EQ(file_kind(path), FILE_REGULAR);
	CHECK_EQ(file_kind(dir), FILE_DIRECTORY);
	CHECK_THAT(!file_read(a, dir, 100, &text, &err) && err.code == DIAG_FILE_IO);
	CHECK_THAT(file_list(a, dir, &names, &err) && names.len == 1);
	CHECK_THAT(file_remove(path, &err) && file_remove(path, &err));
	CHECK_EQ(rmdir(dir.ptr), 0);
	diag_fini(&err);
	arena_free(a);
}

TEST(file_reads_what_has_no_size)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Str text;

	CHECK_THAT(file_read(a, STR("/proc/self/status"), 1 << 20, &text, &err));
	CHECK_THAT(str_has(text, STR("Pid:")));
	CHECK_THAT(!file_read(a, STR("/proc/self/status"), 10, &text, &err));
	CHECK_EQ(err.code, DIAG_FILE_TOO_BIG);
	CHECK_THAT(!file_read(a, (Str){"/dev/null\0x", 11}, 10, &text, &err));
	CHECK_EQ(err.code, DIAG_FILE_MISSING);
	diag_fini(&err);
	arena_free(a);
}

TEST(file_write_leaves_the_old_file_when_it_fails)
{
	Arena *a = arena_new("test");
	Str dir = temp_dir(a);
	Str path = file_path_join(a, dir, STR("state"));
	Diag err = {0};
	StrVec names;
	Str text;

	CHECK_THAT(file_write(path, STR("old"), 0, &err));
	for (uint64_t nth = 1; nth <= 2; nth++) {
		fault_arm(STR("file.*"), nth, false);
		CHECK_THAT(!file_write(path, STR("new"), 0, &err));
		CHECK_EQ(err.code, DIAG_FILE_IO);
		fault_arm(STR(""), 0, false);
		CHECK_THAT(file_read(a, path, 9, &text, &err) && str_eq(text, STR("old")));
		CHECK_THAT(file_list(a, dir, &names, &err) && names.len == 1);
	}
	CHECK_THAT(!file_write(file_path_join(a, path, STR("x")), STR("y"), 0, &err));
	CHECK_EQ(err.code, DIAG_FILE_IO);
	CHECK_THAT(file_remove(path, &err));
	CHECK_EQ(rmdir(dir.ptr), 0);
	diag_fini(&err);
	arena_free(a);
}

TEST(file_makes_and_lists_directories)
{
	Arena *a = arena_new("test");
	Str dir = temp_dir(a);
	Diag err = {0};
	StrVec names;

	CHECK_THAT(file_make_dirs(file_path_join(a, dir, STR("b/c/")), 0755, &err));
	CHECK_THAT(file_make_dirs(file_path_join(a, dir, STR("b/c")), 0755, &err));
	CHECK_THAT(file_write(file_path_join(a, dir, STR("a")), STR("1"), 0, &err));
	CHECK_THAT(file_list(a, dir, &names, &err));
	CHECK_EQ(names.len, 2);
	CHECK_THAT(str_eq(names.ptr[0], STR("a")) && str_eq(names.ptr[1], STR("b")));
	CHECK_THAT(!file_make_dirs(file_path_join(a, dir, STR("a/x")), 0755, &err));
	CHECK_EQ(err.code, DIAG_FILE_IO);
	CHECK_THAT(!file_list(a, file_path_join(a, dir, STR("zz")), &names, &err));
	CHECK_EQ(err.code, DIAG_FILE_MISSING);
	CHECK_THAT(file_remove(file_path_join(a, dir, STR("a")), &err));
	CHECK_EQ(rmdir(file_path_join(a, dir, STR("b/c")).ptr), 0);
	CHECK_EQ(rmdir(file_path_join(a, dir, STR("b")).ptr), 0);
	CHECK_EQ(rmdir(dir.ptr), 0);
	diag_fini(&err);
	arena_free(a);
}

TEST(file_takes_paths_apart)
{
	static const char *const clean[][2] = {{"a/./b/../c", "a/c"}, {"", "."}, {"a/..", "."},
		{"../a", "../a"}, {"a/../../b", "../b"}, {"/../a//b/", "/a/b"}, {"/", "/"}};
	Arena *a = arena_new("test");

	for (size_t i = 0; i < sizeof(clean) / sizeof(*clean); i++)
		CHECK_THAT(str_eq(file_path_clean(a, str_from(clean[i][0])),
			str_from(clean[i][1])));
	CHECK_THAT(str_eq(file_path_join(a, STR("a"), STR("b")), STR("a/b")));
	CHECK_THAT(str_eq(file_path_join(a, STR("a/"), STR("b")), STR("a/b")));
	CHECK_THAT(str_eq(file_path_join(a, STR("a"), STR("/b")), STR("/b")));
	CHECK_THAT(str_eq(file_path_join(a, STR(""), STR("b")), STR("b")));
	CHECK_THAT(str_eq(file_path_dir(STR("a/b/c")), STR("a/b")));
	CHECK_THAT(str_eq(file_path_dir(STR("/c")), STR("/")));
	CHECK_THAT(str_eq(file_path_dir(STR("c")), STR(".")));
	CHECK_THAT(str_eq(file_path_base(STR("a/b")), STR("b")));
	arena_free(a);
}

TEST(file_write_takes_over_what_a_killed_one_left)
{
	Arena *a = arena_new("test");
	Diag err = {0};
	Str text;
	Str path = str_print(a, "/tmp/styx-file-%ld", (long)getpid());
	Str left = str_print(a, "%.*s.styx-tmp", STR_ARG(path));

	CHECK_THAT(symlink("/nonexistent/elsewhere", left.ptr) == 0);
	CHECK_THAT(file_write(path, STR("new"), 0600, &err));
	CHECK_THAT(file_read(a, path, 100, &text, &err) && str_eq(text, STR("new")));
	CHECK_THAT(file_kind(left) == FILE_MISSING && readlink(left.ptr, (char[8]){0}, 8) < 0);
	CHECK_THAT(file_remove(path, &err));
	diag_fini(&err);
	arena_free(a);
}
