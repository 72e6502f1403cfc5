/* A connection, a line out, a line in. */
#include "resp_command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_SECONDS = 10 };

static int redis_connect(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval limit = {.tv_sec = REPLY_SECONDS}; /* a guard: it is paused, or hangs */
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
                    connect(fd, (struct sockaddr *)&address, sizeof address) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Up to the first line end. */
static bool line_read(int fd, char *line, size_t size_bytes)
{
    size_t len = 0;
    while (len + 1 < size_bytes) {
        ssize_t got = recv(fd, line + len, 1, 0);
        if (got <= 0)
            return false;
        if (line[len] == '\r')
            break;
        len++;
    }
    line[len] = '\0';
    return true;
}

bool resp_command(int port, const char *command, char *ret_reply, size_t size_bytes, struct fail *why)
{
    char line[256];
    int len = snprintf(line, sizeof line, "%s\r\n", command);
    REQUIRE(len < (int)sizeof line);
    int fd = redis_connect(port);
    bool answered =
        fd >= 0 && send(fd, line, (size_t)len, MSG_NOSIGNAL) == len && line_read(fd, ret_reply, size_bytes);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (!answered)
        return fail_set(why, "Redis on port %d did not answer %s: %s", port, command, strerror(error));
    if (ret_reply[0] == '-')
        return fail_set(why, "Redis refused %s: %s", command, ret_reply + 1);
    return true;
}
