/* Joins the page, and what all wrappers share. */
#include "preloaded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptors.h"
#include "kernel_calls.h"
#include "process_timers.h"
#include "real_calls.h"
#include "store_debts.h"
#include "timer_files.h"
#include "wake_socket.h"

enum { UNKNOWN, BEING_JOINED, SETTLED };

static atomic_int state;
__thread struct preloaded_thread preloaded_thread;

void preloaded_warn(const char *text)
{
    char line[1400];
    int len = snprintf(line, sizeof line, "twilio-sim-preload: %s (%d): %s\n", program_invocation_short_name,
                       (int)getpid(), text);
    if (len > 0)
        kernel_call(SYS_write, STDERR_FILENO, (long)line, len < (int)sizeof line ? len : (int)sizeof line - 1,
                    0, 0, 0);
}

void preloaded_warn_once(_Atomic bool *said, const char *text)
{
    if (!atomic_exchange(said, true))
        preloaded_warn(text);
}

static void join(const char *path_and_party)
{
    enum clock_page_problem problem;
    char text[1200];
    if (clock_member_join(path_and_party, &problem))
        return;
    snprintf(text, sizeof text, "the clock page %.1024s %s: this process stays on the real clock",
             path_and_party, clock_page_problem_text(problem));
    preloaded_warn(text);
}

/* Before the constructor: a library that is initialised earlier asks for the time, and must not see two
 * clocks. */
struct clock_page *preloaded_join_early(void)
{
    int unknown = UNKNOWN;
    if (atomic_load_explicit(&state, memory_order_relaxed) != UNKNOWN ||
        !atomic_compare_exchange_strong(&state, &unknown, BEING_JOINED))
        return NULL;
    const char *variable = getenv(CLOCK_PAGE_VARIABLE);
    if (variable != NULL && *variable != '\0')
        join(variable);
    atomic_store(&state, SETTLED);
    return clock_member_page();
}

/* The child has its parent's memory, and neither its threads nor its timers. */
static void forked(void)
{
    descriptors_forked();
    wake_socket_forked();
    store_debts_forked();
    timer_files_forked();
    interval_timer_forked();
    posix_timers_forked();
}

void preloaded_prepare(void)
{
    static atomic_bool done;
    if (atomic_exchange(&done, true))
        return;
    wake_socket_prepare();
    pthread_atfork(NULL, NULL, forked);
}

__attribute__((constructor)) static void loaded(void)
{
    int before = errno;
    real_calls_find();
    if (preloaded_join_early() != NULL || clock_member_page() != NULL) {
        preloaded_prepare();
        interval_timer_adopt();
    }
    errno = before;
}

static uint32_t or_warn(uint32_t slot)
{
    static _Atomic bool said;
    if (slot == CLOCK_NO_SLOT)
        preloaded_warn_once(&said, "the clock page is full: some of its waits are in real time");
    return slot;
}

uint32_t preloaded_thread_slot(void)
{
    return or_warn(clock_member_thread_slot());
}

uint32_t preloaded_new_slot(void)
{
    return or_warn(clock_member_new_slot());
}

int64_t preloaded_due_ns(const struct clock_page *page, int64_t wait_ns)
{
    int64_t due_ns;
    if (__builtin_add_overflow(clock_page_mono_ns(page), wait_ns, &due_ns) || due_ns == CLOCK_PAGE_NEVER)
        return CLOCK_PAGE_NEVER - 1;
    return due_ns;
}

bool preloaded_is_wall(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_REALTIME_ALARM ||
           clock == CLOCK_TAI;
}

bool preloaded_is_virtual(clockid_t clock)
{
    return preloaded_is_wall(clock) || clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
           clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME || clock == CLOCK_BOOTTIME_ALARM;
}

int64_t preloaded_due_of(const struct clock_page *page, clockid_t clock, const struct timespec *until)
{
    int64_t until_ns = preloaded_ns(until);
    if (preloaded_is_wall(clock))
        until_ns = clock_page_mono_of_wall_ns(page, clock_member_party(), until_ns);
    return until_ns == CLOCK_PAGE_NEVER ? CLOCK_PAGE_NEVER - 1 : until_ns;
}
