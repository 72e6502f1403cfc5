/* name_lookups: which queries of a name are one look-up, so that a planned fault counts as a person would.
 *
 *     struct name_query query = {.name = "api.twilio.com", .type = DNS_TYPE_A, .id = id, .port = port,
 *                                .at_real_us = clock_real_mono_us()};
 *     struct name_lookup *lookup;
 *     if (!name_lookups_join(&lookups, &query, &lookup))
 *         lookup->answer = ...ask the simulator, once...;
 *     ... lookup->answer is the answer to this query, too
 *
 * A resolver asks for A and AAAA at the same time and may send a datagram twice. One look-up is:
 *  - the queries for one name from one socket, each type once (libc sends both from the same socket);
 *  - a query that comes again with its id (the datagram was sent twice);
 *  - a query from another socket for a type that the newest look-up of that name has not had, within
 *    NAME_LOOKUP_JOINS_US of it (Go has a socket for each).
 * Any other query begins a look-up. So a resolver that asks anew after SERVFAIL makes a second one; libc in
 * the sandbox does not (resolv.conf: one server, one attempt).
 *
 * Pure. The last NAME_LOOKUPS_MAX are remembered. */
#ifndef NAME_LOOKUPS_H
#define NAME_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns_answer.h"
#include "lookup_words.h"

enum { NAME_LOOKUPS_MAX = 64, NAME_LOOKUP_TYPES_MAX = 4, NAME_LOOKUP_JOINS_US = 1000000 };

struct name_query {
    const char *name; /* in lower case */
    int type;
    unsigned id;
    int port; /* the asking socket's */
    int64_t at_real_us;
};

struct name_lookup {
    char name[DNS_NAME_MAX_BYTES];
    int port; /* of the first query */
    int64_t began_real_us;
    struct {
        int type;
        unsigned id;
    } asked[NAME_LOOKUP_TYPES_MAX];
    size_t asked_count;
    enum lookup_answer answer;
};

struct name_lookups {
    struct name_lookup items[NAME_LOOKUPS_MAX];
    size_t next; /* how many there have been */
};

/* False: it begins a new one, whose answer is LOOKUP_FOUND until somebody says otherwise. *ret_lookup is
 * borrowed until the next call. */
bool name_lookups_join(struct name_lookups *lookups, const struct name_query *query,
                       struct name_lookup **ret_lookup);

#endif
