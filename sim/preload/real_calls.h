/* real_calls: libc's own functions behind the names that this library replaces.
 *
 *     return real()->ppoll(fds, count, timeout, mask);
 *
 * They are looked up when the library is loaded, or at the first use before that. Looking up takes the
 * loader's lock: what must work at any moment (reading the clock, close) uses kernel_calls.h instead.
 * Thread-safe. */
#ifndef REAL_CALLS_H
#define REAL_CALLS_H

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>

struct real_calls {
#define REAL(result, name, parameters) result(*name) parameters;
#include "real_calls.def"
#undef REAL
};

extern struct real_calls real_calls_found;
extern atomic_bool real_calls_known;

void real_calls_find(void);

static inline const struct real_calls *real(void)
{
    if (!atomic_load_explicit(&real_calls_known, memory_order_acquire))
        real_calls_find();
    return &real_calls_found;
}

#endif
