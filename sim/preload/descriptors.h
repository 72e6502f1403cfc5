/* descriptors: which of the process's descriptors this library has an interest in, so that closing and
 * duplicating them is noticed; one byte a number, and nothing but a look at it for all others.
 *
 *     descriptors_mark(fd, DESCRIPTOR_TIMER);
 *     if (descriptors_kind(fd) == DESCRIPTOR_CONNECTION) ...
 *
 * This file also replaces close, dup, dup2, dup3, fcntl, close_range and closefrom. A child made by vfork
 * shares our memory and not our descriptors: nothing is changed on its behalf. Lock-free. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum descriptor_kind {
    DESCRIPTOR_FOREIGN,
    DESCRIPTOR_WAKE,       /* a thread's wake socket */
    DESCRIPTOR_TIMER,      /* the eventfd in the place of a timerfd */
    DESCRIPTOR_CONNECTION, /* of a store: accepted, nothing owed */
    DESCRIPTOR_OWES,       /* of a store: a request was read last */
};

enum { DESCRIPTORS_MAX = 65536 };

extern _Atomic uint8_t descriptors_kinds[DESCRIPTORS_MAX];

static inline enum descriptor_kind descriptors_kind(int fd)
{
    if ((unsigned)fd >= DESCRIPTORS_MAX)
        return DESCRIPTOR_FOREIGN;
    return (enum descriptor_kind)atomic_load_explicit(&descriptors_kinds[fd], memory_order_relaxed);
}

static inline void descriptors_mark(int fd, enum descriptor_kind kind)
{
    if ((unsigned)fd < DESCRIPTORS_MAX)
        atomic_store_explicit(&descriptors_kinds[fd], (uint8_t)kind, memory_order_relaxed);
}

/* False in a child of vfork. Slow. */
bool descriptors_are_ours(void);
/* This process now, after a fork. */
void descriptors_forked(void);

#endif
