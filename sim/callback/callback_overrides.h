/* callback_overrides: the connection overrides in a callback URL's fragment, "#rc=2&rp=5xx,ct&ct=500". Pure;
 * any thread.
 *
 *     struct callback_overrides overrides;
 *     callback_overrides_read(url.fragment, &overrides, &notes);   // TEXT_NONE gives the defaults
 *
 * Keys, ranges and defaults: reference/twilio-messaging.md 4.2. What is not understood (a key, a value, a
 * number out of range) counts as not written and is told in `notes`; it never stops a callback. Of a key
 * written twice the last counts. `sni` and `e` are understood and have no effect: there is one edge here, and
 * server names are always sent. */
#ifndef CALLBACK_OVERRIDES_H
#define CALLBACK_OVERRIDES_H

#include "text.h"

/* The kinds of failure that may be tried again (rp). */
enum callback_retry {
    CALLBACK_RETRY_NONE = 0,
    CALLBACK_RETRY_CONNECT = 1, /* ct: no connection, or TLS failed */
    CALLBACK_RETRY_READ = 2,    /* rt: connected, and no byte of an answer */
    CALLBACK_RETRY_4XX = 4,
    CALLBACK_RETRY_5XX = 8,
    CALLBACK_RETRY_ALL = 15,
};

struct callback_overrides {
    int connect_ms; /* ct */
    int read_ms;    /* rt: until the first packet, and between packets */
    int total_ms;   /* tt: with all retries */
    int retries;    /* rc */
    unsigned retry; /* rp: a set of enum callback_retry */
};

/* `notes` gets one sentence for each thing that was not understood, with "; " between; nothing when all was.
 */
void callback_overrides_read(struct text fragment, struct callback_overrides *ret, struct text_buf *notes);

#endif
