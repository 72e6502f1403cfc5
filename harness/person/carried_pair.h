/* carried_pair: two sockets, and the bytes between them.
 *
 *     struct carried_pair *pair = carried_pair_new(client, inside);       // both are stolen
 *     carried_pair_poll(pair, polled);                                    // two places: what is waited for
 *     if (!carried_pair_carry(pair))                                      // both directions are over
 *         carried_pair_free(pair);
 *
 * Each direction has a buffer of FORWARD_BUFFER_BYTES: what is not taken on one side is not read on the
 * other. An end goes on as an end of that direction, a reset as a reset. The sockets must not block. One
 * thread at a time. */
#ifndef CARRIED_PAIR_H
#define CARRIED_PAIR_H

#include <poll.h>
#include <stdbool.h>

struct carried_pair;

struct carried_pair *carried_pair_new(int client, int inside);
/* A client that has nobody to talk to: it gets an HTTP answer that says so, and what it sends is dropped.
 * error: an errno, or 0 when the stack is gone. */
struct carried_pair *carried_pair_refuse(int client, const char *name, int error);
void carried_pair_free(struct carried_pair *pair);

void carried_pair_poll(const struct carried_pair *pair, struct pollfd ret_polled[2]);
bool carried_pair_carry(struct carried_pair *pair);

#endif
