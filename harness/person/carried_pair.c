/* Reading, writing and ending of two sockets. Who connects them is forwarder's. */
#include "carried_pair.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "forwarder.h"
#include "mem.h"
#include "text.h"

enum { CLIENT, INSIDE, REFUSAL_BYTES = 512 };

/* From one socket to the other: bytes[from..to) are read and not yet written. */
struct direction {
    char *bytes;
    size_t from, to;
    bool ended; /* nothing more will be read */
    bool told;  /* and who reads them knows */
};

struct carried_pair {
    int fds[2];
    struct direction directions[2]; /* by the socket that is read */
    bool drops;                     /* of a refused client: what it says goes nowhere */
    bool broken;
};

static struct carried_pair *pair_new(int client, int inside)
{
    const int one = 1;
    struct carried_pair *pair = mem_new(sizeof *pair);
    pair->fds[CLIENT] = client;
    pair->fds[INSIDE] = inside;
    for (int i = 0; i < 2; i++)
        pair->directions[i].bytes = mem_new(FORWARD_BUFFER_BYTES);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return pair;
}

struct carried_pair *carried_pair_new(int client, int inside)
{
    return pair_new(client, inside);
}

struct carried_pair *carried_pair_refuse(int client, const char *name, int error)
{
    char words[REFUSAL_BYTES / 2];
    struct carried_pair *pair = pair_new(client, -1);
    struct direction *answer = &pair->directions[INSIDE];
    int len = snprintf(words, sizeof words, "otp-harness: %s does not answer: %s\n", name,
                       error == 0 ? "the stack is gone" : strerror(error));
    answer->to = (size_t)snprintf(answer->bytes, REFUSAL_BYTES,
                                  "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\n"
                                  "Content-Length: %d\r\nConnection: close\r\n\r\n%s",
                                  len, words);
    answer->ended = true;
    pair->drops = true;
    return pair;
}

void carried_pair_free(struct carried_pair *pair)
{
    const struct linger at_once = {.l_onoff = 1};
    for (int i = 0; i < 2; i++) {
        if (pair->fds[i] >= 0 && pair->broken) /* closing resets it then */
            setsockopt(pair->fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        if (pair->fds[i] >= 0)
            close(pair->fds[i]);
        mem_free(pair->directions[i].bytes);
    }
    mem_free(pair);
}

/* ---- waiting */

void carried_pair_poll(const struct carried_pair *pair, struct pollfd ret_polled[2])
{
    for (int i = 0; i < 2; i++) {
        const struct direction *in = &pair->directions[i], *out = &pair->directions[1 - i];
        bool reads = !in->ended && in->to < FORWARD_BUFFER_BYTES;
        bool writes = out->from < out->to || (out->ended && !out->told);
        short events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
        /* poll tells of the end of a socket though nobody asked: over and over */
        ret_polled[i] = (struct pollfd){.fd = events == 0 ? -1 : pair->fds[i], .events = events};
    }
}

/* ---- carrying */

static bool is_later(ssize_t result)
{
    return result < 0 && (errno == EAGAIN || errno == EINTR);
}

static void direction_read(struct carried_pair *pair, int from)
{
    struct direction *direction = &pair->directions[from];
    if (direction->ended || direction->to == FORWARD_BUFFER_BYTES || pair->fds[from] < 0)
        return;
    ssize_t got =
        recv(pair->fds[from], direction->bytes + direction->to, FORWARD_BUFFER_BYTES - direction->to, 0);
    if (got > 0)
        direction->to += pair->drops ? 0 : (size_t)got;
    else if (got == 0)
        direction->ended = true;
    else if (!is_later(got))
        pair->broken = true;
}

static void direction_write(struct carried_pair *pair, int from)
{
    struct direction *direction = &pair->directions[from];
    int to = pair->fds[1 - from];
    if (direction->from < direction->to) {
        ssize_t put =
            send(to, direction->bytes + direction->from, direction->to - direction->from, MSG_NOSIGNAL);
        if (put > 0)
            direction->from += (size_t)put;
        else if (!is_later(put))
            pair->broken = true;
    }
    if (direction->from == direction->to)
        direction->from = direction->to = 0;
    if (direction->ended && direction->to == 0 && !direction->told) {
        direction->told = true;
        if (to >= 0)
            shutdown(to, SHUT_WR);
    }
}

bool carried_pair_carry(struct carried_pair *pair)
{
    for (int from = 0; from < 2 && !pair->broken; from++) {
        direction_read(pair, from);
        direction_write(pair, from);
    }
    return !pair->broken && !(pair->directions[CLIENT].told && pair->directions[INSIDE].told);
}
