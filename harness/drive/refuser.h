/* refuser: watches the sandbox's network for packets to any address that is not loopback, names them, and
 * answers no.
 *
 *     struct refuser *refuser = refuser_new(&events, &why);      // with the network namespace's capabilities
 *     refuser_free(refuser);
 *
 * private_network sends such packets where nobody accepts them; so without the refuser a connection would
 * hang, never succeed. A thread of its own reads them from a packet socket (a filter in the kernel leaves
 * loopback traffic out) and injects the answers. One event a connection attempt; a datagram to the same
 * place from the same socket as the one before is not named again. */
#ifndef REFUSER_H
#define REFUSER_H

#include "drive_events.h"
#include "fail.h"

struct refuser;

/* `events` is borrowed. New; NULL with *why. */
struct refuser *refuser_new(const struct drive_events *events, struct fail *why);
void refuser_free(struct refuser *refuser);

#endif
