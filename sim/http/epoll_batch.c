/* A guard around libmicrohttpd 0.9.75: after a batch of exactly 128 events (its array's size) it calls
 * epoll_wait() again with the full time-out before it looks at what it has, so that 128 connections that
 * become readable at once wait until another one stirs. The program's own epoll_wait() goes first in the
 * dynamic linker's order, and hands out one event less than the array holds: the batch is never full, and the
 * rest comes with the next call. */
#include <stddef.h>
#include <sys/epoll.h>

enum { LIBRARY_BATCH = 128 };

int epoll_wait(int epoll, struct epoll_event *events, int max_events, int timeout_ms)
{
    int most = max_events == LIBRARY_BATCH ? LIBRARY_BATCH - 1 : max_events;
    return epoll_pwait(epoll, events, most, timeout_ms, NULL);
}
