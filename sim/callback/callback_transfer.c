/* Sets libcurl up for one attempt, watches its phases through libcurl's callbacks, and puts its end into our
 * words. When it runs, and in which multi handle, is the sender's business. */
#include "callback_transfer.h"

#include <arpa/inet.h>
#include <string.h>

#include "callback_error.h"
#include "callback_reach.h"
#include "callback_retry.h"
#include "clock.h"
#include "mem.h"

enum {
    /* libcurl's own connect time-out cannot be switched off: a day is never reached, ours are 15 s at most.
     */
    CURL_NEVER_MS = 24 * 60 * 60 * 1000,
    /* Answers are short, and 256 transfers have a buffer each. */
    CURL_BUFFER_BYTES = 4096,
    TEXT_MAX_BYTES = 512,
};

struct callback_transfer {
    CURL *easy;
    struct curl_slist *headers;
    struct callback_post *post;
    bool reach_public;
    int number;
    int64_t first_started_ms, started_ms, progress_ms;
    bool connected; /* with TLS; the request goes out */
    bool answer_begun;
    bool head_complete; /* the empty line behind it came; libcurl takes an end before it for a whole answer */
    bool socket_made;
    char refused_address[INET6_ADDRSTRLEN]; /* a public one, "" = none */
    CURLcode code;
    char curl_text[CURL_ERROR_SIZE];
    size_t answer_bytes; /* with its head */
    size_t kept;
    char answer[CALLBACK_ANSWER_KEPT_BYTES];
};

/* libcurl asks for a socket to that address: the place to refuse what is too far away. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct callback_transfer *transfer = context;
    (void)purpose;
    if (!transfer->reach_public && callback_reach_of(&address->addr) == REACH_PUBLIC) {
        const struct sockaddr *at = &address->addr;
        const void *bytes = at->sa_family == AF_INET6
                                ? (const void *)&((const struct sockaddr_in6 *)at)->sin6_addr
                                : (const void *)&((const struct sockaddr_in *)at)->sin_addr;
        inet_ntop(at->sa_family, bytes, transfer->refused_address, sizeof transfer->refused_address);
        return CURL_SOCKET_BAD;
    }
    transfer->socket_made = true;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The connection stands (with TLS), and the request is about to go out. */
static int request_begins(void *context, char *to_ip, char *from_ip, int to_port, int from_port)
{
    struct callback_transfer *transfer = context;
    (void)to_ip, (void)from_ip, (void)to_port, (void)from_port;
    transfer->connected = true;
    transfer->progress_ms = clock_mono_ms();
    return CURL_PREREQFUNC_OK;
}

/* Counts what came; false when the answer is too long. */
static bool answer_grows(struct callback_transfer *transfer, size_t bytes)
{
    transfer->answer_begun = true;
    transfer->progress_ms = clock_mono_ms();
    transfer->answer_bytes += bytes;
    return transfer->answer_bytes <= CALLBACK_ANSWER_MAX_BYTES;
}

static size_t take_head(char *line, size_t size, size_t count, void *context)
{
    struct callback_transfer *transfer = context;
    transfer->head_complete = size * count > 0 && (line[0] == '\r' || line[0] == '\n');
    return answer_grows(transfer, size * count) ? size * count : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct callback_transfer *transfer = context;
    size_t room = sizeof transfer->answer - transfer->kept;
    size_t kept = size * count < room ? size * count : room;
    memcpy(transfer->answer + transfer->kept, bytes, kept);
    transfer->kept += kept;
    return answer_grows(transfer, size * count) ? size * count : 0;
}

static void set_long(CURL *easy, CURLoption option, long value)
{
    REQUIRE(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

static void set_text(CURL *easy, CURLoption option, const char *value)
{
    REQUIRE(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

static void set_behaviour(CURL *easy)
{
    static const struct {
        CURLoption option;
        long value;
    } rows[] = {
        {CURLOPT_POST, 1},
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_PATH_AS_IS, 1},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_FRESH_CONNECT, 1},
        {CURLOPT_FORBID_REUSE, 1},
        {CURLOPT_TIMEOUT_MS, 0},
        {CURLOPT_CONNECTTIMEOUT_MS, CURL_NEVER_MS},
        {CURLOPT_BUFFERSIZE, CURL_BUFFER_BYTES},
        {CURLOPT_QUICK_EXIT, 1}, /* a time-out must not wait for a name that is still looked up */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        set_long(easy, rows[i].option, rows[i].value);
    set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set_text(easy, CURLOPT_PROXY, "");
    set_text(easy, CURLOPT_USERAGENT, "TwilioProxy/1.1");
    set_text(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

static void set_callbacks(CURL *easy, struct callback_transfer *transfer)
{
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, request_begins);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->curl_text);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

struct callback_transfer *callback_transfer_new(const struct callback_settings *settings)
{
    struct callback_transfer *transfer = mem_new(sizeof *transfer);
    transfer->reach_public = settings->reach_public;
    transfer->easy = curl_easy_init();
    REQUIRE(transfer->easy != NULL);
    set_behaviour(transfer->easy);
    set_callbacks(transfer->easy, transfer);
    if (settings->ca_file != NULL)
        set_text(transfer->easy, CURLOPT_CAINFO, settings->ca_file);
    return transfer;
}

void callback_transfer_free(struct callback_transfer *transfer)
{
    if (transfer == NULL)
        return;
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    mem_free(transfer);
}

static void put_headers(struct callback_transfer *transfer, const struct callback_post *post)
{
    curl_slist_free_all(transfer->headers);
    transfer->headers = curl_slist_append(NULL, "Expect:"); /* takes libcurl's own away */
    for (size_t i = 0; i < post->header_count; i++)
        transfer->headers = curl_slist_append(transfer->headers, post->headers[i]);
    REQUIRE(transfer->headers != NULL);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

void callback_transfer_begin(struct callback_transfer *transfer, struct callback_post *post, int number,
                             int64_t now_mono_ms)
{
    CURL *easy = transfer->easy;
    transfer->post = post;
    transfer->number = number;
    transfer->started_ms = transfer->progress_ms = now_mono_ms;
    if (number == 1)
        transfer->first_started_ms = now_mono_ms;
    transfer->connected = transfer->answer_begun = transfer->head_complete = transfer->socket_made = false;
    transfer->refused_address[0] = transfer->curl_text[0] = '\0';
    transfer->code = CURLE_OK;
    transfer->answer_bytes = transfer->kept = 0;
    put_headers(transfer, post);
    set_text(easy, CURLOPT_URL, post->target);
    set_text(easy, CURLOPT_POSTFIELDS, post->body);
    set_long(easy, CURLOPT_POSTFIELDSIZE, (long)post->body_len);
}

CURL *callback_transfer_easy(struct callback_transfer *transfer)
{
    return transfer->easy;
}

struct callback_post *callback_transfer_post(const struct callback_transfer *transfer)
{
    return transfer->post;
}

int callback_transfer_number(const struct callback_transfer *transfer)
{
    return transfer->number;
}

static int64_t total_due(const struct callback_transfer *transfer)
{
    return transfer->first_started_ms + transfer->post->overrides.total_ms;
}

int64_t callback_transfer_due(const struct callback_transfer *transfer)
{
    const struct callback_overrides *overrides = &transfer->post->overrides;
    int64_t phase = transfer->connected ? transfer->progress_ms + overrides->read_ms
                                        : transfer->started_ms + overrides->connect_ms;
    return phase < total_due(transfer) ? phase : total_due(transfer);
}

enum callback_error callback_transfer_late(const struct callback_transfer *transfer, int64_t now_mono_ms)
{
    if (now_mono_ms >= total_due(transfer))
        return CALLBACK_TOTAL_TIMEOUT;
    return transfer->connected ? CALLBACK_READ_TIMEOUT : CALLBACK_CONNECT_TIMEOUT;
}

enum callback_error callback_transfer_over(struct callback_transfer *transfer, CURLcode code)
{
    transfer->code = code;
    if (code != CURLE_OK && transfer->refused_address[0] != '\0' && !transfer->socket_made)
        return CALLBACK_NOT_LOCAL;
    if (code == CURLE_OK && !transfer->head_complete)
        return CALLBACK_PARTIAL;
    return callback_error_of_curl(code, transfer->connected, transfer->answer_begun);
}

static int status_of(const struct callback_transfer *transfer)
{
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

bool callback_transfer_again(const struct callback_transfer *transfer, enum callback_error error,
                             int64_t now_mono_ms)
{
    enum callback_retry kind = callback_retry_kind(error, status_of(transfer), transfer->answer_begun);
    return callback_retry_due(&transfer->post->overrides, kind, transfer->number,
                              total_due(transfer) - now_mono_ms);
}

/* Why there was no connection. libcurl's own sentence tells how many ms it took, and would differ from run to
 * run. */
static const char *connect_reason(const struct callback_transfer *transfer)
{
    long number = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
    const char *reason = number != 0 ? strerrordesc_np((int)number) : NULL;
    return reason != NULL ? reason : curl_easy_strerror(transfer->code);
}

/* The end in words. */
static void put_text(const struct callback_transfer *transfer, enum callback_error error,
                     struct text_buf *out)
{
    const struct callback_overrides *overrides = &transfer->post->overrides;
    switch (error) {
    case CALLBACK_ANSWERED:
        text_putf(out, "answered %d", status_of(transfer));
        return;
    case CALLBACK_CONNECT_FAILED:
        text_putf(out, "no connection: %s", connect_reason(transfer));
        return;
    case CALLBACK_CONNECT_TIMEOUT:
        text_putf(out, "no connection within %d ms (ct)", overrides->connect_ms);
        return;
    case CALLBACK_TLS_FAILED:
        text_putf(out, "TLS failed: %s",
                  transfer->curl_text[0] != '\0' ? transfer->curl_text : curl_easy_strerror(transfer->code));
        return;
    case CALLBACK_NOT_LOCAL:
        text_putf(out, "%s is neither on this machine nor on a private network, and callbacks stay there",
                  transfer->refused_address);
        return;
    case CALLBACK_NO_ANSWER:
        text_put_z(out, "the connection ended without an answer");
        return;
    case CALLBACK_READ_TIMEOUT:
        text_putf(out, "nothing came for %d ms (rt)", overrides->read_ms);
        return;
    case CALLBACK_TOTAL_TIMEOUT:
        text_putf(out, "not over within %d ms (tt)", overrides->total_ms);
        return;
    case CALLBACK_PARTIAL:
        text_put_z(out, transfer->answer_bytes > CALLBACK_ANSWER_MAX_BYTES
                            ? "the answer is too long"
                            : "the answer ended before its end");
        return;
    case CALLBACK_BAD_ANSWER:
        text_putf(out, "no HTTP answer: %s", curl_easy_strerror(transfer->code));
        return;
    case CALLBACK_STOPPED:
        text_put_z(out, "the sender was stopped");
        return;
    }
}

void callback_transfer_report(const struct callback_transfer *transfer, enum callback_error error,
                              int64_t now_mono_ms, bool last)
{
    struct text_buf text;
    text_buf_init(&text, TEXT_MAX_BYTES);
    put_text(transfer, error, &text);
    const struct callback_attempt attempt = {
        .id = transfer->post->id,
        .number = transfer->number,
        .started_mono_ms = transfer->started_ms,
        .ended_mono_ms = now_mono_ms,
        .status = status_of(transfer),
        .error = error,
        .text = text_buf_z(&text),
        .last = last,
        .target = transfer->post->target,
        .signature = transfer->post->signature,
        .notes = transfer->post->notes,
        .answer = text_span(transfer->answer, transfer->kept),
    };
    transfer->post->attempted(transfer->post->context, &attempt);
    text_buf_release(&text);
}
