/* select and pselect with a time-out: the real pselect, with the wake socket in the set of readable ones. The
 * sets are copied, for they must hold that one more descriptor, and be whole again when the wait goes on. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "deadline.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"
#include "wake_socket.h"

enum { WORD_BITS = 64, SETS = 3, FEW_WORDS = 32 };

WRAPS int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
                 struct timeval *restrict timeout);
WRAPS int pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
                  const struct timespec *restrict timeout, const sigset_t *restrict mask);

/* The three sets that were asked for, and room for three of any size. */
struct sets {
    int count;
    size_t given_words; /* of each set of the program's */
    size_t words;       /* of each copy */
    fd_set *given[SETS];
    uint64_t *copies; /* SETS of them */
    uint64_t few[SETS * FEW_WORDS];
};

static size_t words_for(int count)
{
    return ((size_t)count + WORD_BITS - 1) / WORD_BITS;
}

static bool room_for(struct sets *sets, size_t words)
{
    sets->words = words < FEW_WORDS ? FEW_WORDS : words;
    sets->copies = sets->few;
    if (words <= FEW_WORDS)
        return true;
    long at = kernel_call(SYS_mmap, 0, (long)(SETS * words * sizeof(uint64_t)), PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sets->copies = (uint64_t *)at;
    return at >= 0 || at < -4095;
}

static void room_back(struct sets *sets)
{
    if (sets->copies != sets->few)
        kernel_call(SYS_munmap, (long)sets->copies, (long)(SETS * sets->words * sizeof(uint64_t)), 0, 0, 0,
                    0);
}

static void copy_in(struct sets *sets)
{
    memset(sets->copies, 0, SETS * sets->words * sizeof *sets->copies);
    for (int i = 0; i < SETS; i++)
        if (sets->given[i] != NULL)
            memcpy(sets->copies + (size_t)i * sets->words, sets->given[i],
                   sets->given_words * sizeof(uint64_t));
}

static void copy_out(const struct sets *sets)
{
    for (int i = 0; i < SETS; i++)
        if (sets->given[i] != NULL)
            memcpy(sets->given[i], sets->copies + (size_t)i * sets->words,
                   sets->given_words * sizeof(uint64_t));
}

static int real_pselect(int count, const struct sets *sets, int64_t left_ns, const sigset_t *mask)
{
    struct timespec left = preloaded_timespec(left_ns);
    fd_set *at[SETS];
    for (int i = 0; i < SETS; i++)
        at[i] = (fd_set *)(sets->copies + (size_t)i * sets->words);
    return real()->pselect(count, at[0], sets->given[1] == NULL ? NULL : at[1],
                           sets->given[2] == NULL ? NULL : at[2], left_ns == CLOCK_PAGE_NEVER ? NULL : &left,
                           mask);
}

/* True when the wait goes on. */
static bool wait_once(struct deadline *wait, struct sets *sets, const sigset_t *mask, int *ret_result)
{
    if (wait->wake_fd >= (int)sets->words * WORD_BITS) /* it moved to where there is no room: real time */
        wait->wake_fd = -1;
    int64_t left_ns = deadline_left_ns(wait);
    int wake = wait->wake_fd, count = sets->count;
    uint64_t none = 0, *word = &none, bit = UINT64_C(1) << ((unsigned)wake % WORD_BITS);
    copy_in(sets);
    if (left_ns > 0 && wake >= 0) {
        word = sets->copies + wake / WORD_BITS;
        *word |= bit;
        count = wake >= count ? wake + 1 : count;
    }
    *ret_result = real_pselect(count, sets, left_ns, mask);
    if (left_ns == 0 || *ret_result < 0)
        return false;
    if (*word & bit) {
        *word &= ~bit;
        wake_socket_drain();
        deadline_renew(wait);
        *ret_result -= 1;
    }
    return *ret_result == 0;
}

static int wait_until(struct clock_page *page, struct sets *sets, int64_t due_ns, const sigset_t *mask)
{
    struct deadline wait;
    int result;
    if (!deadline_begin(&wait, page, CLOCK_WAIT_DESCRIPTOR, due_ns)) {
        int64_t left_ns = due_ns - clock_page_mono_ns(page);
        struct timespec left = preloaded_timespec(left_ns > 0 ? left_ns : 0);
        return real()->pselect(sets->count, sets->given[0], sets->given[1], sets->given[2], &left, mask);
    }
    size_t words = words_for(wait.wake_fd + 1);
    if (!room_for(sets, words > sets->given_words ? words : sets->given_words)) {
        deadline_end(&wait);
        errno = ENOMEM;
        return -1;
    }
    while (wait_once(&wait, sets, mask, &result))
        ;
    deadline_end(&wait);
    if (result >= 0)
        copy_out(sets);
    room_back(sets);
    return result;
}

int pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
            const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    struct clock_page *page = preloaded_page();
    int64_t ns = timeout == NULL ? CLOCK_PAGE_NEVER : preloaded_ns(timeout);
    if (timeout == NULL)
        deadline_no_spin();
    if (page == NULL || timeout == NULL || ns == 0 || count < 0 || !preloaded_time_is_valid(timeout))
        return deadline_found(page, real()->pselect(count, in, out, except, timeout, mask));
    struct sets sets = {.count = count, .given_words = words_for(count), .given = {in, out, except}};
    return wait_until(page, &sets, preloaded_due_ns(page, ns), mask);
}

/* Linux tells in the time-out how much of it was left. */
int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
           struct timeval *restrict timeout)
{
    struct clock_page *page = preloaded_page();
    if (timeout == NULL)
        return pselect(count, in, out, except, NULL, NULL);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
        errno = EINVAL;
        return -1;
    }
    int64_t s = timeout->tv_sec < INT32_MAX ? timeout->tv_sec : INT32_MAX;
    struct timespec wanted =
        preloaded_timespec(s * PRELOADED_NS_PER_S + timeout->tv_usec * PRELOADED_NS_PER_US);
    int64_t begun_ns = page == NULL ? kernel_mono_ns() : clock_page_mono_ns(page);
    int result = pselect(count, in, out, except, &wanted, NULL);
    int64_t now_ns = page == NULL ? kernel_mono_ns() : clock_page_mono_ns(page);
    int64_t left_ns = preloaded_ns(&wanted) - (now_ns - begun_ns);
    struct timespec left = preloaded_timespec(left_ns > 0 ? left_ns : 0);
    *timeout = (struct timeval){.tv_sec = left.tv_sec, .tv_usec = left.tv_nsec / PRELOADED_NS_PER_US};
    return result;
}
