/* The socket and the thread around dns_answer. */
#include "name_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_answer.h"
#include "mem.h"
#include "watcher.h"

enum { DNS_PORT = 53 };

struct name_server {
    const char *const *hosts;
    const struct drive_events *events;
    int socket;
    char last_name[DNS_NAME_MAX_BYTES]; /* refused last, and for which type */
    int last_type;
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

static void query_ready(void *context)
{
    struct name_server *server = context;
    uint8_t query[DNS_PACKET_MAX_BYTES];
    struct sockaddr_storage from;
    socklen_t from_len = sizeof from;
    ssize_t got =
        recvfrom(server->socket, query, sizeof query, MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);
    struct dns_answer answer;
    if (got <= 0 || !dns_answer_make(query, (size_t)got, server->hosts, &answer))
        return;
    if (answer.refused)
        refusal_report(server, &answer);
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

void name_server_free(struct name_server *server)
{
    if (server == NULL)
        return;
    watcher_free(server->watcher);
    if (server->socket >= 0)
        close(server->socket);
    mem_free(server);
}
