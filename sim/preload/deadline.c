/* Arms the thread's slot, and puts an outer wait back. */
#include "deadline.h"

#include "clock_member.h"
#include "wake_socket.h"

static bool get_socket(struct deadline *wait)
{
    wait->wake_fd = wake_socket_of(wait->page, wait->slot);
    if (wait->wake_fd == WAKE_SOCKET_ADDRESS_TAKEN) {
        wait->slot = clock_member_other_thread_slot();
        if (wait->slot != CLOCK_NO_SLOT)
            wait->wake_fd = wake_socket_of(wait->page, wait->slot);
    }
    return wait->wake_fd >= 0;
}

static void save_outer(struct deadline *wait)
{
    const struct clock_slot *slot = &wait->page->slots[wait->slot];
    wait->outer_due_ns = slot->due_ns;
    if (wait->outer_due_ns == CLOCK_PAGE_NEVER)
        return;
    wait->outer_wait = slot->wait;
    wait->outer_length_ns = slot->length_ns;
}

bool deadline_begin(struct deadline *wait, struct clock_page *page, enum clock_wait kind, int64_t due_ns)
{
    static _Atomic bool said;
    deadline_no_spin();
    wait->page = page;
    wait->due_ns = due_ns;
    wait->wake_fd = 0;
    wait->slot = preloaded_thread_slot();
    if (wait->slot == CLOCK_NO_SLOT)
        return false;
    if (kind == CLOCK_WAIT_DESCRIPTOR && !get_socket(wait)) {
        preloaded_warn_once(&said,
                            "no descriptor is left for the virtual clock: some of its waits are in real "
                            "time");
        return false;
    }
    save_outer(wait);
    clock_slot_arm(page, wait->slot, kind, due_ns, due_ns - clock_page_mono_ns(page));
    return true;
}

void deadline_renew(struct deadline *wait)
{
    wait->wake_fd = wake_socket_of(wait->page, wait->slot);
}

/* The inner wait may have eaten what was to wake the outer one. */
static void put_outer_back(struct deadline *wait, int64_t now_ns)
{
    struct clock_slot *slot = &wait->page->slots[wait->slot];
    clock_slot_arm(wait->page, wait->slot, (enum clock_wait)wait->outer_wait, wait->outer_due_ns,
                   wait->outer_length_ns);
    if (wait->outer_wait == CLOCK_WAIT_DESCRIPTOR && preloaded_thread.wake_page == wait->page)
        clock_slot_wake(wait->page, wait->slot, preloaded_thread.wake_fd);
    /* A handler that left by a jump out of it has left a wait behind that nobody ends. */
    if (wait->outer_due_ns <= now_ns)
        clock_slot_disarm(wait->page, wait->slot, false);
    atomic_fetch_add(&slot->wake, 1);
}

void deadline_end(struct deadline *wait)
{
    int64_t now_ns = clock_page_mono_ns(wait->page);
    clock_slot_disarm(wait->page, wait->slot, now_ns >= wait->due_ns);
    if (wait->outer_due_ns != CLOCK_PAGE_NEVER)
        put_outer_back(wait, now_ns);
}
