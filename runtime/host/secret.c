/* Secrets in pages of their own: locked where the system lets us, left out of core dumps. */
#define _GNU_SOURCE
#include "runtime/host/secret.h"

#include "compiler/base/check.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>

enum { SECRET_MAGIC = 0x53656372 };

struct Secret {
	uint32_t magic;
	size_t len;
	char bytes[]; /* with a NUL behind */
};

static size_t secret_block_bytes(size_t len)
{
	return sizeof(Secret) + len + 1;
}

Secret *secret_new(Str bytes)
{
	size_t size = secret_block_bytes(bytes.len);
	Secret *s = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(s != MAP_FAILED);                /* out of memory */
	(void)mlock(s, size);                  /* users may not lock much */
	(void)madvise(s, size, MADV_DONTDUMP); /* old kernels cannot */
	s->magic = SECRET_MAGIC;
	s->len = bytes.len;
	if (bytes.len)
		memcpy(s->bytes, bytes.ptr, bytes.len);
	return s;
}

Secret *secret_free(Secret *s)
{
	if (!s)
		return NULL;
	CHECK(s->magic == SECRET_MAGIC);
	size_t size = secret_block_bytes(s->len);

	secret_wipe(s, size);
	CHECK(munmap(s, size) == 0);
	return NULL;
}

Str secret_bytes(const Secret *s)
{
	CHECK(s->magic == SECRET_MAGIC);
	return (Str){s->bytes, s->len};
}

void secret_wipe(void *p, size_t n)
{
	if (n)
		OPENSSL_cleanse(p, n);
}
