/* net_ask: may a simulated name be found now? Asks the simulator, where planned faults are counted.
 *
 *     switch (net_ask(net, "api.twilio.com")) {
 *     case LOOKUP_FOUND: ...    // go on: 127.0.0.1
 *     case LOOKUP_UNKNOWN: ...  // EAI_NONAME, HOST_NOT_FOUND
 *     case LOOKUP_SERVFAIL: ... // EAI_AGAIN, TRY_AGAIN
 *     }
 *
 * One call of getaddrinfo() or of gethostbyname() and its kin is one look-up, whatever families it asks for.
 * A POST to /sim/v1/lookups over a connection of its own, by bare system calls: no wrapper is entered, errno
 * is left alone. Where nobody answers (or not within NET_ASK_GUARD_S) the name is found: the connection that
 * follows will fail by itself. */
#ifndef NET_ASK_H
#define NET_ASK_H

#include "lookup_words.h"
#include "net_settings.h"

enum { NET_ASK_GUARD_S = 5 };

enum lookup_answer net_ask(const struct net_settings *net, const char *name);

#endif
