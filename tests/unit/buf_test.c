/* Growing byte strings, and vectors. */
#include "compiler/base/buf.h"
#include "compiler/base/vec.h"

#include "tests/unit/test.h"

#include <string.h>

TEST(buf_appends_and_ends_with_nul)
{
	Buf b;

	buf_init(&b, 1000);
	CHECK_EQ(buf_cstr(&b)[0], 0);
	buf_add(&b, STR("ab"));
	buf_add_char(&b, 'c');
	buf_add_repeat(&b, '-', 3);
	buf_add_cstr(&b, "x");
	buf_print(&b, "%d", 42);
	CHECK_THAT(str_eq(buf_str(&b), STR("abc---x42")));
	CHECK_EQ(buf_cstr(&b)[b.len], 0);
	buf_drop_front(&b, 6);
	CHECK_THAT(strcmp(buf_cstr(&b), "x42") == 0);
	buf_drop_front(&b, 99);
	CHECK_EQ((int64_t)b.len, 0);
	buf_print(&b, "%500d", 1);
	CHECK_EQ((int64_t)b.len, 500);
	CHECK_THAT(!b.overflowed);
	buf_fini(&b);
}

TEST(buf_stops_at_its_cap)
{
	Buf b;

	buf_init(&b, 4);
	buf_add(&b, STR("abcd"));
	CHECK_THAT(!b.overflowed);
	buf_add_char(&b, 'e');
	CHECK_THAT(b.overflowed && str_eq(buf_str(&b), STR("abcd")));
	buf_clear(&b);
	CHECK_THAT(!b.overflowed && b.len == 0);
	buf_add(&b, STR("abcde"));
	CHECK_THAT(b.overflowed && b.len == 0);
	buf_clear(&b);
	buf_add_repeat(&b, 'x', 5);
	CHECK_THAT(b.overflowed && b.len == 0);
	buf_clear(&b);
	buf_print(&b, "%600d", 1);
	CHECK_THAT(b.overflowed && b.len == 0);
	buf_fini(&b);
	Buf zeroed = {0};

	buf_fini(&zeroed);
}

TEST(buf_writes_numbers_little_endian)
{
	Buf b;

	buf_init(&b, 100);
	buf_add_byte(&b, 0xfe);
	buf_add_leb(&b, 0);
	buf_add_leb(&b, 300);
	buf_add_leb(&b, UINT64_MAX);
	CHECK_THAT(str_eq(buf_str(&b),
		STR("\xfe\x00\xac\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
	buf_clear(&b);
	buf_add_fixed64(&b, 0x0102030405060708);
	CHECK_THAT(str_eq(buf_str(&b), STR("\x08\x07\x06\x05\x04\x03\x02\x01")));
	buf_fini(&b);
}

TEST(buf_vec_grows_on_heap_and_in_arena)
{
	Arena *a = arena_new("test");
	Vec(int) heap = {0};
	Vec(int) kept = {0};

	for (int i = 0; i < 10000; i++) {
		vec_push(&heap, i);
		vec_add(a, &kept, i);
	}
	for (int i = 0; i < 10000; i++)
		if (heap.ptr[i] != i || kept.ptr[i] != i)
			CHECK_NEVER("an item was lost");
	CHECK_EQ(heap.len, 10000);
	vec_fini(&heap);
	CHECK_EQ(heap.len, 0);
	arena_free(a);
}
