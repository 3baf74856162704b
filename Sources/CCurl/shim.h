#ifndef TTSR_CURL_SHIM_H
#define TTSR_CURL_SHIM_H

// Necessary because the type-checking macros of <curl/curl.h> would wrap the calls below.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

// Every function here is necessary because Swift cannot call C variadic functions
// (curl_easy_setopt, curl_easy_getinfo) or import a macro that is an expression.

static inline CURLcode ttsr_curl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_ALL);
}

static inline CURLcode ttsr_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ttsr_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ttsr_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ttsr_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ttsr_curl_set_list(
    CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*ttsr_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ttsr_curl_set_receiver(
    CURL *handle, CURLoption option, ttsr_curl_receiver value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ttsr_curl_set_open_socket(CURL *handle, curl_opensocket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode ttsr_curl_set_trailers(CURL *handle, curl_trailer_callback value) {
    return curl_easy_setopt(handle, CURLOPT_TRAILERFUNCTION, value);
}

static inline CURLcode ttsr_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

// Necessary because the payload of CURLMsg is a C union, read here where its tag is known.
static inline CURLcode ttsr_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
