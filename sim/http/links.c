/* The list of connections. It is walked only when there are too many; a request costs it two stores. */
#include "links.h"

#include <sys/socket.h>

#include "clock.h"
#include "fail.h"

void links_init(struct links *links)
{
    *links = (struct links){0};
    pthread_mutex_init(&links->lock, NULL);
}

void links_release(struct links *links)
{
    REQUIRE(links->first == NULL);
    pthread_mutex_destroy(&links->lock);
}

void links_add(struct links *links, struct link *link)
{
    link_is(link, LINK_GREETED);
    pthread_mutex_lock(&links->lock);
    link->prev = NULL;
    link->next = links->first;
    if (links->first != NULL)
        links->first->prev = link;
    links->first = link;
    pthread_mutex_unlock(&links->lock);
}

void links_remove(struct links *links, struct link *link)
{
    pthread_mutex_lock(&links->lock);
    if (link->prev == NULL)
        links->first = link->next;
    else
        link->prev->next = link->next;
    if (link->next != NULL)
        link->next->prev = link->prev;
    pthread_mutex_unlock(&links->lock);
}

static bool owes_a_request(int state)
{
    return state == LINK_GREETED || state == LINK_GATHERING;
}

void link_is(struct link *link, enum link_state state)
{
    if (owes_a_request((int)state))
        atomic_store_explicit(&link->since_us, clock_real_mono_us(), memory_order_relaxed);
    int before = atomic_load_explicit(&link->state, memory_order_relaxed);
    while (before != LINK_PUT_OUT && !atomic_compare_exchange_weak(&link->state, &before, (int)state))
        ;
}

bool link_is_put_out(const struct link *link)
{
    return atomic_load(&link->state) == LINK_PUT_OUT;
}

bool links_close_slowest(struct links *links, int64_t since_us)
{
    struct link *slowest = NULL;
    pthread_mutex_lock(&links->lock);
    for (struct link *link = links->first; link != NULL; link = link->next)
        if (owes_a_request(atomic_load(&link->state)) && link->since_us < since_us) {
            since_us = link->since_us;
            slowest = link;
        }
    int before = slowest == NULL ? LINK_BUSY : atomic_load(&slowest->state);
    bool found =
        owes_a_request(before) && atomic_compare_exchange_strong(&slowest->state, &before, LINK_PUT_OUT);
    if (found)
        shutdown(slowest->fd, SHUT_RDWR);
    pthread_mutex_unlock(&links->lock);
    return found;
}
