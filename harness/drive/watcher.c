/* One thread, one descriptor, one call. What is read, and what it means, is the caller's. */
#include "watcher.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fail.h"
#include "mem.h"

struct watcher {
    int fd, stop;
    watcher_call *call;
    void *context;
    pthread_t thread;
};

static void *watcher_run(void *context)
{
    struct watcher *watcher = context;
    struct pollfd waits[] = {{.fd = watcher->stop, .events = POLLIN}, {.fd = watcher->fd, .events = POLLIN}};
    while (poll(waits, 2, -1) >= 0 || errno == EINTR) {
        if ((waits[0].revents & POLLIN) != 0)
            return NULL;
        watcher->call(watcher->context);
    }
    return NULL;
}

struct watcher *watcher_new(int fd, watcher_call *call, void *context)
{
    struct watcher *watcher = mem_new(sizeof *watcher);
    *watcher = (struct watcher){.fd = fd, .stop = eventfd(0, EFD_CLOEXEC), .call = call, .context = context};
    REQUIRE(watcher->stop >= 0);
    REQUIRE(pthread_create(&watcher->thread, NULL, watcher_run, watcher) == 0);
    return watcher;
}

void watcher_free(struct watcher *watcher)
{
    if (watcher == NULL)
        return;
    eventfd_write(watcher->stop, 1);
    pthread_join(watcher->thread, NULL);
    close(watcher->stop);
    mem_free(watcher);
}
