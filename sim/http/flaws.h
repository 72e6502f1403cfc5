/* flaws: which connections get a certificate with something wrong in it, from the moment that they are
 * greeted until they end.
 *
 *     flaws_put(&flaws, fd, TLS_EXPIRED);       // before the connection is handed to libmicrohttpd
 *     flaws_of(&flaws, fd);                     // when its certificate is asked for
 *     flaws_drop(&flaws, fd);                   // at its end, before the descriptor is closed
 *
 * Nearly always empty, and then a look costs one atomic load. Thread-safe. */
#ifndef FLAWS_H
#define FLAWS_H

#include <pthread.h>
#include <stddef.h>

#include "response.h"

struct flaw {
    int fd;
    enum tls_fault fault;
};

struct flaws {
    pthread_mutex_t lock;
    struct flaw *items;
    _Atomic size_t count;
    size_t room;
};

void flaws_init(struct flaws *flaws);
void flaws_release(struct flaws *flaws);

void flaws_put(struct flaws *flaws, int fd, enum tls_fault fault);
enum tls_fault flaws_of(struct flaws *flaws, int fd);
void flaws_drop(struct flaws *flaws, int fd);

#endif
