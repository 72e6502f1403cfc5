/* A small HTTP client for one server that we know. libcurl would cost a command 10 ms. */
#include "sim_client.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

enum { PIECE_BYTES = 16 * 1024, HEAD_MAX_BYTES = 32 * 1024, POLL_MAX_MS = 60000 };

const struct option_row sim_client_rows[] = {
    {"sim", 's', OPTION_TEXT, "URL", NULL,
     "the simulator to ask (default: TWILIO_SIM_URL, else http://127.0.0.1:4010)", 0, 0},
    {"control-token", 0, OPTION_TEXT, "TOKEN", NULL, "what it wants as a bearer token", 0, 0},
    {"account", 0, OPTION_TEXT, "SID", NULL, "which account's messages (default: the first account's)", 0, 0},
    {0},
};

static bool read_port(struct text text, char out[8])
{
    int64_t port = 80;
    if (text.len > 0 && !text_to_int(text, 1, 65535, &port))
        return false;
    snprintf(out, 8, "%d", (int)port);
    return true;
}

/* "host", "host:port", "[::1]:port" */
static bool read_place(struct text place, struct sim_client *ret)
{
    bool bracket = text_starts(place, "[");
    size_t end = bracket ? text_find(place, ']') : text_find(place, ':');
    struct text host = bracket ? text_from(text_first(place, end), 1) : text_first(place, end);
    struct text rest = text_from(place, bracket ? end + 1 : end);
    snprintf(ret->host, sizeof ret->host, "%.*s", TEXT_ARGS(host));
    bool fine = (!bracket || end < place.len) && host.len > 0 && host.len < sizeof ret->host &&
                (rest.len == 0 || text_starts(rest, ":")) && text_find(host, '/') == host.len &&
                text_find(host, ' ') == host.len;
    return fine && rest.len != 1 && read_port(text_from(rest, 1), ret->port);
}

bool sim_client_read(const struct options *options, struct sim_client *ret, struct fail *why)
{
    const char *given = options_text(options, "sim"), *set = getenv("TWILIO_SIM_URL");
    const char *url = given != NULL ? given : set != NULL && set[0] != '\0' ? set : "http://127.0.0.1:4010";
    struct text place = text_from(text_of(url), strlen("http://"));
    *ret = (struct sim_client){.token = options_text(options, "control-token"),
                               .account = options_text(options, "account")};
    if (text_ends(place, "/"))
        place = text_first(place, place.len - 1);
    snprintf(ret->url, sizeof ret->url, "http://%.*s", TEXT_ARGS(place));
    return (text_starts(text_of(url), "http://") && read_place(place, ret)) ||
           fail_set(why, "%s: '%s' is no address of a simulator, such as http://127.0.0.1:4010",
                    given != NULL ? "--sim" : "TWILIO_SIM_URL", url);
}

static bool nobody_there(const struct sim_client *client, const char *reason, struct fail *why)
{
    return fail_set(
        why,
        "no simulator answers at %s (%s); start one with 'twilio-sim', or name another with --sim "
        "URL or TWILIO_SIM_URL",
        client->url, reason);
}

/* Waits until `events` or the time is over; 0 ms = for ever. */
static bool ready(int fd, short events, int64_t until_us)
{
    struct pollfd look = {.fd = fd, .events = events};
    for (;;) {
        int64_t left_ms = until_us == 0 ? POLL_MAX_MS : (until_us - clock_real_mono_us()) / 1000 + 1;
        int count = poll(&look, 1, left_ms < 0 ? 0 : left_ms < POLL_MAX_MS ? (int)left_ms : POLL_MAX_MS);
        if (count > 0)
            return true;
        if (count < 0 ? errno != EINTR : until_us != 0 && clock_real_mono_us() >= until_us)
            return false;
    }
}

static int connect_one(const struct addrinfo *to, int64_t until_us)
{
    int error = 0, fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = sizeof error;
    if (fd < 0)
        return -1;
    bool fine = connect(fd, to->ai_addr, to->ai_addrlen) == 0;
    if (!fine && errno == EINPROGRESS && !ready(fd, POLLOUT, until_us))
        error = ETIMEDOUT;
    else if (!fine && errno == EINPROGRESS)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    else if (!fine)
        error = errno;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

static int open_connection(const struct sim_client *client, int64_t until_us, struct fail *why)
{
    struct addrinfo *found = NULL, like = {.ai_socktype = SOCK_STREAM};
    int fd = -1, error = getaddrinfo(client->host, client->port, &like, &found);
    if (error != 0) {
        nobody_there(client, gai_strerror(error), why);
        return -1;
    }
    for (const struct addrinfo *to = found; to != NULL && fd < 0; to = to->ai_next)
        fd = connect_one(to, until_us);
    if (fd < 0)
        nobody_there(client, strerror(errno), why);
    freeaddrinfo(found);
    return fd;
}

void sim_client_put_escaped(struct text_buf *out, const char *value)
{
    for (; *value != '\0'; value++) {
        if (isalnum((unsigned char)*value) || strchr("-._~", *value) != NULL)
            text_put_char(out, *value);
        else
            text_putf(out, "%%%02X", (unsigned char)*value);
    }
}

static bool send_request(const struct sim_client *client, int fd, const char *path, int64_t until_us,
                         struct fail *why)
{
    struct text_buf head;
    bool ipv6 = strchr(client->host, ':') != NULL;
    text_buf_init(&head, HEAD_MAX_BYTES);
    text_putf(&head, "GET %s", path);
    if (client->account != NULL) {
        text_put_z(&head, strchr(path, '?') == NULL ? "?account=" : "&account=");
        sim_client_put_escaped(&head, client->account);
    }
    text_putf(&head, " HTTP/1.0\r\nHost: %s%s%s:%s\r\n", ipv6 ? "[" : "", client->host, ipv6 ? "]" : "",
              client->port);
    if (client->token != NULL)
        text_putf(&head, "Authorization: Bearer %s\r\n", client->token);
    text_put_z(&head, "\r\n");
    size_t sent = 0;
    while (sent < head.len && !head.overflowed && ready(fd, POLLOUT, until_us)) {
        ssize_t count = send(fd, head.at + sent, head.len - sent, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            break;
        sent += count > 0 ? (size_t)count : 0;
    }
    bool fine = head.len > 0 && sent == head.len;
    text_buf_release(&head);
    return fine || nobody_there(client, "it takes no request", why);
}

enum piece { PIECE_READ, PIECE_END, PIECE_LATE, PIECE_LOST, PIECE_TOO_LARGE };

static enum piece read_piece(int fd, struct text_buf *into, int64_t until_us)
{
    char bytes[PIECE_BYTES];
    if (!ready(fd, POLLIN, until_us))
        return PIECE_LATE;
    ssize_t count = recv(fd, bytes, sizeof bytes, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return PIECE_READ;
    if (count <= 0)
        return count == 0 ? PIECE_END : PIECE_LOST;
    text_put(into, text_span(bytes, (size_t)count));
    return into->overflowed ? PIECE_TOO_LARGE : PIECE_READ;
}

/* Takes `len` bytes off the front. */
static void drop_front(struct text_buf *buf, size_t len)
{
    memmove(buf->at, buf->at + len, buf->len - len);
    buf->len -= len;
}

/* Where the head ends, behind its empty line; 0 = not yet. */
static size_t head_end(const struct text_buf *buf)
{
    const char *end = text_search(text_buf_view(buf), TEXT("\r\n\r\n"));
    return end == NULL ? 0 : (size_t)(end - buf->at) + 4;
}

static bool read_status(struct text head, int *ret)
{
    int64_t status = 0;
    bool fine = text_starts(head, "HTTP/1.") && head.len > 12 &&
                text_to_int(text_span(head.at + 9, 3), 100, 599, &status);
    *ret = (int)status;
    return fine;
}

/* Reads the head off; the first bytes behind it stay in the body. */
static bool read_head(const struct sim_client *client, int fd, int64_t until_us, struct sim_answer *ret,
                      struct fail *why)
{
    enum piece piece = PIECE_READ;
    while (head_end(&ret->body) == 0 && piece == PIECE_READ)
        piece = read_piece(fd, &ret->body, until_us);
    size_t end = head_end(&ret->body);
    ret->late = piece == PIECE_LATE;
    if (end == 0 && piece == PIECE_LATE)
        return nobody_there(client, "no answer in time", why);
    if (end == 0)
        return fail_set(why, "the simulator at %s ended", client->url);
    if (!read_status(text_buf_view(&ret->body), &ret->status))
        return fail_set(why, "what answers at %s is no simulator", client->url);
    drop_front(&ret->body, end);
    return true;
}

/* A sentence of its own for whoever may not ask; *why is set. */
static bool may_ask(const struct sim_client *client, const struct sim_answer *answer, struct fail *why)
{
    if (answer->status == 401)
        return fail_set(why,
                        "the simulator at %s wants its control token: --control-token or "
                        "TWILIO_SIM_CONTROL_TOKEN",
                        client->url);
    return answer->status != 403 ||
           fail_set(why, "the simulator at %s does not answer to that name; start it with --control-host %s",
                    client->url, client->host);
}

static bool begin(const struct sim_client *client, const char *path, int64_t until_us, struct sim_answer *ret,
                  int *ret_fd, struct fail *why)
{
    *ret = (struct sim_answer){0};
    text_buf_init(&ret->body, SIM_ANSWER_MAX_BYTES);
    *ret_fd = open_connection(client, until_us, why);
    return *ret_fd >= 0 && send_request(client, *ret_fd, path, until_us, why) &&
           read_head(client, *ret_fd, until_us, ret, why);
}

bool sim_client_get(const struct sim_client *client, const char *path, int64_t within_ms,
                    struct sim_answer *ret, struct fail *why)
{
    int fd = -1;
    int64_t until_us = clock_real_mono_us() + (within_ms > 0 ? within_ms : SIM_CLIENT_PATIENCE_MS) * 1000;
    enum piece piece = PIECE_READ;
    bool fine = begin(client, path, until_us, ret, &fd, why);
    while (fine && piece == PIECE_READ)
        piece = read_piece(fd, &ret->body, until_us);
    if (fine && piece != PIECE_END)
        fine = fail_set(why, "the answer of %s does not end", client->url);
    if (fd >= 0)
        close(fd);
    return fine && may_ask(client, ret, why);
}

void sim_answer_release(struct sim_answer *answer)
{
    text_buf_release(&answer->body);
}

/* Gives out the whole lines; false when `line` has had enough. */
static bool give_lines(struct text_buf *buf, bool (*line)(void *context, struct text line), void *context)
{
    size_t at = 0;
    bool more = true;
    for (;;) {
        struct text rest = text_from(text_buf_view(buf), at);
        size_t len = text_find(rest, '\n');
        if (len == rest.len || !more)
            break;
        more = line(context, text_first(rest, len));
        at += len + 1;
    }
    if (at > 0)
        drop_front(buf, at);
    return more;
}

bool sim_client_stream(const struct sim_client *client, const char *path,
                       bool (*line)(void *context, struct text line), void *context, struct fail *why)
{
    int fd = -1;
    struct sim_answer answer;
    enum piece piece = PIECE_READ;
    bool fine =
        begin(client, path, clock_real_mono_us() + SIM_CLIENT_PATIENCE_MS * 1000LL, &answer, &fd, why) &&
        may_ask(client, &answer, why);
    if (fine && answer.status != 200)
        fine = fail_set(why, "%s answers %d: %.*s", client->url, answer.status,
                        TEXT_ARGS(text_trim(text_buf_view(&answer.body))));
    bool more = fine && give_lines(&answer.body, line, context);
    while (more && piece == PIECE_READ) {
        piece = read_piece(fd, &answer.body, 0);
        more = give_lines(&answer.body, line, context);
    }
    if (fine && more)
        fine = fail_set(why, "the simulator at %s ended", client->url);
    if (fd >= 0)
        close(fd);
    sim_answer_release(&answer);
    return fine;
}
