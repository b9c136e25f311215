/* The growing byte string. */
#include "compiler/base/buf.h"

#include "compiler/base/check.h"
#include "compiler/base/mem.h"

#include <stdio.h>
#include <string.h>

enum { BUF_CAP_MIN = 64 };

void buf_init(Buf *b, size_t max)
{
	*b = (Buf){.max = max};
}

void buf_fini(Buf *b)
{
	mem_free(b->ptr);
	*b = (Buf){.max = b->max};
}

void buf_clear(Buf *b)
{
	b->len = 0;
	b->overflowed = false;
	if (b->ptr)
		b->ptr[0] = 0;
}

/* Makes room for `more` bytes and the NUL; false past the cap. */
static bool buf_reserve(Buf *b, size_t more)
{
	if (b->overflowed || more > b->max - b->len) {
		b->overflowed = true;
		return false;
	}
	if (more < b->cap - b->len)
		return true;
	size_t cap = b->cap < BUF_CAP_MIN ? BUF_CAP_MIN : b->cap;

	while (cap <= b->len + more) {
		CHECK(cap < SIZE_MAX / 2);
		cap *= 2;
	}
	b->ptr = mem_realloc(b->ptr, cap);
	b->cap = cap;
	return true;
}

void buf_add(Buf *b, Str s)
{
	if (!s.len || !buf_reserve(b, s.len))
		return;
	memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
	b->ptr[b->len] = 0;
}

void buf_add_char(Buf *b, char c)
{
	if (!buf_reserve(b, 1))
		return;
	b->ptr[b->len++] = c;
	b->ptr[b->len] = 0;
}

void buf_add_repeat(Buf *b, char c, size_t n)
{
	if (!n || !buf_reserve(b, n))
		return;
	memset(b->ptr + b->len, c, n);
	b->len += n;
	b->ptr[b->len] = 0;
}

void buf_add_cstr(Buf *b, const char *s)
{
	buf_add(b, str_from(s));
}

void buf_print(Buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprint(b, fmt, args);
	va_end(args);
}

void buf_vprint(Buf *b, const char *fmt, va_list args)
{
	char small[256];
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(small, sizeof(small), fmt, args);

	CHECK(n >= 0);
	if ((size_t)n < sizeof(small)) {
		buf_add(b, (Str){small, (size_t)n});
	} else if (buf_reserve(b, (size_t)n)) {
		vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_add_byte(Buf *b, uint8_t v)
{
	buf_add_char(b, (char)v);
}

void buf_add_leb(Buf *b, uint64_t v)
{
	char bytes[10];
	size_t n = 0;

	if (v < 0x80) {
		buf_add_char(b, (char)v);
		return;
	}
	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (char)(v | 0x80);
	bytes[n++] = (char)v;
	buf_add(b, (Str){bytes, n});
}

void buf_add_fixed64(Buf *b, uint64_t v)
{
	char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(v >> (8 * i));
	buf_add(b, (Str){bytes, sizeof(bytes)});
}

void buf_drop_front(Buf *b, size_t n)
{
	if (!b->len)
		return;
	if (n > b->len)
		n = b->len;
	memmove(b->ptr, b->ptr + n, b->len - n + 1);
	b->len -= n;
}

Str buf_str(const Buf *b)
{
	return (Str){b->ptr ? b->ptr : "", b->len};
}

const char *buf_cstr(const Buf *b)
{
	return b->ptr ? b->ptr : "";
}
