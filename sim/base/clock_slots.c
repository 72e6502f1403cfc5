/* A slot is taken by writing one's pid into a free one, the lowest. */
#include "clock_slots.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "clock_kernel.h"

/* Lengths that differ by rounding only (libuv counts in whole milliseconds). */
enum { ALIKE_WITHIN_NS = 1000000 };

static bool take(struct clock_page *page, uint32_t slot, int32_t pid)
{
    int32_t nobody = 0;
    if (!atomic_compare_exchange_strong(&page->slots[slot].pid, &nobody, pid))
        return false;
    uint32_t used = page->slots_used;
    while (used <= slot && !atomic_compare_exchange_weak(&page->slots_used, &used, slot + 1))
        ;
    return true;
}

/* The lowest free one: whoever moves the clock looks at no more slots than were ever used at once. */
static uint32_t find(struct clock_page *page, int32_t pid)
{
    for (uint32_t slot = 0; slot < CLOCK_SLOTS_MAX; slot++)
        if (page->slots[slot].pid == 0 && take(page, slot, pid))
            return slot;
    return CLOCK_NO_SLOT;
}

uint32_t clock_slot_take(struct clock_page *page, uint32_t party, int32_t pid, int32_t tid, uint32_t process)
{
    uint32_t number = find(page, pid);
    if (number == CLOCK_NO_SLOT) {
        page->overflow_pid = pid;
        return number;
    }
    struct clock_slot *slot = &page->slots[number];
    slot->wait = CLOCK_WAIT_NONE;
    slot->due_ns = CLOCK_PAGE_NEVER;
    slot->tid = tid;
    slot->party = party;
    slot->process = process;
    slot->alike = 0;
    slot->length_ns = 0;
    slot->owes = 0;
    slot->advancing = 0;
    slot->outlives = CLOCK_ENDS_AT_EXEC;
    return number;
}

void clock_slot_free(struct clock_page *page, uint32_t slot)
{
    if (slot >= CLOCK_SLOTS_MAX)
        return;
    page->slots[slot].wait = CLOCK_WAIT_NONE;
    page->slots[slot].due_ns = CLOCK_PAGE_NEVER;
    page->slots[slot].owes = 0;
    atomic_store_explicit(&page->slots[slot].pid, 0, memory_order_release);
}

void clock_slot_arm(struct clock_page *page, uint32_t slot, enum clock_wait wait, int64_t due_ns,
                    int64_t length_ns)
{
    if (slot >= CLOCK_SLOTS_MAX)
        return;
    struct clock_slot *at = &page->slots[slot];
    int64_t apart_ns = length_ns - at->length_ns;
    if (apart_ns > ALIKE_WITHIN_NS || apart_ns < -ALIKE_WITHIN_NS)
        at->alike = 0;
    at->length_ns = length_ns;
    at->wait = wait;
    atomic_store(&at->due_ns, due_ns);         /* last: whoever sees it sees the rest */
    atomic_thread_fence(memory_order_seq_cst); /* and is it before it looks at the clock, see clock_page.c */
}

void clock_slot_disarm(struct clock_page *page, uint32_t slot, bool timed_out)
{
    if (slot >= CLOCK_SLOTS_MAX)
        return;
    struct clock_slot *at = &page->slots[slot];
    at->due_ns = CLOCK_PAGE_NEVER;
    at->wait = CLOCK_WAIT_NONE;
    at->alike = timed_out ? at->alike + 1 : 0;
}

void clock_slot_sleep(struct clock_page *page, uint32_t slot, int64_t due_ns)
{
    struct clock_slot *at = &page->slots[slot];
    uint32_t before = at->wake;
    int64_t left_ns = clock_page_real_left_ns(page, due_ns);
    if (left_ns > 0)
        kernel_futex_wait(&at->wake, before, left_ns);
}

socklen_t clock_slot_address(const struct clock_page *page, uint32_t slot, struct sockaddr_un *ret_address)
{
    memset(ret_address, 0, sizeof *ret_address);
    ret_address->sun_family = AF_UNIX;
    int len = snprintf(ret_address->sun_path + 1, sizeof ret_address->sun_path - 1, "otp-clock/%016llx/%u",
                       (unsigned long long)page->id, (unsigned)slot);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
}

int clock_wake_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static void wake_word(struct clock_slot *slot)
{
    atomic_fetch_add(&slot->wake, 1);
    kernel_futex_wake(&slot->wake);
}

void clock_slot_wake(struct clock_page *page, uint32_t slot, int fd)
{
    struct clock_slot *at = &page->slots[slot];
    uint32_t process = at->process;
    switch ((enum clock_wait)at->wait) {
    case CLOCK_WAIT_DESCRIPTOR: {
        struct sockaddr_un address;
        socklen_t len = clock_slot_address(page, slot, &address);
        /* A full queue (EAGAIN) wakes as well; no socket (ECONNREFUSED): the process is ending. */
        sendto(fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&address, len);
        break;
    }
    case CLOCK_WAIT_BY_WAKER:
    case CLOCK_WAIT_TIMER:
        atomic_fetch_add(&at->wake, 1); /* which of the process's waits is meant */
        if (process < CLOCK_SLOTS_MAX)
            wake_word(&page->slots[process]);
        break;
    case CLOCK_WAIT_SLEEP:
    case CLOCK_WAIT_PROCESS:
        wake_word(at);
        break;
    case CLOCK_WAIT_NONE:
        break;
    }
}

void clock_slots_wake_all(struct clock_page *page, int fd)
{
    uint32_t used = page->slots_used;
    for (uint32_t slot = 0; slot < used; slot++)
        if (page->slots[slot].pid != 0)
            clock_slot_wake(page, slot, fd);
}

void clock_slots_free_of(struct clock_page *page, int32_t pid)
{
    uint32_t used = page->slots_used;
    for (uint32_t slot = 0; slot < used; slot++)
        if (page->slots[slot].pid == pid)
            clock_slot_free(page, slot);
}
