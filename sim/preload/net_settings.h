/* net_settings: what the environment says about names and connections, as every wrapper of the net half reads
 * it first.
 *
 *     const struct net_settings *net = net_settings();
 *     if (net == NULL)
 *         return libc's own;                      // the variable is not set: out of the way
 *
 * Read once, when the library is loaded or at the first call before that, and copied: programs write titles
 * and moved variables over their environment. A value that cannot be read is one line on stderr, and then no
 * connection leaves at all. preload_way.h (sim/base) says how the variables are written. No lock, no malloc:
 * async-signal-safe. */
#ifndef NET_SETTINGS_H
#define NET_SETTINGS_H

#include <sys/socket.h>
#include <sys/un.h>

#include "refusal_inbox.h"

/* What the library exports; everything else is hidden. */
#define NET_WRAPS __attribute__((visibility("default")))

enum { NET_OWN_NAME_BYTES = 65 };

struct net_settings {
    int port; /* the simulator's on 127.0.0.1; 0: none that could be read */
    struct sockaddr_un report;
    socklen_t report_size;               /* 0: nobody wants to know */
    char own_name[NET_OWN_NAME_BYTES];   /* of the machine */
    char process[REFUSAL_PROCESS_BYTES]; /* what this program is called */
    char hosts[];                        /* "twilio.com,maps.example.com" */
};

/* NULL: names and connections are libc's. */
const struct net_settings *net_settings(void);

/* "4010" or "4010:@NAME" into port and report; false when it is neither. Pure. */
bool net_settings_read(const char *value, struct net_settings *ret);

#endif
