/* clock_slots: the deadlines on a clock page: taking a slot, arming it, sleeping on it, waking who sleeps.
 *
 *     uint32_t slot = clock_slot_take(page, party, getpid(), gettid(), process_slot);
 *     clock_slot_arm(page, slot, CLOCK_WAIT_SLEEP, due_ns, length_ns);
 *     while (clock_page_mono_ns(page) < due_ns)
 *         clock_slot_sleep(page, slot, due_ns);
 *     clock_slot_disarm(page, slot, true);
 *     clock_slot_free(page, slot);                          // when the thread ends
 *
 * A slot belongs to who took it, until clock_slot_free(). Whoever moved the clock calls clock_slot_wake() for
 * each slot that is due, and clock_slots_wake_all() when time began to run or stopped. A waker in between two
 * lines of the above is not lost: `wake` is a counter that is read before the time is.
 * Lock-free; from any process. Errors: CLOCK_NO_SLOT when the page is full; the page's `overflow_pid` then
 * names the process, and its wait is in real time. */
#ifndef CLOCK_SLOTS_H
#define CLOCK_SLOTS_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "clock_page.h"

#define CLOCK_NO_SLOT UINT32_MAX

uint32_t clock_slot_take(struct clock_page *page, uint32_t party, int32_t pid, int32_t tid, uint32_t process);
/* CLOCK_NO_SLOT is allowed. */
void clock_slot_free(struct clock_page *page, uint32_t slot);

/* length_ns is what was asked for: two waits of the same length in a row, both ended by time-out, are alike.
 */
void clock_slot_arm(struct clock_page *page, uint32_t slot, enum clock_wait wait, int64_t due_ns,
                    int64_t length_ns);
void clock_slot_disarm(struct clock_page *page, uint32_t slot, bool timed_out);

/* One sleep on the slot's futex: until it is woken, or until due_ns where time runs. May return early. Async-
 * signal-safe. */
void clock_slot_sleep(struct clock_page *page, uint32_t slot, int64_t due_ns);

/* The address of a slot's wake socket, in the abstract namespace of Unix sockets (one network namespace). */
socklen_t clock_slot_address(const struct clock_page *page, uint32_t slot, struct sockaddr_un *ret_address);

/* Wakes who waits for this slot. `fd` is a datagram socket of the caller's (clock_wake_socket), for
 * CLOCK_WAIT_DESCRIPTOR. */
void clock_slot_wake(struct clock_page *page, uint32_t slot, int fd);
/* Wakes everybody, to look at the clock again. */
void clock_slots_wake_all(struct clock_page *page, int fd);
/* An unbound datagram socket, close-on-exec, non-blocking; -1 when there is none. */
int clock_wake_socket(void);

/* Frees all slots of a process that is no more. */
void clock_slots_free_of(struct clock_page *page, int32_t pid);

#endif
