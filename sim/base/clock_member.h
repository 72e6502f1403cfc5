/* clock_member: this process as a member of a clock page: its party, a slot for each thread that waits, and
 * its waker, a thread that calls out to waits which nobody outside the process can end.
 *
 *     clock_member_join("/tmp/clock:2", &problem);                        // once; "PATH" or "PATH:PARTY"
 *     struct clock_page *page = clock_member_page();                      // NULL: on the real clock
 *     struct clock_call call = {.slot = slot, .due_ns = due_ns, .call = broadcast};
 *     clock_slot_arm(page, slot, CLOCK_WAIT_BY_WAKER, due_ns, length_ns);
 *     clock_member_add(&call);                                            // the first one starts the waker
 *     pthread_cond_wait(cond, mutex);
 *     clock_member_remove(&call);
 *     clock_slot_disarm(page, slot, timed_out);
 *
 * The waker is a thread of its own with all signals blocked; it sleeps on the process's own slot, so a
 * process at rest uses no CPU. A call that is due is made, with the waker's lock held, again and again (100
 * us to 10 ms apart) until it is removed: who is called may not have begun to wait yet. While time stands
 * still a call is due when its own slot was woken, not before: the order of what happens at one instant is
 * made by whoever moves the clock. It must not block and
 * not add or remove; to be made once, it sets its own due_ns to CLOCK_PAGE_NEVER. While time runs, the waker
 * makes calls at their time unless they are `self_timed`: then the waiter has a real time-out and is called
 * only when time was moved. A child after fork has left: it gets a process slot and a waker of its own, calls
 * of its parent are forgotten. Thread-safe; add and remove also in signal handlers (signals are blocked
 * meanwhile). */
#ifndef CLOCK_MEMBER_H
#define CLOCK_MEMBER_H

#include "clock_page.h"
#include "clock_slots.h"

struct clock_call {
    uint32_t slot;
    int64_t due_ns; /* CLOCK_PAGE_NEVER: only when time begins to run or stops */
    void (*call)(struct clock_call *call);
    bool self_timed;
    uint32_t seen_wake;              /* the waker's: of the slot, when it was last looked at */
    int64_t told_ns;                 /* the waker's: the deadline for which the slot was woken */
    struct clock_call *next, **link; /* the list's */
};

/* False with the problem; then the process stays on the real clock. Joining again replaces the page (tests).
 */
bool clock_member_join(const char *path_and_party, enum clock_page_problem *ret_problem);
/* The same for a page that this process made itself; borrowed. */
void clock_member_join_page(struct clock_page *page, uint32_t party);
/* A deadline that was set by the program that this process was before exec, and outlives it: when it comes,
 * and after how long again (0: never). Tells it once. */
bool clock_member_left_over(int64_t *ret_due_ns, int64_t *ret_interval_ns);
/* Back on the real clock. The page stays mapped: other threads may still read it. */
void clock_member_leave(void);

struct clock_page *clock_member_page(void);
uint32_t clock_member_party(void);

/* The slot of this thread, for one wait at a time; given back when the thread ends. CLOCK_NO_SLOT when the
 * page is full. */
uint32_t clock_member_thread_slot(void);
/* Another one for this thread: the address of the present one is taken (clock_slot_address), and it is left
 * alone until the process is no more. */
uint32_t clock_member_other_thread_slot(void);
/* A slot that belongs to no thread: timerfd, setitimer … */
uint32_t clock_member_new_slot(void);
/* The process's own slot, for `owes`; CLOCK_NO_SLOT before anything was waited for or when the page is full.
 */
uint32_t clock_member_process_slot(void);

/* False when there is no waker (no slot, no thread): the wait must be in real time. */
bool clock_member_add(struct clock_call *call);
void clock_member_remove(struct clock_call *call);
/* The call's due_ns has changed, or time was moved by this process itself. */
void clock_member_move(struct clock_call *call, int64_t due_ns);

/* A futex word that from now on is counted up, and woken, whenever a call was added or moved: for whoever
 * moves the clock from this process and sleeps while nobody in it waits. */
_Atomic uint32_t *clock_member_watch(void);

#endif
