/* sigtimedwait with a time-out: a real ppoll on a signalfd of the set and the wake socket, and then a real
 * sigtimedwait that does not wait and takes the signal. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "kernel_calls.h"
#include "preloaded.h"
#include "real_calls.h"
#include "wake_socket.h"

WRAPS int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict ret_info,
                       const struct timespec *restrict timeout);

enum { SIGNAL_SET_BYTES = 8 };

static int take(const sigset_t *set, siginfo_t *ret_info)
{
    static const struct timespec none;
    return real()->sigtimedwait(set, ret_info, &none);
}

static void close_it(void *fd)
{
    kernel_call(SYS_close, *(const int *)fd, 0, 0, 0, 0, 0);
}

/* One sleep; false with errno. */
static bool sleep_once(struct deadline *wait, const int *signals, int64_t left_ns)
{
    struct pollfd fds[] = {{.fd = *signals, .events = POLLIN}, {.fd = wait->wake_fd, .events = POLLIN}};
    struct timespec left = preloaded_timespec(left_ns);
    int result;
    pthread_cleanup_push(close_it, (void *)(uintptr_t)signals);
    result = real()->ppoll(fds, 2, left_ns == CLOCK_PAGE_NEVER ? NULL : &left, NULL);
    pthread_cleanup_pop(0);
    if (result > 0 && fds[1].revents != 0) {
        wake_socket_drain();
        deadline_renew(wait);
    }
    return result >= 0;
}

static int wait_until(struct deadline *wait, const int *signals, const sigset_t *set, siginfo_t *ret_info)
{
    for (;;) {
        int signal = take(set, ret_info);
        int64_t left_ns = deadline_left_ns(wait);
        if (signal >= 0 || errno != EAGAIN || left_ns == 0 || !sleep_once(wait, signals, left_ns))
            return signal >= 0 ? signal : -1;
    }
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict ret_info,
                 const struct timespec *restrict timeout)
{
    struct clock_page *page = preloaded_page();
    struct deadline wait;
    if (timeout == NULL)
        deadline_no_spin();
    if (page == NULL || timeout == NULL || !preloaded_time_is_valid(timeout) || preloaded_ns(timeout) == 0)
        return real()->sigtimedwait(set, ret_info, timeout);
    int64_t due_ns = preloaded_due_ns(page, preloaded_ns(timeout));
    int signals =
        (int)kernel_call(SYS_signalfd4, -1, (long)set, SIGNAL_SET_BYTES, O_CLOEXEC | O_NONBLOCK, 0, 0);
    if (signals < 0)
        return real()->sigtimedwait(set, ret_info, timeout);
    if (!deadline_begin(&wait, page, CLOCK_WAIT_DESCRIPTOR, due_ns)) {
        close_it(&signals);
        return real()->sigtimedwait(set, ret_info, timeout);
    }
    int result = wait_until(&wait, &signals, set, ret_info), before = errno;
    deadline_end(&wait);
    close_it(&signals);
    errno = before;
    return result;
}
