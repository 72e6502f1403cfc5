/* A slot that belongs to no thread, and a call that re-arms itself. */
#include "virtual_timer.h"

#include <stddef.h>

static void made(struct clock_call *call)
{
    struct virtual_timer *timer =
        (struct virtual_timer *)((char *)call - offsetof(struct virtual_timer, call));
    struct clock_page *page = clock_member_page();
    if (page == NULL)
        return;
    int64_t now_ns = clock_page_mono_ns(page);
    uint64_t expirations = 1;
    if (call->due_ns > now_ns) /* time began to run, or stopped */
        return;
    clock_slot_disarm(page, call->slot, true);
    if (timer->interval_ns == 0) {
        call->due_ns = CLOCK_PAGE_NEVER;
    } else {
        expirations += (uint64_t)((now_ns - call->due_ns) / timer->interval_ns);
        call->due_ns += (int64_t)expirations * timer->interval_ns;
        clock_slot_arm(page, call->slot, CLOCK_WAIT_TIMER, call->due_ns, timer->interval_ns);
    }
    timer->fire(timer, expirations);
}

/* What must be known of it is in its slot: the memory is gone when another program takes over. */
static void mark_for_exec(const struct virtual_timer *timer, struct clock_page *page)
{
    enum clock_outlives outlives = !timer->outlives_exec     ? CLOCK_ENDS_AT_EXEC
                                   : timer->interval_ns == 0 ? CLOCK_OUTLIVES_EXEC
                                                             : CLOCK_OUTLIVES_EXEC_REPEATS;
    page->slots[timer->call.slot].outlives = outlives;
}

bool virtual_timer_set(struct virtual_timer *timer, struct clock_page *page, int64_t due_ns,
                       int64_t interval_ns)
{
    clock_member_remove(&timer->call); /* from here on it is not called */
    timer->call.due_ns = CLOCK_PAGE_NEVER;
    if (timer->page == page)
        clock_slot_disarm(page, timer->call.slot, false);
    if (due_ns == 0)
        return true;
    if (timer->page != page) {
        timer->call.slot = preloaded_new_slot();
        timer->page = timer->call.slot == CLOCK_NO_SLOT ? NULL : page;
    }
    if (timer->page == NULL)
        return false;
    timer->call.call = made;
    timer->call.due_ns = due_ns;
    timer->interval_ns = interval_ns;
    mark_for_exec(timer, page);
    clock_slot_arm(page, timer->call.slot, CLOCK_WAIT_TIMER, due_ns,
                   interval_ns > 0 ? interval_ns : due_ns - clock_page_mono_ns(page));
    if (clock_member_add(&timer->call))
        return true;
    clock_slot_disarm(page, timer->call.slot, false);
    timer->call.due_ns = CLOCK_PAGE_NEVER;
    return false;
}

static bool is_on(const struct virtual_timer *timer)
{
    return timer->call.link != NULL && timer->call.due_ns != CLOCK_PAGE_NEVER;
}

int64_t virtual_timer_left_ns(const struct virtual_timer *timer, int64_t *ret_interval_ns)
{
    const struct clock_page *page = clock_member_page();
    *ret_interval_ns = 0;
    if (page == NULL || !is_on(timer))
        return 0;
    int64_t left_ns = timer->call.due_ns - clock_page_mono_ns(page);
    *ret_interval_ns = timer->interval_ns;
    return left_ns > 0 ? left_ns : 1;
}

void virtual_timer_forget(struct virtual_timer *timer)
{
    timer->call.link = NULL;
    timer->call.due_ns = CLOCK_PAGE_NEVER;
    timer->page = NULL;
}

void virtual_timer_end(struct virtual_timer *timer)
{
    struct clock_page *page = clock_member_page();
    clock_member_remove(&timer->call);
    if (page != NULL && timer->page == page)
        clock_slot_free(page, timer->call.slot);
    virtual_timer_forget(timer);
}

int64_t virtual_timer_due_ns(const struct clock_page *page, clockid_t clock, bool absolute,
                             const struct timespec *value)
{
    if (value->tv_sec == 0 && value->tv_nsec == 0)
        return 0;
    int64_t due_ns =
        absolute ? preloaded_due_of(page, clock, value) : preloaded_due_ns(page, preloaded_ns(value));
    return due_ns > 0 ? due_ns : 1;
}

struct itimerspec virtual_timer_spec(const struct virtual_timer *timer)
{
    int64_t interval_ns, left_ns = virtual_timer_left_ns(timer, &interval_ns);
    return (struct itimerspec){.it_value = preloaded_timespec(left_ns),
                               .it_interval = preloaded_timespec(interval_ns)};
}
