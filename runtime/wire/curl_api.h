/* libcurl, opened on first use: a table of the functions we call.
 *
 * libcurl and what it needs cost four milliseconds of start-up, which commands that use no network
 * must not pay (style.md, 12).  Thread: loop. */
#ifndef STYX_WIRE_CURL_API_H
#define STYX_WIRE_CURL_API_H

#include "compiler/base/diag.h"

/* X(function) for each; the table's members are pointers of the same names. */
#define CURL_API_FUNCTIONS(X)                                                                      \
	X(curl_global_init_mem)                                                                    \
	X(curl_easy_init)                                                                          \
	X(curl_easy_cleanup)                                                                       \
	X(curl_easy_setopt)                                                                        \
	X(curl_easy_getinfo)                                                                       \
	X(curl_easy_strerror)                                                                      \
	X(curl_slist_append)                                                                       \
	X(curl_slist_free_all)                                                                     \
	X(curl_multi_init)                                                                         \
	X(curl_multi_cleanup)                                                                      \
	X(curl_multi_setopt)                                                                       \
	X(curl_multi_add_handle)                                                                   \
	X(curl_multi_remove_handle)                                                                \
	X(curl_multi_socket_action)                                                                \
	X(curl_multi_info_read)                                                                    \
	X(curl_multi_assign)

typedef struct CurlApi CurlApi;

/* Opens the library and readies it; the table is the caller's, ended with curl_api_free().
 * err  DIAG_PROCESS: the library is not installed or lacks a function. */
MUST_CHECK bool curl_api_open(CurlApi **ret, Diag *err);
CurlApi *curl_api_free(CurlApi *api);

#endif
