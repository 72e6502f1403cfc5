/* Two kinds of packet on a Unix socket: a port goes in, an error number and perhaps a descriptor come out.
 * Carrying bytes is forwarder's work. */
#include "dialer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"

struct dialer {
    int channel, stop;
    pthread_t thread;
};

/* Room for one descriptor beside a packet. */
union passage {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

bool dialer_channel(int ret_ends[2], struct fail *why)
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) == 0 ||
           fail_set(why, "no channel into the sandbox: %s", strerror(errno));
}

/* ---- inside */

/* 0: connected, or on its way. */
static int connect_wait(int fd, const struct sockaddr *to, socklen_t len)
{
    int error = 0;
    socklen_t error_len = sizeof error;
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    if (connect(fd, to, len) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (poll(&writable, 1, DIALER_WAIT_MS) <= 0)
        return 0;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_len);
    return error;
}

static int address_dial(int family, int port, int *ret_error)
{
    const struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const struct sockaddr *to = family == AF_INET ? (const void *)&v4 : (const void *)&v6;
    const int one = 1;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    *ret_error = fd < 0 ? errno : connect_wait(fd, to, family == AF_INET ? sizeof v4 : sizeof v6);
    if (*ret_error == 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static int loopback_dial(int port, int *ret_error)
{
    int ignored, fd = address_dial(AF_INET, port, ret_error);
    return fd >= 0 ? fd : address_dial(AF_INET6, port, &ignored);
}

static void answer_send(int channel, int error, int fd)
{
    union passage passage = {0};
    struct iovec part = {.iov_base = &error, .iov_len = sizeof error};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = passage.bytes;
        message.msg_controllen = sizeof passage.bytes;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        *head = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
        memcpy(CMSG_DATA(head), &fd, sizeof fd);
    }
    sendmsg(channel, &message, MSG_NOSIGNAL);
}

/* False when there is no channel any more. */
static bool call_take(const struct dialer *dialer)
{
    int port = 0, error = 0;
    ssize_t got = recv(dialer->channel, &port, sizeof port, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got != sizeof port)
        return false;
    int fd = loopback_dial(port, &error);
    answer_send(dialer->channel, fd >= 0 ? 0 : error, fd);
    if (fd >= 0)
        close(fd);
    return true;
}

static void *dialer_run(void *context)
{
    struct dialer *dialer = context;
    struct pollfd waits[] = {{.fd = dialer->stop, .events = POLLIN},
                             {.fd = dialer->channel, .events = POLLIN}};
    while (poll(waits, 2, -1) >= 0 || errno == EINTR)
        if ((waits[0].revents & POLLIN) != 0 || (waits[1].revents != 0 && !call_take(dialer)))
            return NULL;
    return NULL;
}

struct dialer *dialer_new(int channel)
{
    struct dialer *dialer = mem_new(sizeof *dialer);
    *dialer = (struct dialer){.channel = channel, .stop = eventfd(0, EFD_CLOEXEC)};
    REQUIRE(dialer->stop >= 0);
    REQUIRE(pthread_create(&dialer->thread, NULL, dialer_run, dialer) == 0);
    return dialer;
}

void dialer_free(struct dialer *dialer)
{
    if (dialer == NULL)
        return;
    eventfd_write(dialer->stop, 1);
    pthread_join(dialer->thread, NULL);
    close(dialer->stop);
    mem_free(dialer);
}

/* ---- outside */

/* False when nobody answers any more. */
static bool answer_take(int channel, int flags, int *ret_error, int *ret_fd)
{
    union passage passage = {0};
    struct iovec part = {.iov_base = ret_error, .iov_len = sizeof *ret_error};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = passage.bytes,
                             .msg_controllen = sizeof passage.bytes};
    ssize_t got;
    *ret_fd = -1;
    do
        got = recvmsg(channel, &message, flags | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    const struct cmsghdr *head = got < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (head != NULL && head->cmsg_type == SCM_RIGHTS)
        memcpy(ret_fd, CMSG_DATA(head), sizeof *ret_fd);
    return got == sizeof *ret_error;
}

int dialer_call(int channel, int port, int *ret_error)
{
    int fd = -1;
    *ret_error = 0;
    if (send(channel, &port, sizeof port, MSG_NOSIGNAL) != sizeof port ||
        !answer_take(channel, 0, ret_error, &fd))
        *ret_error = 0;
    return fd;
}

void dialer_drain(int channel)
{
    int error, fd;
    while (answer_take(channel, MSG_DONTWAIT, &error, &fd))
        if (fd >= 0)
            close(fd);
}
