/* refusal_inbox: where the preloaded library says which names and connections it refused, in whichever
 * process.
 *
 *     struct refusal_inbox inbox;
 *     if (!refusal_inbox_open(&inbox, &why)) ...
 *     char *net = preload_net_value(port, inbox.name);
 *     while (poll(inbox.fd) …) refusal_inbox_take(&inbox, write_event, context);
 *     refusal_inbox_close(&inbox);
 *
 * One datagram a refusal, on an abstract Unix socket with a name of its own:
 *     KIND PROTOCOL PORT PID TARGET PROCESS        "address tcp 443 4711 203.0.113.7 node"
 * KIND is `name` or `address`, PROTOCOL dns, tcp, udp or ip; PORT is 0 where there is none; PROCESS may hold
 * spaces. It is answered with an empty datagram once the refusal has been handled: the process waits for that
 * (a second at most), so that its error has its reason in the history before it can act on it. Any process of
 * the machine could send one: what it says is shown, never obeyed. One thread takes. */
#ifndef REFUSAL_INBOX_H
#define REFUSAL_INBOX_H

#include <stdbool.h>

#include "fail.h"
#include "text.h"

enum { REFUSAL_TARGET_BYTES = 256, REFUSAL_PROCESS_BYTES = 64, REFUSAL_DATAGRAM_BYTES = 512 };

struct refusal {
    bool is_name; /* else an address */
    char protocol[8];
    int port;
    int pid;
    char target[REFUSAL_TARGET_BYTES];
    char process[REFUSAL_PROCESS_BYTES];
};

struct refusal_inbox {
    int fd;        /* to be polled; non-blocking */
    char name[48]; /* "@twilio-sim-refusals-…" */
};

bool refusal_inbox_open(struct refusal_inbox *inbox, struct fail *why);
void refusal_inbox_close(struct refusal_inbox *inbox);

/* Reads one datagram, hands it on, answers it; false when none waits. What is no refusal is dropped. */
bool refusal_inbox_take(struct refusal_inbox *inbox,
                        void (*take)(void *context, const struct refusal *refusal), void *context);

/* False when it is not of that form. */
bool refusal_read(struct text datagram, struct refusal *ret);

#endif
