/* links: the connections that libmicrohttpd has, and which of them keep others out without a whole request.
 *
 *     links_add(&links, link);                 // a connection begins
 *     link_is(link, LINK_GATHERING);           // its request comes in
 *     links_close_slowest(&links, now_us);     // at the limit: room is made as soon as libmicrohttpd notices
 *     links_remove(&links, link);              // it ends; before its descriptor is closed
 *
 * A link is the caller's memory. What it is doing is told with link_is() from its worker thread. Thread-safe.
 */
#ifndef LINKS_H
#define LINKS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "address.h"

/* A connection that is greeted or gathers owes a request; one that is idle has had an answer. */
enum link_state { LINK_GREETED, LINK_GATHERING, LINK_BUSY, LINK_IDLE, LINK_PUT_OUT };

/* What stays for a connection's life. */
struct link {
    struct link *next, *prev; /* of struct links */
    char client[ADDRESS_TEXT_BYTES];
    int fd;
    bool tls;
    bool said_something; /* its first line was understood */
    _Atomic int state;
    _Atomic int64_t since_us; /* real time, of LINK_GREETED and LINK_GATHERING: a guard, no behaviour */
};

struct links {
    pthread_mutex_t lock;
    struct link *first;
};

void links_init(struct links *links);
/* All have been removed. */
void links_release(struct links *links);

void links_add(struct links *links, struct link *link);
void links_remove(struct links *links, struct link *link);

/* One that was put out stays so. */
void link_is(struct link *link, enum link_state state);
bool link_is_put_out(const struct link *link);

/* Shuts down the connection that owes a request longest; false when none has since before `since_us`. */
bool links_close_slowest(struct links *links, int64_t since_us);

#endif
