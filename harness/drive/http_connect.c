/* Connecting by hand, because libcurl connects only when it sends. */
#include "http_connect.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

/* An IPv6 host stands in brackets in a URL and without them everywhere else. */
static bool host_take(struct http_place *place, const char *host)
{
    struct text bare = text_of(host);
    if (bare.len > 2 && bare.at[0] == '[')
        bare = text_span(bare.at + 1, bare.len - 2);
    return snprintf(place->host, sizeof place->host, "%.*s", TEXT_ARGS(bare)) < (int)sizeof place->host;
}

bool http_place_read(const char *url, struct http_place *ret_place, struct fail *why)
{
    CURLU *parsed = curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL;
    REQUIRE(parsed != NULL);
    bool good = curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
                curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) && host_take(ret_place, host);
    if (good)
        snprintf(ret_place->port, sizeof ret_place->port, "%s", port);
    else
        fail_set(why, "\"%.200s\" is no http or https URL", url);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parsed);
    return good;
}

static bool source_bind(int fd, const struct addrinfo *to, const char *source_address)
{
    if (source_address == NULL || to->ai_family != AF_INET)
        return true;
    const struct sockaddr_in *target = (const struct sockaddr_in *)to->ai_addr;
    if (ntohl(target->sin_addr.s_addr) >> 24 != 127)
        return true;
    struct sockaddr_in source = {.sin_family = AF_INET};
    return inet_pton(AF_INET, source_address, &source.sin_addr) == 1 &&
           bind(fd, (struct sockaddr *)&source, sizeof source) == 0;
}

/* Waits for a connect that is under way: 0 or an errno. In real time: whose backlog is full does not become
 * free because a clock is moved. */
static int connect_finish(int fd, int64_t until_mono_ms)
{
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    int64_t left_ms = until_mono_ms - clock_mono_ms();
    int ready;
    do
        ready = poll(&wait, 1, left_ms > INT_MAX ? INT_MAX : left_ms > 0 ? (int)left_ms : 0);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return ETIMEDOUT;
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    return error;
}

/* A connected socket, or -1 with *ret_error. */
static int connect_one(const struct addrinfo *to, const char *source_address, int64_t until_mono_ms,
                       int *ret_error)
{
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    int yes = 1;
    *ret_error = 0;
    if (fd < 0 || !source_bind(fd, to, source_address))
        *ret_error = errno == 0 ? EINVAL : errno;
    else if (connect(fd, to->ai_addr, to->ai_addrlen) != 0)
        *ret_error = errno == EINPROGRESS ? connect_finish(fd, until_mono_ms) : errno;
    if (*ret_error == 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static int connect_family(const struct addrinfo *list, int family, struct http_place *place,
                          const char *source_address, int64_t until_mono_ms, int *ret_error)
{
    for (const struct addrinfo *to = list; to != NULL; to = to->ai_next) {
        if (to->ai_family != family)
            continue;
        int fd = connect_one(to, source_address, until_mono_ms, ret_error);
        if (fd < 0)
            continue;
        getnameinfo(to->ai_addr, to->ai_addrlen, place->address, sizeof place->address, NULL, 0,
                    NI_NUMERICHOST);
        return fd;
    }
    return -1;
}

/* What the resolver is asked: NULL means loopback. localhost always is that (RFC 6761, section 6.3), also in
 * a bare container whose /etc/hosts does not have it. */
static const char *host_asked(const struct http_place *place)
{
    return strcasecmp(place->host, "localhost") == 0 ? NULL : place->host;
}

int http_connect(struct http_place *place, const char *source_address, int64_t until_mono_ms,
                 bool *ret_timed_out, struct fail *why)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    int unresolved = getaddrinfo(host_asked(place), place->port, &hints, &list);
    *ret_timed_out = false;
    if (unresolved != 0) {
        fail_set(why, "no address for %s: %s", place->host, gai_strerror(unresolved));
        return -1;
    }
    int error = ECONNREFUSED;
    int fd = connect_family(list, AF_INET, place, source_address, until_mono_ms, &error);
    if (fd < 0 && error != ETIMEDOUT)
        fd = connect_family(list, AF_INET6, place, source_address, until_mono_ms, &error);
    freeaddrinfo(list);
    if (fd >= 0)
        return fd;
    *ret_timed_out = error == ETIMEDOUT;
    fail_set(why, "cannot connect to %s port %s: %s", place->host, place->port, strerror(error));
    return -1;
}
