/* The table of libcurl's functions, seen by wire/ only.  Thread: loop. */
#ifndef STYX_WIRE_CURL_API_IMPL_H
#define STYX_WIRE_CURL_API_IMPL_H

#include "runtime/wire/curl_api.h"

/* The checks of arguments by macros do not work through pointers. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

struct CurlApi {
	void *library;
#define CURL_API_MEMBER(f) __typeof__(&f) f;
	CURL_API_FUNCTIONS(CURL_API_MEMBER)
#undef CURL_API_MEMBER
};

#endif
