/* watcher: a thread that makes one call whenever a descriptor can be read.
 *
 *     struct watcher *watcher = watcher_new(fd, datagram_ready, server);
 *     watcher_free(watcher);                 // returns when the call is over and the thread has ended
 *
 * fd and context are borrowed; the call reads without blocking. A thread that cannot be started aborts, as
 * memory does. */
#ifndef WATCHER_H
#define WATCHER_H

typedef void watcher_call(void *context);

struct watcher;

struct watcher *watcher_new(int fd, watcher_call *call, void *context);
void watcher_free(struct watcher *watcher);

#endif
