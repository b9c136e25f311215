/* Digests and codecs by OpenSSL, behind our types.  Thread: any. */
#ifndef STYX_BASE_HASH_H
#define STYX_BASE_HASH_H

#include "compiler/base/buf.h"

typedef enum HashKind { HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA512, HASH_KIND_COUNT } HashKind;

enum { HASH_BYTES_MAX = 64, HASH_SHA256_BYTES = 32 };

typedef struct Digest {
	uint8_t bytes[HASH_BYTES_MAX];
	uint32_t len;
} Digest;

/* Digests `data`; with a key, the HMAC. */
Digest hash_of(HashKind kind, Str data);
Digest hash_hmac(HashKind kind, Str key, Str data);

/* CRC-32 (ISO-HDLC, as in gzip and S3's checksum). */
uint32_t hash_crc32(Str data);

/* Text forms, appended: lower-case hex, base64 (with padding), base64url (without), base32
 * (lower case, without padding). */
void hash_add_hex(Buf *b, Str data);
void hash_add_base64(Buf *b, Str data);
void hash_add_base64url(Buf *b, Str data);
void hash_add_base32(Buf *b, Str data);

/* Append the decoded bytes; false if `text` is not of that form (base64: padding optional). */
MUST_CHECK bool hash_unhex(Buf *b, Str text);
MUST_CHECK bool hash_unbase64(Buf *b, Str text);

/* The bytes of a digest as a slice of it; hex text in an arena. */
Str hash_str(const Digest *d);
Str hash_hex(Arena *a, const Digest *d);

#endif
