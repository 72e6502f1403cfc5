/* The socket around the datagrams of the preloaded library, which writes them in sim/preload/net_report.c. */
#include "refusal_inbox.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool refusal_inbox_open(struct refusal_inbox *inbox, struct fail *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    uint64_t number = 0;
    getrandom(&number, sizeof number, 0);
    int len =
        snprintf(inbox->name, sizeof inbox->name, "@twilio-sim-refusals-%016llx", (unsigned long long)number);
    memcpy(address.sun_path + 1, inbox->name + 1, (size_t)len - 1); /* abstract: a NUL where '@' stands */
    inbox->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)len);
    if (inbox->fd >= 0 && bind(inbox->fd, (struct sockaddr *)&address, size) == 0)
        return true;
    fail_set(why, "no socket for what is refused: %s", strerror(errno));
    refusal_inbox_close(inbox);
    return false;
}

void refusal_inbox_close(struct refusal_inbox *inbox)
{
    if (inbox->fd >= 0)
        close(inbox->fd);
    inbox->fd = -1;
}

static bool field_copy(struct text field, char *out, size_t size_bytes)
{
    if (field.len == 0 || field.len >= size_bytes)
        return false;
    memcpy(out, field.at, field.len);
    out[field.len] = '\0';
    for (char *c = out; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
    return true;
}

bool refusal_read(struct text datagram, struct refusal *ret)
{
    struct text rest = datagram, kind, protocol, port, pid, target;
    int64_t port_number, pid_number;
    if (!text_split(&rest, ' ', &kind) || !text_split(&rest, ' ', &protocol) ||
        !text_split(&rest, ' ', &port) || !text_split(&rest, ' ', &pid) || !text_split(&rest, ' ', &target))
        return false;
    ret->is_name = text_is(kind, "name");
    if (!ret->is_name && !text_is(kind, "address"))
        return false;
    if (!text_to_int(port, 0, 65535, &port_number) || !text_to_int(pid, 0, INT32_MAX, &pid_number))
        return false;
    ret->port = (int)port_number;
    ret->pid = (int)pid_number;
    return field_copy(protocol, ret->protocol, sizeof ret->protocol) &&
           field_copy(target, ret->target, sizeof ret->target) &&
           field_copy(rest, ret->process, sizeof ret->process);
}

bool refusal_inbox_take(struct refusal_inbox *inbox,
                        void (*take)(void *context, const struct refusal *refusal), void *context)
{
    char datagram[REFUSAL_DATAGRAM_BYTES];
    struct sockaddr_un from;
    socklen_t from_size = sizeof from;
    struct refusal refusal;
    ssize_t len = recvfrom(inbox->fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_size);
    if (len < 0)
        return false;
    if (refusal_read(text_span(datagram, (size_t)len), &refusal))
        take(context, &refusal);
    if (from_size > offsetof(struct sockaddr_un, sun_path)) /* else it has no address and waits for nothing */
        sendto(inbox->fd, "", 0, MSG_NOSIGNAL, (struct sockaddr *)&from, from_size);
    return true;
}
