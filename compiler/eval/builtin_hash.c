/* Built-ins that digest.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/hash.h"
#include "compiler/base/limits.h"

enum { SHORT_HASH_MAX = 52, UUID_BYTES = 16 };

static Value digest(OpCtx *c, const Value *args, uint32_t count, HashKind kind)
{
	Str text;
	Digest d;

	if (!builtin_text(c, args, count, 0, &text))
		return VALUE_NULL;
	d = hash_of(kind, text);
	return value_string(hash_hex(c->arena, &d));
}

FN(MD5)
{
	return digest(c, args, count, HASH_MD5);
}

FN(SHA1)
{
	return digest(c, args, count, HASH_SHA1);
}

FN(SHA256)
{
	return digest(c, args, count, HASH_SHA256);
}

FN(SHA512)
{
	return digest(c, args, count, HASH_SHA512);
}

static Value digest_base64(OpCtx *c, const Value *args, uint32_t count, HashKind kind)
{
	Str text;
	Digest d;
	Buf b;

	if (!builtin_text(c, args, count, 0, &text))
		return VALUE_NULL;
	d = hash_of(kind, text);
	buf_init(&b, TEXT_BYTES_MAX);
	hash_add_base64(&b, hash_str(&d));
	return builtin_take_text(c, &b);
}

FN(BASE64_SHA256)
{
	return digest_base64(c, args, count, HASH_SHA256);
}

FN(BASE64_SHA512)
{
	return digest_base64(c, args, count, HASH_SHA512);
}

FN(HMAC_SHA256)
{
	Str key, text;
	Digest d;

	if (!builtin_text(c, args, count, 0, &key) || !builtin_text(c, args, count, 1, &text))
		return VALUE_NULL;
	d = hash_hmac(HASH_SHA256, key, text);
	return value_string(hash_hex(c->arena, &d));
}

FN(CRC32)
{
	Str text;

	return builtin_text(c, args, count, 0, &text) ? value_int(hash_crc32(text)) : VALUE_NULL;
}

/* Base32 of the digest of the value's canonical form: letters and 2 to 7, fit for names. */
FN(SHORT_HASH)
{
	int64_t length = 8;
	uint8_t bytes[HASH_SHA256_BYTES];
	Value v;
	Buf b;

	if (!builtin_is_absent(args, count, 1) && !builtin_int(c, args, count, 1, &length))
		return VALUE_NULL;
	if (count == 0 || length < 1 || length > SHORT_HASH_MAX)
		return op_fail(c, DIAG_CALL_FAILED, "a length is 1 to %d", SHORT_HASH_MAX);
	value_digest(args[0], bytes);
	buf_init(&b, TEXT_BYTES_MAX);
	hash_add_base32(&b, (Str){(const char *)bytes, sizeof(bytes)});
	v = value_string(str_copy(c->arena, str_slice(buf_str(&b), 0, (size_t)length)));
	buf_fini(&b);
	return v;
}

static bool uuid_parse(Str s, Buf *ret)
{
	Buf digits;
	bool ok;

	if (s.len != 36)
		return false;
	buf_init(&digits, 64);
	for (size_t i = 0; i < s.len; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s.ptr[i] != '-')
				break;
		} else {
			buf_add_char(&digits, s.ptr[i]);
		}
	}
	ok = digits.len == 2 * UUID_BYTES && hash_unhex(ret, buf_str(&digits));
	buf_fini(&digits);
	return ok;
}

FN(UUID)
{
	static const struct {
		Str name, uuid;
	} spaces[] = {
		{STR_INIT("dns"), STR_INIT("6ba7b810-9dad-11d1-80b4-00c04fd430c8")},
		{STR_INIT("url"), STR_INIT("6ba7b811-9dad-11d1-80b4-00c04fd430c8")},
		{STR_INIT("oid"), STR_INIT("6ba7b812-9dad-11d1-80b4-00c04fd430c8")},
		{STR_INIT("x500"), STR_INIT("6ba7b814-9dad-11d1-80b4-00c04fd430c8")},
	};
	Str space, name, hex;
	Digest d;
	Buf b;
	bool ok;

	if (!builtin_text(c, args, count, 0, &space) || !builtin_text(c, args, count, 1, &name))
		return VALUE_NULL;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		if (str_eq(space, spaces[i].name))
			space = spaces[i].uuid;
	}
	buf_init(&b, TEXT_BYTES_MAX);
	ok = uuid_parse(space, &b);
	buf_add(&b, name);
	d = hash_of(HASH_SHA1, buf_str(&b));
	buf_fini(&b);
	if (!ok)
		return op_fail(c, DIAG_CALL_FAILED,
			"a namespace is dns, url, oid, x500 or a UUID, not `%.*s`", STR_ARG(space));
	d.bytes[6] = (uint8_t)((d.bytes[6] & 0x0F) | 0x50);
	d.bytes[8] = (uint8_t)((d.bytes[8] & 0x3F) | 0x80);
	d.len = UUID_BYTES;
	hex = hash_hex(c->arena, &d);
	return value_string(str_print(c->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.ptr, hex.ptr + 8,
		hex.ptr + 12, hex.ptr + 16, hex.ptr + 20));
}
