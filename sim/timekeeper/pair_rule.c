/* Finds the other end of a socket by its two addresses the other way round. */
#include "pair_rule.h"

#include <stdlib.h>
#include <string.h>

enum { HALF = PAIR_NAME_BYTES / 2 };

_Static_assert(offsetof(struct pair_end, there) == HALF, "the name of a socket is its first bytes");
_Static_assert(offsetof(struct pair_end, state) == PAIR_NAME_BYTES, "and nothing lies between");

static int by_name(const void *a, const void *b)
{
    return memcmp(a, b, PAIR_NAME_BYTES);
}

void pair_rule_sort(struct pair_end *ends, size_t count)
{
    if (count > 0)
        qsort(ends, count, sizeof *ends, by_name);
}

static const struct pair_end *find_peer(const struct pair_end *ends, size_t count, const struct pair_end *end)
{
    struct pair_end name;
    memcpy(name.here, end->there, HALF);
    memcpy(name.there, end->here, HALF);
    return bsearch(&name, ends, count, sizeof *ends, by_name);
}

/* It waits for the reader, not for the wire. */
static bool is_stalled(const struct pair_end *end)
{
    return end->not_sent > 0 && end->unacked == 0;
}

static bool is_opening(const struct pair_end *end)
{
    return end->state == PAIR_SYN_SENT || end->state == PAIR_SYN_RECV || end->state == PAIR_NEW_SYN_RECV;
}

/* This end has closed, and the state of the other says that it does not know. */
static bool is_closing(const struct pair_end *end, const struct pair_end *peer)
{
    if (is_stalled(end))
        return false;
    if (end->state == PAIR_FIN_WAIT1)
        return peer->state == PAIR_ESTABLISHED || peer->state == PAIR_FIN_WAIT1;
    return (end->state == PAIR_LAST_ACK || end->state == PAIR_CLOSING) &&
           (peer->state == PAIR_FIN_WAIT1 || peer->state == PAIR_FIN_WAIT2);
}

enum pair_verdict pair_rule_judge(const struct pair_end *ends, size_t count, const struct pair_end *end)
{
    const struct pair_end *peer = find_peer(ends, count, end);
    if (is_opening(end))
        return PAIR_MAY_NEVER_END;
    if (peer == NULL || is_opening(peer))
        return PAIR_AT_REST; /* of another machine, or gone: no reader is left */
    bool bytes = end->sent > peer->received || (end->not_sent > 0 && end->unacked > 0);
    if (bytes)
        return end->resends > 0 ? PAIR_MAY_NEVER_END : PAIR_UNDER_WAY;
    return is_closing(end, peer) ? PAIR_MAY_NEVER_END : PAIR_AT_REST;
}
