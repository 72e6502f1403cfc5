/* epoll_wait, epoll_pwait, epoll_pwait2 with a time-out: an epoll descriptor can itself be polled, so the
 * wait is a real ppoll on it and on the wake socket, and the events are fetched by a real epoll_wait that
 * does not wait. Which of the two comes first is guessed from how the last wait went: a busy loop pays one
 * call, an idle one two. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>

#include "deadline.h"
#include "preloaded.h"
#include "real_calls.h"
#include "wake_socket.h"

enum { WAITS_PER_GUESS = 16 };

WRAPS int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms);
WRAPS int epoll_pwait(int epoll, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask);
WRAPS int epoll_pwait2(int epoll, struct epoll_event *events, int room, const struct timespec *timeout,
                       const sigset_t *mask);

static int fetch(int epoll, struct epoll_event *events, int room)
{
    return real()->epoll_wait(epoll, events, room, 0);
}

/* -1 with errno, 0: nothing yet, 1: the epoll descriptor has something (it may be gone already). */
static int sleep_once(struct deadline *wait, int epoll, int64_t left_ns, const sigset_t *mask)
{
    struct pollfd fds[] = {{.fd = epoll, .events = POLLIN}, {.fd = wait->wake_fd, .events = POLLIN}};
    struct timespec left = preloaded_timespec(left_ns);
    if (real()->ppoll(fds, 2, left_ns == CLOCK_PAGE_NEVER ? NULL : &left, mask) < 0)
        return -1;
    if (fds[1].revents != 0) {
        wake_socket_drain();
        deadline_renew(wait);
    }
    return fds[0].revents != 0;
}

static int wait_until(struct deadline *wait, int epoll, struct epoll_event *events, int room,
                      const sigset_t *mask)
{
    struct preloaded_thread *thread = &preloaded_thread;
    if (thread->idle_epoll != epoll + 1 || ++thread->idle_waits % WAITS_PER_GUESS == 0) {
        thread->idle_epoll = 0;
        int count = fetch(epoll, events, room);
        if (count != 0)
            return count;
        thread->idle_epoll = epoll + 1;
    }
    for (;;) {
        int64_t left_ns = deadline_left_ns(wait);
        if (left_ns == 0)
            return fetch(epoll, events, room);
        int ready = sleep_once(wait, epoll, left_ns, mask);
        if (ready < 0)
            return ready;
        if (ready == 0)
            continue;
        int count = fetch(epoll, events, room);
        if (count != 0)
            return count;
    }
}

static int real_wait(int epoll, struct epoll_event *events, int room, int64_t left_ns, const sigset_t *mask)
{
    int64_t ms = (left_ns + PRELOADED_NS_PER_MS - 1) / PRELOADED_NS_PER_MS;
    return real()->epoll_pwait(epoll, events, room, ms > INT32_MAX ? INT32_MAX : (int)ms, mask);
}

static int timed_wait(struct clock_page *page, int epoll, struct epoll_event *events, int room,
                      int64_t due_ns, const sigset_t *mask)
{
    struct deadline wait;
    if (!deadline_begin(&wait, page, CLOCK_WAIT_DESCRIPTOR, due_ns)) {
        int64_t left_ns = due_ns - clock_page_mono_ns(page);
        return real_wait(epoll, events, room, left_ns > 0 ? left_ns : 0, mask);
    }
    int count = wait_until(&wait, epoll, events, room, mask);
    deadline_end(&wait);
    return count;
}

int epoll_pwait(int epoll, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask)
{
    struct clock_page *page = preloaded_page();
    if (PRELOADED_LIKELY(page != NULL && timeout_ms > 0 && room > 0))
        return timed_wait(page, epoll, events, room,
                          preloaded_due_ns(page, (int64_t)timeout_ms * PRELOADED_NS_PER_MS), mask);
    if (timeout_ms < 0)
        deadline_no_spin();
    return deadline_found(page, real()->epoll_pwait(epoll, events, room, timeout_ms, mask));
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
    return epoll_pwait(epoll, events, room, timeout_ms, NULL);
}

int epoll_pwait2(int epoll, struct epoll_event *events, int room, const struct timespec *timeout,
                 const sigset_t *mask)
{
    struct clock_page *page = preloaded_page();
    if (timeout == NULL)
        return epoll_pwait(epoll, events, room, -1, mask);
    if (!preloaded_time_is_valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    int64_t ns = preloaded_ns(timeout);
    if (ns == 0 || page == NULL || room <= 0)
        return real_wait(epoll, events, room, ns, mask);
    return timed_wait(page, epoll, events, room, preloaded_due_ns(page, ns), mask);
}
