/* Digests by OpenSSL; the text forms of bytes by ourselves. */
#include "compiler/base/hash.h"

#include "compiler/base/check.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";

static const EVP_MD *hash_function(HashKind kind)
{
	switch (kind) {
	case HASH_MD5:
		return EVP_md5();
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA512:
		return EVP_sha512();
	case HASH_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}

Digest hash_of(HashKind kind, Str data)
{
	Digest digest = {0};
	unsigned len = 0;
	int done = EVP_Digest(data.ptr, data.len, digest.bytes, &len, hash_function(kind), NULL);

	CHECK(done == 1); /* fails only for want of memory or of the algorithm */
	digest.len = len;
	return digest;
}

Digest hash_hmac(HashKind kind, Str key, Str data)
{
	Digest digest = {0};
	unsigned len = 0;

	CHECK(key.len <= INT32_MAX);
	const unsigned char *done = HMAC(hash_function(kind), key.len ? key.ptr : "", (int)key.len,
		(const unsigned char *)data.ptr, data.len, digest.bytes, &len);

	CHECK(done);
	digest.len = len;
	return digest;
}

uint32_t hash_crc32(Str data)
{
	static const uint32_t by_nibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8,
		0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < data.len; i++) {
		crc ^= (unsigned char)data.ptr[i];
		crc = crc >> 4 ^ by_nibble[crc & 15];
		crc = crc >> 4 ^ by_nibble[crc & 15];
	}
	return ~crc;
}

void hash_add_hex(Buf *b, Str data)
{
	for (size_t i = 0; i < data.len; i++) {
		unsigned char c = (unsigned char)data.ptr[i];

		buf_add_char(b, hex_digits[c >> 4]);
		buf_add_char(b, hex_digits[c & 15]);
	}
}

/* Appends the bytes as digits of `bits` bits each, without padding. */
static void hash_add_digits(Buf *b, Str data, unsigned bits, const char *digits)
{
	uint32_t pool = 0;
	unsigned held = 0;

	for (size_t i = 0; i < data.len; i++) {
		pool = pool << 8 | (unsigned char)data.ptr[i];
		for (held += 8; held >= bits; held -= bits)
			buf_add_char(b, digits[pool >> (held - bits) & ((1u << bits) - 1)]);
		pool &= (1u << held) - 1;
	}
	if (held)
		buf_add_char(b, digits[pool << (bits - held) & ((1u << bits) - 1)]);
}

void hash_add_base64(Buf *b, Str data)
{
	hash_add_digits(b, data, 6, base64_digits);
	buf_add_repeat(b, '=', (3 - data.len % 3) % 3);
}

void hash_add_base64url(Buf *b, Str data)
{
	hash_add_digits(b, data, 6, base64url_digits);
}

void hash_add_base32(Buf *b, Str data)
{
	hash_add_digits(b, data, 5, base32_digits);
}

static unsigned hash_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 16;
}

bool hash_unhex(Buf *b, Str text)
{
	if (text.len % 2)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (hash_hex_digit(text.ptr[i]) > 15)
			return false;
	for (size_t i = 0; i < text.len; i += 2)
		buf_add_byte(b, (uint8_t)(hash_hex_digit(text.ptr[i]) << 4 |
					  hash_hex_digit(text.ptr[i + 1])));
	return true;
}

static unsigned hash_base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0' + 52);
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : 64;
}

bool hash_unbase64(Buf *b, Str text)
{
	size_t padded = text.len;
	uint32_t pool = 0;
	unsigned held = 0;

	while (text.len && padded - text.len < 2 && text.ptr[text.len - 1] == '=')
		text.len--;
	if (text.len % 4 == 1 || (padded != text.len && padded % 4))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (hash_base64_digit(text.ptr[i]) > 63)
			return false;
	for (size_t i = 0; i < text.len; i++) {
		pool = pool << 6 | hash_base64_digit(text.ptr[i]);
		held += 6;
		if (held >= 8) {
			held -= 8;
			buf_add_byte(b, (uint8_t)(pool >> held));
		}
		pool &= (1u << held) - 1;
	}
	return true;
}

Str hash_str(const Digest *d)
{
	return (Str){(const char *)d->bytes, d->len};
}

Str hash_hex(Arena *a, const Digest *d)
{
	char *text = arena_alloc(a, (size_t)d->len * 2 + 1, 1);

	for (size_t i = 0; i < d->len; i++) {
		text[2 * i] = hex_digits[d->bytes[i] >> 4];
		text[2 * i + 1] = hex_digits[d->bytes[i] & 15];
	}
	return (Str){text, (size_t)d->len * 2};
}
