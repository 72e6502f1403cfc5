/* net_real: libc's own function behind a name that the net half replaces.
 *
 *     return NET_REAL(getnameinfo)(address, size, ...);
 *     net_real_connect(fd, to, size);
 *
 * The calls that may come from a signal handler are looked up when the library is loaded; before that they
 * are bare system calls (and no cancellation points). NET_REAL looks up at its first use: for functions that
 * allocate and lock anyway. */
#ifndef NET_REAL_H
#define NET_REAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>

int net_real_connect(int fd, const struct sockaddr *to, socklen_t size);
ssize_t net_real_sendto(int fd, const void *bytes, size_t len, int flags, const struct sockaddr *to,
                        socklen_t size);
ssize_t net_real_sendmsg(int fd, const struct msghdr *message, int flags);
int net_real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);

/* Kept in *found. Aborts where libc has no such function: then nobody can have linked to it. */
void *net_real_find(_Atomic(void *) *found, const char *name);

#define NET_REAL(name)                                                                                       \
    (__extension__({                                                                                         \
        static _Atomic(void *) found_;                                                                       \
        (__typeof__(&name))net_real_find(&found_, #name);                                                    \
    }))

#endif
