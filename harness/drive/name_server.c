/* The socket and the thread around dns_answer. */
#include "name_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "dns_answer.h"
#include "mem.h"
#include "name_lookups.h"
#include "watcher.h"

enum { DNS_PORT = 53, ASK_GUARD_S = 5 };

struct name_server {
    const char *const *hosts;
    const struct drive_events *events;
    int socket;
    char last_name[DNS_NAME_MAX_BYTES]; /* refused last, and for which type */
    int last_type;
    _Atomic int simulator_port;
    struct name_lookups lookups;
    struct watcher *watcher;
};

/* A look-up asks for A and AAAA of one name; the second of the two is not reported again. */
static void refusal_report(struct name_server *server, const struct dns_answer *answer)
{
    bool other_half = strcmp(server->last_name, answer->name) == 0 && server->last_type != answer->type;
    if (other_half)
        return;
    memcpy(server->last_name, answer->name, sizeof server->last_name);
    server->last_type = answer->type;
    drive_events_refused(server->events, DRIVE_REFUSED_NAME, answer->name, 0, "dns");
}

/* Real-time limits: a simulator that does not answer is found out elsewhere. */
static int simulator_connect(int port)
{
    const struct timeval guard = {.tv_sec = ASK_GUARD_S};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &guard, sizeof guard);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static enum lookup_answer simulator_ask(int port, const char *name)
{
    char room[LOOKUP_ROOM_BYTES];
    size_t len = lookup_question_write(name, room), at = 0;
    int fd = len == 0 ? -1 : simulator_connect(port);
    if (fd < 0)
        return LOOKUP_FOUND;
    bool sent = send(fd, room, len, MSG_NOSIGNAL) == (ssize_t)len;
    while (sent && at < sizeof room - 1) {
        ssize_t got = recv(fd, room + at, sizeof room - 1 - at, 0);
        if (got <= 0)
            break;
        at += (size_t)got;
    }
    room[at] = '\0';
    close(fd);
    return lookup_answer_read(room);
}

/* A planned fault may take the name away. */
static void lookup_judge(struct name_server *server, struct dns_answer *answer, int asking_port)
{
    int port = server->simulator_port;
    struct name_lookup *lookup;
    struct name_query query = {.name = answer->name,
                               .type = answer->type,
                               .id = answer->id,
                               .port = asking_port,
                               .at_real_us = clock_real_mono_us()};
    if (port == 0 || !answer->asked_of_us)
        return;
    if (!name_lookups_join(&server->lookups, &query, &lookup))
        lookup->answer = simulator_ask(port, answer->name);
    if (lookup->answer != LOOKUP_FOUND)
        dns_answer_lose(answer, lookup->answer == LOOKUP_SERVFAIL);
}

static void query_ready(void *context)
{
    struct name_server *server = context;
    uint8_t query[DNS_PACKET_MAX_BYTES];
    struct sockaddr_in from;
    socklen_t from_len = sizeof from;
    ssize_t got =
        recvfrom(server->socket, query, sizeof query, MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);
    struct dns_answer answer;
    if (got <= 0 || !dns_answer_make(query, (size_t)got, server->hosts, &answer))
        return;
    if (answer.refused)
        refusal_report(server, &answer);
    lookup_judge(server, &answer, ntohs(from.sin_port));
    sendto(server->socket, answer.bytes, answer.len, 0, (struct sockaddr *)&from, from_len);
}

struct name_server *name_server_new(const char *const *hosts, const struct drive_events *events,
                                    struct fail *why)
{
    static const char *const none[] = {NULL};
    struct name_server *server = mem_new(sizeof *server);
    server->hosts = hosts == NULL ? none : hosts;
    server->events = events;
    server->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(DNS_PORT)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (server->socket < 0 || bind(server->socket, (struct sockaddr *)&address, sizeof address) != 0) {
        fail_set(why, "cannot serve names on 127.0.0.1:53: %s", strerror(errno));
        name_server_free(server);
        return NULL;
    }
    server->watcher = watcher_new(server->socket, query_ready, server);
    return server;
}

void name_server_ask(struct name_server *server, int simulator_port)
{
    server->simulator_port = simulator_port;
}

void name_server_free(struct name_server *server)
{
    if (server == NULL)
        return;
    watcher_free(server->watcher);
    if (server->socket >= 0)
        close(server->socket);
    mem_free(server);
}
