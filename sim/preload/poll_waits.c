/* poll and ppoll with a time-out: the real ppoll, with the wake socket as one more descriptor. Infinite and
 * zero time-outs go straight through. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "deadline.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"
#include "wake_socket.h"

enum { FEW = 64 };

WRAPS int poll(struct pollfd *fds, nfds_t count, int timeout_ms);
WRAPS int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
WRAPS int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t fds_bytes);
WRAPS int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                      size_t fds_bytes);
/* libc's: ends the process with its message. */
extern void __chk_fail(void) __attribute__((noreturn));

/* Room for the program's descriptors and one more. malloc is not for signal handlers, poll is. */
static struct pollfd *room_for(nfds_t count, struct pollfd few[FEW + 1])
{
    if (count <= FEW)
        return few;
    long at = kernel_call(SYS_mmap, 0, (long)((count + 1) * sizeof(struct pollfd)), PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at < 0 && at > -4096 ? NULL : (struct pollfd *)at;
}

static void room_back(struct pollfd *room, nfds_t count, const struct pollfd *few)
{
    if (room != few)
        kernel_call(SYS_munmap, (long)room, (long)((count + 1) * sizeof *room), 0, 0, 0, 0);
}

static int real_ppoll(struct pollfd *fds, nfds_t count, int64_t left_ns, const sigset_t *mask)
{
    struct timespec left = preloaded_timespec(left_ns);
    return real()->ppoll(fds, count, left_ns == CLOCK_PAGE_NEVER ? NULL : &left, mask);
}

/* One real wait; true when it is not over: woken without anything else, or time-out of a moment that moved
 * on. */
static bool wait_once(struct deadline *wait, struct pollfd *all, nfds_t count, const sigset_t *mask,
                      int *ret_result)
{
    int64_t left_ns = deadline_left_ns(wait);
    all[count] = (struct pollfd){.fd = wait->wake_fd, .events = POLLIN};
    *ret_result = real_ppoll(all, left_ns == 0 ? count : count + 1, left_ns, mask);
    if (left_ns == 0 || *ret_result < 0)
        return false;
    if (all[count].revents != 0) {
        wake_socket_drain();
        *ret_result -= 1;
        deadline_renew(wait);
    }
    return *ret_result == 0;
}

static int wait_until(struct clock_page *page, struct pollfd *fds, nfds_t count, int64_t due_ns,
                      const sigset_t *mask)
{
    struct deadline wait;
    struct pollfd few[FEW + 1], *all = room_for(count, few);
    int result;
    if (all == NULL) {
        errno = ENOMEM;
        return -1;
    }
    if (!deadline_begin(&wait, page, CLOCK_WAIT_DESCRIPTOR, due_ns)) {
        room_back(all, count, few);
        int64_t left_ns = due_ns - clock_page_mono_ns(page);
        return real_ppoll(fds, count, left_ns > 0 ? left_ns : 0, mask);
    }
    if (count > 0)
        memcpy(all, fds, count * sizeof *fds);
    while (wait_once(&wait, all, count, mask, &result))
        ;
    deadline_end(&wait);
    for (nfds_t i = 0; result >= 0 && i < count; i++)
        fds[i].revents = all[i].revents;
    room_back(all, count, few);
    return result;
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    struct clock_page *page = preloaded_page();
    int64_t ns = timeout == NULL ? CLOCK_PAGE_NEVER : preloaded_ns(timeout);
    if (page == NULL || timeout == NULL || ns == 0 || !preloaded_time_is_valid(timeout)) {
        if (timeout == NULL)
            deadline_no_spin();
        return deadline_found(page, real()->ppoll(fds, count, timeout, mask));
    }
    return wait_until(page, fds, count, preloaded_due_ns(page, ns), mask);
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    struct timespec timeout = preloaded_timespec((int64_t)timeout_ms * PRELOADED_NS_PER_MS);
    return ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t fds_bytes)
{
    if (fds_bytes / sizeof *fds < count)
        __chk_fail();
    return poll(fds, count, timeout_ms);
}

int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                size_t fds_bytes)
{
    if (fds_bytes / sizeof *fds < count)
        __chk_fail();
    return ppoll(fds, count, timeout, mask);
}
