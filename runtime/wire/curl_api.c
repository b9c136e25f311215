/* Opens libcurl with dlopen(3) and hands it our allocator. */
#include "runtime/wire/curl_api.h"

#include "compiler/base/mem.h"
#include "runtime/wire/curl_api_impl.h"

#include <dlfcn.h>
#include <string.h>

static void *curl_malloc(size_t n)
{
	return mem_realloc(NULL, n);
}

static char *curl_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_realloc(NULL, n), s, n);
}

static void *curl_calloc(size_t count, size_t size)
{
	return mem_alloc(count * size); /* libcurl multiplies small constants */
}

/* dlsym gives an object pointer; POSIX promises that its bytes are the function's address. */
static bool load(void *library, const char *name, void *ret_function)
{
	void *symbol = dlsym(library, name);

	memcpy(ret_function, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool load_all(CurlApi *api)
{
	bool ok = true;

#define CURL_API_LOAD(f) ok = load(api->library, #f, &api->f) && ok;
	CURL_API_FUNCTIONS(CURL_API_LOAD)
#undef CURL_API_LOAD
	return ok;
}

bool curl_api_open(CurlApi **ret, Diag *err)
{
	CurlApi *api = MEM_NEW(CurlApi);

	api->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (!api->library) {
		diag_fail(err, DIAG_PROCESS, dlerror(), "the library libcurl cannot be opened");
		diag_fix(
			err, "install libcurl 7.81 or later (on Debian: apt-get install libcurl4)");
		curl_api_free(api);
		return false;
	}
	if (!load_all(api) || api->curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, mem_free,
				      mem_realloc, curl_strdup, curl_calloc) != CURLE_OK) {
		diag_fail(err, DIAG_PROCESS, NULL, "the library libcurl is too old");
		diag_fix(err, "install libcurl 7.81 or later");
		curl_api_free(api);
		return false;
	}
	*ret = api;
	return true;
}

CurlApi *curl_api_free(CurlApi *api)
{
	/* The library stays open: OpenSSL's exit handlers may live in it. */
	mem_free(api);
	return NULL;
}
