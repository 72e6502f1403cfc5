/* inbound: a person writes to one of the account's senders: opt-out keywords, joining the sandbox, the
 * webhook of the number (reference/twilio-messaging.md 5 and 6.3). */
#ifndef INBOUND_H
#define INBOUND_H

#include "sim.h"

struct inbound {
    struct text from; /* the handset */
    struct text to;   /* TEXT_NONE: the account's first sender of the channel */
    struct text text;
    enum channel channel;
};

/* Stores and journals it, does what its keyword says, posts the webhook. The lock is held; borrowed. */
const struct message *inbound_receive(struct sim *sim, struct account *account,
                                      const struct inbound *inbound);

#endif
