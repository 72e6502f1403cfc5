/* Its process: which descriptors it keeps, and one poll over listeners and connections. What a connection
 * does with its bytes is carried_pair.c's. */
#include "forwarder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "carried_pair.h"
#include "dialer.h"
#include "mem.h"

enum { BACKLOG = 128, FIRST_OWN_FD = 3, POLLED_MAX = FORWARDS_MAX + 1 + 2 * FORWARD_CONNECTIONS_MAX };

struct forwarder {
    const struct forward *forwards;
    size_t count;
    int channel;
    struct carried_pair *pairs[FORWARD_CONNECTIONS_MAX];
    size_t pair_count;
    bool full_told;
};

int forwarder_listen(int port, int *ret_port, struct fail *why)
{
    const int one = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &len) == 0) {
        *ret_port = ntohs(address.sin_port);
        return fd;
    }
    fail_set(why, "port %d of this machine cannot be listened on: %s", port, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* ---- the process */

static void connection_take(struct forwarder *forwarder, const struct forward *forward)
{
    int error = 0;
    int client = accept4(forward->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0)
        return;
    int inside = dialer_call(forwarder->channel, forward->port, &error);
    forwarder->pairs[forwarder->pair_count++] =
        inside >= 0 ? carried_pair_new(client, inside) : carried_pair_refuse(client, forward->name, error);
}

static bool has_room(struct forwarder *forwarder)
{
    bool room = forwarder->pair_count < FORWARD_CONNECTIONS_MAX;
    if (!room && !forwarder->full_told)
        fprintf(stderr, "otp-harness: %d connections are forwarded at once: further ones wait\n",
                FORWARD_CONNECTIONS_MAX);
    forwarder->full_told = forwarder->full_told || !room;
    return room;
}

/* How many are polled: the channel, the listeners, two for each pair. */
static size_t polled_fill(struct forwarder *forwarder, struct pollfd *polled)
{
    size_t count = 0;
    bool room = has_room(forwarder);
    polled[count++] = (struct pollfd){.fd = forwarder->channel}; /* its end alone, which poll always tells */
    for (size_t i = 0; i < forwarder->count; i++)
        polled[count++] =
            (struct pollfd){.fd = room ? forwarder->forwards[i].listener : -1, .events = POLLIN};
    for (size_t i = 0; i < forwarder->pair_count; i++, count += 2)
        carried_pair_poll(forwarder->pairs[i], &polled[count]);
    return count;
}

static void pairs_carry(struct forwarder *forwarder, const struct pollfd *polled)
{
    size_t kept = 0;
    for (size_t i = 0; i < forwarder->pair_count; i++, polled += 2) {
        struct carried_pair *pair = forwarder->pairs[i];
        bool woken = polled[0].revents != 0 || polled[1].revents != 0;
        if (!woken || carried_pair_carry(pair))
            forwarder->pairs[kept++] = pair;
        else
            carried_pair_free(pair);
    }
    forwarder->pair_count = kept;
}

/* Until nobody dials any more: then the stack is gone. */
static void carry_all(struct forwarder *forwarder)
{
    struct pollfd *polled = mem_new_array(POLLED_MAX, sizeof *polled);
    for (;;) {
        size_t count = polled_fill(forwarder, polled);
        if (poll(polled, (nfds_t)count, -1) < 0 && errno != EINTR)
            break;
        if (polled[0].revents != 0)
            break;
        pairs_carry(forwarder, &polled[1 + forwarder->count]);
        for (size_t i = 0; i < forwarder->count; i++)
            if (polled[1 + i].revents != 0 && forwarder->pair_count < FORWARD_CONNECTIONS_MAX)
                connection_take(forwarder, &forwarder->forwards[i]);
    }
    while (forwarder->pair_count > 0)
        carried_pair_free(forwarder->pairs[--forwarder->pair_count]);
    mem_free(polled);
}

/* Pipes to workers among what the parent holds: kept open here, their end would never be seen. */
static void others_close(const int *keep, size_t count)
{
    int next = FIRST_OWN_FD;
    for (;;) {
        int lowest = -1;
        for (size_t i = 0; i < count; i++)
            if (keep[i] >= next && (lowest < 0 || keep[i] < lowest))
                lowest = keep[i];
        if (lowest < 0)
            break;
        if (lowest > next)
            close_range((unsigned)next, (unsigned)lowest - 1, 0);
        next = lowest + 1;
    }
    close_range((unsigned)next, ~0U, 0);
}

_Noreturn static void forwarder_run(struct forwarder *forwarder, pid_t parent)
{
    int keep[FORWARDS_MAX + 1] = {forwarder->channel};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "forwarder");
    if (getppid() != parent)
        _exit(0);
    for (size_t i = 0; i < forwarder->count; i++)
        keep[1 + i] = forwarder->forwards[i].listener;
    others_close(keep, 1 + forwarder->count);
    signal(SIGINT, SIG_IGN); /* a terminal's Ctrl-C is for who is to end us in time */
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    carry_all(forwarder);
    _exit(0);
}

pid_t forwarder_start(const struct forward *forwards, size_t count, int channel, struct fail *why)
{
    REQUIRE(count <= FORWARDS_MAX);
    struct forwarder forwarder = {.forwards = forwards, .count = count, .channel = channel};
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        forwarder_run(&forwarder, parent);
    if (pid < 0)
        fail_set(why, "no process for the forwards: %s", strerror(errno));
    return pid;
}

void forwarder_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
