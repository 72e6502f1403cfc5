/* A short unsorted list: there are as many entries as connections that a planned fault has just hit. */
#include "flaws.h"

#include <stdatomic.h>

#include "mem.h"

void flaws_init(struct flaws *flaws)
{
    *flaws = (struct flaws){0};
    pthread_mutex_init(&flaws->lock, NULL);
}

void flaws_release(struct flaws *flaws)
{
    mem_free(flaws->items);
    pthread_mutex_destroy(&flaws->lock);
}

/* Under the lock; the count where there is none. */
static size_t place_of(const struct flaws *flaws, int fd)
{
    size_t i = 0;
    while (i < flaws->count && flaws->items[i].fd != fd)
        i++;
    return i;
}

void flaws_put(struct flaws *flaws, int fd, enum tls_fault fault)
{
    pthread_mutex_lock(&flaws->lock);
    size_t at = place_of(flaws, fd);
    if (at == flaws->room) {
        flaws->room = 2 * flaws->room + 8;
        flaws->items = mem_resize(flaws->items, flaws->room * sizeof *flaws->items);
    }
    flaws->items[at] = (struct flaw){fd, fault};
    if (at == flaws->count)
        flaws->count++;
    pthread_mutex_unlock(&flaws->lock);
}

enum tls_fault flaws_of(struct flaws *flaws, int fd)
{
    if (atomic_load(&flaws->count) == 0)
        return TLS_FINE;
    pthread_mutex_lock(&flaws->lock);
    size_t at = place_of(flaws, fd);
    enum tls_fault fault = at < flaws->count ? flaws->items[at].fault : TLS_FINE;
    pthread_mutex_unlock(&flaws->lock);
    return fault;
}

void flaws_drop(struct flaws *flaws, int fd)
{
    if (atomic_load(&flaws->count) == 0)
        return;
    pthread_mutex_lock(&flaws->lock);
    size_t at = place_of(flaws, fd);
    if (at < flaws->count) {
        flaws->items[at] = flaws->items[flaws->count - 1];
        flaws->count--;
    }
    pthread_mutex_unlock(&flaws->lock);
}
