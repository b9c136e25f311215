/* A data key, wrapped by the user's key, from which one key seals and another digests.  What is
 * stored is nonce, tag, cipher text. */
#include "runtime/state/seal.h"

#include "compiler/base/check.h"
#include "compiler/base/file.h"
#include "compiler/base/hash.h"
#include "compiler/base/mem.h"
#include "runtime/host/env.h"
#include "runtime/host/random.h"
#include "runtime/state/store_impl.h"

#include <openssl/evp.h>

enum { SEAL_KEY_BYTES = 32, SEAL_NONCE_BYTES = 12, SEAL_TAG_BYTES = 16, SEAL_FILE_MAX = 4096 };
enum { SEAL_HEAD_BYTES = SEAL_NONCE_BYTES + SEAL_TAG_BYTES };

static const Str seal_variable = STR_INIT("STYX_STATE_KEY");

static const unsigned char *seal_ptr(Str s)
{
	return (const unsigned char *)s.ptr;
}

/* Encrypts `plain` behind its head in `to` (which has room for both). */
static void seal_encrypt(Str key, Str plain, Str row, unsigned char *to)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;

	CHECK(ctx && key.len == SEAL_KEY_BYTES && plain.len < INT32_MAX);
	random_bytes(to, SEAL_NONCE_BYTES);
	CHECK(EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, seal_ptr(key), to) == 1);
	CHECK(EVP_EncryptUpdate(ctx, NULL, &len, seal_ptr(row), (int)row.len) == 1);
	CHECK(EVP_EncryptUpdate(ctx, to + SEAL_HEAD_BYTES, &len, seal_ptr(plain), (int)plain.len) ==
		1);
	CHECK(EVP_EncryptFinal_ex(ctx, to + SEAL_HEAD_BYTES + len, &len) == 1);
	CHECK(EVP_CIPHER_CTX_ctrl(
		      ctx, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_BYTES, to + SEAL_NONCE_BYTES) == 1);
	EVP_CIPHER_CTX_free(ctx);
}

/* Decrypts into `to`, which has room for what is behind the head; false: another key, another row,
 * or damage. */
static bool seal_decrypt(Str key, Str sealed, Str row, unsigned char *to)
{
	unsigned char tag[SEAL_TAG_BYTES];
	int len = 0;

	CHECK(key.len == SEAL_KEY_BYTES);
	if (sealed.len < SEAL_HEAD_BYTES || sealed.len > INT32_MAX)
		return false;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	CHECK(ctx);
	for (size_t i = 0; i < SEAL_TAG_BYTES; i++)
		tag[i] = seal_ptr(sealed)[SEAL_NONCE_BYTES + i];
	CHECK(EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, seal_ptr(key), seal_ptr(sealed)) ==
		1);
	CHECK(EVP_DecryptUpdate(ctx, NULL, &len, seal_ptr(row), (int)row.len) == 1);
	CHECK(EVP_DecryptUpdate(ctx, to, &len, seal_ptr(sealed) + SEAL_HEAD_BYTES,
		      (int)(sealed.len - SEAL_HEAD_BYTES)) == 1);
	CHECK(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_BYTES, tag) == 1);
	bool ok = EVP_DecryptFinal_ex(ctx, to + len, &len) == 1;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static bool seal_key_error(Diag *err, const char *why, Str where)
{
	diag_fail(err, DIAG_STATE_KEY, why, "cannot open the key that seals secrets (%.*s)",
		STR_ARG(where));
	diag_fix(err, "put the key back, or set STYX_STATE_KEY to it; nothing was changed");
	return false;
}

/* Decodes a user's key: 64 hex digits, white space around them. */
static bool seal_parse_key(Str text, Str where, Secret **ret, Diag *err)
{
	Buf bytes;

	buf_init(&bytes, SEAL_KEY_BYTES + 1);
	bool ok = hash_unhex(&bytes, str_trim(text)) && bytes.len == SEAL_KEY_BYTES;

	if (ok)
		*ret = secret_new(buf_str(&bytes));
	else
		seal_key_error(err, "a key is 64 hex digits", where);
	secret_wipe(bytes.ptr, bytes.cap);
	buf_fini(&bytes);
	return ok;
}

/* Makes a user's key and the file that holds it. */
static bool seal_make_key(Store *s, Secret **ret, Diag *err)
{
	char bytes[SEAL_KEY_BYTES];
	Buf text;

	random_bytes(bytes, sizeof(bytes));
	buf_init(&text, SEAL_FILE_MAX);
	hash_add_hex(&text, (Str){bytes, sizeof(bytes)});
	buf_add_char(&text, '\n');
	bool ok = !s->key_path.len || file_write(s->key_path, buf_str(&text), 0600, err);

	if (ok)
		*ret = secret_new((Str){bytes, sizeof(bytes)});
	secret_wipe(bytes, sizeof(bytes));
	secret_wipe(text.ptr, text.cap);
	buf_fini(&text);
	return ok;
}

/* Finds the user's key: the environment, the file, or (if `may_make`) a new one. */
static bool seal_user_key(Store *s, bool may_make, Secret **ret, Diag *err)
{
	Str text;

	if (env_get(seal_variable, &text) && text.len)
		return seal_parse_key(text, seal_variable, ret, err);
	if (!s->key_path.len || file_kind(s->key_path) == FILE_MISSING) {
		if (may_make)
			return seal_make_key(s, ret, err);
		return seal_key_error(err, "the file does not exist", s->key_path);
	}
	Arena *a = arena_new("key");
	bool ok = file_read(a, s->key_path, SEAL_FILE_MAX, &text, err) &&
		  seal_parse_key(text, s->key_path, ret, err);

	arena_free(a);
	return ok;
}

/* Derives the two keys from the data key. */
static void seal_derive(Store *s, Str data_key)
{
	Digest seal = hash_hmac(HASH_SHA256, data_key, STR("styx seal 1"));
	Digest digest = hash_hmac(HASH_SHA256, data_key, STR("styx digest 1"));

	s->seal_key = secret_new(hash_str(&seal));
	s->digest_key = secret_new(hash_str(&digest));
	secret_wipe(&seal, sizeof(seal));
	secret_wipe(&digest, sizeof(digest));
}

/* Makes the data key and stores it, wrapped by the user's.  The caller holds the write lock. */
static bool seal_make_data_key(Store *s, Diag *err)
{
	char data_key[SEAL_KEY_BYTES];
	unsigned char wrapped[SEAL_HEAD_BYTES + SEAL_KEY_BYTES];
	Secret *user = NULL;
	Sql *q;

	if (!seal_user_key(s, true, &user, err))
		return false;
	random_bytes(data_key, sizeof(data_key));
	seal_encrypt(
		secret_bytes(user), (Str){data_key, sizeof(data_key)}, STR("data key"), wrapped);
	secret_free(user);
	bool ok = store_write(s, false, err) && sql_prepare(s, SQL_META_PUT, &q, err);

	if (ok) {
		sql_text(q, 1, STR("data_key"));
		sql_blob(q, 2, (Str){(const char *)wrapped, sizeof(wrapped)});
		ok = sql_run(s, q, err) && store_flush(s, err);
	}
	if (ok)
		seal_derive(s, (Str){data_key, sizeof(data_key)});
	secret_wipe(data_key, sizeof(data_key));
	return ok;
}

/* Unwraps the data key that is stored as `wrapped`. */
static bool seal_unwrap(Store *s, Str wrapped, Diag *err)
{
	unsigned char data_key[SEAL_KEY_BYTES];
	Secret *user = NULL;

	if (wrapped.len != SEAL_HEAD_BYTES + SEAL_KEY_BYTES)
		return diag_fail(err, DIAG_STATE_CORRUPT, "the wrapped key is cut short",
			"the state `%.*s` is damaged", STR_ARG(s->path));
	if (!seal_user_key(s, false, &user, err))
		return false;
	bool ok = seal_decrypt(secret_bytes(user), wrapped, STR("data key"), data_key);

	secret_free(user);
	if (ok)
		seal_derive(s, (Str){(const char *)data_key, sizeof(data_key)});
	else
		seal_key_error(err, "it is not the key that this state was made with", s->key_path);
	secret_wipe(data_key, sizeof(data_key));
	return ok;
}

bool seal_check(Store *s, Diag *err)
{
	Secret *user = NULL;
	bool has_row;
	Sql *q;

	CHECK(s->magic == STORE_MAGIC);
	if (s->seal_key)
		return true;
	if (!sql_prepare(s, SQL_META_GET, &q, err))
		return false;
	sql_text(q, 1, STR("data_key"));
	if (!sql_row(s, q, &has_row, err))
		return false;
	sql_end(q);
	if (!has_row)
		return true;
	if (!seal_user_key(s, false, &user, err))
		return false;
	secret_free(user);
	return true;
}

/* Opens the keys that are stored, if any are. */
static bool seal_find(Store *s, bool *ret_is_there, Diag *err)
{
	Sql *q;

	if (!sql_prepare(s, SQL_META_GET, &q, err))
		return false;
	sql_text(q, 1, STR("data_key"));
	if (!sql_row(s, q, ret_is_there, err))
		return false;
	bool ok = !*ret_is_there || seal_unwrap(s, sql_get_bytes(q, 0), err);

	sql_end(q);
	return ok;
}

bool seal_ready(Store *s, Diag *err)
{
	bool is_there = false;

	CHECK(s->magic == STORE_MAGIC);
	if (s->seal_key)
		return true;
	if (!seal_find(s, &is_there, err))
		return false;
	if (is_there)
		return true;
	/* Another process may be about to make them too: one of the two files would be lost. */
	if (!store_write(s, false, err) || !seal_find(s, &is_there, err))
		return false;
	return is_there || seal_make_data_key(s, err);
}

static Value seal_handle(Arena *a, bool is_sealed, Str text, Str row)
{
	Residual *r = ARENA_NEW(a, Residual);
	Value *args = ARENA_ARRAY(a, Value, 2);

	args[0] = value_string(text);
	args[1] = value_string(row);
	*r = (Residual){.op = RESIDUAL_SECRET,
		.args = args,
		.name = is_sealed ? STR("sealed") : STR("digest"),
		.arg_count = is_sealed ? 2 : 1,
		.is_secret = true};
	return value_residual(r);
}

bool seal_value(Store *s, Str row, Value plain, Arena *a, Value *ret, Diag *err)
{
	Buf bytes;
	Buf text;

	if (!seal_ready(s, err))
		return false;
	buf_init(&bytes, SIZE_MAX / 4);
	buf_init(&text, SIZE_MAX / 2);
	value_encode(&bytes, plain);
	unsigned char *sealed = arena_alloc(a, SEAL_HEAD_BYTES + bytes.len, 1);

	seal_encrypt(secret_bytes(s->seal_key), buf_str(&bytes), row, sealed);
	hash_add_base64(&text, (Str){(const char *)sealed, SEAL_HEAD_BYTES + bytes.len});
	*ret = seal_handle(a, true, str_copy(a, buf_str(&text)), str_copy(a, row));
	secret_wipe(bytes.ptr, bytes.cap);
	buf_fini(&bytes);
	buf_fini(&text);
	return true;
}

bool seal_bytes(Store *s, Str row, Str plain, Arena *a, Str *ret, Diag *err)
{
	if (!seal_ready(s, err))
		return false;
	unsigned char *sealed = arena_alloc(a, SEAL_HEAD_BYTES + plain.len, 1);

	seal_encrypt(secret_bytes(s->seal_key), plain, row, sealed);
	*ret = (Str){(const char *)sealed, SEAL_HEAD_BYTES + plain.len};
	return true;
}

bool seal_open_bytes(Store *s, Str row, Str sealed, Arena *a, Str *ret, Diag *err)
{
	if (!seal_ready(s, err))
		return false;
	if (sealed.len < SEAL_HEAD_BYTES)
		return false;
	size_t len = sealed.len - SEAL_HEAD_BYTES;
	unsigned char *plain = arena_alloc(a, len + 1, 1);

	if (!seal_decrypt(secret_bytes(s->seal_key), sealed, row, plain))
		return false;
	*ret = (Str){(const char *)plain, len};
	return true;
}

bool seal_open(Store *s, const Residual *handle, Arena *a, Value *ret, Diag *err)
{
	Buf sealed;
	bool ok = false;

	CHECK(seal_is_sealed(value_residual(handle)));
	if (!seal_ready(s, err))
		return false;
	buf_init(&sealed, SIZE_MAX / 2);
	Str row = handle->arg_count > 1 ? handle->args[1].as.text : STR("");

	if (hash_unbase64(&sealed, handle->args[0].as.text) && sealed.len > SEAL_HEAD_BYTES) {
		size_t len = sealed.len - SEAL_HEAD_BYTES;
		unsigned char *plain = mem_alloc(len);

		ok = seal_decrypt(secret_bytes(s->seal_key), buf_str(&sealed), row, plain) &&
		     value_decode(a, (Str){(const char *)plain, len}, ret, err);
		secret_wipe(plain, len);
		mem_free(plain);
	}
	buf_fini(&sealed);
	if (ok)
		return true;
	return diag_fail(err, DIAG_STATE_CORRUPT, "it was changed, or sealed for another row",
		"a sealed secret in the state cannot be opened");
}

bool seal_digest(Store *s, Str row, Value plain, Arena *a, Value *ret, Diag *err)
{
	Buf bytes;

	if (!seal_ready(s, err))
		return false;
	buf_init(&bytes, SIZE_MAX / 2);
	buf_add_leb(&bytes, row.len);
	buf_add(&bytes, row);
	value_encode(&bytes, plain);
	Digest digest = hash_hmac(HASH_SHA256, secret_bytes(s->digest_key), buf_str(&bytes));

	*ret = seal_handle(a, false, hash_hex(a, &digest), STR_NONE);
	secret_wipe(bytes.ptr, bytes.cap);
	buf_fini(&bytes);
	return true;
}

bool seal_generate(Store *s, Str label, uint32_t bytes, Arena *a, Str *ret, Diag *err)
{
	Buf stream;
	Buf text;
	Buf input;

	if (!seal_ready(s, err))
		return false;
	buf_init(&stream, SIZE_MAX / 2);
	buf_init(&text, SIZE_MAX / 2);
	buf_init(&input, SIZE_MAX / 2);
	for (uint32_t block = 0; stream.len < bytes; block++) {
		buf_clear(&input);
		buf_print(&input, "generate %u %.*s ", block, STR_ARG(s->lineage));
		buf_add(&input, label); /* any bytes */
		Digest digest =
			hash_hmac(HASH_SHA256, secret_bytes(s->digest_key), buf_str(&input));

		buf_add(&stream, hash_str(&digest));
		secret_wipe(&digest, sizeof(digest));
	}
	hash_add_base64url(&text, str_slice(buf_str(&stream), 0, bytes));
	*ret = str_copy(a, buf_str(&text));
	secret_wipe(stream.ptr, stream.cap);
	secret_wipe(text.ptr, text.cap);
	buf_fini(&stream);
	buf_fini(&text);
	buf_fini(&input);
	return true;
}

/* Secrets stay recognisable as such, so that what is read in their place is covered. */
static Value seal_unsure_part(Arena *a, Value v)
{
	if (!value_has_secret(v))
		return seal_handle(a, false, STR("?"), STR_NONE);
	if (v.kind != VAL_MAP)
		return seal_handle(a, false, STR("?secret"), STR_NONE);
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, v.as.map->len);

	for (uint32_t i = 0; i < v.as.map->len; i++)
		entries[i] = (ValueEntry){
			v.as.map->entries[i].key, seal_unsure_part(a, v.as.map->entries[i].value)};
	return value_map(a, entries, v.as.map->len);
}

Value seal_unsure(Arena *a, Value before, Value wanted)
{
	const Value sides[] = {before, wanted};
	Value all = value_map(a, NULL, 0);

	for (uint32_t side = 0; side < 2; side++)
		for (uint32_t i = 0; sides[side].kind == VAL_MAP && i < sides[side].as.map->len;
			i++) {
			const ValueEntry *e = &sides[side].as.map->entries[i];
			const Value *other = value_find(all, e->key);
			const Value *held = value_find(before, e->key);
			const Value *next = value_find(wanted, e->key);

			if (held && next && value_eq(*held, *next)) {
				all = value_with(a, all, e->key, e->value);
				continue; /* no call is about it */
			}
			if (e->value.kind == VAL_NULL || (other && !seal_is_unsure(*other)))
				continue;
			all = value_with(a, all, e->key,
				seal_is_unsure(e->value) ? e->value
							 : seal_unsure_part(a, e->value));
		}
	return all;
}

static bool seal_is(Value v, Str source, uint32_t arg_count)
{
	if (v.kind != VAL_DEFERRED || v.as.residual->op != RESIDUAL_SECRET ||
		!str_eq(v.as.residual->name, source) || v.as.residual->arg_count != arg_count)
		return false;
	for (uint32_t i = 0; i < arg_count; i++)
		if (v.as.residual->args[i].kind != VAL_STRING)
			return false;
	return true;
}

bool seal_is_sealed(Value v)
{
	return seal_is(v, STR("sealed"), 2);
}

bool seal_is_digest(Value v)
{
	return seal_is(v, STR("digest"), 1);
}

bool seal_is_unsure(Value v)
{
	return seal_is_digest(v) && str_eq(v.as.residual->args[0].as.text, STR("?"));
}
