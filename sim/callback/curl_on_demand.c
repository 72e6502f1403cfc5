/* libcurl, loaded when it is first used: with the libraries that it needs it costs 9 ms and 6 MB, which a
 * simulator that calls nobody back must not pay. Each function that callback/ uses is defined here under its
 * own name, and calls the one in the library; whoever uses them includes <curl/curl.h> and notices nothing. A
 * machine without the library gets a sentence and no callbacks: curl_global_init() fails, and the others are
 * not called then. */
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include "fail.h"
#include "log.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

/* What is called by value and has no variable arguments: return type, name, parameters, arguments. */
#define PLAIN_CALLS(ROW)                                                                                     \
    ROW(CURL *, curl_easy_init, (void), ())                                                                  \
    ROW(const char *, curl_easy_strerror, (CURLcode code), (code))                                           \
    ROW(CURLM *, curl_multi_init, (void), ())                                                                \
    ROW(CURLMcode, curl_multi_add_handle, (CURLM * multi, CURL * easy), (multi, easy))                       \
    ROW(CURLMcode, curl_multi_remove_handle, (CURLM * multi, CURL * easy), (multi, easy))                    \
    ROW(CURLMcode, curl_multi_cleanup, (CURLM * multi), (multi))                                             \
    ROW(CURLMsg *, curl_multi_info_read, (CURLM * multi, int *left), (multi, left))                          \
    ROW(CURLMcode, curl_multi_perform, (CURLM * multi, int *running), (multi, running))                      \
    ROW(CURLMcode, curl_multi_poll,                                                                          \
        (CURLM * multi, struct curl_waitfd * extra, unsigned count, int timeout_ms, int *ready),             \
        (multi, extra, count, timeout_ms, ready))                                                            \
    ROW(CURLMcode, curl_multi_wakeup, (CURLM * multi), (multi))                                              \
    ROW(struct curl_slist *, curl_slist_append, (struct curl_slist * list, const char *line), (list, line))

struct library {
#define ROW(type, name, params, args) type(*name) params;
    PLAIN_CALLS(ROW)
#undef ROW
    CURLcode (*curl_global_init)(long flags);
    void (*curl_global_cleanup)(void);
    void (*curl_easy_cleanup)(CURL *easy);
    void (*curl_slist_free_all)(struct curl_slist *list);
    CURLcode (*curl_easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*curl_easy_getinfo)(CURL *easy, CURLINFO info, ...);
};

static struct library library;
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A function pointer out of dlsym's object pointer, as POSIX asks for. */
static bool find(void *handle, const char *name, void *slot)
{
    void *symbol = dlsym(handle, name);
    memcpy(slot, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void)
{
    static const char *const names[] = {"libcurl-gnutls.so.4", "libcurl.so.4"};
    void *handle = NULL;
    for (size_t i = 0; handle == NULL && i < sizeof names / sizeof names[0]; i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    bool all = handle != NULL;
#define ROW(type, name, params, args) all = all && find(handle, #name, &library.name);
    PLAIN_CALLS(ROW)
    ROW(, curl_global_init, , )
    ROW(, curl_global_cleanup, , )
    ROW(, curl_easy_cleanup, , )
    ROW(, curl_slist_free_all, , )
    ROW(, curl_easy_setopt, , )
    ROW(, curl_easy_getinfo, , )
#undef ROW
    loaded = all;
    if (!all)
        log_line(LOG_ERROR, "callback", "libcurl cannot be loaded, no callback will be sent: %s", dlerror());
}

CURLcode curl_global_init(long flags)
{
    pthread_once(&once, load);
    return loaded ? library.curl_global_init(flags) : CURLE_FAILED_INIT;
}

#define ROW(type, name, params, args)                                                                        \
    type name params                                                                                         \
    {                                                                                                        \
        REQUIRE(loaded);                                                                                     \
        return library.name args;                                                                            \
    }
PLAIN_CALLS(ROW)
#undef ROW

void curl_global_cleanup(void)
{
    if (loaded)
        library.curl_global_cleanup();
}

void curl_easy_cleanup(CURL *easy)
{
    if (loaded)
        library.curl_easy_cleanup(easy);
}

void curl_slist_free_all(struct curl_slist *list)
{
    if (loaded)
        library.curl_slist_free_all(list);
}

/* Every option's value is a long, a pointer or a curl_off_t: all of one size where this runs, and passed
 * alike. */
_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *),
               "curl_easy_setopt forwards words");

CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    va_list args;
    REQUIRE(loaded);
    va_start(args, option);
    void *value = va_arg(args, void *);
    va_end(args);
    return library.curl_easy_setopt(easy, option, value);
}

CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
    va_list args;
    REQUIRE(loaded);
    va_start(args, info);
    void *slot = va_arg(args, void *);
    va_end(args);
    return library.curl_easy_getinfo(easy, info, slot);
}
