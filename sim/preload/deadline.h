/* deadline: one wait of this thread, as the rest of the stack sees it.
 *
 *     struct deadline wait;
 *     if (!deadline_begin(&wait, page, CLOCK_WAIT_SLEEP, due_ns))
 *         ... the page is full: wait in real time ...
 *     while (deadline_left_ns(&wait) > 0)
 *         ... sleep, at most so long ...
 *     deadline_end(&wait);
 *
 * A signal handler that waits in the middle of a wait uses the same slot; the outer wait is put back when the
 * inner one ends, and looks at the clock again. errno stays as it is. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock_page.h"
#include "clock_slots.h"
#include "preloaded.h"

struct deadline {
    struct clock_page *page;
    uint32_t slot;
    int wake_fd; /* of CLOCK_WAIT_DESCRIPTOR; -1: it was taken away, and there is no other */
    int64_t due_ns;
    int64_t outer_due_ns; /* CLOCK_PAGE_NEVER: this is the outermost wait */
    int64_t outer_length_ns;
    uint32_t outer_wait;
};

bool deadline_begin(struct deadline *wait, struct clock_page *page, enum clock_wait kind, int64_t due_ns);
void deadline_end(struct deadline *wait);
/* After wake_socket_drain(): the socket may have another number, or be gone. */
void deadline_renew(struct deadline *wait);

/* Real time that may pass: 0 when the deadline has come, CLOCK_PAGE_NEVER while time stands still. */
static inline int64_t deadline_left_ns(const struct deadline *wait)
{
    if (PRELOADED_LIKELY(wait->wake_fd >= 0))
        return clock_page_real_left_ns(wait->page, wait->due_ns);
    int64_t left_ns = wait->due_ns - clock_page_mono_ns(wait->page);
    return left_ns > 0 ? left_ns : 0;
}

/* What a call without a deadline found. A thread that found something does other things than wait: its next
 * wait is not another round of an idle loop, whatever its length. Returns `found`. */
static inline int deadline_found(struct clock_page *page, int found)
{
    if (found > 0 && page != NULL && preloaded_thread.wake_page == page)
        page->slots[preloaded_thread.wake_slot].alike = 0;
    return found;
}

/* A thread that waits does not spin. */
static inline void deadline_no_spin(void)
{
    preloaded_thread.reads = 0;
    preloaded_thread.spins = false;
}

#endif
