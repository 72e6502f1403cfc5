/* wake_socket: the descriptor on which a waiting thread hears that time has moved.
 *
 *     int fd = wake_socket_of(page, slot);          // -1: none to be had, wait in real time
 *     ... ppoll with fd as one more descriptor ...
 *     if (revents != 0)
 *         wake_socket_drain();                      // or makes another, when somebody has taken it away
 *
 * One datagram socket a thread, bound to the address of its slot, close-on-exec, at a high number where no
 * program looks, made at the first need and closed when the thread ends. A process that forks leaves those of
 * its parent. Programs that close what is not theirs are lied to (descriptors.h). */
#ifndef WAKE_SOCKET_H
#define WAKE_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "clock_page.h"

/* Once, when the library is loaded into a process that has a page. */
void wake_socket_prepare(void);
enum {
    WAKE_SOCKET_NONE = -1, /* no descriptor to be had */
    WAKE_SOCKET_ADDRESS_TAKEN =
        -2, /* a child of somebody's still holds the slot's last socket: take another slot */
};

/* Of this thread, or one of the above. */
int wake_socket_of(struct clock_page *page, uint32_t slot);
/* Empties it. Forgets it when it is no longer ours. */
void wake_socket_drain(void);
/* In the child of a fork. */
void wake_socket_forked(void);
/* Somebody wants this very number: it moves to another. */
void wake_socket_move_away(int fd);

#endif
