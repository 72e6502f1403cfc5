/* A deadline and a call in one. While time stands still the waker keeps the time; a wait that begins while
 * time runs has a real time-out of its own, so that a program in ordinary use does not wake its waker. */
#include "called_wait.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "kernel_calls.h"

static void made(struct clock_call *call)
{
    struct called_wait *wait = (struct called_wait *)((char *)call - offsetof(struct called_wait, call));
    wait->called = true;
    wait->wake(wait->object);
}

bool called_wait_begin(struct called_wait *wait, struct clock_page *page, int64_t due_ns)
{
    if (!deadline_begin(&wait->deadline, page, CLOCK_WAIT_BY_WAKER, due_ns))
        return false;
    wait->called = false;
    wait->call = (struct clock_call){
        .slot = wait->deadline.slot, .due_ns = due_ns, .call = made, .self_timed = clock_page_runs(page)};
    if (clock_member_add(&wait->call))
        return true;
    deadline_end(&wait->deadline);
    return false;
}

int64_t called_wait_left_ns(struct called_wait *wait)
{
    int64_t left_ns = deadline_left_ns(&wait->deadline);
    if (left_ns == CLOCK_PAGE_NEVER && wait->call.self_timed) { /* it ran when the wait began */
        clock_member_remove(&wait->call);
        wait->call.self_timed = false;
        clock_member_add(&wait->call);
    }
    return left_ns;
}

bool called_wait_is_over(const struct called_wait *wait)
{
    return clock_page_mono_ns(wait->deadline.page) >= wait->deadline.due_ns;
}

void called_wait_end(void *context)
{
    struct called_wait *wait = context;
    clock_member_remove(&wait->call);
    deadline_end(&wait->deadline);
}

static int flag(bool shared)
{
    return shared ? 0 : FUTEX_PRIVATE_FLAG;
}

void called_wait_futex_wake(_Atomic uint32_t *word, bool shared)
{
    kernel_call(SYS_futex, (long)word, FUTEX_WAKE | flag(shared), INT32_MAX, 0, 0, 0);
}

long called_wait_futex(struct called_wait *wait, _Atomic uint32_t *word, uint32_t value, bool shared)
{
    /* always with a time-out: without one, a handled signal might not end the sleep (SA_RESTART) */
    static const int64_t long_ns = 365LL * 86400 * PRELOADED_NS_PER_S;
    int64_t left_ns = called_wait_left_ns(wait);
    struct timespec left = preloaded_timespec(left_ns < long_ns ? left_ns : long_ns);
    return kernel_call(SYS_futex, (long)word, FUTEX_WAIT | flag(shared), value, (long)&left, 0, 0);
}

struct timespec called_wait_real_moment(int64_t left_ns)
{
    int64_t moment_ns;
    if (__builtin_add_overflow(kernel_mono_ns(), left_ns, &moment_ns))
        moment_ns = CLOCK_PAGE_NEVER;
    return preloaded_timespec(moment_ns);
}
