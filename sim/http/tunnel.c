/* Answers CONNECTs. Which hosts are allowed is decided by the acceptor's owner. */
#include "tunnel.h"

#include <ctype.h>
#include <string.h>
#include <sys/socket.h>

#include "log.h"

bool tunnel_host(const struct connect_head *head, char out[TUNNEL_HOST_MAX_BYTES])
{
    struct text host = text_first(head->host, TUNNEL_HOST_MAX_BYTES - 1);
    for (size_t i = 0; i < host.len; i++)
        out[i] = (char)(isprint((unsigned char)host.at[i]) ? tolower((unsigned char)host.at[i]) : '?');
    out[host.len] = '\0';
    return host.len == head->host.len;
}

bool tunnel_accept(int fd, size_t head_bytes)
{
    static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";
    char head[TUNNEL_HEAD_MAX_BYTES];
    ssize_t len = (ssize_t)sizeof established - 1;
    return recv(fd, head, head_bytes, MSG_DONTWAIT) == (ssize_t)head_bytes &&
           send(fd, established, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) == len;
}

static const char *reason_of(int status)
{
    if (status == 503)
        return "SERVICE UNAVAILABLE";
    return status == 403 ? "FORBIDDEN" : "BAD REQUEST";
}

/* What else was sent is read away first: unread bytes would turn the close into a reset, and the answer would
 * be lost. */
void tunnel_refuse(int fd, int status, const char *what)
{
    char rest[TUNNEL_HEAD_MAX_BYTES];
    struct text_buf answer;
    for (int i = 0; i < 8 && recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0; i++)
        ;
    text_buf_init(&answer, TUNNEL_HEAD_MAX_BYTES);
    text_putf(&answer,
              "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
              "Connection: close\r\n\r\n%s\n",
              status, reason_of(status), strlen(what) + 1, what);
    if (send(fd, answer.at, answer.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        log_line(LOG_DEBUG, "http", "a client left before it was told: %s", what);
    text_buf_release(&answer);
}
