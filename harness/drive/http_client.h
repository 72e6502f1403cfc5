/* http_client: requests to the backend (and to the simulator's control API): plain data in, plain data
 * out.
 *
 *     struct http_client *awa = http_client_new("127.3.0.1");     // one per person: address and cookies
 *     struct http_call call = {.method = "POST", .url = url, .headers = headers, .header_count = 1,
 *                              .body = body, .within_ms = 10000};
 *     struct http_result result;
 *     http_client_run(awa, &call, &result);                       // result.status, or 0 and error_text
 *     http_result_release(&result);
 *     http_client_free(awa);
 *
 * Held at a barrier: http_client_prepare() opens the connection now, http_run_together() sends all
 * prepared requests at the same moment, each on a thread of its own.
 * The source address is used when the target is an IPv4 loopback address, else it is left to the kernel.
 * Cookies are kept by the client and shared by its calls. Redirects are not followed; each call has a
 * connection of its own (one that is kept alive would hide a backend that restarted). No proxy, no
 * variable of the environment is honoured; TLS is accepted from anyone (the backend's certificate is not
 * what we test).
 * Bounds: a body larger than HTTP_BODY_MAX_BYTES or headers above HTTP_HEADERS_MAX_BYTES end the call with
 * an error.
 * A client may be used by several threads at once. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drive_events.h"
#include "fail.h"
#include "text.h"

enum {
    HTTP_BODY_MAX_BYTES = 8 * 1024 * 1024,
    HTTP_HEADERS_MAX_BYTES = 256 * 1024,
    HTTP_HEADERS_KEPT_MAX = 200,
    HTTP_TOGETHER_MAX = 256,
};

struct http_client;
struct http_exchange;

struct http_header {
    const char *name;
    const char *value;
};

struct http_call {
    const char *method; /* NULL = GET */
    const char *url;
    const struct http_header *headers; /* sent as they are; Content-Type is the caller's */
    size_t header_count;
    struct text body;  /* .at == NULL = none */
    int64_t within_ms; /* connect to last byte; 0 = 10 s */
};

enum http_error {
    HTTP_OK,
    HTTP_BAD_CALL,   /* the URL or a header cannot be sent */
    HTTP_NO_CONNECT, /* refused, unreachable, no such name */
    HTTP_LOST,       /* connected, then closed, reset or unreadable */
    HTTP_TIMED_OUT,
    HTTP_TOO_LARGE,
};

struct http_result {
    enum http_error error;
    char error_text[256];        /* "" when HTTP_OK */
    int status;                  /* 0 when there was no answer */
    struct http_header *headers; /* in order of arrival */
    size_t header_count;
    struct text_buf body;
    struct drive_time connected, sent, ended; /* sent: when the request was released */
};

/* source_address: "127.3.0.1"; NULL = the kernel's choice. New. */
struct http_client *http_client_new(const char *source_address);
void http_client_free(struct http_client *client);
/* Forgets all cookies. */
void http_client_forget(struct http_client *client);

/* Always fills *ret_result (release it), true when an answer came (whatever its status). */
bool http_client_run(struct http_client *client, const struct http_call *call,
                     struct http_result *ret_result);

/* Copies the call and opens its connection. New; never NULL: a connection that fails shows in the result. */
struct http_exchange *http_client_prepare(struct http_client *client, const struct http_call *call);
/* Sends and reads. Once for an exchange. */
bool http_exchange_run(struct http_exchange *exchange, struct http_result *ret_result);
void http_exchange_free(struct http_exchange *exchange);

/* Runs them at the same moment; returns when all are over. count <= HTTP_TOGETHER_MAX. */
void http_run_together(struct http_exchange *const *exchanges, size_t count, struct http_result *ret_results);

void http_result_release(struct http_result *result);
/* The first value of a header (any case) or NULL. Borrowed. */
const char *http_result_header(const struct http_result *result, const char *name);
/* "refused", "lost", … for histories. */
const char *http_error_name(enum http_error error);

#endif
